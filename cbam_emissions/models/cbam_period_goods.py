from collections import defaultdict
from dataclasses import dataclass, field
from math import fsum
from typing import NamedTuple

from odoo import api, models

from ..engine.attribution import OutputClass
from ..engine.embedded import Embedded, FunctionalUnit
from ..engine.errors import EngineError
from ..engine.free_allocation import sefa_of_process
from ..engine.precursors import Subset
from ..engine.statutory import Consumption, ProcessOutput
from ..engine.statutory.bridge import UnitBookTotals

#: Lines by which something other than goods enters a process.
ATTRIBUTED_KINDS = ("stream", "energy", "provisional", "allocation")


class Good(NamedTuple):
    """A product as the statutory book sees it; ``code`` has eight digits, or is the product's name outside Annex I."""

    code: str
    unit: FunctionalUnit
    annex_ii: bool | None
    composition: str | None
    molar_mass: float | None

    def quantity(self, mass, functional):
        """Functional units of a mass; ``None`` where the content was never given."""
        if self.unit is FunctionalUnit.TONNE:
            return mass
        return functional if functional or not mass else None


@dataclass
class Goods:
    """Outputs, consumption and unit-book totals of a period, per process."""

    outputs: dict = field(default_factory=lambda: defaultdict(list))
    consumption: dict = field(default_factory=lambda: defaultdict(list))
    totals: dict = field(default_factory=dict)
    unit_book_uses: dict = field(default_factory=lambda: defaultdict(list))
    sefa_reasons: dict = field(default_factory=dict)
    subsets: dict = field(default_factory=dict)


class CbamPeriodGoods(models.AbstractModel):
    """What processes made and took in during a period, from the ledger."""

    _name = "cbam.period.goods"
    _description = "CBAM Period: Goods"

    @api.model
    def _gather(self, period, problems):
        """Outputs, precursors and unit-book totals per process of the installation (:class:`Goods`)."""
        rows = self.env["cbam.period.book"]._processes(period)
        goods = self._goods({row.product_id for row in rows if row.product_id}, period, problems)
        found = Goods()
        counted = [row for row in rows if row.stage != "open"]
        own = self._own_goods(period, counted)
        self._add_outputs(found, period, counted, goods, own, problems)
        self._add_consumption(found, period, counted, goods, own)
        for process_id in {row.process_id for row in counted}:
            back = Embedded.total(taken.embedded for key, taken in own.items() if key[0] == process_id)
            found.totals[process_id] = self._totals([row for row in counted if row.process_id == process_id], back)
        self._list_incomplete(period, counted, problems)
        return found

    @api.model
    def _goods(self, product_ids, period, problems):
        """``{product id: Good}`` of all products that processes made or took in."""
        index = self.env["cbam.dataset"]._cn_index_in_year(period.year)
        goods = {}
        for product in self.env["product.product"].browse(sorted(product_ids)):
            match = index.match(product.cbam_cn_code) if product.cbam_cn_code else None
            if product.cbam_scope != "good" or match is None:
                goods[product.id] = Good(
                    f"{product.display_name} #{product.id}",
                    FunctionalUnit.TONNE,
                    None,
                    None,
                    product.cbam_molar_mass,
                )
                continue
            code = product.cbam_cn_code[:8]
            if len(code) < 8:
                message = self.env._("%s has a CN code of fewer than eight digits.", product.display_name)
                problems.block("output", message, product)
            unit = FunctionalUnit(match.functional_unit)
            composition = (product.cbam_content_range or None) if unit is not FunctionalUnit.TONNE else None
            goods[product.id] = Good(code, unit, match.annex_ii, composition, product.cbam_molar_mass)
        return goods

    # -- outputs -----------------------------------------------------------------------------------------------------

    @api.model
    def _add_outputs(self, found, period, rows, goods, own, problems):
        made = [row for row in rows if row.kind in ("output", "by_product") and not row.entering]
        back = self._returned(rows, own)
        outputs = {(row.process_id, row.product_id) for row in made}
        for _process_id, product_id in back.keys() - outputs:
            product = self.env["product.product"].browse(product_id)
            message = self.env._("More of %s came back into its process than was made.", product.display_name)
            problems.block("output", message, product)
        sefa = self._sefa(period, made, goods, found)
        for row in made:
            good = goods[row.product_id]
            if row.process_id < 0 and good.annex_ii is not None and row.kind == "output":
                product = self.env["product.product"].browse(row.product_id)
                message = self.env._(
                    "%(product)s was made, but no process of %(site)s makes goods of its CN code.",
                    product=product.display_name,
                    site=period.installation_id.name,
                )
                problems.block("output", message, product)
            mass, functional = back.get((row.process_id, row.product_id), (0.0, 0.0))
            if good.annex_ii is None:
                # Outside Annex I nothing asks for a mass: what is made is counted as Odoo counts it.
                found.outputs[row.process_id].append(self._other_output(row, good))
                continue
            found.outputs[row.process_id].append(
                ProcessOutput(
                    good=good.code,
                    quantity=good.quantity(row.mass, row.functional),
                    mass=row.mass,
                    output_class=OutputClass.GOOD if row.kind == "output" else OutputClass.BY_PRODUCT,
                    returned=good.quantity(mass, functional),
                    returned_mass=mass,
                    unit=good.unit,
                    in_annex_ii=good.annex_ii,
                    composition=good.composition,
                    molar_mass=good.molar_mass,
                    sefa_process=sefa.get((row.process_id, good.code)),
                )
            )

    @api.model
    def _other_output(self, row, good):
        output_class = OutputClass.CO_PRODUCT if row.kind == "output" else OutputClass.BY_PRODUCT
        return ProcessOutput(
            good=good.code,
            quantity=row.mass or row.quantity,
            mass=row.mass or row.quantity,
            output_class=output_class,
            molar_mass=good.molar_mass,
        )

    @api.model
    def _returned(self, rows, own):
        """``{(process, product): (mass, functional)}`` of goods that came back into the process that makes them.

        Unbuilt, or taken in again: deducted from the activity level, no precursor (B.4.1, Annex II F).
        """
        back = defaultdict(lambda: (0.0, 0.0))
        for row in rows:
            if row.kind == "unbuild" and row.entering and (row.process_id or 0) > 0:
                mass, functional = back[row.process_id, row.product_id]
                back[row.process_id, row.product_id] = (mass + row.mass, functional + row.functional)
        for key, taken in own.items():
            mass, functional = back[key]
            back[key] = (mass + taken.mass, functional + taken.functional)
        return dict(back)

    @api.model
    def _own_goods(self, period, rows):
        """What processes took in of their own goods: ``{(process id, product id): OwnGoods}``."""
        made = [row for row in rows if row.kind == "output" and not row.entering]
        outputs = {(row.process_id, row.product_id) for row in made}
        taken = {(row.process_id, row.product_id) for row in rows if row.kind == "consumption" and row.entering}
        return self.env["cbam.period.book"]._made_here(period, sorted(outputs & taken - {(None, None)}))

    @api.model
    def _sefa(self, period, made, goods, found):
        """``{(process, code): SEFA of the process}`` by column A of its route (2025/2620 equation 2)."""
        processes = self.env["cbam.process"].browse({row.process_id for row in made if row.process_id > 0})
        routes = {process.id: process.route_letter or None for process in processes}
        requests = {
            (row.process_id, goods[row.product_id].code): (
                goods[row.product_id].code,
                "A",
                routes[row.process_id],
                period.year,
            )
            for row in made
            if row.process_id > 0 and goods[row.product_id].annex_ii is not None
        }
        benchmarks = self.env["cbam.benchmark"]._lookup(set(requests.values()))
        parameters = self.env["cbam.valuation"]._allocation_parameters(period.year)
        sefa = {}
        for key, request in requests.items():
            try:
                sefa[key] = sefa_of_process(*parameters, benchmarks[request].value)
            except EngineError as error:
                found.sefa_reasons[key] = benchmarks[request].reason or str(error)
        return sefa

    # -- precursors --------------------------------------------------------------------------------------------------

    @api.model
    def _add_consumption(self, found, period, rows, goods, own):
        """M_i per process and CN code: gross, less what came back from the process; own goods are none.

        A part outside Annex I that was made here hands on what its own precursors brought: it is an intermediate.
        """
        made_here = {row.product_id for row in rows if row.kind == "output" and not row.entering}
        amounts = defaultdict(list)
        for row in rows:
            good = goods.get(row.product_id)
            if good is None or row.process_id is None or (good.annex_ii is None and row.product_id not in made_here):
                continue
            if row.kind not in ("consumption", "return", "opening") and not (
                row.kind == "unbuild" and not row.entering
            ):
                continue
            sign = 1 if row.entering else -1
            mass = row.mass if good.annex_ii is not None else row.mass or row.quantity
            amounts[row.process_id, good].append((sign * mass, sign * row.functional))
            found.unit_book_uses[row.process_id, good.code].append(row.embedded.scaled(sign))
        for (process_id, product_id), taken in own.items():
            good = goods[product_id]
            amounts[process_id, good].append((-taken.mass, -taken.functional))
            found.unit_book_uses[process_id, good.code].append(-taken.embedded)
        self._read_subsets(found, period)
        by_code = defaultdict(list)
        for (process_id, good), parts in amounts.items():
            mass, functional = (fsum(values) for values in zip(*parts, strict=True))
            by_code[process_id, good.code].append(good.quantity(mass, functional))
        for (process_id, code), quantities in by_code.items():
            quantity = None if None in quantities else fsum(quantities)
            if quantity is not None and abs(quantity) < 1e-9:
                continue
            subset = found.subsets.get((process_id, code))
            found.consumption[process_id].append(Consumption(code, quantity, subset[1] if subset else None))

    @api.model
    def _read_subsets(self, found, period):
        for row in period.subset_ids:
            found.subsets[row.process_id.id, row.cn_code] = (
                row,
                Subset(row.evidence, frozenset(row.source_ids.ids), frozenset(row.own_process_ids.ids)),
            )

    # -- the unit book -----------------------------------------------------------------------------------------------

    @api.model
    def _totals(self, rows, own):
        """What the closed orders of a process have in the unit book; its own goods that came back are no precursors."""

        def total(chosen):
            return Embedded.total(row.embedded if row.entering else -row.embedded for row in chosen)

        attributed = [row for row in rows if row.kind in ATTRIBUTED_KINDS]
        precursors = [
            row
            for row in rows
            if row.kind in ("consumption", "return", "opening") or (row.kind == "unbuild" and not row.entering)
        ]
        outputs = [
            row for row in rows if row.kind in ("output", "by_product") or (row.kind == "unbuild" and row.entering)
        ]
        return UnitBookTotals(
            attributed=total(attributed),
            precursors=total(precursors) - own,
            dropped=-total(row for row in rows if row.kind == "scope"),
            lost=-total(row for row in rows if row.kind == "loss"),
            output=-total(outputs) - own,
        )

    @api.model
    def _list_incomplete(self, period, rows, problems):
        for process in self.env["cbam.process"].browse(
            {row.process_id for row in rows if row.incomplete > 0 and (row.process_id or 0) > 0}
        ):
            message = self.env._("Orders of %s have incomplete figures: see Missing CBAM Data.", process.name)
            problems.warn("gap", message, process)
