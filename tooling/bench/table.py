"""The rows of the table: ours, the yardstick, their ratio, the aim; and what of it is met."""

import dataclasses
import statistics

from .measure import ratio, ratio_interval, seconds, spread

HEADS = ("what", "ours", "yardstick", "", "ratio", "95 %", "aim", "queries", "memory", "")


@dataclasses.dataclass
class Row:
    """A pair that was measured.

    :ivar limit: the ratio of ours to the yardstick that is aimed at; ``None`` where only memory has an aim
    :ivar faster: the aim is said the other way round: so many times faster than the yardstick
    :ivar memory: MB by which memory may grow at most; ``None`` without such an aim
    :ivar tolerance: by so much the interval may reach beyond the limit
    """

    what: str
    yardstick: str
    ours: list
    theirs: list
    limit: float
    faster: bool = False
    memory: float | None = None
    tolerance: float = 0.0

    def sides(self):
        """Seconds over seconds, so that the ratio is the one that the aim speaks of."""
        ours, theirs = seconds(self.ours), seconds(self.theirs)
        return (theirs, ours) if self.faster else (ours, theirs)

    @property
    def ratio(self):
        return ratio(*self.sides())

    @property
    def interval(self):
        return ratio_interval(*self.sides())

    @property
    def growth(self):
        """MB: the most of all runs."""
        return max(sample.growth for sample in self.ours)

    @property
    def queries(self):
        """The most of all runs."""
        return max(sample.queries for sample in self.ours)

    @property
    def is_met(self):
        """Whether the whole interval lies on the good side of the aim, and memory below its own."""
        low, high = self.interval
        good = low >= self.limit if self.faster else high <= self.limit + self.tolerance
        return good and (self.memory is None or self.growth < self.memory)

    @property
    def aim(self):
        aim = f"≥ {self.limit:g} × faster" if self.faster else f"≤ {self.limit:g} ×"
        return aim if self.memory is None else f"{aim}, < {self.memory:g} MB"

    def cells(self):
        """The row as texts."""
        low, high = self.interval
        return (
            self.what,
            time_text(seconds(self.ours)),
            time_text(seconds(self.theirs)),
            self.yardstick,
            f"{self.ratio:.3g}",
            f"{low:.3g} … {high:.3g}",
            self.aim,
            str(self.queries),
            f"{self.growth:.0f} MB",
            "met" if self.is_met else "MISSED",
        )

    def data(self):
        """The row for JSON, every run included."""
        return {
            "what": self.what,
            "cells": self.cells(),
            "yardstick": self.yardstick,
            "ratio": self.ratio,
            "interval": self.interval,
            "aim": self.aim,
            "met": self.is_met,
            "queries": self.queries,
            "memory_mb": self.growth,
            "seconds": {"ours": seconds(self.ours), "yardstick": seconds(self.theirs)},
        }


def time_text(values):
    """Median and spread of seconds."""
    middle = statistics.median(values)
    text = f"{middle:.3f} s" if middle >= 0.1 else f"{middle * 1e3:.1f} ms"
    return f"{text} ± {spread(values) * 100:.0f} %"


def grouped(number):
    """A number with spaces between its thousands."""
    return f"{number:,}".replace(",", " ")


def rendered(cells):
    """The table as text, of the cells of its rows."""
    lines = [HEADS, *cells]
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    return "\n".join(
        "  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip() for line in lines
    )


def counted(met):
    """The last line of ``make bench``, of ``[whether each aim is met]``."""
    return f"bench: {sum(met)} met, {len(met) - sum(met)} missed"
