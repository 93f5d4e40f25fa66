from odoo.tests import Form

from odoo.addons.cbam_procurement.tests.carbon_common import CEMENT, COIL, DEFAULTS, REBAR

from .declaration_common import DeclarationCase

#: India's rebar falls from 4.27 to 4.00, its coil rises from 4.28 to 4.40.
CORRECTED = {("IN", REBAR): 4.00, ("IN", "7208"): 4.40}


class TestDeclarationImpact(DeclarationCase):
    """A corrected data set acts retroactively: which lines of open and released declarations change, and by how much.

    100 t rebar: 4.27 · 1.1 − 1.3299 = 3.3671 becomes 4.00 · 1.1 − 1.3299 = 3.0701: −29.7 certificates; at 75.36, each
    to the cent, 23 136.27 − 25 374.47 = −EUR 2 238.20. 50 t coil: 3.37225 becomes 3.50425: +6.6 certificates,
    13 204.01 − 12 706.64 = +EUR 497.37. Cement stays.
    """

    def setUp(self):
        super().setUp()
        self._import(100)
        self._import(50, COIL, item=2)
        self._import(10, CEMENT, "CN", item=3)
        self.declaration = self._declaration()

    def _correct(self):
        self._load(
            "default_value",
            [
                {"table": "country", "country": country, "cn": cn, "route": route, "state": "value"}
                | dict.fromkeys(("direct", "total"), CORRECTED.get((country, cn), total))
                | {"raw_total": "as corrected"}
                for country, cn, _direct, total, route in DEFAULTS
            ],
        )

    def _impact(self, declaration):
        return self.env["cbam.declaration.impact"].browse(declaration.action_impact()["res_id"])

    def test_nothing_changes_without_a_correction(self):
        self.assertFalse(self._impact(self.declaration).line_ids)

    def test_two_lines_of_a_draft_change(self):
        before = self.declaration.certificates
        self._correct()
        impact = self._impact(self.declaration)
        lines = {line.cn_code: line for line in impact.line_ids}
        self.assertEqual(set(lines), {REBAR, COIL})
        self.assertAlmostEqual(lines[REBAR].certificates, -29.7, places=9)
        self.assertAlmostEqual(lines[COIL].certificates, 6.6, places=9)
        self.assertAlmostEqual(lines[REBAR].cost_eur, -2238.20, places=2)
        self.assertAlmostEqual(lines[COIL].cost_eur, 497.37, places=2)
        self.assertAlmostEqual(impact.certificates, -23.1, places=9)
        self.assertEqual(self.declaration.certificates, before, "a preview changes nothing")
        Form(impact)
        self.declaration.action_compute()
        self.assertAlmostEqual(self.declaration.certificates, before - 23.1, places=9)
        self.assertFalse(self._impact(self.declaration).line_ids)

    def test_a_released_declaration_gets_a_correction_version(self):
        self.declaration.action_release()
        before, root = self.declaration.certificates, self.declaration.root_hash
        self._correct()
        self.assertEqual(len(self._impact(self.declaration).line_ids), 2)
        self.assertEqual((self.declaration.certificates, self.declaration.root_hash), (before, root))
        self.assertEqual(self.declaration.action_compare()["params"]["type"], "success")
        second = self.declaration.begin_correction("Corrected default values")
        self.assertAlmostEqual(second.certificates, before - 23.1, places=9)

    def test_whoever_is_responsible_is_told_when_the_set_is_loaded(self):
        known = self.declaration.activity_ids
        self._correct()
        told = self.declaration.activity_ids - known
        self.assertEqual(len(told), 1)
        self.assertIn("Fixture default_value changes the declaration", told.summary)
        self.assertIn("2 lines change", told.note)
        self.assertIn("-23.100 certificates", told.note)
        self.declaration.action_compute()
        self._load("certificate_price", [self._price("2027-01-01", "2027-01-03", 80.0)])
        self.assertEqual(self.declaration.activity_ids - known, told, "what changes nothing is not told")
