"""The page of one customer: its head, and what stands under each tab."""

from dataclasses import dataclass
from typing import Any

from django.http import HttpResponse

from amiable.desk.access import Power, customer_for
from amiable.desk.agreement import agreements_of
from amiable.desk.history import Event, HistoryPage, history_page
from amiable.desk.look import HabitLine
from amiable.desk.sight import Sight, credits_of, habit_sentence, items_of, sight_of
from amiable.store.agreement import count_unread
from amiable.store.contact import list_contacts
from amiable.store.history import KINDS
from amiable.store.models import Customer
from amiable.store.plan import kind_of
from amiable.web.customer.head import Head, head_of
from amiable.web.strip import Strip
from amiable.web.trend import draw_trend, month_name
from amiable.web.visit import Visit, page
from amiable.words import sentence

_SHOWN = 50  # open invoices before "show all"
_LATEST = 8  # events beside the open invoices


@dataclass(frozen=True, slots=True, kw_only=True)
class Overview:
    """What every tab shows of a customer above itself."""

    head: Head
    sight: Sight
    line: HabitLine
    strip: Strip
    decision: str
    reasons: list[str]
    alerts: list[str]
    unread: int


def _overview(visit: Visit, row: Customer) -> Overview:
    sight = sight_of(visit.company, row, visit.today)
    line = sight.line
    verdict = sight.verdict
    return Overview(
        head=head_of(visit, row),
        sight=sight,
        line=line,
        strip=Strip(
            delays=line.delays, n=line.n, usual=line.usual, trigger=line.trigger, late=sight.late
        ),
        decision=kind_of(verdict.decision),
        reasons=[sentence(reason, visit.language) for reason in verdict.decision.reasons],
        alerts=[sentence(reason, visit.language) for reason in verdict.alerts],
        unread=count_unread(visit.company.pk, row.pk),
    )


def show_tab(visit: Visit, row: Customer, tab: str, **record: Any) -> HttpResponse:
    """A tab of the customer's page below its head."""
    return _tab(visit, row, tab, _overview(visit, row), **record)


def _tab(visit: Visit, row: Customer, tab: str, overview: Overview, **record: Any) -> HttpResponse:
    return visit.render(
        f"customer/{tab}.html",
        customer=row,
        tab=tab,
        overview=overview,
        head=overview.head,
        current="customers",
        **record,
    )


@page(Power.LOOK)
def customer_page(visit: Visit, pk: int) -> HttpResponse:
    """Who it is, how it pays, what is open, what happened last."""
    row = customer_for(visit.actor, pk)
    overview = _overview(visit, row)
    sight = overview.sight
    everything = bool(visit.request.GET.get("all"))
    items = items_of(sight, visit.language, None if everything else _SHOWN)
    months = sight.trend
    return _tab(
        visit,
        row,
        "open",
        overview,
        items=items,
        more=len(sight.account.open.invoices) - len(items),
        credits=credits_of(sight),
        history=history_page(visit.company, row, visit.today, visit.language, limit=_LATEST),
        habit_sentence=habit_sentence(sight, visit.language),
        trend=draw_trend(months, sight.situation.trigger, visit.language),
        months=[(month_name(month.starts_on, visit.language), month) for month in months],
        drift=_drift(visit, sight),
    )


def _drift(visit: Visit, sight: Sight) -> str:
    """In a sentence, how the delays moved over the last half-year."""
    drift = sight.habit.drift(visit.today)
    if drift is None:
        return visit.say("customer.drift.unknown")
    if abs(drift) < 2:
        return visit.say("customer.drift.steady")
    way = "later" if drift > 0 else "earlier"
    return visit.say(f"customer.drift.{way}", n=abs(drift))


@page(Power.LOOK)
def timeline_page(visit: Visit, pk: int) -> HttpResponse:
    """Everything that happened, by the page; a kind of event alone, if asked."""
    row = customer_for(visit.actor, pk)
    kind = visit.request.GET.get("kind", "")
    history = history_page(
        visit.company,
        row,
        visit.today,
        visit.language,
        kinds=(kind,) if kind in KINDS else KINDS,
        after=visit.request.GET.get("after", ""),
    )
    return show_tab(
        visit,
        row,
        "timeline",
        history=history,
        days=_days(history),
        kinds=KINDS,
        kind=kind,
    )


def _days(history: HistoryPage) -> list[tuple[Any, list[Event]]]:
    """The events of each day together."""
    days: list[tuple[Any, list[Event]]] = []
    for event in history.events:
        if not days or days[-1][0] != event.on:
            days.append((event.on, []))
        days[-1][1].append(event)
    return days


@page(Power.LOOK)
def contacts_page(visit: Visit, pk: int) -> HttpResponse:
    """The people and mailboxes at the customer."""
    row = customer_for(visit.actor, pk)
    contacts = list_contacts(visit.company.pk, row.pk)
    return show_tab(visit, row, "contacts", contacts=contacts)


@page(Power.LOOK)
def agreements_page(visit: Visit, pk: int) -> HttpResponse:
    """Promises, instalment plans, disputes and holds, running and past."""
    row = customer_for(visit.actor, pk)
    overview = _overview(visit, row)
    agreements = agreements_of(visit.company, overview.sight)
    return _tab(visit, row, "agreements", overview, agreements=agreements)
