"""Conversations through the API: read page by page, their suggestions confirmed or dismissed."""

from datetime import date

import pytest

from amiable.desk.incoming import take_in
from amiable.store.models import Company, Customer, Incoming, Invoice, Promise
from amiable.store.models.incoming import IncomingSource
from tests.desk.books import entry_of
from tests.desk.mails import NOW, mail, sent
from tests.faces.api.conftest import Program, expect_problem

OURS = "<ours-1@fournil.test>"


def taken(
    company: Company, text: str = "Nous paierons le 20 mars la F-A.", **more: str
) -> Incoming:
    row = take_in(company, mail(text, **more), IncomingSource.MAILBOX, NOW)
    assert row is not None
    return row


def test_conversations_are_listed_newest_first_by_the_page(
    program: Program, company: Company
) -> None:
    first = taken(company)
    second = taken(company, "Bonjour", sender="who@nowhere.test", message_id="<n@n.test>")
    page = program.get("conversations?limit=1")
    assert [one["id"] for one in page["items"]] == [second.conversation_id]
    assert page["items"][0]["customer"] is None
    rest = program.get(f"conversations?limit=1&cursor={page['next']}")
    assert [one["id"] for one in rest["items"]] == [first.conversation_id]
    assert program.get("conversations?state=done")["items"] == []


def test_a_conversation_tells_its_messages_in_order(program: Program, company: Company) -> None:
    sent(company, "A")
    row = taken(company, in_reply_to=OURS, files=(("a.pdf", "application/pdf", b"%PDF-1"),))  # type: ignore[arg-type]
    said = program.get(f"conversations/{row.conversation_id}")
    assert sorted(one["way"] for one in said["messages"]) == ["in", "out"]
    came = next(one for one in said["messages"] if one["way"] == "in")
    assert came["unread"]
    assert [(one["name"], one["kept"]) for one in came["files"]] == [("a.pdf", True)]
    (suggestion,) = came["suggestions"]
    assert (suggestion["code"], suggestion["decided"]) == ("will_pay", None)
    assert suggestion["facts"]["invoices"] == ["F-A"]


def test_a_suggestion_confirmed_shows_in_the_plan_at_once(
    program: Program, company: Company
) -> None:
    row = taken(company)
    said = program.post(f"incoming/{row.pk}/confirm", {"code": "will_pay"})
    assert said["suggestions"][0]["decided"] == "confirmed"
    promise = Promise.objects.of(company.pk).get()
    assert (promise.due_on, promise.invoices) == (date(2026, 3, 20), ["F-A"])
    assert entry_of(company, "A").code == "promise.running"
    again = program.ask("POST", f"incoming/{row.pk}/confirm", {"code": "will_pay"})
    expect_problem(again, 409)


def test_what_was_read_can_be_corrected(program: Program, company: Company) -> None:
    row = taken(company)
    invoice = Invoice.objects.of(company.pk).get(number="F-A")
    body = {"code": "will_pay", "on": "2026-03-25", "invoices": [invoice.pk],
            "amount": {"minor": 5_000, "currency": "EUR"}}  # fmt: skip
    program.post(f"incoming/{row.pk}/confirm", body)
    promise = Promise.objects.of(company.pk).get()
    assert (promise.due_on, promise.amount_minor) == (date(2026, 3, 25), 5_000)


@pytest.mark.parametrize(
    ("said", "pointer"),
    [
        ({"code": "will_pay", "on": "2026-03-01"}, "/on"),
        ({"code": "will_pay", "invoices": [999_999]}, "/invoices/0"),
    ],
)
def test_what_cannot_be_is_refused_where_it_stands(
    program: Program, company: Company, said: dict, pointer: str
) -> None:
    row = taken(company)
    problem = expect_problem(program.ask("POST", f"incoming/{row.pk}/confirm", said), 422)
    assert [one["pointer"] for one in problem["errors"]] == [pointer]
    assert not Promise.objects.of(company.pk).exists()


def test_an_unknown_writers_suggestion_needs_a_customer_first(
    program: Program, company: Company
) -> None:
    row = taken(company, sender="who@nowhere.test")
    expect_problem(program.ask("POST", f"incoming/{row.pk}/confirm", {"code": "will_pay"}), 422)
    expect_problem(program.ask("POST", f"incoming/{row.pk}/confirm", {"code": "dispute"}), 404)


def test_a_suggestion_is_dismissed_and_a_conversation_set_aside(
    program: Program, company: Company, debtor: Customer
) -> None:
    row = taken(company)
    said = program.post(f"incoming/{row.pk}/dismiss", {"code": "will_pay"})
    assert said["suggestions"][0]["decided"] == "dismissed"
    done = program.post(f"conversations/{row.conversation_id}/state", {"state": "done"})
    assert (done["state"], done["customer"]["id"]) == ("done", debtor.pk)
