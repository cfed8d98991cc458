"""Standing: what a customer owes and how it pays, in columns lists are ordered and filtered by.

They follow from other tables. Whoever matches a ledger writes the balance with it; habits are
weighed by the plan, and a customer without a segment is one that is yet to be weighed.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db.models import F, Min, Q, QuerySet, Sum

from amiable.engine.money import Money
from amiable.store.bulk import update_rows
from amiable.store.models import Allocation, Company, Credit, Customer, Invoice


@dataclass(slots=True)
class OpenSums:
    """What is left of a customer's open invoices and of its open credits, by currency."""

    owed: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    overdue: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    unused: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    oldest_due_on: date | None = None

    def balance(self, currency: str) -> int:
        """What is owed in one currency, credits taken off."""
        return self.owed.get(currency, 0) - self.unused.get(currency, 0)

    def balances(self, first: str) -> list[Money]:
        """What is owed in each currency that has something open; the company's own first."""
        found = {currency for currency in (*self.owed, *self.unused) if self.balance(currency)}
        ordered = sorted(found, key=lambda currency: (currency != first, currency))
        return [Money(minor=self.balance(currency), currency=currency) for currency in ordered]


def open_sums(company: int, pks: Sequence[int] | None, today: date) -> defaultdict[int, OpenSums]:
    """By customer, what is open now (of some customers, or of all); four queries, however many."""
    found: defaultdict[int, OpenSums] = defaultdict(OpenSums)
    invoices = _of(Invoice.objects.of(company).filter(settled_on=None), pks)
    for row in invoices.values("customer_id", "currency").annotate(
        sum=Sum("amount_minor"),
        late=Sum("amount_minor", filter=Q(due_on__lt=today), default=0),
        oldest=Min("due_on"),
    ):
        sums = found[row["customer_id"]]
        sums.owed[row["currency"]] += row["sum"]
        sums.overdue[row["currency"]] += row["late"]
        sums.oldest_due_on = min(row["oldest"], sums.oldest_due_on or row["oldest"])
    paid = _of(Allocation.objects.of(company).filter(invoice__settled_on=None), pks)
    for row in paid.values("customer_id", "invoice__currency").annotate(
        sum=Sum("amount_minor"),
        late=Sum("amount_minor", filter=Q(invoice__due_on__lt=today), default=0),
    ):
        found[row["customer_id"]].owed[row["invoice__currency"]] -= row["sum"]
        found[row["customer_id"]].overdue[row["invoice__currency"]] -= row["late"]
    _unused(company, pks, found)
    return found


def _unused(company: int, pks: Sequence[int] | None, found: Mapping[int, OpenSums]) -> None:
    credits = _of(Credit.objects.of(company).filter(settled_on=None), pks)
    for row in credits.values("customer_id", "currency").annotate(sum=Sum("amount_minor")):
        found[row["customer_id"]].unused[row["currency"]] += row["sum"]
    spent = _of(Allocation.objects.of(company).filter(credit__settled_on=None), pks)
    for row in spent.values("customer_id", "credit__currency").annotate(sum=Sum("amount_minor")):
        found[row["customer_id"]].unused[row["credit__currency"]] -= row["sum"]


def _of(rows: QuerySet[Any], pks: Sequence[int] | None) -> QuerySet[Any]:
    return rows if pks is None else rows.filter(customer_id__among=pks)


def save_balances(rows: Iterable[tuple[int, date | None, int]]) -> None:
    """Write (balance in the company's currency, due date of the oldest open invoice, customer)."""
    update_rows(Customer, ("balance_minor", "oldest_due_on"), rows)


def currency_of(company: int) -> str:
    """The company's own currency."""
    return Company.objects.values_list("currency", flat=True).get(pk=company)


def unweighed(company: int) -> list[int]:
    """The customers whose habit is yet to be weighed: new ones, and all when it is learned anew."""
    rows = Customer.objects.of(company).filter(current_segment=None)
    return list(rows.order_by("pk").values_list("pk", flat=True))


def unweigh_all(company: int) -> None:
    """What the customers teach was learned anew: weigh and decide every one of them again."""
    Customer.objects.of(company).update(current_segment=None, version=F("version") + 1)


def renew_balances(company: int, pks: Sequence[int], today: date) -> int:
    """Write the balances of some customers that are not what the open items say; how many."""
    currency = currency_of(company)
    sums = open_sums(company, pks, today)
    nothing = OpenSums()
    rows = Customer.objects.of(company).filter(pk__among=pks)
    changed = []
    for pk, balance, oldest in rows.values_list("pk", "balance_minor", "oldest_due_on"):
        one = sums.get(pk, nothing)
        if (balance, oldest) != (one.balance(currency), one.oldest_due_on):
            changed.append((one.balance(currency), one.oldest_due_on, pk))
    save_balances(changed)
    return len(changed)


@dataclass(frozen=True, slots=True, kw_only=True)
class Weighed:
    """How a customer pays: paid invoices, usual delay (None without any), segment by habit.

    ``drift``: days later than before, beyond what chance would do; None: it does not drift.
    """

    n: int
    usual: int | None
    segment: str
    drift: int | None = None


def save_habits(company: int, weighed: Mapping[int, Weighed]) -> int:
    """Write how customers pay where that is not what is written; returns how many changed.

    A segment that a person chose stands before the habit's.
    """
    rows = Customer.objects.of(company).filter(pk__among=list(weighed))
    changed = []
    for pk, chosen, *stored in rows.values_list(
        "pk", "segment", "habit_n", "habit_usual", "drift_days", "current_segment"
    ):
        one = weighed[pk]
        new = [one.n, one.usual, one.drift, chosen or one.segment]
        if stored != new:
            changed.append((*new, pk))
    update_rows(Customer, ("habit_n", "habit_usual", "drift_days", "current_segment"), changed)
    return len(changed)
