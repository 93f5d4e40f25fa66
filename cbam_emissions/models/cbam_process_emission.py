from odoo import api, fields, models

from ..engine.cement import (
    MINIMUM_CLINKER_FACTOR,
    MINIMUM_DUST_FACTOR,
    CementBalance,
    clinker_emissions,
    clinker_produced,
    clinker_to_cement_ratio,
    dust_emissions,
    dust_factor,
)
from ..engine.checks import required
from ..engine.energy_units import UNITS, metered_stream
from ..engine.errors import MissingFigure
from ..engine.flue_gas import (
    FLARE_FACTOR,
    GYPSUM_FACTOR,
    UREA_FACTOR,
    CarbonTransfer,
    Destination,
    flare_emissions,
    gypsum_emissions,
    not_emitted,
    urea_emissions,
)
from ..engine.source_streams import Method, emissions
from .cbam_direct_method import MethodResult
from .energy_units import ENERGY_UNITS
from .optional_float import OptionalFloat

METHODS = [
    ("calculated", "Fuel or material by its emission factor"),
    ("flare", "Flare"),
    ("gypsum", "Desulphurisation by gypsum"),
    ("urea", "De-NOx with urea"),
    ("clinker", "Cement clinker, method B"),
    ("dust", "Cement kiln or by-pass dust"),
    ("transfer", "CO2 stored, bound or transferred"),
    ("stated", "Estimated by industry best practice"),
]
DESTINATIONS = [
    (Destination.CAPTURE.value, "Installation that captures CO2"),
    (Destination.TRANSPORT_NETWORK.value, "Transport network for storage"),
    (Destination.STORAGE_SITE.value, "Storage site"),
    (Destination.CHEMICALLY_BOUND.value, "Permanently chemically bound in products"),
    (Destination.OTHER.value, "Any other use (counts as emitted)"),
]
#: What the quantity of a method counts; that of ``calculated`` has a unit of its own.
QUANTITY_UNITS = {"flare": "Nm³", "gypsum": "t", "urea": "t", "dust": "t", "transfer": "t CO2", "stated": "tCO2e"}


class CbamProcessEmission(models.Model):
    """Direct emissions that only the period as a whole knows: 2025/2547 Annex II B.3, B.8 and B.9.

    Fuels and materials known by a stock-take, what leaves a mass balance, flares, flue gas cleaning, clinker and kiln
    dust, CO2 transferred.
    """

    _name = "cbam.process.emission"
    _inherit = ["cbam.direct.method", "mail.thread"]
    _description = "Direct Emissions of a Process"
    _order = "period_id desc, sequence, name, id"

    method = fields.Selection(METHODS, required=True, default="calculated", tracking=True)
    quantity = OptionalFloat(tracking=True)
    quantity_unit = fields.Char("Quantity In", compute="_compute_quantity_unit")
    unit = fields.Selection(ENERGY_UNITS, default="t", tracking=True)
    factor_id = fields.Many2one(
        "cbam.emission.factor",
        "Fuel or Material",
        domain="['|', ('company_id', '=', False), ('company_id', '=', company_id)]",
        index="btree_not_null",
        ondelete="restrict",
        tracking=True,
        help="Its method says how it counts: combustion, process emissions, carbonates A or B, mass balance. "
        "Carbon that leaves in products (“Leaves the Installation”) counts as negative.",
    )
    own_factor = OptionalFloat(
        "Own Factor", tracking=True, help="Determined for the installation; empty: the figure of the act."
    )
    clinker_by = fields.Selection(
        [("weighed", "Weighed"), ("balance", "Balance of cement deliveries (eq. 27)")],
        default="weighed",
        tracking=True,
    )
    cement_delivered = OptionalFloat(tracking=True)
    cement_opening = OptionalFloat("Cement, Opening Stock", tracking=True)
    cement_closing = OptionalFloat("Cement, Closing Stock", tracking=True)
    clinker_ratio = OptionalFloat(
        "Clinker to Cement Ratio", tracking=True, help="Analysed, in t/t. Empty: from the additives."
    )
    additives = OptionalFloat("Additives to the Cement", tracking=True, help="Tonnes, with by-pass and kiln dust.")
    clinker_supplied = OptionalFloat("Clinker Received", tracking=True)
    clinker_dispatched = OptionalFloat(tracking=True)
    clinker_opening = OptionalFloat("Clinker, Opening Stock", tracking=True)
    clinker_closing = OptionalFloat("Clinker, Closing Stock", tracking=True)
    dust_by = fields.Selection(
        [("standard", "Factor of the act"), ("calcination", "Degree of calcination (eq. 28)"), ("own", "Own factor")],
        default="standard",
        tracking=True,
    )
    clinker_factor = OptionalFloat("Factor of Clinker", tracking=True, help="EF of the installation in tCO2/t clinker.")
    calcination = OptionalFloat(
        "Degree of Calcination", tracking=True, help="Released share of all carbonate CO2 of the raw mix, 0 to 1."
    )
    destination = fields.Selection(DESTINATIONS, tracking=True)
    receiver_id = fields.Many2one(
        "res.partner", "Responsible Receiver", help="Named in the monitoring plan with contact data (B.8.3)."
    )
    stored_fraction = OptionalFloat(
        "Share Stored or Bound",
        tracking=True,
        help="Share of what was transferred that was really stored or bound at the end of the chain, 0 to 1.",
    )
    is_evidenced = fields.Boolean(
        "Chain of Custody Proven",
        tracking=True,
        help="Evidence over the whole chain exists and the receivers monitor by the Regulation (B.8.2). Without it "
        "nothing is deducted.",
    )
    share_ids = fields.One2many("cbam.method.share", "emission_id", "Shares", copy=True)

    @api.depends("method", "unit")
    def _compute_quantity_unit(self):
        for record in self:
            unit = UNITS[record.unit].symbol if record.unit else ""
            record.quantity_unit = QUANTITY_UNITS.get(record.method, unit)

    @api.depends(
        "method",
        "quantity",
        "unit",
        "factor_id.per_unit",
        "factor_id.is_output",
        "own_factor",
        "clinker_by",
        "cement_delivered",
        "cement_opening",
        "cement_closing",
        "clinker_ratio",
        "additives",
        "clinker_supplied",
        "clinker_dispatched",
        "clinker_opening",
        "clinker_closing",
        "dust_by",
        "clinker_factor",
        "calcination",
        "destination",
        "stored_fraction",
        "is_evidenced",
        "evidence_ids",
        "period_id.year",
    )
    def _compute_result(self):
        return super()._compute_result()

    @api.onchange("factor_id")
    def _onchange_factor_id(self):
        if self.factor_id:
            self.name = self.name or self.factor_id.name
            self.unit = {"t": "t", "1000Nm3": "knm3"}[self.factor_id.activity_unit]

    def _calculated(self, figures):
        return getattr(self, f"_calculate_{self.method}")()

    def _quantity(self):
        return required(self.quantity, self.env._("The quantity of %s", self.name))

    def _times(self, amount, factor, unit):
        """The result of a quantity times a factor, in words."""
        quantity = f"{self.quantity:g} {self.quantity_unit}"
        text = self.env._("%(quantity)s · %(factor)s %(unit)s", quantity=quantity, factor=f"{factor:g}", unit=unit)
        return MethodResult(amount, text=text)

    def _calculate_calculated(self):
        result = self._stream_result()
        per_unit = self.factor_id.per_unit_text or ""
        text = f"{self.quantity:g} {self.quantity_unit} · {per_unit}"
        return MethodResult(result.fossil, result.biogenic, text)

    def _stream_result(self):
        """The engine's result for a fuel or material; outputs of a mass balance are negative (equations 5 to 15).

        :raises EngineError: a figure is missing or out of its range
        """
        factor = self.factor_id and self.factor_id._at(self.period_id.date_to)
        if not factor:
            message = self.env._("%s has no emission factor that is valid at the end of the period.", self.name)
            raise MissingFigure(message)
        quantity = self._quantity()
        leaves = factor.is_output and factor.method == Method.MASS_BALANCE.value
        stream = metered_stream(factor._source_stream(), -quantity if leaves else quantity, self.unit, factor.density)
        return emissions(stream)

    def _calculate_flare(self):
        factor = FLARE_FACTOR if self.own_factor is None else self.own_factor
        return self._times(flare_emissions(self._quantity(), factor), factor, "tCO2/Nm³")

    def _calculate_gypsum(self):
        return self._times(gypsum_emissions(self._quantity()), GYPSUM_FACTOR, "tCO2/t")

    def _calculate_urea(self):
        return self._times(urea_emissions(self._quantity()), UREA_FACTOR, "tCO2/t")

    def _calculate_clinker(self):
        factor = MINIMUM_CLINKER_FACTOR if self.own_factor is None else self.own_factor
        clinker = self._quantity() if self.clinker_by == "weighed" else clinker_produced(self._cement_balance())
        text = self.env._("%(clinker)s t clinker · %(factor)s tCO2/t", clinker=f"{clinker:g}", factor=f"{factor:g}")
        return MethodResult(clinker_emissions(clinker, factor), text=text)

    def _cement_balance(self):
        """Stock variations are opening less closing stock."""
        cement = self._difference("cement_opening", "cement_closing")
        ratio = self.clinker_ratio
        if ratio is None:
            delivered = required(self.cement_delivered, self._label("cement_delivered"))
            ratio = clinker_to_cement_ratio(delivered - cement, self.additives)
        return CementBalance(
            cement_delivered=self.cement_delivered,
            cement_stock_variation=cement,
            clinker_to_cement=ratio,
            clinker_supplied=self.clinker_supplied,
            clinker_dispatched=self.clinker_dispatched,
            clinker_stock_variation=self._difference("clinker_opening", "clinker_closing"),
        )

    def _difference(self, opening, closing):
        return required(self[opening], self._label(opening)) - required(self[closing], self._label(closing))

    def _label(self, name):
        label = self._fields[name]._description_string(self.env)
        return self.env._("%(record)s: %(field)s", record=self.name, field=label)

    def _calculate_dust(self):
        factor = MINIMUM_DUST_FACTOR
        if self.dust_by == "calcination":
            factor = dust_factor(self.clinker_factor, self.calcination)
        elif self.dust_by == "own":
            factor = required(self.own_factor, self._label("own_factor"))
        return self._times(dust_emissions(self._quantity(), factor), factor, "tCO2/t")

    def _calculate_transfer(self):
        if not self.destination:
            raise MissingFigure(self.env._("%s: say where the CO2 goes.", self.name))
        transfer = CarbonTransfer(
            name=self.name,
            quantity=self.quantity,
            destination=Destination(self.destination),
            stored_fraction=self.stored_fraction,
            evidenced=self.is_evidenced and self._has_evidence(),
        )
        deducted = not_emitted(transfer)
        text = self.env._("%s t CO2 count as not emitted", f"{deducted:g}")
        if not deducted:
            text = self.env._("Counts as emitted: nothing is deducted")
        return MethodResult(0.0 - deducted, text=text)

    def _calculate_stated(self):
        return MethodResult(self._quantity(), text=self.note or "")
