import gc
import hashlib
import tracemalloc

from odoo.tools import SQL

from odoo.addons.cbam_emissions.tests.common import CbamCase

MANY, BATCH = 4_000, 50
#: Rows of the two files that are compared; cells of a workbook take their time under a tracer.
SIZES = {"csv": (500, MANY), "xlsx": (200, 1_000)}


class TestBigExport(CbamCase):
    """A file of many times the rows takes no more memory: rows are read batch by batch, the file is never read."""

    def setUp(self):
        super().setUp()
        parameters = self.env["ir.config_parameter"]
        parameters.set_param("cbam_reports.export_at_once", "1")
        parameters.set_param("cbam_reports.export_batch", str(BATCH))
        self._receive(self._product("Coil", self.tonne, "72131000", cbam_installation_id=self.mill.id), 5)
        self.line = self.env["cbam.emission.line"].search([], order="id desc", limit=1)
        fields = self.line._fields.items()
        columns = [name for name, field in fields if field.store and field.column_type and name != "id"]
        names = SQL(", ").join(map(SQL.identifier, columns))
        copies = "SELECT %s FROM cbam_emission_line, generate_series(1, %s) WHERE id = %s"
        lines = SQL(copies, names, MANY, self.line.id)
        self.env.cr.execute(SQL("INSERT INTO cbam_emission_line (%s) %s", names, lines))

    def _exported(self, file_format, rows):
        """An export of so many rows, and the most memory that making it took."""
        domain = [("id", ">", self.line.id), ("id", "<=", self.line.id + rows)]
        export = self.env["cbam.export"].start("unit_book", file_format, domain=domain)
        self.assertEqual((export.state, export.total), ("waiting", rows))
        self.env.invalidate_all()
        gc.collect()
        tracemalloc.start()
        try:
            while export._work():
                pass
            return export, tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()

    def test_memory_does_not_grow_with_the_rows(self):
        for file_format, (few, many) in SIZES.items():
            self._exported(file_format, BATCH)  # what is loaded once
            _few, small = self._exported(file_format, few)
            export, big = self._exported(file_format, many)
            self.assertLess(big, 1.6 * small, f"{file_format}: {big:,} against {small:,} bytes")
            content = export.attachment_id.raw
            if file_format == "csv":
                self.assertGreater(len(content), big, "the whole file was never in memory")
            self.assertEqual(export.checksum, hashlib.sha256(content).hexdigest())
            self.assertEqual(export.attachment_id.file_size, len(content))
            self.assertEqual(export.attachment_id.checksum, hashlib.sha1(content).hexdigest())

    def test_files_in_the_database_too(self):
        self.env["ir.config_parameter"].set_param("ir_attachment.location", "db")
        export, _memory = self._exported("csv", BATCH)
        self.assertFalse(export.attachment_id.store_fname)
        self.assertEqual(len(export.attachment_id.raw.splitlines()), BATCH + 1)

    def test_progress_and_cancelling_of_a_big_export(self):
        export = self.env["cbam.export"].start("unit_book", "csv", domain=[("id", ">", self.line.id)])
        for part in range(1, 4):
            self.assertTrue(export._work_safely())
            self.assertEqual(export.done, part * BATCH)
            self.assertAlmostEqual(export.progress, 100 * part * BATCH / MANY, delta=0.051)
        export.action_cancel()
        self.assertFalse(export._work_safely())
        self.assertEqual((export.state, export.attachment_id.id, export.part_ids.ids), ("cancelled", False, []))
