from odoo.modules.module import get_manifest
from odoo.tests import TransactionCase, tagged


@tagged("post_install", "-at_install")
class TestUmbrella(TransactionCase):
    def test_the_umbrella_and_all_it_depends_on_are_installed(self):
        """The repository itself is the module `cbam`; installing it installs the suite."""
        names = ["cbam", *get_manifest("cbam")["depends"]]
        modules = self.env["ir.module.module"].search([("name", "in", names)])
        self.assertEqual({module.name: module.state for module in modules}, dict.fromkeys(names, "installed"))
