# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl.html)
"""Joint production processes: Article 4(9). Expected figures are worked by hand in the comments."""

import pytest
from engine.attribution import AttributedDirect, OutputClass
from engine.embedded import Embedded
from engine.errors import InvalidFigure
from engine.statutory import AttributionKey, Consumption, ProcessOutput, ProductionProcess, joined, statement


def good(code, tonnes, **more):
    return ProcessOutput(code, tonnes, tonnes, **{"in_annex_ii": True, "sefa_process": 0.0, **more})


def process(key, outputs, direct=0.0, uses=(), **more):
    consumption = tuple(Consumption(*use) for use in uses)
    return ProductionProcess(key, tuple(outputs), AttributedDirect(direct, 0.0), consumption=consumption, **more)


def bubble():
    return [
        process(
            "furnace",
            [good("7201", 100.0, transferred_out=False), good("slag", 30.0, output_class=OutputClass.BY_PRODUCT)],
            150.0,
            [("2601", 120.0)],
            indirect=5.0,
            indirect_default=2.0,
        ),
        process("casting", [good("7207", 90.0)], 30.0, [("7201", 110.0), ("2601", 1.0)], indirect=4.0),
    ]


def test_a_joint_process_counts_final_products_and_additional_precursors():
    joint = joined("works", bubble())
    assert [row.good for row in joint.outputs] == ["7207"]
    assert joint.direct == AttributedDirect(180.0, 0.0)
    assert (joint.indirect, joint.indirect_default) == (9.0, 2.0)
    # 110 t pig iron consumed, 100 t made inside: 10 t from elsewhere
    assert joint.consumption == (Consumption("2601", 120.0), Consumption("7201", 10.0), Consumption("2601", 1.0))
    assert joint.key == "works"


def test_precursors_made_and_used_inside_leave_no_consumption():
    members = [
        process("a", [good("x", 10.0, transferred_out=False)]),
        process("b", [good("y", 9.0)], 1.0, [("x", 10.0)]),
    ]
    assert joined("ab", members).consumption == ()


def test_one_floor_for_the_whole():
    # 100 and −30 before their floors: 70; −100 and 30: 0 with a floor of 70
    a = ProductionProcess("a", (good("x", 1.0),), AttributedDirect(100.0, 0.0))
    b = ProductionProcess("b", (good("y", 1.0),), AttributedDirect(0.0, 30.0))
    assert joined("ab", [a, b]).direct == AttributedDirect(70.0, 0.0)
    c = ProductionProcess("c", (good("y", 1.0),), AttributedDirect(0.0, 170.0))
    result = statement([joined("ac", [a, c])])
    assert result.balance.floor == 70.0
    assert result.goods["x"].see == Embedded.ZERO


def test_wrong_joint_processes():
    sold = [process("a", [good("x", 10.0)]), process("b", [good("y", 9.0)], 1.0, [("x", 10.0)])]
    with pytest.raises(
        InvalidFigure, match=r"^x is transferred out of joint process ab, which Article 4\(9\) excludes"
    ):
        joined("ab", sold)
    with pytest.raises(InvalidFigure, match="one and the same key"):
        joined("none", [])
    by_mass = process("b", [good("y", 9.0)], attribution=AttributionKey.MASS)
    with pytest.raises(InvalidFigure, match="one and the same key"):
        joined("ab", [process("a", [good("x", 10.0)]), by_mass])
