"""What a visitor is told: days and instants in words, what was not approved and why, by name."""

from collections.abc import Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from amiable.desk.approve import ApprovalOutcome
from amiable.desk.deed import Outcome
from amiable.web.visit import Visit
from amiable.words import sentence, write_weekday

_NAMED = 10  # more would fill the page


def tell_outcomes(visit: Visit, outcomes: Sequence[Outcome]) -> None:
    """Say what was not approved, customer by customer; what was is shown with its undo."""
    missed = [one for one in outcomes if one.approval.outcome is not ApprovalOutcome.APPROVED]
    for one in missed[:_NAMED]:
        key = f"today.outcome.{one.approval.outcome.value}"
        detail, reason = one.approval.detail, one.approval.reason
        if reason is not None:
            detail = sentence(reason, visit.language)
        if one.approval.outcome is ApprovalOutcome.ALREADY and not detail:
            key = "today.outcome.already_by_program"
        visit.warn(key, name=one.customer.name, detail=detail)
    if len(missed) > _NAMED:
        visit.warn("today.outcome.more", n=len(missed) - _NAMED)
    for one in outcomes:
        if not one.approval.asks:
            visit.warn("today.outcome.no_amount", name=one.customer.name)


def weekday(visit: Visit) -> str:
    """Today with its weekday, as a heading."""
    text = write_weekday(visit.today, visit.language)
    return text[:1].upper() + text[1:]


def moment(visit: Visit, at: datetime) -> str:
    """An instant as day and time where the company is."""
    here = at.astimezone(ZoneInfo(visit.company.timezone))
    day = write_weekday(here.date(), visit.language)
    return visit.say("today.moment", day=day, clock=here.strftime("%H:%M"))
