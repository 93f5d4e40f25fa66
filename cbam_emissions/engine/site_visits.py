# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl.html)
"""Site visits of a verification: Implementing Regulation (EU) 2025/2546, Articles 2 to 4."""

from __future__ import annotations

from enum import Enum


class Visit(str, Enum):
    """How the verifier has seen the installation."""

    PHYSICAL = "physical"
    VIRTUAL = "virtual"
    VIRTUAL_FORCED = "virtual_forced"
    WAIVED = "waived"


def visit_problems(visit: Visit, preceding_physical: int, significant_changes: bool) -> list[str]:
    """Why a physical site visit cannot be replaced or waived in this period; empty where it can.

    Installations that produce electricity only (Article 3(2)) are not covered.

    :param visit: ``VIRTUAL`` and ``WAIVED`` by Article 3(1), ``VIRTUAL_FORCED`` by Article 4 (serious, extraordinary
        and unforeseeable circumstances)
    :param preceding_physical: reporting periods immediately before this one, without a break, in which a verifier
        carried out a physical site visit
    :param significant_changes: the installation or its monitoring plan has changed significantly since the last
        physical site visit (Article 3(1)(g))
    """
    if visit in (Visit.PHYSICAL, Visit.VIRTUAL_FORCED):
        return []
    problems = []
    if preceding_physical < 1:
        problems.append("There was no physical site visit in the preceding reporting period (Article 3(1)(a)).")
    if visit is Visit.WAIVED and preceding_physical < 2:
        problems.append("There was no physical site visit in the two preceding reporting periods (Article 3(1)(b)).")
    if significant_changes:
        problems.append("The installation or its monitoring plan has changed significantly (Article 3(1)(g)).")
    return problems
