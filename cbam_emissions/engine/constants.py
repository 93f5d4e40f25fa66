# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl.html)
"""Numbers that the equations themselves contain.

Factors that the acts publish in tables (fuels, carbonates, benchmarks, default values…) are not here: they
belong to dated data sets and come in as arguments.
"""

#: t CO2 per t C, the ratio of the molar masses: Implementing Regulation (EU) 2025/2547, Annex II B.3.1.1 and B.3.2.
CO2_PER_CARBON = 3.664

#: Net calorific values are in GJ per tonne or per 1 000 Nm3, activity data and factors in TJ (equation 6).
GJ_PER_TJ = 1000.0

#: Digits after the comma of specific embedded emissions per tonne of goods: Annex II A.1(8).
SEE_DECIMALS = 5

#: Kilograms of nitrogen in a tonne of pure nitrogen: the upper end of the content in equations 65 and 66.
KG_PER_TONNE = 1000.0

SECONDS_PER_MINUTE = 60.0

#: How far typed decimal shares of a whole may exceed it by the rounding of binary numbers alone.
SHARE_TOLERANCE = 1e-9
