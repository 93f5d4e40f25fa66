from odoo import api, models

from ..engine.life.account import drivers
from ..engine.life.stages import LOGISTICS, PRODUCTION
from .cbam_life_passport_screen import Names

#: By what two machines are compared.
DIMENSIONS = ("component", "supplier", "work_centre", "route")


class CbamLifeComparison(models.AbstractModel):
    """What makes two serial numbers differ: by component, supplier, work centre and route of transport.

    In each of them every entry of both machines counts once, so its rows sum to the total difference.
    """

    _name = "cbam.life.comparison"
    _description = "Whole-Life Account: Two Machines Compared"

    @api.private
    def of(self, lot_a, lot_b):
        """The comparison as plain values, tCO2e unrounded; differences are second minus first, the largest first.

        :return: ``{"lots", "totals", "difference", "dimensions": {dimension: [row]}}``, a row ``{"key", "label",
            "first", "second", "difference"}``
        """
        passports = self.env["cbam.life.passport"].of(lot_a | lot_b)
        first, second = passports[lot_a.id], passports[lot_b.id]
        # superuser: the passports above were checked; here only names of their parts are read
        labels = self.sudo()._labels((first.tree, second.tree))
        return {
            "lots": [
                {"id": lot.id, "name": lot.name, "product": lot.product_id.display_name} for lot in (lot_a, lot_b)
            ],
            "totals": [first.total, second.total],
            "difference": second.total - first.total,
            "incomplete": [first.missing, second.missing],
            "dimensions": {name: self._rows(first.tree, second.tree, name, labels) for name in DIMENSIONS},
        }

    @api.model
    def _rows(self, first, second, dimension, labels):
        found = drivers(first, second, lambda node, source: labels[dimension](node, source))
        return [
            {
                "key": str(driver.key),
                "label": driver.key,
                "first": driver.first,
                "second": driver.second,
                "difference": driver.difference,
            }
            for driver in found
        ]

    @api.model
    def _labels(self, trees):
        """``{dimension: function of node and source}`` that names the row of an entry."""
        nodes = [node for tree in trees for node in (tree, *(child for child, _parent in tree.walk()))]
        sources = [source for node in nodes for source in node.entries]
        names = Names(self.env, {node.goods for node in nodes}, {s.document for s in sources if s.document})
        places = self._places({source.reading for source in sources if source.reading})
        ways = self._ways({source.document for source in sources if source.document})
        machines = {tree.goods.product for tree in trees}
        own, rest = self.env._("Own production and others"), self.env._("Everything else")

        def component(node, source):
            return names.products[node.goods.product][0]

        def supplier(node, source):
            return own if node.made or node.goods.product in machines else names.vendors.get(node.goods, own)

        def work_centre(node, source):
            if source.stage != PRODUCTION:
                return rest
            return places.get(source.reading) or source.factor or names.products[node.goods.product][0]

        def route(node, source):
            if source.stage != LOGISTICS:
                return rest
            return ways.get(source.document) or names.documents.get(source.document, source.factor)

        return {"component": component, "supplier": supplier, "work_centre": work_centre, "route": route}

    @api.model
    def _ways(self, documents):
        """``{document: mode and ends}`` of transports: the same way of two transfers is one row."""
        legs = self.env["cbam.transport.leg"]
        ids = [number for model, number in documents if model == legs._name]
        return {(legs._name, leg.id): way for leg, way in legs.browse(ids).exists()._way_names().items()}

    @api.model
    def _places(self, reading_ids):
        """``{reading id: work centres of its meter, else the meter}``."""
        return {
            reading.id: ", ".join(reading.meter_id.workcenter_ids.mapped("name")) or reading.meter_id.display_name
            for reading in self.env["cbam.meter.reading"].browse(reading_ids)
        }
