from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.tools import SQL

from ..engine import chp_references
from ..engine.energy_units import UNITS, convertible
from .energy_units import CARRIERS, DEFAULT_UNITS, ENERGY_UNITS
from .optional_float import OptionalFloat
from .stream_use import StreamUse

#: Fields a posted figure rests on: changing one of them posts the difference.
FIGURES = {
    "installation_id",
    "process_id",
    "carrier",
    "factor_id",
    "basis",
    "unit",
    "rate",
    "rate_per",
    "electricity_intensity",
    "date_from",
    "date_to",
    "active",
}


class CbamSourceStream(models.Model):
    """A fuel, material or form of energy that enters processes, and how it is attributed to orders.

    2025/2547 Annex II A.1 and B, Annex III A.2. A stream has exactly one basis, so that nothing counts twice:
    components of bills of materials, shared meters, or a rate.
    """

    _name = "cbam.source.stream"
    _description = "CBAM Source Stream"
    _inherit = ["cbam.site.record", "cbam.change.logged", "cbam.configuration"]
    _change_kind = "fuel"
    _change_kinds = {"basis": "method", "process_id": "connection", "rate": "method", "rate_per": "method"}
    _change_fields = ("active",)
    _order = "installation_id, sequence, name, id"

    name = fields.Char(required=True, translate=True, tracking=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    process_id = fields.Many2one(
        "cbam.process",
        "Production Process",
        domain="[('installation_id', '=', installation_id)]",
        index="btree_not_null",
        ondelete="restrict",
        tracking=True,
        help="Empty: the stream serves several processes; its meters' work centres say which orders share it.",
    )
    carrier = fields.Selection(CARRIERS, required=True, default="electricity", tracking=True)
    factor_id = fields.Many2one(
        "cbam.emission.factor",
        "Emission Factor",
        domain="['|', ('company_id', '=', False), ('company_id', '=', company_id)]",
        index="btree_not_null",
        ondelete="restrict",
        tracking=True,
    )
    basis = fields.Selection(
        [("component", "Component of the bill of materials"), ("meter", "Shared meters"), ("rate", "Rate (estimate)")],
        string="Attributed By",
        required=True,
        default="meter",
        tracking=True,
        help="Component: products that carry the emission factor are the stream, by what orders consume.\n"
        "Shared meters: each metered interval is shared among the orders by their productive time.\n"
        "Rate: without a meter; always a conservative estimate that is listed as a data gap (2025/2547 Annex II D.3).",
    )
    unit = fields.Selection(
        ENERGY_UNITS, compute="_compute_unit", store=True, readonly=False, required=True, precompute=True, tracking=True
    )
    rate = OptionalFloat(
        "Rate",
        tracking=True,
        help="For meters: a provisional figure from the end of an order until the readings that cover it arrive.",
    )
    rate_per = fields.Selection(
        [("tonne", "Tonne of output"), ("hour", "Productive hour")],
        required=True,
        default="tonne",
        tracking=True,
    )
    date_from = fields.Date("Used From", tracking=True, help="First day on which a rate counts; empty: always.")
    date_to = fields.Date("Used Until", tracking=True, help="Last day on which a rate counts.")
    electricity_intensity = OptionalFloat(
        tracking=True,
        help="MWh of electricity per 1000 Nm³ of compressed air bought from outside. The electricity of one's own "
        "compressors is on the electricity meter already.",
    )
    utility_id = fields.Many2one(
        "cbam.utility",
        "Burnt In",
        domain="[('installation_id', '=', installation_id)]",
        index="btree_not_null",
        ondelete="restrict",
        tracking=True,
        help="A boiler, cogeneration unit or power plant that serves several processes: in a reporting period its "
        "emissions reach the processes with the heat and electricity they take.",
    )
    reference_fuel = fields.Selection(
        selection=lambda self: [(code, f"{code}: {name}") for code, name in chp_references.categories().items()],
        tracking=True,
        help="Category of 2025/2547 Annex III.C, for the reference efficiencies of cogeneration.",
    )
    meter_ids = fields.One2many("cbam.meter", "stream_id", "Meters")
    meter_count = fields.Integer(compute="_compute_meter_count")
    problem = fields.Char(compute="_compute_problem")
    note = fields.Html()

    @api.depends("carrier")
    def _compute_unit(self):
        for stream in self:
            unit = DEFAULT_UNITS[stream.carrier or "electricity"]
            if not stream.unit or not convertible(stream.unit, unit):
                stream.unit = unit

    @api.depends("meter_ids")
    def _compute_meter_count(self):
        counts = dict(self.env["cbam.meter"]._read_group([("stream_id", "in", self.ids)], ["stream_id"], ["__count"]))
        for stream in self:
            stream.meter_count = counts.get(stream, 0)

    @api.depends("basis", "carrier", "factor_id", "unit", "process_id", "electricity_intensity", "meter_ids", "active")
    def _compute_problem(self):
        """What keeps the stream from being valued today, in one sentence."""
        today = fields.Date.context_today(self)
        uses = {
            stream: StreamUse(stream.id, stream.process_id.id or None, today, None)
            for stream in self
            if isinstance(stream.id, int) and stream.basis != "component"
        }
        rates = self._rates(uses.values())
        for stream in self:
            stream.problem = rates[uses[stream]].message if stream in uses else False
            if stream.basis == "meter" and not stream.meter_ids and not stream.problem:
                stream.problem = self.env._("There is no meter for this stream yet.")

    @api.constrains("carrier", "basis", "factor_id", "process_id", "installation_id", "active")
    def _check_basis(self):
        for stream in self.filtered("active"):
            if stream.carrier == "electricity" and stream.basis == "component":
                raise ValidationError(
                    self.env._(
                        "%s: electricity is no component, Odoo moves no stock for a service. Use a meter or a rate.",
                        stream.name,
                    )
                )
            if stream.basis == "component" and not stream.factor_id:
                message = self.env._("%s: choose the emission factor that its products carry.", stream.name)
                raise ValidationError(message)
            stream._check_not_twice()

    def _check_not_twice(self):
        """A fuel that is a component cannot be metered or attributed by a rate for the same process as well."""
        self.ensure_one()
        if not self.factor_id:
            return
        others = self.search(
            [
                ("id", "!=", self.id),
                ("installation_id", "=", self.installation_id.id),
                ("factor_id", "=", self.factor_id.id),
            ]
        )
        for other in others:
            overlap = not self.process_id or not other.process_id or self.process_id == other.process_id
            if overlap and "component" in (self.basis, other.basis) and self.basis != other.basis:
                raise ValidationError(
                    self.env._(
                        "%(factor)s would count twice at %(installation)s: %(stream)s and %(other)s attribute it "
                        "on different bases.",
                        factor=self.factor_id.display_name,
                        installation=self.installation_id.name,
                        stream=self.name,
                        other=other.name,
                    )
                )

    @api.constrains("basis", "rate")
    def _check_rate(self):
        for stream in self:
            if stream.rate is not None and stream.rate < 0:
                raise ValidationError(self.env._("%s: a rate cannot be negative.", stream.name))
            if stream.basis == "rate" and stream.rate is None:
                raise ValidationError(self.env._("%s: give the rate by which orders take of the stream.", stream.name))

    @api.constrains("process_id", "installation_id")
    def _check_process(self):
        for stream in self.filtered("process_id"):
            if stream.process_id.installation_id != stream.installation_id:
                raise ValidationError(
                    self.env._(
                        "%(stream)s and its process %(process)s belong to different installations.",
                        stream=stream.name,
                        process=stream.process_id.name,
                    )
                )

    @api.constrains("utility_id", "process_id", "carrier", "installation_id")
    def _check_utility(self):
        for stream in self.filtered("utility_id"):
            utility, reason = stream.utility_id, None
            if utility.installation_id != stream.installation_id:
                reason = self.env._("%s stands at another installation", utility.name)
            elif stream.carrier not in ("natural_gas", "fuel", "material"):
                reason = self.env._("%s burns fuels only", utility.name)
            elif utility.kind == "network":
                reason = self.env._("%s is a network and burns nothing", utility.name)
            elif utility.process_id and utility.process_id != stream.process_id:
                reason = self.env._(
                    "%(utility)s stands inside %(process)s, so its fuels belong to that process",
                    utility=utility.name,
                    process=utility.process_id.name,
                )
            if reason:
                raise ValidationError(self.env._("%(stream)s: %(reason)s.", stream=stream.name, reason=reason))

    @api.constrains("basis", "unit", "carrier", "installation_id")
    def _check_meters(self):
        for stream in self:
            meters = stream.with_context(active_test=False).meter_ids
            if meters and stream.basis != "meter":
                message = self.env._("%s has meters: its basis stays “Shared meters”, so that nothing counts twice.")
                raise ValidationError(message % stream.name)
            for meter in meters:
                meter._check_stream()

    @api.model_create_multi
    def create(self, vals_list):
        streams = super().create(vals_list)
        self._mark_orders_of_rates(streams)
        return streams

    def write(self, vals):
        result = super().write(vals)
        if not FIGURES.isdisjoint(vals):
            self._mark_posted(self)
        return result

    def unit_symbol(self):
        """The unit of the stream as it is printed."""
        self.ensure_one()
        return UNITS[self.unit].symbol

    def action_open_meters(self):
        """The meters of these streams."""
        action = self.env["ir.actions.act_window"]._for_xml_id("cbam_emissions.action_cbam_meter")
        context = {"default_stream_id": self.id, "default_installation_id": self.installation_id.id} if self else {}
        return action | {"domain": [("stream_id", "in", self.ids)], "context": context}

    def action_open_lines(self):
        """The ledger lines of these streams."""
        return self.env["cbam.emission.line"]._action_of([("stream_id", "in", self.ids)], self.env._("Ledger"))

    # -- posting again ---------------------------------------------------------------------------------------------

    @api.model
    def _mark_posted(self, streams, factors=None):
        """Mark the orders and readings whose posted lines rest on these streams (or on products with these factors)."""
        products = factors.with_context(active_test=False).product_ids.product_variant_ids if factors else ()
        if not streams and not products:
            return
        rows = self.env.execute_query(
            SQL(
                """
                SELECT DISTINCT production_id, reading_id
                  FROM cbam_emission_line
                 WHERE stream_id = ANY(%s) OR (kind = 'stream' AND product_id = ANY(%s))
                """,
                streams.ids,
                [product.id for product in products],
            )
        )
        self.env["cbam.posting"]._mark(
            productions={row[0] for row in rows if row[0]}, readings={row[1] for row in rows if row[1]}
        )
        self._mark_orders_of_rates(streams)

    @api.model
    def _mark_orders_of_rates(self, streams):
        """A rate applies to the orders that were finished before it was entered as well."""
        rated = streams.filtered(lambda s: s.basis == "rate")
        if rated:
            orders = self.env["cbam.energy.usage"]._finished_at(rated.installation_id.ids)
            self.env["cbam.posting"]._mark(productions=orders)
