from datetime import datetime, time

import pytz

from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ..engine.measurement import (
    ReferencePeriod,
    available,
    carbon_monoxide_as_co2,
    complete,
    concentration_of,
    indirect_concentration,
    n2o_co2e,
    n2o_reported,
    split_biomass,
    total,
    volume_of,
)
from ..engine.nitric_acid import flue_gas_flow
from .cbam_direct_method import MethodResult
from .optional_float import OptionalFloat

GASES = [("co2", "CO2"), ("n2o", "N2O"), ("co", "CO")]
PERCENT = 100.0


class CbamMeasuredSource(models.Model):
    """An emission source with continuous measurement: 2025/2547 Annex II B.6 (equations 16 to 19) and B.9.3 (29).

    Its rows are the averages of hours or shorter reference periods; they come by a file, all of them or none.
    """

    _name = "cbam.measured.source"
    _inherit = ["cbam.direct.method", "mail.thread"]
    _description = "Continuously Measured Emission Source"
    _order = "period_id desc, sequence, name, id"

    gas = fields.Selection(
        GASES, required=True, default="co2", tracking=True, help="CO counts as the molar equivalent amount of CO2."
    )
    minutes = fields.Integer(
        "Reference Period", required=True, default=60, help="Minutes that a row averages over: an hour or less."
    )
    concentration_method = fields.Selection(
        [("direct", "Measured (g/Nm³)"), ("indirect", "100 % less all other components (eq. 17)")],
        required=True,
        default="direct",
        tracking=True,
    )
    density = OptionalFloat("Density of the Pure Gas", help="g/Nm³ at normal conditions, to turn percent into g/Nm³.")
    flow_method = fields.Selection(
        [("measured", "Measured or by mass balance (Nm³/h)"), ("nitric_acid", "Nitric acid: from input air (eq. 29)")],
        required=True,
        default="measured",
        tracking=True,
    )
    stands_still = fields.Boolean(
        "Not in Operation Without a Row",
        tracking=True,
        help="Hours of the period that the file does not list: the source stood still, which the records show. "
        "Otherwise they are missing.",
    )
    representative_from = fields.Date(
        help="Equation 19 from this part of the period only, where special circumstances applied to the gaps."
    )
    representative_to = fields.Date()
    biomass_fraction = OptionalFloat(
        tracking=True,
        help="Share of the measured CO2 from biomass that meets B.3.3, 0 to 1; unknown counts as 0. "
        "By a calculation, radiocarbon (ISO 13833) or the balance method (ISO 18466).",
    )
    biomass_method = fields.Char("Determination of the Biomass")
    covered_stream_ids = fields.Many2many(
        "cbam.source.stream",
        string="Covers Source Streams",
        domain="[('installation_id', '=', installation_id)]",
        help="What they emit is in the measurement, and not counted a second time by calculation.",
    )
    corroborated = OptionalFloat(
        "Corroborating Calculation", help="tCO2e by calculation for the same source: B.6.4 asks for it with CO2."
    )
    share_ids = fields.One2many("cbam.method.share", "source_id", "Shares", copy=True)
    row_ids = fields.One2many("cbam.measured.hour", "source_id", "Rows")
    file_name = fields.Char("Imported From", readonly=True, copy=False)
    imported_at = fields.Datetime(readonly=True, copy=False)
    row_count = fields.Integer("Rows Imported", readonly=True, copy=False)
    expected_count = fields.Integer("Rows of a Whole Period", compute="_compute_result")
    operating_count = fields.Integer("In Operation", compute="_compute_result")
    substituted_count = fields.Integer("Concentrations Substituted", compute="_compute_result")
    substituted_flow_count = fields.Integer("Flows Substituted", compute="_compute_result")
    substitute = OptionalFloat("Substitute Value", compute="_compute_result", help="g/Nm³ by equation 19.")
    tonnes = OptionalFloat("Measured Gas", compute="_compute_result", help="Tonnes; N2O to three decimals (B.6.2.4).")

    _minutes = models.Constraint(
        "CHECK (minutes BETWEEN 1 AND 60)", "A reference period is an hour or less: 1 to 60 minutes."
    )

    @api.constrains("biomass_fraction", "biomass_method", "gas")
    def _check_biomass(self):
        for source in self:
            fraction = source.biomass_fraction
            if fraction is None or not fraction:
                continue
            if not 0 <= fraction <= 1:
                raise ValidationError(self.env._("%s: the biomass fraction lies between 0 and 1.", source.name))
            if source.gas != "co2" or not (source.biomass_method or "").strip():
                raise ValidationError(
                    self.env._("%s: biomass is taken off measured CO2 only, with its determination.", source.name)
                )

    @api.constrains("covered_stream_ids", "period_id")
    def _check_covered(self):
        self._check_same_site()

    def _on_site(self):
        return [*super()._on_site(), *self.covered_stream_ids]

    @api.depends(
        "gas",
        "minutes",
        "concentration_method",
        "density",
        "flow_method",
        "stands_still",
        "representative_from",
        "representative_to",
        "biomass_fraction",
        "row_count",
        "imported_at",
        "period_id.year",
    )
    def _compute_result(self):
        self.substituted_count = self.substituted_flow_count = self.operating_count = self.expected_count = 0
        self.substitute = self.tonnes = None
        return super()._compute_result()

    # -- by the engine -----------------------------------------------------------------------------------------------

    def _calculated(self, figures):
        rows = self.env["cbam.measured.hour"]._rows_of(self)
        self.expected_count = self._expected()
        operating = [row for row in rows if row.operating]
        self.operating_count = len(operating)
        message = self._incomplete(len(rows))
        if message:
            return MethodResult(None, message=message)
        completed = complete(
            [self._reference_period(row) for row in operating],
            [volume_of(row.substitute_flow, self.minutes) for row in operating],
            self._representative(operating),
        )
        self.substituted_count = completed.substituted_concentrations
        self.substituted_flow_count = completed.substituted_volumes
        self.substitute = completed.substitute_concentration
        return self._as_co2e(total(completed.periods), figures)

    def _as_co2e(self, tonnes, figures):
        """tCO2e of the measured gas with all its digits (N2O is rounded where it is published: B.6.2.4)."""
        if self.gas == "n2o":
            self.tonnes = n2o_reported(tonnes)
            potential = figures.get(("gwp", "n2o"))
            text = self.env._(
                "%(tonnes)s t N2O · %(potential)s", tonnes=f"{self.tonnes:.3f}", potential=f"{potential or 0:g}"
            )
            return MethodResult(n2o_co2e(tonnes, potential), text=text)
        self.tonnes = tonnes
        co2 = carbon_monoxide_as_co2(tonnes) if self.gas == "co" else tonnes
        measured = split_biomass(co2, self.biomass_fraction or 0.0)  # unknown is 0: nothing is subtracted (B.6.2.3)
        text = self.env._("%(tonnes)s t %(gas)s measured", tonnes=f"{tonnes:.6g}", gas=dict(GASES)[self.gas])
        return MethodResult(measured.fossil, measured.biogenic, text)

    def _reference_period(self, row):
        if self.concentration_method == "indirect":
            percent = None if row.others is None else indirect_concentration([row.others])
            concentration = concentration_of(percent, self.density)
        else:
            concentration = row.concentration
        return ReferencePeriod(
            str(row.start),
            available(concentration, row.concentration_percent),
            volume_of(available(self._flow(row), row.flow_percent), self.minutes),
        )

    def _flow(self, row):
        """Nm³/h; ``None`` where it was not measured."""
        if self.flow_method == "measured":
            return row.flow
        if None in (row.primary_air, row.oxygen):
            return None
        air = [row.primary_air, row.secondary_air or 0.0, row.seal_air or 0.0]
        return flue_gas_flow(air, row.oxygen / PERCENT)

    def _representative(self, rows):
        """Concentrations of the chosen part of the period for equation 19; ``None``: of the whole period."""
        if not (self.representative_from or self.representative_to):
            return None
        site = self.installation_id
        first, last = self.representative_from, self.representative_to
        return [
            self._reference_period(row).concentration
            for row in rows
            if (not first or site._local_date(row.start) >= first) and (not last or site._local_date(row.start) <= last)
        ]

    def _expected(self):
        """Rows that the monitored part of the period has; none while the period is not chosen."""
        if not self.period_id:
            return 0
        start, end = self._monitored()
        return int((end - start).total_seconds() // (self.minutes * 60)) if self.minutes else 0

    def _monitored(self):
        """First moment and first moment after the monitored part of the period, naive UTC."""
        start, end = self.period_id._span()
        first = self._timezone().localize(datetime.combine(self.period_id.date_from, time.min))
        return max(start, first.astimezone(pytz.utc).replace(tzinfo=None)), end

    def _timezone(self):
        return pytz.timezone(self.installation_id.tz or "UTC")

    def _incomplete(self, count):
        if not count:
            return self.env._("%s has no measured values yet: import its file.", self.name)
        absent = self._expected() - count
        if absent > 0 and not self.stands_still:
            return self.env._(
                "%(name)s has no row for %(count)s of %(expected)s reference periods: import them, or say that the "
                "source stood still.",
                name=self.name,
                count=absent,
                expected=self._expected(),
            )
        return ""

    # -- buttons -----------------------------------------------------------------------------------------------------

    def action_import(self):
        """Import the rows of a file in place of those that are there."""
        self.ensure_one()
        self._check_open()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Import Measured Values of %s", self.name),
            "res_model": "cbam.measured.import",
            "view_mode": "form",
            "target": "new",
            "context": {"default_source_id": self.id, "dialog_size": "large"},
        }

    def action_open_rows(self):
        """The measured values."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id("cbam_emissions.action_cbam_measured_hour")
        return action | {"domain": [("source_id", "=", self.id)], "display_name": self.name}
