"""The regulatory data that are shipped, and the look-ups that everything else calls."""

from datetime import date

from psycopg2 import IntegrityError

from odoo.exceptions import UserError
from odoo.tests import TransactionCase, tagged
from odoo.tools import mute_logger

from odoo.addons.cbam_emissions.engine.datasets import DETERMINED, MISSING, UNDETERMINED
from odoo.addons.cbam_emissions.engine.regulatory import tables

GRID = b"""use,country,factor,reference
consumption,CN,0.601,sample
consumption,,0.465,sample
import,,0.612,sample
"""


@tagged("post_install", "-at_install")
class TestDatasetLookup(TransactionCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.Dataset = cls.env["cbam.dataset"]
        cls.loader = cls.env["cbam.dataset.loader"]

    def load(self, kind, content, **values):
        values = {"name": "Test set", "legal_act": "Test act", "valid_from": date(2026, 1, 1), **values}
        return self.loader._load(tables.parse(kind, content, "test.csv"), values)

    def test_every_shipped_set_is_there_once_with_all_its_rows(self):
        counts = {(s.kind, s.status): s.row_count for s in self.Dataset.search([("file_name", "!=", "test.csv")])}
        self.assertEqual(
            counts,
            {
                ("cn_code", "in_force"): 571,
                ("goods_category", "in_force"): 20,
                ("default_value", "superseded"): 11663,
                ("default_value_annex_iv", "superseded"): 258,
                ("benchmark", "in_force"): 2465,
                ("standard_factor", "in_force"): 106,
                ("parameter", "in_force"): 32,
                ("certificate_price", "in_force"): 2,
                ("certificate_price", "provisional"): 1,
            },
        )
        for dataset in self.Dataset.search([]):
            rows = self.env[dataset._row_model()].search_count([("dataset_id", "=", dataset.id)])
            self.assertEqual(rows, dataset.row_count, dataset.name)
            self.assertEqual(len(dataset.sha256), 64)
            self.assertTrue(dataset.legal_act and dataset.loaded_on and dataset.loaded_by_id)

    def test_loading_what_is_shipped_again_changes_nothing(self):
        before = self.Dataset.search([])
        self.loader._load_shipped()
        self.assertEqual(self.Dataset.search([]), before)

    def test_known_defects_are_listed_with_their_set(self):
        dataset = self.Dataset._in_force("default_value")
        self.assertIn("2026/1740", dataset.note)
        bad = dataset.finding_ids.filtered(lambda f: f.level == "bad")
        self.assertEqual(
            sorted((f.sheet, f.line, f.cn) for f in bad),
            [
                ("Albania", 7, "25232100"),
                ("Angola", 6, "25231000"),
                ("Angola", 8, "25232900"),
                ("Angola", 10, "25239000"),
                ("Argentina", 6, "25231000"),
                ("Argentina", 8, "25232900"),
                ("Chile", 224, "73061100"),
                ("Mali", 43, "28041000"),
                ("Taiwan", 126, "7218"),
                ("Taiwan", 139, "721922"),
                ("Taiwan", 145, "721934"),
                ("Taiwan", 151, "722020"),
                ("Taiwan", 153, "7221"),
            ],
        )
        self.assertEqual(dataset.finding_count, len(dataset.finding_ids))
        mali = self.env["cbam.default.value"].search([("sheet", "=", "Mali"), ("cn", "=", "28041000")])
        self.assertEqual((mali.state, mali.total, mali.raw_total), ("defective", None, "0"))

    def test_a_figure_that_is_missing_reads_as_none_and_shows_as_an_empty_cell(self):
        Row = self.env["cbam.default.value"]
        dash = Row.search([("state", "=", "no_value")], limit=1)
        self.assertIsNone(dash.total)
        self.assertIs(dash.read(["total"])[0]["total"], False)
        self.assertIs(dash.web_read({"total": {}})[0]["total"], False)
        self.assertEqual(Row.search_count([("total", "=", False)]), 739)
        hydrogen = Row.search([("cn", "=", "28041000"), ("country_id.code", "=", "CN"), ("table", "=", "country")])
        self.assertEqual((hydrogen.total, hydrogen.indirect), (26.64, None))

    def test_the_index_of_codes_answers_for_codes_of_four_to_ten_digits(self):
        index = self.Dataset._cn_index()
        self.assertEqual(len(index), 571)
        self.assertEqual(index.match("7318 15 52").category, "iron_steel_products")
        self.assertEqual(index.match("7318155290").cn8, "73181552")
        self.assertTrue(index.match("7202").ambiguous)
        self.assertIsNone(index.match("84314980"))
        self.assertIs(self.Dataset._cn_index(), index, "the index is kept until data are loaded")

    def test_default_values(self):
        found = self.env["cbam.default.value"]._lookup(
            [
                ("7214 20 00", "IN", 2026),
                ("28080000", "AL", 2026, False),
                ("25231000", "TR", 2026, False, "A"),
                ("25231000", "TR", 2026),
                ("28041000", "ML", 2026),
                ("72142000", None, 2026, True),
                ("72142000", None, 2026),
                ("72142000", "IN", None),
            ]
        )
        india, albania, turkey, white_or_grey, mali, unknown, nowhere, plain = found.values()
        # 4.27 × 1.1 and 2.76 × 1.01; Türkiye has a dash, so the row of other countries counts
        self.assertAlmostEqual(india.value.total_with_mark_up, 4.697, 12)
        self.assertAlmostEqual(albania.value.total_with_mark_up, 2.7876, 12)
        self.assertEqual((turkey.value.total, turkey.value.fallback, turkey.value.route), (1.41, True, "A"))
        self.assertEqual((white_or_grey.status, white_or_grey.highest.total), (UNDETERMINED, 1.41))
        self.assertEqual(mali.status, MISSING)
        self.assertIn("sheet Mali, row 43", mali.reason)
        self.assertEqual((unknown.value.total, unknown.value.row.table), (8.23, "annex_iv"))
        self.assertEqual(nowhere.status, MISSING)
        self.assertEqual((plain.value.mark_up, plain.value.total_with_mark_up), (None, 4.27))
        self.assertEqual(india.value.dataset.id, self.Dataset._in_force("default_value").id)
        self.assertFalse(india.value.dataset.in_force)
        self.assertIn("data set superseded", india.value.trace)

    def test_a_superseded_set_answers_only_while_no_other_does(self):
        old = self.Dataset._in_force("default_value")
        self.assertEqual(old.status, "superseded")
        text = b"table,country,cn,route,state,direct,total,raw_total\ncountry,IN,72142000,C,value,4.2,4.2,4.2\n"
        proposed = self.load("default_value", text, status="proposed")
        self.assertEqual(self.Dataset._in_force("default_value"), old)
        new = self.load("default_value", text, status="in_force")
        self.assertEqual(self.Dataset._in_force("default_value"), new)
        value = self.env["cbam.default.value"]._lookup([("72142000", "IN", 2026)])["72142000", "IN", 2026].value
        self.assertEqual((value.total, value.dataset.in_force), (4.2, True))
        self.assertEqual((old.status, proposed.status), ("superseded", "proposed"), "old sets stay")

    def test_a_newer_set_ends_the_older_one_where_it_begins(self):
        old = self.Dataset._in_force("benchmark", date(2026, 6, 1))
        text = b"cn,column,route,period,value\n72142000,B,C,,1.3\n"
        new = self.load("benchmark", text, valid_from=date(2027, 1, 1))
        self.assertEqual((old.status, old.valid_to), ("in_force", date(2026, 12, 31)))
        lookup = self.env["cbam.benchmark"]._lookup([("72142000", "B", "C", year) for year in (2026, 2027)])
        self.assertEqual([result.value for result in lookup.values()], [1.364, 1.3])
        again = self.load("benchmark", text, valid_from=date(2027, 1, 1))
        self.assertEqual((new.status, self.Dataset._in_force("benchmark", "2027-05-01")), ("superseded", again))

    def test_benchmarks(self):
        found = self.env["cbam.benchmark"]._lookup(
            [
                ("72142000", "B", "C", 2026),
                ("73181552", "B", None, 2028),
                ("72241010", "B", "C/F", 2026),
                ("72052100", "B", "C", 2026),
                ("25232900", "A", None, 2026),
                ("72142000", "B", "C", 2031),
            ]
        )
        self.assertEqual([r.value for r in found.values()], [1.364, 1.116, 1.807, None, 0.0, None])
        undetermined, last = list(found.values())[3], list(found.values())[5]
        self.assertEqual((undetermined.status, undetermined.lowest), (UNDETERMINED, 0.328))
        self.assertEqual((last.status, last.lowest), (MISSING, None))

    def test_look_ups_cost_the_same_for_many_requests_as_for_few(self):
        codes = [good.code for good in self.Dataset._cn_index()]
        countries = ("CN", "IN", "TR", "US", "XK")

        def queries(lookup, requests):
            self.env.invalidate_all()
            start = self.env.cr.sql_log_count
            found = lookup(requests)
            self.assertEqual(len(found), len(requests))
            return self.env.cr.sql_log_count - start

        def defaults(number):
            return [(codes[n], countries[n % 5], 2026, n % 7 == 0) for n in range(number)]

        def benchmarks(number):
            return [(codes[n], "AB"[n % 2], "C", 2026) for n in range(number)]

        for lookup, requests in (
            (self.env["cbam.default.value"]._lookup, defaults),
            (self.env["cbam.benchmark"]._lookup, benchmarks),
        ):
            lookup(requests(500))  # what is cached is cached
            few, many = queries(lookup, requests(10)), queries(lookup, requests(500))
            self.assertEqual(few, many)
            self.assertLessEqual(many, 6)

    def test_parameters_of_a_year(self):
        value = self.env["cbam.parameter"]._value
        self.assertEqual(value("mark_up", 2026, "cement"), 0.1)
        self.assertEqual(value("mark_up", 2035, "iron_steel"), 0.3)
        self.assertIsNone(value("mark_up", 2026, "electricity"))
        self.assertEqual((value("cbam_factor", 2026), value("cbam_factor", 2050)), (0.975, 0.0))
        self.assertEqual((value("cscf", 2030), value("cscf", 2031)), (1.0, None))

    def test_parameter_sets_complement_each_other_and_the_newest_answers(self):
        value = self.env["cbam.parameter"]._value
        text = b"parameter,key,year_from,year_to,value,reference\ncscf,,2026,2031,0.97,Test act\n"
        new = self.load("parameter", text, valid_from=date(2026, 8, 1))
        self.assertEqual((value("cscf", 2026), value("cscf", 2031)), (0.97, 0.97))
        self.assertEqual(value("cbam_factor", 2026), 0.975)
        new.status = "proposed"
        self.assertEqual((value("cscf", 2026), value("cscf", 2031)), (1.0, None))

    def test_exempt_countries_are_the_union_and_those_of_annex_iii(self):
        codes = self.env["res.country"]._cbam_exempt_codes(2026)
        self.assertEqual(len(codes), 27 + 4)
        for code, exempt in (("DE", True), ("CH", True), ("NO", True), ("GB", False), ("TR", False), ("CN", False)):
            country = self.env["res.country"].search([("code", "=", code)])
            self.assertIs(country._cbam_is_exempt(), exempt, code)
        self.env.ref("base.europe").country_ids -= self.env.ref("base.de")
        self.assertFalse(self.env.ref("base.de")._cbam_is_exempt())

    def test_a_published_price_counts_before_a_provisional_one(self):
        price = self.env["cbam.certificate.price"]._for_date
        self.assertEqual(price(date(2026, 3, 31)).price, 75.36)
        self.assertEqual(
            (price(date(2026, 9, 1)).price, price(date(2026, 9, 1)).dataset_status), (82.32, "provisional")
        )
        self.assertFalse(price(date(2026, 10, 1)))
        self.load("certificate_price", b"date_from,date_to,price\n2026-07-01,2026-09-30,82.30\n")
        self.assertEqual(price(date(2026, 9, 1)).price, 82.3)

    def test_grid_factors_are_not_shipped_and_fall_back_to_other_countries(self):
        lookup = self.env["cbam.grid.factor"]._lookup
        self.assertEqual(lookup(["CN"])["CN"].status, MISSING)
        self.load("grid_factor", GRID, name="Sample")
        found = lookup(["CN", "IN"])
        self.assertEqual((found["CN"].factor, found["CN"].fallback), (0.601, False))
        self.assertEqual((found["IN"].factor, found["IN"].fallback), (0.465, True))
        self.assertEqual(lookup(["IN"], "import")["IN"].factor, 0.612)
        self.assertEqual(found["IN"].dataset.name, "Sample")
        self.assertEqual(lookup(["IN"])["IN"].status, DETERMINED)

    def test_rows_of_a_loaded_set_do_not_change(self):
        row = self.env["cbam.default.value"].search([], limit=1)
        for act in (lambda: row.write({"total": 1.0}), row.unlink, lambda: row.copy()):
            with self.assertRaises(UserError):
                act()
        with self.assertRaisesRegex(UserError, "only its name, status, end and note"):
            row.dataset_id.valid_from = date(2025, 1, 1)

    def test_an_unused_set_is_deleted_with_its_rows_and_the_categories_never(self):
        dataset = self.load("grid_factor", GRID)
        dataset.unlink()
        self.assertFalse(self.env["cbam.grid.factor"].search([]))
        with self.assertRaisesRegex(UserError, "fixed by the act"):
            self.Dataset._in_force("goods_category").unlink()

    def test_a_product_follows_a_new_list_of_codes(self):
        product = self.env["product.template"].create({"name": "Bracket", "cbam_cn_code": "83024900"})
        self.assertFalse(product.cbam_annex_ii)
        text = (
            b"code,description,category,sector,gases,annex_ii,functional_unit\n"
            b"83024900,Fittings,iron_steel_products,iron_steel,CO2,1,t\n"
        )
        self.load("cn_code", text)
        self.assertTrue(product.cbam_annex_ii)

    @mute_logger("odoo.sql_db")
    def test_a_row_cannot_point_to_a_set_that_is_gone(self):
        dataset = self.load("grid_factor", GRID)
        with self.assertRaises(IntegrityError), self.env.cr.savepoint():
            self.env.cr.execute("DELETE FROM cbam_dataset WHERE id = %s", [dataset.id])
