"""Holds: a person stops the reminders, for a time or for good, of all or of some invoices."""

import pytest

from amiable.desk.access import OtherCompany
from amiable.desk.hold import DateRefused, hold, postpone, release, release_hold
from amiable.desk.plan import draw_plan, redraw
from amiable.store.models import Company, Customer, Hold
from tests.desk.books import DAY, TODAY, entry_of, new_company

pytestmark = pytest.mark.django_db


def test_a_hold_stops_one_customer_until_it_is_released(company: Company, debtor: Customer) -> None:
    row = hold(company, debtor, on=TODAY, note="asked by the sales team")
    redraw(company, [debtor.pk], TODAY)
    assert (entry_of(company, "A").kind, entry_of(company, "B").kind) == ("hold", "remind")
    assert release_hold(company, row, on=TODAY)
    redraw(company, [debtor.pk], TODAY)
    assert entry_of(company, "A").kind == "remind"


def test_a_hold_about_another_invoice_stops_nothing(company: Company, debtor: Customer) -> None:
    hold(company, debtor, on=TODAY, invoices=["F-other"])
    redraw(company, [debtor.pk], TODAY)
    assert entry_of(company, "A").kind == "remind"


def test_what_is_postponed_is_looked_at_again_on_its_day(
    company: Company, debtor: Customer
) -> None:
    row = postpone(company, debtor, on=TODAY, until=TODAY + 2 * DAY)
    redraw(company, [debtor.pk], TODAY)
    assert row.postponed
    assert entry_of(company, "A").look_again_on == TODAY + 2 * DAY
    draw_plan(company, TODAY + 2 * DAY)
    assert entry_of(company, "A").kind == "remind"


@pytest.mark.parametrize("days", [0, -1])
def test_a_hold_ends_after_it_begins(company: Company, debtor: Customer, days: int) -> None:
    with pytest.raises(DateRefused):
        hold(company, debtor, on=TODAY, until=TODAY + days * DAY)
    assert not Hold.objects.of(company.pk).exists()


def test_a_hold_that_is_over_is_not_released_again(company: Company, debtor: Customer) -> None:
    row = hold(company, debtor, on=TODAY - 5 * DAY, until=TODAY)
    assert not release_hold(company, row, on=TODAY)
    row.refresh_from_db()
    assert row.until_on == TODAY


def test_a_hold_released_before_its_first_day_never_was_in_force(
    company: Company, debtor: Customer
) -> None:
    row = hold(company, debtor, on=TODAY + 5 * DAY)
    assert release_hold(company, row, on=TODAY)
    row.refresh_from_db()
    assert (row.from_on, row.until_on) == (TODAY + 5 * DAY, TODAY + 5 * DAY)


def test_all_holds_in_force_end_together_and_those_to_come_stay(
    company: Company, debtor: Customer
) -> None:
    for_good = hold(company, debtor, on=TODAY - DAY)
    for_a_while = hold(company, debtor, on=TODAY - DAY, until=TODAY + 9 * DAY)
    to_come = hold(company, debtor, on=TODAY + DAY)
    over = hold(company, debtor, on=TODAY - 9 * DAY, until=TODAY - 5 * DAY)
    assert release(company, debtor, on=TODAY) == 2
    ends = dict(Hold.objects.of(company.pk).values_list("pk", "until_on"))
    assert ends == {
        for_good.pk: TODAY, for_a_while.pk: TODAY, to_come.pk: None, over.pk: TODAY - 5 * DAY,
    }  # fmt: skip


def test_another_companys_customers_and_holds_do_not_exist(
    company: Company, debtor: Customer
) -> None:
    stranger = new_company("elsewhere")
    row = hold(company, debtor, on=TODAY)
    with pytest.raises(OtherCompany):
        hold(stranger, debtor, on=TODAY)
    with pytest.raises(OtherCompany):
        release(stranger, debtor, on=TODAY)
    with pytest.raises(OtherCompany):
        release_hold(stranger, row, on=TODAY)
    row.refresh_from_db()
    assert row.until_on is None
