"""The ledger in the database: facts in, facts out, and what the matching derives from them."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date

from django.db.models import Count, F, Sum

from amiable.engine import ledger as values
from amiable.engine.ledger import (
    AllocationBasis,
    CreditKind,
    DueBasis,
    InvoiceKind,
    Ledger,
)
from amiable.engine.money import Money
from amiable.store.bulk import chunks, insert_rows, reserve_ids, update_rows
from amiable.store.models import Allocation, Credit, Invoice
from amiable.store.models.columns import as_day
from amiable.store.standing import currency_of, save_balances


@dataclass(slots=True, kw_only=True)
class StoredLedger:
    """One customer's ledger with the primary keys of its rows, by natural key.

    ``aliases``: accounting-export key -> key of invoices another list brought in first.
    ``derived`` holds what the matching last wrote, so that only what changes is written:
    (settled_on, paid_on, delay) of each invoice, (settled_on, None, None) of each credit.
    """

    customer: int
    ledger: Ledger = field(default_factory=Ledger)
    invoice_ids: dict[str, int] = field(default_factory=dict)
    credit_ids: dict[str, int] = field(default_factory=dict)
    aliases: dict[str, str] = field(default_factory=dict)
    derived: dict[str, tuple[date | None, date | None, int | None]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Derived:
    """What the matching of one customer gives, ready to be stored.

    ``paid``: of the invoices that teach, by key, the day money brought what was left to 1 % or
    less, and that day's distance from the (rolled) due date.
    """

    stored: StoredLedger
    allocations: tuple[values.Allocation, ...]
    paid: dict[str, tuple[date, int]]


def load_ledgers(company: int, pks: Sequence[int]) -> dict[int, StoredLedger]:
    """The whole ledgers of some customers, three queries a few hundred customers."""
    ledgers = {pk: StoredLedger(customer=pk) for pk in pks}
    for part in chunks(pks):
        invoices = _load_invoices(company, part, ledgers)
        credits = _load_credits(company, part, ledgers)
        allocations = _load_allocations(company, part)
        for pk in part:
            ledgers[pk].ledger = Ledger(
                invoices=tuple(invoices[pk]),
                credits=tuple(credits[pk]),
                allocations=tuple(allocations[pk]),
            )
    return ledgers


def _load_invoices(
    company: int, pks: Sequence[int], ledgers: dict[int, StoredLedger]
) -> dict[int, list[values.Invoice]]:
    found: dict[int, list[values.Invoice]] = defaultdict(list)
    rows = Invoice.objects.of(company).filter(customer_id__among=pks).order_by("pk")
    for row in rows.values_list(
        "pk", "customer_id", "key", "customer__key", "number", "issued_on", "due_on",
        "amount_minor", "currency", "kind", "due_basis", "label", "lettering",
        "settled_on", "paid_on", "delay", "alias",
    ):  # fmt: skip
        stored = ledgers[row[1]]
        stored.invoice_ids[row[2]] = row[0]
        stored.derived[row[2]] = (_day(row[13]), _day(row[14]), row[15])
        if row[16]:
            stored.aliases[row[16]] = row[2]
        found[row[1]].append(invoice_value(row[2:13]))
    return found


def invoice_value(row: Sequence) -> values.Invoice:  # type: ignore[type-arg]
    """(key, customer key, number, issued_on, due_on, minor, currency, kind, due basis, label,
    lettering) as the engine's value."""
    key, customer, number, issued_on, due_on, minor, currency, kind, basis, label, lettering = row
    return values.Invoice(
        key=key,
        customer=customer,
        number=number,
        issued_on=issued_on,
        due_on=due_on,
        amount=Money(minor=minor, currency=currency),
        kind=InvoiceKind(kind),
        due_basis=DueBasis(basis),
        label=label,
        lettering=lettering,
    )


def _load_credits(
    company: int, pks: Sequence[int], ledgers: dict[int, StoredLedger]
) -> dict[int, list[values.Credit]]:
    found: dict[int, list[values.Credit]] = defaultdict(list)
    rows = Credit.objects.of(company).filter(customer_id__among=pks).order_by("pk")
    for row in rows.values_list(
        "pk", "customer_id", "key", "customer__key", "number", "received_on", "amount_minor",
        "currency", "kind", "label", "lettering", "settled_on",
    ):  # fmt: skip
        stored = ledgers[row[1]]
        stored.credit_ids[row[2]] = row[0]
        stored.derived[row[2]] = (_day(row[11]), None, None)
        found[row[1]].append(credit_value(row[2:11]))
    return found


def credit_value(row: Sequence) -> values.Credit:  # type: ignore[type-arg]
    """(key, customer key, number, received_on, minor, currency, kind, label, lettering)."""
    key, customer, number, received_on, minor, currency, kind, label, lettering = row
    return values.Credit(
        key=key,
        customer=customer,
        number=number,
        received_on=received_on,
        amount=Money(minor=minor, currency=currency),
        kind=CreditKind(kind),
        label=label,
        lettering=lettering,
    )


def _load_allocations(company: int, pks: Sequence[int]) -> dict[int, list[values.Allocation]]:
    found: dict[int, list[values.Allocation]] = defaultdict(list)
    rows = Allocation.objects.of(company).filter(customer_id__among=pks).order_by("pk")
    for row in rows.values_list(
        "customer_id", "invoice__key", "credit__key", "amount_minor", "invoice__currency",
        "allocated_on", "basis",
    ):  # fmt: skip
        found[row[0]].append(
            values.Allocation(
                invoice=row[1],
                credit=row[2],
                amount=Money(minor=row[3], currency=row[4]),
                allocated_on=row[5],
                basis=AllocationBasis(row[6]),
            )
        )
    return found


_INVOICE = (
    "id", "company", "customer", "key", "number", "kind", "issued_on", "due_on", "due_basis",
    "amount_minor", "currency", "label", "lettering", "import_run",
)  # fmt: skip
_CREDIT = (
    "id", "company", "customer", "key", "number", "kind", "received_on", "amount_minor",
    "currency", "label", "lettering", "import_run",
)  # fmt: skip


def add_invoices(
    company: int, run: int | None, new: Sequence[tuple[StoredLedger, values.Invoice]]
) -> None:
    """Insert new invoices of several customers; their primary keys go into the stored ledgers."""
    ids = reserve_ids(Invoice, len(new))
    rows = []
    for pk, (stored, item) in zip(ids, new, strict=True):
        stored.invoice_ids[item.key] = pk
        stored.derived[item.key] = (None, None, None)
        rows.append(
            (
                pk, company, stored.customer, item.key, item.number[:100], item.kind.value,
                item.issued_on, item.due_on, item.due_basis.value, item.amount.minor,
                item.amount.currency, item.label[:300], item.lettering, run,
            )
        )  # fmt: skip
    insert_rows(Invoice, _INVOICE, rows)


def add_credits(
    company: int, run: int | None, new: Sequence[tuple[StoredLedger, values.Credit]]
) -> None:
    """Insert new credits of several customers; their primary keys go into the stored ledgers."""
    ids = reserve_ids(Credit, len(new))
    rows = []
    for pk, (stored, item) in zip(ids, new, strict=True):
        stored.credit_ids[item.key] = pk
        stored.derived[item.key] = (None, None, None)
        rows.append(
            (
                pk, company, stored.customer, item.key, item.number[:100], item.kind.value,
                item.received_on, item.amount.minor, item.amount.currency, item.label[:300],
                item.lettering, run,
            )
        )  # fmt: skip
    insert_rows(Credit, _CREDIT, rows)


def change_invoices(changes: Iterable[tuple[int, values.Invoice]]) -> None:
    """Write what a source now says otherwise of invoices: lettering, due date and its basis."""
    update_rows(
        Invoice,
        ("due_on", "due_basis", "lettering"),
        ((item.due_on, item.due_basis.value, item.lettering, pk) for pk, item in changes),
    )


def name_aliases(aliases: Iterable[tuple[int, str]]) -> None:
    """Give invoices the key they bear in the accounting export: (primary key, alias)."""
    update_rows(Invoice, ("alias",), ((alias, pk) for pk, alias in aliases))


def change_credits(changes: Iterable[tuple[int, values.Credit]]) -> None:
    """Write what a source now says otherwise of credits: their lettering."""
    update_rows(Credit, ("lettering",), ((item.lettering, pk) for pk, item in changes))


def save_derived(company: int, derived: Sequence[Derived]) -> None:
    """Replace the allocations of these customers (a person's stay) and write what they settle."""
    pks = [one.stored.customer for one in derived]
    for part in chunks(pks):
        rows = Allocation.objects.of(company).filter(customer_id__among=part)
        rows.exclude(basis=AllocationBasis.PERSON.value).delete()
    insert_rows(
        Allocation,
        ("company", "customer", "invoice", "credit", "amount_minor", "allocated_on", "basis"),
        (
            (
                company, one.stored.customer, one.stored.invoice_ids[item.invoice],
                one.stored.credit_ids[item.credit], item.amount.minor, item.allocated_on,
                item.basis.value,
            )
            for one in derived
            for item in one.allocations
            if item.basis is not AllocationBasis.PERSON
        ),
    )  # fmt: skip
    update_rows(Invoice, ("settled_on", "paid_on", "delay"), _settled_invoices(derived))
    update_rows(Credit, ("settled_on",), _settled_credits(derived))
    currency = currency_of(company)
    save_balances(_balance(one, currency) for one in derived)


def _balance(one: Derived, currency: str) -> tuple[int, date | None, int]:
    """(balance in the company's currency, due date of the oldest open invoice, customer)."""
    ledger = one.stored.ledger
    closed = _closed_on(one.allocations, ledger.invoices, "invoice")
    due = (item.due_on for item in ledger.invoices if item.key not in closed)
    owed = sum(item.amount.minor for item in ledger.invoices if item.amount.currency == currency)
    paid = sum(item.amount.minor for item in ledger.credits if item.amount.currency == currency)
    return owed - paid, min(due, default=None), one.stored.customer


_NOT_PAID: tuple[date | None, int | None] = (None, None)


def _settled_invoices(
    derived: Sequence[Derived],
) -> Iterable[tuple[int | None, int | None, int | None, int]]:
    """Rows whose day of reaching zero, or whose delay, is no longer what is stored."""
    for one in derived:
        closed = _closed_on(one.allocations, one.stored.ledger.invoices, "invoice")
        for key, pk in one.stored.invoice_ids.items():
            settled_on = closed.get(key)
            paid_on, delay = one.paid.get(key, _NOT_PAID)
            if one.stored.derived[key] != (settled_on, paid_on, delay):
                yield (_ordinal(settled_on), _ordinal(paid_on), delay, pk)


def _settled_credits(derived: Sequence[Derived]) -> Iterable[tuple[int | None, int]]:
    for one in derived:
        closed = _closed_on(one.allocations, one.stored.ledger.credits, "credit")
        for key, pk in one.stored.credit_ids.items():
            if one.stored.derived[key][0] != closed.get(key):
                yield (_ordinal(closed.get(key)), pk)


def _closed_on(
    allocations: Iterable[values.Allocation],
    items: Iterable[values.Invoice] | Iterable[values.Credit],
    side: str,
) -> dict[str, date]:
    """The day each wholly allocated item reached zero, by key."""
    used: dict[str, int] = defaultdict(int)
    last: dict[str, date] = {}
    for allocation in allocations:
        key = getattr(allocation, side)
        used[key] += allocation.amount.minor
        last[key] = max(allocation.allocated_on, last.get(key, allocation.allocated_on))
    return {item.key: last[item.key] for item in items if used.get(item.key) == item.amount.minor}


def _day(value: object) -> date | None:
    """A `DayField` as its converter gives it; the type checker only knows an integer column."""
    assert value is None or isinstance(value, date)
    return value


def _ordinal(day: date | None) -> int | None:
    return day.toordinal() if day else None


def balances_of(company: int, pks: Sequence[int]) -> dict[tuple[int, str], int]:
    """What customers owe in all, minor units by (customer, currency): invoices less credits."""
    sums: dict[tuple[int, str], int] = defaultdict(int)
    for model, sign in ((Invoice, 1), (Credit, -1)):
        rows = model.objects.of(company).filter(customer_id__among=pks)
        for row in rows.values("customer_id", "currency").annotate(sum=Sum("amount_minor")):
            sums[row["customer_id"], row["currency"]] += sign * row["sum"]
    return sums


def credit_rows(company: int, keys: Sequence[str]) -> list[Credit]:
    """Credits by natural key."""
    return list(Credit.objects.of(company).filter(key__in=keys))


def opening_rows(company: int, after: date, until: date) -> tuple[list[Invoice], list[Credit]]:
    """Opening items of the fiscal years that start after a day, and by ``until``."""
    invoices = Invoice.objects.of(company).filter(
        kind=InvoiceKind.OPENING.value, issued_on__gt=after, issued_on__lte=until
    )
    credits = Credit.objects.of(company).filter(
        kind=CreditKind.OPENING.value, received_on__gt=after, received_on__lte=until
    )
    return list(invoices), list(credits)


def adjustments_of(company: int, mark: str) -> list[Credit]:
    """Credits made by an import to set one item against another: their key holds ``mark``."""
    rows = Credit.objects.of(company).filter(kind=CreditKind.ADJUSTMENT.value, key__contains=mark)
    return list(rows)


def inferred_invoices(company: int, pks: Sequence[int]) -> list[tuple[int, int, date, date, str]]:
    """(primary key, customer, issued_on, due_on, basis) of invoices due by terms or by law."""
    rows = Invoice.objects.of(company).filter(
        customer_id__among=pks,
        kind=InvoiceKind.INVOICE.value,
        due_basis__in=[DueBasis.LEGAL.value, DueBasis.TERMS.value, DueBasis.LEARNED.value],
    )
    return list(rows.values_list("pk", "customer_id", "issued_on", "due_on", "due_basis"))


def save_due_dates(dates: Iterable[tuple[date, str, int]]) -> None:
    """Write (due date, basis, primary key)."""
    update_rows(Invoice, ("due_on", "due_basis"), dates)


def overdue_sums(company: int, on: date) -> dict[str, int]:
    """What is open of invoices due before a day, minor units by currency."""
    rows = Invoice.objects.of(company).filter(settled_on=None, due_on__lt=on)
    sums = {
        row["currency"]: row["sum"]
        for row in rows.values("currency").annotate(sum=Sum("amount_minor"))
    }
    paid = Allocation.objects.of(company).filter(
        invoice__settled_on=None, invoice__due_on__lt=on, allocated_on__lte=on
    )
    for row in paid.values("invoice__currency").annotate(sum=Sum("amount_minor")):
        sums[row["invoice__currency"]] -= row["sum"]
    return sums


def invoice_of(company: int, customer: int, number: str) -> Invoice | None:
    """An invoice of a customer by its number (the open one first, then the newest)."""
    rows = Invoice.objects.of(company).filter(customer_id=customer, number__iexact=number)
    return rows.order_by(F("settled_on").asc(nulls_first=True), "-issued_on").first()


def invoice_by_key(company: int, customer: int, key: str) -> Invoice | None:
    """An invoice of a customer by its natural key."""
    return Invoice.objects.of(company).filter(customer_id=customer, key=key).first()


def invoice_numbers(company: int, keys: Iterable[str]) -> dict[str, str]:
    """The numbers of some invoices by natural key."""
    wanted = sorted(set(keys))
    return {
        key: number or label or key
        for at in range(0, len(wanted), 500)
        for key, number, label in Invoice.objects.of(company)
        .filter(key__in=wanted[at : at + 500])
        .values_list("key", "number", "label")
    }


def last_payment(company: int, customer: int) -> values.Credit | None:
    """The newest money received from a customer."""
    rows = Credit.objects.of(company).filter(
        customer_id=customer, kind__in=[kind.value for kind in values.MONEY_RECEIVED]
    )
    row = rows.order_by("-received_on", "-pk").values_list(
        "key", "customer__key", "number", "received_on", "amount_minor", "currency", "kind",
        "label", "lettering",
    ).first()  # fmt: skip
    return credit_value(row) if row else None


def count_inferred(company: int, basis: DueBasis) -> dict[int, int]:
    """By customer, how many invoices rest on a due date of this basis."""
    rows = Invoice.objects.of(company).filter(kind=InvoiceKind.INVOICE.value, due_basis=basis.value)
    found = rows.values("customer_id").annotate(n=Count("pk")).order_by("customer_id")
    return {row["customer_id"]: row["n"] for row in found}


def paid_invoices(company: int, pks: Sequence[int]) -> dict[int, list[tuple[date, date]]]:
    """By customer, (issue date, payment date) of the invoices that teach."""
    found: dict[int, list[tuple[date, date]]] = defaultdict(list)
    rows = Invoice.objects.of(company).filter(customer_id__among=pks, delay__isnull=False)
    for customer, issued_on, paid_on in rows.values_list("customer_id", "issued_on", "paid_on"):
        found[customer].append((issued_on, as_day(paid_on)))
    return found
