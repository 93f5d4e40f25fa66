"""Whole Odoo servers killed while clients ask for orders by HTTP; started again, the clients go on."""

import json
import random
import threading
import time

from .. import settings
from ..serving import Session, free_port, wait_until_it_answers
from ..steps import Problem, child

#: Seconds that a server may live after it answers, and days it takes to give up.
SHORTEST, LONGEST, PATIENCE = 1.0, 6.0, 60


def run(factory, database, times, seed):
    """Kill a server so many times, then let one finish; ``{killed, orders, wrong}``."""
    rng = random.Random(seed)
    client = Client()
    for life in range(times + 1):
        with started(factory, database) as (process, address):
            client.session = Session(address, database)
            stop = threading.Event()
            hand = threading.Thread(target=client.work, args=(stop,))
            hand.start()
            if life < times:
                time.sleep(rng.uniform(SHORTEST, LONGEST))
                process.kill()
            else:
                time.sleep(LONGEST)
                stop.set()
            hand.join(PATIENCE)
            if life == times:
                client.finish()
                wrong = client.wrong()
    return {"killed": times, "orders": len(client.told), "unanswered": client.unanswered, "wrong": wrong}


class started:
    """An Odoo server for the length of a block, however it ends."""

    def __init__(self, factory, database):
        self.factory, self.database = factory, database

    def __enter__(self):
        port, log = free_port(), settings.LOGS / f"{self.database}.server.log"
        options = [f"--http-port={port}", f"--db-filter=^{self.database}$"]
        command, environment = self.factory.command("server", self.database, log, *options)
        self.output = (settings.LOGS / f"{self.database}.server.stderr").open("w")
        self.context = child(command, env=environment, stdout=self.output, stderr=self.output)
        process = self.context.__enter__()
        wait_until_it_answers(process, port, log)
        self.process = process
        return process, f"http://127.0.0.1:{port}"

    def __exit__(self, *error):
        self.process.kill()
        self.context.__exit__(*error)
        self.output.close()


class Client:
    """Makes one order after the other, request by request; what gets no answer is looked for, and asked for again."""

    def __init__(self):
        self.session, self.number, self.told, self.unanswered = None, 0, [], 0

    def work(self, stop):
        """Go on until told, or until nobody answers."""
        try:
            while not stop.is_set():
                self.finish()
        except (OSError, ValueError):
            self.unanswered += 1

    def finish(self):
        """The order of the current reference, from wherever it was left."""
        ref = f"client-{self.number}"
        call = self.session.call
        [world] = call("ir.config_parameter", "search_read", [("key", "=", "cbam_torture.world")], ["value"])
        world = json.loads(world["value"])
        part = world["parts"][2 + self.number % 4]
        found = call("mrp.production", "search_read", [("origin", "=", ref)], ["state", "lot_producing_ids"])
        if not found:
            values = {"product_id": part, "product_qty": 1000, "bom_id": world["bills"][str(part)], "origin": ref}
            call("mrp.production", "create", [values])
            return
        [order] = found
        if order["state"] == "draft":
            call("mrp.production", "action_confirm", [order["id"]])
        elif order["state"] == "done":
            self.told.append(ref)
            self.number += 1
        elif not order["lot_producing_ids"]:
            call("mrp.production", "action_assign", [order["id"]])
            lot = {"name": ref, "product_id": part}
            call("mrp.production", "write", [order["id"]], {"lot_producing_ids": [(0, 0, lot)], "qty_producing": 1000})
        else:
            context = {"skip_backorder": True, "skip_consumption": True}
            call("mrp.production", "button_mark_done", [order["id"]], context=context)

    def wrong(self):
        """Orders that are not there once, done."""
        found = []
        for ref in self.told:
            states = self.session.call("mrp.production", "search_read", [("origin", "=", ref)], ["state"])
            if [row["state"] for row in states] != ["done"]:
                found.append(f"{ref}: {states}")
        if not self.told:
            raise Problem("No order was made by HTTP.")
        return found
