"""Send: hand approved messages to a channel, each once, whatever happens in the middle."""

import logging
from collections import deque
from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from time import sleep
from uuid import uuid4

from django.db import InterfaceError, OperationalError, connection, transaction

from amiable.channels.email.headers import is_identifier
from amiable.channels.message import Attachment, Delivery, Outcome, OutgoingMessage, Sender
from amiable.desk.calendar import is_open, opens_next
from amiable.desk.event import Event, told_reminder
from amiable.desk.last_gate import DAY_OFF, LastGate, Looked
from amiable.desk.mail_report import follow_mail_fault
from amiable.desk.postal import postal_message
from amiable.desk.reply_address import reply_address
from amiable.desk.sms_report import follow_fault
from amiable.desk.stop_link import headers_of
from amiable.desk.webhook import announce
from amiable.engine.parties import Channel
from amiable.store.conversation import thread_of
from amiable.store.customer import mark_bounced, touch
from amiable.store.lease import take_turn
from amiable.store.models import Company, OutboxRow
from amiable.store.models.outbox import OutboxState
from amiable.store.outbox import (
    CustomerMoved,
    claim,
    due_rows,
    files_of,
    put_off,
    release,
    settle,
    write_through,
)

log = logging.getLogger("amiable.send")

Clock = Callable[[], datetime]
Progress = Callable[[int, int], None]

_STATES = {
    Outcome.ACCEPTED: OutboxState.SENT,
    Outcome.REFUSED: OutboxState.REFUSED,
    Outcome.FAILED: OutboxState.FAILED,
    Outcome.AMBIGUOUS: OutboxState.AMBIGUOUS,
}
_GIVE_UP_AFTER = 3  # failures in a row: the server is away, the rest can wait
_NO_MAILBOX = ("550", "551", "553")
_BATCH = 100  # looked at together before they leave
_AHEAD = 2_000  # among these a batch is chosen
_LOOKS = 3  # at a customer whose facts change just now; then the next round looks
_TRIES = 5  # to write down what became of a message
_PAUSE = 2.0  # seconds between them
NOW = timedelta(0)


@dataclass(slots=True, kw_only=True)
class SendReport:
    """What was sent in one go: rows by what became of them."""

    sent: list[OutboxRow] = field(default_factory=list)
    refused: list[tuple[OutboxRow, str]] = field(default_factory=list)
    failed: list[tuple[OutboxRow, str]] = field(default_factory=list)
    ambiguous: list[tuple[OutboxRow, str]] = field(default_factory=list)
    cancelled: list[tuple[OutboxRow, str]] = field(default_factory=list)

    @property
    def concerned(self) -> list[int]:
        """The customers something became of a message to."""
        outcomes = (self.refused, self.failed, self.ambiguous, self.cancelled)
        rows = [*self.sent, *(row for found in outcomes for row, _ in found)]
        return sorted({row.customer_id for row in rows})


def send_approved(
    company: Company,
    sender: Sender,
    *,
    today: date,
    clock: Clock,
    until: datetime | None = None,
    channels: Collection[Channel] = (Channel.EMAIL,),
    progress: Progress | None = None,
    paced: bool = False,
) -> SendReport:
    """Send what is approved (at ``until`` or before, if given) and still due, until all is done.

    ``paced``: no faster than the company allows, whoever else sends for it. See `Sending`; a
    person who sends now does not wait for anybody's working hours.
    """
    sending = Sending(
        company, sender, channels=channels, today=today, clock=clock, until=until, paced=paced,
        in_hours=False,
    )  # fmt: skip
    while (wait := sending.step()) is not None:
        if wait:
            sleep(wait.total_seconds())
        elif progress:
            progress(sending.done, sending.done + sending.waiting)
    return sending.report


class Sending:
    """Hands the approved messages of a company over, one by one.

    A last gate decides each customer anew: a payment or an answer that came since the approval
    cancels the message. Then each row is claimed by one UPDATE, which fails when a fact of the
    customer changed since the gate looked; sent outside any transaction; and settled. A crash in
    between leaves it claimed: nobody knows how far it came, so it is never sent again by itself.
    """

    def __init__(
        self,
        company: Company,
        sender: Sender,
        *,
        channels: Collection[Channel],
        today: date,
        clock: Clock,
        until: datetime | None = None,
        paced: bool = True,
        in_hours: bool = True,
    ) -> None:
        self.company, self.today = company, today
        self.report = SendReport()
        self.done = 0
        self._sender, self._channels, self._clock, self._until = sender, channels, clock, until
        rate = company.per_minute if paced else 0
        self._every = timedelta(minutes=1) / rate if rate else None
        self._in_hours = in_hours
        self._gate = LastGate(company, today)
        self._passed: deque[Looked] = deque()
        self._seen: set[int] = set()
        self._failures = 0
        write_through()

    @property
    def waiting(self) -> int:
        """How many passed the gate and have not been handed over yet."""
        return len(self._passed)

    def step(self) -> timedelta | None:
        """Hand the next message over. Zero: go on at once; else how long to wait before; None:
        there is nothing left to do, or the server is away."""
        if self._failures == _GIVE_UP_AFTER or not (self._passed or self._look_ahead()):
            return None
        if self._every is not None:
            wait = take_turn(self.company.pk, at=self._clock(), every=self._every)
            if wait:
                return wait
        token = uuid4().hex
        row = None
        while row is None and (self._passed or self._look_ahead()):
            row = self._claimed(self._passed.popleft(), token)
        if row is not None:
            self._hand_over(row, token)
        return NOW

    def _look_ahead(self) -> bool:
        """Look at more messages; whether there are any to hand over."""
        while not self._passed and (rows := self._next_rows()):
            self._seen |= {row.pk for row in rows}
            for looked in self._gate.look(rows):
                if self._may_leave(looked):
                    self._passed.append(looked)
        return bool(self._passed)

    def _next_rows(self) -> list[OutboxRow]:
        """The oldest messages nobody has begun with. Several workers that send as fast as they can
        begin at different places, so as not to look at the same ones."""
        due = due_rows(self.company.pk, self._channels, at=self._clock(), until=self._until)
        pks = [pk for pk in due.values_list("pk", flat=True)[:_AHEAD] if pk not in self._seen]
        apart = len(pks) > _BATCH and self._every is None
        start = uuid4().int % (len(pks) - _BATCH) if apart else 0
        return list(due.filter(pk__among=pks[start : start + _BATCH]))

    def _may_leave(self, looked: Looked) -> bool:
        """Whether it passed the gate; what is no longer due is cancelled, what comes at a wrong
        hour for the customer waits."""
        row, now = looked.row, self._clock()
        if looked.why and looked.why != DAY_OFF:
            if release(self.company.pk, row.pk, OutboxState.CANCELLED, looked.why, at=now):
                self.report.cancelled.append((row, looked.why))
                touch(self.company.pk, [row.customer_id])
            return False
        if not self._in_hours:
            return not looked.why
        if looked.why or not is_open(self.company, now, looked.place):
            put_off(self.company.pk, row.pk, opens_next(self.company, now, looked.place))
            return False
        return True

    def _claimed(self, looked: Looked, token: str) -> OutboxRow | None:
        """The row, if nobody else has it and it is still due."""
        for _ in range(_LOOKS):
            try:
                return claim(self.company.pk, looked.row.pk, token, self._clock(), looked.version)
            except CustomerMoved:
                (looked,) = self._gate.look([looked.row])
                if not self._may_leave(looked):
                    return None
        return None

    def _hand_over(self, row: OutboxRow, token: str) -> None:
        delivery = self._sender.send(outgoing(self.company, row))
        self._surely_settle(row, token, delivery)
        self.done += 1
        failed = delivery.outcome is Outcome.FAILED
        self._failures = self._failures + 1 if failed else 0

    def _surely_settle(self, row: OutboxRow, token: str, delivery: Delivery) -> None:
        """Write down what became of it, even if the database is busy or away for a moment: what
        is not written down, a person has to find out."""
        for left in reversed(range(_TRIES)):
            try:
                self._settle(row, token, delivery)
            except (OperationalError, InterfaceError):
                if not left or connection.in_atomic_block:
                    facts = {"outcome": delivery.outcome.value, "message_id": row.message_id}
                    log.error("outcome not written down", extra=facts)
                    raise
                connection.close()  # the next query opens another
                sleep(_PAUSE)
            else:
                return

    def _settle(self, row: OutboxRow, token: str, delivery: Delivery) -> None:
        company, at, detail = self.company, self._clock(), delivery.detail
        state = _STATES[delivery.outcome]
        gone = state in (OutboxState.SENT, OutboxState.AMBIGUOUS)
        on, left_at = (self.today, at) if gone else (None, None)
        event = Event.REMINDER_SENT if state is OutboxState.SENT else Event.REMINDER_FAILED
        with transaction.atomic():
            settle(row, token, state, detail, on, left_at, delivery.reference)
            row.state, row.detail, row.sent_on = state.value, detail, on
            announce(company, event, told_reminder(row), at)
            if state is OutboxState.REFUSED and _knows_no_mailbox(detail):
                touch(company.pk, mark_bounced(company.pk, row.recipient, self.today))
            if delivery.fault is not None:
                by_mail = row.channel == Channel.EMAIL.value
                follow = follow_mail_fault if by_mail else follow_fault
                follow(company, row, delivery.fault, at)
        if state is OutboxState.SENT:
            self.report.sent.append(row)
        else:
            getattr(self.report, state.value).append((row, detail))


def _knows_no_mailbox(detail: str) -> bool:
    return any(code in detail.split()[:3] for code in _NO_MAILBOX)


def outgoing(company: Company, row: OutboxRow) -> OutgoingMessage:
    """An outbox row as a channel takes it."""
    if row.page is not None:
        return postal_message(company, row)
    return OutgoingMessage(
        key=f"{company.key}|{row.customer.key}|{row.step}|{row.cycle}",
        sender_name=f"{company.sender} – {company.name}" if company.sender else company.name,
        sender=company.email,
        to=(row.recipient,),
        subject=row.subject,
        text=row.text,
        html=row.html,
        reply_to=reply_address(company, row.pk),
        message_id=row.message_id,
        in_reply_to=row.in_reply_to,
        references=_references(row),
        dated_at=row.approved_at,
        language=row.customer.language,
        headers=headers_of(company, row),
        attachments=tuple(
            Attachment(
                filename=file.name, content_type=file.media_type, content=bytes(file.content)
            )
            for file in files_of(row)
        ),
    )


def _references(row: OutboxRow) -> tuple[str, ...]:
    """The thread it stands in, for mail programs; an answer's goes back to its beginning."""
    if not row.in_reply_to:
        return ()
    if row.conversation_id is None:
        return (row.in_reply_to,)
    thread = thread_of(row.company_id, row.conversation_id, row.in_reply_to)
    return tuple(one for one in thread if is_identifier(one))
