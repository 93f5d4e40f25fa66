# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl.html)
"""Attribution of an installation's data to processes and of a process's emissions to goods.

Implementing Regulation (EU) 2025/2547, Annex III points A.1 (equations 41 and 42), A.2 (shares by a physical key)
and A.3 (equation 55), Annex II point F (what carries emissions).

Shares close: their exact sum (``math.fsum``) is the total, the rounding being put on the largest share.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass
from enum import Enum
from math import fsum
from typing import Generic, TypeVar

from .checks import not_negative, required
from .embedded import Embedded
from .errors import InvalidFigure

K = TypeVar("K", bound=Hashable)


class OutputClass(str, Enum):
    """What an output of a process is (Annex II point F; decided once per product, never by a cost share)."""

    GOOD = "good"
    CO_PRODUCT = "co_product"
    SALEABLE_OFF_SPEC = "saleable_off_spec"
    OFF_SPEC = "off_spec"
    BY_PRODUCT = "by_product"
    WASTE = "waste"
    SCRAP = "scrap"


#: Outputs that belong to the activity level; all others leave with zero embedded emissions. Off-spec goods that can
#: be sold and are listed in Annex I of Regulation (EU) 2023/956 belong to it by the Commission's answer 4.29.
CARRIES_EMISSIONS = frozenset({OutputClass.GOOD, OutputClass.CO_PRODUCT, OutputClass.SALEABLE_OFF_SPEC})


class AttributionKey(str, Enum):
    """By what a process is shared among its goods (Annex III A.2): functional units, mass, or moles (equation 43)."""

    FUNCTIONAL_UNIT = "functional_unit"
    MASS = "mass"
    MOLAR = "molar"


@dataclass(frozen=True, slots=True)
class Output(Generic[K]):
    """An output of a process.

    :ivar key: identifies it; one key may appear several times
    :ivar output_class: what it is
    :ivar quantity: functional units or tonnes, the same for all outputs of a process
    """

    key: K
    output_class: OutputClass
    quantity: float | None


@dataclass(frozen=True, slots=True)
class Reconciliation(Generic[K]):
    """A data set of processes corrected to the installation's better measurement.

    :ivar factor: RecF; ``None`` where all values are 0 and there is nothing to correct
    :ivar corrected: corrected value per process; they sum up to the installation's value
    :ivar difference: the installation's value minus the sum of the processes before the correction
    """

    factor: float | None
    corrected: dict[K, float]
    difference: float


@dataclass(frozen=True, slots=True)
class AttributedDirect:
    """Attributed direct emissions of a process in tCO2e.

    :ivar emissions: AttrEm_Dir, never negative
    :ivar floor: what setting a negative result to zero has added; 0 otherwise
    """

    emissions: float
    floor: float


def reconcile(installation: float | None, processes: Mapping[K, float | None]) -> Reconciliation[K]:
    """RecF = D_Inst / Σ D_PP and D_PP,corr = D_PP · RecF (equations 41 and 42), for one data set in its own unit.

    ``processes`` holds every process of the site, non-CBAM ones too. The factor corrects measurements of different
    quality; it never stands in for the data of a process that has none.

    :raises MissingFigure: the installation's value or that of a process is missing
    :raises InvalidFigure: a value is negative, or the installation has a value but no process has
    """
    measured = not_negative(installation, "The value measured for the installation")
    values = {key: not_negative(value, f"The value of process {key}") for key, value in processes.items()}
    before = fsum(values.values())
    if not before:
        if measured:
            raise InvalidFigure(f"The installation has {measured}, but none of its processes has a share in it.")
        return Reconciliation(None, values, 0.0)
    return Reconciliation(measured / before, shares(measured, values), measured - before)


def attributed_direct(
    direct: float | None,
    *,
    heat_imported: float | None = 0.0,
    heat_exported: float | None = 0.0,
    waste_gas_imported: float | None = 0.0,
    waste_gas_exported: float | None = 0.0,
    electricity_produced: float | None = 0.0,
) -> AttributedDirect:
    """AttrEm_Dir = DirEm* + Em_H,imp − Em_H,exp + WG_imp − WG_exp − Em_el,prod, all in tCO2e (equation 55).

    A negative result is set to zero. A flow that does not exist is 0; one that exists and is not known is ``None``.

    :param direct: DirEm*, the directly attributable emissions; a mass balance can make it negative
    :raises MissingFigure: a term is ``None``
    :raises InvalidFigure: a term other than DirEm* is negative
    """
    raw = fsum(
        (
            required(direct, "The figure for directly attributable emissions"),
            not_negative(heat_imported, "The figure for emissions of imported heat"),
            -not_negative(heat_exported, "The figure for emissions of exported heat"),
            not_negative(waste_gas_imported, "The figure for emissions of imported waste gas"),
            -not_negative(waste_gas_exported, "The figure for emissions of exported waste gas"),
            -not_negative(electricity_produced, "The figure for emissions of electricity produced"),
        )
    )
    return AttributedDirect(raw, 0.0) if raw > 0 else AttributedDirect(0.0, 0.0 - raw)


def shares(total: float, weights: Mapping[K, float | None]) -> dict[K, float]:
    """``total`` divided in proportion to ``weights``, in their order (Annex III point A.2); the shares close.

    :raises MissingFigure: a weight is missing
    :raises InvalidFigure: a weight is negative or not finite, or there is a total but no weight above 0
    """
    key_values = {key: not_negative(weight, f"The share of {key}") for key, weight in weights.items()}
    whole = fsum(key_values.values())
    if not whole:
        if total:
            raise InvalidFigure(f"{total} cannot be shared: {_named(weights)} has a quantity greater than 0.")
        return dict.fromkeys(key_values, 0.0)
    return _closed(total, {key: total * (weight / whole) for key, weight in key_values.items()}, key_values)


def embedded_shares(total: Embedded, weights: Mapping[K, float | None]) -> dict[K, Embedded]:
    """Every component of ``total`` divided in proportion to ``weights``; the shares close component by component.

    :raises MissingFigure: a weight is missing
    :raises InvalidFigure: a weight is negative or not finite, or there is a total but no weight above 0
    """
    columns = [shares(value, weights) for value in total.as_tuple()]
    return {key: Embedded(*(column[key] for column in columns)) for key in weights}


def share_among_outputs(total: Embedded, outputs: Iterable[Output[K]]) -> dict[K, Embedded]:
    """A process's emissions among its outputs by functional unit or mass (Annex III A.2, Annex II F).

    Goods, co-products and saleable off-spec goods of Annex I share; by-products, waste, scrap and other off-spec get
    zero. Quantities of one key add up.

    :param total: what the process attributes, precursors included, in tCO2e
    :raises MissingFigure: a quantity is missing
    :raises InvalidFigure: a quantity is negative, or there is a total but no output that can carry it
    """
    weights: dict[K, float] = {}
    for output in outputs:
        quantity = not_negative(output.quantity, f"The quantity of output {output.key}")
        weight = quantity if output.output_class in CARRIES_EMISSIONS else 0.0
        weights[output.key] = weights.get(output.key, 0.0) + weight
    return embedded_shares(total, weights)


def _named(weights: Mapping[K, float | None]) -> str:
    return f"none of {', '.join(str(key) for key in weights)}" if weights else "nothing"


def _closed(total: float, parts: dict[K, float], weights: Mapping[K, float]) -> dict[K, float]:
    """The parts with the rounding remainder put on the largest, and what that one cannot hold on the next."""
    for key in sorted(filter(weights.__getitem__, weights), key=weights.__getitem__, reverse=True):
        if fsum(parts.values()) == total:
            break
        parts[key] += fsum((total, *(-part for part in parts.values())))
    return parts
