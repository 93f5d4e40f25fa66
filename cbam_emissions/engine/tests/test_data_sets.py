# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl.html)
"""Data sets of source streams, corrected to the installation's measurement (2025/2547 equations 41 and 42)."""

from math import fsum

import pytest
from engine.embedded import Embedded
from engine.errors import InvalidFigure
from engine.statutory.data_sets import Attributed, data_set
from hypothesis import given
from hypothesis import strategies as st

NOTHING = Attributed(0.0, Embedded.ZERO)


def gas(quantity):
    """Natural gas at 2.6928 tCO2 per tonne."""
    return Attributed(quantity, Embedded(direct=2.6928 * quantity))


def test_all_processes_are_corrected_by_one_factor():
    """60 + 20 t attributed, 100 t measured: RecF 1.25, 75 and 25 t; the process outside CBAM is corrected too."""
    found = data_set("Gas", {"screws": gas(60.0), "canteen": gas(20.0)}, NOTHING, 100.0)
    assert found.factor == 1.25
    assert {key: row.quantity for key, row in found.processes.items()} == {"screws": 75.0, "canteen": 25.0}
    assert found.processes["screws"].embedded.direct == pytest.approx(201.96, rel=1e-12)
    assert found.difference == 20.0


def test_what_no_process_has_taken_belongs_to_all_of_them():
    found = data_set("Gas", {"screws": gas(30.0), "nuts": gas(10.0)}, gas(8.0))
    assert found.measured == 48.0
    assert found.processes["screws"].quantity == 36.0


def test_without_a_difference_nothing_changes():
    found = data_set("Gas", {"screws": gas(60.0)}, NOTHING, 60.0)
    assert (found.factor, found.processes["screws"]) == (1.0, gas(60.0))
    assert data_set("Gas", {"screws": NOTHING}, NOTHING).factor is None


def test_a_measured_total_never_stands_in_for_missing_process_data():
    with pytest.raises(InvalidFigure, match=r"^Gas: 100 was measured at the installation, but no process"):
        data_set("Gas", {}, NOTHING, 100.0)
    with pytest.raises(InvalidFigure, match=r"^Gas: 7 was measured"):
        data_set("Gas", {"screws": NOTHING}, gas(7.0))


quantities = st.floats(0.001, 1e6)


@given(st.dictionaries(st.integers(), quantities, min_size=1, max_size=6), quantities)
def test_processes_add_up_to_what_was_measured_and_keep_their_factors(processes, measured):
    found = data_set("Gas", {key: gas(value) for key, value in processes.items()}, NOTHING, measured)
    assert fsum(row.quantity for row in found.processes.values()) == pytest.approx(measured, rel=1e-12)
    total = Embedded.total(row.embedded for row in found.processes.values())
    assert total.direct == pytest.approx(2.6928 * measured, rel=1e-9)
