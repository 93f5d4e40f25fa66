import os

import requests

from odoo.tests import TransactionCase, tagged

from odoo.addons.cbam_procurement.download import DownloadError
from odoo.addons.cbam_procurement.models.cbam_remote_source import LOCAL

FIGURES = (
    "cn_code",
    "year",
    "composition",
    "route_letter",
    "see_direct",
    "see_indirect",
    "see_indirect_scope",
    "see_scope",
    "has_sefa",
    "sefa",
    "default_share",
    "indirect_default_share",
    "precursor_share",
    "electricity",
)


class Operator:
    """The operator's database, through its own Odoo server, as a browser speaks to it."""

    def __init__(self, address, database):
        self.address, self.session = address, requests.Session()
        login = {"db": database, "login": "admin", "password": "admin"}
        self._post("/web/session/authenticate", login)

    def _post(self, path, params):
        body = {"jsonrpc": "2.0", "method": "call", "params": params}
        answer = self.session.post(self.address + path, json=body, timeout=60).json()
        if "error" in answer:
            raise AssertionError(answer["error"])
        return answer.get("result")

    def call(self, model, method, *args, **kwargs):
        """What the operator's user does."""
        params = {"model": model, "method": method, "args": args, "kwargs": kwargs}
        return self._post(f"/web/dataset/call_kw/{model}/{method}", params)


@tagged("-standard", "-at_install", "post_install", "cbam_exchange")
class TestTwoDatabases(TransactionCase):
    """This database is the customer's. The operator's has a server of its own, which ``make test`` starts."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.address, cls.database = os.environ["CBAM_OPERATOR"].split()
        cls.operator = Operator(cls.address, cls.database)
        cls.addClassCleanup(cls.operator.session.close)
        [cls.period] = cls.operator.call("cbam.period", "search", [["statement_id", "!=", False]])
        cls.env["ir.config_parameter"].set_param(LOCAL, "1")
        cls.supplier = cls.env["res.partner"].create({"name": "Fastener works", "is_company": True})

    def setUp(self):
        super().setUp()
        customer = self.operator.call("res.partner", "create", {"name": "Importer"})
        values = {"partner_id": customer, "period_id": self.period}
        self.share = self.operator.call("cbam.exchange.share", "create", values)
        shown = self.operator.call("cbam.exchange.share", "action_new_token", [self.share])["context"]
        self.source = self.env["cbam.exchange.source"].create(
            {
                "partner_id": self.supplier.id,
                "url": f"{self.address}/cbam/exchange/v1/data",
                "token": shown["default_token"],
                "database": self.database,
            }
        )

    def _published(self):
        """The figures in the operator's database, by CN code."""
        [period] = self.operator.call("cbam.period", "read", [self.period], ["statement_id"])
        domain = [["id", "=", period["statement_id"][0]]]
        [statement] = self.operator.call("cbam.statement", "search_read", domain, ["record_ids"])
        rows = self.operator.call("cbam.specific.emission", "read", statement["record_ids"], list(FIGURES))
        return {row["cn_code"]: row for row in rows}

    def _accesses(self):
        domain = [["share_id", "=", self.share]]
        return [row["result"] for row in self.operator.call("cbam.exchange.access", "search_read", domain, ["result"])]

    def test_the_customers_records_have_the_operators_figures(self):
        """Screws, bolts and what else the story makes: docs/demo-figures.md has the figures worked by hand."""
        published = self._published()
        self.assertIn("73181542", published)
        self.source.action_run()
        self.assertEqual(self.source.state, "done", self.source.message)
        request = self.source.request_ids
        self.assertEqual((request.state, request.year), ("answered", 2026))
        request.action_check()
        request.action_accept()
        records = request.record_ids
        self.assertEqual(sorted(records.mapped("cn_code")), sorted(published))
        for record in records:
            [values] = record.read(FIGURES)
            expected = published[record.cn_code]
            self.assertEqual({name: values[name] for name in FIGURES}, {name: expected[name] for name in FIGURES})
        self.assertEqual(set(records.mapped("state")), {"claimed"})
        self.assertEqual(records.installation_id.mapped("name"), ["Fastener works Pune"])
        self.assertEqual((records.installation_id.unlocode, records.installation_id.country_id.code), ("INPNQ", "IN"))
        self.assertEqual(self._accesses(), ["served"])
        self.source.action_run()
        self.assertEqual(self.source.message, "Nothing new.")

    def test_only_the_goods_that_the_operator_means(self):
        self.operator.call("cbam.exchange.share", "write", [self.share], {"cn_codes": "7318 15 42"})
        self.source.action_run()
        self.assertEqual(self.source.request_ids.answer_ids.mapped("cn_code"), ["73181542"])

    def test_a_token_that_the_operator_has_revoked_or_replaced(self):
        for action in ("action_new_token", "action_revoke"):
            self.operator.call("cbam.exchange.share", action, [self.share])
            self.source.action_run()
            self.assertEqual(self.source.state, "failed")
            self.assertIn("status 404", self.source.message)
        self.assertFalse(self.source.request_ids)
        self.assertFalse(self._accesses())

    def test_the_hours_limit_of_the_operator(self):
        self.operator.call("cbam.exchange.share", "write", [self.share], {"hourly_limit": 1})
        self.source.action_run()
        self.assertEqual(self.source.state, "done", self.source.message)
        with self.assertRaisesRegex(DownloadError, "error 429"):
            self.source._download(attempts=1)
        self.assertEqual(sorted(self._accesses()), ["refused", "served"])
