"""A real web server on this machine that behaves as badly as a test wants."""

import contextlib
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


class WebServer:
    """Serves paths by functions that get the handler: ``server.pages["/prices.csv"] = text(b"…")``."""

    def __init__(self):
        self.pages, self.requests = {}, []
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self):
                outer.requests.append((self.path, dict(self.headers)))
                page = outer.pages.get(self.path)
                # whoever asked may have gone: that is what some tests are about
                with contextlib.suppress(BrokenPipeError, ConnectionResetError):
                    page(self) if page else self.send_error(404)

            def log_message(self, *arguments):
                """The tests' output is not for this."""

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.thread = threading.Thread(target=self.server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
        self.thread.start()

    def url(self, path):
        """The address of a path."""
        return f"http://127.0.0.1:{self.server.server_port}{path}"

    def close(self):
        """Ends the server."""
        self.server.shutdown()
        self.server.server_close()
        self.thread.join()


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


def broken(handler):
    """Something that is no HTTP answer at all."""
    handler.wfile.write(b"\x00\xff nonsense\r\n\r\n")


def in_turn(*pages):
    """The first page for the first request, and so on; the last one for all others."""
    rest = list(pages)

    def page(handler):
        (rest.pop(0) if len(rest) > 1 else rest[0])(handler)

    return page
