import logging

from odoo import api, fields, models
from odoo.service.model import PG_CONCURRENCY_EXCEPTIONS_TO_RETRY
from odoo.tools import SQL, ormcache

from ..engine.life.lines import LifeKey, LifeSum, differences
from .copy_rows import copy_rows

_logger = logging.getLogger(__name__)

MARKS = "cbam_emissions.life_marks"
#: Documents that a scheduled run posts at a time.
BATCH = 500
INSERTED = (
    "life_model",
    "life_res_id",
    "company_id",
    *("stage", "product_id", "lot_id", "life_order_id", "date", "life_unit", "quality", "dataset_id"),
    *("footprint_id", "factor_note"),
    *("life_quantity", "life", "incomplete"),
    *("kind", "place_from", "place_to", "posted_at", "posted_by"),
    *("quantity", "mass", "functional_quantity", "direct", "indirect_total", "indirect_scope", "free_allocation"),
    *("direct_default", "scope_default", "indirect_default"),
)
#: Of every line of the whole-life account: no goods move, and nothing of CBAM does.
NOTHING_OF_CBAM = (0.0,) * 10


class CbamLifePosting(models.AbstractModel):
    """Posts documents of the whole-life account to the ledger: as :mod:`cbam_posting`, and apart from it.

    Marked documents are posted once, in ``cr.precommit``: *target - already posted*, by lines that carry nothing of
    CBAM. Only companies that have switched the account on post. Whatever fails is rolled back alone and tried again.
    """

    _name = "cbam.life.posting"
    _description = "Whole-Life Account: Posting"

    # -- who posts ---------------------------------------------------------------------------------------------------

    @api.model
    @ormcache()
    def _companies(self):
        """Ids of the companies that keep a whole-life account."""
        # superuser: cached for all users; only numbers of companies
        companies = self.env["res.company"].sudo().with_context(active_test=False)
        return frozenset(companies.search([("cbam_life_account", "=", True)]).ids)

    @api.model
    def _companies_changed(self):
        """What was made before the account was switched on is posted by the scheduled action."""
        self.env.registry.clear_cache()
        if self._companies():
            self._catch_up_soon()

    @api.model
    def _catch_up_soon(self):
        if self._companies():
            # superuser: whoever switches the account on has no right on scheduled actions
            self.env.ref("cbam_emissions.cron_cbam_life").sudo()._trigger()

    @api.model
    def _models(self):
        """Names of the models whose records are documents of the account."""
        names = self.env.registry["cbam.life.document"]._inherit_children
        found = [name for name in names if name in self.env and not self.env[name]._abstract]
        return ["mrp.production", *sorted(set(found) - {"mrp.production"})]

    # -- marking -----------------------------------------------------------------------------------------------------

    @api.private
    def mark(self, model_name, ids):
        """Note documents whose lines may have changed; they are posted at the end of the transaction."""
        if not ids or not self._companies():
            return
        precommit = self.env.cr.precommit
        if MARKS not in precommit.data:
            precommit.data[MARKS] = {}
            precommit.add(self._post_marked)
        precommit.data[MARKS].setdefault(model_name, set()).update(ids)

    @api.model
    def _mark_orders(self, marks):
        """Orders among what the unit book has marked."""
        if self._companies():
            # superuser: posting runs for whoever finishes an order
            idents = self.sudo().env["cbam.posting.documents"]._touched(marks)
            self.mark("mrp.production", {number for kind, number in idents if kind == "production"})
            self.env["cbam.life.logistics"].mark_goods(marks)

    @api.model
    def _post_marked(self):
        """Post everything marked in this transaction; a document's trouble is never the user's."""
        for model_name, ids in (self.env.cr.precommit.data.pop(MARKS, None) or {}).items():
            self._post_safely(model_name, ids)

    @api.model
    def _post_safely(self, model_name, ids):
        # superuser: nobody may write the ledger; posting runs for whoever finishes an order
        posting = self.sudo().with_context(active_test=False, lang=None)
        try:
            with self.env.cr.savepoint(flush=False):
                posting.post(model_name, ids)
        except PG_CONCURRENCY_EXCEPTIONS_TO_RETRY:
            raise
        except Exception as error:
            _logger.exception("Posting to the whole-life account failed; it will be retried")
            posting._remember_failure(model_name, ids, str(error))

    @api.model
    def _remember_failure(self, model_name, ids, message):
        """List the documents of a failed batch; the scheduled action tries each of them again, alone."""
        try:
            with self.env.cr.savepoint(flush=False):
                self._forget_failures(model_name, ids)
                documents = self.env[model_name].browse(ids).exists()
                self.env["cbam.data.gap"].create(
                    [
                        {
                            "kind": "error",
                            "message": message,
                            "company_id": company,
                            "life_model": model_name,
                            "life_res_id": number,
                        }
                        for number, company in documents._cbam_life_companies().items()
                        if company
                    ]
                )
        except PG_CONCURRENCY_EXCEPTIONS_TO_RETRY:
            raise
        except Exception:
            _logger.exception("The failed posting could not be listed: %s %s", model_name, ids)

    @api.model
    def _forget_failures(self, model_name, ids):
        domain = [("life_model", "=", model_name), ("life_res_id", "in", list(ids)), ("kind", "=", "error")]
        self.env["cbam.data.gap"].search(domain).unlink()

    @api.model
    def _retry_failed(self, documents):
        """Post documents ``[(model, id)]`` that failed, each alone: a bad one holds up no other."""
        for model_name, number in documents:
            self._post_safely(model_name, [number])

    @api.model
    def _catch_up(self):
        """Scheduled action: bring all documents up to date after the account was switched on or factors were loaded."""
        companies = list(self._companies())
        # superuser: the scheduled action posts for every company
        stays = self.env["cbam.storage.stay"].sudo()
        lots = stays._lots_that_left(companies)
        for start in range(0, len(lots), BATCH):
            stays._refresh(lots[start : start + BATCH])
            self.env["ir.cron"]._commit_progress()
        for model_name in self._models() if companies else ():
            documents = self.env[model_name].sudo().with_context(active_test=False)
            ids = documents._search([("company_id", "in", companies)]).get_result_ids()
            for start in range(0, len(ids), BATCH):
                self._post_safely(model_name, ids[start : start + BATCH])
                if self.env.context.get("ir_cron_progress_id"):
                    self.env["ir.cron"]._commit_progress(processed=min(BATCH, len(ids) - start))

    # -- posting -----------------------------------------------------------------------------------------------------

    @api.private
    def post(self, model_name, ids):
        """Insert what the documents want in the ledger minus what is there; posting twice posts nothing.

        Documents of companies without a whole-life account are left alone.
        """
        documents = self.env[model_name].browse(sorted(ids)).exists()
        documents.flush_model()
        companies = {
            number: company
            for number, company in documents._cbam_life_companies().items()
            if company in self._companies()
        }
        documents = documents.browse(companies)
        if documents:
            self._lock(documents)
            found = documents._cbam_life_targets()
            targets = {number: found.get(number, ()) for number in companies}
            self._insert(model_name, differences(targets, self._posted(model_name, documents.ids)[0]), companies)
            self._forget_failures(model_name, documents.ids)

    @api.private
    def reverse(self, model_name, ids):
        """Take back all lines of documents that are about to be deleted, now."""
        # superuser: nobody may write the ledger; whoever deletes the document takes its lines back
        posting = self.sudo()
        posted, companies = posting._posted(model_name, list(ids))
        posting._insert(model_name, differences(dict.fromkeys(posted, ()), posted), companies)
        if self._companies():
            posting._forget_failures(model_name, ids)

    @api.model
    def _lock(self, documents):
        """Two transactions must not post differences to one document: the second one fails and is retried by Odoo."""
        table = SQL.identifier(documents._table)
        self.env.cr.execute(
            SQL("SELECT id FROM %s WHERE id = ANY(%s) ORDER BY id FOR NO KEY UPDATE", table, documents.ids)
        )

    @api.model
    def _posted(self, model_name, ids):
        """``({document: {LifeKey: LifeSum}}, {document: company})``, one query."""
        self.env["cbam.emission.line"].flush_model()
        rows = self.env.execute_query(
            SQL(
                """
                SELECT life_res_id, company_id, stage, product_id, lot_id, life_order_id, date,
                       COALESCE(life_unit, ''), quality, dataset_id, footprint_id, COALESCE(factor_note, ''),
                       SUM(life_quantity), SUM(life), SUM(incomplete)
                  FROM cbam_emission_line
                 WHERE kind = 'life' AND life_model = %s AND life_res_id = ANY(%s)
              GROUP BY 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12
                """,
                model_name,
                list(ids),
            )
        )
        posted, companies = {}, {}
        for number, company, *rest in rows:
            posted.setdefault(number, {})[LifeKey(*rest[:-3])] = LifeSum(*rest[-3:])
            companies[number] = company
        return posted, companies

    @api.model
    def _insert(self, model_name, found, companies):
        if not found:
            return
        now, user = fields.Datetime.now(), self.env.uid
        rows = (
            (
                model_name,
                row.document,
                companies[row.document],
                *(value or None for value in row.key),
                *(row.quantity, row.tco2e, row.incomplete),
                *("life", "source", "life", now, user),
                *NOTHING_OF_CBAM,
            )
            for row in found
        )
        copy_rows(self.env.cr, "cbam_emission_line", INSERTED, rows)
        self.env["cbam.emission.line"].invalidate_model()
