# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl.html)
"""End of life of a machine: what treating its materials emits, and what recycled material may save elsewhere.

Not for CBAM. Burdens belong to the machine (stages C1 to C4 of EN 15804); credits for material, parts or energy that
replace others lie outside its life (module D) and stand beside the burdens, never netted with them.

Masses are kg, factors kgCO2e per kg, electricity kWh per kg; results tCO2e.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from math import fsum
from typing import Generic, TypeVar

from ..checks import not_negative
from ..constants import KG_PER_TONNE, SHARE_TOLERANCE
from ..errors import CycleError, InvalidFigure

K = TypeVar("K", bound=Hashable)
M = TypeVar("M", bound=Hashable)


@dataclass(frozen=True, slots=True)
class Part(Generic[M]):
    """A product of a bill of materials.

    :ivar material: its material; a part with a material of its own is not exploded further, for what is turned from a
        bar is lighter than the bar
    :ivar kg: net mass of one unit, ``None`` where it is not known
    :ivar fallback: the material of what nothing is made of, where it has none of its own
    """

    name: str
    material: M | None = None
    kg: float | None = None
    fallback: M | None = None


@dataclass(frozen=True, slots=True)
class MaterialMass(Generic[K, M]):
    """Materials of one unit of a product.

    :ivar kg: mass per material
    :ivar unknown: parts without a material or a mass: they are in no mass
    """

    kg: dict[M, float] = field(default_factory=dict)
    unknown: tuple[K, ...] = ()


def material_masses(
    roots: Iterable[K], parts: Mapping[K, Part[M]], components: Mapping[K, Sequence[tuple[K, float]]]
) -> dict[K, MaterialMass[K, M]]:
    """Kilograms of each material in one unit of each root, over all levels of its bill, without recursion.

    :param components: per product that is made ``[(component, quantity per unit)]``
    :raises CycleError: products contain each other
    :raises InvalidFigure: a quantity is negative or not finite
    """
    found: dict[K, MaterialMass[K, M]] = {}
    roots = list(roots)
    open_: dict[K, None] = {}
    pending = [(root, False) for root in reversed(roots)]
    while pending:
        product, leaving = pending.pop()
        if leaving:
            del open_[product]
            found[product] = _mass(product, parts, components, found)
        elif product in open_:
            path = list(open_)
            raise CycleError(path[path.index(product) :])
        elif product not in found:
            open_[product] = None
            pending.append((product, True))
            if parts[product].material is None:
                pending += [(component, False) for component, _quantity in components.get(product, ())]
    return {root: found[root] for root in roots}


def _mass(
    product: K,
    parts: Mapping[K, Part[M]],
    components: Mapping[K, Sequence[tuple[K, float]]],
    found: Mapping[K, MaterialMass[K, M]],
) -> MaterialMass[K, M]:
    part = parts[product]
    material = part.material
    if material is None and components.get(product):
        masses: dict[M, list[float]] = {}
        unknown: dict[K, None] = {}
        for component, quantity in components[product]:
            amount = not_negative(quantity, f"The quantity of {parts[component].name} in {part.name}")
            for name, kg in found[component].kg.items():
                masses.setdefault(name, []).append(kg * amount)
            unknown.update(dict.fromkeys(found[component].unknown))
        return MaterialMass({name: fsum(values) for name, values in masses.items()}, tuple(unknown))
    material = part.fallback if material is None else material
    if material is None or part.kg is None:
        return MaterialMass(unknown=(product,))
    return MaterialMass({material: not_negative(part.kg, f"The net mass of {part.name}")})


@dataclass(frozen=True, slots=True)
class Treatment(Generic[M]):
    """What is done with a share of a material.

    :ivar material: ``None`` for every material that has no treatment of its own
    :ivar name: in words, for what is missing
    :ivar share: of the material's mass, 0 to 1
    :ivar burden: kgCO2e per kg treated, ``None`` where no factor is known
    :ivar with_credit: whether a credit is claimed at all
    :ivar credit: kgCO2e per kg that is avoided elsewhere, as a positive number
    :ivar electricity: kWh per kg that the burden's factor does not contain
    :ivar electricity_factor: kgCO2e per kWh
    """

    material: M | None
    treatment: str
    name: str
    share: float
    burden: float | None
    with_credit: bool = False
    credit: float | None = None
    electricity: float = 0.0
    electricity_factor: float | None = None


@dataclass(frozen=True, slots=True)
class TreatedMass(Generic[M]):
    """One material by one treatment; a figure that rests on a missing factor is ``None``, no credit claimed is 0."""

    material: M
    treatment: str
    kg: float
    burden: float | None
    credit: float | None


@dataclass(frozen=True, slots=True)
class EndOfLife(Generic[M]):
    """A scenario for one unit, tCO2e.

    :ivar burden: sum of the known burdens; ``None`` where none is known
    :ivar credits: sum of the known credits, a positive number that is never deducted
    :ivar missing: what is missing in the sums, in words
    """

    rows: tuple[TreatedMass[M], ...]
    burden: float | None
    credits: float | None
    missing: tuple[str, ...]


def check_shares(treatments: Iterable[Treatment[M]], names: Mapping[M | None, str]) -> None:
    """Every material's treatments sum up to 100 %.

    :raises InvalidFigure: names the material and the sum
    """
    totals: dict[M | None, list[float]] = {}
    for one in treatments:
        share = not_negative(one.share, f"The share of {one.name}")
        totals.setdefault(one.material, []).append(share)
    for material, shares in totals.items():
        total = fsum(shares)
        if abs(total - 1.0) > SHARE_TOLERANCE:
            raise InvalidFigure(f"The treatments of {names[material]} sum up to {total:.6g} of its mass, not to 100 %.")


def end_of_life(
    masses: Mapping[M, float], treatments: Sequence[Treatment[M]], names: Mapping[M | None, str]
) -> EndOfLife[M]:
    """Burdens and credits of one unit by a scenario.

    :param masses: kg per material
    :param names: materials in words; ``None`` is all others
    :raises InvalidFigure: the treatments of a material do not sum up to 100 %
    """
    check_shares(treatments, names)
    own = {one.material for one in treatments}
    rows: list[TreatedMass[M]] = []
    missing: dict[str, None] = {}
    for material, kg in masses.items():
        key = material if material in own else None
        if key not in own:
            missing[f"No treatment is set for {names[material]}."] = None
            continue
        for one in treatments:
            if one.material == key and one.share:
                rows.append(treated(one, material, kg * one.share))
                missing.update(dict.fromkeys(_missing(one)))
    return EndOfLife(
        tuple(rows), _known(row.burden for row in rows), _known(row.credit for row in rows), tuple(missing)
    )


def treated(treatment: Treatment[M], material: M, kg: float) -> TreatedMass[M]:
    """Burden and credit of treating a mass; a factor that is missing leaves its figure missing.

    :raises InvalidFigure: the mass is negative
    """
    mass = not_negative(kg, f"The mass of {treatment.name}")
    burden, credit = treatment.burden, treatment.credit if treatment.with_credit else 0.0
    if burden is not None and treatment.electricity:
        factor = treatment.electricity_factor
        burden = None if factor is None else burden + treatment.electricity * factor
    return TreatedMass(
        material,
        treatment.treatment,
        mass,
        None if burden is None else mass * burden / KG_PER_TONNE,
        None if credit is None else mass * credit / KG_PER_TONNE,
    )


def _missing(treatment: Treatment[M]) -> list[str]:
    found = []
    if treatment.burden is None:
        found.append(f"The emission factor of {treatment.name} is missing.")
    if treatment.electricity and treatment.electricity_factor is None:
        found.append(f"The emission factor of the electricity of {treatment.name} is missing.")
    if treatment.with_credit and treatment.credit is None:
        found.append(f"The credit of {treatment.name} is missing.")
    return found


def _known(values: Iterable[float | None]) -> float | None:
    known = [value for value in values if value is not None]
    return fsum(known) if known else None
