from odoo import api, fields, models

from ..workbook.cells import SUMMARY_PRODUCTS


class CbamWorkbookCheckCell(models.Model):
    """A result that the workbook shows in a cell, beside ours for it."""

    _name = "cbam.workbook.check.cell"
    _inherit = "cbam.workbook.check.row"
    _description = "Compared Cell of a Communication Template"

    sheet = fields.Char(readonly=True)
    cell = fields.Char(readonly=True)
    what = fields.Char("Figure", readonly=True)
    theirs = fields.Char("Workbook", readonly=True, help="As stored at the last calculation, with all its digits.")
    ours = fields.Char("Recomputed", readonly=True)
    difference = fields.Char(readonly=True, help="Recomputed minus workbook.")
    result = fields.Selection(
        [("agree", "Agrees"), ("mistaken", "Template's mistake"), ("differ", "Differs")],
        readonly=True,
        help="A template's mistake: its own look-up finds the wrong row there, which does not count as a difference.",
    )
    typed = fields.Boolean(readonly=True, help="The figure was typed where the template has a formula.")
    product_id = fields.Many2one("cbam.workbook.check.product", readonly=True, index="btree_not_null")

    @api.model
    def _values_of(self, found, made):
        products = made["cbam.workbook.check.product"]
        return [
            (
                (cell.sheet, cell.cell),
                {
                    "sheet": cell.sheet,
                    "cell": cell.cell,
                    "what": cell.what,
                    "theirs": self._shown(cell.theirs),
                    "ours": self._shown(cell.ours),
                    "difference": self._shown(cell.difference, 3),
                    "result": "mistaken" if cell.mistaken else "agree" if cell.agrees else "differ",
                    "typed": cell.typed,
                    "product_id": products.get(int(cell.cell.lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ")))
                    if cell.sheet == SUMMARY_PRODUCTS
                    else False,
                },
            )
            for cell in found.compared
        ]

    @api.model
    def _shown(self, value, digits=15):
        """A figure with the digits that a spreadsheet program keeps."""
        if value is None:
            return False
        return f"{value:.{digits}g}" if isinstance(value, (int, float)) else str(value)
