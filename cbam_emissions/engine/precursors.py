# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl.html)
"""Precursors in the statutory book: one average per installation, reporting period and precursor.

Implementing Regulation (EU) 2025/2547: Article 14 (average of everything received under a CN code, subset per process),
Annex II points A.1(4) and (5) and E (verified, default, exempted, own production), Annex III point B.

Which year a precursor's figure belongs to (Article 13) is decided before, with the record or default value that comes
in. How opening stock enters the weights is not regulated: the monitoring plan decides whether it is given as a receipt.
"""

from __future__ import annotations

from collections.abc import Collection, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from math import fsum

from .checks import not_negative, positive
from .embedded import Embedded, FunctionalUnit, content_per_tonne
from .errors import InvalidFigure, MissingFigure


class Basis(str, Enum):
    """What a received quantity counts at."""

    VERIFIED = "verified"
    DEFAULT = "default"
    EXEMPT = "exempt"


@dataclass(frozen=True, slots=True)
class Receipt:
    """A quantity of a precursor received from another installation in the reporting period.

    :ivar name: for messages
    :ivar quantity: in functional units of the precursor
    :ivar source: the installation where it was produced; ``None`` where that is not known
    :ivar verified: SEE per functional unit of a verified record (A.1(4)); a figure that is only claimed never comes in
    :ivar default: default value with its mark-up, per functional unit; read where there is no verified record
    :ivar exempt: it originates in the Union or in an exempted country: zero, but its quantity is reported
    :ivar sefa_known: whether ``free_allocation`` of the value that counts is known
    """

    name: str
    quantity: float | None
    source: Hashable = None
    verified: Embedded | None = None
    default: Embedded | None = None
    exempt: bool = False
    sefa_known: bool = True


@dataclass(frozen=True, slots=True)
class OwnProduction:
    """A quantity of the same code made in the installation by another process than the one that takes it in.

    :ivar process: identifies the process
    :ivar quantity: in functional units
    :ivar see: average over the reporting period, per functional unit (Annex II E(1)(a))
    """

    process: Hashable
    quantity: float | None
    see: Embedded


@dataclass(frozen=True, slots=True)
class Subset:
    """What a process demonstrably takes its precursor from (Article 14(3)); never per order or lot.

    :ivar sources: installations whose receipts it uses
    :ivar own_processes: processes of the installation whose production of the code it uses
    :ivar evidence: what the verifier is given
    """

    evidence: str
    sources: frozenset[Hashable] = frozenset()
    own_processes: frozenset[Hashable] = frozenset()


@dataclass(frozen=True, slots=True)
class Received:
    """Receipts of one precursor together.

    :ivar quantity: functional units
    :ivar embedded: what they carry, in tCO2e
    :ivar by_basis: functional units per basis
    :ivar sefa_known: whether the free allocation of all of them is known
    """

    quantity: float
    embedded: Embedded
    by_basis: Mapping[Basis, float]
    sefa_known: bool

    @property
    def see(self) -> Embedded | None:
        """SEE_i per functional unit; ``None`` where nothing was received."""
        return self.embedded.scaled(1.0 / self.quantity) if self.quantity else None


def basis(receipt: Receipt) -> Basis:
    """What a receipt counts at: exempted origin before a verified record before the default value."""
    if receipt.exempt:
        return Basis.EXEMPT
    return Basis.DEFAULT if receipt.verified is None else Basis.VERIFIED


def counted_see(receipt: Receipt) -> Embedded:
    """SEE per functional unit at which a receipt counts (Annex II A.1(4), A.1(5), E(2)(h), E(3)).

    A default value rests on default values as a whole (Annex IV 1.1(15)(d) and (e)).

    :raises MissingFigure: there is neither a verified record nor a default value
    """
    if receipt.exempt:
        return Embedded.ZERO
    if receipt.verified is not None:
        return receipt.verified
    if receipt.default is None:
        raise MissingFigure(f"There is neither a verified record nor a default value for {receipt.name}.")
    return _wholly_default(receipt.default)


def received(receipts: Iterable[Receipt]) -> Received:
    """Everything received under one code, from all installations and reporting periods (Article 14(1), (2)).

    :raises MissingFigure: a quantity is missing, or a receipt has neither a verified record nor a default value
    :raises InvalidFigure: a quantity is negative
    """
    rows = [(row, not_negative(row.quantity, f"The quantity received of {row.name}")) for row in receipts]
    by_basis = {
        kind: fsum(quantity for row, quantity in rows if basis(row) is kind)
        for kind in dict.fromkeys(basis(row) for row, _quantity in rows)
    }
    return Received(
        quantity=fsum(quantity for _row, quantity in rows),
        embedded=Embedded.total(counted_see(row).scaled(quantity) for row, quantity in rows),
        by_basis=by_basis,
        sefa_known=all(row.sefa_known or row.exempt or not quantity for row, quantity in rows),
    )


def average(receipts: Iterable[Receipt], own: Iterable[OwnProduction] = ()) -> Embedded:
    """SEE_i per functional unit: the average of receipts and own production (Article 14, Annex II E(4)).

    100 t at 1.0 and 100 t at 3.0 received: 2.0, whichever of the two the period has consumed.

    :raises MissingFigure: a quantity or a value is missing, or nothing was received or produced
    :raises InvalidFigure: a quantity is negative
    """
    bought = received(receipts)
    made = [
        (row, not_negative(row.quantity, f"The quantity that process {row.process} has produced of the precursor"))
        for row in own
    ]
    quantity = fsum((bought.quantity, *(produced for _row, produced in made)))
    if not quantity:
        raise MissingFigure("Nothing of the precursor was received or produced, so that it has no average.")
    whole = Embedded.total((bought.embedded, *(row.see.scaled(produced) for row, produced in made)))
    return whole.scaled(1.0 / quantity)


def of_subset(receipts: Sequence[Receipt], subset: Subset) -> tuple[Receipt, ...]:
    """The receipts of a proven subset (Article 14(3)).

    :raises MissingFigure: there is no evidence
    :raises InvalidFigure: nothing was received from one of its installations
    """
    if not subset.evidence.strip():
        raise MissingFigure(
            "The evidence that a process takes its precursor from certain installations only is missing."
        )
    _check_sources(subset.sources, {row.source for row in receipts})
    return tuple(row for row in receipts if row.source in subset.sources)


def see_per_functional_unit(see: Embedded, unit: FunctionalUnit, content: float | None, good: str) -> Embedded:
    """A figure per tonne of goods (a default value, a benchmark) per functional unit: equations 64 to 66 backwards.

    :param content: t clinker per t or kg nitrogen per t of what was received
    :raises MissingFigure: the content is missing where the functional unit needs it
    :raises InvalidFigure: the content is out of range or 0, or the unit is kWh
    """
    units = positive(content_per_tonne(unit, content, good), f"The content of {good}")
    return see.scaled(1.0 / units)


def _wholly_default(value: Embedded) -> Embedded:
    return value._replace(
        direct_default=value.direct,
        scope_default=value.indirect_scope,
        indirect_default=value.indirect_total,
    )


def _check_sources(wanted: Collection[Hashable], there: Collection[Hashable]) -> None:
    for source in wanted:
        if source not in there:
            raise InvalidFigure(f"Nothing of the precursor was received from {source}.")
