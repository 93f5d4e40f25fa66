# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl.html)
"""The unit book, line by line: what a line says beside its emissions, what is listed as missing, what is noise."""

import pytest
from engine.attribution import AttributionKey
from engine.embedded import Embedded
from engine.unit_book import (
    NOT_POSTED,
    Basis,
    Closing,
    Document,
    Flow,
    FlowKey,
    Gap,
    LotOrigin,
    Posted,
    differs,
    in_dependency_order,
)
from ledger import Ledger
from unit_documents import (
    BOLT,
    BOLTS,
    LOT_A,
    LOT_B,
    OIL,
    SITE,
    STEEL,
    consume,
    deliver,
    gas,
    give_back,
    order,
    produce,
    receipt,
    transfer,
)

PRODUCTION = ("production", 1)


def line_of(lines, kind):
    (line,) = (line for line in lines if line.key.kind == kind)
    return line


def test_a_line_has_quantity_mass_and_functional_quantity():
    """600 screws of 1.5 t; 40 kg of nitrogen in 2 t; what has no mass of its own has 0."""
    ledger = Ledger()
    screws, urea = produce(3, BOLT, 600.0, mass=1.5), produce(4, OIL, 2.0, mass=2.0, functional=40.0)
    _book, lines = ledger.post(order(1, gas(Embedded(direct=1.0)), screws, urea))
    made = {line.key.product: (line.quantity, line.mass, line.functional) for line in lines}
    assert made == {None: (1.0, 0.0, 0.0), BOLT: (600.0, 1.5, 0.0), OIL: (2.0, 2.0, 40.0)}
    fewer = order(1, gas(Embedded(direct=1.0)), produce(3, BOLT, 200.0, mass=0.5), urea)
    _book, lines = ledger.post(fewer)
    line = next(line for line in lines if line.key.product == BOLT)
    assert (line.ident, line.quantity, line.mass, line.functional) == (PRODUCTION, -400.0, -1.0, 0.0)


def test_flows_of_one_key_are_one_line():
    """A lot taken in two goes by one move: 3 + 2 of 10 at 2.0, with 6 + 4 kg of nitrogen."""
    ledger = Ledger()
    ledger.post(receipt(1, STEEL, 10.0, 2.0, LOT_A))
    first, second = consume(2, STEEL, 3.0, LOT_A, functional=6.0), consume(2, STEEL, 2.0, LOT_A, functional=4.0)
    _book, (line,) = ledger.post(order(1, first, second, closing=Closing.OPEN))
    assert (line.quantity, line.mass, line.functional) == (5.0, 5.0, 10.0)
    assert line.embedded.direct == pytest.approx(10.0, rel=1e-12)
    assert line.incomplete == 0


def test_a_figure_missing_in_one_of_two_flows_is_missing_in_their_line():
    """In whichever of the two; missing once, not twice."""
    for fixed in ((None, Embedded(direct=3.0)), (Embedded(direct=3.0), None), (None, None)):
        flows = [Flow(gas(None).key, Basis.FIXED, 1.0, fixed=value) for value in fixed]
        _book, (line,) = Ledger().post(order(1, *flows, closing=Closing.OPEN))
        assert (line.quantity, line.incomplete) == (2.0, 1)
        assert line.embedded.direct == (3.0 if any(fixed) else 0.0)


def test_what_is_no_longer_wanted_is_taken_back_whole():
    ledger = Ledger()
    ledger.post(receipt(1, STEEL, 10.0, 2.0), order(1, consume(2, STEEL, 4.0), closing=Closing.OPEN))
    _book, (line,) = ledger.post(order(1, closing=Closing.OPEN))
    assert (line.ident, line.key.move, line.quantity, line.mass) == (PRODUCTION, 2, -4.0, -4.0)
    assert (line.embedded.direct, line.incomplete, line.flow) == (pytest.approx(-8.0, rel=1e-12), 0, None)
    assert ledger.post(order(1, closing=Closing.OPEN))[1] == []


def test_a_missing_value_that_is_taken_back():
    ledger = Ledger()
    ledger.post(order(1, consume(2, STEEL, 4.0), closing=Closing.OPEN))
    _book, (line,) = ledger.post(order(1, closing=Closing.OPEN))
    assert (line.quantity, line.incomplete) == (-4.0, -1)


def posted(quantity=0.0, mass=0.0, functional=0.0, incomplete=0, **embedded):
    return Posted(quantity, mass, functional, Embedded(**embedded), incomplete)


@pytest.mark.parametrize("name", ["quantity", "mass", "functional", "direct", "indirect_total", "indirect_scope"])
@pytest.mark.parametrize(
    ("before", "after", "different"),
    [
        # below 1 an absolute 1e-12 counts, above it 1e-12 of the greater one
        (0.0, 1.5e-12, True),
        (0.0, 0.9e-12, False),
        (1e6, 1e6 + 5e-7, False),
        (1e6, 1e6 + 2e-6, True),
        (1e6, 1e6 - 2e-6, True),
        (-1e6, -1e6 - 5e-7, False),
        (-1e6, 1e6, True),
    ],
)
def test_what_is_noise_of_a_sum_and_what_is_a_difference(name, before, after, different):
    pair = posted(**{name: before}), posted(**{name: after})
    assert differs(*pair) is different
    assert differs(*reversed(pair)) is different


def test_a_missing_figure_is_a_difference_of_its_own():
    assert differs(posted(incomplete=1), NOT_POSTED)
    assert not differs(posted(), NOT_POSTED)


@pytest.mark.parametrize(
    ("before", "after", "revalued"),
    [
        (2.0, 2.0 + 1e-9, True),
        (2e3, 2e3 * (1 + 1e-15), False),
        (2e3, 2e3 + 1e-8, True),
        # a grain of something: below 1 kg per unit, a difference of 1e-15 t counts
        (0.0, 1e-14, True),
        (0.0, None, True),
    ],
)
def test_which_lots_are_reported_as_revalued(before, after, revalued):
    ledger = Ledger()
    ledger.post(receipt(1, STEEL, 1e9, before, LOT_A), receipt(2, STEEL, 1e9, 1.0, LOT_B))
    book, _lines = ledger.post(receipt(1, STEEL, 1e9, after, LOT_A))
    assert book.revalued_lots() == [LOT_A] * revalued


def test_a_lot_that_is_new_in_the_book_is_not_revalued():
    ledger = Ledger()
    book, _lines = ledger.post(receipt(1, STEEL, 5.0, 1.0, LOT_A))
    assert book.revalued_lots() == []
    assert book.lot_rate(LOT_B) == (None, False)
    assert LotOrigin().rate() == (None, False)


def test_a_lot_that_left_before_it_came_in_keeps_its_value_and_says_so():
    """4 t of a lot nobody has received, at the default of 1.0; then 3 t, then 6 t: 2 of these at the default of 2.5."""
    ledger = Ledger()
    negative = Gap(PRODUCTION, "negative", False, STEEL, LOT_A, 2)

    def took(quantity, fallback):
        flow = consume(2, STEEL, quantity, LOT_A, fallback=Embedded(direct=fallback))
        book, lines = ledger.post(order(1, flow, closing=Closing.OPEN))
        return book.gaps, [(line.quantity, line.embedded.direct, line.incomplete) for line in lines]

    assert took(4.0, 1.0) == ([negative], [(4.0, 4.0, 0)])
    assert took(4.0, 2.5) == ([negative], [])
    assert took(3.0, 2.5) == ([negative], [(-1.0, pytest.approx(-1.0), 0)])
    assert took(6.0, 2.5) == ([negative, negative], [(3.0, pytest.approx(7.5), 0)])


def test_more_than_there_is_of_a_lot_without_a_value_of_its_own():
    """What a transfer brought is on hand, but only what first brings a lot in decides its value: 4 on hand, 5 taken."""
    ledger = Ledger()
    key = FlowKey("transfer", "customer", "stock", SITE, STEEL, LOT_A, 1)
    ledger.post(Document(("move", 1), [Flow(key, Basis.FIXED, 4.0, 4.0, fixed=Embedded(direct=8.0))]))
    book, (line,) = ledger.post(order(1, consume(2, STEEL, 5.0, LOT_A), closing=Closing.OPEN))
    assert line.embedded.direct == pytest.approx(10.0, rel=1e-12)
    assert book.gaps == [Gap(PRODUCTION, "negative", False, STEEL, LOT_A, 2)]


def test_as_much_as_there_is_is_no_shortage_but_a_thousandth_more_is():
    for quantity, gaps in ((4.0, []), (4.0 * (1 + 5e-7), []), (4.004, ["negative"])):
        ledger = Ledger()
        ledger.post(receipt(1, STEEL, 4.0, 2.0))
        book, _lines = ledger.post(order(1, consume(2, STEEL, quantity), closing=Closing.OPEN))
        assert [gap.kind for gap in book.gaps] == gaps


def test_a_lot_nobody_has_received_is_taken_from_goods_without_a_lot():
    ledger = Ledger()
    ledger.post(receipt(1, STEEL, 10.0, 2.0))
    book, (line,) = ledger.post(order(1, consume(2, STEEL, 30.0, LOT_B), closing=Closing.OPEN))
    assert (line.quantity, line.embedded.direct, line.incomplete) == (30.0, pytest.approx(60.0), 0)
    assert book.gaps == [Gap(PRODUCTION, "lot", False, STEEL, LOT_B, 2)]


def test_a_missing_figure_on_hand_is_missing_in_what_leaves():
    """10 at 1.0 and 10 of unknown value: what leaves carries the average of what is known, and says so."""
    ledger = Ledger()
    ledger.post(receipt(1, STEEL, 10.0, 1.0), receipt(2, STEEL, 10.0, None))
    _book, (line,) = ledger.post(order(1, consume(3, STEEL, 4.0), closing=Closing.OPEN))
    assert (line.embedded.direct, line.incomplete) == (pytest.approx(2.0), 1)


def test_what_is_incomplete_stays_so_when_more_is_taken():
    ledger = Ledger()
    ledger.post(order(1, consume(2, STEEL, 4.0), closing=Closing.OPEN))
    _book, (line,) = ledger.post(order(1, consume(2, STEEL, 6.0), closing=Closing.OPEN))
    assert (line.quantity, line.embedded, line.incomplete) == (2.0, Embedded.ZERO, 0)
    _book, (line,) = ledger.post(order(1, consume(2, STEEL, 5.0), closing=Closing.OPEN))
    assert (line.quantity, line.incomplete) == (-1.0, 0)


def test_what_was_complete_is_not_when_what_is_added_is_not():
    """5 t at the default; then 1 t more, and no default any longer: the last receipt is missing too."""
    ledger = Ledger()
    ledger.post(order(1, consume(2, STEEL, 5.0, fallback=Embedded(direct=2.0)), closing=Closing.OPEN))
    _book, (line,) = ledger.post(order(1, consume(2, STEEL, 6.0), closing=Closing.OPEN))
    assert (line.quantity, line.embedded.direct, line.incomplete) == (1.0, 0.0, 1)


def test_an_incomplete_value_is_completed_as_soon_as_it_can_be():
    ledger = Ledger()
    taken = order(1, consume(2, STEEL, 4.0), closing=Closing.OPEN)
    ledger.post(taken)
    _book, (line,) = ledger.post(order(1, consume(2, STEEL, 4.0, fallback=Embedded(direct=2.0)), closing=Closing.OPEN))
    assert (line.quantity, line.embedded.direct, line.incomplete) == (0.0, pytest.approx(8.0), -1)


def test_what_is_lost_is_lost_by_a_line_of_its_own():
    """3 t at 1.0 in, nothing out, and one figure is missing: the loss says so."""
    ledger = Ledger()
    book, lines = ledger.post(
        receipt(1, STEEL, 3.0, 1.0), order(1, consume(2, STEEL, 3.0), gas(None), produce(3, BOLT, 0.0, BOLTS))
    )
    lost = line_of(lines, "loss")
    assert lost.key == FlowKey("loss", "process", "loss", SITE, None, None)
    assert (lost.quantity, lost.mass, lost.embedded.direct, lost.incomplete) == (0.0, 0.0, pytest.approx(3.0), 1)
    assert line_of(lines, "output").incomplete == 1
    assert book.gaps == [Gap(PRODUCTION, "no_output", False)]


def test_a_loss_of_nothing_known_is_a_loss_too():
    book, lines = Ledger().post(order(1, gas(None), closing=Closing.LOSS))
    assert (line_of(lines, "loss").embedded, line_of(lines, "loss").incomplete) == (Embedded.ZERO, 1)
    assert [gap.kind for gap in book.gaps] == ["no_output"]


def test_outputs_without_mass():
    """The first of two products takes all, and the figure is incomplete for both."""
    ledger = Ledger()
    book, lines = ledger.post(
        receipt(1, STEEL, 10.0, 1.0),
        order(1, consume(2, STEEL, 10.0), produce(3, BOLT, 5.0, mass=None), produce(4, OIL, 2.0)),
    )
    made = {line.key.product: (line.embedded.direct, line.incomplete) for line in lines if line.key.kind == "output"}
    assert made == {BOLT: (pytest.approx(10.0), 1), OIL: (0.0, 1)}
    assert book.gaps == [Gap(PRODUCTION, "net_mass", True)]


def test_a_missing_input_is_missing_in_every_output():
    _book, lines = Ledger().post(
        order(1, gas(Embedded(direct=6.0)), consume(2, STEEL, 1.0), produce(3, BOLT, 1.0), produce(4, OIL, 2.0))
    )
    made = {line.key.product: (line.embedded.direct, line.incomplete) for line in lines if line.key.kind == "output"}
    assert made == {BOLT: (pytest.approx(2.0), 1), OIL: (pytest.approx(4.0), 1)}


def test_what_leaves_the_process_again_is_not_shared():
    """10 at 1.0 in, 4 of them back at what they went in with: 6 for the output."""
    ledger = Ledger()
    back = Flow(FlowKey("return", "process", "stock", SITE, STEEL, None, 5), Basis.REFER, 4.0, 4.0, refer=(2, None))
    _book, lines = ledger.post(
        receipt(1, STEEL, 10.0, 1.0), order(1, consume(2, STEEL, 10.0), back, produce(3, BOLT, 1.0))
    )
    assert line_of(lines, "return").embedded.direct == pytest.approx(4.0)
    assert line_of(lines, "output").embedded.direct == pytest.approx(6.0)


def test_a_reference_that_was_never_posted_is_valued_as_goods_on_hand():
    ledger = Ledger()
    ledger.post(receipt(1, STEEL, 10.0, 3.0))
    _book, (line,) = ledger.post(give_back(2, STEEL, 2.0, delivery=99))
    assert (line.embedded.direct, line.incomplete) == (pytest.approx(6.0), 0)


def test_what_comes_back_is_as_incomplete_as_it_left():
    ledger = Ledger()
    ledger.post(deliver(1, STEEL, 5.0))
    _book, (line,) = ledger.post(give_back(2, STEEL, 2.0, delivery=1))
    assert (line.embedded, line.incomplete) == (Embedded.ZERO, 1)


def test_transit_is_one_place_for_all_sites():
    """4 t at 2.0 into transit at site 1, from transit to site 2: the value goes with them."""
    ledger = Ledger()
    ledger.post(receipt(1, STEEL, 10.0, 2.0))
    out = Flow(FlowKey("transfer", "stock", "transit", SITE, STEEL, None, 2), Basis.STOCK, 4.0, 4.0)
    into = Flow(FlowKey("transfer", "transit", "stock", 2, STEEL, None, 3), Basis.STOCK, 4.0, 4.0)
    # listed the wrong way round: what brings goods into transit comes first all the same
    book, _lines = ledger.post(Document(("move", 3), [into]), Document(("move", 4), [out]))
    assert ledger.on_hand(STEEL, site=2).embedded.direct == pytest.approx(8.0)
    assert book.gaps == []


def test_the_rate_of_the_last_complete_receipt_counts():
    """Received at 1.0, all gone, then a receipt of unknown value, gone too: the shortage is valued at 1.0."""
    ledger = Ledger()
    ledger.post(receipt(1, STEEL, 10.0, 1.0))
    ledger.post(receipt(2, STEEL, 10.0, None))
    ledger.post(deliver(3, STEEL, 20.0))
    _book, (line,) = ledger.post(order(1, consume(4, STEEL, 3.0), closing=Closing.OPEN))
    assert (line.embedded.direct, line.incomplete) == (pytest.approx(3.0), 0)


def test_a_return_without_a_reference_waits_for_the_goods_it_comes_to():
    """It is valued at what is on hand where it arrives: what brings goods there comes first."""
    key = FlowKey("return", "customer", "stock", SITE, STEEL, None, 1)
    back, there = Document(("move", 1), [Flow(key, Basis.STOCK, 1.0)]), receipt(2, STEEL, 1.0, 1.0)
    assert in_dependency_order([back, there]) == [there, back]
    elsewhere = receipt(2, OIL, 1.0, 1.0)
    assert in_dependency_order([elsewhere, back]) == [back, elsewhere]


def test_an_adjustment_brings_a_lot_in_for_those_who_take_it():
    found = Document(
        ("move", 9), [Flow(FlowKey("adjustment", "loss", "stock", SITE, STEEL, LOT_A, 9), Basis.FIXED, 1.0)]
    )
    taken = order(1, consume(2, STEEL, 1.0, LOT_A), closing=Closing.OPEN)
    moved = transfer(3, STEEL, 1.0, 1, 2, LOT_A)
    assert in_dependency_order([moved, taken, found]) == [found, moved, taken]


def test_documents_have_an_order_of_their_own_before_their_numbers():
    first, second = receipt(1, STEEL, 1.0, 1.0), receipt(2, STEEL, 1.0, 1.0)
    first.order, second.order = (2,), (1,)
    assert in_dependency_order([first, second]) == [second, first]


def test_a_line_knows_its_flow_and_says_what_has_changed_of_it():
    """40 kg of nitrogen that are 46 later; the flow carries what posting wants to write beside the figures."""
    urea = produce(4, OIL, 2.0, functional=40.0, meta="urea")
    _book, lines = (ledger := Ledger()).post(order(1, gas(Embedded(direct=1.0)), urea))
    assert line_of(lines, "output").flow is urea
    _book, lines = ledger.post(order(1, gas(Embedded(direct=1.0)), produce(4, OIL, 2.5, functional=46.0)))
    line = line_of(lines, "output")
    assert (line.quantity, line.mass, line.functional, line.incomplete) == (0.5, 0.5, 6.0, 0)


def test_a_change_of_date_keeps_the_value_of_all_dates_together():
    """4 t left at 2.0 on two days by corrections; on a third day they are still 4 t at 2.0, whatever is there now."""
    ledger = Ledger()
    ledger.post(receipt(1, STEEL, 10.0, 2.0))
    days = ["2026-03-01", "2026-03-02", "2026-03-03"]

    def on(*parts):
        flows = [consume(2, STEEL, quantity) for _day, quantity in parts]
        for flow, (day, _quantity) in zip(flows, parts, strict=True):
            flow.key = flow.key._replace(date=day)
        return order(1, *flows, closing=Closing.OPEN)

    ledger.post(on((days[0], 1.0), (days[1], 3.0)))
    ledger.post(receipt(3, STEEL, 100.0, 9.0))
    _book, lines = ledger.post(on((days[2], 4.0)))
    assert {line.key.date: (line.quantity, line.embedded.direct) for line in lines} == {
        days[0]: (-1.0, pytest.approx(-2.0)),
        days[1]: (-3.0, pytest.approx(-6.0)),
        days[2]: (4.0, pytest.approx(8.0)),
    }


def test_products_share_by_their_functional_unit_where_all_have_one():
    """10 t of emissions over 40 and 60 kg of nitrogen, though there are 3 t of the one and 1 t of the other: 4, 6."""
    outputs = produce(3, BOLT, 3.0, functional=40.0), produce(4, OIL, 1.0, functional=60.0)
    _book, lines = Ledger().post(order(1, gas(Embedded(direct=10.0)), *outputs))
    made = {line.key.product: line.embedded.direct for line in lines if line.key.kind == "output"}
    assert made == {BOLT: pytest.approx(4.0), OIL: pytest.approx(6.0)}


def test_what_is_listed_first_stays_listed():
    """A shortage, and then a molar mass that is not known."""
    document = order(
        1, consume(2, STEEL, 1.0, fallback=Embedded(direct=3.0)), produce(3, BOLT, 1.0), produce(4, OIL, 2.0)
    )
    document.attribution = AttributionKey.MOLAR
    book, _lines = Ledger().post(document)
    assert book.gaps == [
        Gap(PRODUCTION, "negative", False, STEEL, None, 2),
        Gap(PRODUCTION, "molar_mass", False, BOLT),
        Gap(PRODUCTION, "molar_mass", False, OIL),
    ]


def test_an_order_that_is_a_loss_leaves_nothing_to_its_output():
    ledger = Ledger()
    document = order(1, gas(Embedded(direct=3.0)), produce(3, BOLT, 1.0), closing=Closing.LOSS)
    _book, lines = ledger.post(document)
    assert line_of(lines, "loss").embedded.direct == 3.0
    assert line_of(lines, "output").embedded == Embedded.ZERO


def test_what_is_missing_on_hand_stays_missing_until_it_comes():
    """10 of unknown value, then 10 at 1.0: what leaves is incomplete until the first receipt has a value."""
    ledger = Ledger()
    ledger.post(receipt(1, STEEL, 10.0, None), receipt(2, STEEL, 10.0, 1.0))
    ledger.post(receipt(3, STEEL, 10.0, None))
    taken = [order(number, consume(number + 10, STEEL, 1.0), closing=Closing.OPEN) for number in (1, 2, 3)]
    assert [line.incomplete for line in ledger.post(taken[0])[1]] == [1]
    ledger.post(receipt(1, STEEL, 10.0, 1.0))
    assert [line.incomplete for line in ledger.post(taken[1])[1]] == [1]
    ledger.post(receipt(3, STEEL, 10.0, 1.0))
    assert [line.incomplete for line in ledger.post(taken[2])[1]] == [0]


def test_what_brought_a_lot_in():
    """Found by an inventory: 4 at 2.0. Then received: 3 of unknown value and 1 at 5.0, which alone count."""
    ledger = Ledger()
    key = FlowKey("adjustment", "loss", "stock", SITE, STEEL, LOT_A, 1)
    ledger.post(Document(("move", 1), [Flow(key, Basis.FIXED, 4.0, 0.4, fixed=Embedded(direct=8.0))]))
    assert ledger.lot_rate(LOT_A) == (Embedded(direct=2.0), False)
    book, _lines = ledger.post(receipt(2, STEEL, 3.0, None, LOT_A), receipt(3, STEEL, 1.0, 5.0, LOT_A))
    assert book.lot_rate(LOT_A) == (Embedded(direct=1.25), True)
    origin = book.origins[LOT_A]
    assert (origin.quantity, origin.mass, origin.incomplete) == ([4.0, 4.0], [4.0, 0.4], [1, 0])
    assert [value.direct for value in origin.embedded] == [5.0, 8.0]


def test_what_has_no_goods_stands_where_and_when_its_process_does():
    """Steel of site 1 is taken into the process of site 2, whose loss is one of site 2 on that day."""
    key = FlowKey("consumption", "stock", "process", SITE, STEEL, None, 2, site_to=2, date="2026-05-01")
    carried = Embedded(direct=3.0, indirect_total=1.0, indirect_scope=1.0)
    flow = Flow(key, Basis.FIXED, 1.0, fixed=carried, annex_ii=True, meta="furnace")
    _book, lines = Ledger().post(order(1, flow, closing=Closing.LOSS, annex_ii=False))
    lost, dropped = line_of(lines, "loss"), line_of(lines, "scope")
    assert lost.key == FlowKey("loss", "process", "loss", 2, None, None, date="2026-05-01")
    assert dropped.key == FlowKey("scope", "process", "out_of_scope", 2, None, None, date="2026-05-01")
    assert (lost.flow.meta, dropped.flow.meta) == ("furnace", "furnace")
    assert (lost.flow.basis, dropped.flow.basis) == (Basis.FIXED, Basis.FIXED)
    assert (lost.embedded, lost.incomplete) == (Embedded(direct=3.0, indirect_total=1.0), 0)
    assert (dropped.embedded, dropped.incomplete) == (Embedded(indirect_scope=1.0), 0)


def test_waste_is_complete_with_nothing():
    waste = produce(5, STEEL, 4.0, basis=Basis.NOTHING, kind="by_product")
    _book, lines = Ledger().post(order(1, gas(Embedded(direct=1.0)), produce(3, BOLT, 1.0), waste))
    assert (line_of(lines, "by_product").embedded, line_of(lines, "by_product").incomplete) == (Embedded.ZERO, 0)
