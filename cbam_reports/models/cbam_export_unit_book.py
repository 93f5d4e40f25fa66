from odoo import api, models

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
        labels = {
            name: dict(records._fields[name]._description_selection(self.env))
            for name in ("kind", "place_from", "place_to", "quality")
        }
        return [
            [
                line.id,
                line.date,
                line.company_id.name,
                line.installation_id.name,
                line.installation_to_id.name,
                line.process_id.name,
                labels["kind"][line.kind],
                labels["place_from"][line.place_from],
                labels["place_to"][line.place_to],
                line.product_id.display_name,
                line.lot_id.name,
                line.stream_id.display_name,
                line.document_name,
                line.quantity,
                line.unit_name,
                *(line[name] for name in FIGURES),
                labels["quality"][line.quality],
                line.incomplete or None,
                line.factor_note,
                line.dataset_id.name,
                line.record_id.display_name,
                line.posted_at,
                line.posted_by.name,
            ]
            # whoever may read the ledger may read the names in it
            for line in records.sudo()
        ]

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
