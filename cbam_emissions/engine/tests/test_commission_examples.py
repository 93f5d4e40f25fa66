# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl.html)
"""The Commission's filled examples of its communication template: 1 cement, 2 steel, 4 screws and nuts, 5 fertiliser.

They follow the template's arithmetic: cement and fertiliser per tonne of good, indirect emissions also for steel.
"""

from dataclasses import dataclass, field

import pytest
from engine.attribution import attributed_direct
from engine.electricity import ElectricitySource, embedded_electricity, mix
from engine.embedded import Embedded, PrecursorUse, see_complex, see_from_specific, specific_emissions, specific_mass
from engine.source_streams import (
    ActivityUnit,
    FactorUnit,
    Method,
    SourceStream,
    StreamResult,
    emissions,
    total_emissions,
)

REL = 1e-9


def fuel(name, activity, ncv, factor, biomass=0.0, unit=ActivityUnit.TONNE):
    return SourceStream(name, Method.COMBUSTION, activity, unit, ncv, factor, biomass_fraction=biomass, zero_rated=True)


def carbon(name, activity, content, ncv=None, biomass=0.0):
    return SourceStream(
        name,
        Method.MASS_BALANCE,
        activity,
        ncv=ncv,
        carbon_content=content,
        biomass_fraction=biomass,
        zero_rated=True,
    )


@dataclass(frozen=True)
class Process:
    """A process of an example and what the Commission's summary shows for its good."""

    name: str
    activity_level: float
    direct: float
    electricity: float
    factor: float
    see_direct: float
    see_indirect: float
    embedded_mwh: float
    attributed: float
    annex_ii: bool = True
    waste_gas_exported: float = 0.0
    # quantity in t, SEE direct and indirect in t/t, electricity in MWh/t
    precursors: tuple = field(default=())


# (stream, tCO2e that the template shows for it)
CEMENT = (
    (
        SourceStream(
            "Raw meal for clinker", Method.PROCESS, 1255000, emission_factor=0.525, factor_unit=FactorUnit.PER_UNIT
        ),
        658875,
    ),
    (fuel("Coal", 88000, 25, 95), 209000),
    (fuel("Household waste", 25000, 20, 83, biomass=0.15), 35275),
    (fuel("Heavy fuel oil", 43000, 40, 78), 134160),
)
STEEL = (
    (carbon("Coke fines", 50000, 0.88, 28.2), 161216),
    (carbon("Iron ores", 5600000, 0.00023), 4719.232),
    (carbon("Coke", 2200000, 0.88, 28.2), 7093504),
    (carbon("Plastic wastes", 70000, 0.683571530119101, 38, biomass=0.16), 147270.8378777555),
    (carbon("Scrap (external)", 800000, 0.0021), 6155.52),
    (carbon("Scrap (internal)", 200000, 0.0018), 1319.04),
    (carbon("Lime calcined", 280000, 0.0027292576419213972), 2800),
    (carbon("Natural gas", 170000, 0.75, 48), 467160),
    (carbon("Other inputs", 40000, 0.1), 14656),
    (carbon("Steel", -4800000, 0.0018), -31656.96),
    (carbon("Slags", -1000000, 0.0003), -1099.2),
)
SCREWS = ((fuel("Natural gas", 1837.5, 48, 56.1), 4948.02),)
FERTILISER = ((fuel("Natural gas", 6607, 36.21, 56.1, unit=ActivityUnit.THOUSAND_NM3), 13421.334267),)

# streams, fossil, biogenic, TJ
INSTALLATIONS = {
    "1 cement": (CEMENT, 1037310, 6225, 4420),
    "2 steel": (STEEL, 7866044.469877754, 28051.588167191527, 74270),
    "4 screws and nuts": (SCREWS, 4948.02, 0, 88.2),
    "5 fertiliser": (FERTILISER, 13421.334267, 0, 239.23947),
}

PROCESSES = (
    Process(
        "Cement Bubble",
        activity_level=1321052.6315789474,
        direct=1037310,
        electricity=193864.47368421053,
        factor=0.833,
        see_direct=0.7852147410358565,
        see_indirect=0.12224275,
        embedded_mwh=0.14675,
        attributed=1037310,
        annex_ii=False,
    ),
    Process(
        "Bubble approach",
        activity_level=4800000,
        direct=7866044.469877754,
        electricity=1658844,
        factor=0.589,
        see_direct=1.5389760645578654,
        see_indirect=0.2035539825,
        embedded_mwh=0.3455925,
        # 12 800 TJ of waste gas leave: 12 800 · 56.1 · 0.667 = 478 959.36
        waste_gas_exported=12800 * 56.1 * 0.667,
        attributed=7387085.109877754,
    ),
    Process(
        "Carbon steel screws and nuts",
        activity_level=17000,
        direct=3337.95,
        electricity=3400,
        factor=0.833,
        see_direct=2.0069382352941174,
        see_indirect=0.4066,
        embedded_mwh=0.6065794117647059,
        attributed=3337.95,
        precursors=(("Carbon steel", 20000, 1.539, 0.204, 0.3455925),),
    ),
    Process(
        "High alloy steel screws and nuts",
        activity_level=8200,
        direct=1610.07,
        electricity=1640,
        factor=0.833,
        see_direct=1.9524475609756098,
        see_indirect=2.2787951219512195,
        embedded_mwh=2.734889340805453,
        attributed=1610.07,
        precursors=(("High alloy steel", 10000, 1.44, 1.732, 2.0786092594604715),),
    ),
    Process(
        "Granulator / Pipe reactor",
        activity_level=750000,
        direct=13421.334267,
        electricity=7875,
        factor=0.572,
        see_direct=0.309635112356,
        see_indirect=0.0538767,
        embedded_mwh=0.126585,
        attributed=13421.334267,
        annex_ii=False,
        precursors=(("Urea", 120000, 0.719, 0.17835, 0.246), ("Ammonia, anhydrous", 69750, 1.9, 0.2079, 0.825)),
    ),
)


@pytest.mark.parametrize("name", INSTALLATIONS)
def test_source_streams_and_installation_totals(name):
    streams, fossil, biogenic, energy = INSTALLATIONS[name]
    for stream, expected in streams:
        assert emissions(stream).fossil == pytest.approx(expected, rel=REL), stream.name
    total = total_emissions(emissions(stream) for stream, _expected in streams)
    assert isinstance(total, StreamResult)
    assert total.fossil == pytest.approx(fossil, rel=REL)
    assert total.biogenic == pytest.approx(biogenic, rel=REL, abs=1e-9)
    assert total.energy_tj == pytest.approx(energy, rel=REL)


def attributed(process: Process) -> Embedded:
    supply = mix([ElectricitySource(process.name, process.electricity, process.factor)])
    direct = attributed_direct(process.direct, waste_gas_exported=process.waste_gas_exported)
    assert direct.emissions == pytest.approx(process.attributed, rel=REL)
    assert direct.floor == 0
    return Embedded(direct=direct.emissions) + embedded_electricity(process.electricity, supply, process.annex_ii)


def precursors(process: Process) -> list[PrecursorUse]:
    return [
        PrecursorUse(name, quantity, Embedded(direct=direct, indirect_total=indirect), process.annex_ii)
        for name, quantity, direct, indirect, _mwh in process.precursors
    ]


@pytest.mark.parametrize("process", PROCESSES, ids=lambda process: process.name)
def test_specific_embedded_emissions(process):
    see = see_complex(attributed(process), precursors(process), process.activity_level, process.annex_ii)
    assert see.direct == pytest.approx(process.see_direct, rel=REL)
    assert see.indirect_total == pytest.approx(process.see_indirect, rel=REL)


@pytest.mark.parametrize("process", PROCESSES, ids=lambda process: process.name)
def test_specific_figures_lead_to_the_same_see(process):
    level = process.activity_level
    uses = [
        PrecursorUse(use.name, specific_mass(use.quantity, level), use.see, use.in_annex_ii)
        for use in precursors(process)
    ]
    see = see_from_specific(specific_emissions(attributed(process), level), uses, process.annex_ii)
    assert (see.direct, see.indirect_total) == pytest.approx((process.see_direct, process.see_indirect), rel=REL)


@pytest.mark.parametrize("process", PROCESSES, ids=lambda process: process.name)
def test_embedded_electricity(process):
    """MWh per tonne follow the same equations as emissions: own consumption plus Σ m_i of the precursors'."""
    uses = [
        PrecursorUse(name, quantity, Embedded(indirect_total=mwh), process.annex_ii)
        for name, quantity, _direct, _indirect, mwh in process.precursors
    ]
    own = Embedded(indirect_total=process.electricity)
    see = see_complex(own, uses, process.activity_level, process.annex_ii)
    assert see.indirect_total == pytest.approx(process.embedded_mwh, rel=REL)


def test_screws_have_no_indirect_emissions_in_scope_cement_has_all():
    for process in PROCESSES:
        see = see_complex(attributed(process), precursors(process), process.activity_level, process.annex_ii)
        own = process.electricity * process.factor / process.activity_level
        assert see.indirect_scope == (0.0 if process.annex_ii else pytest.approx(own, rel=REL))


def test_direct_emissions_of_the_processes_are_those_of_the_installation():
    assert PROCESSES[2].direct + PROCESSES[3].direct == pytest.approx(INSTALLATIONS["4 screws and nuts"][1], rel=REL)
