from odoo import api, models
from odoo.tools import SQL


class CbamLifePosting(models.AbstractModel):
    """Orders that change, and readings that arrive late, change what a site shares among the orders of a period."""

    _inherit = "cbam.life.posting"

    @api.model
    def _mark_orders(self, marks):
        result = super()._mark_orders(marks)
        if self._companies():
            productions, readings = list(marks.get("productions") or ()), list(marks.get("readings") or ())
            for model in ("cbam.life.allocation", "cbam.life.supply"):
                self.mark(model, self._shared_by(self.env[model], productions, readings))
        return result

    @api.model
    def _shared_by(self, model, production_ids, reading_ids):
        """Documents that count and whose period an order was worked on, or a meter of the site was read, in."""
        if not production_ids and not reading_ids:
            return set()
        model.flush_model(["state", "installation_id", "date_from", "date_to"])
        self.env["mrp.production"].flush_model(["date_start", "date_finished", "picking_type_id"])
        self.env["cbam.meter.reading"].flush_model(["date_start", "date_end", "meter_id"])
        rows = self.env.execute_query(
            SQL(
                """
                SELECT a.id
                  FROM %(table)s a
                  JOIN stock_warehouse w ON w.cbam_installation_id = a.installation_id
                  JOIN stock_picking_type pt ON pt.warehouse_id = w.id
                  JOIN mrp_production mo ON mo.picking_type_id = pt.id
                 WHERE a.state = 'posted' AND mo.id = ANY(%(orders)s)
                   AND COALESCE(mo.date_finished, now() AT TIME ZONE 'UTC') >= a.date_from - INTERVAL '2 days'
                   AND COALESCE(mo.date_start, mo.create_date) <= a.date_to + INTERVAL '2 days'
                 UNION
                SELECT a.id
                  FROM %(table)s a
                  JOIN cbam_meter m ON m.installation_id = a.installation_id
                  JOIN cbam_meter_reading r ON r.meter_id = m.id
                 WHERE a.state = 'posted' AND r.id = ANY(%(readings)s)
                   AND r.date_end >= a.date_from - INTERVAL '2 days'
                   AND COALESCE(r.date_start, r.date_end) <= a.date_to + INTERVAL '2 days'
                """,
                table=SQL.identifier(model._table),
                orders=production_ids,
                readings=reading_ids,
            )
        )
        return {row[0] for row in rows}
