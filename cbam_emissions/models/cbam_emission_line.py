from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain

from ..engine.embedded import Embedded
from ..engine.unit_book import ORIGIN_KINDS, STAND_IN_KINDS, STOCK_PLACES
from .optional_float import OptionalFloat

PLACES = [
    ("source", "Source"),
    ("supplier", "Supplier"),
    ("stock", "Stock"),
    ("transit", "Transit"),
    ("process", "Process"),
    ("customer", "Customer"),
    ("loss", "Loss"),
    ("reconciliation", "Reconciliation"),
    ("allocation", "Free allocation"),
    ("out_of_scope", "Out of scope"),
    ("life", "Whole-life account"),
]
KINDS = [
    ("receipt", "Receipt"),
    ("opening", "Opening stock"),
    ("consumption", "Consumption"),
    ("stream", "Fuel or material"),
    ("energy", "Metered energy"),
    ("provisional", "Provisional energy"),
    ("allocation", "Free allocation"),
    ("scope", "Out of scope"),
    ("output", "Output"),
    ("by_product", "By-product"),
    ("unbuild", "Unbuild"),
    ("transfer", "Transfer"),
    ("delivery", "Delivery"),
    ("return", "Return"),
    ("scrap", "Scrap"),
    ("adjustment", "Inventory adjustment"),
    ("loss", "Loss of a process"),
    ("adjusting", "Period: adjusted to measured totals"),
    ("floor", "Period: floor of attributed emissions"),
    ("averaging", "Period: averages of precursors"),
    ("restated", "Period: output restated"),
    ("life", "Whole-life account (not for CBAM)"),
]
STAGES = [
    ("material", "Material"),
    ("production", "Production"),
    ("logistics", "Logistics"),
    ("maintenance", "Maintenance"),
    ("end_of_life", "End of Life"),
    ("carried", "Carried"),
]
QUALITIES = [
    ("verified", "Verified"),
    ("default", "Default value"),
    ("exempt", "EU or exempt origin"),
    ("not_cbam", "Not a precursor"),
    ("measured", "Measured"),
    ("standard", "Standard factor"),
    ("estimated", "Estimated"),
    ("derived", "From the ledger"),
    ("provisional", "Provisional"),
    ("missing", "Missing"),
]
#: Lines with a figure; the others only note that a figure was missing or has come.
MOVING = Domain.OR(
    Domain(name, "!=", 0) for name in ("quantity", "mass", "direct", "indirect_total", "free_allocation")
)


class CbamEmissionLine(models.Model):
    """The unit book: a line moves a quantity and what it embeds from one place to another.

    Lines are only ever inserted, by :mod:`cbam_posting`; a correction is a line with the difference. What is on hand,
    in process, or carried by an order or a lot is a sum over lines.
    """

    _name = "cbam.emission.line"
    _description = "Emissions Ledger Line"
    _order = "date desc, id desc"
    # No write date and no foreign key that PostgreSQL would want to set null: a line is never updated.
    _log_access = False

    date = fields.Datetime(required=True, readonly=True)
    posted_at = fields.Datetime(required=True, readonly=True, default=fields.Datetime.now)
    posted_by = fields.Many2one("res.users", readonly=True, ondelete="restrict")
    company_id = fields.Many2one("res.company", required=True, readonly=True, ondelete="restrict")
    installation_id = fields.Many2one("cbam.installation", readonly=True, ondelete="restrict")
    installation_to_id = fields.Many2one(
        "cbam.installation",
        "To Installation",
        readonly=True,
        ondelete="restrict",
        help="Only where goods cross from one installation into another.",
    )
    process_id = fields.Many2one("cbam.process", "Production Process", readonly=True, ondelete="restrict")
    place_from = fields.Selection(PLACES, string="From", required=True, readonly=True)
    place_to = fields.Selection(PLACES, string="To", required=True, readonly=True)
    movement = fields.Char(compute="_compute_movement", help="From where to where the emissions move.")
    kind = fields.Selection(KINDS, required=True, readonly=True)
    product_id = fields.Many2one("product.product", readonly=True, ondelete="restrict")
    product_tmpl_id = fields.Many2one(related="product_id.product_tmpl_id", string="Product Template")
    subject = fields.Char(
        "Goods or Stream", compute="_compute_subject", help="The product with its lot, or the source stream."
    )
    unit_name = fields.Char("Unit of Quantity", compute="_compute_subject")
    uom_id = fields.Many2one(related="product_id.uom_id", string="Unit")
    lot_id = fields.Many2one("stock.lot", "Lot/Serial Number", readonly=True, ondelete="restrict")
    production_id = fields.Many2one("mrp.production", "Manufacturing Order", readonly=True, ondelete="restrict")
    unbuild_id = fields.Many2one("mrp.unbuild", "Unbuild Order", readonly=True, ondelete="restrict")
    move_id = fields.Many2one("stock.move", "Stock Move", readonly=True, ondelete="restrict")
    picking_id = fields.Many2one(related="move_id.picking_id", string="Transfer")
    document_name = fields.Char("Document", compute="_compute_document_name")
    stream_id = fields.Many2one("cbam.source.stream", "Source Stream", readonly=True, ondelete="restrict")
    reading_id = fields.Many2one("cbam.meter.reading", "Meter Reading", readonly=True, ondelete="restrict")
    record_id = fields.Many2one("cbam.specific.emission", "Specific Emissions", readonly=True, ondelete="restrict")
    statement_id = fields.Many2one(
        "cbam.statement",
        "Emissions Statement",
        readonly=True,
        ondelete="restrict",
        help="Of lines that join the unit book to the statutory book of a period.",
    )
    dataset_id = fields.Many2one("cbam.dataset", "Data Set", readonly=True, ondelete="restrict")
    factor_note = fields.Char("Factor", readonly=True, help="The factor the line rests on, in words.")
    quality = fields.Selection(QUALITIES, string="Data Quality", required=True, readonly=True)
    incomplete = fields.Integer(
        readonly=True, help="1 where a figure was missing when the line was posted, -1 on the line that completes it."
    )
    quantity = fields.Float(
        readonly=True, aggregator=None, help="In the unit of the product (or of the source stream)."
    )
    mass = fields.Float("Mass (t)", readonly=True)
    functional_quantity = fields.Float(
        readonly=True,
        aggregator=None,
        help="Tonnes of clinker or kg of nitrogen, for goods whose functional unit is that.",
    )
    direct = fields.Float("Direct (tCO2e)", readonly=True)
    indirect_total = fields.Float("Indirect (tCO2e)", readonly=True)
    indirect_scope = fields.Float("Indirect in Scope (tCO2e)", readonly=True)
    free_allocation = fields.Float("Free Allocation (t)", readonly=True)
    direct_default = fields.Float("Direct by Default (tCO2e)", readonly=True)
    scope_default = fields.Float("In Scope by Default (tCO2e)", readonly=True)
    indirect_default = fields.Float("Indirect by Default (tCO2e)", readonly=True)
    stage = fields.Selection(
        STAGES,
        required=True,
        readonly=True,
        help="Stage of life at which the line first brings emissions in; carried: it moves what is counted already.",
    )
    # Of lines of the whole-life account alone. All columns above are 0 there, so that no figure of CBAM sees them.
    life = fields.Float(
        "Whole-Life Account (tCO2e)", readonly=True, help="Outside CBAM: no part of any specific embedded emissions."
    )
    life_quantity = fields.Float("Activity", readonly=True, aggregator=None)
    life_unit = fields.Char("Unit of Activity", readonly=True)
    life_model = fields.Char("Model of the Document", readonly=True)
    life_res_id = fields.Many2oneReference(
        "Document of the Whole-Life Account", model_field="life_model", readonly=True, aggregator=None
    )
    life_order_id = fields.Many2one("mrp.production", "Order of the Machine", readonly=True, ondelete="restrict")
    footprint_id = fields.Many2one("cbam.footprint.document", "EPD or PCF", readonly=True, ondelete="restrict")

    specific_scope = OptionalFloat(
        "In Scope per Tonne (tCO2e/t)",
        digits=0,
        compute="_compute_specific_scope",
        help="Direct and indirect emissions in scope per tonne of goods. Operational, not for CBAM.",
    )
    origin_line_ids = fields.Many2many(
        "cbam.emission.line",
        string="Brought In By",
        compute="_compute_origin_line_ids",
        help="The lines that first brought these goods in: their value comes from there.",
    )

    _stock_idx = models.Index(
        "(product_id, lot_id) WHERE place_from IN ('stock', 'transit') OR place_to IN ('stock', 'transit')"
    )
    _production_idx = models.Index("(production_id) WHERE production_id IS NOT NULL")
    _unbuild_idx = models.Index("(unbuild_id) WHERE unbuild_id IS NOT NULL")
    _move_idx = models.Index("(move_id) WHERE move_id IS NOT NULL")
    _lot_idx = models.Index("(lot_id) WHERE lot_id IS NOT NULL")
    _reading_idx = models.Index("(reading_id) WHERE reading_id IS NOT NULL")
    _statement_idx = models.Index("(statement_id) WHERE statement_id IS NOT NULL")
    _transit_idx = models.Index("(product_id, COALESCE(lot_id, 0), company_id, date, id) WHERE place_to = 'transit'")
    _installation_date_idx = models.Index("(installation_id, date)")
    _life_idx = models.Index("(life_model, life_res_id) WHERE kind = 'life'")
    _life_order_idx = models.Index("(life_order_id) WHERE life_order_id IS NOT NULL")

    def init(self):
        """PostgreSQL itself refuses to change or delete a posted line, whoever asks."""
        self.env.cr.execute(
            """
            CREATE OR REPLACE FUNCTION cbam_emission_line_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
            BEGIN
                RAISE EXCEPTION 'Emissions ledger line % is posted: lines are reversed, never changed.', OLD.id;
            END $$;
            CREATE OR REPLACE TRIGGER cbam_emission_line_append_only
                BEFORE UPDATE OR DELETE ON cbam_emission_line
                FOR EACH ROW EXECUTE FUNCTION cbam_emission_line_append_only();
            """
        )

    @api.depends("date", "kind", "product_id")
    def _compute_display_name(self):
        kinds = dict(self._fields["kind"]._description_selection(self.env))
        for line in self:
            what = line.product_id.display_name or line.stream_id.display_name or ""
            line.display_name = f"{kinds[line.kind]} · {what}" if what else kinds[line.kind]

    @api.depends("place_from", "place_to")
    @api.depends_context("lang")
    def _compute_movement(self):
        places = dict(self._fields["place_from"]._description_selection(self.env))
        for line in self:
            line.movement = f"{places[line.place_from]} → {places[line.place_to]}"

    @api.depends("product_id", "lot_id", "stream_id")
    @api.depends_context("lang")
    def _compute_subject(self):
        """Goods count in the unit of the product, a source stream in a unit of its own."""
        units = dict(self.env["cbam.source.stream"]._fields["unit"]._description_selection(self.env))
        for line in self:
            what = line.product_id.display_name or line.stream_id.display_name
            line.subject = f"{what} · {line.lot_id.name}" if line.lot_id else what
            line.unit_name = line.uom_id.name or units.get(line.stream_id.unit)

    @api.depends("production_id", "unbuild_id", "move_id", "reading_id", "life_model", "life_res_id")
    def _compute_document_name(self):
        """Whoever may read the ledger may read the names of its documents."""
        for line in self.sudo():
            document = line._document()
            line.document_name = document.display_name if document else False

    @api.depends("direct", "indirect_scope", "mass")
    def _compute_specific_scope(self):
        for line in self:
            line.specific_scope = (line.direct + line.indirect_scope) / line.mass if line.mass else None

    def _compute_origin_line_ids(self):
        """A lot carries what brought it in; goods without a lot the average of what came in at the site until then."""
        leaving = self.filtered(lambda line: line.product_id and line.place_from in STOCK_PLACES)
        arrivals = self.search(
            [("product_id", "in", leaving.product_id.ids), ("place_to", "in", list(STOCK_PLACES))],
            order="date desc, id desc",
        ).grouped(lambda line: (line.product_id, line.lot_id))
        for line in self:
            came = arrivals.get((line.product_id, line.lot_id), self.browse()) if line in leaving else self.browse()
            if line.lot_id:
                origins = came.filtered(lambda origin: origin.kind in ORIGIN_KINDS)
                line.origin_line_ids = origins or came.filtered(lambda origin: origin.kind in STAND_IN_KINDS)
            else:
                line.origin_line_ids = came.filtered(lambda origin, line=line: origin._reached(line))

    def _reached(self, line):
        """Whether this arrival was on hand at the site of a line when the line left."""
        self.ensure_one()
        site = self.installation_to_id or self.installation_id
        return site == line.installation_id and self.date <= line.date and self != line

    @api.model_create_multi
    def create(self, vals_list):
        raise UserError(self.env._("Ledger lines come from posted documents; they cannot be typed."))

    def write(self, vals):
        raise UserError(self.env._("A posted ledger line cannot be changed: correct the document it came from."))

    def unlink(self):
        raise UserError(self.env._("A posted ledger line cannot be deleted: correct the document it came from."))

    def embedded(self):
        """The sum of what these lines move, as one :class:`Embedded`."""
        return Embedded.total(Embedded(*(line[name] for name in Embedded.COMPONENTS)) for line in self)

    @api.model
    def _action_of(self, domain, name):
        """A window action on the ledger lines of a document or place: without sums, for goods come and go."""
        action = self.env["ir.actions.act_window"]._for_xml_id("cbam_emissions.action_cbam_emission_line")
        lines = self.env.ref("cbam_emissions.view_cbam_emission_line_list_document")
        views = [(lines.id if kind == "list" else view, kind) for view, kind in action["views"]]
        context = {"search_default_moving": 1}
        domain = [*domain, ("kind", "!=", "life")]
        return action | {"domain": domain, "name": name, "views": views, "context": context}

    def action_view_origins(self):
        """The lines that brought the goods of this line in."""
        self.ensure_one()
        return self._action_of([("id", "in", self.origin_line_ids.ids)], self.env._("Brought In By"))

    def _document(self):
        """The order, unbuild order, transfer, meter reading or move the line came from; empty for opening stock.

        Lines of the whole-life account name theirs themselves; it may be deleted, and its lines reversed.
        """
        self.ensure_one()
        if self.life_model:
            return self.env[self.life_model].browse(self.life_res_id).exists()
        return self.production_id or self.unbuild_id or self.picking_id or self.reading_id or self.move_id

    def action_open_document(self):
        """Open the document the line came from: order, unbuild order, transfer, reading or move."""
        self.ensure_one()
        document = self._document()
        if not document:
            raise UserError(self.env._("%s is opening stock: it has no document.", self.display_name))
        return {
            "type": "ir.actions.act_window",
            "res_model": document._name,
            "res_id": document.id,
            "view_mode": "form",
            "target": "current",
        }
