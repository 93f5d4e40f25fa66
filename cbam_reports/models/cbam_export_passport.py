from odoo import api, models


class CbamExportPassport(models.AbstractModel):
    """Carbon passports as JSON, with everything that their screen shows."""

    _name = "cbam.export.passport"
    _inherit = "cbam.export.kind"
    _description = "Export of Carbon Passports"
    _formats = ("json",)

    @api.model
    def _lots(self, export):
        return export.env["stock.lot"].search([("id", "in", export.res_ids or [])], order="id")

    @api.model
    def _title(self, export):
        lots = self._lots(export)
        return self.env._("Carbon passport %s", lots.name) if len(lots) == 1 else self.env._("Carbon passports")

    @api.model
    def _document(self, export):
        return self.env["cbam.passport.document"].passports(self._lots(export))
