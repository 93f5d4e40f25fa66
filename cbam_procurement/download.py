# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl.html)
"""Getting a file from a server that may be slow, broken, lying or hostile."""

import ipaddress
import socket
import time
from urllib.parse import urljoin, urlsplit

import requests
from urllib3.exceptions import HTTPError

TIMEOUT = 15
DEADLINE = 60
MAX_BYTES = 2_000_000
ATTEMPTS = 3
BACK_OFF = 2.0
MAX_REDIRECTS = 3
PIECE = 16_384

_REDIRECTS = (301, 302, 303, 307, 308)


class DownloadError(Exception):
    """Nothing was got; the message is one sentence for whoever set the address up."""


class _Temporary(DownloadError):
    """The same request may succeed a little later."""


def download(
    url, *, timeout=TIMEOUT, deadline=DEADLINE, max_bytes=MAX_BYTES, attempts=ATTEMPTS, back_off=BACK_OFF, headers=None
):
    """The body of what a server answers with status 200.

    What may pass (no answer, 429, 5xx) is tried again after ``back_off``, then twice as long, and so on.

    :param timeout: seconds to wait for a connection and for each piece of the answer
    :param deadline: seconds in all, for each attempt: a server that drips is left
    :param max_bytes: of the body; a longer one is not read to its end
    :raises DownloadError: says why there is no body
    """
    for attempt in range(attempts):
        try:
            return _attempt(url, timeout, time.monotonic() + deadline, max_bytes, headers or {})
        except _Temporary as error:
            if attempt + 1 == attempts:
                raise DownloadError(str(error)) from error
            time.sleep(back_off * 2**attempt)
    raise DownloadError(f"{_shown(url)} was not asked.")


def _attempt(url, timeout, until, max_bytes, headers):
    _check_address(url)
    first = urlsplit(url)
    for _hop in range(MAX_REDIRECTS + 1):
        try:
            with requests.get(
                url,
                timeout=timeout,
                stream=True,
                allow_redirects=False,
                headers={**headers, "Accept-Encoding": "identity"},
            ) as response:
                if response.status_code not in _REDIRECTS:
                    return _body(response, until, max_bytes)
                url = urljoin(url, response.headers.get("Location", ""))
        except (requests.RequestException, HTTPError, OSError) as error:
            raise _Temporary(f"{_shown(url)} does not answer properly ({type(error).__name__}).") from error
        _check_address(url)
        target = urlsplit(url)
        if (target.scheme, target.netloc) != (first.scheme, first.netloc):
            _check_public(target)
            headers = {}  # what is meant for one server is not told to another
    raise DownloadError(f"{_shown(url)} redirects more than {MAX_REDIRECTS} times.")


def _body(response, until, max_bytes):
    where, status = _shown(response.url), response.status_code
    if status == 429 or status >= 500:
        raise _Temporary(f"{where} answers with the error {status}.")
    if status != 200:
        raise DownloadError(f"{where} answers with the status {status}.")
    if response.headers.get("Content-Encoding", "identity").lower() not in ("", "identity"):
        raise DownloadError(f"{where} sends a packed file although none was asked for.")
    length = response.headers.get("Content-Length", "")
    if length.isdigit() and int(length) > max_bytes:
        raise DownloadError(f"{where} sends more than {max_bytes} bytes.")
    content = bytearray()
    # a read of many bytes would wait for all of them, however slowly they drip
    read = getattr(response.raw, "read1", None) or (lambda _amount: response.raw.read(1))
    while piece := read(PIECE):
        content += piece
        if len(content) > max_bytes:
            raise DownloadError(f"{where} sends more than {max_bytes} bytes.")
        if time.monotonic() > until:
            raise _Temporary(f"{where} is too slow.")
    if length.isdigit() and len(content) < int(length):
        raise _Temporary(f"{where} ends before the file is complete.")
    return bytes(content)


def _check_address(url):
    """:raises DownloadError: it is no address of a web server"""
    try:
        parts = urlsplit(url)
        fine = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        fine = False
    if not fine:
        raise DownloadError(f"{_shown(url)} is no address that begins with https:// or http://.")


def _check_public(target):
    """A server that is asked must not send us to a machine of our own network.

    :raises DownloadError: the address leads there, or nowhere
    """
    try:
        found = socket.getaddrinfo(target.hostname, target.port or 443, type=socket.SOCK_STREAM)
    except OSError as error:
        raise _Temporary(f"The server redirects to {target.hostname}, which is not known.") from error
    if not all(ipaddress.ip_address(row[4][0].split("%")[0]).is_global for row in found):
        raise DownloadError(f"The server redirects to the private address {target.hostname}.")


def _shown(url):
    """An address without what may be secret in it."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return "The address"
    return f"{parts.scheme}://{parts.hostname}{parts.path}"[:200] if parts.hostname else "The address"
