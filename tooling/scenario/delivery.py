"""A customer gets screws of 2026: the emissions statement of the delivery names the figures of their code and year."""

from odoo.fields import Command

from .company import at

NAME = "Example delivery"
DELIVERED = (("ALLOY-2026-Q1", 20.0), ("CARBON-2026-Q1", 25.0))


def play(factory):
    """Delivers out of two lots; returns the transfer."""
    env = factory.env
    with at("2027-03-22 07:00"):
        customer = env["res.partner"].create(
            {"name": "Example Machine Works", "is_company": True, "country_id": env.ref("base.de").id}
        )
        lots = [(env["stock.lot"].search([("name", "=", name)]), quantity) for name, quantity in DELIVERED]
        places = {
            "location_id": factory.stock.id,
            "location_dest_id": env.ref("stock.stock_location_customers").id,
        }
        picking = env["stock.picking"].create(
            {
                "picking_type_id": factory.warehouse.out_type_id.id,
                "partner_id": customer.id,
                "origin": NAME,
                **places,
                "move_ids": [
                    Command.create(
                        {
                            "product_id": lot.product_id.id,
                            "product_uom": lot.product_id.uom_id.id,
                            "product_uom_qty": quantity,
                            **places,
                        }
                    )
                    for lot, quantity in lots
                ],
            }
        )
        picking.action_confirm()
        for move, (lot, quantity) in zip(picking.move_ids, lots, strict=True):
            factory.fill(move, [(lot, quantity)])
        picking.button_validate()
        factory.post()
    return picking
