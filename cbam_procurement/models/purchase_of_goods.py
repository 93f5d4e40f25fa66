from dataclasses import dataclass, field
from datetime import date


@dataclass(frozen=True, eq=False)
class PurchaseOfGoods:
    """A quantity of a product that a company buys: on a purchase line, a vendor's pricelist, or in a receipt.

    :ivar vendor: commercial entity of the vendor
    :ivar quantity: in ``uom``, not 0
    :ivar arrival: local day on which the goods are expected, or have arrived
    :ivar rate_day: of the exchange rates
    :ivar origin: country of origin (customs), empty where not known
    :ivar installation: where the goods are produced, empty where not known
    :ivar production_year: where it is proven and earlier than the year of importation, else 0
    """

    company: object
    vendor: object = field(repr=False)
    product: object
    uom: object
    quantity: float
    arrival: date
    rate_day: date
    origin: object
    installation: object
    production_year: int = 0
