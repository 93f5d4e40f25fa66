from odoo import api, fields, models

from odoo.addons.cbam_emissions.models.cbam_carbon_price_paid import CARBON_PRICE_FIELDS
from odoo.addons.cbam_emissions.models.optional_float import OptionalFloat

#: What the carbon cost of a purchase line reads of a record.
COST_FIELDS = {
    "installation_id",
    "company_id",
    "cn_code",
    "year",
    "composition",
    "state",
    "see_direct",
    "see_indirect_scope",
    "sefa",
    "has_sefa",
    "route_letter",
    "report_ref",
    *CARBON_PRICE_FIELDS,
}


class CbamSpecificEmission(models.Model):
    _inherit = "cbam.specific.emission"

    cbam_request_id = fields.Many2one(
        "cbam.data.request",
        "Supplier's Answer To",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="restrict",
    )
    cbam_default_value = OptionalFloat(
        "Default Value",
        compute="_compute_cbam_default_value",
        store=True,
        digits=(16, 5),
        aggregator=None,
        help="For comparison: of the country of production with the mark-up of the year, tCO2e per tonne, by the data "
        "sets in force when the record was entered.",
    )

    @api.depends(
        "installation_id.company_id", "installation_id.country_id", "cn_code", "year", "route_letter", "composition"
    )
    def _compute_cbam_default_value(self):
        """Of suppliers' goods; our own are compared with nothing."""
        theirs = self.filtered(lambda record: not record.installation_id.company_id)
        countries = {record: record.installation_id.country_id for record in theirs}
        values = self.env["cbam.data.answer.check"].default_values(countries) if theirs else {}
        for record in self:
            record.cbam_default_value = values.get(record)

    @api.model_create_multi
    def create(self, vals_list):
        records = super().create(vals_list)
        records._cbam_renew_lines()
        return records

    def write(self, vals):
        installations = self.installation_id
        result = super().write(vals)
        if not COST_FIELDS.isdisjoint(vals):
            lines = self.env["purchase.order.line"]
            lines.cbam_renew_of_installations(installations | self.installation_id)
        return result

    def unlink(self):
        installations = self.installation_id
        result = super().unlink()
        self.env["purchase.order.line"].cbam_renew_of_installations(installations)
        self.env["cbam.carbon.claim"].mark_installations(installations)
        return result

    def _cbam_renew_lines(self):
        self.env["purchase.order.line"].cbam_renew_of_installations(self.installation_id)
        self.env["cbam.carbon.claim"].mark_installations(self.installation_id)
