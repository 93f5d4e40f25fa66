# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl.html)
"""What a reader found wrong in a file."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

ERROR, BAD, SUSPICIOUS = "error", "bad", "suspicious"


@dataclass(frozen=True, slots=True)
class Finding:
    """A row that is not as it should be.

    :ivar level: :data:`ERROR`: nothing of the file can be loaded; :data:`BAD`: the row carries no figure;
        :data:`SUSPICIOUS`: the row is read as printed, and should be looked at
    :ivar line: row of the sheet or file, from 1
    :ivar what: the cell or cells
    :ivar why: one sentence
    """

    level: str
    sheet: str
    line: int | None
    cn: str
    what: str
    why: str


@dataclass(slots=True)
class ParsedSet:
    """A file that has been read: rows by the columns of the kind's table (:mod:`.tables`)."""

    kind: str
    rows: list[dict[str, Any]] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)

    def note(self, level: str, sheet: str, line: int | None, cn: str, what: object, why: str) -> None:
        """Add a finding."""
        self.findings.append(Finding(level, sheet, line, cn, shortened(what), why))

    def of_level(self, *levels: str) -> list[Finding]:
        """The findings of the given levels."""
        return [finding for finding in self.findings if finding.level in levels]

    @property
    def loadable(self) -> bool:
        """Whether there is something to load and nothing that forbids it."""
        return bool(self.rows) and not self.of_level(ERROR)


def shortened(what: object, length: int = 200) -> str:
    """Cell text for a list: on one line, control characters and empty cells at the end out, not too long."""
    if isinstance(what, (list, tuple)):
        what = " | ".join("" if cell is None else str(cell) for cell in what).rstrip(" |")
    text = " ".join("".join(c if c.isprintable() else " " for c in str(what)).split())
    return text if len(text) <= length else text[: length - 1] + "…"
