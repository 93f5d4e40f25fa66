"""A works that many use at once: its data, and what each of them does in one request.

Every document carries the reference of whoever asked for it, so that a client whose server died can look whether it
was done: a reference that is found is never asked for again, and none may be found twice.
"""

import base64
import json
import time
from datetime import datetime

from freezegun import freeze_time

from odoo import fields
from odoo.fields import Command
from odoo.tools.misc import file_open

from odoo.addons.cbam.tooling.bench.working_day import CN_NUT, CN_ROD, CN_SCREW, MINUTES_OF_YEAR, WorkingDay
from odoo.addons.cbam.tooling.scenario.company import at
from odoo.addons.cbam_emissions.models.cbam_job_mixin import OPEN_STATES
from odoo.addons.cbam_reports.models.cbam_export import AT_ONCE, BATCH

WORLD, CLOSE_BATCH = "cbam_torture.world", "cbam_emissions.close_batch"
#: The year before is there to be closed while this one goes on.
NOW = "2027-03-15 06:00:00"
RECEIVED, OPENED = "2026-12-15 06:00:00", "2027-03-01 06:00:00"
PARTS, ASSEMBLIES, HEATS = 8, 2, 3
TABLE = "cbam_emissions/data/datasets/default_value.csv"


def clock():
    """Time goes on from NOW."""
    return freeze_time(datetime.fromisoformat(NOW), tick=True)


def prepare(env):
    """A year by Odoo's own actions, and what the new one needs; commits."""
    env = env(user=env.ref("base.user_admin").id, context={**env.context, "tz": "UTC", "lang": "en_US"})
    day = WorkingDay(env, MINUTES_OF_YEAR)
    day.repeat(1)
    factory, world = day.factory, {}
    # to reserve would be to quarrel about the same quants twice
    factory.warehouse.manu_type_id.reservation_method = "manual"
    with at(RECEIVED):
        stock(env, day, world)
    with at(OPENED):
        goods(env, day, world)
        office(env, day, world)
    world |= {
        "receipt": factory.warehouse.in_type_id.id,
        "delivery": factory.warehouse.out_type_id.id,
        "stock": factory.stock.id,
        "suppliers": env.ref("stock.stock_location_suppliers").id,
        "customers": env.ref("stock.stock_location_customers").id,
        "vendor": day.vendors[day.rods[0]].id,
        "customer": day.customer.id,
        "rod": day.rods[0].id,
    }
    parameters = env["ir.config_parameter"].sudo()
    for name, value in ((AT_ONCE, "100"), (BATCH, "300"), (CLOSE_BATCH, "100"), (WORLD, json.dumps(world))):
        parameters.set_param(name, value)
    env.cr.commit()


def stock(env, day, world):
    """Lots that everybody takes from, and goods without lots."""
    factory, rod = day.factory, day.rods[0]
    heats = [factory.lot(rod, f"HEAT-{number}") for number in range(HEATS)]
    factory.receive(day.vendors[rod], rod, [(heat, 100_000) for heat in heats])
    factory.receive(day.vendors[day.coil], day.coil, [(None, 100_000)])
    for product in (day.oil, day.zinc, day.carton):
        factory.receive(day.shop, product, [(None, 100_000)])
    world["heats"] = [heat.id for heat in heats]


def goods(env, day, world):
    """Parts of rod, and assemblies of lots of parts; some are valued at average cost, where Odoo itself collides."""
    factory = day.factory
    average = env["product.category"].create({"name": "At average cost", "property_cost_method": "average"})
    kind = {"tracking": "lot", "cbam_net_mass": 0.015}
    parts = [
        factory.product(
            f"Part {number}", factory.unit, CN_SCREW, **kind, **({"categ_id": average.id} if number < 2 else {})
        )
        for number in range(PARTS)
    ]
    taken = [(day.rods[0], 16), (day.coil, 2), (day.oil, 0.2), (day.zinc, 0.1)]
    bills = {part.id: factory.bom(part, 1000, taken, (day.press, day.furnace)[number % 2], 3.0).id
             for number, part in enumerate(parts)}  # fmt: skip
    assemblies = [
        factory.product(f"Assembly {number}", factory.unit, CN_NUT, tracking="lot", cbam_net_mass=0.3)
        for number in range(ASSEMBLIES)
    ]
    for number, made in enumerate(assemblies):
        taken = [(part, 5) for part in parts[number::ASSEMBLIES]]
        bills[made.id] = factory.bom(made, 10, [*taken, (day.carton, 1)], day.nuts_press, 1.0).id
    world |= {"parts": [part.id for part in parts], "assemblies": [made.id for made in assemblies]}
    world["bills"] = {str(product): bill for product, bill in bills.items()}


def office(env, day, world):
    """Users of the shop floor without any right on carbon data, the periods, the meters of the new year."""
    groups = [env.ref(name).id for name in ("base.group_user", "mrp.group_mrp_user", "stock.group_stock_user")]
    worker = env["res.users"].create(
        {"name": "Worker", "login": "worker", "password": "worker-of-shop", "group_ids": [Command.set(groups)]}
    )
    site = day.factory.installation.id
    env["cbam.period"].create([{"installation_id": site, "year": year} for year in (2026, 2027)])
    meters = [meter for meter in day.meters if meter.code != "EL-1"]
    world |= {"worker": worker.id, "admin": env.ref("base.user_admin").id, "meters": [meter.id for meter in meters]}
    world["mill"] = (
        env["product.supplierinfo"]
        .search([("product_tmpl_id", "=", day.rods[0].product_tmpl_id.id)], limit=1)
        .cbam_installation_id.id
    )


class Shop:
    """What can be asked for; each method is one request's work, in the environment of whoever asks."""

    def __init__(self, env, world=None):
        self.env = env
        self.world = world or json.loads(env["ir.config_parameter"].sudo().get_param(WORLD))

    # -- the shop floor ----------------------------------------------------------------------------------------------

    def plan(self, ref, product, quantity, used):
        """A confirmed order; ``used`` is ``[(product, lot, quantity)]`` of goods with lots."""
        order = self.env["mrp.production"].create(
            {
                "product_id": product,
                "product_qty": quantity,
                "bom_id": self.world["bills"][str(product)],
                "origin": ref,
            }
        )
        order.action_confirm()
        if quantity % 1000:
            order.workorder_ids.button_start()

    def finish(self, ref, product, quantity, used):
        """What the order of the reference has made and taken: done."""
        order = self.order(ref)
        order.qty_producing = quantity
        order.lot_producing_ids = self.env["stock.lot"].create(
            {"name": ref, "product_id": product, "company_id": order.company_id.id}
        )
        order._set_qty_producing()
        for move in order.move_raw_ids:
            lots = [(lot, amount) for number, lot, amount in used if number == move.product_id.id]
            self._fill(move, lots or [(False, move.product_uom_qty)])
        order.workorder_ids.filtered(lambda work: work.state == "progress").button_finish()
        order.with_context(skip_backorder=True, skip_consumption=True).button_mark_done()

    def amend(self, ref, quantity):
        """Somebody finds that an order has taken more."""
        order = self.order(ref)
        order.action_toggle_is_locked()
        move = order.move_raw_ids.filtered(lambda move: move.product_id.id == self.world["rod"])
        move.move_line_ids[:1].quantity += quantity
        order.action_toggle_is_locked()

    def scrap(self, ref, product, lot, quantity):
        """Something is thrown away."""
        values = {"product_id": product, "lot_id": lot, "scrap_qty": quantity, "origin": ref}
        self.env["stock.scrap"].create({**values, "location_id": self.world["stock"]}).action_validate()

    def receive(self, ref, lines):
        """Goods arrive: ``[(product, lot, quantity)]``."""
        self._transfer(ref, "receipt", "vendor", "suppliers", "stock", lines)

    def deliver(self, ref, lines):
        """Goods leave."""
        self._transfer(ref, "delivery", "customer", "stock", "customers", lines)

    def _transfer(self, ref, kind, partner, source, goal, lines):
        ends = {"location_id": self.world[source], "location_dest_id": self.world[goal]}
        picking = self.env["stock.picking"].create(
            {
                "picking_type_id": self.world[kind],
                "partner_id": self.world[partner],
                "origin": ref,
                **ends,
                "move_ids": [
                    Command.create({"product_id": product, "product_uom_qty": quantity, **ends})
                    for product, _lot, quantity in lines
                ],
            }
        )
        picking.action_confirm()
        for move, (_product, lot, quantity) in zip(picking.move_ids, lines, strict=True):
            self._fill(move, [(lot, quantity)])
        picking.button_validate()

    def _fill(self, move, lots):
        move.move_line_ids.unlink()
        ends = {"location_id": move.location_id.id, "location_dest_id": move.location_dest_id.id}
        unit = {"product_id": move.product_id.id, "product_uom_id": move.product_uom.id}
        move.move_line_ids = [
            Command.create({**unit, **ends, "lot_id": lot, "quantity": amount}) for lot, amount in lots
        ]
        move.picked = True

    # -- looking -----------------------------------------------------------------------------------------------------

    def order(self, ref):
        return self.env["mrp.production"].search([("origin", "=", ref)])

    def found(self, what, ref):
        """How often what was asked for is there, done; an order that is only planned is not done."""
        if what == "load":
            return self.env["cbam.dataset"].search_count([("name", "=", ref)])
        model = {"finish": "mrp.production", "plan": "mrp.production", "scrap": "stock.scrap"}.get(
            what, "stock.picking"
        )
        domain = [("origin", "=", ref)]
        if what != "plan":
            domain.append(("state", "=", "done"))
        return self.env[model].search_count(domain)

    def lots(self, products, least):
        """``[(product, lot)]`` with at least so much on hand, the youngest first."""
        quants = self.env["stock.quant"].search(
            [
                ("product_id", "in", products),
                ("location_id", "=", self.world["stock"]),
                ("lot_id", "!=", False),
                ("quantity", ">=", least),
            ],
            order="id desc",
            limit=40,
        )
        return [(quant.product_id.id, quant.lot_id.id) for quant in quants]

    # -- the office --------------------------------------------------------------------------------------------------

    def period(self):
        return self.env["cbam.period"].search([("year", "=", 2026)])

    def close(self):
        """Close the year, or open it again."""
        period = self.period()
        if period.state == "open":
            period.action_close()
        else:
            period._reopen("To be closed again")

    def report(self):
        """The supplier's report of the year, corrected once more; verified."""
        number = self.env["cbam.specific.emission"].search_count([("installation_id", "=", self.world["mill"])])
        old = self.env["cbam.specific.emission"].search(
            [("installation_id", "=", self.world["mill"]), ("cn_code", "=", CN_ROD), ("state", "=", "verified")]
        )
        values = {name: old[0][name] for name in ("verifier_id", "accreditation_country_id")}
        values = {name: record.id for name, record in values.items()}
        plain = ("accreditation_ref", "accreditation_body", "accreditation_date", "accreditation_expiry", "assurance")
        values |= {name: old[0][name] for name in plain}
        values |= {"accreditation_category_ids": [Command.set(old[0].accreditation_category_ids.ids)]}
        values |= {"see_direct": 1.8 + 0.1 * (number % 5), "report_date": "2027-03-10"}
        new = old[0].copy({**values, "report_ref": f"Sample report {number}"})
        new.action_verify()

    def propagate(self):
        """Late facts are posted: through all orders that rest on them."""
        wizard = self.env["cbam.late.facts"].create({})
        wizard.action_preview()
        wizard.action_apply()

    def read(self):
        """The meters, since they were last read."""
        meters = self.env["cbam.meter"].browse(self.world["meters"])
        now = fields.Datetime.now()
        last = self.env["cbam.meter.reading"]._read_group(
            [("meter_id", "in", meters.ids), ("cancelled", "=", False)], ["meter_id"], ["date_end:max"]
        )
        self.env["cbam.meter.reading"].create(
            [
                {"meter_id": meter.id, "start_entered": end, "date_end": now, "quantity_entered": (now - end).seconds}
                for meter, end in last
                if end < now
            ]
        )

    def crosswise(self, own, other):
        """Touch an order, and after a while post it together with another."""
        order = self.env["mrp.production"].browse(own)
        order.origin = f"{order.origin or ''}."
        self.env.flush_all()
        time.sleep(3)
        self.env["cbam.posting"]._mark(productions=[own, other])

    def export(self):
        """The whole unit book, as a file that is made in the background."""
        self.env["cbam.export"].start("unit_book", "xlsx", domain=[(1, "=", 1)])

    def background(self):
        """What the scheduler would start now.

        ODOO: its own button for this breaks off on a job whose servers were killed three times in a row; the scheduler
        logs that and starts the job again.
        """
        for name in ("cbam_emissions.cron_cbam_job", "cbam_reports.cron_cbam_export"):
            self.env.invalidate_all(flush=True)
            job = self.env["ir.cron"]._acquire_one_job(self.env.cr, self.env.ref(name).id, include_not_ready=True)
            if job:
                self.env["ir.cron"]._process_job(self.env.cr, job)

    def jobs_from(self, size):
        """Closes, late facts and loads of more than so many lines, documents or rows are done in the background."""
        for what in ("close", "late_facts", "load"):
            self.env["ir.config_parameter"].sudo().set_param(f"cbam_emissions.{what}_at_once", str(size))

    def busy(self):
        """Whether something still waits in the background."""
        return any(
            self.env[model].search_count([("state", "in", OPEN_STATES)]) for model in ("cbam.job", "cbam.export")
        )

    def load(self, ref):
        """A data set, by the wizard."""
        with file_open(TABLE, "rb") as source:
            content = source.read()
        wizard = self.env["cbam.dataset.load"].create(
            {
                "kind": "default_value",
                "file": base64.b64encode(content),
                "file_name": "values.csv",
                "name": ref,
                "legal_act": "none: sample",
                "version": ref,
                "valid_from": "2026-01-01",
                "status": "in_force",
            }
        )
        wizard.action_check()
        wizard.accept_bad = True
        wizard.action_load()
