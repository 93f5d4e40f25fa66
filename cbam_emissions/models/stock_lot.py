from typing import NamedTuple

from odoo import fields, models
from odoo.tools import SQL

from ..engine.embedded import Embedded
from ..engine.unit_book import NOTHING, LotOrigin


class LotFigure(NamedTuple):
    """What a lot carries, from what was actually consumed: operational, not for CBAM.

    :ivar quantity: brought in, in the product's unit; ``mass`` in tonnes (0 where not known)
    :ivar embedded: tCO2e of that quantity
    :ivar incomplete: a figure in it is missing
    """

    quantity: float
    mass: float
    embedded: Embedded
    incomplete: bool

    @property
    def per_unit(self):
        """tCO2e per unit of the product; None where nothing was brought in."""
        return self.embedded.scaled(1.0 / self.quantity) if self.quantity > NOTHING else None

    @property
    def per_tonne(self):
        """tCO2e per tonne; None where the mass is not known."""
        return self.embedded.scaled(1.0 / self.mass) if self.mass > NOTHING else None


class StockLot(models.Model):
    _inherit = "stock.lot"

    cbam_installation_id = fields.Many2one(
        "cbam.installation", string="Producing Installation", help="Where this lot was produced, if known per lot."
    )
    cbam_origin_country_id = fields.Many2one("res.country", string="Country of Origin", help="Customs origin of the lot.")
    cbam_production_date = fields.Date("Production Date", help="With evidence, the year of the lot's SEE (2025/2547 Art. 13).")
    cbam_content = fields.Float("Clinker or Nitrogen Content", digits=0, help="t clinker/t or kg N/t of this lot.")
    cbam_content_range = fields.Char("Composition Range")

    def _cbam_figures(self):
        """``{lot id: LotFigure}`` in one query: what first brought each lot in (:mod:`engine.unit_book`)."""
        if not self.ids:
            return {}
        # Whoever may read a lot may see what it carries; the lines behind it stay behind their own access rights.
        origins = self.env["cbam.posting.book"].sudo()._origins(self.ids)
        figures = {}
        for lot in self:
            origin = origins.get(lot.id, LotOrigin())
            tier = origin.tier
            figures[lot.id] = LotFigure(
                origin.quantity[tier], origin.mass[tier], origin.embedded[tier], origin.incomplete[tier] > 0
            )
        return figures
