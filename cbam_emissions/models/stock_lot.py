from typing import NamedTuple

from odoo import api, fields, models

from ..engine.embedded import Embedded
from ..engine.unit_book import NOTHING, LotOrigin
from .optional_float import OptionalFloat

GROUPS = "cbam_emissions.group_cbam_user,cbam_emissions.group_cbam_verifier"


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
    cbam_origin_country_id = fields.Many2one(
        "res.country", string="Country of Origin", help="Customs origin of the lot."
    )
    cbam_production_date = fields.Date(
        "Production Date", help="With evidence, the year of the lot's SEE (2025/2547 Art. 13)."
    )
    cbam_content = fields.Float("Clinker or Nitrogen Content", digits=0, help="t clinker/t or kg N/t of this lot.")
    cbam_content_range = fields.Char("Composition Range")
    cbam_specific_scope = OptionalFloat(
        "In Scope (tCO2e/t)",
        digits=0,
        compute="_compute_cbam_specific_scope",
        aggregator=None,
        help="Direct and, as far as in scope, indirect emissions per tonne, from what was actually consumed. "
        "Operational, not for CBAM.",
    )
    cbam_use_phase = OptionalFloat(
        "Use Phase (tCO2e, Not for CBAM)",
        digits=0,
        aggregator=None,
        groups=GROUPS,
        help="Stated beside the whole-life account of the serial number, never added to it. Empty: the product's.",
    )
    cbam_functional_unit = fields.Selection(related="product_id.cbam_functional_unit")
    cbam_figures = fields.Json(
        "Emissions of the Lot", compute="_compute_cbam_figures", compute_sudo=True, groups=GROUPS
    )
    cbam_origin_line_ids = fields.Many2many(
        "cbam.emission.line", string="Brought In By", compute="_compute_cbam_origin_line_ids", groups=GROUPS
    )

    def _compute_cbam_specific_scope(self):
        figures = self._origin._cbam_figures()
        for lot in self:
            figure = figures.get(lot._origin.id)
            per_tonne = figure.per_tonne if figure else None
            lot.cbam_specific_scope = per_tonne.in_scope if per_tonne is not None else None

    @api.depends_context("lang")
    def _compute_cbam_figures(self):
        """What the lot carries beside what would count for CBAM; a lot that is not saved yet has no figures."""
        saved = self._origin
        tables = self.env["cbam.lot.figures"]._tables(saved) if saved else {}
        for lot in self:
            lot.cbam_figures = tables.get(lot._origin.id, False)

    def _compute_cbam_origin_line_ids(self):
        origins = self.env["cbam.lot.figures"]._origins(self._origin)
        for lot in self:
            lot.cbam_origin_line_ids = origins.get(lot._origin, False)

    def action_cbam_lines(self):
        """The ledger lines of the lot."""
        return self.env["cbam.emission.line"]._action_of([("lot_id", "in", self.ids)], self.display_name)

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
