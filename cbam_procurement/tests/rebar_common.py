from odoo import Command

from .carbon_common import REBAR, CarbonCase


class RebarCase(CarbonCase):
    """Rebar of a mill in India that has a report with SEE 2.0 and SEFA 0.5: 1.5 certificates a tonne.

    At EUR 75.36 that is EUR 113.04.
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.mill = cls._mill("Mill", "IN")
        cls.record = cls._record(cls.mill, REBAR, 2.0, 0.5)
        cls.rebar = cls._product("Rebar", cls.tonne, REBAR, "IN", cbam_installation_id=cls.mill.id)
        cls.bar = cls._product("Bar", cls.unit, REBAR, "IN", cbam_net_mass=12.5, cbam_installation_id=cls.mill.id)
        cls.plastic = cls._product("Cap", cls.unit, "39235090", "CN")

    def _kit(self, product, *lines):
        return self.env["mrp.bom"].create(
            {
                "product_tmpl_id": product.product_tmpl_id.id,
                "type": "phantom",
                "bom_line_ids": [
                    Command.create({"product_id": part.id, "product_qty": quantity}) for part, quantity in lines
                ],
            }
        )
