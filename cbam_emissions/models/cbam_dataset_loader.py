import csv
import hashlib
import json
from collections.abc import Mapping

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL
from odoo.tools.misc import file_open

from ..engine.regulatory import benchmarks_workbook, default_values_workbook, tables
from ..engine.regulatory.findings import BAD, ERROR, Finding
from ..engine.regulatory.workbook import UnreadableFile
from .copy_rows import copy_rows

SHIPPED = "cbam_emissions/data/datasets"

WORKBOOKS = {
    "default_value": default_values_workbook.parse,
    "benchmark": benchmarks_workbook.parse,
}


class CbamDatasetLoader(models.AbstractModel):
    """Loads a set as a whole or not at all: shipped sets and a user's files go the same way."""

    _name = "cbam.dataset.loader"
    _description = "Loader of Regulatory Data"

    @api.model
    def _workbook_kinds(self):
        """Kinds of data that an official workbook exists for."""
        return tuple(WORKBOOKS)

    @api.model
    def _parse(self, kind, content, file_name):
        """Read a file: an official workbook where there is one of the kind, else our own CSV table.

        :return: ``engine.regulatory.findings.ParsedSet``
        :raises UserError: if the file cannot be read at all
        """
        try:
            if file_name.lower().endswith(".csv"):
                return tables.parse(kind, content, file_name)
            if kind in WORKBOOKS:
                return WORKBOOKS[kind](content)
        except UnreadableFile as error:
            raise UserError(str(error)) from error
        raise UserError(self.env._("%s: this kind of data is loaded from a CSV file.", file_name))

    @api.model
    def _load(self, parsed, values):
        """Insert a parsed set and its findings; older sets that it replaces are ended, none is removed.

        Runs as superuser: nobody may write rows of regulatory data, the caller has checked who may load.

        :param values: of the ``cbam.dataset``; ``row_count``, ``loaded_by_id`` and ``loaded_on`` are added
        :return: the new ``cbam.dataset``
        :raises UserError: if a finding forbids to load
        """
        self = self.sudo()
        if not parsed.loadable:
            first = next(iter(parsed.of_level(ERROR)), None)
            raise UserError(
                self.env._(
                    "Nothing is loaded: %s",
                    f"{first.sheet}, {first.line}: {first.why}" if first else self.env._("the file has no rows."),
                )
            )
        self._check_categories(parsed)
        dataset = self.env["cbam.dataset"].create(
            {
                **values,
                "kind": parsed.kind,
                "row_count": len(parsed.rows),
                "loaded_by_id": self.env.uid,
                "loaded_on": fields.Datetime.now(),
            }
        )
        self._insert_rows(dataset, parsed.rows)
        self._insert_findings(dataset, parsed.findings)
        dataset._supersede_older()
        self.env.registry.clear_cache()
        self._recompute_products(dataset)
        self.after_load(dataset)
        return dataset

    @api.model
    def _check_findings(self, parsed, accept_bad):
        """Refuse a file that cannot be read as a whole.

        :param accept_bad: rows without a figure are taken as such
        :raises UserError: it names the first row that forbids to load
        """
        errors, bad = parsed.of_level(ERROR), parsed.of_level(BAD)
        if errors:
            raise UserError(
                self.env._(
                    "Nothing is loaded: %(count)s rows cannot be read, the first is %(sheet)s row %(line)s: %(why)s",
                    count=len(errors),
                    sheet=errors[0].sheet,
                    line=errors[0].line,
                    why=errors[0].why,
                )
            )
        if bad and not accept_bad:
            raise UserError(
                self.env._(
                    "Nothing is loaded: %(count)s rows carry no figure, the first is %(sheet)s row %(line)s: %(why)s "
                    "Correct the file, or accept that these rows have no figure.",
                    count=len(bad),
                    sheet=bad[0].sheet,
                    line=bad[0].line,
                    why=bad[0].why,
                )
            )

    @api.private
    def after_load(self, dataset):
        """Called when a set and its rows are there: other addons extend it to renew what rests on such data."""
        if dataset.kind == "auction":
            self.env["cbam.auction"].update_prices()
        elif dataset.kind == "life_factor":
            self.env["cbam.life.posting"]._catch_up_soon()

    @api.private
    def load_rows(self, kind, rows, values):
        """Load rows that another addon has made as a set of its own, checked cell by cell as those of a file are.

        Whoever calls has checked who may load.

        :param rows: dictionaries with the columns of the kind's CSV table
        :param values: of the ``cbam.dataset``: at least ``name``, ``legal_act`` and ``valid_from``
        :return: the new ``cbam.dataset``
        :raises UserError: if a row cannot be loaded
        """
        content = tables.written(kind, rows).encode()
        return self._load(tables.parse(kind, content, values["name"]), {"sha256": self._checksum(content), **values})

    @api.model
    def _check_categories(self, parsed):
        if parsed.kind == "cn_code":
            known = set(self.env["cbam.goods.category"].search_fetch([], ["code"]).mapped("code"))
            for row in parsed.rows:
                if row["category"] not in known:
                    raise UserError(
                        self.env._(
                            "Nothing is loaded: %(code)s has the goods category %(category)s, which does not exist.",
                            code=row["code"],
                            category=row["category"],
                        )
                    )

    @api.model
    def _insert_rows(self, dataset, rows):
        if dataset.kind == "goods_category":
            # the only model whose records outlive a set: products and accreditations point to them
            self._upsert(dataset, rows)
        else:
            model = self.env[dataset._row_model()]
            if dataset.kind == "life_factor":
                rows = self.env["cbam.life.activity"]._with_activities(rows)
            records = self._database_rows(dataset, rows)
            self._copy(model, list(records[0]), records)

    @api.model
    def _insert_findings(self, dataset, findings):
        if findings:
            names = ["level", "sheet", "line", "cn", "what", "why"]
            records = [
                {"dataset_id": dataset.id, **{name: getattr(finding, name) for name in names}} for finding in findings
            ]
            self._copy(self.env["cbam.dataset.finding"], ["dataset_id", *names], records)

    @api.model
    def _database_rows(self, dataset, rows):
        """Rows of a parsed set as rows of its table: countries by id, the set's id added."""
        with_country = "country" in rows[0]
        country_ids = self._country_ids() if with_country else {}
        records = []
        for row in rows:
            record = {"dataset_id": dataset.id, **row}
            if with_country:
                code = record.pop("country")
                if code and code not in country_ids:
                    raise UserError(self.env._("Odoo has no country with the code %s.", code))
                record["country_id"] = country_ids[code] if code else None
            records.append(record)
        return records

    @api.model
    def _country_ids(self):
        countries = self.env["res.country"].with_context(active_test=False).search_fetch([], ["code"])
        return {country.code: country.id for country in countries}

    @api.model
    def _copy(self, model, columns, records):
        """Insert records by COPY: a set has more than ten thousand rows that nobody edits."""
        self.env.flush_all()
        copy_rows(self.env.cr, model._table, columns, ([record[column] for column in columns] for record in records))
        model.invalidate_model()

    @api.model
    def _upsert(self, dataset, rows):
        columns = ["dataset_id", "sequence", *rows[0]]
        values = SQL(", ").join(
            SQL("(%s)", SQL(", ").join(SQL("%s", value) for value in (dataset.id, sequence, *row.values())))
            for sequence, row in enumerate(rows, start=1)
        )
        self.env.cr.execute(
            SQL(
                "INSERT INTO cbam_goods_category (%s) VALUES %s ON CONFLICT (code) DO UPDATE SET %s",
                SQL(", ").join(SQL.identifier(column) for column in columns),
                values,
                SQL(", ").join(
                    SQL("%s = EXCLUDED.%s", SQL.identifier(column), SQL.identifier(column))
                    for column in columns
                    if column != "code"
                ),
            )
        )
        self.env["cbam.goods.category"].invalidate_model()

    @api.model
    def _recompute_products(self, dataset):
        """What a product is follows from the list of CBAM goods: a new list decides anew."""
        if dataset.kind in ("cn_code", "goods_category"):
            templates = self.env["product.template"].with_context(active_test=False)
            templates = templates.search([("cbam_cn_code", "!=", False)])
            for field in templates._fields.values():
                if field.store and field.compute == "_compute_cbam_scope":
                    self.env.add_to_compute(field, templates)

    @api.model
    def _load_shipped(self):
        """Load the sets that come with the addon and are not there yet; called at installation and by migrations.

        A set is known by its kind and the checksum of the file that the rows come from.
        """
        with file_open(f"{SHIPPED}/index.json") as source:
            index = json.load(source)
        Dataset = self.env["cbam.dataset"]
        there = {(dataset.kind, dataset.sha256, dataset.version) for dataset in Dataset.search([])}
        for entry in index:
            if (entry["kind"], entry["sha256"], entry["version"]) in there:
                continue
            with file_open(f"{SHIPPED}/{entry['file']}", "rb") as source:
                parsed = tables.parse(entry["kind"], source.read(), entry["file"])
            parsed.findings += self._shipped_findings(entry)
            self._load(parsed, self._shipped_values(entry))

    @api.model
    def _shipped_values(self, entry: Mapping):
        names = ("name", "legal_act", "version", "valid_from", "valid_to", "status", "sha256", "file_name", "note")
        return {name: entry[name] for name in names if entry.get(name)}

    @api.model
    def _shipped_findings(self, entry: Mapping):
        if not entry.get("findings"):
            return []
        with file_open(f"{SHIPPED}/{entry['findings']}") as source:
            return [
                Finding(row["level"], row["sheet"], int(row["row"] or 0), row["cn"], row["what"], row["why"])
                for row in csv.DictReader(source)
            ]

    @api.model
    def _checksum(self, content):
        return hashlib.sha256(content).hexdigest()
