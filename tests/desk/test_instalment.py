"""Instalment plans: agreed in parts, beside promises and disputes, cancelled; where they stand."""

from datetime import timedelta

import pytest

from amiable.desk.access import OtherCompany
from amiable.desk.agreement import Agreements, PlanView, agreements_of
from amiable.desk.dispute import open_dispute
from amiable.desk.hold import DateRefused, hold
from amiable.desk.instalment import agree_plan, cancel_plan, propose_plan
from amiable.desk.plan import draw_plan, redraw
from amiable.desk.promise import record_promise
from amiable.desk.sight import sight_of
from amiable.engine.instalment import MOST_PARTS, Part, PlanState, Rhythm
from amiable.engine.money import Money
from amiable.engine.promise import PromiseState
from amiable.store.invoice import invoice_by_key
from amiable.store.models import Company, Customer, InstalmentPlan, Promise
from tests.desk.books import (
    DAY,
    TODAY,
    bring_in,
    entry_of,
    eur,
    facts,
    new_company,
    payment,
)

pytestmark = pytest.mark.django_db

WEEK = timedelta(days=7)
GRACE = 3  # days after its date that the shipped policies leave a promise


def parts(*minors: int, first: int = 1) -> tuple[Part, ...]:
    """A part a week from ``first`` weeks after today."""
    return tuple(
        Part(due_on=TODAY + n * WEEK, amount=eur(minor)) for n, minor in enumerate(minors, first)
    )


def looked_at(company: Company, who: Customer, later: int = 0) -> Agreements:
    return agreements_of(company, sight_of(company, who, TODAY + later * DAY))


def only_plan(company: Company, who: Customer, later: int = 0) -> PlanView:
    (plan,) = looked_at(company, who, later).plans
    return plan


# --- proposed -------------------------------------------------------------------------------


def test_a_plan_is_proposed_in_equal_parts_of_which_the_first_bear_the_cents(
    debtor: Customer,
) -> None:
    proposed = propose_plan(debtor, eur(100_000), 3, TODAY + WEEK, Rhythm.WEEK)
    assert [part.amount.minor for part in proposed] == [33_334, 33_333, 33_333]
    assert [part.due_on for part in proposed] == [TODAY + n * WEEK for n in (1, 2, 3)]


def test_a_part_does_not_fall_on_a_holiday_of_the_customers_country(debtor: Customer) -> None:
    easter_monday = TODAY.replace(month=4, day=6)
    (part,) = propose_plan(debtor, eur(100), 1, easter_monday, Rhythm.MONTH)
    assert part.due_on == easter_monday + DAY
    debtor.country = "US"  # where it is a day like any other
    (part,) = propose_plan(debtor, eur(100), 1, easter_monday, Rhythm.MONTH)
    assert part.due_on == easter_monday


@pytest.mark.parametrize(("minor", "count"), [(100, 0), (100_000, MOST_PARTS + 1), (2, 3)])
def test_what_cannot_be_divided_is_not_proposed(debtor: Customer, minor: int, count: int) -> None:
    with pytest.raises(ValueError, match="cannot be paid"):
        propose_plan(debtor, eur(minor), count, TODAY, Rhythm.WEEK)


# --- agreed ---------------------------------------------------------------------------------


def test_every_part_of_a_plan_is_a_promise_of_its_own(company: Company, debtor: Customer) -> None:
    plan = agree_plan(
        company, debtor, on=TODAY, parts=parts(40_000, 60_000), invoices=["F-A"], note="by phone"
    )
    rows = Promise.objects.of(company.pk).filter(plan=plan).order_by("due_on")
    assert [(row.due_on, row.amount_minor, row.currency) for row in rows] == [
        (TODAY + WEEK, 40_000, "EUR"),
        (TODAY + 2 * WEEK, 60_000, "EUR"),
    ]
    assert {(row.made_on, tuple(row.invoices)) for row in rows} == {(TODAY, ("F-A",))}
    assert (plan.agreed_on, plan.invoices, plan.note) == (TODAY, ["F-A"], "by phone")


def test_chasing_pauses_as_soon_as_the_plan_is_drawn_again(
    company: Company, debtor: Customer
) -> None:
    before = entry_of(company, "A")
    assert before.kind == "remind"
    agree_plan(company, debtor, on=TODAY, parts=parts(100_000))
    redraw(company, [debtor.pk], TODAY)
    after = entry_of(company, "A")
    assert (after.kind, after.code) == ("wait", "promise.running")
    assert after.look_again_on == TODAY + WEEK + (GRACE + 1) * DAY
    assert entry_of(company, "B").kind == "remind"


def test_the_morning_after_an_agreement_knows_it_without_being_told(
    company: Company, debtor: Customer
) -> None:
    agree_plan(company, debtor, on=TODAY, parts=parts(100_000))
    assert draw_plan(company, TODAY).decided == 1
    assert entry_of(company, "A").code == "promise.running"


def test_a_plan_takes_the_place_of_the_promise_about_the_same_invoice(
    company: Company, debtor: Customer
) -> None:
    same, other = (
        record_promise(
            company,
            debtor,
            made_on=TODAY,
            due_on=TODAY + WEEK,
            amount=eur(50_000),
            invoices=[number],
        )
        for number in ("F-A", "F-B")
    )
    agree_plan(company, debtor, on=TODAY, parts=parts(100_000), invoices=["F-A"])
    same.refresh_from_db()
    other.refresh_from_db()
    assert (same.cancelled_on, other.cancelled_on) == (TODAY, None)


def test_a_plan_about_everything_replaces_every_promise_still_to_come(
    company: Company, debtor: Customer
) -> None:
    gone_by, running = (
        record_promise(company, debtor, made_on=TODAY - 9 * DAY, due_on=due_on, amount=eur(50_000))
        for due_on in (TODAY - DAY, TODAY)
    )
    agree_plan(company, debtor, on=TODAY, parts=parts(100_000))
    gone_by.refresh_from_db()
    running.refresh_from_db()
    assert (gone_by.cancelled_on, running.cancelled_on) == (None, TODAY)


def test_a_new_plan_ends_the_old_one_whole_and_without_a_breach(
    company: Company, debtor: Customer
) -> None:
    old = agree_plan(company, debtor, on=TODAY, parts=parts(10_000, 90_000))
    new = agree_plan(company, debtor, on=TODAY + DAY, parts=parts(50_000, 50_000, first=2))
    states = {view.row.pk: view.state for view in looked_at(company, debtor, later=1).plans}
    assert states == {old.pk: None, new.pk: PlanState.RUNNING}
    old.refresh_from_db()
    assert old.cancelled_on == TODAY + DAY


# --- refused --------------------------------------------------------------------------------


TWO_CURRENCIES = (
    Part(due_on=TODAY, amount=eur(1)),
    Part(due_on=TODAY + DAY, amount=Money(minor=1, currency="USD")),
)


@pytest.mark.parametrize(
    ("wrong", "error", "why"),
    [
        ((), ValueError, "1 to 60 parts"),
        (parts(*[1_000] * (MOST_PARTS + 1)), ValueError, "1 to 60 parts"),
        (parts(1_000, 0), ValueError, "above zero"),
        (TWO_CURRENCIES, ValueError, "one currency"),
        (parts(1_000, first=-1), DateRefused, "none before"),
        (parts(1_000, 1_000)[::-1], DateRefused, "after the one before"),
        (parts(1_000) * 2, DateRefused, "after the one before"),
    ],
)
def test_a_plan_that_cannot_be_kept_is_refused_and_leaves_no_trace(
    company: Company,
    debtor: Customer,
    wrong: tuple[Part, ...],
    error: type[ValueError],
    why: str,
) -> None:
    running = record_promise(
        company, debtor, made_on=TODAY, due_on=TODAY + WEEK, amount=eur(100_000)
    )
    with pytest.raises(error, match=why):
        agree_plan(company, debtor, on=TODAY, parts=wrong)
    running.refresh_from_db()
    assert running.cancelled_on is None
    assert not InstalmentPlan.objects.of(company.pk).exists()


def test_another_companys_customer_and_plan_do_not_exist(
    company: Company, debtor: Customer
) -> None:
    stranger = new_company("elsewhere")
    with pytest.raises(OtherCompany):
        agree_plan(stranger, debtor, on=TODAY, parts=parts(100_000))
    plan = agree_plan(company, debtor, on=TODAY, parts=parts(100_000))
    with pytest.raises(OtherCompany):
        cancel_plan(stranger, plan, on=TODAY)
    assert only_plan(company, debtor).state is PlanState.RUNNING


# --- where it stands ------------------------------------------------------------------------


def test_a_cancelled_plan_protects_no_more_and_is_no_breach(
    company: Company, debtor: Customer
) -> None:
    plan = agree_plan(company, debtor, on=TODAY, parts=parts(50_000, 50_000))
    redraw(company, [debtor.pk], TODAY)
    cancel_plan(company, plan, on=TODAY)
    redraw(company, [debtor.pk], TODAY)
    assert entry_of(company, "A").kind == "remind"
    view = only_plan(company, debtor, later=60)
    assert (view.state, [part.state for part in view.parts]) == (None, [None, None])


def test_a_part_paid_in_time_is_kept_and_the_plan_runs_on(
    company: Company, debtor: Customer
) -> None:
    agree_plan(company, debtor, on=TODAY, parts=parts(40_000, 60_000))
    bring_in(company, facts("A", credits=[payment("A", "P1", TODAY + 6 * DAY, 40_000)]))
    view = only_plan(company, debtor, later=9)
    assert [part.state for part in view.parts] == [PromiseState.KEPT, PromiseState.RUNNING]
    assert (view.state, view.amounts) == (PlanState.RUNNING, (eur(100_000),))


def test_a_missed_part_breaks_the_plan_and_the_parts_after_it_protect_no_more(
    company: Company, debtor: Customer
) -> None:
    agree_plan(company, debtor, on=TODAY, parts=parts(40_000, 60_000))
    in_grace = only_plan(company, debtor, later=7 + GRACE)
    assert in_grace.state is PlanState.RUNNING
    view = only_plan(company, debtor, later=7 + GRACE + 1)
    assert [part.state for part in view.parts] == [PromiseState.BROKEN, PromiseState.LAPSED]
    assert view.state is PlanState.BROKEN


def test_what_was_agreed_stands_apart_what_still_matters_first(
    company: Company, debtor: Customer
) -> None:
    past, soon, later = (
        record_promise(company, debtor, made_on=TODAY - 20 * DAY, due_on=day, amount=eur(1_000))
        for day in (TODAY - 15 * DAY, TODAY + DAY, TODAY + 3 * DAY)
    )
    agree_plan(company, debtor, on=TODAY, parts=parts(60_000), invoices=["F-other"])
    contested = invoice_by_key(company.pk, debtor.pk, "F-A")
    assert contested is not None
    whole = open_dispute(company, debtor, contested, on=TODAY)
    over = hold(company, debtor, on=TODAY - 9 * DAY, until=TODAY)
    running = hold(company, debtor, on=TODAY - 9 * DAY, until=TODAY + DAY)
    found = looked_at(company, debtor)
    # Promises about everything are replaced by a plan, whatever it names.
    assert {soon.pk, later.pk} == {one.row.pk for one in found.promises if one.state is None}
    assert next(one.state for one in found.promises if one.row.pk == past.pk) is PromiseState.BROKEN
    assert all(one.row.plan_id is None for one in found.promises)
    assert [(one.row.pk, one.number, one.amount) for one in found.disputes] == [
        (whole.pk, "F-A", None)
    ]
    assert [(one.row.pk, one.active) for one in found.holds] == [
        (running.pk, True),
        (over.pk, False),
    ]


def test_running_promises_stand_before_those_that_are_over_the_last_due_first(
    company: Company, debtor: Customer
) -> None:
    days = [TODAY - 15 * DAY, TODAY + DAY, TODAY + 3 * DAY, TODAY - 12 * DAY]
    for day in days:
        record_promise(company, debtor, made_on=TODAY - 20 * DAY, due_on=day, amount=eur(9_000))
    found = looked_at(company, debtor).promises
    assert [one.row.due_on for one in found] == [days[2], days[1], days[3], days[0]]
