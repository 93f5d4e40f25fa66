from collections import defaultdict
from datetime import date
from math import fsum
from typing import NamedTuple

from odoo import api, fields, models
from odoo.fields import Domain

from ..engine.unit_book import NOTHING, ORIGIN_KINDS, STAND_IN_KINDS, STOCK_PLACES
from .cbam_emission_line import MOVING
from .cbam_valuation import Source
from .figures_table import FiguresTable
from .posting_batch import local_day

#: A lot names at most so many documents that brought it in.
MOST_DOCUMENTS = 3
#: Kinds of lines by which orders make goods.
MADE = ("output", "by_product")


class Provenance(NamedTuple):
    """Where and when a lot was produced, as far as anything proves it.

    :ivar evidence: ``lot`` where its production date was entered, ``order`` where our orders have made it, ``book``
        for goods without lot of which nothing else was ever on stock, else None
    """

    installation_id: int | None
    first_day: date | None = None
    last_day: date | None = None
    evidence: str | None = None


class CbamLotFigures(models.AbstractModel):
    """The table on the page *Emissions* of lots: what the lot really carries beside what a declaration would count.

    The lot's own figure is operational. The verified record of its CN code, installation and year applies, else the
    default value with its mark-up (2025/2547 Annex II A.1(3)-(5)).
    """

    _name = "cbam.lot.figures"
    _description = "CBAM Figures of Lots"

    @api.model
    def _tables(self, lots):
        """``{lot id: table}`` for :class:`FiguresTable`'s widget, in bulk."""
        own, origins = lots._cbam_figures(), self._origins(lots)
        moves = {line.move_id.id for came in origins.values() for line in came[:1] if line.move_id}
        vendors = self.env["cbam.posting.receipts"]._vendor_lines_of(moves)
        sources = {lot: self._source(lot, origins.get(lot), vendors) for lot in lots}
        rates = self.env["cbam.valuation"]._rates(sources.values())
        return {lot.id: self._table_of(lot, own[lot.id], origins.get(lot), rates[sources[lot]]) for lot in lots}

    @api.model
    def _origins(self, lots):
        """``{lot: ledger lines that first brought it in}``: receipts and outputs, else adjustments; one query."""
        lines = self.env["cbam.emission.line"].search(
            Domain("lot_id", "in", lots.ids)
            & Domain("place_to", "in", list(STOCK_PLACES))
            & Domain("kind", "in", [*ORIGIN_KINDS, *STAND_IN_KINDS])
            & MOVING,
            order="date, id",
        )
        # Names of all documents at once: each lot's own lines would be read apart.
        lines.mapped("document_name")
        found = {}
        for lot, came in lines.grouped("lot_id").items():
            found[lot] = came.filtered(lambda line: line.kind in ORIGIN_KINDS) or came
        return found

    @api.model
    def _source(self, lot, origins, vendors):
        """Where a lot comes from: our installation; of bought goods that of lot, vendor's line or product."""
        product, first = lot.product_id, origins[:1] if origins else self.env["cbam.emission.line"]
        made = first.kind in MADE
        site, origin = vendors.get((first.move_id.id, product.product_tmpl_id.id), (None, None))
        bought = site or product.cbam_installation_id.id
        return Source(
            company_id=(lot.company_id or self.env.company).id,
            year=self._year(lot, first),
            scope=product.cbam_scope,
            cn_code=product.cbam_cn_code,
            installation_id=lot.cbam_installation_id.id or (first.installation_id.id if made else bought) or None,
            production_country_id=None if made else product.cbam_production_country_id.id or None,
            origin_country_id=lot.cbam_origin_country_id.id or origin or product.cbam_origin_country_id.id or None,
            route_letter=product.cbam_route_letter or None,
        )

    @api.private
    def provenance(self, lots):
        """``{lot: Provenance}`` in bulk. The day of a receipt proves no day of production.

        Days of production are local to the installation; several orders may have made a lot.
        """
        origins = self._origins(lots)
        moves = {line.move_id.id for came in origins.values() for line in came[:1] if line.move_id}
        vendors = self.env["cbam.posting.receipts"]._vendor_lines_of(moves)
        return {lot: self._provenance(lot, origins.get(lot), vendors) for lot in lots}

    @api.model
    def _provenance(self, lot, origins, vendors):
        installation = self._source(lot, origins, vendors).installation_id
        if lot.cbam_production_date:
            return Provenance(installation, lot.cbam_production_date, lot.cbam_production_date, "lot")
        days = self._days_made(origins or ())
        return Provenance(installation, min(days), max(days), "order") if days else Provenance(installation)

    @api.model
    def _days_made(self, lines):
        """The local days on which orders have made what the lines brought in; empty unless orders made all of it.

        What was made on a day and taken back by corrections was not made then.
        """
        if any(line.kind not in MADE for line in lines):
            return []
        days = defaultdict(list)
        for line in lines:
            days[local_day(line.date, line.installation_id)].append(line.quantity)
        return [day for day, quantities in days.items() if fsum(quantities) > NOTHING]

    @api.private
    def provenance_without_lot(self, goods):
        """``{(product, installation, moment): Provenance}`` of goods without lot that have left then, in one query.

        Proven only where everything of the product that had come on stock at the installation until then was made
        there by orders: whatever was delivered is of those days.
        """
        products = self.env["product.product"].union(*(product for product, _site, _until in goods))
        sites = self.env["cbam.installation"].union(*(site for _product, site, _until in goods))
        lines = self.env["cbam.emission.line"].search(
            Domain("product_id", "in", products.ids)
            & Domain("quantity", "!=", 0)
            & Domain("place_to", "in", list(STOCK_PLACES))
            & (Domain("installation_id", "in", sites.ids) | Domain("installation_to_id", "in", sites.ids))
            & (Domain("place_from", "not in", list(STOCK_PLACES)) | Domain("installation_to_id", "!=", False))
        )
        came = defaultdict(list)
        for line in lines:
            came[line.product_id, line.installation_to_id or line.installation_id].append(line)
        found = {}
        for product, site, until in goods:
            days = self._days_made([line for line in came[product, site] if line.date <= until])
            proven = Provenance(site.id, min(days), max(days), "book") if days else Provenance(None)
            found[product, site, until] = proven
        return found

    @api.model
    def _year(self, lot, first):
        """Reporting period of the lot: of its production date, else of the day it came in where it came in."""
        if lot.cbam_production_date:
            return lot.cbam_production_date.year
        return local_day(first.date, first.installation_id).year if first else fields.Date.context_today(self).year

    @api.model
    def _table_of(self, lot, own, origins, rate):
        _ = self.env._
        table = FiguresTable(self.env, corner=_("tCO2e per tonne"))
        reasons = (_("a figure of the ledger is missing: see Missing CBAM Data"),) if own.incomplete else ()
        lacking = (rate.message,) if rate.per_tonne is None and rate.message else ()
        hint = _("From what was actually consumed: operational, not for CBAM")
        table.column(_("This Lot"), hint, reasons=reasons)
        titles = {"verified": _("Verified Record"), "default": _("Default Value")}
        hint = _("What a declaration would count for these goods")
        table.column(titles.get(rate.quality, _("For CBAM")), hint, reasons=lacking)
        for label, style, hint, value in self._rows():
            figures = (own.per_tonne, rate.per_tonne)
            table.row(label, [table.specific(None if f is None else value(f)) for f in figures], style, hint)
        shares = [figure.default_share if figure is not None else None for figure in (own.per_tonne, rate.per_tonne)]
        table.row(_("By Default Values"), [table.share(share) for share in shares], "memo")
        table.row(_("Where From"), [self._documents(table, origins), self._basis(table, rate)], "memo")
        if own.per_unit is not None and own.per_tonne is None:
            table.note(_("The lot carries %s kgCO2e per unit; its net mass is not known.", own.per_unit.in_scope * 1e3))
        if not rate.record_id:
            table.note(rate.note)
        table.note(rate.message)
        table.note(_("This lot: operational figures, not for CBAM."))
        return table.as_json()

    @api.model
    def _rows(self):
        """``(label, style, hint, figure in tCO2e per tonne)``."""
        _ = self.env._
        return [
            (_("Direct"), "", "", lambda e: e.direct),
            (_("Indirect in Scope"), "", _("2025/2547 Annex I 3.1"), lambda e: e.indirect_scope),
            (_("In Scope"), "total", _("Direct, and indirect as far as in scope"), lambda e: e.in_scope),
            (_("Indirect, All"), "memo", _("All indirect emissions, in scope or not"), lambda e: e.indirect_total),
            (_("Free Allocation"), "memo", _("Embedded free allocation (2025/2620)"), lambda e: e.free_allocation),
        ]

    @api.model
    def _documents(self, table, origins):
        """The documents that brought the lot in; one is a link."""
        documents = {line.document_name: line for line in origins or () if line.document_name}
        if len(documents) == 1:
            [(name, line)] = documents.items()
            return table.text(name, line._document())
        names = sorted(documents)
        more = [self.env._("%s more", len(names) - MOST_DOCUMENTS)] if len(names) > MOST_DOCUMENTS else []
        return table.text(", ".join([*names[:MOST_DOCUMENTS], *more]))

    @api.model
    def _basis(self, table, rate):
        """The record that the figure for CBAM rests on; the words of a default value stand below the table."""
        if rate.record_id:
            return table.text(rate.note, self.env["cbam.specific.emission"].browse(rate.record_id))
        return table.text("")
