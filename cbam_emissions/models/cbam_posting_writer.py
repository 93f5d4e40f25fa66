from odoo import api, fields, models
from odoo.tools import SQL

from ..engine.life.stages import stage_of
from .cbam_posting_book import COMPONENTS, DOCUMENT_COLUMNS, KEY_COLUMNS
from .copy_rows import copy_rows

INSERTED = (
    *KEY_COLUMNS,
    "production_id",
    "unbuild_id",
    "company_id",
    "process_id",
    "quality",
    "record_id",
    "dataset_id",
    "factor_note",
    "incomplete",
    "quantity",
    "mass",
    "functional_quantity",
    *COMPONENTS,
    "posted_at",
    "posted_by",
    "stage",
)
#: What posting says of a gap.
GAP_COLUMNS = (
    *("kind", "severity", "message", "company_id", "product_id", "lot_id"),
    *("move_id", "production_id", "unbuild_id", "reading_id"),
)


class CbamPostingWriter(models.AbstractModel):
    """Writes what posting found: ledger lines, the totals of orders, the to-do list. Bulk SQL."""

    _name = "cbam.posting.writer"
    _description = "CBAM Posting: Writing"

    @api.model
    def _insert(self, lines, batch, gaps=()):
        """Insert ledger lines; what rests on a stand-in, because more was taken than was there, is provisional."""
        if not lines:
            return
        now, user = fields.Datetime.now(), self.env.uid
        stand_ins = {(gap.ident, gap.product, gap.lot, gap.move) for gap in gaps if gap.kind in ("negative", "lot")}
        rows = (self._row(line, batch, stand_ins, now, user) for line in lines)
        copy_rows(self.env.cr, "cbam_emission_line", INSERTED, rows)
        self.env["cbam.emission.line"].invalidate_model()

    @api.model
    def _row(self, line, batch, stand_ins, now, user):
        key = line.key
        head = batch.heads[line.ident]
        meta = line.flow.meta if line.flow is not None and line.flow.meta is not None else batch.no_meta
        quality = "provisional" if (line.ident, key.product, key.lot, key.move) in stand_ins else meta.quality
        kind, number = line.ident
        return (
            *key[:-1],
            key.date or head.date,
            number if kind == "production" else None,
            number if kind == "unbuild" else None,
            head.company_id,
            meta.process_id or head.process_id,
            "missing" if line.incomplete > 0 and quality != "derived" else quality,
            meta.record_id,
            meta.dataset_id,
            meta.note or None,
            line.incomplete,
            line.quantity,
            line.mass,
            line.functional,
            *line.embedded.as_tuple(),
            now,
            user,
            stage_of(key.kind),
        )

    @api.model
    def _write_totals(self, idents):
        """Write the totals of the orders, for lists and pivots; the ledger is what counts."""
        productions = [number for kind, number in idents if kind == "production"]
        if not productions:
            return
        # LATERAL: each order's lines by their index, whatever the planner believes of a table that has just grown.
        self.env.cr.execute(
            SQL(
                """
                UPDATE mrp_production AS mo
                   SET cbam_direct = total.direct, cbam_indirect = total.indirect_total,
                       cbam_indirect_scope = total.indirect_scope, cbam_mass = total.mass,
                       cbam_default = total.by_default, cbam_free_allocation = total.free_allocation,
                       cbam_state = CASE WHEN total.lines = 0 THEN NULL
                                         WHEN total.incomplete > 0 THEN 'incomplete' ELSE 'complete' END
                  FROM mrp_production AS made
                 CROSS JOIN LATERAL (
                    SELECT COUNT(*) AS lines,
                           COALESCE(SUM(incomplete), 0) AS incomplete,
                           COALESCE(SUM(direct) FILTER (WHERE main), 0) AS direct,
                           COALESCE(SUM(indirect_total) FILTER (WHERE main), 0) AS indirect_total,
                           COALESCE(SUM(indirect_scope) FILTER (WHERE main), 0) AS indirect_scope,
                           COALESCE(SUM(free_allocation) FILTER (WHERE main), 0) AS free_allocation,
                           COALESCE(SUM(direct_default + scope_default) FILTER (WHERE main), 0) AS by_default,
                           COALESCE(SUM(mass) FILTER (WHERE main), 0) AS mass
                      FROM (
                        SELECT *, kind = 'output' AND product_id = made.product_id AS main
                          FROM cbam_emission_line
                         WHERE production_id = made.id
                      ) AS line
                  ) AS total
                 WHERE made.id = ANY(%s) AND mo.id = made.id
                """,
                productions,
            )
        )
        self.env["mrp.production"].invalidate_model(self.env["mrp.production"]._cbam_total_fields())

    @api.model
    def _write_gaps(self, gaps_by_document):
        """Replace the to-dos of the documents, where they differ: what is no longer missing disappears."""
        gaps = [gap for of_document in gaps_by_document.values() for gap in of_document]
        wanted = self.env["cbam.posting.documents"]._gap_values(gaps) if gaps else []
        rows = [tuple(values.get(name) for name in GAP_COLUMNS) for values in wanted]
        listed = self._listed_gaps(gaps_by_document)
        if sorted(rows, key=repr) == sorted(listed, key=repr):
            return
        if listed:
            self._delete_gaps(gaps_by_document)
        now, user = fields.Datetime.now(), self.env.uid
        logged = ("create_date", "create_uid", "write_date", "write_uid")
        values = ((*row, now, user, now, user) for row in rows)
        copy_rows(self.env.cr, "cbam_data_gap", (*GAP_COLUMNS, *logged), values)
        self.env["cbam.data.gap"].invalidate_model()

    @api.model
    def _listed_gaps(self, idents):
        """The to-dos that the documents have, as :data:`GAP_COLUMNS`."""
        self.env["cbam.data.gap"].flush_model()
        columns = SQL(", ").join(map(SQL.identifier, GAP_COLUMNS))
        return self.env.execute_query(SQL("SELECT %s FROM cbam_data_gap WHERE %s", columns, self._gaps_of(idents)))

    @api.model
    def _gaps_of(self, idents):
        conditions = []
        for name, column in DOCUMENT_COLUMNS.items():
            ids = [number for kind, number in idents if kind == name]
            if ids:
                alone = SQL("AND production_id IS NULL AND unbuild_id IS NULL") if name == "move" else SQL()
                conditions.append(SQL("(%s = ANY(%s) %s)", SQL.identifier(column), ids, alone))
        return SQL(" OR ").join(conditions) if conditions else SQL("FALSE")

    @api.model
    def _delete_gaps(self, idents):
        self.env.cr.execute(SQL("DELETE FROM cbam_data_gap WHERE %s", self._gaps_of(idents)))
        self.env["cbam.data.gap"].invalidate_model()

    @api.model
    def _write_failures(self, idents, message):
        gap_model = self.env["cbam.data.gap"]
        earlier = {gap._ident(): gap.attempts for gap in gap_model.search([("kind", "=", "error")])}
        self._delete_gaps(idents)
        companies = self.env["cbam.posting.documents"]._companies(idents)
        gap_model.create(
            [
                {
                    "kind": "error",
                    "message": message,
                    "company_id": companies[ident],
                    "attempts": earlier.get(ident, 0) + 1,
                    DOCUMENT_COLUMNS[ident[0]]: ident[1],
                }
                for ident in idents
                if ident in companies
            ]
        )
