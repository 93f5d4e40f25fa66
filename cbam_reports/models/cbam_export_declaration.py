from odoo import api, models
from odoo.tools import split_every

from odoo.addons.cbam_emissions.engine.cn_codes import spaced

from ..tables import Column, Table

BATCH_ROWS = 1000
DOCUMENT_FORMAT = "cbam-declaration/1"


class CbamExportDeclaration(models.AbstractModel):
    """The data of annual declarations: lines, types of goods, imports and blockers; or one of them as JSON."""

    _name = "cbam.export.declaration"
    _inherit = "cbam.export.kind"
    _description = "Export of a Declaration"
    _formats = ("xlsx", "csv", "json")
    _wants_rows = False

    @api.model
    def _declarations(self, export):
        return export.env["cbam.declaration"].search([("id", "in", export.res_ids or [])], order="id")

    @api.model
    def _title(self, export):
        declarations = self._declarations(export)
        if len(declarations) == 1:
            return self.env._(
                "CBAM declaration %(year)s v%(version)s", year=declarations.year, version=declarations.version
            )
        return self.env._("CBAM declarations")

    @api.model
    def _source(self, export):
        return "cbam.declaration.line", [("declaration_id", "in", self._declarations(export).ids)]

    @api.model
    def _columns_table(self):
        _ = self.env._
        return Table(
            _("Lines"),
            (
                Column("cn_code", _("CN Code"), width=12),
                Column("declaration", _("Declaration"), width=34),
                Column("origin", _("Country of Origin"), width=16),
                Column("installation", _("Installation"), width=24),
                Column("period", _("Reporting Period"), "plain", 10),
                Column("composition", _("Composition Range"), width=12),
                Column("basis", _("Basis"), width=14),
                Column("procedure", _("Procedure"), width=26),
                Column("quarter", _("Quarter of Importation"), "plain", 12),
                Column("unit", _("Unit"), width=6),
                Column("quantity", _("Quantity"), "mass", 14, total=True),
                Column("see", _("SEE in Scope (tCO2e per unit)"), "specific", 13),
                Column("emissions", _("Embedded (tCO2e)"), "mass", 14, total=True),
                Column("sefa", _("Free Allocation (per unit)"), "specific", 13),
                Column("free_allocation", _("Free Allocation (tCO2e)"), "mass", 14, total=True),
                Column("reduction", _("Reduction for a Carbon Price (tCO2e)"), "mass", 14, total=True),
                Column(
                    "certificates",
                    _("Certificates"),
                    "mass",
                    14,
                    total=True,
                ),
                Column("below", _("Below 50 t"), "yes_no", 8),
                Column("price", _("Price (EUR)"), "money", 11),
                Column("cost", _("Certificates (EUR)"), "money", 15, total=True),
                Column("imports", _("Imports"), "whole", 9),
                Column("reports", _("Verification Reports"), width=30),
                Column("source", _("Where the Figures Come From"), width=70),
            ),
        )

    @api.model
    def _rows(self, export, records):
        basis = dict(records._fields["basis"]._description_selection(self.env))
        procedures = dict(records._fields["procedure"]._description_selection(self.env))
        return [
            [
                spaced(line.cn_code),
                line.declaration_id.display_name,
                line.origin_country_id.name,
                line.installation_id.name,
                line.period or None,
                line.composition,
                basis[line.basis],
                procedures.get(line.procedure),
                line.quarter or None,
                "MWh" if line.electricity else "t",
                line.mass,
                line.see,
                line.emissions,
                line.sefa,
                line.free_allocation,
                line.reduction,
                line.certificates,
                line.below_threshold,
                line.price,
                line.cost_eur,
                len(line.import_ids),
                ", ".join(line.report_ids.mapped("name")),
                line.source,
            ]
            # whoever may read the declaration may read the names in it
            for line in records.sudo()
        ]

    @api.model
    def _more_tables(self, export, rows):
        _ = self.env._
        # superuser: the declarations were found with the owner's rights; all that they say is written
        declarations = self._declarations(export).sudo()
        imports = self.env["cbam.export.imports"]
        goods = Table(
            _("Types of goods"),
            (
                Column("cn_code", _("CN Code"), width=12),
                Column("declaration", _("Declaration"), width=34),
                Column("returned", _("Returned Goods (Art. 203)"), "yes_no", 12),
                Column("unit", _("Unit"), width=6),
                Column("quantity", _("Quantity"), "mass", 15, total=True),
                Column("see", _("Emissions (tCO2e per unit)"), "specific", 14),
                Column("emissions", _("Embedded (tCO2e)"), "mass", 15, total=True),
                Column("certificates", _("Certificates"), "mass", 15, total=True),
            ),
        )
        blockers = Table(
            _("Blockers"),
            (
                Column("declaration", _("Declaration"), width=34),
                Column("message", _("What Blocks the Release"), width=110),
            ),
        )
        tables = [
            (
                goods,
                [
                    [
                        spaced(total.cn_code),
                        total.declaration_id.display_name,
                        total.returned,
                        "MWh" if total.electricity else "t",
                        total.quantity,
                        total.see,
                        total.emissions,
                        total.certificates,
                    ]
                    for total in declarations.total_ids
                ],
            ),
            (imports._columns_table(), self._rows_of_imports(export, sorted(declarations.line_ids.import_ids.ids))),
        ]
        if declarations.blocker_ids:
            tables.append((blockers, [[b.declaration_id.display_name, b.message] for b in declarations.blocker_ids]))
        return tables

    @api.model
    def _rows_of_imports(self, export, ids):
        """Batch by batch, so that a year of imports is never in memory as a whole."""
        imports = self.env["cbam.export.imports"]
        for batch in split_every(BATCH_ROWS, ids):
            yield from imports._rows(export, export.env["cbam.import"].browse(batch))
            export.env.invalidate_all()

    @api.model
    def _facts(self, export):
        _ = self.env._
        facts = []
        for declaration in self._declarations(export):
            # superuser: the name of who released it
            released = declaration.released_on and _(
                "released %(moment)s UTC by %(who)s",
                moment=declaration.released_on,
                who=declaration.sudo().released_by_id.name,
            )
            state = released or _("draft, not released: %s blockers", declaration.blocker_count)
            facts += [
                (_("Declaration"), f"{declaration.display_name} – {state}"),
                (_("Root hash (SHA-256)"), declaration.root_hash or "–"),
                (_("Data sets"), self._datasets(declaration.dataset_ids)),
            ]
            if declaration.reason:
                facts.append((_("Corrects"), f"{declaration.previous_id.display_name}: {declaration.reason}"))
        return [
            *facts,
            (_("Act"), _("Regulation (EU) 2023/956, Article 6")),
            (
                _("To read"),
                _("Certificates of a line: quantity · (SEE − free allocation) − reduction, never below zero; nothing "
                  "for goods below 50 t."),
            ),
        ]  # fmt: skip

    @api.model
    def _document(self, export):
        return self.env["cbam.document"].declarations(self._declarations(export))
