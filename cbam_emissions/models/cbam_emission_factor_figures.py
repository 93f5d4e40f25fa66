from typing import NamedTuple

from odoo import models
from odoo.tools import ormcache

from ..engine.embedded import Embedded
from ..engine.energy_units import metered_stream
from ..engine.errors import EngineError
from ..engine.mass import convert
from ..engine.source_streams import ActivityUnit, Constituent, FactorUnit, Method, SourceStream, emissions
from .cbam_emission_factor import ACTIVITY_UNITS


class FactorRate(NamedTuple):
    """What a unit of a fuel or material emits; ``embedded`` is ``None`` where ``message`` says what is missing.

    ``biogenic`` is the memo of zero-rated tCO2, ``quality`` and ``dataset_id`` go to the ledger line.
    """

    embedded: Embedded | None
    biogenic: float
    quality: str
    dataset_id: int | None
    note: str
    message: str


class CbamEmissionFactor(models.Model):
    """What a unit, or a quantity of a product, emits by the factor that is valid on a day."""

    _inherit = "cbam.emission.factor"

    def _per_unit(self):
        """What a tonne or 1000 Nm³ emits: ``{factor id: FactorRate}``, by the engine (equations 5 to 15)."""
        codes = {ActivityUnit.TONNE.value: "t", ActivityUnit.THOUSAND_NM3.value: "knm3"}
        return {factor.id: factor._rate(codes[factor.activity_unit]) for factor in self}

    def _rate(self, unit):
        """What one ``unit`` (a code of :mod:`engine.energy_units`) emits."""
        self.ensure_one()
        quality = {"standard": "standard", "estimate": "estimated"}.get(self.determination, "measured")
        note = ", ".join(filter(None, [self.name, self.source_text]))
        try:
            result = emissions(metered_stream(self._source_stream(), 1.0, unit, self.density))
        except EngineError as error:
            return FactorRate(None, 0.0, "missing", None, note, str(error))
        sign = -1.0 if self.is_output and self.method == Method.MASS_BALANCE.value else 1.0
        embedded = Embedded(direct=sign * result.fossil)
        return FactorRate(embedded, sign * result.biogenic, quality, self.dataset_id.id or None, note, "")

    def _source_stream(self):
        """The factor as the engine knows it, without activity data."""
        self.ensure_one()
        return SourceStream(
            name=self.name or "",
            method=Method(self.method),
            activity=None,
            unit=ActivityUnit(self.activity_unit),
            ncv=self.ncv,
            emission_factor=self.emission_factor,
            factor_unit=FactorUnit(self.factor_unit),
            carbon_content=self.carbon_content,
            oxidation_factor=self.oxidation_factor,
            conversion_factor=self.conversion_factor,
            biomass_fraction=self.biomass_fraction or 0.0,  # unknown is 0: equations 10 and 15
            zero_rated=self.biomass_evidence and bool(self.biomass_evidence_note),
            composition=tuple(
                Constituent(part.substance, part.share, part.emission_factor) for part in self.constituent_ids
            ),
        )

    def _at(self, day):
        """The factor of the chain of successors that is valid on a day (local date); empty if none is."""
        self.ensure_one()
        factor = self
        while factor and factor.date_to and day > factor.date_to:
            factor = factor.successor_id
        return factor if factor and (not factor.date_from or day >= factor.date_from) else self.browse()

    def _rate_at(self, day, unit):
        """What one ``unit`` emits on a day, with the reason where that is not known."""
        self.ensure_one()
        factor = self._at(day)
        if factor:
            return factor._rate(unit)
        message = self.env._("Emission factor %(factor)s is not valid on %(day)s.", factor=self.name, day=day)
        return FactorRate(None, 0.0, "missing", None, self.name, message)

    def _for_quantity(self, quantity, uom, tonnes, day=None):
        """What a quantity of a product that is this fuel or material emits: ``(Embedded or None, message)``.

        :param quantity: in ``uom``, the unit of a stock move
        :param tonnes: its net mass, ``None`` where not known
        :param day: local date of the consumption; without it validity is not looked at
        """
        self.ensure_one()
        measured = self._measured(quantity, uom, tonnes)
        if measured is None:
            unit = dict(ACTIVITY_UNITS)[self.activity_unit]
            message = self.env._(
                "%(factor)s is counted in %(unit)s, and %(uom)s does not lead there: give the product's net mass.",
                factor=self.name,
                unit=unit,
                uom=uom.name,
            )
            return None, message
        amount, unit = measured
        rate = self._kept_rate(day, unit, self.env.lang)
        return (None, rate.message) if rate.embedded is None else (rate.embedded.scaled(amount), "")

    @ormcache("self.id", "day", "unit", "lang")
    def _kept_rate(self, day, unit, lang):
        """What one ``unit`` emits on a day (``None``: whatever the day), until somebody changes a factor."""
        return self._rate_at(day, unit) if day else self._rate(unit)

    @ormcache("self.id", "lang")
    def _named(self, lang):
        """``(display name, data set id or None)``, until somebody changes a factor."""
        return self.display_name, self.dataset_id.id or None

    @ormcache("self.id")
    def _counted_in(self):
        """The unit of the activity data, until somebody changes a factor."""
        return self.activity_unit

    def _measured(self, quantity, uom, tonnes):
        """``(quantity, unit code)`` of a product's quantity, or None where its unit says nothing of the activity data.

        kWh are energy, m³ of a gas counted in 1000 Nm³ are Nm³, everything else is its mass, or litres with a density.
        """
        units = self.env["cbam.mass"]._units()
        of_name = self.env["ir.model.data"]._xmlid_to_res_id
        kwh, cubic_metre = (units[of_name(f"uom.product_uom_{name}")] for name in ("kwh", "cubic_meter"))
        here = units[uom.id]
        if here.reference == kwh.reference:
            return convert(quantity, here, kwh), "kwh"
        is_volume = here.reference == cubic_metre.reference
        if is_volume and self._counted_in() == ActivityUnit.THOUSAND_NM3.value:
            return convert(quantity, here, cubic_metre), "nm3"
        if tonnes is not None:
            return tonnes, "t"
        return (convert(quantity, here, cubic_metre), "m3") if is_volume else None
