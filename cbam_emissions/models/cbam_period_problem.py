from odoo import fields, models


class CbamPeriodProblem(models.Model):
    """What a reporting period lacks or what is odd in it, with the record that mends it; each check rewrites them."""

    _name = "cbam.period.problem"
    _description = "To Check before a Period Is Closed"
    _order = "severity, id"

    period_id = fields.Many2one("cbam.period", required=True, readonly=True, index=True, ondelete="cascade")
    company_id = fields.Many2one(related="period_id.company_id", store=True, index=True)
    severity = fields.Selection([("blocking", "Blocking"), ("warning", "To check")], required=True, readonly=True)
    kind = fields.Selection(
        [
            ("plan", "Monitoring plan"),
            ("meter", "Process without meter data"),
            ("estimate", "Estimated"),
            ("stream", "Source stream"),
            ("precursor", "Precursor data"),
            ("output", "Output"),
            ("balance", "Balance of tonnes"),
            ("open_order", "Order in process"),
            ("gap", "Missing CBAM data"),
            ("method", "Method"),
            ("engine", "Figure"),
        ],
        required=True,
        readonly=True,
    )
    message = fields.Char(required=True, readonly=True)
    res_model = fields.Char(readonly=True)
    res_id = fields.Many2oneReference("Record", model_field="res_model", readonly=True)
    res_name = fields.Char("Where", compute="_compute_res_name")

    def _compute_res_name(self):
        for problem in self:
            record = problem._record()
            # superuser: whoever may read the list may read the names in it
            problem.res_name = record.sudo().display_name if record else False

    def _record(self):
        self.ensure_one()
        return self.env[self.res_model].browse(self.res_id).exists() if self.res_model and self.res_id else None

    def action_open(self):
        """Open the record where the problem is mended."""
        self.ensure_one()
        record = self._record()
        if not record:
            return False
        return {"type": "ir.actions.act_window", "res_model": record._name, "res_id": record.id, "view_mode": "form"}
