import base64

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from ..engine.errors import EngineError
from ..workbook.fill import fill
from ..workbook.safe_open import MAX_BYTES


class CbamWorkbookFill(models.TransientModel):
    """Fills the company's blank copy of the Commission's communication template from a version of the statement."""

    _name = "cbam.workbook.fill"
    _description = "Fill the Communication Template"

    statement_id = fields.Many2one("cbam.statement", required=True, readonly=True, ondelete="cascade")
    company_id = fields.Many2one(related="statement_id.company_id")
    has_blank = fields.Boolean(compute="_compute_has_blank")
    blank_name = fields.Char(compute="_compute_has_blank", string="Blank Copy")
    replaces_blank = fields.Boolean("Use Another Copy")
    new_blank = fields.Binary("Blank Workbook", attachment=False)
    new_blank_name = fields.Char()
    file = fields.Binary("Filled Workbook", readonly=True, attachment=False)
    file_name = fields.Char(readonly=True)
    remarks = fields.Text(readonly=True)
    state = fields.Selection([("blank", "Blank"), ("filled", "Filled")], default="blank")

    @api.depends("statement_id")
    def _compute_has_blank(self):
        for wizard in self:
            # superuser: only the company's blank template is read
            company = wizard.company_id.sudo()
            wizard.has_blank = bool(company.cbam_communication_template)
            wizard.blank_name = company.cbam_communication_template_name

    def action_fill(self):
        """Fill the blank copy; a new one is kept for the next time once it could be filled."""
        self.ensure_one()
        self.statement_id.check_access("read")
        content = self._blank()
        filling, remarks = self.env["cbam.workbook.filling"]._filling(self.statement_id)
        try:
            filled = fill(content, filling)
        except EngineError as error:
            raise UserError(self.env._("The template is not filled in: %s", error)) from error
        self._keep_blank()
        statement = self.statement_id
        site = "".join(letter if letter.isalnum() else "_" for letter in statement.installation_id.name)
        self.write(
            {
                "state": "filled",
                "file": base64.b64encode(filled),
                "file_name": f"CBAM_communication_{site}_{statement.year}_v{statement.version}.xlsx",
                "remarks": "\n".join(remarks),
            }
        )
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Communication Template"),
            "res_model": self._name,
            "res_id": self.id,
            "view_mode": "form",
            "target": "new",
        }

    def _blank(self):
        """The bytes to fill: what was uploaded now, else the company's copy."""
        # superuser: only the company's blank template is read
        encoded = self.new_blank or self.company_id.sudo().cbam_communication_template
        if not encoded:
            raise UserError(self.env._("Upload a blank copy of the Commission's communication template."))
        if len(encoded) > MAX_BYTES * 4 / 3 + 4:
            raise UserError(self.env._("The template is not filled in: at most %s MB are read.", MAX_BYTES // 1048576))
        return base64.b64decode(encoded)

    def _keep_blank(self):
        """The first copy serves everybody; only a manager replaces it."""
        if not self.new_blank:
            return
        if self.has_blank and not self.env.user.has_group("cbam_emissions.group_cbam_manager"):
            raise AccessError(self.env._("Only a CBAM manager replaces the company's blank copy."))
        self.company_id.sudo().write(
            {
                "cbam_communication_template": self.new_blank,
                "cbam_communication_template_name": self.new_blank_name,
            }
        )
