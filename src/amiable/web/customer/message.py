"""A message now: free, or started from a text; seen as it will look; undone within a minute."""

from typing import Any
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

from django import forms
from django.http import Http404, HttpResponse

from amiable.desk.access import Power, customer_for
from amiable.desk.approve import Words
from amiable.desk.history import message_news
from amiable.desk.message import (
    TONES,
    MessageRefused,
    lay_out_message,
    reachable,
    rejection_letter,
    start_letter,
    take_message_back,
    write_message,
)
from amiable.desk.plan import redraw
from amiable.desk.sight import Sight, sight_of
from amiable.desk.statement import statement_file
from amiable.engine.letter import Letter, LetterRefused
from amiable.engine.parties import Contact
from amiable.engine.template import LetterTone
from amiable.store.agreement import agreement_row
from amiable.store.history import load_message
from amiable.store.models import Dispute
from amiable.store.outbox import files_of
from amiable.web.customer.forms import CustomerForm
from amiable.web.customer.head import customer_path, head_of
from amiable.web.language import reader_language
from amiable.web.security import LETTER_POLICY
from amiable.web.visit import Visit, page
from amiable.words import lay_out, say, term

UNDO_SECONDS = 60


class MessageForm(CustomerForm):
    """To whom, a subject, a text, the statement with it or not; ``token`` lets it leave once."""

    contact = forms.CharField(widget=forms.HiddenInput)
    tone = forms.CharField(widget=forms.HiddenInput, required=False)
    token = forms.UUIDField(widget=forms.HiddenInput)
    subject = forms.CharField(max_length=300)
    text = forms.CharField(max_length=20_000, widget=forms.Textarea(attrs={"rows": 16}))
    statement = forms.BooleanField(required=False)
    helped = ("statement",)


class StartForm(CustomerForm):
    """To whom, and what to start from."""

    contact = forms.ChoiceField()
    tone = forms.ChoiceField(required=False)

    def __init__(self, *args: Any, contacts: list[Contact], **more: Any) -> None:
        super().__init__(*args, **more)
        language = reader_language()
        self.choose("contact", [(one.key, _named(one)) for one in contacts])
        blank = say(language, "customer.message.free")
        tones = [(tone.value, term(language, "tone", tone.value)) for tone in TONES]
        self.choose("tone", [("", blank), *tones])


def _named(contact: Contact) -> str:
    role = term(reader_language(), "role", contact.role.value)
    who = f"{contact.name} <{contact.email}>" if contact.name else contact.email
    return f"{who} – {role}"


def _start(visit: Visit, sight: Sight, data: Any) -> tuple[Contact, LetterTone | None, Letter]:
    """The contact and text asked for, else the first contact and none. Raises LetterRefused."""
    contacts = reachable(sight)
    contact = next((one for one in contacts if one.key == data.get("contact")), contacts[0])
    tone = next((one for one in TONES if one.value == data.get("tone")), None)
    return contact, tone, start_letter(visit.company, sight, contact, tone, visit.at)


@page(Power.WORK, methods=("GET", "POST"))
def message(visit: Visit, pk: int) -> HttpResponse:
    """Write, look, send."""
    row = customer_for(visit.actor, pk)
    sight = sight_of(visit.company, row, visit.today)
    if row.do_not_contact or not reachable(sight):
        visit.warn("customer.wrong.silent" if row.do_not_contact else "customer.wrong.no_email")
        return visit.go(customer_path(row, "contacts/"))
    if visit.request.method == "POST":
        return _write(visit, sight)
    try:
        contact, tone, letter = _start(visit, sight, visit.request.GET)
    except LetterRefused:
        visit.warn("customer.message.unwritable")
        return visit.go(customer_path(row, "message/"))
    dispute = _rejected(visit, sight)
    if dispute is not None and tone is None:
        letter = rejection_letter(visit.company, sight, contact, dispute)
    mail = lay_out(letter)
    form = MessageForm(
        initial={
            "contact": contact.key,
            "tone": tone.value if tone else "",
            "token": uuid4(),
            "subject": mail.subject,
            "text": mail.text,
        }
    )
    return _show(visit, sight, form, contact, tone, dispute)


def _rejected(visit: Visit, sight: Sight) -> Dispute | None:
    """The dispute the message is about, if the address names one of the customer's."""
    text = visit.request.GET.get("dispute", "")
    if not (text.isascii() and text.isdigit() and len(text) < 19):
        return None
    return agreement_row(Dispute, visit.company.pk, sight.row.pk, int(text))


def _show(
    visit: Visit,
    sight: Sight,
    form: MessageForm,
    contact: Contact,
    tone: LetterTone | None,
    dispute: Dispute | None = None,
) -> HttpResponse:
    return visit.render(
        "customer/message.html",
        status=422 if form.errors else 200,
        customer=sight.row,
        head=head_of(visit, sight.row),
        start=StartForm(
            contacts=reachable(sight),
            initial={"contact": contact.key, "tone": tone.value if tone else ""},
        ),
        form=form,
        dispute=dispute,
        contact=contact,
        tone=tone.value if tone else "",
        current="customers",
    )


def _write(visit: Visit, sight: Sight) -> HttpResponse:
    row = sight.row
    form = MessageForm(visit.request.POST)
    try:
        contact, tone, letter = _start(visit, sight, visit.request.POST)
    except LetterRefused:
        visit.warn("customer.message.unwritable")
        return visit.go(customer_path(row, "message/"))
    if contact.key != visit.request.POST.get("contact"):
        visit.warn("customer.wrong.no_email")
        return visit.go(customer_path(row, "message/"))
    if not form.is_valid():
        return _show(visit, sight, form, contact, tone)
    values = form.cleaned_data
    mail = lay_out_message(letter, Words(subject=values["subject"], text=values["text"]))
    files = [statement_file(visit.company, sight)] if values["statement"] else []
    token: UUID = values["token"]
    try:
        made = write_message(
            visit.actor, sight, contact, mail, token=token.hex, tone=tone, files=files, at=visit.at
        )
    except MessageRefused as error:
        visit.warn(f"customer.wrong.{error.code}")
        return visit.go(customer_path(row, "timeline/"))
    redraw(visit.company, [row.pk], visit.today)
    return visit.go(customer_path(row, f"messages/{made.pk}/"))


@page(Power.WORK, methods=("GET", "POST"))
def message_preview(visit: Visit, pk: int) -> HttpResponse:
    """The message as it will look, for a frame in the page where it is written."""
    row = customer_for(visit.actor, pk)
    sight = sight_of(visit.company, row, visit.today)
    if not reachable(sight):
        raise Http404
    data = visit.request.POST or visit.request.GET
    try:
        contact, tone, letter = _start(visit, sight, data)
    except LetterRefused as error:
        raise Http404 from error
    if visit.request.method != "POST":
        dispute = _rejected(visit, sight)
        if dispute is not None and tone is None:
            letter = rejection_letter(visit.company, sight, contact, dispute)
        return in_frame(lay_out(letter).html)
    words = Words(subject=data.get("subject", "")[:300], text=data.get("text", "")[:20_000])
    return in_frame(lay_out_message(letter, words).html)


def in_frame(html: str) -> HttpResponse:
    """A message's own HTML, for a frame of our own pages: no script, nothing fetched."""
    response = HttpResponse(html)
    response.headers["Content-Security-Policy"] = LETTER_POLICY
    return response


@page(Power.LOOK)
def message_page(visit: Visit, pk: int, message: int) -> HttpResponse:
    """A message in full, as it left or will leave."""
    row = customer_for(visit.actor, pk)
    found = load_message(visit.company.pk, row.pk, message)
    if found is None:
        raise Http404
    left = UNDO_SECONDS - int((visit.at - found.approved_at).total_seconds())
    waits = found.state == "approved"
    return visit.render(
        "customer/message_page.html",
        customer=row,
        head=head_of(visit, row),
        message=found,
        news=message_news(found, visit.language, ZoneInfo(visit.company.timezone)),
        files=files_of(found),
        waits=waits,
        left=max(1, min(left, UNDO_SECONDS)) if waits and left > 0 else 0,
        current="customers",
    )


@page(Power.LOOK)
def message_letter(visit: Visit, pk: int, message: int) -> HttpResponse:
    """The HTML of a message, for its frame."""
    row = customer_for(visit.actor, pk)
    found = load_message(visit.company.pk, row.pk, message)
    if found is None or not found.html:
        raise Http404
    return in_frame(found.html)


@page(Power.WORK, methods=("POST",))
def message_undo(visit: Visit, pk: int, message: int) -> HttpResponse:
    """Take a message back before it leaves."""
    row = customer_for(visit.actor, pk)
    found = load_message(visit.company.pk, row.pk, message)
    if found is None:
        raise Http404
    if take_message_back(visit.actor, row, found, on=visit.today, at=visit.at):
        redraw(visit.company, [row.pk], visit.today)
        visit.done("customer.done.taken_back")
    else:
        visit.warn("customer.wrong.too_late")
    return visit.go(customer_path(row, "timeline/"))
