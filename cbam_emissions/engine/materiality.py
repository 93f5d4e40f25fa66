# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl.html)
"""Materiality of misstatements: Implementing Regulation (EU) 2025/2546, Articles 1(1)-(3) and 5.

The level is 5 % of the specific embedded emissions and 5 % of the specific embedded free allocation, for each tonne of
the good of a CN code. A misstatement is material if it exceeds the level alone or together with others.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass
from math import fsum, inf

from .checks import not_negative, positive, required
from .errors import InvalidFigure

#: Article 5(1): share of the total specific embedded emissions, and of the specific embedded free allocation.
LEVEL = 0.05

#: Shares are computed in binary floats: 5 % exactly does not exceed the level.
_ROUNDING = 1e-12


@dataclass(frozen=True, slots=True)
class ReportedGood:
    """A good as the operator's report states it.

    :ivar see: total specific embedded emissions in scope, tCO2e per tonne of the good
    :ivar sefa: specific embedded free allocation, tCO2e per tonne; ``None`` where the report states none
    :ivar mass: tonnes made in the reporting period; needed for misstatements in tonnes CO2e only
    """

    see: float | None
    sefa: float | None = None
    mass: float | None = None


@dataclass(frozen=True, slots=True)
class Misstatement:
    """An error in the reported data: the correct value less the reported one, positive where too little was reported.

    :ivar key: identifies it
    :ivar good: CN code of the good
    :ivar see: tCO2e per tonne of the good
    :ivar sefa: tCO2e of free allocation per tonne of the good
    """

    key: Hashable
    good: Hashable
    see: float = 0.0
    sefa: float = 0.0


@dataclass(frozen=True, slots=True)
class Effect:
    """What an error is worth, relative to what was reported (0.05 is 5 %); ``None`` where nothing was reported.

    An error in a figure reported as 0 is infinite.
    """

    see: float | None
    sefa: float | None

    @property
    def material(self) -> bool:
        """Whether it exceeds the level of Article 5(1), in either direction and in either figure."""
        return any(abs(share) > LEVEL + _ROUNDING for share in (self.see, self.sefa) if share is not None)


@dataclass(frozen=True, slots=True)
class Materiality:
    """Misstatements of one good.

    :ivar single: per misstatement
    :ivar together: of their sum, in which opposite errors cancel
    :ivar gross: of the sum of their sizes: what the verifier judges beside the rule (Article 5(2))
    """

    single: Mapping[Hashable, Effect]
    together: Effect
    gross: Effect

    @property
    def material(self) -> bool:
        """Whether any of them, or all together, exceed the level (Article 1(2))."""
        return self.together.material or any(effect.material for effect in self.single.values())


def per_tonne(emissions: float | None, mass: float | None, what: str) -> float:
    """An error in tonnes CO2e of the reporting period, per tonne of the good.

    :param emissions: tCO2e
    :param mass: tonnes of the good
    :param what: the misstatement, for messages
    :raises MissingFigure: one of them is missing
    :raises InvalidFigure: the mass is 0 or negative
    """
    return required(emissions, f"The size of {what}") / positive(mass, f"The quantity of the good of {what}")


def relative(error: float, reported: float | None) -> float | None:
    """An error as a share of what was reported; ``None`` where nothing was reported.

    :param error: correct less reported, same unit as ``reported``
    :raises InvalidFigure: the reported figure is negative or not finite
    """
    if reported is None:
        return None
    if not not_negative(reported, "The reported figure"):
        return 0.0 if not error else inf if error > 0 else -inf
    return error / reported


def materiality(
    goods: Mapping[Hashable, ReportedGood], misstatements: Iterable[Misstatement]
) -> dict[Hashable, Materiality]:
    """Materiality per good, of the goods that have misstatements (Article 5(1)).

    :raises InvalidFigure: a misstatement is about a good that is not reported, or a figure is not finite
    """
    rows: dict[Hashable, list[Misstatement]] = {}
    for row in misstatements:
        if row.good not in goods:
            raise InvalidFigure(f"Misstatement {row.key} is about {row.good}, which the report does not state.")
        required(row.see, f"The effect of misstatement {row.key} on the specific emissions")
        required(row.sefa, f"The effect of misstatement {row.key} on the free allocation")
        rows.setdefault(row.good, []).append(row)
    return {good: _of_good(goods[good], errors) for good, errors in rows.items()}


def _of_good(reported: ReportedGood, errors: list[Misstatement]) -> Materiality:
    return Materiality(
        single={row.key: _effect(row.see, row.sefa, reported) for row in errors},
        together=_effect(fsum(row.see for row in errors), fsum(row.sefa for row in errors), reported),
        gross=_effect(fsum(abs(row.see) for row in errors), fsum(abs(row.sefa) for row in errors), reported),
    )


def _effect(see: float, sefa: float, reported: ReportedGood) -> Effect:
    return Effect(relative(see, reported.see), relative(sefa, reported.sefa))
