import contextlib
import csv
import io
import json
import warnings
from datetime import datetime

import openpyxl
from hypothesis import strategies as st

from odoo.service.model import call_kw
from odoo.tests import BaseCase, tagged

from odoo.addons.cbam_procurement.tests.carbon_common import REBAR
from odoo.addons.cbam_procurement.tests.import_common import ImportCase
from odoo.addons.cbam_reports.tables import Column, CsvFile, Table, Workbook
from odoo.addons.cbam_reports.tables.texts import file_name
from odoo.addons.cbam_reports.tests.export_common import ExportMixin

from .hostile_common import HOSTILE, NUMBERS, TEXTS, VALUES, HostileMixin, Wrong

KINDS = ("unit_book", "imports", "declaration", "offers", "scenario", "statement", "dossier", "passport")
FORMATS = ("xlsx", "csv", "json", "zip")
#: Signs with which a spreadsheet begins to reckon.
FORMULA = ("=", "+", "-", "@", "\t", "\r", "\uff1d")
FIELDS = ("id", "mrn", "net_mass", "date", "company_id", "company_id.name", "partner_id.user_ids.password", "x", "")
LEAVES = st.tuples(
    st.one_of(st.sampled_from(FIELDS), TEXTS),
    st.sampled_from(["=", "in", "not in", "any", "like", "=like", ">", "child_of", "any!", "DROP", ""]),
    st.one_of(VALUES, NUMBERS, TEXTS),
)
DOMAINS = st.one_of(st.lists(st.one_of(LEAVES, LEAVES.map(list), st.sampled_from(["&", "|", "!"])), max_size=3), VALUES)


@tagged("post_install", "-at_install", "cbam_door")
class TestHostileExports(HostileMixin, ExportMixin, ImportCase):
    """Parameters of exports and searches, as a client sends them."""

    watched = ("cbam.export", "cbam.export.part", "ir.attachment")

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.user = cls._export_user("export_user")
        cls.line = cls.env["cbam.import"].create(
            {
                "date": "2026-02-10",
                "cn_code": REBAR,
                "origin_country_id": cls.countries["IN"].id,
                "net_mass": 1.0,
                "note": "=1+1",
                "company_id": cls.company.id,
            }
        )

    def _attempt(self, case):
        method, kind, file_format, context = case
        model = self.env["cbam.export"].with_user(self.user)
        sent = {"context": self._client(context)}
        return self.refused(lambda: call_kw(model, method, [kind, file_format], dict(sent)))

    def _client(self, context):
        """A context as a client can send it: JSON, with the user's companies."""
        return {str(key): value for key, value in context.items()} | {"allowed_company_ids": self.company.ids}

    def test_parameters(self):
        good = ("action_export", "imports", "csv", {"active_ids": self.line.ids})
        self.taken(self._attempt, good)
        ids = st.one_of(st.lists(st.one_of(NUMBERS, TEXTS, st.just(self.line.id)), max_size=3), VALUES)
        many = st.just([self.line.id] * 20_000)
        context = st.one_of(
            st.fixed_dictionaries({"active_ids": ids}),
            st.fixed_dictionaries({"active_ids": many, "active_domain": DOMAINS}),
            st.dictionaries(st.sampled_from(["active_ids", "active_domain", "active_id"]), VALUES, max_size=3),
            st.fixed_dictionaries({"active_ids": ids, "tz": TEXTS}),
        )
        kinds, formats = (st.one_of(st.sampled_from(known), TEXTS) for known in (KINDS, FORMATS))
        methods = st.sampled_from(["action_export", "action_export", "action_export_of_periods"])
        found = [
            ("action_export", "imports", "csv", {"active_ids": [self.line.id] * 20_000, "active_domain": domain})
            for domain in (
                [["mrn", "=", "a\x00b"]],
                [["id", "=", 10**30]],
                [["net_mass", "=", float("nan")]],
                [["mrn", "any!", []]],
                [["x", "=", 1]],
                [["mrn"]],
                "[('id', '=', 1)]",
                {"a": 1},
                [["mrn", "like", "\ud800"]],
                ["|"],
                [["id", None, 1]],
                [["mrn", "LIKE", "x"]],
            )
        ]
        found += [
            ("action_export", "imports", "csv", {"active_ids": bad})
            for bad in (7, "7", {"a": 1}, [10**30], [None], [[1]], ["x"], [1.5], [True])
        ]
        found += [
            ("action_export", "kind", "csv", {}),
            ("action_export", "imports", "exe", {}),
            ("action_export", [], {}, {}),
        ]
        cases = st.tuples(methods, kinds, formats, context)
        with warnings.catch_warnings():
            # ODOO: of an operator in capitals it warns developers
            warnings.filterwarnings("ignore", "Deprecated since 19.0, the domain condition", DeprecationWarning)
            self.hostile("export-parameters", cases, self._attempt, found)


@tagged("post_install", "-at_install", "cbam_door")
class TestHostileTables(HostileMixin, BaseCase):
    """Texts of anybody in the files that we write: none becomes a formula, a link or a path."""

    def rows(self):
        return ()

    def undone(self):
        return contextlib.nullcontext()

    def test_formulas(self):
        def attempt(texts):
            table = Table("T", (Column("text", texts[0]), Column("more", "More")))
            content = io.BytesIO()
            with Workbook(content, datetime(2027, 3, 1)) as book:
                book.write_table(table, [[text, text] for text in texts])
                book.write_cover(texts[0], [(texts[0], texts[0])])
            for sheet in openpyxl.load_workbook(io.BytesIO(content.getvalue())):
                for row in sheet.iter_rows():
                    for cell in row:
                        if cell.data_type == "f" or cell.hyperlink:
                            raise Wrong(f"{cell.value!r} is a {cell.data_type} with {cell.hyperlink}")
            written = io.BytesIO()
            CsvFile(written, table).write([[text, -1.5] for text in texts])
            for row in csv.reader(io.StringIO(written.getvalue().decode("utf-8-sig"), newline="")):
                if row and row[0].lstrip(" ").startswith(FORMULA):
                    raise Wrong(f"{row[0]!r} would be run")
            return False

        self.hostile("formulas-out", st.lists(TEXTS, min_size=1, max_size=4), attempt, [[text] for text in HOSTILE])

    def test_file_names(self):
        def attempt(text):
            name = file_name(text)
            bad = set(name) & set('/\\:*?"<>|\x00\r\n\u202e\u2066')
            if bad or not name.strip(" .") or name.startswith((".", "~")) or len(name) > 80 or ".." in name:
                raise Wrong(f"{text!r} becomes {name!r}")
            json.dumps(name).encode()
            return False

        self.hostile("file-names-out", TEXTS, attempt, HOSTILE)
