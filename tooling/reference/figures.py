"""Default values for precursors of unknown country, and the standard factors of 2025/2547."""

import csv
import json
import re

from engine import default_values as dv
from engine.cn_codes import spaced
from engine.regulatory.findings import BAD, SUSPICIOUS, ParsedSet
from engine.routes import joined, letters

ANNEX_IV = "2621_annex_IV_precursor_unknown_country.csv"
FUELS = "2547_table1_fuels.csv"
BIOMASS = "2547_table2_biomass.csv"
CONSTANTS = "2547_constants.json"

ACT = "IR (EU) 2025/2547"
TOLERANCE = 0.0006


def annex_iv(folder, country_rows):
    """2025/2621 Annex IV, checked against its own definition: the highest default value of all countries.

    Where the last digits of a code slipped into the description of the transcription, the code is mended
    if the result is a code of Annex I, and the row is listed.
    """
    parsed = ParsedSet("default_value_annex_iv")
    highest = highest_by_key(country_rows)
    known = {cn for cn, _route in highest}
    path = folder / ANNEX_IV
    with path.open(newline="") as source:
        for number, line in enumerate(csv.DictReader(source), start=2):
            row = annex_iv_row(line, number, path.name)
            mend(parsed, row, known)
            check_against_countries(parsed, row, highest)
            parsed.rows.append(row)
    there = {row["cn"] for row in parsed.rows}
    for cn in sorted(known - there):
        if not cn.startswith("7615"):
            parsed.note(BAD, path.name, None, cn, spaced(cn), "Annex I has values for this code, Annex IV has no row.")
    return parsed


def annex_iv_row(line, number, sheet):
    """A line of the file as a row of our table."""
    raw = line["highest_default_no_markup"]
    return {
        "table": dv.ANNEX_IV,
        "country": None,
        "cn": line["cn"],
        "description": line["description"],
        "route": joined(letters(line["route"])),
        "state": dv.VALUE,
        "total": dv.rounded(float(raw)),
        "raw_total": raw,
        "sheet": sheet,
        "line": number,
    }


def highest_by_key(country_rows):
    """``{(cn, route of clinker and cement): (highest total, sheet)}`` of the countries' tables."""
    highest = {}
    for row in country_rows:
        if row["state"] == dv.VALUE:
            key = (row["cn"], route_key(row))
            highest[key] = max(highest.get(key, (0.0, "")), (row["total"], row["sheet"]))
    return highest


def route_key(row):
    """Only clinker and hydraulic cement have two rows for a code."""
    return row["route"] if row["cn"].startswith(("25231000", "25239000")) else ""


def mend(parsed, row, known):
    """Put digits that slipped into the description back to the code."""
    slipped = re.match(r"(\d{2}) (.+)", row["description"])
    if slipped and row["cn"] not in known and row["cn"] + slipped[1] in known:
        why = f"The digits {slipped[1]} of the code stand in the description; read as {spaced(row['cn'] + slipped[1])}."
        parsed.note(SUSPICIOUS, row["sheet"], row["line"], row["cn"], row["description"], why)
        row["cn"] += slipped[1]
        row["description"] = slipped[2]


def check_against_countries(parsed, row, highest):
    """A value below that of a country contradicts what Annex IV is."""
    total, sheet = highest.get((row["cn"], route_key(row)), (None, ""))
    if total is None:
        why = "No country has a value for this code."
        parsed.note(SUSPICIOUS, row["sheet"], row["line"], row["cn"], row["raw_total"], why)
    elif abs(total - row["total"]) > TOLERANCE:
        why = f"The highest value of all countries is {total:g} ({sheet}), Annex IV prints {row['total']:g}."
        parsed.note(SUSPICIOUS, row["sheet"], row["line"], row["cn"], row["raw_total"], why)


def key_of(name):
    """A short stable key of a name."""
    return re.sub(r"[^a-z0-9]+", "_", name.casefold()).strip("_")


def standard_factors(folder):
    """Tables 1 to 6 of 2025/2547 Annex II point G and the constants of points B, C and Annex III."""
    parsed = ParsedSet("standard_factor")
    parsed.rows = [
        *fuel_rows(folder / FUELS, "fuel", "ef_tCO2_per_TJ", "ncv_TJ_per_Gg", "Annex II.G Table 1"),
        *fuel_rows(folder / BIOMASS, "biomass", "prelim_ef_tCO2_per_TJ", "ncv_GJ_per_t", "Annex II.G Table 2"),
        *constant_rows(json.loads((folder / CONSTANTS).read_text())),
    ]
    return parsed


def fuel_rows(path, group, emission_factor, ncv, reference):
    """Fuels: factor in tCO2/TJ, net calorific value in GJ/t (the same number as TJ/Gg)."""
    with path.open(newline="") as source:
        for line in csv.DictReader(source):
            name = next(iter(line.values()))
            yield factor(
                group,
                name,
                reference,
                emission_factor=float(line[emission_factor]),
                emission_factor_unit="tCO2/TJ",
                ncv=float(line[ncv]) if line[ncv] else None,
                ncv_unit="GJ/t" if line[ncv] else None,
            )


def factor(group, name, reference, code=None, **figures):
    """A row of the standard factors."""
    return {"group": group, "code": code or key_of(name), "name": name, "reference": f"{ACT} {reference}", **figures}


SINGLE_CONSTANTS = (
    ("f_CO2_C", "f", "Carbon to CO2", "tCO2/tC", "Annex II.B.3"),
    ("clinker_min_EF", "clinker_min_ef", "Clinker, lowest emission factor", "tCO2/t", "Annex II.B.9.2"),
    ("CKD_dust_min_EF", "ckd_min_ef", "Cement kiln dust, lowest emission factor", "tCO2/t", "Annex II.B.9.2"),
    ("gypsum_tCO2_per_t", "gypsum", "Gypsum from flue gas scrubbing", "tCO2/t", "Annex II.B.9.1"),
    ("urea_deNOx_tCO2_per_t", "urea_denox", "Urea for de-NOx", "tCO2/t", "Annex II.B.9.1"),
    ("flare_tCO2_per_Nm3", "flare", "Flare gas", "tCO2/Nm3", "Annex II.B.9.1"),
    ("boiler_ref_eff_method3", "boiler_efficiency", "Boiler efficiency, method 3", "1", "Annex II.C.1.2"),
    ("imported_heat_default_boiler_eff", "imported_heat_efficiency", "Boiler of imported heat", "1", "Annex III.A.2.2"),
    ("waste_gas_corr_eta", "corr_eta", "Correction factor for exported waste gas", "1", "Annex III.A.3 eq. 54"),
    ("EF_natural_gas", "ef_ng", "Natural gas, for waste gases", "tCO2/TJ", "Annex III.A.3 eq. 53"),
    ("h_return_temp_C", "return_temperature", "Return temperature where unknown", "°C", "Annex II.C.1.2"),
)


def constant_rows(constants):
    """Everything of the constants file, one row per figure."""
    for name, value in constants["carbonates_methodA_tCO2_per_t"].items():
        yield factor("carbonate", name, "Annex II.G Table 3", emission_factor=value, emission_factor_unit="tCO2/t")
    for name, value in constants["oxides_methodB_tCO2_per_t"].items():
        yield factor("oxide", name, "Annex II.G Table 4", emission_factor=value, emission_factor_unit="tCO2/t")
    for name, (carbon, ef) in constants["other_process_materials"].items():
        yield factor(
            "process_material",
            name,
            "Annex II.G Table 5",
            emission_factor=ef,
            emission_factor_unit="tCO2/t",
            carbon_content=carbon,
        )
    for name, value in constants["gwp"].items():
        yield factor("gwp", name, "Annex II.G Table 6", value=value, value_unit="tCO2e/t")
    yield from pfc_rows(constants)
    for name, code, title, unit, reference in SINGLE_CONSTANTS:
        yield factor("constant", title, reference, code=code, value=constants[name], value_unit=unit)
    for code, title in (("heat", "Heat efficiency of CHP"), ("el", "Electrical efficiency of CHP")):
        figures = {"value": constants["chp_std_eff"][code], "value_unit": "1"}
        yield factor("constant", title, "Annex III.A.2.2", code=f"chp_{code}", **figures)


def pfc_rows(constants):
    """Slope and overvoltage of the anode types: two figures each; PFPB MW has none of its own."""
    tables = (
        ("PFC_slope", "pfc_slope", "slope emission factor", "(kg CF4/t Al)/(min/cell-day)"),
        ("PFC_overvoltage", "pfc_overvoltage", "overvoltage coefficient", "kg CF4/(t Al·mV)"),
    )
    for source, group, title, unit in tables:
        for technology, figures in constants[source].items():
            first, ratio = figures or (None, None)
            code = key_of(technology)
            yield factor(group, f"{technology}, {title}", "Annex II.B.7", code=code, value=first, value_unit=unit)
            name = f"{technology}, weight fraction C2F6/CF4"
            yield factor(group, name, "Annex II.B.7", code=f"{code}_c2f6", value=ratio, value_unit="t C2F6/t CF4")
