"""The mailbox: read by the worker from a real Dovecot, each mail once, whatever happens."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from amiable.channels.message import ChannelClosed
from amiable.desk import mailbox as desk
from amiable.desk.access import Actor
from amiable.desk.incoming import take_in
from amiable.desk.mailbox import (
    EVERY,
    MailboxForm,
    close_web_key,
    forget_mailbox,
    imap_settings,
    read_due,
    read_mailbox,
    renew_web_key,
    save_mailbox,
    troubled_mailbox,
    try_mailbox,
)
from amiable.store.mailbox import mailbox_at, mailbox_of
from amiable.store.models import AuditEntry, Company, Incoming, Mailbox, Reply
from amiable.store.models.incoming import IncomingSource
from amiable.store.models.mail_server import MailSecurity
from amiable.store.models.membership import Role
from tests.channels.real_imap import dovecot, imap, needs_dovecot
from tests.desk.mails import NOW, debtors, mail
from workshop.dovecot import Server

__all__ = ["dovecot", "imap"]  # fixtures

pytestmark = pytest.mark.django_db
MINUTE = timedelta(minutes=1)


@pytest.fixture
def company() -> Company:
    return debtors()


@pytest.fixture
def actor(company: Company) -> Actor:
    return Actor(company=company, role=Role.ADMINISTRATOR, name="Anne")


@pytest.fixture
def form() -> MailboxForm:
    return MailboxForm(
        host="127.0.0.1", port=1, security=MailSecurity.NONE, user="anne", password="right"
    )


@pytest.fixture
def box(imap: Server, actor: Actor, form: MailboxForm) -> Mailbox:
    """The company's mailbox, at the real server."""
    save_mailbox(actor, replace(form, port=imap.port), at=NOW)
    return stored(actor.company)


def stored(company: Company) -> Mailbox:
    row = mailbox_of(company.pk)
    assert row is not None
    return row


def keys(company: Company) -> list[str]:
    return sorted(Incoming.objects.of(company.pk).values_list("key", flat=True))


def letters(server: Server, *numbers: int) -> None:
    for number in numbers:
        server.deliver(mail(f"Bonjour {number}", message_id=f"<m{number}@a.test>"))


# --- settings ---------------------------------------------------------------------------------


def test_the_password_is_sealed_and_told_to_nobody(actor: Actor, form: MailboxForm) -> None:
    save_mailbox(actor, form, at=NOW)
    row = stored(actor.company)
    assert "right" not in row.sealed_password
    assert imap_settings(row).password == "right"
    entry = AuditEntry.objects.of(actor.company.pk).get(code="mailbox_saved")
    assert entry.facts == {"host": "127.0.0.1", "user": "anne"}
    save_mailbox(actor, replace(form, password=None), at=NOW)
    assert imap_settings(stored(actor.company)).password == "right"


def test_another_mailbox_is_read_from_its_beginning(actor: Actor, form: MailboxForm) -> None:
    save_mailbox(actor, form, at=NOW)
    Mailbox.objects.of(actor.company.pk).update(uid_validity=7, last_uid=42)
    save_mailbox(actor, replace(form, marks_read=True), at=NOW)
    assert stored(actor.company).last_uid == 42
    save_mailbox(actor, replace(form, folder="Relances"), at=NOW)
    assert (stored(actor.company).uid_validity, stored(actor.company).last_uid) == (None, 0)


def test_a_forgotten_mailbox_keeps_no_password(actor: Actor, form: MailboxForm) -> None:
    save_mailbox(actor, form, at=NOW)
    forget_mailbox(actor, at=NOW)
    row = stored(actor.company)
    assert (row.host, row.sealed_password) == ("", "")
    assert read_due(NOW, "me") == 0


def test_a_password_sealed_with_another_key_must_be_entered_again(
    actor: Actor, form: MailboxForm, settings: Any
) -> None:
    save_mailbox(actor, form, at=NOW)
    settings.SECRET_KEY = "another"
    with pytest.raises(ChannelClosed, match="enter it again"):
        imap_settings(stored(actor.company))
    assert try_mailbox(stored(actor.company), at=NOW).result == "seal"


def test_the_address_for_mails_handed_in_is_replaced_and_closed(actor: Actor) -> None:
    first = renew_web_key(actor, at=NOW)
    second = renew_web_key(actor, at=NOW)
    assert mailbox_at(first) is None
    found = mailbox_at(second)
    assert found is not None
    assert found.company == actor.company
    close_web_key(actor, at=NOW)
    assert mailbox_at(second) is None
    assert mailbox_at("") is None


# --- reading ----------------------------------------------------------------------------------


@needs_dovecot
def test_what_is_new_is_taken_in_once(box: Mailbox, imap: Server) -> None:
    letters(imap, 1, 2)
    assert read_due(NOW, "me") == 2
    letters(imap, 3)
    assert read_due(NOW + EVERY, "me") == 1
    assert read_due(NOW + 2 * EVERY, "me") == 0
    assert keys(box.company) == ["<m1@a.test>", "<m2@a.test>", "<m3@a.test>"]
    row = stored(box.company)
    assert (row.result, row.last_uid, row.failing_since) == ("read", 3, None)
    assert imap.seen() == [False] * 3


@needs_dovecot
def test_a_mailbox_is_left_alone_for_a_minute(box: Mailbox, imap: Server) -> None:
    assert read_due(NOW, "me") == 0
    letters(imap, 1)
    assert read_due(NOW + EVERY / 2, "another") == 0
    assert read_due(NOW + EVERY, "another") == 1


@needs_dovecot
def test_mails_counted_anew_are_not_taken_in_twice(box: Mailbox, imap: Server) -> None:
    letters(imap, 1, 2)
    assert read_mailbox(box, NOW) == 2
    before = stored(box.company).uid_validity
    imap.forget_uids()
    letters(imap, 3)
    assert read_mailbox(stored(box.company), NOW) == 1
    assert stored(box.company).uid_validity != before
    assert Reply.objects.of(box.company_id).count() == 3


@needs_dovecot
def test_a_reader_that_dies_loses_nothing_and_doubles_nothing(
    box: Mailbox, imap: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    letters(imap, 1, 2, 3)

    class Died(BaseException):
        """The process is gone."""

    def die(company: Company, raw: bytes, *given: Any, **more: Any) -> Incoming | None:
        row = take_in(company, raw, *given, **more)
        if b"m2@" in raw:
            raise Died
        return row

    with monkeypatch.context() as patch:
        patch.setattr(desk, "take_in", die)
        with pytest.raises(Died):
            read_mailbox(box, NOW)
    assert read_mailbox(stored(box.company), NOW) == 1
    assert len(keys(box.company)) == Reply.objects.of(box.company_id).count() == 3


@needs_dovecot
def test_one_mail_that_cannot_be_taken_in_keeps_no_other_out(
    box: Mailbox, imap: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    letters(imap, 1, 2, 3)

    def stumble(company: Company, raw: bytes, *given: Any, **more: Any) -> Incoming | None:
        if b"m2@" in raw:
            raise ValueError
        return take_in(company, raw, *given, **more)

    monkeypatch.setattr(desk, "take_in", stumble)
    assert read_mailbox(box, NOW) == 2
    row = stored(box.company)
    assert (row.result, row.answer) == ("unreadable", "UID 2")


@needs_dovecot
def test_mails_are_marked_as_read_where_the_company_says_so(
    box: Mailbox, imap: Server, actor: Actor, form: MailboxForm
) -> None:
    save_mailbox(actor, replace(form, port=imap.port, marks_read=True), at=NOW)
    letters(imap, 1)
    assert read_due(NOW, "me") == 1
    assert imap.seen() == [True]


@needs_dovecot
def test_a_test_counts_what_waits_and_takes_nothing_in(box: Mailbox, imap: Server) -> None:
    letters(imap, 1, 2)
    found = try_mailbox(box, at=NOW)
    assert (found.passed, found.waiting, found.folders) == (True, 2, ("INBOX",))
    assert keys(box.company) == []


@needs_dovecot
def test_a_mail_already_handed_in_is_not_fetched_again(box: Mailbox, imap: Server) -> None:
    raw = mail("Bonjour 1", message_id="<m1@a.test>")
    take_in(box.company, raw, IncomingSource.WEBHOOK, NOW)
    imap.deliver(raw)
    assert read_mailbox(box, NOW) == 0
    assert stored(box.company).last_uid == 1


# --- trouble ----------------------------------------------------------------------------------


def test_what_keeps_it_from_being_read_is_kept_from_the_first_time(
    actor: Actor, form: MailboxForm
) -> None:
    save_mailbox(actor, form, at=NOW)
    assert read_due(NOW, "me") == 0
    assert read_due(NOW + 30 * MINUTE, "me") == 0
    row = stored(actor.company)
    assert (row.result, row.failing_since) == ("away", NOW)
    assert troubled_mailbox(actor.company.pk, NOW + 59 * MINUTE) is None
    assert troubled_mailbox(actor.company.pk, NOW + 60 * MINUTE) == row
    save_mailbox(actor, form, at=NOW)
    assert troubled_mailbox(actor.company.pk, NOW + 60 * MINUTE) is None


@needs_dovecot
def test_trouble_is_over_when_it_is_read_again(box: Mailbox, imap: Server) -> None:
    Mailbox.objects.of(box.company_id).update(failing_since=NOW, result="away")
    assert read_due(NOW + 120 * MINUTE, "me") == 0
    assert troubled_mailbox(box.company_id, NOW + 120 * MINUTE) is None


@needs_dovecot
def test_a_wrong_password_is_told(imap: Server, actor: Actor, form: MailboxForm) -> None:
    save_mailbox(actor, replace(form, port=imap.port, password="wrong"), at=NOW)
    assert read_due(NOW, "me") == 0
    assert stored(actor.company).result == "login"
    assert "wrong" not in stored(actor.company).answer
