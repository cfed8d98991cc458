"""What became of those who were drawn, and of the reminders of the company's past."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from amiable.engine.experiment_size import ANSWER_DAYS
from amiable.engine.timeline import ContactPurpose
from amiable.store.models import (
    Dispute,
    ExperimentAssignment,
    Invoice,
    OutboxRow,
    PaymentClaim,
    PlanEntry,
    Promise,
    Reply,
)
from amiable.store.models.columns import as_day
from amiable.store.models.outbox import OutboxState

_ANSWERS = ((Reply, "received_on"), (Promise, "made_on"), (PaymentClaim, "said_on"),
            (Dispute, "opened_on"))  # fmt: skip
_PART = 500


@dataclass(frozen=True, slots=True)
class Reminded:
    """A customer on the day it was reminded, or drawn for it, of some invoices (keys)."""

    customer: int
    on: date
    invoices: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Left:
    """What left for one who was drawn."""

    channel: str
    tone: str
    at: datetime | None


def settled_days(company: int, keys: Iterable[str]) -> dict[str, date | None]:
    """The day each invoice was settled, None while it is open; no entry: it is not known."""
    wanted = list(dict.fromkeys(keys))
    found: dict[str, date | None] = {}
    for at in range(0, len(wanted), _PART):
        rows = Invoice.objects.of(company).filter(key__in=wanted[at : at + _PART])
        for key, day in rows.values_list("key", "settled_on"):
            found[key] = None if day is None else as_day(day)
    return found


def answer_days(company: int, reminded: Sequence[Reminded]) -> dict[int, list[date]]:
    """When some customers answered: wrote, promised, said it is paid, contested; by customer."""
    found: dict[int, list[date]] = defaultdict(list)
    if not reminded:
        return found
    pks = sorted({one.customer for one in reminded})
    first = min(one.on for one in reminded)
    for model, day in _ANSWERS:
        rows = model.objects.of(company).filter(customer_id__among=pks, **{f"{day}__gte": first})
        for customer, on in rows.values_list("customer_id", day):
            found[customer].append(on)
    return found


def answered_of(company: int, reminded: Sequence[Reminded]) -> list[bool]:
    """Whether each answered, or paid one of the invoices, within a week; in the order given."""
    settled = settled_days(company, (key for one in reminded for key in one.invoices))
    answers = answer_days(company, reminded)
    return [
        _within(one.on, answers.get(one.customer, ()))
        or _within(one.on, (settled.get(key) for key in one.invoices))
        for one in reminded
    ]


def _within(start: date, days: Iterable[date | None]) -> bool:
    return any(day is not None and start <= day <= start + _WEEK for day in days)


_WEEK = timedelta(days=ANSWER_DAYS)


def left_of(company: int, assignments: Sequence[ExperimentAssignment]) -> dict[int, Left]:
    """What left of what was drawn, the first message of each, by assignment."""
    rows = OutboxRow.objects.of(company).filter(
        experiment_arm_id__among=[one.pk for one in assignments],
        state__in=(OutboxState.SENT, OutboxState.AMBIGUOUS),
    )
    found: dict[int, Left] = {}
    for pk, channel, tone, at in rows.order_by("-pk").values_list(
        "experiment_arm_id", "channel", "tone", "sent_at"
    ):
        found[pk] = Left(channel, tone, at)
    return found


def past_reminders(
    company: int, policy: str, step: int, since: date, until: date
) -> list[Reminded]:
    """The first reminder of a step each customer got in a period ``[since, until)``.

    Of the customers who have the policy now, or had it at the time, as far as plans tell.
    """
    rows = OutboxRow.objects.of(company).filter(
        step=step,
        purpose=ContactPurpose.REMINDER.value,
        state=OutboxState.SENT,
        sent_on__gte=since,
        sent_on__lt=until,
    )
    with_policy = PlanEntry.objects.of(company).filter(policy=policy).values("customer_id")
    rows = rows.filter(customer_id__in=with_policy)
    found: dict[int, Reminded] = {}
    for customer, on, keys in rows.order_by("-sent_on", "-pk").values_list(
        "customer_id", "sent_on", "invoices"
    ):
        assert on is not None  # only those that were sent
        found[customer] = Reminded(customer, on, tuple(keys))
    return list(found.values())


def reminded_of(rows: Iterable[ExperimentAssignment]) -> Iterator[Reminded]:
    """Those who were drawn, as reminded on that day."""
    for row in rows:
        yield Reminded(row.customer_id, row.assigned_on, tuple(key for key, *_ in row.invoices))
