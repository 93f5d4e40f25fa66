import { registry } from "@web/core/registry";

const row = (vendor, product) =>
    `.o_list_view .o_data_row:has(td[name=partner_id]:contains('${vendor}')):has(td[name=product_id]:contains('${product}'))`;

// Three alternatives: carbon cost beside the price, the best of each product marked, its reason, and the choice.
registry.category("web_tour.tours").add("cbam_comparison_tour", {
    steps: () => [
        {
            content: "the line of the request shows its carbon cost",
            trigger: ".o_field_widget[name=order_line] .o_data_row:contains('Screw M8') td[name=cbam_carbon_cost]:contains('626.91')",
        },
        {
            trigger: ".o_notebook a[name=alternative_pos]",
            run: "click",
        },
        {
            content: "totals of the alternatives with their carbon",
            trigger: ".o_field_widget[name=alternative_po_ids] .o_data_row:contains('Steel TR') td[name=cbam_landed_total]:contains('42,124.33')",
        },
        {
            content: "the chart marks the best",
            trigger: ".o_cbam_alternatives .o_cbam_bar:contains('Steel TR') .o_cbam_total.text-success:contains('42,124.33')",
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
