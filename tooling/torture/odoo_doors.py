"""The doors that stand behind Odoo: tests of the umbrella, tagged ``cbam_door``, with many cases each.

They run one after the other in one Odoo process, on a database of their own; each case is undone. The tests are those
that ``make test`` runs with a few cases.
"""

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
        template, database = odoo.suite_template(), f"cbam_torture_{os.getpid()}"
        odoo.databases.create(database, template)
        try:
            return tried(odoo, database, names, cases, number)
        finally:
            odoo.databases.drop(database)


def tried(odoo, database, names, cases, number):
    """How many of the doors failed on a database."""
    tags = ",".join(f"/{UMBRELLA}:{DOORS[name]}" for name in names)
    arguments = [f"--test-tags={tags}", f"--http-port={free_port()}", "--stop-after-init"]
    environment = {"CBAM_CASES": cases, "CBAM_SEED": number, "CBAM_SHARE": ""}
    report = odoo.run("server", database, "torture", *arguments, on_line=lambda _line: None, **environment)
    told = dict(_TOLD.findall((settings.LOGS / "torture.log").read_text(errors="replace")))
    passed = {test for test, result in report["tests"].items() if result == "passed"}
    failed = [name for name in names if name not in told or not any(test.endswith(DOORS[name]) for test in passed)]
    for name in names:
        announce(f"  {name}: {'FAILED' if name in failed else told[name]}")
    for line in report["log"]:
        announce(f"    {line[-4000:]}")
    return len(failed) or bool(report["log"])
