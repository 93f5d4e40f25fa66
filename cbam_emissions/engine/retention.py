# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl.html)
"""How long the records of an installation are kept."""

from datetime import date

YEARS = 6


def operator_kept_until(year: int) -> date:
    """Last day on which the records of a reporting period have to be there, with supporting documents.

    2025/2547 wants at least six years after the reporting period; the four years after verification of 2023/956
    Article 10(5)(c) end before.
    """
    return date(year + YEARS, 12, 31)
