from .carbon_common import REBAR, CarbonCase


class ImportCase(CarbonCase):
    """An importer that receives rebar of a mill in India: SEE 2.0, SEFA 0.5, so 1.5 certificates a tonne."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.partner_id.cbam_eori = "DE123456789012345"
        cls.mill = cls._mill("Mill", "IN")
        cls.record = cls._record(cls.mill, REBAR, 2.0, 0.5)
        cls.rebar = cls._product("Rebar", cls.tonne, REBAR, "IN", cbam_installation_id=cls.mill.id)
        cls.bar = cls._product("Bar", cls.unit, REBAR, "IN", cbam_net_mass=12.5, cbam_installation_id=cls.mill.id)
        cls.cap = cls._product("Cap", cls.unit, "39235090", "CN")

    def _confirmed(self, *lines, **values):
        order = self._order(*lines, **values)
        order.button_confirm()
        return order

    def _receive(self, order, *quantities, day="2026-02-11"):
        """Receive quantities of the order's lines; what is left goes into a backorder. The imports that it proposes."""
        picking = order.picking_ids.filtered(lambda p: p.state not in ("done", "cancel"))
        for move, quantity in zip(
            picking.move_ids, quantities or picking.move_ids.mapped("product_uom_qty"), strict=True
        ):
            move.quantity = quantity
            move.picked = bool(quantity)
        picking.with_context(skip_backorder=True).button_validate()
        picking.move_ids.date = f"{day} 10:00:00"
        self.env.cr.flush()
        return self._imports(order)

    def _imports(self, order):
        return self.env["cbam.import"].search([("order_id", "=", order.id)], order="id")

    def _declare(self, line, mrn="26DE00000000000001", item=1, **values):
        line.write({"mrn": mrn, "item": item, **values})
        line.action_declare()
        return line

    def _import(self, mass, code=REBAR, origin="IN", day="2026-02-10", item=1, mrn="26DE00000000000009", **values):
        """A declared import without a receipt."""
        line = self.env["cbam.import"].create(
            {
                "date": day,
                "cn_code": code,
                "origin_country_id": self.countries[origin].id,
                "net_mass": mass,
                "mrn": mrn,
                "item": item,
                **values,
            }
        )
        line.action_declare()
        return line
