from odoo import api, fields, models

from odoo.addons.cbam_emissions.engine.declaration import Known, changes
from odoo.addons.cbam_emissions.models.optional_float import OptionalFloat

#: What tells the lines of a declaration apart.
KEY = (
    "cn_code",
    "origin_country_id",
    "installation_id",
    "period",
    "composition",
    "basis",
    "procedure",
    "quarter",
    "below_threshold",
)


class CbamDeclarationImpact(models.TransientModel):
    """What today's imports, records and data sets would change of declarations; nothing of them is changed.

    A draft is computed anew; a released declaration gets a correction version, never an edit.
    """

    _name = "cbam.declaration.impact"
    _description = "Impact on CBAM Declarations"

    line_ids = fields.One2many("cbam.declaration.impact.line", "impact_id", "Lines That Change", readonly=True)
    declaration_ids = fields.Many2many("cbam.declaration", string="Declarations", readonly=True)
    emissions = fields.Float("Difference tCO2e", digits=(16, 3), readonly=True)
    certificates = fields.Float("Difference in Certificates", digits=(16, 3), readonly=True)
    cost_eur = OptionalFloat("Difference in EUR", digits=(16, 2), readonly=True)

    @api.private
    def found(self, declarations):
        """``{declaration: [engine Change]}`` of those that have been computed and are not superseded."""
        builder, found = self.env["cbam.declaration.builder"], {}
        # superuser: what a declaration says now and then, in full
        for declaration in declarations.sudo().filtered(lambda d: d.computed_on and d.state != "superseded"):
            rows, _totals, _blockers = builder.rows(declaration.company_id, declaration.year)
            before = [self._known(line, lambda line, name: line[name]) for line in declaration.line_ids]
            found[declaration] = changes(before, [self._known(row, lambda row, name: row[name]) for row in rows])
        return found

    @api.model
    def _known(self, line, value):
        key = []
        for name in KEY:
            figure = value(line, name)
            key.append(figure.id if isinstance(figure, models.BaseModel) else figure)
        return Known(
            tuple(part or None for part in key),
            value(line, "emissions"),
            value(line, "certificates"),
            value(line, "cost_eur"),
        )

    @api.private
    def open_for(self, declarations):
        """Show what would change of declarations."""
        found = self.found(declarations)
        rows = [(declaration, change) for declaration, parts in found.items() for change in parts]
        costs = [change.cost for _declaration, change in rows]
        impact = self.create(
            {
                "declaration_ids": [(6, 0, [declaration.id for declaration in found])],
                "emissions": sum(change.emissions for _declaration, change in rows),
                "certificates": sum(change.certificates for _declaration, change in rows),
                "cost_eur": None if None in costs else sum(costs),
                "line_ids": [(0, 0, self._line(declaration, change)) for declaration, change in rows],
            }
        )
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Impact of Corrections"),
            "res_model": self._name,
            "res_id": impact.id,
            "view_mode": "form",
            "target": "new",
            "context": {"dialog_size": "extra-large"},
        }

    @api.model
    def _line(self, declaration, change):
        key = dict(zip(KEY, change.key, strict=True))
        old, new = change.old, change.new
        return {
            "declaration_id": declaration.id,
            "kind": change.kind,
            **{name: key[name] for name in ("cn_code", "origin_country_id", "installation_id", "basis", "quarter")},
            "certificates_before": old.certificates if old else 0.0,
            "certificates_after": new.certificates if new else 0.0,
            "emissions": change.emissions,
            "certificates": change.certificates,
            "cost_eur": change.cost,
        }
