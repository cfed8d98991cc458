"""Tables beside the scorecards: disputes by reason and age, and who has how much to do."""

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from statistics import median

from amiable.desk.measure import Chosen, value_of
from amiable.desk.measure_period import names_of
from amiable.desk.webhook import start_of
from amiable.engine.money import Money
from amiable.engine.period import Span
from amiable.store.company import load_policies
from amiable.store.invoice import invoices_by_key
from amiable.store.measure import measured_on
from amiable.store.measure_rows import (
    deeds_by_person,
    disputes_between,
    due_by_collector,
    owing_by_collector,
    paid_by,
)
from amiable.store.models import Company, Dispute, Invoice


@dataclass(frozen=True, slots=True, kw_only=True)
class DisputeGroup:
    """Disputes of one ground (empty: none was given): those open on the last day of a span, with
    what they contest and their ages in days; those settled in it, and how long that took."""

    ground: str
    open: int
    amounts: tuple[Money, ...]
    age: float | None
    oldest: int | None
    solved: int
    solving: float | None


def dispute_groups(company: Company, span: Span, chosen: Chosen) -> list[DisputeGroup]:
    """By ground, those with the most open first."""
    book = load_policies(company)
    by_ground: dict[str, list[Dispute]] = defaultdict(list)
    for row in disputes_between(company.pk, span.since, span.until):
        if chosen.value in (None, value_of(row.customer, chosen.dimension, book)):
            by_ground[row.ground or ""].append(row)
    rows = [row for every in by_ground.values() for row in every]
    left = _left(company, rows, span.last)
    groups = [_group(ground, every, span, left) for ground, every in by_ground.items()]
    return sorted(groups, key=lambda one: (-one.open, -one.solved, one.ground))


def _left(company: Company, rows: Iterable[Dispute], on: date) -> dict[str, Money]:
    """What was left of each contested invoice on a day, by the invoice's key."""
    invoices = invoices_by_key(company.pk, [row.invoice for row in rows])
    paid = paid_by(company.pk, [one.pk for one in invoices.values()], on)
    return {key: _open(one, paid.get(one.pk, 0)) for key, one in invoices.items()}


def _open(invoice: Invoice, paid: int) -> Money:
    return Money(minor=max(invoice.amount_minor - paid, 0), currency=invoice.currency)


def _group(ground: str, rows: list[Dispute], span: Span, left: dict[str, Money]) -> DisputeGroup:
    open_ = [row for row in rows if row.closed_on is None or row.closed_on >= span.until]
    closed = [row.closed_on - row.opened_on for row in rows if row.closed_on and row not in open_]
    ages = [(span.last - row.opened_on).days for row in open_]
    sums: Counter[str] = Counter()
    for row in open_:
        if (amount := left.get(row.invoice)) is not None:
            held = _held(row, span.last)
            sums[amount.currency] += amount.minor if held is None else min(held, amount.minor)
    return DisputeGroup(
        ground=ground,
        open=len(open_),
        amounts=tuple(Money(minor=n, currency=name) for name, n in sorted(sums.items()) if n),
        age=median(ages) if ages else None,
        oldest=max(ages, default=None),
        solved=len(closed),
        solving=median(one.days for one in closed) if closed else None,
    )


def _held(row: Dispute, on: date) -> int | None:
    """What a dispute holds on a day: as contested, or what was granted since; None: all."""
    granted = row.granted_on is not None and row.granted_on <= on
    return row.granted_minor if granted and row.granted_minor is not None else row.amount_minor


@dataclass(frozen=True, slots=True, kw_only=True)
class Workload:
    """What one person has to do: ``person`` empty for customers that are nobody's.

    ``customers`` owing and what is ``due`` are those of today, ``overdue`` that of the last day of
    the span; ``done``: deeds about customers in the span.
    """

    person: str
    name: str
    customers: int
    due: int
    overdue: tuple[Money, ...]
    done: int


def workloads(company: Company, span: Span, today: date) -> list[Workload]:
    """By person, the one with the most customers first; people with nothing are left out."""
    names = names_of(company)
    people = [int(key) for key in names]
    done = deeds_by_person(
        company.pk, start_of(company, span.since), start_of(company, span.until), people
    )
    owing, due = owing_by_collector(company.pk), due_by_collector(company.pk, today)
    overdue: dict[str, list[Money]] = defaultdict(list)
    for row in measured_on(company.pk, span.last, "collector"):
        if row.overdue:
            overdue[row.value].append(Money(minor=row.overdue, currency=row.currency))
    found = [
        Workload(
            person=key,
            name=names.get(key, ""),
            customers=owing.get(int(key) if key else None, 0),
            due=due.get(int(key) if key else None, 0),
            overdue=tuple(overdue.get(key, ())),
            done=done.get(int(key), 0) if key else 0,
        )
        for key in {*names, *overdue, *("" if pk is None else str(pk) for pk in owing)}
    ]
    busy = [one for one in found if one.customers or one.due or one.overdue or one.done]
    return sorted(busy, key=lambda one: (-one.customers, -one.due, one.name, one.person))
