from collections import defaultdict
from dataclasses import dataclass, field
from math import fsum

from odoo import api, models

from ..engine.life.account import LIFE, Account, Amount, Goods, Node, Order, Source, Taken, add_to, average, by_stage
from ..engine.life.stages import END_OF_LIFE, STAGES
from .cbam_life_material_facts import CBAM_SCOPES
from .cbam_planning_shares import shares_emissions

#: The fleet is the machine and so many of its sisters, the latest ones.
FLEET = 20


@dataclass
class Passport:
    """The carbon passport of a serial number or lot, in tCO2e.

    :ivar tree: the machine with all that went into it (:mod:`engine.life.account`)
    :ivar missing: what the figure lacks, in sentences
    :ivar planned: tCO2e per stage as its bill plans it; ``None`` where there is no bill
    :ivar fleet: mean tCO2e per stage of the machine and its latest sisters; ``None`` where it was not asked for
    :ivar sisters: ``[(lot id, total)]``
    :ivar end_of_life: ``(burden, credits)`` of the scenario or of what was really recovered, ``None`` where it is
        not known; ``None`` as a whole without scenario
    :ivar is_scenario: the end of life in the stages is the scenario's burden
    """

    lot_id: int
    tree: Node
    missing: list[str] = field(default_factory=list)
    planned: dict[str, float] | None = None
    fleet: dict[str, float] | None = None
    sisters: list[tuple[int, float]] = field(default_factory=list)
    end_of_life: tuple[float | None, float | None] | None = None

    is_scenario: bool = False

    @property
    def stages(self):
        """``{stage: Stage}``; their sum is the total."""
        return by_stage(self.tree)

    @property
    def total(self):
        return self.tree.total()


class CbamLifePassport(models.AbstractModel):
    """Carbon passports: gathered in a fixed number of queries, rolled up by one call of the engine.

    CBAM embedded emissions and the whole-life account stand beside each other in every figure.
    """

    _name = "cbam.life.passport"
    _description = "Whole-Life Account: Carbon Passport"

    @api.private
    def of(self, lots, fleet=False, planned=False):
        """``{lot id: Passport}`` of serial numbers (or lots), for whoever may read them and the ledger.

        :param fleet: compare with the latest sisters of the same product as well
        :param planned: compare with the bill of materials as well
        """
        lots.check_access("read")
        self.env["cbam.emission.line"].check_access("read")
        sisters = self._sisters(lots) if fleet else {}
        every = lots.browse({*lots.ids, *(number for found in sisters.values() for number in found)})
        passports = self.sudo()._gathered(every)
        plans = self.env["cbam.life.plan"].sudo()._of(lots) if planned else {}
        for lot in lots:
            passport = passports[lot.id]
            passport.planned = plans.get(lot.id)
            if fleet:
                passport.sisters = [(number, passports[number].total) for number in sisters[lot.id]]
                machines = [lot.id, *sisters[lot.id]]
                passport.fleet = average([passports[number].stages for number in machines])
        return {lot.id: passports[lot.id] for lot in lots}

    @api.model
    def _sisters(self, lots):
        """``{lot id: [lot id]}``: the latest other serial numbers of the same product that orders have made."""
        found = {}
        for product, same in lots.grouped("product_id").items():
            made = self.env["stock.lot"].search(
                [("product_id", "=", product.id), ("id", "in", self._made_lots(product))],
                order="id desc",
                limit=FLEET + len(same),
            )
            for lot in same:
                found[lot.id] = [number for number in made.ids if number != lot.id][:FLEET]
        return found

    @api.model
    def _made_lots(self, product):
        # superuser: a subselect inside a search that has the user's rights
        lines = self.env["stock.move.line"].sudo()
        return lines._search(
            [
                ("product_id", "=", product.id),
                ("lot_id", "!=", False),
                ("state", "=", "done"),
                ("move_id.production_id", "!=", False),
                ("location_id.usage", "=", "production"),
            ]
        ).subselect("lot_id")

    @api.private
    def as_json(self, lot, fleet=True, planned=True):
        """The passport of one serial number as plain values for screens and documents; tCO2e, unrounded."""
        passport = self.of(lot, fleet=fleet, planned=planned)[lot.id]
        # superuser: of() has checked the rights on the lot and the ledger
        return self.env["cbam.life.passport.screen"].sudo()._as_json(lot, passport)

    @api.private
    def fleet_as_json(self, lot):
        """``{"stages": {stage: mean tCO2e}, "sisters": …}`` of the machine and its latest sisters."""
        passport = self.of(lot, fleet=True)[lot.id]
        # superuser: of() has checked the rights on the lot and the ledger
        sisters = self.env["cbam.life.passport.screen"].sudo()._sisters(passport)
        return {"stages": {stage: passport.fleet.get(stage, 0.0) for stage in STAGES}, "sisters": sisters}

    # -- gathering ---------------------------------------------------------------------------------------------------

    @api.model
    def _gathered(self, lots):
        structure, reader = self.env["cbam.life.structure"], self.env["cbam.life.ledger"]
        taken, order_ids = structure._taken(lots.ids)
        outputs = structure._outputs(order_ids)
        ledger = reader._of_orders(order_ids)
        every_lot = {row.goods.lot for row in taken if row.goods.lot} | set(lots.ids)
        of_lots, lots_missing = reader._of_lots(every_lot)
        goods = self.env["cbam.life.material.facts"]._goods(
            list({row.goods.product for row in (*taken, *outputs)} | set(lots.product_id.ids))
        )
        arrived = self._arrived(taken, of_lots)
        gaps = _Gaps()
        orders = {number: Order(number) for number in order_ids}
        for row in taken:
            orders[row.order_id].taken.append(self._taken(row, goods, ledger, arrived, gaps))
        self._add_orders(orders, outputs, ledger, goods, gaps)
        account = Account(orders)
        makers = structure._makers_of(outputs, taken, lots.ids)
        scenarios = self._end_of_life(lots)
        passports = {}
        for lot in lots:
            root = Goods(lot.product_id.id, lot.id)
            quantity = fsum(made.quantity for made in makers[lot.id]) or 1.0
            tree = account.machine(root, quantity, makers[lot.id], of_lots.get(lot.id, {}))
            passports[lot.id] = Passport(lot.id, tree)
            if lot.id in scenarios:
                self._add_scenario(passports[lot.id], scenarios[lot.id])
        self._add_missing(passports, orders, makers, gaps, lots_missing, account)
        return passports

    @api.model
    def _arrived(self, taken, of_lots):
        """A function that gives what goods had caused before an order took them: ``{Source: Amount}``."""
        reader = self.env["cbam.life.ledger"]
        component_lots = {row.goods.lot for row in taken if row.goods.lot in of_lots}
        outgoing = reader._outgoing({s.document for lot in component_lots for s in of_lots[lot] if s.document})
        came = self.env["cbam.life.structure"]._came_in(component_lots) if component_lots else {}
        without_lot = reader._arrived_without_lot(taken)

        def arrived(row):
            if row.goods.lot is None:
                entries, factor = without_lot.get((row.goods.product, row.date), {}), row.quantity
            elif came.get(row.goods.lot):
                entries, factor = of_lots[row.goods.lot], row.quantity / came[row.goods.lot]
            else:
                return {}
            return {s: amount.times(factor) for s, amount in entries.items() if s.document not in outgoing}

        return arrived

    @api.model
    def _taken(self, row, goods, ledger, arrived, gaps):
        good, said = goods[row.goods.product], ledger[row.order_id]
        entries = said.goods.pop(row.goods, {})
        embeds = good.scope in CBAM_SCOPES
        for why in said.missing.pop(row.goods, ()):
            gaps.add(row.order_id, row.goods, why)
        if embeds and not entries:
            gaps.add(row.order_id, row.goods, self.env._("its CBAM figure is missing"))
        elif not embeds and not entries and not row.makers and not good.burnt:
            gaps.add(row.order_id, row.goods, self.env._("it has not been posted to the whole-life account"))
        return Taken(row.goods, row.quantity, entries, arrived(row), row.makers, embeds)

    @api.model
    def _add_orders(self, orders, outputs, ledger, goods, gaps):
        made = defaultdict(list)
        for row in outputs:
            made[row.order_id].append(row)
        for number, order in orders.items():
            said, rows = ledger[number], made[number]
            there = {row.goods for row in rows}
            for belongs, entries in said.own.items():
                target = order.of_outputs.setdefault(belongs, {}) if belongs in there else order.entries
                for source, amount in entries.items():
                    add_to(target, source, amount)
            for rest, entries in said.goods.items():  # what the moves of the order do not show (any more)
                embeds = rest.product in goods and goods[rest.product].scope in CBAM_SCOPES
                order.taken.append(Taken(rest, 0.0, entries, embeds=embeds))
            for whys in said.missing.values():
                for why in whys:
                    gaps.add(number, None, why)
            order.weights = self._weights(rows, said, goods)

    @api.model
    def _weights(self, rows, said, goods):
        """How outputs share: as the unit book has shared; else by quantity, or by mass where the products differ."""
        posted = {row.goods: said.outputs.get(row.goods, 0.0) for row in rows}
        if fsum(posted.values()) > 0.0:
            return posted
        sharing = [row for row in rows if row.is_main or shares_emissions(row.output_class, goods[row.goods.product])]
        masses = {row: self._mass(row, goods) for row in sharing}
        if len({row.goods.product for row in sharing}) > 1:
            if None not in masses.values():
                return {row.goods: mass for row, mass in masses.items()}
            sharing = [row for row in sharing if row.is_main]
        return {row.goods: row.quantity for row in sharing}

    @api.model
    def _mass(self, row, goods):
        return self.env["cbam.life.material"]._kg(row, goods[row.goods.product])

    # -- beside the ledger -------------------------------------------------------------------------------------------

    @api.model
    def _end_of_life(self, lots):
        """``{lot id: figure}`` by the scenarios of the products, or by what was really recovered."""
        return self.env["cbam.end.of.life"].of(lots)

    @api.model
    def _add_scenario(self, passport, figure):
        """The burden of the scenario counts until the real end of life is posted; credits stand apart."""
        passport.end_of_life = (figure["burden"], figure["credits"])
        if figure["recovered"] or END_OF_LIFE in passport.stages:
            return
        passport.missing += [self.env._("End of life: %s", why) for why in figure["missing"]]
        if figure["burden"] is not None:
            passport.is_scenario = True
            source = Source(END_OF_LIFE, LIFE, "estimated", None, "", self.env._("Scenario of the product"))
            add_to(passport.tree.entries, source, Amount(figure["burden"], 0.0))

    # -- what is missing ---------------------------------------------------------------------------------------------

    @api.model
    def _add_missing(self, passports, orders, makers, gaps, lots_missing, account):
        for lot_id, passport in passports.items():
            seen = self._reached(orders, {made.order for made in makers[lot_id]})
            found = [(None, why) for why in lots_missing.get(lot_id, ())]
            for number in sorted(seen):
                found += gaps.of(number)
                for taken in orders[number].taken:
                    found += [(taken.goods, why) for why in lots_missing.get(taken.goods.lot, ())]
                    if taken.goods in account.loops:
                        found.append((taken.goods, self.env._("it contains itself")))
            if not makers[lot_id]:
                found.append((None, self.env._("No order of ours has made it")))
            passport.missing = self._sentences(dict.fromkeys(found)) + passport.missing

    @api.model
    def _reached(self, orders, start):
        seen, pending = set(), set(start)
        while pending:
            number = pending.pop()
            if number in orders and number not in seen:
                seen.add(number)
                pending |= {made.order for taken in orders[number].taken for made in taken.makers}
        return seen

    @api.model
    def _sentences(self, found):
        names = self._names({goods for goods, _why in found if goods})
        return [f"{names[goods]}: {why}" if goods else why for goods, why in found]

    @api.model
    def _names(self, goods):
        """``{Goods: product and lot in words}``."""
        products = {p.id: p.display_name for p in self.env["product.product"].browse({one.product for one in goods})}
        lots = {lot.id: lot.name for lot in self.env["stock.lot"].browse({one.lot for one in goods if one.lot})}
        return {
            one: f"{products[one.product]} · {lots[one.lot]}" if one.lot else products[one.product] for one in goods
        }


class _Gaps:
    """What orders lack: ``(goods or None, why)`` by order."""

    def __init__(self):
        self._by_order = defaultdict(list)

    def add(self, order_id, goods, why):
        self._by_order[order_id].append((goods, why))

    def of(self, order_id):
        return self._by_order.get(order_id, [])
