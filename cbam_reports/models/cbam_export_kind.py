import json
from itertools import islice

from odoo import api, fields, models

from ..tables import CsvFile, Table, Workbook
from ..tables.csv_file import AT_ONCE
from ..tables.texts import file_name


class CbamExportKind(models.AbstractModel):
    """What an export reads and writes; one model per kind, called with the rights of the export's owner."""

    _name = "cbam.export.kind"
    _description = "Kind of CBAM Export"
    #: Formats there are, and whether an export without rows is refused.
    _formats = ()
    _wants_rows = True

    @api.model
    def _source(self, export):
        """``(model, domain)`` of the rows; ``(None, None)`` where there are none."""
        return None, None

    @api.model
    def _asked(self, export):
        """Domain of the records that were asked for, one by one or by a filter."""
        return export.domain or [("id", "in", export.res_ids or [])]

    @api.model
    def _columns_table(self):
        """The table of the rows."""
        return Table("", ())

    @api.model
    def _rows(self, export, records):
        """The rows of a batch of records."""
        return []

    @api.model
    def _sorted(self, rows):
        """The rows in the order of the file; they come by id."""
        return rows

    @api.model
    def _more_tables(self, export, rows):
        """``[(table, rows)]`` after the first one; ``rows`` are those of the first where :meth:`_sorted` keeps them."""
        return []

    @api.model
    def _title(self, export):
        return self.env._("Export")

    @api.model
    def _file_name(self, export):
        return file_name(self._title(export))

    @api.model
    def _facts(self, export):
        """``[(label, text)]`` of the cover beside who, when and the hash."""
        return []

    @api.model
    def _document(self, export):
        """The export as plain values, for JSON."""
        raise NotImplementedError

    @api.model
    def _created(self, export):
        """The moment that the file says it was made at."""
        return fields.Datetime.now()

    @api.model
    def _write_file(self, export, target, rows):
        """Write the file into a binary file."""
        rows = self._sorted(rows)
        if export.file_format == "json":
            text = json.dumps(self._document(export), ensure_ascii=False, indent=2, sort_keys=True, allow_nan=False)
            target.write(text.encode())
        elif export.file_format == "csv":
            CsvFile(target, self._columns_table()).write(rows)
        else:
            self._write_workbook(export, target, rows)

    @api.model
    def _write_workbook(self, export, target, rows):
        _ = self.env._
        table = self._columns_table()
        hashed = CsvFile(None, table)
        with Workbook(target, self._created(export), _("Total")) as book:
            book.write_table(table, _also(rows, hashed))
            for other, other_rows in self._more_tables(export, rows):
                book.write_table(other, other_rows)
            companies = ", ".join(export.company_ids.mapped("name"))
            facts = [
                (_("Companies"), companies),
                (_("Made by"), export.user_id.name),
                (_("Made at"), _("%s UTC", self._created(export).strftime("%Y-%m-%d %H:%M:%S"))),
                (_("Rows"), f"{export.done:,}"),
                *self._facts(export),
                (
                    _("SHA-256 of the rows"),
                    _(
                        "%(hash)s – that of the CSV file of the same rows (sheet “%(sheet)s”)",
                        hash=hashed.checksum,
                        sheet=table.title,
                    ),
                ),
                (
                    _("Figures"),
                    _("Cells hold full precision. Sums follow the filter of their sheet. An empty cell is a figure "
                      "that is not known; it is not zero."),
                ),
            ]  # fmt: skip
            book.write_cover(self._title(export), facts)

    @api.model
    def _datasets(self, datasets):
        """Data sets with their hashes, one a line."""
        # superuser: names and hashes of the data sets that figures rest on
        lines = (f"{data.name} (SHA-256 {data.sha256 or '–'})" for data in datasets.sudo().sorted("name"))
        return "\n".join(lines) or "–"


def _also(rows, hashed):
    rows = iter(rows)
    while block := list(islice(rows, AT_ONCE)):
        hashed.write(block)
        yield from block
