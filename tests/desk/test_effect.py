"""What followed each reminder: money, answers, days gained; and who may see it."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from amiable.desk import effect_count
from amiable.desk.access import Actor
from amiable.desk.dispute import open_dispute
from amiable.desk.effect import effects_behind, reminder_effects
from amiable.desk.effect_count import judge_reminders
from amiable.desk.undo_import import undo_import
from amiable.engine.dispute import Ground
from amiable.engine.period import Span
from amiable.sources.reading import CustomerFacts
from amiable.store.effect import Aspect
from amiable.store.models import (
    AuditEntry,
    Company,
    Customer,
    Invoice,
    OutboxRow,
    Promise,
    ReminderEffect,
    Reply,
    User,
)
from amiable.store.models.membership import Role
from tests.desk.books import (
    DAY,
    at,
    bring_in,
    credit_note,
    customer,
    facts,
    invoice,
    mailbox,
    new_company,
    payment,
)
from tests.stories.past import past

TODAY = date(2026, 3, 10)
SENT = date(2026, 1, 20)
SPAN = Span(date(2025, 3, 10), TODAY + DAY)
PARIS = ZoneInfo("Europe/Paris")
Books = Callable[..., Company]


def send(company: Company, who: str, on: date, *numbers: str, **more: Any) -> OutboxRow:
    """A reminder as the outbox keeps it once it has left."""
    row = customer(company, who)
    instant = datetime.combine(on, time(9, 30), PARIS)
    plain: dict[str, Any] = {
        "cycle": numbers[0], "step": 1, "purpose": "reminder", "state": "sent",
        "channel": "email", "tone": "friendly", "invoices": list(numbers),
        "approved_on": on, "approved_at": instant, "sent_on": on, "sent_at": instant,
    }  # fmt: skip
    return OutboxRow.objects.of(company.pk).create(company=company, customer=row, **(plain | more))


def told(who: str) -> CustomerFacts:
    """Somebody who usually pays some 10 days late, and was 40 days late at times."""
    invoices, credits = past(who, 15, [8, 10, 12, 25, 40], 20, date(2025, 12, 1))
    return facts(who, invoices, credits, [mailbox(who)])


@pytest.fixture
def books(db: None) -> Books:
    """A debtor D that usually pays 10 days late, with an invoice F due on 5 January."""

    def made(*credits: Any, on: date = TODAY, **owed: Any) -> Company:
        company = new_company(on=on)
        page = told("D")
        due = invoice("D", "F", date(2026, 1, 5), **owed)
        other = told("E")
        late = invoice("E", "G", date(2026, 1, 5))
        page = replace(page, invoices=(*page.invoices, due), credits=(*page.credits, *credits))
        bring_in(company, page, replace(other, invoices=(*other.invoices, late)), on=on)
        return company

    return made


def judged(company: Company, today: date = TODAY) -> ReminderEffect:
    judge_reminders(company, today)
    return ReminderEffect.objects.of(company.pk).get()


def boss(company: Company) -> Actor:
    return Actor(company=company, role=Role.MANAGER)


def test_a_payment_three_days_after_is_a_recovery_and_days_gained(books: Books) -> None:
    company = books(payment("D", "P", SENT + 3 * DAY))
    send(company, "D", SENT, "F")
    row = judged(company)
    assert (row.invoices, row.amount_minor) == (1, 100_000)
    assert (row.paid_7, row.paid_15, row.paid_30) == (1, 1, 1)
    assert (row.paid_7_minor, row.paid_30_minor) == (100_000, 100_000)
    assert (row.weekday, row.hour, row.policy, row.segment) == (1, 9, "standard", "regular")
    assert row.waited == 300
    assert row.expected is not None
    assert row.gained == row.expected - 300


def test_a_payment_counts_within_its_days_and_a_part_of_it_as_money_alone(books: Books) -> None:
    company = books(
        payment("D", "P1", SENT + 6 * DAY, 40_000, lettering="ZZ"),
        payment("D", "P2", SENT + 20 * DAY, 60_000, lettering="ZZ"),
        lettering="ZZ",
    )
    send(company, "D", SENT, "F")
    row = judged(company)
    assert (row.paid_7, row.paid_15, row.paid_30) == (0, 0, 1)
    assert (row.paid_7_minor, row.paid_15_minor, row.paid_30_minor) == (40_000, 40_000, 100_000)
    assert row.waited == 2_000


def test_a_credit_note_is_no_recovery_and_has_no_days(books: Books) -> None:
    company = books(credit_note("D", "N", SENT + 2 * DAY, 100_000))
    send(company, "D", SENT, "F")
    row = judged(company)
    assert (row.invoices, row.paid_30, row.paid_30_minor) == (1, 0, 0)
    assert (row.waited, row.gained) == (None, None)


def test_the_payment_of_a_contested_invoice_is_no_recovery(books: Books) -> None:
    company = books(payment("D", "P", SENT + 9 * DAY))
    send(company, "D", SENT, "F")
    contested = Invoice.objects.of(company.pk).get(key="F")
    open_dispute(
        company, customer(company, "D"), contested,
        on=SENT + DAY, ground=Ground.PRICE, reason="price", at=at(SENT),
    )  # fmt: skip
    row = judged(company)
    assert (row.invoices, row.paid_30, row.paid_30_minor, row.gained) == (1, 0, 0, None)
    assert row.answered_after == 1


def test_what_was_paid_before_it_left_was_not_chased(books: Books) -> None:
    company = books(payment("D", "P", SENT - 2 * DAY))
    send(company, "D", SENT, "F")
    row = judged(company)
    assert (row.invoices, row.amount_minor, row.paid_30, row.gained) == (0, 0, 0, None)


def test_an_open_invoice_has_waited_as_long_as_the_reminder_is_old(books: Books) -> None:
    company = books()
    send(company, "D", TODAY - 20 * DAY, "F")
    row = judged(company)
    assert (row.over, row.waited, row.paid_30) == (20, 2_000, 0)
    assert row.gained is not None
    assert row.gained < 0


def test_a_reminder_of_yesterday_is_too_young_to_be_judged(books: Books) -> None:
    company = books()
    send(company, "D", TODAY - DAY, "F")
    assert judged(company).gained is None


def test_what_an_old_ledger_does_not_know_is_not_held_against_a_reminder(books: Books) -> None:
    company = books(on=SENT + 3 * DAY)
    send(company, "D", SENT, "F")
    row = judged(company, TODAY)
    assert row.judged_on == SENT + 3 * DAY
    assert row.gained is None


def test_an_answer_belongs_to_the_last_reminder_before_it(books: Books) -> None:
    company = books()
    first = send(company, "D", SENT, "F")
    second = send(company, "D", SENT + 7 * DAY, "F", step=2)
    third = send(company, "D", SENT + 20 * DAY, "F", step=3)
    row = customer(company, "D")
    Reply.objects.of(company.pk).create(
        company=company, customer=row, key="r", received_on=SENT + 9 * DAY
    )
    AuditEntry.objects.of(company.pk).create(
        company=company, customer=row, code="portal_looked", at=at(SENT + 21 * DAY)
    )
    judge_reminders(company, TODAY)
    found = ReminderEffect.objects.of(company.pk)
    after = dict(found.values_list("message_id", "answered_after"))
    assert after == {first.pk: None, second.pk: 2, third.pk: 1}


def test_a_promise_is_an_answer_and_one_of_before_is_none(books: Books) -> None:
    company = books()
    row = customer(company, "D")
    send(company, "D", SENT, "F")
    for key, made_on in (("old", SENT - DAY), ("new", SENT + 4 * DAY)):
        Promise.objects.of(company.pk).create(
            company=company, customer=row, key=key, made_on=made_on, due_on=SENT + 9 * DAY,
            amount_minor=1, currency="EUR",
        )  # fmt: skip
    assert judged(company).answered_after == 4


def test_thanks_and_links_are_no_reminders_and_a_bounce_is_one_that_came_back(
    books: Books,
) -> None:
    company = books()
    send(company, "D", SENT, "F", purpose="thanks")
    send(company, "D", SENT, "F", step=2, purpose="service")
    send(company, "D", SENT, "F", step=3, state="failed", sent_on=None)
    send(company, "D", SENT, "F", step=4, state="refused")
    assert judged(company).bounced is True
    found = reminder_effects(boss(company), SPAN, TODAY)
    assert found.whole is not None
    assert (found.whole.reminders, found.whole.bounced.hits) == (1, 1)


def test_the_habit_is_that_of_the_morning_it_left(books: Books) -> None:
    company = books(payment("D", "P", SENT + 3 * DAY))
    send(company, "D", SENT, "F")
    before = judged(company).expected
    later = [invoice("D", f"L{n}", date(2026, 1, 22)) for n in range(9)]
    paid = [payment("D", f"Q{n}", date(2026, 3, 9), label=f"L{n}") for n in range(9)]
    bring_in(company, facts("D", later, paid))
    judge_reminders(company, TODAY, anew=True)
    assert ReminderEffect.objects.of(company.pk).get().expected == before


def test_judging_again_changes_nothing_and_new_facts_are_taken_up(books: Books) -> None:
    company = books()
    send(company, "D", SENT, "F")
    assert judge_reminders(company, TODAY) == 1
    assert judge_reminders(company, TODAY) == 0
    bring_in(company, facts("D", [], [payment("D", "P", TODAY)]), on=TODAY + DAY)
    assert judge_reminders(company, TODAY + DAY) == 1
    assert ReminderEffect.objects.of(company.pk).get().waited == 100 * (TODAY - SENT).days


def test_what_a_second_import_of_the_morning_brings_is_taken_up_at_once(books: Books) -> None:
    company = books()
    send(company, "D", SENT, "F")
    assert judged(company).paid_30 == 0
    bring_in(company, facts("D", [], [payment("D", "P", SENT + 3 * DAY)]))
    assert judge_reminders(company, TODAY) == 1
    row = ReminderEffect.objects.of(company.pk).get()
    assert (row.paid_30, row.waited) == (1, 300)
    assert judge_reminders(company, TODAY) == 0


def test_an_undone_import_is_forgotten_by_the_judgements(books: Books) -> None:
    company = books(on=TODAY - 7 * DAY)
    send(company, "D", SENT, "F")
    before = judged(company)
    bring_in(company, facts("D", [], [payment("D", "P", SENT + 3 * DAY)]))
    company.refresh_from_db()
    send(company, "D", TODAY - 2 * DAY, "F", step=2)
    judge_reminders(company, TODAY)
    undo_import(company, at=at(TODAY))
    company.refresh_from_db()
    row = judged(company)
    assert (row.judged_on, row.paid_30) == (TODAY - 7 * DAY, 0)
    assert (row.waited, row.gained) == (before.waited, before.gained)


def test_an_old_reminder_is_judged_again_once_a_month_at_most(books: Books) -> None:
    company = books(on=SENT + 100 * DAY)
    send(company, "D", SENT, "F")
    assert judge_reminders(company, SENT + 100 * DAY) == 1
    later = [facts("D", [], [payment("D", f"P{n}", SENT + n * DAY)]) for n in (101, 102)]
    bring_in(company, later[0], on=SENT + 110 * DAY)
    assert judge_reminders(company, SENT + 110 * DAY) == 0
    bring_in(company, later[1], on=SENT + 131 * DAY)
    assert judge_reminders(company, SENT + 131 * DAY) == 1
    assert judge_reminders(company, SENT + 200 * DAY) == 0


def test_the_trouble_of_one_company_does_not_stop_the_judging_of_the_others(
    books: Books, monkeypatch: pytest.MonkeyPatch
) -> None:
    company = books()
    send(company, "D", SENT, "F")
    broken = new_company("atelier")
    judge = effect_count.judge_reminders

    def judge_or_fail(one: Company, today: date, **more: Any) -> int:
        if one == broken:
            raise RuntimeError("broken")
        return judge(one, today, **more)

    monkeypatch.setattr(effect_count, "judge_reminders", judge_or_fail)
    assert effect_count.judge_due(at(TODAY), lambda: False) == 1


def test_money_counts_once_the_last_of_its_days_is_known_whole(books: Books) -> None:
    company = books(payment("D", "P", SENT + 7 * DAY), on=SENT + 7 * DAY)
    send(company, "D", SENT, "F")
    judge_reminders(company, SENT + 7 * DAY)
    seen = reminder_effects(boss(company), SPAN, SENT + 7 * DAY).whole
    assert seen is not None
    assert (seen.followed[0].paid.n, seen.followed[0].asked_minor) == (0, 0)
    assert seen.followed[0].answered.n == 1
    bring_in(company, told("E"), on=SENT + 8 * DAY)
    company.refresh_from_db()
    judge_reminders(company, SENT + 8 * DAY)
    seen = reminder_effects(boss(company), SPAN, SENT + 8 * DAY).whole
    assert seen is not None
    assert (seen.followed[0].paid.hits, seen.followed[0].paid.n) == (1, 1)
    assert (seen.followed[0].minor, seen.followed[0].asked_minor) == (100_000, 100_000)


def test_whoever_stops_the_judging_keeps_what_was_judged(books: Books) -> None:
    company = books()
    send(company, "D", SENT, "F")
    assert judge_reminders(company, TODAY, stopping=lambda: True) == 0
    assert judge_reminders(company, TODAY) == 1


def test_few_reminders_tell_nothing(books: Books) -> None:
    company = books(payment("D", "P", SENT + 3 * DAY))
    send(company, "D", SENT, "F")
    send(company, "E", SENT, "G", channel="sms")
    judge_reminders(company, TODAY)
    found = reminder_effects(boss(company), SPAN, TODAY, Aspect.CHANNEL)
    assert found.whole is not None
    assert found.whole.gained is not None
    assert (found.whole.gained.n, found.whole.gained.enough) == (2, False)
    assert [(line.value, line.gained) for line in found.lines] == [("email", None), ("sms", None)]


def test_an_outside_collector_sees_the_reminders_of_its_own_customers(books: Books) -> None:
    company = books()
    outside = User.objects.create_user("out@side.test")
    Customer.objects.of(company.pk).filter(key="D").update(collector=outside)
    send(company, "D", SENT, "F")
    send(company, "E", SENT, "G")
    judge_reminders(company, TODAY)
    actor = Actor(company=company, role=Role.OUTSIDE, user=outside)
    for by in Aspect:
        found = reminder_effects(actor, SPAN, TODAY, by)
        assert found.whole is not None
        assert found.whole.reminders == found.before.approved == 1
        assert sum(line.reminders for line in found.lines) == 1
    assert [row.customer.key for row in effects_behind(actor, SPAN).rows] == ["D"]
    hidden = effects_behind(actor, SPAN, Aspect.COLLECTOR, "").rows
    assert hidden == []


def test_every_reminder_is_behind_one_figure_of_each_aspect(books: Books) -> None:
    company = books()
    for n in range(60):
        send(company, "D", SENT - n * DAY, "F", cycle=f"c{n}", channel=("email", "call")[n % 2])
    judge_reminders(company, TODAY)
    for by in Aspect:
        found = reminder_effects(boss(company), SPAN, TODAY, by)
        for line in found.lines:
            seen, after = 0, ""
            while True:
                page = effects_behind(boss(company), SPAN, by, line.value, after)
                seen += len(page.rows)
                if not (after := page.following):
                    break
            assert seen == line.reminders
    assert len(effects_behind(boss(company), SPAN).rows) == 50


@pytest.mark.parametrize(("by", "value"), [(Aspect.STEP, ""), (Aspect.HOUR, "x"),
                                           (Aspect.COLLECTOR, "9" * 30)])  # fmt: skip
def test_a_value_that_cannot_be_is_refused(books: Books, by: Aspect, value: str) -> None:
    company = books()
    with pytest.raises(ValueError, match=r"reminder|no "):
        effects_behind(boss(company), SPAN, by, value)


def test_reading_takes_as_many_queries_whatever_there_is(
    books: Books, django_assert_max_num_queries: Any
) -> None:
    company = books()
    for n in range(30):
        send(company, "D", SENT - timedelta(days=n), "F", cycle=f"c{n}")
    judge_reminders(company, TODAY)
    with django_assert_max_num_queries(11):
        found = reminder_effects(boss(company), SPAN, TODAY, Aspect.COLLECTOR)
    with django_assert_max_num_queries(40):
        assert judge_reminders(company, TODAY, anew=True) == 30
    assert found.whole is not None
    assert found.whole.reminders == 30


def test_a_mailbox_named_by_no_reminder_changes_nothing(books: Books) -> None:
    company = books()
    bring_in(company, facts("D", [], [], [mailbox("D")]))
    assert judge_reminders(company, TODAY) == 0
