# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl.html)
"""Documents: every item of the acts is there once, and says whether it is answered."""

import re
from datetime import date

from engine.documents.emissions_report import REPORT, SUMMARY
from engine.documents.items import Answer, Facts, Item, Line, answers, as_data, from_data, status_counts
from engine.documents.monitoring_plan import ANSWERED_BY_RECORDS, BY_KEY, POINTS
from engine.documents.verification_report import VERIFICATION

ITEM = Item("7", "direct_total", "Total direct emissions")


def numbers(items):
    return {int(re.match(r"\d+", item.number)[0]) for item in items}


def test_every_item_of_the_acts_is_there():
    assert numbers(POINTS) == set(range(1, 23))  # 2025/2547 Annex II A.5
    assert numbers(REPORT) == set(range(1, 36))  # Annex IV 1.1
    assert numbers(SUMMARY) == set(range(1, 17))  # Annex IV 1.2
    # 2025/2546 Annex: points 1.1 to 1.3 and 2.1 to 2.6
    points = {item.number.split("(")[0] for item in VERIFICATION}
    assert points == {"1.1", "1.2", "1.3", "2.1", "2.2", "2.3", "2.4", "2.5", "2.6"}


def test_numbers_are_given_once():
    for items in (POINTS, REPORT, SUMMARY, VERIFICATION):
        assert len({item.number for item in items}) == len(items)
    assert set(BY_KEY) >= ANSWERED_BY_RECORDS


def test_letters_of_the_act():
    assert [i.number for i in REPORT if i.number.startswith("2(")] == [f"2({letter})" for letter in "abcdefgh"]
    assert [i.number for i in REPORT if i.number.startswith("16(")] == [f"16({letter})" for letter in "abcde"]
    assert [i.number for i in VERIFICATION if i.number.startswith("2.6")] == [f"2.6({letter})" for letter in "abcdefgh"]
    assert [i.number for i in VERIFICATION if i.number.startswith("1.3")] == [f"1.3({letter})" for letter in "abcdefgh"]


def test_an_item_has_a_value_does_not_apply_or_is_missing():
    assert Answer(ITEM, Facts((Line("Direct", 1.5, "tCO2e"),))).status == "value"
    assert Answer(ITEM, Facts(absent="Nothing is produced.")).status == "not applicable"
    assert Answer(ITEM, Facts()).status == "missing"
    assert Answer(ITEM, Facts()).missing == ("Total direct emissions",)


def test_a_missing_figure_is_named_and_zero_is_a_figure():
    answer = Answer(ITEM, Facts((Line("Direct", 0, "tCO2e"), Line("Factor", None, subject="Gas"))))
    assert answer.status == "missing"
    assert answer.missing == ("Gas, Factor",)
    assert Answer(ITEM, Facts((Line("Direct", 0, "tCO2e"),))).status == "value"


def test_an_empty_field_is_missing_too():
    assert Line("Name", False).value is None
    assert Line("Name", "").value is None
    assert Line("Quantity", 0).value == 0


def test_a_gap_beside_figures_is_missing():
    answer = Answer(ITEM, Facts((Line("Direct", 1.0),), gaps=("No meter for Gas",)))
    assert (answer.status, answer.missing) == ("missing", ("No meter for Gas",))


def test_counting():
    rows = answers([ITEM, Item("8", "months", "Months")], {"direct_total": Facts((Line("Direct", 1.0),))})
    assert status_counts(rows) == {"value": 1, "not applicable": 0, "missing": 1}


def test_answers_survive_being_kept_as_plain_values():
    rows = [
        Answer(
            ITEM, Facts((Line("Day", date(2026, 1, 2), source="Plan"), Line("F", None, subject="Gas")), gaps=("G",))
        ),
        Answer(ITEM, Facts(absent="Why")),
        Answer(ITEM, Facts()),
    ]
    data = as_data(rows)
    assert data[0]["lines"][0]["value"] == "2026-01-02"
    kept = from_data(data)
    assert [row.status for row in kept] == ["missing", "not applicable", "missing"]
    assert [row.missing for row in kept] == [row.missing for row in rows]
    assert as_data(kept) == data
