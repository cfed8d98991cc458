"""What a message says of its kind, and wanting no more of them: by whom, of what, and back."""

import re
from datetime import timedelta
from typing import Any

import mailparser
import pytest

from amiable.channels.email.mime import to_bytes
from amiable.desk.access import Actor
from amiable.desk.approve import approve
from amiable.desk.contact import add_contact
from amiable.desk.dispatch import send_due
from amiable.desk.incoming import take_in
from amiable.desk.portal_link import LinkGone
from amiable.desk.send import outgoing
from amiable.desk.stop_link import (
    REFUSABLE,
    contact_of,
    resume,
    stop,
    token_of,
    wants_none,
)
from amiable.engine.parties import Channel as Way
from amiable.engine.timeline import ContactPurpose
from amiable.store.models import (
    AuditEntry,
    Company,
    Contact,
    Incoming,
    Mailbox,
    OutboxRow,
    Reply,
)
from amiable.store.models.incoming import IncomingKind, IncomingSource
from amiable.store.models.membership import Role
from tests.desk.books import DAY, TODAY, customer, entry_of, new_company
from tests.desk.mails import NOW, debtors, mail
from tests.desk.test_dispatch import Channel

pytestmark = pytest.mark.django_db


@pytest.fixture
def company(settings: Any) -> Company:
    settings.URL = "https://desk.example"
    return debtors()


def contact(company: Company, key: str = "A") -> Contact:
    rows = Contact.objects.of(company.pk).select_related("company", "customer")
    return rows.get(customer__key=key)


def with_mailbox(company: Company) -> None:
    Mailbox.objects.of(company.pk).create(company=company, address="compta@fournil.test")


def approved(company: Company, **changes: object) -> OutboxRow:
    """A message to customer A, as if it were of another kind."""
    (made,) = approve(company, [customer(company, "A").pk], today=TODAY, at=NOW)
    assert made.row is not None
    OutboxRow.objects.of(company.pk).filter(pk=made.row.pk).update(**changes)
    return OutboxRow.objects.of(company.pk).select_related("customer").get(pk=made.row.pk)


def head_of(company: Company, row: OutboxRow) -> dict[str, str]:
    """The head of the mail, read by an independent library."""
    read = mailparser.parse_from_bytes(to_bytes(outgoing(company, row)))
    assert read.defects == []
    return {name: " ".join(value.split()) for name, value in read.message.items()}


# --- who wrote it -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({}, "auto-generated"),
        ({"automatic": True}, "auto-generated"),
        ({"automatic": True, "purpose": ContactPurpose.THANKS.value}, "auto-generated"),
        ({"purpose": ContactPurpose.SERVICE.value}, "auto-generated"),
        ({"edited": True}, "no"),
        ({"purpose": ContactPurpose.OTHER.value}, "no"),
    ],
)
def test_a_message_says_whether_a_program_wrote_it(
    company: Company, changes: dict[str, object], said: str
) -> None:
    assert head_of(company, approved(company, **changes))["Auto-Submitted"] == said


# --- which may be refused ---------------------------------------------------------------------


@pytest.mark.parametrize("purpose", ContactPurpose)
def test_only_what_nobody_is_owed_carries_a_way_to_refuse_it(
    company: Company, purpose: ContactPurpose
) -> None:
    head = head_of(company, approved(company, purpose=purpose.value))
    refusable = purpose in (ContactPurpose.NOTICE, ContactPurpose.THANKS)
    assert (purpose.value in REFUSABLE) is refusable
    assert ("List-Unsubscribe" in head) is refusable
    assert ("List-Unsubscribe-Post" in head) is refusable


def test_the_way_is_one_click_by_https_and_by_mail_where_a_mailbox_is_read(
    company: Company,
) -> None:
    row = approved(company, purpose=ContactPurpose.NOTICE.value)
    token = token_of(contact(company).pk)
    link = f"<https://desk.example/p/stop/{token}/>"
    assert head_of(company, row)["List-Unsubscribe"] == link
    assert head_of(company, row)["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    with_mailbox(company)
    both = f"<mailto:compta@fournil.test?subject=unsubscribe%20{token}>, {link}"
    assert head_of(company, row)["List-Unsubscribe"] == both


def test_without_https_there_is_no_one_click(company: Company, settings: Any) -> None:
    settings.URL = "http://127.0.0.1:8000"
    row = approved(company, purpose=ContactPurpose.NOTICE.value)
    assert "List-Unsubscribe" not in head_of(company, row)
    with_mailbox(company)
    head = head_of(company, row)
    assert head["List-Unsubscribe"].startswith("<mailto:compta@fournil.test?")
    assert "List-Unsubscribe-Post" not in head


def test_a_message_to_no_known_contact_carries_none(company: Company) -> None:
    row = approved(company, purpose=ContactPurpose.NOTICE.value, contact=None)
    assert "List-Unsubscribe" not in head_of(company, row)


# --- what follows -----------------------------------------------------------------------------


def test_whoever_refuses_is_asked_in_another_way_and_may_think_better_of_it(
    company: Company,
) -> None:
    before = entry_of(company, "A")
    assert before.channel == Way.EMAIL.value
    stop(contact(company), NOW)
    assert contact(company).refuses == [Way.EMAIL.value]
    assert wants_none(contact(company))
    assert entry_of(company, "A").channel != Way.EMAIL.value
    assert entry_of(company, "B").channel == Way.EMAIL.value
    resume(contact(company), NOW)
    assert contact(company).refuses == []
    assert entry_of(company, "A").channel == Way.EMAIL.value
    entries = AuditEntry.objects.of(company.pk).filter(code__startswith="mail_").order_by("pk")
    assert [(one.code, one.door, one.customer) for one in entries] == [
        ("mail_stopped", "portal", customer(company, "A")),
        ("mail_resumed", "portal", customer(company, "A")),
    ]


def test_stopping_twice_is_stopping_once(company: Company) -> None:
    stop(contact(company), NOW)
    stop(contact(company), NOW)
    assert AuditEntry.objects.of(company.pk).filter(code="mail_stopped").count() == 1
    resume(contact(company), NOW)
    resume(contact(company), NOW)
    assert AuditEntry.objects.of(company.pk).filter(code="mail_resumed").count() == 1


def test_everybody_with_the_address_is_written_to_no_more(company: Company) -> None:
    address = contact(company).email
    values = {"role": "main", "email": address.upper()}
    other = add_contact(company, customer(company, "B"), values)
    abroad = new_company("autre")
    elsewhere = Contact.objects.of(company.pk).exclude(email__iexact=address).get()
    stop(contact(company), NOW)
    other.refresh_from_db()
    elsewhere.refresh_from_db()
    assert (other.refuses, elsewhere.refuses) == ([Way.EMAIL.value], [])
    assert not AuditEntry.objects.of(abroad.pk).filter(code="mail_stopped").exists()


def test_what_was_approved_and_waits_does_not_leave(
    company: Company, monkeypatch: pytest.MonkeyPatch, settings: Any
) -> None:
    settings.PLAYED_DAY = None
    channel = Channel()
    monkeypatch.setattr("amiable.desk.dispatch.channel_for", lambda *_: channel)
    row = approved(company)
    stop(contact(company), NOW)
    assert send_due(NOW + timedelta(hours=1)) == 0
    row.refresh_from_db()
    assert row.state == "cancelled"


# --- by mail ----------------------------------------------------------------------------------


def test_a_mail_with_the_signed_subject_stops_and_pauses_nothing(company: Company) -> None:
    raw = mail("", subject=f"unsubscribe {token_of(contact(company).pk)}", sender="x@gmail.test")
    row = take_in(company, raw, IncomingSource.MAILBOX, NOW)
    assert row is not None
    assert row.kind == IncomingKind.AUTOMATIC.value
    assert contact(company).refuses == [Way.EMAIL.value]
    assert not Reply.objects.of(company.pk).exists()
    assert entry_of(company, "A").channel != Way.EMAIL.value
    take_in(company, raw, IncomingSource.MAILBOX, NOW + DAY)
    assert Incoming.objects.of(company.pk).count() == 1


@pytest.mark.parametrize("subject", ["unsubscribe", "unsubscribe 1-" + "0" * 32])
def test_a_mail_with_another_subject_stops_nothing(company: Company, subject: str) -> None:
    take_in(company, mail("Stop", subject=subject), IncomingSource.MAILBOX, NOW)
    assert contact(company).refuses == []


def test_a_token_of_another_company_stops_nothing(company: Company) -> None:
    abroad = new_company("autre")
    raw = mail("", subject=f"unsubscribe {token_of(contact(company).pk)}")
    take_in(abroad, raw, IncomingSource.MAILBOX, NOW)
    assert contact(company).refuses == []


# --- tokens -----------------------------------------------------------------------------------


def test_a_token_names_its_contact_however_its_letters_are_written(company: Company) -> None:
    mine = contact(company)
    assert contact_of(token_of(mine.pk).upper()) == mine


def test_a_forged_or_stale_token_opens_nothing(company: Company) -> None:
    mine = contact(company)
    number, _, signature = token_of(mine.pk).partition("-")
    other = token_of(mine.pk + 1).partition("-")[2]
    flipped = re.sub("^.", lambda one: "0" if one[0] != "0" else "1", signature)
    for token in (f"{number}-{other}", f"{number}-{flipped}", number, "", "é-x", f"{number}-"):
        with pytest.raises(LinkGone):
            contact_of(token)
    Contact.objects.of(company.pk).filter(pk=mine.pk).update(removed_on=TODAY)
    with pytest.raises(LinkGone):
        contact_of(token_of(mine.pk))


def test_a_reader_of_the_desk_is_not_needed(company: Company) -> None:
    """Nobody signed in: the deed is the contact's own, by the portal's door."""
    stop(contact(company), NOW)
    entry = AuditEntry.objects.of(company.pk).get(code="mail_stopped")
    assert entry.user is None
    assert entry.name == (contact(company).name or contact(company).email)
    assert Actor(company=company, role=Role.READER).door.value != entry.door
