import re
from math import fsum

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

from odoo.addons.cbam_emissions.engine.cn_codes import spaced
from odoo.addons.cbam_emissions.models.optional_float import OptionalFloat
from odoo.addons.cbam_emissions.models.own_action import by_own_action, is_own_action

MRN = re.compile(r"\d{2}[A-Z]{2}[A-Z0-9]{14}$")

#: What the customs declaration says of an item.
CUSTOMS_DATA = (
    "date",
    "cn_code",
    "composition",
    "route_letter",
    "origin_country_id",
    "installation_id",
    "production_country_id",
    "production_year",
    "procedure",
    "mrn",
    "item",
    "importer_id",
    "importer_eori",
    "representation",
    "representative_id",
    "representative_eori",
)
#: What it fixes (LAW: it decides on year, quarter, threshold and price), and what says that it has.
FIXED = frozenset(
    {
        *CUSTOMS_DATA,
        "company_id",
        "net_mass",
        "state",
        "reversal_of_id",
        "reversed_on",
        "received_mass",
        "received_quantity",
        "move_id",
    }
)
#: What the declaration is to rest on; it may be settled after customs.
DATA = ("data_used", "processing_see", "processing_sefa")
#: Procedures under which goods are imported in the sense of Article 3(15) and (4).
NOT_COUNTED = ("inward",)


class CbamImport(models.Model):
    """Goods of an item of a customs declaration. A receipt proposes the line, the declaration completes and fixes it.

    LAW: a receipt is not an import. The date of acceptance, the CN code, the origin, the procedure and the net mass of
    the customs declaration decide on year, quarter, threshold and price. A completed line is never edited: a line with
    the negative mass reverses it.
    """

    _name = "cbam.import"
    _description = "CBAM Import"
    _inherit = ["mail.thread", "mail.activity.mixin"]
    _order = "date desc, id desc"
    _rec_names_search = ["name", "mrn", "cn_code"]

    name = fields.Char("Number", compute="_compute_name", store=True)
    company_id = fields.Many2one(
        "res.company", required=True, index=True, default=lambda self: self.env.company, ondelete="restrict"
    )
    state = fields.Selection(
        [("proposed", "Proposed"), ("declared", "Declared"), ("dropped", "No Import")],
        required=True,
        default="proposed",
        readonly=True,
        copy=False,
        tracking=True,
        index=True,
        help="Proposed by a receipt; declared: the customs declaration has fixed it; no import: the goods were in free "
        "circulation, or somebody else imports them.",
    )
    # -- the receipt
    move_id = fields.Many2one("stock.move", "Receipt Line", readonly=True, copy=False, index="btree_not_null")
    picking_id = fields.Many2one(related="move_id.picking_id", string="Receipt")
    purchase_line_id = fields.Many2one("purchase.order.line", "Order Line", index="btree_not_null", ondelete="set null")
    order_id = fields.Many2one(
        related="purchase_line_id.order_id", string="Purchase Order", store=True, index=True, precompute=True
    )
    partner_id = fields.Many2one("res.partner", "Vendor", index=True)
    product_id = fields.Many2one("product.product", index=True, ondelete="restrict")
    received_on = fields.Date(readonly=True, copy=False)
    received_quantity = fields.Float(readonly=True, copy=False, digits="Product Unit")
    received_uom_id = fields.Many2one("uom.uom", "Unit", readonly=True, copy=False)
    received_mass = OptionalFloat(
        "Received Net Mass (t)", digits=0, readonly=True, copy=False, help="By the receipt; empty if it is not known."
    )
    # -- the customs declaration
    date = fields.Date(
        "Customs Date",
        required=True,
        tracking=True,
        default=fields.Date.context_today,
        help="Day on which customs accepted the declaration. It fixes year, quarter and price. Until the line is "
        "declared, the day of the receipt stands here.",
    )
    year = fields.Integer(compute="_compute_period", store=True, precompute=True, index=True)
    quarter = fields.Integer(compute="_compute_period", store=True, precompute=True, aggregator=None)
    cn_code = fields.Char("CN Code", tracking=True, index=True, help="Eight digits, as declared to customs.")
    sector = fields.Selection(
        [
            ("cement", "Cement"),
            ("fertilisers", "Fertilisers"),
            ("iron_steel", "Iron and steel"),
            ("aluminium", "Aluminium"),
            ("hydrogen", "Hydrogen"),
            ("electricity", "Electricity"),
        ],
        compute="_compute_sector",
        store=True,
        precompute=True,
    )
    composition = fields.Char("Composition Range", help="Range of clinker or nitrogen content.")
    route_letter = fields.Selection(
        selection=lambda self: self.env["cbam.process"]._fields["route_letter"].selection, string="Production Route"
    )
    origin_country_id = fields.Many2one(
        "res.country",
        "Country of Origin",
        tracking=True,
        help="Customs (non-preferential) origin: decides exemption and the default value.",
    )
    installation_id = fields.Many2one(
        "cbam.installation", "Producing Installation", tracking=True, index="btree_not_null", ondelete="restrict"
    )
    production_country_id = fields.Many2one(
        "res.country",
        "Country of Production",
        compute="_compute_production_country",
        store=True,
        readonly=False,
        precompute=True,
        help="Where the goods were produced: not always the country of origin.",
    )
    production_year = fields.Integer(
        "Year of Production",
        help="Only where it is proven and earlier than the year of importation (2025/2547 Art. 7).",
    )
    net_mass = OptionalFloat(
        "Net Mass (t)",
        digits=0,
        tracking=True,
        help="Tonnes by the customs declaration; MWh of electricity. Negative in a reversing line.",
    )
    procedure = fields.Selection(
        [
            ("release", "Release for free circulation"),
            ("inward", "Placing under inward processing"),
            ("inward_release", "Release after inward processing (Y422)"),
            ("outward_release", "Release after outward processing"),
            ("returned_203", "Returned goods, duty relief (Art. 203)"),
            ("returned_205", "Returned goods after inward processing (Art. 205)"),
        ],
        required=True,
        default="release",
        tracking=True,
        help="Goods placed under inward processing are no import yet. Returned goods under Article 203 of Regulation "
        "952/2013 count for 50 t, but are declared with zero emissions.",
    )
    mrn = fields.Char("MRN", size=18, copy=False, tracking=True, help="Of the customs declaration: 18 characters.")
    item = fields.Integer("Item No.", copy=False, aggregator=None, help="Item of the customs declaration.")
    importer_id = fields.Many2one(
        "res.partner",
        default=lambda self: self.env.company.partner_id,
        help="Person on whose behalf the declaration is lodged (2023/956 Art. 3(15)).",
    )
    importer_eori = fields.Char(
        "Importer's EORI", compute="_compute_importer_eori", store=True, readonly=False, size=17
    )
    representation = fields.Selection(
        [("none", "In own name"), ("direct", "Direct representative"), ("indirect", "Indirect representative")],
        required=True,
        default="none",
        help="An indirect representative is the declarant if it has agreed to, and needs an authorisation below 50 t "
        "too (2023/956 Art. 5(1a)).",
    )
    representative_id = fields.Many2one("res.partner")
    representative_eori = fields.Char(
        "Representative's EORI", compute="_compute_representative_eori", store=True, readonly=False, size=17
    )
    data_used = fields.Selection(
        [("best", "Verified, else default"), ("actual", "Actual values"), ("default", "Default values")],
        required=True,
        default="best",
        tracking=True,
        help="What the declaration rests on. Actual values need a verification report (2023/956 Art. 7 and 8).",
    )
    evidence_ids = fields.Many2many("ir.attachment", copy=False, help="Customs declaration, proofs of origin.")
    note = fields.Text()
    # -- reversing
    reversal_of_id = fields.Many2one(
        "cbam.import", "Reverses", readonly=True, copy=False, index="btree_not_null", ondelete="restrict"
    )
    reversal_ids = fields.One2many("cbam.import", "reversal_of_id", "Reversed By")
    reversed_on = fields.Date(readonly=True, copy=False)
    reason = fields.Char(copy=False, help="Why the line reverses another one.")

    _item_once = models.UniqueIndex(
        "(company_id, mrn, item) WHERE state = 'declared' AND reversal_of_id IS NULL AND reversed_on IS NULL",
        "This item of the customs declaration is in the ledger already; reverse that line first.",
    )
    _production_year_range = models.Constraint(
        "CHECK (COALESCE(production_year, 0) = 0 OR production_year BETWEEN 2026 AND 2100)",
        "A year of production before 2026 has no legal meaning.",
    )

    # -- computed ----------------------------------------------------------------------------------------------------

    @api.depends("company_id")
    def _compute_name(self):
        """By the id: a receipt proposes many lines at once, and a sequence would be asked once per line."""
        for line in self:
            line.name = f"IMP/{line.id:06}" if isinstance(line.id, int) else "/"

    @api.depends("date")
    def _compute_period(self):
        for line in self:
            line.year = line.date.year if line.date else 0
            line.quarter = (line.date.month + 2) // 3 if line.date else 0

    @api.depends("cn_code", "date")
    def _compute_sector(self):
        sectors = {key for key, _label in self._fields["sector"].selection}
        for line in self:
            match = self.env["cbam.dataset"].cn_index(line.date).match(line.cn_code) if line.cn_code else None
            line.sector = match.sector if match and match.sector in sectors else False

    @api.depends("installation_id")
    def _compute_production_country(self):
        for line in self:
            if line.installation_id:
                line.production_country_id = line.installation_id.country_id

    @api.depends("importer_id")
    def _compute_importer_eori(self):
        for line in self:
            line.importer_eori = line.importer_id.cbam_eori or line.importer_eori

    @api.depends("representative_id")
    def _compute_representative_eori(self):
        for line in self:
            line.representative_eori = line.representative_id.cbam_eori or line.representative_eori

    @api.depends("name", "cn_code")
    def _compute_display_name(self):
        for line in self:
            line.display_name = " · ".join(filter(None, (line.name, spaced(line.cn_code or ""))))

    @api.onchange("product_id")
    def _onchange_product_id(self):
        if self.product_id and not self.cn_code:
            self.update(self.env["cbam.import.proposal"].goods_of_product(self.product_id))

    # -- what is fixed -----------------------------------------------------------------------------------------------

    @api.constrains("mrn", "item")
    def _check_mrn(self):
        for line in self:
            if line.mrn and not MRN.match(line.mrn):
                raise ValidationError(
                    self.env._(
                        "%(line)s: “%(mrn)s” is no MRN: two digits of the year, the country's two letters, 14 letters "
                        "or digits.",
                        line=line.display_name,
                        mrn=line.mrn,
                    )
                )
            if line.item < 0 or line.item > 99999:
                raise ValidationError(self.env._("%s: an item number lies between 1 and 99 999.", line.display_name))

    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            self._normalise(vals)
            if vals.get("state", "proposed") != "proposed" and not is_own_action(self):
                raise UserError(self.env._("An import is declared by its own action only."))
        lines = super().create(vals_list)
        lines._link_evidence()
        return lines

    def write(self, vals):
        self._normalise(vals)
        if not is_own_action(self):
            if not {"state", "reversal_of_id", "reversed_on"}.isdisjoint(vals):
                raise UserError(self.env._("An import is declared, dropped and reversed by its own actions only."))
            fixed = self.filtered(lambda line: line.state == "declared")
            if fixed and not FIXED.isdisjoint(vals):
                raise UserError(
                    self.env._("%s is declared to customs: reverse it instead of editing it.", fixed[:1].display_name)
                )
        result = super().write(vals)
        same = {name: vals[name] for name in DATA if name in vals}
        if same and self.reversal_ids:
            # What is taken back rests on the same data as what was imported.
            self.reversal_ids.write(same)
        if "evidence_ids" in vals:
            self._link_evidence()
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_proposed_only(self):
        for line in self:
            if line.state == "declared":
                raise UserError(
                    self.env._("%s is declared to customs: reverse it instead of deleting it.", line.display_name)
                )

    @api.model
    def _normalise(self, vals):
        for name in ("mrn", "importer_eori", "representative_eori"):
            if vals.get(name):
                vals[name] = "".join(vals[name].split()).upper()
        if vals.get("cn_code"):
            vals["cn_code"] = "".join(vals["cn_code"].split())

    def _link_evidence(self):
        """Whoever may read a line may read its evidence; an upload belongs to no record until it is linked."""
        for line in self:
            loose = line.evidence_ids.filtered(lambda attachment: not attachment.res_id)
            if loose:
                loose.write({"res_model": self._name, "res_id": line.id})

    # -- actions -----------------------------------------------------------------------------------------------------

    def action_declare(self):
        """Fix the lines as the customs declaration has them.

        :raises UserError: names the line and everything that is missing
        """
        for line in self:
            problems = self.env["cbam.import.check"].problems(line)
            if problems:
                raise UserError(
                    self.env._("%(line)s: %(problems)s.", line=line.display_name, problems="; ".join(problems))
                )
        by_own_action(self).write({"state": "declared"})
        self.env["cbam.threshold.watch"].refresh({(line.company_id, line.year) for line in self})

    @api.model
    def action_propose_from_receipts(self):
        """Propose imports from all receipts since 1 January of last year that have no line yet."""
        self.check_access("create")
        first = fields.Date.context_today(self).replace(month=1, day=1)
        # superuser: receipts need not be the user's to read; the right to create imports was checked above
        proposal = self.env["cbam.import.proposal"].sudo()
        lines = proposal.propose_since(self.env.companies, first.replace(year=first.year - 1))
        message = (
            self.env._("%s imports are proposed.", len(lines)) if lines else self.env._("Every receipt has its import.")
        )
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "success" if lines else "info",
                "message": message,
                "next": {"type": "ir.actions.client", "tag": "soft_reload"},
            },
        }

    def action_drop(self):
        """The goods are no import of ours: the receipt is not proposed again."""
        for line in self:
            if line.state == "declared":
                raise UserError(self.env._("%s is declared to customs: reverse it.", line.display_name))
        by_own_action(self).write({"state": "dropped"})

    def action_propose(self):
        """Take a dropped line up again."""
        by_own_action(self.filtered(lambda line: line.state == "dropped")).write({"state": "proposed"})

    def action_reverse(self):
        """Ask why the lines are reversed, and whether a corrected line follows."""
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Reverse Imports"),
            "res_model": "cbam.import.reverse",
            "view_mode": "form",
            "target": "new",
            "context": {"default_import_ids": self.ids},
        }

    @api.private
    def remaining_mass(self):
        """Net mass less what lines that are declared reverse already, tonnes."""
        self.ensure_one()
        declared = self.reversal_ids.filtered(lambda line: line.state == "declared")
        return fsum((self.net_mass, *declared.mapped("net_mass")))
