"""A backup by Odoo's own database manager, restored under another name, inside Odoo."""

import tempfile

from odoo.service import db
from odoo.tools import config

from . import checks

#: What somebody does to a restored database, and which version must show it.
TAMPERED = {
    "a ledger line": [
        f"UPDATE cbam_emission_line SET direct = direct * 1.0000001 WHERE id = ({checks.COUNTED})",
    ],
    "a line that is gone": [f"DELETE FROM cbam_emission_line WHERE id = ({checks.COUNTED})"],
    "a figure of the statement": [
        "UPDATE cbam_statement_good SET see_direct = see_direct + 1e-12 WHERE id ="
        " (SELECT MAX(g.id) FROM cbam_statement_good g JOIN cbam_period p ON p.statement_id = g.statement_id)"
    ],
    "the hash of a document": [
        "UPDATE cbam_statement_hash SET digest = MD5(digest) WHERE id ="
        " (SELECT MAX(h.id) FROM cbam_statement_hash h JOIN cbam_period p ON p.statement_id = h.statement_id)"
    ],
    "the root of the first version": ["UPDATE cbam_statement SET root_hash = MD5(root_hash) WHERE version = 1"],
}


def copy(database, new, binaries):
    """Back a database up with its files, and restore it."""
    config["pg_path"] = binaries
    with tempfile.NamedTemporaryFile(suffix=".zip") as file:
        db.dump_db(database, file)
        file.flush()
        db.restore_db(new, file.name, copy=True)
        return file.tell()


def roots(env):
    """``{period, version: root hash}`` as text."""
    versions = env["cbam.statement"].search([], order="period_id, version")
    return {f"{version.period_id.display_name} v{version.version}": version.root_hash for version in versions}


def unseen(env):
    """What was tampered with and does not show; nothing of it is kept."""
    found = []
    for name, statements in TAMPERED.items():
        with env.cr.savepoint() as savepoint:
            checks.switch_triggers_off(env)
            for statement in statements:
                env.cr.execute(statement)
            env.invalidate_all()
            drift = checks.CHECKS["statements"](env)
            # a root is part of the next one: the version after it does not agree either
            if len(drift) < (2 if "root" in name else 1):
                found.append(f"{name}: {drift}")
            savepoint.rollback()
        env.invalidate_all()
    return found
