# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl.html)
"""Ranges of composition and activity levels. Expected figures are worked by hand in the comments."""

import pytest
from engine.composition import Batch, CompositionRange, RangeAverage, activity_level, check_ranges, group
from engine.embedded import FunctionalUnit
from engine.errors import InvalidFigure, MissingFigure

CLINKER, NITROGEN = FunctionalUnit.TONNE_CLINKER, FunctionalUnit.KG_NITROGEN
LEAN, RICH = CompositionRange("65-75", 0.65, 0.75), CompositionRange("90-100", 0.90, 1.0)


def test_goods_are_averaged_per_range():
    batches = [Batch("A", 100.0, 0.70), Batch("B", 300.0, 0.74), Batch("C", 50.0, 0.95), Batch("D", 10.0, 1.0)]
    result = group(batches, [LEAN, RICH], CLINKER)
    # 100 · 0.70 + 300 · 0.74 = 70 + 222 = 292 t clinker in 400 t: 0.73; 47.5 + 10 = 57.5 in 60
    assert list(result) == ["65-75", "90-100"]
    assert result["65-75"].mass == 400.0
    assert result["65-75"].quantity == pytest.approx(292.0, rel=1e-14)
    assert result["65-75"].content == pytest.approx(0.73, rel=1e-14)
    assert result["90-100"].quantity == pytest.approx(57.5, rel=1e-14)


def test_a_limit_belongs_to_the_upper_range_and_the_whole_to_the_last():
    ranges = [CompositionRange("low", 0.8, 0.9), RICH]
    assert group([Batch("A", 1.0, 0.9)], ranges, CLINKER)["90-100"] == RangeAverage(1.0, 0.9)
    assert group([], ranges, CLINKER)["low"].content is None
    with pytest.raises(MissingFigure, match=r"^The content 0\.75 of A lies in none of the declared ranges\.$"):
        group([Batch("A", 1.0, 0.75)], [LEAN, RICH], CLINKER)


def test_nitrogen_ranges_are_up_to_100_kg_wide():
    check_ranges([CompositionRange("urea", 400.0, 500.0)], NITROGEN)
    with pytest.raises(InvalidFigure, match="The range urea is wider than 10 % of the mass of the goods"):
        check_ranges([CompositionRange("urea", 400.0, 501.0)], NITROGEN)


@pytest.mark.parametrize(
    ("ranges", "message"),
    [
        ([CompositionRange("x", 0.6, 0.71)], "The range x is wider than 10 %"),
        ([CompositionRange("x", 0.6, 0.6)], "The range x ends where it starts, or before"),
        ([CompositionRange("x", 0.7, 0.6)], "The range x ends where it starts, or before"),
        ([CompositionRange("x", -0.1, 0.0)], "The lower limit of range x"),
        ([CompositionRange("x", 0.95, 1.05)], "The upper limit of range x"),
        ([CompositionRange("y", 0.69, 0.79), CompositionRange("x", 0.6, 0.7)], "The ranges x and y overlap"),
    ],
)
def test_wrong_ranges(ranges, message):
    with pytest.raises(InvalidFigure, match=f"^{message}"):
        check_ranges(ranges, CLINKER)


def test_ranges_up_to_ten_percent_typed_as_decimals():
    check_ranges([CompositionRange(str(low), low / 100, (low + 10) / 100) for low in range(0, 100, 10)], CLINKER)


def test_goods_in_tonnes_have_no_ranges():
    with pytest.raises(InvalidFigure, match=r"^Goods counted in t have no ranges of composition\.$"):
        check_ranges([LEAN], FunctionalUnit.TONNE)


def test_wrong_batches():
    with pytest.raises(MissingFigure, match="The content of A is missing"):
        group([Batch("A", 1.0, None)], [LEAN], CLINKER)
    with pytest.raises(InvalidFigure, match="The mass of A"):
        group([Batch("A", -1.0, 0.7)], [LEAN], CLINKER)


def test_activity_level_without_what_was_returned():
    assert activity_level(1000.0, 50.0, "Wire rod") == 950.0
    with pytest.raises(InvalidFigure, match="What is returned of Wire rod into its own process"):
        activity_level(1000.0, 1001.0, "Wire rod")
    with pytest.raises(MissingFigure, match="The production of Wire rod"):
        activity_level(None, 0.0, "Wire rod")
