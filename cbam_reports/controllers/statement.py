from odoo import http

from ..models.cbam_delivery_statement import PATH
from .online import online_page


class DeliveryStatement(http.Controller):
    """The online statement: docs/delivery-statement.md."""

    @http.route(
        f"{PATH}/<string:token>", type="http", auth="public", methods=["GET"], save_session=False, sitemap=False
    )
    def statement(self, token, **kw):
        """The statement that a token opens."""
        return online_page("cbam.delivery.statement", token, "cbam_reports.statement_online")
