from collections import defaultdict
from datetime import date
from math import fsum, isclose

from odoo import api, models
from odoo.exceptions import UserError

from ..engine.errors import EngineError
from ..workbook import cells
from ..workbook.filling import Filling, check_room
from ..workbook.layout import Book, Good, Making, Terms, Use, lay_out
from ..workbook.precursor_layout import Receipt
from ..workbook.recompute import recompute
from ..workbook.template import Goods, InstallationBalance, Product, ProductResults

#: The template's figures and the statement's may differ by this share of the larger one.
TOLERANCE = 1e-9

#: Letters of the template (Annex III D.4 of 2023/1773) for where electricity comes from.
SOURCES = {
    "grid": "D.4(a)",
    "ppa": "D.4.3.2",
    "direct_line": "D.4.3.1",
    "solar": "D.4.2",
    "wind": "D.4.2",
    "chp": "D.4.1",
}
#: The template's production route for the route letters of 2025/2620, by category.
ROUTES = {
    "crude_steel": dict.fromkeys("CF", "Basic oxygen steelmaking") | dict.fromkeys("DEGHJ", "Electric arc furnace"),
    "unwrought_aluminium": {"K": "Primary (electrolytic) smelting", "L": "Secondary melting (recycling)"},
}
CATEGORIES = {key: name for name, key in cells.CATEGORY_KEYS.items()} | dict.fromkeys(
    ("fecr", "feni"), "Alloys (FeMn, FeCr, FeNi)"
)


class CbamWorkbookFilling(models.AbstractModel):
    """From a version of the emissions statement to the entries of the Commission's communication template.

    The template belongs to the transitional rules; it is filled so that its own formulas show the statement's specific
    embedded emissions. What it cannot say stands in the remarks.
    """

    _name = "cbam.workbook.filling"
    _description = "Entries of a Communication Template"

    @api.model
    def _filling(self, statement):
        """``(Filling, remarks)`` of a statement, in English, as the template is.

        :raises UserError: the template has no room for it, or cannot show its figures
        """
        statement.check_access("read")
        # superuser: whoever may read the statement (checked above) fills in all of it
        statement = statement.with_context(lang="en_US", active_test=False).sudo()
        here = self.with_env(statement.env)
        found = lay_out(here._book(statement))
        nothing = dict.fromkeys(InstallationBalance.__slots__)
        emissions, remarks = here.env["cbam.workbook.filling.emissions"]._rows(statement.period_id)
        filling = Filling(
            period_start=date(statement.year, 1, 1),
            period_end=date(statement.year, 12, 31),
            installation=here._site(statement.installation_id),
            verifier={},
            goods=here._goods(found),
            balance=InstallationBalance(**nothing | {"indirect": statement.indirect}),
            processes=found.processes,
            precursors=found.purchases.precursors,
            price_currency=None,
            process_prices={},
            precursor_prices={},
            products=here._products(statement, found),
            **emissions,
        )
        here._check(statement, filling)
        return filling, [*found.remarks, *remarks]

    # -- the book ------------------------------------------------------------------------------------------------------

    @api.model
    def _book(self, statement):
        """The statement as the layout takes it."""
        rows = statement.process_ids.filtered("process_id")
        heads = {member: row.process_id.id for row in rows for member in row.member_ids.ids}
        heat = self._heat(statement.period_id, heads)
        sold = self._electricity_sold(statement.period_id, heads)
        index = self.env["cbam.dataset"]._cn_index_in_year(statement.year)
        return Book(
            goods=[self._good(good) for good in self._sorted(statement)],
            makings=[self._making(row, heat, sold, index) for row in rows],
            uses=[self._use(use) for use in statement.use_ids],
            receipts=[self._receipt(row, index) for row in statement.receipt_ids if row.quantity],
            electricity_source=self._electricity_source(statement.installation_id),
        )

    @api.model
    def _sorted(self, statement):
        """The goods, in the order of the products in the workbook."""
        return statement.good_ids.sorted(lambda good: (good.cn_code, good.composition or ""))

    @api.model
    def _good(self, good):
        return Good(
            code=good.cn_code,
            composition=good.composition or None,
            category=CATEGORIES[good.category_id.code],
            mass=good.mass,
            functional=good.mass * (1.0 if good.content is None else good.content),
            see_direct=good.see_direct,
            see_indirect=good.see_indirect,
            processes=frozenset(good.process_ids.ids),
        )

    @api.model
    def _making(self, row, heat, sold, index):
        process = row.process_id
        keys = [match.category for code in process._cn_codes() if (match := index.match(code))]
        routes = {ROUTES.get(key, {}).get(process.route_letter) for key in keys}
        members = row.member_ids - process
        inside = (index.match(code) for member in members for code in member._cn_codes())
        terms = Terms(
            direct=fsum((row.streams_direct, row.methods_direct, row.floor)),
            heat_imported=heat["in", process.id],
            heat_imported_co2=row.heat_imported,
            heat_exported=heat["out", process.id],
            heat_exported_co2=row.heat_exported,
            gas_imported_co2=row.waste_gas_imported,
            gas_exported_co2=row.waste_gas_exported,
            electricity=row.electricity,
            indirect=row.attributed_indirect,
            electricity_exported=sold[process.id],
            electricity_exported_co2=row.electricity_produced,
        )
        included = dict.fromkeys(CATEGORIES[match.category] for match in inside if match)
        return Making(process.id, row.name, terms, tuple(included), routes.pop() if len(routes) == 1 else None)

    @api.model
    def _heat(self, period, heads):
        """TJ that reached (``in``) or left (``out``) each process, a joint one with all its members."""
        found = defaultdict(float)
        for flow in self.env["cbam.heat.flow"].search([("period_id", "=", period.id)]):
            for end, process in (("in", flow.destination_process_id), ("out", flow.origin_process_id)):
                if process and flow.heat_tj:
                    found[end, heads.get(process.id, process.id)] += flow.heat_tj
        return found

    @api.model
    def _electricity_sold(self, period, heads):
        """MWh that utilities inside a process have made."""
        found = defaultdict(float)
        for run in self.env["cbam.utility.run"].search([("period_id", "=", period.id)]):
            process = run.utility_id.process_id
            if process:
                found[heads.get(process.id, process.id)] += run.electricity or 0.0
        return found

    @api.model
    def _use(self, use):
        return Use(
            process=use.process_id.id or None,
            code=use.cn_code,
            quantity=use.quantity,
            made=use.made,
            received=use.received,
            see_direct=use.see_direct,
            see_indirect=use.see_indirect,
            subset=bool(use.subset_id),
        )

    @api.model
    def _receipt(self, row, index):
        match = index.match(row.cn_code)
        country = row.country_id or row.source_id.country_id
        return Receipt(
            code=row.cn_code,
            category=CATEGORIES[match.category] if match else "",
            name=match.description if match else "",
            country=country.code or None,
            default=row.basis == "default",
            quantity=row.quantity,
            mass=row.mass,
            see_direct=row.see_direct,
            see_indirect=row.see_indirect,
            electricity=row.record_id.electricity,
        )

    @api.model
    def _electricity_source(self, installation):
        kinds = self.env["cbam.electricity.source"].search([("installation_id", "=", installation.id)]).mapped("kind")
        letters = {SOURCES[kind] for kind in kinds} or {SOURCES["grid"]}
        return letters.pop() if len(letters) == 1 else "Mix"

    # -- sheet A and the products --------------------------------------------------------------------------------------

    @api.model
    def _site(self, installation):
        operator = installation.operator_id or installation.company_id.partner_id
        texts = {
            "name_english": installation.name,
            "street": " ".join((installation.address or "").split()),
            "country_code": installation.country_id.code,
            "unlocode": installation.unlocode,
            "latitude": None if installation.latitude is None else f"{installation.latitude:.6f}",
            "longitude": None if installation.longitude is None else f"{installation.longitude:.6f}",
            "representative": operator.name,
            "email": operator.email,
            "telephone": operator.phone,
        }
        return {name: text for name, text in texts.items() if text}

    @api.model
    def _goods(self, found):
        """Categories of the installation's own processes, with those inside joint ones, and their routes."""
        routes = {}
        for process in found.processes:
            chosen = routes.setdefault(process.category, [])
            if process.category in cells.ROUTES:
                chosen += [part.route for part in process.production]
            for category in process.included:
                if category != cells.ONLY_DIRECT:
                    routes.setdefault(category, [])
        return tuple(
            Goods(place, category, tuple(dict.fromkeys(chosen)))
            for place, (category, chosen) in enumerate(routes.items(), start=1)
        )

    @api.model
    def _products(self, statement, found):
        index = self.env["cbam.dataset"]._cn_index_in_year(statement.year)
        places = {process.name: process.place for process in found.processes}
        nothing = dict.fromkeys(Product.__slots__)
        results = ProductResults(*(None,) * len(ProductResults.__slots__))
        products = []
        for number, (good, process) in enumerate(zip(self._sorted(statement), found.process_of, strict=True)):
            match = index.match(good.cn_code)
            name = " ".join(filter(None, (match.description if match else good.cn_code, good.composition)))
            values = {
                "row": cells.PRODUCT_ROWS[0] + number,
                "process_name": process,
                "process": places[process],
                "cn_code": good.cn_code,
                "name": name[:200],
                "parameters": self._parameters(good),
                "results": results,
            }
            products.append(Product(**nothing | values))
        return tuple(products)

    @api.model
    def _parameters(self, good):
        """What the statement itself knows of the parameters to report: the clinker or nitrogen content."""
        if good.content is None:
            return {}
        if good.functional_unit == "t_clinker" and good.category_id.code == "cement":
            return {"clinker_factor": good.content}
        if good.functional_unit == "kg_n" and good.category_id.code == "urea":
            return {"nitrogen": good.content / 1000.0}
        return {}

    # -- proof ---------------------------------------------------------------------------------------------------------

    @api.model
    def _check(self, statement, filling):
        """The template's way to calculate, on these entries, shows the statement's figures.

        :raises UserError: it does not, or there is no room
        """
        try:
            check_room(filling)
        except EngineError as error:
            raise UserError(str(error)) from error
        found = recompute(filling.as_communication())
        for product, good in zip(filling.products, self._sorted(statement), strict=True):
            embedded = found.process(product.process).embedded
            shown = (embedded.emissions.direct, embedded.emissions.indirect_total) if embedded else (None, None)
            for figure, expected in zip(shown, (good.see_direct, good.see_indirect), strict=True):
                if figure is None or not isclose(figure, expected, rel_tol=TOLERANCE, abs_tol=TOLERANCE * TOLERANCE):
                    raise UserError(
                        self.env._(
                            "The communication template cannot show %(good)s: it would say %(shown)s tCO2e/t instead "
                            "of %(expected)s.",
                            good=good.display_name,
                            shown=f"{figure:.9g}" if figure is not None else "–",
                            expected=f"{expected:.9g}",
                        )
                    )
