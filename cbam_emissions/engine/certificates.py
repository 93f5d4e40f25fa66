# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl.html)
"""CBAM certificates for imported goods and what they cost.

Regulation (EU) 2023/956 as amended by 2025/2083: Articles 6, 9, 21, 22 and 31; Implementing Regulation (EU) 2025/2620.
One certificate is one tCO2e (Article 3(24)). Emissions and certificates are floats; only money is rounded, by
:class:`~decimal.Decimal`. How a *number of certificates* is rounded is laid down nowhere: it is not.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Hashable, Iterable
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Context, Decimal
from enum import Enum
from math import fsum
from typing import NamedTuple

from .checks import not_negative, positive, required, within
from .errors import InvalidFigure, MissingFigure

CENT = Decimal("0.01")

#: Digits that a float of certificates carries without the noise of binary fractions.
_CERTIFICATE = Decimal("1e-9")
_MONEY = Context(prec=60, rounding=ROUND_HALF_UP)

#: The first year for which the Commission may publish default carbon prices (Article 9(4)).
FIRST_YEAR_OF_DEFAULT_CARBON_PRICES = 2027


class Basis(str, Enum):
    """What the specific embedded emissions of imported goods rest on."""

    VERIFIED = "verified"
    CLAIMED = "claimed"
    DEFAULT = "default"


class DeclarationLine(NamedTuple):
    """What goods must share to stand in one line of a declaration, below which nothing is netted (QA 4.32).

    :ivar cn_code: eight digits
    :ivar origin: country of origin
    :ivar installation: where they were produced; ``None`` for default values
    :ivar period: reporting period of the figure
    :ivar composition: range of clinker or nitrogen content
    :ivar basis: actual or default
    :ivar procedure: customs procedure
    :ivar quarter: of importation in 2026, whose price counts; ``None`` from 2027 on
    """

    cn_code: str
    origin: str | None = None
    installation: Hashable = None
    period: int | None = None
    composition: str | None = None
    basis: Basis = Basis.DEFAULT
    procedure: str | None = None
    quarter: tuple[int, int] | None = None


@dataclass(frozen=True, slots=True)
class Imported:
    """A quantity of goods.

    :ivar line: the line of the declaration it stands in
    :ivar mass: net mass in tonnes; for electricity the quantity in MWh
    :ivar see: specific embedded emissions in the legal scope, tCO2e per tonne (default values with their mark-up)
    :ivar sefa: specific embedded free allocation per tonne; not read for electricity, which has none
    :ivar reduction: certificates saved by a carbon price paid, per tonne (:func:`price_reduction`)
    :ivar electricity: CN 2716 00 00
    """

    line: DeclarationLine
    mass: float | None
    see: float | None
    sefa: float | None
    reduction: float = 0.0
    electricity: bool = False


@dataclass(frozen=True, slots=True)
class Due:
    """What a line of a declaration owes, in certificates.

    :ivar emissions: embedded emissions in scope, tCO2e
    :ivar free_allocation: FAA of 2025/2620 equation 1
    :ivar reduction: for a carbon price paid
    :ivar certificates: what is left, never below 0
    """

    emissions: float
    free_allocation: float
    reduction: float

    @property
    def certificates(self) -> float:
        """max(0, emissions less free allocation less reduction): a surplus never pays for other goods (QA 4.32)."""
        return max(0.0, fsum((self.emissions, -self.free_allocation, -self.reduction)))


def due(goods: Imported) -> Due:
    """What a quantity of goods owes by itself: M · (SEE - SEFA) less the reduction (Articles 6, 9, 22, 31).

    :raises MissingFigure: a figure is missing; none is ever taken as 0
    :raises InvalidFigure: a figure is negative
    """
    name = f"the goods {goods.line.cn_code}"
    mass = not_negative(goods.mass, f"The net mass of {name}")
    see = not_negative(goods.see, f"The specific embedded emissions of {name}")
    reduction = not_negative(goods.reduction, f"The carbon price reduction of {name}")
    free = 0.0 if goods.electricity else not_negative(goods.sefa, f"The specific embedded free allocation of {name}")
    return Due(emissions=mass * see, free_allocation=mass * free, reduction=mass * reduction)


def due_by_line(goods: Iterable[Imported], granularity: Collection[str] = DeclarationLine._fields) -> dict[tuple, Due]:
    """What each line of a declaration owes: the floor at zero is taken per line, not per import and not in total.

    At which unit beyond "a certain good" the floor is taken is an open question of the law: ``granularity`` names the
    attributes of :class:`DeclarationLine` that keep lines apart, in whatever order.

    :raises MissingFigure: a figure is missing
    :raises InvalidFigure: a figure is negative, or the granularity names an attribute that does not exist
    """
    for name in granularity:
        if name not in DeclarationLine._fields:
            raise InvalidFigure(f"“{name}” does not tell lines of a declaration apart.")
    kept = tuple(name for name in DeclarationLine._fields if name in granularity)
    lines: dict[tuple, list[Due]] = {}
    for row in goods:
        lines.setdefault(tuple(getattr(row.line, name) for name in kept), []).append(due(row))
    return {
        key: Due(
            emissions=fsum(row.emissions for row in rows),
            free_allocation=fsum(row.free_allocation for row in rows),
            reduction=fsum(row.reduction for row in rows),
        )
        for key, rows in lines.items()
    }


# -- the reduction for a carbon price (Article 9) -------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class CarbonPrice:
    """A carbon price on goods.

    :ivar price: EUR per tCO2e effectively paid, net of rebates and free allocation
    :ivar covered: tCO2e per tonne of goods on which it was paid
    :ivar published: it is a default carbon price of the Commission (Article 9(4)), not a certified payment
    """

    price: float | None
    covered: float | None
    published: bool = False


ReductionFormula = Callable[[float, float, float], float]


def proportional(covered: float, price: float, certificate_price: float) -> float:
    """Covered emissions times the share of the certificate price that was paid, at most all of them.

    The implementing act on Article 9 is a draft of 13 May 2026: this is a model, not the law.
    """
    return covered * min(1.0, price / certificate_price)


def price_reduction(
    basis: Basis,
    year: int,
    carbon_price: CarbonPrice | None,
    certificate_price: float | None,
    formula: ReductionFormula = proportional,
) -> float:
    """Certificates saved per tonne of goods by a carbon price (Article 9).

    A price effectively paid counts for actual values only; default values are reduced by a published default carbon
    price only, of which there is none before 2027.

    :raises MissingFigure: a figure of a price that counts is missing
    :raises InvalidFigure: a figure is negative, or the certificate price is 0
    """
    if carbon_price is None:
        return 0.0
    if carbon_price.published and year < FIRST_YEAR_OF_DEFAULT_CARBON_PRICES:
        return 0.0
    if basis is Basis.DEFAULT and not carbon_price.published:
        return 0.0
    return formula(
        not_negative(carbon_price.covered, "The emissions that a carbon price was paid for"),
        not_negative(carbon_price.price, "The carbon price paid"),
        positive(certificate_price, "The price of a certificate"),
    )


# -- money ----------------------------------------------------------------------------------------------------------


def cost(certificates: float | None, price: Decimal | None) -> Decimal:
    """EUR for a number of certificates, rounded to the cent, halves up.

    :raises MissingFigure: the number or the price is missing
    :raises InvalidFigure: one of the two is negative or not finite
    """
    return exact_cost(certificates, price).quantize(CENT, context=_MONEY)


def exact_cost(certificates: float | None, price: Decimal | None) -> Decimal:
    """EUR for a number of certificates, unrounded: for a piece of a few grams, whose cost is far below a cent.

    :raises MissingFigure: the number or the price is missing
    :raises InvalidFigure: one of the two is negative or not finite
    """
    number = not_negative(certificates, "The number of certificates")
    if price is None:
        raise MissingFigure("The price of a certificate is missing.")
    not_negative(float(price), "The price of a certificate")
    counted = Decimal(repr(float(number))).quantize(_CERTIFICATE, context=_MONEY)
    return _MONEY.multiply(counted, price)


@dataclass(frozen=True, slots=True)
class Band:
    """What goods may cost while the emissions that their supplier claims are not verified, in EUR.

    :ivar low: the lower of the two outcomes
    :ivar expected: the two weighted by how likely it is that the claim is verified
    :ivar high: the higher of the two outcomes
    :ivar at_risk: what comes on top of the cost by the claim if the default value counts in the end
    """

    low: Decimal
    expected: Decimal
    high: Decimal
    at_risk: Decimal

    @classmethod
    def certain(cls, amount: Decimal) -> Band:
        """A cost that hangs on no claim."""
        return cls(amount, amount, amount, Decimal(0))


def band(by_claim: Decimal, by_default: Decimal, likelihood: float) -> Band:
    """The two outcomes of a claim: verified in time, or replaced by the default value (2025/2547 Annex II A.1(5)).

    :param by_claim: cost with the claimed figure
    :param by_default: cost with the default value and its mark-up
    :param likelihood: that the claim is verified, 0 to 1: an assumption of whoever asks
    :raises InvalidFigure: the likelihood is no share
    """
    share = Decimal(repr(within(likelihood, 1.0, "The likelihood that a claim is verified")))
    expected = _MONEY.add(_MONEY.multiply(by_claim, share), _MONEY.multiply(by_default, 1 - share))
    return Band(
        low=min(by_claim, by_default),
        expected=expected.quantize(CENT, context=_MONEY),
        high=max(by_claim, by_default),
        at_risk=max(Decimal(0), by_default - by_claim),
    )


def converted(amount: Decimal, rate: float | None, decimals: int = 2) -> Decimal:
    """EUR in another currency, rounded as that currency is.

    :param rate: units of the currency per EUR
    :raises MissingFigure: there is no rate
    :raises InvalidFigure: the rate is not positive
    """
    factor = Decimal(repr(positive(required(rate, "The exchange rate of the euro"), "The exchange rate of the euro")))
    return _MONEY.multiply(amount, factor).quantize(Decimal(1).scaleb(-decimals), context=_MONEY)
