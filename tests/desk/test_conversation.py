"""Conversations: looked after by somebody, answered in the thread, said whose they are; undone."""

from datetime import timedelta

import pytest

from amiable.desk.access import Actor, OtherCompany
from amiable.desk.approve import Words
from amiable.desk.conversation import (
    NotAColleague,
    assign,
    assignable,
    change_state,
    conversation_for,
    exchange,
    file_for,
    last_change,
    read_conversation,
    undo_change,
)
from amiable.desk.conversation_answer import (
    MOST_BYTES,
    Draft,
    FilesTooLarge,
    NobodyToAnswer,
    Overtaken,
    answer_again,
    files_to_send,
    start_answer,
    take_answer_back,
    write_answer,
)
from amiable.desk.conversation_link import LinkedBefore, TooLate, link, may_unlink, unlink
from amiable.desk.incoming import take_in
from amiable.desk.message import MessageRefused
from amiable.desk.send import outgoing
from amiable.desk.sight import sight_of
from amiable.desk.statement import File
from amiable.desk.suggestion import confirm, dismiss
from amiable.desk.suggestion_undo import TooLate as DecidedTooLong
from amiable.desk.suggestion_undo import take_back
from amiable.engine.parties import ContactRole
from amiable.store.models import (
    AuditEntry,
    Company,
    Contact,
    Conversation,
    Customer,
    Dispute,
    Hold,
    Incoming,
    IncomingFile,
    Invoice,
    InvoiceFile,
    Membership,
    OutboxRow,
    Promise,
    Reply,
    User,
    WebhookDelivery,
)
from amiable.store.models.conversation import ConversationState
from amiable.store.models.incoming import IncomingSource
from amiable.store.models.membership import Role
from amiable.store.sealed import seal
from amiable.store.webhook import add_webhook
from tests.desk.books import TODAY, customer, entry_of
from tests.desk.mails import NOW, debtors, mail, sent

pytestmark = pytest.mark.django_db

OURS = "<ours-1@fournil.test>"
MINUTE = timedelta(minutes=1)


def person(company: Company, name: str, role: Role = Role.COLLECTOR) -> Actor:
    user = User.objects.create_user(f"{name.lower()}@fournil.test", name=name)
    Membership.objects.of(company.pk).create(company=company, user=user, role=role.value)
    return Actor(company=company, role=role, user=user, name=name)


@pytest.fixture
def company() -> Company:
    return debtors()


@pytest.fixture
def anne(company: Company) -> Actor:
    return person(company, "Anne")


@pytest.fixture
def bruno(company: Company) -> Actor:
    return person(company, "Bruno")


def taken(company: Company, text: str = "Bonjour, une question.", **more: str) -> Incoming:
    row = take_in(company, mail(text, **more), IncomingSource.MAILBOX, NOW)
    assert row is not None
    return row


def talk(row: Incoming) -> Conversation:
    return Conversation.objects.of(row.company_id).get(pk=row.conversation_id)


def draft_of(actor: Actor, row: Conversation) -> Draft:
    assert row.customer is not None
    sight = sight_of(actor.company, row.customer, TODAY)
    return start_answer(actor, row, sight, at=NOW)


def answered(actor: Actor, row: Conversation, text: str = "Voici.", **more: object) -> OutboxRow:
    """Write an answer; ``draft``: one that was begun before."""
    draft = more.pop("draft", None) or draft_of(actor, row)
    assert isinstance(draft, Draft)
    assert row.customer is not None
    sight = sight_of(actor.company, row.customer, TODAY)
    values: dict[str, object] = {"token": "t1", "seen": draft.seen, "quoting": True, "at": NOW}
    return write_answer(
        actor,
        row,
        sight,
        draft,
        Words(subject=draft.subject, text=text),
        **(values | more),  # type: ignore[arg-type]
    )


# --- whose turn it is -------------------------------------------------------------------------


def test_a_conversation_is_given_to_a_colleague_and_the_log_says_so(
    company: Company, anne: Actor, bruno: Actor
) -> None:
    row = talk(taken(company))
    assert assign(anne, row, bruno.user, at=NOW)
    assert not assign(anne, row, bruno.user, at=NOW), "it is his already"
    assert talk(taken(company)).assigned_to == bruno.user
    entry = AuditEntry.objects.of(company.pk).get(code="conversation_assigned")
    assert (entry.facts["who"], entry.subject) == ("Bruno", f"conversation:{row.pk}")
    assert assign(anne, row, None, at=NOW)


def test_who_is_no_colleague_gets_no_conversation(company: Company, anne: Actor) -> None:
    stranger = User.objects.create_user("x@elsewhere.test")
    reader = person(company, "Rita", Role.READER)
    row = talk(taken(company))
    for user in (stranger, reader.user):
        with pytest.raises(NotAColleague):
            assign(anne, row, user, at=NOW)


def test_an_outside_collector_sees_the_conversations_of_their_customers_only(
    company: Company, bruno: Actor
) -> None:
    outside = person(company, "Olga", Role.OUTSIDE)
    Customer.objects.of(company.pk).filter(key="A").update(collector=outside.user)
    own = taken(company, files=(("a.pdf", "application/pdf", b"%PDF-1"),))  # type: ignore[arg-type]
    other = taken(company, sender="accountant@b.test", message_id="<b@b.test>")
    nobodys = taken(company, sender="who@nowhere.test", message_id="<n@n.test>")
    assert conversation_for(outside, own.conversation_id).pk == own.conversation_id
    assert file_for(outside, IncomingFile.objects.of(company.pk).get().pk).name == "a.pdf"
    for row in (other, nobodys):
        with pytest.raises(OtherCompany):
            conversation_for(outside, row.conversation_id)
    assert assignable(outside) == [outside.user], "and cannot hand it on"
    assert bruno.user in assignable(bruno)


def test_a_state_is_undone_within_the_minute_and_once(company: Company, anne: Actor) -> None:
    row = talk(taken(company))
    assert change_state(anne, row, ConversationState.DONE, at=NOW)
    found = last_change(anne, NOW + MINUTE / 2)
    assert found is not None
    assert (found.before, found.after) == (ConversationState.NEW, ConversationState.DONE)
    assert last_change(anne, NOW + 2 * MINUTE) is None
    assert undo_change(anne, NOW + MINUTE / 2) is not None
    assert Conversation.objects.of(company.pk).get().state == "new"
    assert undo_change(anne, NOW + MINUTE / 2) is None


def test_reading_lets_the_reminders_go_on(company: Company, anne: Actor) -> None:
    row = talk(taken(company))
    assert entry_of(company, "A").code == "reply.unread"
    assert read_conversation(anne, row, today=TODAY, at=NOW) == 1
    assert entry_of(company, "A").kind == "remind"
    assert Conversation.objects.of(company.pk).get().state == "ours", "looked at, not answered"
    assert read_conversation(anne, row, today=TODAY, at=NOW) == 0


def test_messages_both_ways_stand_in_the_order_they_were_written(company: Company) -> None:
    sent(company, "A", sent_at=NOW - 3 * MINUTE)
    first = taken(company, in_reply_to=OURS)
    taken(company, "Et encore.", in_reply_to=OURS, message_id="<answer-2@a.test>")
    found = exchange(talk(first))
    assert [bool(piece.outgoing) for piece in found.pieces] == [True, False, False]
    assert not found.more
    assert exchange(talk(first), most=2).more


# --- answered ---------------------------------------------------------------------------------


def test_an_answer_stands_in_the_thread(company: Company, anne: Actor) -> None:
    sent(company, "A")
    came = taken(company, in_reply_to=OURS, references=f"<older@x.test> {OURS}")
    made = answered(anne, talk(came))
    assert (made.in_reply_to, made.recipient) == ("<answer-1@a.test>", "accountant@a.test")
    message = outgoing(company, OutboxRow.objects.of(company.pk).get(pk=made.pk))
    assert message.references == ("<older@x.test>", OURS, "<answer-1@a.test>")
    assert message.subject == "Re: Facture"
    assert "> Bonjour, une question." in message.text


def test_a_broken_identifier_of_theirs_keeps_no_answer_back(company: Company, anne: Actor) -> None:
    came = taken(company, message_id="<no-at-sign>", references="<also-none> <good@x.test>")
    made = answered(anne, talk(came))
    assert made.in_reply_to == ""
    assert outgoing(company, made).references == ()


def test_an_answer_reads_takes_over_and_waits_for_them(company: Company, anne: Actor) -> None:
    came = taken(company)
    made = answered(anne, talk(came))
    row = Conversation.objects.of(company.pk).get()
    assert (row.state, row.assigned_to, made.conversation_id) == ("theirs", anne.user, row.pk)
    assert Reply.objects.of(company.pk).get().read_on == TODAY


def test_an_answer_taken_back_is_ours_again_and_can_be_written_better(
    company: Company, anne: Actor
) -> None:
    row = talk(taken(company))
    made = answered(anne, row, "Trop vite.")
    assert take_answer_back(anne, row, made.pk, on=TODAY, at=NOW) is not None
    assert Conversation.objects.of(company.pk).get().state == "ours"
    draft = draft_of(anne, row)
    assert answer_again(anne, row, made.pk, draft) == ("Re: Facture", "Trop vite.")
    OutboxRow.objects.of(company.pk).filter(pk=made.pk).update(state="sent")
    assert take_answer_back(anne, row, made.pk, on=TODAY, at=NOW) is None


def test_who_answers_second_is_told_that_somebody_did(
    company: Company, anne: Actor, bruno: Actor
) -> None:
    row = talk(taken(company))
    begun = draft_of(bruno, row)
    answered(anne, row)
    with pytest.raises(Overtaken) as told:
        answered(bruno, row, draft=begun, token="t2")
    assert told.value.by == "Anne"
    assert OutboxRow.objects.of(company.pk).filter(conversation=row).count() == 1
    answered(bruno, row, draft=draft_of(bruno, row), token="t2")
    assert OutboxRow.objects.of(company.pk).filter(conversation=row).count() == 2


def test_who_answers_while_they_write_again_is_told(company: Company, anne: Actor) -> None:
    row = talk(taken(company))
    begun = draft_of(anne, row)
    taken(company, "Oubliez.", in_reply_to="<answer-1@a.test>", message_id="<answer-2@a.test>")
    with pytest.raises(Overtaken) as told:
        answered(anne, row, draft=begun)
    assert told.value.by == ""


def test_a_double_click_sends_one_answer(company: Company, anne: Actor) -> None:
    row = talk(taken(company))
    begun = draft_of(anne, row)
    answered(anne, row, draft=begun)
    with pytest.raises(MessageRefused):
        answered(anne, row, draft=begun)
    assert OutboxRow.objects.of(company.pk).count() == 1


def test_the_invoices_they_speak_of_are_attached(company: Company, anne: Actor) -> None:
    invoice = Invoice.objects.of(company.pk).get(number="F-A")
    file = InvoiceFile.objects.of(company.pk).create(
        company=company, invoice=invoice, name="F-A.pdf", media_type="application/pdf",
        content=b"%PDF-1.7", added_at=NOW,
    )  # fmt: skip
    row = talk(taken(company, "Pouvez-vous nous envoyer une copie de la facture F-A ?"))
    draft = draft_of(anne, row)
    assert [(one.pk, one.named) for one in draft.pdfs] == [(file.pk, True)]
    sight = sight_of(company, customer(company, "A"), TODAY)
    files = files_to_send(anne, sight, [file.pk], statement=True)
    made = answered(anne, row, files=files)
    names = [one.filename for one in outgoing(company, made).attachments]
    assert names[0] == "F-A.pdf"
    assert len(names) == 2
    other = sight_of(company, customer(company, "B"), TODAY)
    with pytest.raises(OtherCompany):
        files_to_send(anne, other, [file.pk], statement=False)


def test_an_invoice_without_a_pdf_is_named(company: Company, anne: Actor) -> None:
    row = talk(taken(company, "Pouvez-vous nous envoyer une copie de la facture F-A ?"))
    assert draft_of(anne, row).missing == ["F-A"]


def test_files_too_large_together_are_refused(company: Company, anne: Actor) -> None:
    row = talk(taken(company))
    large = File(name="a", media_type="application/pdf", content=b"x" * (MOST_BYTES + 1))
    with pytest.raises(FilesTooLarge):
        answered(anne, row, files=[large])


def test_who_wants_no_email_is_not_answered_by_email(company: Company, anne: Actor) -> None:
    row = talk(taken(company))
    Contact.objects.of(company.pk).filter(customer__key="A").update(refuses=["email"])
    with pytest.raises(NobodyToAnswer):
        draft_of(anne, row)


def test_a_writer_who_is_no_contact_is_answered_all_the_same(company: Company, anne: Actor) -> None:
    sent(company, "A")
    row = talk(taken(company, sender="Zoé <zoe@a.test>", in_reply_to=OURS))
    made = answered(anne, row)
    assert (made.recipient, made.contact) == ("zoe@a.test", None)


# --- whose it is ------------------------------------------------------------------------------


def unknown(company: Company, text: str = "Nous paierons le 20 mars la F-A.") -> Incoming:
    return taken(company, text, sender="Zoé <zoe@elsewhere.test>", message_id="<z@e.test>")


def test_an_unknown_writers_mail_pauses_once_it_is_known_whose_it_is(
    company: Company, anne: Actor
) -> None:
    came = unknown(company)
    assert entry_of(company, "A").kind == "remind"
    link(anne, talk(came), customer(company, "A"), today=TODAY, at=NOW)
    assert entry_of(company, "A").code == "reply.unread"
    row = Incoming.objects.of(company.pk).get()
    assert row.suggestions[0]["facts"]["invoices"] == ["F-A"], "read anew, with its invoices"
    assert not Contact.objects.of(company.pk).filter(email="zoe@elsewhere.test").exists()
    with pytest.raises(LinkedBefore):
        link(anne, talk(came), customer(company, "B"), today=TODAY, at=NOW)


def test_always_makes_the_writer_a_contact_whose_next_mail_finds_its_place(
    company: Company, anne: Actor
) -> None:
    came = unknown(company)
    made = link(anne, talk(came), customer(company, "A"), always=ContactRole.ACCOUNTANT,
                today=TODAY, at=NOW)  # fmt: skip
    assert made is not None
    assert (made.email, made.role, made.name) == ("zoe@elsewhere.test", "accountant", "Zoé")
    later = taken(company, sender="zoe@elsewhere.test", subject="Autre", message_id="<z2@e.test>")
    assert later.customer == customer(company, "A")


def test_a_wrong_customer_is_taken_back(company: Company, anne: Actor) -> None:
    came = unknown(company)
    row = talk(came)
    link(anne, row, customer(company, "B"), today=TODAY, at=NOW)
    assert may_unlink(talk(came))
    unlink(anne, talk(came), today=TODAY, at=NOW)
    assert talk(came).customer is None
    assert not Reply.objects.of(company.pk).exists()
    assert entry_of(company, "B").kind == "remind"


def test_what_was_decided_or_answered_keeps_the_customer(company: Company, anne: Actor) -> None:
    came = unknown(company)
    link(anne, talk(came), customer(company, "A"), today=TODAY, at=NOW)
    answered(anne, talk(came))
    with pytest.raises(TooLate):
        unlink(anne, talk(came), today=TODAY, at=NOW)


# --- second thoughts about suggestions --------------------------------------------------------


def confirmed(actor: Actor, row: Incoming, code: str, **facts: object) -> Incoming:
    said = next(one for one in row.suggestions if one["code"] == code)
    return confirm(actor, row, code, {**said["facts"], **facts}, today=TODAY, at=NOW)


def test_a_confirmed_promise_ends_the_conversation_and_can_be_taken_back(
    company: Company, anne: Actor
) -> None:
    came = taken(company, "Nous paierons le 20 mars.")
    row = confirmed(anne, came, "will_pay")
    assert talk(row).state == "done"
    take_back(anne, row, "will_pay", today=TODAY, at=NOW)
    assert Promise.objects.of(company.pk).get().cancelled_on == TODAY
    assert (talk(row).state, entry_of(company, "A").code) == ("ours", "reply.unread")
    confirmed(anne, Incoming.objects.of(company.pk).get(), "will_pay", on="2026-03-25")
    assert entry_of(company, "A").code == "promise.running"


def test_a_dispute_of_several_invoices_is_taken_back_whole(company: Company, anne: Actor) -> None:
    first = Invoice.objects.of(company.pk).get(number="F-A")
    first.pk, first.key, first.number = None, "second", "F-A2"  # type: ignore[assignment]
    first.save()
    came = taken(company, "Nous contestons les factures F-A et F-A2, marchandise non conforme.")
    row = confirmed(anne, came, "dispute", invoices=["F-A", "F-A2"])
    assert talk(row).state == "ours", "somebody has to look into it"
    take_back(anne, row, "dispute", today=TODAY, at=NOW)
    closed = Dispute.objects.of(company.pk).values_list("closed_on", "outcome")
    assert list(closed) == [(TODAY, "withdrawn")] * 2


def test_a_wait_is_taken_back(company: Company, anne: Actor) -> None:
    came = taken(company, "Je suis absente jusqu'au 20 mars, je reviens vers vous.")
    row = confirmed(anne, came, "out_of_office", on="2026-03-20")
    take_back(anne, row, "out_of_office", today=TODAY, at=NOW)
    assert [one.until_on for one in Hold.objects.of(company.pk)] == [TODAY]


def test_what_was_put_aside_is_brought_back_the_same_day(company: Company, anne: Actor) -> None:
    came = taken(company, "Nous paierons le 20 mars.")
    row = dismiss(anne, came, "will_pay", at=NOW)
    assert talk(row).state == "ours"
    with pytest.raises(DecidedTooLong):
        take_back(anne, row, "will_pay", today=TODAY + timedelta(days=1), at=NOW)
    take_back(anne, row, "will_pay", today=TODAY, at=NOW)
    assert Incoming.objects.of(company.pk).get().decided == {}


# --- told to other programs -------------------------------------------------------------------


def test_an_answer_is_told_to_who_subscribed_without_its_text(company: Company) -> None:
    add_webhook(company.pk, url="https://hook.test/", events=["reply.received"],
                sealed_secret=seal("s"), at=NOW)  # fmt: skip
    row = taken(company, "Nous paierons le 20 mars.")
    taken(company, sender="who@nowhere.test", message_id="<n@n.test>")
    told = [one.payload for one in WebhookDelivery.objects.of(company.pk).order_by("pk")]
    assert [one["customer"] and one["customer"]["key"] for one in told] == ["A", None]
    assert told[0]["reply"]["suggestions"] == ["will_pay"]
    assert told[0]["reply"]["conversation"] == row.conversation_id
    assert "paierons" not in str(told[0])
