from datetime import date, timedelta

from markupsafe import Markup

from odoo import api, fields, models

BEARERS = [
    ("buyer", "The buyer"),
    ("vendor", "The vendor"),
    ("above", "The vendor, above the maximum"),
]


class CbamCarbonClause(models.Model):
    """What is agreed with vendors about the emissions of their goods; every order copies it and may change its copy."""

    _name = "cbam.carbon.clause"
    _description = "Carbon Clause"
    _order = "sequence, name, id"
    _check_company_auto = True

    name = fields.Char(required=True, translate=True)
    active = fields.Boolean(default=True)
    sequence = fields.Integer(default=10)
    company_id = fields.Many2one("res.company", required=True, index=True, default=lambda self: self.env.company)
    partner_id = fields.Many2one(
        "res.partner",
        "Vendor",
        index="btree_not_null",
        check_company=True,
        ondelete="cascade",
        domain="[('parent_id', '=', False)]",
        help="Orders to this vendor propose the clause. Empty: orders to all vendors that have none of their own.",
    )
    bearer = fields.Selection(
        BEARERS,
        "Certificates Borne By",
        help="Who bears the cost of the CBAM certificates that the goods need. Empty: no clause, but the order may "
        "still ask for emission data.",
    )
    deadline_from = fields.Selection(
        [("year", "the end of the year of arrival"), ("arrival", "the expected arrival")],
        required=True,
        default="year",
        help="Emissions are verified for calendar years: no report can exist before the year has ended.",
    )
    deadline_days = fields.Integer("Days", default=90, help="Until the verified report is due.")
    maximum_ids = fields.One2many("cbam.carbon.clause.maximum", "clause_id", "Maxima", copy=True)
    ask_data = fields.Boolean("Ask for Emission Data", default=True)
    data_text = fields.Html("Request", translate=True, default=lambda self: self._default_data_text())
    clause_text = fields.Html("Clause", translate=True, default=lambda self: self._default_clause_text())

    _deadline_days_range = models.Constraint("CHECK (deadline_days >= 0)", "A deadline lies after its starting day.")
    _unique_vendor = models.UniqueIndex(
        "(company_id, COALESCE(partner_id, 0)) WHERE active",
        "There is already a carbon clause for this vendor, or for all vendors: change it or archive it.",
    )

    @api.model
    def _default_data_text(self):
        return Markup("<p>%s</p>") % self.env._(
            "Please send us the specific embedded emissions of the goods (Regulation (EU) 2023/956, CBAM) for each "
            "producing installation: direct and indirect emissions per tonne, and the report of an accredited verifier "
            "as soon as there is one. Without a verified report default values with a mark-up count, and they are "
            "usually higher."
        )

    @api.model
    def _default_clause_text(self):
        return Markup("<p>%s</p>") % self.env._(
            "The supplier proves the specific embedded emissions of the goods by the report of an accredited verifier "
            "under Implementing Regulations (EU) 2025/2546 and 2025/2547. Direct emissions count, and indirect ones as "
            "far as they are in the scope of CBAM, in tCO2e per tonne of goods. Where no verified report has been "
            "handed over until the day stated, the default value of Implementing Regulation (EU) 2025/2621 with its "
            "mark-up counts. Certificates are reckoned at the price that counts for the time of importation."
        )

    @api.private
    def of_orders(self, orders):
        """``{order: clause}``: that of the vendor, else that of the company, in one query."""
        vendors = orders.partner_id.commercial_partner_id
        # superuser: a buyer without CBAM rights sends orders with the company's clause
        found = self.sudo().search(
            [("company_id", "in", orders.company_id.ids), ("partner_id", "in", [False, *vendors.ids])]
        )
        by_key = {(clause.company_id, clause.partner_id): clause for clause in found}
        none = self.env["res.partner"]
        return {
            order: by_key.get((order.company_id, order.partner_id.commercial_partner_id))
            or by_key.get((order.company_id, none), self.browse())
            for order in orders
        }

    @api.private
    def deadline(self, arrival):
        """The day until which the verified report of goods is due.

        :param arrival: expected day, or ``None``
        """
        self.ensure_one()
        if arrival is None or not self.bearer:
            return False
        start = arrival if self.deadline_from == "arrival" else date(arrival.year, 12, 31)
        return start + timedelta(days=self.deadline_days)

    @api.private
    def maximum(self, cn_code):
        """The maximum of the longest code that a good's code begins with; ``None`` where none fits."""
        fitting = self.maximum_ids.filtered(lambda row: (cn_code or "").startswith(row.cn_code))
        return max(fitting, key=lambda row: len(row.cn_code)).max_see if fitting else None
