from lxml import etree

from odoo.tests import Form, TransactionCase, new_test_user, tagged

GROUPS = "cbam_emissions.group_cbam_manager,purchase.group_purchase_manager,stock.group_stock_manager"


@tagged("post_install", "-at_install")
class TestScreens(TransactionCase):
    """Every screen of the suite opens: a new record, empty as a user finds it."""

    def test_every_form_opens_with_a_new_record(self):
        user = new_test_user(self.env, "screens", groups=GROUPS)
        actions = self.env["ir.actions.act_window"].search([("res_model", "=like", "cbam.%")])
        opened = set()
        for action in actions:
            model = self.env[action.res_model].with_user(user)
            views = {mode.strip() for mode in (action.view_mode or "").split(",")}
            if "form" not in views or not model.has_access("create"):
                continue
            if etree.fromstring(model.get_view(view_type="form")["arch"]).get("create") == "0":
                continue  # made by what people do elsewhere, no form of theirs makes one
            with self.subTest(action=action.name, model=action.res_model):
                Form(model)
                opened.add(action.res_model)
        self.assertIn("cbam.measured.source", opened)
        self.assertGreater(len(opened), 25)

    def test_a_figure_that_may_be_missing_has_the_widget_that_can_empty_it(self):
        """With Odoo's own widget whoever empties a figure enters 0."""
        views = self.env["cbam.pfc.row"].get_views([(False, "form"), (False, "list"), (False, "search")])["views"]
        for kind, name in (("form", "duration"), ("form", "aluminium"), ("list", "cf4")):
            [node] = etree.fromstring(views[kind]["arch"]).xpath(f"//field[@name='{name}']")
            self.assertEqual(node.get("widget"), "cbam_optional", name)
        share = self.env["cbam.statement.good"].get_views([(False, "list")])["views"]["list"]["arch"]
        [node] = etree.fromstring(share).xpath("//field[@name='default_share']")
        self.assertEqual(node.get("widget"), "cbam_optional_percentage")
