# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl.html)
"""What the statutory book of an installation is made from (Regulation (EU) 2025/2547, Annexes II and III)."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass

from ..attribution import AttributedDirect, AttributionKey, OutputClass
from ..embedded import FunctionalUnit
from ..precursors import Receipt, Subset


@dataclass(frozen=True, slots=True)
class ProcessOutput:
    """An output of a process over the reporting period.

    :ivar good: its CN code; any other name for what is no good of Annex I
    :ivar quantity: functional units that left the process, before returns
    :ivar mass: the same in tonnes
    :ivar output_class: only goods, co-products and saleable off-spec goods of Annex I carry emissions
    :ivar returned: of ``quantity``, what went back into the same process
    :ivar returned_mass: the same in tonnes
    :ivar unit: what ``quantity`` counts
    :ivar in_annex_ii: whether the good is listed in Annex II of Regulation (EU) 2023/956; ``None`` for no CBAM good
    :ivar composition: declared range or consignment of goods counted in clinker or nitrogen
    :ivar molar_mass: g/mol, for attribution by moles; ``None`` where it is not known
    :ivar sefa_process: free allocation of the process alone in tCO2e per tonne (equation 2 of 2025/2620); ``None``
        where it is not determined
    :ivar transferred_out: it is also sold or used in other processes; ``False`` is the condition of Article 4(9)
    """

    good: Hashable
    quantity: float | None
    mass: float | None
    output_class: OutputClass = OutputClass.GOOD
    returned: float | None = 0.0
    returned_mass: float | None = 0.0
    unit: FunctionalUnit = FunctionalUnit.TONNE
    in_annex_ii: bool | None = None
    composition: Hashable = None
    molar_mass: float | None = None
    sefa_process: float | None = None
    transferred_out: bool = True


@dataclass(frozen=True, slots=True)
class Consumption:
    """A precursor that a process takes in.

    Own off-spec goods, by-products and scrap enter at zero (Annex II F) and are not among them.

    :ivar precursor: its CN code
    :ivar quantity: M_i in functional units of the precursor: gross, without what the process returns to itself
    :ivar subset: what the process demonstrably takes it from (Article 14(3)); ``None``: the installation's average
    """

    precursor: Hashable
    quantity: float | None
    subset: Subset | None = None


@dataclass(frozen=True, slots=True)
class ProductionProcess:
    """A production process of the installation, also one of no CBAM good.

    :ivar key: identifies it
    :ivar outputs: what leaves it
    :ivar direct: AttrEm_Dir in tCO2e with what the floor of equation 55 has added
    :ivar indirect: AttrEm_indir in tCO2e (equation 56)
    :ivar indirect_default: the part of ``indirect`` that rests on the default factor of the grid
    :ivar consumption: precursors from other installations and from other processes
    :ivar attribution: key among several goods
    """

    key: Hashable
    outputs: tuple[ProcessOutput, ...]
    direct: AttributedDirect
    indirect: float = 0.0
    indirect_default: float = 0.0
    consumption: tuple[Consumption, ...] = ()
    attribution: AttributionKey = AttributionKey.FUNCTIONAL_UNIT


@dataclass(frozen=True, slots=True)
class PrecursorSupply:
    """What was received from other installations under a CN code.

    :ivar receipts: all of the reporting period; opening stock where the monitoring plan counts it
    :ivar in_annex_ii: whether the precursor is listed in Annex II of Regulation (EU) 2023/956
    """

    receipts: tuple[Receipt, ...]
    in_annex_ii: bool | None = None
