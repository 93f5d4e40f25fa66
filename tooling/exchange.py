"""Two Odoo databases that exchange data: the operator's is served by an Odoo of its own, in the other one tests fetch.

The operator's database has played the demo's story, its year is closed. ``tests/test_two_databases.py`` (tagged
`cbam_exchange`) finds its server by the variable CBAM_OPERATOR: address and database.
"""

import contextlib
import os

from .serving import free_port, served

TAG = "cbam_exchange"


@contextlib.contextmanager
def operator(factory, template, name):
    """Serves a database of the operator's until the block ends; yields the value of CBAM_OPERATOR."""
    database = f"{name}_{os.getpid()}"
    factory.databases.create(database, template)
    try:
        with served(factory, database, free_port()) as address:
            yield f"{address} {database}"
    finally:
        factory.databases.drop(database)
