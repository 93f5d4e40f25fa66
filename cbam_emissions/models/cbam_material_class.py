from odoo import fields, models


class CbamMaterialClass(models.Model):
    """What things are made of, as far as their end of life differs: steel, aluminium, electronics, a bought motor."""

    _name = "cbam.material.class"
    _description = "Material Class of the Whole-Life Account"
    _order = "sequence, name, id"

    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    note = fields.Text()
