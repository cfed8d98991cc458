"""DNS: what stands in it about a domain that mail comes from. Looks only; bounded in time."""

from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from enum import StrEnum
from time import perf_counter
from typing import Any

import dns.exception
import dns.nameserver
import dns.rdatatype
import dns.resolver

PATIENCE = 15.0
"""Seconds that all questions of one look may take together."""
_EACH = 4.0
PORT = 53


class Found(StrEnum):
    """What became of a question."""

    THERE = "there"
    NOTHING = "nothing"  # no such name, or nothing of the kind there
    AWAY = "away"  # no answer in time, or none that can be used


@dataclass(frozen=True, slots=True, kw_only=True)
class Looked:
    """An answer: ``values`` are there when it is THERE."""

    found: Found
    values: tuple[str, ...] = ()


class Dns:
    """Asks each question once; after ``PATIENCE`` seconds every further answer is AWAY.

    ``servers``: whom to ask, as "192.0.2.1" or "192.0.2.1:5353"; none: whom the system asks.
    Raises ValueError for a server that is no address.
    """

    def __init__(self, servers: Sequence[str] = (), *, patience: float = PATIENCE) -> None:
        self._resolver = _resolver(servers)
        self._known: dict[tuple[str, str], Looked] = {}
        self._until = perf_counter() + patience

    def texts(self, name: str) -> Looked:
        """The TXT records of a name, each with its strings joined."""
        return self._ask(name, "TXT", _joined)

    def mail_servers(self, name: str) -> Looked:
        """The hosts that take mail for a name, the preferred first; "" alone: it takes none."""
        return self._ask(name, "MX", lambda one: str(one.exchange).rstrip("."))

    def addresses(self, name: str) -> Looked:
        """The IP addresses of a host, of both kinds."""
        both = [self._ask(name, kind, lambda one: str(one.address)) for kind in ("A", "AAAA")]
        values = tuple(value for one in both for value in one.values)
        if values:
            return Looked(found=Found.THERE, values=values)
        away = any(one.found is Found.AWAY for one in both)
        return Looked(found=Found.AWAY if away else Found.NOTHING)

    def _ask(self, name: str, kind: str, value: Callable[[Any], str]) -> Looked:
        place = (name.lower().rstrip("."), kind)
        if place not in self._known:
            self._known[place] = self._answer(*place, value)
        return self._known[place]

    def _answer(self, name: str, kind: str, value: Callable[[Any], str]) -> Looked:
        left = self._until - perf_counter()
        if left <= 0 or self._resolver is None:
            return Looked(found=Found.AWAY)
        try:
            answer = self._resolver.resolve(name, kind, lifetime=min(left, _EACH), search=False)
        except (dns.resolver.NXDOMAIN, dns.resolver.NoAnswer, dns.exception.SyntaxError):
            return Looked(found=Found.NOTHING)
        except (dns.name.LabelTooLong, dns.name.NameTooLong, dns.name.EmptyLabel, UnicodeError):
            return Looked(found=Found.NOTHING)  # no name at all: nothing can stand there
        except (dns.exception.DNSException, OSError):
            return Looked(found=Found.AWAY)
        rows = sorted(answer, key=lambda one: getattr(one, "preference", 0))
        return Looked(found=Found.THERE, values=tuple(map(value, rows)))


def _joined(record: Any) -> str:
    return b"".join(record.strings).decode("utf-8", "replace")


def _resolver(servers: Sequence[str]) -> dns.resolver.Resolver | None:
    if not servers:
        with suppress(dns.resolver.NoResolverConfiguration):
            return dns.resolver.Resolver()
        return None
    resolver = dns.resolver.Resolver(configure=False)
    resolver.nameservers = [_server(one) for one in servers]
    return resolver


def _server(text: str) -> dns.nameserver.Nameserver:
    """A server by its address, in brackets if it is of IPv6 and has a port."""
    host, colon, port = text.rpartition(":")
    if not colon or (":" in host and not host.endswith("]")):
        host, port = text, str(PORT)
    return dns.nameserver.Do53Nameserver(host.strip("[]"), int(port))
