"""One line of the day: the exact message, words of one's own, skip, postpone, hand over, call."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from django.test import Client

from amiable.desk.plan import draw_plan
from amiable.engine.parties import ContactRole
from amiable.store.models import (
    Company,
    Customer,
    Dispute,
    Hold,
    Invoice,
    Note,
    OutboxRow,
    Promise,
    Skip,
    User,
)
from tests.desk.books import (
    DAY,
    TODAY,
    bring_in,
    customer,
    entry_of,
    facts,
    invoice,
    mailbox,
    payment,
)
from tests.faces.web.conftest import SignIn
from tests.stories.past import past

HOME = "/c/fournil/"


@pytest.fixture
def line(company: Company) -> str:
    """The address of the line of A."""
    return f"{HOME}today/{customer(company, 'A').pk}/"


@pytest.fixture
def call(company: Company) -> str:
    """The address of the line of T, which can only be called."""
    invoices, credits = past("T", 12, [5], 20, TODAY - 60 * DAY)
    owed = [invoice("T", "F-T", TODAY - 30 * DAY), invoice("T", "F-U", TODAY - 20 * DAY)]
    contact = replace(mailbox("T", phone="+33 2 40 00 00 12"), email="")
    bring_in(company, facts("T", [*invoices, *owed], credits, [contact]))
    draw_plan(company, TODAY)
    return f"{HOME}today/{customer(company, 'T').pk}/"


def text_of(answer: Any, status: int = 200) -> str:
    assert answer.status_code == status
    return answer.content.decode()  # type: ignore[no-any-return]


# --- the message ----------------------------------------------------------------------------


def test_the_line_shows_the_exact_message_its_recipient_and_why(desk: Client, line: str) -> None:
    text = text_of(desk.get(line))
    for part in ("accountant@a.test", "Attachments", "none", "25 days after the due date", "F-A"):
        assert part in text
    assert f'src="{line}message/"' in text


def test_the_message_is_framed_without_script_and_is_what_is_kept(
    desk: Client, company: Company, line: str
) -> None:
    answer = desk.get(f"{line}message/")
    assert "sandbox" in answer["Content-Security-Policy"]
    assert "script-src" not in answer["Content-Security-Policy"]
    before = text_of(answer)
    desk.post(f"{line}approve/")
    assert OutboxRow.objects.of(company.pk).get().html == before
    assert text_of(desk.get(f"{line}message/")) == before
    assert "approved and has not left yet" in text_of(desk.get(line))


def test_what_is_not_due_any_more_says_so(desk: Client, company: Company, line: str) -> None:
    bring_in(company, facts("A", credits=[payment("A", "pay", TODAY)]))
    draw_plan(company, TODAY)
    text = text_of(desk.get(line))
    assert "There is no message to send." in text
    assert "Approve" not in text.split("<main")[1].split("<dialog")[0].replace("Approved", "")
    assert desk.get(f"{line}message/").status_code == 404


def test_words_are_edited_before_sending(desk: Client, company: Company, line: str) -> None:
    form = text_of(desk.get(f"{line}edit/"))
    assert "<textarea" in form
    data = {"subject": "Our invoice", "text": "Hello,\r\n\r\nplease pay 1 000,00 €."}
    text = text_of(desk.post(f"{line}edit/", data, follow=True))
    assert "The reminder to A SARL is approved." in text
    assert "text changed" in text
    row = OutboxRow.objects.of(company.pk).get()
    assert (row.subject, row.text) == ("Our invoice", "Hello,\n\nplease pay 1 000,00 €.\n")
    assert "no longer names the amount" not in text


def test_words_without_the_amount_are_warned_of(desk: Client, line: str) -> None:
    data = {"subject": "Our invoice", "text": "Hello."}
    text = text_of(desk.post(f"{line}edit/", data, follow=True))
    assert "no longer names the amount" in text


@pytest.mark.parametrize("data", [{"subject": "", "text": "x"}, {"subject": "x", "text": " "}])
def test_empty_words_come_back_with_what_was_typed(
    desk: Client, company: Company, line: str, data: dict[str, str]
) -> None:
    text = text_of(desk.post(f"{line}edit/", data))
    assert 'class="error"' in text
    assert not OutboxRow.objects.of(company.pk).exists()


# --- skip, postpone, hand over --------------------------------------------------------------


def test_a_step_is_skipped_with_its_reason_and_undone(
    desk: Client, company: Company, line: str
) -> None:
    assert "required" in text_of(desk.get(f"{line}skip/"))
    assert 'class="error"' in text_of(desk.post(f"{line}skip/", {"reason": " "}))
    text = text_of(desk.post(f"{line}skip/", {"reason": "seen"}, follow=True))
    assert "The step of A SARL is skipped." in text
    row = Skip.objects.of(company.pk).get()
    assert row.note == "seen"
    desk.post(f"{HOME}today/undo/", {"key": f"skip:{row.pk}"})
    assert not Skip.objects.of(company.pk).exists()
    assert entry_of(company, "A").kind == "remind"


def test_a_dialog_is_a_fragment(desk: Client, line: str) -> None:
    text = text_of(desk.get(f"{line}skip/", headers={"HX-Request": "true"}))
    assert text.lstrip().startswith("<dialog")
    assert "<html" not in text


@pytest.mark.parametrize(
    ("day", "taken"),
    [
        (TODAY + DAY, True),
        (TODAY + 366 * DAY, True),
        (TODAY, False),
        (TODAY + 367 * DAY, False),
        (date(1, 1, 1), False),
    ],
)
def test_a_customer_is_postponed_to_a_day_to_come(
    desk: Client, company: Company, line: str, day: date, taken: bool
) -> None:
    answer = desk.post(f"{line}postpone/", {"until": day.isoformat()}, follow=True)
    text = text_of(answer)
    assert ("A SARL is postponed." in text) is taken
    assert ("Choose a day from" in text) is not taken
    assert Hold.objects.of(company.pk).exists() is taken


def test_quick_days_are_offered(desk: Client, line: str) -> None:
    text = text_of(desk.get(f"{line}postpone/"))
    for day in ("2026-03-13", "2026-03-17", "2026-03-24"):
        assert f'value="{day}"' in text


def test_a_customer_is_handed_to_a_colleague_and_is_theirs(
    desk: Client, sign_in: SignIn, company: Company, people: dict[str, User], line: str
) -> None:
    form = text_of(desk.get(f"{line}hand/"))
    assert "reader of fournil" not in form.split("<main")[1]
    text = text_of(desk.post(f"{line}hand/", {"user": people["collector"].pk}, follow=True))
    assert "A SARL is handed to collector of fournil." in text
    row = Customer.objects.of(company.pk).get(key="A")
    assert (row.collector, row.collector_by_hand) == (people["collector"], True)
    mine = text_of(sign_in("collector").get(f"{HOME}?mine=1")).split("<main")[1]
    assert "A SARL" in mine
    assert "B SARL" not in mine


def test_a_stranger_cannot_be_handed_a_customer(
    desk: Client, company: Company, people: dict[str, User], line: str
) -> None:
    text = text_of(desk.post(f"{line}hand/", {"user": people["reader"].pk}))
    assert 'class="error"' in text
    assert customer(company, "A").collector == people["outside"]


# --- calls ----------------------------------------------------------------------------------


def test_the_script_tells_whom_to_call_about_what(desk: Client, call: str) -> None:
    text = text_of(desk.get(f"{call}call/"))
    assert 'href="tel:+33240000012"' in text
    assert "Je vous appelle au sujet de 2 factures" in text  # the customer is French
    assert 'lang="fr"' in text
    assert "Contact T" in text
    assert "F-T" in text


def test_a_promise_is_written_down_with_the_call(
    desk: Client, company: Company, people: dict[str, User], call: str
) -> None:
    data = {
        "outcome": "promise",
        "text": "Friday",
        "promised_on": "2026-03-13",
        "amount": "1 500,50",
        "currency": "EUR",
    }
    text = text_of(desk.post(f"{call}call/", data, follow=True))
    assert "Call to T SARL saved." in text
    promise = Promise.objects.of(company.pk).get()
    assert (promise.amount_minor, promise.due_on) == (150_050, date(2026, 3, 13))
    note = Note.objects.of(company.pk).get()
    assert (note.outcome, note.text, note.by) == ("promise", "Friday", people["administrator"])
    assert OutboxRow.objects.of(company.pk).get().state == "sent"
    again = text_of(desk.post(f"{call}call/", {"outcome": "spoke"}, follow=True))
    assert "nothing is left to do here" in again
    assert Note.objects.of(company.pk).count() == 1


def test_a_dispute_is_opened_from_the_call(desk: Client, company: Company, call: str) -> None:
    key = Invoice.objects.of(company.pk).get(number="F-T").key
    data = {"outcome": "dispute", "invoice": key, "ground": "price", "reason": "dear"}
    desk.post(f"{call}call/", data)
    row = Dispute.objects.of(company.pk).get()
    assert (row.invoice, row.ground, row.reason) == ("F-T", "price", "dear")


@pytest.mark.parametrize(
    ("data", "error"),
    [
        ({}, "id_outcome_error"),
        ({"outcome": "promise", "amount": "10"}, "Give the day promised."),
        ({"outcome": "promise", "promised_on": "2026-03-13", "amount": "x"}, "above zero"),
        ({"outcome": "promise", "promised_on": "2026-03-13", "amount": "-5"}, "above zero"),
        ({"outcome": "promise", "promised_on": "2026-03-01", "amount": "5"}, "Choose a day"),
        ({"outcome": "dispute"}, "Say which invoice"),
        ({"outcome": "no_answer", "again_on": "2026-03-10"}, "Choose a day"),
    ],
)
def test_what_is_missing_is_asked_for_beside_its_field(
    desk: Client, company: Company, call: str, data: dict[str, str], error: str
) -> None:
    text = text_of(desk.post(f"{call}call/", {"text": "kept words", **data}))
    assert error in text
    assert "kept words" in text
    for model in (Note, Promise, Dispute, OutboxRow):
        assert not model.objects.of(company.pk).exists()


def test_a_call_nobody_took_comes_back_another_day(
    desk: Client, company: Company, call: str
) -> None:
    desk.post(f"{call}call/", {"outcome": "no_answer", "again_on": "2026-03-11"})
    assert entry_of(company, "T").code == "postponed"
    assert not OutboxRow.objects.of(company.pk).exists()


def test_a_letter_is_printed_and_said_to_be_posted(desk: Client, company: Company) -> None:
    invoices, credits = past("L", 12, [5], 20, TODAY - 60 * DAY)
    contact = replace(
        mailbox("L", role=ContactRole.MAIN), email="", address="Quai du Port\n44000 Nantes"
    )
    owed = invoice("L", "F-L", TODAY - 30 * DAY)
    bring_in(company, facts("L", [*invoices, owed], credits, [contact]))
    draw_plan(company, TODAY)
    here = f"{HOME}today/{customer(company, 'L').pk}/"
    assert "See the PDF" in text_of(desk.get(here))
    assert "Quai du Port" in text_of(desk.get(here))
    assert "letter posted" in text_of(desk.post(f"{here}posted/", follow=True))
    assert OutboxRow.objects.of(company.pk).get().channel == "letter"
    again = text_of(desk.post(f"{here}posted/", follow=True))
    assert "nothing is left to do here" in again
