from collections import defaultdict
from dataclasses import replace

from odoo import api, models

from ..engine.attribution import CARRIES_EMISSIONS
from ..engine.embedded import Embedded
from ..engine.errors import EngineError
from ..engine.statutory import AttributionKey, ProductionProcess, joined
from ..engine.statutory.bridge import UnitBookTotals
from ..engine.statutory.terms import ProcessTerms


class CbamPeriodProcesses(models.AbstractModel):
    """The processes of a period as the engine takes them: equation 55, electricity, precursors, outputs."""

    _name = "cbam.period.processes"
    _description = "CBAM Period: Processes"

    @api.model
    def _build(self, found, methods):
        """Fill ``found.processes`` with processes of the installation and, by product, with goods outside CBAM.

        :param methods: what the methods of the period add (``cbam.period.methods``)
        """
        keys = found.goods.outputs.keys() | found.goods.consumption.keys() | found.streams.process_ids()
        keys |= {key for key, terms in methods.by_process.items() if terms.net}
        for key in sorted(filter(None, keys)):
            process = self.env["cbam.process"].browse(key if key > 0 else ())
            outputs = tuple(found.goods.outputs.get(key, ()))
            if any(row.quantity for row in outputs if row.output_class in CARRIES_EMISSIONS):
                self._build_one(found, key, process, outputs, methods)
            elif process.boundary == "cbam":
                message = self.env._("%s has input or energy, but nothing came out of it.", process.name)
                found.problems.block("output", message, process)
            elif process:
                self._build_supporting(found, process, methods)
        self._join(found)

    @api.model
    def _build_supporting(self, found, process, methods):
        """Offices, a canteen: outside CBAM and without goods, their share of the site stays with them."""
        embedded = found.streams.of_process(process.id, methods.excluded_streams)
        direct = self._attribute(found, process.id, process, embedded, methods)
        if direct:
            found.supporting[process.id] = (direct, embedded.indirect_total)

    @api.model
    def _build_one(self, found, key, process, outputs, methods):
        embedded = found.streams.of_process(key, methods.excluded_streams)
        direct = self._attribute(found, key, process, embedded, methods)
        if not direct:
            return
        found.processes[key] = ProductionProcess(
            key=key,
            outputs=outputs,
            direct=direct,
            indirect=embedded.indirect_total,
            indirect_default=embedded.indirect_default,
            consumption=tuple(found.goods.consumption.get(key, ())),
            attribution=AttributionKey(process.attribution or AttributionKey.FUNCTIONAL_UNIT),
        )

    @api.model
    def _attribute(self, found, key, process, embedded, methods):
        """AttrEm_Dir of a process, its terms kept in ``found``; what is wrong is listed and gives ``None``."""
        terms = methods.by_process.get(key, ProcessTerms())
        try:
            direct = terms.attributed(embedded.direct)
        except EngineError as error:
            message = self.env._("%(process)s: %(why)s", process=process.name, why=error)
            found.problems.block("engine", message, process)
            return None
        found.electricity[key] = self.env["cbam.period.streams"]._electricity(found.streams, key)
        found.direct[key] = {
            "streams_direct": embedded.direct,
            "methods_direct": terms.direct,
            "heat_imported": terms.heat_imported,
            "heat_exported": terms.heat_exported,
            "waste_gas_imported": terms.waste_gas_imported,
            "waste_gas_exported": terms.waste_gas_exported,
            "electricity_produced": terms.electricity_produced,
        }
        return direct

    # -- joint processes -----------------------------------------------------------------------------------------------

    @api.model
    def _join(self, found):
        """Joint processes stand in the place of their members (Article 4(9)); their accounts are added up."""
        groups = defaultdict(list)
        for process in self.env["cbam.process"].browse([key for key in found.processes if key > 0]):
            groups[process.joint_process_id or process].append(process.id)
        for head, members in groups.items():
            if members == [head.id]:
                continue
            try:
                whole = joined(head.id, [self._inside(found, key, members) for key in members])
            except EngineError as error:
                found.problems.block("method", str(error), head)
                continue
            found.members[head.id] = sorted(members)
            self._add_up(found, head.id, members)
            found.processes[head.id] = whole

    @api.model
    def _inside(self, found, key, members):
        """A member whose intermediates stay inside; those that do not are listed as problems of the joint process."""
        taken = {row.precursor for other in members for row in found.processes[other].consumption}
        process = found.processes[key]
        outputs = tuple(replace(row, transferred_out=False) if row.good in taken else row for row in process.outputs)
        return replace(process, outputs=outputs)

    @api.model
    def _add_up(self, found, head, members):
        parts = [found.processes.pop(key) for key in members]
        direct = [found.direct.pop(key) for key in members]
        found.direct[head] = {name: sum(row[name] for row in direct) for name in direct[0]}
        found.electricity[head] = sum(found.electricity.pop(key) for key in members)
        totals = [found.goods.totals.pop(key, UnitBookTotals()) for key in members]
        found.goods.totals[head] = UnitBookTotals(
            *(Embedded.total(getattr(row, name) for row in totals) for name in UnitBookTotals.__dataclass_fields__)
        )
        for part in parts:
            for use in part.consumption:
                rows = found.goods.unit_book_uses.pop((part.key, use.precursor), [])
                found.goods.unit_book_uses[head, use.precursor] += rows
