# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl.html)
"""Items of the verification report: Implementing Regulation (EU) 2025/2546, Annex points 1 and 2.

Point 3 is the operator's summary report (:data:`.emissions_report.SUMMARY`); point 4, the addendum for electricity
imported into the Union, is not supported. Keys that begin with ``v_`` are answered by the verifier.
"""

from __future__ import annotations

from .items import Item

POINT_4_NOT_SUPPORTED = (
    "Point 4 (declarant-specific addendum for electricity imported into the customs territory of the Union) is not "
    "supported by this report."
)

VERIFICATION = (
    Item("1.1(a)", "operator_name", "Name of the operator"),
    Item("1.1(b)", "operator_number", "Corporate or activity registration number of the operator"),
    Item("1.1(c)", "operator_address", "Full address of the operator in English"),
    Item("1.1(d)(1)", "installation_name", "Name of the installation"),
    Item("1.1(d)(2)", "installation_registry", "Unique installation identifier in the CBAM Registry"),
    Item("1.1(d)(3)", "installation_unlocode", "UN/LOCODE of the location"),
    Item("1.1(d)(4)", "installation_place", "Full address in English and coordinates with six decimals"),
    Item("1.2(a)", "v_report", "Unique identifier of the verification report"),
    Item("1.2(b)", "period", "Applicable reporting period"),
    Item("1.3(a)", "v_verifier", "Name of the verifier"),
    Item("1.3(b)", "v_verifier_address", "Address where the verifier is established"),
    Item("1.3(c)", "v_outsourced", "Outsourced verification activities: addresses of offices of the verification team"),
    Item("1.3(d)", "v_accreditation", "Accreditation number of the verifier"),
    Item("1.3(e)", "v_body", "Name of the national accreditation body"),
    Item("1.3(f)", "v_body_country", "Country of establishment of the national accreditation body"),
    Item("1.3(g)", "v_expiry", "Expiration date of the accreditation"),
    Item("1.3(h)", "v_accreditation_scope", "Scope of accreditation relevant for CBAM"),
    Item("2.1(a)", "v_team_leader", "Name of the verification team leader"),
    Item("2.1(b)", "v_team", "CBAM lead auditor, CBAM auditors and technical experts"),
    Item("2.1(c)", "v_visit_team", "Those who undertook the physical or virtual site visit"),
    Item("2.2(a)", "v_physical_visits", "Dates of the physical site visits, and days spent on site"),
    Item("2.2(b)", "v_last_physical_visit", "Date of the last physical site visit"),
    Item("2.2(c)", "v_virtual_visits", "Date of, and reasons for, a virtual site visit"),
    Item("2.2(d)", "v_waiver", "Reasons for waiving the physical site visit"),
    Item("2.2(e)", "v_other_visits", "Date and location of other visits relating to the verification"),
    Item("2.3(a)", "v_objectives", "Objectives of the verification"),
    Item("2.3(b)", "v_scope", "Scope of the verification"),
    Item("2.3(c)", "v_required_scope", "Scope of accreditation required to perform the verification"),
    Item("2.3(d)", "v_plan", "Date and version number of the monitoring plan used"),
    Item("2.3(e)", "v_criteria", "Criteria used to verify the operator's report"),
    Item("2.3(f)", "v_materiality", "Materiality levels applied"),
    Item("2.4(a)(1)", "processes", "CBAM production processes and routes"),
    Item("2.4(a)(2)", "attribution_method", "How the attributed emissions of each process were calculated"),
    Item("2.4(a)(3)", "zero_rated", "Zero-rated fuels, and how the applicability of zero-rating is demonstrated"),
    Item("2.4(a)(4)", "heat_exchange", "Measurable heat imported from or exported to other installations"),
    Item("2.4(a)(5)", "waste_gases", "Waste gases produced and used, imported or exported"),
    Item("2.4(a)(6)", "co2_transfer", "CO2 capture"),
    Item("2.4(b)(1)", "direct_total", "Total direct emissions of the installation during the reporting period"),
    Item("2.4(b)(2)(a)", "indirect_total", "Indirect emissions of the installation during the reporting period"),
    Item("2.4(b)(2)(b)", "electricity_factors", "Method for the indirect emissions factor, and its information source"),
    Item("2.4(b)(2)(c)", "see_indirect", "Specific indirect embedded emissions of each good"),
    Item("2.4(b)(3)", "goods_functional", "Quantities of each good in the functional unit for each CN code"),
    Item("2.4(b)(4)", "see_direct", "Specific direct embedded emissions of each good"),
    Item(
        "2.4(b)(5)(a)", "imported_electricity", "Criteria of Section 5 of Annex IV to Regulation (EU) 2023/956 are met"
    ),
    Item("2.4(b)(5)(b)", "imported_electricity", "Summary of the elements of evidence for each of these criteria"),
    Item("2.4(b)(6)(a) 1", "electricity_cogeneration", "Electricity produced inside by co-generation"),
    Item("2.4(b)(6)(a) 2", "electricity_separate", "Electricity produced inside by separate generation"),
    Item("2.4(b)(6)(a) 3", "electricity_origin", "Electricity produced inside from fossil or renewable sources"),
    Item("2.4(b)(6)(a) 4", "electricity_exported", "Electricity exported from a production process"),
    Item("2.4(b)(6)(b)", "indirect_actual_share", "Share of indirect emissions on the basis of actual values"),
    Item("2.4(b)(6)(c)", "indirect_default_share", "Share of indirect emissions on the basis of default values"),
    Item("2.4(b)(6)(d)", "v_indirect_confirmation", "Criteria for the use of actual values are met (confirmation)"),
    Item("2.4(b)(6)(e)", "see_indirect", "Specific indirect emissions pursuant to Article 9"),
    Item("2.4(b)(7)", "sefa", "Specific embedded free allocation of each good"),
    Item("2.4(b)(8)", "v_benchmarks_confirmation", "Use of the CBAM benchmarks and methods (confirmation)"),
    Item("2.5(a)", "default_precursors", "Precursors with default values"),
    Item("2.5(b)(1)-(5)", "actual_precursors", "Precursors with actual values"),
    Item("2.5(b)(6)", "precursor_origin", "Operator, installation and reporting period of origin of each precursor"),
    Item("2.5(b)(7)", "precursor_verifiers", "Verifier of the actual values of each precursor"),
    Item("2.5(c)", "precursor_periods", "Precursors of different reporting periods: value used (Article 14(1))"),
    Item("2.5(d)", "precursor_installations", "Precursors of several installations: value used (Article 14)"),
    Item("2.6(a)", "v_statement", "Verifier's statement: reasonable assurance, free from material misstatements"),
    Item("2.6(b)", "v_corrected_misstatements", "Material misstatements found and corrected"),
    Item("2.6(c)", "v_corrected_nonconformities", "Material non-conformities found and corrected"),
    Item("2.6(d)", "v_remaining_misstatements", "Remaining misstatements, and whether they are material"),
    Item("2.6(e)", "v_remaining_nonconformities", "Remaining non-conformities, and whether they are material"),
    Item("2.6(f)", "v_remaining_noncompliance", "Remaining non-compliance, and whether it is material"),
    Item("2.6(g)", "v_recommendations", "Recommendations for improvement"),
    Item("2.6(h)", "v_signature", "Date and signature by an authorised person, with the name"),
)
