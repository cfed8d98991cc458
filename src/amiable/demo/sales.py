"""Sales: which invoices a demo customer gets, and when."""

from datetime import date, timedelta
from random import Random

from amiable.demo.moves import (
    RATE_DISHES,
    RATE_FOOD,
    RATE_FULL,
    Account,
    Move,
    MoveKind,
    Window,
    gross,
)
from amiable.demo.roster import DemoCustomer
from amiable.demo.stories import ONE_TRANSFER, Story
from amiable.engine.days import due_date

_SEASON = range(4, 10)  # April to September
_MIXES = (
    ((RATE_FULL, 100),),
    ((RATE_FULL, 100),),
    ((RATE_FULL, 60), (RATE_FOOD, 40)),
    ((RATE_FULL, 70), (RATE_DISHES, 30)),
    ((RATE_FOOD, 100),),
)
_EXPORT = ((0, 100),)


def usual_sales(customer: DemoCustomer, window: Window, rng: Random) -> list[Move]:
    """The invoices of everyday business, spread over the window at the customer's pace."""
    if not customer.monthly:
        return []
    mix = _EXPORT if customer.country != "FR" else rng.choice(_MIXES)
    gap = 30.4 / customer.monthly
    pace = (0.05, 1.95) if customer.story in ONE_TRANSFER else (0.6, 1.4)  # in bursts, or steady
    invoices = []
    at = rng.uniform(0, gap)
    while (day := window.days.roll(window.first + timedelta(days=int(at)))) <= window.last:
        if customer.story is not Story.SEASONAL or day.month in _SEASON:
            invoices.append(_invoice(customer, day, mix, rng))
        at += gap * rng.uniform(*pace)
    return invoices


def placed_sales(customer: DemoCustomer, window: Window, rng: Random) -> list[Move]:
    """The invoices that must be so many days late today (``DemoCustomer.late``)."""
    mix = _EXPORT if customer.country != "FR" else _MIXES[0]
    days = [_issue_day(customer, late, window) for late in customer.late]
    return [_invoice(customer, day, mix, rng) for day in days]


def _issue_day(customer: DemoCustomer, late: int, window: Window) -> date:
    """The working day whose invoice is nearest to ``late`` days late today, Saturdays if need be.

    Where terms end with the month no day is exact: the nearest is taken, the later of two.
    """
    terms = customer.payment_terms
    nearest = (1000, window.first)
    for back in range(max(1, terms.days + late - 40), terms.days + late + 41):
        day = window.today - timedelta(days=back)
        due_on = window.days.roll(due_date(day, terms))
        miss = abs((window.today - due_on).days - late) * 4
        if not window.days.is_business_day(day):
            miss += 1 if day.weekday() == 5 else 9
        nearest = min(nearest, (miss, day), key=lambda pair: pair[0])
    return nearest[1]


def _invoice(
    customer: DemoCustomer, day: date, mix: tuple[tuple[int, int], ...], rng: Random
) -> Move:
    cents = round(customer.net * 100 * rng.triangular(0.5, 1.8, 0.9))
    net = tuple((rate, cents * share // 100) for rate, share in mix)
    amount = gross(net)
    return Move(
        kind=MoveKind.INVOICE,
        on=day,
        due_on=due_date(day, customer.payment_terms),
        net=net,
        amount=amount,
        left=amount,
    )


def number_documents(accounts: list[Account]) -> None:
    """Number invoices (FA2600001) and credit notes (AV260001) by date, year by year.

    The two kinds have numbers of different lengths, so that none is found inside another.
    """
    counts: dict[tuple[MoveKind, int], int] = {}
    documents = [
        move
        for account in accounts
        for move in account.moves
        if move.kind in (MoveKind.INVOICE, MoveKind.CREDIT_NOTE)
    ]
    for move in sorted(documents, key=lambda move: move.on):
        place = (move.kind, move.on.year)
        counts[place] = counts.get(place, 0) + 1
        year = move.on.year % 100
        if move.kind is MoveKind.INVOICE:
            move.number = f"FA{year:02d}{counts[place]:05d}"
        else:
            move.number = f"AV{year:02d}{counts[place]:04d}"
