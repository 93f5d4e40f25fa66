from contextlib import contextmanager, suppress
from unittest.mock import patch

import psycopg2.errors

from odoo.addons.cbam_emissions.engine.unit_book import Book
from odoo.addons.cbam_emissions.models.cbam_posting import CbamPosting

from .posting_common import PostingCase

LOGGER = "odoo.addons.cbam_emissions.models.cbam_posting"


class TestPostingFailure(PostingCase):
    """Posting that fails stops nobody: it is rolled back alone, logged, listed and retried."""

    def setUp(self):
        super().setUp()
        self._receive(self.coil, 30)

    @contextmanager
    def _broken_engine(self, error=None):
        """The engine has a defect that shows with orders."""
        post = Book.post

        def broken(book, documents):
            documents = list(documents)
            if any(document.ident[0] == "production" for document in documents):
                raise error or ZeroDivisionError("a defect of the engine")
            return post(book, documents)

        with patch.object(Book, "post", broken):
            yield

    def _failed_order(self):
        with self._broken_engine(), self.assertLogs(LOGGER, "ERROR") as log:
            order = self._order_of_screws(9, 10)
        self.assertEqual(len(log.records), 1)
        return order

    def _failures(self):
        return self.env["cbam.data.gap"].search([("kind", "=", "error")])

    def test_order_is_done_and_its_posting_listed(self):
        order = self._failed_order()
        self.assertEqual(order.state, "done")
        self.assertFalse(self._of(order))
        gap = self._failures()
        self.assertEqual((gap.production_id, gap.attempts, gap.company_id), (order, 1, self.company))
        self.assertIn("a defect of the engine", gap.message)
        self._retry()

    def test_scheduled_action_posts_it_again(self):
        order = self._failed_order()
        self._retry()
        self.assertFigure(self._total(order, "output"), 9, 15)
        self.assertFalse(self._failures())

    def test_scheduled_action_that_fails_again_counts_its_attempts(self):
        order = self._failed_order()
        with self._broken_engine(), self.assertLogs(LOGGER, "ERROR"):
            self._retry()
        gap = self._failures()
        self.assertEqual((gap.production_id, gap.attempts), (order, 2))
        self._retry()
        self.assertFigure(self._total(order, "output"), 9, 15)

    def test_one_bad_document_does_not_hold_up_the_others(self):
        """Two orders fail in one batch; retried one by one, the good one is posted."""
        with self._broken_engine(), self.assertLogs(LOGGER, "ERROR"):
            good, bad = (self._order(self.screw, 9, [(self.coil, 10)]) for _n in range(2))
            (good | bad).with_context(skip_consumption=True).button_mark_done()
            self._post()
        self.assertEqual(self._failures().production_id, good | bad)
        post = Book.post

        def broken_for_one(book, documents):
            documents = list(documents)
            if ("production", bad.id) in {document.ident for document in documents}:
                raise ZeroDivisionError("a defect of the engine")
            return post(book, documents)

        with patch.object(Book, "post", broken_for_one), self.assertLogs(LOGGER, "ERROR"):
            self._retry()
        self.assertFigure(self._total(good, "output"), 9, 15)
        self.assertEqual(self._failures().production_id, bad)
        self._retry()
        self.assertFigure(self._total(bad, "output"), 9, 15)

    def _post_order(self, order):
        self.env["cbam.posting"]._mark(productions=order.ids)
        self._post()

    def _retry(self):
        self.env["cbam.posting"]._retry_failed()
        self._post()

    def test_database_refuses_a_line(self):
        """A constraint of PostgreSQL fails in the middle of posting: the order's own transaction lives on."""
        self.env.cr.execute("ALTER TABLE cbam_emission_line ADD CONSTRAINT refuse CHECK (kind <> 'output')")
        with self.assertLogs(LOGGER, "ERROR"):
            order = self._order_of_screws(9, 10)
        self.assertEqual(order.state, "done")
        self.assertEqual(order.move_raw_ids.state, "done")
        self.assertFalse(self._of(order))
        self.assertEqual(self._failures().production_id, order)
        self.env.cr.execute("ALTER TABLE cbam_emission_line DROP CONSTRAINT refuse")
        self._retry()
        self.assertFigure(self._total(order, "output"), 9, 15)

    def test_serialization_failure_is_left_to_odoo_which_retries_the_whole_request(self):
        order = self._order(self.screw, 9, [(self.coil, 10)])
        with self._broken_engine(psycopg2.errors.SerializationFailure("could not serialize")):
            order.with_context(skip_consumption=True).button_mark_done()
            # Odoo's own assertRaises would run the posting early, by its savepoint.
            with suppress(psycopg2.errors.SerializationFailure):
                self._post()
                self.fail("the failure was swallowed")
        self.assertFalse(self._failures())
        # The request starts over: here the order is marked again, as its second run would.
        self._post_order(order)
        self.assertFigure(self._total(order, "output"), 9, 15)

    def test_failure_that_cannot_even_be_listed_stops_nobody(self):
        with (
            self._broken_engine(),
            patch.object(type(self.env["cbam.posting.writer"]), "_write_failures", side_effect=ValueError("no list")),
            self.assertLogs(LOGGER, "ERROR") as log,
        ):
            order = self._order_of_screws(9, 10)
        self.assertEqual(order.state, "done")
        self.assertEqual(len(log.records), 2)
        self._post_order(order)

    def test_flushing_twice_and_a_flushing_savepoint_in_the_middle_post_once(self):
        order = self._order(self.screw, 9, [(self.coil, 10)])
        order.qty_producing = 9
        order._set_qty_producing()
        order.move_raw_ids.picked = True
        order.move_raw_ids._action_done()
        with self.env.cr.savepoint():
            # Entering it ran the posting: an order in progress, its input in the process.
            self.assertAlmostEqual(self._balance("process").direct, 15, places=12)
            order.button_mark_done()
        self._post()
        self._post()
        self.assertFigure(self._total(order, "consumption"), 10, 15)
        self.assertFigure(self._total(order, "output"), 9, 15)
        self.assertEqual(len(self._of(order, ("kind", "=", "output"))), 1)

    def test_rolled_back_savepoint_posts_nothing(self):
        order = self._order(self.screw, 9, [(self.coil, 10)])
        with self.assertRaises(ValueError), self.env.cr.savepoint():
            order.with_context(skip_consumption=True).button_mark_done()
            self.env.flush_all()
            raise ValueError("the user's own mistake")
        self._post()
        self.assertEqual(order.state, "confirmed")
        self.assertFalse(self._of(order))

    def test_nothing_is_posted_by_a_transaction_that_touched_nothing(self):
        with patch.object(CbamPosting, "_post_marked", side_effect=AssertionError("posted")):
            self.env["res.partner"].create({"name": "Somebody"})
            self._post()
