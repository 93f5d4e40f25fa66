# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl.html)
"""Units of meters, and what a metered quantity means for a source stream."""

import pytest
from engine.energy_units import UNITS, convert, convertible, metered_stream
from engine.errors import InvalidFigure, MissingFigure
from engine.source_streams import ActivityUnit, FactorUnit, Method, SourceStream, emissions

GAS = SourceStream(
    "Natural gas", Method.COMBUSTION, None, unit=ActivityUnit.THOUSAND_NM3, ncv=36.0, emission_factor=56.1
)
DIESEL = SourceStream("Diesel", Method.COMBUSTION, None, ncv=43.0, emission_factor=74.1)


@pytest.mark.parametrize(
    ("quantity", "unit", "to_unit", "expected"),
    [
        (3.0, "kwh", "mwh", 0.003),
        (1.0, "mwh", "gj", 3.6),
        (1.0, "tj", "mwh", 1 / 0.0036),
        (250.0, "nm3", "knm3", 0.25),
        (1500.0, "kg", "t", 1.5),
        (1.0, "gcal", "gj", 4.1868),
        (1.0, "mmbtu", "mj", 1055.05585262),
        (20.0, "l", "m3", 0.02),
    ],
)
def test_units_of_one_dimension_convert(quantity, unit, to_unit, expected):
    assert convert(quantity, unit, to_unit) == pytest.approx(expected, rel=1e-15)


@pytest.mark.parametrize("unit", UNITS)
def test_a_unit_is_itself(unit):
    assert convert(7.3, unit, unit) == 7.3


def test_units_of_different_dimensions_do_not_convert():
    assert not convertible("nm3", "l")
    with pytest.raises(InvalidFigure, match="kWh cannot be converted into t"):
        convert(1.0, "kwh", "t")


def test_gas_by_volume_by_energy_and_by_bill_gives_the_same():
    # 1 000 Nm3 x 36 GJ = 0.036 TJ x 56.1 = 2.0196 tCO2; 0.036 TJ = 10 MWh = 36 GJ
    for quantity, unit in [(1000.0, "nm3"), (1.0, "knm3"), (10.0, "mwh"), (36.0, "gj")]:
        result = emissions(metered_stream(GAS, quantity, unit))
        assert result.fossil == pytest.approx(2.0196, rel=1e-12)
        assert result.energy_tj == pytest.approx(0.036, rel=1e-12)


def test_energy_needs_no_calorific_value_where_the_factor_is_per_tj():
    heat = SourceStream("Steam", Method.COMBUSTION, None, emission_factor=62.0)
    # 50 GJ = 0.05 TJ x 62 = 3.1 tCO2
    assert emissions(metered_stream(heat, 50.0, "gj")).fossil == pytest.approx(3.1, rel=1e-12)


def test_energy_needs_the_calorific_value_where_the_factor_is_per_tonne():
    coal = SourceStream("Coal", Method.COMBUSTION, None, emission_factor=2.5, factor_unit=FactorUnit.PER_UNIT)
    with pytest.raises(MissingFigure, match="net calorific value of source stream Coal"):
        metered_stream(coal, 10.0, "gj")


def test_litres_need_the_density():
    # 1 000 L x 0.84 t/m3 = 0.84 t x 43 GJ = 0.03612 TJ x 74.1 = 2.676492 tCO2
    assert emissions(metered_stream(DIESEL, 1000.0, "l", density=0.84)).fossil == pytest.approx(2.676492, rel=1e-12)
    with pytest.raises(MissingFigure, match="density of source stream Diesel"):
        metered_stream(DIESEL, 1000.0, "l")


def test_a_unit_that_does_not_lead_to_the_stream_is_refused():
    with pytest.raises(InvalidFigure, match="Nm³ cannot be converted into t"):
        metered_stream(DIESEL, 5.0, "nm3")
    with pytest.raises(MissingFigure, match="quantity of source stream Diesel"):
        metered_stream(DIESEL, None, "t")


def test_energy_leads_back_to_the_quantity_where_the_factor_is_per_tonne():
    coal = SourceStream("Coal", Method.COMBUSTION, None, ncv=25.0, emission_factor=2.5, factor_unit=FactorUnit.PER_UNIT)
    # 50 GJ at 25 GJ/t are 2 t x 2.5 = 5 tCO2
    stream = metered_stream(coal, 50.0, "gj")
    assert stream.activity == pytest.approx(2.0, rel=1e-12)
    assert emissions(stream).fossil == pytest.approx(5.0, rel=1e-12)
