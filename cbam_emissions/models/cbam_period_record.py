from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.tools import SQL


class CbamPeriodRecord(models.AbstractModel):
    """Something that is only known for a reporting period as a whole; its figures change while the period is open."""

    _name = "cbam.period.record"
    _description = "Data of a Reporting Period"

    period_id = fields.Many2one(
        "cbam.period",
        "Reporting Period",
        required=True,
        index=True,
        ondelete="cascade",
        domain="[('state', '=', 'open')]",
    )
    company_id = fields.Many2one(related="period_id.company_id", store=True, index=True)
    installation_id = fields.Many2one(related="period_id.installation_id")
    period_state = fields.Selection(related="period_id.state", string="State of the Period")
    name = fields.Char(required=True)
    sequence = fields.Integer(default=10)
    note = fields.Text("Method and Sources", help="How the figures were determined, as the monitoring plan says.")
    evidence_ids = fields.Many2many("ir.attachment", copy=False)

    @api.model
    def _kinds(self):
        """Names of all models that hold data of a period, whatever they inherit it by."""
        base = self.env.registry["cbam.period.record"]
        return sorted(
            name for name, model in self.env.registry.items() if issubclass(model, base) and not model._abstract
        )

    @api.model_create_multi
    def create(self, vals_list):
        records = super().create(vals_list)
        records._check_open()
        records._keep_evidence()
        return records

    def write(self, vals):
        self._check_open()
        result = super().write(vals)
        if "period_id" in vals:
            self._check_open()
        if "evidence_ids" in vals:
            self._keep_evidence()
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_except_closed(self):
        self._check_open()

    def _keep_evidence(self):
        """Documents just uploaded belong to the record: else nobody but their uploader could read them."""
        # superuser: only the uploader has a right on a file that belongs to nothing yet
        for record in self.sudo():
            loose = record.evidence_ids.filtered(
                lambda document: (
                    not document.res_id
                    and document.res_model in (False, self._name)
                    and document.create_uid == self.env.user
                )
            )
            loose.write({"res_model": record._name, "res_id": record.id})

    def _has_evidence(self):
        """Whether a document is on file, be it readable for the user or not: figures are the same for everybody."""
        self.ensure_one()
        return bool(self.sudo().evidence_ids)

    def _check_open(self):
        """The period is open, and stays so until this transaction ends: a close waits, or makes it start again."""
        periods = self.period_id
        if not periods:
            return
        periods.flush_recordset(["state"])
        rows = self.env.execute_query(
            SQL("SELECT id, state FROM cbam_period WHERE id = ANY(%s) ORDER BY id FOR SHARE", periods.ids)
        )
        closed = [number for number, state in rows if state != "open"]
        if closed:
            period = self.env["cbam.period"].browse(closed[0])
            raise UserError(self.env._("%s is closed: reopen it to change its data.", period.display_name))

    def _standard_figures(self):
        """Figures of 2025/2547 Annex II point G in the year of each period: ``{year: {(group, code): value}}``."""
        years = set(self.period_id.mapped("year"))
        return {year: self.env["cbam.standard.factor"]._figures(year) for year in years}

    @api.constrains("period_id")
    def _check_same_site(self):
        """Whatever a record points to stands on the site of its period."""
        for record in self:
            for other in record._on_site():
                if other.installation_id != record.period_id.installation_id:
                    raise ValidationError(
                        self.env._(
                            "%(record)s: %(other)s does not stand at %(site)s.",
                            record=record.name,
                            other=other.display_name,
                            site=record.period_id.installation_id.name,
                        )
                    )

    def _on_site(self):
        """The processes and utilities that the record points to."""
        self.ensure_one()
        return []
