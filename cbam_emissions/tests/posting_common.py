from odoo.tests import Form

from .common import CbamCase

ROD, BOLT = "72131000", "73181542"


class PostingCase(CbamCase):
    """Two mills whose rod carries 1.5 and 3.0 tCO2e/t, lots of it and untracked coil, for Odoo's events one by one.

    After every test the book must balance, posting everything once more must post nothing, and what the book has on
    hand must be what Odoo has on hand.
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.other_mill = cls._mill("Other mill", 3.0)
        cls._verified_record(cls.mill, ROD, 1.5)
        cls.other_vendor = cls.env["res.partner"].create({"name": "Other vendor"})
        cls.coil = cls._product("Coil", cls.tonne, ROD, cbam_installation_id=cls.mill.id)
        cls._delivers(cls.other_vendor, cls.coil, cls.other_mill)
        cls.screw = cls._product("Screws", cls.tonne, BOLT)
        cls.heat = cls._product("Screws by heat", cls.tonne, BOLT, tracking="lot")

    def tearDown(self):
        self.assertBookHolds()
        super().tearDown()

    # -- the world around the factory --------------------------------------------------------------------------------

    @classmethod
    def _mill(cls, name, direct, cn_code=ROD, **values):
        """An installation of a supplier with a verified record."""
        mill = cls.env["cbam.installation"].create({"name": name, "country_id": cls.country.id})
        cls._verified_record(mill, cn_code, direct, **values)
        return mill

    @classmethod
    def _delivers(cls, vendor, product, installation):
        """The vendor's line of a product names the installation that makes it."""
        return cls.env["product.supplierinfo"].create(
            {
                "partner_id": vendor.id,
                "product_tmpl_id": product.product_tmpl_id.id,
                "cbam_installation_id": installation.id,
                "company_id": False,
            }
        )

    @classmethod
    def _site(cls, name, company=None, start="2026-01-01", **values):
        """An own installation with a warehouse of its own: ``(warehouse, installation)``."""
        company = company or cls.company
        installation = cls.env["cbam.installation"].create(
            {
                "name": name,
                "company_id": company.id,
                "country_id": cls.country.id,
                "tz": "UTC",
                "start_date": start,
                **values,
            }
        )
        warehouse = cls.env["stock.warehouse"].create(
            {"name": name, "code": f"{name[:4]}W", "company_id": company.id, "cbam_installation_id": installation.id}
        )
        return warehouse, installation

    def _lot_from(self, installation, product, name):
        lot = self._lot(product, name)
        lot.cbam_installation_id = installation
        return lot

    # -- Odoo's own actions ------------------------------------------------------------------------------------------

    def _scrap(self, product, quantity, lot=None, order=None, location=None):
        scrap = self.env["stock.scrap"].create(
            {
                "product_id": product.id,
                "product_uom_id": product.uom_id.id,
                "scrap_qty": quantity,
                "lot_id": lot.id if lot else False,
                "production_id": order.id if order else False,
                **({"location_id": location.id} if location else {}),
            }
        )
        scrap.action_validate()
        self.assertEqual(scrap.state, "done")
        self._post()
        return scrap

    def _unbuild(self, product, quantity, order=None, bom=None, lot=None):
        unbuild = self.env["mrp.unbuild"].create(
            {
                "product_id": product.id,
                "product_qty": quantity,
                "product_uom_id": product.uom_id.id,
                "mo_id": order.id if order else False,
                "bom_id": bom.id if bom else False,
                "lot_id": lot.id if lot else False,
                "location_id": self.stock_location.id,
                "location_dest_id": self.stock_location.id,
            }
        )
        unbuild.action_validate()
        self.assertEqual(unbuild.state, "done")
        self._post()
        return unbuild

    def _return(self, picking, quantity, lot=None):
        """Return part of a transfer by Odoo's wizard."""
        wizard = self.env["stock.return.picking"].with_context(active_id=picking.id, active_model="stock.picking")
        wizard = wizard.create({"picking_id": picking.id})
        wizard.product_return_moves.quantity = quantity
        back = wizard._create_return()
        if lot:
            back.move_ids.move_line_ids.unlink()
            self._add_line(back.move_ids, quantity, lot)
        back.move_ids.quantity = quantity
        back.move_ids.picked = True
        back.with_context(skip_backorder=True).button_validate()
        self.assertEqual(back.state, "done")
        self._post()
        return back

    def _add_line(self, move, quantity, lot=None, **values):
        """A line added to a move, done or not."""
        return self.env["stock.move.line"].create(
            {
                "move_id": move.id,
                "picking_id": move.picking_id.id,
                "product_id": move.product_id.id,
                "product_uom_id": move.product_uom.id,
                "quantity": quantity,
                "lot_id": lot.id if lot else False,
                "location_id": move.location_id.id,
                "location_dest_id": move.location_dest_id.id,
                **values,
            }
        )

    def _count(self, product, quantity, lot=None, location=None):
        """Count a product at a location: an inventory adjustment."""
        quant = self.env["stock.quant"].with_context(inventory_mode=True)
        quant = quant.create(
            {
                "product_id": product.id,
                "location_id": (location or self.stock_location).id,
                "lot_id": lot.id if lot else False,
                "inventory_quantity": quantity,
            }
        )
        quant.action_apply_inventory()
        self._post()

    def _unlocked(self, order):
        if order.is_locked:
            order.action_toggle_is_locked()
        return order

    def _add_component(self, order, product, quantity, lot=None):
        """A component added to a done order on its form."""
        with Form(self._unlocked(order)) as form, form.move_raw_ids.new() as move:
            move.product_id = product
            move.quantity = quantity
        move = order.move_raw_ids.filtered(lambda move: move.product_id == product)
        if lot:
            move.move_line_ids.lot_id = lot
        self._post()
        return move

    def _backorder(self, order):
        """Finish ``qty_producing`` of an order, the rest in a backorder."""
        order.with_context(skip_backorder=True, mo_ids_to_backorder=order.ids).button_mark_done()
        self._post()
        return order.production_group_id.production_ids - order

    @classmethod
    def _byproduct(cls, bom, product, quantity, output_class, cost_share=0.0):
        return cls.env["mrp.bom.byproduct"].create(
            {
                "bom_id": bom.id,
                "product_id": product.id,
                "product_qty": quantity,
                "product_uom_id": product.uom_id.id,
                "cbam_output_class": output_class,
                "cost_share": cost_share,
            }
        )

    def _order_of_screws(self, output, coil, **values):
        """An order done with untracked coil and screws."""
        return self._finish(self._order(self.screw, output, [(self.coil, coil)], **values))

    def _wizard(self, action):
        """Press the main button of a wizard that an action opened."""
        return self.env[action["res_model"]].with_context(**action["context"]).browse(action.get("res_id"))

    # -- reading the book --------------------------------------------------------------------------------------------

    def _on_hand(self, product, lot=None, installation=None):
        """``(quantity, Embedded)`` of a product (or one lot of it) at an installation."""
        site = (installation or self.installation).id
        goods = [("product_id", "=", product.id)] + ([("lot_id", "=", lot.id)] if lot is not None else [])
        into = self._lines(("place_to", "=", "stock"), *goods).filtered(
            lambda line: (line.installation_to_id or line.installation_id).id == site
        )
        out = self._lines(("place_from", "=", "stock"), ("installation_id", "=", site), *goods)
        return (
            sum(into.mapped("quantity")) - sum(out.mapped("quantity")),
            into.embedded() - out.embedded(),
        )

    def _per_unit(self, product, lot=None, installation=None):
        quantity, embedded = self._on_hand(product, lot, installation)
        return embedded.direct / quantity

    def _of(self, document, *domain):
        """Ledger lines of an order, unbuild order or transfer."""
        column = {"mrp.production": "production_id", "mrp.unbuild": "unbuild_id", "stock.picking": "picking_id"}
        if document._name == "stock.move":
            return self._lines(("move_id", "in", document.ids), *domain)
        if document._name == "stock.picking":
            return self._lines(("move_id", "in", document.move_ids.ids), *domain)
        return self._lines((column[document._name], "in", document.ids), *domain)

    def _total(self, document, kind):
        """``(quantity, direct)`` of the lines of one kind of a document."""
        lines = self._of(document, ("kind", "=", kind))
        return sum(lines.mapped("quantity")), lines.embedded().direct

    def _gaps(self, document):
        """``{(kind, severity)}`` of a document's to-dos."""
        column = {"mrp.production": "production_id", "mrp.unbuild": "unbuild_id", "stock.move": "move_id"}
        gaps = self.env["cbam.data.gap"].search([(column[document._name], "in", document.ids)])
        return {(gap.kind, gap.severity) for gap in gaps}

    def assertFigure(self, pair, quantity, direct):
        """A ``(quantity, direct)`` pair to 1 g."""
        self.assertAlmostEqual(pair[0], quantity, places=6)
        self.assertAlmostEqual(getattr(pair[1], "direct", pair[1]), direct, places=6)

    def assertBookHolds(self):
        """Double entry, idempotence, and the same stock as Odoo's."""
        self._post()
        self.assertConserved()
        self._post_everything()
        self.assertStockAgrees()

    def _post_everything(self):
        before = self._lines()
        moves = self.env["stock.move"].search([("state", "in", ("done", "cancel"))])
        self.env["cbam.posting"]._mark(
            productions=self.env["mrp.production"].search([]).ids,
            unbuilds=self.env["mrp.unbuild"].search([]).ids,
            moves=moves.ids,
        )
        self._post()
        again = self._lines() - before
        self.assertFalse(again, [(line.display_name, line.quantity, line.direct) for line in again])

    def assertStockAgrees(self):
        """Σ in - out of the book is what lies in Odoo's locations, for every product that the book has on hand."""
        self.env.flush_all()
        places = "|", ("place_from", "in", ("stock", "transit")), ("place_to", "in", ("stock", "transit"))
        for product in self._lines(*places).product_id:
            quants = self.env["stock.quant"].search([("product_id", "=", product.id)])
            for site in self.env["cbam.installation"].search([("company_id", "!=", False)]):
                inside = quants.filtered(
                    lambda q, site=site: (
                        q.location_id.usage == "internal" and q.location_id.warehouse_id.cbam_installation_id == site
                    )
                )
                booked = self._on_hand(product, installation=site)[0]
                self.assertAlmostEqual(booked, sum(inside.mapped("quantity")), 6, f"{product.name} at {site.name}")
            under_way = quants.filtered(
                lambda q: (
                    (q.location_id.usage == "internal" and not q.location_id.warehouse_id)
                    or (q.location_id.usage == "transit" and q.location_id.company_id)
                )
            )
            into = self._lines(("place_to", "=", "transit"), ("product_id", "=", product.id))
            out = self._lines(("place_from", "=", "transit"), ("product_id", "=", product.id))
            booked = sum(into.mapped("quantity")) - sum(out.mapped("quantity"))
            self.assertAlmostEqual(booked, sum(under_way.mapped("quantity")), 6, f"{product.name} in transit")
