import contextlib
import json
import socket
import threading

from hypothesis import strategies as st

from odoo.tests import TransactionCase, freeze_time, tagged

from odoo.addons.cbam.tooling.torture import mutations
from odoo.addons.cbam_procurement.download import DownloadError, download
from odoo.addons.cbam_procurement.exchange import write
from odoo.addons.cbam_procurement.models.cbam_remote_source import LOCAL
from odoo.addons.cbam_procurement.tests.supplier_common import SupplierCase
from odoo.addons.cbam_procurement.tests.web_server import WebServer, text

from .hostile_common import NUMBERS, SURROGATES, TEXTS, VALUES, HostileMixin, Wrong

PRICES = b"date_from,price,published\n2026-10-01,83.10,2027-01-04\n2027-01-01,84.10,2027-04-05\n"
#: A complete row of the exchange.
ROW = {
    "cn_code": "73181542",
    "operator_name": "Screw Works",
    "installation_name": "Pune works",
    "installation_country": "IN",
    "see_direct": 1.8,
    "see_indirect": 0.4,
    "see_indirect_scope": 0.1,
    "default_share": 0.05,
}


class FeedMixin(HostileMixin):
    """Something outside that is read: a failure is said in words, and changes nothing but the source."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.web = WebServer()
        cls.addClassCleanup(cls.web.close)
        cls.env["ir.config_parameter"].set_param(LOCAL, "1")

    def _read(self, source, content):
        """Whether the source has refused what a server answers."""
        self.web.pages["/data"] = text(content)
        source.action_run()
        self.env.cr.flush()
        self.judge_sentence(source.message)
        if source.state == "failed" and "Unexpected" in source.message:
            raise Wrong(source.message)
        return source.state == "failed"


def changed_row(changes):
    """A document of the exchange with some of its values replaced, wherever they stand."""
    document = json.loads(json.dumps(write([ROW], 2026, "S", "C", "2027-03-01T00:00:00Z")))

    def replaced(value, key=None):
        if key in changes:
            return changes[key]
        if isinstance(value, dict):
            return {name: replaced(inner, name) for name, inner in value.items()}
        return [replaced(inner) for inner in value] if isinstance(value, list) else value

    return json.dumps(replaced(document)).encode()


KEYS = (
    *("version", "issuedAt", "reportingPeriod", "good", "cnCode", "operator", "operatorName", "installationName"),
    *(
        "countryCode",
        "specificEmbeddedEmissionsDirect",
        "specificEmbeddedEmissionsIndirect",
        "defaultValues",
        "address",
    ),
    *("referencePeriodStart", "emissionsRecords", "specificEmbeddedEmissionsIndirectInScope", "shares", "installation"),
)


@tagged("post_install", "-at_install", "cbam_door")
@freeze_time("2027-03-23 10:00:00", tick=True)
class TestHostileExchange(FeedMixin, SupplierCase):
    """What a supplier's system sends."""

    watched = ("cbam.data.request", "cbam.data.answer", "ir.attachment", "res.partner", "cbam.specific.emission")

    def _attempt(self, content):
        source = self.env["cbam.exchange.source"].create(
            {"partner_id": self.vendor.id, "url": self.web.url("/data"), "token": "t0ken", "user_id": self.manager.id}
        )
        refused = self._read(source, content)
        answers = source.request_ids.answer_ids
        self.judge_figures(answers, "see_direct", "see_indirect", "see_indirect_scope", "default_share", most=1e6)
        for answer in answers:
            if answer.see_direct is not None and answer.see_direct < 0:
                raise Wrong("negative emissions were taken")
        return refused

    def test_exchange(self):
        good = changed_row({})
        self.taken(self._attempt, good)
        found = [
            {"installationName": "a\x00b"},
            {"operatorName": "\ud800"},
            {"specificEmbeddedEmissionsDirect": 10**400},
        ]
        found += [
            {"reportingPeriod": 10**30},
            {"reportingPeriod": 2026.0},
            {"cnCode": "\u0667" * 8},
            {"countryCode": "in"},
        ]
        found += [{"specificEmbeddedEmissionsDirect": value} for value in (float("nan"), float("inf"), -1, True, 1e308)]
        corpus = [changed_row(changes) for changes in found] + [b"[" * 100_000, b"", b"\xff\xfe{}", b"null"]
        values = st.one_of(TEXTS, NUMBERS, SURROGATES, VALUES)
        rows = st.dictionaries(st.sampled_from(KEYS), values, min_size=1, max_size=3).map(changed_row)
        self.hostile("exchange-in", st.one_of(rows, mutations.files([good])), self._attempt, corpus)


@tagged("post_install", "-at_install", "cbam_door")
@freeze_time("2027-05-23 10:00:00", tick=True)
class TestHostilePrices(FeedMixin, TransactionCase):
    """What a feed of prices sends."""

    watched = ("cbam.certificate.price", "cbam.dataset")

    def _attempt(self, content):
        feed = self.env["cbam.price.feed"].create(
            {"name": "Feed", "url": self.web.url("/data"), "column_published": "published"}
        )
        refused = self._read(feed, content)
        for price in self.env["cbam.certificate.price"].search([]):
            if not 0 < price.price < 1e4:
                raise Wrong(f"a price of {price.price} was taken")
        return refused

    def test_prices(self):
        self.taken(self._attempt, PRICES)
        rows = ("9999-12-31,83.10,", "2026-10-01,NaN,", "2026-10-01,-83.10,", "2026-10-01,1e308,", "2026-10-01,=1+82,")
        rows += ("2026-10-01,83.10,9999-12-31", "2026-10-01,\u0668\u0663,", "0001-01-01,83.1,")
        corpus = [f"date_from,price,published\n{row}\n".encode() for row in rows] + [b"", b"\x00", b"\xff\xfe"]
        self.hostile("price-feed-in", mutations.files([PRICES]), self._attempt, corpus)


HOSTS = (
    *("127.0.0.1", "127.1", "0", "0.0.0.0", "2130706433", "0x7f000001", "0177.0.0.1", "127.0.0.1.", "localhost"),
    *("localhost.", "LOCALHOST", "[::1]", "[::]", "[::ffff:127.0.0.1]", "[::ffff:7f00:1]", "[0:0:0:0:0:0:0:1%25lo]"),
    *("10.0.0.1", "192.168.1.1", "172.16.0.1", "169.254.169.254", "100.64.0.1", "[fe80::1]", "[fc00::1]", "224.0.0.1"),
    *(
        "user:pass@127.0.0.1",
        "example.org@127.0.0.1",
        "127.0.0.1\\@example.org",
        "127.0.0.1#@example.org",
        "ip6-localhost",
    ),
    *(
        "\uff11\uff12\uff17.0.0.1",
        "\u2460\u2461\u2466.0.0.1",
        "127\u30020\u30020\u30021",
        "255.255.255.255",
        "[64:ff9b::7f00:1]",
    ),
)
SCHEMES = ("http", "https", "HTTPS", "file", "ftp", "gopher", "data", "javascript", "dict", "ldap", "", "https:https")


@tagged("post_install", "-at_install", "cbam_door")
class TestHostileAddresses(HostileMixin, TransactionCase):
    """Addresses that lead into our own network, whatever they look like: nothing is sent there."""

    watched = ("ir.attachment",)

    def setUp(self):
        super().setUp()
        self.heard, self.web = [], WebServer()
        self.web.pages["/x"] = text(b"inside")
        self.addCleanup(self.web.close)
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.addCleanup(self.listener.close)
        threading.Thread(target=self._listen, daemon=True).start()

    def _listen(self):
        """Keep what anybody sends, before any greeting is understood."""
        with contextlib.suppress(OSError):
            while True:
                connection, _address = self.listener.accept()
                with connection:
                    connection.settimeout(0.5)
                    with contextlib.suppress(OSError):
                        self.heard.append(connection.recv(100))

    def _attempt(self, address):
        try:
            got = download(address, public=True, attempts=1, timeout=0.5, deadline=1.0)
        except DownloadError as error:
            self.judge_sentence(str(error))
        else:
            raise Wrong(f"{address!r} answered {got[:100]!r}")
        if self.web.requests or any(self.heard):
            raise Wrong(f"{address!r} has told something to a machine of our own: {self.heard}")
        return True

    def test_addresses(self):
        ports = [str(self.web.server.server_port), str(self.listener.getsockname()[1])]

        def address(scheme, host, port, path):
            return f"{scheme}://{host}{port and ':'}{port}{path}"

        # a name that somebody owns would be asked for: none is made up here
        plain = st.builds(
            address,
            st.sampled_from(SCHEMES),
            st.sampled_from(HOSTS),
            st.sampled_from([*ports, "", "0", "65536", "-1", "x", "00443"]),
            st.one_of(st.just("/x"), TEXTS.map(lambda word: f"/{word}"), TEXTS.map(lambda word: f"/x?{word}#{word}")),
        )
        broken = st.builds(lambda host, word: f"https://{host}/{word}"[: 3 + len(word)], st.sampled_from(HOSTS), TEXTS)
        found = [f"https://{host}:{port}/x" for host in HOSTS for port in ports] + [
            "",
            "https://",
            "https://[",
            "//x",
            "\x00",
            "http://127.0.0.1/\x00",
            "file://127.0.0.1/\u202e\x1b",
        ]
        self.hostile("feed-addresses", st.one_of(plain, plain, broken), self._attempt, found)

    def test_both_kinds_of_sources_refuse_them(self):
        """Without the setting for tests neither a source nor a feed asks a machine of our own network."""
        partner = self.env["res.partner"].create({"name": "Supplier"})
        secure = f"https://127.0.0.1:{self.listener.getsockname()[1]}/x"
        for url in (self.web.url("/x"), secure, secure.replace("127.0.0.1", "localhost")):
            for source in (
                self.env["cbam.exchange.source"].create({"partner_id": partner.id, "url": url, "token": "t"}),
                self.env["cbam.price.feed"].create({"name": "Feed", "url": url}),
            ):
                source.action_run()
                self.assertEqual(source.state, "failed")
                self.assertRegex(source.message, "private address|does not begin with https")
        self.assertFalse(self.web.requests)
        self.assertFalse(any(self.heard))
