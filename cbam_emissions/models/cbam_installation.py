from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.tools import ormcache

from odoo.addons.base.models.res_partner import _tz_get

from .optional_float import OptionalFloat


class CbamInstallation(models.Model):
    """A stationary technical unit (site) where CBAM goods are produced: 2025/2547 Art. 1, LAW of the *installation*.

    One model serves one's own sites (``company_id`` is set, warehouses are linked) and the sites of suppliers
    (``company_id`` is empty): the specific embedded emissions of a good always belong to an installation.
    """

    _name = "cbam.installation"
    _inherit = ["cbam.configuration"]
    _description = "CBAM Installation"
    _order = "company_id, name, id"

    name = fields.Char(required=True, translate=True)
    active = fields.Boolean(default=True)
    company_id = fields.Many2one(
        "res.company",
        index=True,
        help="The company that operates the installation in this database. Empty for an installation of a supplier.",
    )
    operator_id = fields.Many2one("res.partner", help="The legal person that operates the installation.")
    country_id = fields.Many2one(
        "res.country",
        required=True,
        help="Country of production: decides default values, grid factor and benchmarks of what is made here.",
    )
    address = fields.Text(
        "Address in English",
        help="Full address, as the operator's emissions report states it (2025/2547 Annex IV 1.1).",
    )
    latitude = OptionalFloat(
        digits=(9, 6),
        aggregator=None,
        help="Of the main emission source, in degrees with six decimals; south negative.",
    )
    longitude = OptionalFloat(
        digits=(9, 6), aggregator=None, help="Of the main emission source, in degrees with six decimals; west negative."
    )
    unlocode = fields.Char("UN/LOCODE")
    registry_ref = fields.Char("Registry ID", help="Identifier of the installation in the CBAM registry.")
    tz = fields.Selection(
        _tz_get,
        string="Time Zone",
        required=True,
        default=lambda self: self.env.user.tz or "UTC",
        help="Reporting periods, months and meter days are local to the installation.",
    )
    start_date = fields.Date(
        help="First day, local time, from which movements are posted to the emissions ledger. "
        "Earlier movements never post; stock on hand enters by the opening wizard. Nothing posts while it is empty.",
    )
    warehouse_ids = fields.One2many("stock.warehouse", "cbam_installation_id", string="Warehouses")
    process_ids = fields.One2many("cbam.process", "installation_id", string="Production Processes")
    specific_emission_ids = fields.One2many("cbam.specific.emission", "installation_id", string="Specific Emissions")
    specific_emission_count = fields.Integer(compute="_compute_specific_emission_count")
    footprint_ids = fields.One2many("cbam.footprint.document", "installation_id", string="EPD and PCF")
    note = fields.Html()

    _coordinates = models.Constraint(
        "CHECK (latitude BETWEEN -90 AND 90 AND longitude BETWEEN -180 AND 180)",
        "A latitude lies between -90 and 90 degrees, a longitude between -180 and 180.",
    )

    @api.depends("specific_emission_ids")
    def _compute_specific_emission_count(self):
        counts = dict(
            self.env["cbam.specific.emission"]._read_group(
                [("installation_id", "in", self.ids)], ["installation_id"], ["__count"]
            )
        )
        for installation in self:
            installation.specific_emission_count = counts.get(installation._origin, 0)

    def action_view_specific_emissions(self):
        """The records of this installation."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id("cbam_emissions.action_cbam_specific_emission")
        context = {"default_installation_id": self.id}
        return action | {"domain": [("installation_id", "=", self.id)], "context": context}

    def action_view_ledger(self):
        """The ledger lines of this installation."""
        domain = ["|", ("installation_id", "in", self.ids), ("installation_to_id", "in", self.ids)]
        return self.env["cbam.emission.line"]._action_of(domain, self.display_name)

    @api.constrains("start_date", "company_id")
    def _check_start_date_is_final(self):
        """A start date cannot move once lines were posted: earlier movements would be half in the books."""
        for installation in self:
            # superuser: lines that the user may not see count, too
            first = (
                self.env["cbam.emission.line"]
                .sudo()
                .search([("installation_id", "=", installation.id), ("kind", "!=", "opening")], order="date", limit=1)
            )
            start = installation.start_date
            if first and (not start or installation._local_date(first.date) < start):
                raise ValidationError(
                    self.env._(
                        "The start date of %(installation)s cannot be later than its first posted line (%(date)s).",
                        installation=installation.display_name,
                        date=installation._local_date(first.date),
                    )
                )

    @api.model
    def _default_own(self):
        """The installation of the current company where it has exactly one, for defaults on forms."""
        own = self.search([("company_id", "=", self.env.company.id)], limit=2)
        return own if len(own) == 1 else self.browse()

    @api.model
    @ormcache()
    def _zones(self):
        """``{installation id: time zone}`` of all."""
        # superuser: only time zones are read, for whoever finishes an order
        installations = self.sudo().with_context(active_test=False).search_fetch([], ["tz"])
        return {installation.id: installation.tz for installation in installations}

    def _local_date(self, moment):
        """The calendar day of a naive UTC datetime at the installation."""
        self.ensure_one()
        return fields.Datetime.context_timestamp(self.with_context(tz=self.tz), moment).date()
