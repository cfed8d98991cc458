"""The aged balance."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from django.http import HttpResponse, HttpResponseBase

from amiable.desk.access import Power
from amiable.desk.audit import recorded
from amiable.desk.balance import ORDER, AgedBalance, aged_balance, every_balance
from amiable.desk.export import Row
from amiable.engine.money import Money
from amiable.store.lists.balance import BUCKETS, AgedSum
from amiable.store.models import Customer
from amiable.web.lists.export import send_list
from amiable.web.lists.forms import AsOf
from amiable.web.lists.page import place_in
from amiable.web.visit import Visit, page


@dataclass(frozen=True, slots=True, kw_only=True)
class SumCells:
    """One line of amounts; ``row`` None: of all customers."""

    row: Customer | None
    amounts: list[Money]
    unused: Money | None
    total: Money


@dataclass(frozen=True, slots=True, kw_only=True)
class BalancePage:
    """What the aged balance shows."""

    form: AsOf
    on: date
    buckets: tuple[str, ...]
    lines: list[SumCells]
    totals: list[SumCells]
    before: str
    after: str
    may_export: bool


@page()
def balance(visit: Visit) -> HttpResponse:
    """A page of customers with what they owe by age, and the totals of all."""
    form = AsOf(visit.request.GET)
    on = form.day(visit.today)
    found = aged_balance(visit.actor, on, place_in(visit.request.GET, ORDER, Customer))
    return visit.render("lists/balance.html", list=_record(visit, form, on, found),
                        current="customers")  # fmt: skip


def _record(visit: Visit, form: AsOf, on: date, found: AgedBalance) -> BalancePage:
    return BalancePage(
        form=form,
        on=on,
        buckets=BUCKETS,
        lines=[_cells(line.row, one) for line in found.lines for one in line.sums],
        totals=[_cells(None, one) for one in found.totals],
        before=found.slice.before.text() if found.slice.before else "",
        after=found.slice.after.text() if found.slice.after else "",
        may_export=visit.may(Power.EXPORT),
    )


def _cells(row: Customer | None, one: AgedSum) -> SumCells:
    def money(minor: int) -> Money:
        return Money(minor=minor, currency=one.currency)

    return SumCells(
        row=row,
        amounts=[money(minor) for minor in one.buckets],
        unused=money(-one.unused) if one.unused else None,
        total=money(one.total),
    )


@page(Power.EXPORT)
def export_balance(visit: Visit, kind: str) -> HttpResponseBase:
    """The whole aged balance as a file."""
    on = AsOf(visit.request.GET).day(visit.today)
    with recorded(visit.actor, "exported_balance", at=visit.at, kind=kind, on=on.isoformat()):
        data = _rows(visit, on)
    names = ("name", "key", "currency", *BUCKETS, "unused", "balance")
    file, title = f"balance-{on.isoformat()}", visit.say("lists.balance.title")
    return send_list(visit, kind, data, names, file, title)


def _rows(visit: Visit, on: date) -> Iterator[Row]:
    for line in every_balance(visit.actor, on):
        for one in line.sums:
            cells = _cells(line.row, one)
            unused = cells.unused or Money(minor=0, currency=one.currency)
            yield (
                line.row.name, line.row.key, one.currency, *cells.amounts, unused, cells.total
            )  # fmt: skip
