import contextlib
import json

from hypothesis import strategies as st

from odoo.tests import HttpCase, tagged

from odoo.addons.cbam.tooling.torture import mutations
from odoo.addons.cbam_emissions.tests.energy_common import EnergyCase

from .hostile_common import NUMBERS, SURROGATES, TEXTS, VALUES, HostileMixin, Wrong

PATH = "/json/2/cbam.meter.reading/push"
GOOD = {"meter": "E-02", "time": "2026-03-01T06:00:00+05:30", "register": 1834.2, "note": "hourly"}


def reading(values):
    return st.dictionaries(
        st.sampled_from(["meter", "time", "register", "start", "quantity", "note", "unit"]), values, max_size=4
    ).map(lambda changed: {**GOOD, **changed})


LIKELY = st.one_of(TEXTS, NUMBERS, SURROGATES, st.datetimes().map(lambda moment: moment.isoformat() + "+02:00"))
BODIES = st.one_of(
    st.lists(st.one_of(reading(LIKELY), reading(VALUES), VALUES), max_size=3).map(lambda rows: {"readings": rows}),
    VALUES,
    st.builds(lambda name, value: {"readings": [GOOD], name: value}, TEXTS, VALUES),
    st.builds(lambda value: {"readings": [GOOD], "context": value}, st.dictionaries(TEXTS, VALUES, max_size=2)),
).map(lambda body: json.dumps(body).encode())
SEEDS = [json.dumps({"readings": [GOOD, {**GOOD, "meter": "P-01"}]}).encode()]


@tagged("post_install", "-at_install", "cbam_door")
class TestHostileGateway(HostileMixin, EnergyCase, HttpCase):
    """The gateway of meters, over HTTP with an API key."""

    watched = ("cbam.meter.reading", "cbam.emission.line", "cbam.data.gap")

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._meter("E-02", unit="kwh")
        cls._interval_meter("P-01")
        gateway = cls.env["res.users"].create(
            {
                "name": "Gateway",
                "login": "gateway",
                "company_id": cls.company.id,
                "company_ids": [(6, 0, cls.company.ids)],
                "group_ids": cls.env.ref("cbam_emissions.group_cbam_user").ids,
            }
        )
        cls.key = cls.env["res.users.apikeys"].with_user(gateway).sudo()._generate(None, "gateway", None)

    def _push(self, body):
        headers = {"Content-Type": "application/json", "Authorization": f"bearer {self.key}"}
        answer = self.url_open(PATH, data=body, headers=headers)
        self.env.invalidate_all()
        return answer

    def _nested_too_deep(self, body):
        """ODOO: a body whose brackets nest beyond Python's limit ends in a 500 before any addon is asked."""
        try:
            with contextlib.suppress(ValueError):
                json.loads(body)
        except RecursionError:
            return True
        return False

    def _attempt(self, body):
        before = self.rows()[0]
        answer = self._push(body)
        if answer.status_code == 500 and self._nested_too_deep(body):
            return True
        if self.judge_status(answer):
            return True
        said, readings = answer.json(), self.env["cbam.meter.reading"].search([])
        if len(readings) - before != said["created"]:
            raise Wrong(f"{said['created']} are said to be new, {len(readings) - before} are")
        for error in said["errors"]:
            self.judge_sentence(error["message"])
        self.judge_figures(readings, "register", "quantity", "quantity_entered")
        return not said["created"]

    def test_gateway(self):
        self.taken(self._attempt, SEEDS[0])
        rows = [
            {**GOOD, "register": 10**400},
            {**GOOD, "register": 1e308},
            {**GOOD, "time": "9999-12-31T23:59:59-14:00"},
            {**GOOD, "time": "0001-01-01T00:00:00+14:00"},
            {**GOOD, "note": "a\x00b"},
            {**GOOD, "note": "\ud800"},
            {**GOOD, "meter": "\ud800"},
            {**GOOD, "time": "\ud800"},
            {**GOOD, "\ud800": 1},
            {**GOOD, "time": "x" * 100_000},
            {**GOOD, "meter": "x" * 100_000},
            {"x" * 5000: 1},
        ]
        corpus = [json.dumps({"readings": [row]}).encode() for row in rows]
        corpus += [b'{"readings": [' + b"[" * 5000, b'{"readings": NaN}', b'{"readings": [NaN, Infinity]}', b"[]", b""]
        corpus += [b'{"readings": [], "context": {"lang": "../x", "tz": "a\\u0000b"}}', b'{"ids": [1], "readings": []}']
        self.hostile("meter-gateway", st.one_of(BODIES, BODIES, mutations.files(SEEDS)), self._attempt, corpus)

    def test_keys(self):
        """Whatever is no key is refused with 401, and the server does not fail."""

        def attempt(key):
            try:
                header = f"bearer {key}".encode("latin-1")
            except UnicodeEncodeError:
                header = f"bearer {key}".encode()
            header = header.replace(b"\r", b"").replace(b"\n", b"").strip()
            answer = self.url_open(
                PATH, data=SEEDS[0], headers={"Content-Type": "application/json", "Authorization": header}
            )
            self.env.invalidate_all()
            # ODOO: 403 for a key that is no text to PostgreSQL
            expected = (400, 401, *([403] if "\x00" in key else []))
            if answer.status_code not in expected:
                raise Wrong(f"status {answer.status_code} for {key!r}: {answer.text[:300]}")
            return True

        mutated = (
            st.integers(0, 39).map(lambda place: self.key[:place] + "0" * (40 - place)).filter(lambda k: k != self.key)
        )
        self.hostile(
            "gateway-keys", st.one_of(TEXTS, mutated), attempt, [self.key[:8], self.key + "0", self.key.upper(), "\x00"]
        )
