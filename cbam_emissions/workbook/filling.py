# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl.html)
"""What is to be written into a blank communication template, and whether it has room for it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from ..engine.errors import EngineError
from . import cells
from .template import (
    CarbonPrice,
    CemsRow,
    Communication,
    Goods,
    InstallationBalance,
    PfcRow,
    Precursor,
    Process,
    Product,
    Stream,
)


class FillingRefused(EngineError):
    """What is to be written does not fit into the communication template."""


@dataclass(frozen=True, slots=True)
class Filling:
    """The entries of a communication template: a :class:`template.Communication` without what it finds out itself.

    Units are those of ``template``. What the workbook looks up or calculates is not written: the unit of a process or
    precursor and the results of a product. Of the country its code is enough; its name is the workbook's own.
    """

    period_start: date | None
    period_end: date | None
    installation: Mapping[str, str | None]
    verifier: Mapping[str, str | None]
    goods: Sequence[Goods]
    streams: Sequence[Stream]
    pfc: Sequence[PfcRow]
    cems: Sequence[CemsRow]
    balance: InstallationBalance
    processes: Sequence[Process]
    precursors: Sequence[Precursor]
    price_currency: str | None
    process_prices: Mapping[int, CarbonPrice]
    precursor_prices: Mapping[int, CarbonPrice]
    products: Sequence[Product]

    @classmethod
    def of(cls, communication: Communication) -> Filling:
        """The entries of a workbook that was read."""
        return cls(**{name: getattr(communication, name) for name in cls.__slots__})

    def as_communication(self) -> Communication:
        """What the workbook will say, to be recomputed."""
        values = {name: getattr(self, name) for name in self.__slots__}
        for name in ("goods", "streams", "pfc", "cems", "processes", "precursors", "products"):
            values[name] = tuple(values[name])
        return Communication(version=cells.READ_VERSIONS, remarks=(), **values)


def check_room(filling: Filling) -> None:
    """Whether everything has a place of its own.

    :raises FillingRefused: more than the template takes, two entries in one place, a place that does not exist
    """
    for what, rows, places in (
        ("goods categories", range(1, len(cells.GOODS_ROWS) + 1), [goods.place for goods in filling.goods]),
        ("production processes", range(1, cells.PROCESS_COUNT + 1), [process.place for process in filling.processes]),
        ("purchased precursors", range(1, cells.PRECURSOR_COUNT + 1), [bought.place for bought in filling.precursors]),
        ("source streams", cells.STREAM_ROWS, [stream.row for stream in filling.streams]),
        ("rows of perfluorocarbons", cells.PFC_ROWS, [row.row for row in filling.pfc]),
        ("measured emission sources", cells.CEMS_ROWS, [row.row for row in filling.cems]),
        ("products", cells.PRODUCT_ROWS, [product.row for product in filling.products]),
    ):
        _check_places(what, rows, places)
    _check_processes_exist(filling)


def _check_places(what: str, rows: range, places: Sequence[int]) -> None:
    if len(places) > len(rows):
        raise FillingRefused(f"The communication template takes {len(rows)} {what}; there are {len(places)}.")
    for place, count in Counter(places).items():
        if place not in rows:
            raise FillingRefused(f"The table of {what} has no row {place}: its rows are {rows[0]} to {rows[-1]}.")
        if count > 1:
            raise FillingRefused(f"{count} {what} are to stand in row {place}.")


def _check_processes_exist(filling: Filling) -> None:
    """The workbook joins processes, precursors and products by place and name."""
    listed = {process.place for process in filling.processes}
    for process in filling.processes:
        _check_listed(f"Process {process.name} gives to", process.transfers, listed - {process.place})
    for precursor in filling.precursors:
        _check_listed(f"Precursor {precursor.name} is consumed by", precursor.consumed, listed)
    _check_listed("There is a carbon price of", filling.process_prices, listed)
    names = Counter(process.name.casefold() for process in filling.processes)
    for name, count in (names + Counter(bought.name.casefold() for bought in filling.precursors)).items():
        if count > 1:
            raise FillingRefused(f"{count} processes or precursors are named {name}; the workbook tells them by name.")
        if set("*?~") & set(name):
            raise FillingRefused(f"The name {name} holds *, ? or ~, which the workbook's look-ups read as wildcards.")
    for product in filling.products:
        if product.process_name.casefold() not in names:
            raise FillingRefused(f"The product in row {product.row} names no process: {product.process_name}.")


def _check_listed(what: str, places: Iterable[int], listed: set[int]) -> None:
    strange = sorted(set(places) - listed)
    if strange:
        raise FillingRefused(f"{what} process {strange[0]}, which is not there.")
