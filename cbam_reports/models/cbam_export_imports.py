from odoo import api, models

from ..tables import Column, Table


class CbamExportImports(models.AbstractModel):
    """The imports ledger."""

    _name = "cbam.export.imports"
    _inherit = "cbam.export.kind"
    _description = "Export of the Imports Ledger"
    _formats = ("xlsx", "csv")

    @api.model
    def _title(self, export):
        return self.env._("Imports ledger")

    @api.model
    def _source(self, export):
        return "cbam.import", self._asked(export)

    @api.model
    def _columns_table(self):
        return Table(self.env._("Imports"), self._columns())

    @api.model
    def _columns(self):
        _ = self.env._
        return (
            Column("name", _("Number")),
            Column("state", _("State"), width=11),
            Column("date", _("Customs Date"), "date", 12),
            Column("year", _("Year"), "plain", 7),
            Column("quarter", _("Quarter"), "plain", 8),
            Column("company", _("Company"), width=20),
            Column("mrn", _("MRN"), width=21),
            Column("item", _("Item"), "plain", 6),
            Column("cn_code", _("CN Code"), width=11),
            Column("composition", _("Composition Range"), width=12),
            Column("product", _("Product"), width=26),
            Column("vendor", _("Vendor"), width=24),
            Column("order", _("Purchase Order"), width=14),
            Column("receipt", _("Receipt"), width=16),
            Column("origin", _("Country of Origin"), width=16),
            Column("installation", _("Installation"), width=24),
            Column("production_country", _("Country of Production"), width=16),
            Column("production_year", _("Year of Production"), "plain", 11),
            Column("procedure", _("Procedure"), width=26),
            Column("importer", _("Importer"), width=22),
            Column("importer_eori", _("Importer's EORI"), width=19),
            Column("representative", _("Representative"), width=20),
            Column("representative_eori", _("Representative's EORI"), width=19),
            Column("received_mass", _("Received (t)"), "mass", 13),
            Column("net_mass", _("Net Mass (t; MWh of electricity)"), "mass", 15, total=True),
            Column("data", _("Data Used"), width=12),
            Column("see", _("SEE in Scope (tCO2e/t)"), "specific", 13),
            Column("sefa", _("Free Allocation (t/t)"), "specific", 13),
            Column("emissions", _("Embedded (tCO2e)"), "mass", 14, total=True),
            Column("certificates", _("Certificates of the Goods Alone"), "mass", 14, total=True),
            Column("cost", _("Certificates (EUR)"), "money", 14, total=True),
            Column("reverses", _("Reverses"), width=13),
            Column("reason", _("Reason"), width=26),
            Column("evidence", _("Evidence"), width=30),
            Column("note", _("To Check"), width=50),
        )

    @api.model
    def _rows(self, export, records):
        labels = {
            name: dict(records._fields[name]._description_selection(self.env))
            for name in ("state", "procedure", "figures_state")
        }
        return [
            [
                line.name,
                labels["state"][line.state],
                line.date,
                line.year,
                line.quarter,
                line.company_id.name,
                line.mrn,
                line.item or None,
                line.cn_code,
                line.composition,
                line.product_id.display_name,
                line.partner_id.display_name,
                line.order_id.name,
                line.picking_id.name,
                line.origin_country_id.name,
                line.installation_id.name,
                line.production_country_id.name,
                line.production_year or None,
                labels["procedure"][line.procedure],
                line.importer_id.display_name,
                line.importer_eori,
                line.representative_id.display_name,
                line.representative_eori,
                line.received_mass,
                line.net_mass,
                labels["figures_state"].get(line.figures_state),
                line.see,
                line.sefa,
                line.emissions,
                line.certificates,
                line.cost_eur,
                line.reversal_of_id.name,
                line.reason,
                ", ".join(line.evidence_ids.mapped("name")),
                line.figures_note,
            ]
            # whoever may read the ledger may read the names in it
            for line in records.sudo()
        ]

    @api.model
    def _facts(self, export):
        _ = self.env._
        # superuser: names and hashes of the data sets that figures rest on
        loaded = self.env["cbam.dataset"].sudo().search([("status", "!=", "proposed"), ("computed", "=", False)])
        return [
            (_("Data sets"), self._datasets(loaded)),
            (_("Filter"), str(export.domain or _("Selected lines"))),
            (
                _("To read"),
                _("The floor at zero is taken once per line of the declaration, so that certificates here may add up "
                  "to less than those declared."),
            ),
        ]  # fmt: skip
