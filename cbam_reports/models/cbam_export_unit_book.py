from collections import defaultdict

from odoo import api, models
from odoo.tools import SQL

from ..tables import Column, Table

FIGURES = (
    "mass",
    "direct",
    "indirect_total",
    "indirect_scope",
    "free_allocation",
    "direct_default",
    "scope_default",
    "indirect_default",
)

#: Columns of the ledger in the order of the table; unit and document are named by others.
COLUMNS = (
    "id",
    "date",
    "company_id",
    "installation_id",
    "installation_to_id",
    "process_id",
    "kind",
    "place_from",
    "place_to",
    "product_id",
    "lot_id",
    "stream_id",
    "document",
    "quantity",
    "unit",
    *FIGURES,
    "quality",
    "incomplete",
    "factor_note",
    "dataset_id",
    "record_id",
    "posted_at",
    "posted_by",
)
FROM_ELSEWHERE = {"document": "NULL", "unit": "template.uom_id"}
DOCUMENT, UNIT, INCOMPLETE = (COLUMNS.index(name) for name in ("document", "unit", "incomplete"))
SHOWN = len(COLUMNS)
REFERRED = {
    COLUMNS.index(name): model
    for name, model in (
        ("company_id", "res.company"),
        ("installation_id", "cbam.installation"),
        ("installation_to_id", "cbam.installation"),
        ("process_id", "cbam.process"),
        ("product_id", "product.product"),
        ("lot_id", "stock.lot"),
        ("stream_id", "cbam.source.stream"),
        ("dataset_id", "cbam.dataset"),
        ("record_id", "cbam.specific.emission"),
        ("posted_by", "res.users"),
    )
}
#: Documents behind a line, the one that names it first.
DOCUMENTS = ("mrp.production", "mrp.unbuild", "stock.picking", "cbam.meter.reading", "stock.move")


def documents(line):
    """``(model, id)`` of what a line came from: of the whole-life account's document, or of the first there is."""
    life_model, life_id, *numbers = line[SHOWN + 1 :]
    if life_model:
        return [(life_model, life_id)]
    return [(model, number) for model, number in zip(DOCUMENTS, numbers, strict=True) if number][:1]


class CbamExportUnitBook(models.AbstractModel):
    """Ledger lines of a filter."""

    _name = "cbam.export.unit_book"
    _inherit = "cbam.export.kind"
    _description = "Export of the Unit Book"
    _formats = ("xlsx", "csv")

    @api.model
    def _title(self, export):
        return self.env._("Unit book")

    @api.model
    def _source(self, export):
        return "cbam.emission.line", self._asked(export)

    @api.model
    def _columns_table(self):
        _ = self.env._
        return Table(
            _("Lines"),
            (
                Column("id", _("Line"), "plain", 10),
                Column("date", _("Date (UTC)"), "moment", 19),
                Column("company", _("Company"), width=20),
                Column("installation", _("Installation"), width=24),
                Column("installation_to", _("To Installation"), width=20),
                Column("process", _("Production Process"), width=22),
                Column("kind", _("Kind"), width=18),
                Column("place_from", _("From"), width=13),
                Column("place_to", _("To"), width=13),
                Column("product", _("Product"), width=30),
                Column("lot", _("Lot/Serial Number"), width=16),
                Column("stream", _("Source Stream"), width=22),
                Column("document", _("Document"), width=20),
                Column("quantity", _("Quantity"), "quantity", 14),
                Column("unit", _("Unit"), width=9),
                Column("mass", _("Mass (t)"), "mass", 14, total=True),
                Column("direct", _("Direct (tCO2e)"), "mass", 15, total=True),
                Column("indirect_total", _("Indirect (tCO2e)"), "mass", 15, total=True),
                Column("indirect_scope", _("Indirect in Scope (tCO2e)"), "mass", 15, total=True),
                Column("free_allocation", _("Free Allocation (tCO2e)"), "mass", 15, total=True),
                Column("direct_default", _("Direct by Default (tCO2e)"), "mass", 15, total=True),
                Column("scope_default", _("In Scope by Default (tCO2e)"), "mass", 15, total=True),
                Column("indirect_default", _("Indirect by Default (tCO2e)"), "mass", 15, total=True),
                Column("quality", _("Data Quality"), width=18),
                Column("incomplete", _("Incomplete"), "plain", 11),
                Column("factor", _("Factor"), width=50),
                Column("dataset", _("Data Set"), width=30),
                Column("record", _("Specific Emissions"), width=30),
                Column("posted_at", _("Posted at (UTC)"), "moment", 19),
                Column("posted_by", _("Posted by"), width=18),
            ),
        )

    @api.model
    def _rows(self, export, records):
        """Read past the ORM, for there may be 500 000: each name that lines refer to is asked for once per batch."""
        lines = self._read(records)
        # whoever may read the ledger may read the names in it
        names = self.sudo()._names(lines)
        selections = {
            name: dict(records._fields[name]._description_selection(self.env))
            for name in ("kind", "place_from", "place_to", "quality")
        }
        units = dict(self.env["cbam.source.stream"]._fields["unit"]._description_selection(self.env))
        told = [(place, names[model]) for place, model in REFERRED.items()]
        told += [(COLUMNS.index(name), labels) for name, labels in selections.items()]
        rows = []
        for line in lines:
            row = list(line[:SHOWN])
            for place, texts in told:
                row[place] = texts.get(row[place])
            row[UNIT] = names["uom.uom"].get(line[UNIT]) or units.get(line[SHOWN])
            row[DOCUMENT] = next((names[model].get(number) for model, number in documents(line)), None)
            row[INCOMPLETE] = row[INCOMPLETE] or None
            rows.append(row)
        return rows

    @api.model
    def _read(self, records):
        """The lines in the order of the columns, references as ids; behind them what names unit and document."""
        records.flush_model()
        return self.env.execute_query(
            SQL(
                """
                SELECT %s, stream.unit, line.life_model, line.life_res_id, line.production_id, line.unbuild_id,
                       move.picking_id, line.reading_id, line.move_id
                  FROM cbam_emission_line AS line
             LEFT JOIN stock_move AS move ON move.id = line.move_id
             LEFT JOIN product_product AS product ON product.id = line.product_id
             LEFT JOIN product_template AS template ON template.id = product.product_tmpl_id
             LEFT JOIN cbam_source_stream AS stream ON stream.id = line.stream_id
                 WHERE line.id = ANY(%s)
              ORDER BY line.id
                """,
                SQL(", ").join(
                    SQL(FROM_ELSEWHERE[name]) if name in FROM_ELSEWHERE else SQL.identifier("line", name)
                    for name in COLUMNS
                ),
                records.ids,
            )
        )

    @api.model
    def _names(self, lines):
        """``{model: {id: name}}`` of all that the lines refer to."""
        wanted = defaultdict(set)
        for place, model in REFERRED.items():
            wanted[model].update(line[place] for line in lines)
        wanted["uom.uom"].update(line[UNIT] for line in lines)
        for line in lines:
            for model, number in documents(line):
                wanted[model].add(number)
        return {model: self._names_of(model, numbers - {None}) for model, numbers in wanted.items()}

    @api.model
    def _names_of(self, model, numbers):
        records = self.env[model].browse(numbers)
        if model not in DOCUMENTS:
            # documents of the whole-life account may be deleted
            records = records.exists()
        return {record.id: record.display_name for record in records}

    @api.model
    def _facts(self, export):
        model, domain = self._source(export)
        groups = export.env[model]._read_group([*domain, ("dataset_id", "!=", False)], ["dataset_id"])
        datasets = self.env["cbam.dataset"].union(*(dataset for (dataset,) in groups))
        _ = self.env._
        return [
            (_("Data sets"), self._datasets(datasets)),
            (_("Filter"), str(export.domain or _("Selected lines"))),
            (
                _("To read"),
                _("Lines are double entries: goods come and go. To add up what entered, filter “From” by Source and "
                  "Supplier; then no tonne is counted once per level. Figures are operational: a declared SEE belongs "
                  "to the CN code, the installation and the reporting period."),
            ),
        ]  # fmt: skip
