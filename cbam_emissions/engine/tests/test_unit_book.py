# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl.html)
"""The unit book: valuation of documents, differences, conservation."""

import pytest
from engine.attribution import AttributionKey
from engine.embedded import Embedded
from engine.unit_book import Basis, Closing, Document, Flow, FlowKey, Gap, LotOrigin
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


def test_a_lot_carries_what_its_order_consumed():
    """10 t at 2.0 in, 8 t out, 4 t of gas emissions: (20 + 4) / 8 = 3.0 per tonne."""
    ledger = Ledger()
    ledger.post(
        receipt(1, STEEL, 10.0, 2.0, LOT_A),
        order(1, consume(2, STEEL, 10.0, LOT_A), gas(Embedded(direct=4.0)), produce(3, BOLT, 8.0, BOLTS)),
    )
    assert ledger.on_hand(BOLT, BOLTS).embedded.direct == pytest.approx(24.0, rel=1e-12)
    assert ledger.lot_rate(BOLTS)[0].direct == pytest.approx(3.0, rel=1e-12)
    assert ledger.on_hand(STEEL, LOT_A).quantity == 0.0


def test_posting_twice_posts_nothing():
    ledger = Ledger()
    documents = [
        receipt(1, STEEL, 10.0, 2.0),
        order(1, consume(2, STEEL, 4.0), produce(3, BOLT, 3.0)),
    ]
    assert len(ledger.post(*documents)[1]) == 3
    assert ledger.post(*documents)[1] == []


def test_untracked_goods_leave_at_the_average_and_keep_it():
    """100 at 1.0 and 100 at 3.0 on hand: out at 2.0. A later receipt at 9.0 does not revalue that; 50 more cost
    the average of then: (100·2.0 + 100·9.0) / 200 = 5.5."""
    ledger = Ledger()
    ledger.post(receipt(1, STEEL, 100.0, 1.0), receipt(2, STEEL, 100.0, 3.0))
    first = order(1, consume(3, STEEL, 100.0), closing=Closing.OPEN)
    ledger.post(first)
    ledger.post(receipt(4, STEEL, 100.0, 9.0))
    assert ledger.post(first)[1] == []
    _book, (line,) = ledger.post(order(1, consume(3, STEEL, 150.0), closing=Closing.OPEN))
    assert line.quantity == 50.0
    # The order's own 100 t went back on hand before it was valued again: (300·avg) with 100·2.0 of them its own.
    assert line.embedded.direct == pytest.approx(50 * (100 * 2.0 + 100 * 9.0 + 100 * 2.0) / 300, rel=1e-12)


def test_a_smaller_quantity_gives_back_at_the_value_it_left_at():
    ledger = Ledger()
    ledger.post(receipt(1, STEEL, 100.0, 2.0))
    ledger.post(order(1, consume(2, STEEL, 60.0), closing=Closing.OPEN))
    ledger.post(receipt(3, STEEL, 100.0, 8.0))
    _book, (line,) = ledger.post(order(1, consume(2, STEEL, 50.0), closing=Closing.OPEN))
    assert (line.quantity, line.embedded.direct) == (-10.0, pytest.approx(-20.0, rel=1e-12))


def test_a_corrected_lot_is_reported_as_revalued():
    ledger = Ledger()
    ledger.post(receipt(1, STEEL, 10.0, 2.0, LOT_A))
    book, lines = ledger.post(receipt(1, STEEL, 10.0, 2.5, LOT_A))
    assert [line.embedded.direct for line in lines] == [pytest.approx(5.0)]
    assert book.revalued_lots() == [LOT_A]


def test_a_lot_taken_before_it_came_in_is_revalued_when_it_does():
    """5 t taken at the default of 1.0; the lot then comes in at 3.0: the order carries 15."""
    ledger = Ledger()
    flow = consume(2, STEEL, 5.0, LOT_A, fallback=Embedded(direct=1.0))
    _book, (line,) = ledger.post(order(1, flow, closing=Closing.OPEN))
    assert line.embedded.direct == 5.0
    book, _lines = ledger.post(receipt(1, STEEL, 5.0, 3.0, LOT_A))
    assert book.revalued_lots() == [LOT_A]
    _book, (line,) = ledger.post(order(1, flow, closing=Closing.OPEN))
    assert line.embedded.direct == pytest.approx(10.0)
    assert ledger.on_hand(STEEL, LOT_A).embedded.direct == pytest.approx(0.0)


def test_a_lot_of_several_receipts_is_an_average():
    ledger = Ledger()
    ledger.post(receipt(1, STEEL, 30.0, 1.0, LOT_A), receipt(2, STEEL, 10.0, 5.0, LOT_A))
    assert ledger.lot_rate(LOT_A)[0].direct == pytest.approx(2.0, rel=1e-12)


def test_a_lot_that_returns_into_its_own_order_does_not_value_itself():
    """5 of the 10 at 1.0 are reworked with 2.5 t of energy and go back under the same lot: the order takes 5.0."""
    ledger = Ledger()
    ledger.post(receipt(1, STEEL, 10.0, 1.0, LOT_A))
    rework = order(1, consume(2, STEEL, 5.0, LOT_A), gas(Embedded(direct=2.5)), produce(3, STEEL, 5.0, LOT_A))
    ledger.post(rework)
    assert ledger.post(rework)[1] == []
    assert ledger.lot_rate(LOT_A)[0].direct == pytest.approx((10.0 + 7.5) / 15, rel=1e-12)


def test_the_child_of_a_batch_comes_before_its_parent():
    """ODOO consumes for all orders of a batch before it produces for any: the parent is listed first here."""
    ledger = Ledger()
    parent = order(1, consume(5, BOLT, 2.0, BOLTS), produce(6, OIL, 1.0, 300))
    child = order(2, consume(3, STEEL, 4.0, LOT_A), produce(4, BOLT, 2.0, BOLTS))
    ledger.post(parent, child, receipt(1, STEEL, 4.0, 2.0, LOT_A))
    assert ledger.lot_rate(300)[0].direct == pytest.approx(8.0, rel=1e-12)


def test_co_products_share_by_mass_and_waste_carries_nothing():
    """12 t over 6 t of good and 2 t of co-product: 9 and 3; the 4 t of scrap carry none (LAW: Annex II F)."""
    ledger = Ledger()
    ledger.post(
        receipt(1, STEEL, 12.0, 1.0),
        order(
            1,
            consume(2, STEEL, 12.0),
            produce(3, BOLT, 600.0, mass=6.0),
            produce(4, OIL, 2.0, mass=2.0),
            produce(5, STEEL, 4.0, basis=Basis.NOTHING, kind="by_product"),
        ),
    )
    assert ledger.on_hand(BOLT).embedded.direct == pytest.approx(9.0, rel=1e-12)
    assert ledger.on_hand(OIL).embedded.direct == pytest.approx(3.0, rel=1e-12)
    assert ledger.on_hand(STEEL).embedded.direct == pytest.approx(0.0, abs=1e-12)


def electrolysis(ident, chlorine=71.0, attribution=AttributionKey.MOLAR):
    """466 t of something at 1.0 into 2 t of hydrogen, 71 t of chlorine and 160 t of caustic soda."""
    document = order(
        ident,
        consume(2, STEEL, 466.0),
        produce(3, BOLT, 2.0, molar_mass=2.0),
        produce(4, OIL, 71.0, molar_mass=chlorine),
        produce(5, 40, 160.0, molar_mass=40.0),
    )
    document.attribution = attribution
    return document


def test_chemicals_share_by_moles():
    """Moles 1 : 1 : 4 (equation 43): 466 / 6, and 4 · 466 / 6 for the caustic soda."""
    ledger = Ledger()
    book, _lines = ledger.post(receipt(1, STEEL, 466.0, 1.0), electrolysis(1))
    assert ledger.on_hand(BOLT).embedded.direct == pytest.approx(466 / 6, rel=1e-12)
    assert ledger.on_hand(OIL).embedded.direct == pytest.approx(466 / 6, rel=1e-12)
    assert ledger.on_hand(40).embedded.direct == pytest.approx(466 * 4 / 6, rel=1e-12)
    assert book.gaps == []


def test_a_molar_mass_that_is_not_known_means_mass_and_is_listed():
    """2 : 71 : 160 of 233 t share 466: 4, 142, 320 (Annex III A.2.1, last sentence). The molar mass comes later."""
    ledger = Ledger()
    book, _lines = ledger.post(receipt(1, STEEL, 466.0, 1.0), electrolysis(1, chlorine=None))
    assert ledger.on_hand(BOLT).embedded.direct == pytest.approx(4.0, rel=1e-12)
    assert ledger.on_hand(OIL).embedded.direct == pytest.approx(142.0, rel=1e-12)
    assert book.gaps == [Gap(("production", 1), "molar_mass", False, OIL)]
    _book, lines = ledger.post(electrolysis(1))
    assert len(lines) == 3
    assert ledger.on_hand(OIL).embedded.direct == pytest.approx(466 / 6, rel=1e-12)


def test_several_lots_of_one_product_share_by_quantity_without_any_mass():
    ledger = Ledger()
    ledger.post(
        receipt(1, STEEL, 10.0, 1.0),
        order(1, consume(2, STEEL, 10.0), *(produce(3, BOLT, 1.0, 300 + i, mass=None) for i in range(10))),
    )
    assert [ledger.on_hand(BOLT, 300 + i).embedded.direct for i in range(10)] == pytest.approx([1.0] * 10, rel=1e-12)


def test_different_products_without_mass_leave_all_to_the_first_and_say_so():
    ledger = Ledger()
    book, _lines = ledger.post(
        receipt(1, STEEL, 10.0, 1.0),
        order(1, consume(2, STEEL, 10.0), produce(3, BOLT, 5.0, mass=None), produce(4, OIL, 2.0)),
    )
    assert [(gap.kind, gap.blocking) for gap in book.gaps] == [("net_mass", True)]
    assert ledger.on_hand(BOLT).embedded.direct == pytest.approx(10.0)
    assert ledger.on_hand(BOLT).incomplete == 1


def test_input_without_output_is_a_loss():
    ledger = Ledger()
    book, _lines = ledger.post(receipt(1, STEEL, 3.0, 1.0), order(1, consume(2, STEEL, 3.0), closing=Closing.LOSS))
    assert ledger.sums()["loss"].direct == pytest.approx(3.0)
    assert [gap.kind for gap in book.gaps] == ["no_output"]


def test_an_order_of_zero_quantity_loses_its_input_and_says_so():
    ledger = Ledger()
    book, _lines = ledger.post(receipt(1, STEEL, 3.0, 1.0), order(1, consume(2, STEEL, 3.0), produce(3, BOLT, 0.0)))
    assert ledger.sums()["loss"].direct == pytest.approx(3.0)
    assert [gap.kind for gap in book.gaps] == ["no_output"]


def test_scope_of_an_annex_ii_precursor_leaves_a_good_outside_annex_ii():
    """Hydrogen (Annex II) into ammonia: the hydrogen's own part in scope goes out; the memo stays (LAW 0.5)."""
    ledger = Ledger()
    carried = Embedded(direct=3.0, indirect_total=2.0, indirect_scope=1.0)
    key = FlowKey("receipt", "supplier", "stock", SITE, STEEL, LOT_A, 1)
    ledger.post(
        Document(("move", 1), [Flow(key, Basis.FIXED, 1.0, 1.0, fixed=carried)]),
        order(1, consume(2, STEEL, 1.0, LOT_A, annex_ii=True), produce(3, BOLT, 1.0, BOLTS), annex_ii=False),
    )
    rate = ledger.lot_rate(BOLTS)[0]
    assert (rate.direct, rate.indirect_total, rate.indirect_scope) == (3.0, 2.0, 0.0)
    assert ledger.sums()["out_of_scope"].indirect_scope == 1.0


def test_a_missing_value_is_missing_all_the_way_and_completed_by_a_difference():
    ledger = Ledger()
    steel, bolts = receipt(1, STEEL, 10.0, None, LOT_A), [consume(2, STEEL, 10.0, LOT_A), produce(3, BOLT, 5.0, BOLTS)]
    ledger.post(steel, order(1, *bolts))
    assert ledger.lot_rate(BOLTS) == (Embedded.ZERO, True)
    book, _lines = ledger.post(receipt(1, STEEL, 10.0, 2.0, LOT_A))
    assert book.revalued_lots() == [LOT_A]
    ledger.post(order(1, *bolts))
    rate, incomplete = ledger.lot_rate(BOLTS)
    assert (rate.direct, incomplete) == (pytest.approx(4.0), False)


def test_negative_stock_takes_the_last_receipt_and_says_so():
    ledger = Ledger()
    ledger.post(receipt(1, STEEL, 10.0, 1.0), receipt(2, STEEL, 10.0, 3.0))
    ledger.post(order(1, consume(3, STEEL, 20.0), closing=Closing.OPEN))
    book, (line,) = ledger.post(order(2, consume(4, STEEL, 1.0), closing=Closing.OPEN))
    assert line.embedded.direct == pytest.approx(3.0)
    assert [(gap.kind, gap.blocking) for gap in book.gaps] == [("negative", False)]


def test_nothing_ever_received_takes_the_default_else_it_is_missing():
    ledger = Ledger()
    _book, (line,) = ledger.post(order(1, consume(1, STEEL, 2.0, fallback=Embedded(direct=4.0)), closing=Closing.OPEN))
    assert (line.embedded.direct, line.incomplete) == (8.0, 0)
    _book, (line,) = ledger.post(order(2, consume(2, OIL, 2.0), closing=Closing.OPEN))
    assert (line.embedded, line.incomplete) == (Embedded.ZERO, 1)


def test_unbuilt_components_come_back_at_the_value_they_went_in_with():
    """The bolt carries 2.0 of steel and 1.0 of gas; taken apart the steel comes back, the gas stays in the process."""
    ledger = Ledger()
    ledger.post(
        receipt(1, STEEL, 2.0, 1.0),
        order(1, consume(2, STEEL, 2.0), gas(Embedded(direct=1.0)), produce(3, BOLT, 1.0)),
    )
    ledger.post(receipt(4, STEEL, 2.0, 7.0))
    taken = Flow(FlowKey("unbuild", "stock", "process", SITE, BOLT, None, 5), Basis.STOCK, 1.0, 1.0)
    back = Flow(FlowKey("unbuild", "process", "stock", SITE, STEEL, None, 6), Basis.REFER, 2.0, 2.0, refer=(2, None))
    ledger.post(Document(("unbuild", 1), [taken, back]))
    assert ledger.on_hand(STEEL).embedded.direct == pytest.approx(2.0 + 14.0)
    assert ledger.sums()["process"].direct == pytest.approx(1.0)


def test_goods_that_cross_into_another_site_keep_their_value():
    ledger = Ledger()
    ledger.post(receipt(1, STEEL, 10.0, 2.0))
    key = FlowKey("transfer", "stock", "stock", SITE, STEEL, None, 2, site_to=2)
    ledger.post(Document(("move", 2), [Flow(key, Basis.STOCK, 4.0, 4.0)]))
    assert ledger.on_hand(STEEL).embedded.direct == pytest.approx(12.0)
    assert ledger.on_hand(STEEL, site=2).embedded.direct == pytest.approx(8.0)


def test_a_document_on_another_day_is_reversed_there_and_posted_here_at_its_value():
    ledger = Ledger()
    ledger.post(receipt(1, STEEL, 10.0, 2.0))

    def on(day):
        flow = consume(2, STEEL, 4.0)
        flow.key = flow.key._replace(date=day)
        return order(1, flow, closing=Closing.OPEN)

    ledger.post(on("2026-12-31"))
    ledger.post(receipt(3, STEEL, 10.0, 9.0))
    _book, lines = ledger.post(on("2027-01-02"))
    assert {line.key.date: line.embedded.direct for line in lines} == pytest.approx(
        {"2026-12-31": -8.0, "2027-01-02": 8.0}
    )


def test_an_untracked_return_of_a_tracked_lot_is_valued_at_the_goods_without_a_lot():
    ledger = Ledger()
    ledger.post(receipt(1, STEEL, 10.0, 2.0))
    book, (line,) = ledger.post(order(1, consume(2, STEEL, 1.0, LOT_B), closing=Closing.OPEN))
    assert line.embedded.direct == pytest.approx(2.0)
    assert [gap.kind for gap in book.gaps] == ["lot"]


def test_an_adjustment_stands_in_for_a_lot_that_never_came_in():
    origin = LotOrigin()
    origin.quantity[1], origin.embedded[1] = 4.0, Embedded(direct=8.0)
    assert origin.rate() == (Embedded(direct=2.0), False)
    origin.quantity[0], origin.embedded[0] = 1.0, Embedded(direct=5.0)
    assert origin.rate() == (Embedded(direct=5.0), False)


def test_documents_that_feed_each_other_are_posted_in_their_own_order():
    ledger = Ledger()
    ledger.post(receipt(1, STEEL, 1.0, 1.0, LOT_A))
    there = order(1, consume(2, STEEL, 1.0, LOT_A), produce(3, BOLT, 1.0, BOLTS))
    back = order(2, consume(4, BOLT, 1.0, BOLTS), produce(5, STEEL, 1.0, LOT_A))
    ledger.post(there, back)
    assert ledger.sums()["supplier"].direct == pytest.approx(-1.0)


def test_untracked_goods_cross_two_borders_in_one_batch():
    """Listed the wrong way round: from site 2 to 3 before they came from 1 to 2. No false alarm, 4 t at 2.0 arrive."""
    ledger = Ledger()
    there, onward = transfer(2, STEEL, 4.0, 1, 2), transfer(1, STEEL, 4.0, 2, 3)
    book, _lines = ledger.post(onward, there, receipt(3, STEEL, 10.0, 2.0))
    assert ledger.on_hand(STEEL, site=3).embedded.direct == pytest.approx(8.0)
    assert ledger.on_hand(STEEL, site=2).embedded.direct == pytest.approx(0.0)
    assert book.gaps == []


def test_untracked_goods_that_go_there_and_back_in_one_batch_move_in_their_own_order():
    ledger = Ledger()
    book, _lines = ledger.post(
        receipt(1, STEEL, 10.0, 2.0), transfer(2, STEEL, 4.0, 1, 2), transfer(3, STEEL, 3.0, 2, 1)
    )
    assert ledger.on_hand(STEEL).embedded.direct == pytest.approx(18.0)
    assert book.gaps == []


def test_a_delivery_and_its_return_in_one_batch():
    """The return, listed first, comes at what the delivery left at: nothing on hand, so at the default of 2.0."""
    ledger = Ledger()
    ledger.post(give_back(2, STEEL, 3.0, delivery=3), deliver(3, STEEL, 4.0, fallback=Embedded(direct=2.0)))
    assert ledger.sums()["customer"].direct == pytest.approx(2.0)


def test_a_return_of_a_lot_waits_for_all_that_brought_the_lot_in():
    """4 t back of a heat that the same batch makes an average of (10·1.0 + 10·3.0) / 20 = 2.0."""
    ledger = Ledger()
    ledger.post(receipt(1, STEEL, 10.0, 1.0, LOT_A), deliver(2, STEEL, 5.0, LOT_A))
    first, second = give_back(3, STEEL, 4.0, 2, LOT_A), receipt(4, STEEL, 10.0, 3.0, LOT_A)
    everything = {document.ident: document for document in (deliver(2, STEEL, 5.0, LOT_A), first, second)}
    ledger.post_through([first, second], everything)
    assert ledger.sums()["customer"].direct == pytest.approx((5 - 4) * 2.0)


def test_what_was_incomplete_stays_as_it_is_until_it_can_be_completed():
    """5 t left that nothing was known of, and 2 of them came back: posting again and again posts nothing."""
    ledger = Ledger()
    documents = [deliver(1, STEEL, 5.0), give_back(2, STEEL, 2.0, delivery=1)]
    ledger.post(*documents)
    assert ledger.post(*documents)[1] == []
    ledger.post(receipt(3, STEEL, 10.0, 2.0))
    ledger.post(*documents)
    assert ledger.post(*documents)[1] == []


def test_scope_leaves_a_precursor_that_comes_straight_from_outside():
    """Hydrogen taken from a shop of ours that is no installation: out of scope in ammonia as if it came from stock."""
    ledger = Ledger()
    key = FlowKey("consumption", "supplier", "process", SITE, STEEL, None, 1)
    carried = Embedded(direct=3.0, indirect_total=2.0, indirect_scope=1.0)
    hydrogen = Flow(key, Basis.FIXED, 1.0, 1.0, fixed=carried, annex_ii=True)
    ledger.post(order(1, hydrogen, produce(2, BOLT, 1.0, BOLTS), annex_ii=False))
    assert ledger.lot_rate(BOLTS)[0].indirect_scope == 0.0
    assert ledger.sums()["out_of_scope"].indirect_scope == 1.0


def test_what_leaves_a_process_without_goods_leaves_at_the_site_of_the_process():
    """The output of site 1 is put into site 2; what goes out of scope goes out at site 1."""
    ledger = Ledger()
    carried = Embedded(indirect_total=2.0, indirect_scope=1.0)
    key = FlowKey("receipt", "supplier", "stock", SITE, STEEL, LOT_A, 1)
    ledger.post(Document(("move", 1), [Flow(key, Basis.FIXED, 1.0, 1.0, fixed=carried)]))
    away = Flow(FlowKey("output", "process", "stock", SITE, BOLT, BOLTS, 3, site_to=2), Basis.SHARE, 1.0, 1.0)
    _book, lines = ledger.post(order(1, consume(2, STEEL, 1.0, LOT_A, annex_ii=True), away, annex_ii=False))
    assert [line.key.site for line in lines if line.key.kind == "scope"] == [SITE]


def test_an_order_that_took_nothing_and_made_nothing():
    """Nothing is lost and no gap is reported: the output of 0 t is posted with 0."""
    ledger = Ledger()
    book, lines = ledger.post(order(1, produce(3, BOLT, 0.0, BOLTS)))
    assert book.gaps == []
    assert all(line.embedded == Embedded.ZERO and line.key.kind != "loss" for line in lines)
