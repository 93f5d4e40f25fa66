from collections import defaultdict
from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple

from odoo import api, models
from odoo.tools import SQL

from ..engine.embedded import Embedded
from ..engine.unit_book import NOTHING, Basis, Document, Flow, Posted, differs
from .cbam_posting_book import COMPONENTS
from .posting_batch import Batch, Head

#: Data sets that decide what enters a process beside goods.
PROCESS_KINDS = ("benchmark", "parameter", "standard_factor", "grid_factor")


class Scope(NamedTuple):
    """Where to look for late facts.

    :ivar cn_code: only receipts of goods whose CN code begins with it; ``None`` for all
    :ivar processes: also fuels, energy and free allocation of orders and readings
    """

    company_ids: tuple[int, ...]
    cn_code: str | None = None
    processes: bool = False


class Change(NamedTuple):
    """What late facts change in a document: a receipt, what an order carries, or another document.

    :ivar section: "receipt", "order", "other", or "closed" for what lies in a closed period and is left alone
    :ivar quantity: in the unit of the product, ``None`` where goods of several kinds are concerned
    :ivar old: tCO2e of the quantity as posted, ``None`` where a figure is missing
    :ivar new: the same with the facts of today
    """

    ident: tuple[str, int]
    section: str
    installation_id: int | None = None
    date: datetime | None = None
    product_id: int | None = None
    lot_id: int | None = None
    quantity: float | None = None
    old: Embedded | None = None
    new: Embedded | None = None
    difference: Embedded | None = None
    note: str | None = None


@dataclass
class LateFacts:
    """All that late facts change.

    :ivar entering: difference of what enters the book with receipts, in tCO2e
    :ivar energy: difference of what enters it with fuels, energy and free allocation
    """

    changes: list[Change] = field(default_factory=list)
    entering: Embedded = Embedded.ZERO
    energy: Embedded = Embedded.ZERO


class CbamPostingLate(models.AbstractModel):
    """Facts that arrive after posting: a verified report, a corrected data set.

    Values set at posting stay until somebody asks: one bulk valuation finds the receipts that would carry another
    value today. They are posted again, with every order that rests on them through lots: one pass of differences per
    level. Untracked goods keep the value they left at. What lies in a closed period is left alone.
    """

    _name = "cbam.posting.late"
    _description = "CBAM Posting: Late Facts"

    @api.model
    def _preview(self, scope):
        """:class:`LateFacts` of today, exactly as :meth:`_apply` would post them; nothing is kept."""
        return self._rehearse(scope)[0]

    @api.model
    def _rehearse(self, scope, take=None):
        """Post the differences and take them back: :class:`LateFacts`, and ``{document: [gap]}`` of what was posted.

        :param take: called with the id of the last line before, while the differences are in the ledger
        """
        self.env.flush_all()
        gaps, last = {}, self._last_line()
        with self.env.cr.savepoint(flush=False) as savepoint:
            late = self._run(
                scope, lambda idents, leave: gaps.update(self._posting()._post_waves(idents, leave, lock=False))
            )
            if take:
                take(last)
            savepoint.rollback()
        self.env["cbam.emission.line"].invalidate_model()
        return late, gaps

    @api.model
    def _apply(self, scope):
        """Post the differences and return them. Open periods of the companies are held: no close slips in between."""
        self._hold(scope)
        return self._run(scope, lambda idents, leave: self._posting()._post(idents, leave))

    @api.model
    def _hold(self, scope):
        self.env.flush_all()
        self.env.cr.execute(
            SQL(
                "UPDATE cbam_period SET write_date = write_date WHERE state = 'open' AND company_id = ANY(%s)",
                list(scope.company_ids),
            )
        )

    @api.model
    def _posting(self):
        # superuser: nobody may write the ledger; the wizard is open to managers only
        return self.env["cbam.posting"].sudo().with_context(active_test=False, lang=None)

    @api.model
    def _run(self, scope, post):
        # superuser: nobody may write the ledger; the wizard is open to managers only
        self = self.sudo().with_context(active_test=False, lang=None)
        spans = self.env["cbam.period"]._closed_spans()
        receipts = self._receipts(scope)
        idents = {change.ident for change in receipts}
        if scope.processes:
            idents |= self._documents_of_processes(scope)
        closed = self._closed(idents, spans)
        last, left = self._last_line(), set()

        def leave(consumers):
            found = self._closed(consumers, spans)
            left.update(found)
            return found

        post(idents - closed, leave)
        late = self._changes(last)
        late.changes += [change._replace(section="closed") for change in receipts if change.ident in closed]
        late.changes += [Change(ident, "closed") for ident in sorted(left - {change.ident for change in receipts})]
        return late

    # -- what would carry another value today ------------------------------------------------------------------------

    @api.model
    def _receipts(self, scope):
        """Receipts that would carry another value today: as many queries for ten of them as for all."""
        posted = self.env["cbam.posting.book"]._posted_where(self._received(scope))
        batch = self._batch(posted)
        self.env["cbam.posting.receipts"]._value(batch)
        return [
            self._late_receipt(document.ident, flow, posted[document.ident][flow.key])
            for document in batch.documents
            for flow in document.flows
            if differs(self._target(flow), posted[document.ident][flow.key])
        ]

    @api.model
    def _received(self, scope):
        """Goods from a supplier, also those an order took from a warehouse that is no installation."""
        condition = SQL(
            "place_from = 'supplier' AND kind IN ('receipt', 'consumption') AND company_id = ANY(%s)",
            list(scope.company_ids),
        )
        if not scope.cn_code:
            return condition
        return SQL(
            """%s AND product_id IN (
                SELECT p.id FROM product_product p JOIN product_template t ON t.id = p.product_tmpl_id
                 WHERE starts_with(t.cbam_cn_code, %s))""",
            condition,
            scope.cn_code,
        )

    @api.model
    def _batch(self, posted):
        """What is posted as documents to be valued; what no longer posts at all is left out."""
        sites = {site.id: site for site in self.env["cbam.posting.documents"]._sites().values()}
        batch = Batch()
        for ident, keys in posted.items():
            flows = [
                Flow(key, Basis.FIXED, done.quantity, done.mass or None, done.functional or None)
                for key, done in keys.items()
                if done.quantity > NOTHING and key.site in sites
            ]
            if flows:
                site = sites[flows[0].key.site]
                batch.documents.append(Document(ident, flows))
                batch.heads[ident] = Head(site.company_id, flows[0].key.date, site)
        products = {flow.key.product for document in batch.documents for flow in document.flows}
        batch.products = self.env["cbam.posting.gather"]._products(products)
        return batch

    @api.model
    def _target(self, flow):
        value, missing = flow.fixed or Embedded.ZERO, int(flow.fixed is None)
        return Posted(flow.quantity, flow.mass or 0.0, flow.functional or 0.0, value, missing)

    @api.model
    def _late_receipt(self, ident, flow, posted):
        old = None if posted.incomplete else posted.embedded
        return Change(
            ident,
            "receipt",
            flow.key.site,
            flow.key.date,
            flow.key.product,
            flow.key.lot,
            flow.quantity,
            old,
            flow.fixed,
            (flow.fixed or Embedded.ZERO) - posted.embedded,
            flow.meta.note,
        )

    @api.model
    def _documents_of_processes(self, scope):
        rows = self.env.execute_query(
            SQL(
                """
                SELECT DISTINCT production_id, unbuild_id, move_id, reading_id
                  FROM cbam_emission_line
                 WHERE place_from IN ('source', 'allocation') AND company_id = ANY(%s)
                   AND kind = ANY('{stream,energy,provisional,allocation}')
                """,
                list(scope.company_ids),
            )
        )
        return {self.env["cbam.posting.book"]._ident(*row) for row in rows}

    @api.model
    def _closed(self, idents, spans):
        """Those of the documents that have a line in a closed period: ``spans`` by installation, naive UTC."""
        flat = [(site, start, end) for site, found in spans.items() for start, end in found]
        if not flat or not idents:
            return set()
        book = self.env["cbam.posting.book"]
        rows = self.env.execute_query(
            SQL(
                """
                SELECT DISTINCT production_id, unbuild_id, move_id, reading_id
                  FROM cbam_emission_line
                  JOIN UNNEST(%s::int[], %s::timestamp[], %s::timestamp[]) AS closed(site, lo, hi)
                    ON closed.site IN (installation_id, installation_to_id) AND date >= closed.lo AND date < closed.hi
                 WHERE %s
                """,
                *[list(column) for column in zip(*flat, strict=True)],
                book._of_documents(idents),
            )
        )
        return {book._ident(*row) for row in rows}

    # -- what has changed --------------------------------------------------------------------------------------------

    @api.model
    def _last_line(self):
        return self.env.execute_query(SQL("SELECT COALESCE(MAX(id), 0) FROM cbam_emission_line"))[0][0]

    @api.model
    def _changes(self, last):
        """What the lines posted after a line change, by document and goods."""
        late, orders = LateFacts(), defaultdict(list)
        rows = self._changed_rows(last)
        for kind, place_from, place_to, change in rows:
            if place_from == "supplier":
                late.changes.append(change)
                late.entering += change.difference
            elif place_from in ("source", "allocation"):
                late.energy += change.difference
            elif change.ident[0] != "production":
                late.changes.append(change._replace(section="other"))
            if change.ident[0] == "production":
                orders[change.ident].append((kind, place_to, change))
        for found in orders.values():
            late.changes += self._order_changes(found)
        return late

    @api.model
    def _order_changes(self, rows):
        """What the output of an order carries; while there is none, what has gathered in its process."""
        carried = [change._replace(section="order") for kind, _to, change in rows if kind in ("output", "loss")]
        if carried:
            return carried
        first = rows[0][2]
        signed = [
            change.difference.scaled((place_to == "process") - (place_to in ("stock", "out_of_scope")))
            for _kind, place_to, change in rows
        ]
        return [Change(first.ident, "order", first.installation_id, first.date, difference=Embedded.total(signed))]

    @api.model
    def _changed_rows(self, last):
        """``[(kind, place from, place to, Change)]`` of all flows that have lines after ``last``."""
        book = self.env["cbam.posting.book"]
        touched = self.env.execute_query(
            SQL(
                "SELECT DISTINCT production_id, unbuild_id, move_id, reading_id FROM cbam_emission_line"
                " WHERE id > %s AND kind <> 'life'",
                last,
            )
        )
        alone = SQL("CASE WHEN production_id IS NULL AND unbuild_id IS NULL THEN")
        rows = self.env.execute_query(
            SQL(
                """
                SELECT kind, place_from, place_to, production_id, unbuild_id, %(alone)s move_id END,
                       %(alone)s reading_id END, installation_id, product_id, lot_id, MAX(date), SUM(quantity),
                       (ARRAY_AGG(factor_note ORDER BY id DESC))[1],
                       COALESCE(SUM(incomplete) FILTER (WHERE id <= %(last)s), 0), SUM(incomplete),
                       %(before)s, %(after)s
                  FROM cbam_emission_line
                 WHERE %(documents)s
              GROUP BY 1, 2, 3, 4, 5, 6, 7, 8, 9, 10
                HAVING MAX(id) > %(last)s
              ORDER BY MIN(id)
                """,
                alone=alone,
                last=last,
                before=SQL(", ").join(
                    SQL("COALESCE(SUM(%s) FILTER (WHERE id <= %s), 0)", SQL.identifier(name), last)
                    for name in COMPONENTS
                ),
                after=SQL(", ").join(SQL("SUM(%s)", SQL.identifier(name)) for name in COMPONENTS),
                documents=book._of_documents({book._ident(*row) for row in touched}),
            )
        )
        return [(*row[:3], self._changed(book._ident(*row[3:7]), *row[7:])) for row in rows]

    @api.model
    def _changed(self, ident, site, product, lot, date, quantity, note, missing_before, missing_after, *values):
        old, new = Embedded(*values[: len(COMPONENTS)]), Embedded(*values[len(COMPONENTS) :])
        return Change(
            ident,
            "receipt",
            site,
            date,
            product,
            lot,
            quantity,
            None if missing_before else old,
            None if missing_after else new,
            new - old,
            note,
        )
