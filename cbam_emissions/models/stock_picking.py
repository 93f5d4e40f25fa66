import logging

from odoo import api, fields, models
from odoo.service.model import PG_CONCURRENCY_EXCEPTIONS_TO_RETRY
from odoo.tools import SQL

from .product_template import GROUPS

_logger = logging.getLogger(__name__)

#: What the figures of legs read of a transfer; its moves come by the marks of the unit book.
LEG_FIELDS = {"date_done", "partner_id", "picking_type_id"}


class StockPicking(models.Model):
    _inherit = "stock.picking"

    cbam_leg_ids = fields.One2many(
        "cbam.transport.leg",
        "picking_id",
        "Transport Legs",
        copy=False,
        groups=GROUPS,
        help="How the goods travel, for the whole-life account. Not for CBAM.",
    )
    cbam_carrier_id = fields.Many2one(
        "res.partner",
        "Carrier (Whole-Life Account)",
        copy=False,
        groups=GROUPS,
        help="Who transports the goods. Empty: the delivery method's name, where the transfer has one.",
    )
    cbam_carrier_name = fields.Char("Name of Carrier", compute="_compute_cbam_carrier_name", groups=GROUPS)
    cbam_transport_emissions = fields.Float(
        "Transport (kgCO2e)",
        digits=0,
        compute="_compute_cbam_transport",
        groups=GROUPS,
        help="Sum of the legs whose figure is known. Outside CBAM.",
    )
    cbam_transport_missing = fields.Integer("Legs Without a Figure", compute="_compute_cbam_transport", groups=GROUPS)
    cbam_life_account = fields.Boolean(related="company_id.cbam_life_account", string="Whole-Life Account")

    @api.depends("cbam_carrier_id")
    def _compute_cbam_carrier_name(self):
        """ODOO: ``carrier_id`` is there only with the delivery module, and it is a method, not a partner."""
        known = "carrier_id" in self._fields
        for picking in self:
            # superuser: only the carrier's name is read
            name = picking.cbam_carrier_id.sudo().name
            picking.cbam_carrier_name = name or (picking.sudo()["carrier_id"].name if known else False)

    @api.depends("cbam_leg_ids.emissions")
    def _compute_cbam_transport(self):
        for picking in self:
            figures = picking.cbam_leg_ids.mapped("emissions")
            picking.cbam_transport_emissions = sum(figure for figure in figures if figure is not None)
            picking.cbam_transport_missing = figures.count(None)

    def write(self, vals):
        result = super().write(vals)
        if not LEG_FIELDS.isdisjoint(vals):
            self._cbam_mark_legs()
        return result

    def _action_done(self):
        """A transfer that is done and says nothing of its way takes it over from its partner's route or last one.

        Carbon data never stop a transfer: what fails here is rolled back alone and logged.
        """
        result = super()._action_done()
        if not self.env["cbam.life.posting"]._companies():
            return result
        try:
            with self.env.cr.savepoint():
                self._cbam_propose_legs()
        except PG_CONCURRENCY_EXCEPTIONS_TO_RETRY:
            raise
        except Exception:
            _logger.exception("No legs could be proposed for transfers %s", self.ids)
        return result

    def unlink(self):
        """Legs go by their own way out, which takes their lines back."""
        # superuser: whoever may delete the transfer (checked by super) takes its legs along
        self.sudo().cbam_leg_ids.unlink()
        return super().unlink()

    def action_cbam_propose_legs(self):
        """Take over the legs of the partner's route, or of its last transfer."""
        self.check_access("read")
        self.env["cbam.transport.leg"].check_access("create")
        self._cbam_propose_legs()

    def _cbam_propose_legs(self):
        if self.env["cbam.life.posting"]._companies():
            # superuser: whoever finishes a transfer need not have rights on its legs
            self.env["cbam.transport.route"].sudo()._propose(self)

    def _cbam_mark_legs(self):
        """Post the legs of these transfers again at the end of the transaction."""
        if self.env["cbam.life.posting"]._companies():
            # superuser: whoever changes a transfer need not have rights on its legs
            legs = self.env["cbam.transport.leg"].sudo().search([("picking_id", "in", self.ids)])
            self.env["cbam.life.posting"].mark(legs._name, legs.ids)

    @api.model
    def _cbam_last_with_legs(self, partner_ids, company_ids):
        """The last transfer that was done and has legs, per partner, company and direction."""
        self.flush_model(["partner_id", "company_id", "picking_type_id", "state", "date_done"])
        self.env["cbam.transport.leg"].flush_model(["picking_id"])
        return SQL(
            """
            SELECT DISTINCT ON (p.partner_id, p.company_id, t.code) p.partner_id, p.company_id, t.code, p.id
              FROM stock_picking p
              JOIN stock_picking_type t ON t.id = p.picking_type_id
             WHERE p.partner_id = ANY(%s) AND p.company_id = ANY(%s) AND p.state = 'done'
               AND EXISTS (SELECT FROM cbam_transport_leg l WHERE l.picking_id = p.id)
          ORDER BY p.partner_id, p.company_id, t.code, p.date_done DESC, p.id DESC
            """,
            partner_ids,
            company_ids,
        )
