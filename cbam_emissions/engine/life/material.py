# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl.html)
"""The figure of a bought component that is no CBAM good: a supplier's declaration, else the factor of its material."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import NamedTuple

from .lines import Rate

UNIT, KG = "unit", "kg"


class Declaration(NamedTuple):
    """An environmental product declaration (EPD) or a product carbon footprint (PCF) of a product.

    :ivar kg_per: kgCO2e per unit of the product, or per kg of it, as ``basis`` says; ``None`` where not stated
    :ivar vendor: the only vendor whose goods it is for; ``None`` for any
    :ivar verified: somebody has verified it; else it is a claim
    :ivar share: part of the quantity that it counts for (mass balance), above 0 and at most 1
    """

    id: int
    kind: str
    name: str
    basis: str
    kg_per: float | None
    vendor: int | None = None
    valid_from: date | None = None
    valid_until: date | None = None
    verified: bool = False
    share: float = 1.0


class Component(NamedTuple):
    """What an order took of a component.

    :ivar quantity: in ``unit``, the unit of the product
    :ivar kg: net mass of it; ``None`` where it is not known
    :ivar amount: the quantity in the unit of ``rate``; ``None`` where it cannot be told
    :ivar rate: factor of the product's material, or of its category's; ``None`` where it is missing
    :ivar by_category: the factor is that of the product category
    """

    quantity: float
    unit: str
    kg: float | None
    vendor: int | None
    day: date
    rate: Rate | None = None
    amount: float | None = None
    by_category: bool = False


class Figure(NamedTuple):
    """A part of a component with one basis: ``tco2e`` is ``None`` where a figure is missing, and ``why`` says which."""

    quantity: float
    unit: str
    tco2e: float | None
    quality: str
    dataset_id: int | None = None
    footprint_id: int | None = None
    note: str = ""
    why: str = ""


def chosen(declarations: Iterable[Declaration], component: Component) -> Declaration | None:
    """The declaration that counts: valid on the day, of the component's vendor before any vendor's, EPD before PCF,
    verified before claimed, the latest before earlier ones."""
    fitting = [
        one
        for one in declarations
        if one.kg_per is not None
        and one.vendor in (None, component.vendor)
        and (one.valid_from is None or one.valid_from <= component.day)
        and (one.valid_until is None or one.valid_until >= component.day)
        and (one.basis == UNIT or component.kg is not None)
    ]
    return max(
        fitting,
        key=lambda one: (
            one.vendor is not None,
            one.kind == "epd",
            one.verified,
            one.valid_from or date.min,
            one.id,
        ),
        default=None,
    )


def figures(component: Component, declarations: Iterable[Declaration]) -> list[Figure]:
    """The figures of a component in tCO2e: kgCO2e per unit or kg times quantity or net mass, divided by 1000.

    Under mass balance the certified share counts by the declaration and the rest by the factor of the material.
    """
    declaration = chosen(declarations, component)
    if declaration is None:
        return [by_factor(component, 1.0)]
    found = [_by_declaration(component, declaration)]
    if declaration.share < 1.0:
        found.append(by_factor(component, 1.0 - declaration.share))
    return found


def _by_declaration(component: Component, declaration: Declaration) -> Figure:
    per_unit = declaration.basis == UNIT
    amount = (component.quantity if per_unit else component.kg or 0.0) * declaration.share
    return Figure(
        amount,
        component.unit if per_unit else KG,
        amount * (declaration.kg_per or 0.0) / 1000.0,
        "verified" if declaration.verified else "estimated",
        footprint_id=declaration.id,
        note=declaration.name,
    )


def by_factor(component: Component, share: float) -> Figure:
    """A share of the component by the factor of its material; missing where there is no factor or no amount."""
    rate = component.rate
    if rate is None:
        return Figure(component.quantity * share, component.unit, None, "missing", why="factor")
    if component.amount is None:
        why = "mass" if rate.unit in ("kg", "t") else "unit"
        return Figure(component.quantity * share, component.unit, None, "missing", why=why)
    amount = component.amount * share
    quality = "estimated" if component.by_category and rate.quality == "standard" else rate.quality
    tco2e = amount * rate.kg_per_unit / 1000.0
    return Figure(amount, rate.unit, tco2e, quality, dataset_id=rate.dataset_id, note=rate.note)
