from math import fsum

from odoo import api, fields, models

from .figures_table import FiguresTable

#: Models whose records belong to a period, by the field that counts them.
DATA = {
    "emission_count": "cbam.process.emission",
    "measured_source_count": "cbam.measured.source",
    "pfc_count": "cbam.pfc.row",
    "utility_run_count": "cbam.utility.run",
    "heat_flow_count": "cbam.heat.flow",
    "waste_gas_count": "cbam.waste.gas",
}
#: Terms of equation 55 that a column shows, and its sign.
TERMS = (
    ("direct", 1),
    ("heat_imported", 1),
    ("heat_exported", -1),
    ("waste_gas_imported", 1),
    ("waste_gas_exported", -1),
    ("electricity_produced", -1),
)


class CbamPeriod(models.Model):
    """What a period knows as a whole, and what it adds to its processes."""

    _inherit = "cbam.period"

    emission_count = fields.Integer("Other Direct Emissions", compute="_compute_data_counts")
    measured_source_count = fields.Integer("Measured Sources", compute="_compute_data_counts")
    pfc_count = fields.Integer("Perfluorocarbons", compute="_compute_data_counts")
    utility_run_count = fields.Integer("Utilities", compute="_compute_data_counts")
    heat_flow_count = fields.Integer("Heat Delivered", compute="_compute_data_counts")
    waste_gas_count = fields.Integer("Waste Gases", compute="_compute_data_counts")
    terms_table = fields.Json(compute="_compute_terms_table")

    def _compute_data_counts(self):
        for name, model in DATA.items():
            counts = dict(self.env[model]._read_group([("period_id", "in", self.ids)], ["period_id"], ["__count"]))
            for period in self:
                period[name] = counts.get(period._origin, 0)

    def _compute_terms_table(self):
        """Terms of equation 55 by process, and what left the site or became electricity."""
        for period in self:
            has_data = period.ids and any(period[name] for name in DATA)
            period.terms_table = period._terms_table() if has_data else False

    def _terms_table(self):
        methods = self.env["cbam.period.methods"]
        found = methods._terms(self, methods._stream_totals(self))
        balance = found.balance
        nets = {key: terms.net for key, terms in found.by_process.items()}
        largest = max((abs(value) for value in (*nets.values(), balance.outside, balance.electricity)), default=0.0)
        table = FiguresTable(self.env, largest)
        table.corner = table.unit
        for title, hint in self._term_titles():
            table.column(title, hint)
        for process in self.env["cbam.process"].browse(found.by_process):
            terms = found.by_process[process.id]
            cells = [table.total(sign * getattr(terms, name) or None) for name, sign in TERMS]
            table.row(process.name, [*cells, table.total(terms.net)])
        empty = [table.total(None)] * len(TERMS)
        for label, value in (
            (self.env._("Left the site with heat"), balance.outside),
            (self.env._("In electricity of utilities"), balance.electricity),
        ):
            if value:
                table.row(label, [*empty, table.total(value)], "memo")
        whole = fsum((*nets.values(), balance.outside, balance.electricity))
        table.row(self.env._("All of it"), [*empty, table.total(whole)], "total")
        table.note(self.env._("Source streams of the processes themselves come on top in the close."))
        return table.as_json()

    @api.model
    def _term_titles(self):
        return (
            (self.env._("Direct"), self.env._("Part of DirEm*: methods of the period.")),
            (self.env._("Heat In"), self.env._("Em_H,imp")),
            (self.env._("Heat Out"), self.env._("Em_H,exp")),
            (self.env._("Gas In"), self.env._("WG_corr,imp, equation 53")),
            (self.env._("Gas Out"), self.env._("WG_corr,exp, equation 54")),
            (self.env._("Power Made"), self.env._("Em_el,prod, inside the process")),
            (self.env._("Together"), self.env._("What equation 55 makes of them, before its floor.")),
        )

    def action_view_data(self):
        """The records of one kind that belong to the period; the button's context names the model."""
        self.ensure_one()
        model = self.env.context.get("cbam_data")
        if model not in DATA.values():
            return False
        action = self.env["ir.actions.act_window"]._for_xml_id(f"cbam_emissions.action_{model.replace('.', '_')}")
        return action | {"domain": [("period_id", "=", self.id)], "context": {"default_period_id": self.id}}
