# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl.html)
"""The unit book: what documents move, valued as goods are, with nothing lost on the way.

A *document* (an order, an unbuild order, a transfer, a meter reading) has *flows*; a flow moves a quantity from one
place to another. :class:`Book` values the flows and says which lines are to be posted: *target minus already posted*.
Posting the same documents twice therefore posts nothing the second time.

Valuation (figures of the unit book are operational, not for CBAM declarations):

- a tracked lot carries its own value: the average over everything that first brought it in (receipt, output, opening);
- untracked goods leave at the average on hand of their site, and keep the value they left at: a later, backdated
  receipt never revalues earlier consumption;
- an order's output carries all that went in, less what the law puts out of scope (2025/2547 Annex I 3.1).
"""

from .book import Book
from .differences import differs
from .flows import (
    NOTHING,
    NOT_POSTED,
    ORIGIN_KINDS,
    STAND_IN_KINDS,
    STOCK_PLACES,
    Balance,
    Basis,
    Closing,
    Document,
    Flow,
    FlowKey,
    Gap,
    Line,
    LotOrigin,
    Posted,
    StockKey,
    Value,
    stock_key,
)
from .order import in_dependency_order

__all__ = [
    "NOTHING",
    "NOT_POSTED",
    "ORIGIN_KINDS",
    "STAND_IN_KINDS",
    "STOCK_PLACES",
    "Balance",
    "Basis",
    "Book",
    "Closing",
    "Document",
    "Flow",
    "FlowKey",
    "Gap",
    "Line",
    "LotOrigin",
    "Posted",
    "StockKey",
    "Value",
    "differs",
    "in_dependency_order",
    "stock_key",
]
