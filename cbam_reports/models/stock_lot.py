from odoo import api, fields, models

GROUPS = "cbam_emissions.group_cbam_user,cbam_emissions.group_cbam_verifier"


class StockLot(models.Model):
    _inherit = "stock.lot"

    cbam_passport_ids = fields.One2many(
        "cbam.carbon.passport", "lot_id", "Carbon Passports", readonly=True, copy=False, groups=GROUPS
    )
    cbam_passport_count = fields.Integer(compute="_compute_cbam_passport_count", groups=GROUPS)

    @api.depends("cbam_passport_ids")
    def _compute_cbam_passport_count(self):
        counts = dict(
            self.env["cbam.carbon.passport"]._read_group([("lot_id", "in", self.ids)], ["lot_id"], ["__count"])
        )
        for lot in self:
            lot.cbam_passport_count = counts.get(lot._origin, 0)

    @api.private
    def cbam_latest_passport(self):
        """The passport that was issued last; empty where there is none."""
        self.ensure_one()
        return self.cbam_passport_ids.sorted("number")[-1:]

    def action_cbam_issue_passport(self):
        """Issue the carbon passports of the lots and show them."""
        return self._cbam_passports_action(self.env["cbam.carbon.passport"].issue(self))

    def action_cbam_view_passports(self):
        """The passports that were issued for the lot."""
        return self._cbam_passports_action(self.cbam_passport_ids)

    def action_cbam_passport_json(self):
        """The passport of the lots as a JSON file, with everything that the screen shows."""
        return self.env["cbam.export"].with_context(active_ids=self.ids).action_export("passport", "json")

    def _cbam_passports_action(self, passports):
        action = self.env["ir.actions.act_window"]._for_xml_id("cbam_reports.cbam_carbon_passport_action")
        action |= {"domain": [("id", "in", passports.ids)], "context": {}}
        if len(passports) == 1:
            action |= {"views": [(False, "form")], "res_id": passports.id}
        return action
