from math import isclose

from odoo import api, models
from odoo.tools import SQL

from ..engine.constants import CO2_PER_CARBON
from ..engine.energy_units import metered_stream
from ..engine.errors import EngineError
from ..engine.source_streams import ActivityUnit, FactorUnit, Method, emissions
from ..workbook import cells
from ..workbook.emissions import stream_figure
from ..workbook.read import CO2, N2O, PER_THOUSAND_NM3, PER_TJ, PER_TONNE
from ..workbook.template import CemsRow, PfcRow, Stream

PER_UNIT = {ActivityUnit.TONNE: PER_TONNE, ActivityUnit.THOUSAND_NM3: PER_THOUSAND_NM3}
#: What the methods A and B of B.7 start from.
PFC = {"slope": ("frequency", "duration"), "overvoltage": ("overvoltage", "current_efficiency")}
PERCENT = 100.0
GRAMS_PER_TONNE = 1e6
NM3_PER_THOUSAND = 1000.0


class CbamWorkbookFillingEmissions(models.AbstractModel):
    """Sheet B of the communication template: source streams, perfluorocarbons and measured sources of a period."""

    _name = "cbam.workbook.filling.emissions"
    _description = "Emissions in a Communication Template"

    @api.model
    def _rows(self, period):
        """``({streams, pfc, cems}, remarks)`` of a period."""
        measured = self.env["cbam.measured.source"].search([("period_id", "=", period.id)])
        remarks = []
        streams = [*self._streams(period, measured), *self._others(period, remarks)]
        placed = tuple(
            Stream(**dict.fromkeys(Stream.__slots__) | {"row": cells.STREAM_ROWS[0] + number, **values})
            for number, values in enumerate(streams)
        )
        return {"streams": placed, "pfc": self._pfc(period), "cems": self._cems(measured)}, remarks

    @api.model
    def _streams(self, period, measured):
        """Fuels and materials of the installation; what a stack's measurement covers is not counted twice."""
        totals = self.env["cbam.period.methods"]._stream_totals(period)
        for stream in self.env["cbam.source.stream"].browse(totals) - measured.covered_stream_ids:
            total = totals[stream.id]
            factor = stream.factor_id and stream.factor_id._at(period.date_to)
            if factor and total.quantity and total.direct is not None:
                yield self._stream(stream.name, factor, total.quantity, stream.unit, total.direct)
        loose = period.statement_id.stream_ids.filtered(lambda row: not row.stream_id and row.factor_id)
        for factor, rows in loose.grouped("factor_id").items():
            direct, quantity = sum(rows.mapped("direct")), sum(rows.mapped("quantity"))
            if quantity:
                yield self._effective(factor.name, Method.PROCESS, quantity, ActivityUnit.TONNE, direct)

    @api.model
    def _stream(self, name, factor, quantity, unit, direct):
        """By the factor's own figures where the template makes the same of them, else by what they come to."""
        leaves = factor.is_output and factor.method == Method.MASS_BALANCE.value
        try:
            stream = metered_stream(factor._source_stream(), -quantity if leaves else quantity, unit, factor.density)
            result = emissions(stream)
        except EngineError:
            return self._effective(name, Method.PROCESS, quantity, ActivityUnit.TONNE, direct)
        values = self._as_entered(name, stream, result)
        shown = stream_figure(Stream(**dict.fromkeys(Stream.__slots__) | {"row": 0, **values}), [])
        if shown.fossil is not None and isclose(shown.fossil, direct, rel_tol=1e-9):
            return values
        return self._effective(name, stream.method, stream.activity, stream.unit, direct)

    @api.model
    def _as_entered(self, name, stream, result):
        whole = result.fossil + result.biogenic
        per_tj = stream.factor_unit is FactorUnit.PER_TJ
        balance, combustion = stream.method is Method.MASS_BALANCE, stream.method is Method.COMBUSTION
        return {
            "name": name,
            "method": stream.method if balance or combustion else Method.PROCESS,
            "activity": stream.activity,
            "unit": stream.unit,
            "ncv": stream.ncv,
            "emission_factor": None if balance else stream.emission_factor,
            "factor_unit": None if balance else PER_TJ if per_tj else PER_UNIT[stream.unit],
            "carbon_content": stream.carbon_content if balance else None,
            "oxidation": self._percent(stream.oxidation_factor) if combustion else None,
            "conversion": None if combustion or balance else self._percent(stream.conversion_factor),
            "biomass": result.biogenic / whole * PERCENT if whole and result.biogenic else None,
        }

    @api.model
    def _percent(self, factor):
        """Percent; empty for 1, as in the template."""
        return None if factor in (None, 1.0) else factor * PERCENT

    @api.model
    def _effective(self, name, method, activity, unit, direct):
        """What a stream comes to per unit, where the template has no formula for the way it is determined."""
        values = {"name": name, "method": Method.PROCESS, "activity": activity, "unit": unit}
        if direct < 0 or activity < 0 or method is Method.MASS_BALANCE:
            return values | {"method": Method.MASS_BALANCE, "carbon_content": direct / activity / CO2_PER_CARBON}
        return values | {"emission_factor": direct / activity, "factor_unit": PER_UNIT[unit]}

    @api.model
    def _others(self, period, remarks):
        """Flares, electrodes, flue gas cleaning, transferred CO2: as tonnes of CO2, which the template adds up."""
        for record in self.env["cbam.process.emission"].search([("period_id", "=", period.id)]):
            if record.result:
                remarks.append(
                    self.env._("%s is a source stream of as many tonnes of CO2 as it has emitted.", record.name)
                )
                yield self._effective(
                    record.name, Method.PROCESS, abs(record.result), ActivityUnit.TONNE, record.result
                )

    @api.model
    def _pfc(self, period):
        rows = self.env["cbam.pfc.row"].search([("period_id", "=", period.id)]).filtered("result")
        technologies = dict(rows._fields["technology"]._description_selection(self.env))
        figures = rows._standard_figures().get(period.year, {})
        found = []
        for number, row in enumerate(rows):
            factors, slope = row._factors(figures), row.method == "slope"
            values = {name: getattr(row, name) for name in ("aluminium", "collection_efficiency", *PFC[row.method])}
            values |= {
                "row": cells.PFC_ROWS[0] + number,
                "technology": technologies[row.technology],
                "overvoltage_method": not slope,
                "slope_factor" if slope else "overvoltage_coefficient": factors.cf4,
                "c2f6_fraction": factors.c2f6_fraction,
            }
            found.append(PfcRow(**dict.fromkeys(PfcRow.__slots__) | values))
        return tuple(found)

    @api.model
    def _cems(self, sources):
        """Hours in operation, the average flow, and the concentration that leads to what was measured."""
        flows = self._average_flows(sources)
        found = []
        for source in sources.filtered("tonnes"):
            hours = source.operating_count * source.minutes / 60.0
            flow = flows.get(source.id) or NM3_PER_THOUSAND
            tonnes = source.tonnes if source.gas != "co" else source.result + (source.biogenic or 0.0)
            found.append(
                CemsRow(
                    row=cells.CEMS_ROWS[0] + len(found),
                    name=source.name,
                    gas=N2O if source.gas == "n2o" else CO2,
                    concentration=tonnes * GRAMS_PER_TONNE / (flow * hours),
                    hours=hours,
                    flow=flow / NM3_PER_THOUSAND,
                    biomass=(source.biomass_fraction or 0.0) * PERCENT or None,
                )
            )
        return tuple(found)

    @api.model
    def _average_flows(self, sources):
        """Nm3 per hour in operation, by id of the source."""
        if not sources:
            return {}
        self.env["cbam.measured.hour"].flush_model()
        return dict(
            self.env.execute_query(
                SQL(
                    "SELECT source_id, AVG(flow) FROM cbam_measured_hour"
                    " WHERE source_id IN %s AND operating GROUP BY source_id",
                    tuple(sources.ids),
                )
            )
        )
