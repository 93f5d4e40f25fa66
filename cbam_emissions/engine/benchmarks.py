# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl.html)
"""CBAM benchmarks (2025/2620): column, production route and production year decide on the row.

Values in tCO2e per tonne of goods. Column A is the benchmark of the process alone (actual data), column B
that of the whole chain (default values).
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import NamedTuple

from .cn_codes import PrefixIndex, is_code, normalise, spaced
from .datasets import DETERMINED, MISSING, UNDETERMINED, DatasetRef
from .errors import InvalidFigure
from .routes import joined, letters

COLUMN_A, COLUMN_B = "A", "B"

# 2025/2620 Annex point 5.3
YEARS_OF_INDICATOR = {1: range(2026, 2028), 2: range(2028, 2031)}
FIRST_YEAR, LAST_YEAR = 2026, 2030

_INDICATOR = re.compile(r"\((?:([A-L])|([12]))\)")


class Indicator(NamedTuple):
    """What a cell of the column *production route indicator* says.

    :ivar route: letter of the route, empty if the benchmark does not depend on it
    :ivar period: 1 for production in 2026-2027, 2 for 2028-2030, ``None`` for any year
    """

    route: str
    period: int | None


def parse_indicator(text: object) -> Indicator:
    """``(F)(1)`` → route F, period 1; an empty cell → neither.

    :raises InvalidFigure: if something else stands in the cell
    """
    cell = re.sub(r"\s", "", str(text or ""))
    routes = [route for route, _period in _INDICATOR.findall(cell) if route]
    periods = [int(period) for _route, period in _INDICATOR.findall(cell) if period]
    if _INDICATOR.sub("", cell) or len(routes) > 1 or len(periods) > 1:
        raise InvalidFigure(f"“{text}” is not a production route indicator such as (C), (1) or (F)(1).")
    return Indicator(routes[0] if routes else "", periods[0] if periods else None)


class BenchmarkRequest(NamedTuple):
    """What is asked for.

    :ivar cn: code of 4 to 10 digits
    :ivar column: :data:`COLUMN_A` for actual, :data:`COLUMN_B` for default emissions
    :ivar route: letters of the route, as ``C`` or ``C/F``; ``None`` if not known
    :ivar year: year of production
    """

    cn: str
    column: str
    route: str | None
    year: int


@dataclass(frozen=True, slots=True)
class BenchmarkRow:
    """One benchmark: ``value`` in tCO2e per tonne."""

    cn: str
    column: str
    indicator: Indicator
    value: float
    id: int | None = None


@dataclass(frozen=True, slots=True)
class BenchmarkResult:
    """Answer to a request.

    :ivar status: ``determined``, ``undetermined`` (the route decides and is not known) or ``missing``
    :ivar value: tCO2e per tonne, only where determined
    :ivar row: the row of the value
    :ivar candidates: the rows of the code for the year where undetermined
    :ivar reason: one sentence where not determined
    """

    status: str
    dataset: DatasetRef
    value: float | None = None
    row: BenchmarkRow | None = None
    candidates: tuple[BenchmarkRow, ...] = ()
    reason: str = ""

    @property
    def lowest(self) -> float | None:
        """The value, or the lowest candidate: for a scenario that is labelled as such, tCO2e per tonne."""
        if self.value is not None:
            return self.value
        return min((row.value for row in self.candidates), default=None)

    @property
    def trace(self) -> str:
        """One line that says where the value comes from."""
        if self.row is None:
            return self.reason
        route = f", route {self.row.indicator.route}" if self.row.indicator.route else ""
        period = self.row.indicator.period
        years = YEARS_OF_INDICATOR.get(period)
        produced = f", production {years[0]}-{years[-1]}" if years else ""
        return (
            f"{self.dataset.act}: column {self.row.column}, {spaced(self.row.cn)}{route}{produced},"
            f" {self.row.value:g} tCO2e/t."
        )


class BenchmarkTable:
    """The rows of one data set, ready to be asked."""

    def __init__(self, rows: Iterable[BenchmarkRow], dataset: DatasetRef):
        self._dataset = dataset
        grouped: dict[str, dict[str, list[BenchmarkRow]]] = defaultdict(lambda: defaultdict(list))
        for row in rows:
            grouped[row.column][row.cn].append(row)
        self._columns = {column: PrefixIndex(by_code) for column, by_code in grouped.items()}

    def find(self, request: BenchmarkRequest) -> BenchmarkResult:
        """The benchmark for a request (2025/2620 Annex points 2, 3 and 5).

        A benchmark without letters serves every route. Several letters (``C/F``) take the highest of those
        listed. A code shorter than eight digits is determined if all codes under it agree.

        :raises InvalidFigure: if the column is neither A nor B
        """
        if request.column not in (COLUMN_A, COLUMN_B):
            raise InvalidFigure(f"A benchmark stands in column A or B, not in “{request.column}”.")
        if not is_code(request.cn):
            return self._missing(f"“{request.cn}” is not a code of the Combined Nomenclature.")
        code = normalise(request.cn)
        by_code = self._by_code(request.column, code)
        if not by_code:
            return self._missing(f"No benchmark for {spaced(code)} in {self._dataset.name}.")
        if not FIRST_YEAR <= request.year <= LAST_YEAR:
            return self._missing(
                f"Benchmarks are laid down for production in {FIRST_YEAR} to {LAST_YEAR}, not for {request.year}."
            )
        answers = [self._of_code(code, rows, request) for rows in by_code]
        first = answers[0]
        if all(answer.status == DETERMINED and answer.value == first.value for answer in answers):
            return first
        if len(answers) == 1:
            return first
        return BenchmarkResult(
            UNDETERMINED,
            self._dataset,
            candidates=tuple(row for answer in answers for row in answer.candidates or (answer.row,) if row),
            reason=f"The codes under {spaced(code)} have different benchmarks: give eight digits.",
        )

    def _by_code(self, column: str, code: str) -> list[list[BenchmarkRow]]:
        index = self._columns.get(column)
        if index is None:
            return []
        found = index.find(code)
        return [found] if found else index.under(code)

    def _of_code(self, code: str, rows: list[BenchmarkRow], request: BenchmarkRequest) -> BenchmarkResult:
        timely = [
            row
            for row in rows
            if row.indicator.period is None or request.year in YEARS_OF_INDICATOR[row.indicator.period]
        ]
        if not timely:
            return self._missing(f"No benchmark for {spaced(code)} and production in {request.year}.")
        offered = frozenset(row.indicator.route for row in timely if row.indicator.route)
        given = letters(request.route)
        fitting = [row for row in timely if not row.indicator.route or row.indicator.route in given]
        if fitting:
            best = max(fitting, key=lambda row: row.value)
            return BenchmarkResult(DETERMINED, self._dataset, value=best.value, row=best)
        if given:
            why = f"the route {joined(given)} is none of {joined(offered)}"
        else:
            why = f"it depends on the route ({joined(offered)}), which is not known"
        return BenchmarkResult(
            UNDETERMINED,
            self._dataset,
            candidates=tuple(timely),
            reason=f"The benchmark of {spaced(code)} is undetermined: {why}.",
        )

    def _missing(self, reason: str) -> BenchmarkResult:
        return BenchmarkResult(MISSING, self._dataset, reason=reason)
