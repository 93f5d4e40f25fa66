from odoo.exceptions import AccessError
from odoo.tests import Form, HttpCase, tagged

from .life_common import LifeCase


class PassportCase(LifeCase):
    """Two machines, in tCO2e; the rod embeds 1.5 direct and 0.4 indirect per tonne.

    ====  ================  ==========================  ========================  =======
    \\     rod, CBAM         frames, 20 kg at 8 kg/kg    2 covers, 2 kg at 3 kg/kg  total
    ====  ================  ==========================  ========================  =======
    M-1   0.5 · 1.9 = 0.95  3 · 0.16 = 0.48             0.012                     1.442
    M-2   0.5 · 1.9 = 0.95  4 · 0.16 = 0.64             0.012                     1.602
    ====  ================  ==========================  ========================  =======
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.rod.tracking = "lot"

    def setUp(self):
        super().setUp()
        self._receive(self.rod, 5, self.heat)
        self.frames = self._lot(self.frame, "F-1")
        self._receive(self.frame, 10, self.frames)
        self._receive(self.cover, 10)
        self.first, self.second = (
            self._machine(serial, [(self.frames, count)], covers=2.0, rod=0.5, rod_lot=self.heat).lot_producing_ids
            for serial, count in (("M-1", 3.0), ("M-2", 4.0))
        )
        self._post()
        self.env.flush_all()


class TestPassportScreen(PassportCase):
    """What the page *Carbon Passport* gets, and who gets it."""

    def test_the_page_gets_what_was_worked_by_hand(self):
        passport = self.first.with_user(self.reader).cbam_passport()
        self.assertAlmostEqual(passport["cbam_total"], 0.95, places=9)
        self.assertAlmostEqual(passport["life_total"], 0.492, places=9)
        self.assertAlmostEqual(passport["total"], 1.442, places=9)
        self.assertAlmostEqual(sum(stage["total"] for stage in passport["stages"]), passport["total"], places=9)
        self.assertEqual(passport["incomplete"], [])
        fleet = self.first.with_user(self.reader).cbam_passport_fleet()
        self.assertEqual([row["name"] for row in fleet["sisters"]], ["M-2"])
        real = {row["stage"]: row["total"] for row in passport["stages"]}
        other = self.env["cbam.life.passport"].of(self.second)[self.second.id].stages
        for stage, mean in fleet["stages"].items():
            self.assertAlmostEqual(mean, (real[stage] + (other[stage].total if stage in other else 0.0)) / 2, 12)
        self.assertEqual(passport["quality_labels"]["missing"], "Missing")

    def test_the_comparison(self):
        found = self.first.with_user(self.reader).cbam_compare_passports(self.second.id)
        self.assertAlmostEqual(found["difference"], 0.16, places=9)
        self.assertEqual(set(found["labels"]), set(found["dimensions"]))
        for rows in found["dimensions"].values():
            self.assertAlmostEqual(sum(row["difference"] for row in rows), 0.16, places=9)
        self.assertIn("Frame", found["dimensions"]["component"][0]["label"])

    def test_whoever_may_not_read_the_ledger_gets_nothing(self):
        self.assertFalse(self.first.with_user(self.worker).cbam_has_passport)
        for method, arguments in (("cbam_passport", ()), ("cbam_compare_passports", (self.second.id,))):
            with self.assertRaises(AccessError):
                getattr(self.first.with_user(self.worker), method)(*arguments)

    def test_the_page_is_there_only_where_the_account_is_kept(self):
        self.assertTrue(self.first.with_user(self.reader).cbam_has_passport)
        self.assertFalse(self.frames.with_user(self.reader).cbam_has_passport, "bought, not made")
        self.company.cbam_life_account = False
        self.env.invalidate_all()
        self.assertFalse(self.first.with_user(self.reader).cbam_has_passport)
        Form(self.first.with_user(self.worker))


@tagged("post_install", "-at_install")
class TestPassportTour(PassportCase, HttpCase):
    def test_passport_and_comparison_in_the_browser(self):
        self.start_tour(f"/odoo/stock.lot/{self.first.id}", "cbam_passport_tour", login="reader")
