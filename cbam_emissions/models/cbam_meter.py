from datetime import datetime, time, timedelta

import pytz

from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ..engine.energy_units import UNITS, convertible
from ..engine.registers import RegisterKind
from .energy_units import CARRIERS, ENERGY_UNITS
from .optional_float import OptionalFloat

#: Fields that decide what readings mean and who shares them.
FIGURES = {
    "stream_id",
    "unit",
    "multiplier",
    "workcenter_ids",
    "process_id",
    "register_kind",
    "parent_id",
    "rollover_capacity",
    "longest_interval",
    "calibrated_until",
    "date_from",
    "date_to",
    "active",
}


class CbamMeter(models.Model):
    """A meter of energy, fuel or material: 2025/2547 Annex II B.4 and D.3.

    Its intervals are shared among the orders worked on at its work centres; without work centres among those of its
    process, without both among all orders of the installation. What sub-meters measure is taken off before.
    """

    _name = "cbam.meter"
    _description = "CBAM Meter"
    _inherit = ["cbam.site.record", "mail.activity.mixin", "cbam.change.logged", "cbam.configuration"]
    _change_kind = "meter"
    _change_fields = ("active", "workcenter_ids")
    _order = "installation_id, sequence, code, id"
    _rec_names_search = ["code", "name"]
    _parent_name = "parent_id"

    name = fields.Char(required=True, translate=True, tracking=True)
    code = fields.Char(
        required=True, copy=False, tracking=True, help="Short name that imports and gateways use; once per company."
    )
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    stream_id = fields.Many2one(
        "cbam.source.stream",
        "Source Stream",
        domain="[('installation_id', '=', installation_id), ('basis', '=', 'meter')]",
        index="btree_not_null",
        ondelete="restrict",
        tracking=True,
        help="What the meter measures. Empty: the readings are kept and reported, but attributed to nothing.",
    )
    carrier = fields.Selection(CARRIERS, compute="_compute_carrier", store=True, readonly=False, precompute=True)
    unit = fields.Selection(ENERGY_UNITS, required=True, default="kwh", tracking=True)
    multiplier = fields.Float(
        required=True,
        default=1.0,
        tracking=True,
        help="What the register's difference is multiplied with: ratio of current transformers, value of a pulse, or "
        "the correction of a gas meter from operating to normal conditions.",
    )
    register_kind = fields.Selection(
        [
            (RegisterKind.CUMULATIVE.value, "Cumulative register"),
            (RegisterKind.INTERVAL.value, "Quantities of intervals"),
        ],
        required=True,
        default=RegisterKind.CUMULATIVE.value,
        tracking=True,
        help="Cumulative: readings are states of a counter. "
        "Intervals: each reading is the quantity of its own interval.",
    )
    rollover_capacity = OptionalFloat(
        "Register Rolls Over At",
        tracking=True,
        help="Value at which the counter starts again from 0, before the multiplier (100000 for five digits). "
        "Empty: a falling register is a problem to solve, never a guess.",
    )
    process_id = fields.Many2one(
        "cbam.process",
        "Production Process",
        domain="[('installation_id', '=', installation_id)]",
        index="btree_not_null",
        ondelete="restrict",
        tracking=True,
    )
    workcenter_ids = fields.Many2many(
        "mrp.workcenter",
        "cbam_meter_workcenter_rel",
        "meter_id",
        "workcenter_id",
        string="Work Centres",
        domain="['|', ('company_id', '=', False), ('company_id', '=', company_id)]",
        help="Orders share the readings by their productive time at these work centres.",
    )
    parent_id = fields.Many2one(
        "cbam.meter",
        "Parent Meter",
        domain="[('installation_id', '=', installation_id), ('id', '!=', id)]",
        index="btree_not_null",
        ondelete="restrict",
        tracking=True,
        help="The meter this one is behind. What sub-meters measure is deducted from it: only the rest is shared.",
    )
    child_ids = fields.One2many("cbam.meter", "parent_id", "Sub-meters")
    location = fields.Char(
        tracking=True,
        help="Exact place of the instrument; the monitoring plan lists it (2025/2547 Annex II A.5).",
    )
    date_from = fields.Date("In Service From", tracking=True, help="Empty: from its first reading on.")
    date_to = fields.Date("In Service Until", tracking=True, help="Last day, when the meter was taken out.")
    calibration_date = fields.Date("Calibrated On", tracking=True)
    calibrated_until = fields.Date("Calibration Valid Until", tracking=True)
    calibration_state = fields.Selection(
        [("valid", "Valid"), ("expired", "Expired"), ("unknown", "Not recorded")],
        compute="_compute_calibration_state",
        search="_search_calibration_state",
        string="Calibration",
    )
    longest_interval = OptionalFloat(
        "Read at Least Every (h)",
        tracking=True,
        help="Hours. Longer gaps between two readings are reported. Empty: not checked.",
    )
    control = fields.Selection(
        [("own", "Operator"), ("partner", "Supplier or grid operator")],
        string="Controlled By",
        required=True,
        default="own",
        help="Invoices and readings of a meter outside the operator's control count only between independent partners "
        "(2025/2547 Annex II B.4.2).",
    )
    reading_ids = fields.One2many("cbam.meter.reading", "meter_id", "Readings")
    reading_count = fields.Integer(compute="_compute_readings")
    problem_count = fields.Integer(compute="_compute_readings")
    revision = fields.Integer(
        readonly=True, copy=False, help="Counts changes of the readings, so that two of them never pass each other."
    )
    last_reading = fields.Datetime(compute="_compute_readings")
    note = fields.Html()

    _code_once = models.UniqueIndex("(company_id, lower(code))", "There is already a meter with this code.")
    _multiplier = models.Constraint("CHECK (multiplier > 0)", "The multiplier of a meter is greater than 0.")
    _rollover = models.Constraint(
        "CHECK (rollover_capacity IS NULL OR rollover_capacity > 0)", "A register rolls over at a value greater than 0."
    )
    _service = models.Constraint(
        "CHECK (date_to IS NULL OR date_from IS NULL OR date_to >= date_from)",
        "A meter cannot go out of service before it goes into service.",
    )

    @api.depends("stream_id")
    def _compute_carrier(self):
        for meter in self:
            meter.carrier = meter.stream_id.carrier or meter.carrier

    @api.depends("calibrated_until")
    def _compute_calibration_state(self):
        today = fields.Date.context_today(self)
        for meter in self:
            until = meter.calibrated_until
            meter.calibration_state = "unknown" if not until else "expired" if until < today else "valid"

    def _search_calibration_state(self, operator, value):
        if operator != "in":
            return NotImplemented
        today = fields.Date.context_today(self)
        domains = {
            "unknown": [("calibrated_until", "=", False)],
            "expired": [("calibrated_until", "<", today)],
            "valid": [("calibrated_until", ">=", today)],
        }
        return fields.Domain.OR([domains[state] for state in value if state in domains])

    @api.depends("reading_ids.state", "reading_ids.date_end")
    def _compute_readings(self):
        rows = self.env["cbam.meter.reading"]._read_group(
            [("meter_id", "in", self.ids), ("state", "!=", "cancelled")],
            ["meter_id", "state"],
            ["__count", "date_end:max"],
        )
        for meter in self:
            mine = [row for row in rows if row[0] == meter]
            meter.reading_count = sum(row[2] for row in mine)
            meter.problem_count = sum(row[2] for row in mine if row[1] == "problem")
            meter.last_reading = max((row[3] for row in mine), default=False)

    @api.depends("name", "code")
    def _compute_display_name(self):
        for meter in self:
            meter.display_name = f"[{meter.code}] {meter.name}" if meter.code else meter.name

    # -- checks ----------------------------------------------------------------------------------------------------

    @api.constrains("stream_id", "unit", "installation_id", "process_id", "parent_id")
    def _check_stream(self):
        for meter in self.filtered("stream_id"):
            stream = meter.stream_id
            if stream.installation_id != meter.installation_id:
                meter._refuse(self.env._("source stream %s belongs to another installation", stream.name))
            if stream.basis != "meter":
                meter._refuse(self.env._("source stream %s is not attributed by meters", stream.name))
            if not convertible(meter.unit, stream.unit):
                unit, to_unit = UNITS[meter.unit].symbol, UNITS[stream.unit].symbol
                meter._refuse(
                    self.env._(
                        "its unit %(unit)s cannot be converted into %(to_unit)s of source stream %(stream)s",
                        unit=unit,
                        to_unit=to_unit,
                        stream=stream.name,
                    )
                )

    @api.constrains("parent_id", "unit", "installation_id", "carrier")
    def _check_parent(self):
        if self._has_cycle("parent_id"):
            raise ValidationError(self.env._("A meter cannot be behind itself."))
        for meter in self | self.child_ids:
            parent = meter.parent_id
            if not parent:
                continue
            if parent.installation_id != meter.installation_id:
                meter._refuse(self.env._("its parent meter %s belongs to another installation", parent.display_name))
            if not convertible(meter.unit, parent.unit):
                meter._refuse(self.env._("it counts something else than its parent meter %s", parent.display_name))
            if meter.carrier and parent.carrier and meter.carrier != parent.carrier:
                meter._refuse(self.env._("its energy carrier differs from that of meter %s", parent.display_name))

    @api.constrains("process_id", "installation_id")
    def _check_process(self):
        for meter in self.filtered("process_id"):
            if meter.process_id.installation_id != meter.installation_id:
                meter._refuse(self.env._("process %s belongs to another installation", meter.process_id.name))

    def _refuse(self, reason):
        raise ValidationError(self.env._("Meter %(meter)s: %(reason)s.", meter=self.display_name, reason=reason))

    # -- changes ---------------------------------------------------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        meters = super().create(vals_list)
        meters.parent_id._readings_changed()
        return meters

    def write(self, vals):
        before = self.parent_id
        for meter in self:
            if vals.get("register_kind", meter.register_kind) != meter.register_kind and meter.reading_count:
                meter._refuse(self.env._("it has readings already, so its kind of register stays"))
        result = super().write(vals)
        if not FIGURES.isdisjoint(vals):
            (self | before | self.parent_id)._readings_changed()
            # Who shares a reading, and in which unit, may change without the reading itself.
            self.env["cbam.posting"]._mark(readings=self.sudo().reading_ids.ids)
        return result

    def unlink(self):
        parents = self.parent_id
        result = super().unlink()
        parents._readings_changed()
        return result

    def copy_data(self, default=None):
        """A copy needs a code of its own."""
        vals_list = super().copy_data(default=default)
        for meter, vals in zip(self, vals_list, strict=True):
            vals.setdefault("code", self.env._("%s (copy)", meter.code))
        return vals_list

    def _readings_changed(self):
        """Judge and post again all readings of these meters."""
        # superuser: what is judged is written by the system alone
        self.env["cbam.reading.judge"].sudo()._judge(dict.fromkeys(self.ids))

    # -- time ------------------------------------------------------------------------------------------------------

    def _timezone(self):
        return pytz.timezone(self.installation_id.tz or "UTC")

    def _utc(self, day):
        """The first moment of a local day, as naive UTC."""
        self.ensure_one()
        local = self._timezone().localize(datetime.combine(day, time.min))
        return local.astimezone(pytz.utc).replace(tzinfo=None)

    def _service_period(self):
        """First and last moment in service, naive UTC; ``None`` where open."""
        self.ensure_one()
        start = self._utc(self.date_from) if self.date_from else None
        return start, self._utc(self.date_to + timedelta(days=1)) if self.date_to else None

    def _calibrated_until_moment(self):
        self.ensure_one()
        return self._utc(self.calibrated_until + timedelta(days=1)) if self.calibrated_until else None

    @api.model
    def get_import_templates(self):
        return [
            {
                "label": self.env._("Import Template for Meters"),
                "template": "/cbam_emissions/static/import_templates/meters.xlsx",
            }
        ]

    # -- buttons ---------------------------------------------------------------------------------------------------

    def action_open_readings(self):
        """The readings of these meters."""
        action = self.env["ir.actions.act_window"]._for_xml_id("cbam_emissions.action_cbam_meter_reading")
        return action | {
            "domain": [("meter_id", "in", self.ids)],
            "context": {
                "search_default_valid": 1,
                "default_meter_id": self.id if len(self) == 1 else False,
                "cbam_interval_meter": bool(self) and set(self.mapped("register_kind")) == {"interval"},
            },
        }

    def action_open_problems(self):
        """The readings of these meters that do not count."""
        return self.action_open_readings() | {
            "domain": [("meter_id", "in", self.ids), ("state", "in", ("problem", "waiting"))]
        }

    def action_open_gaps(self):
        """The times for which these meters have no quantity."""
        action = self.env["ir.actions.act_window"]._for_xml_id("cbam_emissions.action_cbam_meter_gap")
        return action | {"domain": [("meter_id", "in", self.ids)]}
