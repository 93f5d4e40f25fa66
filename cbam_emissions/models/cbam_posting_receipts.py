from collections import defaultdict

from odoo import api, models
from odoo.tools import SQL

from ..engine.unit_book import Basis, Gap
from .cbam_valuation import Source
from .posting_batch import Detail, Meta, local_day


class CbamPostingReceipts(models.AbstractModel):
    """The value of what comes in, and of what is taken that never came in."""

    _name = "cbam.posting.receipts"
    _description = "CBAM Posting: Receipts"

    @api.model
    def _value(self, batch):
        """Value receipts, and find the rate that stands in where something is taken that was never brought in."""
        vendors = self._vendor_lines(batch)
        sources = {}
        for document in batch.documents:
            for flow in document.flows:
                if flow.key.product and flow.key.kind not in ("output", "by_product", "stream"):
                    sources[id(flow)] = self._source(batch, document.ident, flow, vendors)
        answers = self.env["cbam.posting.answers"]
        rates = answers._kept("rate", sources.values(), self.env["cbam.valuation"]._rates)
        for document in batch.documents:
            for flow in document.flows:
                if id(flow) in sources:
                    self._apply_rate(batch, document.ident, flow, rates[sources[id(flow)]])

    @api.model
    def _source(self, batch, ident, flow, vendors):
        product, head = batch.products[flow.key.product], batch.heads[ident]
        lot = batch.lots.get(flow.key.lot, (None, None))
        vendor = vendors.get((flow.key.move, product.template_id), (None, None))
        return Source(
            company_id=head.company_id,
            year=local_day(flow.key.date, head.site).year,
            scope=product.scope,
            cn_code=product.cn_code,
            installation_id=lot[0] or vendor[0] or product.installation_id,
            production_country_id=product.production_country_id,
            origin_country_id=lot[1] or vendor[1] or product.origin_country_id,
            route_letter=product.route_letter,
        )

    @api.model
    def _apply_rate(self, batch, ident, flow, rate):
        per_unit = None
        if rate.per_tonne is not None:
            if rate.quality == "not_cbam" or rate.quality == "exempt":
                per_unit = rate.per_tonne
            elif flow.mass is not None:
                per_unit = rate.per_tonne.scaled(flow.mass / flow.quantity) if flow.quantity else rate.per_tonne
        flow.fallback = per_unit
        if flow.basis is not Basis.FIXED:
            return
        flow.fixed = per_unit.scaled(flow.quantity) if per_unit is not None else None
        flow.meta = Meta(rate.quality, rate.note, rate.record_id, rate.dataset_id)
        if rate.gap and batch.products[flow.key.product].scope:
            gap = Gap(ident, rate.gap, rate.per_tonne is None, flow.key.product, flow.key.lot, flow.key.move)
            batch.gaps.append(Detail(gap, rate.message))

    @api.model
    def _vendor_lines(self, batch):
        """``{(move, template): (installation, origin)}`` by the vendor's line of the product, for receipts."""
        return self._vendor_lines_of(
            {f.key.move for d in batch.documents for f in d.flows if f.key.kind == "receipt" and f.key.move}
        )

    @api.model
    def _vendor_lines_of(self, moves):
        """``{(move, template): (installation, origin)}`` of moves by id, one query."""
        if not moves:
            return {}
        rows = self.env.execute_query(
            SQL(
                """
                SELECT m.id, s.product_tmpl_id, s.cbam_installation_id, s.cbam_origin_country_id
                  FROM stock_move m
                  JOIN product_product p ON p.id = m.product_id
             LEFT JOIN stock_picking k ON k.id = m.picking_id
                  JOIN res_partner partner ON partner.id = COALESCE(k.partner_id, m.partner_id)
                  JOIN product_supplierinfo s ON s.product_tmpl_id = p.product_tmpl_id
                   AND (s.product_id IS NULL OR s.product_id = p.id)
                   AND s.partner_id IN (partner.id, partner.commercial_partner_id)
                   AND (s.company_id IS NULL OR s.company_id = m.company_id)
                 WHERE m.id = ANY(%s)
              ORDER BY m.id, s.product_id NULLS FIRST, s.sequence DESC, s.id DESC
                """,
                list(moves),
            )
        )
        vendors = defaultdict(lambda: (None, None))
        for move, template, installation, origin in rows:
            earlier = vendors[move, template]
            vendors[move, template] = (installation or earlier[0], origin or earlier[1])
        return vendors
