# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl.html)
"""What goods carry because the report of a supplier is missing."""

import pytest
from engine.embedded import Embedded
from engine.errors import InvalidFigure
from engine.missing_reports import DefaultReceipt, default_parts


def receipt(source, quantity, direct, indirect_scope=0.0):
    return DefaultReceipt(source, quantity, Embedded(direct=direct, indirect_scope=indirect_scope))


def test_each_source_brings_its_share_of_the_average():
    """110 t used of 100 + 60 + 40 t for 100 t of goods: 1.1 t/t; A 1.1·0.3·4.0 = 1.32; B 1.1·0.2·(2.0 + 0.5) = 0.55."""
    found = default_parts([receipt("A", 60, 4.0), receipt("B", 40, 2.0, 0.5)], 110.0, 200.0, 100.0)
    assert found == pytest.approx({"A": 1.32, "B": 0.55})


def test_several_receipts_of_a_source_add_up():
    """1 t/t of 100 t: 0.25·4.0 + 0.75·2.0 = 2.5."""
    assert default_parts([receipt("A", 25, 4.0), receipt("A", 75, 2.0)], 10.0, 100.0, 10.0) == {"A": pytest.approx(2.5)}


def test_goods_that_are_not_made_carry_nothing_to_tell():
    with pytest.raises(InvalidFigure):
        default_parts([receipt("A", 60, 4.0)], 110.0, 200.0, -1.0)
