from odoo import fields, models
from odoo.tools import SQL


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
            ("unit", "Units without a common reference"),
            ("value", "No specific emissions and no default value"),
            ("country", "Country of production unknown"),
            ("lot", "Moved without its lot"),
            ("negative", "More taken than was there"),
            ("output_class", "By-product not classified"),
            ("no_output", "Input without output"),
            ("factor", "Emission factor missing"),
            ("no_process", "No production process"),
            ("benchmark", "Benchmark undetermined"),
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
    attempts = fields.Integer(readonly=True)

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

    def action_fix(self):
        """Open the record where the missing figure is entered."""
        self.ensure_one()
        if self.kind in ("cn_code", "net_mass", "content", "country", "value") and self.product_id:
            target = self.product_id
        elif self.kind == "output_class" and self.production_id.bom_id:
            target = self.production_id.bom_id
        else:
            target = self.production_id or self.unbuild_id or self.picking_id or self.move_id or self.reading_id
        return {
            "type": "ir.actions.act_window",
            "res_model": target._name,
            "res_id": target.id,
            "view_mode": "form",
            "target": "current",
        }
