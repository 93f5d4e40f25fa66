from collections import defaultdict
from types import SimpleNamespace

from odoo import api, fields, models

from ..engine.errors import EngineError
from ..engine.life.end_of_life import Part, end_of_life, material_masses
from ..engine.life.service import emitted
from .cbam_planning_graph import Graph
from .optional_float import OptionalFloat


class CbamEndOfLife(models.Model):
    """What becomes of a product at the end of its life: a scenario, until a machine is really taken apart.

    Materials and their masses come from the bill of materials, over all levels. Burdens and credits stand apart and are
    never netted. Not for CBAM.
    """

    _name = "cbam.end.of.life"
    _description = "End-of-Life Scenario"
    _order = "product_tmpl_id, id"
    _check_company_auto = True

    name = fields.Char("Scenario", required=True, default=lambda self: self.env._("Expected treatment"))
    active = fields.Boolean(default=True)
    product_tmpl_id = fields.Many2one(
        "product.template", "Product", required=True, index=True, ondelete="cascade", check_company=True
    )
    company_id = fields.Many2one(
        "res.company", required=True, index=True, default=lambda self: self.env.company, ondelete="cascade"
    )
    line_ids = fields.One2many("cbam.end.of.life.line", "scenario_id", "Treatments", copy=True)
    dismantling_activity_id = fields.Many2one(
        "cbam.life.activity", "Taking Apart By", ondelete="restrict", help="What taking one unit apart emits by."
    )
    dismantling_quantity = OptionalFloat(
        "Needed per Unit",
        digits=(16, 6),
        aggregator=None,
        help="In the unit of the activity, for one unit of the product.",
    )
    dismantling_unit = fields.Selection(related="dismantling_activity_id.unit", string="Unit of the Activity")
    source = fields.Char(help="Where the shares come from: recycler, study, law.")
    burden = OptionalFloat("Burdens (tCO2e)", digits=0, compute="_compute_figures", aggregator=None)
    credits = OptionalFloat(
        "Credits (tCO2e)",
        digits=0,
        compute="_compute_figures",
        aggregator=None,
        help="Beside the burdens, never netted.",
    )
    mass = OptionalFloat("Mass Covered (kg)", digits=0, compute="_compute_figures", aggregator=None)
    missing = fields.Text(compute="_compute_figures")
    note = fields.Html()

    _one = models.UniqueIndex(
        "(product_tmpl_id, company_id) WHERE active", "The product has an end-of-life scenario already."
    )

    @api.depends("product_tmpl_id", "name")
    def _compute_display_name(self):
        for scenario in self:
            scenario.display_name = f"{scenario.product_tmpl_id.display_name} · {scenario.name}"

    @api.constrains("line_ids")
    def _check_shares(self):
        for scenario in self:
            scenario.line_ids._check_shares_of(scenario)

    @api.model_create_multi
    def create(self, vals_list):
        return super(CbamEndOfLife, self.with_context(cbam_shares_later=True)).create(vals_list).with_env(self.env)

    def write(self, vals):
        later = self.with_context(cbam_shares_later=True) if "line_ids" in vals else self
        return super(CbamEndOfLife, later).write(vals)

    @api.depends(
        "product_tmpl_id",
        *(
            "line_ids.material_id",
            "line_ids.treatment",
            "line_ids.share",
            "line_ids.activity_id",
            "line_ids.with_credit",
        ),
        *("line_ids.electricity", "line_ids.electricity_activity_id"),
        *("dismantling_activity_id", "dismantling_quantity"),
    )
    @api.depends_context("lang")
    def _compute_figures(self):
        """Of one unit of the (first) variant; a scenario in the making says what is wrong with it."""
        found = self._of_products({scenario: scenario.product_tmpl_id.product_variant_id for scenario in self})
        for scenario in self:
            figure = found.get(scenario)
            scenario.burden = figure["burden"] if figure else None
            scenario.credits = figure["credits"] if figure else None
            scenario.mass = sum(row["kg"] for row in figure["rows"] if row["kg"]) if figure else None
            scenario.missing = "\n".join(figure["missing"]) if figure else False

    # -- the passport's question -----------------------------------------------------------------------------------

    @api.model
    def of(self, lots):
        """Burdens and credits of machines, ``{lot id: figure}``, in bulk; lots without a scenario are left out.

        A figure is ``{"burden", "credits", "rows", "missing", "scenario", "recovered"}``: tCO2e of one unit, ``None``
        where nothing is known; rows ``{"material", "treatment", "label", "kg", "burden", "credit"}``; ``scenario`` is
        the name of the scenario. ``recovered``: the machine was really taken apart; the figure is what was found then,
        its burdens are in the ledger already and no scenario is added to them.
        """
        recovered = self.env["cbam.recovery.line"]._of(lots)
        expected = lots.filtered(lambda lot: lot.id not in recovered)
        products = defaultdict(set)
        for lot in expected:
            products[lot.company_id or self.env.company].add(lot.product_id)
        found = {}
        for company, wanted in products.items():
            templates = {product.product_tmpl_id.id for product in wanted}
            scenarios = self.search([("product_tmpl_id", "in", list(templates)), ("company_id", "=", company.id)])
            by_template = {scenario.product_tmpl_id: scenario for scenario in scenarios}
            pairs = {
                (by_template[product.product_tmpl_id], product): product
                for product in wanted
                if product.product_tmpl_id in by_template
            }
            figures = self._figures(pairs, company)
            for lot in expected:
                key = (by_template.get(lot.product_id.product_tmpl_id), lot.product_id)
                if key in figures and company == (lot.company_id or self.env.company):
                    found[lot.id] = figures[key]
        return recovered | found

    @api.model
    def _of_products(self, products):
        """``{scenario: figure}`` of ``{scenario: product}``."""
        found = {}
        for company in {scenario.company_id for scenario in products}:
            pairs = {
                (scenario, product): product
                for scenario, product in products.items()
                if product and scenario.company_id == company
            }
            for (scenario, _product), figure in self._figures(pairs, company).items():
                found[scenario] = figure
        return found

    @api.model
    def _figures(self, pairs, company):
        """``{(scenario, product): figure}``, in a number of queries that does not grow with the products."""
        if not pairs:
            return {}
        masses, unknown = self._masses([product._origin.id or product.id for _s, product in pairs], company)
        lines = self.browse().line_ids.union(*(scenario.line_ids for scenario, _product in pairs))
        dismantling = self.browse().dismantling_activity_id.union(*(s.dismantling_activity_id for s, _p in pairs))
        # superuser: codes of activities are read by whoever sees the product
        rates = self.env["cbam.life.factor"]._rates(lines._codes() | set(dismantling.sudo().mapped("code")))
        names = {one.id: one.name for one in self.env["cbam.material.class"].with_context(active_test=False).search([])}
        names[None] = self.env._("all other materials")
        return {
            (scenario, product): scenario._figure(masses[number], unknown[number], rates, names)
            for scenario, product in pairs
            if (number := product._origin.id or product.id) in masses
        }

    def _figure(self, masses, unknown, rates, names):
        """The figure of one unit; what is missing is listed, in words."""
        self.ensure_one()
        treatments = [line._treatment(rates, line.material_id.id or None, line.share) for line in self.line_ids]
        labels = dict(self.env["cbam.treatment"]._fields["treatment"]._description_selection(self.env))
        try:
            result = end_of_life(masses, treatments, names)
        except EngineError as error:
            return self._answer(None, None, [], [str(error)])
        rows = [
            {
                "material": names[row.material],
                "treatment": row.treatment,
                "label": labels[row.treatment],
                "kg": row.kg,
                "burden": row.burden,
                "credit": row.credit,
            }
            for row in result.rows
        ]
        missing = [*unknown, *result.missing]
        burden = result.burden
        if self.dismantling_activity_id:
            extra, note = self._dismantling(rates)
            rows.append({"material": None, "treatment": "dismantle", "label": self.env._("Taking apart"), "kg": None,
                         "burden": extra, "credit": 0.0})  # fmt: skip
            missing += [note] if extra is None else []
            burden = burden if extra is None else (burden or 0.0) + extra
        return self._answer(burden, result.credits, rows, missing)

    def _answer(self, burden, credits_, rows, missing):
        return {
            "burden": burden,
            "credits": credits_,
            "rows": rows,
            "missing": missing,
            "scenario": self.name,
            "recovered": False,
        }

    def _dismantling(self, rates):
        """``(tCO2e of taking one unit apart, "")``, or ``(None, why)``."""
        # superuser: the activity's name and code are part of the answer, its own page is not
        activity = self.dismantling_activity_id.sudo()
        rate = rates.get(activity.code)
        try:
            return emitted(self.dismantling_quantity, rate.kg_per_unit if rate else None, activity.name), ""
        except EngineError as error:
            return None, str(error)

    # -- masses ----------------------------------------------------------------------------------------------------

    @api.model
    def _masses(self, product_ids, company):
        """``({product: {material: kg}}, {product: [what has no material or mass]})`` of one unit, over all levels."""
        gathered = self.env["cbam.planning.gather"]._gather(product_ids, company.id)
        mass = self.env["cbam.mass"]
        graph = Graph(gathered, mass._units(), mass._gram())
        plan, planning = SimpleNamespace(graph=graph), self.env["cbam.planning"]
        # Bills that contain each other leave their products without a mass: they are listed, and the rest is answered.
        planning._without_cycles(plan, True, graph.explode, product_ids)
        parts = self._parts(graph)
        found = planning._without_cycles(plan, True, lambda: material_masses(product_ids, parts, graph.edges))
        unknown = {number for one in found.values() for number in one.unknown}
        names = {product.id: product.display_name for product in self.env["product.product"].browse(unknown)}
        sentence = self.env._("%s has no material class or no net mass: it is in no mass.")
        return (
            {number: one.kg for number, one in found.items()},
            {number: [sentence % names[part] for part in one.unknown] for number, one in found.items()},
        )

    @api.model
    def _parts(self, graph):
        """The engine's parts of all products of the graph."""
        # superuser: materials of components count, also of products that the user may not open
        templates = self.env["product.template"].sudo().browse({item.template_id for item in graph.items.values()})
        nearest = self._category_materials(templates.categ_id)
        materials = {
            template.id: (template.cbam_material_class_id.id or None, nearest.get(template.categ_id.id))
            for template in templates
        }
        parts = {}
        for number, item in graph.items.items():
            tonnes = graph.unit_mass(item)
            own, category = materials[item.template_id]
            parts[number] = Part(str(number), own, None if tonnes is None else tonnes * 1000.0, category)
        return parts

    @api.model
    def _category_materials(self, categories):
        """``{category id: material}`` of the category itself or the nearest one above it."""
        chains = {c.id: [int(part) for part in (c.parent_path or "").split("/") if part] for c in categories}
        every = categories.browse({number for chain in chains.values() for number in chain})
        own = {category.id: category.cbam_material_class_id.id for category in every}
        return {
            number: next((own[above] for above in reversed(chain) if own[above]), None)
            for number, chain in chains.items()
        }
