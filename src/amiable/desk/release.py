"""Release: what the policy lets go without a person is approved by itself, and shown before."""

import logging
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.db import transaction

from amiable.desk.access import Actor
from amiable.desk.approve import Approval, Clerk
from amiable.desk.audit import recorded, subject
from amiable.desk.calendar import day_of
from amiable.desk.event import Event, told_reminder
from amiable.desk.night import is_prepared
from amiable.desk.plan import redraw
from amiable.desk.postal import carried_by
from amiable.desk.webhook import announce_all
from amiable.engine import policy
from amiable.engine.parties import POSTAL, Channel
from amiable.engine.plan import PlanEntry
from amiable.engine.verdict import Remind
from amiable.store.company import list_companies, load_policies, lock_company
from amiable.store.models import Company, Customer
from amiable.store.models.audit_entry import Door
from amiable.store.models.membership import Role
from amiable.store.release import automatic_steps, withdraw_automatic

RELEASED = "reminder.released"
TIME_TO_LOOK = timedelta(minutes=15)
"""How long an automatic message is shown at least, with a way to keep it back, before it leaves."""
_AT_ONCE = 200

log = logging.getLogger("amiable.release")


def has_automatic_steps(company: Company) -> bool:
    """Whether a policy in force lets a step, or a word of thanks, go by itself."""
    return any(
        step.approval is policy.Approval.AUTOMATIC
        for one in load_policies(company).policies.values()
        for step in (*one.steps, one.notice, one.thanks)
        if step is not None
    )


def release_due(at: datetime) -> int:
    """Release the automatic steps of every company; how many messages that was."""
    return sum(release_automatic(company, at) for company in list_companies())


def release_automatic(company: Company, at: datetime) -> int:
    """Approve what today's plan lets go by itself, by nobody in person; how many messages.

    They leave from the hour the company has set, and not before there was time to look. What was
    released on an earlier day and has not left is written anew. Nothing is released while the
    company wants nothing to leave by itself, or before the day's plan is drawn.
    """
    channels = carried(company)
    if company.automatic_from is None or not channels or not has_automatic_steps(company):
        return 0
    today = day_of(company, at)
    if not is_prepared(company, today):
        return 0
    if withdraw_automatic(company.pk, before=today):
        log.info("released anew", extra={"company": company.key})
    released, after = 0, None
    while due := automatic_steps(company.pk, channels, after=after, most=_AT_ONCE):
        released += _release(company, [one.customer for one in due], at)
        after = due[-1]
    return released


def carried(company: Company) -> tuple[Channel, ...]:
    """The channels a program may use by itself: e-mail where the company has an address to write
    from, text messages, letters where a service posts them; a call is a person's."""
    mail = (Channel.EMAIL,) if company.email else ()
    post = tuple(POSTAL) if carried_by(company) else ()
    return (*mail, Channel.SMS, *post)


def leaves_from(company: Company, at: datetime) -> datetime:
    """The instant from which an automatic message released now may leave."""
    assert company.automatic_from is not None
    here = at.astimezone(ZoneInfo(company.timezone))
    hour = datetime.combine(here.date(), company.automatic_from, tzinfo=here.tzinfo)
    return max(hour, at + TIME_TO_LOOK)


def _release(company: Company, customers: list[int], at: datetime) -> int:
    today = day_of(company, at)
    with transaction.atomic():
        lock_company(company)
        if company.automatic_from is None:
            return 0  # somebody said stop meanwhile
        clerk = Clerk(company, today, at, leaves_from=leaves_from(company, at))
        decided = clerk.decide(customers)
        drafts = [clerk.draft(one, entry) for one, entry in decided if _by_itself(entry)]
        made = [one for one in clerk.file(drafts) if one.row is not None]
        _write_down(company, made, at)
        redraw(company, [one.pk for one, entry in decided if not _by_itself(entry)], today)
    return len(made)


def _by_itself(entry: PlanEntry) -> bool:
    """Whether the decision, taken anew, is still a step that needs no person."""
    decision = entry.verdict.decision
    if not isinstance(decision, Remind):
        return False
    return decision.step.approval is policy.Approval.AUTOMATIC


def _write_down(company: Company, made: list[Approval], at: datetime) -> None:
    actor = Actor(company=company, role=Role.READER, door=Door.WORKER)
    rows = [one.row for one in made if one.row is not None]
    names = Customer.objects.of(company.pk).in_bulk([row.customer_id for row in rows])
    for row in rows:
        customer = names[row.customer_id]
        with recorded(actor, RELEASED, at=at, customer=customer, step=row.step) as entry:
            entry.subject = subject(row)
    announce_all(company, Event.REMINDER_APPROVED, map(told_reminder, rows), at)


def stop_releasing(actor: Actor, *, at: datetime) -> int:
    """Nothing leaves by itself from now on, not even what waits to; how many were taken back."""
    company = actor.company
    with transaction.atomic():
        lock_company(company)
        company.automatic_from = None
        company.save(update_fields=["automatic_from"])
        with recorded(actor, "automatic_stopped", at=at) as entry:
            taken = entry.facts["n"] = withdraw_automatic(company.pk)
    return taken
