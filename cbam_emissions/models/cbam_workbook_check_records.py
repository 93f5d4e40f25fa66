import pytz

from odoo import api, fields, models
from odoo.exceptions import UserError

from ..engine.cn_codes import CN8
from ..engine.embedded import see_rounded

FIRST_YEAR = 2026  # 2025/2547 Art. 7: no reporting period before


class CbamWorkbookCheck(models.Model):
    """From a checked workbook to records of specific emissions: claimed, with the file as evidence."""

    _inherit = "cbam.workbook.check"

    record_count = fields.Integer("Records", compute="_compute_record_count")
    is_definitive = fields.Boolean("From 2026 on", compute="_compute_is_definitive")

    @api.depends("product_ids.record_id")
    def _compute_record_count(self):
        for check in self:
            check.record_count = len(check.product_ids.record_id)

    @api.depends("period_end")
    def _compute_is_definitive(self):
        for check in self:
            check.is_definitive = bool(check.period_end) and check.period_end.year >= FIRST_YEAR

    def action_view_records(self):
        """The records made from the file."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id("cbam_emissions.action_cbam_specific_emission")
        return action | {"domain": [("id", "in", self.product_ids.record_id.ids)], "context": {}}

    def action_create_installation(self):
        """Make the supplier's installation that the workbook describes."""
        for check in self.filtered(lambda c: not c.installation_id):
            check.installation_id = self.env["cbam.installation"].create(check._installation_values())

    def action_create_records(self):
        """One claimed record per CN code of the ticked products, or none at all and one sentence that says why."""
        self.ensure_one()
        self._check_period()
        products = self.product_ids.filtered(lambda p: p.selected and not p.record_id)
        if not products:
            raise UserError(self.env._("No product of %s is ticked that has no record yet.", self.display_name))
        by_code = {}
        for product in products:
            self._check_product(product)
            by_code.setdefault(product.cn_code, products.browse())
            by_code[product.cn_code] += product
        for code, same in by_code.items():
            self._check_one_figure(code, same)
        self.action_create_installation()
        self._check_new(list(by_code))
        evidence = self._evidence()
        records = self.env["cbam.specific.emission"].create(
            [self._record_values(same, evidence) for same in by_code.values()]
        )
        for record, same in zip(records, by_code.values(), strict=True):
            # superuser: rows of a check are written by the system alone; creating the record has checked the right
            same.sudo().record_id = record
        return self.action_view_records()

    def _installation_values(self):
        if not self.country_id:
            raise UserError(
                self.env._("%s does not say in which country the installation is: choose one.", self.display_name)
            )
        if not self.installation_name:
            raise UserError(self.env._("%s does not name its installation: choose one.", self.display_name))
        zones = pytz.country_timezones.get(self.country_id.code) or ["UTC"]
        address = (self.street, self.po_box, " ".join(filter(None, (self.post_code, self.city))), self.country_id.name)
        return {
            "name": self.installation_name,
            "company_id": False,
            "operator_id": self.operator_id.id,
            "country_id": self.country_id.id,
            "address": ", ".join(filter(None, address)),
            "unlocode": self.unlocode,
            "latitude": _degrees(self.latitude, 90),
            "longitude": _degrees(self.longitude, 180),
            "tz": zones[0],
        }

    def _check_period(self):
        """The reporting period is the calendar year: 2025/2547 Art. 1(5), Art. 7.

        :raises UserError: it is before 2026, in two years, or not stated
        """
        start, end = self.period_start, self.period_end
        if not start or not end or start > end:
            raise UserError(self.env._("%s does not state its reporting period.", self.display_name))
        if end.year < FIRST_YEAR:
            raise UserError(
                self.env._(
                    "%(workbook)s reports on %(year)s: no record is made of it. A reporting period before 2026 has no "
                    "legal meaning (2025/2547 Art. 7); its figures can only be checked.",
                    workbook=self.display_name,
                    year=end.year,
                )
            )
        if start.year != end.year:
            raise UserError(
                self.env._(
                    "%(workbook)s reports on %(start)s to %(end)s: no record is made of it. The reporting period is a "
                    "calendar year (2025/2547 Art. 7).",
                    workbook=self.display_name,
                    start=start,
                    end=end,
                )
            )

    def _check_product(self, product):
        """
        :raises UserError: why the product cannot become a record
        """
        where = self.env._("Summary_Products, row %s", product.row)
        index = self.env["cbam.dataset"]._cn_index_in_year(self.period_end.year)
        code = product.cn_code or ""
        match = index.match(code) if len(code) == CN8 and code.isdigit() else None
        if not match:
            reason = self.env._("%s is not an eight-digit CN code of the CBAM goods in force.", code or "–")
        elif match.category == "electricity":
            reason = self.env._("electricity has no record per tonne of goods.")
        elif product.our_see_direct is None or product.see_indirect_scope is None:
            reason = self.env._("its figures cannot be recomputed.")
        elif not product.agrees:
            reason = self.env._("its figures differ from the recomputed ones: ask for a corrected workbook.")
        elif min(product.our_see_direct, product.our_see_indirect) < 0:
            reason = self.env._("its specific emissions are negative.")
        else:
            return
        raise UserError(
            self.env._(
                "%(where)s: %(reason)s Correct it, or untick the product.",
                where=where,
                reason=reason[0].upper() + reason[1:],
            )
        )

    def _check_one_figure(self, code, products):
        """All goods of a CN code share one figure per installation and period (2025/2547 Art. 4(2)).

        :raises UserError: they do not
        """
        figures = {(see_rounded(p.our_see_direct), see_rounded(p.our_see_indirect)) for p in products}
        if len(figures) > 1:
            raise UserError(
                self.env._(
                    "The products in rows %(rows)s have the CN code %(code)s but different figures. The law knows one "
                    "figure per CN code, installation and period: tick one of them.",
                    rows=", ".join(map(str, products.mapped("row"))),
                    code=code,
                )
            )

    def _check_new(self, codes):
        """
        :raises UserError: there is a record already that claims or proves something about the same goods
        """
        known = self.env["cbam.specific.emission"].search(
            [
                ("installation_id", "=", self.installation_id.id),
                ("year", "=", self.period_end.year),
                ("cn_code", "in", codes),
                ("company_id", "in", [False, self._record_company().id]),
                ("state", "in", ("claimed", "verified")),
            ],
            limit=1,
        )
        if known:
            raise UserError(
                self.env._(
                    "There is a record of %(record)s already: reject it first, or untick the product.",
                    record=known.display_name,
                )
            )

    def _evidence(self):
        """The attachment of the file; each record gets a copy of its own, which its readers may read."""
        return (
            self.env["ir.attachment"]
            .sudo()
            .search([("res_model", "=", self._name), ("res_field", "=", "file"), ("res_id", "=", self.id)], limit=1)
        )

    def _record_company(self):
        return self.installation_id.company_id or self.company_id

    def _record_values(self, products, evidence):
        """The figures recomputed, rounded as they are published (Annex II A.1(8))."""
        product = products[:1]
        note = self.env._(
            "Communication template %(file)s, SHA-256 %(hash)s, Summary_Products row %(rows)s.",
            file=self.file_name or "",
            hash=self.sha256,
            rows=", ".join(map(str, products.mapped("row"))),
        )
        loose = {"name": self.file_name or evidence.name, "res_model": False, "res_id": 0, "res_field": False}
        return {
            "installation_id": self.installation_id.id,
            "company_id": self._record_company().id,
            "cn_code": product.cn_code,
            "year": self.period_end.year,
            "see_direct": see_rounded(product.our_see_direct),
            "see_indirect": see_rounded(product.our_see_indirect),
            "see_indirect_scope": see_rounded(product.see_indirect_scope),
            "default_share": product.scope_default_share,
            "indirect_default_share": product.indirect_default_share,
            "electricity": product.our_electricity,
            "evidence_ids": evidence.copy(loose).ids,
            "note": "\n".join(filter(None, (note, product.parameters))),
        }


def _degrees(text, most):
    """Degrees out of a text that may hold anything; ``None`` where it is no plain number in range."""
    try:
        degrees = float((text or "").strip().rstrip("°").replace(",", "."))
    except ValueError:
        return None
    return degrees if -most <= degrees <= most else None
