"""Doubtful messages: what is known of each, and what a person says became of it."""

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from django.core.exceptions import PermissionDenied
from django.http import HttpResponse, QueryDict

from amiable.channels.message import ChannelClosed
from amiable.desk.access import Power
from amiable.desk.mail_server import MailWay, mail_place
from amiable.desk.release import stop_releasing
from amiable.desk.settle import MAY_BE, AlreadySettled, Verdict, doubts, message_for, settle_doubt
from amiable.store.doubtful import LOST
from amiable.store.models import OutboxRow
from amiable.store.models.outbox import OutboxState
from amiable.web.visit import Visit, page
from amiable.words import term, write_date


@dataclass(frozen=True, slots=True, kw_only=True)
class Doubt:
    """One message as it is shown. ``answer``: the counterpart's own words."""

    row: OutboxRow
    channel: str
    what: str
    help: str
    tried: str
    answer: str
    verdicts: tuple[Verdict, ...]


@page()
def doubtful(visit: Visit) -> HttpResponse:
    """The messages a person has to look into."""
    found = doubts(visit.actor, at=visit.at, before=_before(visit.request.GET))
    return visit.render(
        "outbox/doubtful.html",
        current="doubtful",
        may_work=visit.may(Power.WORK),
        doubts=[_doubt(visit, row) for row in found.rows],
        count=found.count,
        following=found.following,
        first="before" not in visit.request.GET,
        place=_place(visit),
    )


def _before(query: QueryDict) -> int | None:
    text = query.get("before", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else None


def _doubt(visit: Visit, row: OutboxRow) -> Doubt:
    state = OutboxState(row.state)
    lost = row.detail == LOST
    kind = "lost" if lost else state.value
    return Doubt(
        row=row,
        channel=term(visit.language, "channel", row.channel),
        what=visit.say(f"doubtful.what.{kind}"),
        help=visit.say(f"doubtful.help.{kind}"),
        tried=_moment(visit, row.claimed_at) if row.claimed_at else "",
        answer="" if lost else row.detail,
        verdicts=MAY_BE.get(state, ()),
    )


def _moment(visit: Visit, at: datetime) -> str:
    """To the second, as a server's log has it, where the company is."""
    here = at.astimezone(ZoneInfo(visit.company.timezone))
    day = write_date(here.date(), visit.language)
    return visit.say("doubtful.moment", day=day, clock=here.strftime("%H:%M:%S %Z"))


def _place(visit: Visit) -> str:
    """The server whose log knows more; empty when none can be named."""
    try:
        place = mail_place(visit.company)
    except ChannelClosed:
        return ""
    return "" if place.way is MailWay.FOLDER else place.name


@page(Power.WORK, methods=("POST",))
def settle(visit: Visit, message: int) -> HttpResponse:
    """A person says what became of a message."""
    row = message_for(visit.actor, message)
    asked = visit.request.POST
    try:
        verdict = Verdict(asked.get("verdict", ""))
        settle_doubt(visit.actor, row.pk, verdict, state=asked.get("state", ""), at=visit.at)
    except (ValueError, AlreadySettled):
        visit.warn("doubtful.already", name=row.customer.name)
    else:
        visit.done(f"doubtful.done.{verdict}", name=row.customer.name)
    return visit.go("doubtful/")


@page(Power.WORK, methods=("POST",))
def stop(visit: Visit) -> HttpResponse:
    """Nothing leaves by itself from now on: whoever works here may pull the brake."""
    if visit.actor.only is not None:
        raise PermissionDenied
    visit.done("automatic.stopped", n=stop_releasing(visit.actor, at=visit.at))
    return visit.go("")
