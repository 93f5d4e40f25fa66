import json
import re

from odoo.http import Request
from odoo.tests import new_test_user
from odoo.tools import mute_logger

#: No record of any model has this number.
NOBODY = 2_000_000_000
QUIET = ("odoo.http", "odoo.models", "odoo.addons.base.models.ir_model", "odoo.addons.base.models.ir_rule", "werkzeug")
QUIET += ("odoo.addons.web.controllers.export",)
#: How a record rule says to which companies a record belongs.
OF_COMPANY = re.compile(r"\('([\w.]+)', 'in', company_ids\)")
OTHERS = {
    "walls_other_manager": "cbam_emissions.group_cbam_manager,base.group_allow_export",
    "walls_other_verifier": "cbam_emissions.group_cbam_verifier,base.group_allow_export",
}


class WallsMixin:
    """Whoever has no right on a model is refused by every way that Odoo has, and learns nothing of its records: what is
    there is answered as what is not."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        new_test_user(cls.env, "walls_portal", groups="base.group_portal")
        new_test_user(cls.env, "walls_employee", groups="base.group_user,base.group_allow_export")
        other = cls.env["res.company"].create({"name": "Company behind a wall"})
        for login, groups in OTHERS.items():
            new_test_user(cls.env, login, groups=groups, company_id=other.id, company_ids=[(6, 0, other.ids)])

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

    def _judge(self, model, way, answer, number=None):
        """
        :param number: the one row concerned, where others of the model may be read
        """
        if way in ("content", "image"):
            # ODOO: of what is no picture, /web/image shows a placeholder
            self.assertTrue(answer[0] in (404, 303) or way == "image", f"{model} by {way}: {answer[0]}")
        elif way == "export":
            self.assertNotIn("spreadsheet", answer[1], f"{model} by {way}")
        elif way == "messages":
            # ODOO: for a thread that one may not read, it answers with all messages that one may
            ids = (answer.get("result") or {}).get("messages") or []
            domain = [("id", "in", ids), ("model", "=", model)] + [("res_id", "=", number)] * bool(number)
            self.assertFalse(self.env["mail.message"].search(domain), model)
        else:
            self.assertIn("error", answer, f"{model} by {way}")

    # -- other companies -------------------------------------------------------------------------------------------

    def _rows_of_company(self, addon):
        """``{model: id of a row}`` of the addon's models that a rule keeps within a company: rows of ours."""
        self.env.flush_all()
        found = {}
        for rule in self.env["ir.rule"].sudo().search([("domain_force", "like", "company_ids")]):
            model, path = self.env.get(rule.model_id.model), OF_COMPANY.search(rule.domain_force)
            if model is None or not path or model._original_module != addon or model._transient:
                continue
            # superuser: whether such a row is there, whoever may see it
            rows = model.sudo().with_context(active_test=False)
            if row := rows.search([(path[1], "=", self.env.company.id)], order="id desc", limit=1):
                found[model._name] = row.id
        return found

    def assertWalledOff(self, addon, least=1):
        """Managers and verifiers of another company get at no row of ours, by any way that Odoo has."""
        rows = self._rows_of_company(addon)
        self.assertGreaterEqual(len(rows), least, "the walls of nothing prove nothing")
        for login in OTHERS:
            self.authenticate(login, login)
            for model, number in rows.items():
                with self.subTest(user=login, model=model), mute_logger(*QUIET):
                    for way, answer in (self._ways(model, number) | self._ways_of_others(model, number)).items():
                        if way in ("search", "name_search") and "result" in answer:
                            self.assertEqual(answer["result"], [], f"{model} by {way}")
                        else:
                            self._judge(model, way, answer, number)
                    self.assertTrue(self.env[model].sudo().browse(number).exists())

    def _ways_of_others(self, model, number):
        """What one who uses the model in another company may try in addition."""
        ours = {"allowed_company_ids": self.env.company.ids}
        link = {"name": "x", "raw": "x", "res_model": model, "res_id": number}
        ways = {
            "read in our company": self._call(model, "read", [number], ["display_name"], context=ours),
            "search in our company": self._call(model, "search_read", [], ["display_name"], context=ours),
            "copy": self._call(model, "copy", [number]),
            "attach": self._call("ir.attachment", "create", [link]),
        }
        if hasattr(self.env[model], "message_subscribe"):
            ways["follow"] = self._call(model, "message_subscribe", [number], self.env.user.partner_id.ids)
        return ways
