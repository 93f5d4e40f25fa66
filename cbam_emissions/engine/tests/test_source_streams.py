# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl.html)
"""Source streams: equations 4 to 15. Expected figures are worked by hand in the comments."""

import math
from dataclasses import replace

import pytest
from engine.errors import InvalidFigure, MissingFigure
from engine.source_streams import (
    ActivityUnit,
    Constituent,
    FactorUnit,
    Method,
    SourceStream,
    StreamResult,
    emissions,
    oxidation_factor,
    total_emissions,
)
from hypothesis import given
from hypothesis import strategies as st

COAL = SourceStream("Coal", Method.COMBUSTION, 100.0, ncv=25.0, emission_factor=95.0)
LIMESTONE = SourceStream("Limestone", Method.PROCESS, 1000.0, emission_factor=0.44, factor_unit=FactorUnit.PER_UNIT)
STEEL = SourceStream("Steel", Method.MASS_BALANCE, -1000.0, carbon_content=0.002)


def test_combustion_by_net_calorific_value():
    # 100 t · 25 GJ/t = 2.5 TJ; 2.5 · 95 = 237.5
    assert emissions(COAL) == StreamResult(fossil=237.5, biogenic=0.0, energy_tj=2.5, energy_biogenic_tj=0.0)


def test_oxidation_factor_reduces_combustion():
    # 237.5 · 0.98 = 232.75
    assert emissions(replace(COAL, oxidation_factor=0.98)).fossil == pytest.approx(232.75, rel=1e-15)


def test_conversion_factor_does_not_touch_combustion_nor_oxidation_a_process():
    assert emissions(replace(COAL, conversion_factor=0.5)).fossil == 237.5
    assert emissions(replace(LIMESTONE, oxidation_factor=0.5)).fossil == 440.0


def test_combustion_per_tonne_needs_no_net_calorific_value():
    stream = replace(COAL, ncv=None, emission_factor=2.5, factor_unit=FactorUnit.PER_UNIT)
    assert emissions(stream) == StreamResult(250.0, 0.0, None, None)
    assert emissions(replace(stream, ncv=25.0)) == StreamResult(250.0, 0.0, 2.5, 0.0)


def test_natural_gas_in_thousand_normal_cubic_metres():
    # 6 607 · 36.21 GJ = 239.23947 TJ; · 56.1 = 13 421.334267
    gas = SourceStream("Gas", Method.COMBUSTION, 6607.0, ActivityUnit.THOUSAND_NM3, 36.21, 56.1)
    assert emissions(gas).energy_tj == pytest.approx(239.23947, rel=1e-12)
    assert emissions(gas).fossil == pytest.approx(13421.334267, rel=1e-12)


def test_emission_factor_from_the_carbon_content():
    # eq. 8: EF = 0.7 · 3.664 / 0.025 = 102.592 t/TJ; 2.5 TJ · 102.592 = 256.48; eq. 9: 100 · 0.7 · 3.664 = 256.48
    analysed = replace(COAL, emission_factor=None, carbon_content=0.7)
    assert emissions(analysed).fossil == pytest.approx(2.5 * 102.592, rel=1e-12)
    assert emissions(analysed).energy_tj == 2.5
    assert emissions(replace(analysed, ncv=None)).fossil == pytest.approx(256.48, rel=1e-12)


def test_a_stated_emission_factor_goes_before_the_carbon_content():
    assert emissions(replace(COAL, carbon_content=0.7)).fossil == 237.5


def test_zero_rated_biomass_is_a_memo():
    # 15 % of 237.5 = 35.625
    result = emissions(replace(COAL, biomass_fraction=0.15, zero_rated=True))
    assert result.fossil == pytest.approx(201.875, rel=1e-14)
    assert result.biogenic == pytest.approx(35.625, rel=1e-14)
    assert result.energy_tj == 2.5
    assert result.energy_biogenic_tj == pytest.approx(0.375, rel=1e-14)


@pytest.mark.parametrize("method", [Method.COMBUSTION, Method.MASS_BALANCE])
def test_biomass_without_evidence_is_fossil(method):
    stream = SourceStream("Wood", method, 10.0, ncv=15.6, emission_factor=112.0, biomass_fraction=1.0)
    proven = emissions(replace(stream, zero_rated=True))
    claimed = emissions(stream)
    assert (proven.fossil, claimed.biogenic) == (0.0, 0.0)
    assert claimed.fossil == proven.biogenic == pytest.approx(17.472, rel=1e-12)  # 0.156 TJ · 112
    assert (claimed.energy_biogenic_tj, proven.energy_biogenic_tj) == (0.0, proven.energy_tj)


@pytest.mark.parametrize("method", [Method.PROCESS, Method.CARBONATES_INPUT, Method.CARBONATES_OUTPUT])
def test_biomass_as_a_process_input_needs_no_evidence(method):
    result = emissions(replace(LIMESTONE, method=method, biomass_fraction=0.25))
    assert (result.fossil, result.biogenic) == (330.0, 110.0)


def test_process_emissions_with_conversion_factor():
    # 1 000 t · 0.44 · 0.9 = 396
    assert emissions(LIMESTONE) == StreamResult(440.0, 0.0, 0.0, 0.0)
    assert emissions(replace(LIMESTONE, conversion_factor=0.9)).fossil == pytest.approx(396.0, rel=1e-14)


def test_process_material_with_energy_factor_and_carbon_content():
    # 1 000 t · 10 GJ/t = 10 TJ · 50 = 500; by carbon 1 000 · 0.1 · 3.664 = 366.4
    fuel_like = replace(LIMESTONE, ncv=10.0, emission_factor=50.0, factor_unit=FactorUnit.PER_TJ)
    assert emissions(fuel_like) == StreamResult(500.0, 0.0, 10.0, 0.0)
    assert emissions(replace(LIMESTONE, emission_factor=None, carbon_content=0.1)).fossil == pytest.approx(366.4)


def test_carbonates_by_input():
    # 80 % CaCO3 · 0.440 + 10 % MgCO3 · 0.522 = 0.4042 t/t; 500 t · 0.4042 = 202.1
    dolomitic = SourceStream(
        "Dolomitic limestone",
        Method.CARBONATES_INPUT,
        500.0,
        composition=(Constituent("CaCO3", 0.8, 0.44), Constituent("MgCO3", 0.1, 0.522)),
    )
    assert emissions(dolomitic).fossil == pytest.approx(202.1, rel=1e-12)
    assert emissions(replace(dolomitic, conversion_factor=0.5)).fossil == pytest.approx(101.05, rel=1e-12)


def test_carbonates_by_output():
    # 65 % CaO · 0.785 + 1.5 % MgO · 1.092 = 0.52663 t/t clinker; 1 000 t: 526.63
    clinker = SourceStream(
        "Clinker",
        Method.CARBONATES_OUTPUT,
        1000.0,
        composition=(Constituent("CaO", 0.65, 0.785), Constituent("MgO", 0.015, 1.092)),
    )
    assert emissions(clinker).fossil == pytest.approx(526.63, rel=1e-12)


def test_a_stated_factor_goes_before_the_composition():
    stream = replace(LIMESTONE, method=Method.CARBONATES_INPUT, composition=(Constituent("CaCO3", 1.0, 0.9),))
    assert emissions(stream).fossil == 440.0


def test_mass_balance_takes_outputs_as_negative():
    # 3.664 · (−1 000) · 0.002 = −7.328
    assert emissions(STEEL).fossil == pytest.approx(-7.328, rel=1e-14)
    assert emissions(STEEL).energy_tj == 0.0
    assert emissions(replace(STEEL, activity=1000.0)).fossil == pytest.approx(7.328, rel=1e-14)


def test_mass_balance_from_emission_factors():
    # eq. 13: CC = 56.1 · 0.048 / 3.664, times 3.664 again: 10 t · 0.048 · 56.1 = 26.928; eq. 14 likewise
    gas = SourceStream("Gas", Method.MASS_BALANCE, 10.0, ncv=48.0, emission_factor=56.1)
    assert emissions(gas).fossil == pytest.approx(26.928, rel=1e-12)
    assert emissions(gas).energy_tj == pytest.approx(0.48, rel=1e-15)
    coke = SourceStream("Coke", Method.MASS_BALANCE, 10.0, emission_factor=3.19, factor_unit=FactorUnit.PER_UNIT)
    assert emissions(coke).fossil == pytest.approx(31.9, rel=1e-12)


def test_mass_balance_prefers_the_carbon_content():
    assert emissions(replace(STEEL, emission_factor=9.0, ncv=1.0)).fossil == pytest.approx(-7.328, rel=1e-14)


def test_biomass_of_a_mass_balance_with_evidence():
    # 100 t · 0.5 · 3.664 = 183.2; 20 % = 36.64
    charcoal = SourceStream(
        "Mix", Method.MASS_BALANCE, 100.0, carbon_content=0.5, biomass_fraction=0.2, zero_rated=True
    )
    result = emissions(charcoal)
    assert result.fossil == pytest.approx(146.56, rel=1e-14)
    assert result.biogenic == pytest.approx(36.64, rel=1e-14)


@pytest.mark.parametrize(
    ("stream", "message"),
    [
        (replace(COAL, activity=None), "The activity data of source stream Coal is missing."),
        (replace(STEEL, activity=None), "The activity data of source stream Steel is missing."),
        (replace(COAL, ncv=None), "The net calorific value of source stream Coal is missing."),
        (replace(COAL, emission_factor=None), "The emission factor of source stream Coal is missing."),
        (replace(LIMESTONE, emission_factor=None), "The emission factor of source stream Limestone is missing."),
        (replace(STEEL, carbon_content=None), "The carbon content of source stream Steel is missing."),
        (replace(COAL, oxidation_factor=None), "The oxidation factor of source stream Coal is missing."),
        (replace(LIMESTONE, conversion_factor=None), "The conversion factor of source stream Limestone is missing."),
        (replace(COAL, biomass_fraction=None), "The biomass fraction of source stream Coal is missing."),
        (
            SourceStream("Marl", Method.CARBONATES_INPUT, 1.0),
            "The composition or emission factor of source stream Marl is missing.",
        ),
        (
            SourceStream("Marl", Method.CARBONATES_INPUT, 1.0, carbon_content=0.1),
            "The composition or emission factor of source stream Marl is missing.",
        ),
        (
            SourceStream("Marl", Method.CARBONATES_INPUT, 1.0, composition=(Constituent("CaCO3", None, 0.44),)),
            "The share of CaCO3 in Marl is missing.",
        ),
        (
            SourceStream("Marl", Method.CARBONATES_INPUT, 1.0, composition=(Constituent("CaCO3", 0.5, None),)),
            "The emission factor of CaCO3 is missing.",
        ),
    ],
)
def test_what_is_missing_is_named(stream, message):
    with pytest.raises(MissingFigure) as caught:
        emissions(stream)
    assert str(caught.value) == message


@pytest.mark.parametrize(
    ("stream", "message"),
    [
        (replace(COAL, activity=-1.0), "The activity data of source stream Coal is -1.0, but it cannot be negative."),
        (replace(LIMESTONE, activity=-1.0), "The activity data of source stream Limestone is -1.0"),
        (replace(COAL, activity=math.inf), "The activity data of source stream Coal is inf"),
        (replace(STEEL, activity=math.nan), "The activity data of source stream Steel is nan"),
        (replace(COAL, ncv=0.0), "The net calorific value of source stream Coal is 0.0"),
        (replace(COAL, emission_factor=-1.0), "The emission factor of source stream Coal is -1.0"),
        (replace(COAL, oxidation_factor=1.01), "The oxidation factor of source stream Coal is 1.01"),
        (replace(LIMESTONE, conversion_factor=1.01), "The conversion factor of source stream Limestone is 1.01"),
        (replace(LIMESTONE, conversion_factor=-0.1), "The conversion factor of source stream Limestone is -0.1"),
        (replace(COAL, biomass_fraction=1.5), "The biomass fraction of source stream Coal is 1.5"),
        (replace(COAL, biomass_fraction=-0.5), "The biomass fraction of source stream Coal is -0.5"),
        (replace(STEEL, carbon_content=1.1), "The carbon content of source stream Steel is 1.1"),
        (replace(STEEL, carbon_content=-0.1), "The carbon content of source stream Steel is -0.1"),
        (
            replace(STEEL, unit=ActivityUnit.THOUSAND_NM3, carbon_content=-0.1),
            "The carbon content of source stream Steel is -0.1",
        ),
        (
            SourceStream("Marl", Method.CARBONATES_INPUT, 1.0, composition=(Constituent("CaCO3", 1.5, 0.44),)),
            "The share of CaCO3 in Marl is 1.5, but it must lie between 0 and 1.0.",
        ),
        (
            replace(COAL, emission_factor=None, carbon_content=2.0),
            "The carbon content of source stream Coal is 2.0",
        ),
    ],
)
def test_figures_out_of_range_are_refused(stream, message):
    with pytest.raises(InvalidFigure) as caught:
        emissions(stream)
    assert str(caught.value).startswith(message)


def test_a_gas_may_hold_more_than_one_tonne_of_carbon_in_1000_nm3():
    gas = replace(STEEL, unit=ActivityUnit.THOUSAND_NM3, activity=1.0, carbon_content=1.2)
    assert emissions(gas).fossil == pytest.approx(4.3968, rel=1e-14)


def test_constituents_cannot_exceed_the_material():
    marl = SourceStream(
        "Marl",
        Method.CARBONATES_INPUT,
        1.0,
        composition=(Constituent("CaCO3", 0.9, 0.44), Constituent("MgCO3", 0.2, 0.522)),
    )
    with pytest.raises(InvalidFigure, match=r"^The constituents of source stream Marl add up to more than the mat"):
        emissions(marl)
    # typed decimals that fill the material up to the last binary digit, or one above, are no error
    full = tuple(Constituent(f"c{i}", share, 0.5) for i, share in enumerate([0.1] * 9 + [0.1000000000000003]))
    assert emissions(replace(marl, composition=full)).fossil == pytest.approx(0.5)


def test_oxidation_factor_from_ash():
    assert oxidation_factor(2.0, 80.0) == 0.975
    assert oxidation_factor(0.0, 80.0) == 1.0
    assert oxidation_factor(80.0, 80.0) == 0.0
    with pytest.raises(InvalidFigure, match=r"^The carbon contained in ash and dust is 81"):
        oxidation_factor(81.0, 80.0)
    with pytest.raises(InvalidFigure, match=r"^The carbon contained in the fuel is 0"):
        oxidation_factor(0.0, 0.0)
    with pytest.raises(MissingFigure, match=r"^The carbon contained in the fuel is missing"):
        oxidation_factor(1.0, None)
    with pytest.raises(MissingFigure, match=r"^The carbon contained in ash and dust is missing"):
        oxidation_factor(None, 1.0)


def test_an_installation_is_the_exact_sum_of_its_streams():
    rows = [StreamResult(0.1, 0.2, 0.3, 0.4)] * 10
    assert total_emissions(rows) == StreamResult(1.0, 2.0, 3.0, 4.0)
    assert total_emissions(iter(())) == StreamResult(0.0, 0.0, 0.0, 0.0)


def test_one_unknown_energy_makes_the_energy_unknown_not_the_emissions():
    rows = [StreamResult(1.0, 0.5, None, None), StreamResult(2.0, 0.25, 3.0, 1.0)]
    assert total_emissions(rows) == StreamResult(3.0, 0.75, None, None)
    assert total_emissions(reversed(rows)) == StreamResult(3.0, 0.75, None, None)


def test_units_and_methods_have_stable_values():
    assert [method.value for method in Method] == [
        "combustion",
        "process",
        "carbonates_input",
        "carbonates_output",
        "mass_balance",
    ]
    assert [unit.value for unit in ActivityUnit] == ["t", "1000Nm3"]
    assert [unit.value for unit in FactorUnit] == ["tCO2/TJ", "tCO2/unit"]


@given(
    st.sampled_from(list(Method)),
    st.floats(0, 1e7),
    st.floats(0.1, 100),
    st.floats(0, 300),
    st.floats(0, 1),
    st.floats(0, 1),
    st.booleans(),
)
def test_emissions_are_linear_and_biomass_only_moves_them(method, activity, ncv, factor, biomass, other, evidence):
    stream = SourceStream(
        "s", method, activity, ncv=ncv, emission_factor=factor, biomass_fraction=biomass, zero_rated=evidence
    )
    whole = emissions(replace(stream, biomass_fraction=0.0))
    mixed = emissions(stream)
    assert mixed.fossil + mixed.biogenic == pytest.approx(whole.fossil, rel=1e-12, abs=1e-12)
    assert mixed.energy_tj == whole.energy_tj
    part = emissions(replace(stream, activity=activity * other))
    assert part.fossil == pytest.approx(mixed.fossil * other, rel=1e-12, abs=1e-12)
