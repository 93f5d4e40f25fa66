import time

from odoo.exceptions import AccessError
from odoo.tests import Form, TransactionCase, freeze_time, new_test_user, tagged

from ..download import DownloadError, download
from ..models.cbam_remote_source import LOCAL
from .web_server import WebServer, broken, dripping, in_turn, text

GOOD = b"date_from,price,published\n2026-10-01,83.10,2027-01-04\n"


class WebCase(TransactionCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.web = WebServer()
        cls.addClassCleanup(cls.web.close)
        cls.env["ir.config_parameter"].set_param(LOCAL, "1")

    def setUp(self):
        super().setUp()
        self.web.pages.clear()
        self.web.requests.clear()

    def _serve(self, page, path="/prices.csv"):
        self.web.pages[path] = page
        return self.web.url(path)


@tagged("post_install", "-at_install")
class TestDownload(WebCase):
    """A file from a server that is slow, broken, lying or huge: got whole, or refused in one sentence."""

    def _refused(self, page, why, **values):
        with self.assertRaisesRegex(DownloadError, why):
            download(self._serve(page), **{"back_off": 0.01, **values})

    def test_a_good_answer(self):
        self.assertEqual(download(self._serve(text(GOOD))), GOOD)

    def test_a_server_that_drips_is_left(self):
        start = time.monotonic()
        self._refused(dripping(), "too slow", deadline=0.3, attempts=1)
        self.assertLess(time.monotonic() - start, 3)

    def test_an_endless_answer_is_not_read_to_its_end(self):
        self._refused(dripping(b"x" * 5000, 0, 10_000), "more than 20000 bytes", max_bytes=20_000)
        self._refused(text(b"x" * 5000), "more than 4000 bytes", max_bytes=4000)

    def test_a_length_that_is_a_lie(self):
        self._refused(text(GOOD, Content_Length="100"), "complete|properly", attempts=1)
        self._refused(text(GOOD, Content_Length="90000000"), "more than")

    def test_a_packed_answer_is_not_unpacked(self):
        self._refused(text(GOOD, Content_Encoding="gzip"), "packed")

    def test_what_may_pass_is_tried_again_and_what_will_not_is_not(self):
        self.assertEqual(
            download(self._serve(in_turn(text(b"", 503), broken, text(GOOD))), back_off=0.01),
            GOOD,
        )
        self.assertEqual(len(self.web.requests), 3)
        self.web.requests.clear()
        self._refused(text(b"", 503), "the error 503")
        self.assertEqual(len(self.web.requests), 3)
        self.web.requests.clear()
        self._refused(text(b"", 403), "the status 403")
        self.assertEqual(len(self.web.requests), 1)

    def test_the_second_pause_is_longer_than_the_first(self):
        """0.2 s, then 0.4 s."""
        start = time.monotonic()
        self._refused(broken, "does not answer properly", back_off=0.2)
        self.assertGreater(time.monotonic() - start, 0.6)

    def test_nobody_listens(self):
        server = WebServer()
        url = server.url("/prices.csv")
        server.close()
        with self.assertRaisesRegex(DownloadError, "does not answer properly"):
            download(url, attempts=1)

    def test_redirects_stay_on_the_server_or_go_to_public_addresses(self):
        self._serve(text(GOOD), "/new.csv")
        self.assertEqual(download(self._serve(text(b"", 302, Location="/new.csv"))), GOOD)
        private = WebServer()
        self.addCleanup(private.close)
        private.pages["/secret"] = text(b"secret")
        for target in (private.url("/secret"), "http://localhost:1/x", "http://[::1]/x", "http://169.254.169.254/"):
            self._refused(text(b"", 302, Location=target), "private address")
        self.assertFalse(private.requests)
        self._refused(text(b"", 302, Location="file:///etc/passwd"), "no address")
        self._refused(text(b"", 302, Location="/prices.csv"), "more than 3 times")

    def test_what_is_no_web_address(self):
        for url in ("ftp://example.org/x", "file:///etc/passwd", "prices.csv", "http://", "http://[x/", ""):
            with self.assertRaisesRegex(DownloadError, "no address"):
                download(url)

    def test_a_secret_in_the_address_is_not_repeated(self):
        with self.assertRaises(DownloadError) as caught:
            download(self._serve(text(b"", 404)) + "?token=s3cret")
        self.assertNotIn("s3cret", str(caught.exception))


@tagged("post_install", "-at_install")
@freeze_time("2027-01-20 10:00:00")
class TestPriceFeed(WebCase):
    """The feed takes what is new, and its failure is visible and harmless."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.prices = cls.env["cbam.certificate.price"]
        cls.env.user.group_ids += cls.env.ref("cbam_emissions.group_cbam_manager")

    def _feed(self, page=None, **values):
        url = self._serve(page or text(GOOD))
        values = {"name": "Quarterly averages", "url": url, "column_published": "published", **values}
        return self.env["cbam.price.feed"].create(values)

    def _price(self, day):
        row = self.prices._for_date(day)
        return (row.price, row.dataset_status)

    def test_a_new_price_is_taken_once(self):
        feed = self._feed(published=True)
        feed.action_run()
        self.assertEqual(feed.state, "done", feed.message)
        self.assertEqual(self._price("2026-11-15"), (83.10, "in_force"))
        row = self.prices._for_date("2026-11-15")
        self.assertEqual((str(row.date_from), str(row.date_to)), ("2026-10-01", "2026-12-31"))
        self.assertEqual(row.reference, "Quarterly averages")
        self.assertTrue(row.dataset_id.sha256)
        count = self.prices.search_count([])
        feed.action_run()
        self.assertEqual(self.prices.search_count([]), count)
        self.assertEqual(feed.message, "Nothing new.")

    def test_prices_that_are_not_official_are_provisional(self):
        self._feed().action_run()
        self.assertEqual(self._price("2026-11-15"), (83.10, "provisional"))

    def test_a_published_price_is_never_replaced(self):
        """Q1 2026 is shipped as published at 75.36."""
        feed = self._feed(text(b"date_from,price,published\n2026-01-01,99.00,2026-04-07\n"), published=True)
        feed.action_run()
        self.assertEqual(self._price("2026-02-15"), (75.36, "in_force"))
        self.assertIn("stays", feed.message)

    def test_one_bad_row_is_named_and_the_good_ones_are_taken(self):
        feed = self._feed(text(GOOD + b"2026-07-01,=cmd(),\n"))
        feed.action_run()
        self.assertEqual(feed.state, "done")
        self.assertIn("Line 3", feed.message)
        self.assertEqual(self._price("2026-11-15")[0], 83.10)

    def test_failure_is_told_once_and_changes_nothing(self):
        count = self.prices.search_count([])
        feed = self._feed(text(b"<html>Maintenance</html>"))
        feed.action_run()
        feed.action_run()
        self.assertEqual(feed.state, "failed")
        self.assertIn("no single column", feed.message)
        self.assertEqual(len(feed.activity_ids), 1)
        self.assertEqual(self.prices.search_count([]), count)
        self._serve(text(GOOD))
        feed.action_run()
        self.assertEqual(feed.state, "done")
        self.assertFalse(feed.activity_ids)

    def test_the_cron_reads_all_feeds_whatever_one_of_them_does(self):
        bad = self._feed(text(b"", 404))
        good = self.env["cbam.price.feed"].create({"name": "Good", "url": self._serve(text(GOOD), "/good.csv")})
        self.env.ref("cbam_procurement.cron_cbam_price_feed").ir_actions_server_id.run()
        self.assertEqual((bad.state, good.state), ("failed", "done"))
        self.assertIn("status 404", bad.message)
        self.assertEqual(self._price("2026-11-15")[0], 83.10)

    def test_who_may_do_what(self):
        feed = self._feed()
        user = new_test_user(self.env, "cbam_reader", groups="cbam_emissions.group_cbam_user")
        self.assertEqual(feed.with_user(user).name, "Quarterly averages")
        with self.assertRaises(AccessError):
            feed.with_user(user).action_run()
        with self.assertRaises(AccessError):
            feed.with_user(user).url = "http://example.org"
        buyer = new_test_user(self.env, "buyer", groups="purchase.group_purchase_user")
        with self.assertRaises(AccessError):
            feed.with_user(buyer).read(["name"])

    def test_the_form(self):
        with Form(self.env["cbam.price.feed"]) as form:
            form.name, form.url = "Weekly", "https://example.org/x.csv"
            form.period = "week"
        self.assertEqual(form.record.state, "new")
