import json
import time

from odoo.exceptions import AccessError
from odoo.tests import Form, freeze_time, tagged

from odoo.addons.cbam_procurement.connections import Watch, is_public
from odoo.addons.cbam_procurement.download import DownloadError, _attempt
from odoo.addons.cbam_procurement.exchange import write
from odoo.addons.cbam_procurement.models.cbam_remote_source import LOCAL

from .carbon_common import ROD, SCREW
from .supplier_common import SupplierCase
from .test_exchange_format import ROW
from .web_server import WebServer, broken, dripping, dripping_headers, in_turn, text


@tagged("post_install", "-at_install")
@freeze_time("2026-11-23 10:00:00", tick=True)
class TestExchangeSource(SupplierCase):
    """Data fetched from a supplier's system: an answer like any other, and no harm from a server that misbehaves."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.web = WebServer()
        cls.addClassCleanup(cls.web.close)
        cls.env["ir.config_parameter"].set_param(LOCAL, "1")
        cls.source = cls.env["cbam.exchange.source"].create(
            {"partner_id": cls.vendor.id, "url": cls.web.url("/data"), "token": "t0ken", "user_id": cls.manager.id}
        )

    def setUp(self):
        super().setUp()
        self.web.pages.clear()
        self.web.requests.clear()

    def _content(self, *rows):
        return json.dumps(write(rows or [ROW], 2026, "S", "C", "2027-03-01T00:00:00Z")).encode()

    def _run(self, page):
        self.web.pages["/data"] = page
        self.source.action_run()
        return self.source.state

    def test_data_answer_the_request_that_waits(self):
        request = self._request()
        request.action_send()
        self.assertEqual(self._run(text(self._content({**ROW, "sefa": 1.2}))), "done", self.source.message)
        self.assertEqual(request.state, "answered")
        answer = request.answer_ids
        self.assertEqual((answer.source, answer.see_direct, answer.sefa), ("json", 1.8, 1.2))
        self.assertEqual(answer.installation_country_id, self.india)
        self.assertEqual(answer.carbon_price_currency_id.name, "INR")
        self.assertEqual(answer.evidence_ids.mimetype, "application/json")
        self.assertFalse(self.env["cbam.specific.emission"].search([("cn_code", "=", SCREW)]), "nothing counts yet")

    def test_the_same_data_are_taken_once(self):
        self._run(text(self._content()))
        later = json.loads(self._content()) | {"issuedAt": "2027-04-01T00:00:00Z"}
        self._run(text(json.dumps(later).encode()))
        self.assertEqual((self.source.message, len(self.source.request_ids)), ("Nothing new.", 1))
        self._run(text(self._content({**ROW, "see_direct": 1.7})))
        self.assertEqual(len(self.source.request_ids), 2, "a corrected version is looked at anew")

    def test_goods_that_nobody_asked_for(self):
        request = self._request(codes=(ROD,))
        request.action_send()
        self.assertEqual(self._run(text(self._content())), "failed")
        self.assertIn("none of the goods", self.source.message)
        self.assertFalse(request.answer_ids)

    def test_drafts_that_the_supplier_typed_are_not_overwritten(self):
        request = self._request()
        request.action_send()
        draft = self._answer(request, source="portal")
        self.assertEqual(self._run(text(self._content())), "failed")
        self.assertIn("by hand", self.source.message)
        self.assertEqual(request.answer_ids, draft)

    def test_data_that_make_no_sense_change_nothing(self):
        for row, words in (
            ({**ROW, "see_indirect_scope": 0.9}, "exceed all indirect"),
            ({**ROW, "installation_country": "ZZ"}, "ZZ is not known"),
            ({**ROW, "carbon_price_rebate": 901.0}, "rebate does not exceed"),
            ({**ROW, "carbon_price_act": None}, "Legal Act is missing"),
            ({**ROW, "cn_code": "99999999"}, "not an eight-digit CN code of CBAM goods"),
        ):
            self.assertEqual(self._run(text(self._content(row))), "failed")
            self.assertIn(words, self.source.message)
        self.assertFalse(self.env["cbam.data.request"].search([("source_id", "=", self.source.id)]))

    def test_a_server_that_misbehaves(self):
        for page, words in (
            (text(b"x" * 2_100_000), "more than"),
            (text(b"<html>"), "no JSON"),
            (text(b"{}"), r"\$\.format, .* are missing"),
            (text(b"", 401), "status 401"),
            (text(b"", 302, Location=self.web.url("/else")), "redirects more than 0"),
        ):
            self.assertEqual(self._run(page), "failed")
            self.assertRegex(self.source.message, words)
        self.assertFalse(self.source.request_ids)
        self.assertEqual(len(self.source.activity_ids), 1, "told once")
        self.assertEqual(self.source.activity_ids.user_id, self.manager)
        self.assertNotIn("t0ken", self.source.message)

    def test_a_server_that_is_slow_or_breaks_off(self):
        for page, words in (
            (broken, "does not answer properly"),
            (dripping(), "too slow"),
            (dripping_headers, "too slow"),
            (text(self._content(), Content_Length="90000"), "complete|properly"),
        ):
            self.web.pages["/data"] = page
            started = time.monotonic()
            with self.assertRaisesRegex(DownloadError, words):
                self.source._download(deadline=0.3, attempts=1)
            self.assertLess(time.monotonic() - started, 5)

    def test_what_may_pass_is_tried_again(self):
        """After 2 s and after 4 s more."""
        self.assertEqual(self._run(in_turn(text(b"", 503), broken, text(self._content()))), "done")
        self.assertEqual(len(self.web.requests), 3)
        self.assertFalse(self.source.activity_ids)

    def test_a_redirect_takes_the_token_nowhere(self):
        self.web.pages["/else"] = text(self._content())
        self._run(text(b"", 302, Location=self.web.url("/else")))
        self.assertEqual([path for path, _headers in self.web.requests], ["/data"])

    def test_addresses_of_our_own_network_are_not_asked(self):
        self.env["ir.config_parameter"].set_param(LOCAL, False)
        for url, words in (
            (self.web.url("/data"), "does not begin with https"),
            (self.web.url("/data").replace("http:", "https:"), "private address"),
            ("https://10.0.0.1/data", "private address"),
            ("https://169.254.169.254/latest", "private address"),
            ("https://[::1]/data", "private address"),
            ("https://[::ffff:10.0.0.1]/data", "private address"),
            ("https://localhost/data", "private address"),
            ("file:///etc/passwd", "no address"),
        ):
            self.source.url = url
            self.source.action_run()
            self.assertEqual(self.source.state, "failed")
            self.assertIn(words, self.source.message, url)
        self.assertFalse(self.web.requests)

    def test_a_name_that_leads_elsewhere_when_it_is_used(self):
        """The address is looked at again when it is connected to: nothing is sent to a machine of our own network."""
        self.web.pages["/data"] = text(self._content())
        with Watch(5) as watch, self.assertRaisesRegex(DownloadError, "leads to a private address"):
            _attempt(self.web.url("/data"), watch, 5, 1000, {"Authorization": "Bearer t0ken"}, 0, public=True)
        self.assertFalse(self.web.requests)

    def test_what_is_public(self):
        for address, expected in (
            ("93.184.216.34", True),
            ("2606:4700::1111", True),
            ("127.0.0.1", False),
            ("10.1.2.3", False),
            ("100.64.0.1", False),
            ("169.254.169.254", False),
            ("0.0.0.0", False),
            ("::1", False),
            ("fe80::1%eth0", False),
            ("::ffff:10.0.0.1", False),
            ("fd00::1", False),
        ):
            self.assertEqual(is_public(address), expected, address)

    def test_the_certificate_of_a_server_is_checked(self):
        with WebServer(certified=True) as web:
            web.pages["/data"] = text(self._content())
            self.source.url = web.url("/data")
            with self.assertRaisesRegex(DownloadError, "SSLError"):
                self.source._download(attempts=1)
        self.assertFalse(web.requests)

    def test_the_cron_fetches_all_whatever_one_does(self):
        other = self.source.copy({"partner_id": self.rival.id, "url": self.web.url("/other"), "token": "x"})
        self.web.pages["/data"] = text(b"{}")
        self.web.pages["/other"] = text(self._content())
        self.registry_enter_test_mode()
        cron = self.env.ref("cbam_procurement.cron_cbam_exchange_source")
        for _time in range(2):
            cron.method_direct_trigger()
            self.env.invalidate_all()
            self.assertEqual((self.source.state, other.state), ("failed", "done"))
            self.assertEqual(len(self.web.requests), 2, "the second time comes too soon")

    def test_who_may_do_what(self):
        self.assertEqual(self.source.with_user(self.buyer).url, self.web.url("/data"))
        with self.assertRaises(AccessError):
            self.source.with_user(self.buyer).read(["token"])
        with self.assertRaises(AccessError):
            self.source.with_user(self.buyer).action_run()

    def test_the_form(self):
        with Form(self.env["cbam.exchange.source"].with_user(self.manager)) as form:
            form.partner_id = self.rival
            form.url, form.token = "https://example.org/data", "x"
        self.assertEqual((form.record.state, form.record.company_id), ("new", self.company))
