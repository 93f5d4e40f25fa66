from datetime import date, timedelta

from odoo import api, fields, models, tools
from odoo.exceptions import UserError
from odoo.tools import SQL

from ..engine.cn_codes import CnCode, CnIndex
from ..engine.datasets import IN_FORCE, PROPOSED, PROVISIONAL, SUPERSEDED, DatasetRef

# A newer set of these kinds replaces the older one; sets of other kinds complement each other.
COMPLETE_KINDS = (
    "cn_code",
    "default_value",
    "default_value_annex_iv",
    "benchmark",
    "standard_factor",
    "grid_factor",
)

# Which set answers where several are valid on a day.
STATUS_ORDER = (IN_FORCE, PROVISIONAL, SUPERSEDED)


class CbamDataset(models.Model):
    _name = "cbam.dataset"
    _description = "Regulatory Data Set"
    _order = "kind, valid_from desc, id desc"

    name = fields.Char(required=True)
    kind = fields.Selection(
        [
            ("cn_code", "CN codes"),
            ("goods_category", "Goods categories"),
            ("default_value", "Default values"),
            ("default_value_annex_iv", "Default values, precursor of unknown country"),
            ("benchmark", "Benchmarks"),
            ("standard_factor", "Standard factors"),
            ("parameter", "Parameters"),
            ("certificate_price", "Certificate prices"),
            ("auction", "Auctions of allowances"),
            ("grid_factor", "Grid factors"),
            ("life_factor", "Whole-life factors (not for CBAM)"),
        ],
        required=True,
        index=True,
        readonly=True,
    )
    legal_act = fields.Char(required=True, readonly=True, help="Act that lays the figures down.")
    version = fields.Char(readonly=True, help="Version or date of the file.")
    valid_from = fields.Date(required=True, readonly=True)
    valid_to = fields.Date(help="Last day; empty while no end is known.")
    status = fields.Selection(
        [
            (IN_FORCE, "In force"),
            (SUPERSEDED, "Superseded"),
            (PROVISIONAL, "Provisional"),
            (PROPOSED, "Proposed"),
        ],
        required=True,
        default=IN_FORCE,
        help="Where no set is in force, a provisional or superseded one answers, and every figure says so. "
        "A proposed one never answers.",
    )
    file_name = fields.Char(readonly=True)
    sha256 = fields.Char("SHA-256", readonly=True, help="Of the file that the rows were read from.")
    row_count = fields.Integer("Rows", readonly=True)
    computed = fields.Boolean(readonly=True, help="Its rows were computed here from those of other sets.")
    loaded_by_id = fields.Many2one("res.users", "Loaded by", readonly=True, ondelete="restrict")
    loaded_on = fields.Datetime(readonly=True)
    note = fields.Text()
    finding_ids = fields.One2many("cbam.dataset.finding", "dataset_id", "Findings", readonly=True)
    finding_count = fields.Integer("Listed Rows", compute="_compute_finding_count")

    _valid_dates = models.Constraint(
        "CHECK (valid_to IS NULL OR valid_to >= valid_from)", "A data set cannot end before it begins."
    )

    @api.depends("finding_ids")
    def _compute_finding_count(self):
        counts = dict(
            self.env["cbam.dataset.finding"]._read_group([("dataset_id", "in", self.ids)], ["dataset_id"], ["__count"])
        )
        for dataset in self:
            dataset.finding_count = counts.get(dataset, 0)

    def write(self, vals):
        fixed = set(vals) - {"name", "status", "valid_to", "note"}
        if fixed:
            raise UserError(
                self.env._(
                    "Data set %(name)s is loaded: only its name, status, end and note can change.",
                    name=self[:1].display_name,
                )
            )
        result = super().write(vals)
        self.env.registry.clear_cache()
        return result

    def unlink(self):
        """Delete sets with their rows; a set that a figure rests on is kept by the database."""
        if any(dataset.kind == "goods_category" for dataset in self):
            raise UserError(self.env._("Goods categories are fixed by the act: products and processes point to them."))
        for dataset in self:
            model = self.env[dataset._row_model()]
            self.env.cr.execute(SQL("DELETE FROM %s WHERE dataset_id = %s", SQL.identifier(model._table), dataset.id))
            model.invalidate_model()
        self.env.registry.clear_cache()
        return super().unlink()

    def action_open_rows(self):
        """Open the rows of the set."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.display_name,
            "res_model": self._row_model(),
            "view_mode": "list,form",
            "domain": [("dataset_id", "=", self.id)],
        }

    def action_late_facts(self):
        """What the set changes of figures posted before: the preview."""
        self.ensure_one()
        return self.env["cbam.late.facts"]._open_for_dataset(self)

    def _row_model(self):
        """Name of the model of the set's rows."""
        self.ensure_one()
        return "cbam.default.value" if self.kind.startswith("default_value") else f"cbam.{self.kind.replace('_', '.')}"

    @api.model
    def _in_force(self, kind, on=None):
        """The set that answers for a kind on a day (today): in force, else provisional, else superseded.

        Within one status the set with the latest beginning answers. An empty recordset if there is none.
        """
        return self.browse(self._in_force_id(kind, fields.Date.to_date(on) or fields.Date.context_today(self)))

    @api.model
    def _in_force_in_year(self, kind, year):
        """The set that answers for a year: for the running year today's, else that of its nearest day."""
        today = fields.Date.context_today(self)
        return self._in_force(kind, min(max(today, date(year, 1, 1)), date(year, 12, 31)))

    @api.model
    @tools.ormcache("kind", "on")
    def _in_force_id(self, kind, on):
        # superuser: the answer is cached for all users, and the same for each
        candidates = self.sudo().search_fetch(
            [
                ("kind", "=", kind),
                ("status", "in", STATUS_ORDER),
                ("valid_from", "<=", on),
                "|",
                ("valid_to", "=", False),
                ("valid_to", ">=", on),
            ],
            ["status", "valid_from"],
        )
        best = min(
            candidates,
            key=lambda s: (STATUS_ORDER.index(s.status), -s.valid_from.toordinal(), -s.id),
            default=self,
        )
        return best.id

    def _ref(self):
        """The set as the engine knows it; an unknown one where the recordset is empty."""
        if not self:
            return DatasetRef(None, self.env._("no data set"), "–", PROVISIONAL)
        self = self.sudo()  # figures name their data set to users who may not open it
        return DatasetRef(self.id, self.name, self.legal_act, self.status)

    @api.model
    def _cn_index(self, on=None):
        """The CBAM goods by CN code of the set in force on a day (today): an engine ``CnIndex``."""
        return self._cn_index_of(self._in_force("cn_code", on).id)

    @api.private
    def cn_index(self, on=None):
        """The CN codes in force on a day (today), for the other addons of the suite."""
        return self._cn_index(on)

    @api.private
    def cn_index_of(self):
        """The CN codes of this very set, whatever its status: for scenarios, never for figures."""
        self.ensure_one()
        return self._cn_index_of(self.id)

    @api.model
    def _cn_index_in_year(self, year):
        """As :meth:`_cn_index`, of the set that answers for a year."""
        return self._cn_index_of(self._in_force_in_year("cn_code", year).id)

    @api.model
    @tools.ormcache("dataset_id")
    def _cn_index_of(self, dataset_id):
        rows = self.env.execute_query(
            SQL(
                "SELECT code, description, category, sector, gases, annex_ii, functional_unit"
                " FROM cbam_cn_code WHERE dataset_id = %s ORDER BY code",
                dataset_id or None,
            )
        )
        return CnIndex(
            (
                CnCode(
                    code=code,
                    description=description,
                    category=category,
                    sector=sector,
                    gases=tuple(gases.split()),
                    annex_ii=annex_ii,
                    functional_unit=unit,
                    cn8=code if len(code) == 8 else None,
                )
                for code, description, category, sector, gases, annex_ii, unit in rows
            ),
            self.browse(dataset_id)._ref() if dataset_id else None,
        )

    def _supersede_older(self):
        """End the older sets that this one replaces: from its first day on it answers alone."""
        for dataset in self.filtered(lambda s: s.status == IN_FORCE and s.kind in COMPLETE_KINDS):
            older = self.search(
                [
                    ("kind", "=", dataset.kind),
                    ("id", "!=", dataset.id),
                    ("status", "in", (IN_FORCE, PROVISIONAL)),
                    "|",
                    ("valid_to", "=", False),
                    ("valid_to", ">=", dataset.valid_from),
                ]
            )
            replaced = older.filtered(lambda s, new=dataset: s.valid_from >= new.valid_from)
            replaced.write({"status": SUPERSEDED})
            (older - replaced).write({"valid_to": dataset.valid_from - timedelta(days=1)})
