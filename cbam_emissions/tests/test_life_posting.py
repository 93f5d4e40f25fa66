from ast import literal_eval
from unittest.mock import patch

import psycopg2

from odoo.exceptions import UserError
from odoo.tests import Form, new_test_user
from odoo.tools import mute_logger

from odoo.addons.cbam_emissions.models.cbam_life_material import CbamLifeMaterial

from .life_common import FACTORS, LifeCase


class TestLifePosting(LifeCase):
    """The whole-life account posts differences beside CBAM and touches none of its figures."""

    def _cbam(self):
        """Everything of the unit book, line by line, and what orders and lots carry."""
        lines = self.env["cbam.emission.line"].search([("kind", "!=", "life")], order="id")
        names = ("kind", "place_from", "place_to", "product_id", "lot_id", "quantity", "mass", "direct")
        rows = [tuple(line[name] for name in names) for line in lines]
        order = self.env["mrp.production"].search([("product_id", "=", self.bolt.id)])
        figure = order.lot_producing_ids._cbam_figures()
        return [row[:3] + row[5:] for row in rows], order.mapped("cbam_direct"), list(figure.values())

    def test_off_posts_nothing(self):
        self.company.cbam_life_account = False
        self._receive(self.cover, 4)
        self._machine(covers=4)
        self.assertFalse(self._life())

    def test_switched_on_later_it_catches_up(self):
        self.company.cbam_life_account = False
        self._receive(self.cover, 4)
        self._machine(covers=4)
        self.company.cbam_life_account = True
        self.env["cbam.life.posting"].post("mrp.production", self.env["mrp.production"].search([]).ids)
        self.assertAlmostEqual(self._life_total(), 0.024, 9)

    def test_an_order_posts_once_and_then_differences(self):
        """4 covers of 2 kg at 3 kg per kg: 0.024 t. Net mass corrected to 2.5 kg: 0.03 t, a line of 0.006 t."""
        self._receive(self.cover, 4)
        order = self._machine(covers=4)
        (line,) = self._life()
        self.assertEqual((line.stage, line.product_id, line.life_order_id), ("material", self.cover, order))
        self.assertEqual((line.life_model, line.life_res_id, line.life_unit), ("mrp.production", order.id, "kg"))
        self.assertAlmostEqual(line.life, 0.024, 12)
        self.assertEqual(line.document_name, order.display_name)
        self.env["cbam.life.posting"].post("mrp.production", order.ids)
        self.assertEqual(self._life(), line)
        self.cover.cbam_net_mass = 2.5
        self._post()
        self.assertAlmostEqual(self._life_total(), 0.03, 12)
        self.assertAlmostEqual((self._life() - line).life, 0.006, 12)

    def test_a_missing_figure_is_incomplete_until_it_comes(self):
        self.cover.cbam_life_activity_id = False
        self._receive(self.cover, 4)
        self._machine(covers=4)
        (line,) = self._life()
        self.assertEqual((line.life, line.incomplete, line.quality), (0.0, 1, "missing"))
        self.cover.cbam_life_activity_id = self.activity["plastic"]
        self._post()
        self.assertEqual(sum(self._life().mapped("incomplete")), 0)
        self.assertAlmostEqual(self._life_total(), 0.024, 12)

    def test_figures_of_cbam_are_the_same_with_and_without(self):
        """Bolts of 1.6 t of rod at 1.5: 2.4 t; the same line by line whether the account is on or off."""
        with self.env.cr.savepoint() as without:
            self.company.cbam_life_account = False
            self._receive(self.cover, 4)
            self._machine(covers=4)
            self._finished_order()
            expected = self._cbam()
            without.rollback()
        self.env.invalidate_all()
        self.env.registry.clear_cache()
        self._receive(self.cover, 4)
        self._machine(covers=4)
        self._finished_order()
        self.assertEqual(self._cbam(), expected)
        self.assertAlmostEqual(expected[1][0], 2.4, 9)
        self.assertTrue(self._life())

    def test_lines_carry_nothing_of_cbam(self):
        self._receive(self.cover, 4)
        self._machine(covers=4)
        (line,) = self._life()
        for name in ("quantity", "mass", "functional_quantity", "direct", "indirect_total", "free_allocation"):
            self.assertEqual(line[name], 0.0, name)
        for name in ("production_id", "unbuild_id", "move_id", "installation_id", "reading_id", "process_id"):
            self.assertFalse(line[name], name)
        self.assertEqual((line.place_from, line.place_to), ("source", "life"))

    def test_every_line_of_the_unit_book_has_its_stage(self):
        self._finished_order()
        lines = self.env["cbam.emission.line"].search([("kind", "!=", "life")])
        self.assertEqual(set(lines.filtered(lambda line: line.kind == "receipt").mapped("stage")), {"material"})
        self.assertEqual(set(lines.filtered(lambda line: line.kind == "output").mapped("stage")), {"carried"})

    def test_default_views_leave_the_account_out(self):
        self._receive(self.cover, 4)
        self._machine(covers=4)
        action = self.env["ir.actions.act_window"]._for_xml_id("cbam_emissions.action_cbam_emission_line")
        self.assertFalse(self.env["cbam.emission.line"].search(literal_eval(action["domain"])) & self._life())
        own = self.env["ir.actions.act_window"]._for_xml_id("cbam_emissions.cbam_life_line_action")
        self.assertEqual(self.env["cbam.emission.line"].search(literal_eval(own["domain"])), self._life())

    def test_a_failure_stops_no_order_and_is_retried(self):
        self._receive(self.cover, 4)
        with (
            patch.object(CbamLifeMaterial, "_targets", side_effect=ValueError("broken")),
            mute_logger("odoo.addons.cbam_emissions.models.cbam_life_posting"),
        ):
            order = self._machine(covers=4)
        self.assertEqual(order.state, "done")
        gap = self.env["cbam.data.gap"].search([("life_model", "=", "mrp.production")])
        self.assertEqual((gap.life_res_id, gap.message, gap.document_name), (order.id, "broken", order.display_name))
        self.env["cbam.posting"]._retry_failed()
        self.assertAlmostEqual(self._life_total(), 0.024, 12)
        self.assertFalse(gap.exists())

    def test_the_scheduled_action_brings_everything_up_to_date(self):
        self._receive(self.cover, 4)
        self._machine(covers=4)
        self._load_factors(FACTORS.replace("kg,Plastics,3", "kg,Plastics,4"), valid_from="2026-02-01")
        self.env["cbam.life.posting"]._catch_up()
        self.assertAlmostEqual(self._life_total(), 0.032, 12)

    def test_lines_are_read_by_their_company_alone(self):
        self._receive(self.cover, 4)
        self._machine(covers=4)
        other = self.env["res.company"].create({"name": "Other company"})
        stranger = new_test_user(
            self.env,
            "stranger",
            groups="cbam_emissions.group_cbam_user",
            company_id=other.id,
            company_ids=[(6, 0, other.ids)],
        )
        self.assertFalse(self.env["cbam.emission.line"].with_user(stranger).search([("kind", "=", "life")]))
        self.assertTrue(self.env["cbam.emission.line"].with_user(self.reader).search([("kind", "=", "life")]))

    @mute_logger("odoo.sql_db")
    def test_lines_are_append_only(self):
        self._receive(self.cover, 4)
        self._machine(covers=4)
        with self.assertRaises(psycopg2.Error), self.env.cr.savepoint():
            self.env.cr.execute("UPDATE cbam_emission_line SET life = 0 WHERE kind = 'life'")

    # -- factors -----------------------------------------------------------------------------------------------------

    def test_factors_by_the_set_in_force_on_the_day(self):
        self._load_factors(FACTORS.replace("Plastics,3", "Plastics,4"), valid_from="2026-07-01")
        self._load_factors(FACTORS.replace("Plastics,3", "Plastics,9"), valid_from="2026-03-01", status="provisional")
        rates = self.env["cbam.life.factor"]
        self.assertEqual(rates._rates(["plastic"], "2026-06-30")["plastic"].kg_per_unit, 3.0)
        self.assertEqual(rates._rates(["plastic"], "2026-07-01")["plastic"].kg_per_unit, 4.0)
        self.assertEqual(rates._rates(["plastic", "unknown"], "2025-12-31"), {})

    def test_a_set_that_contradicts_an_activity_is_not_loaded(self):
        with self.assertRaisesRegex(UserError, "plastic has the column|plastic has the unit l"):
            self._load_factors(FACTORS.replace("plastic,Plastic part,material,kg", "plastic,Plastic part,material,l"))

    def test_screens_open(self):
        with Form(self.env["cbam.life.activity"].browse(self.activity["plastic"].id)) as form:
            form.name = "Plastic cover"
        self.env["res.config.settings"].create({"cbam_life_account": False}).execute()
        self.assertFalse(self.company.cbam_life_account)
        for xmlid in ("cbam_life_line_action", "cbam_life_factor_action", "cbam_life_activity_action"):
            action = self.env.ref(f"cbam_emissions.{xmlid}")
            views = [(view.view_id.id, view.view_mode) for view in action.view_ids] or [(False, "list")]
            self.env[action.res_model].get_views(views)
