import { registry } from "@web/core/registry";

// From an order's figure to the ledger line behind it, to the line that brought the goods in, to their receipt.
registry.category("web_tour.tours").add("cbam_emissions_tour", {
    steps: () => [
        {
            content: "the order shows its specific emissions",
            trigger: ".o_form_view button[name=action_cbam_lines]:contains('1.7518 tCO2e/t')",
        },
        {
            content: "open the page of the order's emissions",
            trigger: ".o_notebook a[name=cbam_emissions]",
            run: "click",
        },
        {
            content: "read the SEE: 2.4 t in 1.37 t of bolts",
            trigger: ".o_cbam_figures tr.o_cbam_row_total td:contains('1.75182')",
        },
        {
            content: "which deviates from the plan",
            trigger: ".o_cbam_figures tr.o_cbam_row_total td.text-danger:contains('+6.7 %')",
        },
        {
            content: "all lines of the order",
            trigger: "button[name=action_cbam_lines]",
            run: "click",
        },
        {
            content: "the line of the wire rod it consumed",
            trigger:
                ".o_view_controller.o_list_view .o_data_row:contains('Stock → Process') td[name=subject]:contains('Wire rod · HEAT-1')",
            run: "click",
        },
        {
            content: "goods carry what brought them in: a verified receipt",
            trigger:
                ".o_form_view .o_field_widget[name=origin_line_ids] .o_data_row:contains('Receipt'):contains('Verified')",
        },
        {
            content: "the lines that brought the rod in",
            trigger: "button[name=action_view_origins]",
            run: "click",
        },
        {
            content: "the receipt's line",
            trigger: ".o_view_controller.o_list_view .o_data_row:contains('Supplier → Stock') td[name=subject]",
            run: "click",
        },
        {
            content: "its figure rests on the record of the mill",
            trigger: '.o_form_view .o_field_widget[name=record_id]:contains("Supplier\'s mill")',
        },
        {
            content: "open the receipt",
            trigger: ".o_form_view button[name=action_open_document]",
            run: "click",
        },
        {
            content: "the receipt from the vendor",
            trigger: ".o_form_view .o_field_widget[name=partner_id]:contains('Wire rod vendor')",
        },
    ],
});

// What an order lacks is listed on its page and fixed from there.
registry.category("web_tour.tours").add("cbam_missing_data_tour", {
    steps: () => [
        {
            trigger: ".o_list_view .o_group_header:contains('Net mass missing')",
            run: "click",
        },
        {
            trigger: ".o_data_row:contains('Washer') button[name=action_fix]",
            run: "click",
        },
        {
            content: "the product's data opens in a dialog; its weight is a proposal",
            trigger: ".modal .o_field_widget[name=cbam_weight_proposal]:contains('0.02')",
        },
        {
            trigger: ".modal .o_field_widget[name=cbam_net_mass] input",
            run: "edit 0.0213",
        },
        {
            trigger: ".modal .o_form_button_save",
            run: "click",
        },
        {
            content: "nothing is missing any more",
            trigger: ".o_list_view .o_view_nocontent:contains('Nothing is missing')",
        },
    ],
});
