import json

from jsonschema import Draft202012Validator

from odoo.tests import BaseCase, tagged

from odoo.addons.cbam_procurement.exchange import NotValid, load, read, write
from odoo.addons.cbam_procurement.exchange.schema import SENTENCES

ROW = {
    "cn_code": "73181542",
    "operator_name": "Screw Works",
    "installation_name": "Pune works",
    "installation_country": "IN",
    "installation_latitude": 18.5,
    "see_direct": 1.8,
    "see_indirect": 0.4,
    "see_indirect_scope": 0.1,
    "default_share": 0.0,
    "renewable_share": 0.6,
    "report_ref": "VR-1",
    "report_date": "2027-02-15",
    "accreditation_categories": ["iron_steel_products"],
    "carbon_price_amount": 900.0,
    "carbon_price_currency": "INR",
    "carbon_price_rebate": 0.0,
    "carbon_price_share": 0.75,
    "carbon_price_instrument": "tax",
    "carbon_price_act": "Carbon Tax Act",
    "carbon_price_country": "IN",
    "carbon_price_certifier": "Certifier",
}


@tagged("post_install", "-at_install")
class TestExchangeFormat(BaseCase):
    """The exchange format: what is written is read again, and the published schema is what is enforced."""

    def _document(self, *rows):
        return write(rows or [ROW], 2026, "Supplier", "Customer", "2027-03-01T00:00:00Z")

    def _read(self, document):
        return read(json.dumps(document).encode())

    def test_what_is_written_is_read_again(self):
        other = {**ROW, "installation_name": "Goa works", "see_direct": 2.0, "carbon_price_amount": None}
        year, rows = self._read(self._document(ROW, other, {**ROW, "cn_code": "72131000"}))
        self.assertEqual(year, 2026)
        self.assertEqual([row["installation_name"] for row in rows], ["Pune works", "Goa works", "Pune works"])
        for name, value in ROW.items():
            self.assertEqual(rows[0][name], value, name)
        self.assertIsNone(rows[0]["sefa"], "what is not known is missing, not 0")
        self.assertIsNone(rows[1]["carbon_price_amount"])
        self.assertEqual(rows[0]["default_share"], 0.0, "0 is known")

    def test_installations_of_a_good_stand_together(self):
        document = self._document(ROW, {**ROW, "composition": "A"}, {**ROW, "installation_name": "Goa works"})
        [good] = document["good"]
        [operator] = good["operator"]
        self.assertEqual([len(site["emissionsRecords"]) for site in operator["installation"]], [2, 1])

    def test_the_published_schema_is_one(self):
        """It fits the draft's own schema, and each keyword it uses has a sentence here."""
        Draft202012Validator.check_schema(load())

        def walk(node):
            yield node
            for name in ("properties", "$defs"):
                for child in node.get(name, {}).values():
                    yield from walk(child)
            if "items" in node:
                yield from walk(node["items"])

        used = {keyword for node in walk(load()) for keyword in node}
        silent = {"required", "properties", "items", "$ref", "$defs", "$schema", "$id", "title", "description"}
        self.assertEqual(used - silent - set(SENTENCES), set())

    def test_what_does_not_fit_is_named(self):
        for path, value, words in (
            (("format",), "other", r"\$\.format is not"),
            (("version",), "2.0", r"\$\.version is not written"),
            (("reportingPeriod",), 2025, r"\$\.reportingPeriod is below 2026"),
            (("reportingPeriod",), True, "not of the type integer"),
            (("good",), [], "has fewer entries"),
            (("good", 0, "cnCode"), "7318", "cnCode is not written"),
            ((*self._record(), "directEmissions", "specificEmbeddedEmissionsDirect"), -1, "Direct is below 0"),
            ((*self._record(), "directEmissions", "specificEmbeddedEmissionsDirect"), 1e9, "is above 1000"),
            ((*self._record(), "directEmissions", "specificEmbeddedEmissionsDirect"), "1.8", "type number"),
            ((*self._record(), "directEmissions"), {}, "specificEmbeddedEmissionsDirect is missing"),
            ((*self._record(), "shares", "defaultValues"), 1.2, "is above 1"),
            ((*self._record(), "attestationOfConformance", "completedAt"), "15.2.2027", "is no date"),
            ((*self._record(), "attestationOfConformance", "statement"), "fine", "is none of"),
            ((*self._record(), "composition"), "x" * 101, "is longer than 100"),
            ((*self._record(), "activityData", "referencePeriodEnd"), "2027-01-31", "not of the calendar year"),
        ):
            document = self._document()
            node = document
            for step in path[:-1]:
                node = node[step]
            node[path[-1]] = value
            with self.assertRaisesRegex(NotValid, words):
                self._read(document)

    def _record(self):
        return ("good", 0, "operator", 0, "installation", 0, "emissionsRecords", 0)

    def test_a_later_minor_version_with_more_fields_is_read(self):
        document = self._document() | {"version": "1.7", "more": {"anything": 1}}
        self.assertEqual(self._read(document)[1][0]["see_direct"], 1.8)

    def test_what_is_no_json_is_refused(self):
        whole = json.dumps(self._document()).encode()
        for content in (
            b"",
            b"[]",
            whole[:-1],
            whole.replace(b"1.8", b"NaN"),
            whole.replace(b"1.8", b"1e999"),
            whole.replace(b"1.8", b"1" * 5000),
            b"[" * 200_000,
            b"\xff\xfe",
            b" " * 2_000_001,
            whole.replace(b'"cnCode"', b'"cnCode": "72131000", "cnCode"'),
            whole.replace(b"Pune works", b"Pune\\u0000works"),
            whole.replace(b"Pune works", b"Pune \\ud800 works"),
            b"<html>",
        ):
            with self.assertRaises(NotValid):
                read(content)
