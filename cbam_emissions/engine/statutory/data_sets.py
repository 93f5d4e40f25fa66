# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl.html)
"""Data sets of source streams per process, corrected to the better measurement of the installation.

Implementing Regulation (EU) 2025/2547, Annex III point A.1.1, equations 41 and 42: one reconciliation factor per data
set; it corrects the data of all processes of the site, those of no CBAM good too, and never stands in for missing ones.
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from math import fsum

from ..attribution import reconcile
from ..embedded import Embedded
from ..errors import InvalidFigure


@dataclass(frozen=True, slots=True)
class Attributed:
    """What of a source stream fell to a process: units of the stream, and tCO2e."""

    quantity: float
    embedded: Embedded


@dataclass(frozen=True, slots=True)
class DataSet:
    """A reconciled data set.

    :ivar measured: the installation's quantity
    :ivar attributed: the processes' quantities together, before correction
    :ivar factor: RecF; ``None`` where there was nothing to correct
    :ivar processes: per process quantity and emissions after correction
    """

    measured: float
    attributed: float
    factor: float | None
    processes: Mapping[Hashable, Attributed]

    @property
    def difference(self) -> float:
        """Measured less attributed, in units of the stream."""
        return self.measured - self.attributed


def data_set(
    name: str, processes: Mapping[Hashable, Attributed], unattributed: Attributed, measured: float | None = None
) -> DataSet:
    """The data set of a source stream, RecF = D_Inst / Σ D_PP (equations 41 and 42).

    :param name: of the stream, for messages
    :param unattributed: metered at the site, but by no process: it belongs to the installation's total
    :param measured: the installation's own measurement; ``None``: what the meters of the processes and of the site say
    :raises InvalidFigure: something was metered or measured, but no process has a figure to which it could belong, or
        a figure is negative
    """
    attributed = fsum(row.quantity for row in processes.values())
    total = fsum((attributed, unattributed.quantity)) if measured is None else measured
    if total and not attributed:
        raise InvalidFigure(f"{name}: {total:g} was measured at the installation, but no process has a share of it.")
    result = reconcile(total, {key: row.quantity for key, row in processes.items()})
    corrected = {
        key: Attributed(
            result.corrected[key],
            row.embedded.scaled(result.corrected[key] / row.quantity) if row.quantity else Embedded.ZERO,
        )
        for key, row in processes.items()
    }
    return DataSet(total, attributed, result.factor, corrected)
