from odoo import fields, models


class CbamExchangeToken(models.AbstractModel):
    """Shows a token that was just made. Abstract: it is stored nowhere."""

    _name = "cbam.exchange.token"
    _description = "Token of Published Emission Data"

    # ODOO: the onchange that fills the form wants the field ``id``, as of res.users.apikeys.show
    id = fields.Id()
    token = fields.Char(readonly=True)
    address = fields.Char(readonly=True)
