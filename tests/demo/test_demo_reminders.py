"""The demo's past reminders: sent when the invoice was open and late, settled since, believable."""

from collections import Counter, defaultdict
from datetime import date, timedelta
from itertools import pairwise
from pathlib import Path

import holidays
import pytest

from amiable.demo.reminders import AnswerKind, DemoReminder, words_of
from amiable.demo.roster import CUSTOMERS
from amiable.demo.stories import Story
from amiable.demo.write import DemoFiles, write_demo
from amiable.engine.days import due_date, parse_terms
from amiable.engine.ledger import Invoice
from amiable.engine.parties import Channel
from tests.demo.test_demo import ledgers, matched

TODAY = date(2026, 11, 23)
OFF = holidays.country_holidays("FR", years=range(2023, 2029))


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> DemoFiles:
    return write_demo(tmp_path_factory.mktemp("demo"), TODAY)


@pytest.fixture(scope="module")
def paid(files: DemoFiles) -> dict[str, tuple[Invoice, date]]:
    """By number, the settled invoices and the day the last of their money came, from the FEC."""
    found = {}
    for ledger in map(matched, ledgers(files).values()):
        parts = defaultdict(list)
        for part in ledger.allocations:
            parts[part.invoice].append(part)
        for invoice in ledger.invoices:
            mine = parts[invoice.key]
            if sum(part.amount.minor for part in mine) == invoice.amount.minor:
                last = max(part.allocated_on for part in mine)
                found[invoice.number] = (invoice, last)
    return found


def due_on(reminder: DemoReminder, invoice: Invoice) -> date:
    [terms] = [parse_terms(one.terms) for one in CUSTOMERS if one.code == reminder.customer]
    assert terms is not None
    day = due_date(invoice.issued_on, terms)
    while day.weekday() >= 5 or day in OFF:
        day += timedelta(days=1)
    return day


def test_each_left_when_its_invoices_were_late_and_open_and_they_are_paid_since(
    files: DemoFiles, paid: dict[str, tuple[Invoice, date]]
) -> None:
    assert len(files.reminders) > 100
    for one in files.reminders:
        for number in one.invoices:
            invoice, settled_on = paid[number]
            assert invoice.customer == one.customer
            assert due_on(one, invoice) + timedelta(days=3) <= one.sent_on <= settled_on < TODAY


def test_none_falls_on_a_day_off_or_so_late_that_it_keeps_back_a_reminder_of_today(
    files: DemoFiles,
) -> None:
    days = {one.sent_on for one in files.reminders}
    assert not [day for day in days if day.weekday() >= 5 or day in OFF]
    assert TODAY - timedelta(days=380) < min(days)
    assert max(days) <= TODAY - timedelta(days=12)


def test_a_step_is_taken_once_and_a_customer_is_left_in_peace_for_a_week(files: DemoFiles) -> None:
    places = Counter((one.customer, one.lead, one.step) for one in files.reminders)
    assert set(places.values()) == {1}
    by_customer = defaultdict(list)
    for one in files.reminders:
        by_customer[one.customer].append(one.sent_on)
    for days in by_customer.values():
        assert all((after - before).days >= 7 for before, after in pairwise(days))


def test_every_channel_step_and_answer_is_there(files: DemoFiles) -> None:
    assert {one.channel for one in files.reminders} == {
        Channel.EMAIL, Channel.SMS, Channel.CALL, Channel.LETTER,
    }  # fmt: skip
    assert {one.step for one in files.reminders} == {1, 2, 3}
    answers = [one.answer for one in files.reminders if one.answer]
    assert {answer.kind for answer in answers} == set(AnswerKind)
    assert 0.15 < len(answers) / len(files.reminders) < 0.5


def test_promises_were_kept_and_broken(
    files: DemoFiles, paid: dict[str, tuple[Invoice, date]]
) -> None:
    kept = [
        paid[one.lead][1] <= one.answer.day
        for one in files.reminders
        if one.answer and one.answer.kind is AnswerKind.PROMISE
    ]
    assert True in kept
    assert False in kept


def test_who_pays_by_direct_debit_or_is_insolvent_was_not_chased(files: DemoFiles) -> None:
    chased = {files.stories[one.customer] for one in files.reminders}
    assert not chased & {Story.AUTOPAY, Story.INSOLVENT, Story.EARLY}


def test_a_reminder_names_its_invoices_in_the_customers_language(files: DemoFiles) -> None:
    for one in files.reminders:
        subject, text = words_of(one, "Atelier")
        assert (text == "") is (one.channel is Channel.CALL)
        assert all(number in text for number in one.invoices) or not text
        assert (subject == "") is (one.channel in (Channel.CALL, Channel.SMS))


def test_the_same_day_gives_the_same_reminders(files: DemoFiles, tmp_path: Path) -> None:
    assert write_demo(tmp_path, TODAY).reminders == files.reminders
