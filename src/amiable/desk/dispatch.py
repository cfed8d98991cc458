"""Dispatch: what was approved leaves by itself, once the minute to think better of it is over."""

import logging
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from time import perf_counter, sleep

from django.db import Error as DatabaseError

from amiable.channels.message import ChannelClosed, Sender
from amiable.desk.calendar import day_of, is_open
from amiable.desk.channel import ByHand, channel_for
from amiable.desk.plan import redraw
from amiable.desk.send import NOW, Sending
from amiable.engine.parties import Channel
from amiable.store.company import list_companies
from amiable.store.models import Company
from amiable.store.outbox import ATTEMPTS, due_rows, retry_failed

SECOND_THOUGHTS = timedelta(seconds=60)
"""How long an approval can be taken back before the message may leave."""
AGAIN_AFTER = timedelta(minutes=15)
_LONGEST = timedelta(seconds=10)  # then look for what was approved, answered, paid meanwhile
_CARRIED = (Channel.EMAIL, Channel.SMS, Channel.LETTER, Channel.REGISTERED)

log = logging.getLogger("amiable.dispatch")


def _never() -> bool:
    return False


def send_due(at: datetime, stopping: Callable[[], bool] = _never) -> int:
    """Send what every company approved more than a minute ago, within its hours; how many left.

    The companies take turns, each at its own pace: a long queue of one keeps no other waiting.
    Messages that surely were not delivered are tried again later, ambiguous ones never. Once
    ``stopping``, the message under way is handed over and no other is begun.
    """
    clock = _running_from(at)
    shifts = [
        shift
        for company in list_companies()
        if is_open(company, at)
        for shift in _shifts_of(company, at, clock)
    ]
    try:
        _take_turns(shifts, clock, until=at + _LONGEST, stopping=stopping)
    finally:
        for shift in shifts:
            shift.end()
    return sum(len(shift.sending.report.sent) for shift in shifts)


class _Shift:
    """One company's messages of one channel, being sent."""

    def __init__(self, company: Company, sender: Sender, sending: Sending, at: datetime) -> None:
        self.company, self.sender, self.sending = company, sender, sending
        self.next_at = at

    def work(self, clock: Callable[[], datetime]) -> bool:
        """Hand one message over; False when there is nothing left to do."""
        wait = self.sending.step()
        if wait is None:
            return False
        self.next_at = clock() + wait
        return True

    def end(self) -> None:
        """Close the channel; decide anew whoever something was sent to, or not."""
        self.sender.close()
        if concerned := self.sending.report.concerned:
            redraw(self.company, concerned, self.sending.today)


def _shifts_of(company: Company, at: datetime, clock: Callable[[], datetime]) -> Iterator[_Shift]:
    retry_failed(company.pk, before=at - AGAIN_AFTER, attempts=ATTEMPTS)
    until, today = at - SECOND_THOUGHTS, day_of(company, at)
    for channel in _CARRIED:
        if channel is Channel.EMAIL and not company.email:
            continue  # there is no address to write from: its mails wait for one
        if not due_rows(company.pk, [channel], at=at, until=until).exists():
            continue
        try:
            sender = channel_for(company, channel)
        except ByHand:
            continue
        except ChannelClosed as error:
            facts = {"company": company.key, "channel": channel.value, "detail": str(error)}
            log.warning("channel closed", extra=facts)
            continue
        sending = Sending(
            company, sender, channels=[channel], today=today, clock=clock, until=until
        )
        yield _Shift(company, sender, sending, at)


def _take_turns(
    shifts: list[_Shift],
    clock: Callable[[], datetime],
    *,
    until: datetime,
    stopping: Callable[[], bool],
) -> None:
    """Whoever may send soonest sends next, until all is done or the time is over."""
    working = list(shifts)
    while working and not stopping():
        shift = min(working, key=lambda one: one.next_at)
        if shift.next_at >= until or clock() >= until:
            return
        if (wait := shift.next_at - clock()) > NOW:
            sleep(wait.total_seconds())
        try:
            if not shift.work(clock):
                working.remove(shift)
        except DatabaseError as error:
            # What was under way is claimed, or settled: the others go on, this one next time.
            log.warning("sending stopped", exc_info=error, extra={"company": shift.company.key})
            working.remove(shift)


def _running_from(at: datetime) -> Callable[[], datetime]:
    """A clock that said ``at`` a moment ago."""
    started = perf_counter()
    return lambda: at + timedelta(seconds=perf_counter() - started)
