# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl.html)
"""Utilities, heat flows and waste gases of a site, and what comes of them (Regulation (EU) 2025/2547, Annex III A).

They are put together in :mod:`.site`.
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from math import fsum
from typing import NamedTuple

from ..heat import HeatOrigin
from ..utilities import Handed, Operation, Utility
from .terms import ProcessTerms


class NodeKind(str, Enum):
    """Where heat or waste gas comes from or goes to."""

    PROCESS = "process"
    UTILITY = "utility"
    OUTSIDE = "outside"


class Node(NamedTuple):
    """A process or utility of the site; ``OUTSIDE`` is every other installation."""

    kind: NodeKind
    key: Hashable = None

    def __str__(self) -> str:
        return "outside" if self.kind is NodeKind.OUTSIDE else str(self.key)


OUTSIDE = Node(NodeKind.OUTSIDE)


@dataclass(frozen=True, slots=True)
class HeatFlow:
    """Net measurable heat that crosses a boundary.

    :ivar key: identifies it in the problems
    :ivar name: for messages
    :ivar quantity: TJ
    :ivar factor: EF_heat in tCO2/TJ of heat from a process or from outside: verified, or of the known fuel mix. Heat of
        a utility has the utility's
    :ivar fuel_factor: standard factor in tCO2/TJ of the fuel most used in the country's industry; it counts, at a
        boiler efficiency of 90 %, where ``factor`` is not known
    :ivar nature: what makes the heat
    """

    key: Hashable
    name: str
    origin: Node
    destination: Node
    quantity: float | None
    factor: float | None = None
    fuel_factor: float | None = None
    nature: HeatOrigin = HeatOrigin.COMBUSTION


@dataclass(frozen=True, slots=True)
class WasteGasFlow:
    """A waste gas that leaves the process where it arises.

    :ivar key: identifies it in the problems
    :ivar name: for messages
    :ivar volume: 1 000 Nm3
    :ivar ncv: GJ per 1 000 Nm3
    :ivar factor: its own emission factor in tCO2/TJ; read where a utility burns it or where ``in_balance`` is false
    :ivar evidenced: the exporter can prove what it is used for
    :ivar in_balance: its combustion is in DirEm* of the origin already, by the inputs that are counted there. Where the
        origin is measured at its stack it is not, and is added
    """

    key: Hashable
    name: str
    origin: Node
    destination: Node
    volume: float | None
    ncv: float | None
    factor: float | None = None
    evidenced: bool = False
    in_balance: bool = True


@dataclass(frozen=True, slots=True)
class SiteUtility:
    """A utility of the site.

    :ivar utility: what it burns and gives off
    :ivar losses: heat losses in TJ where they are determined separately
    :ivar exported: of its electricity, MWh that leave the installation
    :ivar host: the process inside whose boundaries it stands: its fuels are in the DirEm* of that process
    """

    utility: Utility
    losses: float | None = None
    exported: float | None = 0.0
    host: Hashable = None


@dataclass(frozen=True, slots=True)
class OwnElectricity:
    """Electricity of a utility.

    :ivar consumed: MWh used on the site
    :ivar exported: MWh that left it
    :ivar factor: tCO2/MWh; ``None`` where nothing was produced
    """

    consumed: float
    exported: float
    factor: float | None


@dataclass(frozen=True, slots=True)
class SiteProblem:
    """What keeps a figure from being known.

    :ivar kind: ``missing`` or ``invalid``
    :ivar key: ``("utility" | "heat" | "waste_gas" | "electricity", key)``
    """

    kind: str
    message: str
    key: tuple[str, Hashable]


@dataclass(frozen=True, slots=True)
class SiteBalance:
    """What was measured and where it went, in tCO2e.

    measured + received + corrections = processes + outside + electricity

    :ivar measured: direct emissions by the methods of the period and of the utilities without a host
    :ivar received: of heat from other installations
    :ivar corrections: WG_corr,imp less WG_corr,exp, and heat that the receiver counts and the giver may not deduct
    :ivar processes: what equation 55 makes of the terms
    :ivar outside: of heat that left the installation
    :ivar electricity: of electricity produced
    """

    measured: float
    received: float
    corrections: float
    processes: float
    outside: float
    electricity: float

    @property
    def difference(self) -> float:
        """Zero but for rounding."""
        return fsum(
            (
                self.measured,
                self.received,
                self.corrections,
                -self.processes,
                -self.outside,
                -self.electricity,
            )
        )


@dataclass(frozen=True, slots=True)
class SiteTerms:
    """Terms of every process, and how every utility ran.

    :ivar by_process: terms of equation 55; processes without any are not there
    :ivar operations: per utility; one that cannot be calculated is not there
    :ivar handed: per utility, its heat by who took it (keys are :class:`Node`)
    :ivar flows: tCO2e per heat flow: a share of the utility's emissions, or quantity times factor
    :ivar electricity: per utility that produces some
    :ivar problems: in the order in which they were met
    """

    by_process: Mapping[Hashable, ProcessTerms]
    operations: Mapping[Hashable, Operation]
    handed: Mapping[Hashable, Handed]
    flows: Mapping[Hashable, float]
    electricity: Mapping[Hashable, OwnElectricity]
    problems: Sequence[SiteProblem]
    balance: SiteBalance
