"""The company's domain: the key that signs its messages, and what the DNS says of it."""

from dataclasses import dataclass
from typing import Any

from django.http import HttpResponse

from amiable.desk.access import Power
from amiable.desk.dkim_key import (
    KeyRecord,
    KeyRefused,
    give_up_waiting,
    make_key,
    record_of,
    sender_domain,
    switch_off,
    switch_on,
)
from amiable.desk.dns_check import Checked, NoDomain, check_domain, last_check
from amiable.desk.dns_finding import Finding, Level
from amiable.engine.parties import Channel
from amiable.store.dkim_key import active_key, waiting_key
from amiable.store.gateway import gateway_of
from amiable.store.models import DkimKey
from amiable.web.visit import Visit, page

_BADGES = {Level.GOOD: "green", Level.LOOK: "amber", Level.BAD: "red", Level.UNKNOWN: "blue"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """One finding as the page shows it."""

    name: str
    level: str
    badge: str
    text: str
    finding: Finding


def domain_record(visit: Visit) -> dict[str, Any]:
    """What the page of the mail server shows of the company's domain; asks no network."""
    company = visit.company
    gateway = gateway_of(company.pk, Channel.EMAIL)
    checked = last_check(company)
    return {
        "domain": sender_domain(company),
        "key": _record(visit, active_key(company.pk)),
        "waiting": _record(visit, waiting_key(company.pk)),
        "signed_elsewhere": gateway is not None and gateway.active,
        "checked": checked,
        "found": _told(visit, checked) if checked else [],
    }


def _record(visit: Visit, row: DkimKey | None) -> KeyRecord | str:
    """A key's record; "seal" when it cannot be opened, empty when there is no key."""
    try:
        return record_of(visit.company, row) if row is not None else ""
    except KeyRefused as refused:
        return refused.code


def _told(visit: Visit, checked: Checked) -> list[Told]:
    return [
        Told(
            name=visit.say(f"dns.name.{one.about}"),
            level=visit.say(f"dns.level.{one.level}"),
            badge=_BADGES[Level(one.level)],
            text=visit.say(f"dns.{one.about}.{one.code}", **one.facts),
            finding=one,
        )
        for one in checked.findings
    ]


@page(Power.SETTINGS, methods=("POST",))
def check(visit: Visit) -> HttpResponse:
    """Look what the DNS says of the domain now."""
    try:
        check_domain(visit.company, at=visit.at)
    except NoDomain:
        visit.warn("dns.no_domain")
    else:
        visit.done("dns.done")
    return visit.go("settings/mail/#dns")


@page(Power.SETTINGS, methods=("POST",))
def key(visit: Visit) -> HttpResponse:
    """Make a key, switch signing on or off, do without a key that waits."""
    try:
        _do(visit, visit.request.POST.get("do", ""))
    except KeyRefused as refused:
        visit.warn(f"dkim.refused.{refused.code}", name=_waiting_name(visit))
    return visit.go("settings/mail/#dkim")


def _do(visit: Visit, deed: str) -> None:
    actor, at = visit.actor, visit.at
    if deed == "make":
        make_key(actor, at=at)
        visit.done("dkim.made")
    elif deed == "on":
        switch_on(actor, at=at)
        visit.done("dkim.on")
    elif deed == "off":
        visit.done("dkim.off" if switch_off(actor, at=at) else "dkim.off_none")
    elif deed == "give_up" and give_up_waiting(actor, at=at):
        visit.done("dkim.given_up")


def _waiting_name(visit: Visit) -> str:
    row = waiting_key(visit.company.pk)
    return f"{row.selector}._domainkey.{row.domain}" if row is not None else ""
