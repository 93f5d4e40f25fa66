from odoo import api, fields, models

from .optional_float import OptionalFloat


class CbamWorkbookCheckFlow(models.Model):
    """A quantity of a process's goods or of a purchased precursor: by which route, or to which process."""

    _name = "cbam.workbook.check.flow"
    _inherit = "cbam.workbook.check.row"
    _description = "Quantity of a Communication Template"

    process_id = fields.Many2one("cbam.workbook.check.process", "Made By", readonly=True, index="btree_not_null")
    precursor_id = fields.Many2one(
        "cbam.workbook.check.precursor", "Purchased Precursor", readonly=True, index="btree_not_null"
    )
    kind = fields.Selection(
        [("produced", "Produced"), ("purchased", "Purchased"), ("consumed", "Consumed in")], readonly=True
    )
    route = fields.Char("Production Route", readonly=True)
    consumer_id = fields.Many2one("cbam.workbook.check.process", "Process", readonly=True, index="btree_not_null")
    consumer_place = fields.Integer(readonly=True)
    source = fields.Char(compute="_compute_source")
    quantity = OptionalFloat(readonly=True)
    unit = fields.Char(readonly=True)

    @api.depends("process_id.name", "precursor_id.name")
    def _compute_source(self):
        for flow in self:
            flow.source = flow.process_id.name or flow.precursor_id.name

    @api.model
    def _values_of(self, found, made):
        processes = made["cbam.workbook.check.process"]
        precursors = made["cbam.workbook.check.precursor"]
        values = []
        for process in found.communication.processes:
            source = {"process_id": processes[process.place], "unit": process.unit}
            values += self._amounts(source, "produced", process.production)
            values += self._consumed(source, process.transfers, processes)
        for precursor in found.communication.precursors:
            source = {"precursor_id": precursors[precursor.place], "unit": precursor.unit}
            values += self._amounts(source, "purchased", precursor.purchased)
            values += self._consumed(source, precursor.consumed, processes)
        return list(enumerate(values))

    def _amounts(self, source, kind, amounts):
        return [{**source, "kind": kind, "route": part.route, "quantity": part.amount} for part in amounts]

    def _consumed(self, source, quantities, processes):
        """A process that the workbook does not list is kept by its number."""
        return [
            {
                **source,
                "kind": "consumed",
                "consumer_id": processes.get(place),
                "consumer_place": place,
                "quantity": quantity,
            }
            for place, quantity in quantities.items()
        ]
