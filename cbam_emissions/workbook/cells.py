# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl.html)
"""Where things stand in the communication template, versions 2.1 and 2.1.1, and the constants of its formulas."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

VERSIONS = "0_Versions"
CODE_LISTS = "c_CodeLists"
INSTALLATION = "A_InstData"
EMISSIONS = "B_EmInst"
ENERGY = "C_Emissions&Energy"
PROCESSES = "D_Processes"
PRECURSORS = "E_PurchPrec"
TOOLS = "F_Tools"
SUMMARY_PROCESSES = "Summary_Processes"
SUMMARY_PRODUCTS = "Summary_Products"
SUMMARY_COMMUNICATION = "Summary_Communication"
DOCUMENTATION = "VersionDocumentation"

#: Last row and column that are read of each sheet; below are only notes for its formulas.
EXTENT: Mapping[str, tuple[int, str]] = MappingProxyType(
    {
        VERSIONS: (52, "G"),
        INSTALLATION: (122, "S"),
        EMISSIONS: (123, "AY"),
        ENERGY: (44, "N"),
        PROCESSES: (661, "M"),
        PRECURSORS: (894, "M"),
        TOOLS: (131, "N"),
        SUMMARY_PROCESSES: (520, "S"),
        SUMMARY_PRODUCTS: (110, "BA"),
        SUMMARY_COMMUNICATION: (126, "AH"),
        DOCUMENTATION: (6, "C"),
    }
)

#: The sheets that people fill in: no row of them that holds an entry may be hidden, nor the sheet itself.
INPUT_SHEETS = (INSTALLATION, EMISSIONS, ENERGY, PROCESSES, PRECURSORS, TOOLS, SUMMARY_PRODUCTS)

TEMPLATE_TYPE = "CBAM communication SEE Version 2"
READ_VERSIONS = "2.1"

#: Cells of the frame: were they elsewhere, rows would have been inserted or deleted.
LANDMARKS: Mapping[tuple[str, str], object] = MappingProxyType(
    {
        (INSTALLATION, "D62"): "G1",
        (INSTALLATION, "D71"): "G10",
        (INSTALLATION, "D83"): "P1",
        (INSTALLATION, "D92"): "P10",
        (INSTALLATION, "D102"): "PP1",
        (INSTALLATION, "D121"): "PP20",
        (EMISSIONS, "C17"): 1,
        (EMISSIONS, "C91"): 75,
        (EMISSIONS, "C98"): 1,
        (EMISSIONS, "C107"): 10,
        (EMISSIONS, "C113"): 1,
        (EMISSIONS, "C122"): 10,
        (PROCESSES, "C11"): 1,
        (PROCESSES, "C596"): 10,
        (PRECURSORS, "C14"): 1,
        (PRECURSORS, "C850"): 20,
        (TOOLS, "D101"): "P1",
        (TOOLS, "D130"): "PP20",
        (SUMMARY_PROCESSES, "D71"): "P1",
        (SUMMARY_PROCESSES, "D134"): "PP20",
        (SUMMARY_PROCESSES, "C486"): 10,
        (SUMMARY_PRODUCTS, "C10"): 1,
        (SUMMARY_PRODUCTS, "C109"): 100,
    }
)

#: A formula of the template that always shows a text: empty where the workbook has never been calculated.
ALWAYS_SHOWN = ((INSTALLATION, "D9"), (PROCESSES, "D11"), (SUMMARY_PRODUCTS, "I8"), (SUMMARY_PROCESSES, "D71"))

PERIOD_START, PERIOD_END = "I9", "L9"

INSTALLATION_TEXTS: Mapping[str, str] = MappingProxyType(
    {
        "name": "I19",
        "name_english": "I20",
        "street": "I21",
        "economic_activity": "I22",
        "post_code": "I23",
        "po_box": "I24",
        "city": "I25",
        "country": "I26",
        "country_code": "S26",
        "unlocode": "I27",
        "latitude": "I28",
        "longitude": "I29",
        "representative": "I30",
        "email": "I31",
        "telephone": "I32",
    }
)
VERIFIER_TEXTS: Mapping[str, str] = MappingProxyType(
    {
        "company": "I37",
        "street": "I38",
        "city": "I39",
        "post_code": "I40",
        "country": "I41",
        "representative": "I45",
        "email": "I46",
        "telephone": "I47",
        "fax": "I48",
        "accreditation_state": "I51",
        "accreditation_body": "I52",
        "registration_number": "I53",
    }
)

#: Code and name of each country, in columns F and G of c_CodeLists.
COUNTRY_ROWS = range(11, 277)
GOODS_ROWS = range(62, 72)
GOODS_ROUTES = "IJKLMN"
PROCESS_ROWS = range(83, 93)
PROCESS_INCLUDED = "FGHIJK"
PRECURSOR_ROWS = range(102, 122)
PRECURSOR_ROUTES = "GHIJK"

STREAM_ROWS = range(17, 92)
PFC_ROWS = range(98, 108)
CEMS_ROWS = range(113, 123)

PRODUCT_ROWS = range(10, 110)
#: Parameters of the goods that have to be reported with them, by column of the summary of products.
PRODUCT_PARAMETERS: Mapping[str, str] = MappingProxyType(
    {
        "P": "main_reducing_agent",
        "Q": "steel_mill_number",
        "R": "manganese",
        "S": "chromium",
        "T": "nickel",
        "U": "other_alloys",
        "V": "carbon",
        "W": "scrap_per_tonne_steel",
        "X": "other_materials",
        "Y": "pre_consumer_scrap",
        "Z": "scrap_per_tonne_aluminium",
        "AA": "non_aluminium_elements",
        "AB": "clinker_factor",
        "AC": "calcined",
        "AD": "concentration",
        "AE": "nitric_acid",
        "AF": "urea",
        "AG": "nitrogen",
        "AH": "nitrogen_ammonium",
        "AI": "nitrogen_nitrate",
        "AJ": "nitrogen_urea",
        "AK": "nitrogen_other",
    }
)
#: Those of them that are words, not numbers.
PRODUCT_WORDS = frozenset({"P", "Q", "AC"})

PROCESS_COUNT, PRECURSOR_COUNT = len(PROCESS_ROWS), len(PRECURSOR_ROWS)
ROUTE_COUNT = 8
#: Rows of a process's list of precursors and own processes in the summary of processes.
SUPPLY_CHAIN_ROWS = 30

#: Global warming potentials in tCO2e/t (Parameters_Constants B76 to B78).
GWP_N2O, GWP_CF4, GWP_C2F6 = 265.0, 6630.0, 11100.0
#: Emission factor of natural gas in tCO2/TJ (B13) and the efficiency correction of exported waste gas (in D_Processes).
EF_NATURAL_GAS, WASTE_GAS_CORRECTION = 56.1, 0.667

CATEGORIES = (
    "Cement",
    "Cement clinker",
    "Calcined clays",
    "Aluminous cement",
    "Iron or steel products",
    "Crude steel",
    "Direct reduced iron",
    "Pig iron",
    "Alloys (FeMn, FeCr, FeNi)",
    "Sintered Ore",
    "Hydrogen",
    "Ammonia",
    "Nitric acid",
    "Urea",
    "Mixed fertilisers",
    "Aluminium products",
    "Unwrought aluminium",
    "Electricity (export to EU)",
)
#: Keys of the aggregated goods categories of 2025/2547; the template has one for all three ferro-alloys.
CATEGORY_KEYS: Mapping[str, str] = MappingProxyType(
    dict(
        zip(
            CATEGORIES,
            (
                "cement",
                "cement_clinker",
                "calcined_clay",
                "aluminous_cement",
                "iron_steel_products",
                "crude_steel",
                "dri",
                "pig_iron",
                "femn",
                "sintered_ore",
                "hydrogen",
                "ammonia",
                "nitric_acid",
                "urea",
                "mixed_fertilisers",
                "aluminium_products",
                "unwrought_aluminium",
                "electricity",
            ),
            strict=True,
        )
    )
)
#: How the template spells a category where it differs: its look-ups need the blank.
SPELLED: Mapping[str, str] = MappingProxyType({"Calcined clays": "Calcined clays "})

ALL_ROUTES = "All production routes"
#: What a process includes that makes its goods alone.
ONLY_DIRECT = "Only direct production"
_REST = ("Other production routes", "Unknown production routes")
#: Production routes of the categories that have more than :data:`ALL_ROUTES`, in the order of the template's rows.
ROUTES: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "Crude steel": ("Basic oxygen steelmaking", "Electric arc furnace", *_REST),
        "Pig iron": ("Blast furnace route", "Smelting reduction", *_REST),
        "Hydrogen": (
            "Steam reforming and partial oxidation",
            "Electrolysis of water",
            "Chlor-Alkali electrolysis and production of chlorates",
            *_REST,
        ),
        "Ammonia": (
            "Haber-Bosch process with steam reforming of natural gas or biogas",
            "Haber-Bosch process with gasification of coal or other fuels",
            *_REST,
        ),
        "Unwrought aluminium": ("Primary (electrolytic) smelting", "Secondary melting (recycling)", *_REST),
    }
)
ELECTRICITY_SOURCES = ("D.4(a)", "D.4(b)", "D.4.1", "D.4.2", "D.4.3.1", "D.4.3.2", "Mix")
#: Own production, a direct link, a power purchase agreement: factors that are not the grid's default.
ACTUAL_FACTORS = frozenset({"D.4.1", "D.4.2", "D.4.3.1", "D.4.3.2"})
MEASURED, DEFAULT, UNKNOWN = "Measured", "Default", "Unknown"
INCOMPLETE, INCONSISTENT = "Incomplete!", "Inconsistent!"


def process_row(place: int) -> int:
    """First row of the block of process ``place`` (from 1) in D_Processes."""
    return 11 + 65 * (place - 1)


def precursor_row(place: int) -> int:
    """First row of the block of purchased precursor ``place`` (from 1) in E_PurchPrec."""
    return 14 + 44 * (place - 1)


def supply_chain_row(place: int) -> int:
    """First row of the detailed overview of process ``place`` (from 1) in Summary_Processes."""
    return 162 + 36 * (place - 1)


def others(place: int) -> tuple[int, ...]:
    """The processes that a block of D_Processes lists as consumers, in its order: all but its own."""
    return tuple(other for other in range(1, PROCESS_COUNT + 1) if other != place)
