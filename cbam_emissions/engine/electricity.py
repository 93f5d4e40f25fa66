# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl.html)
"""Electricity that an installation consumes: sources, their emission factors, indirect emissions.

Implementing Regulation (EU) 2025/2547: Article 9 (several sources), Annex II points D.1 (equation 35) and D.4,
Annex III point A.3 (equation 56).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from math import fsum

from .checks import not_negative
from .embedded import Embedded, attributed_indirect
from .errors import MissingFigure


@dataclass(frozen=True, slots=True)
class ElectricitySource:
    """A source from which an installation receives electricity in a reporting period.

    :ivar name: for messages
    :ivar quantity: consumed from it, in MWh
    :ivar default_factor: default emission factor of the grid it comes from, in tCO2/MWh
    :ivar own_factor: its actual emission factor, in tCO2/MWh (points D.4.1, D.4.2)
    :ivar evidenced: the evidence of point D.4.3 exists (direct technical link or power purchase agreement); only
        then the actual factor counts
    """

    name: str
    quantity: float | None
    default_factor: float | None
    own_factor: float | None = None
    evidenced: bool = False


@dataclass(frozen=True, slots=True)
class ElectricityMix:
    """Several sources together.

    :ivar quantity: MWh
    :ivar emissions: tCO2
    :ivar default_quantity: MWh that count at a default factor
    :ivar default_emissions: tCO2 that rest on a default factor
    """

    quantity: float
    emissions: float
    default_quantity: float
    default_emissions: float

    @property
    def factor(self) -> float | None:
        """Weighted emission factor in tCO2/MWh (Article 9(1)); ``None`` where nothing is consumed."""
        return self.emissions / self.quantity if self.quantity else None

    @property
    def default_share(self) -> float | None:
        """Share of the emissions that rests on default factors, 0 to 1; ``None`` where there are none."""
        return self.default_emissions / self.emissions if self.emissions else None


def electricity_emissions(quantity: float | None, factor: float | None, name: str) -> float:
    """Em_el = E_el · EF_el in tCO2 (equation 35).

    :param quantity: MWh produced or consumed
    :param factor: tCO2/MWh
    :param name: of the electricity, for messages
    :raises MissingFigure: one of the two is missing
    :raises InvalidFigure: one of the two is negative
    """
    energy = not_negative(quantity, f"The quantity of electricity from {name}")
    return energy * not_negative(factor, f"The emission factor of electricity from {name}")


def mix(sources: Iterable[ElectricitySource]) -> ElectricityMix:
    """The average of several sources weighted by what the whole installation consumes from each (Article 9(1)).

    For a process that proves to use only some sources, give only those with what it consumes (Article 9(2)).

    :raises MissingFigure: a quantity, or the default factor of a source that counts at it
    :raises InvalidFigure: a quantity or factor is negative
    """
    rows = [(source, *_counted(source)) for source in sources]
    defaults = [row for row in rows if not _counts_at_own_factor(row[0])]
    return ElectricityMix(
        quantity=fsum(quantity for _source, quantity, _emissions in rows),
        emissions=fsum(emissions for _source, _quantity, emissions in rows),
        default_quantity=fsum(quantity for _source, quantity, _emissions in defaults),
        default_emissions=fsum(emissions for _source, _quantity, emissions in defaults),
    )


def embedded_electricity(consumed: float | None, supply: ElectricityMix, good_in_annex_ii: bool | None) -> Embedded:
    """AttrEm_indir of a process as what its goods embed, in tCO2e (equations 35 and 56, Annex I point 3.1).

    :param consumed: electricity consumed within the boundaries of the process, in MWh
    :param supply: the mix it is taken from
    :param good_in_annex_ii: see :func:`embedded.attributed_indirect`
    :raises MissingFigure: the quantity, or the factor of a mix of nothing
    :raises InvalidFigure: the quantity is negative
    """
    quantity = not_negative(consumed, "The electricity consumed by the process")
    if not quantity:
        return Embedded.ZERO
    if not supply.quantity:
        raise MissingFigure("The process consumes electricity, but no source of it has a quantity.")
    share = quantity / supply.quantity
    return attributed_indirect(supply.emissions * share, supply.default_emissions * share, good_in_annex_ii)


def _counts_at_own_factor(source: ElectricitySource) -> bool:
    return source.evidenced and source.own_factor is not None


def _counted(source: ElectricitySource) -> tuple[float, float]:
    """Quantity in MWh and emissions in tCO2; the factor of a source that delivered nothing is not asked for."""
    quantity = not_negative(source.quantity, f"The quantity of electricity from {source.name}")
    if not quantity:
        return 0.0, 0.0
    if _counts_at_own_factor(source):
        return quantity, electricity_emissions(quantity, source.own_factor, source.name)
    if source.default_factor is None:
        raise MissingFigure(f"The default emission factor of electricity from {source.name} is missing.")
    return quantity, electricity_emissions(quantity, source.default_factor, source.name)
