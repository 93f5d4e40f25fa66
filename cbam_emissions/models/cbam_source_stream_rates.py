from odoo import api, models
from odoo.tools import ormcache

from ..engine.electricity import embedded_electricity
from ..engine.energy_units import convert, metered_stream
from ..engine.errors import EngineError
from ..engine.source_streams import Method, emissions
from ..engine.statutory.terms import StreamTotal
from .stream_use import StreamRate


class CbamSourceStream(models.Model):
    """What a unit of a source stream emits where it is used, and what its quantity of a reporting period comes to."""

    _inherit = "cbam.source.stream"

    @api.model
    def _rates(self, uses):
        """What one unit of each :class:`StreamUse` emits, ``{use: StreamRate}``, in a fixed number of queries."""
        uses = set(uses)
        # superuser: orders carry their energy, whoever finishes them
        streams = self.sudo().with_context(active_test=False).browse({use.stream_id for use in uses})
        by_id = {stream.id: stream for stream in streams}
        powered = {u for u in uses if by_id[u.stream_id].carrier in ("electricity", "compressed_air")}
        keys = {u: (by_id[u.stream_id].installation_id.id, u.process_id, u.day.year) for u in powered}
        supplies = self.env["cbam.electricity.source"]._supplies(set(keys.values()))
        burnt = {}
        for use in uses - powered:
            key = (use.stream_id, use.day)
            if key not in burnt:
                burnt[key] = by_id[use.stream_id]._burnt(use.day)
        return {
            use: by_id[use.stream_id]._powered(supplies[keys[use]], use.annex_ii)
            if use in powered
            else burnt[use.stream_id, use.day]
            for use in uses
        }

    def _burnt(self, day):
        """A unit of a fuel, material or heat: direct emissions by its factor."""
        self.ensure_one()
        if not self.factor_id:
            message = self.env._("Source stream %s has no emission factor.", self.name)
            return StreamRate(None, self.name, message=message)
        rate = self.factor_id._rate_at(day, self.unit)
        return StreamRate(rate.embedded, rate.note, rate.dataset_id, rate.message)

    def _powered(self, supply, annex_ii):
        """A unit of electricity, or of compressed air by the electricity it took: indirect emissions (eq. 35, 56)."""
        self.ensure_one()
        if supply.mix is None:
            return StreamRate(None, supply.note, supply.dataset_id, supply.message)
        try:
            if self.carrier == "compressed_air":
                if self.electricity_intensity is None:
                    message = self.env._("%s: the electricity per 1000 Nm³ of compressed air is missing.", self.name)
                    return StreamRate(None, self.name, message=message)
                megawatt_hours = convert(1.0, self.unit, "knm3") * self.electricity_intensity
            else:
                megawatt_hours = convert(1.0, self.unit, "mwh")
            embedded = embedded_electricity(megawatt_hours, supply.mix, annex_ii)
        except EngineError as error:
            return StreamRate(None, supply.note, supply.dataset_id, str(error))
        return StreamRate(embedded, supply.note, supply.dataset_id)

    @api.model
    def _component_stream(self, installation_id, process_id, factor_id):
        """The component stream of a fuel that an order consumed, and whether the component counts: ``(id, counts)``.

        A fuel that is metered or attributed by a rate for the process counts there, and not as a component.
        """
        matching = [
            (basis, number)
            for process, basis, number in self._streams_by_factor().get((installation_id, factor_id), ())
            if process is None or process == process_id
        ]
        component = next((number for basis, number in matching if basis == "component"), None)
        return component, component is not None or not matching

    @api.model
    @ormcache()
    def _streams_by_factor(self):
        """``{(installation id, factor id): [(process id or None, basis, stream id)]}`` of all active streams."""
        found = {}
        # superuser: cached for all users; only numbers
        for stream in self.sudo().search([("factor_id", "!=", False)]):
            key = (stream.installation_id.id, stream.factor_id.id)
            found.setdefault(key, []).append((stream.process_id.id or None, stream.basis, stream.id))
        return found

    # -- of a reporting period ---------------------------------------------------------------------------------------

    def _result_of(self, quantity, day):
        """The engine's ``StreamResult`` for a quantity in the stream's unit; None where it cannot be told.

        Outputs of a mass balance are negative.
        """
        self.ensure_one()
        factor = self.factor_id and self.factor_id._at(day)
        if not factor or quantity is None:
            return None
        leaves = factor.is_output and factor.method == Method.MASS_BALANCE.value
        try:
            return emissions(
                metered_stream(factor._source_stream(), -quantity if leaves else quantity, self.unit, factor.density)
            )
        except EngineError:
            return None

    def _total_of(self, quantity, day):
        """The engine's ``StreamTotal`` for a quantity by the factor that is valid on a day."""
        result = self._result_of(quantity, day)
        if not result:
            return StreamTotal(quantity, None)
        return StreamTotal(quantity, result.fossil, result.energy_tj, result.biogenic)

    def _is_cleaning(self):
        """Whether the stream is a material of flue gas cleaning rather than a fuel."""
        self.ensure_one()
        return self.factor_id.method in (
            Method.PROCESS.value,
            Method.CARBONATES_INPUT.value,
            Method.CARBONATES_OUTPUT.value,
        )
