from odoo import api, fields, models


class CbamCertificatePrice(models.Model):
    """Prices of CBAM certificates. Sets complement each other; a published price counts before a provisional one."""

    _name = "cbam.certificate.price"
    _inherit = "cbam.dataset.row"
    _description = "CBAM Certificate Price"
    _order = "date_from desc, dataset_id desc"
    _rec_name = "date_from"

    date_from = fields.Date("From", required=True, readonly=True)
    date_to = fields.Date("To", required=True, readonly=True)
    price = fields.Float(digits=(16, 2), readonly=True, aggregator=None, help="EUR per certificate (1 tCO2e).")
    published_on = fields.Date(readonly=True)
    reference = fields.Char(readonly=True)

    @api.model
    def _for_date(self, on):
        """The price row of a day, in force before provisional, newest set first; empty if none is published."""
        rows = self.sudo().search(
            [
                ("date_from", "<=", on),
                ("date_to", ">=", on),
                ("dataset_id.status", "in", ("in_force", "provisional")),
            ]
        )
        return rows.sorted(lambda r: (r.dataset_status != "in_force", -r.dataset_id.id))[:1]
