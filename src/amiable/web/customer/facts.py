"""The facts of a customer that a person may decide, and whose customer it is."""

from dataclasses import dataclass
from typing import Any

from babel import Locale
from django import forms
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse

from amiable.desk.access import OtherCompany, Power, customer_for
from amiable.desk.assign import NotACollector, hand_over
from amiable.desk.customer import FIELDS, IMPORTED, change_customer, give_back
from amiable.desk.identity import NotIdentity, checked_siren_or_siret
from amiable.engine.days import parse_terms
from amiable.engine.parties import Channel, CustomerKind, Language, Segment
from amiable.store.company import load_policies
from amiable.store.membership import members
from amiable.store.models import Customer, User
from amiable.store.models.membership import Role
from amiable.web.customer.deeds import show_form
from amiable.web.customer.forms import CustomerForm, day_field
from amiable.web.customer.head import customer_path
from amiable.web.customer.page import show_tab
from amiable.web.language import reader_language
from amiable.web.visit import Visit, page
from amiable.words import say, term
from amiable.words.changes import write_value

_NULLABLE = ("preferred_channel", "segment")
_OF_ITSELF = ("preferred_channel", "segment", "policy")


@dataclass(frozen=True, slots=True, kw_only=True)
class FactLine:
    """A fact of a customer; ``imported``: an import decides it, unless a person did."""

    name: str
    label: str
    value: str
    by_hand: bool
    imported: bool


class FactsForm(CustomerForm):
    """What a person may decide; an import no longer changes what is decided here."""

    name = forms.CharField(max_length=300)
    kind = forms.ChoiceField()
    siren = forms.CharField(max_length=20, required=False)
    country = forms.ChoiceField()
    language = forms.ChoiceField()
    terms = forms.CharField(max_length=100, required=False)
    preferred_channel = forms.ChoiceField(required=False)
    segment = forms.ChoiceField(required=False)
    policy = forms.ChoiceField(required=False)
    autopay = forms.BooleanField(required=False)
    do_not_contact = forms.BooleanField(required=False)
    insolvent_on = day_field(required=False)
    helped = (
        "siren", "terms", "preferred_channel", "segment", "policy", "autopay", "do_not_contact",
        "insolvent_on", "kind",
    )  # fmt: skip

    def __init__(self, *args: Any, policies: list[str], **more: Any) -> None:
        super().__init__(*args, **more)
        language = reader_language()
        for name, field in self.fields.items():
            field.label = say(language, f"customer.field.{name}")
        of_itself = ("", say(language, "customer.form.of_itself"))
        self.choose("kind", [(one.value, term(language, "kind", one)) for one in CustomerKind])
        self.choose("language", [(one.value, term(language, "language", one)) for one in Language])
        channels = [(one.value, term(language, "channel", one)) for one in Channel]
        self.choose("preferred_channel", [of_itself, *channels])
        segments = [(one.value, term(language, "segment", one)) for one in Segment]
        self.choose("segment", [of_itself, *segments])
        self.choose("policy", [of_itself, *((name, name) for name in policies)])
        self.choose("country", _countries())

    def clean_siren(self) -> str:
        """A SIREN or SIRET with a right check digit, whatever its spaces."""
        try:
            return checked_siren_or_siret(self.cleaned_data["siren"])
        except NotIdentity as error:
            wrong = say(reader_language(), "customer.wrong.siren")
            raise forms.ValidationError(wrong) from error

    def clean_terms(self) -> str:
        """Words that can be read as payment terms."""
        text = " ".join(self.cleaned_data["terms"].split())
        if text and parse_terms(text) is None:
            raise forms.ValidationError(say(reader_language(), "customer.wrong.terms"))
        return text

    def clean(self) -> dict[str, Any]:
        """An empty choice is none."""
        for name in _NULLABLE:
            self.cleaned_data[name] = self.cleaned_data.get(name) or None
        return self.cleaned_data


def _countries() -> list[tuple[str, str]]:
    names = Locale(reader_language().value).territories
    countries = [(code, name) for code, name in names.items() if len(code) == 2 and code.isalpha()]
    return sorted(countries, key=lambda pair: pair[1])


@page(Power.LOOK)
def facts_page(visit: Visit, pk: int) -> HttpResponse:
    """The facts, and whose customer it is."""
    row = customer_for(visit.actor, pk)
    by_hand = row.by_hand.split()
    facts = [
        FactLine(
            name=name,
            label=visit.say(f"customer.field.{name}"),
            value=_written(visit, row, name),
            by_hand=name in by_hand,
            imported=name in IMPORTED,
        )
        for name in FIELDS
    ]
    people = _collectors(visit) if visit.may(Power.ASSIGN) else []
    return show_tab(visit, row, "facts", facts=facts, people=people)


def _written(visit: Visit, row: Customer, name: str) -> str:
    """A fact in words; what is left to the program is said to be."""
    value = getattr(row, name)
    if name in _OF_ITSELF and not value:
        return visit.say("customer.form.of_itself")
    return write_value(name, _plain(value), visit.language)


def _plain(value: Any) -> Any:
    return value.isoformat() if hasattr(value, "isoformat") else value


def _collectors(visit: Visit) -> list[User]:
    found = members(visit.company.pk)
    return [one.user for one in found if one.active and one.role != Role.READER.value]


@page(Power.WORK, methods=("GET", "POST"))
def facts_edit(visit: Visit, pk: int) -> HttpResponse:
    """Decide what a customer is like."""
    row = customer_for(visit.actor, pk)
    policies = sorted(load_policies(visit.company).policies)
    initial = {name: getattr(row, name) for name in FIELDS}
    form = FactsForm(visit.request.POST or None, policies=policies, initial=initial)
    if visit.request.method != "POST" or not form.is_valid():
        return show_form(visit, row, form, "facts", "facts/")
    changed = change_customer(visit.actor, row, form.cleaned_data, today=visit.today, at=visit.at)
    if changed:
        visit.done("customer.done.facts", n=len(changed))
    return visit.go(customer_path(row, "facts/"))


@page(Power.WORK, methods=("POST",))
def facts_give_back(visit: Visit, pk: int) -> HttpResponse:
    """Let imports decide a fact again."""
    row = customer_for(visit.actor, pk)
    name = visit.request.POST.get("field", "")
    if give_back(visit.actor, row, name, at=visit.at):
        visit.done("customer.done.given_back", field=visit.say(f"customer.field.{name}"))
    return visit.go(customer_path(row, "facts/"))


@page(Power.WORK, methods=("POST",))
def collector_change(visit: Visit, pk: int) -> HttpResponse:
    """Take a customer over; who may assign gives it to anybody, or to nobody."""
    row = customer_for(visit.actor, pk)
    if visit.request.POST.get("mine"):
        user: User | None = visit.user
    elif visit.may(Power.ASSIGN):
        user = _chosen(visit)
    else:
        raise PermissionDenied(Power.ASSIGN)
    try:
        hand_over(visit.actor, row, user, visit.at)
    except NotACollector:
        visit.warn("customer.wrong.collector")
        return visit.go(customer_path(row, "facts/"))
    if user:
        visit.done("customer.done.handed", name=str(user))
    else:
        visit.done("customer.done.unassigned")
    return visit.go(customer_path(row, "facts/"))


def _chosen(visit: Visit) -> User | None:
    wanted = visit.request.POST.get("collector", "")
    if not wanted:
        return None
    for user in _collectors(visit):
        if str(user.pk) == wanted:
            return user
    raise OtherCompany(visit.company, "member")
