"""HTTP: hand one body to the address of a webhook or a gateway, and nowhere else.

An address is typed in by a user and called from inside the house, so: only addresses of the
public internet (unless the installation allows others), the very address that was looked at is
the one connected to, redirects are not followed, and nothing waits for ever.
"""

import json
import socket
import ssl
from collections.abc import Mapping
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address
from threading import Timer
from typing import Any
from urllib.parse import urlsplit

TIMEOUT = 10  # seconds for the whole exchange
_MOST = 20_000  # bytes of an answer that are looked at
_PORTS = {"http": 80, "https": 443}
_TUNNELS = (IPv6Network("64:ff9b::/96"), IPv6Network("64:ff9b:1::/48"), IPv6Network("2002::/16"))
_SHARED = IPv4Network("100.64.0.0/10")


class UrlRefused(ValueError):
    """An address cannot be called; ``code`` says why, ``host`` which one."""

    def __init__(self, code: str, host: str = "") -> None:
        super().__init__(f"{code} {host}".strip())
        self.code, self.host = code, host


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What came back: ``status`` None when nothing did; ``text`` what it says; ``detail`` the same
    on one line, or what went wrong. ``begun``: the request was being handed over, so that it may
    have arrived even where nothing came back."""

    status: int | None
    detail: str
    text: str = ""
    begun: bool = False

    @property
    def accepted(self) -> bool:
        """Whether the receiver took the delivery."""
        return self.status is not None and 200 <= self.status < 300

    @property
    def said(self) -> dict[str, Any]:
        """The object of JSON that came back; empty when it was none."""
        return json_object(self.text)

    @property
    def gone(self) -> bool:
        """Whether the receiver never wants to hear of us again."""
        return self.status == 410


@dataclass(frozen=True, slots=True)
class _Target:
    secure: bool
    host: str
    port: int
    path: str


def check_url(url: str, *, private: bool) -> None:
    """Whether an address may be called, as far as can be told without calling it.

    ``private``: plain http and addresses inside the house are allowed. Raises UrlRefused.
    """
    target = _target(url, private)
    _resolve(target, private)


def _target(url: str, private: bool) -> _Target:
    try:
        parts = urlsplit(url)
        port = parts.port or _PORTS.get(parts.scheme, 0)
        host = (parts.hostname or "").encode("idna").decode("ascii")
    except ValueError as error:  # a port that is none, a host no name can be
        raise UrlRefused("malformed") from error
    if not host or not port or parts.username is not None:
        raise UrlRefused("malformed", host)
    if parts.scheme != "https" and not private:
        raise UrlRefused("not_https", host)
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    if not path.isascii() or any(sign.isspace() for sign in url):
        raise UrlRefused("malformed", host)
    return _Target(parts.scheme == "https", host, port, path)


def _resolve(target: _Target, private: bool) -> str:
    """The address of a host. All its addresses must be public, or somebody plays a trick."""
    try:
        found = socket.getaddrinfo(target.host, target.port, type=socket.SOCK_STREAM)
    except OSError as error:
        raise UrlRefused("unknown_host", target.host) from error
    addresses = [str(entry[4][0]) for entry in found]
    if not private and not all(is_public(address) for address in addresses):
        raise UrlRefused("private_address", target.host)
    return addresses[0]


def is_public(address: str) -> bool:
    """Whether an IP address is one of the public internet, tunnels to others excluded."""
    one: IPv4Address | IPv6Address = ip_address(address.partition("%")[0])
    if isinstance(one, IPv6Address):
        if one.ipv4_mapped is not None:
            one = one.ipv4_mapped
        elif any(one in tunnel for tunnel in _TUNNELS):
            return False
    shared = isinstance(one, IPv4Address) and one in _SHARED
    return one.is_global and not one.is_multicast and not shared


class _Pinned(HTTPConnection):
    """A connection to an address already looked at, whatever the name says a moment later."""

    def __init__(self, target: _Target, address: str, timeout: int) -> None:
        super().__init__(target.host, target.port, timeout=timeout)
        self._target, self._address = target, address

    def connect(self) -> None:
        """Connect to the address; TLS is checked against the name."""
        plain = socket.create_connection((self._address, self._target.port), self.timeout)
        self.sock = plain
        if self._target.secure:
            context = ssl.create_default_context()
            self.sock = context.wrap_socket(plain, server_hostname=self._target.host)

    def hang_up(self) -> None:
        """End the exchange from another thread: whoever waits for an answer gets an error."""
        try:
            if self.sock is not None:
                self.sock.shutdown(socket.SHUT_RDWR)
        except OSError:
            return  # it ended by itself meanwhile


def post(
    url: str, body: bytes, headers: Mapping[str, str], *, private: bool, timeout: int = TIMEOUT
) -> Answer:
    """Hand a body over; every way it can go wrong is an `Answer` without status."""
    return call("POST", url, body, headers, private=private, timeout=timeout)


def call(
    method: str,
    url: str,
    body: bytes,
    headers: Mapping[str, str],
    *,
    private: bool,
    timeout: int = TIMEOUT,
) -> Answer:
    """Make one request; every way it can go wrong is an `Answer` without status."""
    try:
        target = _target(url, private)
        connection = _Pinned(target, _resolve(target, private), timeout)
    except UrlRefused as refused:
        return Answer(status=None, detail=str(refused))
    late = Timer(timeout, connection.hang_up)  # a socket's timeout starts anew with every byte
    late.daemon = True
    late.start()
    begun = False
    try:
        connection.connect()
        begun = True
        connection.request(method, target.path, body, {"Connection": "close", **headers})
        response = connection.getresponse()
        text = response.read(_MOST).decode("utf-8", "replace")
        return Answer(status=response.status, detail=_one_line(text), text=text, begun=True)
    except (OSError, HTTPException) as error:
        detail = _one_line(f"{type(error).__name__}: {error}")
        return Answer(status=None, detail=detail, begun=begun)
    finally:
        late.cancel()
        connection.close()


def json_object(text: str) -> dict[str, Any]:
    """An object of JSON from outside; empty when the text is none."""
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}


def _one_line(text: str) -> str:
    """What a log shows: one line, without what a database or a terminal cannot bear."""
    return "".join(sign if sign.isprintable() else " " for sign in text)[:500].strip()
