import json
import logging

from odoo import http
from odoo.exceptions import UserError
from odoo.http import Response, request

from ..exchange.schema import FILE

_logger = logging.getLogger(__name__)

HOUR = 3600
#: Visits of an address in a minute, whatever its token: the limit of a publication is an hour's.
MOST_VISITS = 120
SCHEME = "Bearer "


class Exchange(http.Controller):
    """Published emission data, for other systems: docs/supplier-exchange.md."""

    @http.route("/cbam/exchange/v1/data", type="http", auth="public", methods=["GET"], save_session=False, csrf=False)
    def data(self, **kw):
        """The document that the token in the header opens. A token in the address would end in log files."""
        wait = self._wait()
        if wait:
            return self._answer({"error": "Too many requests in a minute."}, 429, {"Retry-After": str(wait)})
        header = request.httprequest.headers.get("Authorization", "")
        token = header.removeprefix(SCHEME).strip() if header.startswith(SCHEME) else ""
        share = request.env["cbam.exchange.share"].of_token(token) if token else None
        address = request.httprequest.remote_addr
        if not share:
            _logger.info("No publication for a token from %s", address)
            return self._nothing()
        if not share.served_within_limit(address):
            return self._answer({"error": "Too many requests in an hour."}, 429, {"Retry-After": str(HOUR)})
        try:
            return self._answer(share.document(), 200)
        except UserError:
            _logger.info("Nothing to serve for publication %s", share.id)
            return self._nothing()

    def _wait(self):
        """Seconds that the address has to wait."""
        limit = request.env["cbam.visit.limit"]
        return limit.seconds_to_wait("exchange", limit.visitor_of(request.httprequest.remote_addr), MOST_VISITS)

    def _nothing(self):
        """One answer for everything that is not there: whoever guesses learns nothing."""
        return self._answer({"error": "There is nothing here."}, 404)

    @http.route("/cbam/exchange/v1/schema", type="http", auth="public", methods=["GET"], save_session=False)
    def schema(self, **kw):
        """The JSON Schema of the document."""
        wait = self._wait()
        if wait:
            return self._answer({"error": "Too many requests in a minute."}, 429, {"Retry-After": str(wait)})
        return self._answer(json.loads(FILE.read_text(encoding="utf-8")), 200)

    def _answer(self, content, status, headers=None):
        return Response(
            json.dumps(content, ensure_ascii=False),
            status=status,
            headers={"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff", **(headers or {})},
            content_type="application/json; charset=utf-8",
        )
