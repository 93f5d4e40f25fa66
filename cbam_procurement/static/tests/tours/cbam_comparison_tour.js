import { registry } from "@web/core/registry";

// The product heads its group, so that a line is known by its vendor and the unit of its quote.
const units = {
    "Screw M8": { "Steel CN": "Units", "Steel TR": "Hundred", "Steel IN": "Box of 500" },
    "Wire rod": { "Steel CN": "kg", "Steel TR": "Ton", "Steel IN": "Coil of 1.5 t" },
};
const row = (vendor, product) =>
    `.o_list_view .o_data_row:has(td[name=partner_id]:contains('${vendor}')):has(td[name=product_uom_id]:contains('${units[product][vendor]}'))`;

// Three alternatives: carbon cost beside the price, the best of each product marked, its reason, and the choice.
registry.category("web_tour.tours").add("cbam_comparison_tour", {
    steps: () => [
        {
            content: "the line of the request shows its carbon cost",
            trigger:
                ".o_field_widget[name=order_line] .o_data_row:contains('Screw M8') td[name=cbam_carbon_cost]:contains('626.91')",
        },
        {
            trigger: ".o_notebook a[name=alternative_pos]",
            run: "click",
        },
        {
            content: "totals of the alternatives with their carbon",
            trigger:
                ".o_field_widget[name=alternative_po_ids] .o_data_row:contains('Steel TR') td[name=cbam_landed_total]:contains('42,124.33')",
        },
        {
            content: "the chart marks the best",
            trigger:
                ".o_cbam_alternatives .o_cbam_bar:contains('Steel TR') .o_cbam_total.text-success:contains('42,124.33')",
        },
        {
            trigger: "button[name=action_compare_alternative_lines]",
            run: "click",
        },
        {
            content: "by price China is best, with carbon it is not",
            trigger: `${row("Steel CN", "Screw M8")} td[name=price_total_cc].text-success`,
        },
        {
            trigger: `${row("Steel CN", "Screw M8")} td[name=cbam_landed_total]:not(.text-success):contains('3,826.91')`,
        },
        {
            content: "the verified screws of India are best",
            trigger: `${row("Steel IN", "Screw M8")} td[name=cbam_landed_total].text-success:contains('3,424.06')`,
        },
        {
            trigger: `${row("Steel IN", "Screw M8")} td[name=cbam_state]:contains('Verified')`,
        },
        {
            content: "the claimed wire rod of Türkiye is best, quoted in tonnes beside kg and coils",
            trigger: `${row("Steel TR", "Wire rod")} td[name=cbam_landed_total].text-success:contains('38,196.18')`,
        },
        {
            trigger: `${row("Steel TR", "Wire rod")} td[name=cbam_state]:contains('Claimed')`,
        },
        {
            content: "every row has the same cells",
            trigger: ".o_list_view",
            run() {
                const head = this.anchor.querySelectorAll("thead th").length;
                for (const line of this.anchor.querySelectorAll(".o_data_row")) {
                    const cells = [...line.children].reduce((count, cell) => count + cell.colSpan, 0);
                    if (cells !== head) {
                        throw new Error(`A row has ${cells} cells, the header ${head}.`);
                    }
                }
            },
        },
        {
            content: "the carbon of alternatives is not summed up, and nothing is cut off",
            trigger: ".o_list_view .o_group_header:contains('Screw M8')",
            run() {
                const header = this.anchor.innerText;
                if (header.includes("1,079.12")) {
                    throw new Error(`The alternatives are summed up: ${header}`);
                }
                const list = this.anchor.closest(".o_list_renderer");
                if (list.scrollWidth > list.clientWidth) {
                    throw new Error(`The list is ${list.scrollWidth} wide in a window of ${list.clientWidth}.`);
                }
            },
        },
        {
            content: "filter by what the cost rests on",
            trigger: ".o_searchview_dropdown_toggler",
            run: "click",
        },
        {
            trigger: ".o_filter_menu .o_menu_item:contains('Verified data')",
            run: "click",
        },
        {
            trigger: ".o_list_view:not(:has(.o_data_row:contains('Steel CN'))) .o_data_row:contains('Steel IN')",
        },
        {
            trigger: ".o_searchview_facet:contains('Verified data') .o_facet_remove",
            run: "click",
        },
        {
            trigger: ".o_list_view .o_data_row:contains('Steel CN')",
        },
        {
            content: "sorting by a stored column",
            trigger: "th[data-name=cbam_landed_total]",
            run: "click",
        },
        {
            trigger: ".o_list_view .o_data_row:first:contains('Steel IN')",
        },
        {
            content: "why?",
            trigger: `${row("Steel TR", "Wire rod")} button[name=action_cbam_why]`,
            run: "click",
        },
        {
            trigger: ".modal .o_cbam_why tr:contains('Price of a certificate'):contains('82.32')",
        },
        {
            trigger: ".modal .o_field_widget[name=cbam_why]:contains('not verified')",
        },
        {
            trigger: ".modal .btn-close",
            run: "click",
        },
        {
            content: "without groups each line names its product",
            trigger: "body:not(:has(.modal)) .o_searchview_facet:contains('Product') .o_facet_remove",
            run: "click",
        },
        {
            trigger: ".o_list_view .o_data_row td[name=product_id]:contains('Wire rod')",
        },
        {
            content: "the screws of India are chosen: the others are cleared, as in standard",
            trigger: `body:not(:has(.modal)) ${row("Steel IN", "Screw M8")} button[name=action_choose]`,
            run: "click",
        },
        {
            trigger: `${row("Steel CN", "Screw M8")} td[name=product_qty]:contains('0.00')`,
        },
        {
            content: "what is left is still the best",
            trigger: `${row("Steel IN", "Screw M8")} td[name=cbam_landed_total].text-success`,
        },
    ],
});
