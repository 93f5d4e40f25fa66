from itertools import pairwise

from odoo import api, fields, models
from odoo.exceptions import UserError

from ..engine.errors import EngineError
from ..models.cbam_measured_hour import Row
from .reading_table import BadCell, moment, number, read

#: Column of the file: field of a row, largest value.
NUMBERS = {
    "Concentration": ("concentration", None),
    "Flow": ("flow", None),
    "Concentration Points": ("concentration_percent", 100.0),
    "Flow Points": ("flow_percent", 100.0),
    "Flow by Balance": ("substitute_flow", None),
    "Other Components": ("others", 100.0),
    "Primary Air": ("primary_air", None),
    "Secondary Air": ("secondary_air", None),
    "Seal Air": ("seal_air", None),
    "O2": ("oxygen", 20.95),
}
COLUMNS = ("Time", "Operating", *NUMBERS)
YES, NO = ("", "1", "yes", "true", "x"), ("0", "no", "false")


class CbamMeasuredImport(models.TransientModel):
    """Values of a continuous measurement from a CSV or XLSX file."""

    _name = "cbam.measured.import"
    _inherit = ["cbam.file.import"]
    _description = "Import Measured Values"

    source_id = fields.Many2one("cbam.measured.source", required=True, readonly=True, ondelete="cascade")
    previous_count = fields.Integer("Rows Replaced", related="source_id.row_count")
    error_ids = fields.One2many("cbam.measured.import.error", "import_id", "Listed Cells", readonly=True)

    def action_check(self):
        """Read the file and list what is wrong with it; nothing is imported."""
        self.ensure_one()
        rows, errors = self._rows()
        return self.checked(errors, row_count=len(rows))

    def action_import(self):
        """Put the rows of the file in place of those of the source, or none of them if a cell is wrong."""
        self.ensure_one()
        source = self.source_id
        source.check_access("write")
        source._check_open()
        rows, errors = self._rows()
        self.refuse(errors)
        # superuser: measured hours are written by the import alone; the right on the source was checked above
        self.env["cbam.measured.hour"].sudo()._replace(source, rows)
        source.write({"row_count": len(rows), "file_name": self.file_name, "imported_at": fields.Datetime.now()})
        attachment = self.env["ir.attachment"].create(
            {
                "name": self.file_name or self.env._("Measured values"),
                "datas": self.file,
                "res_model": source._name,
                "res_id": source.id,
            }
        )
        source.evidence_ids += attachment
        return {"type": "ir.actions.act_window_close"}

    def _rows(self):
        """``([Row], [(row number, column, message)])`` in order of the file."""
        try:
            table = read(self.content(), self.file_name or "", COLUMNS, ("Time",), tuple(NUMBERS))
        except EngineError as error:
            raise UserError(str(error)) from error
        zone = self.source_id._timezone()
        span = self.source_id.period_id._span()
        rows, errors, seen = [], [], {}
        for place, cells in table.rows:
            row, wrong = self._row(place, cells, table.decimal, zone)
            errors += wrong
            if row is None:
                continue
            if not span[0] <= row.start < span[1]:
                message = self.env._("%s is not in the reporting period.", cells.get("Time"))
                errors.append((place, "Time", message))
            elif row.start in seen:
                message = self.env._("The same time is in row %s.", seen[row.start])
                errors.append((place, "Time", message))
            seen.setdefault(row.start, place)
            rows.append(row)
        errors += self._overlaps(rows, seen)
        return rows, sorted(errors, key=lambda error: error[0])

    def _row(self, place, cells, decimal, zone):
        """``(Row or None, [(row number, column, message)])``."""
        wrong, values = [], {}
        readers = {
            "Time": ("start", lambda: moment(cells.get("Time"), zone)),
            "Operating": ("operating", lambda: self._operating(cells.get("Operating"))),
        }
        for column, (name, largest) in NUMBERS.items():
            readers[column] = (name, lambda c=column, m=largest: self._number(cells.get(c), decimal, m))
        for column, (name, reader) in readers.items():
            try:
                values[name] = reader()
            except BadCell as error:
                wrong.append((place, column, str(error)))
        return (None if wrong else Row(**values)), wrong

    def _number(self, cell, decimal, largest):
        value = number(cell, decimal)
        if value is not None and value < 0:
            raise BadCell(self.env._("%s is negative.", f"{value:g}"))
        if value is not None and largest is not None and value > largest:
            raise BadCell(self.env._("%(value)s is above %(largest)s.", value=f"{value:g}", largest=f"{largest:g}"))
        return value

    def _operating(self, cell):
        text = str(cell if cell is not None else "").strip().lower()
        if text in YES or text == "1.0":
            return True
        if text in NO or text == "0.0":
            return False
        raise BadCell(self.env._("“%s” is neither yes nor no; write 1 or 0.", text[:40]))

    def _overlaps(self, rows, places):
        """Rows that begin before the one before them has ended."""
        minutes = self.source_id.minutes
        found = []
        starts = sorted({row.start for row in rows})
        for earlier, later in pairwise(starts):
            if (later - earlier).total_seconds() < minutes * 60:
                message = self.env._("It begins less than %s minutes after the row before it.", minutes)
                found.append((places[later], "Time", message))
        return found

    @api.private
    def window_title(self):
        return self.env._("Import Measured Values of %s", self.source_id.name)
