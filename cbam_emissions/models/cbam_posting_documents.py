from collections import defaultdict
from datetime import datetime

import pytz

from odoo import api, models
from odoo.tools import SQL, ormcache

from ..engine.unit_book import Basis, Closing, Document, Flow, Gap
from .posting_batch import Batch, Detail, Site


class CbamPostingDocuments(models.AbstractModel):
    """Turns marked orders, unbuild orders, moves and readings into documents of the unit book."""

    _name = "cbam.posting.documents"
    _description = "CBAM Posting: Documents"

    # -- which documents -------------------------------------------------------------------------------------------

    @api.model
    @ormcache()
    def _sites(self):
        """Own installations that post, by warehouse: empty for a database that has not gone live."""
        # superuser: cached for all users; only numbers of sites
        warehouses = self.env["stock.warehouse"].sudo().with_context(active_test=False)
        sites = {}
        for warehouse in warehouses.search([("cbam_installation_id.start_date", "!=", False)]):
            installation = warehouse.cbam_installation_id
            local = pytz.timezone(installation.tz).localize(
                datetime.combine(installation.start_date, datetime.min.time())
            )
            start = local.astimezone(pytz.utc).replace(tzinfo=None)
            sites[warehouse.id] = Site(
                installation.id, installation.name, installation.company_id.id, start, installation.tz
            )
        return sites

    @api.model
    def _resolve(self, marks):
        """``(documents behind marked ids, OwnUse of the orders among them)``.

        Readings bring the orders they are shared among, orders their readings.
        """
        idents = self._touched(marks)
        neighbours, own_use = self._energy_neighbours(idents, set(marks["readings"]))
        return idents | neighbours, own_use

    @api.model
    def _touched(self, marks):
        """The orders, unbuild orders and moves behind marked ids."""
        self.env["stock.move.line"].flush_model()
        self.env["stock.move"].flush_model()
        self.env["mrp.production"].flush_model()
        idents = {("unbuild", number) for number in marks["unbuilds"]}
        if marks["productions"] or marks["moves"] or marks["move_lines"]:
            # Orders that are not begun can have no lines: they are not worth a look.
            rows = self.env.execute_query(
                SQL(
                    """
                    SELECT NULL, NULL, id FROM mrp_production WHERE id = ANY(%s) AND state NOT IN ('draft', 'confirmed')
                     UNION ALL
                    SELECT m.id, COALESCE(m.unbuild_id, m.consume_unbuild_id),
                           COALESCE(m.raw_material_production_id,
                                    CASE WHEN l.usage = 'production' THEN m.production_id END)
                      FROM stock_move m
                      JOIN stock_location l ON l.id = m.location_id
                     WHERE m.state IN ('done', 'cancel')
                       AND (m.id = ANY(%s) OR m.id IN (SELECT move_id FROM stock_move_line WHERE id = ANY(%s)))
                    """,
                    list(marks["productions"]),
                    list(marks["moves"]),
                    list(marks["move_lines"]),
                )
            )
            for move, unbuild, production in rows:
                if production or unbuild:
                    idents.add(("production", production) if production else ("unbuild", unbuild))
                else:
                    idents.add(("move", move))
        return idents

    @api.model
    def _energy_neighbours(self, idents, readings):
        energy, own_use = self.env["cbam.energy"], None
        productions = {number for kind, number in idents if kind == "production"}
        if productions:
            found, own_use = energy._readings_of(productions)
            readings |= found
        if not readings:
            return set(), own_use
        orders = energy._orders_of(readings) | self._orders_posted_with(readings)
        return {("reading", number) for number in readings} | {("production", number) for number in orders}, own_use

    @api.model
    def _orders_posted_with(self, readings):
        rows = self.env.execute_query(
            SQL(
                "SELECT DISTINCT production_id FROM cbam_emission_line"
                " WHERE reading_id = ANY(%s) AND production_id IS NOT NULL",
                list(readings),
            )
        )
        return {row[0] for row in rows}

    @api.model
    def _lock(self, idents, later_wave):
        """Two transactions must not post differences to one document: the second one fails and is retried by Odoo.

        Moves of the first wave were written by this very transaction, so their rows are locked already.
        """
        tables = {"production": "mrp_production", "reading": "cbam_meter_reading"}
        if later_wave:
            tables |= {"unbuild": "mrp_unbuild", "move": "stock_move"}
        for kind, table in tables.items():
            ids = sorted(number for name, number in idents if name == kind)
            if ids:
                self.env.cr.execute(
                    SQL(
                        "SELECT id FROM %s WHERE id = ANY(%s) ORDER BY id FOR NO KEY UPDATE", SQL.identifier(table), ids
                    )
                )

    @api.model
    def _lock_periods(self, batch):
        """Nobody closes a period while documents of its installation are posted.

        Under REPEATABLE READ a transaction that began before a close fails here and is retried by Odoo.
        """
        sites = sorted({head.site.id for head in batch.heads.values() if head.site})
        if sites:
            self.env["cbam.period"].flush_model()
            self.env.cr.execute(
                SQL(
                    """
                    SELECT id FROM cbam_period
                     WHERE installation_id = ANY(%s) AND state = 'open' ORDER BY id FOR SHARE
                    """,
                    sites,
                )
            )

    # -- building --------------------------------------------------------------------------------------------------

    @api.model
    def _build(self, idents, own_use=None):
        """Gather the documents in bulk; see :mod:`cbam_posting_flows` for what each move becomes."""
        mass = self.env["cbam.mass"]
        batch = Batch(own_use=own_use, sites=self._sites(), units=mass._units(), gram=mass._gram())
        gather, flows = self.env["cbam.posting.gather"], self.env["cbam.posting.flows"]
        rows = gather._rows(idents)
        batch.lots = {row.lot_id: (row.lot_installation_id, row.lot_origin_country_id) for row in rows if row.lot_id}
        batch.products = gather._products({row.product_id for row in rows})
        batch.orders = gather._orders({number for kind, number in idents if kind == "production"})
        by_document = defaultdict(list)
        for row in rows:
            by_document[row.ident].append(row)
        batch.heads = gather._heads(idents, by_document, batch.orders)
        self._find_unbuild_processes(batch, by_document)
        for ident, head in sorted(batch.heads.items()):
            order = batch.orders.get(ident[1]) if ident[0] == "production" else None
            document = Document(
                ident,
                flows=flows._flows(batch, ident, by_document[ident], order),
                closing=order.closing if order else Closing.OPEN,
                annex_ii=order.annex_ii if order else self._unbuild_annex_ii(batch, ident, by_document[ident]),
                order=(head.date,),
            )
            batch.documents.append(document)
        self._attribute(batch)
        self.env["cbam.posting.receipts"]._value(batch)
        self.env["cbam.posting.energy"]._add(batch)
        return batch

    @api.model
    def _attribute(self, batch):
        """By what orders with several products share; asked for only where there are any."""
        several = [
            document
            for document in batch.documents
            if len({flow.key.product for flow in document.flows if flow.basis is Basis.SHARE}) > 1
        ]
        if several:
            attribution_of = self.env["cbam.process"]._attribution_finder()
            for document in several:
                document.attribution = attribution_of(batch.heads[document.ident].process_id)

    @api.model
    def _unbuild_annex_ii(self, batch, ident, rows):
        """The good an unbuild order takes apart decides which scope comes back to its components."""
        unbuilt = self._unbuilt(batch, rows) if ident[0] == "unbuild" else None
        return unbuilt.annex_ii if unbuilt else None

    @api.model
    def _unbuilt(self, batch, rows):
        """The product that an unbuild order takes apart, where it was taken from stock."""
        return next((batch.products[row.product_id] for row in rows if row.product_id == row.unbuilt_product_id), None)

    @api.model
    def _find_unbuild_processes(self, batch, rows):
        """Goods go back into the process that makes them (2025/2547 Annex II F)."""
        unbuilds = [ident for ident, head in batch.heads.items() if ident[0] == "unbuild" and head.site]
        process_of = self.env["cbam.process"]._finder() if unbuilds else None
        for ident in unbuilds:
            unbuilt, head = self._unbuilt(batch, rows[ident]), batch.heads[ident]
            if unbuilt:
                batch.heads[ident] = head._replace(process_id=process_of(head.site.id, unbuilt.cn_code))

    @api.model
    def _relevant(self, batch, documents, state):
        """Leave out what has no place in the book: goods that are no CBAM goods and carry nothing of any.

        A product counts if it is a CBAM good, if the ledger knows it, or if an order made it from what counts.
        """
        known = {key.product for key in state.balances}
        known |= {number for number, product in batch.products.items() if product.scope in ("good", "unclear")}
        grown = True
        while grown:
            before = len(known)
            for document in documents:
                if any(self._brings(flow, known) for flow in document.flows):
                    known |= {flow.key.product for flow in document.flows if flow.key.kind == "output"}
            grown = len(known) > before
        relevant = []
        for document in documents:
            self._list_unknown_components(batch, document, known)
            document.flows = [
                flow
                for flow in document.flows
                if flow.key.product is None or flow.key.product in known or flow.key.kind == "stream"
            ]
            self._add_openings(document, state)
            if document.flows or document.ident in state.posted:
                relevant.append(document)
        return relevant

    @api.model
    def _brings(self, flow, known):
        """Whether a flow carries something into a process that its output must carry on."""
        return flow.key.place_to == "process" and (
            flow.key.product is None or flow.key.product in known or flow.key.kind == "stream"
        )

    @api.model
    def _list_unknown_components(self, batch, document, known):
        """A component without CN code may be a precursor: of a CBAM good that is worth a look, but blocks nothing."""
        if document.ident[0] != "production" or not any(
            flow.key.kind == "output" and batch.products[flow.key.product].scope == "good" for flow in document.flows
        ):
            return
        for flow in document.flows:
            product = batch.products.get(flow.key.product)
            if flow.key.kind == "consumption" and product.scope is None and flow.key.product not in known:
                gap = Gap(document.ident, "cn_code", False, flow.key.product, None, flow.key.move)
                batch.gaps.append(
                    Detail(gap, self.env._("%s has no CN code: it is taken as no precursor.", product.name))
                )

    @api.model
    def _add_openings(self, document, state):
        """Opening lines of an order that was in process at go-live belong to it whatever its moves say."""
        for key, done in state.posted.get(document.ident, {}).items():
            if key.kind == "opening":
                document.flows.insert(
                    0,
                    Flow(key, Basis.FIXED, quantity=done.quantity, mass=done.mass, fixed=done.embedded),
                )

    # -- gaps ------------------------------------------------------------------------------------------------------

    @api.model
    def _companies(self, idents):
        """Company of each document, for listing it."""
        companies = {}
        for kind, model in (
            ("production", "mrp.production"),
            ("unbuild", "mrp.unbuild"),
            ("move", "stock.move"),
            ("reading", "cbam.meter.reading"),
        ):
            ids = [number for name, number in idents if name == kind]
            if ids:
                table = SQL.identifier(self.env[model]._table)
                rows = self.env.execute_query(SQL("SELECT id, company_id FROM %s WHERE id = ANY(%s)", table, ids))
                companies |= {(kind, number): company for number, company in rows}
        return companies

    @api.model
    def _by_document(self, idents, gaps):
        by_document = {ident: [] for ident in idents}
        for gap in gaps:
            by_document[(gap.gap if isinstance(gap, Detail) else gap).ident].append(gap)
        return by_document

    @api.model
    def _loop_gaps(self, idents):
        return [
            Detail(Gap(ident, "loop", False), self.env._("Lots contain each other: their value did not settle."))
            for ident in idents
        ]

    @api.model
    def _gap_values(self, gaps):
        """Rows of the to-do list; the engine's bare gaps get their words here."""
        details = [gap if isinstance(gap, Detail) else Detail(gap, "") for gap in gaps]
        companies = self._companies({detail.gap.ident for detail in details})
        names = {
            product.id: product.display_name
            for product in self.env["product.product"].browse(
                {detail.gap.product for detail in details if detail.gap.product and not detail.message}
            )
        }
        words = self._gap_words()
        columns = {"production": "production_id", "unbuild": "unbuild_id", "move": "move_id", "reading": "reading_id"}
        values, seen = [], set()
        for gap, message in details:
            if (gap.ident, gap.kind, gap.product, gap.lot) in seen:
                continue
            seen.add((gap.ident, gap.kind, gap.product, gap.lot))
            row = {
                "kind": gap.kind,
                "severity": "blocking" if gap.blocking else "warning",
                "message": message or words[gap.kind] % (names.get(gap.product) or ""),
                "company_id": companies[gap.ident],
                "product_id": gap.product,
                "lot_id": gap.lot,
                "move_id": gap.move,
            }
            row[columns[gap.ident[0]]] = gap.ident[1]
            values.append(row)
        return values

    @api.model
    def _gap_words(self):
        _ = self.env._
        return {
            "net_mass": _("The outputs cannot share by mass: a net mass is missing; the main product carries all. %s"),
            "molar_mass": _("%s has no molar mass: the outputs share by mass instead of moles."),
            "no_output": _("There was input but no output: a loss of the process. %s"),
            "negative": _("More %s was taken than was on hand: valued at the last receipt or the default."),
            "lot": _("%s left as a lot that never came in: valued at the average of goods without a lot."),
        }
