"""A reminder leaves by a real SMTP server, its answer comes back by a real Dovecot, and what the
answer says is followed to the payment, the thanks, and the wish to hear no more."""

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

import pytest

from amiable.desk.access import Actor
from amiable.desk.approve import approve
from amiable.desk.conversation import conversation_for
from amiable.desk.dispatch import send_due
from amiable.desk.mail_server import ServerForm, save_mail_server
from amiable.desk.mailbox import MailboxForm, read_due, save_mailbox
from amiable.desk.policy import publish_policy, shipped_policy
from amiable.desk.suggestion import confirm
from amiable.desk.thanks import thank_due
from amiable.engine.policy import Approval, Thanks
from amiable.store.models import Company, Contact, Incoming, Promise
from amiable.store.models.mail_server import MailSecurity
from amiable.store.models.membership import Role
from tests.channels.real_imap import dovecot, imap, needs_dovecot
from tests.channels.real_smtp import Inbox, serving
from tests.desk.books import DAY, TODAY, bring_in, customer, entry_of, facts, payment
from tests.desk.mails import NOW, debtors, mail
from workshop.dovecot import Server

__all__ = ["dovecot", "imap"]  # fixtures

pytestmark = [pytest.mark.django_db, needs_dovecot]
PROMISED = TODAY + 5 * DAY


@pytest.fixture
def post(settings: Any) -> Iterator[Inbox]:
    """Where the company's mails arrive."""
    settings.PLAYED_DAY = None
    inbox = Inbox()
    server = serving(inbox)
    server.start()
    inbox.port = server.port  # type: ignore[attr-defined]
    yield inbox
    server.stop()


@pytest.fixture
def company(post: Inbox, imap: Server) -> Company:
    """Two late customers, a mail server and a mailbox of the company's own."""
    made = debtors()
    made.per_minute = 0
    made.save()
    publish_policy(
        made,
        replace(shipped_policy("standard"), thanks=Thanks(approval=Approval.AUTOMATIC)),
        at=NOW,
    )
    actor = Actor(company=made, role=Role.ADMINISTRATOR, name="Anne")
    server = ServerForm(host="127.0.0.1", port=post.port, security=MailSecurity.NONE)  # type: ignore[attr-defined]
    save_mail_server(actor, server, at=NOW)
    save_mailbox(
        actor,
        MailboxForm(
            host="127.0.0.1", port=imap.port, security=MailSecurity.NONE, user="anne",
            password="right", address="answers@fournil.test",
        ),
        at=NOW,
    )  # fmt: skip
    return made


def arrived(post: Inbox) -> EmailMessage:
    """The mail that arrived last."""
    return message_from_bytes(post.mails[-1], _class=EmailMessage, policy=policy.default)


def test_there_and_back(company: Company, post: Inbox, imap: Server) -> None:
    debtor = customer(company, "A")
    approve(company, [debtor.pk], today=TODAY, at=NOW)
    assert send_due(NOW + timedelta(minutes=2)) == 1
    reminder = arrived(post)
    assert "F-A" in reminder.get_body(("plain",)).get_content()  # type: ignore[union-attr]
    assert "List-Unsubscribe" not in reminder  # a reminder of what is due is no mailing list

    said = f"Nous paierons la facture F-A le {PROMISED:%d/%m/%Y}.\n"
    imap.deliver(mail(said, in_reply_to=str(reminder["Message-ID"])))
    assert read_due(NOW + timedelta(minutes=5), "me") == 1
    row = Incoming.objects.of(company.pk).select_related("conversation").get()
    assert row.conversation.customer_id == debtor.pk
    assert entry_of(company, "A").code == "reply.unread"  # the ladder pauses by itself

    actor = Actor(company=company, role=Role.COLLECTOR, name="Anne")
    seen = conversation_for(actor, row.conversation_id)
    (suggestion,) = row.suggestions
    assert suggestion["code"] == "will_pay"
    confirm(actor, row, "will_pay", suggestion["facts"], today=TODAY, at=NOW + timedelta(hours=1))
    promise = Promise.objects.of(company.pk).get()
    assert (promise.due_on, promise.amount_minor) == (PROMISED, 100_000)
    assert entry_of(company, "A").code == "promise.running"
    assert seen.customer == debtor

    paid = payment("A", "P-A", TODAY, number="F-A")
    bring_in(company, facts("A", (), [paid]), on=TODAY)
    assert thank_due(NOW + timedelta(hours=2)) == 1
    assert thank_due(NOW + timedelta(hours=2)) == 0
    assert send_due(NOW + timedelta(hours=4)) == 1
    thanks = arrived(post)
    assert "F-A" in thanks.get_body(("plain",)).get_content()  # type: ignore[union-attr]
    assert len(post.mails) == 2

    wish = re.search(r"subject=unsubscribe%20([0-9a-z-]+)", str(thanks["List-Unsubscribe"]))
    assert wish is not None
    imap.deliver(mail("", subject=f"unsubscribe {wish[1]}", message_id="<stop@a.test>"))
    read_due(NOW + timedelta(hours=5), "me")
    assert Contact.objects.of(company.pk).get(customer=debtor).refuses == ["email"]
