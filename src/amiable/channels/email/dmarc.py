"""DMARC: what a domain asks of whoever receives mail in its name (RFC 7489)."""

from dataclasses import dataclass
from enum import StrEnum

from amiable.channels.email.dkim import tags_of
from amiable.channels.email.dns import Dns, Found

_POLICIES = ("none", "quarantine", "reject")
_MOST_LABELS = 5


class DmarcState(StrEnum):
    """Whether there is one record that can be read."""

    FINE = "fine"
    NONE = "none"
    SEVERAL = "several"  # receivers then take none
    WRONG = "wrong"
    AWAY = "away"


@dataclass(frozen=True, slots=True, kw_only=True)
class DmarcReading:
    """``domain``: where the record stands, the domain itself or one above it. ``policy``: what is
    asked for mail that fails. ``strict_spf``, ``strict_dkim``: the very same domain is asked for.
    """

    state: DmarcState
    domain: str = ""
    text: str = ""
    policy: str = ""
    reports_to: str = ""
    strict_spf: bool = False
    strict_dkim: bool = False


def read_dmarc(domain: str, dns: Dns) -> DmarcReading:
    """The record that holds for a domain: its own, else of the nearest domain above that has one.

    Receivers of RFC 7489 look at the registered domain instead of each one on the way up, by a list
    of public suffixes; both come to the same wherever one company runs all of them.
    """
    for place in places(domain):
        looked = dns.texts(f"_dmarc.{place}")
        if looked.found is Found.AWAY:
            return DmarcReading(state=DmarcState.AWAY)
        texts = [text for text in looked.values if text.replace(" ", "").startswith("v=DMARC1")]
        if len(texts) > 1:
            return DmarcReading(state=DmarcState.SEVERAL, domain=place, text=texts[0])
        if texts:
            return _read(texts[0], place, own=place == domain)
    return DmarcReading(state=DmarcState.NONE)


def places(domain: str) -> list[str]:
    """The domain and those above it, down to two labels."""
    labels = domain.lower().rstrip(".").split(".")
    starts = [0, *range(max(1, len(labels) - _MOST_LABELS), len(labels) - 1)]
    return [".".join(labels[start:]) for start in starts]


def _read(text: str, place: str, *, own: bool) -> DmarcReading:
    tags = tags_of(text)
    policy = tags.get("p", "") if own else tags.get("sp", tags.get("p", ""))
    wrong = tags.get("p", "").lower() not in _POLICIES or policy.lower() not in _POLICIES
    return DmarcReading(
        state=DmarcState.WRONG if wrong else DmarcState.FINE,
        domain=place,
        text=text,
        policy=policy.lower(),
        reports_to=tags.get("rua", ""),
        strict_spf=tags.get("aspf", "r").lower() == "s",
        strict_dkim=tags.get("adkim", "r").lower() == "s",
    )


def aligned(sender: str, other: str, *, strict: bool, above: str) -> bool:
    """Whether a domain that SPF or DKIM confirms stands for the domain in From (section 3.1).

    ``above``: the domain the record stands at; relaxed, both may lie under it.
    """
    sender, other = sender.lower(), other.lower()
    if sender == other or strict:
        return sender == other
    return all(one == above or one.endswith(f".{above}") for one in (sender, other))
