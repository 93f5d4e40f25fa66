from odoo import fields, models


class CbamDeclarationBlocker(models.Model):
    """What keeps a declaration from being released, with the document where it is put right."""

    _name = "cbam.declaration.blocker"
    _description = "Blocker of a CBAM Declaration"
    _order = "declaration_id, kind, id"

    declaration_id = fields.Many2one("cbam.declaration", required=True, readonly=True, index=True, ondelete="cascade")
    company_id = fields.Many2one(related="declaration_id.company_id", store=True, index=True)
    kind = fields.Selection(
        [
            ("proposed", "Not declared to customs"),
            ("missing", "Figure missing"),
            ("unverified", "Not verified"),
            ("report", "Verification report not attached"),
            ("evidence", "Evidence missing"),
            ("provisional", "Provisional"),
            ("price", "Certificate price not published"),
            ("carbon_price", "Carbon price paid abroad"),
        ],
        required=True,
        readonly=True,
    )
    message = fields.Char(required=True, readonly=True)
    import_id = fields.Many2one("cbam.import", readonly=True, ondelete="cascade")
    record_id = fields.Many2one("cbam.specific.emission", "Emission Record", readonly=True, ondelete="cascade")

    def action_open(self):
        """Open the document where the blocker is put right."""
        self.ensure_one()
        document = self.record_id or self.import_id
        if not document:
            return self.env["ir.actions.act_window"]._for_xml_id("cbam_emissions.cbam_certificate_price_action")
        return {
            "type": "ir.actions.act_window",
            "res_model": document._name,
            "res_id": document.id,
            "view_mode": "form",
        }
