"""An Odoo server for the length of a block, and what a signed-in user downloads from it."""

import contextlib
import http.cookiejar
import json
import socket
import time
import urllib.request

from . import settings
from .steps import Problem, child, tail


@contextlib.contextmanager
def served(factory, database, port):
    """Serves a database until the block ends; yields the server's address."""
    log, errors = (settings.LOGS / f"{database}.server.{suffix}" for suffix in ("log", "stderr"))
    arguments = [f"--http-port={port}", f"--db-filter=^{database}$"]
    command, environment = factory.command("server", database, log, *arguments)
    with errors.open("w") as output, child(command, env=environment, stdout=output, stderr=output) as process:
        wait_until_it_answers(process, port, log)
        yield f"http://127.0.0.1:{port}"
        process.terminate()


def wait_until_it_answers(process, port, log):
    """Returns when the login page can be fetched; raises Problem if Odoo ends before."""
    for _attempt in range(600):
        if process.poll() is not None:
            raise Problem(
                f"Odoo ended with status {process.returncode}: see {log}.\n{tail(log) if log.exists() else ''}"
            )
        with contextlib.suppress(OSError), urllib.request.urlopen(f"http://127.0.0.1:{port}/web/health", timeout=5):
            return
        time.sleep(0.2)
    raise Problem(f"Odoo does not answer on port {port}: see {log}.")


class Session:
    """The demo's administrator, signed in as by a browser."""

    def __init__(self, address, database):
        self.address = address
        cookies = urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar())
        self.opener = urllib.request.build_opener(cookies)
        self._post("/web/session/authenticate", {"db": database, "login": "admin", "password": "admin"})

    def _post(self, path, params):
        body = json.dumps({"jsonrpc": "2.0", "method": "call", "params": params}).encode()
        request = urllib.request.Request(self.address + path, body, {"Content-Type": "application/json"})
        with self.opener.open(request, timeout=300) as answer:
            found = json.load(answer)
        if "error" in found:
            raise Problem(f"{path}: {found['error']['data']['message']}")
        return found["result"]

    def call(self, model, method, *args, **kwargs):
        """What a click in the web client calls."""
        params = {"model": model, "method": method, "args": args, "kwargs": kwargs}
        return self._post(f"/web/dataset/call_kw/{model}/{method}", params)

    def get(self, path):
        """The bytes at a path."""
        with self.opener.open(self.address + path, timeout=300) as answer:
            return answer.read()


def free_port():
    """A TCP port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]
