from collections import defaultdict
from datetime import datetime

from odoo import api, fields, models

from ..engine.errors import EngineError
from ..engine.life.end_of_life import treated
from ..engine.life.lines import LifeLine
from ..engine.life.stages import END_OF_LIFE
from .optional_float import OptionalFloat


class CbamRecoveryLine(models.Model):
    """What became of a component when a machine was really taken apart (an unbuild order).

    Its burden is posted to the machine's serial number; its credit is kept beside it and posted nowhere.
    """

    _name = "cbam.recovery.line"
    _inherit = ["cbam.life.document", "cbam.treatment"]
    _description = "Recovered from a Machine"
    _order = "unbuild_id desc, sequence, id"
    _check_company_auto = True
    _life_fields = frozenset(
        {
            *("unbuild_id", "product_id", "quantity", "uom_id", "treatment", "activity_id"),
            *("electricity", "electricity_activity_id", "with_credit"),
        }
    )

    unbuild_id = fields.Many2one("mrp.unbuild", "Unbuild Order", required=True, index=True, ondelete="restrict")
    company_id = fields.Many2one(related="unbuild_id.company_id", store=True, index=True)
    sequence = fields.Integer(default=10)
    product_id = fields.Many2one("product.product", "Component", required=True, ondelete="restrict", check_company=True)
    lot_id = fields.Many2one(
        "stock.lot",
        "Lot/Serial Number",
        domain="[('product_id', '=', product_id)]",
        ondelete="restrict",
        check_company=True,
    )
    quantity = fields.Float(required=True, default=1.0, digits="Product Unit", aggregator=None)
    uom_id = fields.Many2one("uom.uom", "Unit", compute="_compute_uom_id", store=True, readonly=False, precompute=True)
    mass = OptionalFloat("Net Mass (kg)", digits=0, compute="_compute_figures")
    burden = OptionalFloat("Burden (tCO2e)", digits=0, compute="_compute_figures")
    credit = OptionalFloat(
        "Credit (tCO2e)", digits=0, compute="_compute_figures", help="Beside the burden, never netted, never posted."
    )
    figure_note = fields.Char("Factor", compute="_compute_figures")

    _quantity = models.Constraint("CHECK (quantity >= 0)", "A recovered quantity cannot be negative.")

    @api.depends("product_id", "treatment")
    @api.depends_context("lang")
    def _compute_display_name(self):
        treatments = dict(self._fields["treatment"]._description_selection(self.env))
        for line in self:
            line.display_name = f"{line.product_id.display_name or ''}, {treatments.get(line.treatment, '')}"

    @api.depends("product_id")
    def _compute_uom_id(self):
        for line in self:
            line.uom_id = line.product_id.uom_id

    @api.depends(
        *("product_id", "quantity", "uom_id", "treatment", "activity_id", "with_credit", "electricity"),
        *("electricity_activity_id", "unbuild_id.state"),
    )
    @api.depends_context("lang")
    def _compute_figures(self):
        figures = self._figures()
        for line in self:
            kg, result, rate, missing = figures[line]
            line.mass, line.burden, line.credit = kg, result and result.burden, result and result.credit
            line.figure_note = missing or (rate.note if rate else False)

    def _figures(self):
        """``{line: (kg, engine.life.end_of_life.TreatedMass, Rate of the burden, what is missing)}``."""
        wanted = {(code, line._day()) for line in self for code in line._codes()}
        rates, figures = self.env["cbam.life.factor"]._rates_on(wanted), {}
        for line in self:
            tonnes, reason = None, self.env._("The component is missing.")
            if line.product_id and line.uom_id:
                tonnes, reason = self.env["cbam.mass"].net_mass(line.quantity, line.uom_id, line.product_id)
            day = line._day()
            mine = {code: rates[code, day] for code in line._codes() if (code, day) in rates}
            # superuser: the shop floor enters what was recovered without rights on activities
            rate = mine.get(line.activity_id.sudo().code)
            if tonnes is None:
                figures[line] = (None, None, rate, reason)
                continue
            figures[line] = line._treated(tonnes * 1000.0, mine, rate)
        return figures

    def _treated(self, kg, rates, rate):
        """A part that is used again without any work has no burden; else a missing factor is missing."""
        reused = self.treatment == "reuse" and not self.activity_id
        treatment = self._treatment(rates, self.product_id.id)
        if reused:
            treatment = type(treatment)(
                *(treatment.material, treatment.treatment, treatment.name, 1.0, 0.0),
                electricity=treatment.electricity,
                electricity_factor=treatment.electricity_factor,
            )
        try:
            result = treated(treatment, self.product_id.id, kg)
        except EngineError as error:
            return kg, None, rate, str(error)
        missing = ""
        if result.burden is None:
            missing = self.env._("%s: an emission factor is missing.", self.display_name)
        elif result.credit is None:
            missing = self.env._("%s: the credit is missing.", self.display_name)
        elif reused:
            missing = self.env._("Used again: no burden.")
        return kg, result, rate, missing

    def _day(self):
        return (self.unbuild_id.cbam_unbuilt_at or fields.Datetime.now()).date()

    # -- the ledger ------------------------------------------------------------------------------------------------

    def _cbam_life_targets(self):
        """The burden of every component of unbuild orders that are done, on the machine's serial number."""
        done = self.filtered(lambda line: line.unbuild_id.state == "done" and line.unbuild_id.lot_id)
        figures = done._figures()
        targets = {}
        for line in done:
            kg, result, rate, missing = figures[line]
            unbuild = line.unbuild_id
            targets[line.id] = [
                LifeLine(
                    END_OF_LIFE,
                    unbuild.product_id.id,
                    unbuild.lot_id.id,
                    None,
                    unbuild.cbam_unbuilt_at or datetime.combine(line.create_date.date(), datetime.min.time()),
                    kg or 0.0,
                    "kg",
                    result.burden if result else None,
                    rate.quality if rate else "standard",
                    rate.dataset_id if rate else None,
                    None,
                    f"{line.display_name}: {missing or (rate.note if rate else '')}",
                )
            ]
        return targets

    @api.model
    def _of(self, lots):
        """Figures of machines that were really taken apart, as :meth:`cbam.end.of.life.of`."""
        lines = self.search([("unbuild_id.lot_id", "in", lots.ids), ("unbuild_id.state", "=", "done")])
        figures, found = lines._figures(), defaultdict(lambda: {"rows": [], "missing": []})
        labels = dict(self._fields["treatment"]._description_selection(self.env))
        for line in lines:
            kg, result, _rate, missing = figures[line]
            one = found[line.unbuild_id.lot_id.id]
            burden, credit = (result.burden, result.credit) if result else (None, None)
            one["rows"].append(
                {
                    "material": line.product_id.display_name,
                    "treatment": line.treatment,
                    "label": labels[line.treatment],
                    "kg": kg,
                    "burden": burden,
                    "credit": credit,
                }
            )
            one["missing"] += [missing] if burden is None or credit is None else []
        for one in found.values():
            for total, name in (("burden", "burden"), ("credits", "credit")):
                known = [row[name] for row in one["rows"] if row[name] is not None]
                one[total] = sum(known) if known else None
            one |= {"scenario": self.env._("Really taken apart"), "recovered": True}
        return dict(found)
