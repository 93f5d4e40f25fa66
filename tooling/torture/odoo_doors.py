"""The doors that stand behind Odoo: tests of the umbrella, tagged ``cbam_door``, with many cases each.

Each runs in an Odoo process and on a database of its own, as many at once as there are processors; each case is undone.
The tests are those that ``make test`` runs with a few cases.
"""

import concurrent.futures
import os
import re

from .. import odoo_source, postgres, settings
from ..databases import Databases
from ..serving import free_port
from ..steps import announce
from ..suite import UMBRELLA, Odoo

#: Door: the test that tries it.
DOORS = {
    "reading-file": "TestHostileReadings.test_readings",
    "measured-file": "TestHostileMeasured.test_measured",
    "customs-file": "TestHostileCustoms.test_customs",
    "meter-gateway": "TestHostileGateway.test_gateway",
    "gateway-keys": "TestHostileGateway.test_keys",
    "portal-form": "TestHostilePortal.test_form",
    "portal-upload": "TestHostilePortal.test_upload",
    "portal-addresses": "TestHostilePortal.test_numbers_in_addresses",
    "portal-calls": "TestHostilePortal.test_calls",
    "exchange-in": "TestHostileExchange.test_exchange",
    "price-feed-in": "TestHostilePrices.test_prices",
    "feed-addresses": "TestHostileAddresses.test_addresses",
    "tokens": "TestHostileOutside.test_tokens",
    "names-on-pages": "TestHostileOutside.test_names",
    "export-parameters": "TestHostileExports.test_parameters",
    "formulas-out": "TestHostileTables.test_formulas",
    "file-names-out": "TestHostileTables.test_file_names",
}
_TOLD = re.compile(r"door ([\w-]+): (.*)")


def run(names, cases, number):
    """How many of the doors failed; says what each of them did."""
    with postgres.running() as server:
        odoo = Odoo(odoo_source.find(), server, Databases(server))
        template = odoo.suite_template()
        with concurrent.futures.ThreadPoolExecutor(os.cpu_count() or 1) as pool:
            return sum(not good for good in pool.map(lambda name: tried(odoo, template, name, cases, number), names))


def tried(odoo, template, name, cases, number):
    """Whether a door held, on a database of its own; says what it did."""
    database = f"cbam_torture_{os.getpid()}_{name.replace('-', '_')}"
    odoo.databases.create(database, template)
    try:
        return held(odoo, database, name, {"CBAM_CASES": cases, "CBAM_SEED": number, "CBAM_SHARE": ""})
    finally:
        odoo.databases.drop(database)


def held(odoo, database, name, variables):
    """Whether the test of a door passed, said how many cases it was, and left no warning in Odoo's log."""
    log = f"torture-{name}"
    arguments = [f"--test-tags=/{UMBRELLA}:{DOORS[name]}", f"--http-port={free_port()}", "--stop-after-init"]
    report = odoo.run("server", database, log, *arguments, on_line=lambda _line: None, **variables)
    told = dict(_TOLD.findall((settings.LOGS / f"{log}.log").read_text(errors="replace")))
    passed = any(test.endswith(DOORS[name]) and result == "passed" for test, result in report["tests"].items())
    good = passed and name in told and not report["log"]
    lines = [f"  {name}: {told[name] if good else 'FAILED'}", *(f"    {line[-4000:]}" for line in report["log"])]
    announce("\n".join(lines))
    return good
