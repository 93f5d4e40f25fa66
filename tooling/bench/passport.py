"""The carbon passport of a machine of 300 components, beside Odoo's own traceability report on its serial number."""

import statistics

from odoo.fields import Command

from .measure import alternate, seconds
from .period import reset, settle
from .table import Row

#: Orders of each level and bought components of each order: as in docs/whole-life.md.
LEVELS = ((1, 20), (4, 20), (8, 10), (8, 10), (8, 5))
TABLES = ("stock_lot", "stock_picking", "mrp_production", "stock_move", "stock_move_line", "cbam_emission_line")
FACTORS = b"activity,name,stage,unit,category,factor,credit,source\nbench.plastic,Plastic,material,kg,,3,,sample\n"


def measure(env, size):
    """Opening the passport beside the report with all its lines unfolded, for somebody without any right of ours."""
    lot = Machine(env).build()
    settle(env, TABLES)
    clerk = env["res.users"].create(
        {
            "name": "Storekeeper",
            "login": "bench_storekeeper",
            "group_ids": [(6, 0, [env.ref("stock.group_stock_manager").id, env.ref("mrp.group_mrp_user").id])],
        }
    )
    env.cr.commit()
    runs = {
        "ours": lambda: opened(env, lot),
        "report": lambda: unfolded(env["stock.traceability.report"].with_user(clerk), lot),
        "folded": lambda: folded(env["stock.traceability.report"].with_user(clerk), lot) and None,
    }
    samples = alternate(env.cr, runs, size.times, lambda: reset(env))
    what = "carbon passport: 300 components of two lots each, 29 orders on 5 levels"
    yield Row(what, "Odoo's traceability report of the serial number", samples["ours"], samples["report"], 1)
    first, whole = (statistics.median(seconds(samples[name])) * 1000 for name in ("folded", "ours"))
    yield f"The report folded, with the serial number's own moves: {first:.0f} ms; the whole passport: {whole:.0f} ms."


def opened(env, lot):
    env["cbam.life.passport"].as_json(lot)


def folded(report, lot):
    """The report as it opens: moves of the serial number itself."""
    return report.with_context(active_id=lot.id, model="stock.lot").get_lines()


def unfolded(report, lot):
    """The report as it opens, and every line that it can unfold."""
    pending = folded(report, lot)
    while pending:
        line = pending.pop()
        if line["unfoldable"]:
            place = {"model_name": line["model"], "model_id": line["model_id"], "level": line["level"] + 1}
            pending += report.get_lines(line["id"], **place)


class Machine:
    """Builds it by Odoo's own actions: receipts of two lots of each component, and orders from the bottom up."""

    def __init__(self, env):
        self.env = env
        self.warehouse = env["stock.warehouse"].search([("company_id", "=", env.company.id)], limit=1)
        self.unit = env.ref("uom.product_uom_unit")
        env.company.cbam_life_account = True
        loader = env["cbam.dataset.loader"]
        values = {"name": "Sample, not for use", "legal_act": "sample", "valid_from": "2025-01-01"}
        loader._load(loader._parse("life_factor", FACTORS, "sample.csv"), values)
        self.plastic = env["cbam.life.activity"].search([("code", "=", "bench.plastic")])

    def build(self):
        """The machine's lot."""
        bought = iter(self._buy(sum(orders * parts for orders, parts in LEVELS)))
        below = []
        for depth, (orders, parts) in reversed(list(enumerate(LEVELS))):
            below = [
                self._make(f"Assembly {depth}.{number}", [next(bought) for _n in range(parts)] + below[number::orders])
                for number in range(orders)
            ]
        self.env.cr.flush()
        return below[0][1][0]

    def _product(self, name, tracking="lot", **values):
        common = {"name": name, "is_storable": True, "tracking": tracking, "uom_id": self.unit.id}
        return self.env["product.product"].create({**common, **values})

    def _lot(self, product, name):
        return self.env["stock.lot"].create({"name": name, "product_id": product.id, "company_id": self.env.company.id})

    def _buy(self, count):
        """``[(product, [lot, lot])]``; every third a CBAM good."""
        found = []
        for number in range(count):
            code = "73181588" if number % 3 == 0 else False
            product = self._product(f"Bought component {number}", cbam_net_mass=1.0, cbam_cn_code=code)
            product.cbam_life_activity_id = self.plastic
            found.append((product, [self._lot(product, f"{product.name} {letter}") for letter in "AB"]))
        for index in range(2):
            self._receive([(product, lots[index]) for product, lots in found])
        return found

    def _receive(self, goods):
        vendor = self.env["res.partner"].create({"name": "Vendor of components", "is_company": True})
        ends = {
            "location_id": self.env.ref("stock.stock_location_suppliers").id,
            "location_dest_id": self.warehouse.lot_stock_id.id,
        }
        moves = [
            {"product_id": product.id, "product_uom": self.unit.id, "product_uom_qty": 1.0, "picked": True, **ends}
            | {"move_line_ids": [Command.create(self._line(product, lot, ends))]}
            for product, lot in goods
        ]
        picking = self.env["stock.picking"].create(
            {
                "picking_type_id": self.warehouse.in_type_id.id,
                "partner_id": vendor.id,
                "move_ids": [Command.create(move) for move in moves],
                **ends,
            }
        )
        picking.action_confirm()
        picking.button_validate()

    def _line(self, product, lot, ends):
        return {"product_id": product.id, "product_uom_id": self.unit.id, "quantity": 1.0, "lot_id": lot.id, **ends}

    def _make(self, name, parts):
        """``(product, [lot])`` of an order that takes one of each lot of its parts."""
        product = self._product(name, "serial", cbam_net_mass=1.0)
        order = self.env["mrp.production"].create(
            {
                "product_id": product.id,
                "product_qty": 1.0,
                "product_uom_id": self.unit.id,
                "move_raw_ids": [
                    Command.create({"product_id": part.id, "product_uom_qty": len(lots)}) for part, lots in parts
                ],
            }
        )
        order.action_confirm()
        lot = self._lot(product, f"{name} 1")
        order.lot_producing_ids = lot
        order.qty_producing = 1.0
        lots_of = dict(parts)
        for move in order.move_raw_ids:
            ends = {"location_id": move.location_id.id, "location_dest_id": move.location_dest_id.id}
            move.move_line_ids.unlink()
            move.move_line_ids = [
                Command.create(self._line(move.product_id, one, ends)) for one in lots_of[move.product_id]
            ]
            move.picked = True
        order.with_context(skip_backorder=True, skip_consumption=True).button_mark_done()
        return product, [lot]
