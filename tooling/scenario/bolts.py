"""An everyday case in pieces: bolts M8 from the wire rod of two suppliers, and a machine that uses them.

One supplier has a verified report, the other counts at the default value. Two levels of bills of materials, rod
scrapped inside an order, blanks scrapped out of stock, a backorder, meters read at the end of the month, and a machine
with a serial number. Worked by hand in ``docs/demo-figures.md``.
"""

from .company import at

SEPTEMBER_BEGINS, SEPTEMBER_ENDS = "2026-08-31 18:30", "2026-09-30 18:30"
CN_ROD, CN_BOLT, CN_MACHINE, CN_CASTING = "72139149", "73181588", "84581120", "73259910"


def play(factory):
    """Plays September; returns the lots in the order of the table."""
    goods = _products(factory)
    lots = {name: factory.lot(goods[product], name) for product, name in LOTS}
    process, meters = _process(factory)
    boms = _boms(factory, goods, process)
    _read(factory, SEPTEMBER_BEGINS, meters, (0.0, 0.0))
    _receive(factory, goods, lots)
    _head_blanks(factory, goods, lots, boms)
    _make_bolts(factory, goods, lots, boms)
    _build_machine(factory, goods, lots, boms)
    _read(factory, SEPTEMBER_ENDS, meters, (1200.0, 0.08))
    return [lots[name] for name in ("BLANK-A", "BLANK-B", "BOLT-1", "BOLT-2", "CNC-0001")]


LOTS = (
    ("rod", "ROD-A"),
    ("rod", "ROD-B"),
    ("blank", "BLANK-A"),
    ("blank", "BLANK-B"),
    ("bolt", "BOLT-1"),
    ("bolt", "BOLT-2"),
    ("machine", "CNC-0001"),
)


def _products(factory):
    return {
        "rod": factory.product("Cold heading wire rod 9 mm", factory.kg, CN_ROD, tracking="lot"),
        "blank": factory.product("Bolt blank M8x40", factory.unit, CN_BOLT, tracking="lot", cbam_net_mass=0.0150),
        "bolt": factory.product("Hexagon bolt M8x40", factory.unit, CN_BOLT, tracking="lot", cbam_net_mass=0.0149),
        "casting": factory.product("Machine bed, cast iron", factory.unit, CN_CASTING),
        "machine": factory.product("CNC lathe", factory.unit, CN_MACHINE, tracking="serial", cbam_net_mass=3200.0),
    }


def _process(factory):
    """Heading presses on an electricity meter, a hardening furnace on a gas meter; both make the same CN code."""
    press, furnace = factory.workcenter("Cold heading press"), factory.workcenter("Hardening furnace")
    process = factory.process("Bolts", CN_BOLT, "C", press | furnace)
    gas_factor = factory.env["cbam.emission.factor"].search([("name", "=", "Natural gas")], limit=1)
    power = factory.stream(process, "Electricity", "EL-PRESS", "kwh", press, 500.0, carrier="electricity")
    gas = factory.stream(
        process, "Natural gas", "GAS-FURNACE", "t", furnace, 0.065, carrier="natural_gas", factor_id=gas_factor.id
    )
    return process, (power, gas)


def _boms(factory, goods, process):
    press, furnace = process.workcenter_ids.sorted("id")
    assembly = factory.workcenter("Machine assembly")
    return {
        "blank": factory.bom(goods["blank"], 10000, [(goods["rod"], 155.0)], press, 40.0, "Cold heading"),
        "bolt": factory.bom(goods["bolt"], 1000, [(goods["blank"], 1020.0)], furnace, 3.0, "Rolling and hardening"),
        "machine": factory.bom(
            goods["machine"], 1, [(goods["bolt"], 48.0), (goods["casting"], 1.0)], assembly, 2400.0, "Assembly"
        ),
    }


def _receive(factory, goods, lots):
    verified, mill = factory.supplier("Example Wire One", "tr", goods["rod"])
    factory.verified_record(mill, CN_ROD, 1.8, 0.3, 1.2)
    by_default, _mill = factory.supplier("Example Wire Two", "cn", goods["rod"])
    foundry = factory.env["res.partner"].create({"name": "Example Foundry", "is_company": True})
    with at("2026-09-01 05:00"):
        factory.receive(verified, goods["rod"], [(lots["ROD-A"], 2000.0)])
        factory.receive(by_default, goods["rod"], [(lots["ROD-B"], 1000.0)])
        factory.receive(foundry, goods["casting"], [(None, 1.0)])


def _head_blanks(factory, goods, lots, boms):
    with at("2026-09-07 03:30"):
        first = factory.order(goods["blank"], 100000, boms["blank"])
        factory.start(first)
    with at("2026-09-07 05:00"):
        factory.scrap(goods["rod"], 30.0, lots["ROD-A"], order=first)
    with at("2026-09-07 09:30"):
        factory.finish(first, 100000, lots["BLANK-A"], {goods["rod"]: [(lots["ROD-A"], 1550.0)]})
    with at("2026-09-08 03:30"):
        second = factory.order(goods["blank"], 60000, boms["blank"])
        factory.start(second)
    with at("2026-09-08 07:30"):
        factory.finish(second, 60000, lots["BLANK-B"], {goods["rod"]: [(lots["ROD-B"], 930.0)]})
    with at("2026-09-09 04:00"):
        factory.scrap(goods["blank"], 2000.0, lots["BLANK-B"])


def _make_bolts(factory, goods, lots, boms):
    with at("2026-09-14 03:30"):
        order = factory.order(goods["bolt"], 80000, boms["bolt"])
        factory.start(order)
    with at("2026-09-14 06:00"):
        factory.finish(order, 50000, lots["BOLT-1"], {goods["blank"]: [(lots["BLANK-A"], 51000.0)]}, backorder=True)
    backorder = order.production_group_id.production_ids - order
    with at("2026-09-15 03:30"):
        factory.start(backorder)
    with at("2026-09-15 05:00"):
        factory.finish(backorder, 30000, lots["BOLT-2"], {goods["blank"]: [(lots["BLANK-B"], 30600.0)]})


def _build_machine(factory, goods, lots, boms):
    with at("2026-09-21 03:30"):
        order = factory.order(goods["machine"], 1, boms["machine"])
        factory.start(order)
    with at("2026-09-25 11:30"):
        used = {goods["bolt"]: [(lots["BOLT-1"], 32.0), (lots["BOLT-2"], 16.0)]}
        factory.finish(order, 1, lots["CNC-0001"], used)


def _read(factory, moment, meters, registers):
    with at(moment):
        for meter, register in zip(meters, registers, strict=True):
            factory.read_meter(meter, moment, register)
