"""The demo company, and its documents as its users would enter them."""

from odoo.fields import Command

from .company import Company

SAMPLE_GRID = b"""use,country,factor,reference
consumption,IN,0.833,"Sample for the demonstration (the factor of the Commission's example), not an official value"
"""


class Factory(Company):
    """A maker of fasteners in India with one installation, and the flows of its everyday work."""

    def __init__(self, env):
        super().__init__(env)
        self.warehouse = env["stock.warehouse"].search([("company_id", "=", self.company.id)], limit=1)
        self.stock = self.warehouse.lot_stock_id
        self._set_up_company()
        self._set_up_installation()

    def _set_up_company(self):
        self.company.write({"name": "Example Fasteners", "country_id": self.env.ref("base.in").id})
        features = ("group_mrp_routings", "group_mrp_byproducts", "group_mrp_workorder_dependencies")
        self.for_everybody(*(f"mrp.{name}" for name in features), "stock.group_production_lot", "uom.group_uom")

    def _set_up_installation(self):
        """One site, its electricity at the grid's (sample) factor."""
        self.installation = self.env["cbam.installation"].create(
            {
                "name": "Fastener works Pune",
                "company_id": self.company.id,
                "operator_id": self.company.partner_id.id,
                "country_id": self.env.ref("base.in").id,
                "unlocode": "INPNQ",
                "tz": "Asia/Kolkata",
                "start_date": "2026-01-01",
            }
        )
        self.warehouse.cbam_installation_id = self.installation
        loader = self.env["cbam.dataset.loader"]
        loader._load(
            loader._parse("grid_factor", SAMPLE_GRID, "sample.csv"),
            {
                "name": "Sample grid factor for the demonstration",
                "legal_act": "none: sample",
                "version": "sample",
                "valid_from": "2026-01-01",
                "status": "provisional",
                "note": "Not an official value: load Annex II of IR (EU) 2025/2621 under its licence.",
            },
        )
        self.env["cbam.electricity.source"].create(
            {"name": "Grid supply", "installation_id": self.installation.id, "kind": "grid"}
        )

    # -- master data -----------------------------------------------------------------------------------------------

    def process(self, name, cn_code, route_letter, workcenter):
        """A production process on a work centre of its own."""
        return self.env["cbam.process"].create(
            {
                "name": name,
                "installation_id": self.installation.id,
                "cn_code": cn_code,
                "route_letter": route_letter,
                "workcenter_ids": [Command.set(workcenter.ids)],
            }
        )

    def workcenter(self, name):
        return self.env["mrp.workcenter"].create({"name": name})

    def stream(self, process, name, meter_code, unit, workcenter, rate, **values):
        """A metered source stream of a process with its meter on the work centre.

        ``rate`` (units of the stream per tonne of output) plans it, and stands in from the end of an order until the
        meter is read.
        """
        stream = self.env["cbam.source.stream"].create(
            {
                "name": f"{name} – {process.name}",
                "installation_id": self.installation.id,
                "process_id": process.id,
                "basis": "meter",
                "unit": unit,
                "rate": rate,
                "rate_per": "tonne",
                **values,
            }
        )
        return self.env["cbam.meter"].create(
            {
                "name": f"{name} {workcenter.name}",
                "code": meter_code,
                "installation_id": self.installation.id,
                "stream_id": stream.id,
                "unit": unit,
                "workcenter_ids": [Command.set(workcenter.ids)],
                "calibration_date": "2025-11-03",
                "calibrated_until": "2029-11-02",
            }
        )

    def bom(self, product, quantity, components, workcenter=None, minutes=60.0, operation="Forming"):
        """A bill of materials with one operation."""
        operations = [Command.create({"name": operation, "workcenter_id": workcenter.id, "time_cycle_manual": minutes})]
        return self.env["mrp.bom"].create(
            {
                "product_tmpl_id": product.product_tmpl_id.id,
                "product_qty": quantity,
                "product_uom_id": product.uom_id.id,
                "operation_ids": operations if workcenter else [],
                "bom_line_ids": [
                    Command.create({"product_id": part.id, "product_qty": amount, "product_uom_id": part.uom_id.id})
                    for part, amount in components
                ],
            }
        )

    def lot(self, product, name):
        return self.env["stock.lot"].create({"name": name, "product_id": product.id, "company_id": self.company.id})

    # -- documents -------------------------------------------------------------------------------------------------

    def receive(self, vendor, product, deliveries):
        """A receipt of ``[(lot, quantity)]`` from a vendor."""
        supplier_location = self.env.ref("stock.stock_location_suppliers")
        picking = self.env["stock.picking"].create(
            {
                "picking_type_id": self.warehouse.in_type_id.id,
                "partner_id": vendor.id,
                "location_id": supplier_location.id,
                "location_dest_id": self.stock.id,
                "move_ids": [
                    Command.create(
                        {
                            "product_id": product.id,
                            "product_uom": product.uom_id.id,
                            "product_uom_qty": sum(quantity for _lot, quantity in deliveries),
                            "location_id": supplier_location.id,
                            "location_dest_id": self.stock.id,
                        }
                    )
                ],
            }
        )
        picking.action_confirm()
        self.fill(picking.move_ids, deliveries)
        picking.button_validate()
        self.post()
        return picking

    def order(self, product, quantity, bom):
        """A confirmed manufacturing order."""
        order = self.env["mrp.production"].create(
            {"product_id": product.id, "product_qty": quantity, "bom_id": bom.id, "product_uom_id": product.uom_id.id}
        )
        order.action_confirm()
        return order

    def start(self, order):
        order.workorder_ids.button_start()

    def finish(self, order, quantity, lot=None, used=None, backorder=False):
        """Finish ``quantity`` of an order into a lot, with ``used = {component: [(lot, quantity)]}``."""
        order.qty_producing = quantity
        if lot:
            order.lot_producing_ids = lot
        order._set_qty_producing()
        for move in order.move_raw_ids:
            self.fill(move, (used or {}).get(move.product_id) or [(None, move.quantity or move.product_uom_qty)])
        order.workorder_ids.filtered(lambda wo: wo.state == "progress").button_finish()
        if backorder:
            action = order.button_mark_done()
            wizard = self.env["mrp.production.backorder"].with_context(action["context"]).create({})
            wizard.mrp_production_backorder_line_ids.to_backorder = True
            wizard.action_backorder()
        else:
            order.with_context(skip_backorder=True, skip_consumption=True).button_mark_done()
        self.post()
        return order

    def scrap(self, product, quantity, lot, order=None):
        """Scrap out of stock; inside an open order it belongs to the order's gross consumption."""
        scrap = self.env["stock.scrap"].create(
            {
                "product_id": product.id,
                "scrap_qty": quantity,
                "lot_id": lot.id,
                "production_id": order.id if order else False,
                "location_id": self.stock.id,
            }
        )
        scrap.action_validate()
        self.post()
        return scrap

    def read_meter(self, meter, moment, register):
        """A reading of a cumulative register at a local time of the site, given in UTC."""
        reading = self.env["cbam.meter.reading"].create(
            {"meter_id": meter.id, "date_end": moment, "register": register}
        )
        self.post()
        return reading

    def post(self):
        """What the end of each of these requests does: the ledger is posted before the commit."""
        self.env.cr.flush()

    def fill(self, move, deliveries):
        """Say from or into which lots a move goes, ``[(lot, quantity)]``, all of it picked."""
        move.move_line_ids.unlink()
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
            for lot, quantity in deliveries
        ]
        move.picked = True
