"""A PostgreSQL of its own, which is killed without disturbing anybody else's.

Unlike the server for demo and tests it keeps what it has confirmed when it is killed: ``synchronous_commit`` is on.
The disk itself is waited for only with ``DURABLE=1``: what is tried here is a server that dies, not a machine.
"""

import contextlib
import os
import re
import shutil
import signal
import subprocess
import tempfile
import time
from pathlib import Path

import psycopg2

from .. import postgres, settings
from ..steps import Problem, tail

SETTINGS = {
    "synchronous_commit": "on",
    "full_page_writes": "on",
    "log_lock_waits": "on",
    "log_line_prefix": "%m [%p] ",
    "autovacuum_naptime": "15s",
}
#: Seconds until a killed server must answer again.
PATIENCE = 60


class Cluster:
    """A server in a folder that is removed at the end of the block."""

    def __init__(self, name):
        self.folder = settings.WORK / "torture" / f"{name}_{os.getpid()}"
        self.data, self.log = self.folder / "data", self.folder / "server.log"

    def __enter__(self):
        postgres.open_path(postgres.binaries())
        postgres.open_path(settings.WORK)
        self.data.mkdir(parents=True)
        postgres.open_path(self.folder)
        for folder in self.folder, self.data:
            postgres.give_away(folder)
        self.sockets = Path(tempfile.mkdtemp(prefix="cbam-torture-"))
        postgres.give_away(self.sockets)
        options = ["--username=postgres", "--auth=trust", "--encoding=UTF8", "--locale=C.UTF-8", "--no-sync"]
        postgres.run([postgres.binaries() / "initdb", *options, f"--pgdata={self.data}"])
        text = postgres.configuration(self.sockets)
        text += "".join(f"{name} = '{value}'\n" for name, value in SETTINGS.items())
        (self.data / "postgresql.conf").write_text(text)
        self.start()
        postgres.create_role(self.sockets)
        return self

    def __exit__(self, *_error):
        self._control("stop", "--mode=immediate", check=False)
        for folder in self.folder, self.sockets:
            shutil.rmtree(folder, ignore_errors=True)

    @property
    def server(self):
        """How Odoo reaches it."""
        return postgres.Server(str(self.sockets), "5432", postgres.ROLE, "")

    def _control(self, *arguments, check=True):
        return postgres.run([postgres.binaries() / "pg_ctl", f"--pgdata={self.data}", *arguments], check)

    def start(self):
        """Starts the server; one that was killed first has to see the last of its children go."""
        end = time.monotonic() + PATIENCE
        while self._control("start", "--wait", "--timeout=60", f"--log={self.log}", check=False).returncode:
            if time.monotonic() > end:
                raise Problem(f"PostgreSQL does not start again:\n{tail(self.log)}")
            time.sleep(0.2)

    def kill(self, immediate=False):
        """Ends the server without a word: SIGKILL to the postmaster, or SIGQUIT to all (``immediate``)."""
        if immediate:
            self._control("stop", "--mode=immediate")
            return
        os.kill(int((self.data / "postmaster.pid").read_text().split()[0]), signal.SIGKILL)

    def checkpoint(self):
        """POSTGRESQL: a sequence of a database that was just copied may count from the copy's value again after a
        crash: what it has counted ahead before the copy is not in the log. A checkpoint makes it log anew."""
        with contextlib.closing(psycopg2.connect(host=str(self.sockets), user="postgres", dbname="postgres")) as own:
            own.autocommit = True
            own.cursor().execute("CHECKPOINT")

    def copy(self, source, database, new):
        """Copies a database of another server into this one, as a backup would."""
        with contextlib.closing(psycopg2.connect(dbname="postgres", **self.server.connection())) as connection:
            connection.autocommit = True
            connection.cursor().execute(f"CREATE DATABASE \"{new}\" ENCODING 'unicode' TEMPLATE template0")
        binaries, own = postgres.binaries(), self.server
        dump = [binaries / "pg_dump", "--no-owner", "--no-comments", *address(source), database]
        load = [binaries / "psql", "--quiet", "--no-psqlrc", "-v", "ON_ERROR_STOP=1", *address(own), f"--dbname={new}"]
        environment = {**os.environ, **source.environment()}
        with subprocess.Popen(dump, stdout=subprocess.PIPE, env=environment) as reader:
            done = subprocess.run(load, stdin=reader.stdout, stdout=subprocess.DEVNULL, check=False)
        if reader.returncode or done.returncode:
            raise Problem(f"The database {database} could not be copied.")

    def said(self, pattern):
        """How often the server's log says something."""
        return len(re.findall(pattern, self.log.read_text(errors="replace"))) if self.log.exists() else 0


def address(server):
    """Options of PostgreSQL's own programs."""
    return [f"--host={server.host}", f"--port={server.port}", f"--username={server.user}"]
