import json
from datetime import timedelta

from odoo import fields
from odoo.tests import HttpCase, new_test_user, tagged
from odoo.tools import mute_logger

from ..models.cbam_meter_reading import MOST_CALLS


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

    def _key_of(self, user, expires=None):
        return self.env["res.users.apikeys"].with_user(user).sudo()._generate(None, "gateway", expires)

    def test_keys_end_and_are_revoked(self):
        user = new_test_user(self.env, "gateway_keys", groups="cbam_emissions.group_cbam_user")
        expires = fields.Datetime.now() + timedelta(days=1)
        key, other = self._key_of(user, expires), self._key_of(user)
        none = {"readings": []}
        self.assertEqual([self._post(none, one).status_code for one in (key, other)], [200, 200])
        for wrong in (key[:-1], key.upper(), f"{key[:8]}{other[8:]}", key[:8], "x"):
            self.assertEqual(self._post(none, wrong).status_code, 401, wrong)
        keys = self.env["res.users.apikeys"].search([("user_id", "=", user.id)])
        self.env.cr.execute(
            "UPDATE res_users_apikeys SET expiration_date = now() AT TIME ZONE 'utc' - interval '1 s' "
            "WHERE user_id = %s AND expiration_date IS NOT NULL",
            [user.id],
        )
        self.assertEqual([self._post(none, one).status_code for one in (key, other)], [401, 200])
        keys.sudo().unlink()
        self.env.flush_all()
        self.assertEqual(self._post(none, other).status_code, 401)

    def test_a_key_of_somebody_without_cbam(self):
        user = new_test_user(self.env, "gateway_nobody", groups="base.group_user")
        with mute_logger("odoo.http"):
            answer = self._post({"readings": []}, self._key_of(user))
        self.assertEqual(answer.status_code, 403)

    def test_too_many_calls(self):
        user = new_test_user(self.env, "gateway_eager", groups="cbam_emissions.group_cbam_user")
        key = self._key_of(user)
        self.assertEqual(self._post({"readings": []}, key).status_code, 200)
        self.env.cr.execute(
            "UPDATE cbam_visit SET full_at = clock_timestamp() + interval '90 s' WHERE visitor = %s", [str(user.id)]
        )
        answer = self._post({"readings": []}, key)
        self.assertEqual(answer.status_code, 429)
        self.assertIn(int(answer.headers["Retry-After"]), range(20, 32))
        self.assertIn(str(MOST_CALLS), answer.json()["message"])
