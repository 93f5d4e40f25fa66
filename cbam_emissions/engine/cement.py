# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl.html)
"""Cement clinker: quantity produced, kiln dust, minimum factors.

Implementing Regulation (EU) 2025/2547, Annex II point B.9.2 (equations 27 and 28). Process emissions by method A (raw
meal or carbonates) and by method B with factors of one's own are source streams (:mod:`.source_streams`).
"""

from __future__ import annotations

from dataclasses import dataclass

from .checks import not_negative, positive, required, within
from .errors import InvalidFigure

#: Minimum requirement for clinker (B.9.2.2) and for dust leaving the kiln (B.9.2.3), in tCO2 per tonne.
MINIMUM_CLINKER_FACTOR = MINIMUM_DUST_FACTOR = 0.525


@dataclass(frozen=True, slots=True)
class CementBalance:
    """Deliveries and stocks of a reporting period, in tonnes.

    :ivar cement_delivered: Cem_deliv
    :ivar cement_stock_variation: Cem_SV as the equation deducts it: opening less closing stock
    :ivar clinker_to_cement: CCR, t clinker per t cement, 0 to 1
    :ivar clinker_supplied: Cli_s, clinker received
    :ivar clinker_dispatched: Cli_d, clinker sent out
    :ivar clinker_stock_variation: Cli_SV: opening less closing stock
    """

    cement_delivered: float | None
    cement_stock_variation: float | None
    clinker_to_cement: float | None
    clinker_supplied: float | None = 0.0
    clinker_dispatched: float | None = 0.0
    clinker_stock_variation: float | None = 0.0


def clinker_produced(balance: CementBalance) -> float:
    """Cli_prod = (Cem_deliv − Cem_SV) · CCR − Cli_s + Cli_d − Cli_SV in tonnes (equation 27).

    Stock variations are opening less closing stock: what was delivered from stock was not produced in the period.

    :raises MissingFigure: a figure is missing
    :raises InvalidFigure: a figure is out of its range, or the balance is negative
    """
    delivered = not_negative(balance.cement_delivered, "The cement delivered")
    produced = delivered - required(balance.cement_stock_variation, "The variation of cement stocks")
    clinker = (
        produced * within(balance.clinker_to_cement, 1.0, "The clinker to cement ratio")
        - not_negative(balance.clinker_supplied, "The clinker supplied")
        + not_negative(balance.clinker_dispatched, "The clinker dispatched")
        - required(balance.clinker_stock_variation, "The variation of clinker stocks")
    )
    if clinker < 0:
        raise InvalidFigure(f"By its balance the clinker produced is {clinker}, but it cannot be negative.")
    return clinker


def clinker_to_cement_ratio(cement_produced: float | None, additives: float | None) -> float:
    """CCR = (cement − additives) / cement, where it is not analysed (B.9.2.2).

    :param cement_produced: deliveries less stock changes, in tonnes
    :param additives: all that was added to the clinker, by-pass and kiln dust included, in tonnes
    :raises MissingFigure: one of the two is missing
    :raises InvalidFigure: no cement was produced, or more was added than it weighs
    """
    cement = positive(cement_produced, "The cement produced")
    return (cement - within(additives, cement, "The additives to the cement")) / cement


def dust_factor(clinker_factor: float | None, calcination: float | None) -> float:
    """EF_CKD = [EF_Cli / (1 + EF_Cli) · d] / [1 − EF_Cli / (1 + EF_Cli) · d] in tCO2 per t of dust (equation 28).

    :param clinker_factor: EF_Cli of the installation in tCO2/t clinker
    :param calcination: d, released CO2 as a share of all carbonate CO2 in the raw mix, 0 to 1
    :raises MissingFigure: one of the two is missing
    :raises InvalidFigure: one of the two is out of its range
    """
    clinker = not_negative(clinker_factor, "The emission factor of clinker")
    released = clinker / (1.0 + clinker) * within(calcination, 1.0, "The degree of calcination")
    return released / (1.0 - released)


def clinker_emissions(clinker: float | None, factor: float | None = MINIMUM_CLINKER_FACTOR) -> float:
    """Process emissions by method B in tCO2: clinker produced · factor.

    :param clinker: tonnes (equation 27, or weighed)
    :param factor: tCO2 per t clinker; the minimum requirement is 0.525
    :raises MissingFigure: one of the two is missing
    :raises InvalidFigure: one of the two is negative
    """
    produced = not_negative(clinker, "The clinker produced")
    return produced * not_negative(factor, "The emission factor of clinker")


def dust_emissions(dust: float | None, factor: float | None = MINIMUM_DUST_FACTOR) -> float:
    """Process emissions of by-pass and cement kiln dust that leaves the kiln system, in tCO2 (B.9.2.3).

    :param dust: tonnes
    :param factor: tCO2 per t dust: equation 28, or the minimum requirement 0.525
    :raises MissingFigure: one of the two is missing
    :raises InvalidFigure: one of the two is negative
    """
    discarded = not_negative(dust, "The dust leaving the kiln")
    return discarded * not_negative(factor, "The emission factor of kiln dust")
