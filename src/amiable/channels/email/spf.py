"""SPF: which servers may send for a domain, as the DNS says it (RFC 7208)."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import StrEnum
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network

from amiable.channels.email.dns import Dns, Found, Looked
from amiable.channels.email.spf_record import SpfWrong, Term, parse, spf_texts

MOST_LOOKUPS = 10
"""Terms that ask the DNS, all includes together (RFC 7208 section 4.6.4); more: permerror."""
_MOST_VOID = 2
_MOST_MX = 10
_DEEPEST = 20
_ASKING = ("include", "a", "mx", "ptr", "exists")
_MACRO = re.compile(r"%(?:\{([slodiphcrtv])(\d*)(r?)([.+,/_=-]*)\}|([%_-]))", re.IGNORECASE)
Address = IPv4Address | IPv6Address


class SpfResult(StrEnum):
    """What a receiver makes of a sending server (RFC 7208 section 2.6)."""

    NONE = "none"
    PASS = "pass"
    FAIL = "fail"
    SOFTFAIL = "softfail"
    NEUTRAL = "neutral"
    PERMERROR = "permerror"
    TEMPERROR = "temperror"


_RESULTS = {
    "+": SpfResult.PASS,
    "-": SpfResult.FAIL,
    "~": SpfResult.SOFTFAIL,
    "?": SpfResult.NEUTRAL,
}


# --- what a record says, for whoever wrote it -------------------------------------------------


class SpfState(StrEnum):
    """Whether there is one record that can be read."""

    FINE = "fine"
    NONE = "none"
    SEVERAL = "several"
    WRONG = "wrong"
    AWAY = "away"


@dataclass(slots=True, kw_only=True)
class SpfReading:
    """A domain's record and all it includes. ``lookups``: how often it asks the DNS at most;
    ``includes``: every domain it names, through others too; ``gone``: those without a record;
    ``ending``: what is said of all other servers ("-", "~", "?", "+"; empty: nothing)."""

    state: SpfState = SpfState.FINE
    texts: list[str] = field(default_factory=list)
    wrong: str = ""
    lookups: int = 0
    includes: list[str] = field(default_factory=list)
    gone: list[str] = field(default_factory=list)
    ending: str = ""


def read_spf(domain: str, dns: Dns) -> SpfReading:
    """Read a domain's record with all it includes."""
    looked = dns.texts(domain)
    if looked.found is Found.AWAY:
        return SpfReading(state=SpfState.AWAY)
    reading = SpfReading(texts=spf_texts(looked))
    if len(reading.texts) != 1:
        reading.state = SpfState.SEVERAL if reading.texts else SpfState.NONE
        return reading
    _walk(domain, reading.texts[0], dns, reading, 0)
    return reading


def _walk(domain: str, text: str, dns: Dns, reading: SpfReading, depth: int) -> None:
    try:
        record = parse(text)
    except SpfWrong as error:
        reading.state, reading.wrong = SpfState.WRONG, f"{error} ({domain})"
        return
    for term in record.terms:
        reading.lookups += term.name in _ASKING
        if term.name == "include":
            _follow(term.value, dns, reading, depth)
        elif term.name == "all" and not depth:
            reading.ending = term.qualifier
    if record.redirect:
        reading.lookups += 1
        # A redirect stands for the whole record: what it says of the rest is said here.
        _follow(record.redirect, dns, reading, depth, instead=not depth)


def _follow(
    domain: str, dns: Dns, reading: SpfReading, depth: int, *, instead: bool = False
) -> None:
    domain = domain.lower().rstrip(".")
    known = domain in reading.includes
    reading.includes.append(domain)
    if "%" in domain or known or depth >= _DEEPEST:
        return  # a macro is another domain for each message; one known was counted
    looked = dns.texts(domain)
    texts = spf_texts(looked)
    if len(texts) == 1:
        _walk(domain, texts[0], dns, reading, 0 if instead else depth + 1)
    elif looked.found is not Found.AWAY:
        reading.gone.append(domain)


# --- whether a server may send ----------------------------------------------------------------


def permits(domain: str, address: str, sender: str, dns: Dns) -> SpfResult:
    """What a receiver makes of a mail from ``sender`` that a server at an IP address hands in.

    A ``ptr`` never fits here: RFC 7208 section 5.5 asks nobody to use it any more.
    """
    return _Check(dns, ip_address(address), sender).of(domain)


class _Stopped(Exception):
    def __init__(self, result: SpfResult) -> None:
        super().__init__(result)
        self.result = result


class _Check:
    """One evaluation, with what it asked so far (RFC 7208 section 4)."""

    def __init__(self, dns: Dns, address: Address, sender: str) -> None:
        self._dns, self._address, self._sender = dns, address, sender
        self._lookups = self._voids = 0

    def of(self, domain: str) -> SpfResult:
        """The result for a domain; never raises."""
        try:
            return self._of(domain)
        except _Stopped as stopped:
            return stopped.result

    def _of(self, domain: str) -> SpfResult:
        texts = spf_texts(self._counted(self._dns.texts(domain), void=False))
        if len(texts) != 1:
            return SpfResult.PERMERROR if texts else SpfResult.NONE
        try:
            record = parse(texts[0])
        except SpfWrong:
            return SpfResult.PERMERROR
        for term in record.terms:
            if self._fits(term, domain):
                return _RESULTS[term.qualifier]
        if not record.redirect:
            return SpfResult.NEUTRAL
        self._count()
        found = self._of(self._expanded(record.redirect, domain))
        return SpfResult.PERMERROR if found is SpfResult.NONE else found

    def _fits(self, term: Term, domain: str) -> bool:
        if term.name in ("ip4", "ip6"):
            return self._address in ip_network(term.value)
        if term.name == "all":
            return True
        self._count()
        name = self._expanded(term.value, domain) or domain
        if term.name == "include":
            return self._includes(name)
        if term.name == "mx":
            hosts = self._counted(self._dns.mail_servers(name)).values
            if len(hosts) > _MOST_MX:
                raise _Stopped(SpfResult.PERMERROR)
            return any(self._is_among(self._dns.addresses(host).values, term) for host in hosts)
        if term.name == "a":
            return self._is_among(self._counted(self._dns.addresses(name)).values, term)
        return term.name == "exists" and bool(self._counted(self._dns.addresses(name)).values)

    def _includes(self, domain: str) -> bool:
        found = self._of(domain)
        if found in (SpfResult.TEMPERROR, SpfResult.PERMERROR, SpfResult.NONE):
            raise _Stopped(found if found is SpfResult.TEMPERROR else SpfResult.PERMERROR)
        return found is SpfResult.PASS

    def _is_among(self, addresses: Iterable[str], term: Term) -> bool:
        for one in map(ip_address, addresses):
            net = term.net4 if one.version == 4 else term.net6
            if self._address in ip_network(f"{one}/{net}", strict=False):
                return True
        return False

    def _count(self) -> None:
        self._lookups += 1
        if self._lookups > MOST_LOOKUPS:
            raise _Stopped(SpfResult.PERMERROR)

    def _counted(self, looked: Looked, *, void: bool = True) -> Looked:
        if looked.found is Found.AWAY:
            raise _Stopped(SpfResult.TEMPERROR)
        self._voids += void and looked.found is Found.NOTHING
        if self._voids > _MOST_VOID:
            raise _Stopped(SpfResult.PERMERROR)
        return looked

    def _expanded(self, text: str, domain: str) -> str:
        """Macros filled in (RFC 7208 section 7); what is not known of a server is "unknown"."""
        if "%" not in text:
            return text
        local, _, host = self._sender.rpartition("@")
        dots = ".".join(self._address.exploded.replace(":", ""))
        known = {
            "s": self._sender,
            "l": local,
            "o": host,
            "d": domain,
            "i": str(self._address) if self._address.version == 4 else dots,
            "v": "in-addr" if self._address.version == 4 else "ip6",
        }

        def value(match: re.Match[str]) -> str:
            if match[5]:
                return {"%": "%", "_": " ", "-": "%20"}[match[5]]
            parts = re.split(
                f"[{re.escape(match[4] or '.')}]", known.get(match[1].lower(), "unknown")
            )
            parts = parts[::-1] if match[3] else parts
            return ".".join(parts[-int(match[2]) :] if match[2] else parts)

        return _MACRO.sub(value, text)
