from odoo import api, fields, models
from odoo.tools import SQL

#: What is entered on the product.
PRODUCT_KINDS = ("cn_code", "net_mass", "content", "molar_mass", "country", "value")


class CbamDataGap(models.Model):
    """Something a posted document lacks: the to-do list "Missing CBAM data".

    Posting rewrites the gaps of the documents it posts, so a gap disappears when its cause does.
    """

    _name = "cbam.data.gap"
    _description = "Missing CBAM Data"
    _order = "id desc"

    kind = fields.Selection(
        [
            ("cn_code", "CN code missing"),
            ("net_mass", "Net mass missing"),
            ("content", "Clinker or nitrogen content missing"),
            ("molar_mass", "Molar mass missing"),
            ("unit", "Units without a common reference"),
            ("value", "No specific emissions and no default value"),
            ("country", "Country of production unknown"),
            ("lot", "Moved without its lot"),
            ("negative", "More taken than was there"),
            ("output_class", "By-product not classified"),
            ("no_output", "Input without output"),
            ("factor", "Emission factor missing"),
            ("no_process", "No production process"),
            ("subcontract", "Subcontractor's energy not known"),
            ("benchmark", "Benchmark undetermined"),
            ("default_share", "Share of default values not stated"),
            ("loop", "Lots that contain each other"),
            ("error", "Posting failed"),
        ],
        required=True,
        readonly=True,
    )
    severity = fields.Selection(
        [("blocking", "Figure incomplete"), ("warning", "To check")], required=True, readonly=True, default="blocking"
    )
    message = fields.Char(required=True, readonly=True)
    company_id = fields.Many2one("res.company", required=True, readonly=True, index=True, ondelete="cascade")
    installation_id = fields.Many2one("cbam.installation", readonly=True, ondelete="cascade")
    product_id = fields.Many2one("product.product", readonly=True, ondelete="cascade")
    lot_id = fields.Many2one("stock.lot", readonly=True, ondelete="cascade")
    production_id = fields.Many2one(
        "mrp.production", "Manufacturing Order", readonly=True, index="btree_not_null", ondelete="cascade"
    )
    unbuild_id = fields.Many2one(
        "mrp.unbuild", "Unbuild Order", readonly=True, index="btree_not_null", ondelete="cascade"
    )
    move_id = fields.Many2one("stock.move", readonly=True, index="btree_not_null", ondelete="cascade")
    picking_id = fields.Many2one(related="move_id.picking_id", string="Transfer")
    reading_id = fields.Many2one("cbam.meter.reading", readonly=True, index="btree_not_null", ondelete="cascade")
    document_name = fields.Char("Document", compute="_compute_document_name")
    attempts = fields.Integer(readonly=True)
    life_model = fields.Char("Model of the Document", readonly=True)
    life_res_id = fields.Many2oneReference(
        "Document of the Whole-Life Account", model_field="life_model", readonly=True, aggregator=None
    )

    @api.depends("production_id", "unbuild_id", "move_id", "reading_id", "life_model", "life_res_id")
    def _compute_document_name(self):
        """Whoever may read the list may read the names of its documents."""
        for gap in self.sudo():
            gap.document_name = gap._document().display_name or False

    def _ident(self):
        """The document of the gap, as posting names it."""
        self.ensure_one()
        for name in ("production", "unbuild", "move", "reading"):
            document = self[f"{name}_id"]
            if document:
                return (name, document.id)
        return None

    def action_post_again(self):
        """Post the documents of these gaps, and whatever is incomplete because of their products, again."""
        self._post_again()
        return {"type": "ir.actions.client", "tag": "soft_reload"}

    def _post_again(self):
        for model, gaps in self.filtered("life_model").grouped("life_model").items():
            self.env["cbam.life.posting"].mark(model, gaps.mapped("life_res_id"))
        idents = {gap._ident() for gap in self if gap._ident()}
        rows = self.env.execute_query(
            SQL(
                """
                SELECT production_id, unbuild_id, move_id, reading_id
                  FROM cbam_emission_line
                 WHERE company_id = ANY(%s)
              GROUP BY production_id, unbuild_id, move_id, reading_id
                HAVING SUM(incomplete) > 0
                """,
                self.company_id.ids,
            )
        )
        book = self.env["cbam.posting.book"]
        idents |= {book._ident(*row) for row in rows}
        for kind, number in sorted(idents - {("opening", None)}):
            self.env["cbam.posting"]._mark(**{f"{kind}s": [number]})

    @api.model
    def _post_again_of(self, products):
        """Post the documents again that are listed because of these products: what they lacked has been entered."""
        # superuser: whoever completes a product need not see the list of what was missing
        for gap in self.sudo().search([("product_id", "in", products.ids)]):
            kind, number = gap._ident() or (None, None)
            if kind:
                self.env["cbam.posting"]._mark(**{f"{kind}s": [number]})

    def _document(self):
        """The order, unbuild order, transfer, reading or move that lacks something, or what its line names."""
        self.ensure_one()
        if self.life_model:
            return self.env[self.life_model].browse(self.life_res_id).exists()
        return self.production_id or self.unbuild_id or self.picking_id or self.reading_id or self.move_id

    def action_open_document(self):
        """Open the document that lacks something."""
        self.ensure_one()
        return self._open(self._document())

    def action_fix(self):
        """Open the record where the missing figure is entered."""
        self.ensure_one()
        if self.product_id and (self.kind in PRODUCT_KINDS or (self.kind == "benchmark" and not self.production_id)):
            view = self.env.ref("cbam_emissions.view_product_product_form_cbam")
            return self._open(self.product_id) | {
                "name": self.env._("CBAM Data of %s", self.product_id.display_name),
                "views": [(view.id, "form")],
                "target": "new",
            }
        if self.kind == "output_class" and self.production_id.bom_id:
            return self._open(self.production_id.bom_id)
        return self._open(self._process_without_route() or self._document())

    def _process_without_route(self):
        """The process whose route an undetermined benchmark of an order needs."""
        if self.kind not in ("benchmark", "no_process") or not self.production_id:
            return self.env["cbam.process"]
        installation = self.production_id.picking_type_id.warehouse_id.cbam_installation_id
        process = self.env["cbam.process"]._finder()(installation.id, self.product_id.cbam_cn_code)
        return self.env["cbam.process"].browse(process)

    def _open(self, record):
        return {
            "type": "ir.actions.act_window",
            "res_model": record._name,
            "res_id": record.id,
            "view_mode": "form",
            "target": "current",
        }
