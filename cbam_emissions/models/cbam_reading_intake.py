from contextlib import suppress
from datetime import datetime
from math import isfinite
from typing import NamedTuple

import pytz

from odoo import api, models
from odoo.exceptions import UserError

from ..engine.regulatory.findings import shortened

PUSH_LIMIT = 10_000
NOTE_LIMIT = 500
#: Of what was sent, as far as an answer repeats it.
SHOWN = 60


class Entry(NamedTuple):
    """A reading from outside, parsed: times are naive UTC, ``place`` says where it came from."""

    place: object
    meter_id: int
    date_end: datetime
    register: float | None = None
    start: datetime | None = None
    quantity: float | None = None
    note: str = ""


class Refusal(NamedTuple):
    """Why an entry is not taken; ``column`` names the field."""

    place: object
    column: str
    message: str


class CbamReadingIntake(models.AbstractModel):
    """Readings from files and gateways: checked against the meters and against what is there already."""

    _name = "cbam.reading.intake"
    _description = "CBAM Meter Readings: Intake"

    @api.model
    def _sort_out(self, entries):
        """``(new entries, number of known ones, refusals)``; one query whatever their number."""
        readings = self.env["cbam.meter.reading"]
        meters = self.env["cbam.meter"].browse({entry.meter_id for entry in entries})
        known = {
            (reading.meter_id.id, reading.date_end): self._value(reading)
            for reading in readings.search_fetch(
                [
                    ("meter_id", "in", meters.ids),
                    ("cancelled", "=", False),
                    ("date_end", "in", list({entry.date_end for entry in entries})),
                ],
                ["meter_id", "date_end", "register", "start_entered", "quantity_entered"],
            )
        }
        fresh, same, refusals = [], 0, []
        for entry in entries:
            key, value = (entry.meter_id, entry.date_end), (entry.register, entry.start, entry.quantity)
            meter = meters.browse(entry.meter_id)
            reason = readings._entry_problem(meter, entry.date_end, *value)
            if reason:
                refusals.append(Refusal(entry.place, "register", f"{meter.display_name}: {reason}."))
            elif key not in known:
                known[key] = value
                fresh.append(entry)
            elif known[key] == value:
                same += 1
            else:
                message = self.env._(
                    "%(meter)s has another reading at %(time)s UTC: cancel that one first.",
                    meter=meter.display_name,
                    time=entry.date_end,
                )
                refusals.append(Refusal(entry.place, "time", message))
        return fresh, same, refusals

    @api.model
    def _value(self, reading):
        return reading.register, reading.start_entered or None, reading.quantity_entered

    @api.model
    def _create(self, entries, source):
        """Create readings of sorted entries."""
        return self.env["cbam.meter.reading"].create(
            [
                {
                    "meter_id": entry.meter_id,
                    "date_end": entry.date_end,
                    "register": entry.register,
                    "start_entered": entry.start,
                    "quantity_entered": entry.quantity,
                    "note": entry.note,
                    "source": source,
                }
                for entry in entries
            ]
        )

    @api.model
    def _meters_by_code(self):
        """The meters the user may see by lower-case code; ``None`` where companies share a code."""
        by_code = {}
        for meter in self.env["cbam.meter"].search_fetch([], ["code"]):
            code = meter.code.lower()
            by_code[code] = None if code in by_code else meter
        return by_code

    # -- JSON ------------------------------------------------------------------------------------------------------

    @api.model
    def _take_json(self, readings):
        """See :meth:`cbam_meter_reading.CbamMeterReading.push`."""
        if not isinstance(readings, list) or len(readings) > PUSH_LIMIT:
            raise UserError(self.env._("Send a list of at most %s readings.", PUSH_LIMIT))
        meters = self._meters_by_code()
        entries, refusals = [], []
        for index, item in enumerate(readings):
            parsed = self._parse_json(index, item, meters)
            (entries if isinstance(parsed, Entry) else refusals).append(parsed)
        fresh, same, more = self._sort_out(entries)
        self._create(fresh, "gateway")
        return {
            "created": len(fresh),
            "unchanged": same,
            "errors": [
                {
                    "index": refusal.place,
                    "meter": shortened(readings[refusal.place].get("meter", ""), SHOWN)
                    if isinstance(readings[refusal.place], dict)
                    else "",
                    "message": refusal.message,
                }
                for refusal in sorted([*refusals, *more])
            ],
        }

    @api.model
    def _parse_json(self, index, item, meters):
        """An :class:`Entry` of one item, or the :class:`Refusal` that says what is wrong with it."""
        if not isinstance(item, dict):
            return Refusal(index, "", self.env._("A reading is an object with meter, time and register."))
        unknown = set(item) - {"meter", "time", "register", "start", "quantity", "note"}
        if unknown:
            names = shortened(", ".join(sorted(map(str, unknown))), SHOWN)
            return Refusal(index, "", self.env._("Unknown field: %s.", names))
        code = str(item.get("meter") or "").strip().lower()
        if not meters.get(code):
            reason = (
                self.env._("several companies have a meter %s")
                if code in meters
                else self.env._("there is no meter %s")
            )
            return Refusal(index, "meter", (reason % (shortened(code, SHOWN) or "–")).capitalize() + ".")
        try:
            given = {name: value for name, value in item.items() if value is not None}
            times = {name: self._moment(given[name]) for name in ("time", "start") if name in given}
            numbers = {name: self._number(given[name]) for name in ("register", "quantity") if name in given}
        except ValueError as error:
            return Refusal(index, "", str(error))
        if "time" not in times:
            return Refusal(index, "time", self.env._("The time is missing."))
        return Entry(
            index,
            meters[code].id,
            times["time"],
            numbers.get("register"),
            times.get("start"),
            numbers.get("quantity"),
            shortened(item.get("note") or "", NOTE_LIMIT),
        )

    @api.model
    def _moment(self, text):
        """An ISO 8601 moment with its offset, as naive UTC.

        :raises ValueError: in words for whoever sent it
        """
        shown = shortened(text, SHOWN)
        try:
            moment = datetime.fromisoformat(str(text).strip().replace("Z", "+00:00"))
            utc = moment.astimezone(pytz.utc).replace(tzinfo=None, microsecond=0) if moment.tzinfo else None
        except (ValueError, OverflowError):
            raise ValueError(self.env._("“%s” is no ISO 8601 time such as 2026-03-01T06:00:00+02:00.", shown)) from None
        if utc is None:
            raise ValueError(self.env._("The time %s has no offset: write 2026-03-01T06:00:00+02:00.", shown))
        return utc

    @api.model
    def _number(self, value):
        """A finite number.

        :raises ValueError: in words for whoever sent it
        """
        if isinstance(value, int | float) and not isinstance(value, bool):
            with suppress(OverflowError):
                number = float(value)
                if isfinite(number):
                    return number
        raise ValueError(self.env._("“%s” is not a number.", shortened(value, SHOWN)))
