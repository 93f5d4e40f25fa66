# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl.html)
"""By what the outputs of one order share what went into it, and which key a process has unless another is chosen.

Implementing Regulation (EU) 2025/2547, Annex III points A.2 and A.2.1 (equation 43), Annex II point A.4.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Sequence
from typing import NamedTuple

from .attribution import AttributionKey
from .cn_codes import sector_of
from .molar import ChemicalProduct, molar_weights

#: Sectors of the goods categories "chemicals" and "fertilisers" (Annex I point 2, Table 1).
CHEMICAL_SECTORS = frozenset({"hydrogen", "fertilisers"})
#: Chapters of the Combined Nomenclature: inorganic chemicals, organic chemicals, fertilisers.
CHEMICAL_CHAPTERS = ("28", "29", "31")


class CoProduct(NamedTuple):
    """An output of an order that carries emissions.

    :ivar quantity: in the unit of the product
    :ivar mass: tonnes, ``None`` where not known
    :ivar functional: tonnes of clinker or kg of nitrogen, ``None`` where the functional unit is the tonne
    :ivar molar_mass: g/mol, ``None`` where not known
    """

    product: Hashable
    quantity: float
    mass: float | None
    functional: float | None = None
    molar_mass: float | None = None


class ShareKeys(NamedTuple):
    """The key of a sharing.

    :ivar weights: one for each output, ``None`` where products differ and a mass is not known
    :ivar no_molar_mass: products for lack of whose molar mass moles give way to masses
    """

    weights: list[float] | None
    no_molar_mass: tuple[Hashable, ...] = ()


def share_keys(outputs: Sequence[CoProduct], attribution: AttributionKey = AttributionKey.FUNCTIONAL_UNIT) -> ShareKeys:
    """The key by which outputs share: one product by its quantity, several as their process is attributed (A.2).

    Functional units that not all of them have, and moles for lack of a molar mass, give way to masses. Never a cost
    share.

    :raises InvalidFigure: a mass is negative, or a molar mass not positive, where moles are the key
    """
    if len({output.product for output in outputs}) <= 1:
        return ShareKeys([output.quantity for output in outputs])
    functional = [output.functional for output in outputs]
    if attribution is AttributionKey.FUNCTIONAL_UNIT and None not in functional:
        return ShareKeys(functional)
    masses = [output.mass for output in outputs]
    if None in masses:
        return ShareKeys(None)
    if attribution is not AttributionKey.MOLAR:
        return ShareKeys(masses)
    unknown = dict.fromkeys(output.product for output in outputs if output.molar_mass is None)
    rows = [ChemicalProduct(row, output.mass, output.molar_mass) for row, output in enumerate(outputs)]
    return ShareKeys(list(molar_weights(rows).values()), tuple(unknown))


def is_chemical(cn_code: str) -> bool:
    """Whether goods of a CN code are chemical substances or fertilisers, CBAM goods or not."""
    return cn_code.startswith(CHEMICAL_CHAPTERS)


def default_attribution(mandatory_group: bool, goods: Iterable[str], co_products: Iterable[str] = ()) -> AttributionKey:
    """The key of a process unless another one is chosen.

    Mass for a mandatory group (Annex II A.4); moles where a chemical or fertiliser of Annex I is made together with
    another chemical (A.2.1); else the functional unit.

    :param goods: CN codes of the goods of the process
    :param co_products: CN codes of what is made with them as a co-product
    """
    if mandatory_group:
        return AttributionKey.MASS
    goods = set(goods)
    chemicals = {code for code in goods | set(co_products) if is_chemical(code)}
    if len(chemicals) > 1 and any(sector_of(code) in CHEMICAL_SECTORS for code in goods):
        return AttributionKey.MOLAR
    return AttributionKey.FUNCTIONAL_UNIT
