"""The frame around every page: navigation with its counts, freshness, companies to switch to."""

from dataclasses import dataclass
from datetime import date, datetime

from django.conf import settings

from amiable.desk.access import Actor, Power, companies_open_to
from amiable.store.company import load_policies
from amiable.store.doubtful import count_doubtful
from amiable.store.lists.conversations import count_to_do as count_conversations
from amiable.store.lists.disputes import count_disputes
from amiable.store.models import Company
from amiable.store.worklist import count_to_do


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
    # Past a thousand, the exact figure would cost more than the page it stands on.
    counts = {
        "today": count_to_do(company.pk, today, actor.only, most=1_000),
        "inbox": count_conversations(company.pk, actor.only),
        "disputes": count_disputes(company.pk, actor.only, today, most=1_000),
    }
    age = (today - company.imported_on).days if company.imported_on else None
    fresh = min((p.fresh_days for p in load_policies(company).policies.values()), default=0)
    return Frame(
        work=[
            Place(name=name, path=path, icon=icon, count=counts.get(name))
            for name, path, icon in _WORK
        ]
        + _doubtful(actor, at),
        shape=[
            Place(name=name, path=path, icon=icon)
            for name, path, icon, power in _SHAPE
            if actor.may(power)
        ],
        companies=companies_open_to(actor.user) if actor.user else [],
        imported_on=company.imported_on,
        stale_days=age if age is not None and age > fresh else None,
        empty=company.imported_on is None,
        may_import=actor.may(Power.IMPORT),
        played=settings.PLAYED_DAY,
    )


def _doubtful(actor: Actor, at: datetime) -> list[Place]:
    """The messages to check: a place that is there only while there are any."""
    count = count_doubtful(actor.company.pk, actor.only, at=at)
    return [Place(name="doubtful", path="doubtful/", icon="mail-warning", count=count)] * bool(
        count
    )
