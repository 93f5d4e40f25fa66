import base64
import hashlib

from odoo import api, fields, models
from odoo.exceptions import UserError

from ..engine.errors import EngineError
from ..workbook import compare
from ..workbook.cells import CATEGORY_KEYS
from ..workbook.safe_open import MAX_BYTES
from .optional_float import OptionalFloat

#: Problems of a file that its refusal names.
MOST_NAMED = 10

#: In the order in which they are made: later ones refer to earlier ones.
PARTS = (
    "cbam.workbook.check.goods",
    "cbam.workbook.check.process",
    "cbam.workbook.check.precursor",
    "cbam.workbook.check.flow",
    "cbam.workbook.check.product",
    "cbam.workbook.check.stream",
    "cbam.workbook.check.pfc",
    "cbam.workbook.check.cems",
    "cbam.workbook.check.cell",
    "cbam.workbook.check.remark",
)
FROZEN = ("file", "file_name")
TYPED = ("fuel_cbam", "fuel_electricity", "fuel_other", "data_quality", "default_justification", "quality_assurance")
FOUND = ("fuel", "fuel_rest", "co2", "biomass", "n2o", "pfc", "calculated", "measured", "other", "direct", "indirect")
SITE = (
    "economic_activity",
    "street",
    "post_code",
    "po_box",
    "city",
    "unlocode",
    "latitude",
    "longitude",
    "representative",
    "email",
    "telephone",
)
VERIFIER = {
    "verifier_representative": "representative",
    "verifier_email": "email",
    "verifier_telephone": "telephone",
    "accreditation_state": "accreditation_state",
    "accreditation_body": "accreditation_body",
    "accreditation_ref": "registration_number",
}


class CbamWorkbookCheck(models.Model):
    """A filled communication template of the Commission: read, recomputed by the engine and compared, or refused.

    Everything but the installation, the operator and what is to become a record is what the file says, or what we
    make of it, and stays as it is.
    """

    _name = "cbam.workbook.check"
    _description = "Communication Template"
    _inherit = ["mail.thread", "mail.activity.mixin"]
    _order = "id desc"

    name = fields.Char(readonly=True)
    company_id = fields.Many2one(
        "res.company",
        index=True,
        default=lambda self: self.env.company,
        help="Records made from the file are for this company; empty: for every company.",
    )
    file = fields.Binary("Workbook", required=True, attachment=True, copy=False)
    file_name = fields.Char(copy=False)
    sha256 = fields.Char("SHA-256", readonly=True, index=True, copy=False)
    same_file_id = fields.Many2one("cbam.workbook.check", "Checked Before", compute="_compute_same_file_id")
    version = fields.Char("Template Version", readonly=True)
    state = fields.Selection([("agree", "Agrees"), ("differ", "Differs")], "Result", readonly=True)
    compared_count = fields.Integer("Compared Cells", readonly=True)
    difference_count = fields.Integer("Differences", readonly=True)
    remark_count = fields.Integer("Remarks", readonly=True)
    period_start = fields.Date(readonly=True)
    period_end = fields.Date(readonly=True)
    # -- the installation, as entered and as we know it
    installation_name = fields.Char("Installation as Entered", readonly=True)
    economic_activity = fields.Char(readonly=True)
    street = fields.Char(readonly=True)
    post_code = fields.Char(readonly=True)
    po_box = fields.Char("P.O. Box", readonly=True)
    city = fields.Char(readonly=True)
    country_name = fields.Char("Country as Entered", readonly=True)
    country_id = fields.Many2one("res.country", readonly=True, ondelete="restrict")
    unlocode = fields.Char("UN/LOCODE", readonly=True)
    latitude = fields.Char(readonly=True)
    longitude = fields.Char(readonly=True)
    representative = fields.Char("Authorised Representative", readonly=True)
    email = fields.Char(readonly=True)
    telephone = fields.Char(readonly=True)
    installation_id = fields.Many2one(
        "cbam.installation",
        index=True,
        tracking=True,
        help="Found by name and country; choose another one, or let one be made.",
    )
    operator_id = fields.Many2one(
        "res.partner", help="The template does not name the operator. An installation that is made gets this one."
    )
    # -- the verifier
    verifier_name = fields.Char("Verifier", readonly=True)
    verifier_address = fields.Char(readonly=True)
    verifier_representative = fields.Char(readonly=True)
    verifier_email = fields.Char(readonly=True)
    verifier_telephone = fields.Char(readonly=True)
    accreditation_state = fields.Char("Accredited in", readonly=True)
    accreditation_body = fields.Char(readonly=True)
    accreditation_ref = fields.Char("Accreditation No.", readonly=True)
    # -- balances of C_Emissions&Energy
    fuel = OptionalFloat("Fuel (TJ)", readonly=True)
    fuel_cbam = OptionalFloat("Fuel for CBAM Goods (TJ)", readonly=True)
    fuel_electricity = OptionalFloat("Fuel for Electricity (TJ)", readonly=True)
    fuel_other = OptionalFloat("Fuel for Other Goods (TJ)", readonly=True)
    fuel_rest = OptionalFloat("Fuel Not Accounted For (TJ)", readonly=True)
    co2 = OptionalFloat("CO2 (t)", readonly=True)
    biomass = OptionalFloat("Biomass (tCO2)", readonly=True)
    n2o = OptionalFloat("N2O (tCO2e)", readonly=True)
    pfc = OptionalFloat("Perfluorocarbons (tCO2e)", readonly=True)
    direct = OptionalFloat("Direct Emissions (tCO2e)", readonly=True)
    indirect = OptionalFloat("Indirect Emissions (tCO2e)", readonly=True)
    calculated = OptionalFloat("Of Which Calculated (tCO2e)", readonly=True)
    measured = OptionalFloat("Of Which Measured (tCO2e)", readonly=True)
    other = OptionalFloat("Of Which Other (tCO2e)", readonly=True)
    data_quality = fields.Char(readonly=True)
    default_justification = fields.Char("Why Default Values", readonly=True)
    quality_assurance = fields.Char(readonly=True)
    # -- parts
    goods_ids = fields.One2many("cbam.workbook.check.goods", "check_id", "Goods Categories", readonly=True)
    product_ids = fields.One2many("cbam.workbook.check.product", "check_id", "Products")
    process_ids = fields.One2many("cbam.workbook.check.process", "check_id", "Production Processes", readonly=True)
    precursor_ids = fields.One2many("cbam.workbook.check.precursor", "check_id", "Precursors", readonly=True)
    flow_ids = fields.One2many("cbam.workbook.check.flow", "check_id", "Quantities", readonly=True)
    stream_ids = fields.One2many("cbam.workbook.check.stream", "check_id", "Source Streams", readonly=True)
    pfc_ids = fields.One2many("cbam.workbook.check.pfc", "check_id", "Perfluorocarbon Rows", readonly=True)
    cems_ids = fields.One2many("cbam.workbook.check.cems", "check_id", "Measured Sources", readonly=True)
    cell_ids = fields.One2many("cbam.workbook.check.cell", "check_id", "Cells", readonly=True)
    difference_ids = fields.One2many(
        "cbam.workbook.check.cell",
        "check_id",
        "Differing Cells",
        domain=[("result", "=", "differ")],
        readonly=True,
    )
    remark_ids = fields.One2many("cbam.workbook.check.remark", "check_id", "Listed Remarks", readonly=True)

    @api.depends("sha256")
    def _compute_same_file_id(self):
        """The first earlier check of the same bytes that the user may see."""
        known = self.search([("sha256", "in", self.filtered("sha256").mapped("sha256"))], order="id")
        for check in self:
            check.same_file_id = known.filtered(
                lambda other, check=check: other.sha256 == check.sha256 and other.id < (check._origin.id or 0)
            )[:1]

    @api.model_create_multi
    def create(self, vals_list):
        """Read, recompute and compare each file; one that cannot be read leaves nothing behind."""
        found = [self._checked(vals) for vals in vals_list]
        checks = super().create(
            [{**vals, **self._values_of(check)} for vals, check in zip(vals_list, found, strict=True)]
        )
        for check, result in zip(checks, found, strict=True):
            check._make_parts(result)
        return checks

    def write(self, vals):
        """Only who it is about may change: the rest is what the file says."""
        if not self.env.su and any(name in FROZEN or self._fields[name].readonly for name in vals):
            raise UserError(self.env._("A checked file stays as it is: upload the other one as a check of its own."))
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_used(self):
        for check in self:
            if check.product_ids.record_id:
                raise UserError(self.env._("%s stays: records were made from it.", check.display_name))

    @api.model
    def _checked(self, vals):
        """The file of new values, checked; its hash and the name to show are entered into ``vals``.

        :raises UserError: the file is not read; the message names file, sheet and cell
        """
        name, encoded = vals.get("file_name") or self.env._("The file"), vals.get("file") or b""
        if len(encoded) > MAX_BYTES * 4 / 3 + 4:
            limit = MAX_BYTES // 1048576
            raise UserError(
                self.env._("%(file)s is not imported: at most %(limit)s MB are read.", file=name, limit=limit)
            )
        content = base64.b64decode(encoded)
        try:
            found = compare.check(content)
        except EngineError as error:
            raise UserError(self._refusal(name, getattr(error, "problems", (str(error),)))) from error
        vals["sha256"] = hashlib.sha256(content).hexdigest()
        return found

    @api.model
    def _refusal(self, name, problems):
        if len(problems) == 1:
            return self.env._("%(file)s is not imported: %(problem)s", file=name, problem=problems[0])
        lines = [f"– {problem}" for problem in problems[:MOST_NAMED]]
        if len(problems) > MOST_NAMED:
            lines.append(self.env._("and %s more", len(problems) - MOST_NAMED))
        title = self.env._("%s is not imported. Nothing of it is used until this is corrected:", name)
        return "\n".join((title, *lines))

    @api.model
    def _values_of(self, found):
        """Values of a check that stand in no table of the workbook."""
        communication, installation = found.communication, found.recomputed.installation
        site, verifier = communication.installation, communication.verifier
        country = self._country(site.get("country_code"), site.get("country"))
        name = site.get("name_english") or site.get("name")
        years = {day.year for day in (communication.period_start, communication.period_end) if day}
        shown = [name or self.env._("Unnamed installation"), "–".join(map(str, sorted(years)))]
        values = {
            "name": " · ".join(filter(None, shown)),
            "version": communication.version,
            "period_start": communication.period_start,
            "period_end": communication.period_end,
            "state": "agree" if found.agrees else "differ",
            "compared_count": len(found.compared),
            "difference_count": len(found.differences),
            "installation_name": name,
            "country_name": site.get("country"),
            "country_id": country.id,
            "installation_id": self._find_installation((name, site.get("name")), country).id,
            "verifier_name": verifier.get("company"),
            "verifier_address": ", ".join(
                filter(None, (verifier.get(part) for part in ("street", "post_code", "city", "country")))
            ),
        }
        values |= {name: site.get(name) for name in SITE}
        values |= {name: verifier.get(source) for name, source in VERIFIER.items()}
        values |= {name: getattr(communication.balance, name) for name in TYPED}
        return values | {name: getattr(installation, name) for name in FOUND}

    @api.model
    def _country(self, code, name):
        country = self.env["res.country"].search([("code", "=", code)], limit=1) if code else None
        return country or self.env["res.country"].search([("name", "=ilike", name or "")], limit=1)

    @api.model
    def _find_installation(self, names, country):
        """The one installation of that name and country; none where there are several."""
        wanted = {name.strip().casefold() for name in names if name}
        candidates = self.env["cbam.installation"].search([("country_id", "=", country.id)]) if country else None
        found = (candidates or self.env["cbam.installation"]).filtered(
            lambda site: site.name.strip().casefold() in wanted
        )
        return found if len(found) == 1 else found.browse()

    @api.model
    def _annex_ii(self):
        """Per category of the template, whether its goods are listed in Annex II of 2023/956."""
        flags = {good.category: good.annex_ii for good in self.env["cbam.dataset"]._cn_index()}
        missing = [name for name, key in CATEGORY_KEYS.items() if key not in flags]
        if missing:
            raise UserError(self.env._("The list of CBAM goods in force has no goods of the category %s.", missing[0]))
        return flags

    def _make_parts(self, found):
        """The tables of the workbook, as records. They are nobody's to change, hence as superuser."""
        self.ensure_one()
        made = {}
        for model in PARTS:
            self.env[model].sudo()._make(self, found, made)
        self.sudo().remark_count = len(made["cbam.workbook.check.remark"])

    def action_check(self):
        """The form's button for a new file: saving it is the check."""
        return True

    def action_view_cells(self):
        """Every compared cell."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id("cbam_emissions.action_cbam_workbook_check_cell")
        return action | {"domain": [("check_id", "=", self.id)], "context": {"search_default_differ": 0}}

    def action_view_differences(self):
        """The cells that differ."""
        return self.action_view_cells() | {"context": {"search_default_differ": 1}}
