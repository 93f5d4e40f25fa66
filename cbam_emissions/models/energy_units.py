from ..engine.energy_units import UNITS

#: Choices for fields that hold a unit of a meter, source stream or rate.
ENERGY_UNITS = [(code, unit.symbol) for code, unit in UNITS.items()]

CARRIERS = [
    ("electricity", "Electricity"),
    ("natural_gas", "Natural gas"),
    ("fuel", "Other fuel"),
    ("heat", "Heat or steam from outside"),
    ("compressed_air", "Compressed air from outside"),
    ("material", "Process material"),
]

#: Unit a source stream is counted in unless it is told otherwise.
DEFAULT_UNITS = {
    "electricity": "mwh",
    "natural_gas": "knm3",
    "fuel": "t",
    "heat": "gj",
    "compressed_air": "knm3",
    "material": "t",
}
