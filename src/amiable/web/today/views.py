"""Today: the worklist of a day, what was approved and has not left, what is left in peace."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from django.http import HttpResponse, HttpResponseBase, QueryDict, StreamingHttpResponse

from amiable.desk.access import OtherCompany, Power
from amiable.desk.calendar import opens_next
from amiable.desk.deed import (
    MOST_AT_ONCE,
    TooLate,
    Undoable,
    approve_work,
    undoable,
)
from amiable.desk.deed import undo as undo_deed
from amiable.desk.export import Cell, csv_lines
from amiable.desk.mailbox import troubled_mailbox
from amiable.desk.night import prepare_day, prepare_if_small
from amiable.desk.worklist import left_in_peace, lines_in_all, top_figures, worklist
from amiable.engine.parties import WRITTEN
from amiable.store import worklist as store
from amiable.store.plan import newest_day
from amiable.web.today.filters import Filters, filters_of, wanted_of
from amiable.web.today.leaving import Automatic, Waiting, automatic_view, waiting_views
from amiable.web.today.page import Card, LineView, cards_of, line_view
from amiable.web.today.said import moment, tell_outcomes, weekday
from amiable.web.visit import Visit, page
from amiable.words import term

_WAITING_SHOWN = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class TodayPage:
    """The page of the day."""

    title: str
    cards: list[Card]
    lines: list[LineView]
    filters: Filters
    found: int
    everything: int
    emails: int
    shown_emails: int
    in_peace: int
    next_query: str
    first: bool
    query: str
    day_off: date | None
    partly: bool
    undoable: list[Undoable]
    waiting: list[Waiting]
    waiting_count: int
    automatic: Automatic

    @property
    def leaving(self) -> bool:
        """Whether some of what waits leaves by itself: not only letters to print."""
        return any(not one.printed for one in self.waiting)


@page()
def today(visit: Visit) -> HttpResponse:
    """What is useful to do today, one line a customer."""
    if not prepare_if_small(visit.company, visit.today, visit.at):
        drawn_on = newest_day(visit.company.pk)
        may_work = visit.may(Power.WORK)
        return visit.render(
            "today/drawing.html", current="today", drawn_on=drawn_on, may_work=may_work
        )
    query = visit.request.GET
    wanted = wanted_of(visit, query)
    after = place_in(query, wanted.order)
    work = worklist(visit.actor, visit.today, wanted, after=after)
    figures = top_figures(visit.actor, visit.today)
    waiting, count = store.waiting_rows(visit.company.pk, visit.actor.only, _WAITING_SHOWN)
    lines = [line_view(visit, line) for line in work.lines]
    leaves = opens_next(visit.company, visit.at)
    may_work = visit.may(Power.WORK)
    return visit.render(
        "today/today.html",
        current="today",
        may_work=may_work,
        may_export=visit.may(Power.EXPORT),
        weekday=weekday(visit),
        leaves_at=moment(visit, leaves) if leaves > visit.at else "",
        mailbox=troubled_mailbox(visit.company.pk, visit.at),
        may_settings=visit.may(Power.SETTINGS),
        counted_at=moment(visit, figures.now.counted_at) if figures else "",
        page=TodayPage(
            title=visit.say("today.title", n=work.everything),
            cards=cards_of(visit, figures),
            lines=lines,
            filters=filters_of(visit, query, work.steps),
            found=work.found,
            everything=work.everything,
            emails=sum(work.counts.get(channel, 0) for channel in WRITTEN),
            shown_emails=sum(line.email for line in lines),
            in_peace=work.in_peace,
            next_query=following(query, work.following),
            first=after is None,
            query=bare(query),
            day_off=work.opens_on if work.day_off else None,
            partly=visit.actor.only is not None,
            undoable=undoable(visit.actor, visit.at) if may_work else [],
            waiting=waiting_views(visit, waiting),
            waiting_count=count,
            automatic=automatic_view(visit, count),
        ),
    )


def place_in(query: QueryDict, order: store.Order) -> tuple[str, int] | None:
    """The place a page goes on after; None for the first page, or one that cannot be read."""
    value, _, pk = query.get("after", "").rpartition("~")
    try:
        if order is store.Order.BEYOND:
            return (date.fromisoformat(value).isoformat(), int(pk))
        return (str(int(value)), int(pk))
    except ValueError:
        return None


def following(query: QueryDict, after: tuple[str, int] | None) -> str:
    """The query of the next page; empty on the last."""
    if after is None:
        return ""
    kept = query.copy()
    kept["after"] = f"{after[0]}~{after[1]}"
    return "?" + kept.urlencode()


def bare(query: QueryDict) -> str:
    """The query without its page, to come back to."""
    kept = query.copy()
    kept.pop("after", None)
    return kept.urlencode()


@page(Power.WORK, methods=("POST",))
def draw(visit: Visit) -> HttpResponse:
    """Draw the plan of the day now."""
    report = prepare_day(visit.company, visit.today, visit.at)
    visit.done("today.drawn", n=report.decided)
    return visit.go("")


@page(Power.WORK, methods=("POST",))
def approve(visit: Visit) -> HttpResponse:
    """Approve the e-mails chosen, or all that the filters find."""
    asked = visit.request.POST
    back = QueryDict(asked.get("query", ""))
    if asked.get("every") == "1":
        rows = store.work(visit.company.pk, visit.today, wanted_of(visit, back))
        chosen = store.emails(rows, MOST_AT_ONCE)
    else:
        chosen = numbers(asked.getlist("customer"))[:MOST_AT_ONCE]
    if not chosen:
        visit.warn("today.choose")
    else:
        tell_outcomes(visit, approve_work(visit.actor, chosen, today=visit.today, at=visit.at))
    return visit.go(f"?{bare(back)}" if back else "")


def numbers(texts: Sequence[str]) -> list[int]:
    """Primary keys as a form sends them. Raises OtherCompany for what is none."""
    if not all(text.isascii() and text.isdigit() and len(text) < 19 for text in texts):
        raise OtherCompany("", "customer")
    return [int(text) for text in texts]


@page(Power.WORK, methods=("POST",))
def undo(visit: Visit) -> HttpResponse:
    """Take a deed of the last minute back."""
    key = visit.request.POST.get("key", "")
    try:
        customers = undo_deed(visit.actor, key, today=visit.today, at=visit.at)
    except TooLate:
        visit.warn("today.too_late")
    else:
        visit.done("today.undone", n=len(customers), name=customers[0].name)
    return visit.go("")


@page()
def peace(visit: Visit) -> HttpResponse:
    """The late invoices left in peace, and why each."""
    prepare_if_small(visit.company, visit.today, visit.at)
    query = visit.request.GET
    after = place_in(query, store.Order.BEYOND)
    found = left_in_peace(visit.actor, visit.today, after)
    return visit.render(
        "today/peace.html",
        current="today",
        count=found.count,
        lines=[(line_view(visit, line), line) for line in found.lines],
        next_query=following(query, found.following),
        first=after is None,
    )


_HEADS = ("customer", "code", "amount", "currency", "what", "channel", "why", "late", "risk")


@page(Power.EXPORT)
def export(visit: Visit) -> HttpResponseBase:
    """The list as a CSV file, filtered and ordered as on the page."""
    wanted = wanted_of(visit, visit.request.GET)
    header = [visit.say(f"today.head.{name}") for name in _HEADS]
    lines = csv_lines(_cells(visit, wanted), header, visit.language)
    name = f"{visit.say('today.file')}-{visit.today.isoformat()}.csv"
    return StreamingHttpResponse(
        lines,
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


def _cells(visit: Visit, wanted: store.Wanted) -> Iterator[Sequence[Cell]]:
    for line in lines_in_all(visit.actor, visit.today, wanted):
        view = line_view(visit, line)
        channel = line.row.channel
        for amount in view.amounts or (None,):
            yield (
                view.name,
                line.row.customer.key,
                amount,
                amount.currency if amount else "",
                view.badge,
                term(visit.language, "channel", channel) if channel else "",
                view.why,
                line.late,
                view.risk,
            )
