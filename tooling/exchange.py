"""Two Odoo databases that exchange data: the operator's is served by an Odoo of its own, in the other one tests fetch.

The operator's database has played the demo's story, its year is closed. ``tests/test_two_databases.py`` (tagged
`cbam_exchange`) finds its server by the variable CBAM_OPERATOR: address and database.
"""

import contextlib
import os

from . import settings
from .demo import wait_until_it_answers
from .steps import child

TAG = "cbam_exchange"


@contextlib.contextmanager
def operator(factory, template, name, port):
    """Serves a database of the operator's until the block ends; yields the value of CBAM_OPERATOR."""
    database = f"{name}_{os.getpid()}"
    factory.databases.create(database, template)
    try:
        log, errors = (settings.LOGS / f"{database}.server.{suffix}" for suffix in ("log", "stderr"))
        arguments = [f"--http-port={port}", f"--db-filter=^{database}$"]
        command, environment = factory.command("server", database, log, *arguments)
        with errors.open("w") as output, child(command, env=environment, stdout=output, stderr=output) as process:
            wait_until_it_answers(process, port, log)
            yield f"http://127.0.0.1:{port} {database}"
            process.terminate()
    finally:
        factory.databases.drop(database)
