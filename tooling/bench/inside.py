"""What ``make bench`` runs inside an Odoo process: every pair, one after the other. Returns JSON."""

import json
from typing import NamedTuple

from . import datasets, passport, period, planning, workbook
from .table import Row, rendered

PAIRS = {"period": period, "planning": planning, "datasets": datasets, "workbook": workbook, "passport": passport}


class Size(NamedTuple):
    """How much there is of everything; ``m`` is the size that is quoted.

    :ivar days: working days of the factory, 20 orders and some 200 ledger lines each
    :ivar families: of products with bills, 50 each
    :ivar times: alternating runs of a pair
    """

    days: int
    families: int
    times: int


SIZES = {"s": Size(100, 4, 4), "m": Size(2500, 40, 10), "l": Size(10000, 1000, 10)}


def run(env, size, only=None):
    """Build and measure all pairs, or only those of one module; returns table, rows and remarks as JSON."""
    env = env(user=env.ref("base.user_admin").id, context={**env.context, "tz": "UTC", "lang": "en_US"})
    rows, remarks = [], []
    for pair in [PAIRS[only]] if only else PAIRS.values():
        for found in pair.measure(env, SIZES[size]):
            if isinstance(found, Row):
                print(f"measured: {found.what}", flush=True)
                rows.append(found)
            else:
                remarks.append(found)
    text = "\n".join([rendered(rows), "", *remarks])
    return json.dumps({"text": text, "rows": [row.data() for row in rows], "remarks": remarks})
