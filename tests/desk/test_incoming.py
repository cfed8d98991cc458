"""What comes back by mail: kept once, put where it belongs, and what follows from it."""

from datetime import date, timedelta

import pytest

from amiable.desk.incoming import take_in
from amiable.desk.reply_address import answered_message, reply_address, tagged
from amiable.store.models import (
    Company,
    Contact,
    Conversation,
    Hold,
    Incoming,
    IncomingFile,
    Mailbox,
    OutboxRow,
    PlanEntry,
    Reply,
)
from amiable.store.models.incoming import IncomingSource
from tests.desk.books import TODAY, customer, entry_of, new_company
from tests.desk.mails import NOW, bounce, debtors, mail, sent

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


@pytest.fixture
def company() -> Company:
    return debtors()


def taken(company: Company, raw: bytes) -> Incoming:
    row = take_in(company, raw, IncomingSource.MAILBOX, NOW)
    assert row is not None
    return row


def kind_of(entry: PlanEntry) -> tuple[str, str]:
    """What the plan decided, and the code of its reason."""
    return entry.kind, entry.code


# --- where it belongs -------------------------------------------------------------------------


def test_an_answer_to_our_message_is_found_by_its_in_reply_to(company: Company) -> None:
    ours = sent(company, "A")
    row = taken(company, mail("Bonjour", sender="chef@ailleurs.test", in_reply_to=ours.message_id))
    assert (row.outbox, row.customer) == (ours, customer(company, "A"))
    assert row.conversation.customer == customer(company, "A")
    ours.refresh_from_db()
    assert ours.conversation == row.conversation


def test_an_answer_further_down_the_thread_is_found_by_its_references(company: Company) -> None:
    ours = sent(company, "A")
    row = taken(company, mail("Bonjour", references=f"{ours.message_id} <other@x.test>"))
    assert row.outbox == ours


def test_an_answer_to_a_signed_reply_address_needs_no_header(company: Company) -> None:
    Mailbox.objects.of(company.pk).create(company=company, address="compta@fournil.test")
    ours = sent(company, "A")
    to = reply_address(company, ours.pk)
    assert to.startswith("compta+r-")
    row = taken(company, mail("Bonjour", sender="x@ailleurs.test", to=to.upper()))
    assert row.outbox == ours


def test_a_forged_reply_address_is_nobodys(company: Company) -> None:
    ours = sent(company, "A")
    other = new_company("autre")
    theirs = tagged("compta@fournil.test", other.pk, ours.pk)
    assert answered_message(company.pk, [theirs, "compta+r-1-aaaaaaaaaaaaaaaa@x.test"]) is None
    assert answered_message(other.pk, [theirs]) == ours.pk


def test_a_reply_address_too_long_for_mail_is_not_made(company: Company) -> None:
    assert tagged(f"{'a' * 50}@fournil.test", company.pk, 1) == ""
    assert reply_address(company, 1) == company.email


def test_without_a_thread_the_sender_says_whose_it_is(company: Company) -> None:
    row = taken(company, mail("Bonjour", sender="Accountant@B.test"))
    assert row.customer == customer(company, "B")
    assert row.contact is not None
    assert row.contact.email == "accountant@b.test"


def test_a_sender_known_at_two_customers_is_left_to_a_person(company: Company) -> None:
    Contact.objects.of(company.pk).filter(customer=customer(company, "B")).update(
        email="accountant@a.test"
    )
    row = taken(company, mail("Bonjour"))
    assert row.customer is None
    assert row.facts["candidates"] == [customer(company, "A").pk, customer(company, "B").pk]
    assert not Reply.objects.of(company.pk).exists()


def test_a_stranger_opens_a_conversation_of_nobody(company: Company) -> None:
    row = taken(company, mail("Bonjour", sender="inconnu@ailleurs.test"))
    assert row.customer is None
    assert row.conversation.state == "new"


def test_a_second_answer_goes_into_the_same_conversation(company: Company) -> None:
    ours = sent(company, "A")
    first = taken(company, mail("Bonjour", in_reply_to=ours.message_id))
    Conversation.objects.of(company.pk).update(state="done")
    second = taken(
        company, mail("Encore", message_id="<2@a.test>", in_reply_to="<answer-1@a.test>")
    )
    assert second.conversation_id == first.conversation_id
    second.conversation.refresh_from_db()
    assert second.conversation.state == "ours"


def test_the_same_subject_from_the_same_customer_is_the_same_conversation(company: Company) -> None:
    first = taken(company, mail("Bonjour", subject="Facture 12"))
    second = taken(company, mail("Encore", message_id="<2@a.test>", subject="RE: TR: Facture 12"))
    assert second.conversation_id == first.conversation_id


def test_a_mail_of_another_company_is_not_found(company: Company) -> None:
    ours = sent(company, "A")
    other = new_company("autre")
    row = taken(other, mail("Bonjour", in_reply_to=ours.message_id))
    assert row.customer is None
    assert row.outbox is None


# --- once -------------------------------------------------------------------------------------


def test_the_same_mail_twice_is_one(company: Company) -> None:
    first = taken(company, mail("Bonjour"))
    assert taken(company, mail("Bonjour")) == first
    assert Reply.objects.of(company.pk).count() == 1


def test_without_a_message_id_the_digest_names_it(company: Company) -> None:
    first = taken(company, mail("Bonjour", message_id=""))
    assert first.key.startswith("sha256:")
    assert taken(company, mail("Bonjour", message_id="")) == first
    assert taken(company, mail("Autre", message_id="")) != first


def test_a_copy_of_our_own_message_is_left_alone(company: Company) -> None:
    raw = mail("Relance", sender=company.email)
    assert take_in(company, raw, IncomingSource.MAILBOX, NOW) is None
    assert not Incoming.objects.of(company.pk).exists()


# --- what follows -----------------------------------------------------------------------------


def test_an_answer_pauses_the_reminders_until_it_is_read(company: Company) -> None:
    assert kind_of(entry_of(company, "A"))[0] == "remind"
    row = taken(company, mail("Bonjour, nous réglerons vendredi prochain."))
    assert row.reply is not None
    assert kind_of(entry_of(company, "A")) == ("hold", "reply.unread")
    assert row.suggestions == [
        {
            "code": "will_pay",
            "facts": {"on": "2026-03-13"},
            "reasons": ["nous réglerons vendredi prochain."],
        }
    ]


def test_what_is_quoted_means_nothing(company: Company) -> None:
    quoted = "Bien reçu.\n\nLe mar. 10 mars 2026 à 08:02, Fournil a écrit :\n> payez le 20 mars\n"
    row = taken(company, mail(quoted))
    assert (row.answer, row.suggestions) == ("Bien reçu.", [])
    assert "payez" in row.text


def test_an_out_of_office_answer_waits_for_the_day_of_return(company: Company) -> None:
    row = taken(
        company,
        mail(
            "Je suis absente, de retour le lundi 23 mars.",
            subject="Réponse automatique : Facture",
            auto_submitted="auto-replied",
        ),
    )
    assert row.kind == "absent"
    assert row.reply is None
    hold = Hold.objects.of(company.pk).get()
    assert hold.until_on == date(2026, 3, 23)
    assert "accountant@a.test" in hold.note
    assert kind_of(entry_of(company, "A")) == ("hold", "hold.person")
    assert row.decided == {"out_of_office": {"done": "by_itself", "subject": f"hold:{hold.pk}"}}
    assert row.conversation.state == "done"


def test_an_absence_postpones_nothing_where_the_mailbox_says_so(company: Company) -> None:
    Mailbox.objects.of(company.pk).create(company=company, postpones_absent=False)
    row = taken(company, mail("De retour le 23 mars.", subject="Absence du bureau"))
    assert row.suggestions[0]["code"] == "out_of_office"
    assert not Hold.objects.of(company.pk).exists()


def test_an_absence_of_months_postpones_nothing_by_itself(company: Company) -> None:
    taken(company, mail("Je suis absent jusqu'au 1er septembre.", subject="Absence du bureau"))
    assert not Hold.objects.of(company.pk).exists()


def test_another_machines_answer_does_not_pause_anything(company: Company) -> None:
    raw = mail("Votre demande 4711 a été créée.", auto_submitted="auto-generated")
    row = taken(company, raw)
    assert row.kind == "automatic"
    assert not Reply.objects.of(company.pk).exists()
    assert kind_of(entry_of(company, "A"))[0] == "remind"


def test_a_mailbox_that_is_a_list_of_people_does_not_make_machines_of_them(
    company: Company,
) -> None:
    row = taken(company, mail("Bonjour", precedence="list", list_id="<compta.fournil.test>"))
    assert row.kind == "answer"


# --- bounces ----------------------------------------------------------------------------------


def test_an_address_that_failed_for_good_is_written_to_no_more(company: Company) -> None:
    ours = sent(company, "A")
    row = taken(company, bounce("accountant@a.test", original=ours.message_id))
    assert row.kind == "bounce"
    assert Contact.objects.of(company.pk).get(customer=ours.customer).bounced_on == TODAY
    ours.refresh_from_db()
    assert (ours.state, ours.detail) == ("refused", "550 5.1.1 no such user")
    assert entry_of(company, "A").channel != "email"
    assert not Reply.objects.of(company.pk).exists()


def test_a_bounce_without_our_head_is_found_by_the_address(company: Company) -> None:
    ours = sent(company, "A")
    taken(company, bounce("Accountant@a.test"))
    ours.refresh_from_db()
    assert ours.state == "refused"


def test_a_full_mailbox_is_noted_only(company: Company) -> None:
    ours = sent(company, "A")
    taken(company, bounce("accountant@a.test", status="5.2.2", said="552 5.2.2 mailbox full"))
    ours.refresh_from_db()
    assert (ours.state, ours.detail) == ("sent", "552 5.2.2 mailbox full")
    assert Contact.objects.of(company.pk).get(customer=ours.customer).bounced_on is None


def test_a_delay_is_noted_only(company: Company) -> None:
    ours = sent(company, "A")
    taken(company, bounce("accountant@a.test", action="delayed", status="4.4.1"))
    ours.refresh_from_db()
    assert ours.state == "sent"


def test_a_bounce_of_nothing_we_sent_is_not_believed(company: Company) -> None:
    taken(company, bounce("accountant@b.test"))
    contact = Contact.objects.of(company.pk).get(customer=customer(company, "B"))
    assert contact.bounced_on is None


def test_a_bounce_written_as_a_server_likes_is_recognised(company: Company) -> None:
    ours = sent(company, "A")
    raw = (
        b"From: MAILER-DAEMON@qmail.test\r\nTo: fournil@example.test\r\nSubject: failure notice\r\n"
        b"Message-ID: <q@qmail.test>\r\n\r\nHi. This is the qmail-send program at qmail.test.\r\n"
        b"I'm afraid I wasn't able to deliver your message to the following addresses.\r\n"
        b"This is a permanent error; I've given up. Sorry it didn't work out.\r\n\r\n"
        b"<accountant@a.test>:\r\nSorry, no mailbox here by that name. (#5.1.1)\r\n\r\n"
        b"--- Below this line is a copy of the message.\r\n"
    )
    assert taken(company, raw).kind == "bounce"
    ours.refresh_from_db()
    assert ours.state == "refused"


# --- files ------------------------------------------------------------------------------------


def test_files_are_kept_under_clean_names(company: Company) -> None:
    pdf = ("../../avis de virement\u202e.pdf", "application/pdf", b"%PDF-1")
    row = taken(company, mail("Ci-joint", files=(pdf,)))
    file = IncomingFile.objects.of(company.pk).get(incoming=row)
    assert (file.name, file.media_type, file.size) == ("avis de virement.pdf", "application/pdf", 6)
    assert bytes(file.content or b"") == b"%PDF-1"


def test_a_file_too_large_is_named_and_not_kept(company: Company) -> None:
    large = ("video.mp4", "video/mp4", b"0" * 10_000_001)
    row = taken(company, mail("Ci-joint", files=(large,)))
    file = IncomingFile.objects.of(company.pk).get(incoming=row)
    assert (file.content, file.size) == (None, 10_000_001)


def test_a_mail_of_html_alone_is_read(company: Company) -> None:
    raw = mail("", html="<p>Nous avons <b>réglé</b> le 4 mars.</p><script>alert(1)</script>")
    row = taken(company, raw.replace(b"text/plain", b"text/x-none"))
    assert row.answer == "Nous avons réglé le 4 mars."
    assert row.suggestions[0]["facts"]["on"] == "2026-03-04"


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"\x00\xff\xfe",
        b"From: \xff\xfe\r\nSubject: =?x-none?q?=FF?=\r\nMessage-ID: <bad id>\r\n\r\n\xff",
        b"Content-Type: multipart/mixed\r\n\r\nno boundary",
        b'Content-Type: text/plain; charset="utf-7"\r\nContent-Transfer-Encoding: x\r\n\r\n+ADw-',
        b"From: a@b.test\r\nDate: 99 Foo 9999\r\nContent-Type: message/rfc822\r\n\r\nA: x\r\n",
        b"Content-Type: application/pdf; name*=x''%ff\r\nContent-transfer-Encoding: base64\r\n\r\n",
    ],
)
def test_no_mail_is_too_broken_to_be_kept(company: Company, raw: bytes) -> None:
    row = taken(company, raw)
    assert row.conversation_id is not None


def test_a_sent_row_of_another_state_is_not_answered(company: Company) -> None:
    ours = sent(company, "A", state="approved")
    row = taken(company, mail("Bonjour", sender="x@y.test", in_reply_to=ours.message_id))
    assert row.outbox is None
    assert OutboxRow.objects.of(company.pk).count() == 1
