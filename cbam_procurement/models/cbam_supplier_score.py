from odoo import fields, models
from odoo.tools import SQL

from odoo.addons.cbam_emissions.models.optional_float import OptionalFloat


class CbamSupplierScore(models.Model):
    """How well a supplier delivers the emission data of its goods, and how the goods compare: one row per supplier, CN
    code and year of what was ordered or asked for. What is not known is empty, never 0."""

    _name = "cbam.supplier.score"
    _description = "Scorecard of Suppliers' Emission Data"
    _auto = False
    _order = "year desc, partner_id, cn_code"
    _rec_name = "partner_id"
    _depends = {
        "cbam.data.request": ["company_id", "commercial_partner_id", "year", "state", "answered_on", "answer_days"],
        "cbam.data.request.line": ["request_id", "cn_code"],
        "cbam.specific.emission": [
            "company_id",
            "installation_id",
            "cn_code",
            "year",
            "state",
            "see_scope",
            "renewable_share",
            "cbam_default_value",
            "cbam_request_id",
        ],
        "product.supplierinfo": ["partner_id", "cbam_installation_id"],
        "product.template": ["cbam_cn_code", "cbam_scope"],
        "purchase.order": ["state", "partner_id"],
        "purchase.order.line": ["order_id", "product_id", "date_planned", "company_id"],
        "res.partner": ["commercial_partner_id"],
    }

    partner_id = fields.Many2one("res.partner", "Supplier", readonly=True)
    company_id = fields.Many2one("res.company", readonly=True)
    cn_code = fields.Char("CN Code", readonly=True)
    year = fields.Integer("Reporting Period", readonly=True, aggregator=None)
    request_count = fields.Integer("Requests", readonly=True)
    answer_count = fields.Integer("Answered", readonly=True)
    response_rate = OptionalFloat(readonly=True, aggregator="avg", help="Share of the requests that were answered.")
    days_to_answer = OptionalFloat(readonly=True, aggregator="avg", digits=(16, 1))
    coverage = fields.Float("Data Coverage", readonly=True, aggregator="avg", help="Share of goods with data.")
    verified_share = fields.Float(readonly=True, aggregator="avg", help="Share of goods whose data are verified.")
    record_id = fields.Many2one("cbam.specific.emission", readonly=True, help="The data that count at present.")
    see = OptionalFloat("SEE in Scope", readonly=True, aggregator="avg", digits=(16, 5), help="tCO2e per tonne.")
    default_value = OptionalFloat(
        readonly=True,
        aggregator="avg",
        digits=(16, 5),
        help="Of the country of production, with the mark-up of the year.",
    )
    to_default = OptionalFloat("Against Default", readonly=True, aggregator="avg", help="Share of the default value.")
    peers = OptionalFloat(
        readonly=True, aggregator="avg", digits=(16, 5), help="Average SEE of the other suppliers of the same goods."
    )
    to_peers = OptionalFloat("Against Peers", readonly=True, aggregator="avg", help="SEE as a share of the peers'.")
    trend = OptionalFloat(
        readonly=True, aggregator="avg", digits=(16, 5), help="SEE less that of the year before, tCO2e per tonne."
    )

    renewable_share = OptionalFloat(
        "Renewable Electricity", readonly=True, aggregator="avg", help="As the supplier states it; empty: not known."
    )

    def action_view_record(self):
        """The data that count at present."""
        self.ensure_one()
        return self.record_id.get_formview_action()

    def action_view_requests(self):
        """What the supplier was asked for in the year."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id("cbam_procurement.cbam_data_request_action")
        domain = [
            ("commercial_partner_id", "=", self.partner_id.id),
            ("year", "=", self.year),
            ("line_ids.cn_code", "=", self.cn_code),
        ]
        return action | {"domain": domain, "context": {"default_partner_id": self.partner_id.id}}

    @property
    def _table_query(self):
        return SQL(
            """
            WITH goods AS (%(goods)s),
                 asked AS (%(asked)s),
                 known AS (%(known)s),
                 scored AS (
                    SELECT g.*, a.request_count, a.answer_count, a.days_to_answer, k.record_id, k.state, k.see,
                           k.renewable_share, k.default_value,
                           SUM(k.see) OVER same AS all_see, COUNT(k.see) OVER same AS all_count,
                           LAG(k.see) OVER years AS before_see, LAG(g.year) OVER years AS before_year
                      FROM goods g
                 LEFT JOIN asked a USING (company_id, partner_id, cn_code, year)
                 LEFT JOIN known k USING (company_id, partner_id, cn_code, year)
                    WINDOW same AS (PARTITION BY g.company_id, g.cn_code, g.year),
                           years AS (PARTITION BY g.company_id, g.partner_id, g.cn_code ORDER BY g.year)
                 ),
                 compared AS (
                    SELECT s.*,
                           (s.all_see - COALESCE(s.see, 0))
                               / NULLIF(s.all_count - (s.see IS NOT NULL)::int, 0) AS peers,
                           CASE WHEN s.before_year = s.year - 1 THEN s.see - s.before_see END AS trend
                      FROM scored s
                 )
            SELECT ROW_NUMBER() OVER (ORDER BY company_id, partner_id, cn_code, year) AS id,
                   company_id, partner_id, cn_code, year, record_id, see, default_value, peers, trend, renewable_share,
                   COALESCE(request_count, 0) AS request_count, COALESCE(answer_count, 0) AS answer_count,
                   answer_count::float / request_count AS response_rate, days_to_answer,
                   (record_id IS NOT NULL)::int::float AS coverage,
                   COALESCE(state = 'verified', FALSE)::int::float AS verified_share,
                   see / NULLIF(default_value, 0) AS to_default,
                   see / NULLIF(peers, 0) AS to_peers
              FROM compared
            """,
            goods=self._goods(),
            asked=self._asked(),
            known=self._known(),
        )

    def _goods(self):
        """What was ordered for a year, or asked for."""
        return SQL(
            """
            SELECT r.company_id, r.commercial_partner_id AS partner_id, l.cn_code, r.year
              FROM cbam_data_request_line l
              JOIN cbam_data_request r ON r.id = l.request_id
             WHERE r.state NOT IN ('new', 'cancelled')
             UNION
            SELECT l.company_id, v.commercial_partner_id, LEFT(t.cbam_cn_code, 8),
                   EXTRACT(YEAR FROM l.date_planned)::int
              FROM purchase_order_line l
              JOIN purchase_order o ON o.id = l.order_id
              JOIN res_partner v ON v.id = o.partner_id
              JOIN product_product p ON p.id = l.product_id
              JOIN product_template t ON t.id = p.product_tmpl_id
             WHERE o.state = 'purchase' AND t.cbam_scope = 'good' AND LENGTH(t.cbam_cn_code) >= 8
               AND l.date_planned >= '2026-01-01'
            """
        )

    def _asked(self):
        return SQL(
            """
            SELECT r.company_id, r.commercial_partner_id AS partner_id, l.cn_code, r.year,
                   COUNT(*) AS request_count, COUNT(r.answered_on) AS answer_count,
                   AVG(r.answer_days) AS days_to_answer
              FROM cbam_data_request_line l
              JOIN cbam_data_request r ON r.id = l.request_id
             WHERE r.state NOT IN ('new', 'cancelled')
          GROUP BY 1, 2, 3, 4
            """
        )

    def _known(self):
        """The record that counts per supplier: of its answers, or of installations that its vendor lines name; a
        verified one before a claim, the latest of each."""
        return SQL(
            """
            SELECT DISTINCT ON (g.company_id, g.partner_id, g.cn_code, g.year)
                   g.company_id, g.partner_id, g.cn_code, g.year, e.id AS record_id, e.state, e.see_scope AS see,
                   e.renewable_share, e.cbam_default_value AS default_value
              FROM goods g
              JOIN cbam_specific_emission e
                ON e.cn_code = g.cn_code AND e.year = g.year AND e.state IN ('claimed', 'verified')
               AND (e.company_id = g.company_id OR e.company_id IS NULL)
             WHERE EXISTS (
                     SELECT FROM cbam_data_request r
                      WHERE r.id = e.cbam_request_id AND r.commercial_partner_id = g.partner_id
                   )
                OR EXISTS (
                     SELECT FROM product_supplierinfo s JOIN res_partner v ON v.id = s.partner_id
                      WHERE s.cbam_installation_id = e.installation_id AND v.commercial_partner_id = g.partner_id
                   )
          ORDER BY g.company_id, g.partner_id, g.cn_code, g.year, e.state = 'verified' DESC, e.id DESC
            """
        )
