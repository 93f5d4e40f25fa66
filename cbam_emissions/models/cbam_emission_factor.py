from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

from ..engine.source_streams import ActivityUnit, FactorUnit, Method
from .optional_float import OptionalFloat

METHODS = [
    (Method.COMBUSTION.value, "Combustion"),
    (Method.PROCESS.value, "Process emissions"),
    (Method.MASS_BALANCE.value, "Mass balance"),
    (Method.CARBONATES_INPUT.value, "Carbonates, method A (input)"),
    (Method.CARBONATES_OUTPUT.value, "Carbonates, method B (output)"),
]
CARBONATES = (Method.CARBONATES_INPUT.value, Method.CARBONATES_OUTPUT.value)
ACTIVITY_UNITS = [(ActivityUnit.TONNE.value, "t"), (ActivityUnit.THOUSAND_NM3.value, "1000 Nm³")]
FACTOR_UNITS = [(FactorUnit.PER_TJ.value, "tCO2/TJ"), (FactorUnit.PER_UNIT.value, "tCO2 per t or 1000 Nm³")]

#: Fields a posted figure rests on: changing one of them posts the difference.
FIGURES = {
    "method",
    "activity_unit",
    "ncv",
    "emission_factor",
    "factor_unit",
    "carbon_content",
    "oxidation_factor",
    "conversion_factor",
    "density",
    "biomass_fraction",
    "biomass_evidence",
    "biomass_evidence_note",
    "constituent_ids",
    "is_output",
    "date_from",
    "date_to",
    "successor_id",
}


class CbamEmissionFactor(models.Model):
    """How a fuel or material gives rise to direct emissions: 2025/2547 Annex II B.3 and B.5."""

    _name = "cbam.emission.factor"
    _description = "Emission Factor"
    _inherit = ["mail.thread", "cbam.change.logged", "cbam.configuration"]
    _change_kind = "method"
    _change_fields = ("active", "constituent_ids")
    _order = "name, date_from desc, id"

    name = fields.Char("Fuel or Material", required=True, translate=True, tracking=True)
    active = fields.Boolean(default=True)
    company_id = fields.Many2one("res.company", index=True, help="Empty: every company may use the factor.")
    method = fields.Selection(METHODS, required=True, default=Method.COMBUSTION.value, tracking=True)
    activity_unit = fields.Selection(
        ACTIVITY_UNITS,
        string="Activity Data In",
        required=True,
        default=ActivityUnit.TONNE.value,
        tracking=True,
        help="What the net calorific value and the carbon content refer to.",
    )
    ncv = OptionalFloat(
        "Net Calorific Value", tracking=True, help="GJ per tonne or per 1000 Nm³ (lower heating value, equation 6)."
    )
    emission_factor = OptionalFloat(
        "Emission Factor",
        tracking=True,
        help="Preliminary factor, as if all carbon were fossil; the biomass fraction is taken off by equation 10. "
        "0 only for what contains no carbon, such as hydrogen.",
    )
    factor_unit = fields.Selection(FACTOR_UNITS, required=True, default=FactorUnit.PER_TJ.value, tracking=True)
    carbon_content = OptionalFloat(
        tracking=True,
        help="Tonnes of carbon per tonne or per 1000 Nm³: mass balance, or instead of an emission factor.",
    )
    oxidation_factor = OptionalFloat(
        default=1.0, tracking=True, help="Combustion: 1 may always be used (Annex II B.3.1.1)."
    )
    conversion_factor = OptionalFloat(
        default=1.0, tracking=True, help="Process emissions: 1 may always be used (Annex II B.3.1.2)."
    )
    density = OptionalFloat(tracking=True, help="Tonnes per m³ of a liquid, to turn litres into tonnes.")
    is_output = fields.Boolean(
        "Leaves the Installation",
        tracking=True,
        help="Mass balance: carbon that leaves in products counts as negative (equation 12).",
    )
    biomass_fraction = OptionalFloat(
        tracking=True, help="Share of the carbon that is biomass, 0 to 1. Unknown counts as 0 (equation 10)."
    )
    biomass_evidence = fields.Boolean(
        "Meets the Criteria of B.3.3",
        tracking=True,
        help="Zero-rating of biomass burnt as fuel needs evidence: cancellation in the Union Database or proof of a "
        "recognised voluntary scheme. Without it the biomass counts as fossil carbon.",
    )
    biomass_origin = fields.Selection(
        [
            ("grown", "Agriculture, forestry, aquaculture or fisheries: Art. 29(2) to (7) and (10)"),
            ("waste", "Other waste and residues: Art. 29(10) only"),
            ("municipal", "Municipal solid waste, for electricity and heat: not subject to Art. 29(10)"),
        ],
        tracking=True,
        help="Decides which criteria of Directive (EU) 2018/2001 the biomass has to meet (Annex II B.3.3).",
    )
    biomass_proof = fields.Selection(
        [
            ("union_database", "Purchase cancelled in the Union Database"),
            ("voluntary_scheme", "Proof of sustainability of a recognised voluntary scheme"),
            ("assessed", "Assessed by Articles 30 and 31(1) of the Directive"),
        ],
        string="Proven By",
        tracking=True,
    )
    biomass_proof_ids = fields.Many2many(
        "ir.attachment", "cbam_emission_factor_biomass_rel", string="Proof", copy=False, help="Certificates, extracts."
    )
    biomass_evidence_note = fields.Text("Evidence", tracking=True)
    constituent_ids = fields.One2many("cbam.emission.factor.constituent", "factor_id", "Composition", copy=True)
    determination = fields.Selection(
        [
            ("standard", "Standard value"),
            ("analysis", "Laboratory analysis"),
            ("proxy", "Correlation with another property"),
            ("supplier", "Stated by the supplier"),
            ("estimate", "Estimate (data gap)"),
        ],
        required=True,
        default="standard",
        tracking=True,
        help="How the factors were determined: 2025/2547 Annex II B.5.1.",
    )
    source_text = fields.Char("Source", help="Act, inventory, laboratory report or certificate the figures come from.")
    standard_factor_id = fields.Many2one(
        "cbam.standard.factor",
        domain="[('group', 'in', ('fuel', 'biomass', 'process_material', 'carbonate', 'oxide')), "
        "('dataset_status', '=', 'in_force')]",
        ondelete="restrict",
        help="Row of Annex II point G of 2025/2547 to take the figures from.",
    )
    dataset_id = fields.Many2one(related="standard_factor_id.dataset_id", store=True)
    date_from = fields.Date("Valid From", tracking=True)
    date_to = fields.Date("Valid To", tracking=True, help="Last day. From then on the factor's successor counts.")
    successor_id = fields.Many2one(
        "cbam.emission.factor", "Succeeded By", copy=False, index="btree_not_null", ondelete="restrict"
    )
    per_unit = OptionalFloat("tCO2 per Unit", compute="_compute_per_unit", help="Without biomass that counts zero.")
    per_unit_text = fields.Char("Result", compute="_compute_per_unit")
    problem = fields.Char("Missing", compute="_compute_per_unit")
    stream_ids = fields.One2many("cbam.source.stream", "factor_id", "Source Streams")
    product_ids = fields.One2many("product.template", "cbam_factor_id", "Products")
    note = fields.Html()

    _dates = models.Constraint(
        "CHECK (date_to IS NULL OR date_from IS NULL OR date_to >= date_from)", "A factor cannot end before it begins."
    )

    @api.depends(
        "name",
        *sorted(FIGURES - {"date_from", "date_to", "successor_id", "constituent_ids"}),
        "constituent_ids.substance",
        "constituent_ids.share",
        "constituent_ids.emission_factor",
    )
    def _compute_per_unit(self):
        rates = self._per_unit()
        for factor in self:
            rate = rates[factor.id]
            unit = dict(ACTIVITY_UNITS)[factor.activity_unit]
            factor.problem = rate.message or False
            factor.per_unit = rate.embedded and rate.embedded.direct
            factor.per_unit_text = False
            if rate.embedded is None:
                continue
            factor.per_unit_text = self.env._(
                "%(fossil)s tCO2 per %(unit)s", unit=unit, fossil=f"{rate.embedded.direct:.6g}"
            )
            if rate.biogenic:
                factor.per_unit_text = self.env._(
                    "%(text)s, and %(biogenic)s tCO2 of biomass that count zero",
                    text=factor.per_unit_text,
                    biogenic=f"{rate.biogenic:.6g}",
                )

    @api.depends("name", "date_from", "date_to")
    def _compute_display_name(self):
        for factor in self:
            dates = [str(day) if day else "…" for day in (factor.date_from, factor.date_to)]
            period = f" ({' – '.join(dates)})" if factor.date_from or factor.date_to else ""
            factor.display_name = f"{factor.name or ''}{period}"

    @api.constrains("biomass_evidence", "biomass_evidence_note")
    def _check_biomass_evidence(self):
        for factor in self:
            if factor.biomass_evidence and not (factor.biomass_evidence_note or "").strip():
                raise ValidationError(
                    self.env._("%s: name the evidence that the biomass meets the criteria of B.3.3.", factor.name)
                )

    @api.constrains("biomass_fraction", "oxidation_factor", "conversion_factor", "ncv", "emission_factor", "density")
    def _check_ranges(self):
        shares = ("biomass_fraction", "oxidation_factor", "conversion_factor")
        for factor in self:
            for name in (*shares, "ncv", "emission_factor", "density", "carbon_content"):
                value, label = factor[name], self._fields[name]._description_string(self.env)
                if value is not None and value < 0:
                    message = self.env._("%(name)s: %(label)s cannot be negative.", name=factor.name, label=label)
                    raise ValidationError(message)
                if value is not None and name in shares and value > 1:
                    message = self.env._("%(name)s: %(label)s lies between 0 and 1.", name=factor.name, label=label)
                    raise ValidationError(message)

    @api.constrains("successor_id", "date_to")
    def _check_successor(self):
        if self._has_cycle("successor_id"):
            raise ValidationError(self.env._("A factor cannot succeed itself."))
        for factor in self.filtered("successor_id"):
            if not factor.date_to:
                raise ValidationError(self.env._("%s has a successor: give its last day of validity.", factor.name))

    def write(self, vals):
        result = super().write(vals)
        if not FIGURES.isdisjoint(vals):
            self._mark_posted()
        return result

    def copy_data(self, default=None):
        vals_list = super().copy_data(default=default)
        return [
            dict(vals, name=vals["name"] if default and "name" in default else self.env._("%s (copy)", factor.name))
            for factor, vals in zip(self, vals_list, strict=True)
        ]

    # -- posting again ------------------------------------------------------------------------------------------------

    def _mark_posted(self):
        """Post again what rests on these factors."""
        factors = self | self._predecessors()
        self.env["cbam.source.stream"]._mark_posted(factors.with_context(active_test=False).stream_ids, factors)

    def _predecessors(self):
        found = self.browse()
        wave = self
        while wave:
            wave = self.with_context(active_test=False).search([("successor_id", "in", wave.ids)]) - found
            found |= wave
        return found

    # -- change log ------------------------------------------------------------------------------------------------

    def _change_installations(self):
        """A factor belongs to no installation: it concerns those whose source streams use it."""
        # superuser: a shared factor concerns installations of companies that the user may not see
        return self.sudo().with_context(active_test=False).stream_ids.installation_id

    def _change_text(self, name):
        if name != "constituent_ids":
            return super()._change_text(name)
        return "; ".join(f"{part.substance}: {part.share} × {part.emission_factor}" for part in self.constituent_ids)

    # -- buttons ---------------------------------------------------------------------------------------------------

    def action_take_standard(self):
        """Copy the figures of the chosen row of Annex II point G."""
        for factor in self:
            if not factor.standard_factor_id:
                raise UserError(self.env._("Choose the standard factor to take the figures from."))
            factor.write(factor._standard_values(factor.standard_factor_id))

    @api.onchange("method")
    def _onchange_method(self):
        """Only combustion and mass balance know factors per TJ."""
        if self.method not in (Method.COMBUSTION.value, Method.MASS_BALANCE.value):
            self.factor_unit = FactorUnit.PER_UNIT.value

    @api.onchange("standard_factor_id")
    def _onchange_standard_factor_id(self):
        if self.standard_factor_id:
            self.update(self._standard_values(self.standard_factor_id))

    def _standard_values(self, row):
        """Values of a factor that follows a standard row; its kind decides the method."""
        methods = {"carbonate": CARBONATES[0], "oxide": CARBONATES[1], "process_material": Method.MASS_BALANCE.value}
        per_tj = "TJ" in (row.emission_factor_unit or "")
        values = {
            "name": self.name or row.name,
            "method": methods.get(row.group, Method.COMBUSTION.value),
            "emission_factor": row.emission_factor,
            "factor_unit": FactorUnit.PER_TJ.value if per_tj else FactorUnit.PER_UNIT.value,
            "biomass_fraction": 1.0 if row.group == "biomass" else None,
            "determination": "standard",
            "source_text": row.reference,
        }
        # The table's calorific values are per tonne: a gas counted by volume keeps its own.
        if not (per_tj and self.activity_unit == ActivityUnit.THOUSAND_NM3.value):
            values |= {
                "activity_unit": ActivityUnit.TONNE.value,
                "ncv": row.ncv,
                "carbon_content": row.carbon_content,
            }
        return values

    def action_new_version(self):
        """A copy that follows this factor, for figures that change from a day on."""
        self.ensure_one()
        if self.successor_id:
            raise UserError(self.env._("%s already has a successor.", self.display_name))
        day = max(fields.Date.context_today(self), self.date_from or fields.Date.context_today(self))
        successor = self.copy({"name": self.name, "date_from": day, "date_to": False})
        self.write({"date_to": fields.Date.subtract(day, days=1), "successor_id": successor.id})
        return {
            "type": "ir.actions.act_window",
            "res_model": self._name,
            "res_id": successor.id,
            "view_mode": "form",
        }
