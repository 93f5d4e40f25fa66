# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl.html)
"""Bought components: which declaration counts, what it gives, and that what is missing stays missing."""

from datetime import date

import pytest
from engine.life.lines import Rate
from engine.life.material import Component, Declaration, chosen, figures

DAY = date(2026, 6, 15)
MOTOR = Component(quantity=2.0, unit="Units", kg=30.0, vendor=7, day=DAY)
#: 5 kgCO2e per kg
ALUMINIUM = Rate(5.0, None, 4, "Aluminium", "kg")


def epd(number, **values):
    return Declaration(number, "epd", f"EPD-{number}", "unit", 90.0)._replace(**values)


def test_per_unit_and_per_kg():
    """2 motors at 90 kg each: 0.18 t. 30 kg at 4.2 kg per kg: 0.126 t."""
    assert figures(MOTOR, [epd(1)])[0].tco2e == pytest.approx(0.18)
    (found,) = figures(MOTOR, [epd(1, basis="kg", kg_per=4.2)])
    assert (found.quantity, found.unit, found.footprint_id) == (30.0, "kg", 1)
    assert found.tco2e == pytest.approx(0.126)


def test_the_vendors_own_declaration_comes_first():
    assert chosen([epd(1), epd(2, vendor=7, kind="pcf"), epd(3, vendor=8)], MOTOR).id == 2
    assert chosen([epd(3, vendor=8)], MOTOR) is None


def test_epd_before_pcf_verified_before_claimed_late_before_early():
    assert chosen([epd(1), epd(2, kind="pcf", verified=True)], MOTOR).id == 1
    assert chosen([epd(1, verified=True), epd(2)], MOTOR).id == 1
    assert chosen([epd(2, valid_from=date(2024, 1, 1)), epd(1, valid_from=date(2026, 1, 1))], MOTOR).id == 1


@pytest.mark.parametrize(
    "values",
    [
        {"valid_until": date(2026, 6, 14)},
        {"valid_from": date(2026, 6, 16)},
        {"kg_per": None},
    ],
)
def test_a_declaration_out_of_date_or_without_figure_does_not_count(values):
    assert chosen([epd(1, **values)], MOTOR) is None


def test_the_first_and_the_last_day_count():
    assert chosen([epd(1, valid_from=DAY, valid_until=DAY)], MOTOR).id == 1


def test_a_figure_per_kg_needs_a_mass():
    assert chosen([epd(1, basis="kg")], MOTOR._replace(kg=None)) is None


def test_the_factor_of_the_material():
    """30 kg at 5 kg per kg: 0.15 t; by the category's factor it is an estimate."""
    (found,) = figures(MOTOR._replace(rate=ALUMINIUM, amount=30.0), [])
    assert (found.tco2e, found.quality, found.dataset_id) == (0.15, "standard", 4)
    (found,) = figures(MOTOR._replace(rate=ALUMINIUM, amount=30.0, by_category=True), [])
    assert found.quality == "estimated"


def test_mass_balance_splits():
    """60 % of 30 kg at 1 kg per kg and 40 % at 5: 0.018 + 0.06 t."""
    green = epd(1, basis="kg", kg_per=1.0, share=0.6)
    certified, rest = figures(MOTOR._replace(rate=ALUMINIUM, amount=30.0), [green])
    assert certified.tco2e == pytest.approx(0.018) and certified.quantity == pytest.approx(18.0)
    assert rest.tco2e == pytest.approx(0.06) and rest.footprint_id is None


def test_what_is_missing_is_missing():
    assert [(f.tco2e, f.why) for f in figures(MOTOR, [])] == [(None, "factor")]
    assert figures(MOTOR._replace(rate=ALUMINIUM), [])[0].why == "mass"
    assert figures(MOTOR._replace(rate=ALUMINIUM._replace(unit="m3")), [])[0].why == "unit"


def test_figures_in_full():
    """Mass balance of 40 %: 0.4 · 2 motors · 90 kg = 0.072 t by the EPD; the other 0.6 · 30 kg · 5 kg/kg = 0.09 t."""
    motor = MOTOR._replace(rate=ALUMINIUM, amount=30.0)
    by_epd, rest = figures(motor, [epd(1, share=0.4, verified=True)])
    assert by_epd == (pytest.approx(0.8), "Units", pytest.approx(0.072), "verified", None, 1, "EPD-1", "")
    assert rest == (
        pytest.approx(18.0), "kg", pytest.approx(0.09), ALUMINIUM.quality, ALUMINIUM.dataset_id, None, "Aluminium", ""
    )  # fmt: skip
    (claimed,) = figures(motor, [epd(1, basis="kg", kg_per=4.2)])
    assert claimed == (30.0, "kg", pytest.approx(0.126), "estimated", None, 1, "EPD-1", "")


def test_what_is_missing_keeps_its_quantity_and_says_why():
    """The rest of a mass balance of 40 % without a factor: 0.6 · 2 motors."""
    _by_epd, rest = figures(MOTOR, [epd(1, share=0.4)])
    assert rest == (pytest.approx(1.2), "Units", None, "missing", None, None, "", "factor")
    (no_mass,) = figures(MOTOR._replace(rate=ALUMINIUM), [])
    assert no_mass == (2.0, "Units", None, "missing", None, None, "", "mass")
