from odoo import http
from odoo.http import Response, request

from ..models.cbam_delivery_statement import PATH
from .address_limit import AddressLimit

MINUTE = 60
HEADERS = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; img-src data:; frame-ancestors 'none'",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Robots-Tag": "noindex, nofollow",
}
LIMIT = AddressLimit(60, MINUTE)


class DeliveryStatement(http.Controller):
    """The online statement: docs/delivery-statement.md. The page gets what was issued, and no record."""

    @http.route(
        f"{PATH}/<string:token>", type="http", auth="public", methods=["GET"], save_session=False, sitemap=False
    )
    def statement(self, token, **kw):
        """The statement that a token opens; whatever opens nothing gets one and the same answer."""
        if not LIMIT.allows(request.httprequest.remote_addr):
            return self._page("cbam_reports.statement_refused", 429, {"Retry-After": str(MINUTE)})
        statement = request.env["cbam.delivery.statement"].of_token(token)
        if not statement:
            return self._page("cbam_reports.statement_not_found", 404)
        shown = statement.with_context(lang=request.env.lang).shown()
        statement.seen()
        return self._page("cbam_reports.statement_online", 200, statement=shown)

    def _page(self, template, status, headers=None, **values):
        html = f"<!DOCTYPE html>\n{request.env['ir.qweb'].sudo()._render(template, values)}"
        return Response(
            html, status=status, headers={**HEADERS, **(headers or {})}, content_type="text/html; charset=utf-8"
        )
