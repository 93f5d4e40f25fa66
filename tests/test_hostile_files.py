import base64
import csv
import io

from hypothesis import strategies as st
from openpyxl import Workbook

from odoo.tests import tagged

from odoo.addons.cbam.tooling.torture import mutations
from odoo.addons.cbam_emissions.tests.energy_common import EnergyCase
from odoo.addons.cbam_emissions.tests.methods_common import MethodsCase
from odoo.addons.cbam_procurement.tests.carbon_common import REBAR
from odoo.addons.cbam_procurement.tests.import_common import ImportCase

from .hostile_common import HOSTILE, TEXTS, WORDS, HostileMixin

READINGS = (
    ("Meter", "Time", "Register", "Interval From", "Interval Quantity", "Note"),
    ("E-02", "2026-01-01 00:00", "1000.5", "", "", "New year"),
    ("E-02", "01.02.2026 00:00", "1200.75", "", "", ""),
    ("P-01", "2026-02-01T00:00:00Z", "", "2026-01-01T00:00:00Z", "12", ""),
)
MEASURED = (
    ("Time", "Operating", "Concentration", "Flow", "O2"),
    ("2026-01-01 00:00", "1", "200", "50000", "8"),
    ("2026-01-01 01:00", "yes", "150", "40000", ""),
    ("2026-01-01 02:00", "0", "", "", ""),
)
CUSTOMS = (
    ("MRN", "Item", "Customs Date", "CN Code", "Origin", "Net Mass (kg)", "Installation", "Importer EORI"),
    ("26DE00000000000001", "1", "2026-02-12", REBAR, "IN", "3980", "Mill", "DE123456789012345"),
    ("26DE00000000000001", "2", "12.02.2026", REBAR, "CN", "12500", "", ""),
)
NAMES = st.one_of(st.sampled_from(["x.csv", "x.xlsx", "x.XLSM", "", False, *HOSTILE]), WORDS)


def as_csv(rows):
    target = io.StringIO(newline="")
    csv.writer(target, delimiter=";").writerows(rows)
    return target.getvalue().encode()


def as_workbook(rows):
    book = Workbook()
    for row in rows:
        book.active.append(row)
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()


def with_cell(rows, row, column, text):
    """The table as CSV with one cell replaced."""
    changed = [list(cells) for cells in rows]
    line = changed[row % len(changed)]
    line[column % len(line)] = text
    return as_csv(changed)


def files(rows):
    """``(content, file name)``: bytes of the CSV or parts of the workbook changed, or one cell."""
    cells = st.builds(with_cell, st.just(rows), st.integers(0, 9), st.integers(0, 9), TEXTS)
    content = st.one_of(
        mutations.files([as_csv(rows)]), cells, cells, mutations.workbooks([as_workbook(rows)]), st.binary(max_size=200)
    )
    return st.tuples(content, NAMES)


def cells(rows, *found):
    """Cases of ``(row, column, text)`` that were found."""
    return [(with_cell(rows, row, column, text), "x.csv") for row, column, text in found]


MOMENTS = ("9999-12-31 24:00", "9999-12-31T23:59:59-14:00", "0001-01-01T00:00:00+14:00", "0001-01-01", "31.12.9999")


class FileMixin(HostileMixin):
    """A wizard that takes a file."""

    wizard, values = "", {}

    def _attempt(self, case):
        content, name = case
        made = []

        def taken():
            wizard = self.env[self.wizard].create({"file": base64.b64encode(content), "file_name": name, **self.values})
            made.append(wizard)
            wizard.action_check()
            wizard.action_import()

        refused = self.refused(taken)
        if not refused:
            self._judge()
        return refused


@tagged("post_install", "-at_install", "cbam_door")
class TestHostileReadings(FileMixin, EnergyCase):
    """Files of meter readings."""

    watched = ("cbam.meter.reading", "cbam.emission.line", "cbam.data.gap")
    wizard = "cbam.reading.import"

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._meter("E-02", unit="kwh")
        cls._interval_meter("P-01")

    def _judge(self):
        readings = self.env["cbam.meter.reading"].search([])
        self.judge_figures(readings, "register", "quantity", "quantity_entered")

    def test_readings(self):
        self.taken(self._attempt, (as_csv(READINGS), "x.csv"))
        found = [(1, 1, text) for text in MOMENTS] + [(3, 3, text) for text in MOMENTS]
        found += [(1, 2, "1e308"), (2, 2, "-1e308"), (3, 4, "1e308"), (1, 0, "E-02\ud7ff"), (1, 5, "\x1b[31m\u202e")]
        corpus = [*cells(READINGS, *found), (as_csv(READINGS), "\x00"), (b"", "\x00")]
        self.hostile("reading-file", files(READINGS), self._attempt, corpus)


@tagged("post_install", "-at_install", "cbam_door")
class TestHostileMeasured(FileMixin, MethodsCase):
    """Files of continuous measurement."""

    watched = ("cbam.measured.hour", "ir.attachment")
    wizard = "cbam.measured.import"

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.source = cls.env["cbam.measured.source"].create(
            {"period_id": cls.period.id, "name": "Stack 1", "process_id": cls.process.id, "stands_still": True}
        )
        cls.values = {"source_id": cls.source.id}

    def _judge(self):
        self.judge_figures(self.env["cbam.measured.hour"].search([]), "concentration", "flow")
        self.judge_figures(self.source, "result", most=1e24)

    def test_measured(self):
        self.taken(self._attempt, (as_csv(MEASURED), "x.csv"))
        found = [(1, 0, text) for text in MOMENTS]
        found += [(1, 2, "1e308"), (1, 3, "1e308"), (1, 2, "-5"), (1, 4, "20.96"), (1, 1, "\u0661")]
        self.hostile("measured-file", files(MEASURED), self._attempt, cells(MEASURED, *found))


@tagged("post_install", "-at_install", "cbam_door")
class TestHostileCustoms(FileMixin, ImportCase):
    """Files of customs data."""

    watched = ("cbam.import", "res.partner")
    wizard = "cbam.import.file"

    def _judge(self):
        for line in self.env["cbam.import"].search([]):
            self.judge_figures(line, "net_mass")
            self.assertGreater(line.net_mass, 0)

    def test_customs(self):
        self.taken(self._attempt, (as_csv(CUSTOMS), "x.csv"))
        found = [(1, 2, text) for text in MOMENTS]
        found += [(1, 5, "1e308"), (1, 5, "-3980"), (1, 5, "1e-320"), (1, 7, "<script>"), (1, 1, "1e3")]
        self.hostile("customs-file", files(CUSTOMS), self._attempt, cells(CUSTOMS, *found))
