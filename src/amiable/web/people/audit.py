"""The audit log: who did what, when, by which door."""

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.http import HttpResponse, QueryDict
from django.http.response import HttpResponseBase

from amiable.desk.access import OtherCompany, Power, customer_for
from amiable.store.audit import AuditFilter, codes_of, entries_of, page_of_entries
from amiable.store.membership import members
from amiable.store.models import AuditEntry, Customer
from amiable.store.models.audit_entry import Door
from amiable.web.export import stream_csv
from amiable.web.people.forms import member_choices
from amiable.web.visit import Visit, page
from amiable.words.deeds import deed, deed_name

_PAGE = 50
_HEADS = ("at", "person", "deed", "customer", "door", "code")


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditLine:
    """An entry in words, at the clock of the company."""

    day: date
    clock: str
    name: str
    text: str
    door: str
    customer: int | None
    is_program: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditPage:
    """``older`` is the key of the last line when there are more."""

    lines: list[AuditLine]
    older: int | None
    people: list[tuple[str, str]]
    deeds: list[tuple[str, str]]
    doors: list[tuple[str, str]]
    asked: dict[str, str]
    customer: Customer | None
    filtered: bool


@page(Power.AUDIT)
def audit(visit: Visit) -> HttpResponse:
    """One page of the log, newest first."""
    asked = _asked(visit.request.GET)
    customer = _customer(visit, asked["customer"])
    meant = _filter(visit, asked, customer)
    before = int(asked["before"]) if asked["before"].isdigit() else None
    rows = page_of_entries(visit.company.pk, meant, before, _PAGE + 1)
    shown = AuditPage(
        lines=[_line(visit, row) for row in rows[:_PAGE]],
        older=rows[_PAGE - 1].pk if len(rows) > _PAGE else None,
        people=member_choices([row.user for row in members(visit.company.pk)]),
        deeds=sorted(
            ((code, deed_name(visit.language, code)) for code in codes_of(visit.company.pk)),
            key=lambda one: one[1].lower(),
        ),
        doors=[(door.value, visit.say(f"term.door.{door.value}")) for door in Door],
        asked=asked,
        customer=customer,
        filtered=any(value for name, value in asked.items() if name != "before"),
    )
    return visit.render("people/audit.html", page=shown, current="people")


@page(Power.AUDIT)
def audit_csv(visit: Visit) -> HttpResponseBase:
    """The entries that fit, as a file."""
    asked = _asked(visit.request.GET)
    meant = _filter(visit, asked, _customer(visit, asked["customer"]))
    header = [visit.say(f"audit_page.head.{name}") for name in _HEADS]
    name = f"amiable-audit-{visit.company.key}-{visit.today.isoformat()}"
    return stream_csv(_cells(visit, meant), header, name, visit.language)


def _cells(visit: Visit, meant: AuditFilter) -> Iterator[list[str]]:
    for row in entries_of(visit.company.pk, meant).iterator(chunk_size=2000):
        line = _line(visit, row)
        yield [
            f"{line.day.isoformat()} {line.clock}",
            line.name,
            line.text,
            str(row.facts.get("customer", "")),
            line.door,
            row.code,
        ]


def _line(visit: Visit, row: AuditEntry) -> AuditLine:
    at = row.at.astimezone(ZoneInfo(visit.company.timezone))
    return AuditLine(
        day=at.date(),
        clock=f"{at:%H:%M:%S}",
        name=row.name or visit.say(f"term.door.{row.door}"),
        text=deed(visit.language, row.code, row.facts),
        door=visit.say(f"term.door.{row.door}"),
        customer=row.customer_id,
        is_program=row.door != Door.DESK,
    )


def _asked(said: QueryDict) -> dict[str, str]:
    names = ("person", "deed", "customer", "door", "since", "until", "before")
    return {name: said.get(name, "").strip() for name in names}


def _customer(visit: Visit, said: str) -> Customer | None:
    """The customer asked for. Raises OtherCompany."""
    if not said:
        return None
    if not said.isdigit():
        raise OtherCompany(visit.company, "customer")
    return customer_for(visit.actor, int(said))


def _filter(visit: Visit, asked: dict[str, str], customer: Customer | None) -> AuditFilter:
    until = _day(asked["until"])
    return AuditFilter(
        user=int(asked["person"]) if asked["person"].isdigit() else None,
        code=asked["deed"],
        customer=customer.pk if customer else None,
        door=asked["door"],
        since=_instant(visit, _day(asked["since"])),
        until=_instant(visit, until + timedelta(days=1) if until else None),
    )


def _day(said: str) -> date | None:
    with suppress(ValueError):
        return date.fromisoformat(said)
    return None


def _instant(visit: Visit, on: date | None) -> datetime | None:
    """The first moment of a day where the company is."""
    if on is None:
        return None
    return datetime.combine(on, time(), ZoneInfo(visit.company.timezone)).astimezone(UTC)
