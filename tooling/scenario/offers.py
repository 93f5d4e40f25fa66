"""An importer in the Union asks three vendors for the same goods and compares them with their carbon cost.

Asked in March 2027: China has no report, so the default value counts; the works in Türkiye only claim their emissions;
those in India have a verified report. Each vendor quotes in its own unit and currency. Worked by hand in
``docs/demo-figures.md``.
"""

from datetime import timedelta
from typing import NamedTuple

from odoo.fields import Command, Datetime

from .company import at

CN_BOLT, CN_ROD = "73181588", "72139149"
RATES = {"USD": 1.25, "INR": 100.0}
ASKED = "2027-03-22 09:00"


class Offer(NamedTuple):
    """What a vendor answers: (quantity, unit, price) of the bolts and of the wire rod; records are (SEE, SEFA)."""

    vendor: str
    country: str
    currency: str
    days: int
    bolts: tuple
    rod: tuple
    records: tuple = ()
    verified: bool = False


OFFERS = (
    Offer("Example Bolts China", "cn", "USD", 45, (100_000, "piece", 0.04), (60_000, "kg", 0.65)),
    Offer(
        "Example Bolts Türkiye", "tr", "EUR", 14, (1000, "hundred", 3.60), (60, "tonne", 560.0),
        ((2.5, 1.2), (1.9, 1.25)),
    ),
    Offer(
        "Example Bolts India", "in", "INR", 38, (200, "box", 1650.0), (40, "coil", 81_000.0),
        ((2.2, 1.1), (2.9, 1.28)), True,
    ),
)  # fmt: skip


def play(factory):
    """Asks and answers; returns the requests for quotation, the one that was sent first at the head."""
    importer = _importer(factory)
    with at(ASKED):
        units = _units(importer)
        goods = _goods(importer, units)
        vendors = [_vendor(importer, offer, goods) for offer in OFFERS]
        first = importer.env["purchase.order"].create(
            {
                "partner_id": vendors[0].id,
                "currency_id": importer.env.ref(f"base.{OFFERS[0].currency}").id,
                "order_line": [
                    Command.create({"product_id": goods[0].id, "product_qty": 100_000}),
                    Command.create({"product_id": goods[1].id, "product_qty": 60_000}),
                ],
            }
        )
        importer.env["purchase.requisition.create.alternative"].create(
            {"origin_po_id": first.id, "partner_ids": [Command.set([vendor.id for vendor in vendors[1:]])]}
        ).action_create_alternative()
        orders = first | first.alternative_po_ids
        for offer, vendor in zip(OFFERS, vendors, strict=True):
            _answer(orders.filtered(lambda order, vendor=vendor: order.partner_id == vendor), offer, units)
        importer.env.flush_all()
    return orders


def _importer(factory):
    """A company of its own in Germany, beside the maker in India; its imports pass 50 t a year."""
    importer = factory.beside(
        name="Example Importer",
        country_id=factory.env.ref("base.de").id,
        currency_id=factory.env.ref("base.EUR").id,
        cbam_above_threshold=True,
    )
    importer.for_everybody("purchase_requisition.group_purchase_alternatives")
    for code, rate in RATES.items():
        currency = importer.env.ref(f"base.{code}")
        currency.active = True
        importer.env["res.currency.rate"].create(
            {"currency_id": currency.id, "name": "2026-01-01", "rate": rate, "company_id": importer.company.id}
        )
    return importer


def _units(importer):
    def unit(name, factor, reference):
        values = {"name": name, "relative_factor": factor, "relative_uom_id": reference.id}
        return importer.env["uom.uom"].create(values)

    return {
        "piece": importer.unit,
        "hundred": unit("Hundred", 100, importer.unit),
        "box": unit("Box of 500", 500, importer.unit),
        "kg": importer.kg,
        "tonne": importer.tonne,
        "coil": unit("Coil of 1.5 t", 1500, importer.kg),
    }


def _goods(importer, units):
    in_pieces, by_weight = (
        [Command.set([units[name].id for name in names])] for names in (("hundred", "box"), ("tonne", "coil"))
    )
    return (
        importer.product("Hexagon bolt M8x30", importer.unit, CN_BOLT, cbam_net_mass=0.0137, uom_ids=in_pieces),
        importer.product("Wire rod 8 mm", importer.kg, CN_ROD, uom_ids=by_weight),
    )


def _vendor(importer, offer, goods):
    vendor, mill = importer.supplier(offer.vendor, offer.country, goods[0], goods[1])
    vendor.property_purchase_currency_id = importer.env.ref(f"base.{offer.currency}")
    for product, (see, sefa) in zip(goods, offer.records, strict=False):
        record = importer.verified_record if offer.verified else importer.claimed_record
        record(mill, product.cbam_cn_code, see, 0.0, sefa)
    return vendor


def _answer(order, offer, units):
    """The vendor's quotation, entered line by line; what was produced in 2026 is proven where there is a report."""
    for line, (quantity, unit, price) in zip(order.order_line, (offer.bolts, offer.rod), strict=True):
        line.write(
            {
                "product_qty": quantity,
                "product_uom_id": units[unit].id,
                "price_unit": price,
                "date_planned": Datetime.to_datetime(order.date_order) + timedelta(days=offer.days),
                "cbam_production_year": 2026 if offer.records else 0,
            }
        )
