# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl.html)
"""What a carbon clause of an order lets a buyer claim from its supplier.

A clause is a contract, not the law: the law (Regulation (EU) 2023/956 Article 22) makes the declarant surrender the
certificates, whoever bears their cost in the end. It says who bears it, the highest specific embedded emissions in
the scope of the good (direct, and indirect as far as they count) and until when a verified report is due. Emissions
that nobody has verified count by the default value with its mark-up (2025/2547 Annex II A.1(5)).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from enum import Enum

from .carbon_cost import CarbonCost, Offer, Step, safely, total
from .certificates import Basis, cost
from .checks import not_negative
from .errors import EngineError

#: Reported figures have five decimals (2025/2547 Annex II): a difference below that is noise of binary fractions.
_SAME = 1e-9

EXCESS = "mass × (SEE that counts − maximum), at most the certificates that are due"


class Bearer(str, Enum):
    """Who bears the cost of the certificates."""

    BUYER = "buyer"
    VENDOR = "vendor"
    ABOVE = "above"


class Standing(str, Enum):
    """Where goods stand under a clause, the better first."""

    KEPT = "kept"
    WAITING = "waiting"
    EXCEEDED = "exceeded"
    LATE = "late"
    MISSING = "missing"


_ORDER = list(Standing)


@dataclass(frozen=True, slots=True)
class Clause:
    """What buyer and supplier have agreed upon for a good.

    :ivar maximum: highest SEE in scope, tCO2e per tonne; ``None`` where none is agreed
    """

    bearer: Bearer
    maximum: float | None = None


@dataclass(frozen=True, slots=True)
class Claim:
    """What a buyer may claim for goods that arrived.

    :ivar mass: net mass, tonnes
    :ivar see: SEE in scope that counts, tCO2e per tonne: verified, else the default value with its mark-up
    :ivar due: certificates that the goods need
    :ivar certificates: those of them whose cost the supplier bears
    :ivar amount: EUR to the cent; 0 while the report is not due yet, ``None`` where a figure is missing
    :ivar at_stake: EUR more that may be claimed if no verified report comes in time, ``None`` where it is not known; 0
        once nothing is open
    """

    standing: Standing
    mass: float | None
    see: float | None
    due: float | None
    certificates: float | None
    amount: Decimal | None
    at_stake: Decimal | None
    steps: tuple[Step, ...] = ()
    missing: tuple[str, ...] = ()
    assumed: tuple[str, ...] = ()


def claim(offers: Sequence[Offer], clause: Clause, late: bool) -> Claim:
    """What may be claimed for one delivery: the goods of a purchase line that arrived together.

    - buyer: nothing;
    - vendor: the certificates that are due;
    - vendor above the maximum: min(due, mass · max(0, SEE − maximum)): what would not be due at the maximum, the same
      free allocation and reduction given.

    Nothing is raised: what is missing is listed. Goods that are not known leave the claim missing.

    :param offers: the goods, several of a kit, with their price
    :param late: the day for the verified report has passed
    """
    verified = all(offer.actual and offer.actual.basis is Basis.VERIFIED for offer in offers)
    whole = total([safely(_counted(offer)) for offer in offers])
    if not offers:
        return Claim(Standing.MISSING, None, None, None, None, None, None)
    missing = whole.missing if clause.bearer is not Bearer.BUYER or verified else ()
    if clause.bearer is Bearer.ABOVE and clause.maximum is None:
        missing = (*missing, f"No maximum of specific emissions is agreed for {_names(offers)}.")
    certificates = amount = None
    if not missing and whole.certificates is not None:
        try:
            certificates = _borne(whole, clause)
            amount = cost(certificates, offers[0].price.price)
        except EngineError as error:
            missing = (str(error),)
    standing = _standing(whole, clause, verified, late)
    settled = standing is not Standing.WAITING
    if settled and missing:
        standing = Standing.MISSING
    if clause.bearer is Bearer.BUYER:
        certificates, amount = 0.0, Decimal(0)
    return Claim(
        standing=standing,
        mass=whole.mass,
        see=whole.see,
        due=whole.certificates,
        certificates=certificates,
        amount=amount if settled else Decimal(0),
        at_stake=Decimal(0) if settled else amount,
        steps=(*whole.steps, *_steps(whole, clause, offers, certificates, amount)),
        missing=missing if settled else (),
        assumed=whole.assumed,
    )


def together(claims: Iterable[Claim]) -> Claim:
    """Several deliveries of a purchase line: amounts add, each floored by itself; the worst standing is that of all.

    ``see`` is the average by mass.
    """
    claims = tuple(claims)
    if len(claims) == 1:
        return claims[0]
    mass = _sum(row.mass for row in claims)
    weights = [None if None in (row.see, row.mass) else row.see * row.mass for row in claims]
    emissions = _sum(weights)
    return Claim(
        standing=max((row.standing for row in claims), key=_ORDER.index),
        mass=mass,
        see=emissions / mass if mass and emissions is not None else None,
        due=_sum(row.due for row in claims),
        certificates=_sum(row.certificates for row in claims),
        amount=_sum(row.amount for row in claims),
        at_stake=_sum(row.at_stake for row in claims),
        steps=tuple(step for row in claims for step in row.steps),
        missing=tuple(dict.fromkeys(sentence for row in claims for sentence in row.missing)),
        assumed=tuple(dict.fromkeys(sentence for row in claims for sentence in row.assumed)),
    )


def _counted(offer: Offer) -> Offer:
    """The offer by what counts in the end: a claim that nobody verifies is none."""
    if offer.actual and offer.actual.basis is Basis.VERIFIED:
        return offer
    return replace(offer, actual=None)


def _exceeded(whole: CarbonCost, clause: Clause) -> bool:
    return None not in (clause.maximum, whole.see) and whole.see - clause.maximum > _SAME


def _borne(whole: CarbonCost, clause: Clause) -> float:
    """Certificates whose cost the supplier bears.

    :raises InvalidFigure: the maximum is negative
    """
    if clause.bearer is Bearer.BUYER:
        return 0.0
    if clause.bearer is Bearer.VENDOR:
        return whole.certificates
    maximum = not_negative(clause.maximum, "The maximum of specific emissions")
    excess = whole.mass * (whole.see - maximum) if _exceeded(whole, clause) else 0.0
    return min(whole.certificates, excess)


def _standing(whole: CarbonCost, clause: Clause, verified: bool, late: bool) -> Standing:
    if not verified:
        return Standing.LATE if late else Standing.WAITING
    return Standing.EXCEEDED if _exceeded(whole, clause) else Standing.KEPT


def _steps(whole, clause, offers, certificates, amount):
    """The steps of the clause, after those of the cost."""
    name, steps = _names(offers), []
    if clause.maximum is not None:
        steps.append(Step(name, "maximum", clause.maximum, "tCO2e/t", "Carbon clause of the order"))
    if certificates is not None:
        source = {
            Bearer.BUYER: "The buyer bears the cost",
            Bearer.VENDOR: "The supplier bears the cost of all certificates that are due",
            Bearer.ABOVE: EXCESS,
        }[clause.bearer]
        steps.append(Step(name, "borne", certificates, "tCO2e", source))
        steps.append(Step(name, "claim", float(amount), "EUR", "certificates × price, to the cent"))
    return steps


def _names(offers):
    return ", ".join(dict.fromkeys(offer.name for offer in offers))


def _sum(values):
    """Of floats or money; ``None`` where one of them is not known."""
    values = tuple(values)
    return None if None in values else sum(values[1:], values[0])
