# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl.html)
"""Perfluorocarbons of primary aluminium: slope method, overvoltage method, collection efficiency.

Implementing Regulation (EU) 2025/2547, Annex II point B.7 (equations 20 to 26, Tables 2 and 3).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from math import fsum

from .checks import not_negative, positive, required, within
from .constants import KG_PER_TONNE
from .errors import InvalidFigure, MissingFigure

#: Codes of the technologies in Tables 2 and 3, as in the data set of standard factors.
PFPB_L, PFPB_M, PFPB_MW, CWPB, SWPB, VSS, HSS = "pfpb_l", "pfpb_m", "pfpb_mw", "cwpb", "swpb", "vss", "hss"

PERCENT = 100.0


@dataclass(frozen=True, slots=True)
class PfcFactors:
    """Emission factors of a cell technology.

    :ivar cf4: slope emission factor in (kg CF4/t Al)/(anode effect minutes/cell-day), or overvoltage coefficient in
        (kg CF4/t Al)/mV
    :ivar c2f6_fraction: weight fraction F_C2F6 in t C2F6/t CF4
    """

    cf4: float | None
    c2f6_fraction: float | None


@dataclass(frozen=True, slots=True)
class Pfc:
    """Perfluorocarbons in tonnes of the gases."""

    cf4: float
    c2f6: float

    @classmethod
    def total(cls, items: Iterable[Pfc]) -> Pfc:
        """Exact sum over cell types."""
        rows = tuple(items)
        return cls(fsum(row.cf4 for row in rows), fsum(row.c2f6 for row in rows))


def technology_factors(
    technology: str, table: Mapping[str, PfcFactors], measured: PfcFactors | None = None
) -> PfcFactors:
    """The factors to use for a technology: measured ones of the installation, else those of Table 2 or 3.

    PFPB MW has none in the table: its operator measures them, and takes those of CWPB only where that is technically
    not feasible or of unreasonable cost (footnote 1), which the monitoring plan has to say.

    :param table: per code of the technology; Table 2 for the slope method, Table 3 for overvoltage
    :param measured: factors from field measurements of the installation
    :raises MissingFigure: no factors are known for the technology
    """
    if measured is not None:
        return measured
    stated = table.get(CWPB if technology == PFPB_MW else technology)
    if stated is None or stated.cf4 is None or stated.c2f6_fraction is None:
        raise MissingFigure(f"There are no perfluorocarbon factors for technology {technology}.")
    return stated


def anode_effect_minutes(frequency: float | None, duration: float | None, name: str) -> float:
    """AEM = frequency · average duration, in anode effect minutes per cell-day (equation 23).

    :param frequency: anode effects per cell-day
    :param duration: average minutes per anode effect
    :param name: of the cells, for messages
    :raises MissingFigure: one of the two is missing
    :raises InvalidFigure: one of the two is negative
    """
    effects = not_negative(frequency, f"The frequency of anode effects of {name}")
    return effects * not_negative(duration, f"The average duration of anode effects of {name}")


def slope_method(aluminium: float | None, minutes: float | None, factors: PfcFactors, name: str) -> Pfc:
    """CF4 = AEM · (SEF / 1 000) · Pr_Al and C2F6 = CF4 · F, emitted through the duct, in tonnes (21, 22).

    :param aluminium: primary aluminium produced in the reporting period, in tonnes
    :param minutes: anode effect minutes per cell-day
    :param name: of the cells, for messages
    :raises MissingFigure: a figure is missing
    :raises InvalidFigure: a figure is negative
    """
    produced = not_negative(aluminium, f"The primary aluminium of {name}")
    intensity = not_negative(minutes, f"The anode effect minutes of {name}")
    factor = not_negative(factors.cf4, f"The slope emission factor of {name}")
    return _with_c2f6(intensity * (factor / KG_PER_TONNE) * produced, factors, name)


def overvoltage_method(
    aluminium: float | None, overvoltage: float | None, efficiency: float | None, factors: PfcFactors, name: str
) -> Pfc:
    """CF4 = OVC · (AEO / CE) · Pr_Al · 0.001 and C2F6 = CF4 · F, emitted through the duct, in tonnes (24, 25).

    :param aluminium: primary aluminium produced in the reporting period, in tonnes
    :param overvoltage: AEO, anode effect overvoltage per cell in mV
    :param efficiency: CE, average current efficiency in percent
    :param name: of the cells, for messages
    :raises MissingFigure: a figure is missing
    :raises InvalidFigure: a figure is negative, or the efficiency is not above 0 and up to 100
    """
    produced = not_negative(aluminium, f"The primary aluminium of {name}")
    voltage = not_negative(overvoltage, f"The anode effect overvoltage of {name}")
    what = f"The current efficiency of {name}"
    current = positive(within(efficiency, PERCENT, what), what)
    factor = not_negative(factors.cf4, f"The overvoltage coefficient of {name}")
    return _with_c2f6(factor * (voltage / current) * produced / KG_PER_TONNE, factors, name)


def with_fugitive(duct: Pfc, collection_efficiency: float | None, name: str) -> Pfc:
    """Total with what the duct does not collect: duct / collection efficiency (equation 20).

    :param collection_efficiency: share that the duct collects, above 0 and up to 1
    :param name: of the cells, for messages
    :raises MissingFigure: the efficiency is missing
    :raises InvalidFigure: it is not above 0 and up to 1
    """
    collected = required(collection_efficiency, f"The collection efficiency of {name}")
    if not 0 < collected <= 1:
        raise InvalidFigure(
            f"The collection efficiency of {name} is {collected}, but it must be above 0 and not above 1."
        )
    return Pfc(duct.cf4 / collected, duct.c2f6 / collected)


def co2e(emitted: Pfc, gwp_cf4: float | None, gwp_c2f6: float | None) -> float:
    """PFC emissions in tCO2e = CF4 · GWP_CF4 + C2F6 · GWP_C2F6 (equation 26).

    :raises MissingFigure: a global warming potential is missing
    :raises InvalidFigure: a global warming potential is not above 0
    """
    return fsum(
        (
            emitted.cf4 * positive(gwp_cf4, "The global warming potential of CF4"),
            emitted.c2f6 * positive(gwp_c2f6, "The global warming potential of C2F6"),
        )
    )


def _with_c2f6(cf4: float, factors: PfcFactors, name: str) -> Pfc:
    return Pfc(cf4, cf4 * not_negative(factors.c2f6_fraction, f"The weight fraction of C2F6 of {name}"))
