from odoo import api, models


class ReportIssuedPassport(models.AbstractModel):
    """Issued carbon passports as PDF or HTML: what was issued, and nothing computed anew."""

    _name = "report.cbam_reports.report_issued_passport"
    _description = "Issued Carbon Passport"

    @api.model
    def _get_report_values(self, docids, data=None):
        passports = self.env["cbam.carbon.passport"].browse(docids)
        passports.check_access("read")
        return {"doc_ids": docids, "doc_model": passports._name, "pages": [self._page(one) for one in passports]}

    @api.model
    def _page(self, passport):
        lang = passport.sudo().company_id.partner_id.lang or "en_US"
        shown = passport.with_context(lang=lang).shown(with_address=True)
        # superuser: the letterhead of the company and its language
        return {"statement": shown, "company": passport.sudo().company_id, "lang": lang}


class ReportCarbonPassport(models.AbstractModel):
    """The passport of a serial number: the latest that is online, else a draft of what one would say today."""

    _name = "report.cbam_reports.report_carbon_passport"
    _description = "Carbon Passport of a Serial Number"

    @api.model
    def _get_report_values(self, docids, data=None):
        lots = self.env["stock.lot"].browse(docids)
        lots.check_access("read")
        self.env["cbam.carbon.passport"].check_access("read")
        latest = {lot: lot.cbam_latest_passport() for lot in lots}
        drafts = lots.filtered(lambda lot: latest[lot].state != "active" or latest[lot].is_expired)
        contents = self.env["cbam.passport.content"].of_lots(drafts)
        issued = self.env["report.cbam_reports.report_issued_passport"]
        pages = [self._draft(lot, contents[lot]) if lot in contents else issued._page(latest[lot]) for lot in lots]
        return {"doc_ids": docids, "doc_model": lots._name, "pages": pages}

    @api.model
    def _draft(self, lot, content):
        # superuser: the letterhead of the company and its language
        company = (lot.company_id or self.env.company).sudo()
        lang = company.partner_id.lang or "en_US"
        shown = self.env["cbam.passport.words"].with_context(lang=lang).shown(content)
        return {"statement": shown, "company": company, "lang": lang}
