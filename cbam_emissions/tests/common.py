from odoo.fields import Command
from odoo.tests import TransactionCase, freeze_time, tagged

from odoo.addons.cbam_emissions.engine.embedded import Embedded


@tagged("post_install", "-at_install")
@freeze_time("2026-06-15 10:00:00")
class CbamCase(TransactionCase):
    """A small steel factory: one company, one warehouse that is an installation, wire rod and bolts.

    Time stands still in June 2026, so that records and data sets of that year apply whenever the tests run.
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env.user.group_ids += cls.env.ref("cbam_emissions.group_cbam_manager")
        cls.env.user.tz = "UTC"
        cls.company = cls.env.company
        cls.warehouse = cls.env["stock.warehouse"].search([("company_id", "=", cls.company.id)], limit=1)
        cls.country = cls.env.ref("base.in")
        cls.kg, cls.tonne = cls.env.ref("uom.product_uom_kgm"), cls.env.ref("uom.product_uom_ton")
        cls.unit = cls.env.ref("uom.product_uom_unit")
        cls.supplier_location = cls.env.ref("stock.stock_location_suppliers")
        cls.customer_location = cls.env.ref("stock.stock_location_customers")
        cls.stock_location = cls.warehouse.lot_stock_id
        cls.installation = cls.env["cbam.installation"].create(
            {
                "name": "Pune works",
                "company_id": cls.company.id,
                "country_id": cls.country.id,
                "tz": "UTC",
                "start_date": "2026-01-01",
            }
        )
        cls.warehouse.cbam_installation_id = cls.installation
        cls.process = cls.env["cbam.process"].create(
            {"name": "Screws", "installation_id": cls.installation.id, "cn_code": "73181542", "route_letter": "C"}
        )
        cls.mill = cls.env["cbam.installation"].create({"name": "Supplier's mill", "country_id": cls.country.id})
        cls.vendor = cls.env["res.partner"].create({"name": "Wire rod vendor"})
        cls.rod = cls._product("Wire rod", cls.tonne, "72131000", tracking="lot", cbam_installation_id=cls.mill.id)
        cls.bolt = cls._product("Bolt M8", cls.unit, "73181542", cbam_net_mass=0.0137)

    @classmethod
    def _product(cls, name, uom, cn_code=None, **values):
        return cls.env["product.product"].create(
            {"name": name, "is_storable": True, "uom_id": uom.id, "cbam_cn_code": cn_code, **values}
        )

    @classmethod
    def _verified_record(cls, installation, cn_code, direct, indirect=0.0, scope=0.0, year=2026, **values):
        """A record that meets every condition of verification."""
        category = cls.env["cbam.dataset"]._cn_index().match(cn_code).category
        verifier = cls.env["res.partner"].create(
            {"name": "Accredited verifier", "street": "Main street 1", "country_id": cls.env.ref("base.de").id}
        )
        record = cls.env["cbam.specific.emission"].create(
            {
                "installation_id": installation.id,
                "cn_code": cn_code,
                "year": year,
                "see_direct": direct,
                "see_indirect": indirect,
                "see_indirect_scope": scope,
                "report_ref": "VR-1",
                "report_date": f"{year + 1}-02-15",
                "verifier_id": verifier.id,
                "accreditation_ref": "D-V-00001",
                "accreditation_body": "National accreditation body",
                "accreditation_country_id": cls.env.ref("base.de").id,
                "accreditation_date": f"{year}-09-01",
                "accreditation_expiry": f"{year + 4}-08-31",
                "accreditation_category_ids": cls.env["cbam.goods.category"].search([("code", "=", category)]).ids,
                "assurance": "reasonable",
                "default_share": 0.0,
                "indirect_default_share": 0.0,
                **values,
            }
        )
        record.action_verify()
        return record

    # -- flows through Odoo's own screens ----------------------------------------------------------------------------

    def _post(self):
        """What a commit does: run the posting that the flows have marked."""
        self.env.cr.flush()

    def _lot(self, product, name):
        return self.env["stock.lot"].create({"name": name, "product_id": product.id, "company_id": self.company.id})

    def _transfer(
        self, product, quantity, source, target, lot=None, uom=None, picking_type=None, partner=None, **values
    ):
        picking_type = picking_type or self.warehouse.int_type_id
        uom = uom or product.uom_id
        picking = (
            self.env["stock.picking"]
            .with_company(picking_type.company_id)
            .create(
                {
                    "picking_type_id": picking_type.id,
                    "location_id": source.id,
                    "location_dest_id": target.id,
                    "partner_id": partner.id if partner else False,
                    "move_ids": [
                        Command.create(
                            {
                                "product_id": product.id,
                                "product_uom": uom.id,
                                "product_uom_qty": quantity,
                                "location_id": source.id,
                                "location_dest_id": target.id,
                                **values,
                            }
                        )
                    ],
                }
            )
        )
        picking.action_confirm()
        picking.move_ids.move_line_ids.unlink()
        picking.move_ids.move_line_ids = [
            Command.create(
                {
                    "product_id": product.id,
                    "product_uom_id": uom.id,
                    "quantity": quantity,
                    "lot_id": lot.id if lot else False,
                    "location_id": source.id,
                    "location_dest_id": target.id,
                }
            )
        ]
        picking.move_ids.picked = True
        picking.with_context(skip_backorder=True).button_validate()
        self.assertEqual(picking.state, "done")
        self._post()
        return picking

    def _receive(self, product, quantity, lot=None, partner=None, **values):
        return self._transfer(
            product,
            quantity,
            self.supplier_location,
            self.stock_location,
            lot,
            picking_type=self.warehouse.in_type_id,
            partner=partner or self.vendor,
            **values,
        )

    def _deliver(self, product, quantity, lot=None, **values):
        return self._transfer(
            product,
            quantity,
            self.stock_location,
            self.customer_location,
            lot,
            picking_type=self.warehouse.out_type_id,
            **values,
        )

    @classmethod
    def _bom(cls, product, quantity, components, **values):
        return cls.env["mrp.bom"].create(
            {
                "product_tmpl_id": product.product_tmpl_id.id,
                "product_id": product.id,
                "product_qty": quantity,
                "product_uom_id": product.uom_id.id,
                "bom_line_ids": [
                    Command.create({"product_id": part.id, "product_qty": amount, "product_uom_id": part.uom_id.id})
                    for part, amount in components
                ],
                **values,
            }
        )

    def _order(self, product, quantity, components=(), bom=None, **values):
        """A confirmed order; without a bill its components are ``(product, quantity)``."""
        warehouse = values.pop("warehouse", self.warehouse)
        if components:
            values["move_raw_ids"] = [
                Command.create(
                    {
                        "product_id": part.id,
                        "product_uom_qty": amount,
                        "product_uom": part.uom_id.id,
                        "location_id": warehouse.lot_stock_id.id,
                        "location_dest_id": part.with_company(warehouse.company_id).property_stock_production.id,
                    }
                )
                for part, amount in components
            ]
        order = (
            self.env["mrp.production"]
            .with_company(warehouse.company_id)
            .create(
                {
                    "product_id": product.id,
                    "product_qty": quantity,
                    "product_uom_id": product.uom_id.id,
                    "bom_id": bom.id if bom else False,
                    "picking_type_id": warehouse.manu_type_id.id,
                    **values,
                }
            )
        )
        order.action_confirm()
        return order

    def _use(self, order, lots):
        """Consume the whole demand of each component from the lots given by product."""
        for move in order.move_raw_ids:
            move.move_line_ids.unlink()
            move.move_line_ids = [
                Command.create(
                    {
                        "product_id": move.product_id.id,
                        "product_uom_id": move.product_uom.id,
                        "quantity": amount,
                        "lot_id": lot.id if lot else False,
                        "location_id": move.location_id.id,
                        "location_dest_id": move.location_dest_id.id,
                    }
                )
                for lot, amount in lots.get(move.product_id, [(None, move.product_uom_qty)])
            ]
            move.picked = True

    def _finish(self, order, quantity=None, lots=None, lot=None):
        order.qty_producing = order.product_qty if quantity is None else quantity
        if lot:
            order.lot_producing_ids = lot
        if lots is not None:
            order._set_qty_producing()
            self._use(order, lots)
        else:
            order._set_qty_producing()
            order.move_raw_ids.picked = True
        order.with_context(skip_backorder=True, skip_consumption=True).button_mark_done()
        self.assertEqual(order.state, "done")
        self._post()
        return order

    # -- reading the ledger --------------------------------------------------------------------------------------------

    def _lines(self, *domain):
        return self.env["cbam.emission.line"].search(list(domain))

    def _balance(self, place, *domain):
        """Net inflow of a place: what lies there."""
        into = self._lines(("place_to", "=", place), *domain).embedded()
        return into - self._lines(("place_from", "=", place), *domain).embedded()

    def _lot_figure(self, lot):
        """What a unit of the lot carries."""
        lines = self._lines(("lot_id", "=", lot.id), ("kind", "in", ("receipt", "output", "by_product", "opening")))
        quantity = sum(lines.mapped("quantity"))
        return lines.embedded().scaled(1 / quantity)

    def assertConserved(self):
        """Double entry: over all places nothing is left or lost."""
        places = [place for place, _name in self.env["cbam.emission.line"]._fields["place_from"].selection]
        total = Embedded.total([self._balance(place) for place in places])
        for value in total.as_tuple():
            self.assertAlmostEqual(value, 0.0, places=6)
