# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl.html)
"""The conservative carbon balance of biomass in a mass balance.

Implementing Regulation (EU) 2025/2547, Annex II point B.3.2, last paragraph: where biomass is an input and outputs
contain carbon, the zero-rated carbon of the outputs may not be lower than that of the inputs, unless the operator
proves it ("trace the atom", carbon-14). Otherwise fossil carbon would leave in products on paper while biomass leaves
through the stack.
"""

from __future__ import annotations

from collections.abc import Iterable
from math import fsum

from .source_streams import StreamResult


def conservative_addition(streams: Iterable[StreamResult]) -> float:
    """Fossil tCO2 to add so that the outputs of a process carry as much zero-rated carbon as its inputs.

    Outputs cannot carry more of it than they contain carbon: what is beyond has been emitted and counts zero.

    :param streams: results of :func:`source_streams.emissions`; those of outputs are negative
    """
    rows = [(row.biogenic, row.fossil + row.biogenic) for row in streams]
    brought = fsum(biogenic for biogenic, whole in rows if whole > 0)
    taken = -fsum(biogenic for biogenic, whole in rows if whole < 0)
    contained = -fsum(whole for _biogenic, whole in rows if whole < 0)
    return max(0.0, min(brought, contained) - taken)
