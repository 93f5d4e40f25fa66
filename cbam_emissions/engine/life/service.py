# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl.html)
"""What servicing a machine emits: gases that leaked, spare parts, and the way of whoever came.

Not for CBAM. Gases follow the mass balance of the IPCC Guidelines 2006, Volume 3, Chapter 7: what had to be topped up,
less what was recovered and taken back, has leaked since the last service. Its factor is the global warming potential
(kgCO2e per kg); every other factor is kgCO2e per unit of its activity. All of them are data sets that the user loads.
"""

from __future__ import annotations

from ..checks import not_negative, positive, required, within
from ..constants import KG_PER_TONNE
from ..errors import InvalidFigure


def leaked(charged: float | None, recovered: float = 0.0, what: str = "The gas") -> float:
    """Kilograms of a gas that have leaked: charged less recovered.

    :raises MissingFigure: it is not known how much was charged
    :raises InvalidFigure: a mass is negative, or more was recovered than charged
    """
    into = not_negative(charged, f"{what}: the mass charged (kg)")
    out = not_negative(recovered, f"{what}: the mass recovered (kg)")
    if out > into:
        raise InvalidFigure(f"{what}: {out} kg recovered is more than the {into} kg charged.")
    return into - out


def travelled(one_way: float | None, there_and_back: bool = True, share: float = 1.0, what: str = "The trip") -> float:
    """Kilometres of a service trip that one machine answers for.

    :param one_way: km from the service's base to the machine
    :param share: of the trip, from 0 to 1; the rest belongs to other machines served on the way
    :raises MissingFigure: the distance is not known
    :raises InvalidFigure: the distance is not greater than 0, or the share is outside 0 to 1
    """
    distance = positive(one_way, f"{what}: the distance (km)")
    return distance * (2.0 if there_and_back else 1.0) * within(share, 1.0, f"{what}: the share of this machine")


def emitted(quantity: float | None, kg_per_unit: float | None, what: str) -> float:
    """Tonnes of CO2e of an activity: quantity in the activity's unit times kgCO2e per unit.

    :raises MissingFigure: the quantity or the factor is not known
    :raises InvalidFigure: one of them is negative or not finite
    """
    amount = not_negative(quantity, f"{what}: the quantity")
    factor = required(kg_per_unit, f"{what}: the emission factor")
    return amount * not_negative(factor, f"{what}: the emission factor") / KG_PER_TONNE
