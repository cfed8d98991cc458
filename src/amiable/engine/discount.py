"""Early-payment discount (escompte): what it costs a year, and whether it is worth giving.

    yearly cost, simple       d / (1 - d) x 365 / days gained
    yearly cost, compounded   (1 + d / (1 - d)) ^ (365 / days gained) - 1
    break-even discount       c x g / (365 + c x g)      with c the cost of money, g the days gained

2 % within 10 days instead of 30: 2/98 x 365/20 = 37.24 % a year simple, 44.59 % compounded.
Who pays within the days of the discount already takes it for nothing gained; of the others a share
takes it and then pays on its last day. Both are said with the result.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

DAYS = 365
WHOLE = 10_000  # a discount and a rate are in hundredths of a per cent


def simple_cost(rate: int, gained: float) -> float | None:
    """The yearly cost of a discount of ``rate`` hundredths of a per cent for ``gained`` days.

    A share: 0.3724 is 37.24 %. None where no day is gained: no cost of money could repay it.
    Raises ValueError for a discount of nothing below zero or of everything.
    """
    _checked(rate)
    if gained <= 0:
        return None
    return rate / (WHOLE - rate) * DAYS / gained


def compounded_cost(rate: int, gained: float) -> float | None:
    """The same with what is earned earning again; see `simple_cost`."""
    _checked(rate)
    if gained <= 0:
        return None
    grown: float = (WHOLE / (WHOLE - rate)) ** (DAYS / gained)
    return grown - 1


def break_even(cost_of_money: int, gained: float) -> float:
    """The discount (a share) that costs as much as the money it brings ``gained`` days sooner."""
    earned = cost_of_money / WHOLE * max(gained, 0)
    return earned / (DAYS + earned)


def _checked(rate: int) -> None:
    if not 0 <= rate < WHOLE:
        raise ValueError(f"a discount of {rate} hundredths of a per cent: give 0 to 9999")


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """``rate`` in hundredths of a per cent for who pays ``within`` days of the invoice; of those
    who pay later today, ``taken`` per cent would take it."""

    rate: int
    within: int
    taken: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Worth:
    """What an offer would do in a year, in minor units and shares.

    ``already``: part of the sales paid within the days today; ``pays_on``: the day the others pay
    on average, ``gained`` days later than the offer's (both None where nobody pays later).
    ``given`` is the discount given, ``for_nothing`` the part of it to who pays early anyway;
    ``cash`` comes in once and stays in as long as the offer stands; ``saved`` is its yearly price.
    """

    already: float
    pays_on: float | None
    gained: float | None
    simple: float | None
    compounded: float | None
    break_even: float
    given: int
    for_nothing: int
    cash: int
    saved: int

    @property
    def net(self) -> int:
        """What is left of it all a year: below zero it costs."""
        return self.saved - self.given


def worth_of(
    paid_by_day: Mapping[int, int], sales: int, offer: Offer, cost_of_money: int
) -> Worth | None:
    """What an offer would do to ``sales`` (minor units a year); None where nothing was paid.

    ``paid_by_day``: minor units paid, by the days from the invoice to its payment, in the past.
    ``cost_of_money`` in hundredths of a per cent a year. The break-even is that of the whole
    offer: those who pay early anyway lower it.
    """
    total = sum(paid_by_day.values())
    if total <= 0:
        return None
    early = sum(minor for day, minor in paid_by_day.items() if day <= offer.within)
    late = total - early
    later_days = sum(day * minor for day, minor in paid_by_day.items() if day > offer.within)
    already = Fraction(early, total)
    takers = (1 - already) * Fraction(offer.taken, 100)
    pays_on = later_days / late if late else None
    gained = pays_on - offer.within if pays_on is not None else None
    # Who takes it pays less, too: what comes in early is the amount after the discount.
    kept = Fraction(WHOLE - offer.rate, WHOLE)
    cash = sales * takers * kept * Fraction(gained or 0) / DAYS
    return Worth(
        already=early / total,
        pays_on=pays_on,
        gained=gained,
        simple=simple_cost(offer.rate, gained or 0),
        compounded=compounded_cost(offer.rate, gained or 0),
        break_even=_break_even_of_all(already, takers, gained or 0, cost_of_money),
        given=round(sales * (already + takers) * Fraction(offer.rate, WHOLE)),
        for_nothing=round(sales * already * Fraction(offer.rate, WHOLE)),
        cash=round(cash),
        saved=round(cash * Fraction(cost_of_money, WHOLE)),
    )


def _break_even_of_all(
    already: Fraction, takers: Fraction, gained: float, cost_of_money: int
) -> float:
    """The d with (already + takers) x d = takers x (1 - d) x gained / 365 x cost of money."""
    earned = takers * Fraction(max(gained, 0)) / DAYS * Fraction(cost_of_money, WHOLE)
    bearing = already + takers + earned
    even = earned / bearing if bearing else Fraction(0)
    return even.numerator / even.denominator
