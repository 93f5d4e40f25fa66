import csv
import io
from datetime import date, datetime

import openpyxl

from odoo.tests import BaseCase, tagged

from odoo.addons.cbam_reports.tables import Column, CsvFile, Table, Workbook, plain, typed
from odoo.addons.cbam_reports.tables.texts import KNOWN_TEXTS, Remembered, file_name

HOSTILE = (
    "=1+1",
    "+1",
    "-1",
    "@SUM(A1)",
    "\t=1+1",
    "\r=1+1",
    '=HYPERLINK("http://example.org","x")',
    "http://example.org",
    " =1+1",
    "\uff1d1+1",
    "{=1+1}",
    "a\x00b\x1fc",
    "\ufffe",
    "<r><t>1</t></r>",
    "</t></is></c>",
    "&amp;",
    "_x0041_",
)


@tagged("post_install", "-at_install")
class TestTables(BaseCase):
    """What is written into tables stays what it is: a text a text, a figure a figure."""

    def _book(self, table, rows, **options):
        content = io.BytesIO()
        with Workbook(content, datetime(2027, 3, 1), **options) as book:
            book.write_table(table, rows)
            book.write_cover("=1+1", [("=2+2", "@x"), ("<r><x></r>", "<r>1</r>")])
        return openpyxl.load_workbook(io.BytesIO(content.getvalue()))

    def test_texts_never_become_formulas_or_links(self):
        table = Table("=1+1", (Column("text", "=Head"), Column("more", "More")))
        sheet = self._book(table, [[text, text] for text in HOSTILE])["=1+1"]
        self.assertEqual(sheet["A1"].value, "=Head")
        for row, text in enumerate(HOSTILE, 2):
            for cell in sheet[row]:
                self.assertEqual(cell.data_type, "s", text)
                self.assertIsNone(cell.hyperlink)
        self.assertEqual(sheet["A2"].value, "=1+1")
        self.assertEqual(sheet["A13"].value, "a b c")

    def test_a_quantity_shows_the_digits_it_has(self):
        """Excel would show 800 by the format of 0.018 as “800.”; figures keep a distance from the text beside them."""
        table = Table("T", (Column("a", "A", "quantity"), Column("b", "B")))
        sheet = self._book(table, [[800.0, "kg"], [0.018, "t"]])["T"]
        self.assertEqual([sheet[cell].number_format for cell in ("A2", "A3")], ["#,##0", "#,##0.###"])
        self.assertEqual([sheet[cell].alignment.horizontal for cell in ("A1", "A2", "B1")], ["right", "right", None])
        self.assertEqual(sheet["A2"].alignment.indent, 1)

    def test_what_is_no_figure_is_refused(self):
        table = Table("T", (Column("a", "A", "mass"),))
        for figure in (float("nan"), float("inf")):
            with self.assertRaises(TypeError):
                self._book(table, [[figure]])

    def test_what_is_remembered_has_an_end(self):
        asked = []
        known = Remembered(lambda text: asked.append(text) or text * 2)
        self.assertEqual([known["a"], known["a"], known["b"]], ["aa", "aa", "bb"])
        self.assertEqual(asked, ["a", "b"])
        self.assertEqual(len(known["x" * 1000]), 2000)
        self.assertEqual(len(known), 2, "long texts are not kept")
        for number in range(2 * KNOWN_TEXTS):
            self.assertEqual(known[str(number)], str(number) * 2)
        self.assertLessEqual(len(known), KNOWN_TEXTS)

    def test_the_cover_is_text_too(self):
        cover = self._book(Table("T", (Column("a", "A"),)), [["x"]])["Cover"]
        self.assertEqual([cell.data_type for cell in (cover["A1"], cover["A3"], cover["B3"])], ["s", "s", "s"])
        self.assertEqual((cover["A4"].value, cover["B4"].value), ("<r><x></r> ", "<r>1</r> "))

    def test_csv_marks_what_a_spreadsheet_would_run(self):
        content = io.BytesIO()
        file = CsvFile(content, Table("T", (Column("text", "=Head"), Column("figure", "Figure", "mass"))))
        file.write([[text, -1.5] for text in HOSTILE])
        rows = list(csv.reader(io.StringIO(content.getvalue().decode("utf-8-sig"), newline="")))
        self.assertEqual(rows[1], ["'=1+1", "-1.5"])
        for row in rows[1:]:
            self.assertNotIn(row[0].lstrip(" ")[:1], ("=", "+", "-", "@", "\t", "\r", "\uff1d"))
        self.assertEqual(rows[12][0], "a b c")

    def test_sums_are_formulas_that_follow_the_filter(self):
        """0.1 + 0.2 + 0.3 is 0.6 exactly summed; the second sheet goes on where the first is full."""
        table = Table(
            "Goods",
            (
                Column("name", "Name"),
                Column("mass", "Mass (t)", "mass", total=True),
                Column("twice", "Twice", "mass", formula="2*{mass}"),
            ),
        )
        book = self._book(table, [["a", 0.1, 0.2], ["b", 0.2, 0.4], ["c", 0.3, 0.6], ["d", None, None]], most_rows=3)
        first, second = book["Goods"], book["Goods 2"]
        self.assertEqual(first["B5"].value, "=SUBTOTAL(109,B2:B4)")
        self.assertEqual(first["C2"].value, "=2*B2")
        self.assertEqual((first.auto_filter.ref, first.freeze_panes), ("A1:C4", "B2"))
        self.assertEqual(first["B2"].number_format, "#,##0.000")
        self.assertIsNone(second["B2"].value, "what is missing is empty, not 0")

    def test_values_survive_json(self):
        kinds = {"date": date(2026, 2, 11), "moment": datetime(2026, 2, 11, 8, 30), "mass": 0.1, "text": "x"}
        for kind, value in kinds.items():
            self.assertEqual(typed(plain(value), Column("a", "A", kind)), value)
        self.assertIsNone(plain(False))

    def test_file_names_are_no_paths(self):
        for name, expected in (
            ("../../etc/passwd", "_._etc_passwd"),
            ("..\\..\\x.exe", "_._x.exe"),
            ("/abs.pdf", "_abs.pdf"),
            (".hidden", "hidden"),
            ("a\x00b\n.pdf", "a b_.pdf"),
            ("report\u202efdp.exe", "reportfdp.exe"),
            ("", "file"),
            ("...", "file"),
            ("Prüfbericht 1.pdf", "Prüfbericht 1.pdf"),
            ("x" * 200 + ".pdf", "x" * 76 + ".pdf"),
        ):
            self.assertEqual(file_name(name), expected)
