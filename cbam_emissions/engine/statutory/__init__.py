# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl.html)
"""The statutory book of an installation and a reporting period: SEE and SEFA of every good in one call.

``facts``     what a process attributes, gives off and takes in; what was received of each precursor
``joint``     joint production processes ("bubbles", Article 4(9))
``levels``    activity levels and the key by which a process is shared among its goods
``results``   figures per good and range of composition, and the balance that proves them
``terms``     the terms of equation 55 per process
``site``      heat, waste gases and electricity of a site: :func:`site_terms` finds those terms
``solve``     :func:`statement`: own intermediates, averages of precursors and goods as one linear system
"""

from .facts import AttributionKey, Consumption, PrecursorSupply, ProcessOutput, ProductionProcess
from .joint import joined
from .results import Balance, GoodFigures, PerTonne, Pool, PoolFigures, Statement
from .solve import statement

__all__ = [
    "AttributionKey",
    "Balance",
    "Consumption",
    "GoodFigures",
    "PerTonne",
    "Pool",
    "PoolFigures",
    "PrecursorSupply",
    "ProcessOutput",
    "ProductionProcess",
    "Statement",
    "joined",
    "statement",
]
