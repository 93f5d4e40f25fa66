# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl.html)
"""Averages of precursors: Article 14 and Annex II E. Expected figures are worked by hand in the comments."""

import pytest
from engine.embedded import Embedded, FunctionalUnit
from engine.errors import InvalidFigure, MissingFigure
from engine.precursors import (
    Basis,
    OwnProduction,
    Receipt,
    Subset,
    average,
    basis,
    counted_see,
    of_subset,
    received,
    see_per_functional_unit,
)
from hypothesis import given
from hypothesis import strategies as st


def see(direct, **more):
    return Embedded(direct=direct, **more)


LOW = Receipt("Billets of January", 100.0, "mill A", verified=see(1.0))
HIGH = Receipt("Billets of July", 100.0, "mill B", verified=see(3.0))
UNVERIFIED = Receipt("Billets of mill C", 50.0, "mill C", default=see(4.0, indirect_total=0.5, indirect_scope=0.4))
UNION = Receipt("Billets of the Union", 50.0, "mill D", exempt=True)


def test_the_period_consumes_the_average_whatever_it_has_really_used():
    # (100 · 1.0 + 100 · 3.0) / 200 = 2.0
    assert average([LOW, HIGH]).direct == 2.0


def test_exempt_receipts_count_zero_and_weigh():
    # (100 · 1.0 + 100 · 3.0 + 50 · 0) / 250 = 1.6
    assert average([LOW, HIGH, UNION]).direct == pytest.approx(1.6, rel=1e-15)


def test_what_is_not_verified_counts_at_the_default_as_a_whole():
    # (100 · 1.0 + 50 · 4.0) / 150 = 2.0, of which 200 / 150 default; indirect 25 / 150 and 20 / 150 all default
    result = average([LOW, UNVERIFIED])
    assert result.direct == pytest.approx(2.0, rel=1e-15)
    assert result.direct_default == pytest.approx(4.0 / 3.0, rel=1e-15)
    assert result.indirect_default == result.indirect_total == pytest.approx(1.0 / 6.0, rel=1e-15)
    assert result.scope_default == result.indirect_scope == pytest.approx(2.0 / 15.0, rel=1e-15)


def test_own_production_of_the_code_is_included():
    # (100 · 1.0 + 300 · 2.0) / 400 = 1.75
    assert average([LOW], [OwnProduction("caster", 300.0, see(2.0))]).direct == 1.75


def test_basis_of_a_receipt():
    assert [basis(row) for row in (LOW, UNVERIFIED, UNION)] == [Basis.VERIFIED, Basis.DEFAULT, Basis.EXEMPT]
    both = Receipt("Both", 1.0, verified=see(1.0), default=see(2.0))
    assert basis(both) is Basis.VERIFIED
    assert counted_see(both).direct == 1.0
    assert counted_see(Receipt("Union", 1.0, verified=see(1.0), exempt=True)) is Embedded.ZERO


def test_received_tells_quantities_per_basis():
    result = received([LOW, UNVERIFIED, UNION, HIGH])
    assert result.quantity == 300.0
    assert result.by_basis == {Basis.VERIFIED: 200.0, Basis.DEFAULT: 50.0, Basis.EXEMPT: 50.0}
    assert result.embedded.direct == 600.0
    assert result.see.direct == 2.0
    assert received([]).see is None


def test_unknown_free_allocation_is_told():
    assert received([LOW, HIGH]).sefa_known is True
    assert received([LOW, Receipt("X", 1.0, verified=see(1.0), sefa_known=False)]).sefa_known is False
    nothing = Receipt("X", 0.0, verified=see(1.0), sefa_known=False)
    union = Receipt("X", 1.0, exempt=True, sefa_known=False)
    assert received([nothing, union]).sefa_known is True


def test_missing_figures_are_named():
    with pytest.raises(MissingFigure, match="neither a verified record nor a default value for Billets X"):
        average([Receipt("Billets X", 1.0)])
    with pytest.raises(MissingFigure, match="The quantity received of Billets X is missing"):
        average([Receipt("Billets X", None, exempt=True)])
    with pytest.raises(InvalidFigure, match="The quantity received of Billets X"):
        average([Receipt("Billets X", -1.0, exempt=True)])
    with pytest.raises(MissingFigure, match="The quantity that process caster has produced"):
        average([], [OwnProduction("caster", None, see(2.0))])
    with pytest.raises(MissingFigure, match="Nothing of the precursor was received or produced"):
        average([])


def test_a_proven_subset_counts_alone():
    subset = Subset("Separate yard, goods issue list 2026", frozenset({"mill A"}))
    assert of_subset([LOW, HIGH], subset) == (LOW,)
    with pytest.raises(InvalidFigure, match=r"^Nothing of the precursor was received from mill Z\.$"):
        of_subset([LOW], Subset("List", frozenset({"mill Z"})))
    with pytest.raises(MissingFigure, match="The evidence that a process takes its precursor"):
        of_subset([LOW], Subset("  ", frozenset({"mill A"})))


def test_figures_per_tonne_as_figures_per_functional_unit():
    # ammonium nitrate with 340 kg N per t: 2.04 t/t / 340 = 0.006 per kg N
    result = see_per_functional_unit(see(2.04), FunctionalUnit.KG_NITROGEN, 340.0, "Ammonium nitrate")
    assert result.direct == pytest.approx(0.006, rel=1e-14)
    assert see_per_functional_unit(see(2.04), FunctionalUnit.TONNE, None, "Billets").direct == 2.04
    with pytest.raises(InvalidFigure, match="The content of Cement"):
        see_per_functional_unit(see(1.0), FunctionalUnit.TONNE_CLINKER, 0.0, "Cement")


@given(st.lists(st.tuples(st.floats(0.001, 1e6), st.floats(0, 50)), min_size=1, max_size=10))
def test_the_average_carries_what_was_received(rows):
    receipts = [Receipt(str(index), quantity, verified=see(value)) for index, (quantity, value) in enumerate(rows)]
    whole = received(receipts)
    assert average(receipts).direct * whole.quantity == pytest.approx(whole.embedded.direct, rel=1e-12)
    assert min(value for _quantity, value in rows) - 1e-9 <= average(receipts).direct
    assert average(receipts).direct <= max(value for _quantity, value in rows) + 1e-9
