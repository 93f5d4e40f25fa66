from datetime import date

from odoo.exceptions import UserError
from odoo.tests import new_test_user

from .workbook_common import WorkbookCase


class TestWorkbookCheckRecords(WorkbookCase):
    """One click from a checked workbook to records of specific emissions.

    The Commission's screws and nuts, as if of 2026: steel goods, so nothing of their indirect emissions is in scope.
    """

    def _screws(self, **cells):
        content = self._in_2026(self._example(4))
        return self._check(self._with_cells(content, "Summary_Products", **cells) if cells else content, "screws.xlsx")

    def _dated(self, **days):
        return self._check(self._with_cells(self._example(4), "A_InstData", **days))

    def test_one_click_makes_claimed_records_with_the_file_as_evidence(self):
        check = self._screws()
        check.operator_id = self.vendor
        action = check.action_create_records()
        records = self.env["cbam.specific.emission"].search(action["domain"], order="cn_code")
        self.assertEqual(records.mapped("cn_code"), ["73181535", "73181542"])
        alloy, carbon = records
        self.assertEqual((carbon.see_direct, carbon.see_indirect, carbon.see_indirect_scope), (2.00694, 0.4066, 0.0))
        self.assertEqual((alloy.see_direct, alloy.see_indirect, alloy.see_indirect_scope), (1.95245, 2.2788, 0.0))
        self.assertAlmostEqual(carbon.electricity, 0.606579, 6)
        self.assertEqual((carbon.default_share, carbon.indirect_default_share), (0.0, 1.0))  # grid factors
        self.assertEqual(set(records.mapped(lambda r: (r.state, r.year, r.has_sefa))), {("claimed", 2026, False)})
        self.assertEqual(records.company_id, self.company)
        self.assertIn(check.sha256, carbon.note)
        self.assertIn("Summary_Products row 10", carbon.note)
        site = records.installation_id
        self.assertEqual((site.name, site.country_id.code), ("Example Screw Production Plant", "US"))
        self.assertEqual((site.operator_id, site.unlocode), (self.vendor, "US ABC"))
        self.assertFalse(site.company_id)
        self.assertAlmostEqual(site.latitude, 16.6911279, 6)
        self.assertEqual(check.installation_id, site)
        self.assertEqual((check.record_count, check.product_ids.record_id), (2, records.sorted("id")))
        for record in records:
            self.assertEqual(record.evidence_ids.name, "screws.xlsx")
            self.assertEqual(record.evidence_ids.raw, self._in_2026(self._example(4)))
            self.assertEqual((record.evidence_ids.res_model, record.evidence_ids.res_id), (record._name, record.id))

    def test_whoever_reads_a_record_reads_its_evidence(self):
        check = self._screws()
        check.company_id = False
        check.action_create_records()
        other = self.env["res.company"].create({"name": "Other company"})
        stranger = new_test_user(
            self.env,
            "stranger",
            groups="cbam_emissions.group_cbam_user",
            company_id=other.id,
            company_ids=[(6, 0, other.ids)],
        )
        self.env.flush_all()
        record = check.product_ids[0].record_id.with_user(stranger)
        self.assertFalse(record.company_id)
        self.assertEqual(record.evidence_ids.name, "screws.xlsx")

    def test_the_values_of_receipts_do_not_change_by_a_claim(self):
        """Only verified records value what is received."""
        check = self._screws()
        check.installation_id = self.mill
        check.action_create_records()
        key = (self.mill.id, "73181542", 2026)
        self.assertEqual(self.env["cbam.specific.emission"]._verified([key], self.company), {})

    def test_cement_counts_its_indirect_emissions(self):
        check = self._check(self._in_2026(self._example(1)))
        check.action_create_records()
        record = check.product_ids.record_id
        self.assertEqual((record.see_direct, record.see_indirect), (0.78521, 0.12224))
        self.assertEqual(record.see_indirect_scope, 0.12224)
        self.assertIn("clinker factor 0.95", record.note)

    def test_no_second_time(self):
        check = self._screws()
        check.action_create_records()
        with self.assertRaisesRegex(UserError, "No product of .* is ticked that has no record yet"):
            check.action_create_records()
        with self.assertRaisesRegex(UserError, "stays: records were made from it"):
            check.unlink()
        again = self._screws()
        self.assertEqual(again.installation_id, check.installation_id)  # found by name and country
        with self.assertRaisesRegex(UserError, "There is a record of .* already: reject it first"):
            again.action_create_records()
        check.product_ids.record_id.action_reject()
        again.action_create_records()
        self.assertEqual(again.record_count, 2)

    def test_the_installation_is_found_only_where_it_is_the_only_one(self):
        site = self.env["cbam.installation"].create(
            {"name": "example screw production plant", "country_id": self.env.ref("base.us").id}
        )
        self.assertEqual(self._screws().installation_id, site)
        site.copy({"name": "Example Screw Production Plant"})
        self.assertFalse(self._screws().installation_id)
        site.country_id = self.env.ref("base.ca")
        self.assertNotEqual(self._screws().installation_id, site)

    def test_an_own_installation_keeps_its_records_in_its_company(self):
        check = self._screws()
        check.write({"installation_id": self.installation.id, "company_id": False})
        check.action_create_records()
        self.assertEqual(check.product_ids.record_id.company_id, self.company)

    def test_a_code_that_is_none(self):
        check = self._screws(F10="7318 15")
        with self.assertRaisesRegex(UserError, "row 10: 731815 is not an eight-digit CN code of the CBAM goods in"):
            check.action_create_records()
        self.assertFalse(check.record_count)
        check.product_ids[0].selected = False
        check.action_create_records()
        self.assertEqual(check.record_count, 1)

    def test_products_of_one_code_share_one_figure(self):
        check = self._screws(F11="73181542")
        with self.assertRaisesRegex(UserError, "in rows 10, 11 have the CN code 73181542 but different figures"):
            check.action_create_records()
        check.product_ids[1].selected = False
        check.action_create_records()
        self.assertEqual(check.product_ids.mapped(lambda p: bool(p.record_id)), [True, False])

    def test_four_goods_of_one_process_make_four_records(self):
        check = self._check(self._in_2026(self._example(2)))
        check.product_ids[3].selected = False
        check.action_create_records()
        self.assertEqual(len(check.product_ids.record_id), 3)
        self.assertEqual(set(check.product_ids.record_id.mapped("see_direct")), {1.53898})

    def test_periods(self):
        for days, sentence in (
            ({"I9": date(2026, 7, 1), "L9": date(2027, 6, 30)}, "The reporting period is a calendar year"),
            ({"I9": None, "L9": None}, "does not state its reporting period"),
            ({"I9": date(2026, 12, 1), "L9": date(2026, 1, 1)}, "does not state its reporting period"),
            ({"I9": date(2025, 1, 1), "L9": date(2025, 12, 31)}, "reports on 2025: no record is made of it"),
        ):
            with self.subTest(sentence), self.assertRaisesRegex(UserError, sentence):
                self._dated(**days).action_create_records()

    def test_a_workbook_without_name_or_country(self):
        for cells, sentence in (
            ({"I20": None}, "does not name its installation: choose one"),
            ({"I26": None, "S26": None}, "does not say in which country the installation is: choose one"),
        ):
            with self.subTest(sentence):
                check = self._dated(I9=date(2026, 1, 1), L9=date(2026, 12, 31), **cells)
                with self.assertRaisesRegex(UserError, sentence):
                    check.action_create_records()
                check.installation_id = self.mill
                check.action_create_records()
                self.assertEqual(check.record_count, 2)
                check.product_ids.record_id.action_reject()
