"""The list of invoices: filters, orders, and what is left of those on a page."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum

from django.db.models import Exists, F, Max, OuterRef, Q, QuerySet, Subquery, Sum
from django.db.models.lookups import Exact

from amiable.engine.ledger import MONEY_RECEIVED
from amiable.store.customer import visible_customers
from amiable.store.lists.keyset import Apart, Order
from amiable.store.models import Allocation, Dispute, Invoice, PaymentClaim, Promise
from amiable.store.spelling import begins

ORDERS = {
    "due": Order(column="due_on"),
    "issued": Order(column="issued_on"),
    "amount": Order(column="amount_minor"),
    "number": Order(column="number", text=True),
}
"""By the name a person chooses."""

_FEW = 20_000  # rows that are sorted faster than a whole index is walked


class InvoiceState(StrEnum):
    """Where an invoice stands; all but the settled and the paid are open too."""

    OPEN = "open"
    SETTLED = "settled"
    PAID = "paid"  # settled, and the last of it by money: a filter; a row is settled
    OVERDUE = "overdue"
    DISPUTED = "disputed"
    PROMISED = "promised"
    SAID_PAID = "said_paid"  # the customer says so; the money has not been seen


_RARE = (InvoiceState.DISPUTED, InvoiceState.PROMISED, InvoiceState.SAID_PAID)


@dataclass(frozen=True, slots=True, kw_only=True)
class InvoiceFilter:
    """Days and amounts (minor units) are included on both ends; ``customer`` a primary key.

    ``money_from``, ``money_until``: when money came that paid it, or a part of it.
    """

    state: InvoiceState | None = None
    due_from: date | None = None
    due_until: date | None = None
    issued_from: date | None = None
    issued_until: date | None = None
    settled_from: date | None = None
    settled_until: date | None = None
    money_from: date | None = None
    money_until: date | None = None
    low: int | None = None
    high: int | None = None
    currency: str = ""
    kind: str = ""
    customer: int | None = None
    number: str = ""


def invoices_that(
    company: int, wanted: InvoiceFilter, only: Sequence[int] | None, today: date
) -> QuerySet[Invoice]:
    """The invoices a person may see, and wants to."""
    rows = Invoice.objects.of(company).select_related("customer")
    if only is not None:
        mine = visible_customers(company, only).values("pk")
        rows = rows.filter(customer_id__in=mine)
    if wanted.customer is not None:
        rows = rows.filter(customer_id=wanted.customer)
    rare = _rare(company, wanted)
    for name, value in _words(wanted).items():
        if name in rare:
            rows = rows.filter(**{name: value})
        else:  # nearly every row: an index of them all would only be in the way
            rows = rows.filter(Exact(Apart(F(name)), value))
    for part in _ranges(wanted):
        rows = rows.filter(part)
    if wanted.number:
        rows = rows.filter(pk__in=numbered(company, wanted.number).values("pk"))
    if wanted.money_from or wanted.money_until:
        rows = rows.filter(_not_settled_before(wanted), Exists(_money_of(company, wanted)))
    return _in_state(rows, company, wanted.state, today)


def numbered(company: int, text: str) -> QuerySet[Invoice]:
    """The invoices whose number begins with a text, as it is typed or in capitals."""
    rows = Invoice.objects.of(company)
    typed = rows.filter(*begins("number", text))
    capitals = text.upper()
    return typed if capitals == text else typed | rows.filter(*begins("number", capitals))


def _words(wanted: InvoiceFilter) -> dict[str, str]:
    """The columns of few different words that are limited."""
    words = {"currency": wanted.currency, "kind": wanted.kind}
    return {name: value for name, value in words.items() if value}


def _rare(company: int, wanted: InvoiceFilter) -> set[str]:
    """Those of them of which there are few rows."""
    rows = Invoice.objects.of(company)
    words = _words(wanted).items()
    return {name for name, value in words if _count(rows.filter(**{name: value})) <= _FEW}


def _ranges(wanted: InvoiceFilter) -> list[Q]:
    """One condition a column that is limited."""
    limits = {
        "due_on": (wanted.due_from, wanted.due_until),
        "issued_on": (wanted.issued_from, wanted.issued_until),
        "settled_on": (wanted.settled_from, wanted.settled_until),
        "amount_minor": (wanted.low, wanted.high),
    }
    parts = []
    for column, (low, high) in limits.items():
        part = Q()
        if low is not None:
            part &= Q(**{f"{column}__gte": low})
        if high is not None:
            part &= Q(**{f"{column}__lte": high})
        if part:
            parts.append(part)
    return parts


def _not_settled_before(wanted: InvoiceFilter) -> Q:
    """What no money may have come for: of this there are indexes, of the days of money none."""
    if wanted.money_from is None:
        return Q()
    return Q(settled_on=None) | Q(settled_on__gte=wanted.money_from)


def _money_of(company: int, wanted: InvoiceFilter | None = None) -> QuerySet[Allocation]:
    """What money paid of an invoice; on the wanted days, or whenever."""
    rows = Allocation.objects.of(company).filter(
        invoice=OuterRef("pk"), credit__kind__in=sorted(MONEY_RECEIVED)
    )
    if wanted and wanted.money_from:
        rows = rows.filter(allocated_on__gte=wanted.money_from)
    if wanted and wanted.money_until:
        rows = rows.filter(allocated_on__lte=wanted.money_until)
    return rows


def _last_by_money(company: int) -> Exists:
    """Whether money came on the day the last of an invoice was paid."""
    ties = Allocation.objects.of(company).filter(invoice=OuterRef("invoice")).order_by()
    last = ties.values("invoice").annotate(day=Max("allocated_on")).values("day")
    return Exists(_money_of(company).filter(allocated_on=Subquery(last)))


def _in_state(
    rows: QuerySet[Invoice], company: int, state: InvoiceState | None, today: date
) -> QuerySet[Invoice]:
    if state is None:
        return rows
    if state in (InvoiceState.SETTLED, InvoiceState.PAID):
        rows = rows.filter(settled_on__isnull=False)
        return rows.filter(_last_by_money(company)) if state is InvoiceState.PAID else rows
    rows = rows.filter(settled_on=None)
    if state is InvoiceState.OVERDUE:
        return rows.filter(due_on__lt=today)
    if state is InvoiceState.DISPUTED:
        disputes = Dispute.objects.of(company).filter(closed_on=None)
        return rows.filter(key__in=disputes.values("invoice"))
    if state is InvoiceState.PROMISED:
        keys, customers = _promised(company, today)
        return rows.filter(Q(key__in=keys) | Q(customer_id__among=customers))
    if state is InvoiceState.SAID_PAID:
        # A claim that names no invoice is of what was due the day it was made.
        of_all = _claims(company, today).filter(
            invoices=[], customer_id=OuterRef("customer_id"), said_on__gte=OuterRef("due_on")
        )
        return rows.filter(Q(key__in=_claimed(company, today)[0]) | Exists(of_all))
    return rows


def _claims(company: int, today: date) -> QuerySet[PaymentClaim]:
    return PaymentClaim.objects.of(company).filter(closed_on=None, said_on__lte=today)


def _claimed(
    company: int, today: date, pks: Sequence[int] | None = None
) -> tuple[list[str], dict[int, date]]:
    """(invoices, the last day by customer that named none) of the claims of payment that stand."""
    rows = _claims(company, today)
    if pks is not None:
        rows = rows.filter(customer_id__among=pks)
    found = list(rows.order_by("said_on").values_list("invoices", "customer_id", "said_on"))
    keys = [key for named, _, _ in found for key in named]
    return keys, {customer: on for named, customer, on in found if not named}


def _promised(
    company: int, today: date, pks: Sequence[int] | None = None
) -> tuple[list[str], list[int]]:
    """(invoices, customers that promised without naming one) of promises whose day may come."""
    rows = Promise.objects.of(company).filter(cancelled_on=None, due_on__gte=today)
    if pks is not None:
        rows = rows.filter(customer_id__among=pks)
    found = list(rows.values_list("invoices", "customer_id"))
    keys = [key for named, _ in found for key in named]
    return keys, [customer for named, customer in found if not named]


def ordered(company: int, wanted: InvoiceFilter, order: Order, only: object) -> Order:
    """The order, with whether a database does better to find the rows first and sort them."""
    return replace(order, sorted_apart=not order.text and _few(company, wanted, order, only))


def _few(company: int, wanted: InvoiceFilter, order: Order, only: object) -> bool:
    """Whether a filter that is not on the order's own column leaves few rows."""
    exact = wanted.customer is not None or wanted.number or only is not None
    if exact or wanted.state in _RARE:
        return True
    if _rare(company, wanted):
        return True
    rows = Invoice.objects.of(company)
    parts = [part for part in _ranges(wanted) if order.column not in str(part)]
    if wanted.state in (InvoiceState.OPEN, InvoiceState.OVERDUE) and order.column != "due_on":
        parts.append(Q(settled_on=None))
    if wanted.money_from:
        parts.append(_not_settled_before(wanted))
    return any(_count(rows.filter(part)) <= _FEW for part in parts)


def _count(rows: QuerySet[Invoice]) -> int:
    """How many, counted no further than it matters."""
    return rows.order_by()[: _FEW + 1].count()


def paid_parts(company: int, pks: Sequence[int]) -> dict[int, int]:
    """What of each invoice is paid, in minor units."""
    rows = Allocation.objects.of(company).filter(invoice_id__among=pks)
    return dict(rows.values_list("invoice_id").annotate(sum=Sum("amount_minor")))


@dataclass(frozen=True, slots=True, kw_only=True)
class Brakes:
    """What keeps invoices of some customers from being asked for."""

    disputed: frozenset[str]
    promised: frozenset[str]
    promising: frozenset[int]
    claimed: frozenset[str]
    claiming: Mapping[int, date]

    def said_paid(self, row: Invoice) -> bool:
        """Whether the customer says that it has paid an invoice."""
        said_on = self.claiming.get(row.customer_id)
        return row.key in self.claimed or (said_on is not None and row.due_on <= said_on)


def brakes_of(company: int, pks: Sequence[int], today: date) -> Brakes:
    """The open disputes, the promises still to come and the claims of some customers."""
    disputes = Dispute.objects.of(company).filter(customer_id__among=pks, closed_on=None)
    keys, customers = _promised(company, today, pks)
    claimed, claiming = _claimed(company, today, pks)
    return Brakes(
        disputed=frozenset(disputes.values_list("invoice", flat=True)),
        promised=frozenset(keys),
        promising=frozenset(customers),
        claimed=frozenset(claimed),
        claiming=claiming,
    )
