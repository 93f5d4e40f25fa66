# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl.html)
"""The account of certificates: what is held, what has to be, what may be sold back and what is cancelled.

Regulation (EU) 2023/956 Articles 20 and 22 to 24 as amended by 2025/2083. Certificates are followed by purchase,
because each is repurchased at the price that was paid for it (Article 23(3)) and cancelled by the year of purchase.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable
from dataclasses import dataclass
from datetime import date
from math import fsum
from typing import NamedTuple

from .certificate_prices import quarter_of
from .checks import not_negative
from .errors import InvalidFigure

HELD_SHARE = 0.5  # Article 22(2)
FIRST_TEST = date(2027, 3, 31)  # Article 36(2)(c)
BEGINNING = 2026

SURRENDER, REPURCHASE, CANCELLATION = "surrender", "repurchase", "cancellation"
#: What a number of certificates may differ by through binary fractions.
EPSILON = 1e-9


class Purchase(NamedTuple):
    """Certificates bought together.

    :ivar year: calendar year whose embedded emissions they are bought for; 2026 has rules of its own
    """

    key: Hashable
    day: date
    quantity: float
    year: int


class Outgoing(NamedTuple):
    """Certificates of a purchase that left the account: surrendered, sold back or cancelled."""

    purchase: Hashable
    day: date
    kind: str
    quantity: float


def remaining(purchases: Iterable[Purchase], outgoing: Iterable[Outgoing], day: date | None = None) -> dict:
    """``{key: certificates}`` of each purchase that are on the account at the end of a day (at the end).

    :raises InvalidFigure: more leaves than was bought, or it leaves before it was bought
    """
    bought = {purchase.key: purchase for purchase in purchases if day is None or purchase.day <= day}
    left: dict[Hashable, list[float]] = {key: [purchase.quantity] for key, purchase in bought.items()}
    for row in outgoing:
        if day is not None and row.day > day:
            continue
        if row.purchase not in left or row.day < bought[row.purchase].day:
            raise InvalidFigure(f"{row.quantity:g} certificates leave on {row.day} before they were bought.")
        left[row.purchase].append(-row.quantity)
    balances = {key: fsum(parts) for key, parts in left.items()}
    for key, balance in balances.items():
        if balance < -EPSILON:
            raise InvalidFigure(
                f"{-balance:g} certificates more leave than the {bought[key].quantity:g} bought on {bought[key].day}."
            )
    return {key: max(0.0, balance) for key, balance in balances.items()}


def taken(
    purchases: Iterable[Purchase], balances: dict[Hashable, float], quantity: float, year: int
) -> list[tuple[Hashable, float]]:
    """``[(key, certificates)]`` to be surrendered for the imports of a year: what is cancelled first goes first.

    :raises InvalidFigure: there are not enough certificates on the account
    """
    rest, found = quantity, []
    for purchase in sorted(purchases, key=lambda row: (cancelled_on(row), row.year != year, row.day, str(row.key))):
        part = min(rest, balances.get(purchase.key, 0.0))
        if part > EPSILON:
            found.append((purchase.key, part))
            rest = fsum((rest, -part))
    if rest > EPSILON:
        raise InvalidFigure(f"{rest:.3f} of {quantity:.3f} certificates are missing on the account.")
    return found


# -- the holding test ------------------------------------------------------------------------------------------------


class HeldFor(NamedTuple):
    """Goods imported since 1 January, for the holding test by default values (Article 22(2)(a)).

    :ivar line: what keeps goods apart, below which nothing is netted
    :ivar mass: tonnes, MWh of electricity; negative for a reversal
    :ivar see: default value without mark-up, per tonne
    :ivar sefa: free allocation per tonne
    """

    line: Hashable
    mass: float
    see: float
    sefa: float


def held_by_defaults(goods: Iterable[HeldFor], share: float = HELD_SHARE) -> float:
    """Certificates to be held: half of the emissions by default values without mark-up, free allocation deducted.

    :raises MissingFigure: a figure is missing
    :raises InvalidFigure: a figure is negative
    """
    groups: dict[Hashable, list[float]] = {}
    for good in goods:
        see = not_negative(good.see, "The default value without mark-up")
        sefa = not_negative(good.sefa, "The specific embedded free allocation")
        groups.setdefault(good.line, []).append(good.mass * (see - sefa))
    return share * fsum(max(0.0, fsum(parts)) for parts in groups.values())


def held_by_last_year(
    imported: Iterable[Hashable], surrendered: dict[Hashable, float], share: float = HELD_SHARE
) -> float | None:
    """Certificates to be held by what was surrendered for the same goods in the year before (Article 22(2)(b)).

    :param imported: ``(CN code, country of origin)`` of all goods imported since 1 January
    :param surrendered: certificates by the same key, of the declaration of the year before
    :return: ``None`` where goods are imported that the declaration does not know: the basis is not open then
    """
    kinds = set(imported)
    if not kinds or not kinds <= surrendered.keys():
        return None
    return share * fsum(surrendered[kind] for kind in kinds)


@dataclass(frozen=True, slots=True)
class HoldingTest:
    """The test at a quarter's end.

    :ivar by_defaults: required by default values; ``None`` where a figure is missing
    :ivar by_last_year: required by last year's surrender; ``None`` where that basis is not open
    :ivar held: on the account at the end of the quarter
    :ivar applies: whether the test is due at this quarter's end
    """

    day: date
    by_defaults: float | None
    by_last_year: float | None
    held: float
    applies: bool

    @property
    def required(self) -> float | None:
        """The lower of the bases that are open: the declarant chooses. ``None`` while none can be reckoned."""
        known = [value for value in (self.by_defaults, self.by_last_year) if value is not None]
        return min(known) if known else None

    @property
    def shortfall(self) -> float | None:
        """Certificates to buy until the quarter's end; 0 where the test is met or does not apply."""
        if not self.applies:
            return 0.0
        return None if self.required is None else max(0.0, self.required - self.held)


def test_applies(day: date, exceeded_on: date | None, without_threshold: bool = False) -> bool:
    """Whether the test is due at a quarter's end (Articles 22(2) and (2a), 36(2)(c)).

    :param exceeded_on: day on which the 50 t of the calendar year were exceeded; ``None`` if they were not
    :param without_threshold: electricity or hydrogen is imported, which have no threshold
    """
    if day < FIRST_TEST:
        return False
    if without_threshold:
        return True
    if exceeded_on is None or exceeded_on > day:
        return False
    return day > quarter_of(exceeded_on)[1]


test_applies.__test__ = False  # its name looks like a test's


# -- selling back, and what is cancelled -----------------------------------------------------------------------------


def repurchasable(
    purchases: Iterable[Purchase],
    balances: dict[Hashable, float],
    year: int,
    obliged: dict[int, float],
    threshold_reached: dict[int, bool],
    sold_back: dict[int, float] | None = None,
) -> float:
    """Certificates that may be sold back in a year, until 31 October (Article 23(2) and (2a)).

    Of those bought in a calendar year at most as many as had to be bought under Article 22(2) in that year; all of
    them if the 50 t were expected but not reached. Those bought in 2027 for 2026 have no such limit, in 2027 alone.

    :param balances: what is left of each purchase
    :param obliged: by calendar year of purchase, the certificates to be held under Article 22(2)
    :param threshold_reached: by calendar year; a year that is not named counts as reached
    :param sold_back: certificates of a calendar year of purchase that were sold back already, against its limit
    """
    sold_back = sold_back or {}
    free, by_year = [], {}
    for purchase in purchases:
        left = balances.get(purchase.key, 0.0)
        if purchase.year == BEGINNING and purchase.day.year == BEGINNING + 1:
            if year == BEGINNING + 1:
                free.append(left)
        elif purchase.day.year <= year:
            by_year.setdefault(purchase.day.year, []).append(left)
    for bought_in, parts in by_year.items():
        held = fsum(parts)
        if not threshold_reached.get(bought_in, True):
            free.append(held)
        else:
            free.append(min(held, max(0.0, obliged.get(bought_in, 0.0) - sold_back.get(bought_in, 0.0))))
    return fsum(free)


def cancelled_on(purchase: Purchase) -> date:
    """1 November on which what is left of a purchase is cancelled without compensation (Article 24(1) and (2))."""
    if purchase.year == BEGINNING:
        return date(BEGINNING + 1, 11, 1)
    return date(purchase.day.year + 2, 11, 1)
