"""Certificates: the formula, the floor, the reduction for a carbon price, money."""

from decimal import Decimal

import pytest
from engine import certificates as c
from engine.certificates import Basis, CarbonPrice, DeclarationLine, Imported
from engine.errors import InvalidFigure, MissingFigure

SCREWS = DeclarationLine("73181552", origin="KR")


def goods(mass, see, sefa, line=SCREWS, **values):
    return Imported(line, mass, see, sefa, **values)


def test_the_obligation_is_what_is_left_after_free_allocation_and_reduction():
    """10 t · (2.0 - 0.5) - 10 t · 0.3 = 12."""
    owed = c.due(goods(10, 2.0, 0.5, reduction=0.3))
    assert (owed.emissions, owed.free_allocation) == (20, 5)
    assert owed.reduction == pytest.approx(3, abs=1e-12)
    assert owed.certificates == pytest.approx(12, abs=1e-9)


def test_the_reduction_never_makes_the_obligation_negative():
    assert c.due(goods(10, 2.0, 0.5, reduction=1.6)).certificates == 0


def test_electricity_has_no_free_allocation():
    """100 MWh at 0.612 t/MWh: 61.2, whatever is given as SEFA (2025/2620 Article 1(2))."""
    power = DeclarationLine("27160000", origin="UA")
    assert c.due(goods(100, 0.612, None, power, electricity=True)).certificates == pytest.approx(61.2, abs=1e-9)


@pytest.mark.parametrize("mass, see, sefa, what", [
    (None, 1, 0, "net mass"),
    (1, None, 0, "specific embedded emissions"),
    (1, 1, None, "specific embedded free allocation"),
])  # fmt: skip
def test_what_is_missing_is_never_zero(mass, see, sefa, what):
    with pytest.raises(MissingFigure, match=what):
        c.due(goods(mass, see, sefa))


def test_a_negative_figure_is_an_error():
    with pytest.raises(InvalidFigure):
        c.due(goods(1, -0.1, 0))


def test_imports_of_one_declaration_line_are_netted_and_lines_are_not():
    """Two deliveries of one line, one below its allowance: 10·(0.3-0.5) + 10·(0.9-0.5) = 2. As two lines: 0 and 4."""
    low, high = (10, 0.3, 0.5), (10, 0.9, 0.5)
    together = c.due_by_line([goods(*low), goods(*high)])
    assert [owed.certificates for owed in together.values()] == pytest.approx([2], abs=1e-9)
    apart = [goods(*low, SCREWS._replace(installation=1)), goods(*high, SCREWS._replace(installation=2))]
    assert [owed.certificates for owed in c.due_by_line(apart).values()] == pytest.approx([0, 4], abs=1e-9)


def test_the_granularity_of_the_floor_is_a_parameter():
    apart = [
        goods(10, 0.3, 0.5, SCREWS._replace(installation=1)),
        goods(10, 0.9, 0.5, SCREWS._replace(installation=2)),
    ]
    coarse = c.due_by_line(apart, granularity=("origin", "cn_code"))
    assert list(coarse) == [("73181552", "KR")]
    assert coarse["73181552", "KR"].certificates == pytest.approx(2, abs=1e-9)
    with pytest.raises(InvalidFigure, match="colour"):
        c.due_by_line(apart, granularity=("colour",))


class TestCarbonPrice:
    """LAW: 2023/956 Article 9: actual values by what was paid, default values by a published price only."""

    paid = CarbonPrice(price=40, covered=1.0)
    published = CarbonPrice(price=40, covered=1.0, published=True)

    @pytest.mark.parametrize("basis, year, price, saved", [
        (Basis.VERIFIED, 2026, paid, 0.5),
        (Basis.CLAIMED, 2026, paid, 0.5),
        (Basis.DEFAULT, 2026, paid, 0),
        (Basis.DEFAULT, 2026, published, 0),
        (Basis.DEFAULT, 2027, published, 0.5),
        (Basis.VERIFIED, 2027, published, 0.5),
        (Basis.VERIFIED, 2026, None, 0),
    ])  # fmt: skip
    def test_what_counts(self, basis, year, price, saved):
        """EUR 40 of a certificate price of EUR 80 on 1 tCO2e per tonne: half a certificate."""
        assert c.price_reduction(basis, year, price, 80) == pytest.approx(saved, abs=1e-12)

    def test_more_than_the_certificate_price_saves_no_more_than_the_covered_emissions(self):
        assert c.price_reduction(Basis.VERIFIED, 2026, CarbonPrice(200, 0.8), 80) == 0.8

    def test_the_formula_can_be_replaced(self):
        """The implementing act is a draft."""
        saved = c.price_reduction(Basis.VERIFIED, 2026, self.paid, 80, formula=lambda *_figures: 0.25)
        assert saved == 0.25

    def test_an_amount_that_is_not_known_is_missing(self):
        with pytest.raises(MissingFigure, match="carbon price"):
            c.price_reduction(Basis.VERIFIED, 2026, CarbonPrice(None, 1.0), 80)


class TestMoney:
    def test_halves_go_up_and_binary_noise_is_no_half(self):
        """1.5 · 0.01 = 0.015 → 0.02; 0.1 + 0.2 certificates are 0.3, not 0.30000000000000004."""
        assert c.cost(1.5, Decimal("0.01")) == Decimal("0.02")
        assert c.exact_cost(0.1 + 0.2, Decimal("75.36")) == Decimal("22.608")

    def test_a_screw_costs_less_than_a_cent(self):
        """0.0137 kg at 2 t/t: 0.0000274 certificates at EUR 75.36."""
        assert float(c.exact_cost(0.0000274, Decimal("75.36"))) == pytest.approx(0.002064864, abs=1e-12)

    def test_a_price_that_is_missing(self):
        with pytest.raises(MissingFigure, match="price of a certificate"):
            c.cost(1, None)

    def test_band_of_a_claim(self):
        """Claim EUR 100, default EUR 300, as likely as not: 200 expected, 200 at risk."""
        found = c.band(Decimal(100), Decimal(300), 0.5)
        assert (found.low, found.expected, found.high, found.at_risk) == (100, 200, 300, 200)

    def test_a_claim_above_the_default_risks_nothing(self):
        found = c.band(Decimal(300), Decimal(100), 1.0)
        assert (found.low, found.expected, found.high, found.at_risk) == (100, 300, 300, 0)

    def test_another_currency(self):
        """EUR 163.53 at 1.0823 USD per EUR = 176.988519; yen have no decimals."""
        assert c.converted(Decimal("163.53"), 1.0823) == Decimal("176.99")
        assert c.converted(Decimal("163.53"), 161.5, 0) == Decimal("26410")
        with pytest.raises(MissingFigure):
            c.converted(Decimal(1), None)
