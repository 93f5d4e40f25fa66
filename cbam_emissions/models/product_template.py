from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ..engine.co_products import is_chemical
from .optional_float import OptionalFloat

GROUPS = "cbam_emissions.group_cbam_user,cbam_emissions.group_cbam_verifier"
#: What posting reads of a product: entering it posts the documents again that lack it.
POSTED_FIELDS = {
    "cbam_cn_code",
    "cbam_net_mass",
    "cbam_content",
    "cbam_molar_mass",
    "cbam_production_country_id",
    "cbam_origin_country_id",
    "cbam_installation_id",
    "cbam_route_letter",
    "cbam_factor_id",
}
#: What the whole-life account reads of a component.
LIFE_FIELDS = {"cbam_life_activity_id", "cbam_net_mass", "cbam_cn_code", "cbam_factor_id", "categ_id"}


class ProductTemplate(models.Model):
    _inherit = "product.template"

    cbam_cn_code = fields.Char(
        "CN Code",
        index="btree_not_null",
        help="Combined Nomenclature code, 4 to 10 digits. It decides whether the product is a CBAM good.",
    )
    cbam_scope = fields.Selection(
        [("good", "CBAM good"), ("other", "Not a CBAM good"), ("unclear", "Code too short to tell")],
        string="CBAM Scope",
        compute="_compute_cbam_scope",
        store=True,
        help="Follows from the CN code and the list of CBAM goods in force.",
    )
    cbam_category_id = fields.Many2one(
        "cbam.goods.category", string="Goods Category", compute="_compute_cbam_scope", store=True
    )
    cbam_annex_ii = fields.Boolean(
        "Direct Emissions Only",
        compute="_compute_cbam_scope",
        store=True,
        help="The good is in Annex II of Regulation (EU) 2023/956: "
        "indirect emissions of its own production do not count.",
    )
    cbam_complexity = fields.Selection(
        [("simple", "Simple good"), ("complex", "Complex good")],
        string="Simple / Complex",
        compute="_compute_cbam_complexity",
        help="Complex: a bill of materials of the product contains a CBAM good (a precursor, 2025/2547 Art. 1(7)).",
    )
    cbam_net_mass = fields.Float(
        "Net Mass",
        digits=0,
        compute="_compute_cbam_net_mass",
        inverse="_inverse_cbam_net_mass",
        store=True,
        help="kg per unit of the product, without packaging, in full precision. Not needed where the unit is a weight.",
    )
    cbam_pallets_per_unit = OptionalFloat(
        "Pallet Places per Unit",
        digits=0,
        help="Of the whole-life account: pallet places that one unit takes in a store, 0.05 where 20 fill a pallet.",
    )
    cbam_content = fields.Float(
        "Clinker or Nitrogen Content",
        digits=0,
        compute="_compute_cbam_content",
        inverse="_inverse_cbam_content",
        help="Tonnes of clinker per tonne of cement, or kg of nitrogen per tonne of fertiliser "
        "(2025/2547 Art. 4(3)-(5)).",
    )
    cbam_content_range = fields.Char(
        "Composition Range",
        compute="_compute_cbam_content_range",
        inverse="_inverse_cbam_content_range",
        help="Range of the content the goods keep to (at most 10 %), or the consignment declaration.",
    )
    cbam_molar_mass = OptionalFloat(
        "Molar Mass",
        digits=0,
        compute="_compute_cbam_molar_mass",
        inverse="_inverse_cbam_molar_mass",
        help="g/mol of the substance. Chemicals and fertilisers made together share by moles (2025/2547 Annex III "
        "A.2.1).",
    )
    cbam_is_chemical = fields.Boolean(
        compute="_compute_cbam_is_chemical", help="A chemical or fertiliser by its CN code, CBAM good or not."
    )
    cbam_functional_unit = fields.Selection(
        selection=lambda self: self.env["cbam.cn.code"]._fields["functional_unit"].selection,
        compute="_compute_cbam_functional_unit",
        help="What the activity level of the good is counted in, 2025/2547 Art. 4(2)-(5).",
    )
    cbam_unit_is_weight = fields.Boolean(compute="_compute_cbam_unit_is_weight")
    cbam_weight_proposal = fields.Float(
        "Weight (kg)", digits=0, compute="_compute_cbam_weight_proposal", help="The weight in kg, as a proposal."
    )
    cbam_code_proposal = fields.Char(
        "HS Code", compute="_compute_cbam_code_proposal", help="Customs code kept elsewhere in Odoo, as a proposal."
    )
    cbam_figures = fields.Json(
        "Where Figures Come From", compute="_compute_cbam_figures", compute_sudo=True, groups=GROUPS
    )
    cbam_footprint_ids = fields.One2many(
        "cbam.footprint.document", "product_tmpl_id", string="EPD and PCF", groups=GROUPS
    )
    cbam_use_phase = OptionalFloat(
        "Use Phase (tCO2e, Not for CBAM)",
        digits=0,
        aggregator=None,
        groups=GROUPS,
        help="Emissions of the use of one unit, stated beside the whole-life account and never added to it. Empty: not "
        "included.",
    )
    cbam_life_activity_id = fields.Many2one(
        "cbam.life.activity",
        "Material (Whole-Life Account)",
        domain="[('stage', '=', 'material')]",
        groups=GROUPS,
        help="Its factor counts for the component in the whole-life account where no EPD or PCF does; empty: that of "
        "the product category. Not for CBAM.",
    )
    cbam_material_class_id = fields.Many2one(
        "cbam.material.class",
        "Material Class",
        ondelete="restrict",
        groups=GROUPS,
        help="What the product is made of, for the end of life in the whole-life account. A product with a class of "
        "its own is treated as that material by its net mass, whatever its bill of materials takes in. Empty: its "
        "components, or the class of its category where nothing makes it.",
    )
    cbam_end_of_life_ids = fields.One2many(
        "cbam.end.of.life", "product_tmpl_id", string="End-of-Life Scenario", groups=GROUPS
    )
    cbam_origin_country_id = fields.Many2one(
        "res.country",
        string="Country of Origin",
        help="Customs (non-preferential) origin of purchased goods: decides scope and exemption. "
        "Never taken from the vendor.",
    )
    cbam_production_country_id = fields.Many2one(
        "res.country",
        string="Country of Production",
        help="Where purchased goods are produced, if the installation is not known: decides the default value.",
    )
    cbam_installation_id = fields.Many2one(
        "cbam.installation",
        string="Producing Installation",
        help="Installation that usually makes the purchased product; a vendor's line or a lot may name another one.",
    )
    cbam_route_letter = fields.Selection(
        selection=lambda self: self.env["cbam.process"]._fields["route_letter"].selection,
        string="Default Production Route",
        help="Used where a default value exists for several routes.",
    )
    cbam_factor_id = fields.Many2one(
        "cbam.emission.factor",
        string="Fuel or Material",
        index="btree_not_null",
        ondelete="restrict",
        help="The product is a source stream: consumed as a component it emits by this factor. "
        "Leave empty what is metered or attributed by a rate, so that nothing counts twice.",
    )

    cbam_planned_scope = OptionalFloat(
        "Planned Emissions (kgCO2e)",
        digits=0,
        compute="_compute_cbam_planned",
        help="Of one unit, as of the last refresh; products with several variants show theirs in the list of variants.",
    )
    cbam_planned_per_tonne = OptionalFloat("Planned Emissions (tCO2e/t)", digits=0, compute="_compute_cbam_planned")
    cbam_planned_date = fields.Datetime("Planned As Of", compute="_compute_cbam_planned")

    @api.depends_context("company")
    @api.depends(
        "product_variant_ids.cbam_planned_scope",
        "product_variant_ids.cbam_planned_per_tonne",
        "product_variant_ids.cbam_planned_date",
    )
    def _compute_cbam_planned(self):
        """The snapshot of the only variant (cbam.planning.snapshot)."""
        self._compute_template_field_from_variant_field("cbam_planned_scope", default=None)
        self._compute_template_field_from_variant_field("cbam_planned_per_tonne", default=None)
        self._compute_template_field_from_variant_field("cbam_planned_date")

    @api.depends("cbam_cn_code")
    def _compute_cbam_scope(self):
        index = self.env["cbam.dataset"]._cn_index()
        # superuser: names of goods categories are law, for whoever sees the product
        categories = {c.code: c for c in self.env["cbam.goods.category"].sudo().search([])}
        for template in self:
            match = index.match(template.cbam_cn_code) if template.cbam_cn_code else None
            template.cbam_category_id = categories.get(match.category) if match else False
            template.cbam_annex_ii = bool(match and match.annex_ii)
            if match:
                template.cbam_scope = "unclear" if match.ambiguous else "good"
            else:
                template.cbam_scope = "other" if template.cbam_cn_code else False

    def _compute_cbam_complexity(self):
        """Complex where any of its bills contains a CBAM good; undefined for what is not a CBAM good or has no bill."""
        goods = self.filtered(lambda t: t.cbam_scope == "good")
        (self - goods).cbam_complexity = False
        # superuser: only whether a bill contains CBAM goods, for whoever sees the product
        lines = (
            self.env["mrp.bom.line"]
            .sudo()
            ._read_group(
                [("bom_id.product_tmpl_id", "in", goods.ids)],
                ["parent_product_tmpl_id"],
                ["product_tmpl_id:recordset"],
            )
        )
        components = dict(lines)
        for template in goods:
            parts = components.get(template)
            if parts is None:
                template.cbam_complexity = False
            else:
                is_complex = any(part.cbam_scope == "good" for part in parts)
                template.cbam_complexity = "complex" if is_complex else "simple"

    @api.depends("product_variant_ids.cbam_net_mass")
    def _compute_cbam_net_mass(self):
        self._compute_template_field_from_variant_field("cbam_net_mass")

    def _inverse_cbam_net_mass(self):
        self._set_product_variant_field("cbam_net_mass")

    @api.depends("product_variant_ids.cbam_content")
    def _compute_cbam_content(self):
        self._compute_template_field_from_variant_field("cbam_content")

    def _inverse_cbam_content(self):
        self._set_product_variant_field("cbam_content")

    @api.depends("product_variant_ids.cbam_content_range")
    def _compute_cbam_content_range(self):
        self._compute_template_field_from_variant_field("cbam_content_range")

    def _inverse_cbam_content_range(self):
        self._set_product_variant_field("cbam_content_range")

    @api.depends("product_variant_ids.cbam_molar_mass")
    def _compute_cbam_molar_mass(self):
        self._compute_template_field_from_variant_field("cbam_molar_mass", default=None)

    def _inverse_cbam_molar_mass(self):
        self._set_product_variant_field("cbam_molar_mass")

    @api.depends("cbam_cn_code")
    def _compute_cbam_is_chemical(self):
        for template in self:
            template.cbam_is_chemical = is_chemical(template.cbam_cn_code or "")

    def _get_related_fields_variant_template(self):
        return [
            *super()._get_related_fields_variant_template(),
            "cbam_net_mass",
            "cbam_content",
            "cbam_content_range",
            "cbam_molar_mass",
        ]

    @api.depends("cbam_cn_code")
    def _compute_cbam_functional_unit(self):
        index = self.env["cbam.dataset"]._cn_index()
        for template in self:
            match = index.match(template.cbam_cn_code) if template.cbam_cn_code else None
            template.cbam_functional_unit = match.functional_unit if match else False

    @api.depends("uom_id")
    def _compute_cbam_unit_is_weight(self):
        units, gram = self.env["cbam.mass"]._units(), self.env["cbam.mass"]._gram()
        for template in self:
            unit = units.get(template.uom_id.id)
            template.cbam_unit_is_weight = bool(unit) and unit.reference == gram.reference

    @api.depends("product_variant_ids.weight")
    def _compute_cbam_weight_proposal(self):
        self._compute_template_field_from_variant_field("cbam_weight_proposal")

    @api.depends("cbam_cn_code")
    def _compute_cbam_code_proposal(self):
        """ODOO: ``hs_code`` is there only where ``stock_delivery`` is installed."""
        known = "hs_code" in self._fields
        for template in self:
            digits = "".join(filter(str.isdigit, template.hs_code or "")) if known else ""
            is_new = 4 <= len(digits) <= 10 and digits != template.cbam_cn_code
            template.cbam_code_proposal = digits if is_new else False

    @api.depends_context("company", "lang")
    def _compute_cbam_figures(self):
        """Of the only variant; several variants have figures of their own."""
        for template in self:
            variant = template._origin.product_variant_ids
            template.cbam_figures = variant.cbam_figures if len(variant) == 1 else False

    def action_cbam_take_weight(self):
        """Take the weight as net mass: only ever on demand, for it is rounded and may include packaging."""
        self.product_variant_ids.action_cbam_take_weight()

    def action_cbam_take_code(self):
        """Take the customs code kept elsewhere in Odoo as CN code."""
        for template in self.filtered("cbam_code_proposal"):
            template.cbam_cn_code = template.cbam_code_proposal

    @api.constrains("cbam_cn_code")
    def _check_cbam_cn_code(self):
        for template in self.filtered("cbam_cn_code"):
            if not template.cbam_cn_code.isdigit() or not 4 <= len(template.cbam_cn_code) <= 10:
                raise ValidationError(
                    self.env._(
                        "CN code %(code)s of %(product)s: give 4 to 10 digits.",
                        code=template.cbam_cn_code,
                        product=template.display_name,
                    )
                )

    @api.model_create_multi
    def create(self, vals_list):
        return super().create([self._cbam_clean_code(vals) for vals in vals_list])

    def write(self, vals):
        result = super().write(self._cbam_clean_code(vals))
        if not POSTED_FIELDS.isdisjoint(vals):
            self.env["cbam.data.gap"]._post_again_of(self.product_variant_ids)
        if not LIFE_FIELDS.isdisjoint(vals):
            self.env["cbam.life.material"]._mark_of(self)
        if "cbam_pallets_per_unit" in vals:
            self.env["cbam.life.logistics"].mark_products(self.product_variant_ids)
        return result

    @api.model
    def get_import_templates(self):
        templates = super().get_import_templates()
        if self.env.user.has_group("cbam_emissions.group_cbam_user"):
            templates.append(
                {
                    "label": self.env._("Import Template for CBAM Product Data"),
                    "template": "/cbam_emissions/static/import_templates/product_data.xlsx",
                }
            )
        return templates

    @api.model
    def _cbam_clean_code(self, vals):
        """CN codes are typed with or without spaces and dots (7318 15 42, 7318.15.42) and stored as digits."""
        code = vals.get("cbam_cn_code")
        if not code:
            return vals
        return dict(vals, cbam_cn_code=code.replace(" ", "").replace("\u00a0", "").replace(".", ""))

    def action_cbam_refresh_planned(self):
        """Refresh the snapshot of all products of the current company, whichever are selected."""
        return self.env["cbam.planning.snapshot"]._refresh_and_tell()
