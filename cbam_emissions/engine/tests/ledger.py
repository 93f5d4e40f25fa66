# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl.html)
"""A ledger in memory: what the database is to the unit book."""

from engine.embedded import Embedded
from engine.unit_book import ORIGIN_KINDS, Book, Posted, Value

WAVES = 50


class Ledger:
    """Keeps posted lines, as the database does, and hands a fresh book to every posting."""

    def __init__(self):
        self.lines = []
        self._book = Book()  # every line applied in posting order
        self._posted = {}

    def post(self, *documents):
        """Post documents as one batch: ``(book, lines)``."""
        book = self._fresh()
        lines = book.post(documents)
        for line in lines:
            self._keep(line)
        return book, lines

    def post_through(self, documents, everything):
        """Post documents, and then what they revalue, wave after wave; all lines.

        :param everything: the present state of every document by ident
        """
        lines, pending = [], list(documents)
        for _wave in range(WAVES):
            if not pending:
                return lines
            book = self._fresh()
            posted = book.post(pending)
            consumers = self._consumers(set(book.revalued_lots()))
            for line in posted:
                self._keep(line)
            lines += posted
            pending = [everything[ident] for ident in consumers]
        raise AssertionError("lots that contain each other did not settle")

    def on_hand(self, product, lot=None, site=1):
        return next(
            balance
            for key, balance in self._book.balances.items()
            if (key.place, key.site, key.product, key.lot) == ("stock", site, product, lot)
        )

    @property
    def balances(self):
        return self._book.balances

    @property
    def posted(self):
        """``{ident: {flow key: Posted}}``."""
        return self._posted

    def lot_rate(self, lot):
        return self._book.lot_rate(lot)

    def sums(self):
        """Net inflow by place: their total is zero in a double-entry book."""
        places = {}
        for line in self.lines:
            places.setdefault(line.key.place_from, []).append(-line.embedded)
            places.setdefault(line.key.place_to, []).append(line.embedded)
        return {place: Embedded.total(values) for place, values in places.items()}

    def _fresh(self):
        """A book as posting loads it: copies of what the lines add up to."""
        replayed = Book()
        for line in self.lines:
            replayed._apply(line.key, _as_posted(line), +1)
        return Book(replayed.balances, replayed.origins, self._posted, self._references())

    def _keep(self, line):
        self.lines.append(line)
        self._book._apply(line.key, _as_posted(line), +1)
        done = self._posted.setdefault(line.ident, {})
        so_far = done.get(line.key, Posted(0.0, 0.0, 0.0, Embedded.ZERO, 0))
        done[line.key] = Posted(
            so_far.quantity + line.quantity,
            so_far.mass + line.mass,
            so_far.functional + line.functional,
            so_far.embedded + line.embedded,
            so_far.incomplete + line.incomplete,
        )

    def _references(self):
        sums = {}
        for line in self.lines:
            if line.key.move is None or line.key.place_from == "source":
                continue
            key = (line.key.move, line.key.lot)
            quantity, value, incomplete = sums.get(key, (0.0, Embedded.ZERO, 0))
            sums[key] = (quantity + line.quantity, value + line.embedded, incomplete + line.incomplete)
        return {
            key: Value(value.scaled(1 / quantity), int(incomplete > 0))
            for key, (quantity, value, incomplete) in sums.items()
            if quantity > 1e-9
        }

    def _consumers(self, lots):
        """Documents posted earlier whose lines rest on the value of these lots."""
        return {line.ident for line in self.lines if line.key.lot in lots and line.key.kind not in ORIGIN_KINDS}


def _as_posted(line):
    return Posted(line.quantity, line.mass, line.functional, line.embedded, line.incomplete)
