"""A customer's past: real invoices, paid as late as the story says."""

from collections.abc import Sequence
from datetime import date, timedelta
from functools import cache

import holidays

from amiable.engine.days import BusinessCalendar
from amiable.engine.ledger import Credit, Invoice
from amiable.engine.money import Money

_AMOUNT = Money(minor=50_000, currency="EUR")


@cache
def working_days(country: str) -> BusinessCalendar:
    """Monday to Friday but the real public holidays of a country."""
    days = holidays.country_holidays(country, years=range(2010, 2041))
    return BusinessCalendar(holidays=frozenset(days))


def past(
    who: str, count: int, delays: Sequence[int], every: int, until: date
) -> tuple[tuple[Invoice, ...], tuple[Credit, ...]]:
    """``count`` settled invoices, the delays in turn, the last settled by ``until``.

    About one every ``every`` days; due and paid on working days, so that a due date never rolls
    and the delay is the one told.
    """
    calendar = working_days("FR")
    invoices, credits = [], []
    paid_on = until
    for index in reversed(range(count)):
        late = timedelta(days=delays[index % len(delays)])
        while not (calendar.is_business_day(paid_on) and calendar.is_business_day(paid_on - late)):
            paid_on -= timedelta(days=1)
        key = f"OLD-{index + 1}-{who}"
        due_on = paid_on - late
        invoices.append(
            Invoice(
                key=key,
                customer=who,
                number=key,
                issued_on=min(due_on, paid_on) - timedelta(days=30),
                due_on=due_on,
                amount=_AMOUNT,
            )
        )
        credits.append(
            Credit(key=f"PAID-{key}", customer=who, number=key, received_on=paid_on, amount=_AMOUNT)
        )
        paid_on -= timedelta(days=every)
    return tuple(reversed(invoices)), tuple(reversed(credits))
