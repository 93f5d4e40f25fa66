from collections import defaultdict
from dataclasses import dataclass, field
from math import fsum
from typing import NamedTuple

from odoo import api, models

from ..engine.embedded import Embedded, FunctionalUnit
from ..engine.errors import EngineError
from ..engine.precursors import Receipt, see_per_functional_unit
from ..engine.statutory import PrecursorSupply
from .cbam_valuation import Source


class Received(NamedTuple):
    """What was received of a code from one source, valued for the year of the complex good (Art. 13).

    :ivar receipt: as the engine takes it
    :ivar source: where it comes from; ``None`` for opening stock
    :ivar rate: what its value rests on; ``None`` for opening stock
    :ivar mass: tonnes
    """

    code: str
    unit: FunctionalUnit
    receipt: Receipt
    source: Source | None
    rate: object
    mass: float


@dataclass
class Supplies:
    """Precursors received in a period: for the engine, and row by row for the statement."""

    by_code: dict = field(default_factory=dict)
    rows: list = field(default_factory=list)


class CbamPeriodSupplies(models.AbstractModel):
    """Everything received under a CN code in a period, from the ledger, at today's knowledge of its value."""

    _name = "cbam.period.supplies"
    _description = "CBAM Period: Precursors Received"

    @api.model
    def _gather(self, period, needed, opening_included, problems):
        """Receipts per code (:class:`Supplies`).

        :param needed: codes that processes consume; others count for nothing
        :param opening_included: the monitoring plan lets stock on hand at the beginning weigh in
        """
        rows = self.env["cbam.period.book"]._receipts(period)
        products = self.env["product.product"].browse(sorted({row.product_id for row in rows}))
        by_id = {product.id: product for product in products if product.cbam_scope == "good"}
        sources = self._sources(period, [row for row in rows if row.product_id in by_id], by_id)
        amounts = defaultdict(list)
        for row, source in sources:
            amounts[source].append((row.mass, row.functional))
        rates = self.env["cbam.valuation"]._rates(amounts)
        found = Supplies()
        index = self.env["cbam.dataset"]._cn_index_in_year(period.year)
        for source, parts in amounts.items():
            if source.cn_code[:8] in needed:
                mass, functional = (fsum(values) for values in zip(*parts, strict=True))
                self._add(found, index, source, rates[source], mass, functional, problems)
        self._add_opening(found, period, needed, opening_included, index, problems)
        self._close(found, index, needed)
        return found

    @api.model
    def _sources(self, period, rows, products):
        """``[(row, Source)]``: the lot's installation and origin before the vendor's line before the product's."""
        receipts = self.env["cbam.posting.receipts"]
        vendors = receipts._vendor_lines_of({row.move_id for row in rows if row.move_id})
        found = []
        for row in rows:
            product = products[row.product_id]
            vendor = vendors.get((row.move_id, product.product_tmpl_id.id), (None, None))
            found.append(
                (
                    row,
                    Source(
                        company_id=row.company_id,
                        year=period.year,
                        scope=product.cbam_scope,
                        cn_code=product.cbam_cn_code,
                        installation_id=row.from_installation_id
                        or row.lot_installation_id
                        or vendor[0]
                        or product.cbam_installation_id.id
                        or None,
                        production_country_id=product.cbam_production_country_id.id or None,
                        origin_country_id=row.lot_country_id or vendor[1] or product.cbam_origin_country_id.id or None,
                        route_letter=product.cbam_route_letter or None,
                    ),
                )
            )
        return found

    @api.model
    def _add(self, found, index, source, rate, mass, functional, problems):
        """A source's receipts as the engine takes them; figures per tonne become figures per functional unit."""
        match = index.match(source.cn_code)
        unit = FunctionalUnit(match.functional_unit)
        quantity = mass if unit is FunctionalUnit.TONNE else functional
        name = self._name_of(source)
        per_unit = None
        if rate.per_tonne is None:
            problems.block("precursor", self.env._("%(name)s: %(why)s", name=name, why=rate.message))
        else:
            if rate.message:
                problems.warn("precursor", self.env._("%(name)s: %(why)s", name=name, why=rate.message))
            try:
                content = quantity / mass if unit is not FunctionalUnit.TONNE and mass else None
                per_unit = see_per_functional_unit(rate.per_tonne, unit, content, name)
            except EngineError as error:
                problems.block("precursor", str(error))
        receipt = Receipt(
            name=name,
            quantity=quantity,
            source=source.installation_id,
            verified=per_unit if rate.quality == "verified" else None,
            default=per_unit if rate.quality == "default" else None,
            exempt=rate.quality == "exempt",
            sefa_known=rate.gap != "benchmark",
        )
        found.rows.append(Received(source.cn_code[:8], unit, receipt, source, rate, mass))

    @api.model
    def _name_of(self, source):
        installation = self.env["cbam.installation"].browse(source.installation_id or ())
        country = self.env["res.country"].browse(source.production_country_id or ())
        place = installation.name or country.name or self.env._("unknown origin")
        return self.env._("%(code)s from %(place)s", code=source.cn_code, place=place)

    @api.model
    def _add_opening(self, found, period, needed, included, index, problems):
        """Stock on hand at the beginning: by the monitoring plan, or where nothing else came in of the code.

        Its weight is not regulated (LAW: Art. 14); it counts at what it carried in the unit book then.
        """
        received = {row.code for row in found.rows}
        stock = defaultdict(list)
        opening = self.env["cbam.period.book"]._opening_stock(period)
        products = {product.id: product for product in self.env["product.product"].browse(row[0] for row in opening)}
        for product_id, mass, functional, embedded in opening:
            product = products[product_id]
            code = (product.cbam_cn_code or "")[:8]
            if product.cbam_scope == "good" and code in needed and (included or code not in received):
                stock[code].append((mass, functional, embedded))
        for code, parts in stock.items():
            unit = FunctionalUnit(index.match(code).functional_unit)
            mass = fsum(part[0] for part in parts)
            quantity = mass if unit is FunctionalUnit.TONNE else fsum(part[1] for part in parts)
            if not quantity:
                continue
            value = Embedded.total(part[2] for part in parts).scaled(1.0 / quantity)
            name = self.env._("%s in stock at the beginning", code)
            found.rows.append(Received(code, unit, Receipt(name, quantity, verified=value), None, None, mass))
            if not included:
                message = self.env._(
                    "Nothing was received of %s: its stock at the beginning of the period counts.", code
                )
                problems.warn("precursor", message)

    @api.model
    def _close(self, found, index, needed):
        for code in needed:
            receipts = tuple(row.receipt for row in found.rows if row.code == code)
            match = index.match(code)
            found.by_code[code] = PrecursorSupply(receipts, match.annex_ii if match else None)
