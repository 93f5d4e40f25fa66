from odoo import api, fields, models
from odoo.exceptions import UserError

PATH = "/cbam/statement"


class CbamDeliveryStatement(models.Model):
    """An emissions statement that was issued for a delivery (:class:`CbamIssuedDocument`)."""

    _name = "cbam.delivery.statement"
    _description = "Emissions Statement for a Delivery"
    _inherit = ["cbam.issued.document"]
    _order = "id desc"
    _rec_names_search = ["picking_id.name"]

    _online_path = PATH
    _print_action = "cbam_reports.action_report_issued_statement"

    picking_id = fields.Many2one(
        "stock.picking", "Delivery", required=True, readonly=True, index=True, ondelete="restrict"
    )
    partner_id = fields.Many2one(related="picking_id.partner_id", string="Customer")
    company_id = fields.Many2one(related="picking_id.company_id", store=True, index=True)
    is_latest = fields.Boolean(compute="_compute_is_latest")
    is_outdated = fields.Boolean(
        compute="_compute_is_outdated", help="A statement that was issued today would say something else."
    )
    preview = fields.Html("Statement", compute="_compute_preview", sanitize=False)

    _token = models.UniqueIndex("(token_hash) WHERE token_hash IS NOT NULL", "A token opens one statement.")
    _once = models.UniqueIndex("(picking_id, number)", "A version of a statement is issued once.")

    @api.depends("picking_id.name", "number")
    def _compute_display_name(self):
        for statement in self:
            statement.display_name = f"{statement.picking_id.name or ''} · v{statement.number}"

    @api.depends("picking_id.cbam_delivery_statement_ids")
    def _compute_is_latest(self):
        for statement in self:
            statement.is_latest = statement == statement.picking_id.cbam_latest_statement()

    def _compute_is_outdated(self):
        contents = self.env["cbam.delivery.content"].of_pickings(self.picking_id)
        for statement in self:
            now = contents.get(statement.picking_id)
            statement.is_outdated = bool(now) and self.hash_of(now) != statement.content_hash

    @api.depends_context("lang")
    def _compute_preview(self):
        for statement in self:
            statement.preview = self.env["ir.qweb"]._render(
                "cbam_reports.delivery_statement_body", {"statement": statement.shown()}
            )

    @api.model
    def _own_fields(self):
        return super()._own_fields() | {"picking_id"}

    @api.private
    def issue(self, pickings):
        """Statements that are online for the deliveries, one for each: the latest where it still says the same, else a
        new one.

        :raises UserError: a transfer is no delivery, is not done, or has no CBAM goods
        """
        self.check_access("create")
        contents = self.env["cbam.delivery.content"].of_pickings(pickings)
        issued = self.browse()
        for picking in pickings:
            self._check_issuable(picking, contents[picking])
            latest = picking.cbam_latest_statement()
            issued |= self._issue_or_keep(contents[picking], latest, {"picking_id": picking.id})
        return issued

    @api.model
    def _check_issuable(self, picking, content):
        _ = self.env._
        if picking.picking_type_id.code != "outgoing" or picking.state != "done":
            raise UserError(_("%s is not a delivery that is done: no statement can be issued yet.", picking.name))
        if not content["goods"]:
            raise UserError(_("%s holds no CBAM goods: there is nothing to state.", picking.name))

    @api.private
    def shown(self, with_address=False):
        self.ensure_one()
        issued = self.issued_facts() | {"superseded": not self.is_latest}
        address = self._address() if with_address else None
        return self.env["cbam.delivery.words"].shown(self.content, issued, address)
