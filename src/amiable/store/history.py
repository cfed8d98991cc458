"""History in the database: everything that happened with a customer, newest first, by the page.

Each table is asked for no more rows than a page holds, from where the page before ended: the
number of queries and of rows does not grow with the history. Events are ordered by day; within a
day those whose time is known come after those whose is not, the latest last.
"""

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import Exists, F, Model, OuterRef, Q, QuerySet
from django.db.models.functions import Coalesce

from amiable.store.lists.keyset import Apart
from amiable.store.models import (
    AuditEntry,
    Credit,
    Dispute,
    Hold,
    Incoming,
    InstalmentPlan,
    Invoice,
    Note,
    OutboxRow,
    PaymentClaim,
    Promise,
    Reply,
    Skip,
)
from amiable.store.models.incoming import IncomingKind

_FIRST = datetime(1, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Place:
    """Where an event stands in the order: a page goes on after one."""

    on: date
    at: datetime | None
    rank: int
    pk: int

    @property
    def order(self) -> tuple[date, bool, datetime, int, int]:
        """Ascending with time."""
        return (self.on, self.at is not None, self.at or _FIRST, self.rank, self.pk)


@dataclass(frozen=True, slots=True)
class Happened:
    """A row as an event: ``name`` says of which kind, ``place`` where it stands."""

    name: str
    place: Place
    row: Any


@dataclass(frozen=True, slots=True, kw_only=True)
class _Source:
    """A table of events; ``day`` and ``at`` are columns, either may be unknown (empty)."""

    name: str
    kind: str
    rows: Callable[[int, int], QuerySet[Any]]
    day: str = ""
    at: str = ""


def _of(model: type[Model], *related: str) -> Callable[[int, int], QuerySet[Any]]:
    def rows(company: int, customer: int) -> QuerySet[Any]:
        found = model.objects.of(company).filter(customer_id=customer)  # type: ignore[attr-defined]
        return found.select_related(*related) if related else found  # type: ignore[no-any-return]

    return rows


def _messages(company: int, customer: int) -> QuerySet[OutboxRow]:
    rows = OutboxRow.objects.of(company).filter(customer_id=customer)
    return (
        rows.defer("html")
        .select_related("approved_by")
        .annotate(
            day=Coalesce("sent_on", "approved_on"), instant=Coalesce("sent_at", "approved_at")
        )
    )


def _alone(company: int, customer: int) -> QuerySet[Promise]:
    """Promises that are not a part of a plan: the plan is one event."""
    return Promise.objects.of(company).filter(customer_id=customer, plan=None)


def _closed(company: int, customer: int) -> QuerySet[Dispute]:
    """Disputes that are over: the day they opened is an event of its own."""
    return Dispute.objects.of(company).filter(customer_id=customer, closed_on__isnull=False)


_ROWS = (
    "outboxrow",
    "promise",
    "paymentclaim",
    "instalmentplan",
    "dispute",
    "hold",
    "skip",
    "reply",
    "note",
)
"""Tables whose rows are events: the audit entry that tells of a row's making says nothing more."""


def _claims_over(company: int, customer: int) -> QuerySet[PaymentClaim]:
    """Claims of payment that are closed: the day they were made is an event of its own."""
    return PaymentClaim.objects.of(company).filter(customer_id=customer, closed_on__isnull=False)


def _machines(company: int, customer: int) -> QuerySet[Incoming]:
    """Mails that came in and are no answer of a person: that is an event as a reply."""
    rows = Incoming.objects.of(company).filter(customer_id=customer, reply=None)
    return rows.exclude(kind=IncomingKind.ANSWER.value).defer("text", "references")


_TOLD = ("claim_found", "claim_given_up", "dispute_closed", "api_dispute_closed")


def _changes(company: int, customer: int) -> QuerySet[AuditEntry]:
    """What people did that no row of another table tells."""
    rows = AuditEntry.objects.of(company).filter(customer_id=customer).exclude(code__in=_TOLD)
    made = Q(*(Q(subject__startswith=f"{name}:") for name in _ROWS), _connector=Q.OR)
    before = AuditEntry.objects.of(company).filter(
        customer_id=customer, subject=OuterRef("subject"), pk__lt=OuterRef("pk")
    )
    return rows.filter(~made | Exists(before))


_SOURCES = (
    _Source(name="invoice", kind="ledger", rows=_of(Invoice), day="issued_on"),
    _Source(name="credit", kind="ledger", rows=_of(Credit), day="received_on"),
    _Source(name="promise", kind="promises", rows=_alone, day="made_on"),
    _Source(name="plan", kind="promises", rows=_of(InstalmentPlan), day="agreed_on"),
    _Source(name="claim", kind="promises", rows=_of(PaymentClaim), day="said_on"),
    _Source(name="claim_closed", kind="promises", rows=_claims_over, day="closed_on"),
    _Source(name="dispute", kind="disputes", rows=_of(Dispute), day="opened_on"),
    _Source(name="dispute_closed", kind="disputes", rows=_closed, day="closed_on"),
    _Source(name="hold", kind="holds", rows=_of(Hold), day="from_on"),
    _Source(name="skip", kind="holds", rows=_of(Skip), day="skipped_on"),
    _Source(name="reply", kind="messages", rows=_of(Reply), day="received_on"),
    _Source(name="message", kind="messages", rows=_messages, day="day", at="instant"),
    _Source(name="note", kind="notes", rows=_of(Note, "by"), day="written_on", at="written_at"),
    _Source(name="change", kind="changes", rows=_changes, at="at"),
    _Source(name="mail", kind="messages", rows=_machines, day="received_on", at="received_at"),
)

KINDS = ("ledger", "messages", "notes", "promises", "disputes", "holds", "changes")
"""What a reader may restrict the history to."""


def load_history(
    company: int,
    customer: int,
    *,
    until: date,
    zone: ZoneInfo,
    limit: int,
    kinds: Collection[str] = KINDS,
    after: Place | None = None,
) -> list[Happened]:
    """A page of events up to a day, newest first, those that come ``after`` a place in it.

    One more than ``limit`` when there are more.
    """
    found: list[Happened] = []
    for rank, source in enumerate(_SOURCES):
        if source.kind in kinds:
            rows = source.rows(company, customer).filter(_reach(source, until))
            if after is not None:
                rows = rows.filter(_older(source, rank, after, zone))
            # Sorted apart: one customer's few rows, not the company's in the order of their days.
            names = (source.day, source.at, "pk")
            columns = [Apart(F(name)).desc() for name in names if name]
            found += _happened(source, rank, zone, rows.order_by(*columns)[: limit + 1])
    found.sort(key=lambda one: one.place.order, reverse=True)
    return found[: limit + 1]


def _happened(
    source: _Source, rank: int, zone: ZoneInfo, rows: Iterable[Any]
) -> Iterable[Happened]:
    for row in rows:
        at: Any = getattr(row, source.at) if source.at else None
        on = getattr(row, source.day) if source.day else at.astimezone(zone).date()
        yield Happened(source.name, Place(on, at, rank, row.pk), row)


def _reach(source: _Source, until: date) -> Q:
    """Nothing of days to come; a change was made when it was made, whatever day is played."""
    return ~Q(**{f"{source.day}__gt": until}) if source.day else Q()


def _older(source: _Source, rank: int, after: Place, zone: ZoneInfo) -> Q:
    before, same = _days(source, after.on, zone)
    if source.at and after.at is None:
        return before
    if not source.at:
        if after.at is not None:
            return before | same
        return before | (same & _lower(rank, after))
    earlier = Q(**{f"{source.at}__lt": after.at})
    level = Q(**{source.at: after.at}) & _lower(rank, after)
    return before | (same & (earlier | level))


def _lower(rank: int, after: Place) -> Q:
    if rank == after.rank:
        return Q(pk__lt=after.pk)
    return Q() if rank < after.rank else Q(pk__in=())


def _days(source: _Source, on: date, zone: ZoneInfo) -> tuple[Q, Q]:
    """(before a day, on that day) for a source."""
    if source.day:
        return Q(**{f"{source.day}__lt": on}), Q(**{source.day: on})
    start, end = (
        datetime.combine(day, time(), tzinfo=zone) for day in (on, on + timedelta(days=1))
    )
    return Q(at__lt=start), Q(at__gte=start, at__lt=end)


def plan_parts(company: int, plans: Sequence[int]) -> dict[int, list[Promise]]:
    """The parts of some instalment plans, in the order of their days."""
    found: dict[int, list[Promise]] = {pk: [] for pk in plans}
    for row in Promise.objects.of(company).filter(plan_id__in=plans).order_by("due_on", "pk"):
        assert row.plan_id is not None
        found[row.plan_id].append(row)
    return found


def closers(company: int, customer: int, disputes: Sequence[int]) -> dict[int, str]:
    """Who closed each dispute, by its primary key."""
    subjects = {f"dispute:{pk}": pk for pk in disputes}
    rows = AuditEntry.objects.of(company).filter(
        customer_id=customer, code__in=_TOLD, subject__in=list(subjects)
    )
    named = rows.order_by("pk").values_list("subject", "name")
    return {subjects[subject]: name for subject, name in named}


def load_message(company: int, customer: int, pk: int) -> OutboxRow | None:
    """A message of a customer with its texts and files."""
    rows = OutboxRow.objects.of(company).filter(customer_id=customer, pk=pk)
    return rows.select_related("approved_by", "customer").first()
