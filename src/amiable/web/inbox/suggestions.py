"""A suggestion made true or put aside by one click, and taken back the same day."""

from typing import Any

from django.http import HttpResponse

from amiable.desk.access import OtherCompany, Power
from amiable.desk.conversation import conversation_for
from amiable.desk.hold import DateRefused
from amiable.desk.sight import items_of, sight_of
from amiable.desk.suggestion import AlreadyDecided, FactMissing, confirm, dismiss, incoming_for
from amiable.desk.suggestion_undo import TooLate, take_back
from amiable.engine.reply import Meaning
from amiable.store.models import Conversation, Incoming
from amiable.web.inbox.cards import Bound, form_for
from amiable.web.inbox.page import show
from amiable.web.visit import Visit, page

_FIELDS = {"on": "on", "minor": "amount", "invoices": "invoices", "address": "address"}


def _named(visit: Visit, pk: int, incoming: int) -> tuple[Conversation, Incoming, dict[str, Any]]:
    """The conversation, its message, and the suggestion of it the form names."""
    row = conversation_for(visit.actor, pk)
    message = incoming_for(visit.actor, incoming)
    if message.conversation_id != row.pk:
        raise OtherCompany(visit.company, "message")
    code = visit.request.POST.get("code", "")
    for one in message.suggestions:
        if one["code"] == code:
            return row, message, one
    raise OtherCompany(visit.company, "suggestion")


@page(Power.WORK, methods=("POST",))
def confirm_it(visit: Visit, pk: int, incoming: int) -> HttpResponse:
    """It means that."""
    row, message, said = _named(visit, pk, incoming)
    if row.customer is None:
        visit.warn("inbox.wrong.whose")
        return visit.go(f"inbox/{pk}/")
    sight = sight_of(visit.company, row.customer, visit.today)
    items = items_of(sight, visit.language)
    form = form_for(visit, message, said, items, sight, visit.request.POST)
    bound = Bound(incoming=message.pk, code=said["code"], form=form)
    if not form.is_valid():
        return show(visit, row, bound)
    try:
        confirm(visit.actor, message, said["code"], form.facts, today=visit.today, at=visit.at)
    except AlreadyDecided:
        return _told_already(visit, message, said["code"])
    except FactMissing as error:
        field = _FIELDS.get(error.name)
        form.refuse(field if field in form.fields else None, f"missing.{error.name}")
        return show(visit, row, bound)
    except DateRefused:
        form.refuse("on", "day_refused")
        return show(visit, row, bound)
    visit.done(f"inbox.confirmed.{said['code']}")
    return _next(visit, row, Meaning(said["code"]))


def _next(visit: Visit, row: Conversation, meaning: Meaning) -> HttpResponse:
    """Where the matter goes on: a copy is sent, instalments are agreed; else the conversation."""
    if meaning is Meaning.ASKS_COPY:
        return visit.go(f"inbox/{row.pk}/answer/")
    if meaning is Meaning.ASKS_INSTALMENTS:
        return visit.go(f"customers/{row.customer_id}/plan/")
    return visit.go(f"inbox/{row.pk}/")


def _told_already(visit: Visit, message: Incoming, code: str) -> HttpResponse:
    """Somebody was quicker."""
    told = incoming_for(visit.actor, message.pk).decided.get(code, {})
    visit.warn("inbox.wrong.decided", name=told.get("by") or "–")
    return visit.go(f"inbox/{message.conversation_id}/")


@page(Power.WORK, methods=("POST",))
def dismiss_it(visit: Visit, pk: int, incoming: int) -> HttpResponse:
    """It does not mean that."""
    _, message, said = _named(visit, pk, incoming)
    try:
        dismiss(visit.actor, message, said["code"], at=visit.at)
    except AlreadyDecided:
        return _told_already(visit, message, said["code"])
    visit.done("inbox.done.dismissed")
    return visit.go(f"inbox/{pk}/")


@page(Power.WORK, methods=("POST",))
def undo_it(visit: Visit, pk: int, incoming: int) -> HttpResponse:
    """It was decided by mistake."""
    _, message, said = _named(visit, pk, incoming)
    try:
        take_back(visit.actor, message, said["code"], today=visit.today, at=visit.at)
    except TooLate:
        visit.warn("inbox.wrong.too_late")
    else:
        visit.done("inbox.done.taken_back")
    return visit.go(f"inbox/{pk}/")
