# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl.html)
"""Attribution among chemicals and fertilisers that one process makes together.

Implementing Regulation (EU) 2025/2547, Annex III point A.2.1 (equation 43). It comes after heat and waste gases.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable
from dataclasses import dataclass
from typing import Generic, TypeVar

from .attribution import embedded_shares
from .checks import not_negative, positive
from .embedded import Embedded
from .errors import InvalidFigure

K = TypeVar("K", bound=Hashable)


@dataclass(frozen=True, slots=True)
class ChemicalProduct(Generic[K]):
    """A co-product of a chemical process.

    :ivar key: identifies it
    :ivar mass: m_i,prod in tonnes over the reporting period
    :ivar molar_mass: M_i in g/mol; ``None`` where it is not known
    """

    key: K
    mass: float | None
    molar_mass: float | None


def molar_weights(products: Iterable[ChemicalProduct[K]]) -> dict[K, float]:
    """m_i,prod / M_i of each co-product; their masses where the molar mass of one of them is not known.

    :raises MissingFigure: a mass is missing
    :raises InvalidFigure: a mass is negative or a molar mass not positive, or a product is there twice
    """
    rows = tuple(products)
    weights: dict[K, float] = {}
    by_mass = any(row.molar_mass is None for row in rows)
    for row in rows:
        if row.key in weights:
            raise InvalidFigure(f"The co-product {row.key} is there twice.")
        mass = not_negative(row.mass, f"The mass of co-product {row.key}")
        weights[row.key] = mass if by_mass else mass / positive(row.molar_mass, f"The molar mass of {row.key}")
    return weights


def share_by_moles(total: Embedded, products: Iterable[ChemicalProduct[K]]) -> dict[K, Embedded]:
    """Em_i = Em_total · (m_i / M_i) / Σ (m_i / M_i) in tCO2e, direct and indirect alike (equation 43).

    :param total: emissions of the whole process
    :raises MissingFigure: a mass is missing
    :raises InvalidFigure: a figure is out of its range, a product is there twice, or nothing was produced
    """
    return embedded_shares(total, molar_weights(products))
