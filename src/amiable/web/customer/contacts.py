"""The contacts of a customer, kept up by hand."""

from typing import Any

from django import forms
from django.http import HttpResponse
from email_validator import EmailNotValidError, validate_email

from amiable.desk.access import Power, customer_for
from amiable.desk.audit import subject
from amiable.desk.contact import (
    FIELDS,
    add_contact,
    change_contact,
    clear_bounce,
    contact_for,
    number_is_wrong,
    post_reaches,
    remove_contact,
)
from amiable.engine.parties import Channel, ContactRole, Language
from amiable.store.models import Contact, Customer
from amiable.web.customer.forms import CustomerForm
from amiable.web.customer.head import customer_path, deed, head_of
from amiable.web.language import reader_language
from amiable.web.visit import Visit, page
from amiable.words import say, term
from amiable.words.phone import in_full


class ContactForm(CustomerForm):
    """Who it is, what they do, where they are reached: by one way at least."""

    name = forms.CharField(max_length=300, required=False)
    role = forms.ChoiceField()
    email = forms.CharField(max_length=254, required=False)
    phone = forms.CharField(max_length=40, required=False)
    address = forms.CharField(
        max_length=500, required=False, widget=forms.Textarea(attrs={"rows": 3})
    )
    language = forms.ChoiceField(required=False)
    opted_out = forms.BooleanField(required=False)
    refuses = forms.MultipleChoiceField(required=False, widget=forms.CheckboxSelectMultiple)
    refuses_note = forms.CharField(max_length=300, required=False)
    helped = ("role", "phone", "language", "opted_out", "refuses", "refuses_note")

    def __init__(self, *args: Any, customer: Customer, **more: Any) -> None:
        super().__init__(*args, **more)
        self.country = customer.country
        language = reader_language()
        self.fields["email"].widget.input_type = "email"
        self.fields["phone"].widget.input_type = "tel"
        self.choose("role", [(one.value, term(language, "role", one.value)) for one in ContactRole])
        same = say(language, "customer.form.same_language")
        self.choose(
            "language",
            [("", same), *((one.value, term(language, "language", one.value)) for one in Language)],
        )
        self.choose(
            "refuses", [(one.value, term(language, "channel", one.value)) for one in Channel]
        )

    def clean_email(self) -> str:
        """An address that mail could reach; whether it does is not asked of anybody."""
        text: str = self.cleaned_data["email"].strip()
        if not text:
            return ""
        try:
            return validate_email(text, check_deliverability=False).normalized
        except EmailNotValidError as error:
            wrong = say(reader_language(), "customer.wrong.email")
            raise forms.ValidationError(wrong) from error

    def clean_phone(self) -> str:
        """In E.164 form, read as a number of the customer's country; what is none is refused."""
        text: str = self.cleaned_data["phone"].strip()
        if not text:
            return ""
        written = in_full(text, self.country)
        if not written:
            raise forms.ValidationError(say(reader_language(), "customer.wrong.phone"))
        return written

    def clean(self) -> dict[str, Any]:
        """Somebody, reached somehow."""
        values = self.cleaned_data
        values["language"] = values.get("language") or None
        values["refuses"] = sorted(values.get("refuses", []))
        allowed_again = set(self.initial.get("refuses", ())) - set(values["refuses"])
        if allowed_again and not values.get("refuses_note"):
            self.refuse("refuses_note", "why_again")
        if not self.errors and not any(values.get(one) for one in ("email", "phone", "address")):
            self.refuse(None, "no_way")
        return values


def _show(visit: Visit, row: Customer, form: ContactForm, contact: Contact | None) -> HttpResponse:
    name = "contact" if contact else "contact_new"
    return visit.render(
        "customer/contact.html",
        status=422 if form.errors else 200,
        customer=row,
        head=head_of(visit, row),
        form=form,
        contact=contact,
        title=visit.say(f"customer.page.{name}.title"),
        text=visit.say(f"customer.page.{name}.text"),
        button=visit.say(f"customer.page.{name}.button"),
        back=visit.url(customer_path(row, "contacts/")),
        current="customers",
    )


@page(Power.WORK, methods=("GET", "POST"))
def contact_add(visit: Visit, pk: int) -> HttpResponse:
    """A new contact."""
    row = customer_for(visit.actor, pk)
    form = ContactForm(visit.request.POST or None, customer=row, initial={"role": "accountant"})
    if visit.request.method != "POST" or not form.is_valid():
        return _show(visit, row, form, None)
    with deed(visit, row, "contact_added") as entry:
        made = add_contact(visit.company, row, form.cleaned_data)
        entry.subject, entry.facts["name"] = subject(made), str(made)
    visit.done("customer.done.contact_added", name=str(made))
    return visit.go(customer_path(row, "contacts/"))


@page(Power.WORK, methods=("GET", "POST"))
def contact_change(visit: Visit, pk: int, contact: int) -> HttpResponse:
    """A contact as it is; change it."""
    row = customer_for(visit.actor, pk)
    found = contact_for(visit.company, row, contact)
    initial = {name: getattr(found, name) for name in FIELDS}
    form = ContactForm(visit.request.POST or None, customer=row, initial=initial)
    if visit.request.method != "POST" or not form.is_valid():
        return _show(visit, row, form, found)
    with deed(visit, row, "contact_changed") as entry:
        changes = change_contact(visit.company, found, form.cleaned_data)
        entry.subject = subject(found)
        entry.facts |= {"name": str(found), "changes": changes}
        if note := form.cleaned_data["refuses_note"]:
            entry.facts["note"] = note
    visit.done("customer.done.contact_changed", name=str(found))
    return visit.go(customer_path(row, "contacts/"))


@page(Power.WORK, methods=("POST",))
def contact_remove(visit: Visit, pk: int, contact: int) -> HttpResponse:
    """Take a contact away; the page then offers to bring it back."""
    row = customer_for(visit.actor, pk)
    found = contact_for(visit.company, row, contact)
    if found.removed_on is not None:
        visit.warn("customer.already")
        return visit.go(customer_path(row, "contacts/"))
    with deed(visit, row, "contact_removed", name=str(found)) as entry:
        remove_contact(visit.company, found, on=visit.today)
        entry.subject = subject(found)
    return visit.go(customer_path(row, f"contacts/{found.pk}/removed/"))


@page(Power.WORK)
def contact_removed(visit: Visit, pk: int, contact: int) -> HttpResponse:
    """What was just removed, with the way back."""
    row = customer_for(visit.actor, pk)
    found = contact_for(visit.company, row, contact)
    return visit.render(
        "customer/contact_removed.html",
        customer=row,
        head=head_of(visit, row),
        contact=found,
        current="customers",
    )


@page(Power.WORK, methods=("POST",))
def contact_restore(visit: Visit, pk: int, contact: int) -> HttpResponse:
    """Bring a contact back."""
    row = customer_for(visit.actor, pk)
    found = contact_for(visit.company, row, contact)
    with deed(visit, row, "contact_restored", name=str(found)) as entry:
        remove_contact(visit.company, found, on=None)
        entry.subject = subject(found)
    visit.done("customer.done.contact_restored", name=str(found))
    return visit.go(customer_path(row, "contacts/"))


@page(Power.WORK, methods=("POST",))
def contact_unbounce(visit: Visit, pk: int, contact: int) -> HttpResponse:
    """The address works again."""
    row = customer_for(visit.actor, pk)
    found = contact_for(visit.company, row, contact)
    with deed(visit, row, "contact_unbounced", address=found.email) as entry:
        clear_bounce(visit.company, found)
        entry.subject = subject(found)
    visit.done("customer.done.unbounced", address=found.email)
    return visit.go(customer_path(row, "contacts/"))


@page(Power.WORK, methods=("POST",))
def contact_post_reaches(visit: Visit, pk: int, contact: int) -> HttpResponse:
    """The postal address is the right one after all."""
    row = customer_for(visit.actor, pk)
    found = contact_for(visit.company, row, contact)
    with deed(visit, row, "contact_post_reaches", name=str(found)) as entry:
        post_reaches(visit.company, found)
        entry.subject = subject(found)
    visit.done("post.reaches", name=str(found))
    return visit.go(customer_path(row, "contacts/"))


@page(Power.WORK, methods=("POST",))
def contact_number_works(visit: Visit, pk: int, contact: int) -> HttpResponse:
    """The telephone number is the right one after all."""
    row = customer_for(visit.actor, pk)
    found = contact_for(visit.company, row, contact)
    with deed(visit, row, "contact_number_works", number=found.phone) as entry:
        number_is_wrong(visit.company, found, on=None)
        entry.subject = subject(found)
    visit.done("customer.done.number_works", number=found.phone)
    return visit.go(customer_path(row, "contacts/"))
