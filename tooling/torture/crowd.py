"""Worker processes as Odoo's own prefork server has them: forked from a loaded registry, each with connections of its
own, each request tried again by Odoo's own ``retrying``.

A worker tells its parent by a pipe what it begins and what it was told is done: what it does not tell is lost with it.
"""

import ctypes
import json
import logging
import os
import random
import select
import signal
import sys
import time
import traceback
from functools import partial

import psycopg2

from odoo import api, sql_db
from odoo.exceptions import UserError
from odoo.modules.registry import Registry
from odoo.service.model import PG_CONCURRENCY_EXCEPTIONS_TO_RETRY, retrying

from .shop import Shop

PR_SET_PDEATHSIG = 1
#: Seconds between two tries to reach a database that is gone, and tries of a client whose request was refused.
PAUSE, TRIES = 0.3, 40
#: Codes of PostgreSQL: the connection has failed, the server is stopped or starts.
ENDS = ("08", "57P")


def is_gone(error):
    """Whether an error says that the database is gone: what it refuses itself has a code, but for these of its end."""
    if not isinstance(error, psycopg2.Error):
        return False
    return error.pgcode is None or error.pgcode.startswith(ENDS)


class Retries(logging.Handler):
    """Counts what Odoo tried again, and keeps what the suite complained of."""

    def __init__(self):
        super().__init__(logging.INFO)
        self.counts, self.complaints = {}, []

    def emit(self, record):
        if record.name == "odoo.service.model" and "tries left" in str(record.msg):
            name = str(record.args[0])
            self.counts[name] = self.counts.get(name, 0) + 1
        elif record.name.startswith("odoo.addons.cbam") and record.levelno >= logging.ERROR:
            if record.exc_info and is_gone(record.exc_info[1]):
                # and with it the transaction
                return
            self.complaints.append(self.format(record)[-1500:])


class Client:
    """Asks for things one after the other, and asks again where the answer is missing."""

    def __init__(self, database, world, say):
        self.database, self.world, self.say = database, world, say
        self.retries = Retries()
        for name in ("odoo.service.model", "odoo.addons"):
            logging.getLogger(name).addHandler(self.retries)
            logging.getLogger(name).setLevel(logging.INFO)

    def request(self, user, method, *arguments):
        """One request, as Odoo's server carries it out."""
        registry = Registry(self.database).check_signaling()
        with registry.cursor() as cursor:
            env = api.Environment(cursor, self.world[user], {"tz": "UTC", "lang": "en_US"})
            return retrying(partial(getattr(Shop(env, self.world), method), *arguments), env)

    def look(self, user, method, *arguments):
        """The answer to a request that changes nothing; it is asked again while the database is gone."""
        while True:
            try:
                return self.request(user, method, *arguments)
            except psycopg2.Error as error:
                if not is_gone(error):
                    raise
                time.sleep(PAUSE)

    def ask(self, user, method, ref, *arguments, again=True, unsure=False):
        """A request that must be done once, whatever becomes of the answer; whether it was done.

        :param again: it may be asked for again where no answer came: by its reference one sees whether it was done
        :param unsure: it may be there already: somebody has asked and got no answer
        """
        self.say(event="begin", what=method, ref=ref, user=user, arguments=arguments, again=again)
        began, tries = time.monotonic(), int(unsure)
        while True:
            tries += 1
            try:
                if tries > 1 and again and self.request(user, "found", method, ref):
                    break
                self.request(user, method, *((ref, *arguments) if again else arguments))
                break
            except PG_CONCURRENCY_EXCEPTIONS_TO_RETRY as error:
                self.say(event="given up", what=method, ref=ref, why=type(error).__name__)
            except psycopg2.Error as error:
                if not is_gone(error):
                    raise
                self.say(event="gone", what=method, ref=ref, why=str(error)[:200])
                time.sleep(PAUSE)
            except UserError as error:
                self.say(event="refused", what=method, ref=ref, why=str(error)[:500])
                return False
            if tries >= TRIES:
                self.say(event="lost", what=method, ref=ref)
                return False
        seconds = round(time.monotonic() - began, 3)
        self.say(event="done", what=method, ref=ref, tries=tries, seconds=seconds)
        return True


class Worker:
    """A process that a client's server runs in."""

    def __init__(self, name, database, world, task, *arguments):
        self.name, self.buffer, self.done = name, b"", False
        self.pipe, end = os.pipe()
        # as Odoo's own server does: a child would answer on its parent's connections
        sql_db.close_all()
        self.pid = os.fork()
        if self.pid:
            os.close(end)
            return
        status = 1
        try:
            os.close(self.pipe)
            ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
            signal.signal(signal.SIGTERM, signal.SIG_DFL)
            random.seed(f"{name}{arguments}")
            client = Client(database, world, partial(_write, end, name))
            task(client, name, *arguments)
            client.say(event="end", retries=client.retries.counts, complaints=client.retries.complaints[:5])
            status = 0
        except BaseException:
            _write(end, name, event="crash", why=traceback.format_exc()[-3000:])
        finally:
            sys.stdout.flush()
            os._exit(status)

    def read(self):
        """What it has said since; whether there may be more."""
        data = os.read(self.pipe, 1 << 16)
        if not data:
            self.done = True
            os.close(self.pipe)
            os.waitpid(self.pid, 0)
            return []
        *lines, self.buffer = (self.buffer + data).split(b"\n")
        return [json.loads(line) for line in lines]

    def kill(self):
        os.kill(self.pid, signal.SIGKILL)


def _write(end, name, **event):
    data = json.dumps({"who": name, **event}).encode() + b"\n"
    while data:
        data = data[os.write(end, data) :]


def listen(workers, on_event, until=None):
    """Hears what workers say until they have ended, or until a moment (monotonic)."""
    while alive := [worker for worker in workers if not worker.done]:
        left = None if until is None else max(0.0, until - time.monotonic())
        ready, _out, _bad = select.select([worker.pipe for worker in alive], [], [], left)
        for worker in alive:
            if worker.pipe in ready:
                for event in worker.read():
                    on_event(event)
        if until is not None and time.monotonic() >= until:
            return
