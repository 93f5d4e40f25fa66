# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl.html)
"""Attribution by moles: equation 43. Expected figures are worked by hand in the comments."""

import pytest
from engine.embedded import Embedded
from engine.errors import InvalidFigure, MissingFigure
from engine.molar import ChemicalProduct, molar_weights, share_by_moles


def products(chlorine=71.0):
    # 2 t H2 / 2 = 1; 71 t Cl2 / 71 = 1; 160 t NaOH / 40 = 4 (in thousands of kmol)
    return [
        ChemicalProduct("hydrogen", 2.0, 2.0),
        ChemicalProduct("chlorine", 71.0, chlorine),
        ChemicalProduct("caustic soda", 160.0, 40.0),
    ]


def test_shares_by_moles():
    # 1/6, 1/6 and 4/6 of 600 direct and 60 indirect
    result = share_by_moles(Embedded(direct=600.0, indirect_total=60.0), products())
    assert molar_weights(products()) == {"hydrogen": 1.0, "chlorine": 1.0, "caustic soda": 4.0}
    assert [result[key].direct for key in result] == pytest.approx([100.0, 100.0, 400.0], rel=1e-14)
    assert [result[key].indirect_total for key in result] == pytest.approx([10.0, 10.0, 40.0], rel=1e-14)


def test_an_unknown_molar_mass_means_shares_by_mass():
    # 2, 71 and 160 of 233 t
    assert molar_weights(products(chlorine=None)) == {"hydrogen": 2.0, "chlorine": 71.0, "caustic soda": 160.0}
    assert share_by_moles(Embedded(direct=233.0), products(None))["hydrogen"].direct == pytest.approx(2.0, rel=1e-14)


def test_wrong_figures_are_named():
    with pytest.raises(MissingFigure, match="The mass of co-product hydrogen is missing"):
        molar_weights([ChemicalProduct("hydrogen", None, 2.0)])
    with pytest.raises(InvalidFigure, match="The molar mass of hydrogen"):
        molar_weights([ChemicalProduct("hydrogen", 1.0, 0.0)])
    with pytest.raises(InvalidFigure, match="The co-product hydrogen is there twice"):
        molar_weights([ChemicalProduct("hydrogen", 1.0, 2.0), ChemicalProduct("hydrogen", 1.0, 2.0)])
    with pytest.raises(InvalidFigure, match="cannot be shared"):
        share_by_moles(Embedded(direct=1.0), [ChemicalProduct("hydrogen", 0.0, 2.0)])
