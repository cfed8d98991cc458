"""Sending: through a real mail server, each message once, whatever happens in the middle."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from email import message_from_bytes
from pathlib import Path

import pytest
from aiosmtpd.smtp import SMTP, Envelope, Session

from amiable.channels.email.smtp import open_smtp
from amiable.channels.email.url import settings_from_url
from amiable.channels.folder import open_folder
from amiable.channels.message import Delivery, Outcome, OutgoingMessage, Sender
from amiable.desk.approve import approve
from amiable.desk.plan import draw_plan
from amiable.desk.send import SendReport, send_approved
from amiable.store.models import Company, Contact, Customer, OutboxRow
from amiable.store.outbox import retry_failed
from tests.channels.real_smtp import Inbox, serving
from tests.desk.books import (
    DAY,
    TODAY,
    at,
    bring_in,
    company_with_debtors,
    credit_note,
    customer,
    entry_of,
    facts,
    invoice,
    payment,
)
from tests.desk.test_approve import happen
from tests.stories.desk_house import Postman

pytestmark = pytest.mark.django_db


class Strict(Inbox):
    """A server that has no mailbox of this name."""

    def __init__(self, unknown: str) -> None:
        super().__init__()
        self.unknown = unknown

    async def handle_RCPT(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if address == self.unknown:
            return "550 5.1.1 no such mailbox"
        envelope.rcpt_tos.append(address)
        return "250 known"


@contextmanager
def mail_server(inbox: Inbox) -> Iterator[Sender]:
    controller = serving(inbox)
    controller.start()
    channel = open_smtp(settings_from_url(f"smtp://127.0.0.1:{controller.port}"))
    try:
        yield channel
    finally:
        channel.close()
        controller.stop()


class Scripted:
    """A channel that answers as told, then accepts."""

    def __init__(self, *outcomes: Outcome) -> None:
        self.outcomes = list(outcomes)
        self.asked: list[str] = []

    def send(self, message: OutgoingMessage) -> Delivery:
        self.asked.append(message.to[0])
        outcome = self.outcomes.pop(0) if self.outcomes else Outcome.ACCEPTED
        return Delivery(outcome=outcome, detail=outcome.value)

    def close(self) -> None:
        """Nothing to close."""


def debtors(*names: str) -> Company:
    """A company whose debtors' reminders are approved."""
    company = company_with_debtors(names)
    draw_plan(company, TODAY)
    pks = list(Customer.objects.of(company.pk).order_by("key").values_list("pk", flat=True))
    approve(company, pks, today=TODAY, at=at(TODAY))
    return company


def send(company: Company, channel: Sender, days: int = 0) -> SendReport:
    today = TODAY + days * DAY
    return send_approved(company, channel, today=today, clock=clock)


def clock() -> datetime:
    return at(TODAY)


def states(company: Company) -> dict[str, str]:
    rows = OutboxRow.objects.of(company.pk)
    return dict(rows.order_by("pk").values_list("customer__key", "state"))


def test_a_real_server_gets_each_message_once() -> None:
    company, inbox = debtors("A", "B"), Inbox()
    with mail_server(inbox) as channel:
        assert len(send(company, channel).sent) == 2
        assert send(company, channel).sent == []
    rows = OutboxRow.objects.of(company.pk)
    ids = sorted(str(message_from_bytes(mail)["Message-ID"]) for mail in inbox.mails)
    assert ids == sorted(row.message_id for row in rows)
    assert sorted(whom for _, (whom,) in inbox.envelopes) == [
        "accountant@a.test",
        "accountant@b.test",
    ]
    assert {(row.state, row.sent_on, row.attempts) for row in rows} == {("sent", TODAY, 1)}


def test_a_folder_gets_a_file_a_message(tmp_path: Path) -> None:
    company = debtors("A", "B")
    assert len(send(company, open_folder(tmp_path)).sent) == 2
    assert len(list(tmp_path.glob("*.eml"))) == 2
    assert send(company, open_folder(tmp_path)).sent == []


def test_what_was_sent_counts_as_contact_in_the_next_plan() -> None:
    company = debtors("A")
    send(company, Postman())
    draw_plan(company, TODAY)
    assert entry_of(company, "A").code == "step.spacing"


@pytest.mark.parametrize("what", ["paid", "promised", "answered", "held", "disputed"])
def test_what_came_after_the_approval_cancels_the_message(what: str) -> None:
    company = debtors("A", "B")
    happen(company, what)
    postman = Postman()
    report = send(company, postman)
    assert [message.to for message in postman.carried] == [("accountant@b.test",)]
    assert len(report.cancelled) == 1
    assert states(company) == {"A": "cancelled", "B": "sent"}


def test_a_credit_note_that_lowers_the_claim_cancels_the_message() -> None:
    company = debtors("A")
    bring_in(company, facts("A", (), [credit_note("A", "CN", TODAY, 30_000)]))
    postman = Postman()
    report = send(company, postman)
    assert postman.carried == []
    assert len(report.cancelled) == 1
    draw_plan(company, TODAY)
    assert entry_of(company, "A").kind in ("remind", "wait")


def test_a_payment_elsewhere_does_not_cancel() -> None:
    company = debtors("A", "B")
    happen(company, "paid", "B")
    assert [row.customer.key for row in send(company, Postman()).sent] == ["A"]


def test_an_invoice_that_became_late_since_does_not_cancel() -> None:
    company = debtors("A")
    bring_in(company, facts("A", [invoice("A", "F-A2", TODAY - 10 * DAY, 5_000)]))
    assert len(send(company, Postman()).sent) == 1


def test_an_address_that_changed_since_cancels() -> None:
    company = debtors("A")
    Contact.objects.of(company.pk).update(email="new@a.test")
    postman = Postman()
    assert len(send(company, postman).cancelled) == 1
    assert postman.carried == []


def test_a_mailbox_that_does_not_exist_is_marked_and_the_plan_finds_another_way() -> None:
    company = debtors("A", "B")
    Contact.objects.of(company.pk).filter(customer__key="A").update(phone="+33123456789")
    with mail_server(Strict("accountant@a.test")) as channel:
        report = send(company, channel)
    assert len(report.refused) == 1
    assert states(company) == {"A": "refused", "B": "sent"}
    assert Contact.objects.of(company.pk).get(customer__key="A").bounced_on == TODAY
    draw_plan(company, TODAY)
    entry = entry_of(company, "A")
    assert (entry.kind, entry.detail["channel"]) == ("remind", "call")


def test_a_failure_can_be_tried_again() -> None:
    company = debtors("A")
    assert len(send(company, Scripted(Outcome.FAILED)).failed) == 1
    assert send(company, Postman()).sent == []
    assert retry_failed(company.pk) == 1
    assert len(send(company, Postman()).sent) == 1
    assert OutboxRow.objects.of(company.pk).get().attempts == 2


def test_an_ambiguous_one_is_never_tried_again() -> None:
    company = debtors("A")
    assert len(send(company, Scripted(Outcome.AMBIGUOUS)).ambiguous) == 1
    retry_failed(company.pk)
    postman = Postman()
    send(company, postman)
    assert postman.carried == []
    assert states(company) == {"A": "ambiguous"}
    draw_plan(company, TODAY)
    assert entry_of(company, "A").code == "step.spacing"


def test_three_failures_in_a_row_end_the_attempt() -> None:
    company = debtors("A", "B", "C", "D", "E")
    fails = [Outcome.FAILED] * 3
    channel = Scripted(Outcome.FAILED, Outcome.ACCEPTED, *fails)
    report = send(company, channel)
    assert (len(report.failed), len(report.sent), len(channel.asked)) == (4, 1, 5)
    other = debtors_of("other")
    channel = Scripted(*fails)
    report = send(other, channel)
    assert len(channel.asked) == 3
    assert list(states(other).values()) == ["failed", "failed", "failed", "approved", "approved"]


def debtors_of(key: str) -> Company:
    company = company_with_debtors("VWXYZ", key=key)
    pks = list(Customer.objects.of(company.pk).order_by("key").values_list("pk", flat=True))
    approve(company, pks, today=TODAY, at=at(TODAY))
    return company


def test_the_claim_of_another_sender_is_left_alone() -> None:
    company = debtors("A", "B")
    row = OutboxRow.objects.of(company.pk).get(customer=customer(company, "A"))
    OutboxRow.objects.of(company.pk).filter(pk=row.pk).update(state="claimed", claim="other")
    postman = Postman()
    send(company, postman)
    assert [message.to for message in postman.carried] == [("accountant@b.test",)]
    assert OutboxRow.objects.of(company.pk).get(pk=row.pk).claim == "other"


def test_a_sender_that_dies_leaves_the_plan_true() -> None:
    company = debtors("A", "B")
    draw_plan(company, TODAY)

    class Dying(Postman):
        def send(self, message: OutgoingMessage) -> Delivery:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        send(company, Dying())
    assert states(company) == {"A": "claimed", "B": "approved"}
    draw_plan(company, TODAY)
    assert entry_of(company, "A").code == "step.spacing"
    bring_in(company, facts("A", (), [payment("A", "PX", TODAY, 1)]))
    assert states(company)["A"] == "claimed"
