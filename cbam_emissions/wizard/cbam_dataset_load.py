import base64
from datetime import date

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

from ..engine.regulatory.findings import BAD, ERROR, SUSPICIOUS, ParsedSet
from ..engine.regulatory.tables import TABLES
from ..models.optional_float import OptionalFloat

# categories are fixed by the act and come with the addon
NOT_LOADED_BY_USERS = ("goods_category",)

MAX_LISTED = 2000


class CbamDatasetLoad(models.TransientModel):
    """Loads a file of regulatory data: checks it row by row, shows what is wrong, then loads all or nothing."""

    _name = "cbam.dataset.load"
    _description = "Load Regulatory Data"

    kind = fields.Selection(selection="_selection_kind", required=True, default="default_value")
    file = fields.Binary(required=True, attachment=False)
    file_name = fields.Char()
    name = fields.Char(
        compute="_compute_name", store=True, readonly=False, help="How the set is called in lists and traces."
    )
    legal_act = fields.Char()
    version = fields.Char(help="Version or date of the file.")
    valid_from = fields.Date(default=date(2026, 1, 1))
    valid_to = fields.Date()
    status = fields.Selection(
        selection=lambda self: self.env["cbam.dataset"]._fields["status"].selection, default="in_force"
    )
    note = fields.Text()
    columns = fields.Char("CSV Columns", compute="_compute_columns")
    takes_workbook = fields.Boolean(compute="_compute_columns")
    state = fields.Selection([("file", "File"), ("checked", "Checked")], default="file")
    row_count = fields.Integer("Rows", readonly=True)
    error_count = fields.Integer("Errors", readonly=True)
    bad_count = fields.Integer("Rows without a Figure", readonly=True)
    suspicious_count = fields.Integer("Suspicious Rows", readonly=True)
    accept_bad = fields.Boolean(
        "Load although rows carry no figure",
        help="The set is loaded as a whole. The listed rows are kept as defective: whatever needs one of them is "
        "missing and says so.",
    )
    finding_ids = fields.One2many("cbam.dataset.load.finding", "load_id", "Listed Rows", readonly=True)
    replaced_id = fields.Many2one("cbam.dataset", "Compared With", readonly=True)
    change_ids = fields.One2many("cbam.dataset.load.change", "load_id", "Changed Values", readonly=True)
    change_count = fields.Integer("Changes", readonly=True)

    @api.model
    def _selection_kind(self):
        kinds = self.env["cbam.dataset"]._fields["kind"]._description_selection(self.env)
        return [(kind, label) for kind, label in kinds if kind not in NOT_LOADED_BY_USERS]

    @api.depends("kind")
    def _compute_columns(self):
        for load in self:
            load.columns = ", ".join(TABLES[load.kind].names) if load.kind else False
            load.takes_workbook = load.kind in self.env["cbam.dataset.loader"]._workbook_kinds()

    @api.depends("kind", "version")
    def _compute_name(self):
        kinds = dict(self._selection_kind())
        for load in self:
            load.name = " ".join(filter(None, (kinds.get(load.kind), load.version)))

    def _parse(self):
        """The uploaded file as a ``ParsedSet``."""
        self.ensure_one()
        return self.env["cbam.dataset.loader"]._parse(
            self.kind, base64.b64decode(self.file or b""), self.file_name or ""
        )

    def action_check(self):
        """Read the file and show every row that is not as it should be; nothing is loaded."""
        self.ensure_one()
        parsed = self._parse()
        worst_first = sorted(parsed.findings, key=lambda finding: (ERROR, BAD, SUSPICIOUS).index(finding.level))
        names = ("level", "sheet", "line", "cn", "what", "why")
        self.finding_ids.unlink()
        self.env["cbam.dataset.load.finding"].create(
            [
                {"load_id": self.id, **{name: getattr(finding, name) for name in names}}
                for finding in worst_first[:MAX_LISTED]
            ]
        )
        self.write(
            {
                "state": "checked",
                "row_count": len(parsed.rows),
                "error_count": len(parsed.of_level(ERROR)),
                "bad_count": len(parsed.of_level(BAD)),
                "suspicious_count": len(parsed.of_level(SUSPICIOUS)),
                "accept_bad": False,
            }
        )
        self._compare(parsed)
        return self._reopen()

    def action_back(self):
        """Choose another file."""
        self.state = "file"
        return self._reopen()

    def action_load(self):
        """Load the whole file, or nothing if a row forbids it; a job loads a large one."""
        self.ensure_one()
        self._check_filled()
        loader = self.env["cbam.dataset.loader"]
        job = self.env["cbam.job.load"]._load(self) if self.state == "checked" else None
        if job:
            return job.action_open()
        parsed = self._parse()
        loader._check_findings(parsed, self.accept_bad)
        dataset = loader._load(parsed, self._dataset_values())
        return {
            "type": "ir.actions.act_window",
            "res_model": "cbam.dataset",
            "res_id": dataset.id,
            "view_mode": "form",
        }

    def _dataset_values(self):
        names = ("name", "legal_act", "version", "valid_from", "valid_to", "status", "note", "file_name")
        checksum = self.env["cbam.dataset.loader"]._checksum(base64.b64decode(self.file or b""))
        return {**{name: self[name] for name in names}, "sha256": checksum}

    def _check_filled(self):
        missing = [
            self._fields[name]._description_string(self.env)
            for name in ("name", "legal_act", "valid_from", "status")
            if not self[name]
        ]
        if missing:
            raise UserError(self.env._("Nothing is loaded: fill in %s.", ", ".join(missing)))

    def _compare(self, parsed: ParsedSet):
        """List the default values that the file would change against the set that answers today."""
        self.change_ids.unlink()
        self.write({"replaced_id": False, "change_count": 0})
        if not self.kind.startswith("default_value") or not parsed.rows:
            return
        replaced = self.env["cbam.dataset"]._in_force(self.kind)
        if not replaced:
            return
        rows = self.env.execute_query(
            SQL(
                """
                SELECT r.table, COALESCE(c.code, ''), r.cn, COALESCE(r.route, ''), r.total
                  FROM cbam_default_value r
             LEFT JOIN res_country c ON c.id = r.country_id
                 WHERE r.dataset_id = %s
                """,
                replaced.id,
            )
        )
        old = {(table, country, cn, route): total for table, country, cn, route, total in rows}
        new = {(r["table"], r["country"] or "", r["cn"], r["route"] or ""): r["total"] for r in parsed.rows}
        changed = [key for key in sorted({*old, *new}) if old.get(key) != new.get(key)]
        self._list_changes(old, new, changed)
        self.write({"replaced_id": replaced.id, "change_count": len(changed)})

    def _list_changes(self, old, new, changed):
        """Insert the list by the loader's bulk way: a whole workbook may differ."""
        loader = self.env["cbam.dataset.loader"]
        country_ids = loader._country_ids()
        records = [
            {
                "load_id": self.id,
                "table": key[0],
                "country_id": country_ids.get(key[1]),
                "cn": key[2],
                "route": key[3],
                "old_total": old.get(key),
                "new_total": new.get(key),
            }
            for key in changed
        ]
        if records:
            loader._copy(self.env["cbam.dataset.load.change"], list(records[0]), records)

    def _reopen(self):
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Load Regulatory Data"),
            "res_model": self._name,
            "res_id": self.id,
            "view_mode": "form",
            "target": "new",
            "context": {"dialog_size": "extra-large"},
        }


class CbamDatasetLoadFinding(models.TransientModel):
    _name = "cbam.dataset.load.finding"
    _description = "Listed Row of a File to Load"
    _order = "id"

    load_id = fields.Many2one("cbam.dataset.load", required=True, index=True, ondelete="cascade")
    level = fields.Selection(
        selection=lambda self: self.env["cbam.dataset.finding"]._fields["level"].selection, required=True
    )
    sheet = fields.Char()
    line = fields.Integer("Row")
    cn = fields.Char("CN Code")
    what = fields.Char("Cells")
    why = fields.Char()


class CbamDatasetLoadChange(models.TransientModel):
    _name = "cbam.dataset.load.change"
    _description = "Default Value that a File Would Change"
    _order = "id"

    load_id = fields.Many2one("cbam.dataset.load", required=True, index=True, ondelete="cascade")
    table = fields.Selection(selection=lambda self: self.env["cbam.default.value"]._fields["table"].selection)
    country_id = fields.Many2one("res.country")
    cn = fields.Char("CN Code")
    route = fields.Char()
    old_total = OptionalFloat("Old Total", digits=(16, 3))
    new_total = OptionalFloat("New Total", digits=(16, 3))
    difference = OptionalFloat(digits=(16, 3), compute="_compute_difference")

    @api.depends("old_total", "new_total")
    def _compute_difference(self):
        for change in self:
            known = change.old_total is not None and change.new_total is not None
            change.difference = change.new_total - change.old_total if known else None
