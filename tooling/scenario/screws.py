"""The Commission's example *Screws and nuts* (its fourth workbook) as Odoo documents.

20 000 t of carbon steel and 10 000 t of high alloy steel, with the suppliers' values, become 17 000 t and 8 200 t of
screws in four orders each, one a quarter. Natural gas and electricity are metered per production line and read at the
end of each quarter.
"""

from typing import NamedTuple

from .company import at

QUARTERS = (
    # order started, order finished, meters read (UTC; the site is 5:30 ahead, so 18:30 is midnight)
    ("2026-01-05 03:30", "2026-03-20 12:30", "2026-03-31 18:30"),
    ("2026-04-06 03:30", "2026-06-19 12:30", "2026-06-30 18:30"),
    ("2026-07-06 03:30", "2026-09-18 12:30", "2026-09-30 18:30"),
    ("2026-10-05 03:30", "2026-12-18 12:30", "2026-12-31 18:30"),
)
YEAR_BEGINS = "2025-12-31 18:30"

GAS_TONNES = 1837.5
ALL_SCREWS_TONNES = 25200.0


class Line(NamedTuple):
    """A production line of the example, in tonnes and MWh a year; SEE and SEFA of the steel in tonnes per tonne."""

    name: str
    code: str
    cn_steel: str
    cn_screws: str
    route_letter: str
    vendor: str
    country: str
    see_direct: float
    see_indirect: float
    sefa: float
    steel: float
    screws: float
    electricity: float


LINES = (
    Line(
        name="Carbon steel", code="CARBON", cn_steel="72139149", cn_screws="73181542", route_letter="C",
        vendor="Example Carbon Steel", country="cn", see_direct=1.539, see_indirect=0.204, sefa=1.326,
        steel=20000.0, screws=17000.0, electricity=3400.0,
    ),
    Line(
        name="High alloy steel", code="ALLOY", cn_steel="72210010", cn_screws="73181535", route_letter="J",
        vendor="Example Alloy Steel", country="us", see_direct=1.440, see_indirect=1.732, sefa=1.159,
        steel=10000.0, screws=8200.0, electricity=1640.0,
    ),
)  # fmt: skip


def play(factory):
    """Plays the year; returns the finished lots in the order of the table."""
    gas_factor = _gas_factor(factory)
    return [lot for line in LINES for lot in _play_line(factory, line, gas_factor)]


def _play_line(factory, line, gas_factor):
    steel = factory.product(f"{line.name} wire rod", factory.tonne, line.cn_steel, tracking="lot")
    screws = factory.product(f"{line.name} screws and nuts", factory.tonne, line.cn_screws, tracking="lot")
    vendor, mill = factory.supplier(line.vendor, line.country, steel)
    factory.verified_record(mill, line.cn_steel, line.see_direct, line.see_indirect, line.sefa)
    workcenter = factory.workcenter(f"{line.name} line")
    process = factory.process(f"{line.name} screws and nuts", line.cn_screws, line.route_letter, workcenter)
    gas = factory.stream(
        process,
        "Natural gas",
        f"GAS-{line.code}",
        "t",
        workcenter,
        0.075,
        carrier="natural_gas",
        factor_id=gas_factor.id,
    )
    power = factory.stream(process, "Electricity", f"EL-{line.code}", "mwh", workcenter, 0.21, carrier="electricity")
    bom = factory.bom(screws, line.screws / 4, [(steel, line.steel / 4)], workcenter, minutes=60 * 24 * 30)
    _read(factory, YEAR_BEGINS, {gas: 0.0, power: 0.0})
    # The example shares the gas of the site between the two processes by the mass of their goods.
    gas_of_line = GAS_TONNES * line.screws / ALL_SCREWS_TONNES
    lots = []
    for number, (started, finished, read) in enumerate(QUARTERS, start=1):
        heat = factory.lot(steel, f"{line.code}-HEAT-{number}")
        lots.append(factory.lot(screws, f"{line.code}-2026-Q{number}"))
        with at(started):
            factory.receive(vendor, steel, [(heat, line.steel / 4)])
            order = factory.order(screws, line.screws / 4, bom)
            factory.start(order)
        with at(finished):
            factory.finish(order, line.screws / 4, lots[-1], {steel: [(heat, line.steel / 4)]})
        _read(factory, read, {gas: gas_of_line * number / 4, power: line.electricity * number / 4})
    return lots


def _read(factory, moment, registers):
    with at(moment):
        for meter, register in registers.items():
            factory.read_meter(meter, moment, register)


def _gas_factor(factory):
    """Natural gas at the standard values of 2025/2547 Annex II.G Table 1: 48.0 GJ/t, 56.1 tCO2/TJ."""
    factors = factory.env["cbam.emission.factor"]
    return factors.search([("name", "=", "Natural gas")], limit=1) or factors.create(
        {
            "name": "Natural gas",
            "method": "combustion",
            "activity_unit": "t",
            "ncv": 48.0,
            "emission_factor": 56.1,
            "factor_unit": "tCO2/TJ",
            "source_text": "2025/2547 Annex II point G, Table 1",
        }
    )
