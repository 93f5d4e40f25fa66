from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

from odoo.addons.cbam_emissions.engine.cn_codes import spaced
from odoo.addons.cbam_emissions.models.cbam_carbon_price_paid import CARBON_PRICE_FIELDS
from odoo.addons.cbam_emissions.models.optional_float import OptionalFloat

#: What no answer may lack: a missing figure would be taken for 0.
REQUIRED = (
    "cn_code",
    "installation_name",
    "installation_country_id",
    "see_direct",
    "see_indirect",
    "see_indirect_scope",
    "default_share",
)
NOT_NEGATIVE = ("see_direct", "see_indirect", "see_indirect_scope", "sefa", "electricity")
SHARES = ("default_share", "indirect_default_share", "precursor_share", "renewable_share")
#: Copied as they are into the record that an accepted answer becomes.
COPIED = (
    "cn_code",
    "composition",
    "route_letter",
    "see_direct",
    "see_indirect",
    "see_indirect_scope",
    "default_share",
    "indirect_default_share",
    "precursor_share",
    "electricity",
    "renewable_share",
    "report_ref",
    "report_date",
    "accreditation_ref",
    "accreditation_body",
    "accreditation_date",
    "accreditation_expiry",
    "assurance",
)


class CbamDataAnswer(models.Model):
    """What a supplier states for the goods of a CN code from one installation in the period asked for: a draft
    until its request is answered, fixed from then on."""

    _name = "cbam.data.answer"
    _description = "Supplier's Emission Data"
    _inherit = ["cbam.carbon.price.paid"]
    _order = "request_id, cn_code, id"

    request_id = fields.Many2one("cbam.data.request", required=True, index=True, ondelete="cascade")
    company_id = fields.Many2one(related="request_id.company_id", store=True, index=True)
    year = fields.Integer(related="request_id.year")
    source = fields.Selection(
        [
            ("portal", "Portal"),
            ("workbook", "Communication template"),
            ("json", "Data exchange"),
            ("manual", "Entered by us"),
        ],
        required=True,
        readonly=True,
        default="manual",
    )
    cn_code = fields.Char("CN Code", help="Eight digits, 2025/2547 Art. 4(2).")
    composition = fields.Char("Composition Range", help="Clinker or nitrogen content the figures are valid for.")
    route_letter = fields.Selection(
        selection=lambda self: self.env["cbam.process"]._fields["route_letter"].selection, string="Production Route"
    )
    installation_name = fields.Char()
    installation_country_id = fields.Many2one("res.country", "Country of Production")
    installation_address = fields.Char()
    installation_unlocode = fields.Char("UN/LOCODE")
    installation_latitude = OptionalFloat("Latitude", digits=(9, 6), aggregator=None)
    installation_longitude = OptionalFloat("Longitude", digits=(9, 6), aggregator=None)
    installation_registry_ref = fields.Char("Registry ID")
    operator_name = fields.Char("Operator")
    installation_id = fields.Many2one(
        "cbam.installation", domain="[('company_id', '=', False)]", ondelete="restrict",
        help="The one that is meant. Empty: accepting the answer makes a new one.",
    )  # fmt: skip
    see_direct = OptionalFloat("SEE Direct", digits=(16, 5), aggregator=None, help="tCO2e per tonne of goods.")
    see_indirect = OptionalFloat("SEE Indirect", digits=(16, 5), aggregator=None, help="All of it, tCO2e per tonne.")
    see_indirect_scope = OptionalFloat(
        "SEE Indirect in Scope",
        digits=(16, 5),
        aggregator=None,
        help="tCO2e per tonne: all indirect emissions, but for goods and precursors listed in Annex II of 2023/956.",
    )
    sefa = OptionalFloat("SEFA", digits=(16, 5), aggregator=None, help="Embedded free allocation, t per tonne.")
    default_share = OptionalFloat(
        "Default Share",
        aggregator=None,
        help="Share of the emissions that rests on default values (Annex IV 1.1(15)(d)).",
    )
    indirect_default_share = OptionalFloat(
        "Default Share of Indirect",
        aggregator=None,
        help="Share of the indirect emissions that rests on default values or factors (Annex IV 1.1(15)(e)).",
    )
    precursor_share = OptionalFloat(
        "Precursors' Share", aggregator=None, help="Share of the emissions that materials bought from others bring in."
    )
    electricity = OptionalFloat("Embedded Electricity", digits=(16, 6), aggregator=None, help="MWh per tonne.")
    renewable_share = OptionalFloat(
        "Renewable Electricity",
        aggregator=None,
        help="Share of the electricity used in production that is from renewable sources. It changes no other figure.",
    )
    report_ref = fields.Char("Verification Report")
    report_date = fields.Date("Report Issued On")
    verifier_name = fields.Char("Verifier")
    verifier_street = fields.Char("Verifier's Address")
    verifier_country_id = fields.Many2one("res.country", "Verifier's Country")
    accreditation_ref = fields.Char("Accreditation No.")
    accreditation_body = fields.Char()
    accreditation_country_id = fields.Many2one("res.country", "Country of Accreditation")
    accreditation_date = fields.Date("Accredited From")
    accreditation_expiry = fields.Date("Accredited Until")
    accreditation_category_ids = fields.Many2many("cbam.goods.category", string="Scope of Accreditation")
    assurance = fields.Selection(
        selection=lambda self: self.env["cbam.specific.emission"]._fields["assurance"].selection,
        string="Verification Statement",
    )
    evidence_ids = fields.Many2many("ir.attachment", string="Documents")
    default_value = OptionalFloat(
        readonly=True,
        digits=(16, 5),
        aggregator=None,
        help="For comparison: of the country of production, with the mark-up of the year, when the answer was checked.",
    )
    record_id = fields.Many2one("cbam.specific.emission", "Became", readonly=True, copy=False, ondelete="restrict")
    note = fields.Text("Remarks")

    @api.depends("cn_code", "installation_name")
    def _compute_display_name(self):
        for answer in self:
            answer.display_name = " · ".join(filter(None, (spaced(answer.cn_code or ""), answer.installation_name)))

    # -- what may be entered -----------------------------------------------------------------------------------------

    @api.constrains(*NOT_NEGATIVE, *SHARES, "installation_latitude", "installation_longitude")
    def _check_figures(self):
        for answer in self:
            for name in NOT_NEGATIVE:
                if (answer[name] or 0) < 0:
                    raise ValidationError(self.env._("%s cannot be negative.", answer._label(name)))
            for name in SHARES:
                if not 0 <= (answer[name] or 0) <= 1:
                    raise ValidationError(self.env._("%s lies between 0 and 100 %%.", answer._label(name)))
            if abs(answer.installation_latitude or 0) > 90 or abs(answer.installation_longitude or 0) > 180:
                raise ValidationError(self.env._("A latitude lies within 90 degrees, a longitude within 180."))

    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            if vals.get("cn_code"):
                vals["cn_code"] = vals["cn_code"].replace(" ", "")
        answers = super().create(vals_list)
        answers._check_open()
        answers._link_evidence()
        return answers

    def write(self, vals):
        if not set(vals) <= {"installation_id", "record_id", "default_value"}:
            self._check_open()
        if vals.get("cn_code"):
            vals = dict(vals, cn_code=vals["cn_code"].replace(" ", ""))
        result = super().write(vals)
        if "evidence_ids" in vals:
            self._link_evidence()
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_only_drafts(self):
        self._check_open()

    def _check_open(self):
        """A draft changes; what a supplier has submitted stays as it was submitted."""
        for request in self.request_id:
            if request.state != "new" and not request.is_open_to_supplier():
                raise UserError(self.env._("%s is answered: its answers no longer change.", request.name))

    def _link_evidence(self):
        for answer in self:
            loose = answer.evidence_ids.filtered(lambda attachment: not attachment.res_id)
            loose.write({"res_model": self._name, "res_id": answer.id})

    def _label(self, name):
        return self._fields[name]._description_string(self.env)

    # -- completeness ------------------------------------------------------------------------------------------------

    @api.private
    def problems(self):
        """Why the answers cannot be submitted: sentences that name the goods; an empty list where nothing is wrong."""
        sentences, seen = [], set()
        # superuser: the list of CN codes is law; suppliers in the portal have no rights on it
        index = self.env["cbam.dataset"].sudo().cn_index()
        for answer in self:
            name = answer.display_name or self.env._("An answer without a CN code")
            key = (answer.cn_code, (answer.installation_name or "").casefold(), answer.composition)
            own = answer._own_problems(index.match(answer.cn_code) if answer.cn_code else None)
            if key in seen:
                own.append(self.env._("there is another answer for the same goods and installation"))
            seen.add(key)
            sentences += [self.env._("%(answer)s: %(problem)s.", answer=name, problem=problem) for problem in own]
        return sentences

    def _own_problems(self, match):
        self.ensure_one()
        _ = self.env._
        problems = self.missing(REQUIRED)
        if self.cn_code and (len(self.cn_code) != 8 or not self.cn_code.isdigit() or not match):
            problems.append(_("%s is not an eight-digit CN code of CBAM goods", self.cn_code))
        elif self.cn_code and self.cn_code not in self.request_id.line_ids.mapped("cn_code"):
            problems.append(_("these goods are not asked for"))
        if match and match.functional_unit in ("t_clinker", "kg_n") and not self.composition:
            problems.append(_("%s is missing", self._label("composition")))
        if (self.see_indirect_scope or 0) > (self.see_indirect or 0) + 1e-9:
            problems.append(_("the indirect emissions in scope exceed all indirect emissions"))
        return problems + self.carbon_price_problems()

    # -- acceptance --------------------------------------------------------------------------------------------------

    @api.private
    def match_installations(self):
        """Propose for each answer the supplier's installation that it means; nothing is guessed where several fit."""
        open_answers = self.filtered(lambda answer: not answer.installation_id)
        known = self.env["cbam.installation"].search([("company_id", "=", False)])
        by_ref = known.filtered("registry_ref").grouped("registry_ref")
        by_name = known.grouped(lambda site: ((site.name or "").casefold(), site.country_id))
        for answer in open_answers:
            key = ((answer.installation_name or "").casefold(), answer.installation_country_id)
            found = by_ref.get(answer.installation_registry_ref) or by_name.get(key)
            if found and len(found) == 1 and found.country_id == answer.installation_country_id:
                answer.installation_id = found

    @api.private
    def keep_defaults(self):
        """Keep the default values that the answers are compared with: later sets do not change what was decided on."""
        for answer, value in self.env["cbam.data.answer.check"].defaults(self).items():
            answer.default_value = value

    @api.private
    def make_records(self):
        """Claimed records of the answers, with copies of their evidence; earlier claims of the same are superseded."""
        self._make_installations()
        verifiers = self._verifiers()
        records = self.env["cbam.specific.emission"].create([answer._record_values(verifiers) for answer in self])
        for answer, record in zip(self, records, strict=True):
            answer.record_id = record
            earlier = record.same_goods().filtered(lambda other: other.state == "claimed" and other.cbam_request_id)
            earlier.state = "superseded"
        self._name_installations_to_vendor_lines()
        return records

    def _make_installations(self):
        Installation = self.env["cbam.installation"]
        for answer in self.filtered(lambda answer: not answer.installation_id):
            others = self.filtered(
                lambda other, one=answer: (
                    other.installation_id
                    and (other.installation_name or "").casefold() == (one.installation_name or "").casefold()
                    and other.installation_country_id == one.installation_country_id
                )
            )
            answer.installation_id = others[:1].installation_id or Installation.create(
                {
                    "name": answer.installation_name,
                    "company_id": False,
                    "country_id": answer.installation_country_id.id,
                    "address": answer.installation_address,
                    "unlocode": answer.installation_unlocode,
                    "latitude": answer.installation_latitude,
                    "longitude": answer.installation_longitude,
                    "registry_ref": answer.installation_registry_ref,
                    "operator_id": answer._partner(answer.operator_name, answer.installation_country_id).id,
                }
            )

    def _partner(self, name, country, street=None):
        """A company of that name and country; a new one where there is none."""
        Partner = self.env["res.partner"]
        if not name:
            return Partner
        domain = [("name", "=", name), ("country_id", "=", country.id), ("is_company", "=", True)]
        # superuser: whoever accepts an answer may name its operator and verifier, though not edit contacts
        return Partner.sudo().search([*domain, ("parent_id", "=", False)], limit=1) or Partner.sudo().create(
            {"name": name, "country_id": country.id, "street": street, "is_company": True}
        )

    def _verifiers(self):
        return {
            answer: answer._partner(answer.verifier_name, answer.verifier_country_id, answer.verifier_street)
            for answer in self
        }

    def _record_values(self, verifiers):
        self.ensure_one()
        # superuser: files of a supplier's answer belong to the answer alone: the record gets copies
        evidence = self.evidence_ids.sudo().mapped(lambda file: file.copy({"res_model": False, "res_id": False}))
        return {
            **{name: self[name] for name in COPIED},
            **{name: self._raw(name) for name in CARBON_PRICE_FIELDS},
            "installation_id": self.installation_id.id,
            "company_id": self.company_id.id,
            "year": self.year,
            "has_sefa": self.sefa is not None,
            "sefa": self.sefa or 0.0,
            "verifier_id": verifiers[self].id,
            "accreditation_country_id": self.accreditation_country_id.id,
            "accreditation_category_ids": self.accreditation_category_ids.ids,
            "evidence_ids": evidence.ids,
            "note": self.note,
            "cbam_request_id": self.request_id.id,
        }

    def _raw(self, name):
        return self[name].id if self._fields[name].type == "many2one" else self[name]

    def _name_installations_to_vendor_lines(self):
        """Vendor lines of the products asked for learn where the goods come from, where that is not known yet."""
        for request in self.request_id:
            for line in request.line_ids:
                sites = request.answer_ids.filtered(lambda a, code=line.cn_code: a.cn_code == code).installation_id
                if len(sites) == 1:
                    # superuser: whoever accepts an answer need not have rights on vendor price lists
                    vendors = line.product_ids.sudo().seller_ids.filtered(
                        lambda seller, one=request: (
                            seller.partner_id.commercial_partner_id == one.commercial_partner_id
                            and seller.company_id.id in (False, one.company_id.id)
                            and not seller.cbam_installation_id
                        )
                    )
                    vendors.cbam_installation_id = sites
