import { registry } from "@web/core/registry";
import { assertColumn, assertSameCells } from "@cbam_emissions/../tests/tours/overview_rows";

const TABLE = "table[name=overview]";

const open = [
    { trigger: "button.oe_stat_button:contains(Overview)", run: "click" },
    { trigger: `${TABLE} tbody tr:contains(Drawn wire)` },
    { trigger: "button:contains(Unfold)", run: "click" },
    { trigger: `${TABLE} tbody tr:contains(Short bolt)` },
];

function check(columns) {
    return {
        content: "every row has the cells of the head, and the figures are those worked by hand",
        trigger: TABLE,
        run() {
            assertSameCells(this.anchor);
            for (const [place, expected] of columns) {
                assertColumn(this.anchor, place, expected);
            }
        },
    };
}

registry.category("web_tour.tours").add("cbam_mo_overview_planned", {
    steps: () => [
        ...open,
        { trigger: `${TABLE} th[name=cbam_planned]:contains("Planned Emissions (kgCO2e)")` },
        { trigger: `${TABLE}:not(:has([name=cbam_real]))` },
        check([
            [
                1,
                {
                    "Bolt M8": "54.00",
                    "Drawn wire": "64.00",
                    Operations: "8.00",
                    Press: "8.00",
                    "By-Products": "18.00",
                    Cuttings: "0.00",
                    "Short bolt": "18.00",
                    "Emissions per tonne": "2.2500 tCO2e/t",
                    "Unit Cost": "0.02700 kgCO2e",
                },
            ],
        ]),
    ],
});

registry.category("web_tour.tours").add("cbam_mo_overview_real", {
    steps: () => [
        ...open,
        { trigger: `${TABLE} th[name=cbam_real]:contains("Real Emissions (kgCO2e)")` },
        check([
            [
                2,
                {
                    "Bolt M8": "54.00",
                    "Drawn wire": "64.00",
                    "Fuels and energy of the process": "0.00",
                    Operations: "8.00",
                    "Short bolt": "18.00",
                    "Emissions per tonne": "2.2500 tCO2e/t",
                    "Unit Cost": "0.02700 kgCO2e",
                    "Total Cost of Components": "64.00",
                    "Total Cost of Operations": "8.00",
                },
            ],
            [
                1,
                {
                    "Bolt M8": "66.00",
                    "Drawn wire": "80.00",
                    "Fuels and energy of the process": "8.00",
                    Cuttings: "0.00",
                    "Short bolt": "22.00",
                    "Emissions per tonne": "2.7500 tCO2e/t",
                    "Unit Cost": "0.03300 kgCO2e",
                    "Total Cost of Components": "80.00",
                    "Total Cost of Operations": "8.00",
                },
            ],
        ]),
        { trigger: `${TABLE} tbody tr:first-child td.text-danger[name=cbam_real]` },
    ],
});

registry.category("web_tour.tours").add("cbam_mo_overview_without_group", {
    steps: () => [
        ...open,
        {
            content: "no column, and nothing fails",
            trigger: `${TABLE}:not(:has([name=cbam_planned])):not(:has([name=cbam_process]))`,
            run() {
                assertSameCells(this.anchor);
            },
        },
    ],
});
