"""The worklist in the database: what is to be done, filtered, ordered and read page by page."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from django.db.models import Count, Q, QuerySet, Sum
from django.db.models.fields.json import KT

from amiable.engine.parties import WRITTEN
from amiable.store.models import AuditEntry, Contact, Invoice, MessageFile, OutboxRow, PlanEntry
from amiable.store.models.outbox import OutboxState
from amiable.store.plan import StoredEntry, reason_value
from amiable.store.spelling import plain

TO_DO = ("remind", "escalate")
KINDS = (*TO_DO, "wait", "hold", "stop")
WAITING = (OutboxState.APPROVED, OutboxState.FAILED)
"""Messages that were approved and have not left: what they are about is done for a person."""
DECIDE = "decide"
"""Instead of a channel: a person has to decide what follows."""
_LATEST = 100  # deeds looked through for those that can still be undone


class Order(StrEnum):
    """What comes first."""

    AMOUNT = "amount"
    BEYOND = "beyond"  # the latest beyond its habit
    RISK = "risk"


_COLUMNS = {Order.AMOUNT: "-amount_minor", Order.BEYOND: "beyond_on", Order.RISK: "-risk"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What to list. ``only``: the customers of these collectors, None for all; ``mine`` the same,
    by choice. ``age``: late for so many days at least; ``amount`` in minor units."""

    only: tuple[int, ...] | None = None
    mine: tuple[int, ...] | None = None
    segment: str = ""
    step: int | None = None
    channel: str = ""
    amount: int | None = None
    age: int | None = None
    words: str = ""
    order: Order = Order.AMOUNT


def work(company: int, today: date, wanted: Wanted) -> QuerySet[PlanEntry]:
    """What is to be done today, unordered: reminders nobody approved yet, and what a person must
    decide."""
    rows = _in_force(company, wanted.only).filter(kind__in=TO_DO)
    done = _approved_entries(company, None)
    rows = rows.exclude(pk__among=list(done)) if done else rows
    return _narrowed(rows, today, wanted)


def _approved_entries(company: int, only: tuple[int, ...] | None) -> dict[int, str]:
    """The entries whose message waits to leave, with its channel: few, so they are found first."""
    waiting = OutboxRow.objects.of(company).filter(state__in=WAITING)
    steps = set(waiting.values_list("customer_id", "step", "cycle"))
    if not steps:
        return {}
    rows = _in_force(company, only).filter(
        kind="remind", customer_id__among=[customer for customer, _, _ in steps]
    )
    found = rows.annotate(cycle=KT("detail__cycle"))
    return {
        pk: channel
        for pk, channel, *step in found.values_list("pk", "channel", "customer_id", "step", "cycle")
        if tuple(step) in steps
    }


def _in_force(company: int, only: tuple[int, ...] | None) -> QuerySet[PlanEntry]:
    rows = PlanEntry.objects.of(company).filter(ended_on=None)
    return rows if only is None else rows.filter(customer__collector_id__in=only)


def _narrowed(rows: QuerySet[PlanEntry], today: date, wanted: Wanted) -> QuerySet[PlanEntry]:
    given = {
        "customer__collector_id__in": wanted.mine,
        "customer__current_segment": wanted.segment or None,
        "step": wanted.step,
        "amount_minor__gte": wanted.amount,
        "late_from__lte": None if wanted.age is None else today - timedelta(days=wanted.age),
        "channel": wanted.channel if wanted.channel not in ("", DECIDE) else None,
        "kind": "escalate" if wanted.channel == DECIDE else None,
    }
    rows = rows.filter(**{name: value for name, value in given.items() if value is not None})
    for word in plain(wanted.words).split():
        rows = rows.filter(customer__plain__contains=word)
    return rows


def page_of(
    rows: QuerySet[PlanEntry],
    order: Order,
    after: tuple[str, int] | None,
    most: int,
    kinds: Sequence[str] = TO_DO,
) -> list[PlanEntry]:
    """The rows after a place (the value they are ordered by, and the primary key), in order.

    Each kind of decision is read by its own index, which is in that order; the few rows of each
    are then merged. One query for several kinds would sort them all.
    """
    column = _COLUMNS[order]
    name, falling = column.removeprefix("-"), column.startswith("-")
    if after is not None:
        rows = rows.filter(_beyond(name, *after, falling=falling))
    else:
        rows = rows.filter(**{f"{name}__isnull": False})
    ways = (f"{'-' * falling}{name}", f"{'-' * falling}pk")
    shown = rows.select_related("customer").order_by(*ways)
    found = [row for kind in kinds for row in shown.filter(kind=kind)[:most]]
    found.sort(key=lambda row: (getattr(row, name), row.pk), reverse=falling)
    return found[:most]


def _beyond(name: str, value: str, pk: int, *, falling: bool) -> Q:
    """What comes after a place; the plain range first, which the index understands."""
    way = "lt" if falling else "gt"
    inside = Q(**{f"{name}__{way}": value}) | Q(**{name: value, f"pk__{way}": pk})
    return Q(**{f"{name}__{way}e": value}) & inside


def place_of(row: PlanEntry, order: Order) -> tuple[str, int]:
    """Where a row stands, to go on after it."""
    value = getattr(row, _COLUMNS[order].removeprefix("-"))
    return (value.isoformat() if isinstance(value, date) else str(value), row.pk)


def stored(rows: Iterable[PlanEntry], on: date) -> list[StoredEntry]:
    """Rows with their reasons told as of a day."""
    return [
        StoredEntry(
            row=row,
            reasons=tuple(reason_value(data, on) for data in row.detail["reasons"]),
            alerts=tuple(reason_value(data, on) for data in row.detail["alerts"]),
        )
        for row in rows
    ]


@dataclass(frozen=True, slots=True, kw_only=True)
class Overview:
    """The plan of a day, counted: things to do by channel (`DECIDE` where a person decides), late
    invoices left in peace, the steps of its reminders."""

    channels: dict[str, int]
    in_peace: int
    steps: list[int]


def overview(company: int, only: tuple[int, ...] | None) -> Overview:
    """Count the plan of the day once, from one index that covers it."""
    rows = _in_force(company, only).values("kind", "channel", "step").order_by()
    channels: Counter[str] = Counter()
    steps, in_peace = set(), 0
    for row in rows.annotate(n=Count("pk"), spared=Sum("spared")):
        in_peace += row["spared"]
        if row["kind"] in TO_DO:
            channels[row["channel"] or DECIDE] += row["n"]
        if row["kind"] == "remind":
            steps.add(row["step"])
    channels.subtract(_approved_entries(company, only).values())
    return Overview(
        channels={name: channels[name] for name in sorted(channels) if channels[name]},
        in_peace=in_peace,
        steps=sorted(step for step in steps if step is not None),
    )


def count_by_channel(rows: QuerySet[PlanEntry]) -> dict[str, int]:
    """How many things there are to do among some rows, by channel; `DECIDE` for a person."""
    counts = rows.values("channel").annotate(n=Count("pk")).order_by("channel")
    return {row["channel"] or DECIDE: row["n"] for row in counts}


def emails(rows: QuerySet[PlanEntry], most: int) -> list[int]:
    """The customers of what can be approved among some rows, the largest amounts first."""
    written = [channel.value for channel in WRITTEN]
    found = rows.filter(kind="remind", channel__in=written)
    return list(found.order_by("-amount_minor", "pk").values_list("customer_id", flat=True)[:most])


# --- left in peace --------------------------------------------------------------------------


def peace(company: int, only: tuple[int, ...] | None) -> QuerySet[PlanEntry]:
    """The customers with late invoices that are within their habit."""
    return _in_force(company, only).filter(spared__gt=0)


def invoices_by_key(company: int, keys: Sequence[str]) -> dict[str, Invoice]:
    """Some invoices by key."""
    rows = Invoice.objects.of(company).filter(key__in=list(keys))
    return {row.key: row for row in rows}


def contacts_by_key(company: int, keys: Sequence[str]) -> dict[str, Contact]:
    """Some contacts by key."""
    return {row.key: row for row in Contact.objects.of(company).filter(key__in=list(keys))}


# --- approved, and not gone yet -------------------------------------------------------------


def waiting_rows(
    company: int, only: tuple[int, ...] | None, most: int
) -> tuple[list[OutboxRow], int]:
    """The messages that wait to leave, newest first, at most so many; and how many there are."""
    rows = OutboxRow.objects.of(company).filter(state__in=WAITING)
    if only is not None:
        rows = rows.filter(customer__collector_id__in=only)
    shown = rows.select_related("customer", "approved_by").defer("text", "html", "page")
    return list(shown.order_by("-approved_at", "-pk")[:most]), rows.count()


def file_names(row: OutboxRow) -> list[str]:
    """The names of what is attached to a message."""
    rows = MessageFile.objects.of(row.company_id).filter(message=row)
    return list(rows.order_by("pk").values_list("name", flat=True))


def approved_by(company: int, user: int, since: datetime) -> list[OutboxRow]:
    """What a person approved since an instant and nobody has begun to send, newest first."""
    rows = OutboxRow.objects.of(company).filter(
        state=OutboxState.APPROVED, approved_by_id=user, approved_at__gt=since
    )
    return list(
        rows.select_related("customer").defer("text", "html", "page").order_by("-approved_at")
    )


def approved_at(company: int, user: int, at: datetime) -> list[OutboxRow]:
    """What a person approved at one instant and nobody has begun to send."""
    rows = OutboxRow.objects.of(company).filter(
        state=OutboxState.APPROVED, approved_by_id=user, approved_at=at
    )
    return list(rows.defer("text", "html", "page"))


def latest_deeds(
    company: int, user: int, codes: Sequence[str], since: datetime
) -> list[AuditEntry]:
    """What a person did since an instant, newest first: of some kinds."""
    newest = AuditEntry.objects.of(company).order_by("-pk").values("pk")[:_LATEST]
    rows = AuditEntry.objects.of(company).filter(
        pk__in=list(newest.values_list("pk", flat=True)), user_id=user, code__in=codes, at__gt=since
    )
    return list(rows.select_related("customer").order_by("-pk"))
