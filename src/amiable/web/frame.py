"""The frame around every page: navigation with its counts, freshness, companies to switch to."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from django.conf import settings

from amiable.desk.access import Actor, Power, companies_open_to
from amiable.store.company import load_policies
from amiable.store.models import Company
from amiable.store.navigation import count_waiting


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """One entry of the navigation: its text is ``nav.<name>``."""

    name: str
    path: str
    icon: str
    count: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    """``stale_days``: how old the data are, when too old to remind; ``empty``: nothing came yet."""

    work: list[Place]
    proof: list[Place]
    shape: list[Place]
    companies: list[Company]
    imported_on: date | None
    stale_days: int | None
    empty: bool
    may_import: bool
    played: date | None


_WORK = (("today", "", "sun"), ("inbox", "inbox/", "inbox"), ("customers", "customers/", "users"),
         ("invoices", "invoices/", "file-text"),
         ("disputes", "disputes/", "scale"), ("post", "post/", "mailbox"))  # fmt: skip
_PROOF: tuple[tuple[str, str, str, Power], ...] = (
    ("dashboard", "dashboard/", "chart-line", Power.PROOF),
    ("forecast", "forecast/", "banknote", Power.PROOF),
    ("measures", "measures/", "gauge", Power.PROOF),
    ("risks", "risks/", "triangle-alert", Power.LOOK),
    ("experiments", "experiments/", "split", Power.PROOF),
    ("backtest", "backtest/", "history", Power.PROOF),
    ("terms", "terms/", "calendar-clock", Power.PROOF),
)
_REMINDERS = ("effects", "measures/reminders/", "mail-check", Power.LOOK)
"""A part of the measures, which stands alone for who sees only what concerns their customers."""
_SHAPE = (
    ("policies", "policies/", "route", Power.LOOK),
    ("letters", "letters/", "mail", Power.LOOK),
    ("imports", "imports/", "upload", Power.IMPORT),
    ("people", "people/", "user-cog", Power.LOOK),
    ("settings", "settings/", "settings", Power.SETTINGS),
    ("integrations", "integrations/", "plug", Power.SETTINGS),
)


def frame_of(actor: Actor, today: date, at: datetime) -> Frame:
    """The frame of a company's pages on a day and at an instant, for one person."""
    company = actor.company
    counts = count_waiting(company.pk, actor.only, today, at)
    age = (today - company.imported_on).days if company.imported_on else None
    fresh = min((p.fresh_days for p in load_policies(company).policies.values()), default=0)
    return Frame(
        work=[
            Place(name=name, path=path, icon=icon, count=counts.get(name))
            for name, path, icon in _WORK
        ]
        + _doubtful(counts["doubtful"]),
        proof=_open_to(actor, _PROOF if actor.may(Power.PROOF) else (_REMINDERS, *_PROOF)),
        shape=_open_to(actor, _SHAPE),
        companies=companies_open_to(actor.user) if actor.user else [],
        imported_on=company.imported_on,
        stale_days=age if age is not None and age > fresh else None,
        empty=company.imported_on is None,
        may_import=actor.may(Power.IMPORT),
        played=settings.PLAYED_DAY,
    )


def _open_to(actor: Actor, places: Iterable[tuple[str, str, str, Power]]) -> list[Place]:
    return [
        Place(name=name, path=path, icon=icon)
        for name, path, icon, power in places
        if actor.may(power)
    ]


def _doubtful(count: int) -> list[Place]:
    """The messages to check: a place that is there only while there are any."""
    return [Place(name="doubtful", path="doubtful/", icon="mail-warning", count=count)] * bool(
        count
    )
