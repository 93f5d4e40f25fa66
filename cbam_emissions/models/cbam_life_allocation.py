from collections import defaultdict
from datetime import datetime, time, timedelta
from math import fsum

import pytz

from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ..engine.errors import EngineError
from ..engine.life.allocation import Key, Work, air_electricity, allocate, rated_demand
from ..engine.life.lines import LifeLine
from ..engine.life.service import emitted
from ..engine.life.stages import PRODUCTION
from .energy_use import MeterInfo
from .optional_float import OptionalFloat

KEYS = [
    (Key.HOURS.value, "Productive hours"),
    (Key.MASS.value, "Tonnes made"),
    (Key.UNITS.value, "Units made"),
    (Key.RATED.value, "Rated demand × hours"),
    ("measured", "Sub-meters"),
]


class CbamLifeAllocation(models.Model):
    """What a site used in a period and no meter of an order shows, shared among the orders of that period.

    Forklift diesel, a compressor room, a boiler house. Whole-life account only: what CBAM counts by source streams is
    never entered here as well.
    """

    _name = "cbam.life.allocation"
    _inherit = ["cbam.site.record", "cbam.life.document"]
    _description = "Allocation of the Whole-Life Account"
    _order = "date_to desc, id desc"
    _life_fields = frozenset(
        {
            *("installation_id", "state", "date_from", "date_to", "activity_id", "quantity", "specific_energy", "key"),
            *("workcenter_ids", "meter_ids", "rating"),
        }
    )

    name = fields.Char(required=True, tracking=True)
    state = fields.Selection([("draft", "Draft"), ("posted", "Counts")], required=True, default="draft", tracking=True)
    date_from = fields.Date("From", required=True, tracking=True)
    date_to = fields.Date("To", required=True, tracking=True, help="Last day. Days are local to the installation.")
    activity_id = fields.Many2one("cbam.life.activity", required=True, ondelete="restrict", tracking=True)
    activity_unit = fields.Selection(related="activity_id.unit", string="Unit of Activity")
    quantity = OptionalFloat(
        digits=(16, 6),
        required=True,
        aggregator=None,
        tracking=True,
        help="Used in the period, in the unit of the activity.",
    )
    specific_energy = OptionalFloat(
        "kWh per Nm³",
        digits=(16, 6),
        aggregator=None,
        help="Of compressed air: the quantity is then Nm³, and the activity electricity in kWh.",
    )
    key = fields.Selection(KEYS, string="Shared By", required=True, default=Key.HOURS.value, tracking=True)
    rating = fields.Selection(
        [("cbam_rated_air", "Compressed air"), ("cbam_rated_heat", "Heat or steam")], default="cbam_rated_air"
    )
    workcenter_ids = fields.Many2many(
        "mrp.workcenter",
        "cbam_life_allocation_workcenter_rel",
        string="Work Centres",
        help="Whose orders share. Empty: all orders of the installation.",
    )
    meter_ids = fields.Many2many(
        "cbam.meter",
        "cbam_life_allocation_meter_rel",
        string="Sub-meters",
        domain="[('installation_id', '=', installation_id)]",
        help="Of the utility at its users; without a source stream, else CBAM counts it already.",
    )
    tco2e = OptionalFloat("Emissions (tCO2e)", digits=0, compute="_compute_result")
    message = fields.Char("To Do", compute="_compute_result")
    order_count = fields.Integer("Orders", compute="_compute_result")
    note = fields.Text()

    _dates = models.Constraint("CHECK (date_to >= date_from)", "An allocation cannot end before it begins.")

    @api.constrains("key", "meter_ids", "activity_id", "specific_energy", "quantity", "installation_id")
    def _check_basis(self):
        for one in self:
            if one.key == "measured" and not one.meter_ids:
                raise ValidationError(self.env._("%s: choose the sub-meters to share by.", one.name))
            counted = one.meter_ids.filtered("stream_id")
            if one.key == "measured" and counted:
                raise ValidationError(
                    self.env._(
                        "%(allocation)s: %(meter)s has a source stream, so CBAM's figures count it already.",
                        allocation=one.name,
                        meter=counted[0].display_name,
                    )
                )
            if one.meter_ids.installation_id - one.installation_id:
                raise ValidationError(self.env._("%s shares by meters of its own installation only.", one.name))
            if one.specific_energy is not None and one.activity_id.unit != "kWh":
                raise ValidationError(self.env._("%s: kWh per Nm³ needs an activity that counts in kWh.", one.name))
            if one.quantity is not None and one.quantity < 0:
                raise ValidationError(self.env._("%s: the quantity cannot be negative.", one.name))

    def action_post(self):
        """The allocation counts from now on; what changes is corrected by itself."""
        self.write({"state": "posted"})

    def action_draft(self):
        """Take the allocation back."""
        self.write({"state": "draft"})

    def action_cbam_lines(self):
        """The lines of the whole-life account that these allocations have posted."""
        action = self.env["ir.actions.act_window"]._for_xml_id("cbam_emissions.cbam_life_line_action")
        return action | {"domain": [("life_model", "=", self._name), ("life_res_id", "in", self.ids)]}

    @api.depends(
        *("date_from", "date_to", "activity_id", "quantity", "specific_energy", "key", "workcenter_ids", "meter_ids"),
        *("rating", "installation_id"),
    )
    @api.depends_context("lang")
    def _compute_result(self):
        for one in self:
            lines, message = one._shares() if one.date_from and one.date_to and one.installation_id else ([], False)
            known = [line.tco2e for line in lines if line.tco2e is not None]
            one.tco2e = fsum(known) if known and len(known) == len(lines) else None
            one.order_count, one.message = len({line.order for line in lines} - {None}), message

    # -- shares ----------------------------------------------------------------------------------------------------

    def _cbam_life_targets(self):
        """The share of every order of the period; what nothing can share is one missing line of the site."""
        return {one.id: one._shares()[0] for one in self if one.state == "posted"}

    def _shares(self):
        """``([LifeLine], what is to do)`` of one allocation."""
        self.ensure_one()
        start, end = self._span()
        # superuser: rates and orders of the company count, whatever the user may read of them
        activity = self.activity_id.sudo()
        rate = (
            self.env["cbam.life.factor"]._rates_on([(activity.code, self.date_to)]).get((activity.code, self.date_to))
        )
        last = end - timedelta(seconds=1)
        try:
            quantity = self.quantity
            if self.specific_energy is not None:
                quantity = air_electricity(quantity, self.specific_energy)
            weights, orders = self._weights(start, end)
            shares = allocate(quantity, weights, self.name)
        except EngineError as error:
            missing = LifeLine(PRODUCTION, None, None, None, last, 0.0, activity.unit, None, "missing", note=str(error))
            return [missing], str(error)
        message = False if rate else self.env._("%s has no factor on that day.", activity.name)
        products = {one.id: one.product_id.id for one in self.env["mrp.production"].sudo().browse(shares)}
        lines = []
        for number, share in shares.items():
            if not share:
                continue
            order = orders[number]
            tco2e = emitted(share, rate.kg_per_unit, self.name) if rate else None
            date = min(order.date, last) if order.state == "done" and order.date and order.date >= start else last
            lines.append(
                LifeLine(
                    PRODUCTION,
                    products[number],
                    None,
                    number,
                    date,
                    share,
                    activity.unit,
                    tco2e,
                    "estimated" if self.key != "measured" else rate.quality if rate else "missing",
                    rate.dataset_id if rate else None,
                    note=f"{self.name}: {rate.note if rate else message}",
                )
            )
        return lines, message

    def _span(self):
        return self._local_span(self.installation_id, self.date_from, self.date_to)

    @api.model
    def _local_span(self, installation, first, last):
        """``(start, end)`` in naive UTC from the first local day of an installation to the end of the last."""
        usage, tz = self.env["cbam.energy.usage"], installation.tz or "UTC"
        zone = pytz.timezone(tz)
        noons = [zone.localize(datetime.combine(day, time(12))).astimezone(pytz.utc) for day in (first, last)]
        days = [usage._local_day(noon.replace(tzinfo=None), tz) for noon in noons]
        return days[0][0], days[1][1]

    def _weights(self, start, end):
        """``({order: weight}, {order: Order})`` by the key of the allocation.

        :raises EngineError: a figure that the key needs is missing
        """
        # superuser: shares rest on all orders, not on those that the user may read
        usage = self.env["cbam.energy.usage"].sudo()
        if self.key == "measured":
            return self._measured(start, end)
        info = self._as_meter(self._origin.id or 0, self.workcenter_ids.ids, start, end)
        meters = {info.id: info}
        book = usage._book(usage._candidates({info.id: [(start, end)]}, meters), meters)
        uses = book.uses.get(info.id, {})
        if self.key in (Key.MASS.value, Key.UNITS.value):
            made = [number for number, use in uses.items() if use.order.day and start <= use.order.date < end]
            if self.key == Key.MASS.value:
                weights = usage._masses(made)
            else:
                weights = dict(self.env["cbam.energy.watch.data"].sudo()._parts(made))
            return weights, book.orders
        return self._by_time(uses), book.orders

    def _by_time(self, uses):
        if self.key == Key.HOURS.value:
            return {number: use.minutes() / 60.0 for number, use in uses.items() if not use.timeless}
        # superuser: only hourly figures of work centres are read
        centres = self.env["mrp.workcenter"].sudo().browse(
            {work.workcenter_id for use in uses.values() for work in use.works}
        )  # fmt: skip
        rated, names = {c.id: c[self.rating] for c in centres}, {c.id: c.name for c in centres}
        weights = {}
        for number, use in uses.items():
            weights[number] = fsum(
                rated_demand([Work(work.length() / 60.0, rated[work.workcenter_id])], names[work.workcenter_id])
                for work in use.works
            )
        return weights

    def _measured(self, start, end):
        """By what sub-meters without a source stream have counted for each order; intervals that end in the period."""
        # superuser: shares rest on all meters, not on those that the user may read
        energy = self.env["cbam.energy"].sudo()
        meters = {
            meter.id: self._as_meter(meter.id, meter.workcenter_ids.ids, datetime.min, datetime.max, meter.unit)
            for meter in self.meter_ids.sudo()
        }
        found = energy._readings_in({number: [(start, end)] for number in meters}, meters)
        readings = [reading for reading in found if start < reading.end <= end]
        shared = energy._share(readings, meters)
        weights = defaultdict(float)
        for (_meter, order), shares in shared.shares.items():
            for share in shares:
                weights[order] += share.quantity or 0.0
        return dict(weights), shared.book.orders

    def _as_meter(self, number, workcenter_ids, start, end, unit="kwh"):
        """The allocation as the sharing of metered energy sees it: a meter that no stream stands behind."""
        return MeterInfo(
            number,
            self.name or "",
            self.installation_id.id,
            0,
            unit,
            unit,
            frozenset(workcenter_ids),
            None,
            (start, end),
            False,
        )
