"""A text message now: its parts and price are seen while it is written; undone within a minute."""

from typing import Any
from uuid import uuid4

from django import forms
from django.http import HttpResponse

from amiable.desk.access import Power, customer_for
from amiable.desk.message import MessageRefused, reachable, write_message
from amiable.desk.plan import redraw
from amiable.desk.sight import Sight, sight_of
from amiable.desk.sms import carries_texts
from amiable.engine.parties import Channel, Contact
from amiable.store.models import Customer
from amiable.web.customer.forms import CustomerForm
from amiable.web.customer.head import customer_path, head_of
from amiable.web.language import reader_language
from amiable.web.text_message import text_message
from amiable.web.visit import Visit, page
from amiable.words import lay_out_sms_again, term

_LONGEST = 1_000


class TextForm(CustomerForm):
    """To whom, and what; ``token`` lets it leave once."""

    phone_to = forms.ChoiceField()
    token = forms.UUIDField(widget=forms.HiddenInput)
    text_message = forms.CharField(max_length=_LONGEST, widget=forms.Textarea(attrs={"rows": 6}))
    helped = ("text_message",)

    def __init__(self, *args: Any, contacts: list[Contact], **more: Any) -> None:
        super().__init__(*args, **more)
        self.choose("phone_to", [(one.key, _named(one)) for one in contacts])


def _named(contact: Contact) -> str:
    role = term(reader_language(), "role", contact.role.value)
    who = f"{contact.name}, {contact.mobile}" if contact.name else contact.mobile
    return f"{who} – {role}"


@page(Power.WORK, methods=("GET", "POST"))
def text(visit: Visit, pk: int) -> HttpResponse:
    """Write, weigh, send."""
    row = customer_for(visit.actor, pk)
    sight = sight_of(visit.company, row, visit.today)
    contacts = reachable(sight, Channel.SMS)
    wrong = _wrong(visit, row, contacts)
    if wrong:
        visit.warn(f"customer.wrong.{wrong}")
        return visit.go(customer_path(row, "contacts/"))
    if visit.request.method != "POST":
        signature = f"\n{visit.company.name}"
        start = TextForm(contacts=contacts, initial={"token": uuid4(), "text_message": signature})
        return _show(visit, row, start, signature)
    typed = visit.request.POST.get("text_message", "")[:_LONGEST]
    form = TextForm(visit.request.POST, contacts=contacts)
    if visit.request.POST.get("do") == "weigh":
        return _weighed(visit, row, contacts, typed)
    if not form.is_valid():
        return _show(visit, row, form, typed)
    return _send(visit, row, sight, form)


def _wrong(visit: Visit, row: Customer, contacts: list[Contact]) -> str:
    """Why no text message can be written, as a code; empty when one can."""
    if row.do_not_contact:
        return "silent"
    if not carries_texts(visit.company):
        return "no_gateway"
    return "" if contacts else "no_mobile"


def _weighed(visit: Visit, row: Customer, contacts: list[Contact], typed: str) -> HttpResponse:
    """What the words being typed weigh: the part of the page, or all of it."""
    if visit.in_fragment:
        message = text_message(visit, lay_out_sms_again(typed).text)
        return visit.render("desk/text_weight.html", message=message)
    return _show(visit, row, TextForm(contacts=contacts, initial=visit.request.POST.dict()), typed)


def _show(visit: Visit, row: Customer, form: TextForm, typed: str) -> HttpResponse:
    return visit.render(
        "customer/text.html",
        status=422 if form.errors else 200,
        customer=row,
        head=head_of(visit, row),
        form=form,
        message=text_message(visit, lay_out_sms_again(typed).text),
        current="customers",
    )


def _send(visit: Visit, row: Customer, sight: Sight, form: TextForm) -> HttpResponse:
    values = form.cleaned_data
    contacts = reachable(sight, Channel.SMS)
    contact = next(one for one in contacts if one.key == values["phone_to"])
    try:
        made = write_message(
            visit.actor,
            sight,
            contact,
            lay_out_sms_again(values["text_message"]),
            token=values["token"].hex,
            tone=None,
            channel=Channel.SMS,
            at=visit.at,
        )
    except MessageRefused as error:
        visit.warn(f"customer.wrong.{error.code}")
        return visit.go(customer_path(row, "timeline/"))
    redraw(visit.company, [row.pk], visit.today)
    return visit.go(customer_path(row, f"messages/{made.pk}/"))
