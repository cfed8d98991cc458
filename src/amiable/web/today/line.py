"""One line: the exact message before it leaves, words of one's own, a call with its script."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from django.http import Http404, HttpResponse

from amiable.channels.text import LONGEST
from amiable.desk.access import Power
from amiable.desk.approve import Words
from amiable.desk.calendar import sending_days
from amiable.desk.call import UNREACHED, CallResult, record_call, script_of
from amiable.desk.deed import approve_work
from amiable.desk.draft import Draft, draft_for
from amiable.desk.history import Event, history_page
from amiable.desk.skip import NothingToDo
from amiable.desk.worklist import line_for
from amiable.engine.dispute import Ground
from amiable.engine.money import Money
from amiable.engine.parties import Channel
from amiable.store.company import load_company
from amiable.store.models.note import CallOutcome
from amiable.store.worklist import file_names, invoices_by_key
from amiable.web.security import LETTER_POLICY
from amiable.web.text_message import TextMessage, text_message
from amiable.web.today.forms import CallForm, TextForm, WordsForm
from amiable.web.today.page import LineView, line_view
from amiable.web.today.said import tell_outcomes
from amiable.web.visit import Visit, page
from amiable.words import lay_out_sms_again
from amiable.words.phone import in_full

_EVENTS = 6
_EXCHANGES = ("messages", "notes", "promises", "disputes", "holds")


@dataclass(frozen=True, slots=True, kw_only=True)
class LinePage:
    """The page of a line. ``kind``: email, sms, call, letter, nothing or waiting.

    ``sms``: the text message, to be approved or waiting.
    """

    view: LineView
    draft: Draft
    kind: str
    events: Sequence[Event]
    files: list[str]
    sms: TextMessage | None = None


@page()
def line(visit: Visit, pk: int) -> HttpResponse:
    """What is to be done for one customer, and the exact message."""
    draft = draft_for(visit.actor, pk, today=visit.today, at=visit.at)
    shown = line_for(visit.actor, pk, visit.today)
    return visit.render(
        "today/line.html",
        current="today",
        may_work=visit.may(Power.WORK),
        page=LinePage(
            view=line_view(visit, shown),
            draft=draft,
            kind=_kind(draft),
            events=_events(visit, draft),
            files=file_names(draft.waiting) if draft.waiting else [],
            sms=_sms(visit, draft),
        ),
    )


def _kind(draft: Draft) -> str:
    if draft.waiting is not None:
        return "waiting"
    if draft.channel is None:
        return "nothing"
    if draft.channel in (Channel.CALL, Channel.SMS):
        return draft.channel.value
    return "letter" if draft.channel in (Channel.LETTER, Channel.REGISTERED) else "email"


def _sms(visit: Visit, draft: Draft) -> TextMessage | None:
    """The text message of a line: the one that waits, else the one to approve."""
    if draft.waiting is not None:
        is_text = draft.waiting.channel == Channel.SMS.value
        return text_message(visit, draft.waiting.text) if is_text else None
    if draft.mail is None or draft.channel is not Channel.SMS:
        return None
    return text_message(visit, draft.mail.text)


def _events(visit: Visit, draft: Draft) -> list[Event]:
    return history_page(
        visit.company,
        draft.customer,
        visit.today,
        visit.language,
        limit=_EVENTS,
        kinds=_EXCHANGES,
    ).events


@page()
def message(visit: Visit, pk: int) -> HttpResponse:
    """The message as the customer will see it, or as it is printed; shown in a frame."""
    draft = draft_for(visit.actor, pk, today=visit.today, at=visit.at)
    if draft.waiting is not None:
        html = draft.waiting.html
    elif draft.mail is not None:
        html = draft.mail.html
    else:
        raise Http404
    return HttpResponse(html, headers={"Content-Security-Policy": LETTER_POLICY})


@page(Power.WORK, methods=("GET", "POST"))
def edit(visit: Visit, pk: int) -> HttpResponse:
    """Change the words of a message, and approve it so."""
    draft = draft_for(visit.actor, pk, today=visit.today, at=visit.at)
    if draft.mail is None or _kind(draft) not in ("email", "sms", "letter"):
        visit.warn("today.nothing", name=draft.customer.name)
        return visit.go(f"today/{pk}/")
    if draft.channel is Channel.SMS and visit.request.POST.get("do") == "weigh":
        return _weighed(visit, draft)
    written = {"subject": draft.mail.subject, "text": draft.mail.text}
    kind = TextForm if draft.channel is Channel.SMS else WordsForm
    form = kind(visit, visit.request.POST or None, initial=written)
    if form.is_valid():
        words = Words(subject=form.cleaned_data.get("subject", ""), text=form.cleaned_data["text"])
        tell_outcomes(
            visit,
            approve_work(visit.actor, [pk], today=visit.today, at=visit.at, words={pk: words}),
        )
        return visit.go("")
    return visit.render(
        "today/edit.html", current="today", form=form, draft=draft, message=_sms(visit, draft)
    )


def _weighed(visit: Visit, draft: Draft) -> HttpResponse:
    """What the words being typed weigh: the part of the page, or all of it."""
    typed = visit.request.POST.get("text", "")[:LONGEST]
    message = text_message(visit, lay_out_sms_again(typed).text)
    if visit.in_fragment:
        return visit.render("desk/text_weight.html", message=message)
    form = TextForm(visit, initial={"text": typed})
    return visit.render("today/edit.html", current="today", form=form, draft=draft, message=message)


@page(Power.WORK, methods=("GET", "POST"))
def call(visit: Visit, pk: int) -> HttpResponse:
    """A call: whom, what to say, what is open; then what came of it."""
    draft = draft_for(visit.actor, pk, today=visit.today, at=visit.at)
    decision = draft.decision
    if decision is None or draft.channel is not Channel.CALL:
        visit.warn("today.nothing", name=draft.customer.name)
        return visit.go(f"today/{pk}/")
    script = script_of(load_company(visit.company), draft, str(visit.user))
    invoices = invoices_by_key(visit.company.pk, decision.listed)
    form = CallForm(visit, list(invoices.values()), decision.amounts, visit.request.POST or None)
    if form.is_valid():
        try:
            record_call(visit.actor, pk, _result(form, draft), today=visit.today, at=visit.at)
        except NothingToDo:
            visit.warn("today.nothing", name=draft.customer.name)
        else:
            visit.done("today.call.done", name=draft.customer.name)
        return visit.go("")
    working = sending_days(visit.company, draft.customer.country)
    return visit.render(
        "today/call.html",
        current="today",
        form=form,
        draft=draft,
        script=script,
        view=line_view(visit, line_for(visit.actor, pk, visit.today)),
        events=_events(visit, draft),
        tomorrow=working.roll(visit.today + timedelta(days=1)),
        dial=_dial(draft),
    )


def _dial(draft: Draft) -> str:
    """The number as a telephone dials it from anywhere; as it was typed, when it is not known."""
    typed = "".join(sign for sign in draft.recipient if sign.isdigit() or sign == "+")
    return in_full(draft.recipient, draft.customer.country) or typed


def _result(form: CallForm, draft: Draft) -> CallResult:
    """What the form says, and nothing that belongs to another outcome."""
    found = form.cleaned_data
    outcome = CallOutcome(found["outcome"])
    promised: Money | None = getattr(form, "promised", None)
    disputes = outcome is CallOutcome.DISPUTE
    return CallResult(
        outcome=outcome,
        called=draft.contact.key if draft.contact else "",
        copies=_copies(form) if outcome is CallOutcome.COPY else (),
        text=found["text"].strip(),
        promised_on=found["promised_on"] if outcome is CallOutcome.PROMISE else None,
        promised=promised if outcome is CallOutcome.PROMISE else None,
        disputed=form.invoices[found["invoice"]] if disputes else None,
        ground=Ground(found["ground"]) if disputes and found["ground"] else None,
        reason=found["reason"].strip(),
        again_on=found["again_on"] if outcome in UNREACHED else None,
    )


def _copies(form: CallForm) -> tuple[str, ...]:
    """The numbers of the invoices asked for: the one chosen, else all the call was about."""
    chosen = form.cleaned_data["copy_of"]
    rows = [form.invoices[chosen]] if chosen else form.invoices.values()
    return tuple(row.number or row.key for row in rows)
