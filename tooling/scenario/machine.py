"""A maker of machines beside the maker of fasteners: two machining centres with serial numbers, and their whole life.

CBAM goods (plates, sections, sheet, bolts) and other components on four levels, meters on two work centres, transports,
services, an end-of-life scenario. All factors are samples. Worked by hand in ``docs/demo-figures.md``.
"""

from odoo.fields import Command

from .company import Company, at
from .factory import Factory
from .machine_parts import BILLS, FACTORS, FOOTPRINTS, GOODS, LOTS, MACHINE, PROPOSED, TREATMENTS, VENDORS

NAME = "Example Machine Tools"
#: Local midnights of the site, in UTC: October begins and ends, November ends.
MIDNIGHTS = ("2026-09-30 18:30", "2026-10-31 18:30", "2026-11-30 18:30")
#: Month of each machine, and kWh that the meters of welding and assembly count until then.
MONTHS = {1: ("2026-10", (600.0, 900.0)), 2: ("2026-11", (1140.0, 1890.0))}
#: Product, work centre, and when its order starts and ends (day, UTC).
ORDERS = (
    ("rails", "05 03:30", "05 05:30"),
    ("bed", "06 03:30", "06 09:30"),
    ("guard", "07 03:30", "07 05:30"),
    ("cabinet", "08 03:30", "08 08:30"),
    ("machine", "12 03:30", "12 13:30"),
)


class Works(Factory):
    """The factory of a company beside the one of the story."""

    def __init__(self, company):
        Company.__init__(self, company.env)
        self.warehouse = self.env["stock.warehouse"].search([("company_id", "=", self.company.id)], limit=1)
        self.stock = self.warehouse.lot_stock_id
        self.country = self.env.ref("base.in")
        self.installation = self.env["cbam.installation"].create(
            {
                "name": "Machine works Chennai",
                "company_id": self.company.id,
                "operator_id": self.company.partner_id.id,
                "country_id": self.country.id,
                "unlocode": "INMAA",
                "tz": "Asia/Kolkata",
                "start_date": "2026-01-01",
            }
        )
        self.warehouse.cbam_installation_id = self.installation
        self.env["cbam.electricity.source"].create(
            {"name": "Grid supply", "installation_id": self.installation.id, "kind": "grid"}
        )


def play(factory):
    """Builds, delivers and serves the machines; returns their serial numbers."""
    works = Works(factory.beside(name=NAME, country_id=factory.env.ref("base.in").id, cbam_life_account=True))
    _load(works, "life_factor", FACTORS, "Factors of the whole-life account: sample, not for use", "none: sample")
    goods = _goods(works)
    vendors = {row[0]: _vendor(works, goods, *row) for row in VENDORS}
    meters = _meters(works)
    bills = _bills(works, goods)
    _read(works, MIDNIGHTS[0], meters, (0.0, 0.0))
    machines = []
    for number, (month, registers) in MONTHS.items():
        machines.append(_build(works, goods, vendors, bills, number, month))
        _read(works, MIDNIGHTS[number], meters, registers)
    _deliver(works, machines[0])
    _serve(works, goods, machines[0])
    _scenario(works)
    works.post()
    return machines


def _load(works, kind, text, name, act, **values):
    loader = works.env["cbam.dataset.loader"]
    values = {"name": name, "legal_act": act, "version": "sample", "valid_from": "2026-01-01", **values}
    return loader._load(loader._parse(kind, text.encode(), "sample.csv"), values)


def _goods(works):
    """The products by their keys, with what their material is and what becomes of it."""
    env = works.env
    units = {"kg": works.kg, "unit": works.unit, "l": env.ref("uom.product_uom_litre")}
    activities = {one.code: one.id for one in env["cbam.life.activity"].search([])}
    classes = {
        name: env["cbam.material.class"].create({"name": name}).id for name in ("Steel", "Aluminium", "Other material")
    }
    goods = {}
    for key, name, unit, code, tracking, mass, activity, material in GOODS:
        goods[key] = works.product(
            name,
            units[unit],
            code,
            company_id=works.company.id,
            tracking=tracking,
            cbam_net_mass=mass,
            cbam_life_activity_id=activities.get(activity, False),
            cbam_material_class_id=classes.get(material, False),
        )
    for key, figure in FOOTPRINTS:
        env["cbam.footprint.document"].create(
            {
                "name": f"PCF {goods[key].name}, sample",
                "kind": "pcf",
                "product_tmpl_id": goods[key].product_tmpl_id.id,
                "figure": figure,
                "basis": "unit",
                "declared_unit": "1 unit",
                "date_issued": "2026-01-15",
                "valid_until": "2030-12-31",
            }
        )
    _end_of_life(works, goods["machine"], classes, activities)
    return goods


def _end_of_life(works, machine, classes, activities):
    works.env["cbam.end.of.life"].create(
        {
            "product_tmpl_id": machine.product_tmpl_id.id,
            "company_id": works.company.id,
            "source": "sample",
            "line_ids": [
                Command.create(
                    {
                        "material_id": classes.get(material, False),
                        "treatment": treatment,
                        "share": 1.0,
                        "activity_id": activities[activity],
                        "with_credit": credited,
                    }
                )
                for material, treatment, activity, credited in TREATMENTS
            ],
        }
    )


def _vendor(works, goods, name, country, sells, record):
    """A vendor; ``record`` is its verified SEE (direct, indirect, SEFA) of the first good it sells."""
    products = [goods[key] for key in sells]
    vendor, mill = works.supplier(name, country, *products)
    if record:
        works.verified_record(mill, products[0].cbam_cn_code, *record)
    return vendor


def _meters(works):
    """Two work centres outside CBAM, each with a meter of its own."""
    meters = []
    for name, code in (("Welding shop", "EL-WELDING"), ("Machine assembly hall", "EL-ASSEMBLY")):
        workcenter = works.workcenter(name)
        process = works.env["cbam.process"].create(
            {
                "name": name,
                "installation_id": works.installation.id,
                "boundary": "outside",
                "workcenter_ids": [Command.set(workcenter.ids)],
            }
        )
        meters.append(works.stream(process, "Electricity", code, "kwh", workcenter, 500.0, carrier="electricity"))
    return meters


def _bills(works, goods):
    centres = works.env["mrp.workcenter"].search([("company_id", "=", works.company.id)])
    places = {centre.name: centre for centre in centres}
    bills = {}
    for key, place, minutes, operation, parts in BILLS:
        components = [(goods[part], quantity) for part, quantity in parts]
        bills[key] = works.bom(goods[key], 1, components, places[place], minutes, operation)
    return bills


def _read(works, moment, meters, registers):
    with at(moment):
        for meter, register in zip(meters, registers, strict=True):
            works.read_meter(meter, moment, register)


def _build(works, goods, vendors, bills, number, month):
    """Receives what a machine needs, and makes it from the bottom to the top; returns its serial number."""
    lots = {}
    with at(f"{month}-02 04:30"):
        for vendor, key, quantity, lot, way in LOTS[number]:
            if lot:
                lots[key] = works.lot(goods[key], lot)
            receipt = works.receive(vendors[vendor], goods[key], [(lots.get(key), quantity)])
            _legs(works, receipt, [way] if way else [])
    for key, start, end in ORDERS:
        lots[key] = works.lot(goods[key], f"{MACHINE[key]}-{number:04}")
        with at(f"{month}-{start}"):
            order = works.order(goods[key], 1, bills[key])
            works.start(order)
        with at(f"{month}-{end}"):
            used = {goods[part]: [(lots.get(part), quantity)] for part, quantity in _parts(key)}
            works.finish(order, 1, lots[key], used)
    return lots["machine"]


def _parts(key):
    return next(parts for bill, _place, _minutes, _what, parts in BILLS if bill == key)


def _legs(works, transfer, ways):
    """The ways of a transfer: ``(mode, key of the activity, km)``."""
    transfer.cbam_leg_ids.unlink()
    ends = [transfer.partner_id.id, works.company.partner_id.id]
    start, end = ends if transfer.picking_type_id.code == "incoming" else reversed(ends)
    for sequence, (mode, code, distance) in enumerate(ways):
        activity = works.env["cbam.life.activity"].search([("code", "=", code)])
        works.env["cbam.transport.leg"].create(
            {
                "picking_id": transfer.id,
                "sequence": sequence,
                "mode": mode,
                "activity_id": activity.id,
                "from_id": start,
                "to_id": end,
                "distance_typed": distance,
            }
        )


def _deliver(works, machine):
    """The first machine goes to a customer in the Union, by road and by sea."""
    env = works.env
    places = {"location_id": works.stock.id, "location_dest_id": env.ref("stock.stock_location_customers").id}
    with at("2026-12-01 05:00"):
        customer = env["res.partner"].create(
            {"name": "Example Machine Buyer", "is_company": True, "country_id": env.ref("base.de").id}
        )
        line = {"product_id": machine.product_id.id, "product_uom": works.unit.id, "product_uom_qty": 1.0, **places}
        transfer = env["stock.picking"].create(
            {
                "picking_type_id": works.warehouse.out_type_id.id,
                "partner_id": customer.id,
                "origin": "Example machine",
                **places,
                "move_ids": [Command.create(line)],
            }
        )
        transfer.action_confirm()
        works.fill(transfer.move_ids, [(machine, 1.0)])
        transfer.button_validate()
        _legs(works, transfer, [("road", "sample_road", 500.0), ("sea", "sample_sea", 12000.0)])
        works.post()


def _serve(works, goods, machine):
    """Two services: refrigerant of the chiller, then a ball screw; each with the technician's way."""
    env = works.env
    activities = {one.code: one.id for one in env["cbam.life.activity"].search([])}
    done = env["maintenance.stage"].search([("done", "=", True)], limit=1)
    team = env["maintenance.team"].create({"name": "Service", "company_id": works.company.id})
    of_team = {"company_id": works.company.id, "maintenance_team_id": team.id}
    equipment = env["maintenance.equipment"].create(
        {"name": machine.product_id.name, "cbam_lot_id": machine.id, **of_team}
    )
    trip = {"kind": "trip", "activity_id": activities["sample_van"], "distance": 80.0}
    gas = {"kind": "gas", "activity_id": activities["sample_refrigerant"], "quantity": 0.5}
    part = {"kind": "part", "product_id": goods["screw"].id, "quantity": 1.0}
    for moment, name, lines in (
        ("2027-01-14 08:00", "Chiller topped up", (gas, trip)),
        ("2027-03-02 08:00", "Ball screw of the X axis replaced", (part, trip)),
    ):
        with at(moment):
            request = env["maintenance.request"].create({"name": name, "equipment_id": equipment.id, **of_team})
            env["cbam.life.service.line"].create([{"request_id": request.id, **line} for line in lines])
            request.stage_id = done
            works.post()


def _scenario(works):
    """What if machinery entered CBAM in 2028: a sample list that no figure but this scenario's reads."""
    with at("2027-03-22 09:00"):
        proposed = _load(
            works,
            "cn_code",
            PROPOSED,
            "Proposed CN codes: sample for the demonstration, not the Commission's list",
            "COM(2025) 989 (proposal): sample",
            valid_from="2028-01-01",
            status="proposed",
            note="One code, so that the demonstration has something to show. Load the list of the proposal itself.",
        )
        scenario = works.env["cbam.scenario"].create(
            {
                "name": "If machinery enters CBAM in 2028",
                "company_id": works.company.id,
                "base_year": 2026,
                "year_from": 2028,
                "year_to": 2030,
                "price": 80.0,
                "proposed_dataset_id": proposed.id,
            }
        )
        scenario.action_compute()
    return scenario
