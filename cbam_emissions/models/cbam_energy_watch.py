from collections import defaultdict
from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ..engine.life.drift import Rule, State, baseline, daily, drift, saving
from .optional_float import OptionalFloat

STATES = [
    (State.LEARNING.value, "No baseline yet"),
    (State.NO_DATA.value, "Too few days"),
    (State.NORMAL.value, "As ever"),
    (State.WORSE.value, "Worse"),
]


class CbamEnergyWatch(models.Model):
    """A machine's energy against its own baseline: kWh per part or per hour, by product.

    The energy is what the unit book's meters have shared to orders; it is in their figures already. What the watch says
    is for maintenance, and posts nothing. Not for CBAM.
    """

    _name = "cbam.energy.watch"
    _description = "Energy Watch of a Machine"
    _order = "equipment_id, id"
    _check_company_auto = True

    equipment_id = fields.Many2one(
        "maintenance.equipment", required=True, index=True, ondelete="cascade", check_company=True
    )
    company_id = fields.Many2one(
        "res.company",
        compute="_compute_company_id",
        store=True,
        readonly=False,
        precompute=True,
        required=True,
        index=True,
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    active = fields.Boolean(default=True)
    workcenter_id = fields.Many2one(
        "mrp.workcenter", "Work Centre", check_company=True, help="Its meters are watched where none is chosen here."
    )
    meter_ids = fields.Many2many(
        "cbam.meter",
        "cbam_energy_watch_meter_rel",
        "watch_id",
        "meter_id",
        string="Meters",
        help="Meters of energy in front of this machine. Empty: those of the work centre.",
    )
    basis = fields.Selection([("part", "kWh per part"), ("hour", "kWh per hour")], required=True, default="part")
    baseline_from = fields.Date(
        required=True, default=lambda self: fields.Date.context_today(self) - timedelta(days=120)
    )
    baseline_to = fields.Date(required=True, default=lambda self: fields.Date.context_today(self) - timedelta(days=31))
    threshold = fields.Float("Worse By", required=True, default=0.10, aggregator=None, help="Fraction of the baseline.")
    window = fields.Integer("Over Days", required=True, default=14, help="Calendar days whose median must be worse.")
    least_orders = fields.Integer(
        "Orders per Product", required=True, default=5, help="That a baseline needs at least."
    )
    least_days = fields.Integer(
        "Days with Data", required=True, default=3, help="That the days looked at need at least."
    )
    price = OptionalFloat(
        "Price of Energy",
        digits=(16, 6),
        aggregator=None,
        help="Per kWh, in the company's currency. Empty: no cost shown.",
    )
    note = fields.Text()

    state = fields.Selection(STATES, readonly=True, copy=False)
    evaluated_at = fields.Datetime("Evaluated", readonly=True, copy=False)
    baseline_text = fields.Text("Baseline", readonly=True, copy=False)
    excess = OptionalFloat("Against Baseline", readonly=True, copy=False, aggregator=None)
    days = fields.Integer("Days Seen", readonly=True, copy=False)
    window_kwh = OptionalFloat("Energy Now (kWh)", readonly=True, copy=False)
    window_expected = OptionalFloat("By the Baseline (kWh)", readonly=True, copy=False)
    since = fields.Date(readonly=True, copy=False)
    extra_kwh = OptionalFloat("Extra Energy (kWh)", readonly=True, copy=False)
    extra_tco2e = OptionalFloat("Extra Emissions (tCO2e)", digits=0, readonly=True, copy=False)
    extra_cost = OptionalFloat("Extra Cost", digits=(16, 2), readonly=True, copy=False)
    service_date = fields.Date("Serviced On", readonly=True, copy=False)
    level_before = OptionalFloat("Level Before", readonly=True, copy=False, aggregator=None)
    avoided_kwh = OptionalFloat("Avoided Energy (kWh)", readonly=True, copy=False)
    avoided_tco2e = OptionalFloat("Avoided Emissions (tCO2e)", digits=0, readonly=True, copy=False)
    avoided_cost = OptionalFloat("Avoided Cost", digits=(16, 2), readonly=True, copy=False)
    request_ids = fields.One2many("maintenance.request", "cbam_watch_id", "Requests", readonly=True)
    request_count = fields.Integer(compute="_compute_request_count")

    _baseline = models.Constraint("CHECK (baseline_to >= baseline_from)", "A baseline cannot end before it begins.")
    _figures = models.Constraint(
        'CHECK (threshold > 0 AND "window" > 0 AND least_orders > 0 AND least_days > 0)',
        "Threshold, days and orders of an energy watch are greater than 0.",
    )

    @api.depends("equipment_id")
    def _compute_company_id(self):
        for watch in self:
            watch.company_id = watch.equipment_id.company_id or watch.company_id or self.env.company

    @api.depends("equipment_id", "basis")
    @api.depends_context("lang")
    def _compute_display_name(self):
        labels = dict(self._fields["basis"]._description_selection(self.env))
        for watch in self:
            watch.display_name = f"{watch.equipment_id.display_name or ''} · {labels.get(watch.basis, '')}"

    @api.depends("request_ids")
    def _compute_request_count(self):
        for watch in self:
            watch.request_count = len(watch.request_ids)

    @api.constrains("meter_ids", "workcenter_id", "company_id")
    def _check_meters(self):
        units = self.env["cbam.energy.watch.data"]._energy_units()
        for watch in self:
            if not watch.meter_ids and not watch.workcenter_id:
                raise ValidationError(self.env._("%s needs a meter or a work centre.", watch.display_name))
            for meter in watch.meter_ids:
                if meter.stream_id.unit not in units:
                    raise ValidationError(
                        self.env._("%s does not share energy among orders: no kWh follow from it.", meter.display_name)
                    )
                if meter.company_id != watch.company_id:
                    raise ValidationError(self.env._("%s belongs to another company.", meter.display_name))

    # -- evaluation ------------------------------------------------------------------------------------------------

    @api.model
    def _cron_evaluate(self):
        """Scheduled action: evaluate the watches of all companies that keep a whole-life account."""
        self.search([("company_id.cbam_life_account", "=", True)])._evaluate()

    def action_evaluate(self):
        """Evaluate now."""
        self._evaluate()

    def action_open_requests(self):
        """The requests that these watches have made."""
        action = self.env["ir.actions.act_window"]._for_xml_id("maintenance.hr_equipment_request_action")
        return action | {"domain": [("cbam_watch_id", "in", self.ids)], "context": {}}

    def _rule(self):
        return Rule(self.threshold, self.window, self.least_orders, self.least_days)

    def _evaluate(self):
        """Compare each machine with its baseline; one that is worse gets one request."""
        # superuser: a watch is judged by all orders of its machine, whoever presses the button
        watches = self.sudo()
        observed = watches.env["cbam.energy.watch.data"]._observations(watches)
        for watch in watches:
            today = fields.Date.context_today(watch)
            watch.write(watch._result(observed[watch], today))
        worse = watches.filtered(lambda watch: watch.state == State.WORSE.value)
        worse._make_requests()

    def _result(self, observations, today):
        """Values of the results of one watch."""
        rule = self._rule()
        base = baseline([row for row in observations if self.baseline_from <= row.day <= self.baseline_to], rule)
        days = daily([row for row in observations if row.day <= today], base)
        service = self._serviced()
        start = max(filter(None, (service, self.baseline_to)))
        later = [day for day in days if day.day > start]
        found = drift(later, base, rule, today)
        window = [day for day in later if day.day > today - timedelta(days=self.window)]
        worse = found.state is State.WORSE
        return {
            "state": found.state.value,
            "evaluated_at": fields.Datetime.now(),
            "baseline_text": self._baseline_text(base),
            "excess": found.excess,
            "days": found.days,
            "window_kwh": sum(day.kwh for day in window) if window else None,
            "window_expected": sum(day.expected for day in window) if window else None,
            "since": found.since or False,
            "extra_kwh": found.extra_kwh if worse else None,
            "extra_tco2e": found.extra_tco2e if worse else None,
            "extra_cost": self._cost(found.extra_kwh) if worse else None,
            **self._saving(days, base, rule, service),
        }

    def _saving(self, days, base, rule, service):
        """What the last service that an alert asked for has avoided since."""
        nothing = dict.fromkeys(("level_before", "avoided_kwh", "avoided_tco2e", "avoided_cost"))
        if not service:
            return {"service_date": False, **nothing}
        before = [day for day in days if self.baseline_to < day.day <= service]
        excess = drift(before, base, rule, service).excess
        if excess is None:
            return {"service_date": service, **nothing}
        saved = saving([day for day in days if day.day > service], 1.0 + excess)
        return {
            "service_date": service,
            "level_before": 1.0 + excess,
            "avoided_kwh": saved.kwh,
            "avoided_tco2e": saved.tco2e,
            "avoided_cost": self._cost(saved.kwh),
        }

    def _serviced(self):
        """Day of the last request of this watch that was done; False if none was."""
        done = self.request_ids.filtered(lambda request: request.stage_id.done and not request.archive)
        return max(done.filtered("close_date").mapped("close_date"), default=False)

    def _cost(self, kwh):
        return None if self.price is None else self.price * kwh

    def _baseline_text(self, base):
        names = {
            product.id: product.display_name
            for product in self.env["product.product"].browse(set(base.rates) | set(base.thin))
        }
        labels = dict(self._fields["basis"]._description_selection(self.env))
        lines = [
            self.env._(
                "%(product)s: %(rate)s %(basis)s (median of %(count)s orders, MAD %(mad)s)",
                product=names[product],
                rate=f"{rate.median:.6g}",
                basis=labels[self.basis],
                count=rate.count,
                mad=f"{rate.mad:.3g}",
            )
            for product, rate in base.rates.items()
        ]
        lines += [self.env._("%s: too few orders, compared with nothing", names[product]) for product in base.thin]
        return "\n".join(lines)

    # -- the request -----------------------------------------------------------------------------------------------

    def _make_requests(self):
        """One request and one activity per watch that is worse; an open or cancelled one of this drift stays alone."""
        requests = defaultdict(self.env["maintenance.request"].browse)
        for request in self.env["maintenance.request"].search([("cbam_watch_id", "in", self.ids)]):
            requests[request.cbam_watch_id] |= request
        wanted = self.filtered(
            lambda watch: (
                not requests[watch].filtered(
                    lambda request: (
                        (not request.archive and not request.stage_id.done) or request.request_date >= watch.since
                    )
                )
            )
        )
        for company, watches in wanted.grouped("company_id").items():
            # ODOO: the maintenance team is proposed by the current company.
            model = self.env["maintenance.request"].with_company(company)
            made = model.create([watch._request_values() for watch in watches])
            for watch, request in zip(watches, made, strict=True):
                watch._remind(request)

    def _remind(self, request):
        request.activity_schedule(
            "mail.mail_activity_data_todo",
            summary=self.env._("Energy drift"),
            note=request.description,
            user_id=(request.user_id or self.create_uid).id,
        )

    def _request_values(self):
        percent = f"{self.excess * 100:.1f}"
        lines = [
            self.env._("%(percent)s %% more than its baseline since %(day)s.", percent=percent, day=self.since),
            self.env._("Extra energy: %s kWh", f"{self.extra_kwh:.1f}"),
        ]
        if self.extra_tco2e is None:
            lines.append(self.env._("Extra emissions: not known"))
        else:
            lines.append(self.env._("Extra emissions: %s tCO2e", f"{self.extra_tco2e:.6f}"))
        if self.extra_cost is not None:
            lines.append(self.env._("Extra cost: %s", self.currency_id.format(self.extra_cost)))
        return {
            "name": self.env._("Energy drift: %s", self.equipment_id.name),
            "equipment_id": self.equipment_id.id,
            "company_id": self.company_id.id,
            "maintenance_type": "corrective",
            "description": "<br/>".join(lines),
            "cbam_watch_id": self.id,
            "owner_user_id": self.create_uid.id,
        }
