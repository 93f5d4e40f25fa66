from odoo import api, fields, models
from odoo.exceptions import UserError

from .cbam_period_freeze import EVIDENCE


class CbamStatement(models.Model):
    """A version of the statutory book of an installation and period, frozen by the close.

    Root hashes chain: each covers the ledger lines counted, the figures found, the evidence and the version before.
    """

    _name = "cbam.statement"
    _description = "Emissions Statement"
    _inherit = ["mail.thread", "cbam.frozen.row"]
    _order = "period_id, version desc"

    _frozen = "r.root_hash IS NOT NULL"
    _free_columns = ("state", "reopen_reason", "to_be_corrected", "installation_id", "company_id", "year")
    _frozen_operations = "UPDATE OR DELETE"

    period_id = fields.Many2one("cbam.period", required=True, readonly=True, index=True, ondelete="restrict")
    installation_id = fields.Many2one(related="period_id.installation_id", store=True)
    company_id = fields.Many2one(related="period_id.company_id", store=True, index=True)
    year = fields.Integer(related="period_id.year", store=True)
    version = fields.Integer(required=True, readonly=True)
    state = fields.Selection(
        [("current", "Current"), ("superseded", "Superseded")], required=True, readonly=True, default="current"
    )
    is_correction = fields.Boolean(
        "Corrected Version", readonly=True, help="It corrects a version for which a verification statement was issued."
    )
    to_be_corrected = fields.Boolean(readonly=True)
    reopen_reason = fields.Char("Reopened Because", readonly=True)
    closed_at = fields.Datetime(readonly=True)
    closed_by = fields.Many2one("res.users", readonly=True, ondelete="restrict")
    last_line_id = fields.Integer("Last Ledger Line", readonly=True, help="Later lines of the period are late facts.")
    plan_id = fields.Many2one("cbam.monitoring.plan", "Monitoring Plan", readonly=True, ondelete="restrict")
    dataset_ids = fields.Many2many("cbam.dataset", string="Data Sets", readonly=True)
    good_ids = fields.One2many("cbam.statement.good", "statement_id", "Goods", readonly=True)
    process_ids = fields.One2many("cbam.statement.process", "statement_id", "Processes", readonly=True)
    output_ids = fields.One2many("cbam.statement.output", "statement_id", "Outputs", readonly=True)
    use_ids = fields.One2many("cbam.statement.use", "statement_id", "Precursors Used", readonly=True)
    receipt_ids = fields.One2many("cbam.statement.receipt", "statement_id", "Precursors Received", readonly=True)
    stream_ids = fields.One2many("cbam.statement.stream", "statement_id", "Data Sets of Streams", readonly=True)
    line_ids = fields.One2many("cbam.emission.line", "statement_id", "Joining Lines", readonly=True)
    note_ids = fields.One2many("cbam.statement.note", "statement_id", "Remarks", readonly=True)
    direct = fields.Float("Direct (tCO2e)", digits=0, readonly=True, help="Of all processes of the installation.")
    indirect = fields.Float("Indirect (tCO2e)", digits=0, readonly=True)
    electricity = fields.Float("Electricity (MWh)", digits=0, readonly=True)
    root_hash = fields.Char("Root Hash (SHA-256)", readonly=True)
    evidence_frozen = fields.Boolean(
        readonly=True,
        help="The documents on file are hashed one by one. Versions closed before 19.0.1.1.0 hash the documents that "
        "the records of their precursors have when one compares.",
    )
    previous_id = fields.Many2one("cbam.statement", "Previous Version", readonly=True, ondelete="restrict")
    record_ids = fields.Many2many("cbam.specific.emission", string="Published Records", readonly=True, copy=False)

    _once = models.UniqueIndex("(period_id, version)", "A version is closed once.")

    @api.depends("period_id.display_name", "version")
    def _compute_display_name(self):
        for statement in self:
            statement.display_name = f"{statement.period_id.display_name} · v{statement.version}"

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        for statement in self:
            raise UserError(self.env._("%s stays: versions of a statement are never deleted.", statement.display_name))

    def action_compare(self):
        """Compute hashes and figures again and say whether anything has drifted; nothing is written."""
        self.ensure_one()
        drift = self.env["cbam.period.freeze"]._drift(self)
        if drift:
            message = self.env._("Drift found: %s", "; ".join(drift))
        else:
            message = self.env._("Recomputed: every hash and figure is as it was when the period was closed.")
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {"type": "danger" if drift else "success", "message": message, "sticky": bool(drift)},
        }

    def action_view_lines(self):
        """The lines that join the unit book and the statutory book."""
        self.ensure_one()
        return self.env["cbam.emission.line"]._action_of(
            [("statement_id", "=", self.id)], self.env._("Joining Lines of %s", self.display_name)
        )

    def action_view_records(self):
        """The specific embedded emissions that this version has published."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id("cbam_emissions.action_cbam_specific_emission")
        return action | {"domain": [("id", "in", self.record_ids.ids)]}

    def action_download_report(self):
        """The operator's emissions report of this version."""
        self.ensure_one()
        return {"type": "ir.actions.act_url", "url": f"/cbam_emissions/statement/{self.id}/emissions_report.xlsx"}

    # -- for whoever hands the version on --------------------------------------------------------------------------

    @api.private
    def write_report(self, target):
        """Write the operator's emissions report as XLSX into a path or binary file; it is dated by the close."""
        self.ensure_one()
        self.env["cbam.emissions.report"]._write(self, target)

    @api.private
    def counted_lines(self):
        """Domain of the ledger lines that the version has counted: those that its hashes cover."""
        self.ensure_one()
        start, end = self.period_id._span()
        site = self.installation_id.id
        # superuser: which versions came before does not depend on who asks
        earlier = self.sudo().search([("id", "<", self.id)]).ids
        return [
            ("date", ">=", start),
            ("date", "<", end),
            ("id", "<=", self.last_line_id),
            "|",
            ("installation_id", "=", site),
            ("installation_to_id", "=", site),
            "|",
            ("statement_id", "=", False),
            ("statement_id", "in", earlier),
            "|",
            ("production_id", "=", False),
            ("production_id.state", "in", ["done", "cancel"]),
        ]

    @api.private
    def frozen_hashes(self):
        """The hashes of documents and files of the version, by name."""
        self.ensure_one()
        # superuser: hashes tell nothing of what they cover; the verification needs all of them
        hashes = self.env["cbam.statement.hash"].sudo().search([("statement_id", "=", self.id)])
        return hashes.sorted("document")

    @api.private
    def evidence_files(self):
        """``[(id, attachment)]`` of the files that were on file at the close; empty where one is gone."""
        self.ensure_one()
        frozen = (row.document for row in self.frozen_hashes())
        ids = sorted(int(name.removeprefix(EVIDENCE)) for name in frozen if name.startswith(EVIDENCE))
        # superuser: whether a file is still there does not depend on who asks
        there = self.env["ir.attachment"].sudo().browse(ids).exists()
        return [(number, there.filtered(lambda file, number=number: file.id == number)) for number in ids]

    def action_good_parameters(self):
        """The sector-specific parameters that the goods of this version want."""
        self.ensure_one()
        self.env["cbam.good.parameter"].check_access("create")
        self.env["cbam.good.parameter"]._prepare(self)
        action = self.env["ir.actions.act_window"]._for_xml_id("cbam_emissions.action_cbam_good_parameter")
        return action | {"domain": [("period_id", "=", self.period_id.id)]}

    def action_verification(self):
        """The verification files on this version; a new one begins with it."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id("cbam_emissions.action_cbam_verification")
        return action | {"domain": [("statement_id", "=", self.id)], "context": {"default_statement_id": self.id}}
