# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl.html)
"""Flares, flue gas cleaning, CO2 transfers. Expected figures are worked by hand in the comments."""

import pytest
from engine.errors import InvalidFigure, MissingFigure
from engine.flue_gas import (
    CarbonTransfer,
    Destination,
    flare_emissions,
    gypsum_emissions,
    not_emitted,
    urea_emissions,
)


def test_cleaning_and_flares():
    assert gypsum_emissions(10000.0) == pytest.approx(2558.0, rel=1e-14)
    assert urea_emissions(1000.0) == pytest.approx(732.8, rel=1e-14)
    assert flare_emissions(1000000.0) == pytest.approx(3930.0, rel=1e-14)
    assert flare_emissions(1000.0, 0.002) == 2.0


@pytest.mark.parametrize("function", [gypsum_emissions, urea_emissions, flare_emissions])
def test_quantities_are_checked(function):
    with pytest.raises(MissingFigure, match="is missing"):
        function(None)
    with pytest.raises(InvalidFigure, match="cannot be negative"):
        function(-1.0)


@pytest.mark.parametrize("destination", [place for place in Destination if place is not Destination.OTHER])
def test_stored_or_bound_carbon_is_not_emitted(destination):
    # 1 000 · 0.95
    assert not_emitted(CarbonTransfer("CO2", 1000.0, destination, 0.95, evidenced=True)) == 950.0
    assert not_emitted(CarbonTransfer("CO2", 1000.0, destination, 0.95)) == 0.0


def test_any_other_use_counts_as_emitted():
    assert not_emitted(CarbonTransfer("CO2 for urea", 1000.0, Destination.OTHER, 1.0, evidenced=True)) == 0.0


def test_wrong_transfers_are_named():
    with pytest.raises(MissingFigure, match="The fraction of CO2 that is stored or bound is missing"):
        not_emitted(CarbonTransfer("CO2", 1000.0, Destination.STORAGE_SITE, evidenced=True))
    with pytest.raises(InvalidFigure, match="The fraction of CO2 stored or bound"):
        not_emitted(CarbonTransfer("CO2", 1000.0, Destination.STORAGE_SITE, 1.1, evidenced=True))
    with pytest.raises(MissingFigure, match="The CO2 transferred as CO2"):
        not_emitted(CarbonTransfer("CO2", None, Destination.OTHER))
