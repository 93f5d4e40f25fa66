# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl.html)
"""What goods carry because a supplier's verified report is missing: the part of their SEE by default values.

Nothing here is declared: it says where asking a supplier is worth most (2025/2547 Annex III B, equations 60 and 62).
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable
from dataclasses import dataclass
from math import fsum

from .embedded import Embedded, specific_mass


@dataclass(frozen=True, slots=True)
class DefaultReceipt:
    """Goods that count at their default value.

    :ivar source: who delivered them
    :ivar quantity: received, in functional units
    :ivar see: tCO2e per functional unit, without what goes out of scope in the good
    """

    source: Hashable
    quantity: float
    see: Embedded


def default_parts(
    receipts: Iterable[DefaultReceipt], used: float, averaged: float, output: float
) -> dict[Hashable, float]:
    """``{source: tCO2e in scope per tonne of output}`` that its goods bring in by default values.

    A process that uses M_i of a precursor uses of each source its share in the average of the period (Article 14(1)).

    :param used: M_i, in functional units of the precursor
    :param averaged: received and made in the period, in functional units: the weights of the average
    :param output: tonnes of the goods of the process
    :raises MissingFigure: nothing was received or made, or the process has no output
    :raises InvalidFigure: a quantity is negative
    """
    per_tonne, parts = specific_mass(used, output), {}
    for receipt in receipts:
        share = specific_mass(receipt.quantity, averaged)
        parts.setdefault(receipt.source, []).append(per_tonne * share * receipt.see.in_scope)
    return {source: fsum(found) for source, found in parts.items()}
