"""Weekly report: sent on Monday morning to each member who asked for it, once a week, not twice.

The row is there before the call (`store.weekly_report`): a worker that dies over a mail leaves it
claimed, and nobody sends it again, for nobody knows whether it left. What surely was not taken, or
could not be written, is tried again, longer and longer apart, as long as the week lasts. A worker
that was off on Monday sends the report of that week when it is back; never one of a week that is
over.
"""

import logging
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from amiable.channels.message import (
    Attachment,
    ChannelClosed,
    Delivery,
    Outcome,
    OutgoingMessage,
    Sender,
)
from amiable.desk.access import POWERS, Actor, OtherCompany, Power
from amiable.desk.account_mail import own_message
from amiable.desk.audit import recorded
from amiable.desk.calendar import day_of
from amiable.desk.mail_server import open_mail
from amiable.desk.weekly_report_text import WeekFacts, read_week, write_report
from amiable.engine.days import week_start
from amiable.engine.parties import Language
from amiable.store.company import list_companies
from amiable.store.lease import leased
from amiable.store.membership import member_of
from amiable.store.models import Company, Membership
from amiable.store.models.membership import Role
from amiable.store.models.weekly_report import ReportState
from amiable.store.outbox import write_through
from amiable.store.weekly_report import claim, companies_read, handled, readers, settle
from amiable.words.report import report_mail, report_pdf

MORNING = time(7)
"""From when on, by the company's clock, a Monday's report leaves."""
_WEEK = timedelta(days=7)
_LEASE = timedelta(minutes=10)
_FIRST_PAUSE = timedelta(minutes=5)
_LONGEST_PAUSE = timedelta(hours=6)
_STATES = {
    Outcome.ACCEPTED: ReportState.SENT,
    Outcome.REFUSED: ReportState.REFUSED,
    Outcome.FAILED: ReportState.FAILED,
    Outcome.AMBIGUOUS: ReportState.AMBIGUOUS,
}

log = logging.getLogger("amiable.report")


class NotCounted(LookupError):
    """The days of the week are not counted (yet): there is nothing to report."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """What became of a report; ``state`` is a ReportState."""

    to: str
    state: str
    detail: str


def ask_for_reports(actor: Actor, wanted: bool, *, today: date, at: datetime) -> date | None:
    """Turn the weekly report of the acting member on or off; the Monday it begins with.

    Raises OtherCompany for who is no member.
    """
    row = _membership(actor)
    first = today if today.weekday() == 0 and _is_early(actor.company, at) else None
    begins = (first or week_start(today) + _WEEK) if wanted else None
    if (row.weekly_report_from is not None) == wanted:
        return row.weekly_report_from
    with recorded(actor, "weekly_report_on" if wanted else "weekly_report_off", at=at):
        row.weekly_report_from = begins
        row.save(update_fields=["weekly_report_from"])
    return begins


def _is_early(company: Company, at: datetime) -> bool:
    return at.astimezone(ZoneInfo(company.timezone)).time() < MORNING


def _membership(actor: Actor) -> Membership:
    row = member_of(actor.company.pk, actor.user.pk) if actor.user else None
    if row is None:
        raise OtherCompany(actor.company, "member")
    return row


# --- the worker ---------------------------------------------------------------------------------


def send_reports(at: datetime, holder: str, stopping: Callable[[], bool] = lambda: False) -> int:
    """Send what is due in every company; how many mails were handed over."""
    companies = list_companies()
    days = {company.pk: day_of(company, at) for company in companies}
    weeks = {pk: week_start(today) for pk, today in days.items()}
    read = {week: companies_read(week) for week in set(weeks.values())}
    sent = 0
    for company in companies:
        today, week = days[company.pk], weeks[company.pk]
        if company.pk not in read[week] or (today == week and _is_early(company, at)):
            continue
        try:
            with leased(company.pk, "weekly report", holder, at=at, lasts=_LEASE) as mine:
                if mine:
                    sent += _send_week(company, week, today, at, stopping)
        except Exception as error:  # one company's trouble must not keep the others waiting
            _log_fault(company, error)
    return sent


def _send_week(
    company: Company, week: date, today: date, at: datetime, stopping: Callable[[], bool]
) -> int:
    due = _due(company, week, at)
    facts = read_week(company, week, today, at) if due else None
    if facts is None:
        return 0
    write_through()
    sent = 0
    for row in due:
        if stopping():
            break
        one = _send_one(facts, row, at)
        sent += one is not None and one.state == ReportState.SENT
    return sent


def _due(company: Company, week: date, at: datetime) -> list[Membership]:
    """Who asked for the report, may read it and has not got it.

    Roles change: who may no longer see the company's figures is sent none.
    """
    done = handled(company.pk, week, at)
    rows = (row for row in readers(company.pk, week) if row.user_id not in done)
    return [row for row in rows if Power.PROOF in POWERS[Role(row.role)]]


def _send_one(facts: WeekFacts, row: Membership, at: datetime) -> Sent | None:
    """Send it to one reader; None: somebody else has it.

    It is written before it is claimed: a claim that breaks off is never tried again.
    """
    company = facts.company
    made = _written(facts, row, at)
    claimed = claim(company.pk, row.user_id, facts.week, at)
    if claimed is None:
        return None
    delivery = made if isinstance(made, Delivery) else _deliver(company, made)
    state = _STATES[delivery.outcome]
    again = at + min(_LONGEST_PAUSE, _FIRST_PAUSE * 2 ** min(claimed.attempts, 10))
    settle(claimed, state, delivery.detail, at, again if state is ReportState.FAILED else None)
    if state is not ReportState.SENT:
        told = {"company": company.key, "state": state.value, "detail": delivery.detail}
        log.warning("weekly report did not leave", extra=told)
    return Sent(to=row.user.email, state=state.value, detail=delivery.detail)


def _written(facts: WeekFacts, row: Membership, at: datetime) -> OutgoingMessage | Delivery:
    """The mail; a failed delivery where it cannot be written."""
    try:
        return report_message(facts, row, at)
    except Exception as error:  # told to its reader and tried again; the others get theirs
        return _log_fault(facts.company, error)


def _deliver(company: Company, message: OutgoingMessage) -> Delivery:
    try:
        channel = open_mail(company)
    except ChannelClosed as error:
        return Delivery(outcome=Outcome.FAILED, detail=str(error))
    except Exception as error:  # nothing was handed over yet
        return _log_fault(company, error)
    return _hand_over(channel, message)


def _log_fault(company: Company, error: Exception) -> Delivery:
    log.error("weekly report failed", exc_info=error, extra={"company": company.key})
    return Delivery(outcome=Outcome.FAILED, detail=type(error).__name__)


def _hand_over(channel: Sender, message: OutgoingMessage) -> Delivery:
    try:
        return channel.send(message)
    finally:
        channel.close()


def report_message(facts: WeekFacts, row: Membership, at: datetime) -> OutgoingMessage:
    """The mail of a week for one member, in the member's language, with the PDF."""
    company, language = facts.company, Language(row.user.language)
    report = write_report(facts, language)
    about = f"{company.key}|weekly report|{facts.week.isoformat()}|{row.user_id}"
    plain = own_message(company, about, row.user.email, language.value, report_mail(report), at)
    paper = Attachment(
        filename=report_name(company, facts.week),
        content_type="application/pdf",
        content=report_pdf(report),
    )
    machine = (("Auto-Submitted", "auto-generated"),)
    return replace(plain, headers=machine, attachments=(paper,))


def report_name(company: Company, week: date) -> str:
    """What the PDF is called: by the Monday it was written for."""
    return f"amiable-{company.key}-{week.isoformat()}.pdf"


# --- by hand ------------------------------------------------------------------------------------


def facts_of(company: Company, week: date, today: date, at: datetime) -> WeekFacts:
    """What the report of a week tells. Raises NotCounted."""
    facts = read_week(company, week, today, at)
    if facts is None:
        raise NotCounted(week)
    return facts


def send_now(company: Company, week: date, today: date, at: datetime) -> list[Sent]:
    """Send the report of a week to all who asked for it and have not got it. Raises NotCounted.

    By the same rows as the worker: whoever is first, nobody gets it twice.
    """
    facts = facts_of(company, week, today, at)
    write_through()
    sent = (_send_one(facts, row, at) for row in _due(company, week, at))
    return [one for one in sent if one is not None]
