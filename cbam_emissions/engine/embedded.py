# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl.html)
"""Embedded emissions: the value object, specific embedded emissions (SEE), functional units, scope.

Implementing Regulation (EU) 2025/2547: Article 4 (functional units), Annex I point 3.1 (scope of indirect
emissions), Annex II point A.1(8) (decimals), Annex III points A.3 and B (equations 57 to 66).

Every function here works on direct and indirect emissions at once, because an :class:`Embedded` carries both
and the equations run separately and alike for each.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Context, Decimal
from enum import Enum
from math import fsum
from operator import add, sub
from typing import NamedTuple

from .checks import not_negative, positive, required, within
from .constants import KG_PER_TONNE, SEE_DECIMALS
from .errors import InvalidFigure, MissingFigure

# Wide enough for every float (309 digits before and 5 after the comma): quantize must never overflow.
_PUBLISHED = Context(prec=314, rounding=ROUND_HALF_UP)

# Posting makes millions: past the constructor, which would take them apart and together again.
_new = tuple.__new__


class Embedded(NamedTuple):
    """What a quantity of goods carries, in tCO2e (per unit of quantity where it is a specific figure).

    :ivar direct: direct embedded emissions
    :ivar indirect_total: all indirect embedded emissions, whether in the legal scope or not (memo)
    :ivar indirect_scope: indirect embedded emissions in the legal scope of the good (Annex I point 3.1)
    :ivar free_allocation: embedded free allocation (Implementing Regulation (EU) 2025/2620), in tonnes
    :ivar direct_default: part of ``direct`` that rests on default values (Annex IV 1.1(15)(d))
    :ivar scope_default: part of ``indirect_scope`` that rests on default values (Annex IV 1.1(15)(d))
    :ivar indirect_default: part of ``indirect_total`` that rests on default values or on the default
        emission factor of the grid (Annex IV 1.1(15)(e))
    """

    direct: float = 0.0
    indirect_total: float = 0.0
    indirect_scope: float = 0.0
    free_allocation: float = 0.0
    direct_default: float = 0.0
    scope_default: float = 0.0
    indirect_default: float = 0.0

    __mul__ = __rmul__ = None  # a tuple would be repeated

    def __add__(self, other: Embedded) -> Embedded:
        if not isinstance(other, Embedded):
            return NotImplemented
        return _new(Embedded, map(add, self, other))

    def __sub__(self, other: Embedded) -> Embedded:
        if not isinstance(other, Embedded):
            return NotImplemented
        return _new(Embedded, map(sub, self, other))

    def __neg__(self) -> Embedded:
        return Embedded.ZERO - self

    def scaled(self, factor: float) -> Embedded:
        """Every component times ``factor`` (a quantity, or 1 / quantity)."""
        a, b, c, d, e, f, g = self
        return _new(Embedded, (a * factor, b * factor, c * factor, d * factor, e * factor, f * factor, g * factor))

    @property
    def in_scope(self) -> float:
        """Emissions that the declaration counts, in tCO2e: direct and, as far as in scope, indirect."""
        return self.direct + self.indirect_scope

    @property
    def default_share(self) -> float | None:
        """Share of the emissions in scope that rests on default values, 0 to 1 (Annex IV 1.1(15)(d)).

        ``None`` where nothing is embedded: a share of nothing is not a figure.
        """
        return (self.direct_default + self.scope_default) / self.in_scope if self.in_scope else None

    @property
    def indirect_default_share(self) -> float | None:
        """Share of all indirect emissions that rests on default values or factors, 0 to 1 (Annex IV 1.1(15)(e)).

        ``None`` where there are no indirect emissions.
        """
        return self.indirect_default / self.indirect_total if self.indirect_total else None

    def as_tuple(self) -> tuple[float, ...]:
        """The components in the order of ``COMPONENTS``."""
        return tuple(self)

    def without_scope(self) -> Embedded:
        """The same with nothing of the indirect emissions in the legal scope; the memo stays."""
        return Embedded(
            direct=self.direct,
            indirect_total=self.indirect_total,
            free_allocation=self.free_allocation,
            direct_default=self.direct_default,
            indirect_default=self.indirect_default,
        )

    @classmethod
    def total(cls, items: Iterable[Embedded]) -> Embedded:
        """Exact sum (one rounding per component, ``math.fsum``); ``ZERO`` for no items."""
        sums = tuple(map(fsum, zip(*items, strict=True)))
        return _new(cls, sums) if sums else cls.ZERO


Embedded.COMPONENTS = Embedded._fields
Embedded.ZERO = Embedded()


class FunctionalUnit(str, Enum):
    """What the activity level of a good is counted in (Article 4(2) to (5))."""

    TONNE = "t"
    TONNE_CLINKER = "t_clinker"
    KG_NITROGEN = "kg_n"
    KWH = "kwh"


@dataclass(frozen=True, slots=True)
class PrecursorUse:
    """A precursor that enters a process (Annex III point B).

    :ivar name: for messages
    :ivar quantity: M_i, or m_i where specific figures are used, in functional units of the precursor; gross,
        with what is cut off, spilt or burnt
    :ivar see: SEE_i per functional unit of the precursor; ``None`` where it is not known
    :ivar in_annex_ii: whether the precursor is listed in Annex II of Regulation (EU) 2023/956; ``None`` where it
        is no good of Annex I at all
    :ivar exempt: it originates in the Union or in an exempted country: it counts zero, its quantity is reported
    """

    name: str
    quantity: float | None
    see: Embedded | None
    in_annex_ii: bool | None = None
    exempt: bool = False


def drops_scope(good_in_annex_ii: bool | None, precursor_in_annex_ii: bool | None) -> bool:
    """Whether the indirect emissions of a precursor leave the legal scope when they enter the good.

    Annex I point 3.1: they do where the good is not listed in Annex II but the precursor is. Where the good is
    no CBAM good (``None``) everything passes through, for the goods made from it later on.
    """
    return good_in_annex_ii is False and precursor_in_annex_ii is True


def dropped_scope(value: Embedded, good_in_annex_ii: bool | None, precursor_in_annex_ii: bool | None) -> Embedded:
    """The part of a precursor's embedded emissions that goes out of scope in the good (Annex I point 3.1).

    ``value`` minus the result is what the good carries on. Only ``indirect_scope`` and ``scope_default`` can
    be dropped; direct emissions, the memo of all indirect emissions and free allocation stay.
    """
    if drops_scope(good_in_annex_ii, precursor_in_annex_ii):
        return Embedded(indirect_scope=value.indirect_scope, scope_default=value.scope_default)
    return Embedded.ZERO


def attributed_indirect(emissions: float, default_part: float, good_in_annex_ii: bool | None) -> Embedded:
    """Emissions of electricity that a process consumes, as what its goods embed (equation 56, Annex I point 3.1).

    :param emissions: AttrEm_indir in tCO2e
    :param default_part: the part of it that rests on the default emission factor of the grid, in tCO2e
    :param good_in_annex_ii: the emissions are in scope only of a CBAM good outside Annex II (``False``); a
        default factor is no default value of a good, so ``scope_default`` stays 0
    """
    return Embedded(
        indirect_total=emissions,
        indirect_scope=emissions if good_in_annex_ii is False else 0.0,
        indirect_default=default_part,
    )


def embedded_in_precursors(uses: Iterable[PrecursorUse], good_in_annex_ii: bool | None) -> Embedded:
    """EE_InpMat = Σ M_i · SEE_i (equation 60), without what goes out of scope, in tCO2e.

    With specific quantities m_i it is the sum of equation 62, per functional unit of the good.

    :raises MissingFigure: a quantity is missing, or the SEE of a precursor that is not exempt
    :raises InvalidFigure: a quantity is negative
    """
    return Embedded.total(_embedded_in_precursor(use, good_in_annex_ii) for use in uses)


def _embedded_in_precursor(use: PrecursorUse, good_in_annex_ii: bool | None) -> Embedded:
    quantity = not_negative(use.quantity, f"The quantity of precursor {use.name}")
    if use.exempt:
        return Embedded.ZERO
    if use.see is None:
        raise MissingFigure(f"The specific embedded emissions of precursor {use.name} are missing.")
    see = use.see.without_scope() if drops_scope(good_in_annex_ii, use.in_annex_ii) else use.see
    return see.scaled(quantity)


def specific_emissions(total: Embedded, activity_level: float | None) -> Embedded:
    """A total per functional unit of the activity level: equations 57, 58 (SEE of a simple good) and 63 (ae_g).

    :param total: AttrEm_g in tCO2e over the reporting period
    :param activity_level: AL_g in functional units
    :raises MissingFigure: the activity level is missing
    :raises InvalidFigure: the activity level is 0 or negative
    """
    level = positive(activity_level, "The activity level")
    return Embedded(*(value / level for value in total.as_tuple()))


def see_complex(
    attributed: Embedded,
    uses: Iterable[PrecursorUse],
    activity_level: float | None,
    good_in_annex_ii: bool | None,
) -> Embedded:
    """SEE_g = (AttrEm_g + EE_InpMat) / AL_g of a complex good, per functional unit (equations 59 and 60).

    :param attributed: AttrEm_g of the process in tCO2e
    :param uses: the precursors with the total quantities M_i
    :param activity_level: AL_g in functional units
    :raises MissingFigure: activity level, a quantity or an SEE is missing
    :raises InvalidFigure: the activity level is not positive or a quantity is negative
    """
    return specific_emissions(attributed + embedded_in_precursors(uses, good_in_annex_ii), activity_level)


def see_from_specific(ae: Embedded, uses: Iterable[PrecursorUse], good_in_annex_ii: bool | None) -> Embedded:
    """SEE_g = ae_g + Σ m_i · SEE_i, per functional unit (equation 62); the same figure as :func:`see_complex`.

    :param ae: specific attributed emissions of the process (equation 63)
    :param uses: the precursors with the specific quantities m_i (equation 61)
    :raises MissingFigure: a quantity or an SEE is missing
    :raises InvalidFigure: a quantity is negative
    """
    return ae + embedded_in_precursors(uses, good_in_annex_ii)


def specific_mass(quantity: float | None, activity_level: float | None) -> float:
    """m_i = M_i / AL_g: functional units of the precursor per functional unit of the good (equation 61).

    :raises MissingFigure: one of the two is missing
    :raises InvalidFigure: the quantity is negative or the activity level not positive
    """
    return not_negative(quantity, "The quantity of the precursor") / positive(activity_level, "The activity level")


def content_per_tonne(unit: FunctionalUnit, content: float | None, good: str) -> float:
    """How many functional units a tonne of the good contains: CK_i or N_i of equations 64 to 66, or 1.

    :param content: t clinker per t (0 to 1) or kg nitrogen per t (0 to 1 000); not read for tonnes of goods
    :raises MissingFigure: the content is missing where the functional unit needs it
    :raises InvalidFigure: the content is out of range, or the unit is kWh, which has no tonnes
    """
    if unit is FunctionalUnit.TONNE:
        return 1.0
    if unit is FunctionalUnit.TONNE_CLINKER:
        return within(content, 1.0, f"The clinker content of {good}")
    if unit is FunctionalUnit.KG_NITROGEN:
        return within(content, KG_PER_TONNE, f"The nitrogen content of {good}")
    raise InvalidFigure(f"{good} is counted in kWh and has no content per tonne.")


def functional_quantity(mass: float | None, unit: FunctionalUnit, content: float | None, good: str) -> float:
    """A mass in tonnes of goods as a quantity in functional units (Article 4(2), (4), (5)).

    :raises MissingFigure: the mass is missing, or the content where the functional unit needs it
    :raises InvalidFigure: the content is out of range, or the unit is kWh
    """
    return required(mass, f"The mass of {good}") * content_per_tonne(unit, content, good)


def see_per_tonne(see: Embedded, unit: FunctionalUnit, content: float | None, good: str) -> Embedded:
    """SEE per functional unit as SEE per tonne of goods (equations 64, 65 and 66).

    :raises MissingFigure: the content is missing where the functional unit needs it
    :raises InvalidFigure: the content is out of range, or the unit is kWh
    """
    return see.scaled(content_per_tonne(unit, content, good))


def see_rounded(see: float) -> float:
    """A specific figure per tonne of goods as it is published: at most 5 decimals, half up (Annex II A.1(8)).

    To be used after equations 64 to 66; figures per kg of nitrogen or kWh keep all their digits.

    :raises InvalidFigure: the figure is not finite
    """
    number = required(see, "The specific figure to be published")
    last_digit = Decimal(1).scaleb(-SEE_DECIMALS)
    return float(Decimal(repr(float(number))).quantize(last_digit, context=_PUBLISHED))


def emissions_rounded(emissions: float) -> int:
    """Emissions of a full reporting period as they are published: full tonnes CO2e, half up (Annex II A.1(6)).

    :raises InvalidFigure: the figure is not finite
    """
    number = required(emissions, "The emissions to be published")
    return int(Decimal(repr(float(number))).quantize(Decimal(1), context=_PUBLISHED))
