from odoo import Command
from odoo.tests import TransactionCase, freeze_time, tagged

COIL, REBAR, SCREW, SCREW_SS, ROD, UREA, CEMENT = (
    "72083900", "72142000", "73181542", "73181552", "72131000", "31021012", "25232900",
)  # fmt: skip

#: (country, CN, direct, total, route) of the day of the worked cases; today's sets may differ.
DEFAULTS = [
    ("IN", REBAR, 4.27, 4.27, "C"),
    ("IN", "7208", 4.28, 4.28, "C"),
    ("CN", "7208", 3.187, 3.187, "C"),
    ("KR", "731815", 3.474, 3.474, ""),
    ("CN", "731815", 6.375, 6.375, "C"),
    ("IN", "731815", 5.72, 5.72, "C"),
    ("TR", "731815", 5.43, 5.43, "C"),
    ("CN", "7213", 3.169, 3.169, "C"),
    ("IN", "7213", 4.27, 4.27, "C"),
    ("TR", "7213", 2.31, 2.31, "C"),
    ("CN", UREA, 2.70, 2.85, ""),
    ("CN", CEMENT, 1.35, 1.42, ""),
]
#: (CN, column, route, period, value)
BENCHMARKS = [
    (REBAR, "B", "C", "", 1.364),
    (COIL, "B", "C", "", 1.370),
    (SCREW_SS, "A", "", "", 0.038),
    (SCREW_SS, "B", "", 1, 1.154),
    (SCREW, "A", "", "", 0.112),
    (SCREW, "B", "C", "", 1.491),
    (ROD, "B", "C", "", 1.364),
    (UREA, "B", "", "", 0.902),
    (CEMENT, "B", "", "", 0.666),
]
PARAMETERS = [
    ("cbam_factor", "", 2026, 0.975),
    ("cbam_factor", "", 2027, 0.95),
    ("cbam_factor", "", 2028, 0.9),
    ("cscf", "", 2026, 1.0),
    ("cscf", "", 2027, 1.0),
    ("cscf", "", 2028, 1.0),
    ("mark_up", "iron_steel", 2026, 0.1),
    ("mark_up", "iron_steel", 2027, 0.2),
    ("mark_up", "iron_steel", 2028, 0.3),
    ("mark_up", "fertilisers", 2026, 0.01),
    ("mark_up", "cement", 2026, 0.1),
]
PRICES = [
    ("2026-01-01", "2026-03-31", 75.36),
    ("2026-04-01", "2026-06-30", 75.28),
    ("2026-07-01", "2026-09-30", 82.32),
]


@tagged("post_install", "-at_install")
@freeze_time("2026-11-23 10:00:00")
class CarbonCase(TransactionCase):
    """An importer in the Union with euro, vendors of steel elsewhere, and the regulatory data of the worked cases."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.euro = cls.env.ref("base.EUR")
        cls.euro.active = True
        cls.company = cls.env["res.company"].create(
            {"name": "Importer", "country_id": cls.env.ref("base.de").id, "currency_id": cls.euro.id}
        )
        cls.company.partner_id.tz = "Europe/Brussels"
        cls.env.user.company_ids |= cls.company
        cls.env.user.group_ids += cls.env.ref("cbam_emissions.group_cbam_manager")
        cls.env.user.group_ids += cls.env.ref("purchase_requisition.group_purchase_alternatives")
        cls.env = cls.env(context={**cls.env.context, "allowed_company_ids": cls.company.ids})
        cls._load_sets()
        cls.kg, cls.tonne = cls.env.ref("uom.product_uom_kgm"), cls.env.ref("uom.product_uom_ton")
        cls.unit = cls.env.ref("uom.product_uom_unit")
        cls.countries = {code: cls.env.ref(f"base.{code.lower()}") for code in ("IN", "CN", "KR", "TR", "DE", "CH")}
        cls.vendor = cls._vendor("Vendor", "IN")

    @classmethod
    def _load_sets(cls):
        cls._load(
            "default_value",
            [
                {"table": "country", "country": country, "cn": cn, "direct": direct, "total": total, "route": route}
                | {"state": "value", "raw_total": str(total)}
                for country, cn, direct, total, route in DEFAULTS
            ],
        )
        names = ("cn", "column", "route", "period", "value")
        cls._load("benchmark", [dict(zip(names, row, strict=True)) for row in BENCHMARKS])
        cls._load(
            "parameter",
            [
                {
                    "parameter": name,
                    "key": key,
                    "year_from": year,
                    "year_to": year,
                    "value": value,
                    "reference": "Fixture",
                }
                for name, key, year, value in PARAMETERS
            ],
        )
        cls._load("certificate_price", [cls._price(*row) for row in PRICES])

    @classmethod
    def _price(cls, first, last, price):
        return {"date_from": first, "date_to": last, "price": price}

    @classmethod
    def _load(cls, kind, rows, status="in_force"):
        values = {"name": f"Fixture {kind}", "legal_act": "Fixture act", "valid_from": "2026-01-01", "status": status}
        return cls.env["cbam.dataset.loader"].load_rows(kind, rows, values)

    @classmethod
    def _vendor(cls, name, code):
        return cls.env["res.partner"].create({"name": name, "country_id": cls.countries[code].id})

    @classmethod
    def _product(cls, name, uom, cn_code, origin=None, **values):
        if origin:
            values["cbam_origin_country_id"] = cls.countries[origin].id
        return cls.env["product.product"].create(
            {"name": name, "is_storable": True, "uom_id": uom.id, "cbam_cn_code": cn_code, **values}
        )

    @classmethod
    def _mill(cls, name, code):
        return cls.env["cbam.installation"].create({"name": name, "country_id": cls.countries[code].id})

    @classmethod
    def _record(cls, mill, cn_code, see, sefa=None, verified=True, **values):
        """A record of a mill; verified with all that the law asks for."""
        report = {}
        if verified:
            category = cls.env["cbam.dataset"]._cn_index().match(cn_code).category
            report = {
                "report_ref": f"VR {mill.name}",
                "report_date": "2027-02-15",
                "verifier_id": cls.env["res.partner"]
                .create({"name": "Verifier", "street": "Street 1", "country_id": cls.countries["DE"].id})
                .id,
                "accreditation_ref": "V-1",
                "accreditation_body": "Accreditation body",
                "accreditation_country_id": cls.countries["DE"].id,
                "accreditation_date": "2026-09-01",
                "accreditation_expiry": "2031-08-31",
                "accreditation_category_ids": cls.env["cbam.goods.category"].search([("code", "=", category)]).ids,
                "assurance": "reasonable",
            }
        record = cls.env["cbam.specific.emission"].create(
            {
                "installation_id": mill.id,
                "cn_code": cn_code,
                "year": 2026,
                "see_direct": see,
                "has_sefa": sefa is not None,
                "sefa": sefa or 0.0,
                "default_share": 0.0,
                "indirect_default_share": 0.0,
                **report,
                **values,
            }
        )
        if verified:
            record.action_verify()
        return record

    def _polish_company(self):
        """A company that keeps its books in zloty; it is the one we work in from now on."""
        zloty = self.env.ref("base.PLN")
        zloty.active = True
        company = self.env["res.company"].create(
            {"name": "Importer in Poland", "country_id": self.env.ref("base.pl").id, "currency_id": zloty.id}
        )
        self.env.user.company_ids |= company
        self.env = self.env(context={**self.env.context, "allowed_company_ids": company.ids})
        return company

    def _rate(self, company, day, zloty):
        """So many zloty to the euro from a day on."""
        return self.env["res.currency.rate"].create(
            {"currency_id": self.euro.id, "name": day, "rate": 1 / zloty, "company_id": company.id}
        )

    def _order(self, *lines, vendor=None, arrival="2026-02-10", **values):
        """A request for quotation; a line is ``(product, quantity, unit, price, more values)``."""
        commands = []
        for product, quantity, *rest in lines:
            uom, price, more = (*rest, *(None, 0.0, {})[len(rest) :])
            commands.append(
                Command.create(
                    {
                        "product_id": product.id,
                        "product_qty": quantity,
                        "product_uom_id": (uom or product.uom_id).id,
                        "price_unit": price,
                        "date_planned": f"{arrival} 10:00:00",
                        **more,
                    }
                )
            )
        return self.env["purchase.order"].create(
            {"partner_id": (vendor or self.vendor).id, "order_line": commands, **values}
        )

    def assertCarbon(self, line, state, cost, certificates=None):
        """State and cost to the cent; certificates to 1e-9."""
        self.assertEqual(line.cbam_state, state, line.cbam_warning)
        self.assertEqual(line.cbam_carbon_cost, cost)
        if certificates is not None:
            self.assertAlmostEqual(line.cbam_certificates, certificates, places=9)
