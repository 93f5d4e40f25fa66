from decimal import Decimal

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

from odoo.addons.cbam_emissions.engine.certificates import Basis, DeclarationLine, Imported, cost
from odoo.addons.cbam_emissions.engine.datasets import PROPOSED
from odoo.addons.cbam_emissions.engine.declaration import Good, lines
from odoo.addons.cbam_emissions.engine.errors import EngineError
from odoo.addons.cbam_emissions.engine.scenario import allocation_in_year, price_in_year
from odoo.addons.cbam_emissions.models.optional_float import OptionalFloat

FIRST_YEAR, LAST_YEAR = 2026, 2034


class CbamScenario(models.Model):
    """What if: the imports of a year with other years' factors, another price, or all suppliers verified.

    Assumptions, never figures of a declaration. What a year lacks (a correction factor that is not laid down) is
    listed as missing unless the scenario assumes it.
    """

    _name = "cbam.scenario"
    _description = "CBAM Scenario"
    _order = "id desc"

    name = fields.Char(required=True)
    company_id = fields.Many2one("res.company", required=True, index=True, default=lambda self: self.env.company)
    base_year = fields.Integer(
        "Imports Of",
        required=True,
        aggregator=None,
        default=lambda self: fields.Date.context_today(self).year,
        help="The imports of this year, declared and proposed, are taken to come again in each year.",
    )
    year_from = fields.Integer("From", required=True, default=FIRST_YEAR, aggregator=None)
    year_to = fields.Integer("To", required=True, default=LAST_YEAR, aggregator=None)
    price = fields.Float(
        "Price (EUR)",
        digits=(16, 2),
        required=True,
        default=lambda self: self._default_price(),
        help="EUR per certificate in the first year; the last published one is proposed.",
    )
    price_change = fields.Float("Change a Year", help="Share by which the price changes each year.")
    all_verified = fields.Boolean(
        "All Claims Verified", help="As if every record that suppliers only claim were verified."
    )
    cscf_assumed = OptionalFloat(
        "Correction Factor Assumed",
        digits=(16, 4),
        help="Cross-sectoral correction factor for years that have none yet; empty: these years stay without a figure.",
    )
    proposed_dataset_id = fields.Many2one(
        "cbam.dataset",
        "Proposed CN Codes",
        domain="[('kind', '=', 'cn_code'), ('status', '=', 'proposed')]",
        ondelete="restrict",
        help="As if this proposal were law from its first day on: goods on its list would be in scope. No other figure "
        "of the suite ever reads it.",
    )
    proposed_product_count = fields.Integer("Products in Scope by Proposal", compute="_compute_proposed_product_count")
    line_ids = fields.One2many("cbam.scenario.line", "scenario_id", "Result", readonly=True)
    computed_on = fields.Datetime(readonly=True, copy=False)
    missing_count = fields.Integer("Without a Figure", compute="_compute_missing_count")

    _years = models.Constraint(
        "CHECK (year_from >= 2026 AND year_from <= year_to AND year_to <= 2050 AND base_year >= 2026)",
        "The years of a scenario lie between 2026 and 2050.",
    )
    _figures = models.Constraint(
        "CHECK (price > 0 AND price_change > -1 AND COALESCE(cscf_assumed, 1) BETWEEN 0 AND 1)",
        "A price is greater than 0, and a correction factor lies between 0 and 1.",
    )

    @api.model
    def _default_price(self):
        rows = self.env["cbam.certificate.price"].rows()
        return float(max(rows, key=lambda row: row.date_to).price) if rows else 0.0

    @api.depends("line_ids.missing")
    def _compute_missing_count(self):
        for scenario in self:
            scenario.missing_count = len(scenario.line_ids.filtered("missing"))

    @api.depends("proposed_dataset_id")
    def _compute_proposed_product_count(self):
        for scenario in self:
            dataset = scenario.proposed_dataset_id
            scenario.proposed_product_count = (
                len(self.env["cbam.scenario.proposed"]._products(dataset)) if dataset else 0
            )

    @api.constrains("proposed_dataset_id")
    def _check_proposed_dataset(self):
        for scenario in self:
            # superuser: only kind and status of a proposal are read
            dataset = scenario.proposed_dataset_id.sudo()
            if dataset and (dataset.kind, dataset.status) != ("cn_code", PROPOSED):
                raise ValidationError(self.env._("%s is no proposed list of CN codes.", dataset.name))

    # -- reckoning ---------------------------------------------------------------------------------------------------

    def action_compute(self):
        """Reckon the years of the scenario anew."""
        for scenario in self:
            scenario.check_access("write")
            imports = scenario.env["cbam.declaration.builder"].imports(
                scenario.company_id, scenario.base_year, ("declared", "proposed")
            )
            rows = []
            for year in range(scenario.year_from, scenario.year_to + 1):
                rows += scenario._year(year, imports)
            if scenario.proposed_dataset_id:
                rows += scenario.env["cbam.scenario.proposed"]._rows(scenario)
            scenario.sudo().line_ids.unlink()
            # superuser: lines are written by computing alone; the right on the scenario was checked above
            scenario.env["cbam.scenario.line"].sudo().create(rows)
            scenario.computed_on = fields.Datetime.now()
        return True

    def _factors(self, year):
        """CBAM factor and correction factor of a year, the latter assumed where it is not laid down."""
        value = self.env["cbam.parameter"].value_in
        cscf = value("cscf", year)
        return value("cbam_factor", year), self.cscf_assumed if cscf is None else cscf

    def _known_year(self, year):
        """The year itself, or the last one before that has a correction factor laid down."""
        value = self.env["cbam.parameter"].value_in
        return next((y for y in range(year, FIRST_YEAR - 1, -1) if value("cscf", y) is not None), year)

    def _year(self, year, imports):
        """The rows of a year: one per product, vendor and CN code."""
        figures = self.env["cbam.import.figures"]
        found = figures.figures(imports, year=year, verified=self.all_verified)
        known = self._known_year(year)
        allocated = found if known == year else figures.figures(imports, year=known, verified=self.all_verified)
        try:
            price = price_in_year(Decimal(repr(self.price)), self.price_change, year - self.year_from)
        except EngineError as error:
            raise UserError(str(error)) from error
        groups = {}
        for line in imports:
            if found[line].counted and not any(kind == "exempt" for kind, _s in found[line].problems):
                groups.setdefault((line.product_id, line.partner_id, line.cn_code), []).append(line)
        return [self._row(year, key, group, (found, allocated, known), price) for key, group in groups.items()]

    def _row(self, year, key, group, figures, price):
        product, partner, code = key
        values = {
            "scenario_id": self.id,
            "year": year,
            "year_name": str(year),
            "product_id": product.id,
            "partner_id": partner.id,
            "cn_code": code,
            "mass": sum(line.net_mass or 0.0 for line in group),
            "price": float(price),
            "certificates": None,
            "cost_eur": None,
        }
        try:
            certificates = sum(
                line.certificates for line in lines([self._good(year, line, *figures) for line in group])
            )
            values |= {"certificates": certificates, "cost_eur": float(cost(certificates, price))}
        except EngineError as error:
            values["missing"] = str(error)
        return values

    def _good(self, year, line, found, allocated, known):
        """:raises EngineError: a figure of the year is missing"""
        answer = found[line].answer
        basis = answer.basis if answer else Basis.DEFAULT
        returned, electricity = line.procedure == "returned_203", line.sector == "electricity"
        sefa = 0.0 if electricity or returned else self._sefa(year, line, found, allocated, known)
        return Good(
            Imported(
                DeclarationLine(
                    line.cn_code,
                    line.origin_country_id.code,
                    None if basis is Basis.DEFAULT else line.installation_id.id,
                    composition=line.composition or None,
                    basis=basis,
                    procedure=line.procedure,
                ),
                mass=None if line.net_mass is None else abs(line.net_mass),
                see=0.0 if returned else answer and answer.see.value,
                sefa=sefa,
                reduction=0.0 if returned or not answer else answer.reduction.value or 0.0,
                electricity=electricity,
            ),
            -1 if (line.net_mass or 0.0) < 0 else 1,
        )

    def _sefa(self, year, line, found, allocated, known):
        """SEFA of the year: of a record by the factors of its period, of a default value by those of the year."""
        row = found[line]
        # superuser: a scenario reckons with records that its user may not open
        record = self.env["cbam.specific.emission"].sudo().browse(row.valuation.record_id or [])
        if row.basis is not Basis.DEFAULT and record.has_sefa:
            return allocation_in_year(record.sefa, self._factors(record.year), self._factors(year))
        answer = allocated[line].answer
        return allocation_in_year(answer and answer.sefa.value, self._factors(known), self._factors(year))

    # -- screens -----------------------------------------------------------------------------------------------------

    def action_view_curve(self):
        """The cost of the years as a curve, per product or vendor; several scenarios beside each other."""
        action = self.env["ir.actions.act_window"]._for_xml_id("cbam_reports.cbam_scenario_line_action")
        return action | {"domain": [("scenario_id", "in", self.ids)]}

    def action_view_proposed_products(self):
        """The products that the proposal would bring into scope."""
        self.ensure_one()
        products = self.env["cbam.scenario.proposed"]._products(self.proposed_dataset_id)
        # superuser: the name of the proposal
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("In scope by %s", self.proposed_dataset_id.sudo().name),
            "res_model": "product.product",
            "view_mode": "list,form",
            "domain": [("id", "in", [product.id for product in products])],
        }
