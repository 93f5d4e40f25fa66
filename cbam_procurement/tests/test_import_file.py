import base64
import io

from openpyxl import Workbook

from odoo.exceptions import UserError
from odoo.tools.misc import file_open

from .carbon_common import COIL, REBAR
from .import_common import ImportCase

HEADER = "MRN;Item;Customs Date;CN Code;Origin;Net Mass (kg);Procedure;Order;Installation"


class TestImportFile(ImportCase):
    """Customs data by CSV and XLSX: all or nothing, known items only once, hostile until read."""

    def _wizard(self, *rows, header=HEADER, name="customs.csv", content=None):
        content = content or "\n".join([header, *rows]).encode()
        return self.env["cbam.import.file"].create({"file": base64.b64encode(content), "file_name": name})

    def _declared(self):
        return self.env["cbam.import"].search([("company_id", "=", self.company.id), ("state", "=", "declared")])

    def test_items_complete_receipts_and_stand_alone(self):
        """The rebar of the order takes the customs mass 3 980 kg = 3.98 t; the coil has no order."""
        order = self._confirmed((self.rebar, 4))
        proposal = self._receive(order)
        wizard = self._wizard(
            f"26DE00000000000001;1;2026-02-12;{REBAR};IN;3980;4000;{order.name};",
            f"26DE00000000000001;2;12.02.2026;{COIL}00;CN;12500,5;;;Mill",
        )
        wizard.action_check()
        self.assertEqual((wizard.error_count, wizard.new_count, wizard.completed_count), (0, 2, 1))
        lines = self.env["cbam.import"].search(wizard.action_import()["domain"])
        self.assertEqual(lines.sorted("item").mapped("net_mass"), [3.98, 12.5005])
        self.assertEqual((proposal.state, proposal.net_mass, str(proposal.date)), ("declared", 3.98, "2026-02-12"))
        coil = lines - proposal
        self.assertEqual(
            (coil.cn_code, coil.installation_id, coil.importer_eori), (COIL, self.mill, "DE123456789012345")
        )

    def test_known_items_are_left_and_different_ones_refused(self):
        row = f"26DE00000000000001;1;2026-02-12;{REBAR};IN;3980;;;"
        self._wizard(row).action_import()
        wizard = self._wizard(row)
        wizard.action_check()
        self.assertEqual((wizard.same_count, wizard.new_count, wizard.error_count), (1, 0, 0))
        wizard.action_import()
        self.assertEqual(len(self._declared()), 1)
        other = self._wizard(row.replace("3980", "3990"), f"26DE00000000000001;2;2026-02-12;{REBAR};IN;5;;;")
        with self.assertRaisesRegex(UserError, "row 2, Item: .*another Net Mass.*reverse it first"):
            other.action_import()
        self.assertEqual(len(self._declared()), 1, "all or nothing")

    def test_a_corrected_item_completes_its_begun_correction(self):
        row = f"26DE00000000000001;1;2026-02-12;{REBAR};IN;3980;;;"
        self._wizard(row).action_import()
        line = self._declared()
        self.env["cbam.import.reverse"].create({"import_ids": [(6, 0, line.ids)], "reason": "Amended"}).action_reverse()
        self._wizard(row.replace("3980", "3990")).action_import()
        lines = self._declared()
        self.assertAlmostEqual(sum(lines.mapped("net_mass")), 3.99, places=9)
        self.assertEqual(len(lines), 3)

    def test_goods_that_are_cleared_before_they_are_received(self):
        order = self._confirmed((self.rebar, 4))
        self._wizard(f"26DE00000000000001;1;2026-02-12;{REBAR};IN;3980;;{order.name};").action_import()
        line = self._imports(order)
        self.assertEqual((line.state, line.product_id), ("declared", self.rebar))
        self._receive(order)
        self.assertEqual((self._imports(order), line.received_mass), (line, 4.0))

    def test_every_wrong_cell_is_listed(self):
        good = ["26DE00000000000001", "1", "2026-02-12", REBAR, "IN", "3980", "", "", ""]
        cases = [
            (0, "DE1", "MRN", "no MRN"),
            (1, "0", "Item", "no item number"),
            (1, "", "Item", "missing"),
            (2, "2027-05-01", "Customs Date", "future"),
            (2, "2025-05-01", "Customs Date", "before 2026"),
            (2, "May", "Customs Date", "no time"),
            (3, "721420", "CN Code", "eight digits"),
            (3, "39235090", "CN Code", "no CBAM good"),
            (4, "XX", "Origin", "no code of a country"),
            (4, "CH", "Origin", "exempt"),
            (5, "0", "Net Mass (kg)", "not greater than 0"),
            (5, "1 000", "Net Mass (kg)", "thousands separators"),
            (5, "=1+1", "Net Mass (kg)", "not a number"),
            (6, "1040", "Procedure", "does not import"),
            (6, "6110", "Procedure", "returned_203"),
            (7, "P99999", "Order", "has no goods"),
            (8, "Nowhere", "Installation", "no installation"),
        ]
        rows = []
        for number, (place, value, _column, _message) in enumerate(cases, start=1):
            cells = [*good]
            cells[1] = str(number)
            cells[place] = value
            rows.append(";".join(cells))
        wizard = self._wizard(*rows)
        wizard.action_check()
        found = {error.row: (error.column, error.message) for error in wizard.error_ids}
        for number, (_place, _value, column, message) in enumerate(cases, start=2):
            self.assertEqual(found[number][0], column, found[number])
            self.assertIn(message, found[number][1])
        self.assertEqual(wizard.error_count, len(cases))
        with self.assertRaises(UserError):
            wizard.action_import()
        self.assertFalse(self._declared())

    def test_an_item_twice_in_the_file(self):
        row = f"26DE00000000000001;1;2026-02-12;{REBAR};IN;3980;;;"
        with self.assertRaisesRegex(UserError, "row 3, Item: The item stands in row 2 too"):
            self._wizard(row, row).action_import()

    def test_a_workbook_names_its_sheet(self):
        book = Workbook()
        sheet = book.active
        sheet.title = "Items"
        sheet.append(HEADER.split(";"))
        sheet.append(["26DE00000000000001", 1, "2026-02-12", int(REBAR), "IN", 3980])
        sheet.append(["26DE00000000000001", 2, "2026-02-12", int(REBAR), "IN", -1])
        content = io.BytesIO()
        book.save(content)
        wizard = self._wizard(content=content.getvalue(), name="customs.xlsx")
        with self.assertRaisesRegex(UserError, r"Items, row 3, Net Mass \(kg\)"):
            wizard.action_import()
        sheet.delete_rows(3)
        content = io.BytesIO()
        book.save(content)
        self._wizard(content=content.getvalue(), name="customs.xlsx").action_import()
        self.assertEqual(self._declared().net_mass, 3.98)

    def test_the_template_is_read(self):
        """3 980 kg and 12 500.5 kg; its header is that of the reader."""
        with file_open("cbam_procurement/static/import_templates/customs_data.xlsx", "rb") as template:
            self._wizard(content=template.read(), name="customs_data.xlsx").action_import()
        self.assertEqual(self._declared().sorted("item").mapped("net_mass"), [3.98, 12.5005])

    def test_files_that_are_refused_as_a_whole(self):
        for content, message in (
            (b"\x00\x01\x02", "neither an Excel workbook"),
            (b"PK\x03\x04 nothing", "Excel workbook"),
            (b"MRN;Item\n", "no column"),
            (b"MRN;Item;Customs Date;CN Code;Origin;Colour\n", "unknown column"),
            ("\n".join([HEADER, *["x;;;;;;;;"] * 40_001]).encode(), "more than 40000 rows"),
        ):
            with self.assertRaisesRegex(UserError, message):
                self._wizard(content=content).action_check()

    def test_quantities_of_electricity_are_megawatt_hours(self):
        header = "MRN;Item;Customs Date;CN Code;Origin;Quantity (MWh)"
        self._wizard("26DE00000000000001;1;2026-02-12;27160000;TR;1500", header=header).action_import()
        self.assertEqual((self._declared().net_mass, self._declared().sector), (1500.0, "electricity"))
