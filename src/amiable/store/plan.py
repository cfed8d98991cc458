"""The plan in the database: whom to decide anew, and what was decided for as long as it holds."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db import connection
from django.db.models import Count, Max, Q, Sum

from amiable.engine.money import Money
from amiable.engine.plan import PlanEntry
from amiable.engine.reasons import AGEING, REASONS, Fact, Reason
from amiable.engine.verdict import Decision, Remind
from amiable.store.among import among
from amiable.store.bulk import insert_rows, update_rows
from amiable.store.models import Customer, Invoice
from amiable.store.models import PlanEntry as Row

_DUE = """
    SELECT c.id, c.version FROM store_customer c
    LEFT JOIN store_planentry p
      ON p.company_id = c.company_id AND p.customer_id = c.id AND p.ended_on IS NULL
    WHERE c.company_id = %s
      AND (p.id IS NOT NULL OR EXISTS (
             SELECT 1 FROM store_invoice i WHERE i.company_id = c.company_id
               AND i.customer_id = c.id AND i.settled_on IS NULL)
           OR c.id IN (
             SELECT later.customer_id FROM store_invoice later
             WHERE later.company_id = c.company_id AND later.settled_on > %s))
      AND (p.id IS NULL OR p.valid_until <= %s OR p.customer_version <> c.version
           OR p.decided_on > %s)
    ORDER BY c.id
"""


_CURRENT = """
    SELECT customer_id, id, decided_on, detail, kind, code, policy, look_again_on, spared
    FROM store_planentry
    WHERE company_id = %s AND ended_on IS NULL AND customer_id {among}
"""


def customers_to_decide(company: int, today: date) -> dict[int, int]:
    """Primary key -> version of the customers whose decision may differ from the stored one."""
    with connection.cursor() as cursor:
        cursor.execute(_DUE, [company, today.toordinal(), today, today])
        return dict(cursor.fetchall())


@dataclass(frozen=True, slots=True, kw_only=True)
class DecidedCustomer:
    """A new decision with the customer it is about and the version it was made on."""

    pk: int
    version: int
    entry: PlanEntry


_ORDER = ("amount_minor", "late_from", "beyond_on", "risk")
_COLUMNS = (
    "company", "customer", "decided_on", "valid_until", "customer_version", *_ORDER, "kind",
    "code", "policy", "look_again_on", "spared", "detail", "step", "channel", "tone",
)  # fmt: skip


def save_plan(company: int, currency: str, today: date, decided: Iterable[DecidedCustomer]) -> int:
    """Store decisions: an equal one prolongs its row, another ends it; returns how many changed.

    A row of the same day is replaced rather than ended, so that a day leaves one decision. What
    orders a worklist follows the facts in either case; its amount is the one in ``currency``.
    """
    new = list(decided)
    current = _current(company, [one.pk for one in new])
    prolonged: list[tuple[Any, ...]] = []
    ended: list[int] = []
    replaced: list[int] = []
    added: list[tuple[Any, ...]] = []
    for one in new:
        row = current.get(one.pk)
        plain, detail = _plain(one.entry), _detail(one.entry)
        kept = (one.entry.verdict.valid_until, one.version, *_order(one.entry, currency))
        if row is not None and row.plain == plain and json.loads(row.detail) == detail:
            prolonged.append((*kept, row.pk))
            continue
        if row is not None:
            (replaced if row.decided_on == today else ended).append(row.pk)
        words = (detail.get("number"), detail.get("channel", ""), detail.get("tone", ""))
        added.append((company, one.pk, today, *kept, *plain, json.dumps(detail), *words))
    update_rows(Row, ("valid_until", "customer_version", *_ORDER), prolonged)
    if replaced:
        Row.objects.of(company).filter(pk__among=replaced).delete()
    update_rows(Row, ("ended_on",), ((today, pk) for pk in ended))
    insert_rows(Row, _COLUMNS, added)
    return len(added)


@dataclass(frozen=True, slots=True)
class _Current:
    pk: int
    decided_on: date
    detail: str
    plain: tuple[Any, ...]


def _current(company: int, pks: Sequence[int]) -> dict[int, _Current]:
    condition, keys = among(connection.vendor, pks)
    with connection.cursor() as cursor:
        cursor.execute(_CURRENT.format(among=condition), [company, keys])
        return {
            customer: _Current(pk, decided_on, detail, tuple(plain))
            for customer, pk, decided_on, detail, *plain in cursor.fetchall()
        }


def _plain(entry: PlanEntry) -> tuple[Any, ...]:
    decision = entry.verdict.decision
    code = decision.reasons[0].code
    look_again_on, spared = decision.look_again_on, entry.verdict.spared
    return (kind_of(decision), code, entry.policy, look_again_on, spared)


def _order(entry: PlanEntry, currency: str) -> tuple[Any, ...]:
    """The values of the columns a worklist is ordered by. Days do not age, so they stay true."""
    urgency = entry.urgency
    minor = sum(amount.minor for amount in _amounts(entry) if amount.currency == currency)
    return (minor, urgency.late_from, urgency.beyond_on, urgency.risk)


def _amounts(entry: PlanEntry) -> tuple[Money, ...]:
    """What a reminder asks for; what is overdue where none is due."""
    decision = entry.verdict.decision
    return decision.amounts if isinstance(decision, Remind) else entry.urgency.overdue


def kind_of(decision: Decision) -> str:
    """The name of a decision's type in lower case: remind, wait, hold, escalate or stop."""
    return type(decision).__name__.lower()


# --- a verdict as JSON and back -------------------------------------------------------------


def _detail(entry: PlanEntry) -> dict[str, Any]:
    """What the columns do not hold. Facts that count days are kept as the day they count from,
    so that an entry stays true while it is in force."""
    verdict, on = entry.verdict, entry.decided_on
    detail: dict[str, Any] = {
        "reasons": [_reason_data(reason, on) for reason in verdict.decision.reasons],
        "alerts": [_reason_data(reason, on) for reason in verdict.alerts],
        "amounts": [[amount.minor, amount.currency] for amount in _amounts(entry)],
    }
    if verdict.spared:
        until = entry.urgency.peace_until
        detail["spared"] = list(entry.urgency.in_peace)
        detail["peace_until"] = until.isoformat() if until else None
    decision = verdict.decision
    if isinstance(decision, Remind):
        detail |= {
            "number": decision.number,
            "tone": decision.tone.value,
            "channel": decision.channel.value,
            "approval": decision.step.approval.value,
            "contact": decision.contact.key,
            "cycle": decision.cycle,
            "chased": list(decision.chased),
            "listed": list(decision.listed),
        }
    return detail


def _reason_data(reason: Reason, on: date) -> list[Any]:
    names = REASONS[reason.code].facts
    facts = [_fact_data(name, fact, on) for name, fact in zip(names, reason.facts, strict=True)]
    return [reason.code, *facts]


def _fact_data(name: str, fact: Fact, on: date) -> Any:
    if isinstance(fact, Money):
        return {"minor": fact.minor, "currency": fact.currency}
    if isinstance(fact, date):
        return {"date": fact.isoformat()}
    if name in AGEING and isinstance(fact, int):
        return {"since": (on - timedelta(days=fact)).isoformat()}
    return fact


def reason_value(data: Sequence[Any], on: date) -> Reason:
    """A stored reason as told on a day."""
    return Reason(code=data[0], facts=tuple(_fact(fact, on) for fact in data[1:]))


def _fact(data: Any, on: date) -> Fact:
    if not isinstance(data, dict):
        return data  # type: ignore[no-any-return]  # int or str, as it was written
    if "minor" in data:
        return Money(minor=data["minor"], currency=data["currency"])
    if "since" in data:
        return (on - date.fromisoformat(data["since"])).days
    return date.fromisoformat(data["date"])


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredEntry:
    """A plan entry as it is shown: the reasons told as of the day asked."""

    row: Row
    reasons: tuple[Reason, ...]
    alerts: tuple[Reason, ...]

    @property
    def amounts(self) -> tuple[Money, ...]:
        """What a reminder asks for, else what is overdue; one a currency."""
        pairs = self.row.detail.get("amounts", [])
        return tuple(Money(minor=minor, currency=currency) for minor, currency in pairs)


def list_entries(
    company: int, on: date, *, kinds: Sequence[str] = (), customers: Sequence[int] = ()
) -> list[StoredEntry]:
    """The entries in force on a day, by customer name; of some kinds or customers if asked."""
    rows = Row.objects.of(company).filter(decided_on__lte=on)
    rows = rows.filter(Q(ended_on=None) | Q(ended_on__gt=on))
    if kinds:
        rows = rows.filter(kind__in=kinds)
    if customers:
        rows = rows.filter(customer_id__in=customers)
    return [_stored(row, on) for row in rows.select_related("customer").order_by("customer__name")]


def customers_open_on(company: int, on: date) -> list[int]:
    """The customers with an invoice issued and not yet settled on a day, past days included."""
    rows = Invoice.objects.of(company).filter(issued_on__lte=on)
    rows = rows.filter(Q(settled_on=None) | Q(settled_on__gt=on))
    return sorted(set(rows.values_list("customer_id", flat=True)))


def as_stored(customer: Customer, entry: PlanEntry) -> StoredEntry:
    """A decision in the form of a stored one, without storing it."""
    kind, code, policy, look_again_on, spared = _plain(entry)
    row = Row(
        company_id=customer.company_id,
        customer=customer,
        decided_on=entry.decided_on,
        valid_until=entry.verdict.valid_until,
        kind=kind,
        code=code,
        policy=policy,
        look_again_on=look_again_on,
        spared=spared,
        detail=_detail(entry),
    )
    return _stored(row, entry.decided_on)


def newest_day(company: int) -> date | None:
    """The newest day a decision in force was made on; None before the first plan."""
    newest: date | None = (
        Row.objects.of(company).filter(ended_on=None).aggregate(day=Max("decided_on"))["day"]
    )
    return newest


def _stored(row: Row, on: date) -> StoredEntry:
    return StoredEntry(
        row=row,
        reasons=tuple(reason_value(data, on) for data in row.detail["reasons"]),
        alerts=tuple(reason_value(data, on) for data in row.detail["alerts"]),
    )


def count_kinds(company: int, on: date) -> dict[str, int]:
    """How many entries of each kind are in force on a day, and ``spared`` invoices in all."""
    rows = Row.objects.of(company).filter(decided_on__lte=on)
    rows = rows.filter(Q(ended_on=None) | Q(ended_on__gt=on))
    counts = {row["kind"]: row["n"] for row in rows.values("kind").annotate(n=Count("pk"))}
    counts["spared"] = rows.aggregate(n=Sum("spared"))["n"] or 0
    return counts
