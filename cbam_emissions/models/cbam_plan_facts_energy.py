from odoo import api, models

from ..engine.energy_units import UNITS
from ..engine.source_streams import Method
from .cbam_plan_facts import known, table

#: The equations of Annex II B.3 by the method of a factor.
EQUATIONS = {
    Method.COMBUSTION.value: "standard method, combustion: Em = AD · EF · OF (equations 5 to 7)",
    Method.PROCESS.value: "standard method, process emissions: Em = AD · EF · CF (equation 8)",
    Method.MASS_BALANCE.value: "mass balance: Em = f · AD · CC (equation 12)",
    Method.CARBONATES_INPUT.value: "carbonates, method A (input): Em = AD · EF · CF",
    Method.CARBONATES_OUTPUT.value: "carbonates, method B (output): Em = AD · EF · CF",
}
OWN_KINDS = {
    "chp": ("cogeneration", "by its fuel"),
    "solar": ("separate generation", "renewable"),
    "wind": ("separate generation", "renewable"),
}


class CbamPlanFactsEnergy(models.AbstractModel):
    """Source streams, factors, meters and electricity, for a monitoring plan."""

    _name = "cbam.plan.facts.energy"
    _description = "Contents of a Monitoring Plan: Streams and Energy"

    @api.model
    def _gather(self, installation, day):
        streams = self.env["cbam.source.stream"].search([("installation_id", "=", installation.id)])
        meters = self.env["cbam.meter"].search([("installation_id", "=", installation.id)])
        sources = self.env["cbam.electricity.source"].search([("installation_id", "=", installation.id)])
        factors = {stream: stream.factor_id and stream.factor_id._at(day) for stream in streams}
        return {
            "calculation": self._calculation(factors),
            "streams": self._streams(streams),
            "factors": self._factors(factors),
            "parameters": self._parameters(factors),
            "zero_rated": self._zero_rated(factors),
            "instruments": self._instruments(streams, meters),
            "calibration": self._calibration(meters),
            **self.env["cbam.plan.facts.methods"]._gather(installation, streams),
            "own_electricity": self._own_electricity(sources),
            "electricity_evidence": self._evidence(sources),
        }

    @api.model
    def _label(self, record, name):
        return dict(record._fields[name]._description_selection(self.env)).get(record[name], "")

    @api.model
    def _calculation(self, factors):
        rows = [
            (
                self._where(stream),
                stream.name,
                EQUATIONS[factor.method],
                self._label(stream, "basis"),
                stream.unit_symbol(),
            )
            for stream, factor in factors.items()
            if factor
        ]
        columns = ("Production process", "Source stream", "Formula", "Activity data from", "Unit")
        return known(table(columns, rows))

    @api.model
    def _where(self, stream):
        return stream.process_id.name or "all processes"

    @api.model
    def _streams(self, streams):
        rows = [
            (self._where(s), s.name, self._label(s, "carrier"), s.factor_id.name, self._label(s, "basis"))
            for s in streams
        ]
        gaps = [] if rows else ["No source stream is recorded."]
        columns = ("Production process", "Source stream", "Kind", "Fuel or material", "Attributed by")
        return known(table(columns, rows), gaps=gaps)

    @api.model
    def _factors(self, factors):
        used = self.env["cbam.emission.factor"].union(*(factor for factor in factors.values() if factor))
        rows = [(f.display_name, self._label(f, "determination"), f.source_text) for f in used]
        gaps = [f"{f.name}: describe the sampling plan of the analyses." for f in used if f.determination == "analysis"]
        gaps += [f"{f.name}: the source of its factors is not named." for f in used if not f.source_text]
        absent = "" if rows else "No source stream has calculation factors."
        return known(table(("Fuel or material", "Determination", "Source"), rows), gaps=gaps, absent=absent)

    @api.model
    def _parameters(self, factors):
        columns = (
            "Source stream",
            "Method",
            "NCV (GJ/unit)",
            "Emission factor",
            "Carbon content",
            "Oxidation factor",
            "Conversion factor",
            "Biomass fraction",
            "Determination",
        )
        rows, gaps = [], []
        for stream, factor in factors.items():
            if factor:
                unit = self._label(factor, "factor_unit")
                rows.append(
                    (
                        stream.name,
                        self._label(factor, "method"),
                        factor.ncv,
                        f"{factor.emission_factor:.12g} {unit}" if factor.emission_factor is not None else None,
                        factor.carbon_content,
                        factor.oxidation_factor,
                        factor.conversion_factor,
                        factor.biomass_fraction,
                        self._label(factor, "determination"),
                    )
                )
            elif stream.carrier not in ("electricity", "compressed_air"):
                gaps.append(f"{stream.name}: no emission factor is valid.")
        absent = "" if rows or gaps else "No source stream is calculated by the standard or the mass balance method."
        return known(table(columns, rows), gaps=gaps, absent=absent)

    @api.model
    def _zero_rated(self, factors):
        used = self.env["cbam.emission.factor"].union(*(factor for factor in factors.values() if factor))
        rated = used.filtered(lambda factor: factor.biomass_fraction and factor.biomass_evidence)
        rows = [(f.display_name, f.biomass_fraction, f.biomass_evidence_note) for f in rated]
        absent = "" if rows else "No zero-rated fuel is used: biomass without evidence counts as fossil."
        return known(table(("Fuel or material", "Biomass fraction", "Evidence"), rows), absent=absent)

    @api.model
    def _instruments(self, streams, meters):
        rows = [(m.code, m.name, m.stream_id.name, m.location, self._serves(m), UNITS[m.unit].symbol) for m in meters]
        gaps = [f"Meter {m.code}: its exact location is not recorded." for m in meters if not m.location]
        metered = streams.filtered(lambda stream: stream.basis == "meter" and not stream.meter_ids)
        gaps += [f"{stream.name}: there is no meter." for stream in metered]
        absent = "" if streams or meters else "No source stream is metered."
        columns = ("Meter", "Name", "Source stream", "Location", "Serves", "Unit")
        return known(table(columns, rows), gaps=gaps, absent=absent)

    @api.model
    def _serves(self, meter):
        centers = ", ".join(meter.workcenter_ids.mapped("name"))
        return centers or meter.process_id.name or "all processes"

    @api.model
    def _calibration(self, meters):
        rows = [(m.code, m.name, self._label(m, "control"), m.calibration_date, m.calibrated_until) for m in meters]
        missing = meters.filtered(lambda meter: meter.control == "own" and meter.calibration_state != "valid")
        gaps = [f"Meter {m.code}: no valid calibration is recorded." for m in missing]
        columns = ("Meter", "Name", "Controlled by", "Calibrated on", "Valid until")
        return known(table(columns, rows), gaps=gaps)

    @api.model
    def _own_electricity(self, sources):
        own = sources.filtered(lambda source: source.kind in OWN_KINDS)
        rows = [(s.name, *OWN_KINDS[s.kind], ", ".join(s.process_ids.mapped("name")) or "all processes") for s in own]
        absent = "" if rows else "No electricity is produced inside the installation."
        return known(table(("Source", "Produced by", "From", "Used by"), rows), absent=absent)

    @api.model
    def _evidence(self, sources):
        claimed = sources.filtered(lambda source: source.kind != "grid")
        rows = [
            (s.name, self._label(s, "kind"), s.supplier_id.name, s.own_factor, s.evidence_missing or "complete")
            for s in claimed
        ]
        gaps = [f"{s.name}: {s.evidence_missing}." for s in claimed if s.evidence_missing]
        absent = "" if rows else "Indirect emissions rest on the default factor of the grid."
        columns = ("Source", "Link", "Producer", "Own factor (tCO2/MWh)", "Evidence (D.4.3)")
        return known(table(columns, rows), gaps=gaps, absent=absent)
