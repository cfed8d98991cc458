"""What is done with a conversation by one click: read, set aside, given to somebody, undone."""

from django.http import HttpResponse
from django.utils.http import url_has_allowed_host_and_scheme

from amiable.desk.access import Power
from amiable.desk.conversation import (
    NotAColleague,
    assign,
    assignable,
    change_state,
    conversation_for,
    read_conversation,
    undo_change,
)
from amiable.store.models.conversation import ConversationState
from amiable.web.visit import Visit, page


def back(visit: Visit, pk: int) -> HttpResponse:
    """To the list one came from, as it was filtered; else to the conversation."""
    query = visit.request.POST.get("list", "")
    whole = visit.url("inbox/") + query
    fine = query.startswith("?") and url_has_allowed_host_and_scheme(whole, None)
    return visit.go(f"inbox/{query}" if fine else f"inbox/{pk}/")


@page(Power.WORK, methods=("POST",))
def read(visit: Visit, pk: int) -> HttpResponse:
    """Somebody read what came in: the reminders go on."""
    row = conversation_for(visit.actor, pk)
    n = read_conversation(visit.actor, row, today=visit.today, at=visit.at)
    if n:
        visit.done("inbox.done.read", n=n)
    return back(visit, pk)


@page(Power.WORK, methods=("POST",))
def state(visit: Visit, pk: int) -> HttpResponse:
    """Whose turn it is; done also means read."""
    row = conversation_for(visit.actor, pk)
    try:
        wanted = ConversationState(visit.request.POST.get("state", ""))
    except ValueError:
        return back(visit, pk)
    if wanted is ConversationState.DONE:
        read_conversation(visit.actor, row, today=visit.today, at=visit.at)
    if not change_state(visit.actor, row, wanted, at=visit.at):
        visit.done("inbox.done.so_already")
    return back(visit, pk)


@page(Power.WORK, methods=("POST",))
def assign_to(visit: Visit, pk: int) -> HttpResponse:
    """Give it to somebody, or to whoever comes."""
    row = conversation_for(visit.actor, pk)
    wanted = visit.request.POST.get("user", "")
    user = next((one for one in assignable(visit.actor) if str(one.pk) == wanted), None)
    if wanted and user is None:
        visit.warn("inbox.wrong.colleague")
        return back(visit, pk)
    try:
        changed = assign(visit.actor, row, user, at=visit.at)
    except NotAColleague:
        visit.warn("inbox.wrong.colleague")
        return back(visit, pk)
    if changed and user:
        visit.done("inbox.done.assigned", name=str(user))
    elif changed:
        visit.done("inbox.done.unassigned")
    return back(visit, pk)


@page(Power.WORK, methods=("POST",))
def undo(visit: Visit) -> HttpResponse:
    """Put the conversation back that one has just set to another state."""
    found = undo_change(visit.actor, visit.at)
    if found is None:
        visit.warn("inbox.wrong.too_late")
        return visit.go("inbox/")
    visit.done("inbox.done.undone", about=found.conversation.subject)
    return visit.go(f"inbox/{found.conversation.pk}/")
