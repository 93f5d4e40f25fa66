from odoo import api, fields, models
from odoo.tools import SQL

from ..engine.datasets import IN_FORCE
from ..engine.life.lines import Rate
from .cbam_dataset import STATUS_ORDER
from .optional_float import OptionalFloat


class CbamLifeFactor(models.Model):
    """Factors of the whole-life account. None are shipped: users load those that they may use."""

    _name = "cbam.life.factor"
    _inherit = "cbam.dataset.row"
    _description = "Factor of the Whole-Life Account"
    _order = "dataset_id desc, id"
    _rec_name = "activity_id"

    activity_id = fields.Many2one("cbam.life.activity", required=True, readonly=True, index=True, ondelete="restrict")
    stage = fields.Selection(related="activity_id.stage")
    unit = fields.Selection(related="activity_id.unit")
    factor = fields.Float(
        "Factor (kgCO2e)", min_display_digits=1, readonly=True, aggregator=None, help="kgCO2e per unit of the activity."
    )
    credit = OptionalFloat(
        "Credit (kgCO2e)",
        min_display_digits=1,
        readonly=True,
        aggregator=None,
        help="kgCO2e per unit that recovery avoids elsewhere. Shown apart, never netted.",
    )
    source = fields.Char(readonly=True)

    @api.model
    def _rates(self, codes, on=None):
        """The factors of activities on a day (today), in one query.

        Several sets may complement each other: per activity the one in force answers that began last; where none is in
        force a provisional or superseded one, and the rate says so. A missing factor is missing.

        :param codes: keys of activities, an iterable
        :return: ``{code: engine.life.lines.Rate}``
        """
        day = fields.Date.to_date(on) or fields.Date.context_today(self)
        return {code: rate for (code, _day), rate in self._rates_on((code, day) for code in codes).items()}

    @api.model
    def _rates_on(self, pairs):
        """As :meth:`_rates` for ``(code, day)`` pairs: ``{(code, day): Rate}``, one query for all of them."""
        pairs = sorted(set(pairs))
        if not pairs:
            return {}
        self.env["cbam.life.activity"].flush_model()
        self.env["cbam.dataset"].flush_model()
        rows = self.env.execute_query(
            SQL(
                """
                SELECT DISTINCT ON (a.code, asked.day) a.code, asked.day, a.name->>'en_US', a.unit, a.stage,
                       r.factor, r.credit::float, r.source, s.id, s.name, s.status
                  FROM UNNEST(%s::varchar[], %s::date[]) AS asked(code, day)
                  JOIN cbam_life_activity a ON a.code = asked.code
                  JOIN cbam_life_factor r ON r.activity_id = a.id
                  JOIN cbam_dataset s ON s.id = r.dataset_id
                 WHERE s.status = ANY(%s)
                   AND s.valid_from <= asked.day AND (s.valid_to IS NULL OR s.valid_to >= asked.day)
              ORDER BY a.code, asked.day, array_position(%s::varchar[], s.status), s.valid_from DESC, s.id DESC
                """,
                [code for code, _day in pairs],
                [day for _code, day in pairs],
                list(STATUS_ORDER),
                list(STATUS_ORDER),
            )
        )
        return {row[:2]: self._rate(*row[2:]) for row in rows}

    @api.model
    def _rate(self, name, unit, stage, factor, credit, source, dataset_id, dataset, status):
        units = dict(self.env["cbam.life.activity"]._fields["unit"]._description_selection(self.env))
        note = self.env._(
            "%(activity)s: %(factor)s kgCO2e per %(unit)s (%(origin)s; %(dataset)s)",
            activity=name,
            factor=f"{factor:.10g}",
            unit=units[unit],
            origin=source,
            dataset=dataset,
        )
        if status != IN_FORCE:
            statuses = dict(self.env["cbam.dataset"]._fields["status"]._description_selection(self.env))
            note = self.env._("%(note)s – data set: %(status)s", note=note, status=statuses[status])
        quality = "standard" if status == IN_FORCE else "provisional"
        return Rate(float(factor), credit, dataset_id, note, unit, stage, quality)

    @api.private
    def rates(self, codes, on=None):
        """As :meth:`_rates`, for the other addons of the suite."""
        return self._rates(codes, on)
