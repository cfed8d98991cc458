"""Acts on one line: approve, take back, skip, postpone, hand to a colleague, posted."""

from datetime import timedelta
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpResponse

from amiable.desk.access import Power, customer_for
from amiable.desk.assign import NotACollector, hand_over
from amiable.desk.call import record_posted
from amiable.desk.deed import approve_work, postpone_work, skip_work, take_back_work
from amiable.desk.skip import NothingToDo
from amiable.desk.worklist import colleagues_of
from amiable.web.today.forms import HandForm, PostponeForm, SkipForm
from amiable.web.today.said import tell_outcomes
from amiable.web.visit import Visit, page

_DAYS = (3, 7, 14)


@page(Power.WORK, methods=("POST",))
def approve(visit: Visit, pk: int) -> HttpResponse:
    """Approve one e-mail."""
    tell_outcomes(visit, approve_work(visit.actor, [pk], today=visit.today, at=visit.at))
    return visit.go("")


@page(Power.WORK, methods=("POST",))
def back(visit: Visit, pk: int) -> HttpResponse:
    """Take an approval back."""
    taken = take_back_work(visit.actor, [pk], today=visit.today, at=visit.at)
    if taken:
        visit.done("today.undone", n=1, name=taken[0].name)
    else:
        visit.warn("today.too_late")
    return visit.go("")


@page(Power.WORK, methods=("GET", "POST"))
def skip(visit: Visit, pk: int) -> HttpResponse:
    """Leave today's step out, with a reason."""
    customer = customer_for(visit.actor, pk)
    form = SkipForm(visit, visit.request.POST or None)
    if form.is_valid():
        reason = form.cleaned_data["reason"]
        try:
            skip_work(visit.actor, pk, today=visit.today, at=visit.at, reason=reason)
        except NothingToDo:
            visit.warn("today.nothing", name=customer.name)
        return visit.go("")
    reasons = visit.say("today.skip.reasons").split("|")
    return _asked(visit, "skip", customer=customer, form=form, reasons=reasons)


@page(Power.WORK, methods=("GET", "POST"))
def postpone(visit: Visit, pk: int) -> HttpResponse:
    """Look again on a day."""
    customer = customer_for(visit.actor, pk)
    form = PostponeForm(visit, visit.request.POST or None)
    if form.is_valid():
        until = form.cleaned_data["until"]
        postpone_work(visit.actor, pk, until, today=visit.today, at=visit.at)
        return visit.go("")
    choices = [(days, visit.today + timedelta(days=days)) for days in _DAYS]
    return _asked(visit, "postpone", customer=customer, form=form, choices=choices)


@page(Power.WORK, methods=("GET", "POST"))
def hand(visit: Visit, pk: int) -> HttpResponse:
    """Hand a customer to a colleague; who only sees their own may not give them away."""
    if visit.actor.only is not None:
        raise PermissionDenied
    customer = customer_for(visit.actor, pk)
    colleagues = {one.pk: one for one in colleagues_of(visit.actor)}
    form = HandForm(visit, list(colleagues.values()), visit.request.POST or None)
    if form.is_valid():
        taker = colleagues[form.cleaned_data["user"]]
        try:
            hand_over(visit.actor, customer, taker, visit.at)
        except NotACollector:
            visit.warn("today.hand.refused", name=str(taker))
        else:
            visit.done("today.hand.done", customer=customer.name, name=str(taker))
        return visit.go("")
    return _asked(visit, "hand", customer=customer, form=form, colleagues=colleagues)


@page(Power.WORK, methods=("POST",))
def posted(visit: Visit, pk: int) -> HttpResponse:
    """The letter was printed and posted."""
    try:
        customer = record_posted(visit.actor, pk, today=visit.today, at=visit.at)
    except NothingToDo:
        visit.warn("today.nothing", name=customer_for(visit.actor, pk).name)
    else:
        visit.done("today.posted_done", name=customer.name)
    return visit.go("")


def _asked(visit: Visit, what: str, **record: Any) -> HttpResponse:
    """The form of an act: a dialog over the list, or a page of its own."""
    template = "today/act_dialog.html" if visit.in_fragment else "today/act.html"
    return visit.render(
        template, current="today", what=what, title=visit.say(f"today.{what}.title"), **record
    )
