"""Who does what in a crowd: each is the task of a worker, until its time is over."""

import random
import time

#: Seconds that the office rests: whoever posts while a year is closed is tried again by Odoo.
PAUSE = 12
#: Seconds at most that a hand needs before the next request.
THOUGHT = 2


def hand(client, name, seed, end):
    """A hand on the shop floor: plans and finishes orders, mostly of what everybody takes from."""
    rng, number = random.Random(f"{seed}{name}"), 0
    while time.time() < end:
        number += 1
        rng.choices(list(ACTS), weights=list(ACTS.values()))[0](client, rng, f"{name}-{number}")
        time.sleep(rng.uniform(0, THOUGHT))


def make_part(client, rng, ref):
    """An order for a part, of two of the lots that all parts are made of."""
    world = client.world
    quantity = rng.choice((500, 1000, 1500))
    one, other = rng.sample(world["heats"], 2)
    used = [(world["rod"], one, quantity * 0.01), (world["rod"], other, quantity * 0.006)]
    product = rng.choice(world["parts"])
    if client.ask("worker", "plan", ref, product, quantity, used):
        client.ask("worker", "finish", ref, product, quantity, used)


def assemble(client, rng, ref):
    """An order for an assembly, of lots that others have just made."""
    world = client.world
    product = rng.choice(world["assemblies"])
    parts = world["parts"][world["assemblies"].index(product) :: len(world["assemblies"])]
    there = client.look("worker", "lots", parts, 60)
    used = []
    for part in parts:
        lots = [lot for number, lot in there if number == part][:3]
        if not lots:
            return
        used.append((part, rng.choice(lots), 5))
    if client.ask("worker", "plan", ref, product, 10, used):
        client.ask("worker", "finish", ref, product, 10, used)


def receive(client, rng, ref):
    """A heat arrives once more, at another value than before: what was made of it is valued again."""
    client.ask("worker", "receive", ref, [(client.world["rod"], rng.choice(client.world["heats"]), 500)])


def deliver(client, rng, ref):
    there = client.look("worker", "lots", client.world["parts"] + client.world["assemblies"], 60)
    if there:
        client.ask("worker", "deliver", ref, [(*rng.choice(there[:10]), 5)])


def scrap(client, rng, ref):
    there = client.look("worker", "lots", client.world["parts"], 60)
    if there:
        client.ask("worker", "scrap", ref, *rng.choice(there[:10]), 2)


#: How often a hand does what.
ACTS = {make_part: 10, assemble: 5, receive: 2, deliver: 2, scrap: 1}


def close_once(client, _rng, ref):
    """The office closes the year before, or opens it again; the background does what is long."""
    client.ask("admin", "close", ref, again=False)
    client.ask("admin", "background", ref, again=False)


def propagate_once(client, _rng, ref):
    """A supplier's report is corrected, and goes through all orders that rest on it."""
    client.ask("admin", "report", ref, again=False)
    client.ask("admin", "propagate", ref, again=False)
    client.ask("admin", "background", ref, again=False)


def export_once(client, _rng, ref):
    """The unit book as a file, asked for and made in the background."""
    client.ask("admin", "export", ref, again=False)
    client.ask("admin", "background", ref, again=False)


def read_once(client, _rng, ref):
    """Meters are read, and orders finished since get their share."""
    client.ask("admin", "read", ref, again=False)


def load(client, _rng, ref):
    """A data set of 12 500 rows."""
    client.ask("admin", "load", ref, ref, again=False)
    client.ask("admin", "background", ref, again=False)


def nothing(_client, _rng, _ref):
    """Only what is still to be done."""


def closer(client, name, seed, end):
    _often(close_once, client, name, seed, end, PAUSE)


def propagator(client, name, seed, end):
    _often(propagate_once, client, name, seed, end, PAUSE)


def exporter(client, name, seed, end):
    _often(export_once, client, name, seed, end, PAUSE)


def reader(client, name, seed, end):
    _often(read_once, client, name, seed, end, PAUSE / 2)


def _often(act, client, name, seed, end, pause):
    rng, number = random.Random(f"{seed}{name}"), 0
    while time.time() < end:
        number += 1
        act(client, rng, f"{name}-{number}")
        time.sleep(pause)
