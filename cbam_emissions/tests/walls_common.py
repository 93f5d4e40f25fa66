import json

from odoo.http import Request
from odoo.tests import new_test_user
from odoo.tools import mute_logger

#: No record of any model has this number.
NOBODY = 2_000_000_000
QUIET = ("odoo.http", "odoo.models", "odoo.addons.base.models.ir_model", "odoo.addons.base.models.ir_rule", "werkzeug")
QUIET += ("odoo.addons.web.controllers.export",)


class WallsMixin:
    """Whoever has no right on a model is refused by every way that Odoo has, and learns nothing of its records: what is
    there is answered as what is not."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        new_test_user(cls.env, "walls_portal", groups="base.group_portal")
        new_test_user(cls.env, "walls_employee", groups="base.group_user,base.group_allow_export")

    def _models_with_rows(self, addon):
        """``{model: id of a row}`` of the addon's own models."""
        self.env.flush_all()
        found = {}
        for name, model in sorted(self.env.registry.items()):
            stored = model._auto and not (model._abstract or model._transient)
            if stored and model._original_module == addon:
                self.env.cr.execute(f"SELECT max(id) FROM {model._table}")
                [number] = self.env.cr.fetchone()
                if number:
                    found[name] = number
        return found

    def _json(self, path, **params):
        answer = self.url_open(
            path, data=json.dumps({"params": params}), headers={"Content-Type": "application/json"}, timeout=60
        )
        return answer.json() if answer.headers.get("Content-Type", "").startswith("application/json") else answer.text

    def _call(self, model, method, *arguments, **kwargs):
        path = f"/web/dataset/call_kw/{model}/{method}"
        return self._json(path, model=model, method=method, args=arguments, kwargs=kwargs)

    def _ways(self, model, number):
        """``{way: what is answered}`` to whoever tries to get at a record by its number."""
        binary = next((n for n, f in self.env[model]._fields.items() if f.type == "binary"), "display_name")
        export = {
            "model": model,
            "fields": [{"name": "display_name", "label": "Name"}],
            "ids": [number],
            "domain": [],
            "groupby": [],
            "import_compat": False,
        }
        ways = {
            "read": self._call(model, "read", [number], ["display_name"]),
            "web_read": self._call(model, "web_read", [number], specification={"display_name": {}}),
            "search": self._call(model, "search_read", [["id", "=", number]], ["display_name"]),
            "name_search": self._call(model, "name_search", "", [["id", "=", number]]),
            "export_data": self._call(model, "export_data", [number], ["display_name"]),
            "write": self._call(model, "write", [number], {}),
            "unlink": self._call(model, "unlink", [number]),
            "messages": self._json("/mail/thread/messages", thread_model=model, thread_id=number),
            "post": self._json(
                "/mail/message/post", thread_model=model, thread_id=number, post_data={"body": "x"}, context={}
            ),
        }
        for kind in ("content", "image"):
            answer = self.url_open(f"/web/{kind}/{model}/{number}/{binary}")
            ways[kind] = (answer.status_code, answer.content)
        data = {"data": json.dumps(export), "csrf_token": Request.csrf_token(self)}
        answer = self.url_open("/web/export/xlsx", data=data)
        ways["export"] = (answer.status_code, answer.headers.get("Content-Type", ""))
        return ways

    def _plain(self, answer):
        """An answer without what differs by chance: numbers of calls, and where in the code it was refused."""
        if isinstance(answer, dict) and "error" in answer:
            error = answer["error"]
            return error.get("code"), error.get("data", {}).get("name")
        return answer.get("result") if isinstance(answer, dict) else answer

    def assertWalled(self, addon, users=("walls_portal", "walls_employee", None), least=1):
        """No user of these gets at a row of the addon's models, by any way."""
        rows = self._models_with_rows(addon)
        self.assertGreaterEqual(len(rows), least, "the walls of nothing prove nothing")
        for login in users:
            self.authenticate(login, login)
            for model, number in rows.items():
                with self.subTest(user=login, model=model), mute_logger(*QUIET):
                    ways, nothing = self._ways(model, number), self._ways(model, NOBODY)
                    for way, answer in ways.items():
                        self.assertEqual(self._plain(answer), self._plain(nothing[way]), f"{model} by {way}")
                        self._judge(model, way, answer)

    def _judge(self, model, way, answer):
        if way in ("content", "image"):
            # ODOO: of what is no picture, /web/image shows a placeholder
            self.assertTrue(answer[0] in (404, 303) or way == "image", f"{model} by {way}: {answer[0]}")
        elif way == "export":
            self.assertNotIn("spreadsheet", answer[1], f"{model} by {way}")
        elif way == "messages":
            # ODOO: for a thread that one may not read, it answers with all messages that one may
            ids = (answer.get("result") or {}).get("messages") or []
            self.assertFalse(self.env["mail.message"].search([("id", "in", ids), ("model", "=", model)]), model)
        else:
            self.assertIn("error", answer, f"{model} by {way}")
