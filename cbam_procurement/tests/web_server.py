"""A real web server on this machine that behaves as badly as a test wants."""

import contextlib
import datetime
import ssl
import tempfile
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec


class WebServer:
    """Serves paths by functions that get the handler: ``server.pages["/prices.csv"] = text(b"…")``.

    ``certified``: it speaks TLS, with a certificate that it has made itself.
    """

    def __init__(self, certified=False):
        self.pages, self.requests = {}, []
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self):
                outer.requests.append((self.path, dict(self.headers)))
                page = outer.pages.get(self.path)
                # whoever asked may have gone: that is what some tests are about
                with contextlib.suppress(BrokenPipeError, ConnectionResetError, ssl.SSLError):
                    page(self) if page else self.send_error(404)

            def log_message(self, *arguments):
                """The tests' output is not for this."""

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.scheme = "https" if certified else "http"
        if certified:
            self.server.socket = own_certificate().wrap_socket(
                self.server.socket, server_side=True, do_handshake_on_connect=False
            )
        self.thread = threading.Thread(target=self.server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
        self.thread.start()

    def url(self, path):
        """The address of a path."""
        return f"{self.scheme}://127.0.0.1:{self.server.server_port}{path}"

    def __enter__(self):
        return self

    def __exit__(self, *_error):
        self.close()

    def close(self):
        """Ends the server."""
        self.server.shutdown()
        self.server.server_close()
        self.thread.join()


def own_certificate():
    """The TLS settings of a server whose certificate nobody vouches for."""
    key, now = ec.generate_private_key(ec.SECP256R1()), datetime.datetime.now(datetime.timezone.utc)
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "127.0.0.1")])
    certificate = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(days=1))
        .not_valid_after(now + datetime.timedelta(days=1))
        .sign(key, hashes.SHA256())
    )
    pem = serialization.Encoding.PEM
    secret = key.private_bytes(pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "server.pem"
        path.write_bytes(secret + certificate.public_bytes(pem))
        context.load_cert_chain(path)
    return context


def text(content, status=200, **headers):
    """A page that is as it should be, or has other headers."""

    def page(handler):
        handler.send_response(status)
        sent = {
            "Content-Length": str(len(content)),
            **{name.replace("_", "-"): value for name, value in headers.items()},
        }
        for name, value in sent.items():
            if value is not None:
                handler.send_header(name, value)
        handler.end_headers()
        handler.wfile.write(content)

    return page


def dripping(piece=b"a", pause=0.1, pieces=100):
    """A page that comes byte by byte."""

    def page(handler):
        handler.send_response(200)
        handler.end_headers()
        for _number in range(pieces):
            handler.wfile.write(piece)
            handler.wfile.flush()
            time.sleep(pause)

    return page


def dripping_headers(handler):
    """An answer whose headers do not end for a long time."""
    handler.wfile.write(b"HTTP/1.0 200 OK\r\nX-Slow: ")
    for _number in range(100):
        handler.wfile.write(b"a")
        handler.wfile.flush()
        time.sleep(0.1)


def broken(handler):
    """Something that is no HTTP answer at all."""
    handler.wfile.write(b"\x00\xff nonsense\r\n\r\n")


def in_turn(*pages):
    """The first page for the first request, and so on; the last one for all others."""
    rest = list(pages)

    def page(handler):
        (rest.pop(0) if len(rest) > 1 else rest[0])(handler)

    return page
