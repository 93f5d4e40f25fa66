from odoo import fields, models


class StockLot(models.Model):
    _inherit = "stock.lot"

    cbam_installation_id = fields.Many2one(
        "cbam.installation", string="Producing Installation", help="Where this lot was produced, if known per lot."
    )
    cbam_origin_country_id = fields.Many2one("res.country", string="Country of Origin", help="Customs origin of the lot.")
    cbam_production_date = fields.Date("Production Date", help="With evidence, the year of the lot's SEE (2025/2547 Art. 13).")
    cbam_content = fields.Float("Clinker or Nitrogen Content", digits=0, help="t clinker/t or kg N/t of this lot.")
    cbam_content_range = fields.Char("Composition Range")
