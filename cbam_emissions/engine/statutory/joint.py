# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl.html)
"""Joint production processes: precursors and the complex goods made from them in one process ("bubble").

Implementing Regulation (EU) 2025/2547, Article 4(9), Annex II points E and F.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Sequence
from dataclasses import replace
from math import fsum

from ..attribution import CARRIES_EMISSIONS, AttributedDirect, attributed_direct
from ..checks import not_negative
from ..composition import activity_level
from ..errors import InvalidFigure
from .facts import Consumption, ProcessOutput, ProductionProcess


def joined(key: Hashable, members: Sequence[ProductionProcess]) -> ProductionProcess:
    """The joint process of ``members``.

    Its activity level counts final products only; outputs that carry no emissions are left out. Of a precursor made
    inside only what comes from elsewhere is left as consumption: what its members take in beyond what they make. The
    floor of equation 55 applies to the whole.

    :param members: the processes; what one makes and another takes in is inside
    :raises InvalidFigure: a precursor made inside is also transferred out (Article 4(9)), or the members are shared
        among their goods by different keys, or there is no member
    :raises MissingFigure: a quantity of a precursor made inside is missing
    """
    keys = {member.attribution for member in members}
    if len(keys) != 1:
        raise InvalidFigure(f"The joint process {key} needs members that are attributed by one and the same key.")
    consumed = {row.precursor for member in members for row in member.consumption}
    outputs = [row for member in members for row in member.outputs if row.output_class in CARRIES_EMISSIONS]
    inside = {row.good for row in outputs if row.good in consumed}
    for row in outputs:
        if row.good in inside and row.transferred_out:
            raise InvalidFigure(f"{row.good} is transferred out of joint process {key}, which Article 4(9) excludes.")
    return ProductionProcess(
        key=key,
        outputs=tuple(row for row in outputs if row.good not in inside),
        direct=_joint_direct(member.direct for member in members),
        indirect=fsum(member.indirect for member in members),
        indirect_default=fsum(member.indirect_default for member in members),
        consumption=_from_elsewhere([row for member in members for row in member.consumption], outputs, inside),
        attribution=keys.pop(),
    )


def _joint_direct(parts: Iterable[AttributedDirect]) -> AttributedDirect:
    """AttrEm_Dir of the whole: what each had before its floor, and one floor."""
    return attributed_direct(fsum(value for part in parts for value in (part.emissions, -part.floor)))


def _from_elsewhere(
    rows: Sequence[Consumption], outputs: Sequence[ProcessOutput], inside: set[Hashable]
) -> tuple[Consumption, ...]:
    made = {
        good: fsum(activity_level(row.quantity, row.returned, str(good)) for row in outputs if row.good == good)
        for good in inside
    }
    kept = []
    for row in rows:
        if row.precursor in inside:
            quantity = not_negative(row.quantity, f"The quantity of precursor {row.precursor}")
            taken = min(quantity, made[row.precursor])
            made[row.precursor] -= taken
            if quantity > taken:
                kept.append(replace(row, quantity=quantity - taken))
        else:
            kept.append(row)
    return tuple(kept)
