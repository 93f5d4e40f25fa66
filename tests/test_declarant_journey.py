import base64

from odoo.tests import new_test_user

from odoo.addons.cbam_procurement.tests.carbon_common import REBAR
from odoo.addons.cbam_reports.tests.declaration_common import DeclarationCase


class TestDeclarantJourney(DeclarationCase):
    """From an order to surrendered certificates, as the CBAM manager of the importer does it."""

    def test_from_receipts_to_a_declaration(self):
        """60 t ordered, received as 40 + 20 t; customs weighs 39.99 + 19.99 = 59.98 t on 12 May 2026.

        59.98 · 1.5 = 89.97 certificates; at 75.28 of the second quarter EUR 6 772.94.
        """
        manager = new_test_user(
            self.env,
            "declarant",
            groups="cbam_emissions.group_cbam_manager",
            company_id=self.company.id,
            company_ids=[(6, 0, self.company.ids)],
        )
        self._attach(self.record)
        order = self._confirmed((self.rebar, 60), arrival="2026-05-10")
        self._receive(order, 40, day="2026-05-11")
        self.assertEqual(self._receive(order, 20, day="2026-05-11").mapped("net_mass"), [40.0, 20.0])
        env = self.env(user=manager)
        rows = [
            "MRN;Item;Customs Date;CN Code;Origin;Net Mass (kg);Order",
            f"26DE00000000000001;1;2026-05-12;{REBAR};IN;39990;{order.name}",
            f"26DE00000000000001;2;2026-05-12;{REBAR};IN;19990;{order.name}",
        ]
        file = env["cbam.import.file"].create(
            {"file": base64.b64encode("\n".join(rows).encode()), "file_name": "customs.csv"}
        )
        file.action_check()
        self.assertEqual((file.completed_count, file.error_count), (2, 0))
        file.action_import()
        env["cbam.declaration"].sudo()._prepare_all()
        declaration = env["cbam.declaration"].search([("company_id", "=", self.company.id)])
        self.assertEqual((declaration.year, declaration.user_id), (2026, manager))
        declaration.action_compute()
        self.assertFalse(declaration.blocker_ids)
        self.assertAlmostEqual(declaration.certificates, 89.97, places=9)
        self.assertEqual(declaration.cost_eur, 6772.94)
        declaration.action_release()
        purchase = env["cbam.certificate.move"].create({"quantity": 100, "price": 75.28, "year": 2026})
        purchase.action_book()
        declaration.action_surrender()
        self.assertAlmostEqual(purchase.remaining, 10.03, places=9)
        self.assertEqual(declaration.to_surrender, 0.0)
        # the certificates are followed to the receipts that they are owed for
        pickings = declaration.line_ids.import_ids.picking_id
        self.assertEqual(pickings, order.picking_ids)
        reconciled = env["cbam.import.reconciliation"].search([("order_id", "=", order.id)])
        self.assertEqual((reconciled.state, round(reconciled.difference, 6)), ("different", -0.02))
