"""A real DNS server (dnslib) on a free loopback port, in threads: what stands in it is ours."""

import socket
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from dnslib import AAAA, MX, QTYPE, RCODE, RR, TXT, A
from dnslib.server import BaseResolver, DNSServer

SILENT, BROKEN = "silent", "broken"
"""In the place of records: no answer at all, or one that says the server is broken."""
_MAKERS = {"A": A, "AAAA": AAAA}


class LocalDns(BaseResolver):
    """``zone``: (name, type) -> values, as ``("fournil.example", "TXT"): ["v=spf1 -all"]``."""

    def __init__(self) -> None:
        self.zone: dict[tuple[str, str], Any] = {}
        self.asked: list[tuple[str, str]] = []
        self.port = 0

    @property
    def server(self) -> str:
        return f"127.0.0.1:{self.port}"

    def put(self, name: str, *texts: str) -> None:
        """Put TXT records at a name, in place of those there."""
        self.zone[name, "TXT"] = list(texts)

    def resolve(self, request: Any, handler: Any) -> Any:
        question = request.q
        place = (str(question.qname).rstrip(".").lower(), QTYPE[question.qtype])
        self.asked.append(place)
        values = self.zone.get(place)
        if values == SILENT:
            raise TimeoutError(place)  # dnslib answers nothing then
        reply = request.reply()
        if values == BROKEN:
            reply.header.rcode = RCODE.SERVFAIL
        elif values is None and not any(name == place[0] for name, _ in self.zone):
            reply.header.rcode = RCODE.NXDOMAIN
        for value in values or () if values != BROKEN else ():
            reply.add_answer(RR(question.qname, question.qtype, rdata=_data(place[1], value)))
        return reply


def _data(kind: str, value: str) -> Any:
    if kind == "TXT":
        octets = value.encode()
        return TXT([octets[start : start + 255] for start in range(0, len(octets), 255)])
    if kind == "MX":
        preference, host = value.split()
        return MX(host, int(preference))
    return _MAKERS[kind](value)


class _Quiet:
    """A log nobody reads."""

    def __getattr__(self, _name: str) -> Any:
        return lambda *_more: None


@contextmanager
def local_dns() -> Iterator[LocalDns]:
    """A server that answers while it is wanted, by UDP and TCP."""
    dns = LocalDns()
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.bind(("127.0.0.1", 0))
        dns.port = probe.getsockname()[1]
    servers = [
        DNSServer(dns, address="127.0.0.1", port=dns.port, tcp=tcp, logger=_Quiet())
        for tcp in (False, True)
    ]
    for server in servers:
        server.start_thread()
    try:
        yield dns
    finally:
        for server in servers:
            server.stop()
            server.server.server_close()
