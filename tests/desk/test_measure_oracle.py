"""The demo company's measures against a plain script that reads the raw tables and adds up.

Nothing of what the product counts with is used below `the oracle`: only rows and arithmetic.
"""

import statistics
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import holidays
import pytest
from django.db import connection

from amiable.demo.creditor import CREDITOR
from amiable.demo.write import write_demo
from amiable.desk.company import create_company
from amiable.desk.dispute import close_dispute
from amiable.desk.habit_record import habit_records
from amiable.desk.import_reading import import_reading
from amiable.desk.measure import Chosen
from amiable.desk.measure_count import count_days
from amiable.desk.measure_period import measure_period
from amiable.desk.measure_tables import dispute_groups
from amiable.desk.open_source import open_source
from amiable.desk.plan import draw_plan
from amiable.desk.promise import record_promise
from amiable.engine.period import PeriodKind, Span, period_of
from amiable.store.customer import customer_row
from amiable.store.models import Company, Dispute, Invoice

TODAY = date(2026, 11, 23)
AT = datetime(2026, 11, 23, 7, tzinfo=UTC)
DAY = timedelta(days=1)
MONEY = ("payment", "deposit")
SPANS = {
    "the last 90 days": (PeriodKind.DAYS_90, period_of(PeriodKind.DAYS_90, TODAY)),
    "a month": (PeriodKind.MONTH, period_of(PeriodKind.MONTH, date(2026, 9, 12))),
    "the year so far": (PeriodKind.YEAR, Span(date(2026, 1, 1), TODAY + DAY)),
    "some days": (None, Span(date(2026, 10, 5), date(2026, 10, 19))),
}


@pytest.fixture
def company(db: None, tmp_path: Path) -> Company:
    made = create_company(CREDITOR, at=AT)
    files = write_demo(tmp_path, TODAY)
    for paths in ([files.customers], [files.contacts], list(files.fec), [files.open_invoices]):
        import_reading(made, open_source(made, paths), on=TODAY, at=AT)
    for told in files.promises:
        row = customer_row(made.pk, told.customer)
        record_promise(made, row, made_on=told.made_on, due_on=told.due_on, amount=told.amount)
    debited = customer_row(made.pk, Invoice.objects.of(made.pk).earliest("due_on").customer.key)
    debited.autopay = True
    debited.save()
    draw_plan(made, TODAY)
    oldest = Dispute.objects.of(made.pk).order_by("opened_on", "pk").first()
    assert oldest is not None
    close_dispute(made, oldest, on=TODAY - 2 * DAY)
    count_days(made, TODAY, AT)
    return made


# --- the oracle -----------------------------------------------------------------------------------


def rows(table: str) -> Iterator[SimpleNamespace]:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT * FROM store_{table} ORDER BY id")
        names = [column[0] for column in cursor.description]
        for row in cursor.fetchall():
            yield SimpleNamespace(**dict(zip(names, map(plain, names, row), strict=True)))


def plain(name: str, value: Any) -> Any:
    if name in ("settled_on", "paid_on") and value is not None:
        return date.fromordinal(value)
    if name.endswith("_on") and isinstance(value, str):
        return date.fromisoformat(value)
    return value


class Books:
    """The raw tables, and sums over them."""

    def __init__(self, customers: set[int] | None = None) -> None:
        def mine(table: str) -> list[SimpleNamespace]:
            found = list(rows(table))
            return [one for one in found if customers is None or one.customer_id in customers]

        self.invoices, self.credits = mine("invoice"), mine("credit")
        self.ties, self.disputes, self.promises = (
            mine("allocation"),
            mine("dispute"),
            mine("promise"),
        )
        self.unasked = {one.id for one in rows("customer") if one.autopay or one.do_not_contact}
        self.by_pk = {one.id: one for one in self.invoices}
        self.notes = {one.id: one for one in self.credits}

    def left(self, invoice: SimpleNamespace, on: date) -> int:
        if invoice.issued_on > on:
            return 0
        tied = (t.amount_minor for t in self.ties if t.invoice_id == invoice.id
                and t.allocated_on <= on)  # fmt: skip
        return invoice.amount_minor - sum(tied)

    def open_on(self, on: date) -> list[tuple[int, int]]:
        """(days late, what is left) of each invoice."""
        paid: dict[int, int] = {}
        for tie in self.ties:
            if tie.allocated_on <= on:
                paid[tie.invoice_id] = paid.get(tie.invoice_id, 0) + tie.amount_minor
        lefts = [
            (i, i.amount_minor - paid.get(i.id, 0)) for i in self.invoices if i.issued_on <= on
        ]
        return [((on - one.due_on).days, left) for one, left in lefts if left]

    def outstanding(self, on: date) -> int:
        raised = sum(i.amount_minor for i in self.invoices if i.issued_on <= on)
        return raised - sum(c.amount_minor for c in self.credits if c.received_on <= on)

    def sold(self, since: date, until: date) -> tuple[int, int]:
        sales = sum(i.amount_minor for i in self.invoices
                    if i.kind == "invoice" and since <= i.issued_on < until)  # fmt: skip
        notes = sum(c.amount_minor for c in self.credits
                    if c.kind == "credit_note" and since <= c.received_on < until)  # fmt: skip
        return sales, notes

    def first_day(self) -> date:
        return min(*(i.issued_on for i in self.invoices), *(c.received_on for c in self.credits))

    def counted_back(self, until: date, owed: int, first: date) -> tuple[float, bool]:
        days, end = 0.0, until
        while end > first:
            start = max((end - DAY).replace(day=1), first)
            sales, notes = self.sold(start, end)
            net, length = sales - notes, (end - start).days
            if net > owed:
                return days + length * owed / net, False
            owed, days, end = owed - max(net, 0), days + length, start
            if not owed:
                return days, False
        return days, True


def expected(books: Books, span: Span, first: date) -> dict[str, Any]:
    last, until = span.last, span.until
    items = books.open_on(last)
    edges = ((-9999, 0), (1, 30), (31, 60), (61, 90), (91, 9999))
    buckets = [sum(m for late, m in items if low <= late <= high) for low, high in edges]
    overdue, owed = sum(buckets[1:]), sum(buckets)
    outstanding, begin = books.outstanding(last), books.outstanding(span.since - DAY)
    receivables = max(outstanding, 0)
    current = min(buckets[0], receivables)
    length = max(span.days, 90)
    since = max(until - length * DAY, first)
    sales, notes = books.sold(since, until)
    turnover, length = sales - notes, (until - since).days
    sold, credited = books.sold(span.since, until)
    paid = [
        (tie.amount_minor, (tie.allocated_on - books.by_pk[tie.invoice_id].due_on).days)
        for tie in books.ties
        if span.since <= tie.allocated_on < until
        and books.notes[tie.credit_id].kind in MONEY
        and books.by_pk[tie.invoice_id].kind == "invoice"
    ]
    lates = [
        (one.settled_on - one.due_on).days
        for one in books.invoices
        if one.kind == "invoice" and one.settled_on and span.since <= one.settled_on < until
        and any(t.invoice_id == one.id and t.allocated_on == one.settled_on
                and books.notes[t.credit_id].kind in MONEY for t in books.ties)
    ]  # fmt: skip
    whole, weight = sum(m for m, _ in paid), sum(m * late for m, late in paid)
    ages = sum(m * late for late, m in items if late > 0)
    back, more = books.counted_back(
        until, receivables, max(first, (until - 730 * DAY).replace(day=1))
    )
    return {
        "outstanding": outstanding, "overdue": overdue, "overdue_share": overdue / owed,
        "not_due": buckets[0], "late_1_30": buckets[1], "late_31_60": buckets[2],
        "late_61_90": buckets[3], "late_over_90": buckets[4], "invoices_open": len(items),
        "disputed": contested(books, last),
        "dso": receivables / turnover * length, "best_dso": current / turnover * length,
        "add": (receivables - current) / turnover * length, "count_back": back, "more": more,
        "cei": (begin + sold - credited - receivables) / (begin + sold - credited - current),
        "days_late": weight / whole, "days_late_all": (weight + ages) / (whole + overdue),
        "median_late": statistics.median(lates),
        "on_time_amount": sum(m for m, late in paid if late <= 0) / whole,
        "on_time_number": sum(late <= 0 for late in lates) / len(lates),
        "sales": sold, "credited": credited,
        "received": sum(c.amount_minor for c in books.credits
                        if c.kind in MONEY and span.since <= c.received_on < until),
        "calendar": len(calendar(books, span)),
    }  # fmt: skip


def contested(books: Books, on: date) -> int:
    total = 0
    for invoice in books.invoices:
        live = [d for d in books.disputes if d.invoice == invoice.key and d.opened_on <= on
                and (d.closed_on is None or on < d.closed_on)]  # fmt: skip
        if live:
            left = books.left(invoice, on)
            held = sum(left if one.amount_minor is None else one.amount_minor for one in live)
            total += min(left, held)
    return total


def calendar(books: Books, span: Span) -> list[tuple[SimpleNamespace, date]]:
    return [
        (one, one.due_on + days * DAY)
        for one in books.invoices
        for days in (1, 8, 15, 30)
        if one.kind == "invoice" and one.customer_id not in books.unasked
        and span.covers(one.due_on + days * DAY)
        and (one.settled_on is None or one.settled_on >= one.due_on + days * DAY)
    ]  # fmt: skip


OFF = holidays.country_holidays("FR", years=range(2022, 2028))


def rolled(due: date) -> date:
    while due in OFF or due.weekday() > 4:
        due += DAY
    return due


def spared(books: Books, span: Span, triggers: dict[int, int]) -> int:
    """Of the calendar's reminders those of days before the customer's own, counted from the due
    date or the next working day."""
    return sum(
        (on - rolled(one.due_on)).days < triggers[one.customer_id]
        for one, on in calendar(books, span)
    )


def patience(books: Books, span: Span, triggers: dict[int, int]) -> dict[str, float]:
    """What waiting came to, of the invoices that money settled in a span, day by day."""
    paid = alone = amount = weighted = 0
    for one in books.invoices:
        settled_by = {books.notes[t.credit_id].kind for t in books.ties
                      if t.invoice_id == one.id and t.allocated_on == one.settled_on}  # fmt: skip
        if one.kind != "invoice" or not one.settled_on or not settled_by & set(MONEY):
            continue
        if not span.covers(one.settled_on) or one.customer_id in books.unasked:
            continue
        own = rolled(one.due_on) + triggers[one.customer_id] * DAY
        asked = [one.due_on + n * DAY for n in (1, 8, 15, 30)]
        asked = [day for day in asked if day <= one.settled_on]
        before = [day for day in asked if day < own]
        if before:
            days, day = 0, before[0]
            while day < own and day < one.settled_on:
                days, day = days + 1, day + DAY
            paid, alone = paid + 1, alone + (before == asked)
            amount, weighted = amount + one.amount_minor, weighted + one.amount_minor * days
    sales, notes = books.sold(span.since, span.until)
    return {
        "spared_alone": alone / paid,
        "waited": weighted / amount,
        "waited_sales": weighted / (sales - notes),
    }


def promised(books: Books, span: Span) -> tuple[int, int]:
    """(kept, told) of promises that stand alone, with the three days of grace of the policy."""
    kept = told = 0
    for one in books.promises:
        if one.cancelled_on is None and span.covers(one.due_on):
            money = sum(
                c.amount_minor for c in books.credits
                if c.customer_id == one.customer_id and c.kind in MONEY
                and one.made_on <= c.received_on <= one.due_on + 3 * DAY
            )  # fmt: skip
            over = one.due_on + 3 * DAY < TODAY or money >= one.amount_minor
            told, kept = told + over, kept + (money >= one.amount_minor)
    return kept, told


# --- held against it ------------------------------------------------------------------------------


@pytest.mark.django_db
def test_every_measure_of_the_demo_is_what_the_raw_tables_add_up_to(company: Company) -> None:
    books = Books()
    records = habit_records(company, [one.id for one in rows("customer")], TODAY)
    triggers = {pk: record.trigger for pk, record in records.items()}
    for kind, span in SPANS.values():
        found = measure_period(company, span, kind, Chosen(), TODAY)
        (card,) = found.cards
        figures = card.now.figures
        told = expected(books, found.span, books.first_day())
        assert figures["count_back"].more == told.pop("more")
        for name, value in told.items():
            assert figures[name].number == pytest.approx(value, abs=1e-9), (name, span)
        kept, said = promised(books, found.span)
        share = figures["promises_number"]
        assert (share.facts["kept"], share.facts["told"]) == (kept, said)
        assert figures["avoided"].number == spared(books, found.span, triggers)
        for name, value in patience(books, found.span, triggers).items():
            assert figures[name].number == pytest.approx(value, abs=1e-9), (name, span)


@pytest.mark.django_db
def test_the_measures_of_each_segment_are_those_of_its_customers(company: Company) -> None:
    kind, span = SPANS["the year so far"]
    found = measure_period(company, span, kind, Chosen(dimension="segment"), TODAY)
    customers = list(rows("customer"))
    first = Books().first_day()
    assert {card.now.value for card in found.cards} >= {"regular", "often_late"}
    for card in found.cards:
        if card.now.value not in ("regular", "often_late"):
            continue
        mine = {one.id for one in customers if one.current_segment == card.now.value}
        told = expected(Books(mine), found.span, first)
        told.pop("more")
        for name, value in told.items():
            assert card.now.figures[name].number == pytest.approx(value, abs=1e-9), name


@pytest.mark.django_db
def test_disputes_are_told_by_reason_age_and_what_is_left(company: Company) -> None:
    books = Books()
    span = SPANS["the last 90 days"][1]
    groups = dispute_groups(company, span, Chosen())
    open_ = [one for one in books.disputes if one.closed_on is None]
    assert sum(group.open for group in groups) == len(open_) > 0
    assert sum(group.solved for group in groups) == len(books.disputes) - len(open_) == 1
    assert sum(money.minor for group in groups for money in group.amounts) == contested(
        books, TODAY
    )
    oldest = max((TODAY - one.opened_on).days for one in open_)
    assert max(group.oldest or 0 for group in groups) == oldest
