from odoo import models


class CbamStatementRow(models.AbstractModel):
    """A row of a version of the statutory book: frozen with its version's root hash."""

    _name = "cbam.statement.row"
    _description = "Row of an Emissions Statement"
    _inherit = ["cbam.frozen.row"]

    _frozen = "EXISTS (SELECT 1 FROM cbam_statement s WHERE s.id = r.statement_id AND s.root_hash IS NOT NULL)"
    _free_columns = ("company_id",)
