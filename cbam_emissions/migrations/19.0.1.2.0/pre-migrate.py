from odoo.tools import SQL

from odoo.addons.cbam_emissions.engine.life.stages import CARRIED, kinds_by_stage


def migrate(cr, version):
    """Every line of the ledger gets its stage by its kind. It is part of no figure and no hash.

    The trigger that refuses to change a line is off for this one statement, in this transaction.
    """
    cr.execute("ALTER TABLE cbam_emission_line ADD COLUMN IF NOT EXISTS stage VARCHAR")
    cr.execute("ALTER TABLE cbam_emission_line DISABLE TRIGGER cbam_emission_line_append_only")
    cases = SQL(" ").join(
        SQL("WHEN kind = ANY(%s) THEN %s", list(kinds), stage) for stage, kinds in kinds_by_stage().items()
    )
    statement = SQL("UPDATE cbam_emission_line SET stage = CASE %s ELSE %s END WHERE stage IS NULL", cases, CARRIED)
    cr.execute(statement)
    cr.execute("ALTER TABLE cbam_emission_line ENABLE TRIGGER cbam_emission_line_append_only")
