from datetime import timedelta

from odoo import fields
from odoo.fields import Command

from .life_common import FACTORS, LifeCase

#: Factors of docs/whole-life.md, section Logistics.
TRANSPORT = (
    FACTORS
    + """sea,Container ship,logistics,t.km,Transport,0.01,,sample
road,Lorry per tonne-kilometre,logistics,t.km,Transport,0.1,,sample
lorry,Lorry per kilometre,logistics,km,Transport,0.9,,sample
grid,Electricity of the grid,logistics,kWh,Energy,0.5,,sample
shelf,Storage,logistics,pallet.day,Energy,0.2,,sample
"""
)


class TransportCase(LifeCase):
    """Frames of 20 kg and covers of 2 kg come by sea and road; machines of 500 kg leave by lorry."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.factors = cls._load_factors(TRANSPORT)
        cls.activity = {row.code: row for row in cls.env["cbam.life.activity"].search([])}
        cls.machine.cbam_net_mass = 500.0
        place = cls.env["res.partner"].create
        cls.port = place({"name": "Port", "partner_latitude": 50.0, "partner_longitude": 8.0})
        cls.works = place({"name": "Works", "partner_latitude": 51.0, "partner_longitude": 8.0})
        cls.customer = place({"name": "Customer", "partner_latitude": 52.0, "partner_longitude": 8.0})
        cls.warehouse.partner_id = cls.works

    @classmethod
    def _leg(cls, picking, activity="road", **values):
        values = {"picking_id": picking.id, "activity_id": cls.activity[activity].id, **values}
        return cls.env["cbam.transport.leg"].create(values)

    def _frames(self, quantity=100, name="L-1", **values):
        """A receipt of frames in a lot: ``(transfer, lot)``; 100 of them are 2 t."""
        lot = self._lot(self.frame, name)
        return self._receive(self.frame, quantity, lot, **values), lot

    def _receive_both(self):
        """A receipt of 100 frames (2 t) and 500 covers (1 t)."""
        lot = self._lot(self.frame, "L-1")
        picking = self.env["stock.picking"].create(
            {
                "picking_type_id": self.warehouse.in_type_id.id,
                "location_id": self.supplier_location.id,
                "location_dest_id": self.stock_location.id,
                "partner_id": self.vendor.id,
                "move_ids": [
                    Command.create(
                        {
                            "product_id": product.id,
                            "product_uom": product.uom_id.id,
                            "product_uom_qty": quantity,
                            "location_id": self.supplier_location.id,
                            "location_dest_id": self.stock_location.id,
                        }
                    )
                    for product, quantity in ((self.frame, 100), (self.cover, 500))
                ],
            }
        )
        picking.action_confirm()
        picking.move_ids.move_line_ids.unlink()
        self._add(picking.move_ids[0], 100, lot)
        self._add(picking.move_ids[1], 500)
        picking.move_ids.picked = True
        return picking, lot

    def _add(self, move, quantity, lot=None):
        move.move_line_ids = [
            Command.create(
                {
                    "product_id": move.product_id.id,
                    "product_uom_id": move.product_uom.id,
                    "quantity": quantity,
                    "lot_id": lot.id if lot else False,
                    "location_id": move.location_id.id,
                    "location_dest_id": move.location_dest_id.id,
                }
            )
        ]

    def _validate(self, picking):
        picking.with_context(skip_backorder=True).button_validate()
        self.assertEqual(picking.state, "done")
        self._post()

    def _of(self, document, *domain):
        return self._life(("life_model", "=", document._name), ("life_res_id", "in", document.ids), *domain)

    def _kg(self, document, *domain):
        """kgCO2e that the ledger says of a document."""
        return sum(self._of(document, *domain).mapped("life")) * 1000

    def _missing(self, document):
        return sum(self._of(document).mapped("incomplete"))

    @classmethod
    def _at(cls, days):
        return fields.Datetime.now() + timedelta(days=days)
