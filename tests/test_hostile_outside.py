from collections import Counter

import lxml.html
from hypothesis import strategies as st
from werkzeug.urls import url_quote

from odoo.tests import HttpCase, tagged

from odoo.addons.cbam_procurement.controllers.exchange import SCHEME
from odoo.addons.cbam_reports.models.cbam_carbon_passport import PATH as PASSPORTS
from odoo.addons.cbam_reports.models.cbam_delivery_statement import PATH as STATEMENTS
from odoo.addons.cbam_reports.tests.delivery_common import DeliveryCase

from .hostile_common import HOSTILE, TEXTS, HostileMixin, Wrong

EXCHANGE = "/cbam/exchange/v1/data"
MARKUP = ("script", "img", "svg", "iframe", "object", "embed", "link", "meta", "form", "input", "t")
#: What Odoo itself keeps out of a text field.
NAMES = st.one_of(st.sampled_from([name for name in HOSTILE if "\x00" not in name]), TEXTS).filter(
    lambda name: name.strip() and "\x00" not in name
)


@tagged("post_install", "-at_install", "cbam_door")
class TestHostileOutside(HostileMixin, DeliveryCase, HttpCase):
    """What anybody on the web reaches: tokens that are none, and names that are more than names."""

    watched = ("cbam.delivery.statement", "cbam.exchange.share", "cbam.exchange.access")

    def setUp(self):
        super().setUp()
        self._close()
        self.statement = self.env["cbam.delivery.statement"].issue(self.delivery)
        self.token = self.statement._derived_token()
        self.share = self.env["cbam.exchange.share"].create(
            {"partner_id": self.customer.id, "period_id": self.period.id}
        )
        self.secret = self.share.open_with()
        self.env.flush_all()

    def _get(self, path, **headers):
        answer = self.url_open(path, headers=headers, allow_redirects=False)
        self.env.invalidate_all()
        return answer

    def test_tokens(self):
        unknown = {path: self._get(f"{path}/{'0' * 64}").content for path in (STATEMENTS, PASSPORTS)}
        nothing = self._get(EXCHANGE, Authorization=f"{SCHEME}x").content

        def attempt(token):
            quoted = url_quote(token, safe="")
            for path, content in unknown.items():
                answer = self._get(f"{path}/{quoted}")
                alike = answer.content == content or "/" in token or "\\" in token or token.strip(".") == ""
                # werkzeug sends to the same address with its slashes merged
                expected = (400, 404, 405, 308, *([301] if "/" in token else []))
                if answer.status_code not in expected or not alike:
                    raise Wrong(f"{path}: status {answer.status_code} for {token!r}: {answer.text[:300]}")
            header = f"{SCHEME}{token}".encode().replace(b"\r", b"").replace(b"\n", b"").strip()
            answer = self._get(EXCHANGE, Authorization=header)
            if answer.status_code not in (400, 404) or (answer.status_code == 404 and answer.content != nothing):
                raise Wrong(f"exchange: status {answer.status_code} for {token!r}: {answer.text[:300]}")
            return True

        ends = st.integers(0, 63)
        near = st.one_of(
            ends.map(lambda place: self.token[:place] + "g" + self.token[place + 1 :]),
            ends.map(lambda place: self.secret[:place]),
            st.sampled_from(
                [self.token.upper(), self.secret + "=", " " + self.token, self.token + "\x00", self.token + "%"]
            ),
        ).filter(lambda token: token.strip() not in (self.token, self.secret))
        found = [
            "",
            "\x00",
            "%00",
            "a" * 5000,
            "\u0661" * 64,
            "../" * 20,
            "%",
            "%s",
            str(self.statement.id),
            "'--",
            "http://x",
        ]
        self.hostile("tokens", st.one_of(TEXTS, near), attempt, found)

    def _pages(self, names):
        """The page on the web and the printed one of a statement with these names."""
        customer, product, lot, site, operator = names
        self.customer.name, self.heat.name, self.heat_lot.name = customer, product, lot
        self.installation.name, self.company.partner_id.name = site, operator
        issued = self.env["cbam.delivery.statement"].issue(self.delivery)
        self.env.flush_all()
        page = self._get(f"{STATEMENTS}/{issued._derived_token()}")
        if page.status_code != 200:
            raise Wrong(f"status {page.status_code}: {page.text[-500:]}")
        html = self.env["ir.actions.report"]._render_qweb_html("cbam_reports.report_issued_statement", issued.ids)[0]
        return lxml.html.fromstring(page.content), lxml.html.fromstring(html)

    def test_names(self):
        """The pages are made of the same elements, whatever the names in them are."""

        def elements(page):
            return Counter(element.tag for element in page.iter(*MARKUP))

        with self.undone():
            plain = [elements(page) for page in self._pages(["Name"] * 5)]

        def attempt(names):
            pages = self._pages(names)
            for page, expected in zip(pages, plain, strict=True):
                if elements(page) != expected:
                    raise Wrong(f"the page has {elements(page)}, not {expected}")
                for element in page.iter():
                    # ODOO: its own scripts have a handler
                    mine = isinstance(element.tag, str) and element.tag != "script"
                    for name, value in element.attrib.items() if mine else ():
                        if name.startswith(("on", "t-")) or value.lower().startswith("javascript:"):
                            raise Wrong(f"the page has {name}={value!r}")
            return False

        payload = '"><img src=x onerror=alert(1)><script>alert(1)</script>{{7*7}}<t t-out="7*7"/>'
        found = [(payload,) * 5, ("\u202efdp.exe",) * 5, ("]]>&lt;b&gt;%s%(x)s{0}",) * 5]
        self.hostile("names-on-pages", st.tuples(NAMES, NAMES, NAMES, NAMES, NAMES), attempt, found)
