from odoo import api, fields, models
from odoo.exceptions import UserError

PATH = "/cbam/passport"


class CbamCarbonPassport(models.Model):
    """A carbon passport that was issued for a machine (:class:`CbamIssuedDocument`); not for CBAM."""

    _name = "cbam.carbon.passport"
    _description = "Carbon Passport as Issued"
    _inherit = ["cbam.issued.document"]
    _order = "id desc"
    _rec_names_search = ["lot_id.name"]

    _online_path = PATH
    _print_action = "cbam_reports.action_report_issued_passport"

    lot_id = fields.Many2one(
        "stock.lot", "Serial Number", required=True, readonly=True, index=True, ondelete="restrict"
    )
    product_id = fields.Many2one(related="lot_id.product_id")
    company_id = fields.Many2one("res.company", required=True, readonly=True, index=True, ondelete="restrict")
    is_latest = fields.Boolean(compute="_compute_is_latest")
    is_outdated = fields.Boolean(
        compute="_compute_is_outdated", help="A passport that was issued today would say something else."
    )
    preview = fields.Html("Passport", compute="_compute_preview", sanitize=False)

    _token = models.UniqueIndex("(token_hash) WHERE token_hash IS NOT NULL", "A token opens one passport.")
    _once = models.UniqueIndex("(lot_id, number)", "A version of a passport is issued once.")

    @api.depends("lot_id.name", "number")
    def _compute_display_name(self):
        for passport in self:
            passport.display_name = f"{passport.lot_id.name or ''} · v{passport.number}"

    @api.depends("lot_id.cbam_passport_ids")
    def _compute_is_latest(self):
        for passport in self:
            passport.is_latest = passport == passport.lot_id.cbam_latest_passport()

    def _compute_is_outdated(self):
        contents = self.env["cbam.passport.content"].of_lots(self.lot_id)
        for passport in self:
            now = contents.get(passport.lot_id)
            passport.is_outdated = bool(now) and self.hash_of(now) != passport.content_hash

    @api.depends_context("lang")
    def _compute_preview(self):
        for passport in self:
            passport.preview = self.env["ir.qweb"]._render(
                "cbam_reports.carbon_passport_body", {"statement": passport.shown()}
            )

    @api.model
    def _own_fields(self):
        return super()._own_fields() | {"lot_id"}

    @api.private
    def issue(self, lots):
        """Passports that are online for the lots, one for each: the latest where it still says the same, or a new one.

        :raises UserError: a lot has no carbon passport, or nothing to say
        """
        self.check_access("create")
        without = lots.filtered(lambda lot: not lot.cbam_has_passport)
        if without:
            raise UserError(
                self.env._("%s has no carbon passport: is the whole-life account switched on?", without[0].display_name)
            )
        contents = self.env["cbam.passport.content"].of_lots(lots)
        issued = self.browse()
        for lot in lots:
            if not contents[lot]["stages"]:
                raise UserError(self.env._("Nothing is in the account of %s yet.", lot.display_name))
            values = {"lot_id": lot.id, "company_id": (lot.company_id or self.env.company).id}
            issued |= self._issue_or_keep(contents[lot], lot.cbam_latest_passport(), values)
        return issued

    @api.private
    def shown(self, with_address=False):
        self.ensure_one()
        issued = self.issued_facts() | {"superseded": not self.is_latest}
        address = self._address() if with_address else None
        return self.env["cbam.passport.words"].shown(self.content, issued, address)
