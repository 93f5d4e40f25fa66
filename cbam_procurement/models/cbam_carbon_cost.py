from dataclasses import dataclass, replace
from decimal import Decimal
from zoneinfo import ZoneInfo

from odoo import api, fields, models

from odoo.addons.cbam_emissions.engine import carbon_cost as engine
from odoo.addons.cbam_emissions.engine.certificate_prices import ImportPrice, price_of_import
from odoo.addons.cbam_emissions.engine.certificates import DeclarationLine, converted, price_reduction
from odoo.addons.cbam_emissions.engine.embedded import FunctionalUnit, functional_quantity
from odoo.addons.cbam_emissions.engine.errors import EngineError
from odoo.addons.cbam_emissions.models.cbam_import_valuation import GOOD, UNCLEAR

from .cbam_kit import Part
from .purchase_of_goods import PurchaseOfGoods

# Where a company has no time zone of its own: customs of the Union reckon in local time.
CUSTOMS_TZ = "Europe/Brussels"
OUTSIDE_THRESHOLD = ("hydrogen", "electricity")  # 2023/956 Annex VII


@dataclass
class Evaluated:
    """What is known of a purchase: ``state`` and, where there is any obligation, the engine's figures.

    :ivar offers: what the engine was asked, one for each of the goods
    """

    state: str
    cost: engine.CarbonCost | None = None
    unit_cost: Decimal | None = None
    functional_quantity: float | None = None
    price: ImportPrice | None = None
    rate: float | None = None
    exposure: bool = False
    warnings: tuple = ()
    is_kit: bool = False
    offers: tuple = ()


class CbamCarbonCost(models.AbstractModel):
    """The certificates that the goods of purchase lines will need: gathered in bulk, reckoned by the engine."""

    _name = "cbam.carbon.cost"
    _description = "CBAM Carbon Cost of Purchase Lines"

    @api.private
    def evaluate(self, lines):
        """``{line: Evaluated}`` in a number of queries that does not depend on how many lines there are."""
        # superuser: a buyer sees what an order costs without rights on the records behind it
        self = self.sudo()
        found = {line: Evaluated("none") for line in lines if line.display_type or not line.product_id}
        rest = lines.filtered(lambda line: line not in found)
        for line in rest.filtered(lambda line: line.order_id.cbam_import != "import"):
            found[line] = Evaluated(line.order_id.cbam_import or "none")
        purchases = {line: self.purchase_of(line) for line in rest if line not in found}
        evaluated = self.evaluate_purchases(purchases.values())
        return found | {line: evaluated[purchase] for line, purchase in purchases.items()}

    @api.private
    def evaluate_purchases(self, purchases):
        """``{purchase: Evaluated}`` of goods that the company imports, in a number of queries that does not depend on
        how many there are."""
        # superuser: a buyer sees what an order costs without rights on the records behind it
        self = self.sudo()
        quotes = self.env["cbam.carbon.quotes"].gather(purchases)
        valuations = self.env["cbam.import.valuation"].valuations(
            {good for quote in quotes for good in quote.goods.values()}
        )
        prices = self.env["cbam.certificate.price"].rows()
        rates = self.env["cbam.euro.rate"].rates(self._rate_keys(quotes, valuations))
        keys = {(quote.purchase.company.id, quote.purchase.arrival.year) for quote in quotes}
        passing = self.env["cbam.threshold.watch"].passing(keys)
        return {quote.purchase: self._evaluated(quote, valuations, prices, rates, passing) for quote in quotes}

    @api.private
    def records(self, lines):
        """``{line: [(record, reporting period that the goods need)]}``: the records that lines rest on."""
        # superuser: which records an order rests on; whoever shows them asks for the right on them
        self = self.sudo()
        purchases = {self.purchase_of(line): line for line in lines}
        quotes = self.env["cbam.carbon.quotes"].gather(purchases)
        goods = {good for quote in quotes for good in quote.goods.values()}
        found = self.env["cbam.import.valuation"].valuations(goods)
        return {
            purchases[quote.purchase]: [
                (self._record(found[good]), good.period) for good in quote.goods.values() if found[good].record_id
            ]
            for quote in quotes
        }

    @api.private
    def local_day(self, moment, company):
        """The day of a moment in UTC where the company's customs office is."""
        zone = ZoneInfo(company.partner_id.tz or CUSTOMS_TZ)
        return moment.replace(tzinfo=ZoneInfo("UTC")).astimezone(zone).date()

    @api.private
    def rate_day(self, order):
        """Odoo reckons an order in company currency at the rate of its date: carbon and price must agree."""
        return (order.date_order or fields.Datetime.now()).date()

    @api.private
    def import_kind(self, destination, vendor, duty_paid=False):
        """Who is importer of record, as far as addresses tell: ``import``, ``free`` or ``outside``. A proposal."""
        if destination and not destination.cbam_in_union():
            return "outside"
        return "free" if duty_paid or vendor.country_id.cbam_in_union() else "import"

    # -- gathering ---------------------------------------------------------------------------------------------------

    @api.private
    def purchase_of(self, line):
        """A purchase line. Nothing ordered (quantity 0) still has a cost per unit: one unit is reckoned."""
        moment = line.date_planned or line.order_id.date_planned or line.order_id.date_order or fields.Datetime.now()
        return PurchaseOfGoods(
            company=line.company_id,
            vendor=line.order_id.partner_id.commercial_partner_id,
            product=line.product_id,
            uom=line.product_uom_id or line.product_id.uom_id,
            quantity=line.product_qty or 1.0,
            arrival=self.local_day(moment, line.company_id),
            rate_day=self.rate_day(line.order_id),
            origin=line.cbam_origin_country_id,
            installation=line.cbam_installation_id,
            production_year=line.cbam_production_year,
        )

    @api.model
    def _rate_keys(self, quotes, valuations):
        """Of the company's currency, and of what carbon prices were paid in: ``(company, currency, day)``."""
        keys = set()
        for quote in quotes:
            company, day = quote.purchase.company, quote.purchase.rate_day
            keys.add((company, company.currency_id, day))
            for good in quote.goods.values():
                currency = self._record(valuations[good]).carbon_price_currency_id
                if currency:
                    keys.add((company, currency, day))
        return keys

    @api.model
    def _record(self, valuation):
        return self.env["cbam.specific.emission"].browse(valuation.record_id or [])

    # -- reckoning ---------------------------------------------------------------------------------------------------

    @api.model
    def _evaluated(self, quote, valuations, prices, rates, passing):
        company, arrival = quote.purchase.company, quote.purchase.arrival
        rate = rates[company, company.currency_id, quote.purchase.rate_day]
        outcomes = {part: valuations[good] for part, good in quote.goods.items()}
        concerned = [part for part in quote.parts if outcomes[part].outcome in (GOOD, UNCLEAR)]
        if not concerned and not quote.problems:
            kinds = {value.outcome for value in outcomes.values()}
            return Evaluated("exempt" if "exempt" in kinds else "not_cbam", is_kit=quote.is_kit)
        price = price_of_import(arrival, prices, scenario=self._scenario(company))
        masses = {part: self._mass(part) for part in concerned}
        offers = [self._offer_of(quote, part, outcomes[part], masses[part], price, rates) for part in concerned]
        costs = [engine.safely(offer) for offer in offers]
        whole = engine.total(costs)
        missing = (*quote.problems, *whole.missing)
        if not missing and rate is None:
            missing = (self.env._("There is no exchange rate of the euro."),)
        warnings = [*missing, *self._doubts(quote, concerned, outcomes)]
        functional, gaps = self._functional_quantity(concerned, outcomes, masses)
        state = "missing" if missing else (whole.basis.value if whole.basis else "mixed")
        return Evaluated(
            state=state,
            cost=whole,
            unit_cost=None if missing else self._unit_cost(costs, quote.purchase.quantity),
            functional_quantity=functional,
            price=price,
            rate=rate,
            exposure=not company.cbam_above_threshold
            and (company.id, arrival.year) not in passing
            and all(outcomes[part].sector not in OUTSIDE_THRESHOLD for part in concerned),
            warnings=tuple(dict.fromkeys([*warnings, *gaps])),
            is_kit=quote.is_kit,
            offers=tuple(offers),
        )

    @api.model
    def _scenario(self, company):
        price = company.cbam_price_scenario
        return Decimal(repr(price)) if price else None

    @api.model
    def _mass(self, part):
        """``(tonnes or None, why)``"""
        return self.env["cbam.mass"].net_mass(part.quantity, part.uom, part.product)

    @api.model
    def _offer_of(self, quote, part: Part, valuation, mass, price, rates):
        if valuation.outcome == UNCLEAR:
            sentence = self.env._("The CN code of %s is too short to tell the good.", part.product.display_name)
            return self._offer(quote, part, price, engine.Sourced(None, sentence), None, None)
        tonnes, why = mass
        weighed = self._weighed(part, tonnes) if tonnes is not None else why
        return self._offer(
            quote,
            part,
            price,
            engine.Sourced(tonnes, weighed),
            self._reduced(quote, valuation, price, rates),
            valuation.default,
            likelihood=quote.purchase.company.cbam_claim_likelihood,
            electricity=valuation.sector == "electricity",
        )

    @api.model
    def _reduced(self, quote, valuation, price, rates):
        """The answer by the record, less what a carbon price paid abroad saves (2023/956 Article 9)."""
        record, actual = self._record(valuation), valuation.actual
        currency = record.carbon_price_currency_id
        if not currency or price.price is None:
            return actual
        rate = rates[quote.purchase.company, currency, quote.purchase.rate_day]
        paid = record.carbon_price(1.0 / rate) if rate else None
        if paid is None:
            return actual
        saved = price_reduction(actual.basis, quote.purchase.arrival.year, paid, float(price.price))
        source = self.env._(
            "%(record)s: %(price)s EUR paid on %(covered)s tCO2e/t (2023/956 Art. 9)",
            record=record.display_name,
            price=f"{paid.price:.2f}",
            covered=f"{paid.covered:g}",
        )
        note = self.env._(
            "The act on carbon prices paid abroad is a draft: the share of the certificate price that was paid is "
            "deducted, at the rate of the order's date."
        )
        return replace(actual, reduction=engine.Sourced(saved, source, note))

    @api.model
    def _offer(self, quote, part, price, mass, actual, default, **values):
        good = quote.goods[part]
        arrival = quote.purchase.arrival
        quarter = (arrival.year, (arrival.month + 2) // 3) if arrival.year == 2026 else None
        return engine.Offer(
            name=part.product.display_name,
            mass=mass,
            price=price,
            line=DeclarationLine(
                cn_code=good.cn_code,
                origin=good.origin_id,
                installation=good.installation_id,
                period=good.period,
                composition=good.composition,
                quarter=quarter,
            ),
            actual=actual,
            default=default,
            **values,
        )

    @api.model
    def _weighed(self, part, tonnes):
        """How a mass comes about, in words."""
        quantity, unit = f"{part.quantity:g}", part.uom.name
        if self.env["cbam.mass"].is_weight(part.uom):
            return self.env._("%(quantity)s %(unit)s", quantity=quantity, unit=unit)
        return self.env._(
            "%(quantity)s %(unit)s; net mass %(mass)s kg per %(product_unit)s",
            quantity=quantity,
            unit=unit,
            mass=f"{part.product.cbam_net_mass:g}",
            product_unit=part.product.uom_id.name,
        )

    @api.model
    def _unit_cost(self, costs, quantity):
        """EUR per unit of the line, unrounded."""
        return sum((cost.per_tonne * Decimal(repr(cost.mass)) for cost in costs), Decimal(0)) / Decimal(repr(quantity))

    @api.model
    def _doubts(self, quote, concerned, outcomes):
        """What does not keep a cost from being reckoned, but should not be overlooked."""
        _, sentences = self.env._, []
        for part in concerned:
            if not quote.goods[part].installation_id:
                sentences.append(
                    _("%s: the producing installation is not known, so the default value counts.", part.product.name)
                )
            uom = quote.purchase.uom
            if not quote.is_kit and not self.env["cbam.mass"].share_reference(uom, part.product.uom_id):
                sentences += self.env["cbam.unit.check"].warnings([(part.product, uom)])
        return sentences

    @api.model
    def _functional_quantity(self, parts, outcomes, masses):
        """``(quantity in functional units, sentences)``: one good's only, for units of several do not add."""
        if len(parts) != 1:
            return None, []
        part = parts[0]
        unit, tonnes = outcomes[part].functional_unit, masses[part][0]
        if unit in (None, FunctionalUnit.TONNE.value) or tonnes is None:
            return tonnes, []
        try:
            content = part.product.cbam_content or None
            return functional_quantity(tonnes, FunctionalUnit(unit), content, part.product.display_name), []
        except EngineError as error:
            return None, [str(error)]

    # -- money of the company ----------------------------------------------------------------------------------------

    @api.private
    def figures(self, line, evaluated):
        """The figures of an evaluated line by name of its field. What is missing is ``None``, what is not due is 0."""
        cost, company = evaluated.cost, line.company_id
        if cost is None:
            nothing = {"cbam_carbon_cost", "cbam_carbon_unit", "cbam_carbon_low", "cbam_carbon_high", "cbam_at_risk"}
            return dict.fromkeys(nothing | {"cbam_certificates", "cbam_cost_eur"}, 0.0)
        # Nothing is ordered: the figures of one unit tell what a unit costs, and the line costs nothing.
        ordered = 1.0 if line.product_qty else 0.0
        functional = evaluated.functional_quantity
        values = {
            "cbam_mass": None if cost.mass is None else cost.mass * ordered,
            "cbam_functional_quantity": None if functional is None else functional * ordered,
            "cbam_see": cost.see,
            "cbam_sefa": cost.sefa,
            "cbam_emissions": None if cost.emissions is None else cost.emissions * ordered,
            "cbam_price": None if evaluated.price.price is None else float(evaluated.price.price),
        }
        if evaluated.state == "missing":
            return values
        amounts = {
            "cbam_carbon_cost": cost.band.expected,
            "cbam_carbon_low": cost.band.low,
            "cbam_carbon_high": cost.band.high,
            "cbam_at_risk": cost.band.at_risk,
        }
        places = company.currency_id.decimal_places
        values |= {name: float(converted(amount, evaluated.rate, places)) * ordered for name, amount in amounts.items()}
        values["cbam_certificates"] = cost.certificates * ordered
        values["cbam_cost_eur"] = float(cost.band.expected) * ordered
        values["cbam_carbon_unit"] = float(evaluated.unit_cost) * evaluated.rate
        return values
