import pytz
from werkzeug.exceptions import TooManyRequests

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

from .optional_float import OptionalFloat

#: Fields that decide what a reading means.
ENTERED = {"meter_id", "date_end", "register", "start_entered", "quantity_entered", "is_restart", "cancelled"}
#: Calls of one gateway in a minute; each takes thousands of readings.
MOST_CALLS = 600
#: What cannot be true of any meter: the figure is a slip, or somebody tries what happens.
FIRST_YEAR, LAST_YEAR, LARGEST = 1990, 2200, 1e12


class CbamMeterReading(models.Model):
    """What a meter showed: the state of its counter at a time, or the quantity of an interval that ends then.

    The interval and the quantity follow from the neighbouring readings (:mod:`cbam_reading_judge`). A reading that was
    posted is corrected in the open: the change is logged and the ledger gets the difference; a wrong one is cancelled.
    """

    _name = "cbam.meter.reading"
    _description = "CBAM Meter Reading"
    _inherit = ["mail.thread"]
    _order = "date_end desc, id desc"
    _rec_name = "meter_id"

    meter_id = fields.Many2one("cbam.meter", required=True, ondelete="restrict", tracking=True)
    installation_id = fields.Many2one(
        related="meter_id.installation_id", store=True, precompute=True, index=True, tracking=False
    )
    company_id = fields.Many2one(related="meter_id.company_id", store=True, precompute=True, index=True)
    stream_id = fields.Many2one(related="meter_id.stream_id", tracking=False)
    register_kind = fields.Selection(related="meter_id.register_kind", tracking=False)
    unit = fields.Selection(related="meter_id.unit", tracking=False)
    date_end = fields.Datetime(
        "Time",
        required=True,
        tracking=True,
        help="When the register was read, or when the interval ends. Shown in your time zone; beside it in the site's.",
    )
    register = OptionalFloat(tracking=True, aggregator=None, help="State of a cumulative register.")
    start_entered = fields.Datetime("Interval From", tracking=True, help="Only for meters that deliver intervals.")
    quantity_entered = OptionalFloat(
        "Interval Quantity", tracking=True, help="Only for meters that deliver intervals, in the unit of the meter."
    )
    is_restart = fields.Boolean(
        "Register Restarted",
        tracking=True,
        help="The counter was replaced or set back: it counts from here, the reading has no interval of its own.",
    )
    source = fields.Selection(
        [("manual", "Entered by hand"), ("file", "Imported file"), ("gateway", "Gateway"), ("bill", "Bill")],
        required=True,
        default="manual",
        help="Bills of energy suppliers count only between independent partners (2025/2547 Annex II B.4.2).",
    )
    note = fields.Char()
    cancelled = fields.Boolean(readonly=True, copy=False, tracking=True)
    date_start = fields.Datetime("From", readonly=True, copy=False)
    quantity = OptionalFloat(readonly=True, copy=False, help="Metered in the interval, times the multiplier.")
    attributable = OptionalFloat(
        "To Attribute", readonly=True, copy=False, help="What sub-meters leave of the quantity: shared among orders."
    )
    state = fields.Selection(
        [
            ("ok", "Counted"),
            ("warning", "To check"),
            ("waiting", "Waiting"),
            ("problem", "Problem"),
            ("cancelled", "Cancelled"),
        ],
        readonly=True,
        required=True,
        default="ok",
        copy=False,
        help="To check: it counts, but look at the message. Waiting: for the readings of sub-meters.\n"
        "A reading with a problem, or one that waits, posts nothing until that is solved.",
    )
    message = fields.Char(readonly=True, copy=False)
    site_time = fields.Char(
        "Interval (site time)", compute="_compute_site_time", help="In the time zone of the installation."
    )
    line_ids = fields.One2many("cbam.emission.line", "reading_id", "Ledger Lines", readonly=True)

    _once = models.UniqueIndex(
        "(meter_id, date_end) WHERE cancelled IS NOT TRUE", "There is already a reading of this meter at this time."
    )

    @api.depends("date_start", "date_end", "meter_id")
    def _compute_site_time(self):
        for reading in self:
            zone = reading.meter_id._timezone()
            moments = [
                f"{pytz.utc.localize(moment).astimezone(zone):%Y-%m-%d %H:%M}"
                for moment in (reading.date_start or reading.start_entered, reading.date_end)
                if moment
            ]
            reading.site_time = " → ".join(moments)

    @api.depends("meter_id", "date_end")
    def _compute_display_name(self):
        for reading in self:
            reading.display_name = f"{reading.meter_id.code or ''} {reading._site_moment(reading.date_end)}".strip()

    def _site_moment(self, moment):
        """A moment in the installation's time, as printed."""
        zone = self.meter_id._timezone()
        return f"{pytz.utc.localize(moment).astimezone(zone):%Y-%m-%d %H:%M}" if moment else ""

    @api.onchange("meter_id")
    def _onchange_meter_id(self):
        """An interval usually begins where the last one ended."""
        if self.register_kind == "interval" and not self.start_entered:
            last = self.search([("meter_id", "=", self.meter_id.id), ("cancelled", "=", False)], limit=1)
            self.start_entered = last.date_end

    # -- checks ----------------------------------------------------------------------------------------------------

    @api.constrains("meter_id", "register", "quantity_entered", "start_entered", "date_end", "cancelled")
    def _check_entered(self):
        for reading in self.filtered(lambda r: not r.cancelled):
            reason = self._entry_problem(
                reading.meter_id,
                reading.date_end,
                reading.register,
                reading.start_entered,
                reading.quantity_entered,
            )
            if reason:
                raise ValidationError(
                    self.env._("Reading %(reading)s: %(reason)s.", reading=reading.display_name, reason=reason)
                )

    @api.model
    def _entry_problem(self, meter, date_end, register, start, quantity):
        """Why an entry makes no sense for its meter, or None. Times are naive UTC."""
        if any(time and not FIRST_YEAR <= time.year <= LAST_YEAR for time in (start, date_end)):
            return self.env._("the year is not one between %(first)s and %(last)s", first=FIRST_YEAR, last=LAST_YEAR)
        if any(figure is not None and abs(figure) > LARGEST for figure in (register, quantity)):
            return self.env._("no meter shows a figure that large")
        if meter.register_kind == "cumulative":
            if quantity is not None or start:
                return self.env._("the meter has a cumulative register: give the register, not an interval")
            return self.env._("the register is missing") if register is None else None
        if register is not None:
            return self.env._("the meter delivers intervals: give start and quantity, not a register")
        if not start:
            return self.env._("the start of the interval is missing")
        if quantity is None:
            return self.env._("the quantity of the interval is missing")
        return self.env._("the interval ends before it starts") if start >= date_end else None

    # -- changes ---------------------------------------------------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        # A reading is logged when it changes, not when it comes: gateways bring thousands.
        quiet = self.with_context(mail_create_nolog=True, mail_create_nosubscribe=True, tracking_disable=True)
        readings = super(CbamMeterReading, quiet).create(vals_list)
        readings._judge(readings._touched())
        self.env["cbam.posting"]._mark(readings=readings.ids)
        return readings.with_env(self.env)

    def write(self, vals):
        if ENTERED.isdisjoint(vals):
            return super().write(vals)
        before = self._touched()
        result = super().write(vals)
        self._judge(self._merge(before, self._touched()))
        self.env["cbam.posting"]._mark(readings=self.ids)
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_except_posted(self):
        # superuser: lines that the user may not see hold a reading, too
        posted = self.sudo().filtered("line_ids")
        if posted:
            raise UserError(
                self.env._(
                    "Reading %s is posted to the ledger: cancel it instead of deleting it.", posted[0].display_name
                )
            )

    def unlink(self):
        touched = self._touched()
        # superuser: orders that the user may not see are posted again, too
        orders = self.env["cbam.energy"].sudo()._orders_of(self.ids)
        result = super().unlink()
        self._judge(touched)
        self.env["cbam.posting"]._mark(productions=orders)
        return result

    def _touched(self):
        """The span of time that these readings concern, per meter."""
        touched = {}
        for reading in self:
            start, end = reading.start_entered or reading.date_end, reading.date_end
            known = touched.get(reading.meter_id.id, (start, end))
            touched[reading.meter_id.id] = (min(start, known[0]), max(end, known[1]))
        return touched

    @api.model
    def _merge(self, one, other):
        merged = dict(one)
        for meter, (start, end) in other.items():
            known = merged.get(meter, (start, end))
            merged[meter] = (min(start, known[0]), max(end, known[1]))
        return merged

    def _judge(self, touched):
        if touched:
            # superuser: what is judged is written by the system alone
            self.env["cbam.reading.judge"].sudo()._judge(touched)

    @api.model
    def get_import_templates(self):
        return [
            {
                "label": self.env._("Import Template for Meter Readings"),
                "template": "/cbam_emissions/static/import_templates/meter_readings.xlsx",
            }
        ]

    # -- buttons ---------------------------------------------------------------------------------------------------

    def action_cancel(self):
        """Take readings out: their neighbours are judged anew, and what they posted is taken back."""
        self.write({"cancelled": True})
        # superuser: what is judged is written by the system alone; write() above has checked the right
        self.sudo().write(
            {"state": "cancelled", "date_start": False, "quantity": False, "attributable": False, "message": False}
        )

    def action_restore(self):
        """Bring cancelled readings back."""
        # superuser: what is judged is written by the system alone; write() below checks the right and undoes it all
        self.sudo().write({"state": "ok"})
        self.write({"cancelled": False})

    def action_open_lines(self):
        """The ledger lines that rest on these readings."""
        return self.env["cbam.emission.line"]._action_of([("reading_id", "in", self.ids)], self.env._("Ledger"))

    # -- gateway ---------------------------------------------------------------------------------------------------

    @api.model
    def push(self, readings):
        """Readings of a gateway; ``docs/meter-gateway.md`` describes the call.

        Idempotent by meter and time: the same reading again changes nothing, a different value at the same time is an
        error. Sound readings are kept, the others are listed.

        :param readings: list of ``{"meter": code, "time": ISO 8601 with offset, "register": number}``, or with
            ``"start"`` and ``"quantity"`` instead of ``"register"``; ``"note"`` is optional
        :return: ``{"created": n, "unchanged": n, "errors": [{"index": i, "meter": code, "message": sentence}]}``
        :raises TooManyRequests: the user called more than :data:`MOST_CALLS` times in a minute
        """
        self.check_access("create")
        wait = self.env["cbam.visit.limit"].seconds_to_wait("meter gateway", self.env.uid, MOST_CALLS)
        if wait:
            raise TooManyRequests(self.env._("At most %s calls a minute.", MOST_CALLS), retry_after=wait)
        return self.env["cbam.reading.intake"]._take_json(readings)
