# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl.html)
"""Net mass of a quantity: the one place that turns units into tonnes.

Mass is found only along a common unit reference. A line in a weight unit *is* its mass; a line in pieces, boxes or
metres uses the product's unit and its net mass. Anything else has no mass: it is an error, never 0 t.
"""

from __future__ import annotations

from typing import NamedTuple

from .errors import EngineError, MissingFigure


class NoCommonUnit(EngineError):
    """Two units share no reference, so that no factor leads from one to the other."""


class Unit(NamedTuple):
    """A unit of measure: the reference it hangs under, and how many of that reference it contains."""

    name: str
    reference: object
    factor: float


def convert(quantity: float, unit: Unit, to_unit: Unit) -> float:
    """``quantity`` of ``unit`` expressed in ``to_unit``.

    :raises NoCommonUnit: if the units share no reference
    """
    if unit.reference != to_unit.reference:
        raise NoCommonUnit(f"{unit.name} and {to_unit.name} share no reference unit.")
    return quantity * unit.factor / to_unit.factor


def tonnes(quantity: float, unit: Unit, product_unit: Unit, net_mass: float | None, gram: Unit) -> float:
    """Net mass in tonnes of ``quantity`` of ``unit`` of a product.

    :param net_mass: kg per unit of the product; not looked at where the unit is a weight
    :param gram: the unit every weight refers to
    :raises NoCommonUnit: the unit is no weight and shares no reference with the product's unit
    :raises MissingFigure: the unit is no weight and the product has no net mass
    """
    if unit.reference == gram.reference:
        return convert(quantity, unit, gram) * 1e-6
    in_product_unit = convert(quantity, unit, product_unit)
    if not net_mass:
        raise MissingFigure("The product has no net mass per unit.")
    return in_product_unit * net_mass * 1e-3
