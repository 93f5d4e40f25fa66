from odoo import api, fields, models
from odoo.exceptions import UserError

from ..engine.errors import EngineError
from ..models.cbam_reading_intake import NOTE_LIMIT, Entry, Refusal
from .reading_table import BadCell, moment, number, read


class CbamReadingImport(models.TransientModel):
    """Readings from a CSV or XLSX file."""

    _name = "cbam.reading.import"
    _inherit = ["cbam.file.import"]
    _description = "Import Meter Readings"

    source = fields.Selection(
        [("file", "Meter data"), ("bill", "Bills of the supplier")],
        required=True,
        default="file",
        help="Bills count only between independent partners (2025/2547 Annex II B.4.2).",
    )
    row_count = fields.Integer("Readings")
    new_count = fields.Integer("New Readings", readonly=True)
    same_count = fields.Integer("Known Already", readonly=True)
    error_ids = fields.One2many("cbam.reading.import.error", "import_id", "Listed Cells", readonly=True)

    def action_check(self):
        """Read the file and list what is wrong with it; nothing is imported."""
        self.ensure_one()
        rows, fresh, same, refusals = self._sorted_out()
        return self.checked(refusals, row_count=rows, new_count=len(fresh), same_count=same)

    def action_import(self):
        """Import all readings of the file, or none if a cell is wrong."""
        self.ensure_one()
        _rows, fresh, _same, refusals = self._sorted_out()
        self.refuse(refusals)
        self.env["cbam.meter.reading"].check_access("create")
        readings = self.env["cbam.reading.intake"]._create(fresh, self.source)
        action = self.env["ir.actions.act_window"]._for_xml_id("cbam_emissions.action_cbam_meter_reading")
        meters = readings.meter_id or self.env["cbam.meter"]
        return action | {
            "domain": [("meter_id", "in", meters.ids), ("create_date", ">=", min(readings.mapped("create_date")))]
            if readings
            else action.get("domain"),
            "target": "main",
        }

    def _sorted_out(self):
        """``(number of rows, new entries, number of known ones, refusals by row)``."""
        try:
            table = read(self.content(), self.file_name or "")
        except EngineError as error:
            raise UserError(str(error)) from error
        intake = self.env["cbam.reading.intake"]
        meters = intake._meters_by_code()
        entries, refusals = [], []
        for row, cells in table.rows:
            parsed, wrong = self._parse(row, cells, table.decimal, meters)
            refusals += wrong
            if parsed:
                entries.append(parsed)
        fresh, same, more = intake._sort_out(entries)
        columns = {"register": "Register", "time": "Time"}
        refusals += [refusal._replace(column=columns.get(refusal.column, refusal.column)) for refusal in more]
        return len(table.rows), fresh, same, sorted(refusals)

    def _parse(self, row, cells, decimal, meters):
        """``(Entry or None, [Refusal])`` of one row."""
        code = str(cells.get("Meter") or "").strip()
        meter = meters.get(code.lower())
        if not meter:
            several = code.lower() in meters
            message = (
                self.env._("Several companies have a meter %s.", code)
                if several
                else self.env._("There is no meter “%s”.", code[:60])
            )
            return None, [Refusal(row, "Meter", message)]
        values, wrong = {}, []
        for column, read_cell in self._readers(meter, cells, decimal):
            try:
                values[column] = read_cell()
            except BadCell as error:
                wrong.append(Refusal(row, column, str(error)))
        if wrong:
            return None, wrong
        note = str(cells.get("Note") or "").strip()[:NOTE_LIMIT]
        entry = Entry(
            row,
            meter.id,
            values["Time"],
            values["Register"],
            values["Interval From"],
            values["Interval Quantity"],
            note,
        )
        return entry, []

    def _readers(self, meter, cells, decimal):
        zone = meter._timezone()
        start = cells.get("Interval From")
        return (
            ("Time", lambda: moment(cells.get("Time"), zone)),
            ("Register", lambda: number(cells.get("Register"), decimal)),
            ("Interval From", lambda: None if start in (None, "") else moment(start, zone)),
            ("Interval Quantity", lambda: number(cells.get("Interval Quantity"), decimal)),
        )

    @api.private
    def window_title(self):
        return self.env._("Import Meter Readings")
