from odoo import Command

from .carbon_common import REBAR, CarbonCase


class ClauseCase(CarbonCase):
    """An importer whose carbon clause allows 1.8 tCO2e per tonne of rebar, with a verified report until 31 March 2027.

    docs/carbon-clause.md works the figures by hand: price EUR 82.32, default value 4.697 less 1.3299 in 2026.
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.clause = cls._clause("above")
        cls.mill = cls._mill("Mill", "IN")
        cls.rebar = cls._product("Rebar", cls.tonne, REBAR, "IN", cbam_installation_id=cls.mill.id)

    @classmethod
    def _clause(cls, bearer, **values):
        maxima = [Command.create({"cn_code": "7214", "max_see": 1.8})]
        values = {"name": "Steel", "company_id": cls.company.id, "bearer": bearer, "maximum_ids": maxima} | values
        return cls.env["cbam.carbon.clause"].create(values)

    def _buy(self, quantity=10, product=None, **values):
        """A confirmed order."""
        order = self._order((product or self.rebar, quantity), arrival="2026-12-01", **values)
        order.button_confirm()
        return order

    def _receive(self, order, quantity=None):
        """Receive what is expected, or a part of it with a backorder; claims are reckoned at the end of a request."""
        picking = order.picking_ids.filtered(lambda picking: picking.state not in ("done", "cancel"))
        for move in picking.move_ids:
            move.quantity = quantity or move.product_uom_qty
            move.picked = True
        picking.with_context(skip_backorder=True).button_validate()
        self.env.cr.flush()
        return picking

    def _activities(self, order):
        kind = self.env.ref("cbam_procurement.mail_activity_carbon_claim")
        return self.env["mail.activity"].search(
            [("res_model", "=", "purchase.order"), ("res_id", "=", order.id), ("activity_type_id", "=", kind.id)]
        )

    def _nightly(self):
        self.env.ref("cbam_procurement.cron_cbam_carbon_claim").ir_actions_server_id.run()
        self.env.cr.flush()

    def assertClaim(self, order, state, amount, at_stake=None):
        claim = order.cbam_claim_ids
        self.assertEqual((claim.state, claim.amount), (state, amount), claim.message)
        if at_stake is not None:
            self.assertEqual(claim.at_stake, at_stake)
