# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl.html)
"""From what a communication template is to say to the cells it stands in: ``read`` the other way round."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date

from ..engine.source_streams import Method
from . import cells
from .filling import Filling, FillingRefused
from .read import CO2, N2O, OVERVOLTAGE, PER_THOUSAND_NM3, PER_TJ, PER_TONNE, SLOPE
from .template import CarbonPrice, CemsRow, PfcRow, Precursor, Process, Product, RouteAmount, Stream

Entry = str | float | bool | date
Cells = Iterator[tuple[str, Entry | None]]

_METHODS = {
    Method.COMBUSTION: "Combustion",
    Method.PROCESS: "Process emissions",
    Method.CARBONATES_INPUT: "Process emissions",
    Method.CARBONATES_OUTPUT: "Process emissions",
    Method.MASS_BALANCE: "Mass Balance",
}
_YES_OR_NO = {"true": True, "false": False}


def entries(filling: Filling) -> dict[tuple[str, str], Entry]:
    """What stands in which cell, by sheet and cell; empty ones are left out.

    :raises FillingRefused: a word that is none of the template's choices, or more routes than it has
    """
    sheets: tuple[tuple[str, Cells], ...] = (
        (cells.INSTALLATION, _installation(filling)),
        (cells.INSTALLATION, _lists(filling)),
        (cells.EMISSIONS, _rows(map(_stream, filling.streams))),
        (cells.EMISSIONS, _rows(map(_pfc, filling.pfc))),
        (cells.EMISSIONS, _rows(map(_cems, filling.cems))),
        (cells.ENERGY, _balance(filling)),
        (cells.PROCESSES, _rows(map(_process, filling.processes))),
        (cells.PRECURSORS, _rows(map(_precursor, filling.precursors))),
        (cells.TOOLS, _prices(filling)),
        (cells.SUMMARY_PRODUCTS, _rows(map(_product, filling.products))),
    )
    return {
        (sheet, cell): value for sheet, found in sheets for cell, value in found if value is not None and value != ""
    }


def _rows(rows: Iterable[tuple[int, Mapping[str, Entry | None]]]) -> Cells:
    for row, values in rows:
        for column, value in values.items():
            yield f"{column}{row}", value


def _word(what: str, word: str | None, choices: Iterable[str]) -> str | None:
    """The template's own spelling of a choice."""
    if word is None:
        return None
    known = {choice.strip().casefold(): choice for choice in choices}
    if word.strip().casefold() not in known:
        raise FillingRefused(f"{what} is {word}, which is none of the template's choices.")
    return known[word.strip().casefold()]


def _category(what: str, category: str) -> str | None:
    return cells.SPELLED.get(chosen := _word(f"The goods category of {what}", category, cells.CATEGORIES) or "", chosen)


def _in_columns(what: str, columns: Sequence[str], row: int, values: Sequence[str]) -> Cells:
    if len(values) > len(columns):
        raise FillingRefused(f"The template takes {len(columns)} {what}; there are {len(values)}.")
    for column, value in zip(columns, values, strict=False):
        yield f"{column}{row}", value


def _installation(filling: Filling) -> Cells:
    yield cells.PERIOD_START, filling.period_start
    yield cells.PERIOD_END, filling.period_end
    for texts, places in (
        (filling.installation, cells.INSTALLATION_TEXTS),
        (filling.verifier, cells.VERIFIER_TEXTS),
    ):
        for name, text in texts.items():
            if name not in places:
                raise FillingRefused(f"The template has no place for {name}.")
            if name != "country_code":
                yield places[name], text


def _lists(filling: Filling) -> Cells:
    """A_InstData 4 and 5: goods categories, processes, precursors and their routes."""
    for goods in filling.goods:
        row = cells.GOODS_ROWS[goods.place - 1]
        yield f"E{row}", _category(f"G{goods.place}", goods.category)
        yield from _in_columns(f"routes of {goods.category}", cells.GOODS_ROUTES, row, goods.routes)
    for process in filling.processes:
        row = cells.PROCESS_ROWS[process.place - 1]
        yield f"E{row}", _category(process.name, process.category)
        yield f"L{row}", process.name
        yield from _in_columns(f"categories in {process.name}", cells.PROCESS_INCLUDED, row, process.included)
    for precursor in filling.precursors:
        row = cells.PRECURSOR_ROWS[precursor.place - 1]
        yield f"E{row}", _category(precursor.name, precursor.category)
        yield f"F{row}", precursor.country
        yield f"L{row}", precursor.name
        yield from _in_columns(f"routes of {precursor.name}", cells.PRECURSOR_ROUTES, row, precursor.routes)


def _stream(stream: Stream) -> tuple[int, dict[str, Entry | None]]:
    what = f"The unit of the emission factor of {stream.name}"
    return stream.row, {
        "D": _METHODS[stream.method],
        "E": stream.name,
        "F": stream.activity,
        "G": stream.unit.value if stream.unit else None,
        "H": stream.ncv,
        "J": stream.emission_factor,
        "K": _word(what, stream.factor_unit, (PER_TJ, PER_TONNE, PER_THOUSAND_NM3)),
        "L": stream.carbon_content,
        "N": stream.oxidation,
        "P": stream.conversion,
        "R": stream.biomass,
        "T": stream.non_sustainable_biomass,
    }


def _pfc(row: PfcRow) -> tuple[int, dict[str, Entry | None]]:
    return row.row, {
        "D": OVERVOLTAGE if row.overvoltage_method else SLOPE,
        "E": row.technology,
        "F": row.aluminium,
        "AG": row.frequency,
        "AH": row.duration,
        "AI": row.slope_factor,
        "AJ": row.overvoltage,
        "AK": row.current_efficiency,
        "AL": row.overvoltage_coefficient,
        "AM": row.c2f6_fraction,
        "AT": row.collection_efficiency,
    }


def _cems(row: CemsRow) -> tuple[int, dict[str, Entry | None]]:
    return row.row, {
        "D": row.name,
        "E": _word(f"The gas of {row.name}", row.gas, (CO2, N2O)),
        "V": row.concentration,
        "X": row.hours,
        "Z": row.flow,
        "R": row.biomass,
    }


def _balance(filling: Filling) -> Cells:
    balance = filling.balance
    fuel = (balance.fuel_total, balance.fuel_cbam, balance.fuel_electricity, balance.fuel_other)
    yield from zip((f"{column}16" for column in "HIJK"), fuel, strict=True)
    emissions = (balance.co2, balance.biomass, balance.n2o, balance.pfc, balance.indirect)
    yield from zip((f"{column}26" for column in "HIJKM"), emissions, strict=True)
    yield "H40", balance.data_quality
    yield "H41", balance.default_justification
    yield "H42", balance.quality_assurance


def _by_route(name: str, category: str, amounts: Sequence[RouteAmount], first: int) -> dict[str, Entry | None]:
    """Quantities in the rows of their routes; those without a route in the rows that have none."""
    routes = cells.ROUTES.get(category, (cells.ALL_ROUTES,))
    free = list(range(first + len(routes), first + cells.ROUTE_COUNT))
    placed: dict[str, Entry | None] = {}
    for part in amounts:
        if part.route is None:
            if not free:
                raise FillingRefused(f"{name} has more quantities than the template has routes.")
            placed[f"L{free.pop(0)}"] = part.amount
            continue
        chosen = _word(f"The route of {name}", part.route, routes)
        cell = f"L{first + routes.index(chosen or '')}"
        if cell in placed:
            raise FillingRefused(f"{name} has two quantities of the route {part.route}.")
        placed[cell] = part.amount
    return placed


def _block(first: int, values: Mapping[tuple[str, int], Entry | None]) -> dict[str, Entry | None]:
    return {f"{column}{first + offset}": value for (column, offset), value in values.items()}


def _process(process: Process) -> tuple[str, dict[str, Entry | None]]:
    first = cells.process_row(process.place)
    rows = dict(zip(cells.others(process.place), range(21, 30), strict=True))
    source = _word(f"The source of the factor of {process.name}", process.electricity_source, cells.ELECTRICITY_SOURCES)
    return "", {
        **_by_route(process.name, process.category, process.production, first + 5),
        **_block(first, {("L", rows[place]): amount for place, amount in process.transfers.items()}),
        **_block(
            first,
            {
                ("L", 16): process.to_market,
                ("L", 30): process.for_other_goods,
                ("K", 39): process.heat_applicable,
                ("L", 39): process.gas_applicable,
                ("L", 43): process.direct,
                ("L", 46): process.heat_imported,
                ("L", 47): process.heat_factor_imported,
                ("M", 46): process.heat_exported,
                ("M", 47): process.heat_factor_exported,
                ("L", 50): process.gas_imported,
                ("L", 51): process.gas_factor_imported,
                ("M", 50): process.gas_exported,
                ("M", 51): process.gas_factor_exported,
                ("L", 54): process.electricity,
                ("L", 55): process.electricity_factor,
                ("L", 56): source,
                ("L", 60): process.electricity_exported,
                ("L", 61): process.electricity_factor_exported,
            },
        ),
    }


def _precursor(precursor: Precursor) -> tuple[str, dict[str, Entry | None]]:
    first, name = cells.precursor_row(precursor.place), precursor.name
    origins = (cells.MEASURED, cells.DEFAULT, cells.UNKNOWN)
    return "", {
        **_by_route(name, precursor.category, precursor.purchased, first + 3),
        **_block(first, {("L", 13 + process): amount for process, amount in precursor.consumed.items()}),
        **_block(
            first,
            {
                ("L", 24): precursor.for_other_purposes,
                ("L", 35): precursor.see_direct,
                ("M", 35): _word(f"The source of the figures of {name}", precursor.see_direct_source, origins),
                ("L", 36): precursor.electricity,
                ("M", 36): _word(f"The source of the electricity of {name}", precursor.electricity_data, origins),
                ("L", 37): precursor.electricity_factor,
                ("M", 37): _word(
                    f"The source of the factor of {name}", precursor.electricity_source, cells.ELECTRICITY_SOURCES
                ),
                ("K", 40): precursor.default_justification,
            },
        ),
    }


def _prices(filling: Filling) -> Cells:
    yield "J97", filling.price_currency
    for first, prices in ((101, filling.process_prices), (111, filling.precursor_prices)):
        for place, price in prices.items():
            yield from _price(first + place - 1, price)


def _price(row: int, price: CarbonPrice) -> Cells:
    yield from ((f"H{row}", price.covered), (f"J{row}", price.price), (f"K{row}", price.rebate))


def _product(product: Product) -> tuple[int, dict[str, Entry | None]]:
    columns = {parameter: column for column, parameter in cells.PRODUCT_PARAMETERS.items()}
    strange = sorted(set(product.parameters) - set(columns))
    if strange:
        raise FillingRefused(f"The template has no place for the parameter {strange[0]} of a product.")
    parameters: dict[str, Entry | None] = {columns[name]: value for name, value in product.parameters.items()}
    calcined = product.parameters.get("calcined")
    if calcined is not None:
        parameters[columns["calcined"]] = _YES_OR_NO.get(str(calcined).casefold(), calcined)
    return product.row, {
        "D": product.process_name,
        "F": product.cn_code,
        "H": product.name,
        **parameters,
        "AL": product.instrument,
        "AM": product.covered,
        "AP": product.currency,
        "AR": product.price_due,
        "AT": product.rebate_type,
        "AU": product.rebate_covered,
        "AX": product.rebate,
    }
