"""Match: a person says which invoice a credit pays, or takes it back. It stands for good.

Every matching to come, an import's too, starts from what people decided. What the rules presumed
("oldest first, for want of anything better") may be decided otherwise at any time.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from amiable.desk.access import Actor, OtherCompany, customer_for
from amiable.desk.audit import recorded, subject
from amiable.desk.calendar import due_calendar
from amiable.desk.derive import derive_again
from amiable.desk.plan import redraw
from amiable.engine.ledger import AllocationBasis, OpenCredit, OpenInvoice
from amiable.engine.matching import Proposal, propose
from amiable.engine.money import Money
from amiable.store import matching as store
from amiable.store.company import lock_company
from amiable.store.customer import touch
from amiable.store.dispute import contested_invoices
from amiable.store.lists.credits import matched_by_hand, open_invoices_of, spent_for_sure
from amiable.store.matching import credit_fact, invoice_fact
from amiable.store.models import Allocation, Company, Credit, Customer, Invoice


class MatchRefused(ValueError):
    """A credit cannot pay an invoice so; ``problem`` has a text ``match.refused.<problem>``."""

    def __init__(self, problem: str, left: Money | None = None) -> None:
        super().__init__(problem)
        self.problem, self.left = problem, left


def match_by_hand(
    actor: Actor,
    credit: int,
    invoice: int,
    amount: Money | None = None,
    *,
    today: date,
    at: datetime,
) -> Allocation:
    """``amount`` of a credit pays an invoice (None: as much as both have left).

    Raises MatchRefused for another customer, another currency, zero, or more than is left;
    OtherCompany for what is not there.
    """
    company = actor.company
    paying, paid = _sides(company, credit, invoice)
    customer = customer_for(actor, paying.customer_id)
    with recorded(actor, "matched", at=at, customer=customer) as entry:
        lock_company(company)
        minor = _checked(paying, paid, amount)
        day = max(paid.issued_on, paying.received_on)
        row = store.tie(paying, paid, minor, day)
        _again(company, customer, today)
        entry.subject = subject(paying)
        entry.facts |= _facts(paying, paid, minor)
    return row


def unmatch(actor: Actor, pk: int, *, today: date, at: datetime) -> Allocation:
    """Take a person's match back: the rules decide again. Raises OtherCompany."""
    company = actor.company
    row = store.allocation_by_pk(company.pk, pk)
    if row is None or row.basis != AllocationBasis.PERSON.value:
        raise OtherCompany(company, "match by hand")
    customer = customer_for(actor, row.customer_id)
    with recorded(actor, "unmatched", at=at, customer=customer) as entry:
        lock_company(company)
        entry.subject = subject(row.credit)
        entry.facts |= _facts(row.credit, row.invoice, row.amount_minor)
        row.delete()
        _again(company, customer, today)
    return row


def _sides(company: Company, credit: int, invoice: int) -> tuple[Credit, Invoice]:
    paying = store.credit_by_pk(company.pk, credit)
    paid = store.invoice_by_pk(company.pk, invoice)
    if paying is None or paid is None:
        raise OtherCompany(company, "credit" if paying is None else "invoice")
    return paying, paid


def _checked(paying: Credit, paid: Invoice, amount: Money | None) -> int:
    """The minor units to tie. Raises MatchRefused."""
    if paying.customer_id != paid.customer_id:
        raise MatchRefused("customer")
    if paying.currency != paid.currency:
        raise MatchRefused("currency")
    most = min(store.left_of_credit(paying), store.left_of_invoice(paid))
    left = Money(minor=most, currency=paid.currency)
    if most <= 0:
        raise MatchRefused("nothing_left")
    if amount is None:
        return most
    if amount.currency != paid.currency:
        raise MatchRefused("currency")
    if amount.minor <= 0:
        raise MatchRefused("zero")
    if amount.minor > most:
        raise MatchRefused("too_much", left)
    return amount.minor


def _again(company: Company, customer: Customer, today: date) -> None:
    contested = contested_invoices(company.pk, [customer.pk])
    derive_again(company.pk, [customer.pk], due_calendar(company), contested)
    touch(company.pk, [customer.pk])
    redraw(company, [customer.pk], today)


def _facts(credit: Credit, invoice: Invoice, minor: int) -> dict[str, str]:
    return {
        "credit": str(credit),
        "invoice": str(invoice),
        "amount": str(Money(minor=minor, currency=credit.currency)),
    }


@dataclass(frozen=True, slots=True, kw_only=True)
class Suggestion:
    """An invoice that a credit may pay, and what speaks for it."""

    invoice: Invoice
    amount: Money
    basis: AllocationBasis


@dataclass(frozen=True, slots=True, kw_only=True)
class CreditLine:
    """A credit to be matched. ``left``: what nobody and no sure rule tied; ``guesses``: what is
    tied for want of anything better; ``by_hand``: what people tied; ``others``: all invoices of
    the customer it could pay, for who knows better than the suggestions."""

    row: Credit
    left: Money
    guesses: list[Allocation]
    by_hand: list[Allocation]
    suggestions: list[Suggestion]
    others: list[Invoice]

    @property
    def amount(self) -> Money:
        """All of it."""
        return Money(minor=self.row.amount_minor, currency=self.row.currency)


_OTHERS = 100


def credit_lines(company: Company, rows: Sequence[Credit]) -> list[CreditLine]:
    """What a page says of some credits: what is left, and what they may pay."""
    pks = [row.pk for row in rows]
    spent = spent_for_sure(company.pk, pks, "credit")
    customers = sorted({row.customer_id for row in rows})
    invoices = open_invoices_of(company.pk, customers)
    every = [row.pk for found in invoices.values() for row in found]
    paid = spent_for_sure(company.pk, every, "invoice")
    ties = matched_by_hand(company.pk, None, credits=pks)
    guesses = matched_by_hand(company.pk, None, credits=pks, basis=AllocationBasis.PRESUMED)
    return [
        _line(
            row,
            row.amount_minor - spent.get(row.pk, 0),
            [(one, one.amount_minor - paid.get(one.pk, 0)) for one in invoices[row.customer_id]],
            [one for one in guesses if one.credit_id == row.pk],
            [one for one in ties if one.credit_id == row.pk],
        )
        for row in rows
    ]


def _line(
    row: Credit,
    left: int,
    invoices: list[tuple[Invoice, int]],
    guesses: list[Allocation],
    ties: list[Allocation],
) -> CreditLine:
    money = Money(minor=left, currency=row.currency)
    fitting = {one.key: (one, rest) for one, rest in invoices if one.currency == row.currency}
    found = propose(
        OpenCredit(credit=credit_fact(row), left=money),
        [
            OpenInvoice(invoice=invoice_fact(one), left=Money(minor=rest, currency=one.currency))
            for one, rest in fitting.values()
            if rest > 0
        ],
    )
    return CreditLine(
        row=row,
        left=money,
        guesses=guesses,
        by_hand=ties,
        suggestions=[_suggestion(one, fitting[one.invoice][0]) for one in found if left > 0],
        others=[one for one, _ in fitting.values()][:_OTHERS],
    )


def _suggestion(one: Proposal, invoice: Invoice) -> Suggestion:
    return Suggestion(invoice=invoice, amount=one.amount, basis=one.basis)
