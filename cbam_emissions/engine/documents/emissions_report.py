# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl.html)
"""Items of the operator's emissions report: Implementing Regulation (EU) 2025/2547, Annex IV points 1.1 and 1.2.

The report is submitted in English (Article 10(4)): the texts are the act's own, shortened, and are not translated.
Point 1.1.1, the addendum for electricity imported into the Union, is not supported.
"""

from __future__ import annotations

from .items import Item

ADDENDUM_NOT_SUPPORTED = (
    "Point 1.1.1 (declarant-specific addendum for electricity imported into the customs territory of the Union) is not "
    "supported by this report."
)

_SUPPLY_IMPORTED = "electricity imported into the customs territory of the Union"
_NOT_ANNEX_II = "goods not listed in Annex II to Regulation (EU) 2023/956"

#: Point 1.1: 35 items, those with letters and indents in parts.
REPORT = (
    Item("1(a)", "operator_name", "Name of the operator"),
    Item("1(b)", "operator_number", "Corporate or activity registration number of the operator"),
    Item("1(c)", "operator_address", "Full address of the operator in English"),
    Item("1(d) 1", "installation_name", "Name of the installation"),
    Item("1(d) 2", "installation_registry", "Unique installation identifier in the CBAM Registry"),
    Item("1(d) 3", "installation_unlocode", "UN/LOCODE of the location"),
    Item("1(d) 4", "installation_address", "Full address of the installation in English transcript"),
    Item("1(d) 5", "installation_coordinates", "Geographical coordinates of the main emission source"),
    Item("2(a)", "processes", "CBAM production processes and routes carried out at the installation"),
    Item("2(b)", "other_processes", "Non-CBAM production processes carried out at the installation"),
    Item("2(c)", "top_goods", "Five most important goods (by mass) per production process, by CN code"),
    Item("2(d)", "top_fuels", "Five most important fuels (by energy content provided)"),
    Item("2(e)", "top_materials", "Five most important materials (by emissions) leading to process emissions"),
    Item("2(f)", "measured_sources", "Continuous emissions measurement: gases, and the five biggest emission sources"),
    Item("2(g)", "zero_rated", "Zero-rated fuels, and how the applicability of zero-rating is demonstrated"),
    Item("2(h)", "heat_exchange", "Measurable heat imported from or exported to other installations, and which"),
    Item(
        "3", "electricity_sources", "Electricity by source and quantity; other installations: suppliers and countries"
    ),
    Item("4(a)", "electricity_cogeneration", "Electricity produced inside the installation by co-generation"),
    Item("4(b)", "electricity_separate", "Electricity produced inside the installation by separate generation"),
    Item("4(c)", "electricity_origin", "Electricity produced inside the installation from fossil or renewable sources"),
    Item("4(d)", "electricity_exported", "Electricity exported from the system boundaries of a production process"),
    Item("5", "waste_gases", "Waste gases produced and used, imported or exported, and the other installations"),
    Item("6", "co2_transfer", "Transfer of CO2, with a responsible person of the receiving installations or entities"),
    Item("7", "direct_total", "Total direct emissions of the installation during the reporting period"),
    Item("8", "months", "New installations: months used for the monitoring of emissions"),
    Item("9", "electricity_total", f"Electricity consumed in the installation ({_NOT_ANNEX_II})"),
    Item("10", "electricity_goods", f"Electricity consumed for the production of {_NOT_ANNEX_II}"),
    Item("11", "electricity_installations", f"Installations from which the electricity is obtained ({_NOT_ANNEX_II})"),
    Item(
        "12", "electricity_factors", "Electricity per source: quantity, country, emission factor, factor of Article 9"
    ),
    Item("13", "goods_total", "Total goods produced, at the installation and per production process"),
    Item("14", "other_goods", "Non-CBAM goods produced per production process, and the quantity"),
    Item("15(a)", "see_direct", "Specific direct embedded emissions of each good per functional unit"),
    Item("15(b)", "see_compositions", "Specific direct embedded emissions of each composition of the goods"),
    Item("15(c)", "data_quality", "Data quality and methods used; whether default values have been used"),
    Item("15(d)", "default_share", "Share of embedded emissions for which default values were used"),
    Item("15(e) 1", "indirect_actual_share", "Share of indirect emissions on the basis of actual values (Article 9)"),
    Item("15(e) 2", "indirect_default_share", "Share of indirect emissions on the basis of default values (Article 9)"),
    Item(
        "15(e) 3",
        "indirect_confirmation",
        "Criteria for the use of actual values (point 6 of Annex IV to Regulation (EU) 2023/956) are met, and the "
        "evidence of point D.4.3 was submitted to the verifier",
    ),
    Item("15(e) 4", "see_indirect", "Specific indirect emissions of each good pursuant to Article 9"),
    Item(
        "15(f) 1", "imported_electricity", f"Criterion 5(b) of Annex IV to Regulation (EU) 2023/956: {_SUPPLY_IMPORTED}"
    ),
    Item(
        "15(f) 2", "imported_electricity", f"Criterion 5(c) of Annex IV to Regulation (EU) 2023/956: {_SUPPLY_IMPORTED}"
    ),
    Item("15(f) 3", "imported_electricity", "Declarant-specific addenda (point 1.1.1) sent to the verifier"),
    Item("15(f) 4", "imported_electricity", f"Emission factor on the basis of actual emissions: {_SUPPLY_IMPORTED}"),
    Item("16(a)", "activity_data", "Activity data per production process, calculation factors of each source stream"),
    Item("16(b)", "measured_emissions", "Emissions of each source monitored by a measurement-based methodology"),
    Item("16(c)", "other_methods", "Emissions determined by other methods"),
    Item(
        "16(d)", "co2_quantities", "CO2 received from or exported to other installations (storage, permanently bound)"
    ),
    Item("16(e)", "data_gaps", "Data gaps and estimates used"),
    Item(
        "17",
        "balance",
        "Measurable heat, waste gases and electricity per process: imported, produced, consumed, exported",
    ),
    Item("18", "own_precursors", "Precursors produced at the installation and used by it (not under Article 4(9))"),
    Item("19", "own_precursors_process", "The same per production process"),
    Item("20", "bought_precursors", "Precursors produced outside the installation and used by it"),
    Item("21", "bought_precursors_process", "The same per production process"),
    Item("22", "default_precursors", "Precursors with default values: CN code, name, country of origin, default value"),
    Item(
        "23",
        "actual_precursors",
        "Precursors with actual values: CN code, name, country of origin, reporting period and how it was determined, "
        "specific embedded emissions",
    ),
    Item("24", "precursor_periods", "Precursors of different reporting periods: value used (Article 14(1))"),
    Item("25", "precursor_installations", "Precursors of several installations: value used, Article 14(2) or 14(3)"),
    Item("26", "electricity_processes", "Electricity used in each production process"),
    Item("27", "own_precursors_process", "Own precursors used in each production process (not under Article 4)"),
    Item(
        "28", "precursor_origin", "Operator, installation, registry identifier and reporting period of each precursor"
    ),
    Item(
        "29", "attribution_method", "How the attributed direct and indirect emissions of each process were calculated"
    ),
    Item("30", "process_levels", "Activity level and attributed emissions of each production process"),
    Item(
        "31", "goods_functional", "Goods produced in the functional unit for each CN code, with precursors not covered"
    ),
    Item("32", "electricity_actual_factor", "Electricity emission factor if actual values are used"),
    Item("33", "ppa_factor", "Electricity emission factor in the power purchase agreement"),
    Item("34(a)", "route_goods", "Goods per production route, in the functional unit for each CN code"),
    Item("34(b)", "route_functional", "Goods in functional units other than tonnes, per production process"),
    Item("35", "sector_parameters", "Sector-specific parameters of each good (point 2)"),
)

#: Point 1.2: 16 items.
SUMMARY = (
    Item("1(a)", "operator_name", "Name of the operator"),
    Item("1(b)", "operator_number", "Corporate or activity registration number of the operator"),
    Item("1(c)", "operator_address", "Full address of the operator in English"),
    Item("2(a)", "installation_name", "Name of the installation"),
    Item("2(b)", "installation_registry", "Unique installation identifier in the CBAM Registry"),
    Item("2(c)", "installation_unlocode", "UN/LOCODE of the location"),
    Item("2(d)", "installation_address", "Full address of the installation in English"),
    Item("2(e)", "installation_coordinates", "Geographical coordinates of the main emission source"),
    Item("3", "processes", "CBAM production processes and routes, with the goods per production process"),
    Item("4(a)", "see_direct", "Specific direct embedded emissions of each good"),
    Item("4(b)", "default_share", "Share of embedded emissions for which default values were used"),
    Item("4(c) 1", "indirect_actual_share", "Share of indirect emissions on the basis of actual values (Article 9)"),
    Item("4(c) 2", "indirect_default_share", "Share of indirect emissions on the basis of default values (Article 9)"),
    Item("4(c) 3", "indirect_confirmation", "Criteria for the use of actual values are met"),
    Item("4(c) 4", "see_indirect", "Specific indirect emissions of each good pursuant to Article 9"),
    Item(
        "4(d) 1", "imported_electricity", f"Criterion 5(b) of Annex IV to Regulation (EU) 2023/956: {_SUPPLY_IMPORTED}"
    ),
    Item(
        "4(d) 2", "imported_electricity", f"Criterion 5(c) of Annex IV to Regulation (EU) 2023/956: {_SUPPLY_IMPORTED}"
    ),
    Item("4(d) 3", "imported_electricity", f"Emission factor on the basis of actual emissions: {_SUPPLY_IMPORTED}"),
    Item("4(e)", "sefa", "Specific embedded free allocation of each good"),
    Item("4(f)", "benchmarks_used", "Use of the applicable CBAM benchmarks, and methods for the free allocation"),
    Item("5", "direct_totals", "Total direct emissions of the installation and of each production process"),
    Item("6", "indirect_total", f"Indirect emissions of the installation ({_NOT_ANNEX_II})"),
    Item("7", "heat_exchange", "Measurable heat imported from or exported to other installations"),
    Item("8", "zero_rated", "Zero-rated fuels, and how the applicability of zero-rating is demonstrated"),
    Item("9", "waste_gases", "Waste gases produced and used, imported or exported"),
    Item("10", "co2_transfer", "CO2 capture, and the installation or infrastructure to which it is transferred"),
    Item("11(a)", "electricity_cogeneration", "Electricity produced inside the installation by co-generation"),
    Item("11(b)", "electricity_separate", "Electricity produced inside the installation by separate generation"),
    Item(
        "11(c)", "electricity_origin", "Electricity produced inside the installation from fossil or renewable sources"
    ),
    Item("11(d)", "electricity_exported", "Electricity exported from the system boundaries of a production process"),
    Item("12", "default_precursors", "Precursors with default values: CN code, name, country of origin, default value"),
    Item(
        "13",
        "actual_precursors",
        "Precursors with actual values: CN code, name, country of origin, reporting period and year of use, specific "
        "embedded emissions",
    ),
    Item("14", "precursor_periods", "Precursors of different reporting periods: value used (Article 14(1))"),
    Item("15", "precursor_installations", "Precursors of several installations: value used, and by which method"),
    Item(
        "16", "precursor_origin", "Operator, installation, registry identifier and reporting period of each precursor"
    ),
)
