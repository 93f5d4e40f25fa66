# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl.html)
"""What the certificates for offered goods will cost, with the reason of every figure.

An offer is judged before anything is imported: what is not settled yet (a claim that nobody has verified, a price that
is not published) is an assumption, and every assumption is named in the steps that lead to the cost.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from math import fsum

from .certificate_prices import MISSING, ImportPrice
from .certificates import Band, Basis, DeclarationLine, Due, Imported, band, cost, due, exact_cost
from .checks import within
from .errors import EngineError

FORMULA = "max(0, M · (SEE − SEFA) − reduction): Regulation (EU) 2023/956 Articles 6, 9, 22 and 31"
PRICE_2026 = "Regulation (EU) 2023/956 Article 21(1a), IR (EU) 2025/2548: quarter of importation"
PRICE_2027 = "Regulation (EU) 2023/956 Article 21(1), IR (EU) 2025/2548: week of purchase"


@dataclass(frozen=True, slots=True)
class Sourced:
    """A figure and where it comes from.

    :ivar value: ``None`` where it is not known; ``source`` then says why
    :ivar source: data set, act and article, or the document
    :ivar note: what is assumed where the law's own figure is not known; empty where nothing is
    :ivar datasets: ids of the data sets that it was read from
    """

    value: float | None
    source: str = ""
    note: str = ""
    datasets: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class Answer:
    """What the law counts for a tonne of the goods, on one basis.

    :ivar see: in scope, tCO2e per tonne, default values with the mark-up of the year of import
    :ivar sefa: per tonne
    :ivar reduction: certificates per tonne that a carbon price saves
    """

    basis: Basis
    see: Sourced
    sefa: Sourced
    reduction: Sourced = Sourced(0.0)

    @property
    def datasets(self) -> frozenset[int]:
        """Ids of the data sets that the figures were read from."""
        return self.see.datasets | self.sefa.datasets | self.reduction.datasets


@dataclass(frozen=True, slots=True)
class Offer:
    """Goods that a supplier offers.

    :ivar name: for messages and steps
    :ivar mass: net mass, tonnes (MWh of electricity)
    :ivar actual: by the supplier's record, verified or only claimed; ``None`` where there is none
    :ivar default: by the default value of the country of origin; not read where ``actual`` is verified
    :ivar likelihood: that a claim gets verified, 0 to 1; only read where ``actual`` is a claim
    """

    name: str
    mass: Sourced
    price: ImportPrice
    line: DeclarationLine
    actual: Answer | None = None
    default: Answer | None = None
    likelihood: float = 0.0
    electricity: bool = False

    @property
    def basis(self) -> Basis:
        """What the expected figure rests on."""
        return self.actual.basis if self.actual else Basis.DEFAULT


@dataclass(frozen=True, slots=True)
class Step:
    """One step on the way to the cost, in the order in which it is reckoned.

    :ivar key: ``mass``, ``see``, ``sefa``, ``reduction``, ``certificates``, ``price``, ``cost``, ``band``
    :ivar basis: which of the outcomes it belongs to; ``None`` where it belongs to all
    """

    goods: str
    key: str
    value: float | None
    unit: str
    source: str
    note: str = ""
    basis: Basis | None = None


@dataclass(frozen=True, slots=True)
class CarbonCost:
    """What the certificates for an offer cost.

    :ivar see: SEE in scope, tCO2e per tonne, of the record where there is one, else of the default value
    :ivar sefa: belongs to ``see``
    :ivar emissions: embedded emissions of the whole, tCO2e, by ``see``
    :ivar certificates: expected number
    :ivar band: EUR for the whole, rounded to the cent
    :ivar per_tonne: EUR per tonne, expected, unrounded
    :ivar missing: sentences that say which figure is missing; nothing is reckoned beyond it
    :ivar assumed: sentences that say what is assumed
    """

    mass: float | None
    basis: Basis | None
    see: float | None
    sefa: float | None
    emissions: float | None
    certificates: float | None
    band: Band | None
    per_tonne: Decimal | None
    steps: tuple[Step, ...]
    missing: tuple[str, ...] = ()
    assumed: tuple[str, ...] = ()


def carbon_cost(offer: Offer) -> CarbonCost:
    """The certificates for an offer and what they cost.

    Verified: the record alone counts. Claimed: the record counts if it is verified in time, else the default value, so
    that the cost is a band. Neither: the default value. Nothing is raised: what is missing is listed.
    """
    main = offer.actual or offer.default
    steps = [Step(offer.name, "mass", offer.mass.value, "t", offer.mass.source, offer.mass.note)]
    steps += [step for answer in _counted(offer) for step in _answer_steps(offer, answer)]
    law = PRICE_2026 if offer.price.purchase is None else PRICE_2027
    where = f"{law}. {offer.price.row.source}" if offer.price.row else law
    price = None if offer.price.price is None else float(offer.price.price)
    steps.append(Step(offer.name, "price", price, "EUR", where.rstrip(), offer.price.note))
    see = main.see.value if main else None
    known = {
        "mass": offer.mass.value,
        "basis": main.basis if main else None,
        "see": see,
        "sefa": main.sefa.value if main else None,
        "emissions": None if see is None or offer.mass.value is None else see * offer.mass.value,
    }
    assumed = tuple(dict.fromkeys(step.note for step in steps if step.note))
    missing = _missing(offer)
    if missing:
        return CarbonCost(
            **known, certificates=None, band=None, per_tonne=None, steps=tuple(steps), missing=missing, assumed=assumed
        )
    certificates, money, per_tonne, outcome = _outcomes(offer)
    return CarbonCost(
        **known,
        certificates=certificates,
        band=money,
        per_tonne=per_tonne,
        steps=(*steps, *outcome),
        assumed=tuple(dict.fromkeys((*assumed, *(step.note for step in outcome if step.note)))),
    )


def total(costs: Iterable[CarbonCost]) -> CarbonCost:
    """Goods that are offered together, as the components of a kit: each is a line of its own, floored by itself.

    ``see``, ``sefa`` and ``per_tonne`` are averages by mass; nothing is reckoned of a whole of which a part is missing.
    """
    costs = tuple(costs)
    missing = tuple(sentence for row in costs for sentence in row.missing)
    mass = _sum(row.mass for row in costs)
    emissions = _sum(row.emissions for row in costs)
    bases = {row.basis for row in costs}
    whole = CarbonCost(
        mass=mass,
        basis=bases.pop() if len(bases) == 1 else None,
        see=_average(((row.see, row.mass) for row in costs), mass),
        sefa=_average(((row.sefa, row.mass) for row in costs), mass),
        emissions=emissions,
        certificates=None,
        band=None,
        per_tonne=None,
        steps=tuple(step for row in costs for step in row.steps),
        missing=missing,
        assumed=tuple(dict.fromkeys(sentence for row in costs for sentence in row.assumed)),
    )
    if missing or not costs:
        return whole
    per_tonne = None
    if mass:
        weighted = (row.per_tonne * Decimal(repr(float(row.mass))) for row in costs)
        per_tonne = sum(weighted, Decimal(0)) / Decimal(repr(float(mass)))
    names = ("low", "expected", "high", "at_risk")
    return CarbonCost(
        **{name: getattr(whole, name) for name in ("mass", "basis", "see", "sefa", "emissions", "steps", "assumed")},
        certificates=fsum(row.certificates for row in costs),
        band=Band(*(sum((getattr(row.band, name) for row in costs), Decimal(0)) for name in names)),
        per_tonne=per_tonne,
    )


def _sum(values):
    values = tuple(values)
    return None if None in values else fsum(values)


def _average(pairs, mass):
    pairs = tuple(pairs)
    if not mass or any(None in pair for pair in pairs):
        return None
    return fsum(value * part for value, part in pairs) / mass


def _counted(offer: Offer) -> tuple[Answer, ...]:
    """The answers that the outcome hangs on."""
    if offer.actual is None:
        return (offer.default,) if offer.default else ()
    if offer.actual.basis is Basis.CLAIMED and offer.default:
        return (offer.actual, offer.default)
    return (offer.actual,)


def _answer_steps(offer: Offer, answer: Answer) -> list[Step]:
    rows = [("see", answer.see), ("sefa", answer.sefa)]
    if answer.reduction.value or answer.reduction.note:
        rows.append(("reduction", answer.reduction))
    return [
        Step(offer.name, key, figure.value, "tCO2e/t", figure.source, figure.note, answer.basis)
        for key, figure in rows
        if not (key == "sefa" and offer.electricity)
    ]


def _missing(offer: Offer) -> tuple[str, ...]:
    figures = [offer.mass]
    for answer in _counted(offer):
        figures += [answer.see, answer.reduction] if offer.electricity else [answer.see, answer.sefa, answer.reduction]
    sentences = [figure.source for figure in figures if figure.value is None]
    if not _counted(offer):
        sentences.append(f"There is neither a record nor a default value for {offer.name}.")
    elif offer.basis is Basis.CLAIMED and not offer.default:
        sentences.append(f"There is no default value that would count if the claim for {offer.name} is not verified.")
    if offer.price.status == MISSING:
        sentences.append(offer.price.note)
    return tuple(dict.fromkeys(sentence or f"A figure of {offer.name} is missing." for sentence in sentences))


def _outcomes(offer: Offer):
    """``(certificates, Band, EUR per tonne, steps)`` of an offer of which every figure is known."""
    steps, dues = [], {}
    for answer in _counted(offer):
        owed = _due(offer, answer, offer.mass.value)
        dues[answer.basis] = owed
        steps.append(Step(offer.name, "certificates", owed.certificates, "tCO2e", FORMULA, basis=answer.basis))
        money = float(cost(owed.certificates, offer.price.price))
        steps.append(Step(offer.name, "cost", money, "EUR", "certificates × price, to the cent", basis=answer.basis))
    first = _counted(offer)[0]
    tonne = {answer.basis: _due(offer, answer, 1.0).certificates for answer in _counted(offer)}
    if len(dues) == 1:
        owed = dues[first.basis].certificates
        per_tonne = exact_cost(tonne[first.basis], offer.price.price)
        return owed, Band.certain(cost(owed, offer.price.price)), per_tonne, steps
    share = within(offer.likelihood, 1.0, "The likelihood that a claim is verified")
    by_claim, by_default = (dues[basis].certificates for basis in (Basis.CLAIMED, Basis.DEFAULT))
    money = band(cost(by_claim, offer.price.price), cost(by_default, offer.price.price), share)
    note = f"The claim is taken to be verified with a likelihood of {share:.0%}; else the default value counts."
    steps.append(Step(offer.name, "band", float(money.expected), "EUR", "claimed and default, weighted", note))
    expected = fsum((share * by_claim, (1 - share) * by_default))
    per_tonne = exact_cost(fsum((share * tonne[Basis.CLAIMED], (1 - share) * tonne[Basis.DEFAULT])), offer.price.price)
    return expected, money, per_tonne, steps


def _due(offer: Offer, answer: Answer, mass: float | None) -> Due:
    """:raises EngineError: a figure is negative"""
    return due(
        Imported(
            line=offer.line._replace(basis=answer.basis),
            mass=mass,
            see=answer.see.value,
            sefa=answer.sefa.value,
            reduction=answer.reduction.value,
            electricity=offer.electricity,
        )
    )


def safely(offer: Offer) -> CarbonCost:
    """:func:`carbon_cost`, with a figure that the law does not allow as a listed gap instead of an error."""
    try:
        return carbon_cost(offer)
    except EngineError as error:
        return CarbonCost(
            mass=None,
            basis=None,
            see=None,
            sefa=None,
            emissions=None,
            certificates=None,
            band=None,
            per_tonne=None,
            steps=(),
            missing=(str(error),),
        )
