from odoo import api, models
from odoo.tools import SQL

from ..engine.unit_book import ORIGIN_KINDS, STOCK_PLACES


class CbamPostingLots(models.AbstractModel):
    """Lots that change their value: what was taken from them is valued again, by whomever it was taken meanwhile.

    ODOO works under REPEATABLE READ: posting sees the ledger as it was when its transaction began. Whoever takes from
    a lot holds the lot's row FOR SHARE, which hinders nobody who takes from it too. Whoever
    revalues a lot writes the row: who takes at the value of before fails and is tried again. What was taken and
    committed since the revaluing transaction began is not in its own view of the ledger, but in a fresh one: then it
    is the one that is tried again.
    """

    _name = "cbam.posting.lots"
    _description = "CBAM Posting: Revalued Lots"

    @api.model
    def _hold(self, batch):
        """Take from the lots of the documents at the value they have now, or not at all."""
        lots = {
            flow.key.lot
            for document in batch.documents
            for flow in document.flows
            if flow.key.lot and flow.key.place_from in STOCK_PLACES
        }
        if lots:
            self.env.cr.execute(SQL("SELECT id FROM stock_lot WHERE id = ANY(%s) ORDER BY id FOR SHARE", sorted(lots)))

    @api.model
    def _consumers(self, lots, company_id, lock=True):
        """Documents of the company, posted earlier, whose lines rest on the value of these lots.

        :param lock: ``False`` only where all of it is rolled back again
        :raises psycopg2.errors.SerializationFailure: another transaction has just taken from one of them
        """
        if not lots:
            return set()
        query = SQL(
            """
            SELECT DISTINCT production_id, unbuild_id, move_id, reading_id
              FROM cbam_emission_line
             WHERE lot_id = ANY(%s) AND company_id = %s AND kind <> 'life' AND NOT (kind = ANY(%s))
            """,
            list(lots),
            company_id,
            sorted(ORIGIN_KINDS),
        )
        if lock:
            self._write_rows(lots)
        rows = self.env.execute_query(query)
        if lock and self._others(query) - set(rows):
            self._begin_anew()
        return {self.env["cbam.posting.book"]._ident(*row) for row in rows}

    @api.model
    def _write_rows(self, lots):
        """Wait for those who take from the lots just now, and fail those who begin before this is committed."""
        self.env.cr.execute(
            SQL(
                "UPDATE stock_lot SET write_date = write_date"
                " WHERE id IN (SELECT id FROM stock_lot WHERE id = ANY(%s) ORDER BY id FOR NO KEY UPDATE)",
                sorted(lots),
            )
        )

    @api.model
    def _others(self, query):
        """What a transaction that begins now reads."""
        with self.env.registry.cursor() as fresh:
            fresh.execute(query)
            return set(fresh.fetchall())

    @api.model
    def _begin_anew(self):
        """ODOO tries a request again for an error of PostgreSQL's alone, known by its code."""
        self.env.cr.execute(
            "DO $$ BEGIN RAISE EXCEPTION 'A lot was taken from while it was revalued'"
            " USING ERRCODE = 'serialization_failure'; END $$"
        )
