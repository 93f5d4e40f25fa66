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

    cbam_has_passport = fields.Boolean(
        compute="_compute_cbam_has_passport",
        help="A machine with a serial number, or a lot of goods that are made here, of a company with a whole-life "
        "account; for users who may see it.",
    )

    @api.depends("product_id", "company_id.cbam_life_account")
    @api.depends_context("company", "uid")
    def _compute_cbam_has_passport(self):
        may_see = any(self.env.user.has_group(group) for group in GROUPS.split(","))
        for lot in self:
            company = lot.company_id or self.env.company
            # superuser: only switches are read, of a product or company that the user may not open
            product = lot.product_id.sudo()
            lot.cbam_has_passport = (
                may_see
                and bool(lot._origin)
                and company.sudo().cbam_life_account
                and (product.tracking == "serial" or bool(product.bom_ids))
            )

    def cbam_passport(self):
        """What the page *Carbon Passport* shows of a lot, as JSON: called when the page is opened."""
        self.ensure_one()
        self._cbam_check_passport()
        passport = self.env["cbam.life.passport"].as_json(self, fleet=False)
        fields_of = self.env["cbam.emission.line"]._fields
        return passport | {
            "stage_labels": dict(fields_of["stage"]._description_selection(self.env)),
            "quality_labels": dict(fields_of["quality"]._description_selection(self.env)),
        }

    def cbam_passport_fleet(self):
        """What the page shows of the lot's sisters, as JSON: it comes after the page, being a passport for each."""
        self.ensure_one()
        self._cbam_check_passport()
        return self.env["cbam.life.passport"].fleet_as_json(self)

    def cbam_compare_passports(self, other_id):
        """What drives the difference between the passports of two lots, as JSON."""
        self.ensure_one()
        other = self.browse(other_id)
        (self | other)._cbam_check_passport()
        comparison = self.env["cbam.life.comparison"].of(self, other)
        labels = {
            "component": self.env._("Component"),
            "supplier": self.env._("Supplier"),
            "work_centre": self.env._("Work Center"),
            "route": self.env._("Route"),
        }
        return comparison | {"labels": labels}

    def _cbam_check_passport(self):
        """:raises AccessError: the user may read neither the lots nor the ledger behind them"""
        self.check_access("read")
        self.env["cbam.emission.line"].check_access("read")

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

    @api.private
    def cbam_lot_figures(self):
        """As :meth:`_cbam_figures`, for the other addons of the suite."""
        return self._cbam_figures()

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
