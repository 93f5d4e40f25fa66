# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl.html)
"""Free allocation adjustment: specific embedded free allocation (SEFA).

Implementing Regulation (EU) 2025/2620, Articles 1 to 4 and Annex, equations 1 to 6. The CBAM factor, the
cross-sectoral correction factor (CSCF) and the benchmarks are regulatory data and come in as arguments.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from math import fsum

from .checks import not_negative, positive, within


@dataclass(frozen=True, slots=True)
class AllocatedPrecursor:
    """A precursor of a complex good.

    :ivar name: for messages
    :ivar specific_mass: m_i, tonnes of precursor per tonne of good (equation 5)
    :ivar sefa: SEFA_i in tCO2e per tonne of precursor; ``None`` where it is not known
    :ivar exempt: it originates in the Union or in an exempted country: its free allocation counts zero
    """

    name: str
    specific_mass: float | None
    sefa: float | None
    exempt: bool = False


@dataclass(frozen=True, slots=True)
class RouteQuantity:
    """What one production route has made of a good.

    :ivar route: letter or name, for messages
    :ivar quantity: tonnes of the good, the same measure for all routes
    :ivar benchmark: BM* of the route in tCO2e per tonne; ``None`` where it is undetermined
    """

    route: str
    quantity: float | None
    benchmark: float | None


def benchmark_of_routes(routes: Iterable[RouteQuantity]) -> float:
    """BM* of a process with several production routes, in tCO2e per tonne: weighted by the quantity of each route.

    Article 4(6) of 2025/2547 makes one process of all routes; how 2025/2620 weighs their benchmarks is not confirmed,
    so whoever calls decides that this rule holds. A route that has made nothing needs no benchmark.

    :raises MissingFigure: a quantity, or the benchmark of a route that has made something
    :raises InvalidFigure: a figure is negative, or no route has made anything
    """
    rows = [(row, not_negative(row.quantity, f"The quantity of route {row.route}")) for row in routes]
    whole = positive(fsum(quantity for _row, quantity in rows), "The quantity of all routes")
    made = [row for row in rows if row[1]]
    return fsum(q * not_negative(row.benchmark, f"The benchmark of route {row.route}") for row, q in made) / whole


def free_allocation_of_import(sefa: float | None, mass: float | None, electricity: bool = False) -> float:
    """FAA_g = SEFA_g · M_g in tCO2e (equation 1); electricity has none (Article 1(2)).

    :param sefa: tCO2e per tonne of good
    :param mass: tonnes imported
    :raises MissingFigure: SEFA or mass is missing
    :raises InvalidFigure: SEFA or mass is negative
    """
    if electricity:
        return 0.0
    specific = not_negative(sefa, "The specific embedded free allocation")
    return specific * not_negative(mass, "The mass imported")


def sefa_of_process(cbam_factor: float | None, cscf: float | None, benchmark_a: float | None) -> float:
    """SEFAProc = CBAM_y · CSCF_y · BM*_g in tCO2e per tonne (equation 2); SEFA of a simple good (equation 3).

    :param cbam_factor: the share of the benchmark that is still allocated for free, 0 to 1
    :param cscf: cross-sectoral correction factor, 0 to 1
    :param benchmark_a: BM* (column A: the process alone) in tCO2e per tonne of good
    :raises MissingFigure: one of the three is missing or undetermined
    :raises InvalidFigure: one of the three is out of range
    """
    return _allocated(cbam_factor, cscf, benchmark_a, "The benchmark of column A")


def sefa_of_complex_good(sefa_process: float, precursors: Iterable[AllocatedPrecursor]) -> float:
    """SEFA = SEFAProc + Σ m_i · SEFA_i in tCO2e per tonne of good (equation 4).

    :param sefa_process: SEFAProc of the good (equation 2)
    :raises MissingFigure: m_i, or the SEFA of a precursor that is not exempt
    :raises InvalidFigure: a figure is negative
    """
    process = not_negative(sefa_process, "The free allocation of the process")
    return fsum([process, *(_of_precursor(precursor) for precursor in precursors)])


def sefa_of_default(cbam_factor: float | None, cscf: float | None, benchmark_b: float | None) -> float:
    """SEFA = CBAM_y · CSCF_y · BM_g in tCO2e per tonne where a default value is used for the good (equation 6).

    :param cbam_factor: the share of the benchmark that is still allocated for free, 0 to 1
    :param cscf: cross-sectoral correction factor, 0 to 1
    :param benchmark_b: BM (column B: the whole chain) in tCO2e per tonne of good
    :raises MissingFigure: one of the three is missing or undetermined
    :raises InvalidFigure: one of the three is out of range
    """
    return _allocated(cbam_factor, cscf, benchmark_b, "The benchmark of column B")


def _allocated(cbam_factor: float | None, cscf: float | None, benchmark: float | None, what: str) -> float:
    factor = within(cbam_factor, 1.0, "The CBAM factor") * within(cscf, 1.0, "The cross-sectoral correction factor")
    return factor * not_negative(benchmark, what)


def _of_precursor(precursor: AllocatedPrecursor) -> float:
    mass = not_negative(precursor.specific_mass, f"The specific mass of precursor {precursor.name}")
    if precursor.exempt:
        return 0.0
    return mass * not_negative(precursor.sefa, f"The specific embedded free allocation of precursor {precursor.name}")
