"""What posting hands from step to step: documents, what their lines share, and what is said about them."""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache
from typing import NamedTuple

import pytz

from ..engine.unit_book import Gap


class Site(NamedTuple):
    """An own installation as posting sees it: ``start`` is its first moment in naive UTC."""

    id: int
    name: str
    company_id: int
    start: datetime
    tz: str


class Head(NamedTuple):
    """What all lines of a document share."""

    company_id: int
    date: datetime
    site: Site | None
    process_id: int | None = None


class Meta(NamedTuple):
    """What a line says about where its figure comes from."""

    quality: str = "derived"
    note: str = ""
    record_id: int | None = None
    dataset_id: int | None = None
    process_id: int | None = None


class Detail(NamedTuple):
    """A gap in words, beside the engine's bare ones."""

    gap: Gap
    message: str


@dataclass
class Batch:
    """The documents of one wave with all that was gathered for them.

    :ivar sites: own installations that post, by warehouse
    :ivar units: units by id, and the gram
    :ivar functional_units: by CN code and year, as far as they have been asked for
    """

    documents: list = field(default_factory=list)
    heads: dict = field(default_factory=dict)
    gaps: list = field(default_factory=list)
    products: dict = field(default_factory=dict)
    orders: dict = field(default_factory=dict)
    lots: dict = field(default_factory=dict)
    own_use: object = None
    sites: dict = field(default_factory=dict)
    units: dict = field(default_factory=dict)
    gram: object = None
    functional_units: dict = field(default_factory=dict)
    no_meta: Meta = field(default_factory=Meta)

    def by_company(self):
        """``[(company id, documents)]``: goods in transit, and a lot that companies share, have a value in each."""
        grouped = defaultdict(list)
        for document in self.documents:
            grouped[self.heads[document.ident].company_id].append(document)
        return sorted(grouped.items())

    def local_year(self, ident):
        """Calendar year of a document where it happened: periods are local to the installation."""
        head = self.heads[ident]
        return local_day(head.date, head.site).year


def local_day(moment, site):
    """The calendar day of a naive UTC moment at a site (UTC where there is none)."""
    return _day(moment, site.tz if site else "UTC")


@lru_cache(10_000)
def _day(moment, tz):
    return pytz.utc.localize(moment).astimezone(pytz.timezone(tz)).date()
