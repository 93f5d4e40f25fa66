"""What a carbon clause lets a buyer claim: docs/carbon-clause.md works the figures by hand.

10 t of rebar of India, price EUR 82.32. Verified: SEE 2.0, SEFA 0.5. Default: 4.27 · 1.1 = 4.697, SEFA 0.975 · 1.364.
"""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from engine.carbon_clause import EXCESS, Bearer, Claim, Clause, Standing, claim, together
from engine.carbon_cost import Answer, Offer, Sourced
from engine.certificate_prices import PriceRow, price_of_import
from engine.certificates import Basis, DeclarationLine

PRICE = price_of_import(
    date(2026, 11, 23), [PriceRow(date(2026, 7, 1), date(2026, 9, 30), Decimal("82.32"), source="IR (EU) 2025/2548")]
)
DEFAULT = Answer(Basis.DEFAULT, Sourced(4.27 * 1.1, "IR (EU) 2025/2621"), Sourced(0.975 * 1.364, "IR (EU) 2025/2620"))
BUYER, VENDOR, ABOVE = (Clause(bearer, 1.8) for bearer in (Bearer.BUYER, Bearer.VENDOR, Bearer.ABOVE))


def record(see, sefa, basis=Basis.VERIFIED):
    return Answer(basis, Sourced(see, "Record of the mill"), Sourced(sefa, "Record of the mill"))


def offer(actual=None, mass=10.0, name="Rebar", **values):
    values = {"default": DEFAULT, "likelihood": 0.5} | values
    return Offer(name, Sourced(mass, "net mass"), PRICE, DeclarationLine("72142000", "IN"), actual=actual, **values)


VERIFIED = offer(record(2.0, 0.5))
CLAIMED = offer(record(1.0, 0.5, Basis.CLAIMED))


@pytest.mark.parametrize(
    ("clause", "certificates", "amount"),
    [
        (BUYER, 0, "0"),
        (VENDOR, 15, "1234.80"),  # 10 · (2.0 - 0.5)
        (ABOVE, 2, "164.64"),  # 10 · (2.0 - 1.8)
    ],
)
def test_verified_above_the_maximum(clause, certificates, amount):
    for late in (False, True):
        found = claim([VERIFIED], clause, late)
        assert found.standing is Standing.EXCEEDED
        assert found.certificates == pytest.approx(certificates, abs=1e-9)
        assert (found.amount, found.at_stake) == (Decimal(amount), 0)
        assert (found.mass, found.see, found.due) == (10, 2.0, pytest.approx(15, abs=1e-9))


@pytest.mark.parametrize(
    ("clause", "certificates", "amount"),
    [
        (BUYER, 0, "0"),
        (VENDOR, 33.671, "2771.80"),  # 10 · (4.697 - 1.3299) · 82.32 = 2 771.79672
        (ABOVE, 28.97, "2384.81"),  # 10 · (4.697 - 1.8) · 82.32 = 2 384.8104
    ],
)
def test_without_a_verified_report_the_default_value_counts_once_its_day_has_passed(clause, certificates, amount):
    """A claimed figure is none, however low; until the day nothing is claimed, and the amount is at stake."""
    for goods in (CLAIMED, offer()):
        before, after = (claim([goods], clause, late) for late in (False, True))
        assert (before.standing, before.amount, before.at_stake) == (Standing.WAITING, 0, Decimal(amount))
        assert (after.standing, after.amount, after.at_stake) == (Standing.LATE, Decimal(amount), 0)
        assert after.certificates == pytest.approx(certificates, abs=1e-9)


def test_at_or_below_the_maximum_nothing_is_claimed_unless_the_vendor_bears_all():
    """0.6 + 1.2 is 1.7999999999999998 and 1.8 · 3 is 5.4: no binary noise exceeds a maximum."""
    for see in (1.8, 0.6 + 1.2, 1.8 + 1e-12, 1.2):
        kept = claim([offer(record(see, 0.5))], ABOVE, True)
        assert (kept.standing, kept.amount) == (Standing.KEPT, 0)
    # 10 · (1.2 - 0.5) · 82.32
    found = claim([offer(record(1.2, 0.5))], VENDOR, False)
    assert (found.standing, found.amount) == (Standing.KEPT, Decimal("576.24"))
    assert claim([offer(record(2.0, 0.5))], Clause(Bearer.VENDOR), False).standing is Standing.KEPT


def test_never_more_than_is_due():
    """SEE 2.0 is 2 certificates above the maximum, but with SEFA 1.9 only 1 is due; with SEFA 2.5 none."""
    assert claim([offer(record(2.0, 1.9))], ABOVE, False).amount == Decimal("82.32")
    found = claim([offer(record(2.0, 2.5))], ABOVE, False)
    assert (found.standing, found.amount) == (Standing.EXCEEDED, 0)


def test_a_reduction_for_a_carbon_price_is_not_claimed():
    """0.14 a tonne: 15 - 1.4 = 13.6 due; 2 above the maximum are among them."""
    taxed = offer(replace(record(2.0, 0.5), reduction=Sourced(0.14, "Tax")))
    assert claim([taxed], VENDOR, False).amount == Decimal("1119.55")  # 13.6 · 82.32 = 1 119.552
    assert claim([taxed], ABOVE, False).amount == Decimal("164.64")


def test_a_kit_is_judged_by_the_average_of_its_goods():
    """4 t at 2.4 and 6 t at 1.5 are 10 t at 1.86: 0.6 certificates above 1.8, of 4 · 1.9 + 6 · 1.0 = 13.6 due."""
    kit = [offer(record(2.4, 0.5), 4.0, "Rod"), offer(record(1.5, 0.5), 6.0, "Nut")]
    found = claim(kit, ABOVE, False)
    assert found.see == pytest.approx(1.86, abs=1e-9)
    assert found.certificates == pytest.approx(0.6, abs=1e-9)
    assert found.amount == Decimal("49.39")  # 0.6 · 82.32 = 49.392
    assert claim([kit[0], offer(None, 6.0, "Nut")], ABOVE, False).standing is Standing.WAITING


def test_what_is_missing_is_listed_and_no_amount_is_made_up():
    weightless = offer(record(2.0, 0.5), mass=None)
    found = claim([weightless], ABOVE, False)
    assert (found.standing, found.amount, found.missing) == (Standing.MISSING, None, ("net mass",))
    found = claim([VERIFIED], Clause(Bearer.ABOVE), False)
    assert (found.standing, found.amount) == (Standing.MISSING, None)
    assert found.missing == ("No maximum of specific emissions is agreed for Rebar.",)
    found = claim([VERIFIED], Clause(Bearer.ABOVE, -1.0), False)
    assert (found.standing, found.amount) == (Standing.MISSING, None)
    assert "cannot be negative" in found.missing[0]


def test_goods_that_are_not_known():
    assert claim([], ABOVE, False) == Claim(Standing.MISSING, None, None, None, None, None, None)


def test_while_the_report_is_not_due_missing_figures_do_not_matter():
    found = claim([offer(default=None)], ABOVE, False)
    assert (found.standing, found.amount, found.at_stake, found.missing) == (Standing.WAITING, 0, None, ())
    assert claim([offer(default=None)], ABOVE, True).standing is Standing.MISSING
    found = claim([offer(default=None)], BUYER, True)
    assert (found.standing, found.amount) == (Standing.LATE, 0)


def test_deliveries_add_and_the_worst_stands_for_all():
    """164.64 of 10 t and 82.32 of 5 t at 2.0; a delivery below the maximum pays for none of it."""
    low = claim([offer(record(1.0, 0.5), 5.0)], ABOVE, False)
    found = together([claim([VERIFIED], ABOVE, False), claim([offer(record(2.0, 0.5), 5.0)], ABOVE, False), low])
    assert (found.standing, found.amount, found.mass) == (Standing.EXCEEDED, Decimal("246.96"), 20)
    assert found.see == pytest.approx(35 / 20, abs=1e-9)
    assert together([low]) is low
    worst = together([low, claim([offer(mass=None)], ABOVE, True)])
    assert (worst.standing, worst.amount, worst.mass) == (Standing.MISSING, None, None)
    assert isinstance(worst, Claim)


def test_every_step_of_the_claim_is_shown():
    steps = {step.key: step for step in claim([VERIFIED], ABOVE, False).steps}
    assert (steps["maximum"].value, steps["borne"].value, steps["claim"].value) == (1.8, pytest.approx(2), 164.64)
    assert all(step.source for step in steps.values())


def test_the_words_of_the_steps():
    """After the steps of the cost: the maximum, what is borne and the claim, each with its unit and its source."""
    words = {BUYER: "The buyer bears the cost", ABOVE: EXCESS}
    words[VENDOR] = "The supplier bears the cost of all certificates that are due"
    for clause, source in words.items():
        found = claim([VERIFIED], clause, False)
        assert [(s.goods, s.key, s.value, s.unit, s.source) for s in found.steps[-3:]] == [
            ("Rebar", "maximum", 1.8, "tCO2e/t", "Carbon clause of the order"),
            ("Rebar", "borne", found.certificates, "tCO2e", source),
            ("Rebar", "claim", float(found.amount), "EUR", "certificates × price, to the cent"),
        ]


def test_deliveries_list_what_each_of_them_lacks_and_assumes_once():
    lacking = claim([offer(mass=None)], ABOVE, True)
    found = together([lacking, lacking, claim([VERIFIED], ABOVE, False)])
    assert (found.missing, found.see, found.due, found.certificates) == (("net mass",), None, None, None)
    assert len(found.steps) == 2 * len(lacking.steps) + len(claim([VERIFIED], ABOVE, False).steps)
    assumed = offer(replace(record(2.0, 0.5), reduction=Sourced(0.1, "Tax", "Formula of a draft")))
    taxed = claim([assumed], VENDOR, False)
    price = "The price of Q4 2026 is not published: that of Q3 2026 is assumed."
    assert together([taxed, taxed]).assumed == ("Formula of a draft", price)
    # 2 · 10 · (2.0 - 0.5 - 0.1) = 28 due and borne, none of it still at stake
    both = together([taxed, taxed])
    assert both.due == both.certificates == pytest.approx(28, abs=1e-9) and both.at_stake == 0
