# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl.html)
"""Items that an act wants in a document, and what a document answers to them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

Value = str | int | float | date | None

VALUE, NOT_APPLICABLE, MISSING = "value", "not applicable", "missing"


@dataclass(frozen=True, slots=True)
class Item:
    """An item as the act numbers and words it.

    :ivar number: within the document, as ``7(a)``
    :ivar key: name by which data are found for it
    :ivar text: what the act asks for, in English as the documents are
    """

    number: str
    key: str
    text: str


@dataclass(frozen=True, slots=True)
class Line:
    """A figure or fact of an answer.

    :ivar label: what it is
    :ivar value: ``None`` where it is missing, never 0; an empty text or the ``False`` of an empty field becomes that
    :ivar unit: of a figure
    :ivar source: where it comes from: a filter of the ledger, a meter, a document, a data set
    :ivar subject: what it is about: a process, a good, a precursor, an installation
    """

    label: str
    value: Value
    unit: str = ""
    source: str = ""
    subject: str = ""

    def __post_init__(self) -> None:
        if self.value is False or self.value == "":
            object.__setattr__(self, "value", None)


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known for a key.

    :ivar lines: figures and facts; empty where there are none
    :ivar absent: why the item does not apply; only where there are no lines
    :ivar gaps: what is known to be missing beside the lines
    """

    lines: tuple[Line, ...] = ()
    absent: str = ""
    gaps: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Answer:
    """An item with what is known about it."""

    item: Item
    facts: Facts

    @property
    def status(self) -> str:
        """``value``, ``not applicable`` (with a reason) or ``missing`` (something or all of it)."""
        if self.facts.lines or self.facts.gaps:
            return MISSING if self.missing else VALUE
        return NOT_APPLICABLE if self.facts.absent else MISSING

    @property
    def missing(self) -> tuple[str, ...]:
        """What is missing, in words; empty where nothing is."""
        lines = [", ".join(filter(None, (line.subject, line.label))) for line in self.facts.lines if line.value is None]
        if not lines and not self.facts.gaps and not self.facts.lines and not self.facts.absent:
            return (self.item.text,)
        return (*lines, *self.facts.gaps)


def answers(items: Iterable[Item], facts: Mapping[str, Facts]) -> list[Answer]:
    """The items in their order, each with what is known for its key; an unknown key is missing."""
    return [Answer(item, facts.get(item.key, Facts())) for item in items]


def status_counts(rows: Iterable[Answer]) -> dict[str, int]:
    """How many items have a value, do not apply, or are missing."""
    found = [row.status for row in rows]
    return {status: found.count(status) for status in (VALUE, NOT_APPLICABLE, MISSING)}


def as_data(rows: Iterable[Answer]) -> list[dict]:
    """The answers as plain values, for JSON; dates as ISO text."""
    return [
        {
            "number": row.item.number,
            "text": row.item.text,
            "status": row.status,
            "reason": row.facts.absent if row.status == NOT_APPLICABLE else "",
            "missing": list(row.missing),
            "lines": [
                {
                    "subject": line.subject,
                    "label": line.label,
                    "value": line.value.isoformat() if isinstance(line.value, date) else line.value,
                    "unit": line.unit,
                    "source": line.source,
                }
                for line in row.facts.lines
            ],
        }
        for row in rows
    ]


def from_data(rows: Iterable[Mapping]) -> list[Answer]:
    """Answers that were kept as plain values by :func:`as_data`; dates stay text."""
    return [
        Answer(
            Item(row["number"], "", row["text"]),
            Facts(
                lines=tuple(Line(**line) for line in row["lines"]),
                absent=row["reason"],
                gaps=tuple(gap for gap in row["missing"] if not row["lines"] or gap not in _unanswered(row["lines"])),
            )
            if row["lines"] or row["reason"] or row["status"] != MISSING
            else Facts(),
        )
        for row in rows
    ]


def _unanswered(lines: Iterable[Mapping]) -> set[str]:
    return {", ".join(filter(None, (line["subject"], line["label"]))) for line in lines}
