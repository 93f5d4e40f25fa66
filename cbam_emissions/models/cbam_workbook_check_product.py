from odoo import api, fields, models
from odoo.exceptions import UserError

from ..engine.cn_codes import spaced
from ..workbook.scope import in_scope
from .optional_float import OptionalFloat

TYPED = (
    "row",
    "name",
    "cn_code",
    "process_name",
    "instrument",
    "covered",
    "currency",
    "price_due",
    "rebate_type",
    "rebate_covered",
    "rebate",
)
#: Figures of a product by their column of Summary_Products.
FIGURES = {"I": "see_direct", "J": "see_indirect", "K": "see_total", "M": "default_share", "O": "electricity"}


class CbamWorkbookCheckProduct(models.Model):
    """A product that is communicated (Summary_Products): the workbook's figures and ours, per unit of it."""

    _name = "cbam.workbook.check.product"
    _inherit = "cbam.workbook.check.row"
    _description = "Product of a Communication Template"

    row = fields.Integer(readonly=True)
    name = fields.Char(readonly=True)
    cn_code = fields.Char("CN Code", readonly=True)
    process_name = fields.Char("Production Process", readonly=True)
    process_id = fields.Many2one("cbam.workbook.check.process", readonly=True, index="btree_not_null")
    parameters = fields.Char("Parameters of the Goods", readonly=True)
    unit = fields.Char(readonly=True)
    see_direct = OptionalFloat("SEE Direct", readonly=True, help="tCO2e per unit, as the workbook shows it.")
    see_indirect = OptionalFloat("SEE Indirect", readonly=True)
    see_total = OptionalFloat("SEE Total", readonly=True)
    default_share = OptionalFloat(readonly=True, help="Of direct emissions, as the workbook shows it.")
    electricity = OptionalFloat("Embedded Electricity", readonly=True, help="MWh per unit.")
    our_see_direct = OptionalFloat("SEE Direct, Recomputed", readonly=True)
    our_see_indirect = OptionalFloat("SEE Indirect, Recomputed", readonly=True)
    our_see_total = OptionalFloat("SEE Total, Recomputed", readonly=True)
    our_default_share = OptionalFloat("Default Share, Recomputed", readonly=True)
    our_electricity = OptionalFloat("Embedded Electricity, Recomputed", readonly=True)
    difference = fields.Char(
        "Largest Difference", readonly=True, help="Of the compared figures, as a share of the larger one."
    )
    agrees = fields.Boolean(readonly=True)
    see_indirect_scope = OptionalFloat(
        "SEE Indirect in Scope",
        readonly=True,
        help="Indirect emissions that count in the definitive period (2025/2547 Annex I 3.1). Purchased precursors of "
        "Annex II bring in none: the template does not tell what they were made of.",
    )
    scope_default_share = OptionalFloat("Default Share in Scope", readonly=True, help="Annex IV 1.1(15)(d).")
    indirect_default_share = OptionalFloat("Default Share of Indirect", readonly=True, help="Annex IV 1.1(15)(e).")
    instrument = fields.Char("Carbon Pricing", readonly=True)
    covered = OptionalFloat("Share Covered", readonly=True)
    currency = fields.Char(readonly=True)
    price_due = OptionalFloat("Carbon Price Due per Unit", readonly=True)
    rebate_type = fields.Char("Type of Rebate", readonly=True)
    rebate_covered = OptionalFloat("Share Covered by the Rebate", readonly=True)
    rebate = OptionalFloat("Rebate per Unit", readonly=True)
    cell_ids = fields.One2many("cbam.workbook.check.cell", "product_id", "Compared Cells", readonly=True)
    selected = fields.Boolean("Make a Record", default=True, help="Untick what is not to become a record.")
    record_id = fields.Many2one("cbam.specific.emission", readonly=True, copy=False, ondelete="set null")

    @api.depends("name", "cn_code")
    def _compute_display_name(self):
        for product in self:
            product.display_name = " · ".join(filter(None, (spaced(product.cn_code or ""), product.name)))

    def write(self, vals):
        """Only what is to become a record may change."""
        if not self.env.su and any(self._fields[name].readonly for name in vals):
            raise UserError(self.env._("%s is what the workbook says, and stays as it is.", self[:1].display_name))
        return super().write(vals)

    @api.model
    def _values_of(self, found, made):
        annex_ii = self.env["cbam.workbook.check"]._annex_ii()
        scoped = in_scope(found.communication, found.recomputed, annex_ii)
        return [
            (check.product.row, self._values(check, scoped.get(check.product.process), made))
            for check in found.products
        ]

    def _values(self, check, scoped, made):
        product = check.product
        values = {name: getattr(product, name) for name in TYPED} | {
            "process_id": made["cbam.workbook.check.process"].get(product.process),
            "parameters": self._parameters_text(product),
            "unit": product.results.unit if isinstance(product.results.unit, str) else False,
            "agrees": check.agrees,
        }
        for cell in check.figures:
            name = FIGURES.get(cell.cell.rstrip("0123456789"))
            if name:
                number = isinstance(cell.theirs, (int, float)) and not isinstance(cell.theirs, bool)
                values |= {name: cell.theirs if number else None, f"our_{name}": cell.ours}
        if scoped:
            values |= {
                "see_indirect_scope": scoped.indirect_scope,
                "scope_default_share": scoped.default_share,
                "indirect_default_share": scoped.indirect_default_share,
            }
        return values | {"difference": self._largest_difference(check.figures)}

    def _parameters_text(self, product):
        return ", ".join(
            f"{name.replace('_', ' ')} {value:g}" if isinstance(value, float) else f"{name.replace('_', ' ')} {value}"
            for name, value in product.parameters.items()
        )

    def _largest_difference(self, figures):
        """As a share of the larger figure; what is missing on one side has none."""
        shares = [
            abs(cell.difference) / max(abs(cell.ours), abs(cell.theirs))
            for cell in figures
            if cell.difference and not cell.mistaken
        ]
        return f"{max(shares):.2g}" if shares else "0"
