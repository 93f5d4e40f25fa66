from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ..engine.statutory.site_facts import OUTSIDE, Node, NodeKind

NODES = [("process", "Production process"), ("utility", "Utility"), ("outside", "Outside the installation")]


class CbamSiteFlow(models.AbstractModel):
    """Something that goes from one process, utility or installation to another."""

    _name = "cbam.site.flow"
    _inherit = ["cbam.period.record"]
    _description = "Flow between Processes, Utilities and Neighbours"

    origin_kind = fields.Selection(NODES, string="From", required=True, default="process")
    origin_process_id = fields.Many2one(
        "cbam.process",
        "From Process",
        domain="[('installation_id', '=', installation_id)]",
        index="btree_not_null",
        ondelete="restrict",
    )
    origin_utility_id = fields.Many2one(
        "cbam.utility",
        "From Utility",
        domain="[('installation_id', '=', installation_id)]",
        index="btree_not_null",
        ondelete="restrict",
    )
    destination_kind = fields.Selection(NODES, string="To", required=True, default="process")
    destination_process_id = fields.Many2one(
        "cbam.process",
        "To Process",
        domain="[('installation_id', '=', installation_id)]",
        index="btree_not_null",
        ondelete="restrict",
    )
    destination_utility_id = fields.Many2one(
        "cbam.utility",
        "To Utility",
        domain="[('installation_id', '=', installation_id)]",
        index="btree_not_null",
        ondelete="restrict",
    )
    partner_id = fields.Many2one("res.partner", "Other Installation", help="Who delivers or receives outside the site.")
    route = fields.Char("From – To", compute="_compute_route")

    @api.depends(
        "origin_kind",
        "origin_process_id",
        "origin_utility_id",
        "destination_kind",
        "destination_process_id",
        "destination_utility_id",
        "partner_id",
    )
    def _compute_route(self):
        outside = self.env._("outside")
        for flow in self:
            ends = [
                flow[f"{end}_{flow[f'{end}_kind']}_id"] if flow[f"{end}_kind"] != "outside" else flow.partner_id
                for end in ("origin", "destination")
            ]
            flow.route = " → ".join(end.display_name or outside for end in ends)

    @api.constrains(
        "origin_kind",
        "origin_process_id",
        "origin_utility_id",
        "destination_kind",
        "destination_process_id",
        "destination_utility_id",
        "period_id",
    )
    def _check_ends(self):
        for flow in self:
            for end in ("origin", "destination"):
                if flow[f"{end}_kind"] != "outside" and not flow._end(end):
                    raise ValidationError(self.env._("%s: say where it comes from and where it goes.", flow.name))
            if flow._node("origin") == flow._node("destination"):
                raise ValidationError(self.env._("%s does not leave its origin.", flow.name))
        self._check_same_site()

    def _on_site(self):
        return [end for end in (self._end("origin"), self._end("destination")) if end]

    def _end(self, end):
        """The process or utility at an end; None outside."""
        self.ensure_one()
        kind = self[f"{end}_kind"]
        return None if kind == "outside" else self[f"{end}_{kind}_id"]

    def _node(self, end):
        """An end as the engine knows it."""
        record = self._end(end)
        return Node(NodeKind(self[f"{end}_kind"]), record.id) if record is not None else OUTSIDE
