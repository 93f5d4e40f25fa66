"""What comes from outside, wrong in every way: the doors of the suite that stand behind Odoo.

A few cases with every test run; ``make torture`` runs the same doors with ``CBAM_CASES`` of them (10 000).
"""

import contextlib
import logging
import os
import resource
import time
from collections import Counter

from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st
from psycopg2 import IntegrityError

from odoo.exceptions import UserError
from odoo.tools import SQL

from odoo.addons.cbam.tooling.torture import mutations

_logger = logging.getLogger(__name__)

CASES, SEED = int(os.environ.get("CBAM_CASES") or 12), int(os.environ.get("CBAM_SEED") or 1)
#: Seconds that a case may take, and by how much the process may grow (KiB).
MOST_SECONDS, MOST_GROWTH = 20.0, 700_000
LONGEST_SENTENCE = 2_000
#: Loggers that tell of refusals.
QUIET = ("odoo.http", "odoo.sql_db", "werkzeug", "odoo.addons.cbam_procurement.controllers.exchange")

HOSTILE = [
    *(token.decode("utf-8", "replace") for token in mutations.TOKENS),
    *("\x00", "a\x00b", "\x1b[2J", "\u202efdp.exe", "\u2066x\u2069", "\ufffe", "\U000e0041", "e\u0301" * 300),
    *("' OR '1'='1", "%(x)s", "%s", "{0.__class__}", "{{ 7*7 }}", "<t t-out='7*7'/>", "]]><script>alert(1)</script>"),
    *('"><img src=x onerror=alert(1)>', "javascript:alert(1)", "<svg/onload=alert(1)>", "&lt;b&gt;", "</td></tr>"),
    *("=1+1", "+1", "-1", "@x", "|calc", "\t=1+1", "\r=1+1", "\uff1d1+1"),
    *(
        "../../../../etc/passwd",
        "..\\..\\boot.ini",
        "/etc/passwd",
        "C:\\x",
        "CON",
        "a/../b",
        ".",
        "..",
        "~root",
        "x" * 300,
    ),
    *(
        "-5",
        "-0.0",
        "1e308",
        "1e-320",
        "999999999999999999999",
        "0x10",
        "1_000",
        "\u0661\u0662",
        "1.234,5",
        "NaN",
        "inf",
    ),
    *("0001-01-01", "9999-12-31", "9999-12-31T23:59:59-14:00", "0001-01-01T00:00:00+14:00", "2026-02-30", "24:00"),
]
#: Signs of many kinds: what is typed, what steers, what turns, joins or looks like another.
SIGNS = [
    *map(chr, range(0x20, 0x7F)),
    *"\t\n\r\x00\x07\x1b\x7f\x85\xa0\xadäß€\u0130\u0131ſ\u0301\u0661\u0967\u200b\u200d\u200e\u200f\u2028\u202e\u2066\u2069",
    *"\u2215\u2024\u3002\ufb01\ufe0f\ufeff\uff1c\uff1e\uff0f\uff1d\ufffd\uffff\U0001f600\U000e0041\U0010ffff",
]
#: Hypothesis would first read all of Unicode into memory, were it asked for any text.
WORDS = st.lists(st.sampled_from(SIGNS), max_size=40).map("".join)
TEXTS = st.one_of(st.sampled_from(HOSTILE), WORDS, st.integers().map(str), st.floats().map(repr))
NUMBERS = st.one_of(
    st.integers(), st.floats(), st.sampled_from([10**400, -(10**400), 2**63, -1, 0, 1e308, -1e308, 1e16, 5e-324])
)
SURROGATES = st.sampled_from(["\ud800", "a\udfffb"])
VALUES = st.recursive(
    st.one_of(st.none(), st.booleans(), NUMBERS, TEXTS, SURROGATES),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXTS, inner, max_size=3),
    max_leaves=6,
)


class Wrong(AssertionError):
    """An answer that no door may give."""


class HostileMixin:
    """Hands cases to a door, each of them undone, and judges the answers."""

    #: Models whose rows are counted: a refusal leaves none.
    watched = ()

    def hostile(self, door, strategy, attempt, corpus=(), mute=()):
        """Try a door with what was found before and with new cases.

        :param attempt: hands a case in; whether it was refused
        :raises Wrong: a case was answered otherwise than it may
        """
        counts = Counter()

        def judged(case):
            began = time.monotonic()
            with self.undone():
                before = self.rows()
                try:
                    refused = attempt(case)
                except Exception as error:
                    error.add_note(f"door {door} fails on {case!r:.1000}")
                    raise
                if refused and self.rows() != before:
                    raise Wrong(f"{door}: refused, and yet something was stored: {case!r:.500}")
            if time.monotonic() - began > MOST_SECONDS:
                raise Wrong(f"{door}: {time.monotonic() - began:.0f} s for {case!r:.500}")
            counts["refused" if refused else "taken"] += 1

        @seed(SEED)
        @settings(
            max_examples=CASES,
            deadline=None,
            database=None,
            phases=(Phase.generate, Phase.shrink),
            suppress_health_check=list(HealthCheck),
        )
        @given(strategy)
        def trial(case):
            judged(case)

        memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        with contextlib.ExitStack() as quiet:
            for name in (*QUIET, *mute):
                quiet.enter_context(self.muted(name))
            for case in corpus:
                judged(case)
            trial()
        growth = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - memory
        self.assertLess(growth, MOST_GROWTH, f"{door}: the process grew by {growth / 1024:.0f} MB")
        _logger.info(
            "door %s: %s cases, %s refused, %s taken, memory +%s MB",
            *(door, counts.total(), counts["refused"], counts["taken"], growth // 1024),
        )

    def taken(self, attempt, good):
        """A good case is taken; it is undone as the others are."""
        with self.undone():
            self.assertFalse(attempt(good), getattr(self, "said", ""))

    @contextlib.contextmanager
    def muted(self, name):
        """Without the lines of a logger that a refusal is expected to write."""
        logger = logging.getLogger(name)
        level, logger.disabled = logger.disabled, True
        try:
            yield
        finally:
            logger.disabled = level

    @contextlib.contextmanager
    def undone(self):
        """Whatever is written is taken back."""
        savepoint = self.env.cr.savepoint()
        try:
            yield
        finally:
            savepoint.close(rollback=True)
            self.env.cr.clear()
            self.env.invalidate_all(flush=False)

    def rows(self):
        """How many rows the watched models have."""
        self.env.flush_all()
        tables = [SQL.identifier(self.env[name]._table) for name in self.watched]
        counts = SQL(", ").join(SQL("(SELECT count(*) FROM %s)", table) for table in tables)
        return self.env.execute_query(SQL("SELECT %s", counts))[0]

    def refused(self, call):
        """Whether a call was refused by one clear sentence; all that it had done is then undone, as Odoo does.

        What is left to the end of the transaction is done as well.
        """
        try:
            with self.env.cr.savepoint():
                call()
                self.env.cr.flush()
        except IntegrityError as error:
            # ODOO: what leaves a required field empty is told in Odoo's own words
            self.said = str(error)
            return True
        except UserError as error:
            self.said = str(error)
            self.judge_sentence(self.said)
            return True
        return False

    def judge_sentence(self, sentence):
        """:raises Wrong: nobody would understand it"""
        if not sentence.strip() or len(sentence) > LONGEST_SENTENCE or "Traceback" in sentence or "\x00" in sentence:
            raise Wrong(f"the refusal is no clear sentence: {sentence[:300]!r}")

    def judge_status(self, answer):
        """Whether an HTTP answer is a refusal.

        :raises Wrong: the server has failed
        """
        if answer.status_code >= 500 or (answer.status_code == 200 and "Traceback (most recent" in answer.text):
            raise Wrong(f"status {answer.status_code}: {answer.text[-1500:]}")
        return answer.status_code >= 400

    def judge_figures(self, records, *names, most=1e15):
        """:raises Wrong: a figure is stored that is no number, or one of no world"""
        for record in records:
            for name in names:
                value = record[name]
                if isinstance(value, float) and not -most <= value <= most:
                    raise Wrong(f"{name} {value} was stored")
