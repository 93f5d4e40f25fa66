from dataclasses import dataclass, field

from odoo import api, models
from odoo.tools import SQL

from ..engine.embedded import Embedded
from ..engine.unit_book import (
    NOTHING,
    ORIGIN_KINDS,
    STAND_IN_KINDS,
    Balance,
    Basis,
    FlowKey,
    LotOrigin,
    Posted,
    StockKey,
    Value,
)
from .posting_batch import Head

COMPONENTS = Embedded.COMPONENTS
SUMS = SQL(", ").join(SQL("SUM(%s)", SQL.identifier(name)) for name in COMPONENTS)
KEY_COLUMNS = (
    "kind",
    "place_from",
    "place_to",
    "installation_id",
    "product_id",
    "lot_id",
    "move_id",
    "stream_id",
    "reading_id",
    "installation_to_id",
    "date",
)
DOCUMENT_COLUMNS = {"production": "production_id", "unbuild": "unbuild_id", "move": "move_id", "reading": "reading_id"}


@dataclass
class State:
    """What the ledger says about the goods and documents of a batch."""

    balances: dict = field(default_factory=dict)
    origins: dict = field(default_factory=dict)
    posted: dict = field(default_factory=dict)
    references: dict = field(default_factory=dict)
    openings: list = field(default_factory=list)


class CbamPostingBook(models.AbstractModel):
    """Reads what posting needs from the ledger and writes what posting found, in bulk SQL."""

    _name = "cbam.posting.book"
    _description = "CBAM Posting: Ledger"

    # -- reading ---------------------------------------------------------------------------------------------------

    @api.model
    def _load(self, documents, company_id):
        """What the company's ledger says about the goods of the documents: transit, too, is a place per company."""
        self.env["cbam.emission.line"].flush_model()
        flows = [flow for document in documents for flow in document.flows]
        state = State(posted=self._posted({document.ident for document in documents}))
        keys = [flow.key for flow in flows] + [key for done in state.posted.values() for key in done]
        products = {key.product for key in keys if key.product}
        lots = {key.lot for key in keys if key.lot}
        if products:
            state.balances = self._balances(products, lots, company_id)
            self._load_last_rates(state.balances, company_id)
        if lots:
            state.origins = self._origins(lots, [company_id])
        references = {flow.refer for flow in flows if flow.basis is Basis.REFER and flow.refer and not flow.key.lot}
        if references:
            state.references = self._references(references)
        return state

    @api.model
    def _posted(self, idents):
        """``{ident: {flow key: Posted}}`` of the documents."""
        return self._posted_where(self._of_documents(idents))

    @api.model
    def _posted_where(self, condition):
        posted = {}
        rows = self.env.execute_query(
            SQL(
                """
                SELECT production_id, unbuild_id, %(keys)s,
                       SUM(quantity), SUM(mass), SUM(functional_quantity), SUM(incomplete), %(sums)s
                  FROM cbam_emission_line
                 WHERE %(condition)s
              GROUP BY production_id, unbuild_id, %(keys)s
                """,
                keys=SQL(", ").join(map(SQL.identifier, KEY_COLUMNS)),
                sums=SUMS,
                condition=condition,
            )
        )
        for production, unbuild, *rest in rows:
            key = FlowKey(*rest[: len(KEY_COLUMNS)])
            quantity, mass, functional, incomplete, *values = rest[len(KEY_COLUMNS) :]
            ident = self._ident(production, unbuild, key.move, key.reading)
            posted.setdefault(ident, {})[key] = Posted(quantity, mass, functional, Embedded(*values), incomplete)
        return posted

    @api.model
    def _ident(self, production, unbuild, move, reading):
        """The document a ledger line belongs to; an order's share of a reading belongs to the order."""
        if production:
            return ("production", production)
        if unbuild:
            return ("unbuild", unbuild)
        if move:
            return ("move", move)
        return ("reading", reading) if reading else ("opening", None)

    @api.model
    def _of_documents(self, idents):
        ids = {name: [ident[1] for ident in idents if ident[0] == name] for name in DOCUMENT_COLUMNS}
        alone = SQL("production_id IS NULL AND unbuild_id IS NULL")
        conditions = []
        if ids["production"]:
            conditions.append(SQL("production_id = ANY(%s)", ids["production"]))
        if ids["unbuild"]:
            conditions.append(SQL("unbuild_id = ANY(%s)", ids["unbuild"]))
        for name in ("move", "reading"):
            if ids[name]:
                column = SQL.identifier(DOCUMENT_COLUMNS[name])
                conditions.append(SQL("(%s AND %s = ANY(%s))", alone, column, ids[name]))
        return SQL(" OR ").join(conditions) if conditions else SQL("FALSE")

    @api.model
    def _heads(self, idents):
        """``{ident: Head}`` of documents by their last line: they have left our installations since."""
        if not idents:
            return {}
        rows = self.env.execute_query(
            SQL(
                """
                SELECT production_id, unbuild_id, move_id, reading_id, company_id, date
                  FROM cbam_emission_line
                 WHERE id IN (
                    SELECT MAX(id) FROM cbam_emission_line WHERE %s
                  GROUP BY production_id, unbuild_id, COALESCE(production_id, unbuild_id, move_id), reading_id
                 )
              ORDER BY id
                """,
                self._of_documents(idents),
            )
        )
        return {self._ident(*row[:4]): Head(row[4], row[5], None) for row in rows}

    @api.model
    def _balances(self, products, lots, company_id):
        """Stock on hand of the products: their untracked part and the lots named."""
        rows = self.env.execute_query(
            SQL(
                """
                SELECT place, CASE place WHEN 'stock' THEN site END AS site, product_id, lot_id,
                       SUM(incoming * incomplete), SUM(sign * quantity), %(sums)s
                  FROM (
                    SELECT place_from AS place, installation_id AS site, product_id, lot_id, -1 AS sign, 0 AS incoming,
                           incomplete, quantity, %(components)s
                      FROM cbam_emission_line
                     WHERE product_id = ANY(%(products)s) AND (lot_id IS NULL OR lot_id = ANY(%(lots)s))
                       AND company_id = %(company)s
                       AND place_from IN ('stock', 'transit')
                 UNION ALL
                    SELECT place_to, COALESCE(installation_to_id, installation_id), product_id, lot_id, 1, 1,
                           incomplete, quantity, %(components)s
                      FROM cbam_emission_line
                     WHERE product_id = ANY(%(products)s) AND (lot_id IS NULL OR lot_id = ANY(%(lots)s))
                       AND company_id = %(company)s
                       AND place_to IN ('stock', 'transit')
                  ) AS movement
              GROUP BY 1, 2, product_id, lot_id
                """,
                sums=SQL(", ").join(SQL("SUM(sign * %s)", SQL.identifier(name)) for name in COMPONENTS),
                components=SQL(", ").join(map(SQL.identifier, COMPONENTS)),
                products=list(products),
                lots=list(lots),
                company=company_id,
            )
        )
        return {
            StockKey(place, site, product, lot): Balance(quantity, Embedded(*values), incomplete)
            for place, site, product, lot, incomplete, quantity, *values in rows
        }

    @api.model
    def _load_last_rates(self, balances, company_id):
        """Rate of the last receipt of the keys with nothing on hand (what is taken from them is negative stock).

        A receipt with all its corrections: the difference that corrects one has no rate of its own.
        """
        empty = {key: balance for key, balance in balances.items() if balance.quantity <= NOTHING}
        if not empty:
            return
        rows = self.env.execute_query(
            SQL(
                """
                SELECT DISTINCT ON (place_to, site, product_id, lot_id)
                       place_to,
                       CASE place_to WHEN 'stock' THEN COALESCE(installation_to_id, installation_id) END AS site,
                       product_id, lot_id, SUM(quantity), %s
                  FROM cbam_emission_line
                 WHERE product_id = ANY(%s) AND place_to IN ('stock', 'transit') AND company_id = %s
              GROUP BY place_to, site, product_id, lot_id, production_id, unbuild_id, move_id
                HAVING SUM(quantity) > 0 AND SUM(incomplete) = 0
              ORDER BY place_to, site, product_id, lot_id, MAX(id) DESC
                """,
                SUMS,
                list({key.product for key in empty}),
                company_id,
            )
        )
        for place, site, product, lot, quantity, *values in rows:
            balance = empty.get(StockKey(place, site, product, lot))
            if balance is not None:
                balance.last_rate = Embedded(*values).scaled(1.0 / quantity)

    @api.model
    def _origins(self, lots, company_ids=None):
        """``{lot: LotOrigin}``: what first brought the lots in, at one company or at any."""
        rows = self.env.execute_query(
            SQL(
                """
                SELECT lot_id, kind = ANY(%(stand_in)s), SUM(quantity), SUM(mass), SUM(incomplete), %(sums)s
                  FROM cbam_emission_line
                 WHERE lot_id = ANY(%(lots)s) AND place_to IN ('stock', 'transit')
                   AND kind = ANY(%(origin)s || %(stand_in)s) AND %(of_company)s
              GROUP BY lot_id, kind = ANY(%(stand_in)s)
                """,
                stand_in=sorted(STAND_IN_KINDS),
                origin=sorted(ORIGIN_KINDS),
                lots=list(lots),
                of_company=SQL("company_id = ANY(%s)", company_ids) if company_ids else SQL("TRUE"),
                sums=SUMS,
            )
        )
        origins = {}
        for lot, stand_in, quantity, mass, incomplete, *values in rows:
            origin, tier = origins.setdefault(lot, LotOrigin()), int(stand_in)
            origin.quantity[tier] = quantity
            origin.mass[tier] = mass
            origin.incomplete[tier] = incomplete
            origin.embedded[tier] = Embedded(*values)
        return origins

    @api.model
    def _references(self, references):
        """Value per unit at which ``(move, lot)`` lines were posted."""
        rows = self.env.execute_query(
            SQL(
                """
                SELECT move_id, lot_id, SUM(quantity), SUM(incomplete), %s
                  FROM cbam_emission_line
                 WHERE move_id = ANY(%s) AND product_id IS NOT NULL AND place_from <> 'source'
              GROUP BY move_id, lot_id
                """,
                SUMS,
                list({move for move, _lot in references}),
            )
        )
        return {
            (move, lot): Value(Embedded(*values).scaled(1.0 / quantity), int(incomplete > 0))
            for move, lot, quantity, incomplete, *values in rows
            if quantity > NOTHING
        }
