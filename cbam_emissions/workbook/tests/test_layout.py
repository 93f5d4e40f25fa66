# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl.html)
"""The statutory book in the template's processes and precursors: what is recomputed from them is the book's own SEE."""

from dataclasses import replace

import pytest
from made import communication

from cbam_emissions.workbook import cells
from cbam_emissions.workbook.layout import Book, Good, Making, Terms, Use, lay_out
from cbam_emissions.workbook.precursor_layout import Receipt
from cbam_emissions.workbook.recompute import recompute

STEEL, PRODUCTS, IRON = "Crude steel", "Iron or steel products", "Pig iron"


def good(code, mass, direct, *processes, indirect=0.0, functional=None, category=PRODUCTS, composition=None):
    units = mass if functional is None else functional
    return Good(code, composition, category, mass, units, direct, indirect, frozenset(processes))


def making(key, direct=0.0, indirect=0.0, electricity=0.0, **values):
    terms = {name: values.pop(name) for name in list(values) if name in Terms.__slots__}
    return Making(
        key, f"Process {key}", Terms(direct=direct, indirect=indirect, electricity=electricity, **terms), **values
    )


def receipt(code, quantity, direct, country="IN", default=False, indirect=0.0, mass=None, electricity=None):
    mass = quantity if mass is None else mass
    return Receipt(code, IRON, "Pig iron", country, default, quantity, mass, direct, indirect, electricity)


def use(process, code, quantity, direct, received, made=0.0, indirect=0.0, subset=False):
    return Use(process, code, quantity, made, received, direct, indirect, subset)


def book(goods, makings, uses=(), receipts=()):
    return Book(tuple(goods), tuple(makings), tuple(uses), tuple(receipts), "D.4(b)")


def shown(entered):
    """Direct and indirect per tonne of each good of a book, as the template's formulas make them of its layout."""
    found = lay_out(entered)
    again = recompute(communication(processes=found.processes, precursors=found.purchases.precursors))
    by_name = {figures.node.name: figures.embedded.emissions for figures in again.processes}
    return [(by_name[name].direct, by_name[name].indirect_total) for name in found.process_of]


def agrees(entered):
    figures = [figure for pair in shown(entered) for figure in pair]
    book_says = [figure for row in entered.goods for figure in (row.see_direct, row.see_indirect)]
    assert figures == pytest.approx(book_says, rel=1e-12, abs=1e-15)
    return lay_out(entered)


def test_goods_of_one_process_that_carry_the_same_stand_together():
    """100 t and 50 t share 300 t: 2 t/t; 75 MWh at 0.8 t/MWh make 0.4 t/t."""
    found = agrees(
        book(
            [good("73181542", 100, 2.0, 1, indirect=0.4), good("73181535", 50, 2.0, 1, indirect=0.4)],
            [making(1, 300.0, 60.0, 75.0)],
        )
    )
    (process,) = found.processes
    assert (process.name, process.production[0].amount, process.direct) == ("Process 1", 150, 300.0)
    assert (process.electricity, process.electricity_factor) == (75.0, pytest.approx(0.8))
    assert process.included == ("Only direct production",)
    assert found.process_of == ("Process 1", "Process 1") and not found.remarks


def test_goods_that_carry_different_figures_stand_alone_by_their_shares():
    """300 t and 30 t of bought iron at 2.0 are 360 t, by moles: 200 on 100 t, 160 on 50 t: 2.0 and 3.2 t/t."""
    found = agrees(
        book(
            [good("28141000", 100, 2.0, 1, category="Ammonia"), good("28080000", 50, 3.2, 1, category="Nitric acid")],
            [making(1, 300.0)],
            [use(1, "72011011", 30.0, 2.0, 30.0)],
            [receipt("72011011", 30.0, 2.0)],
        )
    )
    assert [process.name for process in found.processes] == ["Process 1: 28141000", "Process 1: 28080000"]
    assert [process.direct for process in found.processes] == pytest.approx([300 * 200 / 360, 300 * 160 / 360])
    assert found.purchases.precursors[0].consumed == pytest.approx({1: 30 * 200 / 360, 2: 30 * 160 / 360})


def test_ranges_of_composition_stand_alone():
    """128 t on 160 t of clinker are 0.8: 100 t of cement with 0.9 and 100 t with 0.7 carry 0.72 and 0.56 t/t."""
    goods = [
        good("25232900", 100, 0.72, 1, functional=90.0, category="Cement", composition="85-95 %"),
        good("25232900", 100, 0.56, 1, functional=70.0, category="Cement", composition="65-75 %"),
    ]
    found = agrees(book(goods, [making(1, 128.0)]))
    assert [process.name for process in found.processes] == [
        "Process 1: 25232900 85-95 %",
        "Process 1: 25232900 65-75 %",
    ]


def test_an_average_of_own_production_and_receipts_is_taken_apart():
    """Own pig iron: 200 t on 100 t, 2.0; received 60 t at 1.0 from one place, 40 t at 4.0 by default elsewhere: 2.2.
    Average of 100 + 100 t: 2.1. Steel takes 150 t of it and 45 t of its own: 360 t on 120 t = 3.0."""
    found = agrees(
        book(
            [
                good("72011011", 100, 2.0, 1, category=IRON),
                good("72061000", 120, (45 + 150 * 2.1) / 120, 2, category=STEEL),
            ],
            [making(1, 200.0), making(2, 45.0, route="Electric arc furnace")],
            [use(2, "72011011", 150.0, 2.1, received=100.0, made=100.0)],
            [receipt("72011011", 60.0, 1.0), receipt("72011011", 40.0, 4.0, country="CN", default=True)],
        )
    )
    iron, steel = found.processes
    assert iron.transfers == pytest.approx({2: 75.0})
    assert (iron.to_market, steel.to_market) == pytest.approx((25.0, 120.0))
    assert steel.production[0].route == "Electric arc furnace"
    assert iron.production[0].route == "Unknown production routes"
    verified, default = found.purchases.precursors
    assert (verified.country, verified.see_direct, verified.see_direct_source) == ("IN", 1.0, "Measured")
    assert (default.country, default.see_direct, default.see_direct_source) == ("CN", 4.0, "Default")
    assert (verified.consumed[2], default.consumed[2]) == pytest.approx((45.0, 30.0))
    assert verified.for_other_purposes == pytest.approx(15.0)


def test_functional_units_become_tonnes():
    """4 000 kg N in 50 t of ammonia at 0.005 t per kg are 0.4 t per tonne: 160 t and 20 t on 200 t of urea."""
    found = agrees(
        book(
            [good("31021090", 200, 0.9, 1, functional=92000.0, category="Urea")],
            [making(1, 160.0)],
            [use(1, "28141000", 4000.0, 0.005, received=4000.0)],
            [receipt("28141000", 4000.0, 0.005, mass=50.0)],
        )
    )
    assert found.purchases.precursors[0].consumed == pytest.approx({1: 50.0})
    assert found.purchases.precursors[0].see_direct == pytest.approx(0.4)


def test_a_proven_subset_is_a_precursor_of_its_own():
    """Average 2.0, but the process has shown that it took nothing but the iron at 1.0: 100 t on 80 t."""
    found = agrees(
        book(
            [good("73181542", 80, 1.25, 1), good("73181535", 10, 2.0, 2)],
            [making(1), making(2)],
            [use(1, "72011011", 100.0, 1.0, 100.0, subset=True), use(2, "72011011", 10.0, 2.0, 200.0)],
            [receipt("72011011", 100.0, 1.0), receipt("72011011", 100.0, 3.0)],
        )
    )
    subset, average = found.purchases.precursors
    assert (subset.see_direct, subset.consumed) == (1.0, {1: 100.0})
    assert average.see_direct == pytest.approx(2.0)
    assert subset.name != average.name


def test_what_goods_outside_cbam_hand_on():
    """10 t of an intermediate at 3.0 and 0.5: 30 t join the 50 t of the process, 5 t its electricity's 5 t."""
    found = agrees(
        book(
            [good("73181542", 40, 2.0, 1, indirect=0.25)],
            [making(1, 50.0, 5.0, 10.0)],
            [use(1, "Housing", 10.0, 3.0, received=0.0, made=12.0, indirect=0.5)],
        )
    )
    assert found.processes[0].direct == pytest.approx(80.0)
    assert found.processes[0].electricity_factor == pytest.approx(1.0)
    assert "Process 1: the emissions of Housing" in found.remarks[0]


def test_goods_outside_cbam_take_their_part():
    found = agrees(
        book(
            [good("72011011", 100, 2.0, 1, category=IRON)],
            [making(1, 200.0)],
            [use(None, "72011011", 30.0, 1.8, received=50.0, made=100.0)],
            [receipt("72011011", 50.0, 1.4)],
        )
    )
    assert found.processes[0].for_other_goods == pytest.approx(20.0)
    assert found.processes[0].to_market == pytest.approx(80.0)
    assert found.purchases.precursors[0].consumed == {}
    assert found.purchases.precursors[0].for_other_purposes == pytest.approx(50.0)


def test_goods_of_a_code_that_another_process_of_it_takes_in():
    """Both processes make the code: 100 t in all, 20 t of which come back. 160 t on the 80 t that leave: 2.0."""
    found = agrees(
        book(
            [good("73181542", 100, 2.0, 1, 2)],
            [making(1, 100.0), making(2, 60.0)],
            [use(2, "73181542", 20.0, 2.0, received=0.0, made=20.0)],
        )
    )
    assert found.processes[0].production[0].amount == pytest.approx(80.0)
    assert "20 t of its goods that it takes in again" in found.remarks[0]


def test_heat_waste_gas_and_electricity():
    """1 000 + 600 heat in - 150 out + 112.2 gas in - 74.8374 out - 40 sold = 1 447.3626 t on 100 t."""
    entered = book(
        [good("73181542", 100, 14.473626, 1)],
        [
            making(
                1,
                1000.0,
                heat_imported=10.0,
                heat_imported_co2=600.0,
                heat_exported=2.5,
                heat_exported_co2=150.0,
                gas_imported_co2=112.2,
                gas_exported_co2=74.8374,
                electricity_exported=100.0,
                electricity_exported_co2=40.0,
            )
        ],
    )
    (process,) = agrees(entered).processes
    assert (process.heat_factor_imported, process.heat_factor_exported) == (60.0, 60.0)
    assert (process.gas_imported, process.gas_exported) == pytest.approx((2.0, 2.0))
    assert process.heat_applicable and process.gas_applicable
    terms = replace(entered.makings[0].terms, heat_imported=0.0, electricity_exported=0.0)
    folded = agrees(replace(entered, makings=(replace(entered.makings[0], terms=terms),)))
    assert folded.processes[0].direct == pytest.approx(1560.0)
    assert len(folded.remarks) == 2


def test_indirect_emissions_of_precursors():
    """At 14 MWh/t: 8.4 / 14 = 0.6 t/MWh; without electricity as if at 1 t/MWh, and named."""
    entered = book(
        [good("73181542", 50, 4.0, 1, indirect=8.4)],
        [making(1)],
        [use(1, "72011011", 50.0, 4.0, 50.0, indirect=8.4)],
        [receipt("72011011", 50.0, 4.0, indirect=8.4, electricity=14.0)],
    )
    known = agrees(entered)
    assert known.purchases.precursors[0].electricity_factor == pytest.approx(0.6) and not known.remarks
    unknown = agrees(replace(entered, receipts=(replace(entered.receipts[0], electricity=None),)))
    assert unknown.purchases.precursors[0].electricity == pytest.approx(8.4)
    assert "its electricity is not known" in unknown.remarks[0]
    assert agrees(
        replace(entered, makings=(making(1, indirect=5.0),), goods=(replace(entered.goods[0], see_indirect=8.5),))
    ).remarks == ("Process 1: indirect emissions without electricity are shown as if at 1 tCO2e/MWh.",)


def test_precursors_are_joined_where_there_are_too_many():
    """30 countries at 1 to 30 t/t, every other one by default: the odd ones average 15, the even ones 16."""

    def entered(receipts):
        goods, uses = [good("73181542", 10, 15.5, 1)], [use(1, "72011011", 10.0, 15.5, 30.0)]
        return book(goods, [making(1)], uses, receipts)

    receipts = [
        receipt("72011011", 1.0, float(number), country=f"C{number}", default=not number % 2) for number in range(1, 31)
    ]
    odd, even = agrees(entered(receipts)).purchases.precursors
    assert (odd.see_direct, even.see_direct) == pytest.approx((15.0, 16.0))
    assert (odd.see_direct_source, even.see_direct_source, odd.country) == ("Measured", "Default", None)
    assert [row.country for row in agrees(entered(receipts[14:16])).purchases.precursors] == ["C15", "C16"]


def test_names_the_workbook_can_look_up():
    goods = [good("73181542", 10, 1.0, 1), good("73181535", 10, 2.0, 2)]
    makings = [Making(1, "Bolts*", Terms(direct=10.0)), Making(2, "bolts ", Terms(direct=20.0))]
    names = [process.name for process in agrees(book(goods, makings)).processes]
    assert len({name.casefold() for name in names}) == 2 and not set("*?~") & set("".join(names))
    assert cells.ONLY_DIRECT in lay_out(book(goods, makings)).processes[0].included
