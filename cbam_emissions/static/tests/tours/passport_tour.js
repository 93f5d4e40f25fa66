import { registry } from "@web/core/registry";

// The carbon passport of a serial number, and its comparison with a sister machine.
registry.category("web_tour.tours").add("cbam_passport_tour", {
    steps: () => [
        {
            content: "nothing is computed while another page is shown",
            trigger: ".o_form_view:not(:has(.o_cbam_passport)) .o_notebook a[name=cbam_passport]",
            run: "click",
        },
        {
            content: "950 kg of the rod, 492 kg of frames and covers",
            trigger: ".o_cbam_passport[data-lot='M-1'] [data-figure=total]:contains('1,442.00')",
        },
        {
            trigger: "[data-figure=cbam]:contains('CBAM embedded emissions'):contains('950.00')",
        },
        {
            trigger: "[data-figure=life]:contains('not for CBAM'):contains('492.00')",
        },
        {
            trigger: "[data-figure=use]:contains('not included')",
        },
        {
            trigger: ".o_cbam_passport_chart canvas",
        },
        {
            trigger: "[data-table=stages] tr[data-stage=material]:contains('1,442.00')",
        },
        {
            content: "the CBAM good is marked",
            trigger: "[data-table=components] tr:contains('950.00') .o_cbam_passport_mark",
        },
        {
            trigger: "[data-table=components] tr:contains('Frame'):contains('480.00')",
        },
        {
            content: "the machine is folded",
            trigger: "[data-table=components] tbody tr:first .o_cbam_passport_fold[aria-expanded=true]",
            run: "click",
        },
        {
            trigger: "[data-table=components]:not(:has(tr:contains('Frame')))",
        },
        {
            trigger: "[data-table=sisters] tr:contains('M-2'):contains('1,602.00') button",
            run: "click",
        },
        {
            content: "a fourth frame: 160 kg more",
            trigger: ".o_cbam_passport_compare [data-side=difference]:contains('+160.00')",
        },
        {
            trigger: "[data-shown=component] .o_cbam_driver:first:contains('Frame'):contains('+160.00')",
        },
        {
            trigger: "[data-dimension=supplier]",
            run: "click",
        },
        {
            trigger: "[data-shown=supplier] .o_cbam_driver:first:contains('+160.00')",
        },
        {
            trigger: ".o_cbam_passport_compare button:contains('Swap')",
            run: "click",
        },
        {
            trigger: ".o_cbam_passport_compare [data-side=difference]:contains('-160.00')",
        },
    ],
});
