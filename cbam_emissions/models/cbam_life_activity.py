from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

from .cbam_emission_line import STAGES

UNITS = [
    ("kg", "kg"),
    ("t", "t"),
    ("unit", "Unit"),
    ("m", "m"),
    ("m2", "m²"),
    ("m3", "m³"),
    ("l", "l"),
    ("Nm3", "Nm³"),
    ("kWh", "kWh"),
    ("MJ", "MJ"),
    ("h", "h"),
    ("km", "km"),
    ("t.km", "t·km"),
    ("pallet.day", "pallet·day"),
    ("EUR", "EUR"),
]


class CbamLifeActivity(models.Model):
    """Something that emits outside CBAM: a material, a tonne-kilometre by sea, a kilogram of a refrigerant.

    Activities outlive the data sets with their factors: products, legs and services point to them.
    """

    _name = "cbam.life.activity"
    _description = "Activity of the Whole-Life Account"
    _order = "stage, category, name, id"
    _rec_names_search = ["name", "code"]

    code = fields.Char("Key", required=True, readonly=True)
    name = fields.Char(required=True, translate=True)
    stage = fields.Selection(STAGES[:-1], required=True, readonly=True)
    unit = fields.Selection(UNITS, required=True, readonly=True, help="What the factors count in.")
    category = fields.Char(help="For lists only.")
    active = fields.Boolean(default=True)
    factor_ids = fields.One2many("cbam.life.factor", "activity_id", "Factors", readonly=True)

    _code_unique = models.Constraint("UNIQUE (code)", "An activity with this key exists already.")

    @api.depends("name", "unit")
    def _compute_display_name(self):
        units = dict(self._fields["unit"]._description_selection(self.env))
        for activity in self:
            activity.display_name = (
                f"{activity.name} ({units.get(activity.unit, '')})" if activity.unit else activity.name
            )

    @api.model
    def _with_activities(self, rows):
        """Rows of a parsed set with the id of their activity; activities that are new are made.

        :raises UserError: an activity has another unit or stage than before: its figures would not add up
        """
        known = {
            activity.code: activity
            for activity in self.with_context(active_test=False).search([("code", "in", [r["activity"] for r in rows])])
        }
        for row in rows:
            activity = known.get(row["activity"])
            for name in ("unit", "stage"):
                if activity and activity[name] != row[name]:
                    raise UserError(
                        self.env._(
                            "Nothing is loaded: %(code)s has the %(column)s %(new)s, but %(old)s so far.",
                            code=activity.code,
                            column=name,
                            new=row[name],
                            old=activity[name],
                        )
                    )
        names = ("name", "stage", "unit", "category")
        new = [row for row in rows if row["activity"] not in known]
        made = self.create([{"code": row["activity"], **{name: row[name] for name in names}} for row in new])
        known |= {activity.code: activity for activity in made}
        return [
            {"activity_id": known[row["activity"]].id, **{name: row[name] for name in ("factor", "credit", "source")}}
            for row in rows
        ]

    def unlink(self):
        """Delete activities that no data set and no record uses."""
        used = self.env.execute_query(
            SQL("SELECT activity_id FROM cbam_life_factor WHERE activity_id = ANY(%s) LIMIT 1", self.ids)
        )
        if used:
            name = self.browse(used[0][0]).name
            raise UserError(self.env._("%s has factors in data sets: archive it instead.", name))
        return super().unlink()
