# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl.html)
"""Conservation on random factories: what went in is somewhere, to 1 g, whatever happens and in whatever order."""

from math import fsum
from random import Random

import pytest
from engine.embedded import Embedded
from engine.unit_book import NOT_POSTED, Basis, Closing, Document
from hypothesis import given, settings
from hypothesis import strategies as st
from ledger import Ledger
from random_factory import Factory

GRAM = 1e-6
EXAMPLES = settings.default.max_examples * 5 // 2
factories = settings(max_examples=EXAMPLES, deadline=None, derandomize=True, database=None)
seeds = st.integers(0, 2**32 - 1)


def assert_zero(embedded, scale=1.0):
    assert max(map(abs, embedded.as_tuple())) < GRAM * max(1.0, scale), embedded


def post_in_random_batches(ledger, factory, documents):
    documents = list(documents)
    factory.random.shuffle(documents)
    while documents:
        size = factory.random.randint(1, 5)
        batch, documents = documents[:size], documents[size:]
        ledger.post_through(batch, factory.documents)


def into_the_process(posted):
    """Net inflow of the process of one document."""
    signed = [
        done.embedded.scaled((key.place_to == "process") - (key.place_from == "process"))
        for key, done in posted.items()
    ]
    return Embedded.total(signed)


def assert_conserved(ledger, factory):
    assert_zero(Embedded.total(ledger.sums().values()))
    for ident, document in factory.documents.items():
        if document.closing is not Closing.OPEN and ident in ledger.posted:
            assert_zero(into_the_process(ledger.posted[ident]))
    brought_in = [
        flow.fixed
        for document in factory.documents.values()
        for flow in document.flows
        if flow.basis is Basis.FIXED and flow.fixed is not None
    ]
    outside = Embedded.total(ledger.sums().get(place, Embedded.ZERO) for place in ("supplier", "source"))
    assert_zero(Embedded.total(brought_in) + outside)


def assert_quantities_agree(ledger, factory):
    """On hand by the ledger is in minus out of the documents as they are now."""
    wanted = {}
    for document in factory.documents.values():
        for flow in document.flows:
            key = flow.key
            for place, site, sign in (
                (key.place_from, key.site, -1),
                (key.place_to, key.site_to or key.site, +1),
            ):
                if key.product is not None and place in ("stock", "transit"):
                    where = (place, None if place == "transit" else site, key.product, key.lot)
                    wanted.setdefault(where, []).append(sign * flow.quantity)
    for key, balance in ledger.balances.items():
        assert balance.quantity == pytest.approx(fsum(wanted.pop(tuple(key), [0.0])), abs=1e-6)
    assert not wanted


@factories
@given(seeds)
def test_conservation_whatever_happens(seed):
    factory, ledger = Factory(Random(seed)), Ledger()
    post_in_random_batches(ledger, factory, factory.documents.values())
    assert_conserved(ledger, factory)
    assert_quantities_agree(ledger, factory)
    for _round in range(2):
        post_in_random_batches(ledger, factory, factory.correct())
        assert_conserved(ledger, factory)
        assert_quantities_agree(ledger, factory)


@factories
@given(seeds)
def test_posting_again_posts_nothing(seed):
    factory, ledger = Factory(Random(seed)), Ledger()
    post_in_random_batches(ledger, factory, factory.documents.values())
    post_in_random_batches(ledger, factory, factory.correct())
    # What was incomplete when it left is completed by what has come in meanwhile; then nothing is left to post.
    ledger.post_through(factory.documents.values(), factory.documents)
    assert ledger.post_through(factory.documents.values(), factory.documents) == []


@factories
@given(seeds)
def test_reversing_everything_returns_to_zero(seed):
    factory, ledger = Factory(Random(seed)), Ledger()
    post_in_random_batches(ledger, factory, factory.documents.values())
    post_in_random_batches(ledger, factory, factory.correct())
    factory.documents = {ident: Document(ident, [], order=doc.order) for ident, doc in factory.documents.items()}
    post_in_random_batches(ledger, factory, factory.documents.values())
    for done in ledger.posted.values():
        for posted in done.values():
            assert posted.quantity == pytest.approx(0.0, abs=1e-9)
            assert posted.incomplete == 0
            assert_zero(posted.embedded)
    for balance in ledger.balances.values():
        assert balance.quantity == pytest.approx(0.0, abs=1e-9)
        assert_zero(balance.embedded)
    for embedded in ledger.sums().values():
        assert_zero(embedded)


@factories
@given(seeds)
def test_the_order_of_posting_does_not_matter_to_lots(seed):
    """Everything in lots and every figure known: two ledgers that learn of it in different orders end alike."""
    factory = Factory(Random(seed), tidy=True)
    first, second = Ledger(), Ledger()
    for ledger in (first, second):
        post_in_random_batches(ledger, factory, factory.documents.values())
    documents = factory.correct()
    for ledger in (first, second):
        post_in_random_batches(ledger, factory, documents)
    for ident, done in first.posted.items():
        for key, posted in done.items():
            other = second.posted[ident].get(key, NOT_POSTED)
            assert posted.embedded.as_tuple() == pytest.approx(other.embedded.as_tuple(), rel=1e-9, abs=1e-9)
    assert_lots_carry_their_own_value(first)


def assert_lots_carry_their_own_value(ledger):
    """All that moves of a lot moves at its own value: what is left of it, wherever it lies, has that value too."""
    left = {}
    for key, balance in ledger.balances.items():
        left.setdefault(key.lot, []).append(balance)
    gone_by_lot = {lot: ledger.lot_rate(lot)[0] for lot in left}
    for lot, balances in left.items():
        rate = gone_by_lot[lot]
        if rate is None:
            continue
        value = Embedded.total(balance.embedded for balance in balances)
        wanted = rate.scaled(fsum(balance.quantity for balance in balances))
        assert value.as_tuple() == pytest.approx(wanted.as_tuple(), rel=1e-6, abs=GRAM)
