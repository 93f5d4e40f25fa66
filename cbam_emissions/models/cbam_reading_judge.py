from datetime import datetime, timedelta
from typing import NamedTuple

import pytz

from odoo import api, fields, models
from odoo.tools import SQL, groupby

from ..engine.registers import Meter, ProblemKind, Reading, RegisterKind, metered_intervals

#: States in which the quantity of an interval is known, and in which it is shared among orders.
KNOWN = ("ok", "warning", "waiting")
COUNTING = ("ok", "warning")

#: Neighbours on either side that decide how a reading of a counter is judged: it is in doubt where the counter falls
#: before or after it, and its interval where one of its two ends is in doubt.
NEIGHBOURS = 3

IN_DOUBT = (ProblemKind.MISSING_VALUE, ProblemKind.NEGATIVE, ProblemKind.CONFLICTING, ProblemKind.DECREASING)

VERDICT_COLUMNS = ["date_start", "quantity", "attributable", "state", "message"]


class Row(NamedTuple):
    """A reading as stored: what was entered, and how it was judged last."""

    id: int
    meter_id: int
    date_end: datetime
    start_entered: datetime | None
    register: float | None
    quantity_entered: float | None
    is_restart: bool
    judged: tuple


class Verdict(NamedTuple):
    """What a reading means: its interval, quantity in the meter's unit, and whether it counts.

    ``attributable`` is what sub-meters leave of the quantity.
    """

    date_end: datetime
    date_start: datetime | None = None
    quantity: float | None = None
    attributable: float | None = None
    state: str = "ok"
    message: str | None = None


class Service(NamedTuple):
    """When a meter was in service and calibrated, naive UTC."""

    zone: object
    start: datetime
    end: datetime
    calibrated_until: datetime


class CbamReadingJudge(models.AbstractModel):
    """Turns meter readings into intervals with quantities, by :mod:`engine.registers`, and says which of them count.

    Readings that overlap, run backwards or contradict the sub-meters are reported and count nothing until somebody
    solves them; nothing is guessed. Works on all meters at once and rewrites only what changed.
    """

    _name = "cbam.reading.judge"
    _description = "CBAM Meter Readings: Judgement"

    @api.model
    def _judge(self, ranges):
        """Judge readings anew and mark for posting those whose meaning changed.

        :param ranges: ``{meter id: (first, last moment touched) or None for all}``
        """
        self.env["cbam.meter.reading"].flush_model()
        self.env["cbam.meter"].flush_model()
        # superuser: what is judged is written by the system alone
        meters = self.env["cbam.meter"].sudo().with_context(active_test=False).browse(list(ranges)).exists()
        self._serialise(meters)
        pending = {meter: ranges[meter.id] for meter in meters}
        changed = set()
        while pending:
            deepest = max(map(self._depth, pending))
            level = {meter: pending.pop(meter) for meter in list(pending) if self._depth(meter) == deepest}
            changed |= self._judge_level(level)
            for meter, span in level.items():
                if meter.parent_id:
                    pending[meter.parent_id] = self._union(pending.get(meter.parent_id, span), span)
        self.env["cbam.meter.reading"].invalidate_model(VERDICT_COLUMNS)
        self.env["cbam.posting"]._mark(readings=changed)

    @api.model
    def _depth(self, meter):
        depth = 0
        while meter.parent_id:
            meter, depth = meter.parent_id, depth + 1
        return depth

    @api.model
    def _union(self, one, other):
        return None if one is None or other is None else (min(one[0], other[0]), max(one[1], other[1]))

    @api.model
    def _serialise(self, meters):
        """Two transactions must not judge one family of meters at once: the later one fails and Odoo retries it."""
        family = meters
        while family.parent_id - family:
            family |= family.parent_id
        if family:
            self.env.cr.execute(
                SQL(
                    """
                    UPDATE cbam_meter SET revision = COALESCE(revision, 0) + 1
                     WHERE id IN (SELECT id FROM cbam_meter WHERE id = ANY(%s) ORDER BY id FOR NO KEY UPDATE)
                    """,
                    family.ids,
                )
            )
            family.invalidate_recordset(["revision"])

    @api.model
    def _judge_level(self, level):
        """Judge meters of which none is behind another; returns the ids of the readings whose meaning changed."""
        by_id = {meter.id: meter for meter in level}
        ranges = {meter.id: span for meter, span in level.items()}
        before, after = {}, {}
        for meter_id, rows in groupby(self._rows(ranges), key=lambda row: row.meter_id):
            verdicts = self._verdicts(by_id[meter_id], rows)
            for row in self._trusted(rows, ranges[meter_id]):
                before[row.id] = row.judged
                after[row.id] = (meter_id, verdicts[row.id])
        parents = self.env["cbam.meter"].browse(by_id).with_context(active_test=False).filtered("child_ids")
        after |= self.env["cbam.reading.rest"]._rests(parents, after)
        updates = {number: verdict for number, (_meter, verdict) in after.items() if before[number] != verdict}
        self._store(updates)
        return set(updates)

    @api.model
    def _store(self, verdicts):
        """Write verdicts in one statement."""
        if not verdicts:
            return
        columns = [[getattr(verdict, name) for verdict in verdicts.values()] for name in VERDICT_COLUMNS]
        self.env.cr.execute(
            SQL(
                """
                UPDATE cbam_meter_reading AS r
                   SET date_start = v.date_start, quantity = v.quantity, attributable = v.attributable,
                       state = v.state, message = v.message
                  FROM UNNEST(%s::int[], %s::timestamp[], %s::float8[], %s::float8[], %s::text[], %s::text[])
                    AS v(id, date_start, quantity, attributable, state, message)
                 WHERE r.id = v.id
                """,
                list(verdicts),
                *columns,
            )
        )

    # -- intervals of one meter ------------------------------------------------------------------------------------

    @api.model
    def _rows(self, ranges):
        """Readings that count, of the meters' ranges and their neighbours, by meter and time; two queries at most."""
        whole = {meter: (datetime.min, datetime.max) for meter, span in ranges.items() if span is None}
        parts = whole | self._widen({meter: span for meter, span in ranges.items() if span is not None})
        rows = self.env.execute_query(
            SQL(
                """
                SELECT r.id, r.meter_id, r.date_end, r.start_entered, r.register, r.quantity_entered, r.is_restart,
                       r.date_start, r.quantity, r.attributable, r.state, r.message
                  FROM UNNEST(%s::int[], %s::timestamp[], %s::timestamp[]) AS part(meter_id, lo, hi)
                  JOIN cbam_meter_reading r
                    ON r.meter_id = part.meter_id AND r.date_end BETWEEN part.lo AND part.hi
                 WHERE r.cancelled IS NOT TRUE
              ORDER BY r.meter_id, r.date_end, r.id
                """,
                list(parts),
                [span[0] for span in parts.values()],
                [span[1] for span in parts.values()],
            )
        )
        return [Row(*row[:7], judged=Verdict(row[2], *row[7:])) for row in rows]

    @api.model
    def _widen(self, ranges):
        """The ranges with the neighbouring readings that decide about their edges."""
        if not ranges:
            return {}
        rows = self.env.execute_query(
            SQL(
                """
                SELECT part.meter_id,
                       LEAST(part.lo, (SELECT MIN(x.date_end) FROM (
                           SELECT date_end FROM cbam_meter_reading r
                            WHERE r.meter_id = part.meter_id AND r.date_end < part.lo AND r.cancelled IS NOT TRUE
                         ORDER BY date_end DESC LIMIT %(neighbours)s) AS x)),
                       GREATEST(part.hi, (SELECT MAX(x.date_end) FROM (
                           SELECT date_end FROM cbam_meter_reading r
                            WHERE r.meter_id = part.meter_id AND r.date_end > part.hi AND r.cancelled IS NOT TRUE
                         ORDER BY date_end LIMIT %(neighbours)s) AS x))
                  FROM UNNEST(%(meters)s::int[], %(los)s::timestamp[], %(his)s::timestamp[]) AS part(meter_id, lo, hi)
                """,
                neighbours=NEIGHBOURS,
                meters=list(ranges),
                los=[span[0] for span in ranges.values()],
                his=[span[1] for span in ranges.values()],
            )
        )
        return {meter: (lo, hi) for meter, lo, hi in rows}

    @api.model
    def _trusted(self, rows, span):
        """The rows whose neighbours were loaded as well; of the others the judgement stays as it is."""
        if span is None:
            return rows
        before = [row for row in rows if row.date_end < span[0]]
        after = [row for row in rows if row.date_end > span[1]]
        first = NEIGHBOURS - 1 if len(before) == NEIGHBOURS else 0
        last = len(rows) - (1 if len(after) == NEIGHBOURS else 0)
        return rows[first:last]

    @api.model
    def _verdicts(self, meter, rows):
        """``{reading id: Verdict}`` of one meter, by the engine; a counter that was replaced starts anew."""
        verdicts = {row.id: Verdict(row.date_end) for row in rows}
        interval_register = meter.register_kind == RegisterKind.INTERVAL.value
        for run in self._runs(rows):
            readings = [
                Reading(
                    row.quantity_entered if interval_register else row.register,
                    row.date_end,
                    row.start_entered if interval_register else None,
                    row.id,
                )
                for row in run
            ]
            intervals, problems = metered_intervals(self._engine_meter(meter), readings)
            self._apply(meter, run, intervals, problems, verdicts)
        return verdicts

    @api.model
    def _runs(self, rows):
        runs = []
        for row in rows:
            if row.is_restart or not runs:
                runs.append([])
            runs[-1].append(row)
        return runs

    @api.model
    def _engine_meter(self, meter):
        every = meter.longest_interval
        return Meter(
            meter.display_name,
            RegisterKind(meter.register_kind),
            rollover=meter.rollover_capacity,
            expected_every=timedelta(hours=every) if every else None,
            calibrated_until=meter._calibrated_until_moment(),
        )

    @api.model
    def _apply(self, meter, run, intervals, problems, verdicts):
        """Turn the engine's intervals and problems of a run of readings into one verdict per reading."""
        by_end = {interval.end: interval for interval in intervals}
        service = self._service(meter)
        doubts, remarks = self._by_reading(meter, run, problems)
        earlier = None
        for row in run:
            interval = by_end.get(row.date_end)
            doubt = doubts.get(row.id)
            if not doubt and earlier is not None and interval and meter.register_kind == RegisterKind.CUMULATIVE.value:
                doubt = earlier in doubts and self.env._("It counts from a reading that is in doubt.")
            if doubt:
                verdicts[row.id] = Verdict(row.date_end, state="problem", message=doubt)
            elif interval:
                quantity = interval.quantity * meter.multiplier
                notes = [*remarks.get(row.id, ()), *self._remarks(meter, service, interval)]
                verdicts[row.id] = Verdict(
                    row.date_end,
                    interval.start,
                    quantity,
                    quantity,
                    "warning" if notes else "ok",
                    " ".join(notes) or None,
                )
            else:
                message = self.env._("The register counts from here.")
                verdicts[row.id] = Verdict(row.date_end, message=message)
            earlier = row.id

    @api.model
    def _by_reading(self, meter, run, problems):
        """``({reading: what puts it in doubt}, {reading: [remarks]})`` in words, in the installation's time."""
        doubts, remarks = {}, {}
        starts = {row.start_entered: row.id for row in run if row.start_entered}
        for problem in problems:
            text = self._words(meter, problem)
            if problem.kind in (*IN_DOUBT, ProblemKind.OVERLAPPING, ProblemKind.BACKWARDS):
                doubts.update(dict.fromkeys(problem.keys, text))
            elif problem.kind is ProblemKind.GAP:
                later = problem.keys[-1] if problem.keys else starts.get(problem.end)
                remarks.setdefault(later, []).append(text)
        return doubts, remarks

    @api.model
    def _words(self, meter, problem):
        start, end = self._local(meter, problem.start), self._local(meter, problem.end)
        return {
            ProblemKind.MISSING_VALUE: self.env._("The reading has no value."),
            ProblemKind.NEGATIVE: self.env._("The value is negative."),
            ProblemKind.BACKWARDS: self.env._("The interval does not end after it starts."),
            ProblemKind.CONFLICTING: self.env._("The value contradicts the register's rollover or another reading."),
            ProblemKind.DECREASING: self.env._(
                "The register falls between %(start)s and %(end)s.", start=start, end=end
            ),
            ProblemKind.OVERLAPPING: self.env._(
                "Intervals overlap between %(start)s and %(end)s.", start=start, end=end
            ),
            ProblemKind.GAP: self.env._("Nothing was read between %(start)s and %(end)s.", start=start, end=end),
        }.get(problem.kind, problem.message)

    @api.model
    def _local(self, meter, moment):
        zone = meter._timezone()
        return f"{pytz.utc.localize(moment).astimezone(zone):%Y-%m-%d %H:%M}"

    @api.model
    def _remarks(self, meter, service, interval):
        """What a person should know of an interval that counts all the same."""
        notes = []
        if interval.end > service.calibrated_until:
            notes.append(self.env._("The calibration had expired on %s.", meter.calibrated_until))
        first, last = (
            pytz.utc.localize(moment).astimezone(service.zone).year
            for moment in (interval.start, interval.end - timedelta(seconds=1))
        )
        if first != last:
            notes.append(
                self.env._("The interval spans the end of %s: read the meter at the end of the period.", first)
            )
        if interval.start < service.start or interval.end > service.end:
            notes.append(self.env._("The meter was not in service all the time."))
        if interval.end > fields.Datetime.now() + timedelta(hours=1):
            notes.append(self.env._("The time of the reading lies in the future."))
        return notes

    @api.model
    def _service(self, meter):
        start, end = meter._service_period()
        until = meter._calibrated_until_moment()
        return Service(meter._timezone(), start or datetime.min, end or datetime.max, until or datetime.max)
