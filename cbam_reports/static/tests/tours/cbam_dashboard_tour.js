import { registry } from "@web/core/registry";

// Each tab, and one of the figures, bars and rows of each followed to its records.
registry.category("web_tour.tours").add("cbam_dashboard_tour", {
    steps: () => [
        {
            content: "an importer starts with what it declares",
            trigger: "[data-shown=declarant] .o_cbam_bar .progress-bar.bg-primary",
        },
        {
            content: "the way to the first declaration",
            trigger: ".o_cbam_checklist .o_cbam_step:contains('First declaration')",
        },
        {
            trigger: "[data-shown=declarant] button:contains('Declared: 30.000 t')",
            run: "click",
        },
        {
            trigger: ".o_list_view .o_data_row:contains('7214')",
        },
        {
            trigger: ".o_back_button, .breadcrumb-item a:contains('CBAM Dashboard')",
            run: "click",
        },
        {
            trigger: "[data-tab=buyer]",
            run: "click",
        },
        {
            content: "60 certificates at 82.32",
            trigger: "[data-shown=buyer] canvas",
        },
        {
            trigger: "[data-shown=buyer] tr:contains('4,939.20') button:contains('P-DASH')",
            run: "click",
        },
        {
            content: "the order as somebody without a purchasing role reads it",
            trigger: ".o_form_view:contains('P-DASH') .o_data_row:contains('Rebar'):contains('80.000')",
        },
        {
            trigger: ".o_back_button, .breadcrumb-item a:contains('CBAM Dashboard')",
            run: "click",
        },
        {
            content: "the tab that was left",
            trigger: "[data-shown=buyer] .o_cbam_figure:contains('Open requests')",
        },
        {
            trigger: "[data-tab=operator]",
            run: "click",
        },
        {
            content: "nothing is closed: what to do first",
            trigger: "[data-shown=operator] .o_cbam_empty button",
            run: "click",
        },
        {
            trigger: ".o_list_view, .o_view_nocontent",
        },
    ],
});
