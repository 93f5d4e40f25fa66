"""What ``make bench`` runs inside an Odoo process: some groups of pairs, one after the other. Returns JSON."""

import json
import os
from typing import NamedTuple

from . import correction, datasets, exports, passport, period, planning, purchasing, shopfloor, workbook
from .sides import both
from .table import Row

PAIRS = {
    "period": period,
    "planning": planning,
    "datasets": datasets,
    "workbook": workbook,
    "passport": passport,
    "exports": exports,
    "correction": correction,
}
#: Pairs of two databases: the suite's, and one of the same Odoo without the suite, named by CBAM_TWIN.
TWINS = {"shopfloor": shopfloor, "purchasing": purchasing}


class Size(NamedTuple):
    """How much there is of everything; ``m`` is the size that is quoted.

    :ivar days: working days of the factory, 20 orders and some 200 ledger lines each
    :ivar families: of products with bills, 50 each
    :ivar times: alternating runs of a pair
    :ivar orders: manufacturing orders, and receipts, of a request
    :ivar lines: of a workbook whose writing is compared; one more has ten times as many
    :ivar chains: of four orders that take from each other, through which a corrected value goes
    """

    days: int
    families: int
    times: int
    orders: int
    lines: int
    chains: int


SIZES = {
    "s": Size(100, 4, 4, 20, 2_000, 250),
    "m": Size(2500, 40, 10, 100, 50_000, 2500),
    "l": Size(10000, 1000, 4, 100, 200_000, 10_000),
}


def run(env, size, names):
    """Build and measure the groups of pairs ``names`` (joined by commas); returns rows and remarks as JSON."""
    rows, remarks = [], []
    for found in _found(env, SIZES[size], names.split(",")):
        if isinstance(found, Row):
            print(f"measured: {found.what}", flush=True)
            rows.append(found)
        else:
            remarks.append(found)
    return json.dumps({"rows": [row.data() for row in rows], "remarks": remarks})


def _found(env, size, names):
    """The rows and remarks of the groups."""
    env = env(user=env.ref("base.user_admin").id, context={**env.context, "tz": "UTC", "lang": "en_US"})
    for name in names:
        if name in PAIRS:
            yield from PAIRS[name].measure(env, size)
    if TWINS.keys() & set(names):
        env.cr.commit()
        sides = both(env.cr.dbname, os.environ["CBAM_TWIN"])
        for name in names:
            if name in TWINS:
                yield from TWINS[name].measure(sides, size)
