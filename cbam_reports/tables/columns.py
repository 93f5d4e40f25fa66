# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl.html)
"""What a table is made of."""

from dataclasses import dataclass
from datetime import date, datetime

TEXT, WHOLE, DATE, MOMENT, YES_NO, PLAIN = "text", "whole", "date", "moment", "yes_no", "plain"
QUANTITY = "quantity"
#: Kinds of figures, and how a spreadsheet shows them; what is not shown stays in the cell.
NUMBER_FORMATS = {
    "mass": "#,##0.000",
    "specific": "#,##0.00000",
    "money": "#,##0.00",
    "unit_money": "#,##0.00000",
    QUANTITY: "#,##0.###",
    WHOLE: "#,##0",
    PLAIN: "0",
}

_AS_THEY_ARE = frozenset((str, float, int))


@dataclass(frozen=True)
class Column:
    """A column: name of its values, heading with the unit, kind (a key of the formats or text, date, moment, yes_no).

    :ivar total: whether the column has a sum below the rows
    :ivar formula: a formula of the row, ``{name}`` being the cell of another column; the value is kept beside it
    """

    name: str
    title: str
    kind: str = TEXT
    width: int = 14
    total: bool = False
    formula: str = ""

    @property
    def is_number(self):
        return self.kind in NUMBER_FORMATS

    @property
    def is_time(self):
        return self.kind in (DATE, MOMENT)


@dataclass(frozen=True)
class Table:
    """A table: title (name of the sheet, at most 25 characters) and columns."""

    title: str
    columns: tuple


def plain(value):
    """A value as JSON keeps it."""
    if type(value) in _AS_THEY_ARE:
        return value
    if value is False or value is None:
        return None
    return value.isoformat() if isinstance(value, (date, datetime)) else value


def typed(value, column):
    """The value of a column that :func:`plain` has made plain."""
    if value is None:
        return None
    if column.kind == DATE:
        return date.fromisoformat(value)
    return datetime.fromisoformat(value) if column.kind == MOMENT else value
