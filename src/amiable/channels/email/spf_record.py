"""SPF record: the text that says which servers may send for a domain, read and put together."""

import re
from dataclasses import dataclass
from ipaddress import ip_address, ip_network

from amiable.channels.email.dns import Looked

_TERM = re.compile(
    r"(?P<qualifier>[+?~-])?(?P<name>all|include|a|mx|ptr|ip4|ip6|exists)"
    r"(?::(?P<value>[^\s/]+(?:/(?=[^/\d])[^\s/]*)*))?(?:/(?P<v4>\d{1,3}))?(?://(?P<v6>\d{1,3}))?",
    re.IGNORECASE,
)
_MODIFIER = re.compile(r"(?P<name>[A-Za-z][A-Za-z0-9_.-]*)=(?P<value>\S*)")


class SpfWrong(ValueError):
    """A record that no receiver can read; the message is the term that is wrong."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Term:
    """One mechanism: ``value`` as it is written, ``net``: what of an address must agree."""

    qualifier: str
    name: str
    value: str = ""
    net4: int = 32
    net6: int = 128


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """A record taken apart; ``redirect``: where to look when no term fits."""

    terms: tuple[Term, ...]
    redirect: str = ""


def spf_texts(looked: Looked) -> list[str]:
    """Those of a name's TXT records that are SPF."""
    return [text for text in looked.values if re.match(r"v=spf1( |$)", text, re.IGNORECASE)]


def parse(text: str) -> Record:
    """Take a record apart. Raises SpfWrong."""
    terms: list[Term] = []
    redirect = ""
    for word in text.split()[1:]:
        modifier = _MODIFIER.fullmatch(word)
        if modifier is None:
            terms.append(_term(word))
        elif modifier["name"].lower() == "redirect":
            redirect = modifier["value"]
    ends = any(term.name == "all" for term in terms)
    return Record(terms=tuple(terms), redirect="" if ends else redirect)


def _term(word: str) -> Term:
    found = _TERM.fullmatch(word)
    if found is None:
        raise SpfWrong(word)
    name, value = found["name"].lower(), found["value"] or ""
    if name in ("ip4", "ip6"):
        return _network(word, name, found["qualifier"] or "+")
    if (name in ("include", "exists")) != bool(value) and name not in ("a", "mx", "ptr"):
        raise SpfWrong(word)
    net4, net6 = int(found["v4"] or 32), int(found["v6"] or 128)
    if net4 > 32 or net6 > 128:
        raise SpfWrong(word)
    return Term(qualifier=found["qualifier"] or "+", name=name, value=value, net4=net4, net6=net6)


def _network(word: str, name: str, qualifier: str) -> Term:
    value = word.partition(":")[2]
    try:
        network = ip_network(value, strict=False)
    except ValueError as error:
        raise SpfWrong(word) from error
    if f"ip{network.version}" != name:
        raise SpfWrong(word)
    return Term(qualifier=qualifier, name=name, value=str(network))


# --- put together -----------------------------------------------------------------------------


def ip_term(address: str) -> str:
    """What names one IP address in a record."""
    return f"ip{ip_address(address).version}:{address}"


def with_terms(text: str, *terms: str) -> str:
    """A record with further terms, before what it says of the rest."""
    words = text.split()
    rest = next((at for at, word in enumerate(words) if _says_rest(word)), len(words))
    return " ".join([*words[:rest], *(term for term in terms if term not in words), *words[rest:]])


def ended(text: str, ending: str) -> str:
    """A record that says ``ending`` ("~all") of the rest."""
    return " ".join([*(word for word in text.split() if not _says_rest(word)), ending])


def merged(texts: list[str]) -> str:
    """One record that says what several say; of the rest, what harms no message."""
    words = [word for text in texts for word in text.split()[1:] if not _says_rest(word)]
    return " ".join(["v=spf1", *dict.fromkeys(words), "~all"])


def _says_rest(word: str) -> bool:
    return word.lower().lstrip("+-~?") == "all" or word.lower().startswith("redirect=")
