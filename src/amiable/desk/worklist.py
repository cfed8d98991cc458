"""The worklist: what is useful to do today, one line a customer, and what is left in peace."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date

from amiable.desk.access import POWERS, Actor, OtherCompany, Power, customer_for
from amiable.desk.calendar import sending_days
from amiable.desk.figures import COMPARED
from amiable.desk.habit import known_habits
from amiable.engine.days import week_start
from amiable.engine.habit import Habit, habit_of
from amiable.store import worklist as store
from amiable.store.figures import figures_before, figures_of
from amiable.store.habit import load_histories
from amiable.store.membership import members
from amiable.store.models import Contact, DayFigures, Invoice, PlanEntry, User
from amiable.store.models.membership import Role
from amiable.store.plan import StoredEntry, list_entries
from amiable.store.worklist import Order, Wanted

PAGE = 50
_AT_ONCE = 500
_MOST_INVOICES = 5  # named in a line of the peace list; more are counted


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One customer: the entry of the plan, how it pays, whom the step reaches.

    ``late``: days since the oldest late invoice was due; ``trigger``: how late the habit allows;
    ``peace_until``: when the first of those left in peace gets later than that.
    """

    entry: StoredEntry
    habit: Habit
    contact: Contact | None
    late: int | None
    trigger: int
    invoices: tuple[Invoice, ...] = ()
    more: int = 0
    peace_until: date | None = None

    @property
    def row(self) -> PlanEntry:
        """The entry's row, with its customer."""
        return self.entry.row


@dataclass(frozen=True, slots=True, kw_only=True)
class Worklist:
    """A page of the work of a day. ``counts``: of all pages, by channel."""

    lines: list[Line]
    following: tuple[str, int] | None
    counts: dict[str, int]
    everything: int
    in_peace: int
    steps: list[int]
    day_off: bool
    opens_on: date

    @property
    def found(self) -> int:
        """How many lines there are on all pages."""
        return sum(self.counts.values())


def worklist(
    actor: Actor, today: date, wanted: Wanted, *, after: tuple[str, int] | None = None
) -> Worklist:
    """A page of what is to be done for the customers this actor may see."""
    company = actor.company
    rows = store.work(company.pk, today, wanted)
    page = store.page_of(rows, wanted.order, after, PAGE + 1)
    whole = store.overview(company.pk, actor.only)
    narrowed = wanted != Wanted(only=wanted.only, order=wanted.order)
    days = sending_days(company, company.country)
    return Worklist(
        lines=lines_of(actor, page[:PAGE], today),
        following=store.place_of(page[PAGE - 1], wanted.order) if len(page) > PAGE else None,
        counts=store.count_by_channel(rows) if narrowed else whole.channels,
        everything=sum(whole.channels.values()),
        in_peace=whole.in_peace,
        steps=whole.steps,
        day_off=not days.is_business_day(today),
        opens_on=days.roll(today),
    )


def lines_of(actor: Actor, rows: Sequence[PlanEntry], today: date) -> list[Line]:
    """Rows as they are shown: a few queries, however many rows."""
    company = actor.company.pk
    pks = [row.customer_id for row in rows]
    histories = dict(load_histories(company, today, pks)) if pks else {}
    learned = known_habits(actor.company, today)
    contacts = store.contacts_by_key(
        company, [row.detail["contact"] for row in rows if "contact" in row.detail]
    )
    return [
        _line(
            entry,
            habit_of(histories.get(entry.row.customer_id, ()), learned, week_start(today)),
            contacts,
            today,
        )
        for entry in store.stored(rows, today)
    ]


def lines_in_all(actor: Actor, today: date, wanted: Wanted) -> Iterator[Line]:
    """Every line that is wanted, in order, read by the page: to take away as a file."""
    rows = store.work(actor.company.pk, today, wanted)
    after: tuple[str, int] | None = None
    while page := store.page_of(rows, wanted.order, after, _AT_ONCE):
        yield from lines_of(actor, page, today)
        after = store.place_of(page[-1], wanted.order)


def _line(entry: StoredEntry, habit: Habit, contacts: dict[str, Contact], today: date) -> Line:
    row = entry.row
    late_from = row.late_from
    trigger = (row.beyond_on - late_from).days if row.beyond_on and late_from else habit.usual + 1
    return Line(
        entry=entry,
        habit=habit,
        contact=contacts.get(row.detail.get("contact", "")),
        late=(today - late_from).days if late_from else None,
        trigger=trigger,
    )


# --- one line -------------------------------------------------------------------------------


def line_for(actor: Actor, customer: int, today: date) -> Line:
    """The line of one customer this actor may see. Raises OtherCompany when it has none."""
    row = customer_for(actor, customer)
    entries = list_entries(actor.company.pk, today, customers=[row.pk])
    if not entries:
        raise OtherCompany(actor.company, "entry")
    return lines_of(actor, [entries[0].row], today)[0]


def colleagues_of(actor: Actor) -> list[User]:
    """Who else customers can be handed to, by name."""
    return [
        one.user
        for one in members(actor.company.pk)
        if one.active and Power.WORK in POWERS[Role(one.role)] and one.user != actor.user
    ]


# --- left in peace --------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Peace:
    """A page of the customers whose late invoices are within their habit."""

    lines: list[Line]
    following: tuple[str, int] | None
    count: int


def left_in_peace(actor: Actor, today: date, after: tuple[str, int] | None = None) -> Peace:
    """Who is late and left in peace, soonest to be reminded first, with the invoices."""
    company = actor.company.pk
    spared = store.peace(company, actor.only)
    rows = store.page_of(spared, Order.BEYOND, after, PAGE + 1, store.KINDS)
    shown = rows[:PAGE]
    keys = [key for row in shown for key in row.detail.get("spared", [])[:_MOST_INVOICES]]
    invoices = store.invoices_by_key(company, keys)
    return Peace(
        lines=[_in_peace(line, invoices, today) for line in lines_of(actor, shown, today)],
        following=store.place_of(shown[-1], Order.BEYOND) if len(rows) > PAGE else None,
        count=store.overview(company, actor.only).in_peace,
    )


def _in_peace(line: Line, known: dict[str, Invoice], today: date) -> Line:
    """A line that speaks of the invoices left in peace, whatever else the customer owes."""
    keys = line.row.detail.get("spared", [])
    named = tuple(known[key] for key in keys[:_MOST_INVOICES] if key in known)
    line = replace(line, invoices=named, more=len(keys) - len(named))
    if not line.row.detail.get("peace_until"):
        return line
    until = date.fromisoformat(line.row.detail["peace_until"])
    return replace(line, peace_until=until, late=line.trigger - (until - today).days)


# --- figures --------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class TopFigures:
    """The figures of the day and those of about 30 days ago, where they were counted."""

    now: DayFigures
    then: DayFigures | None = None


def top_figures(actor: Actor, today: date) -> TopFigures | None:
    """The figures on top of the day; None for who sees a part only: they are of the whole."""
    if actor.only is not None:
        return None
    now = figures_of(actor.company.pk, today)
    if now is None:
        return None
    return TopFigures(now=now, then=figures_before(actor.company.pk, today - COMPARED))
