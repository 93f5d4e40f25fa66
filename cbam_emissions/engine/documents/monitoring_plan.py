# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl.html)
"""Minimum elements of a monitoring plan: Implementing Regulation (EU) 2025/2547, Annex II point A.5.

The plan is submitted in English (Article 5(6)): the texts are the act's own, shortened, and are not translated.
"""

from __future__ import annotations

from .items import Item

#: Points 7 and 22 are taken by their letters, as each is answered by itself.
POINTS = (
    Item("1", "version", "Date and version number of the monitoring plan"),
    Item("2", "installation", "Description of the installation and of the production processes carried out"),
    Item(
        "3",
        "goods",
        "Relevant goods by CN code and functional unit, with their compositions (clinker, nitrogen content) where "
        "applicable, including precursors not covered by separate production processes",
    ),
    Item("4", "processes", "CBAM production processes and routes, and the goods delivered per production process"),
    Item("5", "other_goods", "Non-CBAM goods per production process, and the quantity produced"),
    Item("6", "benchmarks", "CBAM benchmarks used for the free allocation adjustment of all relevant goods"),
    Item(
        "7(a)",
        "calculation",
        "Detailed description of the calculation-based methodology per production process, with its input data and "
        "calculation formulae",
    ),
    Item(
        "7(b)",
        "instruments",
        "Measurement systems, and exact location of the measuring instruments of each source stream",
    ),
    Item("8", "factors", "Methods for determining calculation factors, and sampling plan, for each source stream"),
    Item("9", "streams", "Source streams and emission sources, and their description, for each production process"),
    Item(
        "10",
        "parameters",
        "Source streams under the standard or mass balance method, with the determination of each parameter (B.3.4)",
    ),
    Item("11", "measured", "Emission sources under a measurement-based methodology, with all elements of point B.6"),
    Item("12", "pfc", "Monitoring of perfluorocarbons from primary aluminium production"),
    Item(
        "13",
        "diagram",
        "Diagram and process description with the system boundaries of the installation and of its production "
        "processes: evidence that there is neither double counting nor a data gap",
    ),
    Item(
        "14",
        "precursors",
        "Precursors used in each production process and, if produced elsewhere, name and country of their suppliers",
    ),
    Item("15", "zero_rated", "Zero-rated fuels, and how the applicability of zero-rating is demonstrated"),
    Item(
        "16",
        "heat",
        "Measurable heat imported from or exported to other installations, their identification, and how the emissions "
        "of the heat flows of each production process are determined",
    ),
    Item(
        "17",
        "own_electricity",
        "Electricity produced inside the installation: by cogeneration, by separate generation, from fossil or "
        "renewable sources, exported from a production process",
    ),
    Item(
        "18",
        "electricity_evidence",
        "Elements of evidence of point D.4.3, where indirect emissions rest on actual emissions",
    ),
    Item("19", "imported_electricity", "Elements of evidence of point D.2.4 for electricity imported into the Union"),
    Item(
        "20",
        "waste_gases",
        "Waste gases produced and used in the installation, or imported from or exported to other installations, and "
        "their identification",
    ),
    Item(
        "21",
        "co2_transfer",
        "CO2 capture, storage or use (point B.8.2): receiving installations or infrastructure, a responsible person of "
        "each, and the monitoring methodology (point B.8.3)",
    ),
    Item("22(a)", "calibration", "Control system: quality assurance of the relevant measurement equipment"),
    Item("22(b)", "risks", "Control system: assessment of the risks of errors from primary data to final data"),
    Item("22(c)", "information_systems", "Control system: quality assurance of information technology systems"),
    Item("22(d)", "duties", "Control system: segregation of duties, and management of competencies"),
    Item("22(e)", "reviews", "Control system: internal reviews and validation of data"),
    Item("22(f)", "corrections", "Control system: corrections and corrective action"),
    Item("22(g)", "outsourcing", "Control system: control of outsourced processes"),
    Item(
        "22(h)", "records", "Control system: keeping of records and documentation, and management of document versions"
    ),
)

BY_KEY = {point.key: point for point in POINTS}

#: Answered by what is recorded alone; the others want the operator's own words as well.
ANSWERED_BY_RECORDS = frozenset(
    {
        "version",
        "goods",
        "processes",
        "other_goods",
        "benchmarks",
        "instruments",
        "factors",
        "streams",
        "parameters",
        "measured",
        "precursors",
        "zero_rated",
        "own_electricity",
        "electricity_evidence",
        "calibration",
    }
)
