from odoo import api, fields, models
from odoo.tools import SQL, ormcache

from ..engine.errors import EngineError
from ..engine.life.lines import LifeLine
from ..engine.life.storage import Movement, activity_quantity, pallet_days, stays
from .optional_float import OptionalFloat

STAGE = "logistics"
VALUES = ("lot_id", "location_id", "quantity", "unit_days", "unknown", "date_in", "date_out")


class CbamStorageStay(models.Model):
    """How long a quantity of a lot lay in a store until it left: a document of the whole-life account.

    Made by the system from the moves of the lot. A store is a location for which an activity is set, with all that
    lies below it and has none of its own; moves inside a store end no stay.
    """

    _name = "cbam.storage.stay"
    _description = "Stay of a Lot in a Store (Whole-Life Account)"
    _inherit = "cbam.life.document"
    _order = "date_out desc, id desc"
    _rec_name = "lot_id"
    _life_fields = frozenset(VALUES)

    lot_id = fields.Many2one(
        "stock.lot", "Lot/Serial Number", required=True, readonly=True, index=True, ondelete="restrict"
    )
    product_id = fields.Many2one(related="lot_id.product_id", store=True, precompute=True, index=True)
    location_id = fields.Many2one(
        "stock.location", "Store", required=True, readonly=True, index=True, ondelete="restrict"
    )
    company_id = fields.Many2one("res.company", required=True, readonly=True, index=True, ondelete="restrict")
    move_line_id = fields.Many2one(
        "stock.move.line", "Left By", readonly=True, ondelete="set null", help="The movement that ended the stay."
    )
    document = fields.Char(related="move_line_id.reference", string="Document")
    quantity = fields.Float(readonly=True, digits=0, aggregator=None, help="In the unit of the product.")
    uom_id = fields.Many2one(related="product_id.uom_id", string="Unit")
    date_in = fields.Datetime("Came", readonly=True, help="When the first of it came.")
    date_out = fields.Datetime("Left", required=True, readonly=True)
    unit_days = fields.Float("Quantity × Days", readonly=True, digits=0, aggregator=None)
    unknown = fields.Float(
        readonly=True, digits=0, aggregator=None, help="Quantity that left without having come: its stay is not known."
    )
    days = OptionalFloat(compute="_compute_figures", digits=0, aggregator=None, help="On average of the quantity.")
    pallet_days = OptionalFloat("Pallet-Days", compute="_compute_figures", digits=0, aggregator=None)
    emissions = OptionalFloat("Emissions (kgCO2e)", compute="_compute_figures", digits=0, aggregator=None)
    problem = fields.Char("Missing", compute="_compute_figures")

    _once = models.UniqueIndex("(move_line_id) WHERE move_line_id IS NOT NULL")

    @api.depends("lot_id", "location_id")
    def _compute_display_name(self):
        for stay in self:
            stay.display_name = f"{stay.lot_id.name or ''} · {stay.location_id.complete_name or ''}"

    # -- from moves --------------------------------------------------------------------------------------------------

    @api.model
    @ormcache()
    def _stores(self):
        """``{location: store}`` of the locations that lie in one."""
        self.env["stock.location"].flush_model(["parent_path", "cbam_storage_activity_id"])
        rows = self.env.execute_query(
            SQL("SELECT id, parent_path, cbam_storage_activity_id FROM stock_location WHERE parent_path IS NOT NULL")
        )
        own = {number for number, _path, activity in rows if activity}
        found = {}
        for number, path, _activity in rows if own else ():
            above = (int(one) for one in reversed(path.strip("/").split("/")))
            store = next((one for one in above if one in own), None)
            if store:
                found[number] = store
        return found

    @api.model
    def _lots_that_left(self, companies):
        """All lots of these companies that ever left a store, for the scheduled action."""
        stores = list(self._stores())
        if not stores or not companies:
            return []
        rows = self.env.execute_query(
            SQL(
                """
                SELECT DISTINCT lot_id FROM stock_move_line
                 WHERE lot_id IS NOT NULL AND state = 'done' AND company_id = ANY(%s) AND location_id = ANY(%s)
                 UNION
                SELECT lot_id FROM cbam_storage_stay WHERE company_id = ANY(%s)
              ORDER BY lot_id
                """,
                companies,
                stores,
                companies,
            )
        )
        return [row[0] for row in rows]

    @api.model
    def _refresh(self, lot_ids):
        """Make, correct or take back the stays of lots, so that they say what the moves say."""
        if not lot_ids or not self._stores():
            return
        wanted = self._wanted(lot_ids)
        known = self.search(["|", ("lot_id", "in", lot_ids), ("move_line_id", "=", False)])
        known.filtered(lambda stay: stay.move_line_id.id not in wanted).unlink()
        for stay in known.exists():
            values = wanted.pop(stay.move_line_id.id)
            changed = {
                name: value
                for name, value in values.items()
                if (stay[name].id if name.endswith("_id") else stay[name] or False) != (value or False)
            }
            if changed:
                stay.write(changed)
        self.create([{"move_line_id": line, **values} for line, values in wanted.items()])
        self.flush_model()

    @api.model
    def _wanted(self, lot_ids):
        """``{move line that leaves a store: values}``, from all moves of the lots: two queries."""
        self.env["stock.move.line"].flush_model()
        store_of = self._stores()
        rows = self.env.execute_query(
            SQL(
                """
                SELECT id, lot_id, location_id, location_dest_id, date, quantity_product_uom, company_id
                  FROM stock_move_line
                 WHERE lot_id = ANY(%s) AND state = 'done' AND quantity_product_uom > 0
              ORDER BY date, id
                """,
                list(lot_ids),
            )
        )
        moves, companies = {}, {}
        for line, lot, source, target, moment, quantity, company in rows:
            came, left = store_of.get(target), store_of.get(source)
            if came == left:
                continue
            companies[line] = company
            for store, sign in ((left, -1), (came, 1)):
                if store:
                    moves.setdefault((lot, store), []).append(Movement(line, moment, sign * quantity))
        return {
            stay.key: {
                "lot_id": lot,
                "location_id": store,
                "company_id": companies[stay.key],
                "quantity": stay.quantity,
                "unit_days": stay.unit_days,
                "unknown": stay.unknown,
                "date_in": stay.arrived,
                "date_out": stay.left,
            }
            for (lot, store), of_lot in moves.items()
            for stay in stays(of_lot)
        }

    # -- figures -----------------------------------------------------------------------------------------------------

    @api.depends(
        *("quantity", "unit_days", "unknown", "product_id.cbam_pallets_per_unit"),
        *("location_id.cbam_storage_activity_id", "location_id.cbam_storage_kwh"),
    )
    def _compute_figures(self):
        lines = self._lines()
        for stay in self:
            mine = lines[stay]
            missing = [line.note for line in mine if line.tco2e is None]
            stay.days = stay.unit_days / stay.quantity if stay.quantity else None
            pallets = stay.product_id.cbam_pallets_per_unit
            stay.pallet_days = None if pallets is None else stay.unit_days * pallets
            stay.emissions = None if missing else sum(line.tco2e for line in mine) * 1000
            stay.problem = next(iter(missing), False)

    def _cbam_life_targets(self):
        """What the stays cost, each to its lot on the day it left."""
        return {stay.id: lines for stay, lines in self._lines().items()}

    def _lines(self):
        """``{stay: [LifeLine]}``, the factors in one query."""
        days = {stay: fields.Date.to_date(stay.date_out) for stay in self}
        activities = {stay: stay.location_id.cbam_storage_activity_id for stay in self}
        asked = {(activities[stay].code, days[stay]) for stay in self if activities[stay]}
        rates = self.env["cbam.life.factor"]._rates_on(asked)
        return {stay: stay._line(rates.get((activities[stay].code, days[stay]))) for stay in self}

    def _line(self, rate):
        self.ensure_one()
        store, product, found = self.location_id, self.product_id, []
        head = (STAGE, product.id, self.lot_id.id, None, self.date_out)
        unit = store.cbam_storage_activity_id.unit or ""
        if self.unknown:
            why = self.env._(
                "%(quantity)s of the lot left the store without having come.", quantity=f"{self.unknown:g}"
            )
            found.append(LifeLine(*head, 0.0, unit, None, note=why))
        if self.unit_days <= 0:
            return found
        try:
            if rate is None:
                name = store.cbam_storage_activity_id.display_name or store.display_name
                raise EngineError(self.env._("No data set has a factor of %s for the day.", name))
            lying = pallet_days(self.unit_days, product.cbam_pallets_per_unit)
            quantity = activity_quantity(lying, unit, store.cbam_storage_kwh)
        except EngineError as error:
            return [*found, LifeLine(*head, 0.0, unit, None, note=str(error))]
        note = self.env._(
            "%(rate)s · %(days)s pallet-days in %(store)s",
            rate=rate.note,
            days=f"{lying:.10g}",
            store=store.complete_name,
        )
        tco2e = quantity * rate.kg_per_unit / 1000
        return [*found, LifeLine(*head, quantity, unit, tco2e, rate.quality, rate.dataset_id, None, note)]

    def action_open_lines(self):
        """The lines of these stays in the ledger of the whole-life account."""
        action = self.env["ir.actions.act_window"]._for_xml_id("cbam_emissions.cbam_life_line_action")
        return action | {
            "domain": [("kind", "=", "life"), ("life_model", "=", self._name), ("life_res_id", "in", self.ids)],
            "name": self.env._("Ledger of the Storage"),
        }
