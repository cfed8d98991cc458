"""Early-payment discount: what an offer would have done to the payments of the past year."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date

from amiable.desk.assumption import Assumptions, assumptions_of
from amiable.desk.payment_terms import practice_of
from amiable.engine.discount import Offer, Worth, break_even, worth_of
from amiable.engine.money import Money
from amiable.engine.payment_terms import DAYS, Practice
from amiable.store.models import Company
from amiable.store.payment_terms import Whose

RATES = (50, 100, 150, 200, 300)
"""Discounts that are always compared, in hundredths of a per cent."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DiscountStudy:
    """``asked``: what the offer would do, None where nothing was paid; ``others``: the same offer
    at other rates; ``each``: the break-even discount for one customer who takes it (a share).

    ``year``: the sales of a year, drawn from those of ``[since, until)``.
    """

    offer: Offer
    since: date
    until: date
    practice: Practice
    year: int
    assumptions: Assumptions
    cost_of_money: int
    asked: Worth | None
    others: list[tuple[int, Worth]]
    each: float | None

    def money(self, minor: int) -> Money:
        """An amount of the study's currency."""
        return Money(minor=minor, currency=self.practice.currency)


def study_discount(
    company: Company, whose: Whose, offer: Offer, cost_of_money: int | None, today: date
) -> DiscountStudy:
    """What a discount would cost and bring in; ``cost_of_money`` None: the company's."""
    practice, rows, since = practice_of(company, whose, today)
    assumed = assumptions_of(company)
    rate = assumed.cost_of_money if cost_of_money is None else cost_of_money
    paid: dict[int, int] = defaultdict(int)
    for row in rows:
        paid[row.taken] += row.minor
    year = round(practice.sales_a_day * DAYS)
    asked = worth_of(paid, year, offer, rate)
    others = [
        (other, worth)
        for other in RATES
        if (worth := worth_of(paid, year, _at(offer, other), rate)) is not None
    ]
    gained = asked.gained if asked else None
    return DiscountStudy(
        offer=offer,
        since=since,
        until=today,
        practice=practice,
        year=year,
        assumptions=assumed,
        cost_of_money=rate,
        asked=asked,
        others=others,
        each=None if gained is None else break_even(rate, gained),
    )


def _at(offer: Offer, rate: int) -> Offer:
    return Offer(rate=rate, within=offer.within, taken=offer.taken)
