from markupsafe import Markup

from odoo import api, models

from odoo.addons.cbam_emissions.models.cbam_import_valuation import ImportedGood

#: Where a claim is so far from the default value, or from the year before, somebody should ask why.
FAR_BELOW_DEFAULT, ABOVE_DEFAULT, CHANGE = 0.2, 1.5, 0.3


class CbamDataAnswerCheck(models.AbstractModel):
    """What should be looked at before a supplier's data are accepted. Nothing here decides: a manager does."""

    _name = "cbam.data.answer.check"
    _description = "Check of Suppliers' Emission Data"

    @api.model
    def as_html(self, request):
        """The findings as a list; empty where there are none."""
        items = Markup().join(Markup("<li>%s</li>") % sentence for sentence in self.findings(request))
        return items and Markup("<ul class='mb-0'>%s</ul>") % items

    @api.model
    def findings(self, request):
        """Sentences about the answers of a request, gathered in bulk."""
        _, answers = self.env._, request.answer_ids
        sentences = answers.problems()
        asked = set(request.line_ids.mapped("cn_code")) - set(answers.mapped("cn_code"))
        sentences += [_("There is no answer for %s.", code) for code in sorted(asked)]
        defaults, earlier = self.defaults(answers), self._earlier(answers)
        for answer in answers:
            own = [*self._against(answer, defaults.get(answer), earlier.get(answer)), *self._around(answer)]
            sentences += [f"{answer.display_name}: {sentence}" for sentence in own]
        return sentences

    @api.model
    def _around(self, answer):
        _ = self.env._
        if not answer.installation_id:
            yield _("the installation is not known yet: accepting makes a new one.")
        elif answer.installation_id.country_id != answer.installation_country_id:
            yield _("the installation we know is in another country.")
        if not answer.report_ref:
            yield _("there is no verification report: the figures stay a claim, and the default value counts.")
        if not answer.evidence_ids:
            yield _("no document is attached.")
        if answer.sefa is None:
            yield _("no free allocation is reported: it can only be estimated.")

    @api.model
    def _against(self, answer, default, earlier):
        _ = self.env._
        if answer.see_direct is None or answer.see_indirect_scope is None:
            return
        see = answer.see_direct + answer.see_indirect_scope
        if default and see < FAR_BELOW_DEFAULT * default:
            yield _("%(see).5g tCO2e/t is far below the default value of %(default).5g.", see=see, default=default)
        if default and see > ABOVE_DEFAULT * default:
            yield _("%(see).5g tCO2e/t is far above the default value of %(default).5g.", see=see, default=default)
        if earlier and abs(see - earlier.see_scope) > CHANGE * earlier.see_scope:
            yield _(
                "%(see).5g tCO2e/t; for %(year)s it was %(before).5g.",
                see=see,
                year=str(earlier.year),
                before=earlier.see_scope,
            )

    @api.model
    def defaults(self, answers):
        """``{answer: default value with mark-up, or None}``, of the country of production."""
        return self.default_values({answer: answer.installation_country_id for answer in answers})

    @api.model
    def default_values(self, countries):
        """``{answer or record: default value with mark-up, or None}``, in bulk.

        :param countries: ``{answer or record of specific emissions: country of production}``
        """
        goods = {
            record: ImportedGood(
                company_id=(record.company_id or self.env.company).id,
                cn_code=record.cn_code,
                origin_id=country.id,
                installation_id=None,
                year=record.year,
                period=record.year,
                route_letter=record.route_letter or None,
                composition=record.composition or None,
            )
            for record, country in countries.items()
            if record.cn_code and country
        }
        # superuser: regulatory data answer whoever compares with them
        values = self.env["cbam.import.valuation"].sudo().valuations(set(goods.values()))
        return {
            record: values[good].default.see.value if values[good].default else None for record, good in goods.items()
        }

    @api.model
    def _earlier(self, answers):
        """``{answer: record of the year before}`` in one query."""
        sites = answers.installation_id
        if not sites:
            return {}
        records = self.env["cbam.specific.emission"].search(
            [
                ("installation_id", "in", sites.ids),
                ("year", "in", [answer.year - 1 for answer in answers]),
                ("state", "in", ("claimed", "verified")),
            ],
            order="state desc, id desc",
        )
        by_key = {(r.installation_id, r.cn_code, r.composition): r for r in reversed(records)}
        return {
            answer: by_key[key]
            for answer in answers
            if (key := (answer.installation_id, answer.cn_code, answer.composition)) in by_key
        }
