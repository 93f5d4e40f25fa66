from odoo import api, fields, models
from odoo.exceptions import UserError

from ..engine.cn_codes import spaced

#: Parameters of point 2 that the content of a good answers, by its functional unit.
CONTENT_PARAMETERS = {
    "t_clinker": ("Clinker to cement ratio, %",),
    "kg_n": ("Content of N", "Content of N total"),
}


class CbamGoodParameter(models.Model):
    """A sector-specific parameter of a good in a period: 2025/2547 Annex IV point 2.

    Which parameters a good has follows from its category; a value that the records do not know is entered here.
    """

    _name = "cbam.good.parameter"
    _description = "Sector-Specific Parameter of a Good"
    _order = "period_id, cn_code, sequence, id"

    period_id = fields.Many2one("cbam.period", required=True, index=True, ondelete="cascade")
    company_id = fields.Many2one(related="period_id.company_id", store=True, index=True)
    cn_code = fields.Char("CN Code", required=True, readonly=True)
    sequence = fields.Integer(readonly=True)
    name = fields.Char("Parameter", required=True, readonly=True)
    value = fields.Char(help="In English, with its unit, e.g. 1.2 % Mn.")
    source = fields.Char(help="Analysis, certificate or record the value comes from.")
    not_applicable = fields.Char("Not Applicable Because")
    is_answered = fields.Boolean(compute="_compute_is_answered")

    _once = models.UniqueIndex("(period_id, cn_code, name)", "A good has each parameter once in a period.")

    @api.depends("value", "not_applicable")
    def _compute_is_answered(self):
        for parameter in self:
            parameter.is_answered = bool((parameter.value or parameter.not_applicable or "").strip())

    def write(self, vals):
        fixed = self.period_id.filtered(lambda period: period.state in ("verified", "sent"))
        if fixed:
            raise UserError(self.env._("%s is verified: its parameters stay.", fixed[0].display_name))
        return super().write(vals)

    @api.model
    def _prepare(self, statement):
        """Rows for the parameters that the goods of a statement want; those that are there stay as they are."""
        known = {(row.cn_code, row.name) for row in self.sudo().search([("period_id", "=", statement.period_id.id)])}
        missing = [row for row in self._wanted(statement) if (row["cn_code"], row["name"]) not in known]
        # superuser: rows to be filled in are made by the statement, not by a right of the user
        return self.sudo().create([dict(row, period_id=statement.period_id.id) for row in missing])

    @api.model
    def _answers(self, statement):
        """Values of the parameters that the goods of a statement want: as entered, else as the records say."""
        entered = {
            (row.cn_code, row.name): {
                "value": row.value or "",
                "source": row.source or "",
                "not_applicable": row.not_applicable or "",
            }
            for row in self.search([("period_id", "=", statement.period_id.id)])
            if row.is_answered
        }
        return [row | entered.get((row["cn_code"], row["name"]), {}) for row in self._wanted(statement)]

    @api.model
    def _wanted(self, statement):
        goods = statement.good_ids.grouped("cn_code")
        return [
            {"cn_code": code, "sequence": place, "name": name, **self._from_content(statement, rows, name)}
            for code, rows in goods.items()
            for place, name in enumerate((rows[0].category_id.parameters or "").splitlines(), 1)
            if name
        ]

    @api.model
    def _from_content(self, statement, goods, name):
        """What the clinker or nitrogen content of the good says, per range of composition."""
        unit = goods[0].functional_unit
        if name not in CONTENT_PARAMETERS.get(unit, ()):
            return {"value": "", "source": ""}
        factor, symbol = (100.0, "%") if unit == "t_clinker" else (0.1, "% N")
        texts = [
            f"{row.composition + ': ' if row.composition else ''}{row.content * factor:.6g} {symbol}"
            for row in goods
            if row.content is not None
        ]
        return {"value": "; ".join(texts), "source": f"Statement {statement.display_name}" if texts else ""}

    @api.depends("cn_code", "name")
    def _compute_display_name(self):
        for parameter in self:
            parameter.display_name = f"{spaced(parameter.cn_code or '')}: {parameter.name or ''}"
