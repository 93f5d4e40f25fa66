from odoo import api, fields, models
from odoo.exceptions import ValidationError

from .optional_float import OptionalFloat


class CbamFootprintDocument(models.Model):
    """An environmental product declaration (EPD) or a product carbon footprint (PCF), kept beside CBAM's figures.

    LAW: emissions of CBAM goods are determined by 2025/2547 or are default values; those of life cycle assessments are
    neither (the Commission's questions and answers, 4.24). The whole-life account alone, which is no part of CBAM,
    reads the figure of such a document.
    """

    _name = "cbam.footprint.document"
    _description = "Environmental Product Declaration or Product Carbon Footprint"
    _order = "date_issued desc, name, id"
    _check_company_auto = True

    name = fields.Char("Number or Title", required=True)
    kind = fields.Selection(
        [("epd", "EPD"), ("pcf", "PCF")],
        required=True,
        default="epd",
        help="EPD: environmental product declaration (ISO 14025, EN 15804). PCF: product carbon footprint (ISO 14067).",
    )
    product_tmpl_id = fields.Many2one("product.template", "Product", index="btree_not_null", check_company=True)
    installation_id = fields.Many2one("cbam.installation", index="btree_not_null", check_company=True)
    company_id = fields.Many2one(
        "res.company",
        index=True,
        compute="_compute_company_id",
        store=True,
        readonly=False,
        precompute=True,
        help="Empty: every company sees the document.",
    )
    partner_id = fields.Many2one("res.partner", "Issued By", help="Programme operator, or whoever states the figure.")
    date_issued = fields.Date()
    valid_until = fields.Date()
    figure = OptionalFloat(
        "Carbon Footprint",
        digits=(16, 6),
        aggregator=None,
        help="As the document states it, kgCO2e per declared unit. The whole-life account alone reads it.",
    )
    declared_unit = fields.Char(help="What the figure is per, e.g. 1 t of screws.")
    basis = fields.Selection(
        [("unit", "Units of the product"), ("kg", "kg")],
        string="Declared In",
        help="What the whole-life account counts the declared unit in. Empty: the account does not use the document.",
    )
    declared_quantity = OptionalFloat(
        digits=0,
        default=1.0,
        help="How much the figure is for: 1000 kg where the document declares 1 t.",
    )
    vendor_id = fields.Many2one(
        "res.partner",
        "Only from Vendor",
        help="The whole-life account uses the document for goods of this vendor only.",
    )
    verifier_id = fields.Many2one("res.partner", help="Who has verified the document; without one it is a claim.")
    custody = fields.Selection(
        [
            ("identity", "Identity preserved"),
            ("segregated", "Segregated"),
            ("mass_balance", "Mass balance"),
        ],
        string="Chain of Custody",
        help="An option of the whole-life account alone, never of embedded emissions under CBAM.",
    )
    custody_certificate = fields.Char("Certificate")
    custody_share = fields.Float(
        "Certified Share",
        default=1.0,
        digits=0,
        aggregator=None,
        help="Part of the quantity that the document counts for; the rest counts by the factor of its material.",
    )
    stages = fields.Char("Life Cycle Stages", help="What the figure covers, e.g. A1–A3.")
    document = fields.Binary(attachment=True)
    document_name = fields.Char()
    cbam_use = fields.Text("Use for CBAM", compute="_compute_cbam_use")
    note = fields.Text()

    _dates = models.Constraint(
        "CHECK (valid_until IS NULL OR date_issued IS NULL OR valid_until >= date_issued)",
        "A document cannot end before it was issued.",
    )
    _declared_quantity_positive = models.Constraint(
        "CHECK (declared_quantity IS NULL OR declared_quantity > 0)", "The declared quantity must be greater than 0."
    )
    _custody_share_range = models.Constraint(
        "CHECK (custody_share IS NULL OR (custody_share > 0 AND custody_share <= 1))",
        "The certified share lies between 0 and 100 %.",
    )

    @api.depends("product_tmpl_id", "installation_id")
    def _compute_company_id(self):
        """What belongs to one company is that company's."""
        for record in self:
            record.company_id = (
                record.installation_id.company_id or record.product_tmpl_id.company_id or record.company_id
            )

    @api.depends_context("lang")
    def _compute_cbam_use(self):
        for record in self:
            record.cbam_use = self.env._(
                "None. EPDs, PCFs and other life cycle figures follow other boundaries and rules than Implementing "
                "Regulation (EU) 2025/2547 (transport and use, allocation, background data bases), so the Commission "
                "does not accept them as embedded emissions (questions and answers, 4.24). Only the operator's data by "
                "that regulation, or default values, count: this figure never changes an SEE. Only the whole-life "
                "account, which is no part of CBAM, may use it."
            )

    @api.constrains("custody", "custody_certificate")
    def _check_custody(self):
        for record in self:
            if record.custody == "mass_balance" and not record.custody_certificate:
                raise ValidationError(self.env._("%s: mass balance needs a certificate.", record.name))

    @api.model_create_multi
    def create(self, vals_list):
        documents = super().create(vals_list)
        self.env["cbam.life.material"]._mark_of(documents.product_tmpl_id)
        return documents

    def write(self, vals):
        """Another figure or product posts the orders again that consumed the goods."""
        before = self.product_tmpl_id
        result = super().write(vals)
        self.env["cbam.life.material"]._mark_of(before | self.product_tmpl_id)
        return result

    def unlink(self):
        """A document that the ledger rests on is kept by the database."""
        products = self.product_tmpl_id
        result = super().unlink()
        self.env["cbam.life.material"]._mark_of(products)
        return result

    @api.constrains("name", "product_tmpl_id", "installation_id")
    def _check_subject(self):
        for record in self:
            if not record.product_tmpl_id and not record.installation_id:
                raise ValidationError(self.env._("%s belongs to a product or an installation.", record.name))
