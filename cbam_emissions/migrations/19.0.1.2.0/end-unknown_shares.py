from odoo.tools import SQL
from odoo.tools.sql import table_exists

#: Of what a record was made of without its share or electricity, 0 had been written: none had been stated.
OF_STATEMENTS = """
    UPDATE cbam_specific_emission e
       SET {column} = NULL
      FROM cbam_specific_emission_cbam_statement_rel r
      JOIN cbam_statement_good g ON g.statement_id = r.cbam_statement_id
     WHERE r.cbam_specific_emission_id = e.id AND g.cn_code = e.cn_code
       AND COALESCE(g.composition, '') = COALESCE(e.composition, '')
       AND g.{column} IS NULL AND e.{column} = 0
"""
OF_ANSWERS = """
    UPDATE cbam_specific_emission e
       SET {column} = NULL
      FROM cbam_data_answer a
     WHERE a.record_id = e.id AND a.{column} IS NULL AND e.{column} = 0
"""


def migrate(cr, _version):
    """Shares of default values and embedded electricity may be unknown now.

    A 0 stays, for it may have been stated, but where the record's origin shows that nothing was: a statement of our
    own or a supplier's answer that leaves the figure empty.
    """
    answers = table_exists(cr, "cbam_data_answer")
    for column in ("default_share", "indirect_default_share", "electricity"):
        cr.execute(SQL(OF_STATEMENTS.format(column=column)))
        if answers:
            cr.execute(SQL(OF_ANSWERS.format(column=column)))
