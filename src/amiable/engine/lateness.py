"""Lateness: what habitually late customers cost in a year, and what to propose to them.

    cost of waiting = sum(amount x days paid after the due date) / 365 x cost of money
    cost of chasing = reminders sent x cost of a reminder

Rules of thumb, in this order; several may apply, each shows the figures that led to it:

    direct debit     12 paid invoices a year or more, spread of 10 days at most: many and steady
    shorter term     the term agreed leaves room: the longest usual term that is shorter by the
                     usual delay
    deposit          it gets later, breaks promises, or usually pays later than the company's cap
    discount         what the money is worth from day 10 to the usual day is 0.5 % or more
"""

from dataclasses import dataclass
from enum import StrEnum

DAYS = 365
MANY, STEADY = 12, 10
OFFERED = (60, 45, 30, 15, 8)
DISCOUNT_DAY = 10
LEAST_DISCOUNT = 50  # hundredths of a per cent


class Remedy(StrEnum):
    """What one may propose to a customer that is habitually late."""

    DIRECT_DEBIT = "direct_debit"
    SHORTER_TERM = "shorter_term"
    DEPOSIT = "deposit"
    DISCOUNT = "discount"


@dataclass(frozen=True, slots=True, kw_only=True)
class LatePractice:
    """What a customer did in a year: ``paid`` invoices, ``late`` of them; ``minor_days`` is the sum
    of amount (minor units) x days paid after the due date; ``term`` agreed, in days; ``usual``
    delay, ``spread`` and the company's ``cap`` in days; ``drift`` days later than before (0 for
    none that counts); ``broken`` promises."""

    paid: int
    late: int
    minor_days: int
    term: int
    usual: int
    spread: int
    cap: int
    drift: int = 0
    broken: int = 0
    autopay: bool = False
    insolvent: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """A measure and the figures that led to it, by name."""

    measure: Remedy
    facts: dict[str, int]


def cost_of_waiting(minor_days: int, cost_of_money: int) -> int:
    """In minor units, rounded to the nearest; ``cost_of_money`` in hundredths of a per cent."""
    return _rounded(minor_days * cost_of_money, DAYS * 10_000)


def worth_of_days(days: int, cost_of_money: int) -> int:
    """The discount, in hundredths of a per cent rounded down, that ``days`` earlier are worth.

    With d / (1 - d) x 365 / days = cost of money: d = c x days / (365 + c x days).
    """
    earned = cost_of_money * max(days, 0)
    return 10_000 * earned // (DAYS * 10_000 + earned)


def proposals(practice: LatePractice, cost_of_money: int) -> list[Proposal]:
    """What the rules of thumb propose; nothing to who already pays by direct debit, or is under
    insolvency proceedings."""
    if practice.autopay or practice.insolvent:
        return []
    found = (
        _direct_debit(practice),
        _shorter_term(practice),
        _deposit(practice),
        _discount(practice, cost_of_money),
    )
    return [one for one in found if one is not None]


def _direct_debit(one: LatePractice) -> Proposal | None:
    if one.paid < MANY or one.spread > STEADY:
        return None
    return Proposal(measure=Remedy.DIRECT_DEBIT, facts={"paid": one.paid, "spread": one.spread})


def _shorter_term(one: LatePractice) -> Proposal | None:
    room = one.term - one.usual
    offer = next((days for days in OFFERED if days <= room), None)
    if offer is None or one.usual <= 0:
        return None
    facts = {"term": one.term, "offer": offer, "day": one.term + one.usual,
             "then": offer + one.usual}  # fmt: skip
    return Proposal(measure=Remedy.SHORTER_TERM, facts=facts)


def _deposit(one: LatePractice) -> Proposal | None:
    if not (one.drift or one.broken or one.usual > one.cap):
        return None
    facts = {"usual": one.usual, "cap": one.cap, "drift": one.drift, "broken": one.broken}
    return Proposal(measure=Remedy.DEPOSIT, facts=facts)


def _discount(one: LatePractice, cost_of_money: int) -> Proposal | None:
    day = one.term + one.usual
    worth = worth_of_days(day - DISCOUNT_DAY, cost_of_money)
    if worth < LEAST_DISCOUNT:
        return None
    facts = {"within": DISCOUNT_DAY, "day": day, "worth": worth}
    return Proposal(measure=Remedy.DISCOUNT, facts=facts)


def _rounded(above: int, below: int) -> int:
    """``above / below`` to the nearest whole, halves up."""
    return (2 * above + below) // (2 * below)
