from odoo import fields, models
from odoo.tools import SQL


class CbamMeterGap(models.Model):
    """Times for which a meter in service has no quantity: completeness by 2025/2547 Annex II A.2 and B.4.

    A view over the readings whose quantity is known. The time since the last reading counts from the meter's own
    longest interval on, and where it states none from 31 days on.
    """

    _name = "cbam.meter.gap"
    _description = "Meter Reading Gap"
    _auto = False
    _order = "date_start desc, meter_id"
    _rec_name = "meter_id"

    meter_id = fields.Many2one("cbam.meter", readonly=True)
    installation_id = fields.Many2one("cbam.installation", readonly=True)
    company_id = fields.Many2one("res.company", readonly=True)
    stream_id = fields.Many2one("cbam.source.stream", readonly=True)
    kind = fields.Selection(
        [
            ("never", "Never read"),
            ("start", "Before the first quantity"),
            ("between", "Between two quantities"),
            ("end", "Since the last quantity"),
        ],
        readonly=True,
    )
    date_start = fields.Datetime("From", readonly=True)
    date_end = fields.Datetime("Until", readonly=True)
    days = fields.Float(readonly=True)
    doubtful = fields.Integer("In Doubt", readonly=True, help="Readings in this time that have a problem.")

    @property
    def _table_query(self):
        return SQL(
            """
            WITH service AS (
                SELECT m.id AS meter_id, m.installation_id, m.company_id, m.stream_id,
                       COALESCE(m.longest_interval, 744) AS patience,
                       GREATEST(
                           (i.start_date::timestamp AT TIME ZONE i.tz) AT TIME ZONE 'UTC',
                           COALESCE((m.date_from::timestamp AT TIME ZONE i.tz) AT TIME ZONE 'UTC', first.moment)
                       ) AS lo,
                       LEAST(
                           NOW() AT TIME ZONE 'UTC',
                           ((m.date_to + 1)::timestamp AT TIME ZONE i.tz) AT TIME ZONE 'UTC'
                       ) AS hi
                  FROM cbam_meter m
                  JOIN cbam_installation i ON i.id = m.installation_id
             LEFT JOIN (
                       SELECT meter_id, MIN(COALESCE(start_entered, date_end)) AS moment
                         FROM cbam_meter_reading WHERE cancelled IS NOT TRUE GROUP BY meter_id
                       ) AS first ON first.meter_id = m.id
                 WHERE m.active
            ), known AS (
                SELECT meter_id, date_start, date_end
                  FROM cbam_meter_reading
                 WHERE quantity IS NOT NULL AND date_start IS NOT NULL
            ), step AS (
                SELECT s.meter_id, s.lo AS date_start, COALESCE(MIN(k.date_start), s.hi) AS date_end,
                       CASE WHEN COUNT(k.meter_id) = 0 THEN 'never' ELSE 'start' END AS kind
                  FROM service s LEFT JOIN known k ON k.meter_id = s.meter_id
                 WHERE s.lo IS NOT NULL
              GROUP BY s.meter_id, s.lo, s.hi
             UNION ALL
                SELECT meter_id, date_end, LEAD(date_start) OVER (PARTITION BY meter_id ORDER BY date_start), 'between'
                  FROM known
             UNION ALL
                SELECT s.meter_id, MAX(k.date_end), s.hi, 'end'
                  FROM service s JOIN known k ON k.meter_id = s.meter_id
              GROUP BY s.meter_id, s.hi, s.patience
                HAVING s.hi - MAX(k.date_end) > s.patience * INTERVAL '1 hour'
            )
            SELECT ROW_NUMBER() OVER (ORDER BY g.meter_id, g.date_start, g.kind)::int AS id,
                   g.meter_id, s.installation_id, s.company_id, s.stream_id, g.kind,
                   GREATEST(g.date_start, s.lo) AS date_start, LEAST(g.date_end, s.hi) AS date_end,
                   EXTRACT(EPOCH FROM LEAST(g.date_end, s.hi) - GREATEST(g.date_start, s.lo)) / 86400 AS days,
                   (SELECT COUNT(*) FROM cbam_meter_reading r
                     WHERE r.meter_id = g.meter_id AND r.state = 'problem'
                       AND r.date_end >= g.date_start AND r.date_end <= g.date_end) AS doubtful
              FROM step g
              JOIN service s ON s.meter_id = g.meter_id
             WHERE g.date_end IS NOT NULL AND LEAST(g.date_end, s.hi) > GREATEST(g.date_start, s.lo)
            """
        )

    def action_open_readings(self):
        """The readings of the meter around the gap."""
        self.ensure_one()
        return self.meter_id.action_open_readings()
