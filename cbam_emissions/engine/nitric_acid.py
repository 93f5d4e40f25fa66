# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl.html)
"""Nitric acid: flue gas flow for the measurement of N2O.

Implementing Regulation (EU) 2025/2547, Annex II point B.9.3 (equation 29). N2O itself is always measured
(:mod:`.measurement`, equations 16 and 18).
"""

from __future__ import annotations

from collections.abc import Iterable
from math import fsum

from .checks import not_negative, within
from .errors import InvalidFigure

#: Volume fraction of oxygen in dry air.
OXYGEN_IN_AIR = 0.2095


def flue_gas_flow(air_flows: Iterable[float | None], oxygen: float | None) -> float:
    """V_flue gas = V_air · (1 − O2,air) / (1 − O2,flue gas) in Nm3/h, dry (equation 29).

    :param air_flows: all air entering the unit in Nm3/h: primary, secondary and seal air
    :param oxygen: volume fraction of O2 in the dry flue gas, up to that of air
    :raises MissingFigure: a flow or the fraction is missing
    :raises InvalidFigure: a flow is negative, there is none, or the fraction is out of its range
    """
    flows = [not_negative(flow, "A flow of input air") for flow in air_flows]
    if not flows:
        raise InvalidFigure("The nitric acid unit has no flow of input air.")
    left = within(oxygen, OXYGEN_IN_AIR, "The oxygen fraction of the flue gas")
    return fsum(flows) * (1.0 - OXYGEN_IN_AIR) / (1.0 - left)
