from collections import defaultdict
from math import fsum

from odoo import api, models

from ..engine.life.account import CBAM, LIFE, Goods, Node, by_quality
from ..engine.life.stages import END_OF_LIFE, STAGES


class Names:
    """Names of products, lots, vendors and documents, each read once."""

    def __init__(self, env, goods, documents):
        products = env["product.product"].browse({one.product for one in goods})
        self.products = {product.id: (product.display_name, product.uom_id.name) for product in products}
        self.lots = {lot.id: lot.name for lot in env["stock.lot"].browse({one.lot for one in goods if one.lot})}
        self.vendors = env["cbam.life.passport.screen"]._vendor_names(goods)
        by_model = defaultdict(set)
        for model, number in documents:
            by_model[model].add(number)
        self.documents = {
            (model, record.id): record.display_name
            for model, numbers in by_model.items()
            for record in env[model].browse(numbers).exists()
        }


class CbamLifePassportScreen(models.AbstractModel):
    """A carbon passport as plain values: what screens, documents and files show."""

    _name = "cbam.life.passport.screen"
    _description = "Whole-Life Account: Carbon Passport in Plain Values"

    @api.model
    def _as_json(self, lot, passport):
        tree = passport.tree
        goods = {tree.goods} | {child.goods for child, _parent in tree.walk()}
        names = Names(self.env, goods, {source.document for source, _amount in tree.every() if source.document})
        cbam, life = tree.total(CBAM), tree.total(LIFE)
        value = lot.cbam_use_phase if lot.cbam_use_phase is not None else lot.product_id.cbam_use_phase
        return {
            "lot": {"id": lot.id, "name": lot.name, "product": lot.product_id.display_name, "serial": lot.name},
            "cbam_total": cbam,
            "life_total": life,
            "total": tree.total(),
            "incomplete": passport.missing,
            "stages": self._stages(passport),
            "tree": self._node(tree, names),
            "lines": self._lines(tree, names),
            "quality": self._quality(tree),
            "end_of_life": self._end_of_life(passport),
            "sisters": self._sisters(passport),
            "use_phase": {"stated": value is not None, "value": value},
        }

    @api.model
    def _stages(self, passport):
        labels = dict(self.env["cbam.emission.line"]._fields["stage"]._description_selection(self.env))
        found, rows = passport.stages, []
        for stage in STAGES:
            real = found.get(stage)
            rows.append(
                {
                    "stage": stage,
                    "label": labels[stage],
                    "cbam": real.cbam if real else 0.0,
                    "life": real.life if real else 0.0,
                    "total": real.total if real else 0.0,
                    "planned": (passport.planned or {}).get(stage),
                    "fleet": passport.fleet.get(stage, 0.0) if passport.fleet is not None else None,
                    "scenario": stage == END_OF_LIFE and passport.is_scenario,
                }
            )
        return rows

    @api.model
    def _node(self, node, names):
        name, unit = names.products[node.goods.product]
        return {
            "name": name,
            "product_id": node.goods.product,
            "lot_id": node.goods.lot or False,
            "lot": names.lots.get(node.goods.lot, False),
            "supplier": False if node.made else names.vendors.get(node.goods, False),
            "quantity": node.quantity,
            "unit": unit,
            "is_cbam": node.embeds,
            "made": node.made,
            "cbam": node.total(CBAM),
            "life": node.total(LIFE),
            "total": node.total(),
            "quality": self._main_quality(node),
            "children": [self._node(child, names) for child in self._by_product(node)],
        }

    @api.model
    def _by_product(self, node):
        """The components of a node, the largest first; several lots of one product under one node of the product."""
        same = defaultdict(list)
        for child in node.children.values():
            same[child.goods.product].append(child)
        found = []
        for product, children in same.items():
            if len(children) == 1 or product == node.goods.product:
                found += children
                continue
            group = Node(Goods(product), fsum(child.quantity for child in children))
            group.children = {child.goods: child for child in children}
            group.embeds, group.made = children[0].embeds, all(child.made for child in children)
            found.append(group)
        return sorted(found, key=lambda child: -abs(child.total()))

    @api.model
    def _main_quality(self, node):
        shares = by_quality(node)
        return max(shares, key=shares.get) if shares else False

    @api.model
    def _lines(self, tree, names):
        """Every entry with what it rests on, the largest first."""
        rows = []
        for node in [tree, *(child for child, _parent in tree.walk())]:
            name = names.products[node.goods.product][0]
            lot = names.lots.get(node.goods.lot)
            for source, amount in node.entries.items():
                model, number = source.document or (False, False)
                rows.append(
                    {
                        "stage": source.stage,
                        "account": source.account,
                        "document": {"model": model, "id": number, "name": names.documents.get(source.document, False)},
                        "subject": f"{name} · {lot}" if lot else name,
                        "quantity": amount.quantity,
                        "unit": source.unit or names.products[node.goods.product][1],
                        "tco2e": amount.tco2e,
                        "quality": source.quality,
                        "factor": source.factor,
                    }
                )
        return sorted(rows, key=lambda row: -abs(row["tco2e"]))

    @api.model
    def _quality(self, tree):
        labels = dict(self.env["cbam.emission.line"]._fields["quality"]._description_selection(self.env))
        shares = by_quality(tree)
        return [
            {"quality": quality, "label": labels[quality], "share": shares[quality]}
            for quality in sorted(shares, key=lambda one: -shares[one])
        ]

    @api.model
    def _end_of_life(self, passport):
        if passport.end_of_life is None:
            return None
        burden, credits_ = passport.end_of_life
        return {"burden": burden, "credits": credits_}

    @api.model
    def _sisters(self, passport):
        lots = {lot.id: lot.name for lot in self.env["stock.lot"].browse([number for number, _t in passport.sisters])}
        return [{"id": number, "name": lots[number], "total": total} for number, total in passport.sisters]

    @api.model
    def _vendor_names(self, goods):
        """``{Goods: name of the vendor}`` of bought goods, where one vendor alone has delivered them."""
        vendors = self.env["cbam.life.material.facts"]._vendors_of(goods)
        partners = self.env["res.partner"].browse(set(vendors.values()))
        names = {partner.id: partner.display_name for partner in partners}
        return {Goods(*key): names[vendor] for key, vendor in vendors.items()}
