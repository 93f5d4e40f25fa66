# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl.html)
"""Random installations: everything that goes in comes out, in every component (the invariant of the two books)."""

from math import fsum

import pytest
from engine.attribution import AttributedDirect
from engine.embedded import Embedded
from engine.precursors import Receipt
from engine.statutory import Consumption, PrecursorSupply, ProcessOutput, ProductionProcess, joined, statement
from hypothesis import given, settings
from hypothesis import strategies as st

CODES = tuple("ABCDE")
FLAGS = st.sampled_from([True, False, None])
tonnes = st.floats(0.1, 1000.0)
emissions = st.floats(0.0, 1e5)


@st.composite
def receipts(draw):
    value = Embedded(*(draw(st.floats(0.0, 10.0)) for _component in Embedded.COMPONENTS))
    kind = draw(st.sampled_from(["verified", "default", "exempt"]))
    given_value = {"exempt": True} if kind == "exempt" else {kind: value}
    return Receipt("receipt", draw(tonnes), **given_value)


@st.composite
def installations(draw):
    """Up to five processes that take in each other's goods (loops too) and receipts of the same codes."""
    flags = {code: draw(FLAGS) for code in CODES}
    supplies = {
        code: PrecursorSupply(tuple(draw(st.lists(receipts(), min_size=1, max_size=3))), flags[code]) for code in CODES
    }
    processes = []
    for key in range(draw(st.integers(1, 5))):
        outputs = {
            code: ProcessOutput(code, quantity, quantity, in_annex_ii=flags[code], sefa_process=draw(st.floats(0, 2)))
            for code, quantity in draw(st.dictionaries(st.sampled_from(CODES), tonnes, min_size=1, max_size=3)).items()
        }
        # what a process takes in stays below what it gives: no loop can live of itself
        most = fsum(row.quantity for row in outputs.values()) * 0.19
        uses = draw(st.dictionaries(st.sampled_from(CODES), st.floats(0.0, 1.0), max_size=5))
        processes.append(
            ProductionProcess(
                key,
                tuple(outputs.values()),
                AttributedDirect(draw(emissions), 0.0),
                draw(emissions),
                0.0,
                tuple(Consumption(code, share * most) for code, share in uses.items()),
            )
        )
    return processes, supplies


def assert_near(value, expected, scale):
    assert value.as_tuple() == pytest.approx(expected.as_tuple(), abs=1e-9 * (1.0 + scale))


@settings(max_examples=settings.default.max_examples * 2 // 5)
@given(installations())
def test_what_goes_in_comes_out(installation):
    processes, supplies = installation
    result = statement(processes, supplies)
    scale = max(result.balance.output.as_tuple())
    for balance in (*result.balances.values(), result.balance):
        assert_near(balance.difference, Embedded.ZERO, scale)
    goods = Embedded.total(row.see.scaled(row.level) for row in result.goods.values())
    assert_near(goods, result.balance.output, scale)
    assert fsum(row.attributed.direct * row.level for row in result.goods.values()) == pytest.approx(
        fsum(process.direct.emissions for process in processes), rel=1e-9, abs=1e-9
    )


@settings(max_examples=settings.default.max_examples * 2 // 5)
@given(installations())
def test_ranges_add_up_to_the_good(installation):
    result = statement(*installation)
    for row in result.goods.values():
        parts = Embedded.total(part.see.scaled(part.mass) for part in row.per_tonne.values())
        whole = row.see.scaled(row.level)
        assert_near(parts, whole, max(whole.as_tuple()))


@settings(max_examples=settings.default.max_examples * 2 // 5)
@given(installations())
def test_the_order_of_processes_does_not_matter(installation):
    processes, supplies = installation
    forwards, backwards = statement(processes, supplies), statement(processes[::-1], supplies)
    for code, row in forwards.goods.items():
        assert_near(backwards.goods[code].see, row.see, max(row.see.as_tuple()))


@given(st.lists(st.tuples(tonnes, emissions, emissions), min_size=2, max_size=5))
def test_a_chain_that_uses_all_it_makes_has_one_figure_joint_or_not(steps):
    """Each process takes in all that the one before has made: the last good's figure is that of the joint process."""
    members = []
    for place, (quantity, direct, indirect) in enumerate(steps):
        output = ProcessOutput(place, quantity, quantity, in_annex_ii=False, sefa_process=0.0, transferred_out=False)
        uses = (Consumption(place - 1, steps[place - 1][0]),) if place else ()
        members.append(ProductionProcess(place, (output,), AttributedDirect(direct, 0.0), indirect, 0.0, uses))
    last = len(steps) - 1
    apart = statement(members).goods[last].see
    joint = statement([joined("joint", members)]).goods[last].see
    assert_near(apart, joint, max(joint.as_tuple()))
