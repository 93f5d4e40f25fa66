from odoo import api, models
from odoo.exceptions import UserError


class ReportIssuedStatement(models.AbstractModel):
    """Issued statements as PDF or HTML: what was issued, and nothing computed anew."""

    _name = "report.cbam_reports.report_issued_statement"
    _description = "Issued Emissions Statement"

    @api.model
    def _get_report_values(self, docids, data=None):
        statements = self.env["cbam.delivery.statement"].browse(docids)
        statements.check_access("read")
        return {"doc_ids": docids, "doc_model": statements._name, "pages": [self._page(one) for one in statements]}

    @api.model
    def _page(self, statement):
        # superuser: the letterhead of the company and the customer's language
        lang = self.env["cbam.delivery.content"].language(statement.sudo().picking_id)
        shown = statement.with_context(lang=lang).shown(with_address=True)
        return {"statement": shown, "company": statement.sudo().company_id, "lang": lang}


class ReportDeliveryStatement(models.AbstractModel):
    """The statement of a transfer: the latest that is online, else a draft of what one would say today."""

    _name = "report.cbam_reports.report_delivery_statement"
    _description = "Emissions Statement of a Transfer"

    @api.model
    def _get_report_values(self, docids, data=None):
        pickings = self.env["stock.picking"].browse(docids)
        pickings.check_access("read")
        self.env["cbam.delivery.statement"].check_access("read")
        for picking in pickings:
            if picking.picking_type_id.code != "outgoing" or picking.state != "done":
                raise UserError(self.env._("%s is not a delivery that is done: there is no statement.", picking.name))
        latest = {picking: picking.cbam_latest_statement() for picking in pickings}
        drafts = pickings.filtered(lambda picking: latest[picking].state != "active" or latest[picking].is_expired)
        contents = self.env["cbam.delivery.content"].of_pickings(drafts)
        pages = [
            self._draft(picking, contents[picking]) if picking in contents else self._issued(latest[picking])
            for picking in pickings
        ]
        return {"doc_ids": docids, "doc_model": pickings._name, "pages": pages}

    @api.model
    def _issued(self, statement):
        return self.env["report.cbam_reports.report_issued_statement"]._page(statement)

    @api.model
    def _draft(self, picking, content):
        # superuser: the letterhead of the company and the customer's language
        lang = self.env["cbam.delivery.content"].language(picking.sudo())
        shown = self.env["cbam.delivery.words"].with_context(lang=lang).shown(content)
        return {"statement": shown, "company": picking.sudo().company_id, "lang": lang}
