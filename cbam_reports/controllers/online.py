from odoo.http import Response, request

#: Visits of an address in a minute, to each kind of document.
MOST_VISITS = 60
HEADERS = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; img-src data:; frame-ancestors 'none'",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Robots-Tag": "noindex, nofollow",
}


def online_page(model, token, template):
    """The page of the issued document that a token opens (``cbam.issued.document``).

    The page gets what was issued, and no record. Whatever opens nothing gets one and the same answer.
    """
    limit = request.env["cbam.visit.limit"]
    wait = limit.seconds_to_wait(model, limit.visitor_of(request.httprequest.remote_addr), MOST_VISITS)
    if wait:
        return _answer("cbam_reports.statement_refused", 429, {"Retry-After": str(wait)})
    document = request.env[model].of_token(token)
    if not document:
        return _answer("cbam_reports.statement_not_found", 404)
    shown = document.with_context(lang=request.env.lang).shown()
    document.seen()
    return _answer(template, 200, statement=shown)


def _answer(template, status, headers=None, **values):
    # superuser: a visitor may render no template; this one is given plain values, no record
    html = f"<!DOCTYPE html>\n{request.env['ir.qweb'].sudo()._render(template, values)}"
    return Response(
        html, status=status, headers={**HEADERS, **(headers or {})}, content_type="text/html; charset=utf-8"
    )
