from odoo.addons.cbam_emissions.engine.certificates import Basis
from odoo.addons.cbam_emissions.models.cbam_import_valuation import EXEMPT, GOOD, NOT_CBAM, UNCLEAR, ImportedGood

from .common import CbamCase

ROD, SCREW = "72131000", "73181542"


class TestImportValuation(CbamCase):
    """What a tonne of imported goods owes: the record of the installation, and the default value of the origin."""

    def _good(self, **values):
        standard = {
            "company_id": self.company.id,
            "cn_code": ROD,
            "origin_id": self.country.id,
            "installation_id": self.mill.id,
            "year": 2026,
            "period": 2026,
        }
        return ImportedGood(**{**standard, **values})

    def _value(self, **values):
        good = self._good(**values)
        return self.env["cbam.import.valuation"].valuations([good])[good]

    def _claim(self, **values):
        standard = {"installation_id": self.mill.id, "cn_code": ROD, "year": 2026, "see_direct": 2.0}
        return self.env["cbam.specific.emission"].create({**standard, **values})

    def test_a_verified_record_of_the_period(self):
        record = self._verified_record(self.mill, ROD, 1.5, indirect=0.4, scope=0.1, has_sefa=True, sefa=1.2)
        value = self._value()
        self.assertEqual((value.outcome, value.record_id), (GOOD, record.id))
        self.assertEqual((value.actual.basis, value.actual.see.value), (Basis.VERIFIED, 1.6))
        self.assertEqual(value.actual.sefa.value, 1.2)
        self.assertIn("VR-1", value.actual.see.source)

    def test_a_claim(self):
        self._claim(has_sefa=True, sefa=0.0)
        value = self._value()
        self.assertEqual((value.actual.basis, value.actual.see.value, value.actual.sefa.value), (Basis.CLAIMED, 2.0, 0))

    def test_rejected_and_superseded_records_and_those_of_others_do_not_count(self):
        self._claim().action_reject()
        self._claim(company_id=self.env["res.company"].create({"name": "Other"}).id)
        self._claim(
            installation_id=self.env["cbam.installation"]
            .create({"name": "Another mill", "country_id": self.country.id})
            .id
        )
        self._claim(year=2027)
        self.assertIsNone(self._value().actual)

    def test_a_report_of_an_earlier_period_is_a_claim_that_needs_evidence(self):
        self._verified_record(self.mill, ROD, 1.5, has_sefa=True, sefa=1.2)
        value = self._value(year=2027, period=2027)
        self.assertEqual(value.actual.basis, Basis.CLAIMED)
        self.assertIn("produced in 2026", value.actual.see.note)
        proven = self._value(year=2027, period=2026)
        self.assertEqual((proven.actual.basis, proven.actual.see.note), (Basis.VERIFIED, ""))

    def test_a_claim_of_the_period_counts_before_an_older_report(self):
        self._verified_record(self.mill, ROD, 1.5)
        self._claim(year=2027, see_direct=1.8)
        self.assertEqual(self._value(year=2027, period=2027).actual.see.value, 1.8)

    def test_a_record_without_free_allocation_is_estimated_by_its_process_and_says_so(self):
        """Column A of 7213 10 00 times 0.975 times 1."""
        self._verified_record(self.mill, ROD, 1.5)
        [benchmark] = self.env["cbam.benchmark"]._lookup([(ROD, "A", None, 2026)]).values()
        sefa = self._value().actual.sefa
        self.assertAlmostEqual(sefa.value, 0.975 * benchmark.value, places=12)
        self.assertIn("without precursors", sefa.note)

    def test_the_default_value_is_that_of_the_origin_not_of_the_production(self):
        """The mill is in India, the goods originate in China: its total · 1.1, less 0.975 · column B of its route."""
        value = self._value(origin_id=self.env.ref("base.cn").id)
        [default] = self.env["cbam.default.value"]._lookup([(ROD, "CN", 2026)]).values()
        [benchmark] = self.env["cbam.benchmark"]._lookup([(ROD, "B", default.value.route, 2026)]).values()
        self.assertAlmostEqual(value.default.see.value, default.value.total * 1.1, places=12)
        self.assertAlmostEqual(value.default.sefa.value, 0.975 * benchmark.value, places=12)
        self.assertIn("country CN", value.default.see.source)
        self.assertIn("CBAM factor 0.975", value.default.sefa.source)

    def test_shipped_default_values_say_that_they_are_superseded(self):
        self.assertIn("superseded", self._value().default.see.note)

    def test_the_mark_up_of_the_year_of_import(self):
        first, second = (self._value(year=year, period=year).default.see.value for year in (2026, 2027))
        self.assertAlmostEqual(second / first, 1.2 / 1.1, places=9)

    def test_an_unknown_origin_has_no_default_value(self):
        default = self._value(origin_id=None).default
        self.assertIsNone(default.see.value)
        self.assertIn("country of origin", default.see.source)

    def test_what_owes_nothing(self):
        for values, outcome in (
            ({"origin_id": self.env.ref("base.de").id}, EXEMPT),
            ({"origin_id": self.env.ref("base.ch").id}, EXEMPT),
            ({"cn_code": "84879090"}, NOT_CBAM),
            ({"cn_code": None}, NOT_CBAM),
            ({"cn_code": "7202"}, UNCLEAR),
        ):
            self.assertEqual(self._value(**values).outcome, outcome, values)

    def test_factors_that_are_not_laid_down_are_missing(self):
        """There are no benchmarks for 2031."""
        sefa = self._value(year=2031, period=2031).default.sefa
        self.assertIsNone(sefa.value)
        self.assertIn("No benchmark", sefa.source)

    def test_the_range_of_nitrogen_decides_on_the_record(self):
        urea = "31021012"
        self._claim(cn_code=urea, composition="45-47", see_direct=1.1)
        self._claim(cn_code=urea, composition="30-35", see_direct=0.8)
        value = self._value(cn_code=urea, composition="45-47")
        self.assertEqual((value.actual.see.value, value.functional_unit), (1.1, "kg_n"))
        self.assertIsNone(self._value(cn_code=urea).actual)

    def test_queries_do_not_grow_with_the_goods(self):
        mills = self.env["cbam.installation"].create(
            [{"name": f"Mill {number}", "country_id": self.country.id} for number in range(30)]
        )
        for mill in mills:
            self._claim(installation_id=mill.id)
        valuation, counts = self.env["cbam.import.valuation"], []
        valuation.valuations([self._good()])
        for some in (mills[:2], mills):
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            valuation.valuations([self._good(installation_id=mill.id) for mill in some])
            counts.append(self.env.cr.sql_log_count - before)
        self.assertEqual(*counts)
