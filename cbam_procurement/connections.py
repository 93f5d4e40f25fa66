# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl.html)
"""Connections that are watched: they end at a deadline, and lead to machines of our own network only if they may."""

import contextlib
import ipaddress
import socket
import threading

import requests
from urllib3 import HTTPConnectionPool, HTTPSConnectionPool


class PrivateAddress(Exception):
    """A name led to a machine of our own network; nothing was sent there."""


def is_public(address):
    """Whether an IP address, as the socket module writes it, belongs to a machine outside our own network."""
    found = ipaddress.ip_address(address.split("%")[0])
    return (getattr(found, "ipv4_mapped", None) or found).is_global


class Watch:
    """Opens sessions of ``requests`` and watches what they connect to, until the block ends.

    A name can be looked up with one result when it is checked and with another one when it is used, and a server can
    send the headers of its answer byte by byte: what counts is the machine at the other end, and the clock. (Behind a
    proxy that the environment names, the machine at the other end is the proxy: then its rules count.)
    """

    def __init__(self, seconds):
        self.sockets, self.is_over = [], False
        self.timer = threading.Timer(seconds, self._cut)
        self.timer.daemon = True

    def __enter__(self):
        self.timer.start()
        return self

    def __exit__(self, *_error):
        self.timer.cancel()
        while self.sockets:
            self.sockets.pop().close()

    def session(self, public):
        """A session; if ``public``, a connection to our own network raises :class:`PrivateAddress`."""
        session = requests.Session()
        for scheme, kind in (("http", HTTPConnectionPool), ("https", HTTPSConnectionPool)):
            adapter = requests.adapters.HTTPAdapter()
            adapter.poolmanager.pool_classes_by_scheme = {scheme: self._pool(kind, public)}
            session.mount(f"{scheme}://", adapter)
        return session

    def _pool(self, kind, public):
        watch = self

        class Connection(kind.ConnectionCls):
            def _new_conn(self):
                connection = super()._new_conn()
                if public and not is_public(connection.getpeername()[0]):
                    connection.close()
                    raise PrivateAddress()
                watch.sockets.append(connection.dup())
                return connection

        return type(kind.__name__, (kind,), {"ConnectionCls": Connection})

    def _cut(self):
        """The time is over: whoever reads gets the end of the connection."""
        self.is_over = True
        for connection in list(self.sockets):
            with contextlib.suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)
