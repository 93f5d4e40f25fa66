from odoo import http

from ..models.cbam_carbon_passport import PATH
from .online import online_page


class CarbonPassport(http.Controller):
    """The online carbon passport: docs/whole-life.md."""

    @http.route(
        f"{PATH}/<string:token>", type="http", auth="public", methods=["GET"], save_session=False, sitemap=False
    )
    def passport(self, token, **kw):
        """The passport that a token opens."""
        return online_page("cbam.carbon.passport", token, "cbam_reports.passport_online")
