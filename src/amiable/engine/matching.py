"""Matching: which credit pays which invoice, for one customer.

The rules run from the surest to the least sure; each takes what the rules before it left. What
a person decided comes first and is never undone. Source of the order: the accountant's own
lettering, then the references people write on transfers, then amounts, and for what is left the
law's order, oldest debt first (C. civ. 1342-10), marked as presumed.
"""

import re
from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from amiable.engine.ledger import (
    Allocation,
    AllocationBasis,
    Credit,
    CreditKind,
    Invoice,
    InvoiceKind,
    Ledger,
    OpenCredit,
    OpenInvoice,
)
from amiable.engine.money import Money

_PROPOSALS = 3
_MIN_DIGITS = 4  # shorter numbers occur by chance in labels (dates, counts)


class _Board:
    """What is left of each item while the rules run, and the allocations made so far."""

    def __init__(self, ledger: Ledger) -> None:
        self.invoices = sorted(ledger.invoices, key=lambda item: (item.due_on, item.key))
        self.credits = sorted(ledger.credits, key=lambda item: (item.received_on, item.key))
        self.left = {invoice.key: invoice.amount.minor for invoice in self.invoices}
        self.left |= {credit.key: credit.amount.minor for credit in self.credits}
        self.made: list[Allocation] = []

    def open_invoices(self) -> list[Invoice]:
        return [item for item in self.invoices if self.left[item.key]]

    def open_credits(self) -> list[Credit]:
        return [item for item in self.credits if self.left[item.key]]

    def tie(self, invoice: Invoice, credit: Credit, basis: AllocationBasis) -> None:
        """Tie as much of the two as is left of both, if they share a currency."""
        amount = min(self.left[invoice.key], self.left[credit.key])
        if amount <= 0 or invoice.amount.currency != credit.amount.currency:
            return
        self.take(
            Allocation(
                invoice=invoice.key,
                credit=credit.key,
                amount=Money(minor=amount, currency=invoice.amount.currency),
                allocated_on=max(invoice.issued_on, credit.received_on),
                basis=basis,
            )
        )

    def take(self, allocation: Allocation) -> None:
        self.left[allocation.invoice] -= allocation.amount.minor
        self.left[allocation.credit] -= allocation.amount.minor
        self.made.append(allocation)


def match(ledger: Ledger) -> tuple[Allocation, ...]:
    """All the allocations of one customer's ledger.

    Allocations already in ``ledger`` that a PERSON made are kept as they are; all others are
    made anew, so that the answer depends on the facts alone and not on the order they came in.
    """
    board = _Board(ledger)
    for allocation in ledger.allocations:
        if allocation.basis is AllocationBasis.PERSON:
            board.take(allocation)
    for rule in RULES:
        if not any(board.left[item.key] for item in board.credits):
            break
        rule(board)
    return tuple(board.made)


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """An invoice that a credit may pay, how much of it, and what speaks for it."""

    invoice: str
    amount: Money
    basis: AllocationBasis


def propose(credit: OpenCredit, invoices: Iterable[OpenInvoice]) -> tuple[Proposal, ...]:
    """What a person may want to match a credit with, the likeliest first; three at most.

    By the same signs as the rules, but looser, for a person decides: a number in the credit's
    text, the exact amount whatever the days, and then the oldest debts.
    """
    same = [one for one in invoices if one.left.currency == credit.left.currency]
    same.sort(key=lambda one: (one.invoice.due_on, one.invoice.key))
    words = _tokens(f"{credit.credit.label} {credit.credit.number}")
    named = [one for one in same if _tokens(one.invoice.number) & words]
    equal = [one for one in same if one.left == credit.left]
    found: dict[str, Proposal] = {}
    for basis, group in (
        (AllocationBasis.REFERENCE, named),
        (AllocationBasis.AMOUNT, equal),
        (AllocationBasis.PRESUMED, same),
    ):
        for one in group:
            amount = min(one.left, credit.left)
            new = Proposal(invoice=one.invoice.key, amount=amount, basis=basis)
            found.setdefault(one.invoice.key, new)
    return tuple(found.values())[:_PROPOSALS]


def _by_lettering(board: _Board) -> None:
    """The accountant matched them: same code, oldest invoice first inside a group."""
    groups: dict[str, tuple[list[Invoice], list[Credit]]] = defaultdict(lambda: ([], []))
    for invoice in board.invoices:
        if invoice.lettering:
            groups[invoice.lettering][0].append(invoice)
    for credit in board.credits:
        if credit.lettering:
            groups[credit.lettering][1].append(credit)
    for invoices, credits in groups.values():
        _cancel_returns(board, invoices, credits)
        _tie_exact(board, invoices, credits, AllocationBasis.LETTERING)
        _tie_all(board, invoices, credits, AllocationBasis.LETTERING)


def _returned(board: _Board) -> None:
    """A bounced payment cancels the payment it undoes, so that the invoice stays open."""
    _cancel_returns(board, board.open_invoices(), board.open_credits())


def _cancel_returns(board: _Board, invoices: list[Invoice], credits: list[Credit]) -> None:
    for back in invoices:
        if back.kind is not InvoiceKind.RETURNED:
            continue
        candidates = [
            credit
            for credit in credits
            if credit.received_on <= back.issued_on
            and board.left[credit.key] == board.left[back.key]
            and credit.kind in (CreditKind.PAYMENT, CreditKind.DEPOSIT)
        ]
        if candidates:
            board.tie(back, candidates[-1], AllocationBasis.RETURN)


def _by_reference(board: _Board) -> None:
    """The credit carries the invoice's own number as its reference."""
    by_number: dict[str, list[Invoice]] = defaultdict(list)
    for invoice in board.open_invoices():
        by_number[_plain(invoice.number)].append(invoice)
    for credit in board.open_credits():
        if number := _plain(credit.number):
            _tie_all(board, by_number.get(number, []), [credit], AllocationBasis.REFERENCE)


def _by_label(board: _Board) -> None:
    """The credit's text names invoice numbers: one transfer, several invoices."""
    by_number: dict[str, list[Invoice]] = defaultdict(list)
    for invoice in board.open_invoices():
        for token in _tokens(invoice.number):
            by_number[token].append(invoice)
    for credit in board.open_credits():
        named = {
            invoice.key: invoice
            for token in _tokens(f"{credit.label} {credit.number}")
            for invoice in by_number.get(token, [])
            if len(by_number[token]) == 1
        }
        ordered = [invoice for invoice in board.invoices if invoice.key in named]
        _tie_all(board, ordered, [credit], AllocationBasis.LABEL)


def _by_amount(board: _Board) -> None:
    """The credit is exactly one open invoice, or exactly a run of consecutive ones."""
    for credit in board.open_credits():
        invoices = [
            invoice
            for invoice in board.open_invoices()
            if invoice.issued_on <= credit.received_on
            and invoice.amount.currency == credit.amount.currency
        ]
        run = _exact_run([board.left[invoice.key] for invoice in invoices], board.left[credit.key])
        _tie_all(board, invoices[run], [credit], AllocationBasis.AMOUNT)


def _exact_run(amounts: list[int], target: int) -> slice:
    """The one item that is exactly ``target``, else the first consecutive run that sums to it."""
    if target in amounts:
        at = amounts.index(target)
        return slice(at, at + 1)
    start = total = 0
    for end, amount in enumerate(amounts, start=1):
        total += amount
        while total > target:
            total -= amounts[start]
            start += 1
        if total == target and end > start:
            return slice(start, end)
    return slice(0, 0)


def _oldest_first(board: _Board) -> None:
    """Whatever is left pays the oldest debt first; presumed, and shown as such."""
    _tie_all(board, board.open_invoices(), board.open_credits(), AllocationBasis.PRESUMED)


def _tie_exact(
    board: _Board, invoices: list[Invoice], credits: list[Credit], basis: AllocationBasis
) -> None:
    """Pair equal amounts first: in a group of many, equal amounts are each other's."""
    by_amount: dict[int, list[Credit]] = defaultdict(list)
    for credit in reversed(credits):
        by_amount[board.left[credit.key]].append(credit)
    for invoice in invoices:
        waiting = by_amount.get(board.left[invoice.key])
        if waiting and board.left[invoice.key]:
            board.tie(invoice, waiting.pop(), basis)


def _tie_all(
    board: _Board, invoices: list[Invoice], credits: Iterable[Credit], basis: AllocationBasis
) -> None:
    waiting = [invoice for invoice in invoices if board.left[invoice.key]]
    for credit in credits:
        for invoice in waiting:
            if not board.left[credit.key]:
                break
            board.tie(invoice, credit, basis)
        waiting = [invoice for invoice in waiting if board.left[invoice.key]]


def _plain(number: str) -> str:
    return re.sub(r"[\W_]+", "", number).upper()


def _tokens(text: str) -> set[str]:
    """The words of a text that can be an invoice number: they hold four digits or more."""
    words = {_plain(word) for word in re.findall(r"[\w/.\-]+", text)}
    numbers = {run.lstrip("0") for run in re.findall(r"\d+", text)}
    return {word for word in words | numbers if sum(sign.isdigit() for sign in word) >= _MIN_DIGITS}


RULES: tuple[Callable[[_Board], None], ...] = (
    _by_lettering,
    _returned,
    _by_reference,
    _by_label,
    _by_amount,
    _oldest_first,
)
