from odoo import Command
from odoo.tests import new_test_user

from .carbon_common import ROD, SCREW, CarbonCase


class ComparisonCase(CarbonCase):
    """Alternatives for a screw and a wire rod in three currencies: docs/carbon-cost.md works the figures by hand."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._currencies({"USD": 1.25, "INR": 100.0})
        cls.hundred = cls._unit("Hundred", 100, cls.unit)
        cls.box = cls._unit("Box of 500", 500, cls.unit)
        cls.coil = cls._unit("Coil of 1.5 t", 1500, cls.kg)
        cls.screw = cls._product("Screw M8", cls.unit, SCREW, cbam_net_mass=0.0137)
        cls.rod = cls._product("Wire rod", cls.kg, ROD)
        cls.mills = {code: cls._mill(f"Works {code}", code) for code in ("TR", "IN")}
        cls._record(cls.mills["TR"], SCREW, 2.5, 1.2, verified=False)
        cls._record(cls.mills["TR"], ROD, 1.9, 1.25, verified=False)
        cls._record(cls.mills["IN"], SCREW, 2.2, 1.1)
        cls._record(cls.mills["IN"], ROD, 2.9, 1.28)
        cls.buyer = new_test_user(
            cls.env,
            "carbon_buyer",
            groups="purchase.group_purchase_manager,purchase_requisition.group_purchase_alternatives,uom.group_uom,"
            "cbam_emissions.group_cbam_user",
            company_id=cls.company.id,
            company_ids=cls.company.ids,
            tz="UTC",
        )

    @classmethod
    def _currencies(cls, rates):
        for code, rate in rates.items():
            currency = cls.env.ref(f"base.{code}")
            currency.active = True
            cls.env["res.currency.rate"].create(
                {"currency_id": currency.id, "name": "2026-01-01", "rate": rate, "company_id": cls.company.id}
            )

    @classmethod
    def _unit(cls, name, factor, reference):
        return cls.env["uom.uom"].create({"name": name, "relative_factor": factor, "relative_uom_id": reference.id})

    def _alternatives(self, arrival, production_year=0):
        """``{country: order}``: China in pieces and kg, Türkiye in hundreds and t, India in boxes and coils."""
        quotes = {
            "CN": ("USD", (100_000, self.unit, 0.04), (60_000, self.kg, 0.65)),
            "TR": ("EUR", (1000, self.hundred, 3.60), (60, self.tonne, 560.0)),
            "IN": ("INR", (200, self.box, 1650.0), (40, self.coil, 81_000.0)),
        }
        orders = {}
        for code, (currency, *quoted) in quotes.items():
            origin = {
                "cbam_origin_country_id": self.countries[code].id,
                "cbam_installation_id": self.mills[code].id if code in self.mills else False,
                "cbam_production_year": production_year if code in self.mills else 0,
            }
            lines = [(product, *quote, origin) for product, quote in zip((self.screw, self.rod), quoted, strict=True)]
            orders[code] = self._order(
                *lines,
                vendor=self._vendor(f"Steel {code}", code),
                arrival=arrival,
                currency_id=self.env.ref(f"base.{currency}").id,
            )
        self.env["purchase.order.group"].create({"order_ids": [Command.set([order.id for order in orders.values()])]})
        return orders
