"""Answers: each button of the page is a form, what it says a fact, and a page says what follows."""

from collections.abc import Callable
from datetime import date
from typing import Any

from django.http import HttpResponse

from amiable.desk.portal import PortalPage
from amiable.desk.portal import portal_page as page_of
from amiable.desk.portal_answer import (
    ask_copy,
    contest,
    name_other,
    promise_to_pay,
    propose_instalments,
    say_paid,
)
from amiable.desk.portal_change import (
    answer_for,
    change_me,
    may_withdraw,
    name_accountant,
    withdraw,
)
from amiable.desk.portal_taking import AnswerRefused, Sent
from amiable.engine.dispute import Ground
from amiable.engine.instalment import Rhythm
from amiable.portal.forms import (
    AccountantForm,
    AnswerForm,
    CopyForm,
    DisputeForm,
    InstalmentsForm,
    MeForm,
    PaidForm,
    PortalForm,
    PromiseForm,
    WrongForm,
)
from amiable.portal.visit import PortalVisit, portal_page
from amiable.store.models import Incoming

Say = Callable[[PortalVisit, Any, PortalPage, Sent], Incoming]


def _paid(visit: PortalVisit, form: AnswerForm, _page: PortalPage, sent: Sent) -> Incoming:
    said = form.cleaned_data
    return say_paid(
        visit.guest,
        sent,
        form.chosen,
        paid_on=said["paid_on"],
        amount=said["amount"],
        reference=said["reference"],
    )


def _promise(visit: PortalVisit, form: AnswerForm, page: PortalPage, sent: Sent) -> Incoming:
    said = form.cleaned_data
    return promise_to_pay(
        visit.guest,
        sent,
        form.about,
        due_on=said["due_on"],
        amount=said["amount"],
        trusted=page.trusted,
        ahead=page.promise_ahead,
    )


def _instalments(visit: PortalVisit, form: AnswerForm, _page: PortalPage, sent: Sent) -> Incoming:
    said = form.cleaned_data
    return propose_instalments(
        visit.guest,
        sent,
        form.chosen,
        count=said["count"],
        first_on=said["first_on"],
        rhythm=Rhythm(said["rhythm"]),
    )


def _dispute(visit: PortalVisit, form: AnswerForm, _page: PortalPage, sent: Sent) -> Incoming:
    said = form.cleaned_data
    return contest(
        visit.guest, sent, form.chosen, ground=Ground(said["ground"]), amount=said["amount"]
    )


def _copy(visit: PortalVisit, form: AnswerForm, _page: PortalPage, sent: Sent) -> Incoming:
    return ask_copy(visit.guest, sent, form.chosen)


def _wrong(visit: PortalVisit, form: AnswerForm, _page: PortalPage, sent: Sent) -> Incoming:
    said = form.cleaned_data
    return name_other(visit.guest, sent, name=said["name"], email=said["email"])


def _accountant(visit: PortalVisit, form: AnswerForm, _page: PortalPage, sent: Sent) -> Incoming:
    said = form.cleaned_data
    return name_accountant(visit.guest, sent, name=said["name"], email=said["email"])


ANSWERS: dict[str, tuple[type[AnswerForm], Say]] = {
    "paid": (PaidForm, _paid),
    "promise": (PromiseForm, _promise),
    "instalments": (InstalmentsForm, _instalments),
    "dispute": (DisputeForm, _dispute),
    "copy": (CopyForm, _copy),
    "wrong": (WrongForm, _wrong),
    "accountant": (AccountantForm, _accountant),
}
"""What may be answered, by the last part of the address."""


@portal_page("POST")
def answer(visit: PortalVisit, code: str) -> HttpResponse:
    """One of the forms about the account."""
    kind, say_it = ANSWERS[code]
    guest = visit.guest
    page = page_of(guest.company, guest.customer, guest.today)
    form = kind(
        visit.request.POST or None,
        visit.request.FILES or None,
        lines=page.lines,
        today=guest.today,
        spoken=visit.language,
        initial={"invoices": visit.request.GET.getlist("invoice")},
    )
    return _handled(visit, form, code, lambda sent: say_it(visit, form, page, sent))


@portal_page("POST")
def me(visit: PortalVisit) -> HttpResponse:
    """How one is written to."""
    contact, customer = visit.guest.contact, visit.guest.customer
    form = MeForm(
        visit.request.POST or None,
        spoken=visit.language,
        country=customer.country,
        initial={
            "name": contact.name,
            "phone": contact.phone,
            "language": visit.language.value,
            "channel": customer.preferred_channel or "",
        },
    )

    def change(sent: Sent) -> Incoming:
        values = {name: form.cleaned_data[name] for name in ("name", "phone", "language")}
        return change_me(visit.guest, sent, values, form.cleaned_data["channel"])

    return _handled(visit, form, "me", change)


def _handled(
    visit: PortalVisit, form: PortalForm, code: str, take: Callable[[Sent], Incoming]
) -> HttpResponse:
    """The form, until what it says can be taken; then the page of thanks."""
    if visit.request.method == "POST" and visit.look:
        return visit.render("look_only.html", status=403)
    if visit.request.method == "POST" and form.is_valid():
        try:
            row = take(_sent(form))
        except AnswerRefused as refused:
            form.refuse(refused.field, refused.code)
        else:
            return visit.go(f"answers/{row.pk}/")
    return visit.render(
        "answer.html",
        status=422 if form.errors else 200,
        form=form,
        heading=visit.say(f"portal.form.{code}.title"),
        text=visit.say(f"portal.form.{code}.text"),
        button=visit.say(f"portal.form.{code}.button"),
    )


def _sent(form: PortalForm) -> Sent:
    said = form.cleaned_data
    files = form.read_files() if isinstance(form, AnswerForm) else []
    return Sent(once=said["once"], message=(said.get("message") or "").strip(), files=files)


@portal_page()
def answered(visit: PortalVisit, pk: int) -> HttpResponse:
    """Thanks, and what happens next."""
    row = answer_for(visit.guest, pk)
    facts = row.facts
    told = {**facts.get("told", {})}
    key = facts["answer"]
    state = "withdrawn" if facts.get("withdrawn") else "asked" if facts.get("asks") else "done"
    return visit.render(
        "answered.html",
        answer=row,
        said=said_again(visit, row),
        state=state,
        next=_next(visit, key, state, told),
        may_withdraw=may_withdraw(visit.guest, row),
    )


def said_again(visit: PortalVisit, row: Incoming) -> str:
    """What was answered, as one reads it again."""
    title = visit.say(f"portal.button.{row.facts['answer']}")
    return "\n".join([title.rstrip("…"), *row.facts.get("message", "").splitlines()])


def _next(visit: PortalVisit, code: str, state: str, told: dict[str, str]) -> str:
    """What happens next, in a sentence."""
    if state == "withdrawn":
        return visit.say("portal.next.withdrawn")
    if state == "asked":
        return visit.say("portal.next.asked", company=visit.guest.company.name)
    facts = {
        name: date.fromisoformat(value) if name == "on" else value for name, value in told.items()
    }
    return visit.say(f"portal.next.{code}", company=visit.guest.company.name, **facts)


@portal_page("POST")
def withdrawn(visit: PortalVisit, pk: int) -> HttpResponse:
    """Take an answer back."""
    if visit.request.method != "POST" or visit.look:
        return visit.go(f"answers/{pk}/")
    withdraw(visit.guest, pk)
    return visit.go(f"answers/{pk}/")
