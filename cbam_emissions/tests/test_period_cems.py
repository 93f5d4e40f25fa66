from datetime import datetime, timedelta
from time import perf_counter

from odoo.exceptions import UserError, ValidationError
from odoo.tests import Form

from .methods_common import MethodsCase

HEADER = "Time;Concentration;Flow\n"


class TestPeriodCems(MethodsCase):
    """Continuous measurement: equations 16 to 19 and 29 from files of hourly values."""

    def _source(self, **values):
        return self.env["cbam.measured.source"].create(
            {
                "period_id": self.period.id,
                "name": "Stack 1",
                "process_id": self.process.id,
                "stands_still": True,
                **values,
            }
        )

    def _import(self, source, text):
        wizard = self._import_file(source, text)
        wizard.action_check()
        self.assertFalse(wizard.error_ids.mapped("message"))
        wizard.action_import()

    def _errors(self, source, text):
        wizard = self._import_file(source, text)
        wizard.action_check()
        with self.assertRaisesRegex(UserError, "Nothing is imported"), self.env.cr.savepoint():
            wizard.action_import()
        return [(error.row, error.column, error.message) for error in wizard.error_ids]

    def test_hourly_values_are_summed(self):
        source = self._source()
        self.assertEqual(source.problem, "Stack 1 has no measured values yet: import its file.")
        self._import(source, HEADER + "2026-01-01 00:00;200;50000\n01.01.2026 01:00;150,0;40000\n")
        # 200 · 50 000 + 150 · 40 000 g = 16 t
        self.assertAlmostEqual(source.result, 16.0)
        self.assertEqual((source.row_count, source.operating_count, source.substituted_count), (2, 2, 0))
        self.assertEqual(source.evidence_ids.name, "values.csv")
        terms = self._terms()
        self.assertAlmostEqual(terms.by_process[self.process.id].direct, 16.0)
        self.assertEqual([p.kind for p in terms.problems], ["estimate"])  # nothing corroborates it (B.6.4)
        source.corroborated = 15.9
        self.assertFalse(self._terms().problems)
        source.corroborated = 10.0
        self.assertIn("explain the difference", self._terms().problems[0].message)

    def test_gaps_take_mean_and_twice_the_deviation(self):
        source = self._source()
        text = "Time;Concentration;Concentration Points;Flow;Flow Points;Flow by Balance\n"
        text += (
            "2026-01-01 00:00;100;100;1000000;;\n2026-01-01 01:00;120;90;1000000;;\n2026-01-01 02:00;140;80;1000000;;\n"
        )
        text += "2026-01-01 03:00;999;79;1000000;;\n2026-01-01 04:00;;;1000000;50;900000\n"
        self._import(source, text)
        # known 100, 120, 140: mean 120, deviation 20, substitute 160 g/Nm3; flow of the last hour by the balance
        # 100 + 120 + 140 + 160 + 160 · 0.9 = 664 t
        self.assertAlmostEqual(source.substitute, 160.0)
        self.assertAlmostEqual(source.result, 664.0)
        self.assertEqual((source.substituted_count, source.substituted_flow_count), (2, 1))
        source.write({"representative_from": "2026-02-01"})
        self.assertEqual(source.problem, "A substitute concentration needs at least two measured concentrations.")

    def test_a_missing_flow_is_never_made_up(self):
        source = self._source()
        self._import(source, HEADER + "2026-01-01 00:00;100;\n")
        self.assertIn(
            "The flue gas volume of 2026-01-01 00:00:00, measured or by a balance, is missing", source.problem
        )
        self.assertIs(source.result, None)

    def test_hours_without_a_row_are_missing_or_standstill(self):
        source = self._source(stands_still=False)
        self._import(source, HEADER + "2026-01-01 00:00;200;50000\n")
        self.assertIn("no row for 8759 of 8760 reference periods", source.problem)
        source.stands_still = True
        self.assertAlmostEqual(source.result, 10.0)

    def test_n2o_to_three_decimals_and_as_co2e(self):
        # template, B_EmInst row 111: 64.2925 g/Nm3 at 265 000 Nm3/h for 4 h = 68.15005 t N2O, · 265 = 18 059.76325
        source = self._source(gas="n2o")
        self._import(source, HEADER + "".join(f"2026-01-01 {hour:02}:00;64.2925;265000\n" for hour in range(4)))
        self.assertEqual(source.tonnes, 68.15)
        self.assertAlmostEqual(source.result, 18_059.76325)
        self.assertFalse(self._terms().problems)  # only CO2 is corroborated

    def test_nitric_acid_flow_from_the_input_air(self):
        # equation 29: (50 000 + 9 000 + 1 000) · (1 − 0.2095) / (1 − 0.03) = 60 000 · 0.814948 = 48 896.907 Nm3/h
        source = self._source(gas="n2o", flow_method="nitric_acid")
        self._import(
            source,
            "Time;Concentration;Primary Air;Secondary Air;Seal Air;O2\n2026-01-01 00:00;10;50000;9000;1000;3\n",
        )
        self.assertAlmostEqual(source.result, 60_000 * 0.7905 / 0.97 * 10 / 1e6 * 265)

    def test_indirect_concentration_and_carbon_monoxide(self):
        # 100 − 85 = 15 % of 1 977 g/Nm3 = 296.55 g/Nm3 · 10 000 Nm3
        source = self._source(concentration_method="indirect", density=1977.0, minutes=30)
        self._import(source, "Time;Other Components;Flow\n2026-01-01 00:30;85;20000\n")
        self.assertAlmostEqual(source.result, 2.9655)
        co = self._source(name="CO", gas="co")
        self._import(co, HEADER + "2026-01-01 00:00;100;10000\n")
        self.assertAlmostEqual(co.result, 44.009 / 28.010)

    def test_biomass_is_taken_off_with_its_determination(self):
        source = self._source()
        self._import(source, HEADER + "2026-01-01 00:00;200;50000\n")
        with self.assertRaisesRegex(ValidationError, "with its determination"), self.env.cr.savepoint():
            source.biomass_fraction = 0.3
        source.write({"biomass_fraction": 0.3, "biomass_method": "ISO 18466"})
        self.assertAlmostEqual(source.result, 7.0)
        self.assertAlmostEqual(source.biogenic, 3.0)

    def test_bad_rows_are_named_and_nothing_is_imported(self):
        source = self._source()
        self._import(source, HEADER + "2026-01-01 00:00;200;50000\n")
        errors = self._errors(
            source,
            "Time;Operating;Concentration;Flow;Concentration Points;O2\n"
            "2026-01-01 00:00;1;200;50000;100;\n"
            "2026-01-01 00:00;1;200;50000;100;\n"
            "2026-01-01 00:30;1;200;50000;100;\n"
            "2025-12-31 23:00;1;200;50000;100;\n"
            "tomorrow;maybe;=1+1;-5;120;21\n",
        )
        self.assertEqual(
            errors,
            [
                (3, "Time", "The same time is in row 2."),
                (4, "Time", "It begins less than 60 minutes after the row before it."),
                (5, "Time", "2025-12-31 23:00 is not in the reporting period."),
                (6, "Time", "“tomorrow” is no time; write 2026-03-01 06:00 or 01.03.2026 06:00."),
                (6, "Operating", "“maybe” is neither yes nor no; write 1 or 0."),
                (6, "Concentration", "“=1+1” is not a number; write it without thousands separators."),
                (6, "Flow", "-5 is negative."),
                (6, "Concentration Points", "120 is above 100."),
                (6, "O2", "21 is above 20.95."),
            ],
        )
        self.assertEqual(source.row_count, 1)
        with self.assertRaisesRegex(UserError, "unknown column"):
            self._import_file(source, "Time;Smell\n").action_check()

    def test_a_second_file_replaces_the_first(self):
        source = self._source()
        self._import(source, HEADER + "2026-01-01 00:00;200;50000\n2026-01-01 01:00;200;50000\n")
        self._import(source, HEADER + "2026-01-01 00:00;100;50000\n")
        self.assertAlmostEqual(source.result, 5.0)
        self.assertEqual(len(source.row_ids), 1)
        self.period.state = "closed"
        with self.assertRaisesRegex(UserError, "is closed"):
            self._import_file(source, HEADER + "2026-01-01 00:00;1;1\n").action_import()

    def test_what_a_measurement_covers_is_not_calculated_as_well(self):
        gas = self._stream("Gas", self._factor(), process_id=self.process.id)
        self._measured_total(gas, 1.0)
        source = self._source(covered_stream_ids=gas.ids)
        self._import(source, HEADER + "2026-01-01 00:00;1000;56000\n")
        terms = self._terms()
        self.assertEqual(terms.excluded_streams, {gas.id})
        self.assertAlmostEqual(terms.by_process[self.process.id].direct, 56.0)
        self.assertFalse(terms.problems)  # 56.1 t calculated corroborate 56.0 t measured

    def test_a_year_of_hours(self):
        """8 760 rows: read, kept and summed in seconds, by a few queries."""
        source = self._source(stands_still=False)
        start = datetime(2026, 1, 1)
        text = HEADER + "".join(f"{start + timedelta(hours=n)};{100 + n % 3};100000\n" for n in range(8760))
        wizard = self._import_file(source, text)
        began, queries = perf_counter(), self.env.cr.sql_log_count
        wizard.action_check()
        wizard.action_import()
        # 100, 101, 102 in turn: 101 g/Nm3 on average · 100 000 Nm3 · 8 760 h
        self.assertAlmostEqual(source.result, 101 * 0.1 * 8760)
        self.assertLess(perf_counter() - began, 20.0)
        self.assertLess(self.env.cr.sql_log_count - queries, 80)

    def test_import_by_the_form(self):
        source = self._source()
        with Form(self.env["cbam.measured.import"].with_context(**source.action_import()["context"])) as form:
            form.file = b"VGltZTtDb25jZW50cmF0aW9uO0Zsb3cKMjAyNi0wMS0wMSAwMDowMDsyMDA7NTAwMDAK"
        form.record.action_check()
        self.assertEqual(form.record.row_count, 1)
