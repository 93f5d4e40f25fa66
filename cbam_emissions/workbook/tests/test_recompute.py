# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl.html)
"""The template's way to put processes and precursors together. Expected figures are worked by hand in the comments."""

import pytest
from made import communication, precursor, process, product

from cbam_emissions.workbook.expected import product_cells
from cbam_emissions.workbook.recompute import recompute
from cbam_emissions.workbook.template import CarbonPrice


def see(found, place):
    emissions = found.process(place).embedded.emissions
    return emissions.direct, emissions.indirect_total


def said(found):
    return [str(remark) for remark in found.remarks]


def test_a_process_alone():
    # direct: 200 + 3 TJ · 60 − 1 · 50 + 2 · 56.1 − 4 · 56.1 · 0.667 − 10 MWh · 0.5
    #       = 200 + 180 − 50 + 112.2 − 149.6748 − 5 = 287.5252; / 100 = 2.875252; indirect 80 · 0.4 / 100 = 0.32
    found = recompute(
        communication(
            processes=(
                process(
                    1,
                    direct=200.0,
                    heat_imported=3.0,
                    heat_factor_imported=60.0,
                    heat_exported=1.0,
                    heat_factor_exported=50.0,
                    gas_imported=2.0,
                    gas_exported=4.0,
                    electricity=80.0,
                    electricity_factor=0.4,
                    electricity_exported=10.0,
                    electricity_factor_exported=0.5,
                ),
            )
        )
    )
    assert see(found, 1) == pytest.approx((2.875252, 0.32), rel=1e-14)
    terms = found.process(1).terms
    assert (terms.heat, terms.waste_gas, terms.electricity_produced) == pytest.approx((130.0, -37.4748, 5.0))
    assert found.process(1).embedded.electricity == 0.8
    assert found.process(1).default_share == 0.0
    assert said(found) == []


def test_typed_factors_of_waste_gas_are_not_used():
    found = recompute(communication(processes=(process(1, gas_imported=1.0, gas_factor_imported=260.0),)))
    assert see(found, 1)[0] == pytest.approx(0.561)


def test_negative_emissions_stay_as_in_the_workbook_and_are_named():
    # 10 − 1 TJ · 56.1 · 0.667 = −27.4187; per tonne −0.274187; the law would set 0
    found = recompute(communication(processes=(process(1, direct=10.0, gas_exported=1.0),)))
    assert see(found, 1)[0] == pytest.approx(-0.274187, rel=1e-14)
    assert said(found) == [
        "D_Processes!L54: Process 1 has negative emissions; the law sets them to 0, the workbook does not."
    ]


def test_precursors_and_transfers_over_two_levels():
    # P1: 100 t, 150 tCO2e, 120 t of B1 at 2.0 direct, 0.1 MWh/t · 0.5: (150 + 240) / 100 = 3.9;
    # indirect 120 · 0.05 / 100 = 0.06
    # P2: 50 t, 10 tCO2e, 40 t of P1: (10 + 40 · 3.9) / 50 = 3.32; indirect 40 · 0.06 / 50 = 0.048
    found = recompute(
        communication(
            processes=(process(1, direct=150.0, transfers={2: 40.0}, to_market=60.0), process(2, 50.0, direct=10.0)),
            precursors=(precursor(1, {1: 120.0}, see_direct=2.0, electricity=0.1, electricity_factor=0.5),),
        )
    )
    assert see(found, 1) == pytest.approx((3.9, 0.06), rel=1e-14)
    assert see(found, 2) == pytest.approx((3.32, 0.048), rel=1e-14)
    # embedded electricity: 0.8 t of P1 · 1.2 t of B1 · 0.1 MWh
    assert found.process(2).embedded.electricity == pytest.approx(0.096, rel=1e-14)
    assert {node.name: need for node, need in found.process(2).needs.items()} == pytest.approx(
        {"Process 1": 0.8, "Process 2": 1.0, "Bought 1": 0.96}
    )
    assert (found.process(1).undistributed, found.precursors[0].undistributed) == (0.0, 0.0)


def test_processes_that_feed_each_other():
    # x1 = 1 + 0.2 · x2, x2 = 2 + 0.5 · x1: x1 = 1 + 0.4 + 0.1 · x1 → 14/9; x2 = 2 + 7/9 = 25/9
    found = recompute(
        communication(
            processes=(
                process(1, 100.0, direct=100.0, transfers={2: 50.0}),
                process(2, 100.0, direct=200.0, transfers={1: 20.0}),
            )
        )
    )
    assert see(found, 1)[0] == pytest.approx(14 / 9, rel=1e-14)
    assert see(found, 2)[0] == pytest.approx(25 / 9, rel=1e-14)


def test_processes_that_only_feed_each_other_have_no_figure():
    found = recompute(
        communication(
            processes=(process(1, 10.0, direct=1.0, transfers={2: 10.0}), process(2, 10.0, transfers={1: 10.0}))
        )
    )
    assert found.process(1).embedded is None
    assert "take in as much of themselves as they give" in said(found)[-1]


def test_share_of_default_values_counts_direct_emissions_over_all_levels():
    # P1: own 100, 10 t of B1 (default) at 3.0 and 10 t of B2 at 7.0: 200; share 30 / 200. P2 takes all of P1, adds 100:
    # 30 / 300 = 0.1
    found = recompute(
        communication(
            processes=(process(1, direct=100.0, transfers={2: 100.0}), process(2, direct=100.0)),
            precursors=(
                precursor(1, {1: 10.0}, see_direct=3.0, see_direct_source="Default"),
                precursor(2, {1: 10.0}, see_direct=7.0, see_direct_source="Unknown"),
            ),
        )
    )
    assert found.process(1).default_share == pytest.approx(0.15, rel=1e-14)
    assert found.process(2).default_share == pytest.approx(0.1, rel=1e-14)


def test_default_share_in_a_circle_counts_the_process_once():
    # own 1 and 2 as above, P1 also takes 0.3 t/t of B1 at default 1.0. P1 needs 1/(1 − 0.1) = 10/9 of itself, 2/9 of P2
    # and 0.3 · 10/9 = 1/3 of B1. The template lists P1 once: 1 + 2/9 · 2 + 1/3 = 16/9; share (1/3) / (16/9) = 0.1875
    found = recompute(
        communication(
            processes=(
                process(1, 100.0, direct=100.0, transfers={2: 50.0}),
                process(2, 100.0, direct=200.0, transfers={1: 20.0}),
            ),
            precursors=(precursor(1, {1: 30.0}, see_direct=1.0, see_direct_source="Default"),),
        )
    )
    assert found.process(1).default_share == pytest.approx(0.1875, rel=1e-14)


def test_a_process_without_production_has_no_figure_but_others_do():
    found = recompute(
        communication(processes=(process(1, None, direct=5.0, transfers={2: 1.0}), process(2, direct=100.0)))
    )
    assert found.process(1).embedded is None
    assert see(found, 2) == (1.0, 0.0)
    assert "D_Processes!L24: process Process 1 cannot be recomputed: The activity level is 0.0" in said(found)[0]


def test_a_product_of_no_process_has_no_figure():
    found = recompute(communication(processes=(process(1),), products=(product(10, None),)))
    assert [cell.ours for cell in product_cells(product(10, None), found)][:3] == [None, None, None]


def test_gaps_that_the_workbook_counts_as_zero_are_named():
    nothing = {"see_direct": None, "electricity": None, "electricity_factor": None}
    found = recompute(
        communication(
            processes=(
                process(1, direct=None, heat_imported=5.0, electricity=10.0, electricity_exported=3.0),
                process(2, electricity=None, heat_exported=2.0),
            ),
            precursors=(
                precursor(1, {1: 5.0}, see_direct_source=None, **nothing),
                precursor(2, {1: 0.0}, **nothing),
            ),
        )
    )
    assert see(found, 1) == (0.0, 0.0)
    places = [remark.split(": ")[0] for remark in said(found)]
    assert places == [
        "E_PurchPrec!L49",
        "E_PurchPrec!L50",
        "E_PurchPrec!L51",
        "E_PurchPrec!M49",
        "D_Processes!L54",
        "D_Processes!L58",
        "D_Processes!L66",
        "D_Processes!L72",
        "D_Processes!M123",
        "D_Processes!L130",
    ]
    assert said(found)[0].endswith("the direct figure of Bought 1 is missing; the workbook counts it as 0.")


def test_negative_quantities_are_refused_by_the_engine():
    found = recompute(
        communication(processes=(process(1, heat_imported=-1.0, heat_factor_imported=56.0), process(2, direct=7.0)))
    )
    assert found.process(1).embedded is None
    assert "The quantity of heat Process 1 is -1.0, but it cannot be negative" in said(found)[0]
    assert see(found, 2)[0] == 0.07


def test_carbon_prices_go_through_the_supply_chain():
    # P1: own 1 + 0.5 indirect, 80 % covered, 20 USD: 24, rebate 5: 6; B1 own 2, all covered, 10 USD: 20 · 0.5 t/t = 10
    found = recompute(
        communication(
            processes=(process(1, direct=100.0, electricity=100.0, electricity_factor=0.5),),
            precursors=(precursor(1, {1: 50.0}, see_direct=2.0),),
            process_prices={1: CarbonPrice(0.8, 20.0, 5.0)},
            precursor_prices={1: CarbonPrice(1.0, 10.0, None)},
        )
    )
    figures = found.process(1).embedded
    assert (figures.price_due, figures.rebate) == pytest.approx((34.0, 6.0), rel=1e-14)


def test_the_row_of_a_product():
    # SEE 2 + 0.4; covered 0.5 → 1.2; rebate on 0.25 → 0.6; effective price 30 − 12
    found = recompute(communication(processes=(process(1, direct=200.0, electricity=100.0, electricity_factor=0.4),)))
    row = product(12, 1, covered=0.5, rebate_covered=0.25, price_due=30.0, rebate=12.0)
    figures = {cell.cell: cell.ours for cell in product_cells(row, found)}
    assert figures == pytest.approx(
        {"I12": 2.0, "J12": 0.4, "K12": 2.4, "M12": 0.0, "O12": 1.0, "AN12": 1.2, "AV12": 0.6, "AZ12": 18.0}
    )


def test_the_templates_look_up_of_the_default_share_goes_wrong_after_an_earlier_user():
    """The share is looked up by name from the top, where an earlier process names what it takes in."""
    found = recompute(
        communication(
            processes=(process(1, direct=1.0), process(2, direct=1.0, transfers={1: 10.0}), process(3, direct=1.0))
        )
    )
    mistaken = {
        place: [cell.cell for cell in product_cells(product(10, place), found) if cell.mistaken] for place in (1, 2, 3)
    }
    assert mistaken == {1: [], 2: ["M10"], 3: []}
