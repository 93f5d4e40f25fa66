"""The demo's story, played in Odoo's own documents: what ``make demo`` does and the table it prints.

It tells the year 2026 as it looks in spring 2027, when suppliers' verified reports of 2026 have arrived. Expected
figures are worked by hand in ``docs/demo-figures.md`` and asserted by ``tests/test_demo_scenario.py``.
"""

from . import bolts, delivery, imports, machine, offers, screws, table, year
from .factory import Factory


def run(env):
    """Plays the story in ``env`` and returns the table to print."""
    env = env(user=env.ref("base.user_admin").id, context={**env.context, "tz": "Asia/Kolkata", "lang": "en_US"})
    factory = Factory(env)
    lots = [*screws.play(factory), *bolts.play(factory)]
    statement = year.close(factory)
    delivery.play(factory)
    orders = offers.play(factory)
    declaration = imports.play(orders)
    machines = machine.play(factory)
    tables = [table.of_lots(env, lots), table.of_period(statement), table.of_offers(orders)]
    return "\n\n".join([*tables, table.of_declaration(declaration), *map(table.of_passport, machines[:1])])
