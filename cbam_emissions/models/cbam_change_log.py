from odoo import api, fields, models
from odoo.exceptions import UserError

from .cbam_change_logged import CHANGE_KINDS

#: What a manager may still say about an entry that was written by itself.
OPEN_FIELDS = {"effective_date", "note", "kind"}


class CbamChangeLog(models.Model):
    """Dated changes in the functioning of an installation and of its monitoring: 2025/2547 Annex II A.2(3).

    Entries of recorded changes are written by the records themselves (:class:`CbamChangeLogged`) and stay; what Odoo
    cannot know is entered by hand. They are what a verifier asks for before replacing or waiving a site visit
    (2025/2546 Article 3(1)(g)).
    """

    _name = "cbam.change.log"
    _description = "Change Log"
    _order = "effective_date desc, id desc"

    name = fields.Char("Change", required=True)
    installation_id = fields.Many2one(
        "cbam.installation",
        required=True,
        index=True,
        ondelete="cascade",
        domain="[('company_id', '!=', False)]",
        default=lambda self: self.env["cbam.installation"]._default_own(),
    )
    company_id = fields.Many2one(related="installation_id.company_id", store=True, index=True)
    kind = fields.Selection(CHANGE_KINDS, string="About", required=True, default="other")
    effective_date = fields.Date(
        "Effective From",
        required=True,
        default=fields.Date.context_today,
        help="First day, local to the installation, on which the change counts.",
    )
    recorded_at = fields.Datetime(required=True, readonly=True, default=fields.Datetime.now, copy=False)
    user_id = fields.Many2one(
        "res.users", "Recorded By", required=True, readonly=True, default=lambda self: self.env.user, copy=False
    )
    automatic = fields.Boolean(readonly=True, copy=False, help="Written when a record was changed.")
    res_model = fields.Char("Model", readonly=True, copy=False)
    res_id = fields.Many2oneReference("Record", model_field="res_model", readonly=True, copy=False)
    field_name = fields.Char("Field", readonly=True, copy=False)
    old_value = fields.Text("From")
    new_value = fields.Text("To")
    note = fields.Text("Reason")

    _record_idx = models.Index("(res_model, res_id)")

    @api.model_create_multi
    def create(self, vals_list):
        if not self.env.su:
            for vals in vals_list:
                for name in ("automatic", "user_id", "recorded_at"):
                    vals.pop(name, None)
        return super().create(vals_list)

    def write(self, vals):
        fixed = set(vals) - OPEN_FIELDS
        if fixed and any(self.mapped("automatic")):
            raise UserError(
                self.env._("An entry that was written by itself stays; add the reason or correct its effective date.")
            )
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_automatic(self):
        if any(self.mapped("automatic")):
            raise UserError(self.env._("The change log keeps every recorded change: it cannot be deleted."))

    def action_open_record(self):
        """The record that was changed."""
        self.ensure_one()
        if (
            not self.res_model
            or self.res_model not in self.env
            or not self.env[self.res_model].browse(self.res_id).exists()
        ):
            raise UserError(self.env._("The record of “%s” does not exist any more.", self.name))
        return {
            "type": "ir.actions.act_window",
            "res_model": self.res_model,
            "res_id": self.res_id,
            "view_mode": "form",
        }

    @api.model
    def _of_period(self, installation, day_from, day_to):
        """The changes that took effect at an installation in a period (local days, both included)."""
        return self.search(
            [
                ("installation_id", "=", installation.id),
                ("effective_date", ">=", day_from),
                ("effective_date", "<=", day_to),
            ]
        )
