from odoo import api, fields, models
from odoo.exceptions import UserError

from ..engine.embedded import Embedded
from ..engine.errors import EngineError
from ..engine.mass import tonnes
from ..engine.unit_book import Basis, Flow, FlowKey
from ..models.cbam_valuation import Source
from ..models.posting_batch import Meta


class CbamOpeningLine(models.TransientModel):
    _name = "cbam.opening.line"
    _description = "CBAM Opening Stock Line"

    opening_id = fields.Many2one("cbam.opening", required=True, ondelete="cascade")
    product_id = fields.Many2one("product.product", required=True)
    lot_id = fields.Many2one("stock.lot")
    production_id = fields.Many2one("mrp.production", "In Process At")
    uom_id = fields.Many2one(related="product_id.uom_id")
    quantity = fields.Float(digits="Product Unit")
    mass = fields.Float("Mass (t)", digits=(16, 6), compute="_compute_mass")
    basis = fields.Selection(
        [
            ("verified", "Verified record"),
            ("default", "Default value"),
            ("exempt", "EU or exempt origin"),
            ("typed", "Typed"),
            ("missing", "Missing"),
        ],
        required=True,
        default="missing",
    )
    direct = fields.Float(digits=(16, 6), help="tCO2e per tonne.")
    indirect_total = fields.Float("Indirect", digits=(16, 6), help="tCO2e per tonne.")
    indirect_scope = fields.Float("Indirect in Scope", digits=(16, 6), help="tCO2e per tonne.")
    note = fields.Char()
    record_id = fields.Many2one("cbam.specific.emission")
    dataset_id = fields.Many2one("cbam.dataset")

    @api.depends("quantity", "product_id")
    def _compute_mass(self):
        units, gram = self.env["cbam.mass"]._units(), self.env["cbam.mass"]._gram()
        for line in self:
            unit = units[line.product_id.uom_id.id]
            try:
                line.mass = tonnes(line.quantity, unit, unit, line.product_id.cbam_net_mass, gram)
            except EngineError:
                line.mass = 0.0

    @api.onchange("direct", "indirect_total", "indirect_scope")
    def _onchange_figures(self):
        for line in self.filtered(lambda line: line.basis != "typed" and line._origin):
            before = line._origin
            if any(line[name] != before[name] for name in ("direct", "indirect_total", "indirect_scope")):
                line.basis, line.record_id, line.dataset_id = "typed", False, False
                line.note = self.env._("Typed at go-live")

    def _sources(self):
        year = self.opening_id.start_date.year
        return {
            line: Source(
                company_id=line.opening_id.company_id.id,
                year=year,
                scope=line.product_id.cbam_scope,
                cn_code=line.product_id.cbam_cn_code,
                installation_id=(line.lot_id.cbam_installation_id or line.product_id.cbam_installation_id).id or None,
                production_country_id=line.product_id.cbam_production_country_id.id or None,
                origin_country_id=(line.lot_id.cbam_origin_country_id or line.product_id.cbam_origin_country_id).id
                or None,
                route_letter=line.product_id.cbam_route_letter or None,
            )
            for line in self
        }

    def _propose_values(self):
        """Value the lines by verified record or default value; what has neither is left to be typed."""
        sources = self._sources()
        rates = self.env["cbam.valuation"]._rates(sources.values())
        for line, source in sources.items():
            rate = rates[source]
            known = rate.per_tonne or Embedded.ZERO
            line.write(
                {
                    "basis": rate.quality,
                    "direct": known.direct,
                    "indirect_total": known.indirect_total,
                    "indirect_scope": known.indirect_scope,
                    "note": rate.note or rate.message,
                    "record_id": rate.record_id,
                    "dataset_id": rate.dataset_id,
                }
            )

    def _check_values(self):
        for line in self:
            if line.basis != "missing" and not line.mass and line.basis != "exempt":
                raise UserError(
                    self.env._("%s has no net mass: its opening stock has no tonnes.", line.product_id.display_name)
                )
            if min(line.direct, line.indirect_total, line.indirect_scope) < 0:
                raise UserError(self.env._("%s: emissions cannot be negative.", line.product_id.display_name))

    def _flow(self, site):
        """The opening line as a flow into stock, or into the process of an open order."""
        self.ensure_one()
        place_to = "process" if self.production_id else "stock"
        key = FlowKey(
            "opening", "supplier", place_to, site.id, self.product_id.id, self.lot_id.id or None, date=site.start
        )
        by_default = self.basis == "default"
        per_tonne = Embedded(
            direct=self.direct,
            indirect_total=self.indirect_total,
            indirect_scope=self.indirect_scope,
            direct_default=self.direct if by_default else 0.0,
            scope_default=self.indirect_scope if by_default else 0.0,
            indirect_default=self.indirect_total if by_default else 0.0,
        )
        quality = "estimated" if self.basis == "typed" else self.basis
        return Flow(
            key,
            Basis.FIXED,
            self.quantity,
            self.mass or None,
            fixed=None if self.basis == "missing" else per_tonne.scaled(self.mass),
            meta=Meta(quality, self.note or "", self.record_id.id or None, self.dataset_id.id or None),
        )
