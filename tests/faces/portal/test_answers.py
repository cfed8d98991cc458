"""What a customer says becomes a fact, which the plan reads and pauses just the right thing."""

import re
from dataclasses import replace
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from amiable.channels.mailbox.mail import FILE_MOST, FILES_MOST
from amiable.desk.instalment import agree_plan
from amiable.desk.plan import draw_plan
from amiable.desk.policy import publish_policy
from amiable.desk.portal import portal_page
from amiable.engine.instalment import Part
from amiable.store.company import load_policies
from amiable.store.models import (
    AuditEntry,
    Contact,
    Conversation,
    Dispute,
    Incoming,
    IncomingFile,
    InstalmentPlan,
    OutboxRow,
    PaymentClaim,
    Promise,
    Reply,
)
from tests.desk.books import TODAY, at, bring_in, eur, facts, invoice
from tests.faces.portal.conftest import Reader

SOON = TODAY + timedelta(days=7)


def why(reader: Reader) -> str:
    return str(reader.plan.code)


def test_a_promise_waits_for_its_day(reader: Reader) -> None:
    response = reader.post("promise/", due_on=SOON.isoformat())
    assert response.status_code == 302
    (promise,) = Promise.objects.of(reader.company.pk)
    assert (promise.due_on, promise.amount_minor, promise.invoices) == (SOON, 100_000, ["F-A"])
    assert why(reader) == "promise.running"
    assert not Reply.objects.of(reader.company.pk).exists()


def test_a_promise_too_far_away_is_for_a_person_to_decide(reader: Reader) -> None:
    reader.post("promise/", due_on=(TODAY + timedelta(days=90)).isoformat())
    assert not Promise.objects.of(reader.company.pk).exists()
    (row,) = Incoming.objects.of(reader.company.pk)
    assert row.suggestions[0]["code"] == "will_pay"
    assert row.decided == {}
    assert why(reader) == "reply.unread"


@pytest.mark.parametrize(("ahead", "taken"), [(90, 1), (89, 0), (0, 0)])
def test_how_far_ahead_one_may_promise_is_the_policys_to_say(
    reader: Reader, ahead: int, taken: int
) -> None:
    standard = load_policies(reader.company).policies["standard"]
    publish_policy(reader.company, replace(standard, promise_ahead=ahead), at=at(TODAY))
    reader.post("promise/", due_on=(TODAY + timedelta(days=90)).isoformat())
    assert Promise.objects.of(reader.company.pk).count() == taken


def test_what_is_time_barred_is_shown_and_not_asked_for(reader: Reader) -> None:
    bring_in(
        reader.company, facts("A", [invoice("A", "OLD-1", TODAY - timedelta(days=6 * 366), 7_700)])
    )
    draw_plan(reader.company, TODAY)
    shown = reader.text()
    assert "Plus réclamé" in shown
    assert "OLD-1" in shown
    page = portal_page(reader.company, reader.contact.customer, TODAY)
    (part,) = page.parts
    assert [line.number for line in part.barred] == ["OLD-1"]
    assert (part.overdue, part.total, part.pay and part.pay.amount) == (eur(100_000),) * 3
    assert "OLD-1" not in reader.text("promise/")  # nor can it be promised by mistake


@pytest.mark.parametrize(
    ("name", "content", "told"),
    [
        ("virus.exe", b"MZ", "acceptons"),
        ("no-suffix", b"x", "acceptons"),
        ("page.html", b"<script>alert(1)</script>", "acceptons"),
        ("large.pdf", b"%PDF" + b"0" * (FILE_MOST + 1), "Mo"),
    ],
)
def test_an_odd_or_oversize_file_is_refused_with_what_was_typed(
    reader: Reader, name: str, content: bytes, told: str
) -> None:
    proof = SimpleUploadedFile(name, content, "application/octet-stream")
    response = reader.post("paid/", paid_on=TODAY.isoformat(), reference="VIR 7", attached=proof)
    assert response.status_code == 422
    shown = response.content.decode()
    assert told in shown
    assert "VIR 7" in shown
    assert not PaymentClaim.objects.of(reader.company.pk).exists()


def test_files_beyond_what_a_mail_carries_are_not_even_kept(reader: Reader) -> None:
    many = [
        SimpleUploadedFile(f"{n}.pdf", b"0" * FILE_MOST, "application/pdf")
        for n in range(FILES_MOST // FILE_MOST + 2)
    ]
    response = reader.post("paid/", paid_on=TODAY.isoformat(), attached=many)
    assert response.status_code < 500
    assert not IncomingFile.objects.of(reader.company.pk).exists()


def test_two_tabs_with_two_answers_are_two_and_the_second_promise_is_asked(
    reader: Reader,
) -> None:
    first, second = (
        re.search(r'name="once" value="(\w+)"', reader.text("promise/")) for _ in range(2)
    )
    assert first is not None
    assert second is not None
    for tab, day in ((first, SOON), (second, SOON + timedelta(days=1))):
        said = {"once": tab[1], "due_on": day.isoformat()}
        assert reader.client.post(reader.path + "promise/", said).status_code == 302
    assert Promise.objects.of(reader.company.pk).get().due_on == SOON
    assert Incoming.objects.of(reader.company.pk).count() == 2


def test_a_second_promise_while_one_runs_is_for_a_person_to_decide(reader: Reader) -> None:
    reader.post("promise/", due_on=SOON.isoformat())
    reader.post("promise/", due_on=(SOON + timedelta(days=7)).isoformat())
    assert Promise.objects.of(reader.company.pk).count() == 1
    assert Reply.objects.of(reader.company.pk).count() == 1


def test_what_is_said_to_be_paid_is_looked_for_with_its_proof(reader: Reader) -> None:
    proof = SimpleUploadedFile("../preuve.pdf", b"%PDF-1.7", "application/pdf")
    reader.post("paid/", paid_on=TODAY.isoformat(), reference="VIR 7", attached=proof)
    (claim,) = PaymentClaim.objects.of(reader.company.pk)
    assert (claim.paid_on, claim.reference) == (TODAY, "VIR 7")
    assert IncomingFile.objects.of(reader.company.pk).get().name == "preuve.pdf"
    assert reader.plan.kind == "wait"


def test_a_payment_dated_tomorrow_is_refused_with_what_was_typed(reader: Reader) -> None:
    response = reader.post("paid/", paid_on=SOON.isoformat(), reference="VIR 8")
    assert response.status_code == 422
    assert "VIR 8" in response.content.decode()
    assert not Incoming.objects.of(reader.company.pk).exists()


def test_a_dispute_holds_its_amount_and_the_rest_stays_due(reader: Reader) -> None:
    reader.post(
        "dispute/", invoices=["F-A"], ground="price", amount="400,00", message="Prix convenu"
    )
    (dispute,) = Dispute.objects.of(reader.company.pk)
    assert (dispute.amount_minor, dispute.reason) == (40_000, "Prix convenu")
    assert reader.plan.kind == "remind"
    assert "600,00" in reader.text()


def test_what_is_contested_already_can_be_said_to_be_paid_but_not_contested_again(
    reader: Reader,
) -> None:
    bring_in(reader.company, facts("A", [invoice("A", "F-A2", TODAY - timedelta(days=20))]))
    reader.post("dispute/", invoices=["F-A"], ground="price", message="Non")
    for page in ("dispute/", "promise/", "instalments/"):
        text = reader.text(page)
        assert 'value="F-A2"' in text
        assert 'value="F-A"' not in text
    assert re.search(r'value="F-A".*?1\s000,00', reader.text("paid/"), re.DOTALL)


def test_a_dispute_of_more_than_is_left_is_refused(reader: Reader) -> None:
    said = {"invoices": ["F-A"], "ground": "price", "amount": "4000", "message": "Non"}
    assert reader.post("dispute/", **said).status_code == 422
    assert not Dispute.objects.of(reader.company.pk).exists()


@pytest.mark.parametrize(
    ("page", "said", "meaning"),
    [
        (
            "instalments/",
            {"count": "3", "rhythm": "month", "first_on": SOON.isoformat()},
            "asks_instalments",
        ),
        ("copy/", {"invoices": ["F-A"]}, "asks_copy"),
        ("wrong/", {"name": "Zoé", "email": "zoe@a.example"}, "wrong_person"),
    ],
)
def test_what_only_a_person_can_decide_waits_for_one(
    reader: Reader, page: str, said: dict[str, object], meaning: str
) -> None:
    assert reader.post(page, **said).status_code == 302
    (row,) = Incoming.objects.of(reader.company.pk)
    assert [one["code"] for one in row.suggestions] == [meaning]
    assert Conversation.objects.of(reader.company.pk).get().state == "new"
    assert why(reader) == "reply.unread"


def test_the_same_form_sent_twice_says_it_once(reader: Reader) -> None:
    said = {"once": "a1", "due_on": SOON.isoformat()}
    for _ in range(2):
        reader.client.post(reader.path + "promise/", said)
    assert Promise.objects.of(reader.company.pk).count() == 1
    assert Incoming.objects.of(reader.company.pk).count() == 1


def test_an_answer_is_taken_back_the_same_day(reader: Reader) -> None:
    page = reader.post("promise/", due_on=SOON.isoformat()).headers["Location"]
    reader.client.post(f"{page}withdraw/")
    assert Promise.objects.of(reader.company.pk).get().cancelled_on == TODAY
    assert reader.plan.kind == "remind"
    codes = AuditEntry.objects.of(reader.company.pk).filter(door="portal").order_by("pk")
    assert [one.code for one in codes] == ["portal_promise", "portal_withdrawn"]


def test_an_accountant_is_a_contact_only_after_its_consent(reader: Reader) -> None:
    reader.post("accountant/", name="Cabinet", email="cabinet@compta.example")
    contacts = Contact.objects.of(reader.company.pk).filter(email="cabinet@compta.example")
    assert not contacts.exists()
    mail = OutboxRow.objects.of(reader.company.pk).get(recipient="cabinet@compta.example")
    assert "1 000" not in mail.text
    assert "F-A" not in mail.text
    address = next(part for part in mail.text.split() if "/p/confirm/" in part)
    path = address.removeprefix("http://testserver")
    assert reader.client.get(path).status_code == 200
    assert not contacts.exists()
    for _ in range(2):
        reader.client.post(path)
    assert contacts.get().role == "accountant"


def test_a_number_nobody_typed_is_no_reason_to_refuse_the_language(reader: Reader) -> None:
    Contact.objects.of(reader.company.pk).filter(pk=reader.contact.pk).update(phone="02 99 00")
    said = {"name": "Anne", "language": "en", "channel": ""}
    assert reader.post("me/", **said, phone="02 99 01").status_code == 422
    assert reader.post("me/", **said, phone="02 99 00").status_code == 302
    assert Contact.objects.of(reader.company.pk).get(pk=reader.contact.pk).phone == "02 99 00"


def test_language_and_channel_are_changed_at_once(reader: Reader) -> None:
    reader.post("me/", name="Ann", phone="+33612345678", language="en", channel="sms")
    contact = Contact.objects.of(reader.company.pk).get(pk=reader.contact.pk)
    assert (contact.name, contact.phone, contact.language) == ("Ann", "+33612345678", "en")
    assert contact.customer.preferred_channel == "sms"
    assert 'lang="en"' in reader.text()


def test_an_instalment_plan_is_accepted_once_in_writing(reader: Reader) -> None:
    parts = [Part(SOON, eur(50_000)), Part(SOON + timedelta(days=30), eur(50_000))]
    made = agree_plan(
        reader.company, reader.contact.customer, on=TODAY, parts=parts, invoices=["F-A"]
    )
    page = f"plans/{made.pk}/"
    assert reader.post(page, name="Ann").status_code == 422
    assert reader.post(page, name="Ann", agreed="on").status_code == 302
    reader.client.post(reader.path + page, {"name": "Bob", "agreed": "on"})
    row = InstalmentPlan.objects.of(reader.company.pk).get()
    assert row.accepted_by == "Ann"
    assert bytes(row.document or b"").startswith(b"%PDF-")
    assert reader.get(f"{page}document.pdf").content == bytes(row.document or b"")
