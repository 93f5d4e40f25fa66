from odoo import fields, models
from odoo.exceptions import UserError

from odoo.addons.cbam_emissions.models.own_action import by_own_action

from ..models.cbam_import import CUSTOMS_DATA, DATA

#: What a reversing line and a corrected one have in common with the line that they follow.
SAME = (*CUSTOMS_DATA, "company_id", "purchase_line_id", "partner_id", "product_id", *DATA)


class CbamImportReverse(models.TransientModel):
    """Reverses declared imports by lines with the negative mass, and begins corrected ones."""

    _name = "cbam.import.reverse"
    _description = "Reverse Imports"

    import_ids = fields.Many2many("cbam.import", string="Imports", required=True)
    reason = fields.Char(required=True, help="For instance: customs declaration amended, invalidated, mass corrected.")
    correct = fields.Boolean(
        "Begin a Corrected Line", default=True, help="A new proposal with the same values, to be changed and declared."
    )

    def action_reverse(self):
        """Reverse the lines; opens the corrected ones, else the reversing ones.

        :raises UserError: a line is not declared, or reversed already
        """
        self.ensure_one()
        lines = self.import_ids
        for line in lines:
            if line.state != "declared" or line.reversal_of_id or line.reversed_on:
                raise UserError(self.env._("%s cannot be reversed.", line.display_name))
        common = {line: line.read(list(SAME), load=False)[0] for line in lines}
        for values in common.values():
            values.pop("id")
        own = by_own_action(lines)
        reversing = own.create(
            [
                {
                    **common[line],
                    "state": "declared",
                    "net_mass": -line.remaining_mass(),
                    "reversal_of_id": line.id,
                    "reason": self.reason,
                }
                for line in lines
            ]
        )
        own.write({"reversed_on": fields.Date.context_today(self)})
        shown = reversing
        if self.correct:
            shown = lines.create([{**common[line], "net_mass": line.net_mass} for line in lines])
        self.env["cbam.threshold.watch"].refresh({(line.company_id, line.year) for line in lines})
        action = self.env["ir.actions.act_window"]._for_xml_id("cbam_procurement.cbam_import_action")
        return action | {
            "domain": [("id", "in", (lines | shown).ids)],
            "context": {},
            "target": "main",
        }
