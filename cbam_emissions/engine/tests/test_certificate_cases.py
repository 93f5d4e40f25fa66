"""Worked cases from public test suites (S1-S8, S10), with the figures of their day as fixture data.

Benchmarks and default values of today's data sets may differ: the cases prove the arithmetic.
"""

from datetime import date
from decimal import Decimal

import pytest
from engine.benchmarks import COLUMN_B, BenchmarkRequest, BenchmarkRow, BenchmarkTable, Indicator
from engine.certificate_prices import PriceRow, price_of_import
from engine.certificates import Basis, DeclarationLine, Imported, cost, due, due_by_line
from engine.cn_codes import CnCode, CnIndex
from engine.datasets import DatasetRef
from engine.default_values import COUNTRY, VALUE, DefaultRequest, DefaultRow, DefaultValueTable
from engine.free_allocation import AllocatedPrecursor, sefa_of_complex_good, sefa_of_default, sefa_of_process

FACTOR = {2026: 0.975, 2027: 0.95, 2028: 0.9}
CSCF = 1.0
MARK_UP = {"iron_steel": {2026: 0.1, 2027: 0.2, 2028: 0.3}, "fertilisers": {2026: 0.01}}
PRICES = (
    PriceRow(date(2026, 1, 1), date(2026, 3, 31), Decimal("75.36")),
    PriceRow(date(2026, 4, 1), date(2026, 6, 30), Decimal("75.28")),
)

ACT = DatasetRef(None, "Fixture", "Fixture of the test")
CODES = CnIndex([
    CnCode("72083900", "Coil", "iron_steel_products", "iron_steel", ("CO2",), True, "t", "72083900"),
    CnCode("72142000", "Rebar", "iron_steel_products", "iron_steel", ("CO2",), True, "t", "72142000"),
    CnCode("73181552", "Screws", "iron_steel_products", "iron_steel", ("CO2",), True, "t", "73181552"),
    CnCode("28080000", "Nitric acid", "nitric_acid", "fertilisers", ("CO2", "N2O"), False, "kg_n", "28080000"),
])  # fmt: skip


def default_row(country, cn, total, direct=None, route=""):
    return DefaultRow(COUNTRY, country, cn, route, VALUE, total if direct is None else direct, total, str(total))


DEFAULTS = DefaultValueTable(
    [
        default_row("IN", "72142000", 4.27, route="C"),
        default_row("IN", "7208", 4.28, route="C"),
        default_row("CN", "7208", 3.187, route="C"),
        default_row("KR", "731815", 3.474),
        default_row("AL", "28080000", 2.76, direct=2.73),
    ],
    ACT,
    CODES,
    lambda sector, year: MARK_UP[sector].get(year),
)
BENCHMARKS = BenchmarkTable(
    [
        BenchmarkRow("72142000", COLUMN_B, Indicator("C", None), 1.364),
        BenchmarkRow("72083900", COLUMN_B, Indicator("C", None), 1.370),
        BenchmarkRow("73181552", COLUMN_B, Indicator("", 1), 1.154),
    ],
    ACT,
)


def default_case(cn, country, year):
    """(SEE with mark-up, SEFA of column B) of an import on default values."""
    value = DEFAULTS.find(DefaultRequest(cn, country, year)).value
    benchmark = BENCHMARKS.find(BenchmarkRequest(cn, COLUMN_B, value.route or None, year)).value
    return value.total_with_mark_up, sefa_of_default(FACTOR[year], CSCF, benchmark)


def certificates(mass, see, sefa, cn="72142000"):
    return due(Imported(DeclarationLine(cn), mass, see, sefa)).certificates


def test_s1_allocation_along_a_chain():
    """DRI 1 100 t → billet 1 000 t → rebar 950 t, each on column A of 2026."""
    dri = sefa_of_process(FACTOR[2026], CSCF, 0.295)
    billet = sefa_of_complex_good(
        sefa_of_process(FACTOR[2026], CSCF, 0.065), [AllocatedPrecursor("DRI", 1100 / 1000, dri)]
    )
    rebar = sefa_of_complex_good(
        sefa_of_process(FACTOR[2026], CSCF, 0.038), [AllocatedPrecursor("Billet", 1000 / 950, billet)]
    )
    assert dri == pytest.approx(0.287625, abs=1e-9)
    assert billet == pytest.approx(0.3797625, abs=1e-9)
    # 0.03705 + 0.3797625 / 0.95
    assert rebar == pytest.approx(0.436800, abs=1e-9)


def test_s2_indian_rebar_on_default_values():
    """4.27 · 1.10 - 0.975 · 1.364 = 4.697 - 1.3299 = 3.3671."""
    see, sefa = default_case("72142000", "IN", 2026)
    assert (see, sefa) == (pytest.approx(4.697, abs=1e-9), pytest.approx(1.3299, abs=1e-9))
    assert certificates(1, see, sefa) == pytest.approx(3.3671, abs=1e-9)
    assert certificates(10_000, see, sefa) == pytest.approx(33_671, abs=1e-9)


def test_s3_the_same_in_2028():
    """4.27 · 1.3 - 0.9 · 1.364 = 5.551 - 1.2276 = 4.3234."""
    assert certificates(1, *default_case("72142000", "IN", 2028)) == pytest.approx(4.3234, abs=1e-9)


def test_s4_the_heading_serves_its_codes():
    """7208 39 00 takes the value of 7208: 4.708 in 2026, 5.136 in 2027; 4.708 - 1.33575 = 3.37225."""
    see, sefa = default_case("72083900", "IN", 2026)
    assert (see, sefa) == (pytest.approx(4.708, abs=1e-9), pytest.approx(1.33575, abs=1e-9))
    assert certificates(1, see, sefa) == pytest.approx(3.37225, abs=1e-9)
    assert default_case("72083900", "IN", 2027)[0] == pytest.approx(5.136, abs=1e-9)


def test_s5_chinese_coil_in_euro():
    """3.187 · 1.1 - 0.975 · 1.370 = 2.16995; · EUR 75.36 = 163.527… → EUR 163.53."""
    owed = certificates(1, *default_case("72083900", "CN", 2026))
    assert owed == pytest.approx(2.16995, abs=1e-9)
    assert cost(owed, price_of_import(date(2026, 2, 1), PRICES).price) == Decimal("163.53")


def test_s6_each_quarter_has_its_price():
    """4 000 t in Q1 and 6 000 t in Q2 at 2.0 - 0.5: 6 000 and 9 000 certificates, EUR 452 160 + 677 520."""
    arrivals = {(2026, 1): (4000, date(2026, 2, 15)), (2026, 2): (6000, date(2026, 5, 15))}
    line = DeclarationLine("72142000", "IN", "mill", 2026, basis=Basis.VERIFIED)
    owed = due_by_line(
        Imported(line._replace(quarter=quarter), mass, 2.0, 0.5) for quarter, (mass, _day) in arrivals.items()
    )
    assert sum(row.certificates for row in owed.values()) == pytest.approx(15_000, abs=1e-9)
    money = [cost(row.certificates, price_of_import(arrivals[key[-1]][1], PRICES).price) for key, row in owed.items()]
    assert money == [Decimal("452160.00"), Decimal("677520.00")]
    assert sum(money) == Decimal("1129680.00")


def test_s7_goods_below_their_allowance_owe_nothing():
    assert certificates(1000, 0.3, 0.5) == 0


def test_s8_screws_by_the_verified_report_and_by_default():
    """620 t. Actual: 3.7637; SEFA = 0.975 · 0.038 + (3 520 / 3 240) · 0.975 · 1.225. Default: 3.474 · 1.1 and 1.154.

    0.03705 + 1.0864197531 · 1.194375 = 1.3346425926; (3.7637 - 1.3346425926) · 620 = 1 506.0155926.
    (3.8214 - 1.12515) · 620 = 1 671.675.
    """
    wire = AllocatedPrecursor("Wire", 3520 / 3240, sefa_of_default(FACTOR[2026], CSCF, 1.225))
    sefa = sefa_of_complex_good(sefa_of_process(FACTOR[2026], CSCF, 0.038), [wire])
    assert sefa == pytest.approx(0.03705 + 3520 / 3240 * 1.194375, abs=1e-9)
    assert round(sefa, 5) == 1.33464
    assert certificates(620, 3.7637, sefa) == pytest.approx(1506.0155925926, abs=1e-9)
    see, by_default = default_case("73181552", "KR", 2026)
    assert (see, by_default) == (pytest.approx(3.8214, abs=1e-9), pytest.approx(1.12515, abs=1e-9))
    assert certificates(620, see, by_default) == pytest.approx(1671.675, abs=1e-9)


def test_s10_the_mark_up_is_on_the_total():
    """Albanian nitric acid 2.73 / 0.04 / 2.76: 2.76 · 1.01 = 2.7876, not (2.73 + 0.04) · 1.01 = 2.7977."""
    value = DEFAULTS.find(DefaultRequest("28080000", "AL", 2026)).value
    assert value.total_with_mark_up == pytest.approx(2.7876, abs=1e-9)
    assert value.direct_with_mark_up + value.indirect_scope_with_mark_up == pytest.approx(2.7876, abs=1e-9)
