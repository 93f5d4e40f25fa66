# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl.html)
"""What the same goods would owe in another year: free allocation is phased out until 2034 (2023/956 Article 31).

A scenario, not the law's figure of any year: emissions stay as they are, the price is an assumption.
"""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal

from .certificates import CENT
from .checks import not_negative, positive, within
from .errors import InvalidFigure


def allocation_in_year(
    sefa: float | None, known: tuple[float | None, float | None], asked: tuple[float | None, float | None]
) -> float:
    """SEFA of a year by that of another one, tCO2e per tonne: equations 2 to 6 of 2025/2620 are linear in both factors.

    Benchmarks are taken to be the same. In 2034 the CBAM factor is 0, whatever the correction factor will be.

    :param sefa: of the year that is known
    :param known: CBAM factor and cross-sectoral correction factor of that year
    :param asked: of the year that is asked for
    :raises MissingFigure: a figure is missing
    :raises InvalidFigure: a figure is out of range, or a factor of the known year is 0
    """
    value = not_negative(sefa, "The specific embedded free allocation")
    if asked[0] == 0:
        return 0.0
    names = ("The CBAM factor", "The cross-sectoral correction factor")
    of_known = [positive(within(part, 1.0, name), name) for part, name in zip(known, names, strict=True)]
    of_asked = [within(part, 1.0, name) for part, name in zip(asked, names, strict=True)]
    return value * (of_asked[0] * of_asked[1]) / (of_known[0] * of_known[1])


def proposed_certificates(
    emissions: float | None,
    free_allocation: float | None,
    known: tuple[float | None, float | None],
    asked: tuple[float | None, float | None],
) -> float:
    """Certificates for goods that a proposal would bring into scope: what is embedded in them less free allocation.

    The proposal has no benchmarks: only the free allocation of the CBAM goods in them counts, by the factors of the
    year asked for (:func:`allocation_in_year`). Without any the factors are not needed.

    :param emissions: embedded in the goods, in scope, tCO2e
    :param free_allocation: embedded in them, tonnes, by the factors of the year that is known
    :param known: CBAM factor and cross-sectoral correction factor of that year
    :param asked: of the year that is asked for
    :raises MissingFigure: a figure is missing
    :raises InvalidFigure: a figure is negative or out of range
    """
    embedded = not_negative(emissions, "The embedded emissions of the goods")
    free = not_negative(free_allocation, "The embedded free allocation of the goods")
    return max(0.0, embedded - (allocation_in_year(free, known, asked) if free else 0.0))


def price_in_year(price: Decimal, change: float, years: int) -> Decimal:
    """EUR per certificate after a number of years of the same change, to the cent.

    :param change: share by which the price changes each year, 0.05 for 5 %
    :raises InvalidFigure: the price is not positive, or it falls by all of itself
    """
    if price <= 0 or change <= -1:
        raise InvalidFigure("The price of a scenario is greater than 0, and cannot fall by 100 % a year.")
    return (price * (1 + Decimal(repr(change))) ** years).quantize(CENT, rounding=ROUND_HALF_UP)
