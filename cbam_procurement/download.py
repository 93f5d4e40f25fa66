# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl.html)
"""Getting a file from a server that may be slow, broken, lying or hostile."""

import socket
import time
from urllib.parse import urljoin, urlsplit

import requests
from urllib3.exceptions import HTTPError

from .connections import PrivateAddress, Watch, is_public

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
    url,
    *,
    timeout=TIMEOUT,
    deadline=DEADLINE,
    max_bytes=MAX_BYTES,
    attempts=ATTEMPTS,
    back_off=BACK_OFF,
    headers=None,
    redirects=MAX_REDIRECTS,
    public=False,
):
    """The body of what a server answers with status 200.

    What may pass (no answer, 429, 5xx) is tried again after ``back_off``, then twice as long, and so on.

    :param timeout: seconds to wait for a connection and for each piece of the answer
    :param deadline: seconds in all, for each attempt: a server that drips is left
    :param max_bytes: of the body; a longer one is not read to its end
    :param redirects: how many are followed
    :param public: the address itself must begin with https:// and must not lead to a machine of our own network
    :raises DownloadError: says why there is no body
    """
    for attempt in range(attempts):
        try:
            if public:
                _check_public_https(url)
            with Watch(deadline) as watch:
                return _attempt(url, watch, timeout, max_bytes, headers or {}, redirects, public)
        except _Temporary as error:
            if attempt + 1 == attempts:
                raise DownloadError(str(error)) from error
            time.sleep(back_off * 2**attempt)
    raise DownloadError(f"{_shown(url)} was not asked.")


def _attempt(url, watch, timeout, max_bytes, headers, redirects, public=False):
    _check_address(url)
    first = urlsplit(url)
    for _hop in range(redirects + 1):
        try:
            with (
                watch.session(public) as session,
                session.get(
                    url,
                    timeout=timeout,
                    stream=True,
                    allow_redirects=False,
                    headers={**headers, "Accept-Encoding": "identity"},
                    auth=_as_it_is,
                ) as response,
            ):
                if response.status_code not in _REDIRECTS:
                    return _body(response, watch, max_bytes)
                url = urljoin(url, response.headers.get("Location", ""))
        except PrivateAddress as error:
            raise DownloadError(f"{_shown(url)} leads to a private address.") from error
        except (requests.RequestException, HTTPError, OSError) as error:
            if watch.is_over:
                raise _Temporary(f"{_shown(url)} is too slow.") from error
            raise _Temporary(f"{_shown(url)} does not answer properly ({type(error).__name__}).") from error
        _check_address(url)
        target = urlsplit(url)
        if public and target.scheme != "https":
            raise DownloadError(f"The server redirects to {_shown(url)}, which does not begin with https://.")
        if (target.scheme, target.netloc) != (first.scheme, first.netloc):
            _check_public(target)
            public, headers = True, {}  # what is meant for one server is not told to another
    raise DownloadError(f"{_shown(url)} redirects more than {redirects} times.")


def _as_it_is(prepared):
    """Without an authorisation of its own, a request would be given one of the system user's ``.netrc``."""
    return prepared


def _body(response, watch, max_bytes):
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
    if watch.is_over:
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


def _check_public_https(url):
    """What can be said before anything is connected; the connection is looked at again (:class:`.connections.Watch`).

    :raises DownloadError: the address is another one
    """
    _check_address(url)
    parts = urlsplit(url)
    if parts.scheme != "https":
        raise DownloadError(f"{_shown(url)} does not begin with https://.")
    _check_public(parts, "The address leads to")


def _check_public(target, leads="The server redirects to"):
    """A server that is asked must not send us to a machine of our own network.

    :raises DownloadError: the address leads there, or nowhere
    """
    try:
        found = socket.getaddrinfo(target.hostname, target.port or 443, type=socket.SOCK_STREAM)
    except OSError as error:
        raise _Temporary(f"{leads} {target.hostname}, which is not known.") from error
    if not all(is_public(row[4][0]) for row in found):
        raise DownloadError(f"{leads} the private address {target.hostname}.")


def _shown(url):
    """An address without what may be secret in it, and without signs that nobody sees."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return "The address"
    shown = f"{parts.scheme}://{parts.hostname}{parts.path}"[:200] if parts.hostname else "The address"
    return "".join(sign for sign in shown if sign.isprintable())
