# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl.html)
"""The whole-life account posts target minus posted: nothing twice, nothing silent, nothing lost."""

from datetime import datetime

from engine.life.lines import LifeLine, LifeSum, differences, targets_by_key
from engine.life.stages import CARRIED, MATERIAL, PRODUCTION, kinds_by_stage, stage_of

DAY = datetime(2026, 6, 1)


def line(tco2e=0.3, quantity=100.0, **values):
    return LifeLine("material", 1, 7, 9, DAY, quantity, "kg", tco2e)._replace(**values)


def after(posted, found):
    """What the ledger holds once the differences are inserted."""
    held = {document: dict(sums) for document, sums in posted.items()}
    for row in found:
        sums = held.setdefault(row.document, {})
        there = sums.get(row.key, LifeSum())
        sums[row.key] = LifeSum(*(a + b for a, b in zip(there, row[2:], strict=True)))
    return held


def test_posting_twice_posts_nothing():
    targets = {5: [line(), line(0.1, 20.0, lot=8)]}
    held = after({}, differences(targets, {}))
    assert sum(total.tco2e for total in held[5].values()) == 0.4
    assert differences(targets, held) == []


def test_equal_lines_of_a_document_add_up():
    assert list(targets_by_key([line(), line()]).values()) == [LifeSum(200.0, 0.6, 0)]


def test_a_changed_figure_posts_the_difference():
    held = after({}, differences({5: [line(0.3)]}, {}))
    (found,) = differences({5: [line(0.5)]}, held)
    assert (round(found.tco2e, 12), found.quantity, found.incomplete) == (0.2, 0.0, 0)


def test_another_basis_takes_back_the_old_one():
    held = after({}, differences({5: [line(0.3, footprint_id=2)]}, {}))
    new, old = differences({5: [line(0.25, footprint_id=3)]}, held)
    assert (new.key.footprint_id, new.tco2e) == (3, 0.25)
    assert (old.key.footprint_id, old.tco2e) == (2, -0.3)


def test_a_missing_figure_is_incomplete_and_completed_later():
    held = after({}, differences({5: [line(None)]}, {}))
    ((key, total),) = held[5].items()
    assert key.quality == "missing" and total == LifeSum(100.0, 0.0, 1)
    held = after(held, differences({5: [line(0.3)]}, held))
    assert sum(total.incomplete for total in held[5].values()) == 0
    assert sum(total.tco2e for total in held[5].values()) == 0.3


def test_a_document_that_is_gone_is_taken_back_whole():
    held = after({}, differences({5: [line(), line(None, lot=8)]}, {}))
    held = after(held, differences({5: []}, held))
    assert set(held[5].values()) == {LifeSum()}


def test_stage_of_every_kind():
    assert stage_of("receipt") == MATERIAL and stage_of("opening") == MATERIAL
    assert {stage_of(kind) for kind in ("stream", "energy", "provisional", "allocation", "floor")} == {PRODUCTION}
    assert {stage_of(kind) for kind in ("consumption", "output", "delivery", "scrap", "restated")} == {CARRIED}
    assert set(kinds_by_stage()) == {MATERIAL, PRODUCTION}
