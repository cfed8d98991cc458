"""Scorecard: the measures of a span of days, each with the numbers it was made of.

The formulas are in `metrics`; here is what goes into them:

- receivables: what is outstanding at the end (open invoices less money tied to no invoice); none
  when that is below zero. Not due: the open invoices not due yet, at most the receivables, so that
  unmatched money counts against what is overdue first.
- sales for DSO and the like: invoices less credit notes of the span or, where it is shorter, of the
  90 days before its end: the sales of one month swing too much. Count-back takes calendar months.
- paid and days late: money tied to invoices in the span, weighted by amount, below zero when
  early; with what is overdue at the end at its age, or who never pays would not count.
- on time: on the due date or before.
- waited: the days that invoices paid in the span had waited since the first reminder the habit
  spared them, weighted by amount; of all sales of the span, how many days of sales that makes.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Any

from amiable.engine.measure import BUCKETS
from amiable.engine.metrics import (
    DSO_DAYS,
    MonthSales,
    collection_effectiveness,
    count_back,
    days_of_sales,
    median_late,
    share,
)
from amiable.engine.money import Money


class Unit(StrEnum):
    """What a figure is counted in."""

    MONEY = "money"
    COUNT = "count"
    DAYS = "days"
    SHARE = "share"  # 1.0 is all


GROUPS: Mapping[str, tuple[str, ...]] = {
    "open": (
        "outstanding", "overdue", "overdue_share", *BUCKETS, "disputed", "invoices_open",
    ),
    "speed": ("dso", "count_back", "best_dso", "add", "cei"),
    "lateness": (
        "days_late", "days_late_all", "median_late", "on_time_amount", "on_time_number",
        "promises_number", "promises_amount",
    ),
    "happened": ("sales", "credited", "received"),
    "peace": ("calendar", "avoided", "spared_alone", "waited", "waited_sales"),
}  # fmt: skip
"""The measures in the order they are shown, by what they are about."""

WHOLE_SPAN = (
    "cei", "days_late", "days_late_all", "median_late", "on_time_amount", "on_time_number",
    *GROUPS["happened"], *GROUPS["peace"],
)  # fmt: skip
"""The measures that need every day of the span, or the evening before it: not said of a span that
begins before the days that are kept. The others look back from its end, as far as they can."""

BETTER_LESS = frozenset({
    "overdue", "overdue_share", *BUCKETS[1:], "disputed", "dso", "count_back", "best_dso", "add",
    "days_late", "days_late_all", "median_late",
})  # fmt: skip
BETTER_MORE = frozenset({
    "cei", "on_time_amount", "on_time_number", "promises_number", "promises_amount", "avoided",
})  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Promised:
    """Promises whose day lies in a span and whose time is over: of ``told`` were ``kept``."""

    kept: int = 0
    told: int = 0
    kept_minor: int = 0
    told_minor: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class SpanFacts:
    """What a scorecard is made of; minor units of one currency.

    ``begin``: outstanding on the evening before the span. ``end``: the stocks of its last evening,
    ``flows`` what happened in it, by the names of `measure.MEASURES`. ``sales_days`` and
    ``net_sales``: of the span that DSO looks at; ``months`` the newest first. ``is_cut``: what the
    span began with and some of what happened in it is not known any more.
    """

    currency: str
    days: int
    begin: int
    end: Mapping[str, int]
    flows: Mapping[str, int]
    sales_days: int
    net_sales: int
    lateness: Mapping[int, int] = field(default_factory=dict)
    months: Sequence[MonthSales] = ()
    promised: Promised = field(default_factory=Promised)
    is_cut: bool = False

    @property
    def receivables(self) -> int:
        """What is outstanding, none when customers have more to their credit than they owe."""
        return max(self.end["outstanding"], 0)

    @property
    def current(self) -> int:
        """Of the receivables, what is not due."""
        return max(min(self.end["not_due"], self.receivables), 0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """One measure. ``number`` None: it cannot be said; ``more``: it is more than the number.

    ``is_cut``: it cannot be said because the span begins before the days that are kept.
    ``facts``: the numbers of its formula, by the names its text has.
    """

    name: str
    unit: Unit
    currency: str
    number: int | float | None
    more: bool = False
    is_cut: bool = False
    facts: Mapping[str, Any] = field(default_factory=dict)

    @property
    def money(self) -> Money | None:
        """The amount, of a measure of money."""
        if self.unit is not Unit.MONEY or self.number is None:
            return None
        return Money(minor=int(self.number), currency=self.currency)


def scorecard(facts: SpanFacts) -> dict[str, Figure]:
    """Every measure of `GROUPS`, by name."""
    card = _Card(facts)
    card.open()
    card.speed()
    card.lateness()
    for name in GROUPS["happened"]:
        card.put(name, Unit.MONEY, facts.flows[name], days=facts.days)
    card.peace()
    told = {name: card.figures[name] for names in GROUPS.values() for name in names}
    if facts.is_cut:
        told.update({name: replace(told[name], number=None, is_cut=True) for name in WHOLE_SPAN})
    return told


def usual_sales_days(days: int) -> int:
    """Over how many days DSO looks at sales, for a span of so many."""
    return max(days, DSO_DAYS)


class _Card:
    def __init__(self, facts: SpanFacts) -> None:
        self.facts = facts
        self.figures: dict[str, Figure] = {}

    def put(
        self, name: str, unit: Unit, number: float | None, *, more: bool = False, **facts: Any
    ) -> None:
        self.figures[name] = Figure(
            name=name,
            unit=unit,
            currency=self.facts.currency,
            number=number,
            more=more,
            facts=facts,
        )

    def _money(self, minor: int) -> Money:
        return Money(minor=minor, currency=self.facts.currency)

    def open(self) -> None:
        """What stands open at the end."""
        end = self.facts.end
        unmatched = sum(end[name] for name in BUCKETS) - end["outstanding"]
        owed = self._money(sum(end[name] for name in BUCKETS))
        overdue, unused = self._money(end["overdue"]), self._money(unmatched)
        self.put("outstanding", Unit.MONEY, end["outstanding"], owed=owed, unmatched=unused)
        for name in ("overdue", *BUCKETS, "disputed"):
            self.put(name, Unit.MONEY, end[name], owed=owed)
        part = share(end["overdue"], owed.minor)
        self.put("overdue_share", Unit.SHARE, part, overdue=overdue, owed=owed)
        self.put("invoices_open", Unit.COUNT, end["invoices_open"])

    def speed(self) -> None:
        """How fast money comes, against sales."""
        one = self.facts
        parts = {
            "dso": one.receivables,
            "best_dso": one.current,
            "add": one.receivables - one.current,
        }
        sales: dict[str, Any] = {"sales": self._money(one.net_sales), "days": one.sales_days}
        for name, minor in parts.items():
            days = days_of_sales(minor, one.net_sales, one.sales_days)
            self.put(name, Unit.DAYS, days, part=self._money(minor), **sales)
        back = count_back(one.receivables, one.months)
        self.put("count_back", Unit.DAYS, back.days, more=back.more,
                 part=self._money(one.receivables), months=len(one.months))  # fmt: skip
        begin, sold = max(one.begin, 0), one.flows["sales"] - one.flows["credited"]
        self.put(
            "cei",
            Unit.SHARE,
            collection_effectiveness(begin, sold, one.receivables, one.current),
            begin=self._money(begin),
            sales=self._money(sold),
            end=self._money(one.receivables),
            current=self._money(one.current),
        )

    def lateness(self) -> None:
        """How late what was paid was, and whether promises were kept."""
        one, flows = self.facts, self.facts.flows
        paid, overdue = flows["paid_minor"], one.end["overdue"]
        days, ages = flows["paid_days_minor"], one.end["late_days_minor"]
        money: dict[str, Any] = {"paid": self._money(paid), "overdue": self._money(overdue)}
        self.put("days_late", Unit.DAYS, share(days, paid), **money)
        self.put("days_late_all", Unit.DAYS, share(days + ages, paid + overdue), **money,
                 age=share(ages, overdue) or 0)  # fmt: skip
        count = sum(one.lateness.values())
        in_time = sum(n for late, n in one.lateness.items() if late <= 0)
        self.put("median_late", Unit.DAYS, median_late(one.lateness), n=count)
        self.put("on_time_amount", Unit.SHARE, share(flows["paid_on_time_minor"], paid),
                 in_time=self._money(flows["paid_on_time_minor"]), **money)  # fmt: skip
        self.put("on_time_number", Unit.SHARE, share(in_time, count), in_time=in_time, n=count)
        said = one.promised
        self.put("promises_number", Unit.SHARE, share(said.kept, said.told),
                 kept=said.kept, told=said.told)  # fmt: skip
        self.put("promises_amount", Unit.SHARE, share(said.kept_minor, said.told_minor),
                 kept=self._money(said.kept_minor), told=self._money(said.told_minor))  # fmt: skip

    def peace(self) -> None:
        """What a fixed calendar would have sent, what was spared, and what waiting cost at most."""
        flows = self.facts.flows
        for name in ("calendar", "avoided"):
            self.put(name, Unit.COUNT, flows[name], calendar=flows["calendar"])
        paid, waited = flows["spared_paid"], flows["waited_days_minor"]
        self.put("spared_alone", Unit.SHARE, share(flows["spared_alone"], paid),
                 alone=flows["spared_alone"], n=paid)  # fmt: skip
        amount = self._money(flows["spared_minor"])
        self.put("waited", Unit.DAYS, share(waited, amount.minor), amount=amount, n=paid)
        sold = flows["sales"] - flows["credited"]
        self.put("waited_sales", Unit.DAYS, share(waited, max(sold, 0)),
                 amount=amount, sales=self._money(sold))  # fmt: skip
