# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl.html)
"""The terms of equation 55 per process, and what the gathering of a period knows of a source stream.

Implementing Regulation (EU) 2025/2547, Annex III point A.3. How they come about: :mod:`.site`.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import fsum

from ..attribution import AttributedDirect, attributed_direct


@dataclass(frozen=True, slots=True)
class StreamTotal:
    """A source stream over the reporting period, reconciled.

    :ivar quantity: in the unit of the stream
    :ivar direct: fossil emissions in tCO2e; ``None`` where they are not known
    :ivar energy: energy content in TJ; ``None`` where it is not known
    :ivar biogenic: memo of zero-rated tCO2; ``None`` where nobody has gathered it
    """

    quantity: float | None
    direct: float | None
    energy: float | None = None
    biogenic: float | None = None


@dataclass(frozen=True, slots=True)
class ProcessTerms:
    """What equation 55 adds and deducts for a process, in tCO2e; each is a quantity, deducted or not.

    :ivar direct: part of DirEm*; negative where a mass balance or a transfer of CO2 makes it so
    :ivar heat_imported: Em_H,imp
    :ivar heat_exported: Em_H,exp
    :ivar waste_gas_imported: WG_corr,imp
    :ivar waste_gas_exported: WG_corr,exp
    :ivar electricity_produced: Em_el,prod
    """

    direct: float = 0.0
    heat_imported: float = 0.0
    heat_exported: float = 0.0
    waste_gas_imported: float = 0.0
    waste_gas_exported: float = 0.0
    electricity_produced: float = 0.0

    @property
    def net(self) -> float:
        """What equation 55 makes of them before its floor, in tCO2e."""
        return fsum(
            (
                self.direct,
                self.heat_imported,
                -self.heat_exported,
                self.waste_gas_imported,
                -self.waste_gas_exported,
                -self.electricity_produced,
            )
        )

    def attributed(self, direct: float | None = 0.0) -> AttributedDirect:
        """AttrEm_Dir (equation 55) with the floor at zero.

        :param direct: DirEm* of the source streams of the process, beside ``self.direct``, in tCO2e
        :raises MissingFigure: it is missing
        :raises InvalidFigure: a term other than DirEm* is negative
        """
        return attributed_direct(
            None if direct is None else fsum((direct, self.direct)),
            heat_imported=self.heat_imported,
            heat_exported=self.heat_exported,
            waste_gas_imported=self.waste_gas_imported,
            waste_gas_exported=self.waste_gas_exported,
            electricity_produced=self.electricity_produced,
        )
