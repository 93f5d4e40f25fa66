# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl.html)
"""A carbon price that was paid outside the Union, as Article 9 of Regulation (EU) 2023/956 counts it."""

from .certificates import CarbonPrice
from .checks import not_negative, positive, within
from .errors import InvalidFigure


def net_price(price: float | None, rebate: float | None) -> float:
    """What was effectively paid per tCO2e: the price less every rebate or other compensation (Article 9(1)).

    :param price: per tCO2e, in any currency, before rebates
    :param rebate: per tCO2e in the same currency, free allocation included; 0 where there was none
    :raises MissingFigure: one of the two is missing
    :raises InvalidFigure: one of the two is negative, or the rebate exceeds the price
    """
    price, rebate = not_negative(price, "The carbon price"), not_negative(rebate, "The rebate on the carbon price")
    if rebate > price:
        raise InvalidFigure(f"The rebate ({rebate:g}) exceeds the carbon price ({price:g}).")
    return price - rebate


def effectively_paid(
    price: float | None, rebate: float | None, share: float | None, embedded: float | None, eur_per_unit: float | None
) -> CarbonPrice:
    """The carbon price of a tonne of goods in EUR, for :func:`.certificates.price_reduction`.

    :param price: per tCO2e in its currency, before rebates
    :param rebate: per tCO2e in the same currency
    :param share: of the embedded emissions on which it was paid, 0 to 1
    :param embedded: specific embedded emissions in scope, tCO2e per tonne of goods
    :param eur_per_unit: EUR for one unit of the currency, yearly average (Article 9(4))
    :raises MissingFigure: a figure is missing
    :raises InvalidFigure: a figure is negative, the share above 1 or the rebate above the price
    """
    share = within(share, 1, "The share of emissions with a carbon price")
    return CarbonPrice(
        price=net_price(price, rebate) * positive(eur_per_unit, "The exchange rate of the carbon price"),
        covered=share * not_negative(embedded, "The specific embedded emissions"),
    )
