# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl.html)
"""Small communications made by hand, without a workbook."""

from dataclasses import fields

from cbam_emissions.workbook.template import (
    Communication,
    InstallationBalance,
    Precursor,
    Process,
    Product,
    ProductResults,
    RouteAmount,
)


def blank(kind, **values):
    """A dataclass whose fields are ``None`` but for those given."""
    return kind(**{**dict.fromkeys(field.name for field in fields(kind)), **values})


def process(place, level=100.0, **values):
    defaults = {
        "category": "Crude steel",
        "name": f"Process {place}",
        "included": (),
        "production": (RouteAmount(None, level),) if level is not None else (),
        "transfers": {},
        "direct": 0.0,
        "electricity": 0.0,
    }
    return blank(Process, place=place, **{**defaults, **values})


def precursor(place, consumed, **values):
    defaults = {
        "category": "Pig iron",
        "name": f"Bought {place}",
        "routes": (),
        "purchased": (RouteAmount(None, sum(consumed.values())),),
        "see_direct": 0.0,
        "see_direct_source": "Measured",
        "electricity": 0.0,
        "electricity_factor": 0.0,
    }
    return blank(Precursor, place=place, consumed=consumed, **{**defaults, **values})


def product(row, place, **values):
    defaults = {"process_name": f"Process {place}", "parameters": {}, "results": blank(ProductResults)}
    return blank(Product, row=row, process=place, **{**defaults, **values})


def communication(**values):
    defaults = {
        "version": "2.1",
        "installation": {},
        "verifier": {},
        "balance": blank(InstallationBalance),
        "process_prices": {},
        "precursor_prices": {},
        **dict.fromkeys(("goods", "streams", "pfc", "cems", "processes", "precursors", "products", "remarks"), ()),
    }
    return blank(Communication, **{**defaults, **values})
