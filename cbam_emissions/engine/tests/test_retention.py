# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl.html)
"""How long the records of an installation are kept."""

from datetime import date

from engine.retention import operator_kept_until


def test_six_years_after_the_reporting_period():
    # a period that ends in 2026: 2027 to 2032 are six years
    assert operator_kept_until(2026) == date(2032, 12, 31)
