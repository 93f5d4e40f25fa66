# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl.html)
"""Reference efficiencies of separate production of electricity and heat, by fuel and year of construction.

Implementing Regulation (EU) 2025/2547, Annex III point C, Tables 1 and 2, transcribed to
``tables/chp_reference_efficiencies.csv`` in percent of the net calorific value. The act corrects them for steam without
condensate return only: unlike the Union's rules for cogeneration it has no correction for climate or grid losses.

Table 1 prints one figure for waste heat (O14) under three columns. It is taken for plants built from 2016 on, the only
ones for which Table 2 has figures of that fuel.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum
from functools import cache
from math import fsum
from pathlib import Path

from .checks import not_negative, positive, required
from .errors import InvalidFigure, MissingFigure

TABLE = Path(__file__).parent / "tables" / "chp_reference_efficiencies.csv"

PERCENT = 100.0

#: What is added to the reference of steam where the return of condensate is not accounted (footnote 1), in points.
STEAM_WITHOUT_CONDENSATE_RETURN = 5.0

#: From this temperature on, in °C, the column for direct use of exhaust gases holds (footnote 2).
LEAST_EXHAUST_TEMPERATURE = 250.0


class HeatMedium(str, Enum):
    """The columns of Table 2."""

    HOT_WATER = "hot_water"
    STEAM = "steam"
    EXHAUST_GAS = "exhaust_gas"


@dataclass(frozen=True, slots=True)
class HeatUse:
    """In which form a cogeneration unit gives off its heat.

    :ivar medium: the column of Table 2
    :ivar condensate_return_accounted: whether the heat efficiency of a steam plant accounts for the return of
        condensate; has to be stated for steam
    :ivar exhaust_temperature: of exhaust gas that is used directly, in °C; has to be stated for it
    """

    medium: HeatMedium
    condensate_return_accounted: bool | None = None
    exhaust_temperature: float | None = None


def electricity_reference(category: str, year: int) -> float:
    """η_ref,el as a fraction (Annex III.C Table 1).

    :param category: code of the fuel, S1 to O14
    :param year: of construction of the unit
    :raises InvalidFigure: there is no such category
    :raises MissingFigure: the table has no figure for that year
    """
    if year < 2012:
        column = "electricity_before_2012"
    else:
        column = "electricity_2012_2015" if year < 2016 else "electricity_from_2016"
    return _percent(category, column) / PERCENT


def heat_reference(category: str, year: int, use: HeatUse) -> float:
    """η_ref,heat as a fraction (Annex III.C Table 2 with its footnotes).

    :param category: code of the fuel, S1 to O14
    :param year: of construction of the unit
    :param use: the form of the heat
    :raises InvalidFigure: there is no such category, or exhaust gas is cooler than 250 °C
    :raises MissingFigure: the table has no figure, or what a footnote asks for is not stated
    """
    period = "before_2016" if year < 2016 else "from_2016"
    percent = _percent(category, f"{use.medium.value}_{period}")
    return (percent + _supplement(use)) / PERCENT


def weighted_reference(references: Iterable[tuple[float | None, float | None]]) -> float:
    """Reference efficiency of several fuels, weighted by energy input.

    The act gives references per fuel and is silent on mixes; the monitoring plan has to state this choice.

    :param references: per fuel its energy input in TJ and its reference as a fraction
    :raises MissingFigure: a figure is missing
    :raises InvalidFigure: an energy input is negative, a reference not positive, or there is no energy at all
    """
    rows = [
        (not_negative(energy, "The energy input of a fuel"), positive(value, "The reference efficiency of a fuel"))
        for energy, value in references
    ]
    whole = positive(fsum(energy for energy, _value in rows), "The energy input of the fuels")
    return fsum(energy * value for energy, value in rows) / whole


def categories() -> dict[str, str]:
    """The fuels by their code, in the order of the act."""
    return {code: row["fuel"] for code, row in _table().items()}


def _supplement(use: HeatUse) -> float:
    if use.medium is HeatMedium.STEAM:
        if use.condensate_return_accounted is None:
            raise MissingFigure("Whether the heat efficiency accounts for the return of condensate is not stated.")
        return 0.0 if use.condensate_return_accounted else STEAM_WITHOUT_CONDENSATE_RETURN
    if use.medium is HeatMedium.EXHAUST_GAS:
        temperature = required(use.exhaust_temperature, "The temperature of the exhaust gas")
        if temperature < LEAST_EXHAUST_TEMPERATURE:
            raise InvalidFigure(
                f"The exhaust gas has {temperature} °C; the reference for its direct use holds from "
                f"{LEAST_EXHAUST_TEMPERATURE} °C on."
            )
    return 0.0


def _percent(category: str, column: str) -> float:
    row = _table().get(category)
    if row is None:
        raise InvalidFigure(f"There are no reference efficiencies of category {category}.")
    if not row[column]:
        raise MissingFigure(f"Annex III.C has no reference efficiency of {category}, {column.replace('_', ' ')}.")
    return float(row[column])


@cache
def _table() -> dict[str, dict[str, str]]:
    with TABLE.open(encoding="utf-8", newline="") as lines:
        return {row["category"]: row for row in csv.DictReader(lines)}
