"""What the certificates for an offer cost, as a band where the supplier's claim is not verified, with its reasons."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from engine.carbon_cost import FORMULA, PRICE_2026, PRICE_2027, Answer, Offer, Sourced, carbon_cost, safely, total
from engine.certificate_prices import PriceRow, price_of_import
from engine.certificates import Basis, DeclarationLine

Q1 = PriceRow(date(2026, 1, 1), date(2026, 3, 31), Decimal(80), source="IR (EU) 2025/2548")
PRICE = price_of_import(date(2026, 2, 1), [Q1])
LINE = DeclarationLine("73181552", "TR")

CLAIM = Answer(Basis.CLAIMED, Sourced(2.0, "Record of the mill"), Sourced(0.5, "Record of the mill"))
DEFAULT = Answer(Basis.DEFAULT, Sourced(5.5, "IR (EU) 2025/2621"), Sourced(1.5, "IR (EU) 2025/2620, column B"))
VERIFIED = replace(CLAIM, basis=Basis.VERIFIED)


def offer(mass=10.0, **values):
    return Offer("Screws", Sourced(mass, "10 t"), PRICE, LINE, **values)


def test_verified_is_certain():
    """10 t · (2.0 - 0.5) = 15 certificates · EUR 80 = 1 200; the default value is not looked at."""
    found = carbon_cost(offer(actual=VERIFIED, default=DEFAULT))
    assert (found.basis, found.see, found.sefa, found.emissions) == (Basis.VERIFIED, 2.0, 0.5, 20.0)
    assert found.certificates == pytest.approx(15, abs=1e-9)
    assert (found.band.low, found.band.expected, found.band.high, found.band.at_risk) == (1200, 1200, 1200, 0)
    assert found.per_tonne == 120
    assert {step.basis for step in found.steps} == {None, Basis.VERIFIED}


def test_default():
    """10 t · (5.5 - 1.5) = 40 certificates · EUR 80 = 3 200."""
    found = carbon_cost(offer(default=DEFAULT))
    assert (found.basis, found.band.expected, found.band.at_risk) == (Basis.DEFAULT, 3200, 0)


def test_a_claim_is_a_band():
    """EUR 1 200 if it is verified, 3 200 if not; at 75 %: 1 700 expected, 21.25 certificates; 2 000 at risk."""
    found = carbon_cost(offer(actual=CLAIM, default=DEFAULT, likelihood=0.75))
    assert (found.band.low, found.band.expected, found.band.high, found.band.at_risk) == (1200, 1700, 3200, 2000)
    assert found.certificates == pytest.approx(21.25, abs=1e-9)
    assert found.per_tonne == 170
    assert (found.basis, found.see) == (Basis.CLAIMED, 2.0)
    assert "75%" in found.assumed[-1]


def test_every_step_names_its_source():
    found = carbon_cost(offer(actual=CLAIM, default=DEFAULT, likelihood=0.5))
    assert [(step.key, step.basis) for step in found.steps] == [
        ("mass", None), ("see", Basis.CLAIMED), ("sefa", Basis.CLAIMED), ("see", Basis.DEFAULT),
        ("sefa", Basis.DEFAULT), ("price", None), ("certificates", Basis.CLAIMED), ("cost", Basis.CLAIMED),
        ("certificates", Basis.DEFAULT), ("cost", Basis.DEFAULT), ("band", None),
    ]  # fmt: skip
    assert all(step.source for step in found.steps)
    assert "quarter of importation. IR (EU) 2025/2548" in found.steps[5].source


def test_a_reduction_is_a_step():
    """A carbon price that saves 0.25 certificates a tonne: 10 t · (2.0 - 0.5 - 0.25) = 12.5."""
    paid = replace(VERIFIED, reduction=Sourced(0.25, "Certified carbon price", "Formula of a draft act"))
    found = carbon_cost(offer(actual=paid))
    assert found.certificates == pytest.approx(12.5, abs=1e-9)
    assert found.assumed == ("Formula of a draft act",)
    assert [step.value for step in found.steps if step.key == "reduction"] == [0.25]


def test_nothing_ordered_still_has_a_cost_per_tonne():
    found = carbon_cost(offer(mass=0.0, actual=VERIFIED))
    assert (found.band.expected, found.per_tonne) == (0, 120)


@pytest.mark.parametrize("change, sentence", [
    ({"mass": Sourced(None, "The product has no net mass.")}, "The product has no net mass."),
    ({"actual": None, "default": None}, "There is neither a record nor a default value for Screws."),
    ({"actual": CLAIM, "default": None},
     "There is no default value that would count if the claim for Screws is not verified."),
    ({"default": replace(DEFAULT, see=Sourced(None, "No default value for the code."))},
     "No default value for the code."),
    ({"default": replace(DEFAULT, sefa=Sourced(None))}, "A figure of Screws is missing."),
    ({"price": price_of_import(date(2026, 5, 1), [])},
     "The price of Q2 2026 is not published, and no earlier one either."),
])  # fmt: skip
def test_what_is_missing_is_listed_and_nothing_is_reckoned_with_it(change, sentence):
    found = carbon_cost(replace(offer(default=DEFAULT), **change))
    assert found.missing == (sentence,)
    assert (found.band, found.certificates, found.per_tonne) == (None, None, None)


def test_a_figure_that_cannot_be_is_a_listed_gap():
    found = safely(offer(default=replace(DEFAULT, see=Sourced(-1.0, "Typed"))))
    assert "cannot be negative" in found.missing[0]
    assert found.band is None


def test_electricity_needs_no_free_allocation():
    """100 MWh at 0.612: 61.2 certificates, EUR 4 896."""
    power = Answer(Basis.DEFAULT, Sourced(0.612, "Annex III"), Sourced(None))
    found = carbon_cost(replace(offer(mass=100.0, default=power), electricity=True))
    assert found.band.expected == 4896
    assert "sefa" not in {step.key for step in found.steps}


class TestTotal:
    """A kit: 10 t verified (EUR 1 200) and 2 t below their allowance (0, not -1)."""

    cheap = Answer(Basis.DEFAULT, Sourced(0.5, "x"), Sourced(1.0, "x"))

    def test_components_are_floored_one_by_one(self):
        parts = [carbon_cost(offer(actual=VERIFIED)), carbon_cost(offer(mass=2.0, default=self.cheap))]
        found = total(parts)
        assert (found.band.expected, found.certificates) == (1200, pytest.approx(15, abs=1e-9))
        # (10 · 2.0 + 2 · 0.5) / 12 and 1 200 / 12
        assert found.see == pytest.approx(1.75, abs=1e-12)
        assert (found.mass, found.basis) == (12, None)
        assert found.per_tonne == 100
        assert len(found.steps) == sum(len(part.steps) for part in parts)

    def test_a_part_without_a_figure_leaves_the_whole_without(self):
        gap = carbon_cost(offer(default=replace(DEFAULT, see=Sourced(None, "No value."))))
        found = total([carbon_cost(offer(actual=VERIFIED)), gap])
        assert (found.band, found.see, found.missing) == (None, None, ("No value.",))

    def test_nothing_at_all(self):
        assert total([]).band is None


def test_an_answer_names_every_data_set_behind_it():
    see, sefa = Sourced(5.5, "defaults", datasets=frozenset({3})), Sourced(1.5, "benchmarks", datasets=frozenset({4}))
    paid = Sourced(0.1, "carbon price", datasets=frozenset({3, 9}))
    assert Answer(Basis.DEFAULT, see, sefa, paid).datasets == {3, 4, 9}
    assert Answer(Basis.DEFAULT, see, sefa).datasets == {3, 4}


def test_the_steps_of_a_claim_in_full():
    """As test_a_claim_is_a_band: 20 t less 5 t, 55 t less 15 t; EUR 80 each; three quarters of the way to the claim."""
    found = carbon_cost(offer(actual=CLAIM, default=DEFAULT, likelihood=0.75))
    cents = "certificates × price, to the cent"
    note = "The claim is taken to be verified with a likelihood of 75%; else the default value counts."
    claimed, default = Basis.CLAIMED, Basis.DEFAULT
    assert [(s.key, s.value, s.unit, s.source, s.note, s.basis) for s in found.steps if s.key != "price"] == [
        ("mass", 10.0, "t", "10 t", "", None),
        ("see", 2.0, "tCO2e/t", "Record of the mill", "", claimed),
        ("sefa", 0.5, "tCO2e/t", "Record of the mill", "", claimed),
        ("see", 5.5, "tCO2e/t", "IR (EU) 2025/2621", "", default),
        ("sefa", 1.5, "tCO2e/t", "IR (EU) 2025/2620, column B", "", default),
        ("certificates", pytest.approx(15, abs=1e-9), "tCO2e", FORMULA, "", claimed),
        ("cost", 1200.0, "EUR", cents, "", claimed),
        ("certificates", pytest.approx(40, abs=1e-9), "tCO2e", FORMULA, "", default),
        ("cost", 3200.0, "EUR", cents, "", default),
        ("band", 1700.0, "EUR", "claimed and default, weighted", note, None),
    ]
    assert {step.goods for step in found.steps} == {"Screws"}


def test_the_price_of_an_import_of_2027_names_its_own_law_and_what_is_assumed():
    week = PriceRow(date(2027, 2, 1), date(2027, 2, 7), Decimal(85), source="Weekly list")
    later = replace(offer(actual=VERIFIED), price=price_of_import(date(2027, 3, 10), [week]))
    (step,) = (step for step in carbon_cost(later).steps if step.key == "price")
    assert (step.value, step.unit, step.source) == (85.0, "EUR", f"{PRICE_2027}. Weekly list")
    assert step.note == later.price.note and "2027-03-10" in step.note
    (step,) = (step for step in carbon_cost(offer(actual=VERIFIED)).steps if step.key == "price")
    assert (step.value, step.source, step.note) == (80.0, f"{PRICE_2026}. IR (EU) 2025/2548", "")


def test_a_kit_of_one_basis_keeps_it():
    found = total([carbon_cost(offer(actual=VERIFIED)), carbon_cost(offer(actual=VERIFIED, mass=2.0))])
    assert (found.basis, found.mass) == (Basis.VERIFIED, 12.0)
    assert found.sefa == pytest.approx(0.5) and found.emissions == pytest.approx(24.0)
    assert (found.band.low, found.band.high, found.band.at_risk) == (1440, 1440, 0)


def test_a_kit_of_which_nothing_is_ordered_has_no_cost_per_tonne():
    found = total([carbon_cost(offer(mass=0.0, actual=VERIFIED)), carbon_cost(offer(mass=0.0, actual=VERIFIED))])
    assert (found.mass, found.per_tonne, found.see) == (0.0, None, None)
    assert (found.band.expected, found.certificates) == (0, 0.0)


@pytest.mark.parametrize(("reduction", "shown"), [((0.25, ""), 1), ((0.0, "A draft act counts."), 1), ((0.0, ""), 0)])
def test_a_reduction_is_shown_where_there_is_one_or_something_to_say(reduction, shown):
    paid = replace(VERIFIED, reduction=Sourced(reduction[0], "Certified carbon price", reduction[1]))
    assert [step.key for step in carbon_cost(offer(actual=paid)).steps].count("reduction") == shown
