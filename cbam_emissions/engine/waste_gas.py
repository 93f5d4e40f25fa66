# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl.html)
"""Waste gases that cross the boundaries of a process.

Implementing Regulation (EU) 2025/2547, Annex III points A.2.3 (equations 53 and 54) and A.3. Emissions from burning an
exported gas stay in the directly attributable emissions of the process where it arose, wherever it is burnt; that
process may deduct what natural gas would have done at the lower efficiency of the gas. The process that burns it counts
it as natural gas. A gas burnt for heat or electricity: :func:`fuel_mix.capped_factor`.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable
from dataclasses import dataclass
from math import fsum
from typing import Generic, TypeVar

from .checks import not_negative, positive, within
from .constants import GJ_PER_TJ
from .errors import InvalidFigure

K = TypeVar("K", bound=Hashable)

#: Corr_η: efficiency of using waste gas against that of natural gas (equation 54).
EFFICIENCY_CORRECTION = 0.667


@dataclass(frozen=True, slots=True)
class WasteGasTransfer(Generic[K]):
    """A waste gas that leaves one process for another.

    :ivar name: for messages
    :ivar volume: V_WG in 1 000 Nm3
    :ivar ncv: NCV_WG in GJ per 1 000 Nm3
    :ivar origin: the process where it arises; ``None`` where that is in another installation
    :ivar destination: the process that consumes it; ``None`` where that is in another installation
    :ivar evidenced: the exporter can prove to the verifier what the gas is used for: only then is anything deducted
    """

    name: str
    volume: float | None
    ncv: float | None
    origin: K | None
    destination: K | None
    evidenced: bool = False


@dataclass(frozen=True, slots=True)
class WasteGasCorrection:
    """WG_corr,imp and WG_corr,exp of a process in tCO2 (equation 55 adds the first and deducts the second)."""

    imported: float = 0.0
    exported: float = 0.0


def energy(volume: float | None, ncv: float | None, name: str) -> float:
    """V_WG · NCV_WG in TJ.

    :param volume: 1 000 Nm3
    :param ncv: GJ per 1 000 Nm3
    :raises MissingFigure: one of the two is missing
    :raises InvalidFigure: the volume is negative or the net calorific value not positive
    """
    quantity = not_negative(volume, f"The volume of waste gas {name}")
    return quantity * positive(ncv, f"The net calorific value of waste gas {name}") / GJ_PER_TJ


def imported_correction(gas_energy: float | None, natural_gas_factor: float | None) -> float:
    """WG_corr,imp = V_WG · NCV_WG · EF_NG in tCO2 (equation 53).

    :param gas_energy: V_WG · NCV_WG in TJ
    :param natural_gas_factor: EF_NG, standard factor of natural gas in tCO2/TJ
    :raises MissingFigure: one of the two is missing
    :raises InvalidFigure: one of the two is negative
    """
    quantity = not_negative(gas_energy, "The energy of the waste gas")
    return quantity * not_negative(natural_gas_factor, "The standard emission factor of natural gas")


def exported_correction(
    gas_energy: float | None,
    natural_gas_factor: float | None,
    evidenced: bool,
    correction: float | None = EFFICIENCY_CORRECTION,
) -> float:
    """WG_corr,exp = V_WG,exp · NCV_WG · EF_NG · Corr_η in tCO2 with evidence, else 0 (equation 54).

    :param gas_energy: V_WG,exp · NCV_WG in TJ
    :param natural_gas_factor: EF_NG in tCO2/TJ
    :param correction: Corr_η, 0 to 1; the standard value is 0.667
    :raises MissingFigure: a figure is missing
    :raises InvalidFigure: a figure is out of its range
    """
    deducted = imported_correction(gas_energy, natural_gas_factor) * within(correction, 1.0, "The factor Corr_η")
    return deducted if evidenced else 0.0


def corrections(
    transfers: Iterable[WasteGasTransfer[K]], natural_gas_factor: float | None
) -> dict[K, WasteGasCorrection]:
    """Both corrections of every process that a waste gas leaves or enters, in tCO2 (equations 53 and 54).

    A gas that is made and used in the same process is no transfer: it is part of DirEm*.

    :param natural_gas_factor: EF_NG in tCO2/TJ
    :raises MissingFigure: a volume, net calorific value or the factor is missing
    :raises InvalidFigure: a figure is out of its range, or a gas enters the process that it leaves
    """
    imported: dict[K, list[float]] = {}
    exported: dict[K, list[float]] = {}
    for transfer in transfers:
        if transfer.origin == transfer.destination:
            raise InvalidFigure(f"The waste gas {transfer.name} does not leave {transfer.origin or 'any process'}.")
        quantity = energy(transfer.volume, transfer.ncv, transfer.name)
        if transfer.destination is not None:
            amount = imported_correction(quantity, natural_gas_factor)
            imported.setdefault(transfer.destination, []).append(amount)
        if transfer.origin is not None:
            amount = exported_correction(quantity, natural_gas_factor, transfer.evidenced)
            exported.setdefault(transfer.origin, []).append(amount)
    return {
        process: WasteGasCorrection(fsum(imported.get(process, ())), fsum(exported.get(process, ())))
        for process in dict.fromkeys((*imported, *exported))
    }
