"""CN codes and goods categories: what the workbooks lack stands in the law and is transcribed here."""

import csv
import json

from engine.cn_codes import sector_of, spaced
from engine.regulatory import benchmarks_workbook
from engine.regulatory.findings import SUSPICIOUS, ParsedSet

TEMPLATE_CODES = "cn_codes_2024_template.csv"
TEMPLATE_CATEGORIES = "agc_routes_precursors_template_v2.1.json"

ELECTRICITY = {"code": "27160000", "description": "Electrical energy"}

# 2025/2547 Annex I point 2, Table 1. The longest prefix counts.
CATEGORY_OF_PREFIX = {
    "25070080": "calcined_clay",
    "252310": "cement_clinker",
    "252321": "cement",
    "252329": "cement",
    "252330": "aluminous_cement",
    "252390": "cement",
    "2601": "sintered_ore",
    "2716": "electricity",
    "2804": "hydrogen",
    "2808": "nitric_acid",
    "2814": "ammonia",
    "2834": "mixed_fertilisers",
    "3102": "mixed_fertilisers",
    "310210": "urea",
    "3105": "mixed_fertilisers",
    "7201": "pig_iron",
    "72021": "femn",
    "72024": "fecr",
    "72026": "feni",
    "7203": "dri",
    "7205": "iron_steel_products",  # some products of 7205 may be pig iron
    "7206": "crude_steel",
    "7207": "crude_steel",
    "7218": "crude_steel",
    "7224": "crude_steel",
    "72": "iron_steel_products",
    "73": "iron_steel_products",
    "7601": "unwrought_aluminium",
    "76": "aluminium_products",
}

# 2023/956 Annex I; 3102 10 by 2025/2547 Annex I Table 1
GASES_OF_CATEGORY = {
    "nitric_acid": "CO2 N2O",
    "mixed_fertilisers": "CO2 N2O",
    "unwrought_aluminium": "CO2 PFC",
    "aluminium_products": "CO2 PFC",
}

# 2023/956 Annex II: iron and steel but for 2601 12 00, aluminium, hydrogen, electricity
ANNEX_II_SECTORS = ("iron_steel", "aluminium", "hydrogen", "electricity")
NOT_ANNEX_II = ("26011200",)

# 2025/2547 Article 4(3)-(5); tonnes of goods elsewhere
UNIT_OF_PREFIX = {
    "2716": "kwh",
    "2808": "kg_n",
    "2814": "kg_n",
    "2834": "kg_n",
    "3102": "kg_n",
    "3105": "kg_n",
    "252310": "t_clinker",
    "252321": "t_clinker",
    "252329": "t_clinker",
    "252390": "t_clinker",
}

NOTE_OF_PREFIX = {
    "2507": "Only calcined clay is a CBAM good (since 20 October 2025).",
    "2834": "Supplementary unit of the CN not confirmed; kg of nitrogen assumed.",
    "7205": "Some products of 7205 may be covered by pig iron.",
}

# name of the category in the law, name in the template, parameters of 2025/2547 Annex IV point 2
CATEGORIES = {
    "calcined_clay": ("Calcined clay", "Calcined clays", ()),
    "cement_clinker": ("Cement clinker", "Cement clinker", ()),
    "cement": ("Cement", "Cement", ("Clinker to cement ratio, %",)),
    "aluminous_cement": ("Aluminous cement", "Aluminous cement", ()),
    "electricity": ("Electricity", "Electricity (export to EU)", ()),
    "hydrogen": ("Hydrogen", "Hydrogen", ()),
    "urea": ("Urea", "Urea", ("Purity, mass % urea and % N", "Content of N")),
    "nitric_acid": ("Nitric acid", "Nitric acid", ("Concentration, mass %", "Content of N")),
    "ammonia": ("Ammonia", "Ammonia", ("Concentration, if hydrous solution", "Content of N")),
    "mixed_fertilisers": (
        "Mixed fertilisers",
        "Mixed fertilisers",
        (
            "Content of N as ammonium",
            "Content of N as nitrate",
            "Content of N as urea",
            "Content of N in other (organic) forms",
            "Content of N total",
        ),
    ),
    "sintered_ore": ("Sintered ore", "Sintered Ore", ()),
    "pig_iron": ("Pig iron", "Pig iron", ("Main reducing agent", "Mass % of Mn, Cr, Ni, other alloy elements")),
    "femn": ("FeMn (ferro-manganese)", "Alloys (FeMn, FeCr, FeNi)", ("Mass % of Mn and carbon",)),
    "fecr": ("FeCr (ferro-chromium)", "Alloys (FeMn, FeCr, FeNi)", ("Mass % of Cr and carbon",)),
    "feni": ("FeNi (ferro-nickel)", "Alloys (FeMn, FeCr, FeNi)", ("Mass % of Ni and carbon",)),
    "dri": (
        "DRI (direct reduced iron)",
        "Direct reduced iron",
        ("Main reducing agent", "Mass % of Mn, Cr, Ni, other alloy elements"),
    ),
    "crude_steel": (
        "Crude steel",
        "Crude steel",
        (
            "Main reducing agent of the precursor, if known",
            "Mass % of Mn, Cr, Ni, other alloy elements",
            "Tonnes of scrap per tonne of crude steel",
            "% of scrap that is pre-consumer scrap",
        ),
    ),
    "iron_steel_products": (
        "Iron or steel products",
        "Iron or steel products",
        (
            "Main reducing agent in precursor production, if known",
            "Mass % of Mn, Cr, Ni, other alloy elements",
            "Tonnes of scrap per tonne of product",
            "% of scrap that is pre-consumer scrap",
        ),
    ),
    "unwrought_aluminium": (
        "Unwrought aluminium",
        "Unwrought aluminium",
        (
            "Tonnes of scrap per tonne of product",
            "% of scrap that is pre-consumer scrap",
            "% of elements other than aluminium, if more than 1 %",
        ),
    ),
    "aluminium_products": (
        "Aluminium products",
        "Aluminium products",
        (
            "Tonnes of scrap per tonne of product",
            "% of scrap that is pre-consumer scrap",
            "% of elements other than aluminium, if more than 1 %",
        ),
    ),
}


def longest(table, code, default=None):
    """The value of the longest prefix of ``code`` in ``table``."""
    return next((table[code[:n]] for n in range(len(code), 1, -1) if code[:n] in table), default)


def cn_code(code, description):
    """The row of a CN code, with everything that follows from it."""
    category, sector = longest(CATEGORY_OF_PREFIX, code), sector_of(code)
    return {
        "code": code,
        "description": description,
        "category": category,
        "sector": sector,
        "gases": GASES_OF_CATEGORY.get(category, "CO2"),
        "annex_ii": sector in ANNEX_II_SECTORS and code not in NOT_ANNEX_II,
        "functional_unit": longest(UNIT_OF_PREFIX, code, "t"),
        "note": longest(NOTE_OF_PREFIX, code),
    }


def cn_codes(folder, workbook):
    """The 570 codes of the benchmark workbook and 2716 00 00, compared with the older list of the template."""
    parsed = ParsedSet("cn_code")
    descriptions = {row["cn"]: row["description"] for row in benchmarks_workbook.parse(workbook).rows}
    descriptions[ELECTRICITY["code"]] = ELECTRICITY["description"]
    parsed.rows = [cn_code(code, descriptions[code]) for code in sorted(descriptions)]
    compare_with_template(parsed, folder / TEMPLATE_CODES)
    return parsed


def compare_with_template(parsed, path):
    """List where the template's older list of codes differs: codes, categories, scope."""
    with path.open(newline="") as source:
        older = {row["cn8"]: row for row in csv.DictReader(source)}
    ours = {row["code"]: row for row in parsed.rows}
    name_in_template = {key: entry[1] for key, entry in CATEGORIES.items()}
    for code in sorted(set(older) - set(ours)):
        parsed.note(SUSPICIOUS, path.name, None, code, older[code]["description"], "Only in the template's older list.")
    for code in sorted(set(ours) - set(older)):
        parsed.note(SUSPICIOUS, path.name, None, code, ours[code]["description"], "Not in the template's older list.")
    for code in sorted(set(ours) & set(older)):
        category = older[code]["aggregated_goods_category"].strip()
        if category != name_in_template[ours[code]["category"]]:
            why = f"The template has the category {category}; 2025/2547 Annex I Table 1 counts."
            parsed.note(SUSPICIOUS, path.name, None, code, ours[code]["category"], why)
        if (older[code]["annex_II_direct_only(derived)"] == "True") != ours[code]["annex_ii"]:
            why = f"The template has another scope than Annex II of 2023/956 for {spaced(code)}."
            parsed.note(SUSPICIOUS, path.name, None, code, older[code]["annex_II_direct_only(derived)"], why)


def goods_categories(folder):
    """The categories of 2025/2547 with routes and relevant precursors of the template; its alloys are three here."""
    template = json.loads((folder / TEMPLATE_CATEGORIES).read_text())
    template = {name.strip(): entry for name, entry in template.items()}
    keys_of_name = {}
    for key, (_name, in_template, _parameters) in CATEGORIES.items():
        keys_of_name.setdefault(in_template, []).append(key)
    parsed = ParsedSet("goods_category")
    for key, (name, in_template, parameters) in CATEGORIES.items():
        entry = template[in_template]
        precursors = [other for found in entry["relevant_precursors"] for other in keys_of_name[found.strip()]]
        parsed.rows.append(
            {
                "code": key,
                "name": name,
                "sector": sector_of_category(key),
                "unit": entry["unit"],
                "routes": "\n".join(entry["routes"]),
                "relevant_precursors": "\n".join(dict.fromkeys(precursors)),
                "parameters": "\n".join(parameters),
            }
        )
    return parsed


def sector_of_category(key):
    """The sector of a category: that of its codes."""
    return sector_of(next(prefix for prefix, category in CATEGORY_OF_PREFIX.items() if category == key)[:4])
