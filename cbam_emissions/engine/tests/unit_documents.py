# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl.html)
"""Documents of a small works, as the unit book takes them."""

from engine.embedded import Embedded
from engine.unit_book import Basis, Closing, Document, Flow, FlowKey

SITE, STEEL, BOLT, OIL = 1, 10, 20, 30
LOT_A, LOT_B, BOLTS = 100, 101, 200


def receipt(number, product, quantity, direct, lot=None, indirect=0.0, **values):
    fixed = None if direct is None else Embedded(direct=direct, indirect_total=indirect).scaled(quantity)
    key = FlowKey("receipt", "supplier", "stock", SITE, product, lot, number)
    return Document(("move", number), [Flow(key, Basis.FIXED, quantity, quantity, fixed=fixed, **values)])


def consume(move, product, quantity, lot=None, **values):
    key = FlowKey("consumption", "stock", "process", SITE, product, lot, move)
    return Flow(key, Basis.STOCK, quantity, quantity, **values)


def produce(move, product, quantity, lot=None, basis=Basis.SHARE, kind="output", **values):
    values.setdefault("mass", quantity)
    return Flow(FlowKey(kind, "process", "stock", SITE, product, lot, move), basis, quantity, **values)


def gas(direct):
    return Flow(FlowKey("stream", "source", "process", SITE, None, None, stream=1), Basis.FIXED, 1.0, fixed=direct)


def order(number, *flows, closing=Closing.OUTPUT, annex_ii=None):
    return Document(("production", number), list(flows), closing, annex_ii)


def transfer(number, product, quantity, site, site_to, lot=None):
    key = FlowKey("transfer", "stock", "stock", site, product, lot, number, site_to=site_to)
    return Document(("move", number), [Flow(key, Basis.STOCK, quantity, quantity)])


def deliver(number, product, quantity, lot=None, **values):
    key = FlowKey("delivery", "stock", "customer", SITE, product, lot, number)
    return Document(("move", number), [Flow(key, Basis.STOCK, quantity, quantity, **values)])


def give_back(number, product, quantity, delivery, lot=None):
    key = FlowKey("return", "customer", "stock", SITE, product, lot, number)
    return Document(("move", number), [Flow(key, Basis.REFER, quantity, quantity, refer=(delivery, lot))])
