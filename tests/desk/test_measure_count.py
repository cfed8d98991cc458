"""Daily measures counted all at once are those of each day counted by itself."""

from collections import Counter, defaultdict
from datetime import date, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from amiable.desk import measure_count
from amiable.desk.access import Actor
from amiable.desk.dispute import open_dispute
from amiable.desk.figures import count_figures
from amiable.desk.match import match_by_hand
from amiable.desk.measure_count import CountStopped, count_days, is_counted
from amiable.engine.ledger import InvoiceKind
from amiable.store.lists.balance import aged_sums
from amiable.store.measure import (
    BUCKETS,
    measured_days,
    measured_flows,
    measured_on,
    settled_between,
)
from amiable.store.models import (
    Allocation,
    Company,
    Credit,
    Customer,
    DayMeasure,
    Dispute,
    Invoice,
    MeasureCount,
    User,
)
from amiable.store.models.membership import Role
from tests.desk.books import (
    TODAY,
    at,
    bring_in,
    company_with_debtors,
    credit_note,
    customer,
    eur,
    facts,
    invoice,
    new_company,
    payment,
)
from tests.store.random_ledgers import START, WHO, ledgers

DAY = timedelta(days=1)
END = START + 75 * DAY


def count(company: Company, today: date = TODAY):
    return count_days(company, today, at(today))


disputes = st.lists(
    st.tuples(
        st.integers(0, 5),  # which invoice
        st.integers(0, 60),
        st.none() | st.integers(1, 40),
        st.none() | st.integers(1, 150),
    ),
    max_size=3,
)


def contest(company: Company, wanted) -> None:
    rows = list(Invoice.objects.of(company.pk).order_by("pk"))
    for number, (place, opened, length, minor) in enumerate(wanted):
        if place < len(rows):
            opened_on = START + opened * DAY
            Dispute.objects.of(company.pk).create(
                company=company,
                customer=rows[place].customer,
                key=f"D{number}",
                invoice=rows[place].key,
                opened_on=opened_on,
                closed_on=None if length is None else opened_on + length * DAY,
                amount_minor=minor,
                currency=rows[place].currency if minor else "",
            )


def left_of(row: Invoice, on: date) -> int:
    if row.issued_on > on:
        return 0
    ties = Allocation.objects.of(row.company_id).filter(invoice=row, allocated_on__lte=on)
    return row.amount_minor - sum(ties.values_list("amount_minor", flat=True))


def contested(company: Company, on: date) -> Counter[str]:
    found: Counter[str] = Counter()
    for row in Invoice.objects.of(company.pk):
        left = left_of(row, on)
        live = [
            one
            for one in Dispute.objects.of(company.pk).filter(invoice=row.key)
            if one.opened_on <= on and (one.closed_on is None or on < one.closed_on)
        ]
        held = sum(left if one.amount_minor is None else one.amount_minor for one in live)
        found[row.currency] += min(left, held)
    return +found


@pytest.mark.django_db
@given(one=ledgers(), two=ledgers(), wanted=disputes, after=st.integers(-3, 70))
@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_any_past_day_is_as_counted_by_itself(one, two, wanted, after):
    Company.objects.filter(key="measured").delete()
    User.objects.filter(email="theirs@example.test").delete()
    company = new_company("measured")
    bring_in(company, facts(WHO, *one))
    second = [tuple(item.__class__(**_as(item, "E")) for item in side) for side in two]
    bring_in(company, facts("E", *second))
    user = User.objects.create_user("theirs@example.test")
    Customer.objects.of(company.pk).filter(key="E").update(collector=user)
    contest(company, wanted)
    count(company, END)
    on = START + after * DAY
    told = {row.currency: row for row in measured_on(company.pk, on)}
    for aged in aged_sums(company.pk, on):
        row = told[aged.currency]
        assert (row.buckets, row.unmatched) == (aged.buckets, aged.unused)
        assert (row.outstanding, row.overdue) == (aged.total, sum(aged.buckets[1:]))
    assert {c: r.disputed for c, r in told.items() if r.disputed} == contested(company, on)
    assert sum(row.invoices_open for row in told.values()) == sum(
        left_of(row, on) > 0 for row in Invoice.objects.of(company.pk)
    )
    theirs = measured_on(company.pk, on, "collector", str(user.pk))
    mine = {row.currency: row for row in theirs if any(row.buckets) or row.unmatched}
    by_hand = {item.currency: item for item in aged_sums(company.pk, on, [user.pk])}
    assert set(mine) == set(by_hand)
    assert all(mine[c].buckets == item.buckets for c, item in by_hand.items())


def _as(item, who: str) -> dict[str, object]:
    names = [name for name in item.__dataclass_fields__ if not name.startswith("_")]
    return {name: getattr(item, name) for name in names} | {
        "customer": who,
        "key": f"{who}{item.key}",
        "number": f"{who}{item.number}" if item.number else "",
    }


@pytest.mark.django_db
def test_every_dimension_adds_up_to_the_company():
    company = company_with_debtors(("A", "B", "C"))
    Customer.objects.of(company.pk).filter(key="A").update(policy="calendar")
    count(company)
    whole = measured_days(company.pk, TODAY - 400 * DAY, TODAY + DAY)
    for dimension in ("segment", "collector", "policy"):
        sums: dict[tuple[date, str], list[int]] = defaultdict(lambda: [0, 0, 0])
        for row in DayMeasure.objects.of(company.pk).filter(dimension=dimension):
            for place, name in enumerate(("outstanding", "sales", "avoided")):
                sums[row.on, row.currency][place] += getattr(row, name)
        told = {(r.on, r.currency): [r.outstanding, r.sales, r.avoided] for r in whole}
        assert sums == told
    names = {row.value for row in measured_on(company.pk, TODAY, "policy")}
    assert names == {"calendar", company.policy}


@pytest.mark.django_db
def test_what_happened_is_told_by_the_day_it_happened():
    company = new_company()
    one = invoice("A", "F1", TODAY - 20 * DAY, 100_000)
    money = [
        payment("A", "P1", TODAY - 25 * DAY, 40_000, label="F1"),
        payment("A", "P2", TODAY - 10 * DAY, 60_000, label="F1"),
    ]
    note = credit_note("B", "N1", TODAY - 5 * DAY, 7_000)
    bring_in(company, facts("A", [one], money), facts("B", [], [note]))
    count(company)
    (flows,) = measured_flows(company.pk, TODAY - 60 * DAY, TODAY + DAY)
    assert (flows.sales, flows.credited, flows.received) == (100_000, 7_000, 100_000)
    assert (flows.paid_minor, flows.paid_on_time_minor) == (100_000, 40_000)
    assert flows.paid_days_minor == 40_000 * -5 + 60_000 * 10
    assert flows.calendar == 2  # on the days 1 and 8 after the due date; paid on day 10
    (settled,) = settled_between(company.pk, TODAY - 60 * DAY, TODAY + DAY)
    assert settled.lateness == {10: 1}
    assert measured_flows(company.pk, TODAY - 4 * DAY, TODAY + DAY, value="")[0].credited == 0


@pytest.mark.django_db
def test_what_a_credit_note_settled_was_not_paid():
    company = new_company()
    one = invoice("A", "F1", TODAY - 20 * DAY, 100_000)
    note = credit_note("A", "N1", TODAY - 10 * DAY, 100_000)
    bring_in(company, facts("A", [one], [note]))
    count(company)
    assert settled_between(company.pk, TODAY - 60 * DAY, TODAY + DAY) == []
    (flows,) = measured_flows(company.pk, TODAY - 60 * DAY, TODAY + DAY)
    assert flows.paid_minor == 0


@pytest.mark.django_db
@pytest.mark.parametrize(("flag", "most"), [("", 2), ("autopay", 0), ("do_not_contact", 0)])
def test_nothing_is_spared_a_customer_that_nobody_reminds(flag: str, most: int):
    company = new_company()
    paid = payment("A", "P1", TODAY - 10 * DAY, 10_000)
    # Money sent back is asked for, but is no invoice.
    back = invoice("A", "R1", TODAY - 2 * DAY, 500, kind=InvoiceKind.RETURNED)
    bring_in(company, facts("A", [invoice("A", "F1", TODAY - 20 * DAY, 10_000), back], [paid]))
    if flag:
        Customer.objects.of(company.pk).update(**{flag: True})
    count(company)
    (flows,) = measured_flows(company.pk, TODAY - 60 * DAY, TODAY + DAY)
    assert (flows.calendar, flows.spared_paid) == (most, most // 2)
    figures = count_figures(company, TODAY, at(TODAY))
    month = measured_flows(company.pk, TODAY.replace(day=1), TODAY + DAY)
    assert [(one.calendar, one.avoided) for one in month] == [(figures.calendar, figures.avoided)]


@pytest.mark.django_db
def test_counting_again_writes_nothing():
    company = company_with_debtors()
    assert count(company).changed > 0
    before = set(DayMeasure.objects.of(company.pk).values_list("pk", flat=True))
    assert count(company).changed == 0
    assert set(DayMeasure.objects.of(company.pk).values_list("pk", flat=True)) == before


@pytest.mark.django_db
def test_an_import_with_old_dates_changes_old_days():
    company = company_with_debtors()
    count(company)
    assert is_counted(company, TODAY)
    old = TODAY - 60 * DAY
    late = invoice("B", "F-OLD", old, 33_000)
    bring_in(company, facts("B", [late]), on=TODAY)
    assert not is_counted(company, TODAY)
    (before,) = measured_on(company.pk, old)
    count(company)
    (after,) = measured_on(company.pk, old)
    assert after.not_due == before.not_due + 33_000
    assert is_counted(company, TODAY)


@pytest.mark.django_db
@pytest.mark.parametrize("what", ["dispute", "match", "collector", "segment", "day", "policy"])
def test_whatever_changes_a_figure_makes_the_days_due_again(what):
    company = company_with_debtors()
    bring_in(company, facts("A", [], [payment("A", "P9", TODAY - 2 * DAY, 500)]))
    count(company)
    row = customer(company, "A")
    owed = Invoice.objects.of(company.pk).get(key="F-A")
    if what == "dispute":
        open_dispute(company, row, owed, on=TODAY, amount=eur(500))
    elif what == "match":
        credit = Credit.objects.of(company.pk).get(key="P9")
        actor = Actor(company=company, role=Role.MANAGER)
        match_by_hand(actor, credit.pk, owed.pk, eur(500), today=TODAY, at=at(TODAY))
    elif what == "policy":
        company.policies_by_segment = {"regular": "calendar"}
        company.save()
    elif what != "day":
        values = {"collector": User.objects.create_user("x@example.test"), "segment": "at_risk"}
        name = {"segment": "current_segment"}.get(what, what)
        Customer.objects.of(company.pk).filter(pk=row.pk).update(**{name: values[what]})
    assert not is_counted(company, TODAY + DAY if what == "day" else TODAY)


@pytest.mark.django_db
def test_a_count_that_is_stopped_leaves_nothing_behind():
    company = company_with_debtors()
    with pytest.raises(CountStopped):
        count_days(company, TODAY, at(TODAY), stopped=lambda: True)
    assert not DayMeasure.objects.of(company.pk).exists()
    kept = MeasureCount.objects.of(company.pk).get()
    assert (kept.until, kept.total) == (None, 0)


@pytest.mark.django_db
def test_days_before_a_day_named_are_left_as_they_stand():
    company = company_with_debtors()
    count(company)
    old, young = TODAY - 40 * DAY, TODAY - 3 * DAY
    rows = DayMeasure.objects.of(company.pk)
    rows.filter(on__in=(old, young)).update(disputed=777)
    count_days(company, TODAY, at(TODAY), written_from=TODAY - 10 * DAY)
    assert {row.disputed for row in measured_on(company.pk, old)} == {777}
    assert {row.disputed for row in measured_on(company.pk, young)} == {0}


@pytest.mark.django_db
def test_days_that_were_never_counted_are_not_left_as_they_stand():
    company = new_company()
    bring_in(company, facts("A", [invoice("A", "F1", TODAY - 20 * DAY, 10_000)]))
    count(company)
    old = invoice("B", "F0", TODAY - 200 * DAY, 500_000)
    bring_in(company, facts("B", [old]))
    count_days(company, TODAY, at(TODAY), written_from=TODAY - 5 * DAY)
    assert measured_on(company.pk, TODAY - 60 * DAY)[0].overdue == 500_000
    assert is_counted(company, TODAY)
    # Counted up to TODAY: the day after it was not, and is not left out.
    count_days(company, TODAY + 9 * DAY, at(TODAY), written_from=TODAY + 5 * DAY)
    assert measured_on(company.pk, TODAY + DAY)[0].overdue == 510_000


@pytest.mark.django_db
def test_days_left_as_they_stand_are_not_vouched_for_when_facts_came_in():
    company = company_with_debtors()
    count(company)
    count_days(company, TODAY, at(TODAY), written_from=TODAY - 5 * DAY)
    assert is_counted(company, TODAY)
    bring_in(company, facts("B", [invoice("B", "F-MORE", TODAY - 10 * DAY, 33_000)]))
    count_days(company, TODAY, at(TODAY), written_from=TODAY - 5 * DAY)
    assert not is_counted(company, TODAY)


@pytest.mark.django_db
def test_a_ledger_older_than_what_is_kept_begins_with_what_stood_open(monkeypatch):
    company = new_company()
    old = invoice("A", "F1", TODAY - 700 * DAY, 12_000, issued_on=TODAY - 730 * DAY)
    bring_in(company, facts("A", [old]))
    monkeypatch.setattr(measure_count, "KEPT_YEARS", 1)
    report = count(company)
    assert report.since == TODAY - 365 * DAY
    (first,) = measured_on(company.pk, report.since)
    assert first.late_over_90 == 12_000
    assert first.late_days_minor == 12_000 * (report.since - old.due_on).days
    assert not DayMeasure.objects.of(company.pk).filter(on__lt=report.since).exists()


@pytest.mark.django_db
def test_a_company_without_a_ledger_has_no_figures_and_is_counted():
    company = new_company()
    assert count(company).changed == 0
    assert is_counted(company, TODAY)
    assert [name for name in BUCKETS if measured_on(company.pk, TODAY)] == []
