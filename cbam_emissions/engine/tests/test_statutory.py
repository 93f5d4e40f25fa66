# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl.html)
"""The statutory book of an installation. Expected figures are worked by hand in the comments."""

import pytest
from engine.attribution import AttributedDirect, OutputClass
from engine.embedded import Embedded, FunctionalUnit
from engine.errors import InvalidFigure, MissingFigure, SingularLoop
from engine.precursors import Receipt, Subset
from engine.statutory import (
    AttributionKey,
    Consumption,
    Pool,
    PrecursorSupply,
    ProcessOutput,
    ProductionProcess,
    statement,
)


def good(code, tonnes, **more):
    return ProcessOutput(code, tonnes, tonnes, **{"in_annex_ii": True, "sefa_process": 0.0, **more})


def process(key, outputs, direct=0.0, uses=(), **more):
    consumption = tuple(row if isinstance(row, Consumption) else Consumption(*row) for row in uses)
    return ProductionProcess(key, tuple(outputs), AttributedDirect(direct, 0.0), consumption=consumption, **more)


def receipt(quantity, direct, source=None, **more):
    return Receipt(f"receipt from {source}", quantity, source, verified=Embedded(direct=direct, **more))


BILLETS = {"7207": PrecursorSupply((receipt(100.0, 1.0, "A"), receipt(100.0, 3.0, "B")), True)}


def close(value):
    return pytest.approx(value, rel=1e-12, abs=1e-12)


def assert_balanced(result):
    for balance in (*result.balances.values(), result.balance):
        assert balance.difference.as_tuple() == pytest.approx((0.0,) * 7, abs=1e-6)


def test_a_simple_good():
    # 500 tCO2e over 1 000 t
    result = statement([process("lime", [good("2523", 1000.0)], 500.0)])
    assert result.goods["2523"].see == Embedded(direct=0.5)
    assert result.goods["2523"].attributed.direct == 0.5
    assert result.pools == {}
    assert_balanced(result)


def test_precursors_count_at_the_average_of_everything_received():
    # 20 t rods: 10 own + 25 t billets · 2.0 = 60 → 3.0 per t; m = 25 / 20
    result = statement([process("rolling", [good("7214", 20.0)], 10.0, [("7207", 25.0)])], BILLETS)
    rods = result.goods["7214"]
    assert rods.see.direct == close(3.0)
    assert rods.attributed.direct == 0.5
    assert rods.specific_mass == {"7207": 1.25}
    assert result.pools[Pool("7207")].see.direct == close(2.0)
    assert result.balance.purchased.direct == close(50.0)
    assert_balanced(result)


def test_the_commissions_example_of_screws():
    # carbon steel: (3 337.95 + 30 780) / 17 000 = 2.006938…, (3 400 · 0.833 + 4 080) / 17 000 = 0.4066;
    # high alloy: (1 610.07 + 14 400) / 8 200 = 1.952447…, (1 640 · 0.833 + 17 320) / 8 200 = 2.278795…
    supplies = {
        "carbon": PrecursorSupply((receipt(20000.0, 1.539, "CN", indirect_total=0.204),), True),
        "alloy": PrecursorSupply((receipt(10000.0, 1.44, "US", indirect_total=1.732),), True),
    }
    lines = [
        process("lines 1", [good("73181542", 17000.0)], 3337.95, [("carbon", 20000.0)], indirect=2832.2),
        process("lines 2", [good("73181535", 8200.0)], 1610.07, [("alloy", 10000.0)], indirect=1366.12),
    ]
    goods = statement(lines, supplies).goods
    carbon, alloy = goods["73181542"].see, goods["73181535"].see
    assert (carbon.direct, carbon.indirect_total) == pytest.approx((2.0069382353, 0.4066), rel=1e-9)
    assert (alloy.direct, alloy.indirect_total) == pytest.approx((1.952447561, 2.278795122), rel=1e-9)
    assert carbon.indirect_scope == alloy.indirect_scope == 0.0


def test_a_proven_subset_counts_for_its_process_only():
    # wire: 10 t from mill A at 1.0; rods: 10 t at the average 2.0
    proven = Consumption("7207", 10.0, Subset("Yard records", frozenset({"A"})))
    wire = process("wire", [good("7213", 10.0)], uses=[proven])
    rods = process("rods", [good("7214", 10.0)], uses=[("7207", 10.0)])
    result = statement([wire, rods], BILLETS)
    assert result.goods["7213"].see.direct == close(1.0)
    assert result.goods["7214"].see.direct == close(2.0)


def test_own_intermediates_carry_their_period_average():
    # slabs 1.8 per t; rolling 200 + 110 · 1.8 = 398 / 100 = 3.98
    processes = [
        process("rolling", [good("7208", 100.0)], 200.0, [("7207", 110.0)]),
        process("casting", [good("7207", 500.0)], 900.0),
    ]
    result = statement(processes)
    assert result.goods["7208"].see.direct == close(3.98)
    assert result.balance.internal.direct == close(198.0)
    # 900 + 200 attributed less nothing: 900 of slabs and 398 of coils, 198 of them counted twice
    assert result.balance.output.direct == close(1298.0)
    assert result.balance.net_output.direct == close(1100.0)
    assert_balanced(result)


def test_own_production_and_receipts_of_a_code_are_one_average():
    # (300 · 2.0 own + 100 · 1.0 + 100 · 3.0) / 500 = 2.0; with own at 4.0: (1 200 + 400) / 500 = 3.2
    processes = [
        process("casting", [good("7207", 300.0)], 1200.0),
        process("rolling", [good("7208", 100.0)], 0.0, [("7207", 100.0)]),
    ]
    result = statement(processes, BILLETS)
    pool = result.pools[Pool("7207")]
    assert pool.see.direct == result.goods["7208"].see.direct == close(3.2)
    assert pool.made == {"casting": 300.0}
    # 100 t consumed: 60 t own at 4.0 and 40 t bought at 2.0
    assert result.balances["rolling"].internal.direct == close(240.0)
    assert result.balances["rolling"].purchased.direct == close(80.0)
    assert_balanced(result)


def test_a_subset_of_own_production():
    own = Consumption("7207", 100.0, Subset("Hot charging", own_processes=frozenset({"casting"})))
    processes = [
        process("casting", [good("7207", 300.0)], 1200.0),
        process("rolling", [good("7208", 100.0)], 0.0, [own]),
    ]
    assert statement(processes, BILLETS).goods["7208"].see.direct == close(4.0)


def test_a_process_that_takes_in_the_code_it_makes_uses_what_it_bought():
    # 7208 rerolled: 10 + 100 · 2.0 (bought) over 90 t, its own production is not in the average
    supply = {"7208": PrecursorSupply((receipt(100.0, 2.0),), True)}
    result = statement([process("rerolling", [good("7208", 90.0)], 10.0, [("7208", 100.0)])], supply)
    assert result.goods["7208"].see.direct == close(210.0 / 90.0)
    assert list(result.pools) == [Pool("7208", "rerolling")]
    assert_balanced(result)


def test_processes_that_feed_each_other_are_solved_together():
    # x = (100 + 20 y) / 100, y = (50 + 10 x) / 50: x = 1 + 0.2 y, y = 1 + 0.2 x: both 1.25
    processes = [
        process("left", [good("x", 100.0)], 100.0, [("y", 20.0)]),
        process("right", [good("y", 50.0)], 50.0, [("x", 10.0)]),
    ]
    result = statement(processes)
    assert result.goods["x"].see.direct == close(1.25)
    assert result.goods["y"].see.direct == close(1.25)
    assert_balanced(result)


def test_processes_that_take_in_all_they_give():
    processes = [
        process("left", [good("x", 10.0)], 1.0, [("y", 10.0)]),
        process("right", [good("y", 10.0)], 1.0, [("x", 10.0)]),
    ]
    with pytest.raises(SingularLoop, match="x of left"):
        statement(processes)


def test_one_code_of_two_processes_has_one_figure():
    # (100 + 500) / (100 + 100) = 3.0; attributed the same
    processes = [process("a", [good("7208", 100.0)], 100.0), process("b", [good("7208", 100.0)], 500.0)]
    result = statement(processes)
    assert result.goods["7208"].see.direct == close(3.0)
    assert result.goods["7208"].level == 200.0


def test_goods_of_a_mandatory_group_share_one_figure():
    # 300 tCO2e and 40 t · 2.0 = 380 over 190 t, two sizes and a by-product that carries nothing
    outputs = [good("72081", 100.0), good("72082", 90.0), good("scrap", 20.0, output_class=OutputClass.SCRAP)]
    result = statement([process("rolling", outputs, 300.0, [("7207", 40.0)], attribution=AttributionKey.MASS)], BILLETS)
    assert result.goods["72081"].see.direct == result.goods["72082"].see.direct == close(2.0)
    assert "scrap" not in result.goods
    assert_balanced(result)


def test_chemicals_share_by_moles():
    # hydrogen 2 t / 2, chlorine 71 t / 71: half of 100 each → 25 per t hydrogen
    outputs = [good("2804", 2.0, molar_mass=2.0), good("chlorine", 71.0, molar_mass=71.0, in_annex_ii=None)]
    result = statement([process("electrolysis", outputs, 100.0, attribution=AttributionKey.MOLAR)])
    assert result.goods["2804"].see.direct == close(25.0)


def test_returns_leave_the_activity_level():
    # 1 000 t made, 200 t back into the process: 400 / 800
    returned = good("7214", 1000.0, returned=200.0, returned_mass=200.0)
    result = statement([process("rolling", [returned], 400.0)])
    assert result.goods["7214"].see.direct == 0.5
    assert result.goods["7214"].mass == 800.0


# --- scope of indirect emissions


def test_pellets_keep_their_part_down_to_the_billet():
    # pellets (not Annex II) 0.1; pig iron 1.5 t: 0.15; billet 1.1 t: 0.165 in scope; own electricity of steel out
    processes = [
        process("pelletising", [good("2601", 100.0, in_annex_ii=False)], indirect=10.0),
        process("furnace", [good("7201", 10.0)], indirect=5.0, uses=[("2601", 15.0)]),
        process("casting", [good("7207", 10.0)], uses=[("7201", 11.0)]),
    ]
    billet = statement(processes).goods["7207"].see
    assert billet.indirect_scope == close(0.165)
    assert billet.indirect_total == close(1.1 * (0.5 + 0.15))


def test_hydrogen_drops_its_indirect_part_in_ammonia():
    # ammonia: own 3 in scope; hydrogen's 0.5 per t · 20 t dropped: 10
    processes = [
        process("reformer", [good("2804", 20.0)], 200.0),
        process("synthesis", [good("2814", 100.0, in_annex_ii=False)], indirect=3.0, uses=[("2804", 20.0)]),
    ]
    supply = {"2804": PrecursorSupply((receipt(20.0, 0.0, indirect_total=1.0, indirect_scope=1.0),), True)}
    result = statement(processes, supply)
    assert result.goods["2814"].see.indirect_scope == close(0.03)
    assert result.balances["synthesis"].dropped.indirect_scope == close(10.0)
    assert_balanced(result)


# --- free allocation


def test_free_allocation_of_a_chain():
    # LAW 9.2 S1 without its factors: DRI 0.287625; billet 0.063375 + 1.1 · 0.287625 = 0.3797625;
    # rebar 0.03705 + 1000/950 · 0.3797625 = 0.43680
    processes = [
        process("dri", [good("7203", 1100.0, sefa_process=0.287625)]),
        process("eaf", [good("7207", 1000.0, sefa_process=0.063375)], uses=[("7203", 1100.0)]),
        process("mill", [good("7214", 950.0, sefa_process=0.03705)], uses=[("7207", 1000.0)]),
    ]
    result = statement(processes)
    assert result.goods["7207"].per_tonne[None].sefa == close(0.3797625)
    assert result.goods["7214"].per_tonne[None].sefa == pytest.approx(0.43680, abs=1e-9)
    assert_balanced(result)


def test_an_undetermined_benchmark_is_missing_in_all_that_contains_it():
    processes = [
        process("dri", [good("7203", 1100.0, sefa_process=None)], 100.0),
        process("eaf", [good("7207", 1000.0, sefa_process=0.06)], uses=[("7203", 1100.0)]),
        process("other", [good("7601", 10.0, sefa_process=0.1)]),
    ]
    result = statement(processes)
    assert [result.goods[code].sefa_known for code in ("7203", "7207", "7601")] == [False, False, True]
    assert result.goods["7207"].per_tonne[None].sefa is None
    assert result.goods["7207"].per_tonne[None].see.direct == close(0.1)
    assert result.pools[Pool("7203")].sefa_known is False


def test_an_unknown_allowance_of_a_receipt_is_missing_in_the_good():
    supply = {"7207": PrecursorSupply((Receipt("x", 1.0, default=Embedded(direct=1.0), sefa_known=False),), True)}
    result = statement([process("mill", [good("7214", 1.0)], uses=[("7207", 1.0)])], supply)
    assert result.goods["7214"].sefa_known is False
    assert result.goods["7214"].see.default_share == 1.0


def test_what_is_no_cbam_good_needs_no_benchmark():
    result = statement([process("x", [good("slag wool", 1.0, in_annex_ii=None, sefa_process=None)], 1.0)])
    assert result.goods["slag wool"].sefa_known is True


# --- default shares


def test_both_default_shares():
    # direct 100 own + 100 default; grid electricity 30 of 40 default
    supply = {"3102": PrecursorSupply((Receipt("x", 10.0, default=Embedded(direct=10.0)),), False)}
    mixed = process(
        "mixing",
        [good("3105", 100.0, in_annex_ii=False)],
        100.0,
        [("3102", 10.0)],
        indirect=40.0,
        indirect_default=30.0,
    )
    see = statement([mixed], supply).goods["3105"].see
    assert see.default_share == close(100.0 / 240.0)
    assert see.indirect_default_share == close(0.75)


# --- functional units and composition


def cement(composition, clinker, tonnes, **more):
    return ProcessOutput(
        "2523", clinker, tonnes, unit=FunctionalUnit.TONNE_CLINKER, in_annex_ii=False, composition=composition, **more
    )


def test_ranges_of_composition():
    # 850 tCO2e over 700 + 150 t clinker = 1.0 per t clinker; ranges 0.7 and 0.75 t/t
    outputs = [cement("lean", 700.0, 1000.0, sefa_process=0.6), cement("rich", 150.0, 200.0, sefa_process=0.6)]
    result = statement([process("mill", outputs, 850.0)])
    figures = result.goods["2523"]
    assert figures.see.direct == 1.0
    assert (figures.level, figures.mass) == (850.0, 1200.0)
    assert figures.per_tonne["lean"].see.direct == close(0.7)
    assert figures.per_tonne["rich"].content == 0.75
    # the benchmark is per tonne of goods, whatever their content
    assert figures.per_tonne["lean"].sefa == figures.per_tonne["rich"].sefa == close(0.6)
    assert_balanced(result)


def test_allowances_of_precursors_follow_the_content():
    # 850 t clinker bought, each 0.5: 425; lean 0.6 + 0.7 · 0.5 = 0.95, rich 0.6 + 0.75 · 0.5 = 0.975;
    # 1 000 · 0.95 + 200 · 0.975 = 1 145 = 720 + 425
    outputs = [cement("lean", 700.0, 1000.0, sefa_process=0.6), cement("rich", 150.0, 200.0, sefa_process=0.6)]
    supply = {"2523 10": PrecursorSupply((receipt(850.0, 0.9, free_allocation=0.5),), False)}
    figures = statement([process("mill", outputs, uses=[("2523 10", 850.0)])], supply).goods["2523"]
    assert figures.per_tonne["lean"].sefa == close(0.95)
    assert figures.per_tonne["rich"].sefa == close(0.975)
    assert figures.per_tonne["rich"].see.free_allocation == figures.per_tonne["rich"].sefa
    assert figures.see.free_allocation * 850.0 == close(1145.0)


def test_a_range_of_which_nothing_was_made():
    outputs = [cement("lean", 700.0, 1000.0, sefa_process=0.6), cement("rich", 0.0, 0.0, sefa_process=0.6)]
    empty = statement([process("mill", outputs, 700.0)]).goods["2523"].per_tonne["rich"]
    assert (empty.mass, empty.content, empty.see, empty.sefa) == (0.0, None, None, None)


# --- missing and wrong figures


def test_nothing_received():
    with pytest.raises(
        MissingFigure, match=r"^Precursor 7207 is consumed, but nothing of it was received or produced\.$"
    ):
        statement([process("mill", [good("7214", 1.0)], uses=[("7207", 1.0)])])


def test_a_precursor_that_was_not_used_needs_nothing():
    result = statement([process("mill", [good("7214", 1.0)], 1.0, uses=[("7207", 0.0)])])
    assert result.pools == {}
    assert result.goods["7214"].specific_mass == {}


def test_a_process_at_rest_has_no_goods():
    result = statement([process("mill", [good("7214", 0.0)])])
    assert result.goods == {}
    assert result.balance.output == Embedded.ZERO


@pytest.mark.parametrize(
    ("processes", "supplies", "error", "message"),
    [
        (
            [process("a", []), process("a", [])],
            {},
            InvalidFigure,
            "Two processes of the installation have the same key",
        ),
        ([process("a", [], 1.0)], {}, InvalidFigure, "Process a has emissions or precursors, but no output"),
        ([process("a", [], uses=[("x", 1.0)])], {}, InvalidFigure, "Process a has emissions or precursors"),
        ([process("a", [], indirect=1.0)], {}, InvalidFigure, "Process a has emissions or precursors"),
        ([process("a", [], uses=[("x", None)])], {}, MissingFigure, "The quantity of precursor x in process a is miss"),
        ([process("a", [good("x", None)])], {}, MissingFigure, "The production of x is missing"),
        (
            [process("a", [ProcessOutput("x", 1.0, None)])],
            {},
            MissingFigure,
            "The production of x in tonnes is missing",
        ),
        (
            [process("a", [cement("lean", 0.0, 5.0)], 1.0, attribution=AttributionKey.MASS)],
            {},
            InvalidFigure,
            "2523 in process a has a mass, but no quantity in functional units",
        ),
        (
            [process("a", [cement("lean", 1.0, 5.0, sefa_process=0.1), cement("rich", 1.0, 5.0, sefa_process=0.2)])],
            {},
            InvalidFigure,
            "The outputs of 2523 in process a contradict each other",
        ),
        (
            [process("a", [cement("lean", 1.0, 5.0), good("x", 1.0)])],
            {},
            InvalidFigure,
            "The goods of process a have different functional units",
        ),
        (
            [process("a", [good("7207", 1.0, in_annex_ii=False)])],
            BILLETS,
            InvalidFigure,
            "7207 is stated both as listed and as not listed in Annex II",
        ),
    ],
)
def test_wrong_facts_are_named(processes, supplies, error, message):
    with pytest.raises(error, match=f"^{message}"):
        statement(processes, supplies)
