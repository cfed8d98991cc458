"""Ledgers in the database: facts in, facts out, whole customers at a time."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date

from django.db.models import Sum

from amiable.engine import ledger as values
from amiable.engine.ledger import AllocationBasis, CreditKind, InvoiceKind, Ledger
from amiable.engine.money import Money
from amiable.store.bulk import chunks, insert_rows, reserve_ids, update_rows
from amiable.store.credit import credit_value
from amiable.store.invoice import invoice_value
from amiable.store.models import Allocation, Credit, Invoice
from amiable.store.models.columns import as_day


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


def _day(value: object) -> date | None:
    return None if value is None else as_day(value)


def balances_of(company: int, pks: Sequence[int]) -> dict[tuple[int, str], int]:
    """What customers owe in all, minor units by (customer, currency): invoices less credits."""
    sums: dict[tuple[int, str], int] = defaultdict(int)
    for model, sign in ((Invoice, 1), (Credit, -1)):
        rows = model.objects.of(company).filter(customer_id__among=pks)
        for row in rows.values("customer_id", "currency").annotate(sum=Sum("amount_minor")):
            sums[row["customer_id"], row["currency"]] += sign * row["sum"]
    return sums


def opening_rows(company: int, after: date, until: date) -> tuple[list[Invoice], list[Credit]]:
    """Opening items of the fiscal years that start after a day, and by ``until``."""
    invoices = Invoice.objects.of(company).filter(
        kind=InvoiceKind.OPENING.value, issued_on__gt=after, issued_on__lte=until
    )
    credits = Credit.objects.of(company).filter(
        kind=CreditKind.OPENING.value, received_on__gt=after, received_on__lte=until
    )
    return list(invoices), list(credits)


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


def change_credits(changes: Iterable[tuple[int, values.Credit]]) -> None:
    """Write what a source now says otherwise of credits: their lettering."""
    update_rows(Credit, ("lettering",), ((item.lettering, pk) for pk, item in changes))


def name_aliases(aliases: Iterable[tuple[int, str]]) -> None:
    """Give invoices the key they bear in the accounting export: (primary key, alias)."""
    update_rows(Invoice, ("alias",), ((alias, pk) for pk, alias in aliases))
