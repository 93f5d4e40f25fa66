from collections import defaultdict
from datetime import timedelta
from math import fsum

from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.tools import SQL

from ..engine.energy_units import convert
from ..engine.errors import EngineError
from ..engine.life.electricity import HourMix, difference, mean_intensity
from ..engine.life.lines import LifeLine
from ..engine.life.stages import PRODUCTION
from .optional_float import OptionalFloat


class CbamLifeSupply(models.Model):
    """A site's electricity in the whole-life account: by the hour or the year, with its contracts and its own plant.

    CBAM's rules for electricity stay what they are (2025/2547 Annex II D) and the unit book follows them alone. The
    whole-life account carries the *difference* to the unit book, so that an order's electricity is this figure there.
    """

    _name = "cbam.life.supply"
    _inherit = ["cbam.site.record", "cbam.life.document"]
    _description = "Electricity in the Whole-Life Account"
    _order = "date_to desc, id desc"
    _life_fields = frozenset(
        {"installation_id", "state", "date_from", "date_to", "yearly", "onsite_factor", "contract_factor", "stream_ids"}
    )

    name = fields.Char(required=True, tracking=True)
    state = fields.Selection([("draft", "Draft"), ("posted", "Counts")], required=True, default="draft", tracking=True)
    date_from = fields.Date("From", required=True, tracking=True)
    date_to = fields.Date("To", required=True, tracking=True, help="Last day. Days are local to the installation.")
    stream_ids = fields.Many2many(
        "cbam.source.stream",
        "cbam_life_supply_stream_rel",
        string="Source Streams",
        domain="[('installation_id', '=', installation_id), ('carrier', '=', 'electricity')]",
        help="Empty: all electricity of the installation.",
    )
    yearly = OptionalFloat(
        "Mean Intensity",
        digits=(16, 6),
        aggregator=None,
        tracking=True,
        help="kgCO2e per kWh; counts for hours that are not known. Empty: such hours are missing.",
    )
    source = fields.Char("Source of the Intensities", required=True, tracking=True)
    onsite_factor = OptionalFloat(
        "On-Site Renewables",
        digits=(16, 6),
        aggregator=None,
        default=0.0,
        help="kgCO2e per kWh of the site's own plant.",
    )
    contract_factor = OptionalFloat(
        "PPA", digits=(16, 6), aggregator=None, default=0.0, help="kgCO2e per kWh of the power purchase agreement."
    )
    hour_ids = fields.One2many("cbam.life.supply.hour", "supply_id", "Hours", copy=False)
    hour_count = fields.Integer("Hours Known", compute="_compute_hour_count")
    note = fields.Text()

    _dates = models.Constraint("CHECK (date_to >= date_from)", "A supply cannot end before it begins.")
    _figures = models.Constraint(
        "CHECK ((yearly IS NULL OR yearly >= 0) AND (onsite_factor IS NULL OR onsite_factor >= 0)"
        " AND (contract_factor IS NULL OR contract_factor >= 0))",
        "An intensity cannot be negative.",
    )

    @api.depends("hour_ids")
    def _compute_hour_count(self):
        counts = dict(
            self.env["cbam.life.supply.hour"]._read_group([("supply_id", "in", self.ids)], ["supply_id"], ["__count"])
        )
        for supply in self:
            supply.hour_count = counts.get(supply, 0)

    @api.constrains("state", "date_from", "date_to", "installation_id", "stream_ids")
    def _check_overlap(self):
        """An order's electricity is valued once."""
        for supply in self.filtered(lambda one: one.state == "posted"):
            others = self.search(
                [
                    ("id", "!=", supply.id),
                    ("state", "=", "posted"),
                    ("installation_id", "=", supply.installation_id.id),
                    ("date_from", "<=", supply.date_to),
                    ("date_to", ">=", supply.date_from),
                ]
            )
            clash = others.filtered(
                lambda one, supply=supply: (
                    not one.stream_ids or not supply.stream_ids or one.stream_ids & supply.stream_ids
                )
            )
            if clash:
                raise ValidationError(
                    self.env._(
                        "%(supply)s and %(other)s value the same electricity.", supply=supply.name, other=clash[0].name
                    )
                )

    def action_post(self):
        """The supply counts from now on; what changes is corrected by itself."""
        self.write({"state": "posted"})

    def action_draft(self):
        """Take the supply back."""
        self.write({"state": "draft"})

    def action_open_hours(self):
        """The hours of this supply, to enter or import."""
        action = self.env["ir.actions.act_window"]._for_xml_id("cbam_emissions.cbam_life_supply_hour_action")
        return action | {"domain": [("supply_id", "=", self.id)], "context": {"default_supply_id": self.id}}

    def action_cbam_lines(self):
        """The lines of the whole-life account that these supplies have posted."""
        action = self.env["ir.actions.act_window"]._for_xml_id("cbam_emissions.cbam_life_line_action")
        return action | {"domain": [("life_model", "=", self._name), ("life_res_id", "in", self.ids)]}

    # -- the ledger ------------------------------------------------------------------------------------------------

    def _cbam_life_targets(self):
        """Per order the difference between its electricity by this supply and what the unit book has counted."""
        return {supply.id: supply._lines() if supply.state == "posted" else [] for supply in self}

    def _lines(self):
        self.ensure_one()
        rows = self._used()
        windows = self._windows(rows)
        hours = {
            hour.hour: HourMix(hour.grid, hour.onsite, hour.contract, self.onsite_factor, self.contract_factor)
            for hour in self.hour_ids
        }
        parts = defaultdict(list)
        for row in rows:
            parts[row[0], row[1]].append((row, windows[row[0], row[2]]))
        return [self._line(order, product, found, hours) for (order, product), found in parts.items()]

    def _line(self, order, product, found, hours):
        """One line of an order; an hour that is not known leaves the order's difference missing."""
        moment = max(row[5] for row, _windows in found) - timedelta(seconds=1)
        kwh = [convert(row[6], row[9], "kwh") for row, _windows in found]
        counted = fsum(row[7] for row, _windows in found)
        total, note, tco2e = fsum(kwh), "", None
        try:
            if any(row[8] for row, _windows in found):
                raise EngineError(self.env._("the ledger's own figure of this electricity is missing"))
            rates = [mean_intensity(times, hours, self.yearly) for _row, times in found]
            tco2e = fsum(
                difference(amount, rate, row[7]) for amount, rate, (row, _w) in zip(kwh, rates, found, strict=True)
            )
            mean = fsum(amount * rate for amount, rate in zip(kwh, rates, strict=True)) / total if total else 0.0
            note = self.env._(
                "%(supply)s: %(mean)s kgCO2e/kWh (%(origin)s) instead of the %(counted)s t in the emissions ledger",
                supply=self.name,
                mean=f"{mean:.6g}",
                origin=self.source,
                counted=f"{counted:.9g}",
            )
        except EngineError as error:
            note = f"{self.name}: {error}"
        quality = "measured" if hours else "standard"
        return LifeLine(PRODUCTION, product, None, order, moment, total, "kWh", tco2e, quality, note=note)

    def _used(self):
        """``[(order, product, reading, meter, start, end, quantity, tCO2e, incomplete, unit)]`` from the ledger."""
        start, end = self.env["cbam.life.allocation"]._local_span(self.installation_id, self.date_from, self.date_to)
        streams = self.stream_ids or self.env["cbam.source.stream"].with_context(active_test=False).search(
            [("installation_id", "=", self.installation_id.id), ("carrier", "=", "electricity")]
        )
        self.env["cbam.emission.line"].flush_model()
        return self.env.execute_query(
            SQL(
                """
                SELECT l.production_id, mo.product_id, r.id, r.meter_id, r.date_start, r.date_end,
                       SUM(l.quantity), SUM(l.direct + l.indirect_total), SUM(l.incomplete), s.unit
                  FROM cbam_emission_line l
                  JOIN cbam_meter_reading r ON r.id = l.reading_id
                  JOIN cbam_source_stream s ON s.id = l.stream_id
                  JOIN mrp_production mo ON mo.id = l.production_id
                 WHERE l.kind = 'energy' AND s.id = ANY(%s) AND r.date_end > %s AND r.date_end <= %s
              GROUP BY l.production_id, mo.product_id, r.id, s.unit
                HAVING ABS(SUM(l.quantity)) > 1e-9 OR SUM(l.incomplete) <> 0
              ORDER BY l.production_id, r.id
                """,
                streams.ids,
                start,
                end,
            )
        )

    def _windows(self, rows):
        """``{(order, reading): [(start, end)]}``: the order's own times in the interval, else the whole interval."""
        # superuser: times of all orders count, not of those that the user may read
        usage = self.env["cbam.energy.usage"].sudo()
        wanted = {row[3] for row in rows}
        meters = {number: meter for number, meter in usage._meters().items() if number in wanted}
        book = usage._book({row[0] for row in rows}, meters)
        windows = {}
        for order, _product, reading, meter, start, end, *_rest in rows:
            use = book.uses.get(meter, {}).get(order)
            times = [(max(lo, start), min(hi, end)) for lo, hi in (use.times() if use else ())]
            windows[order, reading] = [(lo, hi) for lo, hi in times if lo < hi] or [(start, end)]
        return windows
