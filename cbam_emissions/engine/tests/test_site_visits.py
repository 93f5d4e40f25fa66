# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl.html)
"""2025/2546 Articles 3 and 4: the first year is always physical; a waiver wants two years before it."""

from engine.site_visits import Visit, visit_problems


def test_a_physical_visit_needs_no_condition():
    assert visit_problems(Visit.PHYSICAL, 0, True) == []


def test_the_first_year_is_physical():
    assert visit_problems(Visit.VIRTUAL, 0, False) == [
        "There was no physical site visit in the preceding reporting period (Article 3(1)(a))."
    ]


def test_a_virtual_visit_follows_a_physical_one():
    assert visit_problems(Visit.VIRTUAL, 1, False) == []


def test_a_waiver_follows_two_physical_ones():
    assert visit_problems(Visit.WAIVED, 1, False) == [
        "There was no physical site visit in the two preceding reporting periods (Article 3(1)(b))."
    ]
    assert visit_problems(Visit.WAIVED, 2, False) == []


def test_significant_changes_want_a_physical_visit():
    changed = ["The installation or its monitoring plan has changed significantly (Article 3(1)(g))."]
    assert visit_problems(Visit.VIRTUAL, 1, True) == changed
    assert visit_problems(Visit.WAIVED, 2, True) == changed


def test_extraordinary_circumstances_allow_a_virtual_one():
    assert visit_problems(Visit.VIRTUAL_FORCED, 0, True) == []
