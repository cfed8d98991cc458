"""What leaves by itself today, as the page of the day shows it, and what a person must check."""

from collections.abc import Sequence
from dataclasses import dataclass

from amiable.desk.access import Power
from amiable.desk.not_sent import count_avoided
from amiable.desk.postal import carried_by
from amiable.desk.release import has_automatic_steps
from amiable.engine.parties import Channel
from amiable.store.models import OutboxRow
from amiable.store.release import count_automatic
from amiable.store.thanks import count_customers
from amiable.web.today.said import moment
from amiable.web.visit import Visit

_PAPER = (Channel.LETTER.value, Channel.REGISTERED.value)


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """A message that was approved and has not left. ``to``: whom, on one line; ``leaves``: from
    when it does by itself; ``printed``: a letter that somebody prints and posts."""

    row: OutboxRow
    to: str
    leaves: str
    printed: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Automatic:
    """``waiting``: how many messages nobody approved wait to leave; ``stopped``: steps would leave
    by themselves, but the company wants nothing to; ``may_stop``: the visitor may say so.
    ``thanks``: customers one may thank; ``avoided``: reminders of the last day that did not leave
    because the money came first."""

    waiting: int
    stopped: bool
    may_stop: bool
    thanks: int
    avoided: int


def waiting_views(visit: Visit, rows: Sequence[OutboxRow]) -> list[Waiting]:
    """Waiting messages as they are shown."""
    paper = any(row.channel in _PAPER for row in rows) and not carried_by(visit.company)
    return [_waiting_view(visit, row, printed=paper and row.channel in _PAPER) for row in rows]


def _waiting_view(visit: Visit, row: OutboxRow, *, printed: bool) -> Waiting:
    told = row.automatic or row.experiment_arm_id is not None
    later = told and row.not_before is not None and row.not_before > visit.at
    leaves = moment(visit, row.not_before) if later and row.not_before else ""
    to = ", ".join(row.recipient.splitlines())
    return Waiting(row=row, to=to, leaves=leaves, printed=printed)


def automatic_view(visit: Visit, waiting: int) -> Automatic:
    """What the page of the day says of automatic steps; ``waiting``: messages of every kind."""
    company = visit.company
    stopped = company.automatic_from is None and has_automatic_steps(company)
    waiting = count_automatic(company.pk, visit.actor.only) if waiting and not stopped else 0
    may_stop = visit.may(Power.WORK) and visit.actor.only is None
    return Automatic(
        waiting=waiting,
        stopped=stopped,
        may_stop=may_stop,
        thanks=count_customers(company.pk, visit.today, visit.actor.only),
        avoided=count_avoided(visit.actor, visit.at),
    )
