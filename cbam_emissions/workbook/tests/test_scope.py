# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl.html)
"""Indirect emissions in scope (2025/2547 Annex I 3.1) and default shares (Annex IV 1.1(15)), worked by hand."""

import pytest
from files import WORKBOOKS, needs_examples
from made import communication, precursor, process
from made_filling import DIRECT, INDIRECT, WORKS

from cbam_emissions.workbook import cells
from cbam_emissions.workbook.read import read
from cbam_emissions.workbook.recompute import recompute
from cbam_emissions.workbook.safe_open import open_book
from cbam_emissions.workbook.scope import in_scope, law_remarks

OUTSIDE_ANNEX_II = {
    "cement",
    "cement_clinker",
    "calcined_clay",
    "aluminous_cement",
    "sintered_ore",
    "ammonia",
    "nitric_acid",
    "urea",
    "mixed_fertilisers",
}
ANNEX_II = {key: key not in OUTSIDE_ANNEX_II for key in cells.CATEGORY_KEYS.values()}


def scoped(**values):
    filled = communication(**values)
    return in_scope(filled, recompute(filled), ANNEX_II)


def electric(place, category, indirect, source=None, **values):
    """A process of 100 t whose electricity at 1 t/MWh makes ``indirect`` t per tonne."""
    return process(
        place,
        category=category,
        electricity=indirect * 100,
        electricity_factor=1.0,
        electricity_source=source,
        **values,
    )


def test_sintered_ore_stays_in_scope_up_to_the_steel():
    """Sinter 0.5, of which 200 t make 100 t of pig iron, 90 t of which make 100 t of steel: 0.9 x 2 x 0.5 = 0.9."""
    found = scoped(
        processes=(
            electric(1, "Sintered Ore", 0.5, transfers={2: 200.0}),
            electric(2, "Pig iron", 0.3, transfers={3: 90.0}),
            electric(3, "Crude steel", 0.2),
        )
    )
    assert [found[place].indirect_scope for place in (1, 2, 3)] == pytest.approx([0.5, 1.0, 0.9])
    assert found[3].indirect_total == pytest.approx(0.2 + 0.9 * (0.3 + 2 * 0.5))


def test_hydrogen_leaves_the_scope_in_ammonia():
    """Ammonia's own 0.4 and the bought nitric acid's 0.5 x 0.1 = 0.05; nothing of 0.2 t hydrogen at 50."""
    acid = precursor(1, {2: 50.0}, category="Nitric acid", electricity=0.1, electricity_factor=1.0)
    found = scoped(
        processes=(electric(1, "Hydrogen", 50.0, transfers={2: 20.0}), electric(2, "Ammonia", 0.4)),
        precursors=(acid,),
    )
    assert (found[1].indirect_scope, found[2].indirect_scope) == pytest.approx((0.0, 0.45))
    assert found[2].indirect_total == pytest.approx(0.4 + 0.2 * 50 + 0.05)


def test_default_shares():
    """Urea 2 t direct and 1 t indirect by a contract; 100 t of ammonia bought at 3 t and 1 MWh x 0.5, all by default:
    (3 + 0.5) of 5 direct + 1.5 in scope rest on default values; 0.5 of 1.5 of the indirect ones."""
    ammonia = precursor(
        1,
        {1: 100.0},
        category="Ammonia",
        see_direct=3.0,
        see_direct_source="Default",
        electricity=1.0,
        electricity_factor=0.5,
        electricity_data="Default",
        electricity_source="D.4(a)",
    )
    found = scoped(processes=(electric(1, "Urea", 1.0, source="D.4.3.2", direct=200.0),), precursors=(ammonia,))[1]
    assert found.default_share == pytest.approx(3.5 / 6.5)
    assert found.indirect_default_share == pytest.approx(0.5 / 1.5)


@pytest.mark.parametrize(
    ("source", "share"), [("D.4(a)", 1), ("D.4(b)", 1), ("Mix", 1), (None, 1), ("D.4.1", 0), ("D.4.3.1", 0)]
)
def test_a_factor_without_evidence_counts_as_a_default(source, share):
    assert scoped(processes=(electric(1, "Urea", 1.0, source=source),))[1].indirect_default_share == share


def test_a_process_without_production_has_no_figure():
    found = scoped(processes=(process(1, level=None), electric(2, "Urea", 1.0)))
    assert set(found) == {2}


def test_what_the_law_sees_differently():
    filled = communication(
        precursors=(
            precursor(1, {}, country="DE", category="Urea"),
            precursor(2, {}, country="IN", category="Pig iron", see_direct_source="Default"),
            precursor(3, {}, country="IN", category="Unwrought aluminium"),
        )
    )
    assert list(map(str, law_remarks(filled, ANNEX_II, {"DE"}))) == [
        "E_PurchPrec!G14: Bought 1 is from DE: counted by the template, zero by Regulation 2025/2547.",
        "E_PurchPrec!L58: what goods outside Annex II brought into Bought 2 is not told; in scope it counts as none.",
        "E_PurchPrec!M58: Bought 2 is by default values as typed; Regulation 2025/2547 adds a mark-up to them.",
    ]


def test_the_aluminium_works_has_nothing_in_scope_but_direct_emissions():
    filled = communication(
        **{name: getattr(WORKS, name) for name in ("processes", "precursors", "process_prices", "precursor_prices")}
    )
    found = in_scope(filled, recompute(filled), ANNEX_II)[2]
    assert (found.direct, found.indirect_total, found.indirect_scope) == pytest.approx((DIRECT, INDIRECT, 0.0))


@needs_examples
@pytest.mark.parametrize("path", WORKBOOKS, ids=lambda path: path.stem)
def test_examples(path):
    """Steel goods have no indirect emissions in scope, cement and fertilisers (without hydrogen) all of them."""
    filled = read(open_book(path.read_bytes()))
    found = recompute(filled)
    for place, value in in_scope(filled, found, ANNEX_II).items():
        expected = 0.0 if "steel" in filled.processes[place - 1].category else value.indirect_total
        assert value.indirect_scope == expected
        assert value.indirect_total == pytest.approx(found.process(place).embedded.emissions.indirect_total, rel=1e-12)
