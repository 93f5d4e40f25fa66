"""Some hours of a maker of fasteners, by Odoo's own actions: what ``copies`` then repeats until a year is full.

Wire is drawn from rod of three suppliers (a verified report, a default value, EU origin) and from untracked coil;
screws and nuts are made of wire; sets of both are outside CBAM. Lots, oil that is burnt, packaging, electricity and
gas on meters, scrap, screws taken in again by the process that made them, deliveries.
"""

from datetime import datetime, timedelta

from ..scenario.company import at
from ..scenario.factory import Factory
from .copies import DOCUMENTS, Copies

YEAR = 2026
#: Everything happens from here on (UTC), and within so many minutes: on days that are in the year at the site too.
BEGIN = datetime(YEAR, 1, 1)
MINUTES_OF_YEAR = 364 * 24 * 60
CN_ROD, CN_WIRE, CN_SCREW, CN_NUT = "72139149", "72171090", "73181588", "73181692"
WIRES, SCREWS, NUTS, SETS = 4, 10, 3, 2
#: kg of each rod in an order for wire.
DRAWN = (400, 400, 100)
#: Orders of one working day: the above and one that works up screws again.
ORDERS = WIRES + SCREWS + NUTS + SETS + 1


class WorkingDay:
    """The factory's master data, and one working day of ``minutes`` that can be repeated."""

    def __init__(self, env, minutes):
        self.env = env
        self.minutes = minutes
        self.factory = Factory(env)
        self._make_products()
        self._make_places()
        self._make_suppliers()
        self._make_bills()

    # -- master data -----------------------------------------------------------------------------------------------

    def _make_products(self):
        product, kg, unit = self.factory.product, self.factory.kg, self.factory.unit
        oil = self.env["cbam.emission.factor"].create(
            {
                "name": "Hardening oil",
                "method": "combustion",
                "activity_unit": "t",
                "ncv": 40.2,
                "emission_factor": 73.3,
                "factor_unit": "tCO2/TJ",
                "source_text": "2025/2547 Annex II point G, Table 1",
            }
        )
        self.rods = [product(f"Wire rod {name}", kg, CN_ROD, tracking="lot") for name in ("A", "B", "C")]
        self.coil = product("Wire rod in coils", kg, CN_ROD)
        self.wire = product("Drawn wire", kg, CN_WIRE, tracking="lot")
        self.screw = product("Screw M8", unit, CN_SCREW, tracking="lot", cbam_net_mass=0.015)
        self.nut = product("Nut M8", unit, CN_NUT, tracking="lot", cbam_net_mass=0.005)
        self.set = product("Fastening set", unit, None, cbam_net_mass=2.0)
        self.oil = product("Hardening oil", kg, None, cbam_factor_id=oil.id)
        self.soap, self.zinc, self.carton = (product(name, kg, None) for name in ("Soap", "Zinc", "Cartons"))

    def _make_places(self):
        factory = self.factory
        gas = self.env["cbam.emission.factor"].create(
            {
                "name": "Natural gas of the furnace",
                "method": "combustion",
                "activity_unit": "t",
                "ncv": 48.0,
                "emission_factor": 56.1,
                "factor_unit": "tCO2/TJ",
                "source_text": "2025/2547 Annex II point G, Table 1",
            }
        )
        self.bench, self.press, self.furnace, self.nuts_press, self.packing = (
            factory.workcenter(name) for name in ("Drawing bench", "Press", "Furnace", "Nut press", "Packing")
        )
        drawing = factory.process("Wire", CN_WIRE, "C", self.bench)
        screws = factory.process("Screws", CN_SCREW, "C", self.press | self.furnace)
        nuts = factory.process("Nuts", CN_NUT, "C", self.nuts_press)
        power = {"carrier": "electricity"}
        self.meters = {
            factory.stream(drawing, "Electricity", "EL-1", "kwh", self.bench, 180.0, **power): 900.0,
            factory.stream(screws, "Electricity", "EL-2", "kwh", self.press, 300.0, **power): 1400.0,
            factory.stream(
                screws, "Gas", "GAS-1", "t", self.furnace, 0.06, carrier="natural_gas", factor_id=gas.id
            ): 0.25,
            factory.stream(nuts, "Electricity", "EL-3", "kwh", self.nuts_press, 250.0, **power): 60.0,
        }
        for meter in self.meters:
            meter.register_kind = "interval"
        self.env["cbam.source.stream"].create(
            {
                "name": "Oil",
                "installation_id": factory.installation.id,
                "carrier": "fuel",
                "basis": "component",
                "unit": "t",
                "factor_id": self.oil.cbam_factor_id.id,
            }
        )

    def _make_suppliers(self):
        supplier, rods = self.factory.supplier, self.rods
        verified, mill = supplier("Example Rod One", "tr", rods[0])
        self.factory.verified_record(mill, CN_ROD, 1.8, 0.3, 1.2)
        by_default, _mill = supplier("Example Rod Two", "cn", rods[1])
        union, _mill = supplier("Example Rod Three", "de", rods[2])
        coils, mill = supplier("Example Coils", "in", self.coil)
        self.factory.verified_record(mill, CN_ROD, 2.1, 0.25, 1.3)
        self.vendors = {self.coil: coils, **dict(zip(rods, (verified, by_default, union), strict=True))}
        self.shop = self.env["res.partner"].create({"name": "Example Supplies", "is_company": True})
        self.customer = self.env["res.partner"].create({"name": "Example Customer", "is_company": True})

    def _make_bills(self):
        bom, rods = self.factory.bom, self.rods
        drawn = [*zip(rods, DRAWN, strict=True), (self.coil, 150), (self.soap, 5)]
        formed = [(self.wire, 310), (self.oil, 4), (self.zinc, 6), (self.carton, 3), (self.soap, 1)]
        self.bills = {
            self.wire: bom(self.wire, 1000, drawn, self.bench, 8.0),
            self.screw: bom(self.screw, 20000, formed, self.press, 3.0),
            self.nut: bom(self.nut, 9000, [(self.wire, 50), (self.coil, 5), (self.zinc, 1)], self.nuts_press, 3.0),
            self.set: bom(self.set, 100, [(self.screw, 8000), (self.nut, 8000), (self.carton, 20)], self.packing, 10.0),
        }
        self.bills[self.screw].operation_ids = [
            (0, 0, {"name": "Hardening", "workcenter_id": self.furnace.id, "time_cycle_manual": 2.0})
        ]

    # -- the day ---------------------------------------------------------------------------------------------------

    def repeat(self, times):
        """Play one day and repeat it; returns ``{table: rows}``."""
        copies = Copies(self.env, DOCUMENTS)
        self._receive()
        wires = [self._make(self.wire, 1000, f"W{number}", 10 + number) for number in range(WIRES)]
        halves = [(wires[number * WIRES // SCREWS], wires[-1 - number * WIRES // SCREWS]) for number in range(SCREWS)]
        screws = [
            self._make(self.screw, 20000, f"S{number}", 20 + 4 * number, {self.wire: [(one, 155), (other, 155)]})
            for number, (one, other) in enumerate(halves)
        ]
        nuts = [
            self._make(self.nut, 9000, f"N{number}", 65 + number, {self.wire: [(wires[number], 50)]})
            for number in range(NUTS)
        ]
        self._work_up(screws[-1])
        for number in range(SETS):
            used = {self.screw: [(screws[number], 8000)], self.nut: [(nuts[number], 8000)]}
            self._make(self.set, 100, None, 75 + number, used)
        self._scrap(wires[-1], screws[0])
        self._deliver(screws, nuts)
        self._read_meters()
        return copies.multiply(times, timedelta(minutes=self.minutes))

    def _at(self, percent):
        return at((BEGIN + timedelta(minutes=int(self.minutes * percent / 100))).isoformat())

    def _receive(self):
        amounts = {self.rods[0]: 800, self.rods[1]: 800, self.rods[2]: 200}
        self.rod_lots = {}
        with self._at(2):
            for rod, amount in amounts.items():
                self.rod_lots[rod] = [self.factory.lot(rod, f"{rod.name}-{half}") for half in (1, 2)]
                self.factory.receive(self.vendors[rod], rod, [(lot, amount) for lot in self.rod_lots[rod]])
            self.factory.receive(self.vendors[self.coil], self.coil, [(None, 620)])
            for product, amount in ((self.oil, 40), (self.soap, 31), (self.zinc, 70), (self.carton, 75)):
                self.factory.receive(self.shop, product, [(None, amount)])

    def _make(self, product, quantity, lot, percent, used=None):
        """One order, done; returns its lot."""
        if used is None:
            used = {
                rod: [(lots[percent % 2], 400 if rod != self.rods[2] else 100)] for rod, lots in self.rod_lots.items()
            }
        lot = self.factory.lot(product, lot) if lot else None
        with self._at(percent):
            order = self.factory.order(product, quantity, self.bills[product])
            if order.workorder_ids:
                self.factory.start(order)
        with self._at(percent + 3):
            self.factory.finish(order, quantity, lot, used)
        return lot

    def _work_up(self, lot):
        """Screws taken in again by the process that made them."""
        with self._at(70):
            again = self.factory.lot(self.screw, "AGAIN")
            order = self.env["mrp.production"].create(
                {
                    "product_id": self.screw.id,
                    "product_qty": 950,
                    "product_uom_id": self.screw.uom_id.id,
                    "move_raw_ids": [
                        (0, 0, {"product_id": part.id, "product_uom_qty": amount})
                        for part, amount in ((self.screw, 1000), (self.zinc, 1), (self.oil, 0.2))
                    ],
                }
            )
            order.action_confirm()
        with self._at(73):
            self.factory.finish(order, 950, again, {self.screw: [(lot, 1000)]})

    def _scrap(self, wire, screw):
        with self._at(80):
            self.factory.scrap(self.wire, 12, wire)
            self.factory.scrap(self.screw, 150, screw)

    def _deliver(self, screws, nuts):
        customers = self.env.ref("stock.stock_location_customers")
        with self._at(90):
            for product, quantity, lots in ((self.screw, 18000, screws[2:]), (self.nut, 8500, nuts[SETS:])):
                for lot in lots:
                    self._ship(customers, product, quantity, lot)
            self._ship(customers, self.set, 100 * SETS, None)

    def _ship(self, customers, product, quantity, lot):
        picking = self.env["stock.picking"].create(
            {
                "picking_type_id": self.factory.warehouse.out_type_id.id,
                "partner_id": self.customer.id,
                "location_id": self.factory.stock.id,
                "location_dest_id": customers.id,
                "move_ids": [
                    (
                        0,
                        0,
                        {
                            "product_id": product.id,
                            "product_uom": product.uom_id.id,
                            "product_uom_qty": quantity,
                            "location_id": self.factory.stock.id,
                            "location_dest_id": customers.id,
                        },
                    )
                ],
            }
        )
        picking.action_confirm()
        self.factory.fill(picking.move_ids, [(lot, quantity)])
        picking.button_validate()
        self.factory.post()

    def _read_meters(self):
        begin, end = BEGIN, BEGIN + timedelta(minutes=self.minutes)
        with at(end.isoformat()):
            self.env["cbam.meter.reading"].create(
                [
                    {"meter_id": meter.id, "start_entered": begin, "date_end": end, "quantity_entered": quantity}
                    for meter, quantity in self.meters.items()
                ]
            )
            self.factory.post()
