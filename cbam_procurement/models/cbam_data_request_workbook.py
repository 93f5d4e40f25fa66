import base64

from odoo import api, models
from odoo.exceptions import UserError

from odoo.addons.cbam_emissions.engine.embedded import see_rounded


class CbamDataRequest(models.Model):
    """The Commission's communication template as an answer: read and recomputed by ``cbam.workbook.check``."""

    _inherit = "cbam.data.request"

    @api.private
    def take_workbook(self, name, content):
        """Make drafts of the goods asked for; the supplier completes what the template does not know.

        :raises UserError: the file is refused, is of another period, or names none of the goods
        """
        self.ensure_one()
        check = self.env["cbam.workbook.check"].create(
            {"file": base64.b64encode(content), "file_name": name, "company_id": self.company_id.id}
        )
        if (
            not check.period_start
            or not check.period_end
            or {check.period_start.year, check.period_end.year} != {self.year}
        ):
            raise UserError(self.env._("The workbook does not report on %s.", self.year))
        asked = self.line_ids.mapped("cn_code")
        products = check.product_ids.filtered(lambda product: product.cn_code in asked)
        if not products:
            raise UserError(self.env._("The workbook names none of the goods asked for (Summary_Products)."))
        self._refuse_differences(products)
        self._refuse_known(check, products)
        # superuser: the portal has no rights on files; its gate has found the request
        evidence = self.env["ir.attachment"].sudo().create({"name": name, "raw": content})
        return self.env["cbam.data.answer"].create(
            [
                self._workbook_answer(check, product, evidence.copy({"res_id": 0}))
                for product in products.grouped("cn_code").values()
            ]
        )

    def _refuse_differences(self, products):
        """Figures that cannot be recomputed, or more than one figure for a CN code, are no answer."""
        for product in products:
            if not product.agrees or product.our_see_direct is None or product.see_indirect_scope is None:
                raise UserError(
                    self.env._(
                        "Summary_Products, row %s: the figures cannot be recomputed, or differ from what we find.",
                        product.row,
                    )
                )
        for code, same in products.grouped("cn_code").items():
            if len({(see_rounded(p.our_see_direct), see_rounded(p.our_see_indirect)) for p in same}) > 1:
                raise UserError(self.env._("The workbook has different figures for %s: the law knows one.", code))

    def _refuse_known(self, check, products):
        known = {(a.cn_code, (a.installation_name or "").casefold()) for a in self.answer_ids}
        for product in products:
            if (product.cn_code, (check.installation_name or "").casefold()) in known:
                raise UserError(
                    self.env._("There is a draft for %s of this installation: remove it first.", product.cn_code)
                )

    def _workbook_answer(self, check, products, evidence):
        product = products[:1]
        return {
            "request_id": self.id,
            "source": "workbook",
            "cn_code": product.cn_code,
            "installation_name": check.installation_name,
            "installation_country_id": check.country_id.id,
            "installation_address": ", ".join(filter(None, (check.street, check.post_code, check.city))) or False,
            "installation_unlocode": check.unlocode,
            "see_direct": see_rounded(product.our_see_direct),
            "see_indirect": see_rounded(product.our_see_indirect),
            "see_indirect_scope": see_rounded(product.see_indirect_scope),
            "default_share": product.scope_default_share,
            "indirect_default_share": product.indirect_default_share,
            "electricity": product.our_electricity,
            "verifier_name": check.verifier_name,
            "verifier_street": check.verifier_address,
            "accreditation_ref": check.accreditation_ref,
            "accreditation_body": check.accreditation_body,
            "evidence_ids": evidence.ids,
        }
