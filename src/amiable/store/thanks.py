"""Thanks in the database: the payments to thank for, what they pay, what became of each."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date

from django.db.models import QuerySet

from amiable.engine.ledger import MONEY_RECEIVED, AllocationBasis
from amiable.engine.thanks import FRESH, Received
from amiable.store.bulk import chunks
from amiable.store.matching import credit_fact
from amiable.store.models import Allocation, Credit, PaymentThanks
from amiable.store.models.payment_thanks import ThanksState

_UNSURE = (AllocationBasis.PRESUMED.value, AllocationBasis.RETURN.value)


def note_payments(company: int, credits: Iterable[Credit]) -> int:
    """Keep payments that came in, each once; how many are new.

    A payment that another source tells anew, under another key, stays the one it was.
    """
    rows = {row.key: row for row in credits}
    return sum(_note(company, {key: rows[key] for key in part}) for part in chunks(list(rows)))


def _note(company: int, rows: dict[str, Credit]) -> int:
    kept = PaymentThanks.objects.of(company)
    known = set(kept.filter(key__in=list(rows)).values_list("key", flat=True))
    new = [row for key, row in rows.items() if key not in known]
    orphans = _orphans(company, new)
    fresh = []
    for row in new:
        told = orphans.pop((row.customer_id, row.received_on, row.amount_minor, row.currency), None)
        if told is None:
            fresh.append(row)
        else:
            kept.filter(pk=told).update(key=row.key)
    kept.bulk_create(
        PaymentThanks(
            company_id=company,
            customer_id=row.customer_id,
            key=row.key,
            received_on=row.received_on,
            amount_minor=row.amount_minor,
            currency=row.currency,
            state=ThanksState.SEEN.value,
        )
        for row in fresh
    )
    return len(fresh)


def _orphans(company: int, new: Sequence[Credit]) -> dict[tuple[int, date, int, str], int]:
    """Payments kept whose row of the ledger is gone: (customer, day, minor, currency) -> row."""
    if not new:
        return {}
    rows = PaymentThanks.objects.of(company).filter(
        customer_id__among=[row.customer_id for row in new],
        received_on__gte=min(row.received_on for row in new),
    )
    kept = list(
        rows.values_list("pk", "key", "customer_id", "received_on", "amount_minor", "currency")
    )
    there = Credit.objects.of(company).filter(key__in=[row[1] for row in kept])
    keys = set(there.values_list("key", flat=True))
    return {(row[2], row[3], row[4], row[5]): row[0] for row in kept if row[1] not in keys}


def waiting(
    company: int, state: ThanksState, today: date, only: Sequence[int] | None = None
) -> QuerySet[PaymentThanks]:
    """Payments in a state that are still fresh; of some collectors' customers, if given."""
    rows = PaymentThanks.objects.of(company).filter(state=state, received_on__gte=today - FRESH)
    return rows if only is None else rows.filter(customer__collector_id__in=only)


def customers_waiting(
    company: int,
    state: ThanksState,
    today: date,
    *,
    after: int = 0,
    most: int,
    only: Sequence[int] | None = None,
) -> list[int]:
    """Customers with such payments, in the order of their keys, those ``after`` one."""
    rows = waiting(company, state, today, only).filter(customer_id__gt=after)
    found = rows.order_by("customer_id").values_list("customer_id", flat=True).distinct()
    return list(found[:most])


def count_customers(company: int, today: date, only: Sequence[int] | None, most: int = 1000) -> int:
    """How many customers a person may thank, counted no further than ``most``."""
    rows = waiting(company, ThanksState.READY, today, only)
    return rows.order_by().values("customer_id").distinct()[:most].count()


def payments_of(
    company: int, customers: Sequence[int], states: Sequence[ThanksState], today: date
) -> dict[int, list[PaymentThanks]]:
    """The fresh payments of customers in some states, by customer, oldest first."""
    rows = PaymentThanks.objects.of(company).filter(
        customer_id__among=customers, state__in=states, received_on__gte=today - FRESH
    )
    found: dict[int, list[PaymentThanks]] = defaultdict(list)
    for row in rows.order_by("received_on", "pk"):
        found[row.customer_id].append(row)
    return found


def thanked_by(company: int, messages: Sequence[int]) -> dict[int, list[PaymentThanks]]:
    """The payments some messages thank for, by message."""
    rows = PaymentThanks.objects.of(company).filter(message_id__in=messages)
    found: dict[int, list[PaymentThanks]] = defaultdict(list)
    for row in rows.order_by("received_on", "pk"):
        assert row.message_id is not None
        found[row.message_id].append(row)
    return found


def received(company: int, rows: Iterable[PaymentThanks]) -> dict[str, Received]:
    """By key: the payments that still stand as they were seen, with what they surely pay.

    One that bounced, changed, or is gone from the ledger does not stand.
    """
    wanted = {row.key: row for row in rows}
    kinds = [kind.value for kind in MONEY_RECEIVED]
    credits = Credit.objects.of(company).filter(key__in=list(wanted), kind__in=kinds)
    found = {
        row.key: row
        for row in credits.select_related("customer")
        if (row.amount_minor, row.currency, row.received_on) == _seen(wanted[row.key])
    }
    paid: dict[int, list[tuple[str, str]]] = defaultdict(list)
    bounced = set[int]()
    ties = Allocation.objects.of(company).filter(credit_id__in=[row.pk for row in found.values()])
    for credit, basis, key, number in ties.order_by("pk").values_list(
        "credit_id", "basis", "invoice__key", "invoice__number"
    ):
        if basis == AllocationBasis.RETURN.value:
            bounced.add(credit)
        elif basis not in _UNSURE:
            paid[credit].append((key, number))
    return {
        key: Received(
            credit=credit_fact(row),
            invoices=tuple(invoice for invoice, _ in paid[row.pk]),
            numbers=tuple(number for _, number in paid[row.pk]),
        )
        for key, row in found.items()
        if row.pk not in bounced
    }


def _seen(row: PaymentThanks) -> tuple[int, str, date]:
    return row.amount_minor, row.currency, row.received_on


def become(
    company: int, rows: Iterable[PaymentThanks], state: ThanksState, *, why: str = ""
) -> None:
    """Write down what became of some payments; those that were thanked for have their message."""
    changed = list(rows)
    for row in changed:
        row.state, row.why = state.value, why
    kept = PaymentThanks.objects.of(company)
    kept.bulk_update(changed, ["state", "why", "message"], batch_size=500)


def forget(company: int, rows: Iterable[PaymentThanks]) -> None:
    """These payments are gone from the ledger before anybody was thanked."""
    PaymentThanks.objects.of(company).filter(pk__among=[row.pk for row in rows]).delete()


def reopen(company: int, messages: Sequence[int], state: ThanksState) -> None:
    """The messages that thanked were taken back before they left: the payments wait again."""
    rows = PaymentThanks.objects.of(company).filter(message_id__among=messages)
    rows.update(state=state.value, message=None)
