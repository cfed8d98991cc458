"""The worklist: who is on it, in what order; what is left in peace."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from amiable.desk.access import Actor
from amiable.desk.plan import draw_plan
from amiable.desk.worklist import Worklist, left_in_peace, worklist
from amiable.store.models import (
    Company,
    Customer,
    PlanEntry,
)
from amiable.store.models.membership import Role
from amiable.store.worklist import DECIDE, Order, Wanted
from tests.desk.books import (
    DAY,
    TODAY,
    bring_in,
    entry_of,
    eur,
    invoice,
    payer,
)
from tests.desk.day_work import actor_of, listed, three_debtors

pytestmark = pytest.mark.django_db


@pytest.fixture
def company() -> Company:
    return three_debtors()


@pytest.fixture
def actor(company: Company) -> Actor:
    return actor_of(company)


# --- the list -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("order", "keys"),
    [(Order.AMOUNT, ["B", "C", "A"]), (Order.BEYOND, ["B", "C", "A"]), (Order.RISK, None)],
)
def test_the_list_is_in_the_order_asked_for(actor: Actor, order: Order, keys: list[str]) -> None:
    found = worklist(actor, TODAY, Wanted(order=order))
    if keys is None:
        risks = [line.row.risk for line in found.lines]
        assert risks == sorted(risks, reverse=True)
        assert min(risks) > 0
    else:
        assert [line.row.customer.key for line in found.lines] == keys


def test_a_line_says_how_late_and_how_late_is_usual(company: Company, actor: Actor) -> None:
    line = worklist(actor, TODAY, Wanted()).lines[0]
    assert line.late == 40
    assert (line.habit.n, line.habit.usual) == (12, 5)
    assert line.row.beyond_on == line.row.late_from + line.trigger * DAY
    assert line.contact is not None
    assert line.contact.email == "accountant@b.test"
    assert line.entry.amounts == (eur(300_000),)


@pytest.mark.parametrize(
    ("wanted", "keys"),
    [
        ({"amount": 200_000}, ["B", "C"]),
        ({"amount": 300_001}, []),
        ({"age": 30}, ["B", "C"]),
        ({"age": 41}, []),
        ({"step": 1}, ["B", "C", "A"]),
        ({"step": 2}, []),
        ({"channel": "email"}, ["B", "C", "A"]),
        ({"channel": "call"}, []),
        ({"channel": DECIDE}, []),
        ({"words": "b sarl"}, ["B"]),
        ({"words": "nobody"}, []),
        ({"mine": (0,)}, []),
    ],
)
def test_the_list_is_filtered(actor: Actor, wanted: dict[str, Any], keys: list[str]) -> None:
    assert listed(actor, **wanted) == keys


def test_a_segment_filters_by_what_the_customer_is_now(company: Company, actor: Actor) -> None:
    Customer.objects.of(company.pk).filter(key="A").update(current_segment="at_risk")
    assert listed(actor, segment="at_risk") == ["A"]


@pytest.mark.parametrize("order", Order)
def test_pages_follow_each_other_without_gap_or_overlap(
    actor: Actor, order: Order, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("amiable.desk.worklist.PAGE", 1)
    seen: list[str] = []
    after = None
    for _ in range(3):
        found = worklist(actor, TODAY, Wanted(order=order), after=after)
        seen += [line.row.customer.key for line in found.lines]
        after = found.following
    assert sorted(seen) == ["A", "B", "C"]
    assert after is None
    assert seen == listed(actor, order=order) or len(seen) == 3


def test_an_outside_collector_sees_only_its_own(company: Company) -> None:
    outside = actor_of(company, Role.OUTSIDE, "Out")
    Customer.objects.of(company.pk).filter(key="C").update(collector=outside.user)
    found = worklist(outside, TODAY, Wanted(only=outside.only))
    assert [line.row.customer.key for line in found.lines] == ["C"]
    assert (found.found, found.everything) == (1, 1)


def test_reading_a_page_takes_as_many_queries_for_three_lines_as_for_one(
    company: Company, actor: Actor, django_assert_num_queries: Any
) -> None:
    def read(**wanted: Any) -> Callable[[], Worklist]:
        return lambda: worklist(actor, TODAY, Wanted(channel="email", **wanted))

    one, all_three = read(words="b sarl"), read()
    assert (len(one().lines), len(all_three().lines)) == (1, 3)
    with django_assert_num_queries(9):
        one()
    with django_assert_num_queries(9):
        all_three()


def test_an_entry_that_holds_on_follows_the_facts_it_is_ordered_by(company: Company) -> None:
    before = entry_of(company, "A")
    PlanEntry.objects.of(company.pk).filter(pk=before.pk).update(
        amount_minor=1, risk=0, late_from=None, valid_until=TODAY
    )
    draw_plan(company, TODAY)
    now = entry_of(company, "A")
    assert now.pk == before.pk
    assert (now.amount_minor, now.risk, now.late_from) == (
        before.amount_minor,
        before.risk,
        before.late_from,
    )


# --- left in peace --------------------------------------------------------------------------


def test_invoices_left_in_peace_are_named_with_their_reason(company: Company, actor: Actor) -> None:
    page = payer("P", 20, TODAY - 60 * DAY)
    owed = [invoice("P", f"P-{n}", TODAY - n * DAY) for n in (3, 5)]
    bring_in(company, replace(page, invoices=(*page.invoices, *owed)))
    draw_plan(company, TODAY)
    found = left_in_peace(actor, TODAY)
    assert found.count == 2
    (line,) = found.lines
    assert [one.number for one in line.invoices] == ["P-5", "P-3"]
    assert line.entry.reasons[0].code == "habit.within"
    assert worklist(actor, TODAY, Wanted()).in_peace == 2
