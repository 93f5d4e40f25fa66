import json

from odoo.tests import HttpCase, tagged


@tagged("post_install", "-at_install")
class TestMeterGateway(HttpCase):
    """The call of docs/meter-gateway.md over HTTP, with an API key of Odoo's own."""

    def _post(self, payload, key):
        return self.url_open(
            "/json/2/cbam.meter.reading/push",
            data=json.dumps(payload),
            headers={"Content-Type": "application/json", "Authorization": f"bearer {key}"},
        )

    def test_push(self):
        installation = self.env["cbam.installation"].create(
            {
                "name": "Works",
                "company_id": self.env.company.id,
                "country_id": self.env.ref("base.in").id,
                "tz": "UTC",
            }
        )
        meter = self.env["cbam.meter"].create({"name": "Hall 2", "code": "E-02", "installation_id": installation.id})
        gateway = self.env["res.users"].create(
            {
                "name": "Gateway",
                "login": "gateway",
                "group_ids": self.env.ref("cbam_emissions.group_cbam_user").ids,
            }
        )
        key = self.env["res.users.apikeys"].with_user(gateway).sudo()._generate(None, "gateway", None)
        readings = [
            {"meter": "E-02", "time": "2026-03-01T06:00:00+05:30", "register": 1834.2},
            {"meter": "E-02", "time": "2026-03-01T06:15:00+05:30", "register": 1836.5},
            {"meter": "E-77", "time": "2026-03-01T06:15:00+05:30", "register": 5},
        ]
        answer = self._post({"readings": readings}, key)
        self.assertEqual(answer.status_code, 200)
        self.assertEqual(
            answer.json(),
            {
                "created": 2,
                "unchanged": 0,
                "errors": [{"index": 2, "meter": "E-77", "message": "There is no meter e-77."}],
            },
        )
        self.assertEqual(self._post({"readings": readings[:2]}, key).json()["unchanged"], 2)
        self.assertAlmostEqual(meter.reading_ids.sorted("date_end")[1].quantity, 2.3)
        self.assertEqual(self._post({"readings": readings}, "0" * 40).status_code, 401)
