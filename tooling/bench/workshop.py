"""The maker of fasteners on both sides: products, bills, work centres, vendors, users; for the suite what it asks."""

from datetime import datetime, timedelta

from odoo.fields import Command

from ..scenario.factory import Factory

CN_ROD, CN_SCREW = "72139149", "73181588"
OIL = "Hardening oil"
#: kg of each component in an order: four goods of CBAM, a fuel, four of other codes, one that nobody gave a code
COMPONENTS = {
    "Wire rod A": (120.0, CN_ROD),
    "Wire rod B": (100.0, CN_ROD),
    "Wire rod C": (60.0, CN_ROD),
    "Wire rod D": (20.0, CN_ROD),
    OIL: (4.0, None),
    "Soap": (1.0, "34012090"),
    "Zinc anodes": (6.0, "79070000"),
    "Cartons": (3.0, "48191000"),
    "Labels": (0.5, "48211010"),
    "Drawing agent": (1.0, None),
}
#: Where the rods come from: verified report, default value, the Union, verified report.
COUNTRIES = ("tr", "cn", "de", "tr")
OUTPUT = 20000
#: CN codes of what a trader of 20 products sells: eight goods of CBAM, ten others, two without a code.
SOLD = (CN_ROD,) * 8 + ("34012090", "79070000", "48191000", "48211010", "34031910") * 2 + (None,) * 2
TRADED = len(SOLD)


class Plain:
    """What a company of the demo is in an Odoo without the suite: none of the suite's figures can be told to it."""

    def product(self, name, uom, cn_code, **values):
        values = {key: value for key, value in values.items() if not key.startswith("cbam_")}
        return self.env["product.product"].create({"name": name, "is_storable": True, "uom_id": uom.id, **values})

    def supplier(self, name, country, *products):
        country = self.env.ref(f"base.{country}")
        vendor = self.env["res.partner"].create({"name": name, "is_company": True, "country_id": country.id})
        self.env["product.supplierinfo"].create(
            [{"partner_id": vendor.id, "product_tmpl_id": product.product_tmpl_id.id} for product in products]
        )
        return vendor, None


class PlainFactory(Plain, Factory):
    """The factory without an installation."""

    def _set_up_installation(self):
        pass


def articles(company, name, count=TRADED):
    """Products of a trader's range, in lots."""
    codes = [{} if isinstance(company, Plain) else {"cbam_cn_code": code} for code in SOLD]
    common = {"is_storable": True, "uom_id": company.kg.id, "tracking": "lot", "standard_price": 2.0}
    return company.env["product.product"].create(
        [{"name": f"{name} {number}", **common, **codes[number % TRADED]} for number in range(count)]
    )


def seller(company, name, country, products):
    """Id of a vendor of the products; those in Türkiye have a verified report, the others do not."""
    vendor, mill = company.supplier(name, country, *products)
    if mill and country == "tr":
        company.verified_record(mill, CN_ROD, 1.7, 0.2, 1.2)
    return vendor.id


def trader(company, country):
    """``(vendor id, [product id])`` of somebody who sells articles of his own."""
    products = articles(company, f"Article {country}")
    return seller(company, f"Example Trader {country}", country, products), products.ids


def user(env, name, *groups):
    """Id of somebody without any other right, in the company of the environment."""
    return (
        env["res.users"]
        .create(
            {
                "name": name,
                "login": f"bench_{name.lower()}",
                "company_id": env.company.id,
                "company_ids": [Command.set(env.company.ids)],
                "group_ids": [Command.set([env.ref(group).id for group in groups])],
            }
        )
        .id
    )


class Workshop:
    """Makes the master data of one side, the same on both; keeps the ids of what is used later.

    :ivar parts: ``{product id: kg in an order}``
    :ivar vendors: ``{vendor id: [ids of the products it sells]}``
    :ivar traders: the same, of traders who sell 20 products each that are not used by the orders
    """

    def __init__(self, env, with_suite):
        self.env = env
        self.factory = (Factory if with_suite else PlainFactory)(env)
        self.oil = self._oil() if with_suite else None
        parts = [self._part(name, code) for name, (_quantity, code) in COMPONENTS.items()]
        screw = self._product("Screw M8", self.factory.unit, CN_SCREW, cbam_net_mass=0.015)
        bill = self._bill(screw, parts)
        if with_suite:
            self._meters(bill.operation_ids.workcenter_id)
        self.vendors = self._vendors(parts)
        self.traders = dict(trader(self.factory, country) for country in ("tr", "cn"))
        self.parts = dict(zip([part.id for part in parts], self._quantities(), strict=True))
        self.screw, self.bill = screw.id, bill.id
        self.worker = user(env, "Worker", "mrp.group_mrp_user", "stock.group_stock_user")
        self.storekeeper = user(env, "Storekeeper", "stock.group_stock_user")
        del self.env, self.factory

    def _quantities(self):
        return [quantity for quantity, _code in COMPONENTS.values()]

    def _product(self, name, uom, code, **values):
        return self.factory.product(name, uom, code, tracking="lot", standard_price=2.0, **values)

    def _part(self, name, code):
        burnt = {"cbam_factor_id": self.oil.id} if self.oil and name == OIL else {}
        return self._product(name, self.factory.kg, code, **burnt)

    def _bill(self, screw, parts):
        press, furnace = self.factory.workcenter("Press"), self.factory.workcenter("Furnace")
        (press | furnace).costs_hour = 40.0
        bill = self.factory.bom(screw, OUTPUT, list(zip(parts, self._quantities(), strict=True)), press, 180.0)
        bill.operation_ids = [
            Command.create({"name": "Hardening", "workcenter_id": furnace.id, "time_cycle_manual": 120.0})
        ]
        return bill

    def _vendors(self, parts):
        found = {}
        for rod, country in zip(parts, COUNTRIES, strict=False):
            vendor, mill = self.factory.supplier(f"Example {rod.name}", country, rod)
            if mill and country == "tr":
                self.factory.verified_record(mill, CN_ROD, 1.8, 0.3, 1.2)
            found[vendor.id] = rod.ids
        shop = self.env["res.partner"].create({"name": "Example Supplies", "is_company": True})
        return {**found, shop.id: [part.id for part in parts[len(COUNTRIES) :]]}

    # -- what only the suite asks for --------------------------------------------------------------------------------

    def _oil(self):
        return self.env["cbam.emission.factor"].create(
            {
                "name": OIL,
                "method": "combustion",
                "activity_unit": "t",
                "ncv": 40.2,
                "emission_factor": 73.3,
                "factor_unit": "tCO2/TJ",
                "source_text": "2025/2547 Annex II point G, Table 1",
            }
        )

    def _meters(self, workcenters):
        """A process with electricity on a meter per work centre, read until an hour ago; the oil is a component."""
        factory = self.factory
        process = factory.process("Screws", CN_SCREW, "C", workcenters)
        now = datetime.now().replace(minute=0, second=0, microsecond=0)
        for centre in workcenters:
            meter = factory.stream(
                process, "Electricity", f"EL-{centre.name}", "kwh", centre, 180.0, carrier="electricity"
            )
            for hours in (48, 24, 1):
                factory.read_meter(meter, now - timedelta(hours=hours), 1000.0 * (49 - hours))
        self.env["cbam.source.stream"].create(
            {
                "name": OIL,
                "installation_id": factory.installation.id,
                "carrier": "fuel",
                "basis": "component",
                "unit": "t",
                "factor_id": self.oil.id,
            }
        )
