import logging

from odoo import api, models
from odoo.service.model import PG_CONCURRENCY_EXCEPTIONS_TO_RETRY

from ..engine.unit_book import Book

_logger = logging.getLogger(__name__)

MARKS = "cbam_emissions.marks"
#: A corrected lot revalues what consumed it, level by level; lots that contain each other would go on for ever.
WAVES = 50


class CbamPosting(models.AbstractModel):
    """Posts documents to the emissions ledger at the end of the transaction that touched them.

    Hooks only note ids. One method, run by ``cr.precommit``, brings the ledger up to date for all of them at once:
    final dates and quantities, all orders of a batch in dependency order. It posts *target - already posted*, so
    running early (a flushing savepoint) or twice posts nothing twice. The shop floor never waits for carbon data:
    whatever fails here is rolled back alone, logged and retried by a scheduled action.
    """

    _name = "cbam.posting"
    _description = "CBAM Posting"

    @api.model
    def _mark(self, productions=(), unbuilds=(), moves=(), move_lines=(), readings=()):
        """Note documents whose ledger lines may have changed."""
        marked = {
            "productions": productions,
            "unbuilds": unbuilds,
            "moves": moves,
            "move_lines": move_lines,
            "readings": readings,
        }
        precommit = self.env.cr.precommit
        if MARKS not in precommit.data:
            precommit.data[MARKS] = {name: set() for name in marked}
            precommit.add(self._post_marked)
        for name, ids in marked.items():
            precommit.data[MARKS][name].update(ids)

    @api.model
    def _post_marked(self):
        """Bring the ledger up to date for everything marked in this transaction."""
        marks = self.env.cr.precommit.data.pop(MARKS, None)
        if marks:
            self._post_unit_book(marks)
            self.env["cbam.life.posting"]._mark_orders(marks)

    @api.model
    def _post_unit_book(self, marks):
        """Post to the unit book; a database without installations that are live has none."""
        # Whoever finishes an order needs no right on the ledger: it is posted for the order's company by the system.
        posting = self.sudo().with_context(active_test=False, lang=None)
        if not posting.env["cbam.posting.documents"]._sites():
            return
        try:
            with self.env.cr.savepoint(flush=False):
                idents, own_use = posting.env["cbam.posting.documents"]._resolve(marks)
                posting._post(idents, own_use=own_use)
        except PG_CONCURRENCY_EXCEPTIONS_TO_RETRY:
            raise
        except Exception as error:
            _logger.exception("Posting to the CBAM ledger failed; it will be retried")
            posting._remember_failure(marks, error)

    @api.model
    def _post(self, idents, leave=None, own_use=None):
        """Post documents given by ``("production" | "unbuild" | "move" | "reading", id)``, and what they revalue.

        :param leave: a function that says which of the documents that are revalued are left alone
        :param own_use: what is known already of the orders' use of meters
        """
        gaps, writer = self._post_waves(idents, leave, own_use=own_use), self.env["cbam.posting.writer"]
        writer._write_totals(gaps)
        writer._write_gaps(gaps)

    @api.model
    def _post_waves(self, idents, leave=None, lock=True, own_use=None):
        """Insert the lines of documents and of what they revalue, level by level; ``{document: [gap]}``.

        :param lock: ``False`` only where all of it is rolled back again
        """
        documents_model = self.env["cbam.posting.documents"]
        pending, gaps = set(idents), {}
        for wave in range(WAVES):
            if not pending:
                break
            if lock:
                documents_model._lock(pending, later_wave=bool(wave))
            # A document that a later wave values again has the gaps of that wave.
            found, consumers = self._post_wave(pending, own_use if not wave else None, lock)
            gaps |= documents_model._by_document(pending, found)
            pending = consumers - leave(consumers) if leave else consumers
        for detail in documents_model._loop_gaps(pending):
            gaps.setdefault(detail.gap.ident, []).append(detail)
        return gaps

    @api.model
    def _post_wave(self, idents, own_use, lock):
        """Post the documents, each company's in a book of its own; the gaps found, and the documents revalued."""
        ledger, writer = self.env["cbam.posting.book"], self.env["cbam.posting.writer"]
        lots = self.env["cbam.posting.lots"]
        batch = self.env["cbam.posting.documents"]._build(idents, own_use)
        if lock:
            lots._hold(batch)
        self.env["cbam.posting.documents"]._lock_periods(batch)
        gaps, consumers = [], set()
        for company_id, documents in batch.by_company():
            state = ledger._load(documents, company_id)
            documents = self.env["cbam.posting.documents"]._relevant(batch, documents, state)
            book = Book(state.balances, state.origins, state.posted, state.references)
            lines = book.post(documents)
            consumers |= lots._consumers(book.revalued_lots(), company_id, lock)
            writer._insert(lines, batch, book.gaps)
            gaps += book.gaps
        return batch.gaps + gaps, consumers

    @api.model
    def _remember_failure(self, marks, error):
        """List the documents of a failed batch; the scheduled action tries each of them again, alone."""
        try:
            with self.env.cr.savepoint(flush=False):
                # superuser: whoever finishes an order has no right on the list of failures
                idents = self.sudo().env["cbam.posting.documents"]._touched(marks)
                idents |= {("reading", number) for number in marks["readings"]}
                self.sudo().env["cbam.posting.writer"]._write_failures(idents, str(error))
        except PG_CONCURRENCY_EXCEPTIONS_TO_RETRY:
            raise
        except Exception:
            _logger.exception("The failed posting could not be listed: %s", marks)

    @api.model
    def _retry_failed(self):
        """Scheduled action: post the documents whose posting failed, each alone: a bad one holds up no other."""
        # superuser: the scheduled action posts for every company
        gaps = self.env["cbam.data.gap"].sudo().search([("kind", "=", "error")])
        # a document that is posted takes its gap away: all of them are read before
        of_life = [(gap.life_model, gap.life_res_id) for gap in gaps if gap.life_model]
        for kind, number in sorted(ident for gap in gaps if (ident := gap._ident())):
            self._mark(**{f"{kind}s": [number]})
            self._post_marked()
        self.env["cbam.life.posting"]._retry_failed(of_life)
