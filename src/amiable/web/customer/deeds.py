"""What a customer said or needs: promises, holds, answers, notes."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import TypeVar

from django.http import Http404, HttpResponse

from amiable.desk.access import Power, customer_for
from amiable.desk.audit import subject
from amiable.desk.hold import hold, release_hold
from amiable.desk.note import write_note
from amiable.desk.promise import cancel_promise, record_promise
from amiable.desk.reply import read_replies, record_reply
from amiable.desk.sight import items_of, sight_of
from amiable.store.agreement import agreement_row
from amiable.store.models import Customer, Hold, InstalmentPlan, Promise
from amiable.web.customer.forms import (
    CustomerForm,
    HoldForm,
    PromiseForm,
    ReplyForm,
    TextForm,
    sum_due,
    write_plain,
)
from amiable.web.customer.head import customer_path, deed, head_of
from amiable.web.visit import Visit, page

_BOTH = ("GET", "POST")
_MANY = 8  # fields a page shows in columns


def show_form(
    visit: Visit, row: Customer, form: CustomerForm, name: str, back: str = "", **facts: str
) -> HttpResponse:
    """A form on a page of its own; texts are ``customer.page.<name>``."""
    return visit.render(
        "customer/form.html",
        status=422 if form.errors else 200,
        customer=row,
        head=head_of(visit, row),
        form=form,
        title=visit.say(f"customer.page.{name}.title", **facts),
        text=visit.say(f"customer.page.{name}.text", **facts),
        button=visit.say(f"customer.page.{name}.button"),
        back=visit.url(customer_path(row, back)),
        wide=len(form.fields) > _MANY,
        current="customers",
    )


@page(Power.WORK, methods=_BOTH)
def promise(visit: Visit, pk: int) -> HttpResponse:
    """It will pay so much on such a day."""
    row = customer_for(visit.actor, pk)
    sight = sight_of(visit.company, row, visit.today)
    due = sum_due(sight)
    form = PromiseForm(
        visit.request.POST or None,
        items=items_of(sight, visit.language),
        today=visit.today,
        currency=due.currency,
        initial={"amount": write_plain(due) if due.minor else ""},
    )
    if visit.request.method != "POST" or not form.is_valid():
        return show_form(visit, row, form, "promise")
    amount, due_on = form.cleaned_data["amount"], form.cleaned_data["due_on"]
    told = {"amount": str(amount), "due_on": due_on.isoformat()}
    with deed(visit, row, "promise_made", **told) as entry:
        made = record_promise(
            visit.company,
            row,
            made_on=visit.today,
            due_on=due_on,
            amount=amount,
            invoices=form.chosen,
            at=visit.at,
        )
        entry.subject = subject(made)
    visit.done("customer.done.promise", amount=amount, due_on=due_on)
    return visit.go(customer_path(row))


E = TypeVar("E", Promise, InstalmentPlan, Hold)


def end(
    visit: Visit, pk: int, model: type[E], number: int, code: str, verb: Callable[..., object]
) -> HttpResponse:
    """End one of a customer's agreements, once; texts are ``customer.done.<code>``."""
    row = customer_for(visit.actor, pk)
    found = agreement_row(model, visit.company.pk, row.pk, number)
    if found is None:
        raise Http404
    over_on = found.until_on if isinstance(found, Hold) else found.cancelled_on
    if over_on is not None and over_on <= visit.today:
        visit.warn("customer.already")
    else:
        with deed(visit, row, code) as entry:
            verb(visit.company, found, on=visit.today)
            entry.subject = subject(found)
        visit.done(f"customer.done.{code}")
    return visit.go(customer_path(row, "agreements/"))


@page(Power.WORK, methods=("POST",))
def promise_cancel(visit: Visit, pk: int, promise: int) -> HttpResponse:
    """It no longer counts."""
    return end(visit, pk, Promise, promise, "promise_cancelled", cancel_promise)


@page(Power.WORK, methods=_BOTH)
def suspend(visit: Visit, pk: int) -> HttpResponse:
    """No reminders until a day, or until further notice."""
    row = customer_for(visit.actor, pk)
    sight = sight_of(visit.company, row, visit.today)
    form = HoldForm(
        visit.request.POST or None,
        items=items_of(sight, visit.language),
        today=visit.today,
        initial={"until": visit.today + timedelta(days=14)},
    )
    if visit.request.method != "POST" or not form.is_valid():
        return show_form(visit, row, form, "hold")
    until: date | None = form.cleaned_data["until"]
    with deed(visit, row, "hold_set") as entry:
        made = hold(
            visit.company,
            row,
            on=visit.today,
            until=until,
            invoices=form.chosen,
            note=form.cleaned_data["note"],
        )
        entry.subject = subject(made)
    if until:
        visit.done("customer.done.hold_until", until=until)
    else:
        visit.done("customer.done.hold")
    return visit.go(customer_path(row))


@page(Power.WORK, methods=("POST",))
def hold_release(visit: Visit, pk: int, hold: int) -> HttpResponse:
    """The reminders go on."""
    return end(visit, pk, Hold, hold, "hold_released", release_hold)


@page(Power.WORK, methods=_BOTH)
def reply(visit: Visit, pk: int) -> HttpResponse:
    """It answered: nothing leaves before somebody has read it."""
    row = customer_for(visit.actor, pk)
    form = ReplyForm(visit.request.POST or None, initial={"how": "phone", "read": True})
    if visit.request.method != "POST" or not form.is_valid():
        return show_form(visit, row, form, "reply")
    values = form.cleaned_data
    how = visit.say(f"customer.how.{values['how']}")
    text = visit.say("customer.said", how=how, text=values["text"])
    with deed(visit, row, "reply_recorded") as entry:
        made = record_reply(visit.company, row, on=visit.today, text=text, read=values["read"])
        entry.subject = subject(made)
    visit.done("customer.done.reply")
    return visit.go(customer_path(row))


@page(Power.WORK, methods=("POST",))
def replies_read(visit: Visit, pk: int) -> HttpResponse:
    """Somebody read all its answers: reminders may go on."""
    row = customer_for(visit.actor, pk)
    with deed(visit, row, "replies_read") as entry:
        count = read_replies(visit.company, row, on=visit.today)
        entry.facts["n"] = count
    visit.done("customer.done.read", n=count)
    return visit.go(customer_path(row))


@page(Power.WORK, methods=_BOTH)
def note(visit: Visit, pk: int) -> HttpResponse:
    """Something to remember."""
    row = customer_for(visit.actor, pk)
    form = TextForm(visit.request.POST or None, label="note")
    if visit.request.method != "POST" or not form.is_valid():
        return show_form(visit, row, form, "note")
    with deed(visit, row, "note_written") as entry:
        made = write_note(
            visit.company,
            row,
            text=form.cleaned_data["text"],
            on=visit.today,
            at=visit.at,
            by=visit.user,
        )
        entry.subject = subject(made)
    visit.done("customer.done.note")
    return visit.go(customer_path(row, "timeline/"))
