"""The wizard that loads a newer official file: it shows what is wrong, then loads all or nothing."""

import base64
import io

from openpyxl import Workbook

from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, TransactionCase, new_test_user, tagged

HEADER = [
    "Product CN Code",
    "Description",
    "Default Value\n(direct emissions)",
    "Default Value\n(indirect emissions)",
    "Default Value\n(total emissions)",
]
MARKED = [
    "2026\nDefault Value\n(including mark-up)",
    "2027\n(including mark-up)",
    "2028 and onwards\n(including mark-up)",
]
ROUTE = "Underlying production route determining CBAM BM"


def workbook(header, **lines_of):
    book = Workbook()
    book.active.title = "Overview"
    book.active.append([None, "Disclaimer"])
    for country, lines in lines_of.items():
        sheet = book.create_sheet(country.replace("_", " ")[:31])
        sheet.append([country.replace("_", " ")])
        sheet.append(header)
        for line in lines:
            sheet.append(line)
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()


# the layout after IR (EU) 2026/1740: six columns, codes of ten digits, countries that were not there before
NEWER = workbook(
    [*HEADER, ROUTE],
    Liberia=[["Iron and steel"], ["7214 20 00", "Bars", 4.1, "N/A", 4.1, "(C)"]],
    India=[
        ["Cement"],
        ["2523 10 00 10", "White clinker", 1.3, 0.1, 1.4, "(B)"],
        ["2523 10 00 90", "Other clinker", 1.35, 0.1, 1.45, "(A)"],
        ["Iron and steel"],
        ["7214", "Bars", "see below", "see below", "see below", None],
        ["7214 20 00", "Bars", 4.2699, "N/A", 4.2699, "(C)"],
        ["7318 15", "Screws", "–", "N/A", "–", None],
    ],
    Other_Countries_and_Territories=[
        ["Iron and steel"],
        ["7318 15", "Screws", 4.8, "N/A", 4.8, "(C)"],
    ],
)

BROKEN = workbook(
    [*HEADER, *MARKED, ROUTE],
    India=[
        ["Iron and steel"],
        ["7214 20 00", "Bars", 4.27, "N/A", 4.27, 4.697, 5.124, 5.551, "(C)"],
        ["7318 15", "Screws", "–", "N/A", "–", 1.23, 0.14, 1.37, "(C)"],
        ["7318 16", "Nuts", 3.0, "N/A", 3.0, "#VALUE!", "#VALUE!", "#VALUE!", "(C)"],
        ["7326", "Articles", "3,1", "N/A", "3,1", 3.41, 3.72, 4.03, "(C)"],
    ],
)


class LoadCase(TransactionCase):
    """A manager with the wizard."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env.user.group_ids += cls.env.ref("cbam_emissions.group_cbam_manager")
        cls.Dataset = cls.env["cbam.dataset"]
        cls.sets_before = cls.Dataset.search([])

    def wizard(self, content, name="newer.xlsx", kind="default_value"):
        form = Form(self.env["cbam.dataset.load"])
        form.kind = kind
        form.file = base64.b64encode(content)
        form.version = "2026-08-03"
        wizard = form.save()
        wizard.file_name = name  # the upload widget fills it in
        wizard.action_check()
        return wizard

    def loaded(self):
        return self.Dataset.search([]) - self.sets_before

    def value(self, *request):
        return self.env["cbam.default.value"]._lookup([request])[request].value


@tagged("post_install", "-at_install")
class TestDatasetLoad(LoadCase):
    def test_a_newer_workbook_without_mark_up_columns_and_with_ten_digit_codes(self):
        wizard = self.wizard(NEWER)
        self.assertEqual((wizard.state, wizard.row_count, wizard.error_count, wizard.bad_count), ("checked", 6, 0, 0))
        self.assertFalse(self.loaded(), "checking loads nothing")
        wizard.legal_act = "IR (EU) 2026/1740"
        action = wizard.action_load()
        dataset = self.loaded()
        self.assertEqual(action["res_id"], dataset.id)
        self.assertEqual((dataset.row_count, dataset.status, dataset.loaded_by_id), (6, "in_force", self.env.user))
        self.assertEqual(dataset.name, "Default values 2026-08-03")
        self.assertEqual(len(dataset.sha256), 64)
        # rounded to three decimals, mark-up from the parameters: 4.270 × 1.1 = 4.697
        india = self.value("72142000", "IN", 2026)
        self.assertAlmostEqual(india.total_with_mark_up, 4.697, 12)
        self.assertEqual((india.row.raw_total, india.dataset.id), ("4.2699", dataset.id))
        self.assertTrue(india.dataset.in_force)
        self.assertEqual(self.value("72142000", "LR", 2026).total, 4.1)
        self.assertEqual(self.value("73181552", "IN", 2026).total, 4.8, "a dash takes the row of other countries")
        self.assertEqual(self.value("25231000", "IN", 2026, False, "B").total, 1.4)
        self.assertEqual(self.value("2523100090", "IN", 2026).total, 1.45)
        self.assertTrue(self.sets_before.exists(), "old sets stay")

    def test_the_wizard_shows_which_values_change(self):
        wizard = self.wizard(NEWER)
        self.assertEqual(wizard.replaced_id, self.Dataset._in_force("default_value"))
        changes = {(c.country_id.code, c.cn, c.route): c for c in wizard.change_ids}
        self.assertEqual(wizard.change_count, len(changes))
        other = changes[False, "731815", "C"]
        self.assertEqual((other.old_total, other.new_total), (4.801, 4.8))
        self.assertAlmostEqual(other.difference, -0.001, 12)
        liberia = changes["LR", "72142000", "C"]
        self.assertEqual((liberia.old_total, liberia.new_total, liberia.difference), (None, 4.1, None))
        self.assertNotIn(("IN", "72142000", "C"), changes, "4.2699 rounds to the 4.270 of the old set")

    def test_broken_rows_are_listed_one_by_one_and_nothing_is_loaded(self):
        wizard = self.wizard(BROKEN)
        self.assertEqual(
            [(f.level, f.sheet, f.line, f.cn) for f in wizard.finding_ids],
            [("bad", "India", 5, "731815"), ("bad", "India", 6, "731816"), ("bad", "India", 7, "7326")],
        )
        self.assertIn("“3,1” stands where a number is expected", wizard.finding_ids[2].why)
        wizard.legal_act = "IR (EU) 2026/1740"
        with self.assertRaisesRegex(UserError, "Nothing is loaded: 3 rows carry no figure, the first is India row 5"):
            wizard.action_load()
        self.assertFalse(self.loaded())

    def test_a_set_with_accepted_bad_rows_is_loaded_whole_and_the_rows_carry_no_figure(self):
        wizard = self.wizard(BROKEN)
        wizard.write({"legal_act": "IR (EU) 2026/1740", "accept_bad": True})
        wizard.action_load()
        dataset = self.loaded()
        self.assertEqual((dataset.row_count, len(dataset.finding_ids)), (4, 3))
        self.assertEqual(self.value("72142000", "IN", 2026).total, 4.27)
        request = ("73181552", "IN", 2026)
        answer = self.env["cbam.default.value"]._lookup([request])[request]
        self.assertIn("sheet India, row 5", answer.reason)

    def test_rows_whose_place_is_unknown_can_never_be_loaded(self):
        content = workbook([*HEADER, ROUTE], Atlantis=[["7214 20 00", "Bars", 4.1, "N/A", 4.1, "(C)"]])
        wizard = self.wizard(content)
        self.assertEqual((wizard.error_count, wizard.row_count), (1, 0))
        wizard.write({"legal_act": "Test", "accept_bad": True})
        with self.assertRaisesRegex(UserError, "Atlantis row 1: “Atlantis” is not a country"):
            wizard.action_load()
        self.assertFalse(self.loaded())

    def test_a_file_that_is_no_workbook_is_one_sentence(self):
        for content, message in ((b"PK broken", "not an Excel workbook"), (b"%PDF-1.7", "not an Excel workbook")):
            with self.assertRaisesRegex(UserError, message):
                self.wizard(content)
        with self.assertRaisesRegex(UserError, "loaded from a CSV file"):
            self.wizard(NEWER, kind="cn_code")
        self.assertFalse(self.loaded())

    def test_act_and_beginning_are_needed(self):
        with self.assertRaisesRegex(UserError, "fill in Legal Act"):
            self.wizard(NEWER).action_load()

    def test_our_own_tables_are_loaded_by_the_same_wizard(self):
        wizard = self.wizard(b"use,country,factor\nconsumption,CN,0.6\n", "grid.csv", "grid_factor")
        wizard.legal_act = "IR (EU) 2025/2621 Annex II"
        wizard.action_load()
        self.assertEqual(self.env["cbam.grid.factor"]._lookup(["CN"])["CN"].factor, 0.6)

    def test_a_table_with_bad_cells_lists_each_and_loads_nothing(self):
        text = (
            b"date_from,date_to,price\n2026-10-01,2026-12-31,80\n2027-01-01,2027-01-07,n/a\n2027-02-30,2027-03-01,80\n"
        )
        wizard = self.wizard(text, "prices.csv", "certificate_price")
        self.assertEqual([(f.level, f.line) for f in wizard.finding_ids], [("error", 3), ("error", 4)])
        wizard.legal_act = "IR (EU) 2025/2548"
        with self.assertRaisesRegex(UserError, "2 rows cannot be read, the first is prices.csv row 3"):
            wizard.action_load()
        self.assertFalse(self.loaded())

    def test_a_code_without_a_known_category_is_refused(self):
        text = (
            b"code,description,category,sector,gases,annex_ii,functional_unit\n"
            b"83024900,Fittings,fittings,iron_steel,CO2,1,t\n"
        )
        wizard = self.wizard(text, "codes.csv", "cn_code")
        wizard.legal_act = "Test act"
        with self.assertRaisesRegex(UserError, "83024900 has the goods category fittings, which does not exist"):
            wizard.action_load()
        self.assertFalse(self.loaded())

    def test_the_file_can_be_chosen_again(self):
        wizard = self.wizard(BROKEN)
        wizard.action_back()
        self.assertEqual(wizard.state, "file")
        wizard.file = base64.b64encode(NEWER)
        wizard.action_check()
        self.assertEqual((wizard.bad_count, len(wizard.finding_ids)), (0, 0))

    def test_who_may_load_and_who_may_look(self):
        user, manager, verifier = (
            new_test_user(self.env, f"cbam_{role}", groups=f"cbam_emissions.group_cbam_{role}")
            for role in ("user", "manager", "verifier")
        )
        plain = new_test_user(self.env, "cbam_none", groups="base.group_user")
        row_models = {dataset._row_model() for dataset in self.sets_before} | {"cbam.dataset", "cbam.dataset.finding"}
        for reader in (user, manager, verifier):
            for model in row_models:
                self.assertTrue(self.env[model].with_user(reader).search([], limit=1), model)
        for model in row_models:
            with self.assertRaises(AccessError):
                self.env[model].with_user(plain).search([], limit=1)
        for reader in (user, verifier, plain):
            with self.assertRaises(AccessError):
                self.env["cbam.dataset.load"].with_user(reader).create({"file": base64.b64encode(NEWER)})
            with self.assertRaises(AccessError):
                self.sets_before[:1].with_user(reader).write({"status": "proposed"})
        wizard = self.env["cbam.dataset.load"].with_user(manager)
        wizard = wizard.create({"file": base64.b64encode(NEWER), "file_name": "newer.xlsx", "legal_act": "Act"})
        wizard.action_load()
        self.assertEqual(self.loaded().loaded_by_id, manager)
        self.assertEqual(self.loaded().with_user(manager).row_count, 6)

    def test_look_ups_serve_users_without_access_to_the_data(self):
        """A person on the shop floor has no CBAM group; what is posted for its orders needs the figures."""
        worker = new_test_user(self.env, "cbam_worker", groups="base.group_user")
        env = self.env(user=worker)
        request = ("72142000", "IN", 2026)
        self.assertEqual(env["cbam.default.value"]._lookup([request])[request].value.total, 4.27)
        self.assertEqual(env["cbam.benchmark"]._lookup([("72142000", "B", "C", 2026)]).popitem()[1].value, 1.364)
        self.assertEqual(len(env["cbam.dataset"]._cn_index()), 571)
        self.assertTrue(self.env.ref("base.ch").with_user(worker)._cbam_is_exempt())

    def test_a_manager_corrects_status_end_and_note_only(self):
        dataset = self.Dataset._in_force("benchmark")
        dataset.write({"status": "superseded", "valid_to": "2026-12-31", "note": "Replaced."})
        with self.assertRaises(UserError):
            dataset.write({"finding_ids": [Command.clear()]})
