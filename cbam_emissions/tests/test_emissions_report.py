import io
from unittest.util import safe_repr

import openpyxl

from odoo.exceptions import AccessError
from odoo.fields import Command
from odoo.tests import HttpCase, new_test_user, tagged

from odoo.addons.cbam_emissions.engine.documents.emissions_report import REPORT, SUMMARY

from .methods_common import MethodsCase
from .period_common import PeriodCase

SCREW = "7318 15 42"


class ReportCase(PeriodCase):
    """A year of the screw factory, worked by hand.

    100 t of rod at 1.5 tCO2e/t (verified) become 80 t of screws. Of an additive 0.1 t per tonne of screws are used, 8 t
    in all at 3 tCO2/t: 24 tCO2e of process emissions. SEE = (24 + 100 · 1.5) / 80 = 174 / 80 = 2.175 tCO2e/t.
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.operator = cls.env["res.partner"].create(
            {
                "name": "Operator of the works",
                "is_company": True,
                "street": "Works road 1",
                "city": "Pune",
                "country_id": cls.country.id,
                "company_registry": "REG-1",
            }
        )
        cls.installation.write(
            {
                "operator_id": cls.operator.id,
                "address": "Works road 1, Pune, India",
                "latitude": 18.52043,
                "longitude": 73.856744,
                "unlocode": "INPNQ",
            }
        )
        cls.auditor = new_test_user(cls.env, "auditor", groups="cbam_emissions.group_cbam_verifier")

    def _year(self):
        """The year, closed: the statement."""
        self.additive = self._stream("Additive", 3.0, 0.1)
        self._receive(self.rod, 100, self.rod_lot_a)
        self._finish(self._order(self.screw, 80, [(self.rod, 100)]), lots={self.rod: [(self.rod_lot_a, 100)]})
        return self._close()

    def _book(self, statement):
        content = io.BytesIO()
        self.env["cbam.emissions.report"]._write(statement, content)
        return openpyxl.load_workbook(io.BytesIO(content.getvalue()))

    def _rows(self, book, sheet, item):
        """The rows of an item: ``[(status, about, what, value, unit, source)]``."""
        rows = book[sheet].iter_rows(min_row=2, values_only=True)
        return [row[2:8] for row in rows if row[0] == item]

    def _facts(self, statement):
        return self.env["cbam.statement.answers"]._gather(statement)

    def _values(self, statement, key):
        return [line.value for line in self._facts(statement)[key].lines]


class TestEmissionsReport(ReportCase):
    """2025/2547 Annex IV: every item is a value, does not apply for a reason, or is missing."""

    def test_every_item_stands_in_the_workbook(self):
        book = self._book(self._year())
        self.assertEqual(book.sheetnames, ["Summary of items", "Report (1.1)", "Summary report (1.2)"])
        for sheet, items in (("Report (1.1)", REPORT), ("Summary report (1.2)", SUMMARY)):
            for item in items:
                rows = self._rows(book, sheet, item.number)
                self.assertTrue(rows, item.number)
                for status, _about, _what, value, _unit, _source in rows:
                    self.assertIn(status, ("value", "not applicable", "missing"))
                    self.assertIsNotNone(value, item.number)
                    if status == "not applicable":
                        self.assertRegex(str(value), "^not applicable: .+")

    def test_the_first_sheet_sums_up_every_item(self):
        book = self._book(self._year())
        rows = list(book["Summary of items"].iter_rows(values_only=True))
        texts = [str(cell) for row in rows for cell in row if cell]
        listed = [row for row in rows if row[0] in ("Report (1.1)", "Summary report (1.2)") and row[1]]
        self.assertEqual(len(listed), len(REPORT) + len(SUMMARY))
        self.assertTrue(any("1.1.1" in text and "not supported" in text for text in texts))
        registry = next(row for row in listed if row[1] == "1(d) 2")
        self.assertEqual(registry[3:5], ("missing", "Identifier"), "an unknown registry number is missing, not empty")
        counts = next(row[2] for row in rows if row[0] == "Report (1.1)" and not row[1])
        found = {status: sum(row[3] == status for row in listed if row[0] == "Report (1.1)")
                 for status in ("value", "not applicable", "missing")}  # fmt: skip
        self.assertEqual(counts, ", ".join(f"{count} {status}" for status, count in found.items()))

    def test_figures_are_rounded_as_the_law_says_and_have_a_source(self):
        statement = self._year()
        book = self._book(statement)
        [(status, about, what, value, unit, source)] = self._rows(book, "Report (1.1)", "15(a)")
        self.assertEqual((status, about, what, value, unit), ("value", SCREW, "SEE direct", 2.175, "tCO2e/t"))
        self.assertIn(statement.display_name, source)
        [(_status, _about, _what, value, unit, _source)] = self._rows(book, "Report (1.1)", "7")
        self.assertEqual((value, unit), (24, "tCO2e"))
        activity = self._rows(book, "Report (1.1)", "16(a)")
        found = {row[2]: row[3] for row in activity}
        self.assertAlmostEqual(found["Activity data"], 8.0, 9)
        self.assertEqual(found["Emission factor"], 3)
        self.assertIn("source stream = Additive", activity[0][5])
        for sheet in ("Report (1.1)", "Summary report (1.2)"):
            for row in book[sheet].iter_rows(min_row=2, values_only=True):
                if isinstance(row[5], int | float):
                    self.assertTrue(row[7], f"{row[0]} {row[4]} has no source")

    def test_specific_emissions_have_at_most_five_decimals_and_totals_none(self):
        self._receive(self.rod, 100, self.rod_lot_a)
        self._stream("Additive", 0.5, 0.5)
        self._finish(self._order(self.screw, 82, [(self.rod, 100)]), lots={self.rod: [(self.rod_lot_a, 100)]})
        statement = self._close()
        # 0.5 · 82 · 0.5 = 20.5 of its own; (20.5 + 150) / 82 = 2.0792682…
        self.assertEqual(self._values(statement, "see_direct"), [2.07927])
        self.assertEqual(statement.direct, 20.5)
        self.assertEqual(self._values(statement, "direct_total"), [21], "half a tonne is rounded up")

    def test_goods_processes_and_precursors(self):
        statement = self._year()
        book = self._book(statement)
        self.assertIn((SCREW, 80), [(row[1].split(", ")[-1], row[3]) for row in self._rows(book, "Report (1.1)", "13")])
        bought = [row[3] for row in self._rows(book, "Report (1.1)", "20")]
        self.assertEqual(bought, [100, 100], "received and used")
        actual = {row[2]: row[3] for row in self._rows(book, "Report (1.1)", "23")}
        self.assertEqual(actual["(a) CN code"], "7213 10 00")
        self.assertEqual(actual["(d) Reporting period"], 2026)
        self.assertEqual(actual["(d) Determined by"], "default reporting period")
        self.assertEqual(actual["(e) SEE direct"], 1.5)
        self.assertEqual(self._rows(book, "Report (1.1)", "22")[0][0], "not applicable")
        level = {row[2]: row[3] for row in self._rows(book, "Report (1.1)", "30")}
        self.assertEqual((level["Activity level"], level["Attributed direct emissions"]), (80, 24))
        self.assertEqual(self._rows(book, "Report (1.1)", "25")[0][0], "not applicable")

    def test_precursors_of_several_installations(self):
        self._receive(self.rod, 100, self.rod_lot_a)
        self._receive(self.rod, 100, self.rod_lot_b)
        self._finish(self._order(self.screw, 80, [(self.rod, 100)]), lots={self.rod: [(self.rod_lot_a, 100)]})
        values = self._values(self._close(), "precursor_installations")
        self.assertEqual(values[0], 2.25, "(100 · 1.5 + 100 · 3.0) / 200")
        self.assertEqual(values[2], "Article 14(2): weighted average")

    def test_a_monitoring_plan_answers_what_only_it_knows(self):
        plan = self.env["cbam.monitoring.plan"].create(
            {
                "installation_id": self.installation.id,
                "opening_stock": "excluded",
                "saleable_off_spec": "included",
                "cut_off_day": "31 December",
                "date_from": "2026-01-01",
            }
        )
        plan._answer("co2_transfer").write({"not_applicable": True, "reason": "No CO2 is captured."})
        plan.action_put_in_force()
        statement = self._year()
        facts = self.env["cbam.statement.answers"]._gather(statement)
        self.assertEqual(facts["co2_transfer"].absent, "No CO2 is captured. (Monitoring plan version 1, point 21)")

    def test_goods_that_go_back_into_their_process_are_made_once(self):
        """80 t of screws, of which 30 t go into 28 t of other screws of the code: 78 t leave the process."""
        blank = self._product("Blanks", self.tonne, self.screw.cbam_cn_code)
        self._receive(self.rod, 100, self.rod_lot_a)
        first = self._order(blank, 80, [(self.rod, 100)])
        self._finish(first, lots={self.rod: [(self.rod_lot_a, 100)]})
        self._finish(self._order(self.screw, 28, [(blank, 30)]))
        statement = self._close()
        self.assertEqual([line.value for line in self._facts(statement)["goods_total"].lines], [78.0, 78.0])
        levels = [line.value for line in self._facts(statement)["process_levels"].lines if line.unit == "t"]
        self.assertEqual(levels, [78.0])
        self.assertEqual(sum(statement.output_ids.mapped("returned")), 30.0)

    def test_months_of_a_new_installation(self):
        self.assertEqual(self._rows(self._book(self._year()), "Report (1.1)", "8")[0][0], "not applicable")
        self.installation.start_date = "2026-01-01"
        warehouse, site = self._site("New works", start="2026-05-01")
        period = self.env["cbam.period"].create({"installation_id": site.id, "year": 2026})
        statement = self.env["cbam.statement"].sudo().create({"period_id": period.id, "version": 1})
        self.assertEqual(self._values(statement, "months"), [8])
        self.assertTrue(warehouse)

    # -- point 2 -------------------------------------------------------------------------------------------------------

    def test_sector_specific_parameters(self):
        statement = self._year()
        rows = self._rows(self._book(statement), "Report (1.1)", "35")
        self.assertEqual(len(rows), 4, "iron or steel products")
        self.assertEqual({row[3] for row in rows}, {"missing"})
        statement.action_good_parameters()
        parameters = self.env["cbam.good.parameter"].search([("period_id", "=", self.period.id)])
        self.assertEqual(len(parameters), 4)
        parameters[0].write({"value": "Coke", "source": "Mill certificate"})
        parameters[1].not_applicable = "Unalloyed"
        statement.action_good_parameters()
        self.assertEqual(self.env["cbam.good.parameter"].search_count([("period_id", "=", self.period.id)]), 4)
        rows = self._rows(self._book(statement), "Report (1.1)", "35")
        self.assertEqual([row[3] for row in rows], ["Coke", "not applicable: Unalloyed", "missing", "missing"])
        self.assertEqual(rows[0][5], "Mill certificate")

    def test_nitrogen_and_clinker_answer_for_themselves(self):
        period = self.env["cbam.period"].create({"installation_id": self._site("Cement works")[1].id, "year": 2026})
        cement = self.env["cbam.goods.category"].search([("code", "=", "cement")])
        fertiliser = self.env["cbam.goods.category"].search([("code", "=", "mixed_fertilisers")])
        statement = self.env["cbam.statement"].sudo().create(
            {
                "period_id": period.id,
                "version": 1,
                "good_ids": [
                    Command.create({"cn_code": "25232900", "category_id": cement.id, "functional_unit": "t_clinker",
                                    "mass": 100, "level": 95, "content": 0.95}),
                    Command.create({"cn_code": "31052010", "category_id": fertiliser.id, "functional_unit": "kg_n",
                                    "mass": 10, "level": 1500, "content": 150.0, "composition": "14-16 %"}),
                ],
            }
        )  # fmt: skip
        answers = {row["name"]: row["value"] for row in self.env["cbam.good.parameter"]._answers(statement)}
        self.assertEqual(answers["Clinker to cement ratio, %"], "95 %")
        self.assertEqual(answers["Content of N total"], "14-16 %: 15 % N")
        self.assertEqual(answers["Content of N as urea"], "")

    # -- hostile text and roles ----------------------------------------------------------------------------------------

    def test_a_text_never_becomes_a_formula_or_a_link(self):
        self.installation.name = '=HYPERLINK("http://example.org","x")'
        self.operator.name = "@SUM(1+1)"
        self.installation.address = "http://example.org/" + "x" * 40_000
        book = self._book(self._year())
        for sheet in book:
            for row in sheet.iter_rows():
                for cell in row:
                    self.assertNotEqual(cell.data_type, "f", safe_repr(cell.value))
                    self.assertFalse(cell.hyperlink)
        name = self._rows(book, "Report (1.1)", "1(d) 1")[0][3]
        self.assertEqual(name, self.installation.name)
        parts = [row[3] for row in self._rows(book, "Report (1.1)", "1(d) 4")]
        self.assertEqual("".join(parts), self.installation.address, "long texts go on in the next row")

    def test_it_is_written_in_english_for_every_reader(self):
        self.env["res.lang"]._activate_lang("de_DE")
        statement = self._year()
        self.auditor.lang = "de_DE"
        facts = self.env["cbam.statement.answers"].with_user(self.auditor).with_context(lang="de_DE")
        answers = facts._gather(statement.with_user(self.auditor).with_context(lang="de_DE"))
        self.assertEqual(answers["processes"].lines[0].value, "(C) Carbon steel, blast furnace / basic oxygen")

    def test_a_user_without_the_groups_gets_nothing(self):
        statement = self._year()
        worker = new_test_user(self.env, "worker", groups="mrp.group_mrp_user")
        with self.assertRaises(AccessError):
            self.env["cbam.statement.answers"].with_user(worker)._gather(statement.with_user(worker))


class TestReportOfMethods(MethodsCase):
    """What only the period knows stands in the report and in the plan: flares, CO2, heat, waste gas, own power."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.statement = (
            cls.env["cbam.statement"]
            .sudo()
            .create(
                {
                    "period_id": cls.period.id,
                    "version": 1,
                    "process_ids": [
                        Command.create({"process_id": cls.process.id, "name": cls.process.name, "boundary": "cbam"})
                    ],
                }
            )
        )

    def _facts(self):
        return self.env["cbam.statement.answers"]._gather(self.statement)

    def test_without_records_nothing_of_it_applies(self):
        facts = self._facts()
        for key in ("measured_sources", "other_methods", "heat_exchange", "waste_gases", "co2_quantities"):
            self.assertTrue(facts[key].absent and not facts[key].lines, key)

    def test_other_methods_and_transfers(self):
        # 100 000 Nm³ · 0.00393 tCO2/Nm³ = 393 t; 1 000 t · 0.98 with evidence: −980 t
        self._emission("Flare", "flare", self.process, quantity=100_000.0)
        self._emission(
            "To storage",
            "transfer",
            self.process,
            quantity=1000.0,
            destination="storage_site",
            stored_fraction=0.98,
            is_evidenced=True,
            evidence_ids=self._document("Certificate").ids,
        )
        facts = self._facts()
        [flare] = facts["other_methods"].lines
        self.assertEqual((flare.value, flare.unit), (393, "tCO2e"))
        amounts = [(line.value, line.unit) for line in facts["co2_quantities"].lines]
        self.assertEqual(amounts, [(1000.0, "t CO2"), (-980, "tCO2e")])
        self.assertIn("documents: Certificate", facts["co2_quantities"].lines[0].source)
        contact = next(line for line in facts["co2_transfer"].lines if line.label == "Responsible person")
        self.assertIsNone(contact.value, "the receiver is not named")

    def test_measured_sources_say_how_many_values_were_substituted(self):
        self.env["cbam.measured.source"].create(
            {"period_id": self.period.id, "name": "Stack", "process_id": self.process.id, "gas": "n2o"}
        )
        facts = self._facts()
        self.assertEqual(facts["measured_sources"].lines[0].value, "N2O")
        self.assertIsNone(facts["measured_emissions"].lines[0].value, "no row has been imported")

    def test_heat_waste_gas_and_own_electricity(self):
        chp, _run = self._utility(
            "CHP", "chp", {"electricity": 5000.0, "electricity_exported": 1200.0, "heat_entered": 10.0}
        )
        self._heat("District heating", chp, None, 4.5)
        # 2 000 · 1000 Nm³ · 2.47 GJ/1000 Nm³ = 4.94 TJ
        self._gas("Furnace gas", self.process, None, 2000.0, 2.47)
        facts = self._facts()
        [heat] = facts["heat_exchange"].lines
        self.assertEqual((heat.value, heat.unit, heat.subject), (4.5, "TJ", "District heating"))
        [gas] = facts["waste_gases"].lines
        self.assertAlmostEqual(gas.value, 4.94, 12)
        self.assertEqual([line.value for line in facts["electricity_cogeneration"].lines], [5000.0])
        self.assertEqual(facts["electricity_separate"].absent, "No electricity is produced by separate generation.")
        self.assertEqual([line.value for line in facts["electricity_exported"].lines], [1200.0])
        balance = {line.label: line.value for line in facts["balance"].lines}
        self.assertEqual(balance["Electricity produced"], 5000.0)
        plan = self.env["cbam.monitoring.plan"].create({"installation_id": self.installation.id})
        cells = [cell for part in plan._answer("heat").known["tables"] for row in part["rows"] for cell in row]
        self.assertTrue({"CHP", "District heating"} <= set(cells))
        self.assertIn("Furnace gas", str(plan._answer("waste_gases").known))
        self.assertTrue(plan._answer("pfc").known["absent"])


class TestReportOfElectricity(MethodsCase):
    """Cement is outside Annex II: what it consumes and by which factors is in the report.

    400 MWh were consumed, of which 300 by the cement process. 300 from the grid at 0.8 (default) and 100 from a wind
    park at 0.2: (240 + 20) / 400 = 0.65 tCO2/MWh.
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.source.unlink()
        cls.cement = cls._process("Cement", "25232900")
        values = {"period_id": cls.period.id, "version": 1, "electricity": 400.0, "indirect": 260.0}
        cls.statement = cls.env["cbam.statement"].sudo().create(values)
        cls.statement.process_ids = [
            Command.create({"process_id": process.id, "name": process.name, "boundary": "cbam", "electricity": used})
            for process, used in ((cls.process, 100.0), (cls.cement, 300.0))
        ]
        cls.statement.good_ids = [
            Command.create({**good, "process_ids": process.ids, "mass": 1000.0})
            for process, good in (
                (cls.process, {"cn_code": "73181542", "functional_unit": "t", "in_annex_ii": True}),
                (cls.cement, {"cn_code": "25232900", "functional_unit": "t_clinker", "in_annex_ii": False}),
            )
        ]

    def _facts(self, key):
        return self.env["cbam.statement.answers"]._gather(self.statement)[key]

    def _said(self, key):
        return [(line.label, line.value, line.subject) for line in self._facts(key).lines]

    def _two_sources(self):
        self._load_grid(0.8)
        grid = self.sources.create({"name": "Grid", "installation_id": self.installation.id})
        park = self.env["res.partner"].create({"name": "Wind company", "country_id": self.country.id})
        wind = self._ppa("Wind", 0.2, supplier_id=park.id)
        self._consume(grid, 300.0)
        self._consume(wind, 100.0)
        return grid, wind

    def test_what_was_consumed(self):
        self._two_sources()
        self.assertEqual(self._said("electricity_total"), [("Electricity consumed", 400.0, "")])
        self.assertEqual([value for _label, value, _where in self._said("electricity_goods")], [300.0])
        self.assertEqual(
            [(label, value) for label, value, _where in self._said("electricity_sources")],
            [("Consumed", 300.0), ("Consumed", 100.0), ("Supplier and country", "Wind company (India)")],
        )

    def test_the_factors(self):
        self._two_sources()
        self.assertEqual(
            self._said("electricity_factors"),
            [
                ("Consumed", 300.0, "Grid"),
                ("Country of origin", "India", "Grid"),
                ("Emission factor, default", 0.8, "Grid"),
                ("Consumed", 100.0, "Wind"),
                ("Country of origin", "India", "Wind"),
                ("Emission factor, own", 0.2, "Wind"),
                ("Factor pursuant to Article 9", 0.65, self.installation.name),
            ],
        )
        self.assertEqual(self._said("electricity_installations"), [("Obtained from", "Wind company", "Wind")])
        self.assertEqual(self._said("electricity_actual_factor"), [("Emission factor", 0.2, "Wind")])
        self.assertEqual(self._said("ppa_factor"), [("Emission factor", 0.2, "Wind")])
        [confirmed] = self._facts("indirect_confirmation").lines
        self.assertEqual((confirmed.value, confirmed.source), ("yes", "Contract"))

    def test_an_agreement_without_evidence_counts_by_default(self):
        _grid, wind = self._two_sources()
        wind.evidence_grid = False
        factors = [line for line in self._said("electricity_factors") if line[2] == "Wind"]
        self.assertEqual(factors[-1], ("Emission factor, default", 0.8, "Wind"))
        for key in ("electricity_actual_factor", "indirect_confirmation"):
            self.assertEqual(
                self._facts(key).absent, "The default factor of the grid counts: no actual values are used."
            )
        self.assertEqual(self._said("ppa_factor"), [("Emission factor", 0.2, "Wind")])

    def test_without_sources_the_grid_of_the_country_counts(self):
        self._load_grid(0.65)
        self.assertEqual(self._said("electricity_sources"), [("Consumed", 400.0, "Grid of India")])
        self.assertEqual(
            self._said("electricity_factors"),
            [
                ("Consumed", 400.0, "Grid of India"),
                ("Country of origin", "India", "Grid of India"),
                ("Emission factor, default", 0.65, "Grid of India"),
                ("Factor pursuant to Article 9", 0.65, self.installation.name),
            ],
        )
        self.assertIn("from the grid", self._facts("electricity_installations").absent)
        self.assertEqual(self._facts("ppa_factor").absent, "There is no power purchase agreement.")

    def test_a_roof_with_solar_cells(self):
        roof = self.sources.create({"name": "Roof", "installation_id": self.installation.id, "kind": "solar"})
        self._consume(roof, 50.0)
        self.assertEqual(self._said("electricity_separate"), [("Electricity produced", 50.0, "Roof")])
        self.assertEqual(self._said("electricity_origin"), [("From", "renewable sources", "Roof")])
        self.assertEqual(self._facts("electricity_cogeneration").absent, "No electricity is produced by co-generation.")

    def test_goods_of_annex_ii_alone_ask_for_none_of_it(self):
        self.statement.good_ids.in_annex_ii = True
        for key in ("electricity_total", "electricity_goods", "electricity_factors", "ppa_factor"):
            facts = self._facts(key)
            self.assertTrue(facts.absent and not facts.lines, key)


@tagged("post_install", "-at_install")
class TestDownloads(HttpCase):
    def test_the_report_is_downloaded_by_who_may_read_the_statement(self):
        site = self.env["cbam.installation"].create(
            {"name": "Works", "company_id": self.env.company.id, "country_id": self.env.ref("base.in").id, "tz": "UTC"}
        )
        period = self.env["cbam.period"].create({"installation_id": site.id, "year": 2026})
        statement = self.env["cbam.statement"].sudo().create({"period_id": period.id, "version": 1})
        new_test_user(self.env, "cbam_auditor", groups="cbam_emissions.group_cbam_verifier")
        new_test_user(self.env, "cbam_outsider", groups="base.group_user")
        url = statement.action_download_report()["url"]
        self.authenticate("cbam_auditor", "cbam_auditor")
        response = self.url_open(url)
        self.assertEqual(response.status_code, 200)
        self.assertIn("Emissions%20report", response.headers["Content-Disposition"].replace(" ", "%20"))
        book = openpyxl.load_workbook(io.BytesIO(response.content))
        self.assertEqual(book["Summary of items"]["A1"].value, "Operator's emissions report")
        self.authenticate("cbam_outsider", "cbam_outsider")
        self.assertEqual(self.url_open(url).status_code, 404, "as what is not there")
        self.assertEqual(self.url_open(url.replace(str(statement.id), "999999")).status_code, 404)
