from datetime import datetime, time
from math import fsum

from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ..engine.errors import EngineError
from ..engine.life.lines import LifeLine
from ..engine.life.material import Figure
from ..engine.life.service import emitted, leaked, travelled
from ..engine.life.stages import MAINTENANCE
from .optional_float import OptionalFloat

KINDS = [
    ("gas", "Refrigerant or Insulating Gas"),
    ("part", "Spare Part"),
    ("trip", "Service Trip"),
    ("other", "Other"),
]
#: Unit that the activity of each kind must count in; others count in any.
KIND_UNITS = {"gas": "kg", "trip": "km"}


class CbamLifeServiceLine(models.Model):
    """What a maintenance request has put into a machine: gas, spare parts, the way of the technician.

    It counts for the machine's serial number once the request is done. Not for CBAM.
    """

    _name = "cbam.life.service.line"
    _inherit = ["cbam.life.document"]
    _description = "Service Line of the Whole-Life Account"
    _order = "request_id desc, sequence, id"
    _check_company_auto = True
    _life_fields = frozenset(
        {
            *("request_id", "kind", "name", "date", "activity_id", "quantity", "uom_id", "product_id", "lot_id"),
            *("recovered", "distance", "round_trip", "trip_share"),
        }
    )

    request_id = fields.Many2one("maintenance.request", required=True, index=True, ondelete="restrict")
    sequence = fields.Integer(default=10)
    company_id = fields.Many2one(related="request_id.company_id", store=True, index=True)
    equipment_id = fields.Many2one(related="request_id.equipment_id", store=True, index=True)
    machine_lot_id = fields.Many2one(related="equipment_id.cbam_lot_id", string="Machine")
    kind = fields.Selection(KINDS, required=True, default="part")
    name = fields.Char("Description")
    date = fields.Date(
        compute="_compute_date", store=True, readonly=False, precompute=True, help="Day of the service; factors of it."
    )
    activity_id = fields.Many2one(
        "cbam.life.activity",
        ondelete="restrict",
        help="What emits: a gas with its global warming potential, kilometres of a van, a kilogram of steel. A spare "
        "part without an activity counts by what its lot carries, or by what its product is valued at.",
    )
    activity_unit = fields.Selection(related="activity_id.unit", string="Unit of Activity")
    product_id = fields.Many2one("product.product", check_company=True, ondelete="restrict")
    lot_id = fields.Many2one(
        "stock.lot",
        "Lot/Serial Number",
        domain="[('product_id', '=', product_id)]",
        check_company=True,
        ondelete="restrict",
    )
    quantity = OptionalFloat(
        digits=(16, 6), aggregator=None, help="kg charged of a gas; the quantity of a part or of another activity."
    )
    uom_id = fields.Many2one("uom.uom", "Unit", compute="_compute_uom_id", store=True, readonly=False, precompute=True)
    recovered = fields.Float(
        "Recovered (kg)", digits=(16, 6), aggregator=None, help="Gas taken out and brought back: it has not leaked."
    )
    distance = OptionalFloat("One Way (km)", digits=(16, 3), aggregator=None)
    round_trip = fields.Boolean("There and Back", default=True)
    trip_share = fields.Float(
        "Share of This Machine",
        default=1.0,
        digits=0,
        aggregator=None,
        help="Of the trip; the rest belongs to other machines served on the way.",
    )
    tco2e = OptionalFloat("Emissions (tCO2e)", digits=0, compute="_compute_figure", aggregator=None)
    figure_note = fields.Char("Factor", compute="_compute_figure", help="The factor, or what is missing.")
    state = fields.Selection(
        [("planned", "Not done yet"), ("no_serial", "No serial number"), ("missing", "Missing"), ("posted", "Counts")],
        compute="_compute_figure",
    )

    _recovered = models.Constraint("CHECK (recovered >= 0)", "The mass of gas recovered cannot be negative.")

    @api.depends("kind", "name", "activity_id", "product_id", "lot_id")
    @api.depends_context("lang")
    def _compute_display_name(self):
        kinds = dict(self._fields["kind"]._description_selection(self.env))
        for line in self:
            what = line.name or line.product_id.display_name or line.activity_id.name
            line.display_name = f"{kinds[line.kind]} · {what}" if what else kinds[line.kind]

    @api.depends("request_id.close_date", "request_id.schedule_date")
    def _compute_date(self):
        for line in self:
            request = line.request_id
            scheduled = request.schedule_date and request.schedule_date.date()
            line.date = line.date or request.close_date or scheduled or fields.Date.context_today(line)

    @api.depends("product_id")
    def _compute_uom_id(self):
        for line in self:
            line.uom_id = line.product_id.uom_id or line.uom_id

    @api.depends(
        *("kind", "activity_id", "product_id", "lot_id", "quantity", "uom_id", "recovered", "date", "name"),
        *("distance", "round_trip", "trip_share", "request_id.stage_id.done", "request_id.archive", "machine_lot_id"),
    )
    @api.depends_context("lang")
    def _compute_figure(self):
        figures = self._figures()
        for line in self:
            found = figures[line]
            known = [one.tco2e for one in found if one.tco2e is not None]
            line.tco2e = fsum(known) if len(known) == len(found) else None
            line.figure_note = "; ".join(one.note for one in found)
            missing = "missing" if line.tco2e is None else "posted"
            line.state = "planned" if not line._counts() else missing if line.machine_lot_id else "no_serial"

    # -- checks ----------------------------------------------------------------------------------------------------

    @api.constrains("kind", "activity_id", "product_id", "quantity", "recovered", "distance", "trip_share")
    def _check_line(self):
        for line in self:
            unit = KIND_UNITS.get(line.kind)
            if unit and line.activity_id and line.activity_id.unit != unit:
                raise ValidationError(
                    self.env._(
                        "%(line)s: %(activity)s does not count in %(unit)s.",
                        line=line.display_name,
                        activity=line.activity_id.display_name,
                        unit=unit,
                    )
                )
            if line.kind == "part" and not line.product_id:
                raise ValidationError(self.env._("%s: a spare part needs a product.", line.display_name))
            try:
                line._amount()
            except EngineError as error:
                # A line may be entered before its figure is known; a figure that makes no sense may not.
                if line._is_known():
                    raise ValidationError(str(error)) from error

    def _is_known(self):
        return (self.distance if self.kind == "trip" else self.quantity) is not None

    # -- figures ---------------------------------------------------------------------------------------------------

    def _counts(self):
        """Whether the service has happened."""
        self.ensure_one()
        return self.request_id.stage_id.done and not self.request_id.archive

    def _amount(self):
        """``(quantity, unit)`` of the activity by the engine.

        :raises EngineError: a figure is missing or makes no sense
        """
        self.ensure_one()
        if self.kind == "gas":
            return leaked(self.quantity, self.recovered, self.display_name), "kg"
        if self.kind == "trip":
            return travelled(self.distance, self.round_trip, self.trip_share, self.display_name), "km"
        if self.quantity is None or self.quantity < 0:
            raise EngineError(self.env._("%s: the quantity is missing or negative.", self.display_name))
        return self.quantity, self.uom_id.name or self.activity_id.unit or ""

    def _figures(self):
        """``{line: [engine.life.material.Figure]}``, in a number of queries that does not grow with the lines."""
        wanted = {(line.activity_id.sudo().code, line.date) for line in self if line.activity_id}
        rates = self.env["cbam.life.factor"]._rates_on(wanted)
        valued = self.env["cbam.life.service.part"]._figures(
            self.filtered(lambda line: line.kind == "part" and not line.activity_id)
        )
        figures = {}
        for line in self:
            # superuser: a technician enters service without rights on activities
            activity = line.activity_id.sudo()
            figures[line] = valued.get(line) or [line._figure(activity, rates.get((activity.code, line.date)))]
        return figures

    def _figure(self, activity, rate):
        """The figure of a line with an activity; what is missing is named."""
        try:
            quantity, unit = self._amount()
            if not activity:
                raise EngineError(self.env._("%s: no activity with a factor is chosen.", self.display_name))
            if self.kind in ("part", "other"):
                quantity, unit = self._in_activity_unit(quantity, activity)
            if rate is None:
                raise EngineError(
                    self.env._("%(activity)s has no factor on %(day)s.", activity=activity.name, day=self.date)
                )
            tonnes = emitted(quantity, rate.kg_per_unit, self.display_name)
        except EngineError as error:
            return Figure(self.quantity or 0.0, activity.unit or "", None, "missing", note=str(error))
        return Figure(quantity, unit, tonnes, rate.quality, rate.dataset_id, note=rate.note)

    def _in_activity_unit(self, quantity, activity):
        """A quantity of a part in the unit of its activity: kilograms by net mass, pieces as they are.

        :raises EngineError: no mass leads there
        """
        if activity.unit not in ("kg", "t") or not self.uom_id:
            return quantity, activity.unit
        mass = self.env["cbam.mass"]
        if self.product_id:
            tonnes, reason = mass.net_mass(quantity, self.uom_id, self.product_id)
            if tonnes is None:
                raise EngineError(reason)
        elif mass.is_weight(self.uom_id):
            tonnes = mass.convert(quantity, self.uom_id, self.env.ref("uom.product_uom_ton"))
        else:
            raise EngineError(self.env._("%s: its unit is no weight.", self.display_name))
        return tonnes * (1000.0 if activity.unit == "kg" else 1.0), activity.unit

    # -- the ledger ------------------------------------------------------------------------------------------------

    def _cbam_life_targets(self):
        """A line per service that is done on a machine with a serial number."""
        done = self.filtered(lambda line: line._counts() and line.machine_lot_id)
        figures = done._figures()
        return {line.id: [line._life_line(figure) for figure in figures[line]] for line in done}

    def _life_line(self, figure):
        machine = self.machine_lot_id
        return LifeLine(
            MAINTENANCE,
            machine.product_id.id,
            machine.id,
            None,
            datetime.combine(self.date, time(12)),
            figure.quantity,
            figure.unit,
            figure.tco2e,
            figure.quality,
            figure.dataset_id,
            figure.footprint_id,
            f"{self.display_name}: {figure.note}",
        )

    def action_cbam_lines(self):
        """The lines of the whole-life account that these services have posted."""
        action = self.env["ir.actions.act_window"]._for_xml_id("cbam_emissions.cbam_life_line_action")
        return action | {"domain": [("life_model", "=", self._name), ("life_res_id", "in", self.ids)]}
