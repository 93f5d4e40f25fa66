from werkzeug.exceptions import NotFound, TooManyRequests

from odoo import http
from odoo.exceptions import UserError, ValidationError
from odoo.http import request

from odoo.addons.cbam_emissions.engine.cn_codes import spaced
from odoo.addons.portal.controllers.portal import CustomerPortal
from odoo.addons.portal.controllers.portal import pager as portal_pager

from ..models.cbam_data_answer import REQUIRED
from .answer_form import AnswerForm
from .upload import MOST_BYTES, MOST_FILES, Refused, accepted

MOST_ANSWERS = 100
#: Visits of a user in a minute: to the pages, and with a file to be read or kept.
MOST_VISITS, MOST_FILES_A_MINUTE = 240, 30
ROOT = "/my/cbam/requests"


class SupplierPortal(CustomerPortal):
    """The supplier's pages. Portal users have no rights on any CBAM model: everything passes :meth:`_gate`, which finds
    only requests to the user's own commercial entity, and the pages show no field beyond what the supplier entered."""

    def _prepare_home_portal_values(self, counters):
        values = super()._prepare_home_portal_values(counters)
        if "cbam_request_count" in counters:
            values["cbam_request_count"] = len(self._requests())
        return values

    # -- the gate ----------------------------------------------------------------------------------------------------

    def _requests(self):
        return request.env["cbam.data.request"].of_portal_user()

    def _gate(self, request_id, *, to_change=False):
        """The request of that number, if it is addressed to the user's company; else it does not exist.

        :raises NotFound: it is somebody else's, not sent yet, or there is none; or it is no longer open
        :raises TooManyRequests: the user was here too often
        """
        self._within_limit("portal", MOST_VISITS)
        found = self._requests().filtered(lambda one: one.id == request_id)
        if not found or (to_change and not found.is_open_to_supplier()):
            raise NotFound()
        return found

    def _within_limit(self, door, most):
        wait = request.env["cbam.visit.limit"].seconds_to_wait(door, request.env.uid, most)
        if wait:
            request.future_response.headers["Retry-After"] = str(wait)
            raise TooManyRequests()

    def _answer_of(self, data_request, answer_id):
        found = data_request.answer_ids.filtered(lambda one: one.id == answer_id)
        if not found:
            raise NotFound()
        return found

    def _document_of(self, answer, attachment_id):
        found = answer.evidence_ids.filtered(lambda one: one.id == attachment_id)
        if not found:
            raise NotFound()
        return found

    # -- pages -------------------------------------------------------------------------------------------------------

    @http.route([ROOT, f"{ROOT}/page/<int:page>"], type="http", auth="user", website=True)
    def cbam_requests(self, page=1, **kw):
        """All requests to the user's company."""
        self._within_limit("portal", MOST_VISITS)
        found = self._requests().sorted(lambda one: (one.year, one.id), reverse=True)
        pager = portal_pager(url=ROOT, total=len(found), page=page, step=self._items_per_page)
        values = self._prepare_portal_layout_values() | {
            "page_name": "cbam_requests",
            "requests": found[pager["offset"] : pager["offset"] + self._items_per_page],
            "pager": pager,
            "default_url": ROOT,
        }
        return request.render("cbam_procurement.portal_requests", values)

    @http.route(f"{ROOT}/<int:request_id>", type="http", auth="user", website=True)
    def cbam_request(self, request_id, **kw):
        """One request: what is asked for and what was answered so far."""
        return self._page(self._gate(request_id))

    def _page(self, data_request, problems=()):
        values = self._prepare_portal_layout_values() | {
            "page_name": "cbam_request",
            "data_request": data_request,
            "is_open": data_request.is_open_to_supplier(),
            "problems": problems,
            "spaced": spaced,
        }
        return request.render("cbam_procurement.portal_request", values)

    @http.route(
        [f"{ROOT}/<int:request_id>/answer", f"{ROOT}/<int:request_id>/answer/<int:answer_id>"],
        type="http",
        auth="user",
        website=True,
        methods=["GET"],
    )
    def cbam_answer(self, request_id, answer_id=None, **kw):
        """The form of an answer; read-only once it is submitted."""
        data_request = self._gate(request_id, to_change=answer_id is None)
        answer = self._answer_of(data_request, answer_id) if answer_id else None
        return self._form(data_request, answer, is_saved=bool(kw.get("saved")))

    def _form(self, data_request, answer, typed=None, errors=None, message=None, is_saved=False):
        form = AnswerForm(data_request, REQUIRED)
        values = self._prepare_portal_layout_values() | {
            "page_name": "cbam_answer",
            "data_request": data_request,
            "answer": answer,
            "sections": form.sections(answer, typed, errors),
            "is_open": data_request.is_open_to_supplier(),
            "message": message,
            "is_saved": is_saved,
            "has_errors": bool(errors),
            "most_megabytes": MOST_BYTES // 1024 // 1024,
        }
        return request.render("cbam_procurement.portal_answer", values)

    # -- changes -----------------------------------------------------------------------------------------------------

    @http.route(
        [f"{ROOT}/<int:request_id>/answer", f"{ROOT}/<int:request_id>/answer/<int:answer_id>"],
        type="http",
        auth="user",
        website=True,
        methods=["POST"],
    )
    def cbam_answer_save(self, request_id, answer_id=None, **kw):
        """Keep a draft: all of what was typed, or nothing and why."""
        data_request = self._gate(request_id, to_change=True)
        answer = self._answer_of(data_request, answer_id) if answer_id else None
        values, typed, errors = AnswerForm(data_request, REQUIRED).parse(request.httprequest.form)
        if errors:
            return self._form(data_request, answer, typed, errors)
        if not answer and len(data_request.answer_ids) >= MOST_ANSWERS:
            return self._form(data_request, answer, typed, None, request.env._("There are too many answers."))
        try:
            with request.env.cr.savepoint():
                answer = self._save(data_request, answer, values)
        except (UserError, ValidationError) as error:
            return self._form(data_request, answer, typed, None, str(error))
        return request.redirect(f"{ROOT}/{data_request.id}/answer/{answer.id}?saved=1")

    def _save(self, data_request, answer, values):
        if answer:
            answer.write(values)
        else:
            # superuser: the portal has no rights on models; the gate has found the request
            answer = (
                request.env["cbam.data.answer"]
                .sudo()
                .create({**values, "request_id": data_request.id, "source": "portal"})
            )
        answer.flush_recordset()
        return answer

    @http.route(
        f"{ROOT}/<int:request_id>/answer/<int:answer_id>/remove",
        type="http",
        auth="user",
        website=True,
        methods=["POST"],
    )
    def cbam_answer_remove(self, request_id, answer_id, **kw):
        """Drop a draft."""
        data_request = self._gate(request_id, to_change=True)
        self._answer_of(data_request, answer_id).unlink()
        return request.redirect(f"{ROOT}/{data_request.id}")

    @http.route(f"{ROOT}/<int:request_id>/submit", type="http", auth="user", website=True, methods=["POST"])
    def cbam_request_submit(self, request_id, **kw):
        """The answer is complete, or the page says what is missing."""
        data_request = self._gate(request_id, to_change=True)
        problems = data_request.answer_ids.problems() or (
            [] if data_request.answer_ids else [request.env._("Add the data of an installation first.")]
        )
        if problems:
            return self._page(data_request, problems)
        data_request.action_submit()
        data_request.note_of_supplier(request.env._("Answered in the portal."), request.env.user.partner_id)
        return request.redirect(f"{ROOT}/{data_request.id}")

    # -- documents ---------------------------------------------------------------------------------------------------

    @http.route(
        f"{ROOT}/<int:request_id>/answer/<int:answer_id>/document",
        type="http",
        auth="user",
        website=True,
        methods=["POST"],
    )
    def cbam_document_add(self, request_id, answer_id, document=None, **kw):
        """Attach a document to a draft."""
        self._within_limit("portal file", MOST_FILES_A_MINUTE)
        data_request = self._gate(request_id, to_change=True)
        answer = self._answer_of(data_request, answer_id)
        try:
            if len(answer.evidence_ids) >= MOST_FILES:
                raise Refused(request.env._("At most %s documents can be attached.", MOST_FILES))
            if not hasattr(document, "stream"):
                raise Refused(request.env._("Choose a file first."))
            name, mimetype, content = accepted(request.env._, document.filename, document.stream)
        except Refused as error:
            return self._form(data_request, answer, None, None, str(error))
        # superuser: the portal has no rights on models; the gate has found the answer
        file = (
            request.env["ir.attachment"]
            .sudo()
            .create(
                {"name": name, "raw": content, "mimetype": mimetype, "res_model": answer._name, "res_id": answer.id}
            )
        )
        answer.write({"evidence_ids": [(4, file.id)]})
        return request.redirect(f"{ROOT}/{data_request.id}/answer/{answer.id}")

    @http.route(
        f"{ROOT}/<int:request_id>/answer/<int:answer_id>/document/<int:document_id>",
        type="http",
        auth="user",
        website=True,
        methods=["GET"],
    )
    def cbam_document(self, request_id, answer_id, document_id, **kw):
        """Download a document of one's own answer; never shown inside a page of this site."""
        answer = self._answer_of(self._gate(request_id), answer_id)
        file = self._document_of(answer, document_id)
        return request.env["ir.binary"]._get_stream_from(file).get_response(as_attachment=True)

    @http.route(
        f"{ROOT}/<int:request_id>/answer/<int:answer_id>/document/<int:document_id>/remove",
        type="http",
        auth="user",
        website=True,
        methods=["POST"],
    )
    def cbam_document_remove(self, request_id, answer_id, document_id, **kw):
        """Drop a document of a draft."""
        data_request = self._gate(request_id, to_change=True)
        answer = self._answer_of(data_request, answer_id)
        self._document_of(answer, document_id).unlink()
        return request.redirect(f"{ROOT}/{data_request.id}/answer/{answer.id}")

    # -- the Commission's workbook -----------------------------------------------------------------------------------

    @http.route(f"{ROOT}/<int:request_id>/workbook", type="http", auth="user", website=True, methods=["POST"])
    def cbam_workbook(self, request_id, workbook=None, **kw):
        """A filled communication template becomes drafts, or the page says why it does not."""
        self._within_limit("portal file", MOST_FILES_A_MINUTE)
        data_request = self._gate(request_id, to_change=True)
        try:
            if not hasattr(workbook, "stream"):
                raise Refused(request.env._("Choose a file first."))
            name, _mimetype, content = accepted(request.env._, workbook.filename, workbook.stream)
            with request.env.cr.savepoint():
                data_request.take_workbook(name, content)
        except (Refused, UserError) as error:
            return self._page(data_request, str(error).split("\n"))
        return request.redirect(f"{ROOT}/{data_request.id}")
