import base64
import io
from datetime import datetime

from openpyxl import Workbook

from odoo.exceptions import UserError
from odoo.tools import file_open

from .energy_common import EnergyCase

HEADER = "Meter;Time;Register;Interval From;Interval Quantity;Note\n"


class TestReadingImport(EnergyCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.installation.tz = "Europe/Kyiv"
        cls.counter = cls._meter("E-02", unit="kwh")
        cls.profile = cls._interval_meter("P-01")

    def _wizard(self, content, name="readings.csv"):
        content = content.encode() if isinstance(content, str) else content
        return self.env["cbam.reading.import"].create({"file": base64.b64encode(content), "file_name": name})

    def _import(self, content, name="readings.csv"):
        wizard = self._wizard(content, name)
        wizard.action_check()
        self.assertFalse(wizard.error_ids, wizard.error_ids.mapped("message"))
        wizard.action_import()
        meters = self.counter + self.profile
        return self.env["cbam.meter.reading"].search([("meter_id", "in", meters.ids)], order="date_end")

    def _errors(self, content, name="readings.csv"):
        wizard = self._wizard(content, name)
        wizard.action_check()
        with self.assertRaisesRegex(UserError, "Nothing is imported"), self.env.cr.savepoint():
            wizard.action_import()
        self.assertFalse(self.counter.reading_ids)
        return [(error.row, error.column, error.message) for error in wizard.error_ids]

    def _workbook(self, *rows):
        book = Workbook()
        for row in rows:
            book.active.append(row)
        buffer = io.BytesIO()
        book.save(buffer)
        return buffer.getvalue()

    def test_times_are_those_of_the_installation(self):
        readings = self._import(
            HEADER
            + "e-02;01.01.2026 00:00;1000,5;;;New year\n"
            + "E-02;2026-01-31 24:00;1200,75;;;\n"
            + "P-01;2026-02-01T00:00:00+00:00;;2026-01-01T00:00:00Z;12;\n"
        )
        # Kyiv is two hours ahead in winter
        self.assertEqual(str(readings[0].date_end), "2025-12-31 22:00:00")
        self.assertEqual(str(readings[1].date_end), "2026-01-31 22:00:00")
        self.assertEqual(str(readings[2].date_end), "2026-02-01 00:00:00")
        self.assertEqual(readings.mapped("quantity"), [None, 200.25, 12.0])
        self.assertEqual(readings.mapped("source"), ["file"] * 3)
        self.assertEqual(readings[0].note, "New year")

    def test_a_workbook(self):
        content = self._workbook(
            ["Meter", "Time", "Register"],
            ["E-02", datetime(2026, 1, 1), 1000],
            [None, None, None],
            ["E-02", datetime(2026, 2, 1, 5, 59, 59, 999997), 1100.5],
        )
        readings = self._import(content, "readings.xlsx")
        self.assertEqual(str(readings[1].date_end), "2026-02-01 04:00:00")
        self.assertEqual(readings[1].quantity, 100.5)

    def test_every_wrong_cell_is_listed(self):
        errors = self._errors(
            HEADER
            + "E-02;2026-01-01 00:00;1000;;;\n"
            + "X-99;2026-01-01 00:00;1000;;;\n"
            + "E-02;yesterday;1 000;;;\n"
            + "E-02;2026-03-01 00:00;;;;\n"
            + "P-01;2026-03-01 00:00;;2026-03-02 00:00;5;\n"
            + "E-02;;7;;;\n"
        )
        self.assertEqual(
            [error[:2] for error in errors],
            [(3, "Meter"), (4, "Register"), (4, "Time"), (5, "Register"), (6, "Register"), (7, "Time")],
        )
        text = " ".join(message for _row, _column, message in errors)
        for words in ("no meter “X-99”", "“yesterday” is no time", "thousands", "is missing", "before it starts"):
            self.assertIn(words, text)

    def test_clocks_that_change(self):
        errors = self._errors(HEADER + "E-02;2026-10-25 03:30;1;;;\nE-02;2026-03-29 03:30;2;;;\n")
        self.assertIn("occurs twice", errors[0][2])
        self.assertIn("does not exist", errors[1][2])
        readings = self._import(HEADER + "E-02;2026-10-25 03:30+03:00;1;;;\nE-02;2026-10-25 03:30+02:00;2;;;\n")
        self.assertEqual(readings.mapped("quantity"), [None, 1.0])

    def test_decimal_signs_are_not_mixed(self):
        errors = self._errors(HEADER + "E-02;2026-01-01;1000,5;;;\nE-02;2026-02-01;1.234;;;\n")
        self.assertEqual([error[:2] for error in errors], [(3, "Register")])
        self.assertIn("decimal sign", errors[0][2])

    def test_what_is_there_already(self):
        content = HEADER + "E-02;2026-01-01;1000;;;\nE-02;2026-02-01;1100;;;\n"
        self._import(content)
        wizard = self._wizard(content + "E-02;2026-02-15;1150;;;\n")
        wizard.action_check()
        self.assertEqual((wizard.new_count, wizard.same_count, wizard.error_count), (1, 2, 0))
        wizard = self._wizard(HEADER + "E-02;2026-02-01;1101;;;\n")
        wizard.action_check()
        self.assertIn("another reading", wizard.error_ids.message)
        wizard = self._wizard(HEADER + "E-02;2026-04-01;1;;;\nE-02;2026-04-01;2;;;\n")
        wizard.action_check()
        self.assertEqual(wizard.error_ids.row, 3)

    def test_files_that_are_none(self):
        for content, name, words in (
            (b"\xff\xfe\x00", "x.csv", "UTF-8"),
            (b"Meter;Value\n", "x.csv", "unknown column “value”"),
            (b"Meter;Register\n", "x.csv", "no column “Time”"),
            (b"Meter;Time;Time\n", "x.csv", "twice"),
            (b"Meter;Time\n", "x.csv", "no readings"),
            (b"PK\x03\x04 nothing", "x.xlsx", "Excel"),
            (HEADER.encode() + b"E-02;2026-01-01;1;;;\n" * 40_001, "x.csv", "more than 40000 rows"),
        ):
            with self.subTest(words), self.assertRaisesRegex(UserError, words):
                self._wizard(content, name).action_check()

    def test_a_formula_stays_text(self):
        self._import(HEADER + 'E-02;2026-01-01;1000;;;"=cmd|calc"\n')
        self.assertEqual(self.counter.reading_ids.note, "=cmd|calc")

    def test_one_insert_for_many(self):
        hours = [(day, hour) for day in range(1, 29) for hour in range(24)]
        rows = "".join(f"E-02;2026-01-{day:02} {hour:02}:00;{day * 24 + hour};;;\n" for day, hour in hours)
        readings = self._import(HEADER + rows)
        self.assertEqual(len(readings), 28 * 24)
        self.assertEqual(set(readings.mapped("quantity")), {None, 1.0})

    def test_templates(self):
        """The examples of each template can be imported by Odoo's own import."""
        self.env["mrp.workcenter"].create([{"name": "Press 1"}, {"name": "Press 2"}])
        gas = self._factor("Coke oven coke")
        self.env["cbam.source.stream"].create(
            {
                "name": "Natural gas",
                "installation_id": self.installation.id,
                "carrier": "natural_gas",
                "factor_id": gas.id,
            }
        )
        self.counter.code = "E-09"
        for model in ("cbam.meter", "cbam.meter.reading", "product.template", "cbam.specific.emission"):
            with self.subTest(model):
                template = self.env[model].get_import_templates()[-1]["template"]
                with file_open(template.lstrip("/"), "rb") as file:
                    content = file.read()
                importing = self.env["base_import.import"].create(
                    {"res_model": model, "file": content, "file_name": "t.xlsx",
                     "file_type": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"}
                )  # fmt: skip
                options = {"has_headers": True, "quoting": '"', "date_format": "", "datetime_format": ""}
                preview = importing.parse_preview(options)
                self.assertFalse(preview.get("error"))
                matches = [preview["matches"].get(i) for i in range(len(preview["headers"]))]
                self.assertNotIn(None, matches, dict(zip(preview["headers"], matches, strict=True)))
                fields = ["/".join(match) for match in matches]
                result = importing.execute_import(fields, preview["headers"], preview["options"])
                self.assertFalse(result["messages"], result["messages"])
        self.assertEqual(self.env["cbam.meter"].search([("code", "=", "G-01")]).reading_ids.quantity, 51230.0)


class TestReadingGateway(EnergyCase):
    def _push(self, *readings):
        return self.env["cbam.meter.reading"].push(list(readings))

    def test_idempotent(self):
        meter, profile = self._meter("E-02"), self._interval_meter("P-01")
        rows = (
            {"meter": "e-02", "time": "2026-03-01T06:00:00+05:30", "register": 100},
            {"meter": "E-02", "time": "2026-03-02T00:30:00Z", "register": 120.5, "note": "hourly"},
            {
                "meter": "P-01",
                "start": "2026-03-01T00:00:00Z",
                "time": "2026-03-01T00:15:00Z",
                "quantity": 2.5,
            },
        )
        self.assertEqual(self._push(*rows), {"created": 3, "unchanged": 0, "errors": []})
        self.assertEqual(self._push(*rows), {"created": 0, "unchanged": 3, "errors": []})
        self.assertEqual(meter.reading_ids.sorted("date_end").mapped("quantity"), [None, 20.5])
        self.assertEqual(profile.reading_ids.quantity, 2.5)
        self.assertEqual(meter.reading_ids.mapped("source"), ["gateway"] * 2)

    def test_a_different_value_is_no_correction(self):
        self._meter("E-02")
        self._push({"meter": "E-02", "time": "2026-03-01T00:00:00Z", "register": 100})
        result = self._push({"meter": "E-02", "time": "2026-03-01T00:00:00Z", "register": 101})
        self.assertEqual((result["created"], result["errors"][0]["index"]), (0, 0))
        self.assertIn("cancel that one first", result["errors"][0]["message"])

    def test_sound_readings_are_kept(self):
        meter = self._meter("E-02")
        result = self._push(
            {"meter": "E-02", "time": "2026-03-01T00:00:00", "register": 1},
            {"meter": "E-03", "time": "2026-03-01T00:00:00Z", "register": 1},
            {"meter": "E-02", "time": "2026-03-01T00:00:00Z", "register": "1"},
            {"meter": "E-02", "time": "2026-03-01T00:00:00Z", "register": float("nan")},
            {"meter": "E-02", "time": "2026-03-01T00:00:00Z", "register": 7, "unit": "kWh"},
            {"meter": "E-02", "register": 7},
            {"meter": "E-02", "time": "2026-03-01T00:00:00Z"},
            "E-02",
            {"meter": "E-02", "time": "2026-03-01T00:00:00Z", "register": 8},
        )
        self.assertEqual(result["created"], 1)
        self.assertEqual([error["index"] for error in result["errors"]], list(range(8)))
        words = ("no offset", "no meter e-03", "not a number", "not a number", "unknown field", "time is missing")
        for error, word in zip(result["errors"], words, strict=False):
            self.assertIn(word.lower(), error["message"].lower())
        self.assertEqual(meter.reading_ids.register, 8.0)

    def test_limits_and_rights(self):
        with self.assertRaisesRegex(UserError, "at most 10000"):
            self.env["cbam.meter.reading"].push([{}] * 10_001)
        with self.assertRaisesRegex(UserError, "at most 10000"):
            self.env["cbam.meter.reading"].push("all")
        worker = self.env["res.users"].create(
            {"name": "Worker", "login": "worker", "group_ids": self.env.ref("mrp.group_mrp_user").ids}
        )
        with self.assertRaises(UserError):
            self.env["cbam.meter.reading"].with_user(worker).push([])

    def test_codes_of_two_companies(self):
        self._meter("E-02")
        company = self.env["res.company"].create({"name": "Elsewhere"})
        self.env.user.company_ids += company
        other = self.env["cbam.installation"].create(
            {"name": "Other works", "company_id": company.id, "country_id": self.country.id, "tz": "UTC"}
        )
        self.env["cbam.meter"].create({"name": "Meter", "code": "e-02", "installation_id": other.id, "unit": "kwh"})
        row = {"meter": "E-02", "time": "2026-03-01T00:00:00Z", "register": 1}
        user = self.env["res.users"].create(
            {
                "name": "Gateway",
                "login": "gateway",
                "company_id": company.id,
                "company_ids": [company.id, self.company.id],
                "group_ids": self.env.ref("cbam_emissions.group_cbam_user").ids,
            }
        )
        push = self.env["cbam.meter.reading"].with_user(user)
        both = push.with_context(allowed_company_ids=[company.id, self.company.id]).push([row])
        self.assertIn("several companies", both["errors"][0]["message"].lower())
        one = push.with_context(allowed_company_ids=[company.id]).push([row])
        self.assertEqual(one["created"], 1)
