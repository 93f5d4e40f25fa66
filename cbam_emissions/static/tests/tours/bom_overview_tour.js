import { registry } from "@web/core/registry";
import { assertColumn, assertSameCells } from "@cbam_emissions/../tests/tours/overview_rows";

const TABLE = "table.o_mrp_bom_expandable";

const open = [
    { trigger: "button.oe_stat_button:contains(BoM Overview)", run: "click" },
    { trigger: `${TABLE} tbody tr:contains(Drawn wire)` },
    { trigger: "button:contains(Unfold)", run: "click" },
    { trigger: `${TABLE} tbody tr:contains(Wire rod)` },
];

function check(expected) {
    return {
        content: "every row has the cells of the head, and the figures are those worked by hand",
        trigger: TABLE,
        run() {
            assertSameCells(this.anchor);
            assertColumn(this.anchor, 1, expected);
        },
    };
}

const FIGURES = {
    "Bolt M8": "27.00",
    "Drawn wire": "32.00",
    "Wire rod": "30.40",
    "Fuels and energy of the process": "1.60",
    Operations: "4.00",
    "Press - Press shop": "4.00",
    "By-Products": "9.00",
    Cuttings: "0.00",
    "Short bolt": "9.00",
    "Emissions per tonne": "2.2500 tCO2e/t",
};

registry.category("web_tour.tours").add("cbam_bom_overview", {
    steps: () => [
        {
            content: "the bill's form shows the planned figure",
            trigger: "button.oe_stat_button:contains(2.2500 tCO2e/t)",
        },
        ...open,
        { trigger: `${TABLE} th[name=cbam_emissions]:contains("Emissions (kgCO2e)")` },
        check(FIGURES),
        {
            content: "what a figure is made of",
            trigger: `${TABLE} tbody tr:first-child td[name=cbam_emissions] span[title*="Direct: 27.00 kgCO2e"]`,
        },
        { trigger: `${TABLE} tfoot tr:first-child td:contains("0.02700 kgCO2e")` },
        { trigger: ".o_control_panel .o_row:has(i.fa-toggle-off)", run: "click" },
        { trigger: `${TABLE} th:contains(Lead Time)` },
        check(FIGURES),
    ],
});

registry.category("web_tour.tours").add("cbam_bom_overview_without_group", {
    steps: () => [
        ...open,
        {
            content: "no column, and nothing fails",
            trigger: `${TABLE}:not(:has([name=cbam_emissions])):not(:has([name=cbam_process]))`,
            run() {
                assertSameCells(this.anchor);
            },
        },
    ],
});
