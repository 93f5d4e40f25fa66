from odoo import api, fields, models
from odoo.exceptions import UserError

from ..models.optional_float import OptionalFloat

#: The field of each kind of document, by the name posting gives it.
DOCUMENTS = {"production": "production_id", "unbuild": "unbuild_id", "move": "move_id", "reading": "reading_id"}


class CbamLateFactsLine(models.TransientModel):
    """What late facts change in one document and product."""

    _name = "cbam.late.facts.line"
    _description = "Late Fact"
    _order = "id"

    facts_id = fields.Many2one("cbam.late.facts", required=True, index=True, ondelete="cascade")
    section = fields.Selection(
        [("receipt", "Receipt"), ("order", "Order"), ("other", "Other Document"), ("closed", "Left Alone")],
        required=True,
    )
    production_id = fields.Many2one("mrp.production", "Manufacturing Order", ondelete="cascade")
    unbuild_id = fields.Many2one("mrp.unbuild", "Unbuild Order", ondelete="cascade")
    move_id = fields.Many2one("stock.move", ondelete="cascade")
    reading_id = fields.Many2one("cbam.meter.reading", ondelete="cascade")
    document_name = fields.Char("Document", compute="_compute_document_name")
    installation_id = fields.Many2one("cbam.installation", ondelete="cascade")
    date = fields.Datetime()
    product_id = fields.Many2one("product.product", "Goods", ondelete="cascade")
    lot_id = fields.Many2one("stock.lot", ondelete="cascade")
    quantity = OptionalFloat(aggregator=None)
    uom_id = fields.Many2one(related="product_id.uom_id", string="Unit")
    old_value = OptionalFloat(
        "Posted (t/unit)", digits=0, aggregator=None, help="tCO2e in scope per unit; empty where a figure was missing."
    )
    new_value = OptionalFloat(
        "Today (t/unit)", digits=0, aggregator=None, help="tCO2e in scope per unit; empty where a figure is missing."
    )
    difference = OptionalFloat("Difference (tCO2e)", digits=0, help="Direct, and indirect as far as in scope.")
    difference_direct = OptionalFloat("Direct (tCO2e)", digits=0)
    difference_indirect = OptionalFloat("Indirect, All (tCO2e)", digits=0)
    difference_allocation = OptionalFloat("Free Allocation (t)", digits=0)
    note = fields.Char("Value of Today", help="The record or data set the value rests on.")

    @api.depends("production_id", "unbuild_id", "move_id", "reading_id")
    def _compute_document_name(self):
        """Whoever may read the ledger may read the names of its documents."""
        for line in self.sudo():
            line.document_name = line._document().display_name or False

    def _document(self):
        self.ensure_one()
        return self.production_id or self.unbuild_id or self.move_id.picking_id or self.reading_id or self.move_id

    def action_open_document(self):
        """Open the document."""
        self.ensure_one()
        self.check_access("read")
        # superuser: which document it is; opening it asks for the right on it
        document = self.sudo()._document()
        if not document:
            raise UserError(self.env._("The document of this line was deleted."))
        return {
            "type": "ir.actions.act_window",
            "res_model": document._name,
            "res_id": document.id,
            "view_mode": "form",
            "target": "current",
        }
