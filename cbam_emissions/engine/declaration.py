# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl.html)
"""The annual CBAM declaration: lines, totals per type of goods, deadlines and how long its records are kept.

Regulation (EU) 2023/956 Articles 6, 7(5), 9, 20 to 24 as amended by 2025/2083. Figures stay unrounded; :func:`shown`
rounds them where they are published. How a number of certificates is rounded is laid down nowhere: it is not.
"""

from __future__ import annotations

from collections.abc import Collection, Hashable, Iterable
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from math import fsum
from typing import NamedTuple

from .certificates import DeclarationLine, Due, Imported, cost, due
from .errors import InvalidFigure

FIRST_YEAR = 2026
RETURNED = "returned_203"

#: Decimals of a figure where it is published: 2025/2547 Annex II A.1(8) for SEE and SEFA, a kilogram for masses.
DECIMALS = {"see": 5, "sefa": 5, "mass": 3, "emissions": 3, "certificates": 3}
#: Below this share of a gram a mass is nothing: goods that were reversed to the last gram.
NOTHING = 5e-7


class Good(NamedTuple):
    """An import, or the reversal of one, as it enters a declaration.

    :ivar imported: the goods with the mass without its sign
    :ivar sign: -1 for a reversal
    :ivar below_threshold: the importer did not exceed 50 t: listed, but nothing is owed (Articles 2a and 6(2)(a))
    :ivar price: EUR per certificate of the quarter of importation; ``None`` where the week of purchase decides
    :ivar ident: what the caller knows it by
    """

    imported: Imported
    sign: int = 1
    below_threshold: bool = False
    price: Decimal | None = None
    ident: Hashable = None


@dataclass(frozen=True, slots=True)
class Line:
    """A line of the declaration; nothing is netted beyond it.

    :ivar key: the attributes that tell lines apart, in the order of :class:`~.certificates.DeclarationLine`
    :ivar first: what the first of its goods says, for the attributes that do not
    :ivar mass: tonnes; MWh of electricity
    :ivar owed: emissions, free allocation and reduction of all its goods
    :ivar certificates: to be surrendered: 0 for goods below the threshold
    :ivar price: of the quarter, if it is the same for all its goods
    :ivar cost: EUR to the cent by the price of the quarter; ``None`` where none is fixed
    :ivar idents: of the goods
    """

    key: tuple
    first: DeclarationLine
    mass: float
    owed: Due
    certificates: float
    below_threshold: bool
    electricity: bool
    price: Decimal | None
    cost: Decimal | None
    idents: tuple = ()

    @property
    def see(self) -> float:
        """Specific embedded emissions in scope, tCO2e per tonne (per MWh), the average of the line's goods."""
        return self.owed.emissions / self.mass if self.mass else 0.0

    @property
    def sefa(self) -> float:
        """Specific embedded free allocation per tonne, the average of the line's goods."""
        return self.owed.free_allocation / self.mass if self.mass else 0.0


def lines(goods: Iterable[Good], granularity: Collection[str] = DeclarationLine._fields) -> list[Line]:
    """The lines of a declaration, in order; goods that are reversed altogether leave none.

    :param granularity: attributes of the key that keep lines apart (LAW: an open question beyond "a certain good")
    :raises MissingFigure: a figure is missing
    :raises InvalidFigure: a figure is negative, more is reversed than was imported, or the granularity is unknown
    """
    unknown = set(granularity) - set(DeclarationLine._fields)
    if unknown:
        raise InvalidFigure(f"“{min(unknown)}” does not tell lines of a declaration apart.")
    kept = tuple(name for name in DeclarationLine._fields if name in granularity)
    groups: dict[tuple, list[Good]] = {}
    for good in goods:
        key = tuple(getattr(good.imported.line, name) for name in kept)
        groups.setdefault((key, good.below_threshold), []).append(good)
    found = [_line(key, below, group) for (key, below), group in groups.items()]
    return sorted((line for line in found if line), key=lambda line: tuple(map(str, line.first)))


def _line(key: tuple, below: bool, goods: list[Good]) -> Line | None:
    first = goods[0].imported
    mass = fsum(good.sign * good.imported.mass for good in goods)
    if abs(mass) < NOTHING:
        return None
    if mass < 0:
        raise InvalidFigure(f"More of {first.line.cn_code} is reversed than was imported ({mass:.3f} t).")
    rows = [(good.sign, due(good.imported)) for good in goods]
    owed = Due(
        emissions=fsum(sign * row.emissions for sign, row in rows),
        free_allocation=fsum(sign * row.free_allocation for sign, row in rows),
        reduction=fsum(sign * row.reduction for sign, row in rows),
    )
    certificates = 0.0 if below else owed.certificates
    prices = {good.price for good in goods}
    price = prices.pop() if len(prices) == 1 else None
    money = None if price is None else cost(certificates, price)
    return Line(
        key,
        first.line,
        mass,
        owed,
        certificates,
        below,
        first.electricity,
        price,
        money,
        tuple(good.ident for good in goods),
    )


@dataclass(frozen=True, slots=True)
class Total:
    """A type of goods in the declaration (Article 6(2)(a) to (c)).

    :ivar returned: returned goods of Article 203 of Regulation 952/2013, declared separately with zero (Article 6(5))
    :ivar quantity: tonnes; MWh of electricity
    """

    cn_code: str
    returned: bool
    quantity: float
    emissions: float
    certificates: float

    @property
    def see(self) -> float:
        """Embedded emissions per tonne or MWh (Article 6(2)(b))."""
        return self.emissions / self.quantity if self.quantity else 0.0


def totals(found: Iterable[Line]) -> list[Total]:
    """One total per type of goods, returned goods apart, by CN code."""
    groups: dict[tuple[str, bool], list[Line]] = {}
    for line in found:
        groups.setdefault((line.first.cn_code, line.first.procedure == RETURNED), []).append(line)
    return [
        Total(
            cn_code,
            returned,
            quantity=fsum(line.mass for line in rows),
            emissions=fsum(line.owed.emissions for line in rows),
            certificates=fsum(line.certificates for line in rows),
        )
        for (cn_code, returned), rows in sorted(groups.items())
    ]


def shown(figure: str, value: float) -> Decimal:
    """A figure as it is published, halves up.

    :param figure: one of :data:`DECIMALS`
    """
    return Decimal(repr(value)).quantize(Decimal(1).scaleb(-DECIMALS[figure]), rounding=ROUND_HALF_UP)


# -- what a correction changes -----------------------------------------------------------------------------------------


class Known(NamedTuple):
    """A line of a declaration as it stands, or as it would stand.

    :ivar key: what tells it apart
    :ivar cost: EUR; ``None`` where no price is fixed
    """

    key: Hashable
    emissions: float
    certificates: float
    cost: float | None = None


CHANGED, ADDED, REMOVED = "changed", "added", "removed"


class Change(NamedTuple):
    """What becomes of a line. The differences are new less old; ``cost`` is ``None`` where a price is missing.

    :ivar kind: :data:`CHANGED`, :data:`ADDED` or :data:`REMOVED`
    """

    key: Hashable
    kind: str
    old: Known | None
    new: Known | None
    emissions: float
    certificates: float
    cost: float | None


def changes(before: Iterable[Known], after: Iterable[Known], tolerance: float = 1e-9) -> list[Change]:
    """Which lines of a declaration change, and by how much; those that do not are left out.

    :param tolerance: difference in tCO2e or certificates that is none
    """
    old, new = ({line.key: line for line in rows} for rows in (before, after))
    found = []
    for key in dict.fromkeys([*old, *new]):
        was, will = old.get(key), new.get(key)
        kind = CHANGED if was and will else ADDED if will else REMOVED
        change = Change(key, kind, was, will, *(_difference(was, will, name) for name in Known._fields[1:]))
        if kind != CHANGED or abs(change.emissions) > tolerance or abs(change.certificates) > tolerance or change.cost:
            found.append(change)
    return found


def _difference(was: Known | None, will: Known | None, name: str) -> float | None:
    values = [0.0 if line is None else getattr(line, name) for line in (will, was)]
    return None if None in values else fsum((values[0], -values[1]))


# -- the calendar ----------------------------------------------------------------------------------------------------

SALE, HOLDING, DECLARATION, REPURCHASE, CANCELLATION = "sale", "holding", "declaration", "repurchase", "cancellation"


class Deadline(NamedTuple):
    """What falls due for the imports of a calendar year.

    :ivar key: :data:`SALE`, :data:`HOLDING`, :data:`DECLARATION`, :data:`REPURCHASE` or :data:`CANCELLATION`
    """

    day: date
    key: str
    article: str


def deadlines(year: int) -> list[Deadline]:
    """The calendar of the imports of a year, in order (Articles 6(1), 20(1), 22, 23 and 24, 36(2)).

    :raises InvalidFigure: the year is before 2026
    """
    if year < FIRST_YEAR:
        raise InvalidFigure(f"Nothing falls due for the imports of {year}: obligations begin in {FIRST_YEAR}.")
    found = [
        Deadline(date(year + 1, 9, 30), DECLARATION, "Articles 6(1) and 22(1)"),
        Deadline(date(year + 1, 10, 31), REPURCHASE, "Article 23(1)"),
    ]
    if year == FIRST_YEAR:
        found += [
            Deadline(date(2027, 2, 1), SALE, "Article 20(1)"),
            Deadline(date(2027, 11, 1), CANCELLATION, "Article 24(2)"),
        ]
    else:
        found += [Deadline(day, HOLDING, "Article 22(2)") for day in quarter_ends(year)]
        found.append(Deadline(date(year + 2, 11, 1), CANCELLATION, "Article 24(1)"))
    return sorted(found)


def quarter_ends(year: int) -> list[date]:
    """31 March, 30 June, 30 September and 31 December."""
    return [date(year, 3, 31), date(year, 6, 30), date(year, 9, 30), date(year, 12, 31)]


def kept_until(year: int) -> date:
    """Last day on which the records of the imports of a year have to be there (Annex V, Articles 7(5) and 9(3)).

    The end of the fourth year after the year in which the declaration was to be submitted.
    """
    return date(year + 1 + 4, 12, 31)
