# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl.html)
"""An aluminium works as entries for the template, with one of each kind of figure, worked by hand.

Smelter, 1 000 t: DirEm* 1 500 t; heat in 10 TJ at 60 t/TJ = 600, out 5 TJ at 60 = 300; waste gas in 2 TJ at 56.1 =
112.2, out 4 TJ at 56.1 x 0.667 = 149.6748; electricity sold 100 MWh at 0.4 = 40:
1 500 + 600 - 300 + 112.2 - 149.6748 - 40 = 1 722.5252 t, so 1.7225252 t/t. Electricity 15 000 MWh at 0.5: 7.5 t/t.

Rolling, 900 t, from 950 t of the smelter and 50 t bought at 8 t/t (default), 14 MWh/t at 0.6 t/MWh = 8.4 t/t;
own 90 t and 450 MWh at 0.5 = 225 t:
direct (90 + 950 x 1.7225252 + 50 x 8) / 900 = 2 126.39894 / 900, of which by default 400 / 2 126.39894;
indirect (225 + 950 x 7.5 + 50 x 8.4) / 900 = 7 770 / 900; electricity (450 + 950 x 15 + 50 x 14) / 900 = 15 400 / 900.

Installation: coal 1 000 t x 40 GJ/t x 74 t/TJ = 2 960 t; anode effects 0.2 a day x 2 min x 0.122 x 1 000 t / 1 000 =
0.0488 t CF4, x 0.097 = 0.0047336 t C2F6, 0.0488 x 6 630 + 0.0047336 x 11 100 = 376.08696 t; a stack of 2 g/Nm3 x
10 000 Nm3/h x 8 000 h = 160 t: 3 496.08696 t in all.
"""

from datetime import date

from made import blank

from cbam_emissions.engine.source_streams import ActivityUnit, Method
from cbam_emissions.workbook.filling import Filling
from cbam_emissions.workbook.template import (
    CarbonPrice,
    CemsRow,
    Goods,
    InstallationBalance,
    PfcRow,
    Precursor,
    Process,
    Product,
    ProductResults,
    RouteAmount,
    Stream,
)

DIRECT, INDIRECT, ELECTRICITY = 2126.39894 / 900, 7770 / 900, 15400 / 900
DEFAULT_SHARE = 400 / 2126.39894
INSTALLATION_DIRECT = 3496.08696

PRIMARY = "Primary (electrolytic) smelting"


def process(place, category, name, level, **values):
    return blank(
        Process,
        place=place,
        category=category,
        name=name,
        production=level,
        **{"included": (), "transfers": {}, "heat_applicable": False, "gas_applicable": False, **values},
    )


SMELTER = process(
    1,
    "Unwrought aluminium",
    "Smelter",
    (RouteAmount(PRIMARY, 1000.0),),
    to_market=50.0,
    transfers={2: 950.0},
    heat_applicable=True,
    gas_applicable=True,
    direct=1500.0,
    heat_imported=10.0,
    heat_factor_imported=60.0,
    heat_exported=5.0,
    heat_factor_exported=60.0,
    gas_imported=2.0,
    gas_exported=4.0,
    electricity=15000.0,
    electricity_factor=0.5,
    electricity_source="D.4(b)",
    electricity_exported=100.0,
    electricity_factor_exported=0.4,
)
ROLLING = process(
    2,
    "Aluminium products",
    "Rolling <mill> & “finishing”",
    (RouteAmount("All production routes", 900.0),),
    included=("Only direct production",),
    to_market=900.0,
    direct=90.0,
    electricity=450.0,
    electricity_factor=0.5,
    electricity_source="D.4.3.2",
)
INGOT = blank(
    Precursor,
    place=1,
    category="Unwrought aluminium",
    name="Bought ingot",
    country="IN",
    routes=("Unknown production routes",),
    purchased=(RouteAmount("Unknown production routes", 60.0),),
    consumed={2: 50.0},
    for_other_purposes=10.0,
    see_direct=8.0,
    see_direct_source="Default",
    electricity=14.0,
    electricity_data="Measured",
    electricity_factor=0.6,
    electricity_source="D.4(a)",
    default_justification="Data gaps",
)
COAL = blank(
    Stream,
    row=17,
    name="Coal",
    method=Method.COMBUSTION,
    activity=1000.0,
    unit=ActivityUnit.TONNE,
    ncv=40.0,
    emission_factor=74.0,
    factor_unit="tCO2/TJ",
)
SHEET = blank(
    Product,
    row=10,
    process_name=ROLLING.name,
    process=2,
    cn_code="76061191",
    name='=HYPERLINK("http://example.org")',
    parameters={"scrap_per_tonne_aluminium": 0.1, "pre_consumer_scrap": 20.0},
    instrument="Carbon Tax",
    covered=0.5,
    currency="USD",
    price_due=12.0,
    rebate_type="Free allocation",
    rebate_covered=0.25,
    rebate=2.0,
    results=blank(ProductResults),
)
WORKS = Filling(
    period_start=date(2026, 1, 1),
    period_end=date(2026, 12, 31),
    installation={"name_english": "Aluminium works", "city": "Pune", "country_code": "IN", "unlocode": "INPNQ"},
    verifier={"company": "Accredited verifier"},
    goods=(
        Goods(1, "Unwrought aluminium", (PRIMARY,)),
        Goods(2, "Aluminium products", ()),
        Goods(3, "Calcined clays", ()),
    ),
    streams=(COAL,),
    pfc=(
        blank(
            PfcRow,
            row=98,
            technology="Point feed",
            overvoltage_method=False,
            aluminium=1000.0,
            frequency=0.2,
            duration=2.0,
            slope_factor=0.122,
            c2f6_fraction=0.097,
        ),
    ),
    cems=(blank(CemsRow, row=113, name="Stack", gas="CO2", concentration=2.0, hours=8000.0, flow=10.0),),
    balance=blank(InstallationBalance, indirect=7725.0, quality_assurance="Internal audits"),
    processes=(SMELTER, ROLLING),
    precursors=(INGOT,),
    price_currency="USD",
    process_prices={1: CarbonPrice(0.5, 10.0, 1.0)},
    precursor_prices={1: CarbonPrice(None, 4.0, None)},
    products=(SHEET,),
)
