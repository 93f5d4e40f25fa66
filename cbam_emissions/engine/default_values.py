# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl.html)
"""Default values (2025/2621): which row counts, what of it is direct, and the mark-up.

All values in tCO2e per tonne of goods. Only the **total** of a row binds (recital 10 of 2026/1740).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import NamedTuple

from .cn_codes import CnCode, CnIndex, PrefixIndex, is_code, normalise, spaced
from .datasets import DETERMINED, MISSING, UNDETERMINED, DatasetRef
from .routes import letters

COUNTRY, OTHER, ANNEX_IV = "country", "other", "annex_iv"

VALUE, NO_VALUE, DEFECTIVE = "value", "no_value", "defective"

DECIMALS = 3
SHOWN = 4


def rounded(value: float) -> float:
    """A default value as the Official Journal prints it: three decimals, halves up."""
    return float(Decimal(repr(value)).quantize(Decimal(1).scaleb(-DECIMALS), rounding=ROUND_HALF_UP))


class DefaultRequest(NamedTuple):
    """What is asked for.

    :ivar cn: code of 4 to 10 digits
    :ivar country: ISO 3166 code of the country of origin (goods) or of production (precursors)
    :ivar year: year whose mark-up applies; ``None`` asks for the value without mark-up
        (2023/956 Article 22(2)(a))
    :ivar precursor_of_unknown_country: take Annex IV of 2025/2621
    :ivar route: letter of the route, where the act has several rows for one code (grey or white clinker)
    """

    cn: str
    country: str | None
    year: int | None
    precursor_of_unknown_country: bool = False
    route: str | None = None


@dataclass(frozen=True, slots=True)
class DefaultRow:
    """One row of 2025/2621 Annex I or IV.

    :ivar table: :data:`COUNTRY`, :data:`OTHER` (other countries and territories) or :data:`ANNEX_IV`
    :ivar country: ISO 3166 code of a country's row, else ``None``
    :ivar route: letters of the production route as printed without brackets, ``C`` or ``C/F``; may be empty
    :ivar direct: ``None`` where the act prints none
    :ivar total: ``None`` unless ``state`` is :data:`VALUE`
    :ivar state: :data:`NO_VALUE` for a dash, :data:`DEFECTIVE` for a row that contradicts itself
    :ivar raw_total: the cell as it stands in the file
    """

    table: str
    country: str | None
    cn: str
    route: str
    state: str
    direct: float | None
    total: float | None
    raw_total: str = ""
    description: str = ""
    sheet: str = ""
    line: int | None = None
    id: int | None = None


@dataclass(frozen=True, slots=True)
class DefaultValue:
    """A default value ready to be used, in tCO2e per tonne.

    :ivar direct: direct emissions without mark-up
    :ivar indirect_scope: indirect emissions in the legal scope without mark-up
    :ivar total: the binding total without mark-up, three decimals
    :ivar mark_up: share added to the total, 0.1 for 10 %; ``None`` if none was asked for
    :ivar fallback: the row of *Other countries and territories* stands in for the country's
    """

    request: DefaultRequest
    row: DefaultRow
    dataset: DatasetRef
    direct: float
    indirect_scope: float
    total: float
    mark_up: float | None
    fallback: bool

    @property
    def factor(self) -> float:
        """1 + mark-up; the mark-up is added once, on the total, and not rounded again."""
        return 1.0 + (self.mark_up or 0.0)

    @property
    def total_with_mark_up(self) -> float:
        """What a declaration counts, tCO2e per tonne."""
        return self.total * self.factor

    @property
    def direct_with_mark_up(self) -> float:
        """Part of the total that enters as direct emissions."""
        return self.direct * self.factor

    @property
    def indirect_scope_with_mark_up(self) -> float:
        """Part of the total that enters as indirect emissions in scope."""
        return self.indirect_scope * self.factor

    @property
    def route(self) -> str:
        """Letters of the production route that decide on column B of the benchmarks."""
        return self.row.route

    @property
    def trace(self) -> str:
        """One line that says where the value comes from."""
        where = {
            COUNTRY: f"country {self.row.country}",
            OTHER: "other countries and territories",
            ANNEX_IV: "Annex IV, precursor of unknown country",
        }[self.row.table]
        parts = [f"{self.dataset.act}: {where}, {spaced(self.row.cn)}"]
        if self.row.route:
            parts.append(f"route {self.row.route}")
        parts.append(f"total {self.total:g} tCO2e/t (printed {self.row.raw_total})")
        if self.mark_up is not None:
            parts.append(f"mark-up {self.mark_up:.0%} of {self.request.year}")
        if self.fallback:
            parts.append(f"no value for {self.request.country}")
        if not self.dataset.in_force:
            parts.append(f"data set {self.dataset.status}")
        return ", ".join(parts) + "."


@dataclass(frozen=True, slots=True)
class DefaultResult:
    """Answer to a request: a value, or why there is none.

    :ivar status: ``determined``, ``undetermined`` (several rows fit) or ``missing``
    :ivar value: only where determined
    :ivar candidates: the rows that fit where undetermined
    :ivar reason: one sentence where not determined
    """

    status: str
    value: DefaultValue | None = None
    candidates: tuple[DefaultValue, ...] = ()
    reason: str = ""

    @property
    def highest(self) -> DefaultValue | None:
        """The value, or the candidate with the highest total: for figures that are labelled as such."""
        return self.value or max(self.candidates, key=lambda value: value.total, default=None)


MarkUp = Callable[[str, int], "float | None"]


class DefaultValueTable:
    """The rows of one data set, ready to be asked."""

    def __init__(self, rows: Iterable[DefaultRow], dataset: DatasetRef, cn_index: CnIndex, mark_up: MarkUp):
        """
        :param cn_index: tells for a code whether only direct emissions count, and its sector
        :param mark_up: the mark-up of a sector in a year, or ``None`` if there is none
        """
        self._dataset = dataset
        self._cn_index = cn_index
        self._mark_up = mark_up
        grouped: dict[tuple, dict[str, list[DefaultRow]]] = defaultdict(lambda: defaultdict(list))
        for row in rows:
            grouped[row.table, row.country][row.cn].append(row)
        self._tables = {key: PrefixIndex(by_code) for key, by_code in grouped.items()}

    def find(self, request: DefaultRequest) -> DefaultResult:
        """The default value for a request (2025/2621 Annex I introduction and Annex IV).

        The row with the longest prefix of the code counts. A country that is not listed, or whose row has
        no value, takes the whole row of *Other countries and territories*, with its route. Where the act
        has several rows for the code, ``request.route`` chooses; without it the answer is undetermined.
        """
        if not is_code(request.cn):
            return _missing(f"“{request.cn}” is not a code of the Combined Nomenclature.")
        code = normalise(request.cn)
        good = self._cn_index.match(code)
        if good is None or good.annex_ii is None or good.sector is None:
            return _missing(f"{spaced(code)} is not one good of Annex I to Regulation (EU) 2023/956.")
        if not request.country and not request.precursor_of_unknown_country:
            return _missing(f"The country of the good {spaced(code)} is not known.")
        found = self._rows(code, request)
        for row, _fallback in found:
            if row.state == DEFECTIVE:
                return _missing(
                    f"The default value of {spaced(row.cn)} is defective in {self._dataset.name}"
                    f" (sheet {row.sheet}, row {row.line}): load a corrected workbook."
                )
        found = [(row, fallback) for row, fallback in found if row.state == VALUE]
        if not found:
            return _missing(f"No default value for {spaced(code)} in {self._dataset.name}.")
        mark_up = None
        if request.year is not None:
            mark_up = self._mark_up(good.sector, request.year)
            if mark_up is None:
                return _missing(f"No mark-up for the sector of {spaced(code)} in {request.year}.")
        return self._result(request, [self._value(request, good, *pair, mark_up) for pair in found])

    def _rows(self, code: str, request: DefaultRequest) -> list[tuple[DefaultRow, bool]]:
        """The rows that fit, each with whether it stands in for the country's own."""
        if request.precursor_of_unknown_country:
            return [(row, False) for row in self._near(ANNEX_IV, None, code, request.route)]
        own = self._near(COUNTRY, request.country, code, request.route)
        if not own:
            return [(row, True) for row in self._near(OTHER, None, code, request.route)]
        found: list[tuple[DefaultRow, bool]] = []
        for row in own:
            if row.state == NO_VALUE:
                longer = max(code, row.cn, key=len)
                found += [(other, True) for other in self._near(OTHER, None, longer, row.route or request.route)]
            else:
                found.append((row, False))
        return found

    def _near(self, table: str, country: str | None, code: str, route: str | None) -> list[DefaultRow]:
        index = self._tables.get((table, country))
        if index is None:
            return []
        rows = index.find(code) or [row for rows in index.under(code) for row in rows]
        if len(rows) > 1 and route:
            rows = [row for row in rows if letters(row.route) & letters(route)] or rows
        return rows

    def _value(
        self, request: DefaultRequest, good: CnCode, row: DefaultRow, fallback: bool, mark_up: float | None
    ) -> DefaultValue:
        direct, indirect_scope = split(row.total, row.direct, good.annex_ii)
        return DefaultValue(request, row, self._dataset, direct, indirect_scope, row.total, mark_up, fallback)

    def _result(self, request: DefaultRequest, values: Sequence[DefaultValue]) -> DefaultResult:
        if len({(value.direct, value.total, value.route) for value in values}) == 1:
            return DefaultResult(DETERMINED, value=values[0])
        shown = [f"{spaced(value.row.cn)} ({value.route or '–'}) {value.total:g}" for value in values[:SHOWN]]
        printed = ", ".join(shown + ["…"] * (len(values) > SHOWN))
        return DefaultResult(
            UNDETERMINED,
            candidates=tuple(values),
            reason=f"Several default values fit {spaced(normalise(request.cn))}: {printed}."
            " Give the production route or more digits of the code.",
        )


def split(total: float, direct: float | None, annex_ii: bool) -> tuple[float, float]:
    """How a default total enters a calculation: (direct, indirect in scope), tCO2e per tonne.

    Goods of Annex II are all direct, and so is a total of which the act prints no direct part; indirect is
    never negative.
    """
    if annex_ii or direct is None or direct > total:
        return total, 0.0
    return direct, rounded(total - direct)


def _missing(reason: str) -> DefaultResult:
    return DefaultResult(MISSING, reason=reason)
