# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl.html)
"""A document of the exchange format, and the flat rows that our records are made of and made into.

A row is a mapping by the names of :data:`RECORD` and :data:`SITE`; what is not known is ``None``.
"""

import json

from .schema import NotValid, check, load

FORMAT, VERSION = "cbam-supplier-data", "1.0"
MOST_BYTES = 2_000_000
_ATTESTATION, _PRICE = "attestationOfConformance", "carbonPricePaid"

#: Of the operator and the installation: row's name → path from the entry of the installation.
SITE = {
    "installation_name": ("installationIdentification", "installationName"),
    "installation_registry_ref": ("installationIdentification", "installationIds", "installationCbamId"),
    "installation_country": ("installationIdentification", "address", "countryCode"),
    "installation_address": ("installationIdentification", "address", "text"),
    "installation_unlocode": ("installationIdentification", "address", "unLoCode"),
    "installation_latitude": ("installationIdentification", "address", "latitude"),
    "installation_longitude": ("installationIdentification", "address", "longitude"),
}
#: Of the figures: row's name → path from the emissions record.
RECORD = {
    "composition": ("composition",),
    "route_letter": ("productionMethod", "methodId"),
    "see_direct": ("directEmissions", "specificEmbeddedEmissionsDirect"),
    "see_indirect": ("indirectEmissions", "specificEmbeddedEmissionsIndirect"),
    "see_indirect_scope": ("indirectEmissions", "specificEmbeddedEmissionsIndirectInScope"),
    "electricity": ("indirectEmissions", "electricityConsumedMwhPerTonnesGood"),
    "renewable_share": ("indirectEmissions", "renewableShareOfElectricity"),
    "sefa": ("freeAllocationFactor",),
    "default_share": ("shares", "defaultValues"),
    "indirect_default_share": ("shares", "defaultValuesIndirect"),
    "precursor_share": ("shares", "precursors"),
    "report_ref": (_ATTESTATION, "attestationOfConformanceId"),
    "report_date": (_ATTESTATION, "completedAt"),
    "assurance": (_ATTESTATION, "statement"),
    "verifier_name": (_ATTESTATION, "providerName"),
    "verifier_street": (_ATTESTATION, "providerAddress"),
    "verifier_country": (_ATTESTATION, "providerCountryCode"),
    "accreditation_ref": (_ATTESTATION, "providerId"),
    "accreditation_body": (_ATTESTATION, "accreditationBodyName"),
    "accreditation_country": (_ATTESTATION, "accreditationCountryCode"),
    "accreditation_date": (_ATTESTATION, "accreditedFrom"),
    "accreditation_expiry": (_ATTESTATION, "accreditedUntil"),
    "accreditation_categories": (_ATTESTATION, "accreditedCategories"),
}
#: Of a carbon price: row's name → name in the entry.
CARBON_PRICE = {
    "carbon_price_amount": "amountOfCarbonPricePaid",
    "carbon_price_currency": "currency",
    "carbon_price_rebate": "rebate",
    "carbon_price_share": "shareCovered",
    "carbon_price_instrument": "typeOfInstrument",
    "carbon_price_act": "descriptionAndIndicationOfLegalAct",
    "carbon_price_country": "countryCode",
    "carbon_price_certifier": "independentPersonName",
}


def write(rows, year, supplier, customer, issued_at):
    """The document of the rows of a reporting period, fit for the schema.

    :param supplier: name of whoever publishes, ``customer`` of whom it is for
    :param issued_at: an ISO 8601 moment
    :raises NotValid: a row does not fit the schema
    """
    goods = {}
    for row in rows:
        operators = goods.setdefault(row["cn_code"], {})
        sites = operators.setdefault(row.get("operator_name"), {})
        key = (row["installation_name"], row["installation_country"], row.get("installation_registry_ref"))
        site = sites.setdefault(key, _nested(row, SITE) | {"emissionsRecords": []})
        site["emissionsRecords"].append(_record(row, year))
    document = {
        "format": FORMAT,
        "version": VERSION,
        "issuedAt": issued_at,
        "reportingPeriod": year,
        "companyIds": {
            "respondingCompanyIds": [{"key": "name", "value": supplier}],
            "requestingCompanyIds": [{"key": "name", "value": customer}],
        },
        "good": [
            {
                "cnCode": code,
                "operator": [
                    {
                        "operatorIdentification": {"operatorName": name} if name else {},
                        "installation": list(sites.values()),
                    }
                    for name, sites in operators.items()
                ],
            }
            for code, operators in goods.items()
        ],
    }
    check(document, load())
    return document


def _record(row, year):
    record = _nested(row, RECORD)
    record["activityData"] = {"referencePeriodStart": f"{year}-01-01", "referencePeriodEnd": f"{year}-12-31"}
    if row.get("carbon_price_amount") is not None:
        price = {name: row.get(key) for key, name in CARBON_PRICE.items()}
        record[_PRICE] = [{name: value for name, value in price.items() if value is not None}]
    return record


def _nested(row, paths):
    """The tree of what is known of a row; what is not known is left out."""
    tree = {}
    for name, (*branches, leaf) in paths.items():
        if row.get(name) is None or row[name] == []:
            continue
        node = tree
        for branch in branches:
            node = node.setdefault(branch, {})
        node[leaf] = row[name]
    return tree


def read(content):
    """``(year, rows)`` of a document.

    :param content: bytes from somebody who may be wrong or hostile
    :raises NotValid: it is no JSON, too long, of another format or version, or of more than one calendar year
    """
    document = _parsed(content)
    check(document, load())
    year = document["reportingPeriod"]
    rows = [
        _row(good["cnCode"], operator, site, record, year)
        for good in document["good"]
        for operator in good["operator"]
        for site in operator["installation"]
        for record in site["emissionsRecords"]
    ]
    return year, rows


def _parsed(content):
    if len(content) > MOST_BYTES:
        raise NotValid(f"The document is longer than {MOST_BYTES} bytes.")
    try:
        document = json.loads(content.decode("utf-8"), parse_constant=_no_number, object_pairs_hook=_object)
        text = json.dumps(document, ensure_ascii=False)
        text.encode("utf-8")
    except (ValueError, RecursionError) as error:
        raise NotValid(f"The document is no JSON in UTF-8 ({type(error).__name__}).") from error
    if "\\u0000" in text:
        raise NotValid("The document has a text with the character 0.")
    return document


def _no_number(text):
    raise ValueError(text)


def _object(pairs):
    """An object that says one thing twice says nothing."""
    found = dict(pairs)
    if len(found) < len(pairs):
        raise ValueError("a name stands twice in an object")
    return found


def _row(code, operator, site, record, year):
    for end in record["activityData"].values():
        if not str(end).startswith(f"{year}-"):
            raise NotValid(f"The data of {code} are not of the calendar year {year}.")
    row = {"cn_code": code, "operator_name": operator["operatorIdentification"].get("operatorName")}
    row |= {name: _at(site, path) for name, path in SITE.items()}
    row |= {name: _at(record, path) for name, path in RECORD.items()}
    prices = record.get(_PRICE) or [{}]
    return row | {name: prices[0].get(key) for name, key in CARBON_PRICE.items()}


def _at(tree, path):
    for name in path:
        tree = tree.get(name) if isinstance(tree, dict) else None
    return tree
