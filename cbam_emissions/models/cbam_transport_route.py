from odoo import api, fields, models


class CbamTransportRoute(models.Model):
    """The usual way of a vendor's or customer's goods: transfers without legs take it over when they are done."""

    _name = "cbam.transport.route"
    _description = "Transport Route (Whole-Life Account)"
    _order = "name, id"
    _check_company_auto = True

    name = fields.Char(required=True)
    active = fields.Boolean(default=True)
    partner_id = fields.Many2one(
        "res.partner",
        "Vendor or Customer",
        index="btree_not_null",
        help="Of this address, or of any address of the company. Empty: of all that have no route of their own.",
    )
    direction = fields.Selection(
        [("incoming", "Receipts"), ("outgoing", "Deliveries")], required=True, default="incoming"
    )
    company_id = fields.Many2one("res.company", required=True, default=lambda self: self.env.company, index=True)
    carrier_id = fields.Many2one("res.partner", help="Put on transfers that take the route over.")
    leg_ids = fields.One2many("cbam.transport.route.leg", "route_id", "Legs", copy=True)
    note = fields.Text()

    @api.model
    def _propose(self, pickings):
        """Give transfers without legs those of their partner's route, else those of its last transfer. Three queries.

        Only in companies that keep a whole-life account; of transfers that come from or go to a partner.
        """
        companies = self.env["cbam.life.posting"]._companies()
        # superuser: whoever finishes a transfer need not have rights on routes and legs
        open_ones = pickings.sudo().filtered(
            lambda picking: (
                picking.company_id.id in companies
                and picking.partner_id
                and picking.picking_type_code in ("incoming", "outgoing")
                and not picking.cbam_leg_ids
            )
        )
        if not open_ones:
            return self.env["cbam.transport.leg"]
        routes = self.sudo().search([("company_id", "in", open_ones.company_id.ids)])
        last = self._last_transfers(open_ones)
        values = []
        for picking in open_ones:
            route = routes._of(picking)
            if route:
                picking.cbam_carrier_id = picking.cbam_carrier_id or route.carrier_id
                values += route._legs_for(picking)
            elif picking in last:
                values += self._legs_like(last[picking], picking)
        return self.env["cbam.transport.leg"].sudo().create(values)

    def _of(self, picking):
        """The route of a transfer: that of its address, of its company, of everybody."""
        own = self.filtered(
            lambda route: route.company_id == picking.company_id and route.direction == picking.picking_type_code
        )
        for partner in (picking.partner_id, picking.partner_id.commercial_partner_id, self.env["res.partner"]):
            found = own.filtered(lambda route, partner=partner: route.partner_id == partner)
            if found:
                return found[:1]
        return own.browse()

    def _legs_for(self, picking):
        """Values of legs; the ends that the route leaves open are the partner's and the warehouse's address."""
        ends = [picking.partner_id, picking.picking_type_id.warehouse_id.partner_id]
        if picking.picking_type_code == "outgoing":
            ends.reverse()
        values = [
            {**leg._way_values(), "picking_id": picking.id, "origin": "route"}
            for leg in self.leg_ids.sorted("sequence")
        ]
        if values:
            values[0]["from_id"] = values[0]["from_id"] or ends[0].id
            values[-1]["to_id"] = values[-1]["to_id"] or ends[1].id
        return values

    @api.model
    def _last_transfers(self, pickings):
        """``{transfer: the last one of its partner in the same direction that was done and had legs}``."""
        rows = self.env.execute_query_dict(
            self.env["stock.picking"]._cbam_last_with_legs(pickings.partner_id.ids, pickings.company_id.ids)
        )
        last = {(row["partner_id"], row["company_id"], row["code"]): row["id"] for row in rows}
        found = {
            picking: last.get((picking.partner_id.id, picking.company_id.id, picking.picking_type_code))
            for picking in pickings
        }
        return {picking: pickings.browse(number) for picking, number in found.items() if number}

    @api.model
    def _legs_like(self, last, picking):
        """Values of legs like those of another transfer; the way of a track becomes a stated distance."""
        values = []
        for leg in last.cbam_leg_ids:
            stated = leg.distance if leg.distance_basis in ("typed", "track") else None
            values.append(
                {
                    **leg._way_values(),
                    "distance_typed": stated,
                    "picking_id": picking.id,
                    "origin": "last",
                }
            )
        return values
