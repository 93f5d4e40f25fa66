"""``kill -9`` of working servers at random moments, inside Odoo: nothing lost, nothing double, nothing half.

A life is one forked server that carries out one act; it is killed at a random moment of it, or lives to its end. The
next life of its lane first asks for what was begun and not confirmed, as a client whose server died does: it looks
whether it is there, and asks again where it is not.
"""

import random
import time
from collections import Counter

from odoo.modules.registry import Registry

from . import roles
from .crowd import Worker, listen

#: Servers at a time, and what each of them does.
LANES = (
    (roles.make_part, roles.assemble, roles.receive),
    (roles.make_part, roles.receive, roles.deliver, roles.scrap),
    (roles.close_once, roles.load, roles.export_once, roles.propagate_once, roles.read_once),
)
#: Seconds that an act takes at first sight; what is seen later counts half of it. Who was killed may take longer.
GUESS, LONGER, TICK = 2.0, 1.1, 0.05


class Lane:
    """One client with its servers, one after the other."""

    def __init__(self, number, acts, database, world, seed):
        self.number, self.acts, self.database, self.world = number, acts, database, world
        self.rng = random.Random(f"{seed}/{number}")
        self.lives, self.worker, self.act, self.pending, self.began = 0, None, None, None, None
        self.takes, self.moment = {}, None

    def live(self):
        """A new server, with the next act."""
        self.lives += 1
        self.act = self.rng.choice(self.acts)
        ref = f"lane{self.number}-{self.lives}"
        self.worker = Worker(f"lane{self.number}", self.database, self.world, life, self.act, ref, self.pending)
        self.began = self.moment = None

    def note(self, event):
        """What its server says: the first request begun sets the moment of its death."""
        if event["event"] == "begin":
            self.pending = event
            if self.moment is None:
                self.began = time.monotonic()
                self.moment = self.began + self.rng.uniform(0, 1.2 * self.takes.get(self.act, GUESS))
        elif event["event"] in ("done", "refused"):
            self.pending = None

    def ended(self):
        """Its server has lived to the end of the act."""
        if self.began:
            seconds = time.monotonic() - self.began
            self.takes[self.act] = (self.takes.get(self.act, seconds) + seconds) / 2
        self.worker = None

    def kill(self):
        """Kill the server; what it was doing then, or None where nothing was under way."""
        pid = self.worker.pid
        self.takes[self.act] = LONGER * self.takes.get(self.act, GUESS)
        self.worker.kill()
        listen([self.worker], self.note)
        self.worker = None
        gone(self.database, pid)
        return self.pending and self.pending["what"]


def life(client, name, act, ref, pending):
    """What a server does in its life: first what its client does not know to be done."""
    if pending and pending["again"]:
        client.ask(pending["user"], pending["what"], pending["ref"], *pending["arguments"], unsure=True)
        if pending["what"] == "plan":
            client.ask(pending["user"], "finish", pending["ref"], *pending["arguments"], unsure=True)
    act(client, random.Random(ref), ref)


def gone(database, pid):
    """Wait until PostgreSQL has seen that the server is dead: what it was told before may still be carried out."""
    with Registry(database).cursor() as cursor:
        for _attempt in range(1200):
            cursor.execute("SELECT COUNT(*) FROM pg_stat_activity WHERE application_name = %s", [f"odoo-{pid}"])
            if not cursor.fetchone()[0]:
                return
            cursor.rollback()
            time.sleep(TICK)
    raise TimeoutError(f"PostgreSQL still works for the dead server {pid}.")


def run(database, world, count, seed, note):
    """Kill servers until so many died at work; ``{what they were doing: how many}``."""
    killed = Counter()
    lanes = [Lane(number, acts, database, world, seed) for number, acts in enumerate(LANES)]
    while killed.total() < count:
        for lane in lanes:
            if lane.worker is None:
                lane.live()
        hear(lanes, note)
        for lane in lanes:
            if lane.worker.done:
                lane.ended()
            elif lane.moment is not None and time.monotonic() >= lane.moment:
                what = lane.kill()
                killed.update([what] if what else [])
    finish(lanes, note)
    return dict(killed)


def hear(lanes, note, until=TICK):
    """Let the lanes hear their servers for a moment."""
    by_name = {lane.worker.name: lane for lane in lanes if lane.worker}

    def on_event(event):
        note(event)
        by_name[event["who"]].note(event)

    listen([lane.worker for lane in lanes if lane.worker], on_event, time.monotonic() + until)


def finish(lanes, note):
    """The last lives are let to their end, and then what is still unsure is asked for."""
    for again in (False, True):
        if again:
            for lane in lanes:
                lane.acts = (roles.nothing,)
                lane.live()
        while any(lane.worker and not lane.worker.done for lane in lanes):
            hear(lanes, note, 1.0)
        for lane in lanes:
            lane.worker = None
