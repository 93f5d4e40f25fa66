# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl.html)
"""Flue gas of nitric acid: equation 29. Expected figures are worked by hand in the comments."""

import pytest
from engine.errors import InvalidFigure, MissingFigure
from engine.nitric_acid import flue_gas_flow


def test_flue_gas_flow():
    # (90 000 + 9 000 + 1 000) · 0.7905 / 0.975 = 79 050 / 0.975 = 81 076.923…
    assert flue_gas_flow([90000.0, 9000.0, 1000.0], 0.025) == pytest.approx(79050.0 / 0.975, rel=1e-14)


def test_air_that_nothing_was_taken_from():
    assert flue_gas_flow([100000.0], 0.2095) == pytest.approx(100000.0, rel=1e-14)


def test_wrong_figures_are_named():
    with pytest.raises(InvalidFigure, match="has no flow of input air"):
        flue_gas_flow([], 0.02)
    with pytest.raises(MissingFigure, match="A flow of input air is missing"):
        flue_gas_flow([1.0, None], 0.02)
    with pytest.raises(InvalidFigure, match=r"The oxygen fraction of the flue gas is 2\.5"):
        flue_gas_flow([1.0], 2.5)
    with pytest.raises(MissingFigure, match="The oxygen fraction"):
        flue_gas_flow([1.0], None)
