"""Dispatch: what was approved leaves by itself, once the minute to think better of it is over."""

import logging
from collections.abc import Callable
from datetime import datetime, timedelta
from time import perf_counter

from amiable.channels.message import ChannelClosed
from amiable.desk.calendar import day_of, is_open
from amiable.desk.channel import channel_for
from amiable.desk.plan import redraw
from amiable.desk.send import SendReport, send_approved
from amiable.engine.parties import Channel
from amiable.store.company import list_companies
from amiable.store.models import Company
from amiable.store.outbox import anything_approved, retry_failed

SECOND_THOUGHTS = timedelta(seconds=60)
"""How long an approval can be taken back before the message may leave."""
_AGAIN_AFTER = timedelta(minutes=15)
_ATTEMPTS = 8  # then a person looks at the failed message

log = logging.getLogger("amiable.dispatch")


def send_due(at: datetime) -> int:
    """Send what every company approved more than a minute ago, within its hours; how many left.

    Messages that surely were not delivered are tried again later, ambiguous ones never.
    """
    return sum(_send_of(company, at) for company in list_companies() if is_open(company, at))


def _send_of(company: Company, at: datetime) -> int:
    retry_failed(company.pk, before=at - _AGAIN_AFTER, attempts=_ATTEMPTS)
    until = at - SECOND_THOUGHTS
    if not company.email or not anything_approved(company.pk, until):
        return 0
    today = day_of(company, at)
    try:
        channel = channel_for(company, Channel.EMAIL)
    except ChannelClosed as error:
        log.warning("channel closed", extra={"company": company.key, "detail": str(error)})
        return 0
    try:
        report = send_approved(company, channel, today=today, clock=_running_from(at), until=until)
    finally:
        channel.close()
    if concerned := _concerned(report):
        redraw(company, concerned, today)
    return len(report.sent)


def _running_from(at: datetime) -> Callable[[], datetime]:
    """A clock that said ``at`` a moment ago."""
    started = perf_counter()
    return lambda: at + timedelta(seconds=perf_counter() - started)


def _concerned(report: SendReport) -> list[int]:
    rows = [*report.sent]
    for outcomes in (report.refused, report.failed, report.ambiguous, report.cancelled):
        rows += [row for row, _ in outcomes]
    return [row.customer_id for row in rows]
