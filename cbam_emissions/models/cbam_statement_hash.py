from odoo import fields, models


class CbamStatementHash(models.Model):
    """SHA-256 of a document's ordered ledger lines, or of a file that was on file, when the period was closed."""

    _name = "cbam.statement.hash"
    _description = "Hash of a Document in an Emissions Statement"
    _inherit = ["cbam.statement.row"]
    _order = "statement_id, document"
    _log_access = False
    # one that is added shows in the root hash; a trigger for each of many thousands would not be free
    _frozen_operations = "UPDATE OR DELETE"

    statement_id = fields.Many2one("cbam.statement", required=True, index=True, ondelete="cascade")
    document = fields.Char(required=True, help="Kind and id of the document, e.g. production:12 or evidence:7.")
    lines = fields.Integer()
    digest = fields.Char(required=True)
