# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl.html)
"""Activity levels of a process and how it is shared among its goods (Annex II F, Annex III A.2)."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from math import fsum

from ..attribution import CARRIES_EMISSIONS, AttributionKey, shares
from ..composition import activity_level
from ..embedded import Embedded, attributed_indirect
from ..errors import InvalidFigure
from ..molar import ChemicalProduct, molar_weights
from .facts import ProcessOutput, ProductionProcess


@dataclass(frozen=True, slots=True)
class Part:
    """A range of composition of a good: functional units and tonnes after returns."""

    composition: Hashable
    quantity: float
    mass: float


@dataclass(frozen=True, slots=True)
class Slice:
    """A process's making of one good.

    :ivar level: AL in functional units
    :ivar mass: tonnes
    :ivar share: of the process that falls to it, 0 to 1
    :ivar attributed: what it attributes to the good, without precursors, in tCO2e; free allocation of the process
        included as far as it is known
    """

    process: Hashable
    good: Hashable
    level: float
    mass: float
    share: float
    in_annex_ii: bool | None
    sefa_known: bool
    attributed: Embedded
    parts: tuple[Part, ...]


def slices(process: ProductionProcess) -> list[Slice]:
    """The goods of a process with their share in it; goods of which nothing was made are left out.

    :raises MissingFigure: a quantity or mass is missing
    :raises InvalidFigure: more was returned than produced, outputs of one good contradict each other, functional units
        differ though they are the key, or there is something to carry but no good that carries it
    """
    rows: dict[Hashable, list[ProcessOutput]] = {}
    for output in process.outputs:
        if output.output_class in CARRIES_EMISSIONS:
            rows.setdefault(output.good, []).append(output)
    parts = {good: tuple(_part(output) for output in outputs) for good, outputs in rows.items()}
    weights = _weights(process, rows, parts)
    if not any(weights.values()):
        if _empty(process):
            return []
        raise InvalidFigure(f"Process {process.key} has emissions or precursors, but no output that carries them.")
    share = shares(1.0, weights)
    return [_slice(process, good, rows[good], parts[good], share[good]) for good in rows if weights[good]]


def _part(output: ProcessOutput) -> Part:
    return Part(
        output.composition,
        activity_level(output.quantity, output.returned, str(output.good)),
        activity_level(output.mass, output.returned_mass, f"{output.good} in tonnes"),
    )


def _weights(
    process: ProductionProcess, rows: dict[Hashable, list[ProcessOutput]], parts: dict[Hashable, tuple[Part, ...]]
) -> dict[Hashable, float]:
    masses = {good: fsum(part.mass for part in parts[good]) for good in rows}
    if process.attribution is AttributionKey.MASS:
        return masses
    if process.attribution is AttributionKey.MOLAR:
        return molar_weights(
            ChemicalProduct(good, masses[good], outputs[0].molar_mass) for good, outputs in rows.items()
        )
    if len({output.unit for outputs in rows.values() for output in outputs}) > 1:
        raise InvalidFigure(f"The goods of process {process.key} have different functional units: they are no key.")
    return {good: fsum(part.quantity for part in parts[good]) for good in rows}


def _empty(process: ProductionProcess) -> bool:
    carried = (process.direct.emissions, process.indirect, *(row.quantity for row in process.consumption))
    return not any(carried)


def _slice(
    process: ProductionProcess,
    good: Hashable,
    outputs: Sequence[ProcessOutput],
    parts: tuple[Part, ...],
    share: float,
) -> Slice:
    first = outputs[0]
    properties = {(row.unit, row.in_annex_ii, row.molar_mass, row.sefa_process) for row in outputs}
    if len(properties) > 1:
        raise InvalidFigure(f"The outputs of {good} in process {process.key} contradict each other.")
    level = fsum(part.quantity for part in parts)
    if not level:
        raise InvalidFigure(f"{good} in process {process.key} has a mass, but no quantity in functional units.")
    mass = fsum(part.mass for part in parts)
    attributed = attributed_indirect(process.indirect * share, process.indirect_default * share, first.in_annex_ii)
    allocation = Embedded(direct=process.direct.emissions * share, free_allocation=(first.sefa_process or 0.0) * mass)
    return Slice(
        process=process.key,
        good=good,
        level=level,
        mass=mass,
        share=share,
        in_annex_ii=first.in_annex_ii,
        sefa_known=first.sefa_process is not None or first.in_annex_ii is None,
        attributed=attributed + allocation,
        parts=parts,
    )
