"""Runs inside Odoo: uninstalls an addon, and compares the figures of the demo's story with those worked by hand."""

from odoo.tools import SQL

from odoo.addons.cbam.tests import test_demo_scenario as expected


def uninstall(env, name):
    """What a user does in Apps: everything that stands on the addon goes with it."""
    env["ir.module.module"].search([("name", "=", name)]).button_immediate_uninstall()


def as_before(env):
    """Hashes of closed statements as versions before 19.0.1.1.0 made them: the evidence is not frozen one by one.

    Those versions had no triggers that keep frozen rows.
    """
    for table in ("cbam_statement", "cbam_statement_hash"):
        env.cr.execute(SQL("DROP TRIGGER %s ON %s", SQL.identifier(f"{table}_frozen"), SQL.identifier(table)))
    statements = env["cbam.statement"].search([])
    statements.evidence_frozen = False
    env["cbam.statement.hash"].search([("document", "=like", "evidence:%")]).unlink()
    for statement in statements.sorted("version"):
        statement.root_hash = env["cbam.period.freeze"]._root(statement)


def check(env):
    """Sentences on figures that are not what they were, one a line."""
    wrong = []
    for name, (direct, *_rest) in {**expected.SCREWS, **expected.BOLTS}.items():
        lot = env["stock.lot"].search([("name", "=", name)])
        figure = lot._cbam_figures()[lot.id]
        if figure.incomplete or abs(figure.per_tonne.direct - direct) > 1e-9:
            wrong.append(f"lot {name} has {figure.per_tonne.direct!r} instead of {direct!r} tCO2e/t")
    statement = env["cbam.period"].search([]).statement_id
    goods = {good.cn_code: good.see_direct for good in statement.good_ids}
    for code, (_level, direct, _indirect) in expected.PERIOD.items():
        if abs(goods[code] - direct) > 1e-9:
            wrong.append(f"{code} has {goods[code]!r} instead of {direct!r} tCO2e/t")
    wrong += [f"drift: {sentence}" for sentence in env["cbam.period.freeze"]._drift(statement)]
    return "\n".join(wrong)
