"""Send: hand approved messages to a channel, each once, whatever happens in the middle."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from uuid import uuid4

from django.db import transaction

from amiable.channels.message import Attachment, Delivery, Outcome, OutgoingMessage, Sender
from amiable.desk.event import Event, told_reminder
from amiable.desk.habit import learn_habits
from amiable.desk.plan import DecisionDesk
from amiable.desk.webhook import announce
from amiable.engine.reach import address
from amiable.engine.timeline import ContactPurpose
from amiable.engine.verdict import Decision, Remind
from amiable.store.customer import mark_bounced, touch
from amiable.store.models import Company, OutboxRow
from amiable.store.models.outbox import OutboxState
from amiable.store.outbox import approved_rows, claim, files_of, release, settle

Clock = Callable[[], datetime]
Progress = Callable[[int, int], None]

_STATES = {
    Outcome.ACCEPTED: OutboxState.SENT,
    Outcome.REFUSED: OutboxState.REFUSED,
    Outcome.FAILED: OutboxState.FAILED,
    Outcome.AMBIGUOUS: OutboxState.AMBIGUOUS,
}
_GIVE_UP_AFTER = 3  # failures in a row: the server is away, the rest can wait
_DAY_OFF = "day.off"
_SILENT = "hold.do_not_contact"
_NO_MAILBOX = ("550", "551", "553")


@dataclass(slots=True, kw_only=True)
class SendReport:
    """What was sent in one go: rows by what became of them."""

    sent: list[OutboxRow] = field(default_factory=list)
    refused: list[tuple[OutboxRow, str]] = field(default_factory=list)
    failed: list[tuple[OutboxRow, str]] = field(default_factory=list)
    ambiguous: list[tuple[OutboxRow, str]] = field(default_factory=list)
    cancelled: list[tuple[OutboxRow, str]] = field(default_factory=list)


def send_approved(
    company: Company,
    channel: Sender,
    *,
    today: date,
    clock: Clock,
    until: datetime | None = None,
    progress: Progress | None = None,
) -> SendReport:
    """Send what is approved (at ``until`` or before, if given) and still due.

    A last gate decides each customer anew: a payment or an answer that came since the approval
    cancels the message. Then each row is claimed by one UPDATE, sent outside any transaction and
    settled; a crash in between leaves it claimed, shown to a person and never sent again by
    itself.
    """
    report = SendReport()
    rows = approved_rows(company.pk, until)
    waiting = _last_gate(company, rows, today, report)
    failures = 0
    for count, pk in enumerate(waiting, 1):
        token = uuid4().hex
        row = claim(company.pk, pk, token, clock())
        if row is None:
            continue  # another sender has it
        delivery = channel.send(outgoing(company, row))
        _settle(company, row, token, delivery, today, clock(), report)
        failures = failures + 1 if delivery.outcome is Outcome.FAILED else 0
        if progress:
            progress(count, len(waiting))
        if failures == _GIVE_UP_AFTER:
            break
    return report


def _settle(
    company: Company,
    row: OutboxRow,
    token: str,
    delivery: Delivery,
    today: date,
    at: datetime,
    report: SendReport,
) -> None:
    state = _STATES[delivery.outcome]
    gone = state in (OutboxState.SENT, OutboxState.AMBIGUOUS)
    event = Event.REMINDER_SENT if state is OutboxState.SENT else Event.REMINDER_FAILED
    with transaction.atomic():
        settle(row, token, state, delivery.detail, today if gone else None, at if gone else None)
        row.state, row.detail, row.sent_on = state.value, delivery.detail, today if gone else None
        announce(company, event, told_reminder(row), at)
    if state is OutboxState.SENT:
        report.sent.append(row)
    elif state is OutboxState.REFUSED:
        report.refused.append((row, delivery.detail))
        if any(code in delivery.detail.split()[:3] for code in _NO_MAILBOX):
            touch(company.pk, mark_bounced(company.pk, row.recipient, today))
    elif state is OutboxState.FAILED:
        report.failed.append((row, delivery.detail))
    else:
        report.ambiguous.append((row, delivery.detail))


def _last_gate(
    company: Company, rows: Sequence[OutboxRow], today: date, report: SendReport
) -> list[int]:
    """Cancel what is no longer due; the rows that may leave now. What is only kept back by a day
    off stays approved."""
    if not rows:
        return []
    desk = DecisionDesk(company, today, learn_habits(company, today))
    decided = desk.decide(sorted({row.customer_id for row in rows}))
    decisions = {one.pk: entry.verdict.decision for one, entry in decided}
    passed = []
    for row in rows:
        why = _why_not(row, decisions[row.customer_id])
        if not why:
            passed.append(row.pk)
        elif why != _DAY_OFF and release(company.pk, row.pk, OutboxState.CANCELLED, why):
            report.cancelled.append((row, why))
    touch(company.pk, [row.customer_id for row, _ in report.cancelled])
    return passed


def _why_not(row: OutboxRow, decision: Decision) -> str:
    """Why an approved message must not leave, as the code of a reason; empty when it may.

    What a person wrote of their own answers to no step: only a ban on every contact stops it.
    """
    if row.purpose == ContactPurpose.OTHER.value:
        code = decision.reasons[0].code
        return code if code == _SILENT else ""
    if not isinstance(decision, Remind):
        return decision.reasons[0].code
    return "" if _still_true(row, decision) else "changed"


def _still_true(row: OutboxRow, decision: Remind) -> bool:
    """Whether what was approved still says what is due, to whom: a newly late invoice may be
    missing in it, but it asks for nothing that is no longer owed."""
    asked = {amount.currency: amount.minor for amount in decision.amounts}
    return (
        (row.cycle, row.step) == (decision.cycle, decision.number)
        and row.recipient == address(decision.contact, decision.channel)
        and set(row.listed) <= set(decision.listed)
        and all(asked.get(currency, 0) >= minor for currency, minor in row.amounts.items())
    )


def outgoing(company: Company, row: OutboxRow) -> OutgoingMessage:
    """An outbox row as a channel takes it."""
    return OutgoingMessage(
        key=f"{company.key}|{row.customer.key}|{row.step}|{row.cycle}",
        sender_name=f"{company.sender} – {company.name}" if company.sender else company.name,
        sender=company.email,
        to=(row.recipient,),
        subject=row.subject,
        text=row.text,
        html=row.html,
        reply_to=company.email,
        message_id=row.message_id,
        in_reply_to=row.in_reply_to,
        references=(row.in_reply_to,) if row.in_reply_to else (),
        dated_at=row.approved_at,
        language=row.customer.language,
        attachments=tuple(
            Attachment(
                filename=file.name, content_type=file.media_type, content=bytes(file.content)
            )
            for file in files_of(row)
        ),
    )
