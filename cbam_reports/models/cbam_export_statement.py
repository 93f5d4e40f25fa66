from odoo import api, models


class CbamExportStatement(models.AbstractModel):
    """Versions of an installation's emissions statement as JSON."""

    _name = "cbam.export.statement"
    _inherit = "cbam.export.kind"
    _description = "Export of an Emissions Statement"
    _formats = ("json",)

    @api.model
    def _statements(self, export):
        return export.env["cbam.statement"].search([("id", "in", export.res_ids or [])], order="id")

    @api.model
    def _title(self, export):
        statements = self._statements(export)
        if len(statements) == 1:
            return self.env._("Emissions statement %s", statements.display_name)
        return self.env._("Emissions statements")

    @api.model
    def _document(self, export):
        return self.env["cbam.document"].statements(self._statements(export))
