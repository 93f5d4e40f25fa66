# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl.html)
"""Flares, flue gas cleaning, and CO2 that is transferred, stored or bound.

Implementing Regulation (EU) 2025/2547, Annex II points B.8 (CO2 transfers) and B.9.1 (scrubbing, de-NOx, flares).
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from .checks import not_negative, within
from .errors import MissingFigure

#: tCO2 per t of dry gypsum (CaSO4 · 2 H2O) from desulphurisation (B.9.1.1, method B).
GYPSUM_FACTOR = 0.2558

#: tCO2 per t of urea used in de-NOx (B.9.1.2).
UREA_FACTOR = 0.7328

#: tCO2 per Nm3 of flared gas, from pure ethane (B.9.1.3).
FLARE_FACTOR = 0.00393


class Destination(str, Enum):
    """Where CO2 goes that may count as not emitted (B.8.2)."""

    CAPTURE = "capture"
    TRANSPORT_NETWORK = "transport_network"
    STORAGE_SITE = "storage_site"
    CHEMICALLY_BOUND = "chemically_bound"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class CarbonTransfer:
    """Fossil CO2 that is transferred out or used instead of being emitted.

    :ivar name: for messages
    :ivar quantity: tCO2 transferred out, measured; for what is bound on site, calculated
    :ivar destination: what it is transferred for
    :ivar stored_fraction: share of it that is really stored or bound at the end of the chain, 0 to 1
    :ivar evidenced: evidence over the whole chain of custody exists, and the receivers monitor by the Regulation
    """

    name: str
    quantity: float | None
    destination: Destination
    stored_fraction: float | None = None
    evidenced: bool = False


def gypsum_emissions(gypsum: float | None) -> float:
    """tCO2 of desulphurisation by the dry gypsum produced, in tonnes (B.9.1.1, method B).

    :raises MissingFigure: the quantity is missing
    :raises InvalidFigure: it is negative
    """
    return not_negative(gypsum, "The gypsum from desulphurisation") * GYPSUM_FACTOR


def urea_emissions(urea: float | None) -> float:
    """tCO2 of the urea used in de-NOx, in tonnes of pure urea (B.9.1.2).

    :raises MissingFigure: the quantity is missing
    :raises InvalidFigure: it is negative
    """
    return not_negative(urea, "The urea used for de-NOx") * UREA_FACTOR


def flare_emissions(volume: float | None, factor: float | None = FLARE_FACTOR) -> float:
    """tCO2 of gas flared in routine and operational flaring, inherent CO2 included (B.9.1.3).

    :param volume: Nm3
    :param factor: tCO2/Nm3: of the installation, or the reference of pure ethane
    :raises MissingFigure: one of the two is missing
    :raises InvalidFigure: one of the two is negative
    """
    return not_negative(volume, "The volume of flared gas") * not_negative(factor, "The emission factor of flared gas")


def not_emitted(transfer: CarbonTransfer) -> float:
    """tCO2 that may be accounted for as not emitted; to be reported (B.8.2, B.8.3).

    Nothing without evidence, and nothing for any other purpose: inherent CO2 that is passed on and vented, and CO2
    bound in urea, count where they arose (B.8.1, Annex I point 3.9.2).

    :raises MissingFigure: the quantity is missing, or the stored fraction where there is evidence
    :raises InvalidFigure: the quantity is negative or the fraction not between 0 and 1
    """
    quantity = not_negative(transfer.quantity, f"The CO2 transferred as {transfer.name}")
    if transfer.destination is Destination.OTHER or not transfer.evidenced:
        return 0.0
    if transfer.stored_fraction is None:
        raise MissingFigure(f"The fraction of {transfer.name} that is stored or bound is missing.")
    return quantity * within(transfer.stored_fraction, 1.0, f"The fraction of {transfer.name} stored or bound")
