"""Forms of the lists: what a person filters by, types of a view, matches by hand."""

from collections.abc import Iterable
from datetime import date
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from amiable.engine.ledger import MONEY_RECEIVED, CreditKind, InvoiceKind
from amiable.engine.money import AmountUnreadable, Money, money
from amiable.engine.parties import Segment
from amiable.store.lists.credits import CreditFilter, Matching
from amiable.store.lists.invoices import InvoiceState
from amiable.store.models import User
from amiable.web.language import reader_language
from amiable.words import say, term

_MONEY = "money"  # payments and deposits, where a kind of credit is asked for
_SPACES = str.maketrans("", "", " \u00a0\u202f'")


class AmountField(forms.CharField):
    """An amount as people write it: "1 200,50" or "1200.50"; cleaned to a Decimal."""

    def __init__(self, **more: Any) -> None:
        super().__init__(widget=forms.TextInput(attrs={"inputmode": "decimal", "size": 9}), **more)

    def clean(self, value: Any) -> Decimal | None:
        """The number, or None where nothing is typed."""
        text = str(super().clean(value)).translate(_SPACES).replace(",", ".")
        if not text:
            return None
        try:
            found = Decimal(text)
            if not found.is_finite() or abs(found) >= Decimal(10) ** 15:
                raise InvalidOperation
        except InvalidOperation as error:
            raise ValidationError(say(reader_language(), "lists.refused.amount")) from error
        return found


def minor_units(value: Decimal | None, currency: str) -> int | None:
    """A typed amount in minor units; digits beyond the currency's are left aside."""
    if value is None:
        return None
    one = money(1, currency).minor
    return int(value * one)


class DayField(forms.DateField):
    """A day, with the browser's own calendar."""

    def __init__(self, **more: Any) -> None:
        widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
        super().__init__(widget=widget, **more)


class ListForm(forms.Form):
    """A form whose labels are ``lists.label.<field>``."""

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        self.label_suffix = ""
        for name, field in self.fields.items():
            field.label = say(reader_language(), f"lists.label.{name}")

    def given(self, name: str) -> Any:
        """What a valid field holds; None where it is empty or could not be read."""
        self.is_valid()
        value = self.cleaned_data.get(name)
        return None if value == "" else value


def _choices(kinds: Iterable[StrEnum], family: str) -> list[tuple[str, str]]:
    language = reader_language()
    words = [(kind.value, term(language, family, kind.value)) for kind in kinds]
    return [("", say(language, "lists.any")), *((v, w[:1].upper() + w[1:]) for v, w in words)]


class CustomerFilters(ListForm):
    """What the list of customers is filtered by."""

    words = forms.CharField(required=False, max_length=100)
    segment = forms.ChoiceField(required=False)
    collector = forms.ChoiceField(required=False)
    overdue = forms.BooleanField(required=False)
    held = forms.BooleanField(required=False)
    low = AmountField(required=False)
    high = AmountField(required=False)
    country = forms.CharField(required=False, max_length=2)

    def __init__(self, *args: Any, people: Iterable[User], **more: Any) -> None:
        super().__init__(*args, **more)
        language = reader_language()
        self.fields["segment"].choices = _choices(Segment, "segment")  # type: ignore[attr-defined]
        self.fields["collector"].choices = [  # type: ignore[attr-defined]
            ("", say(language, "lists.any")),
            ("me", say(language, "lists.me")),
            ("nobody", say(language, "lists.nobody")),
            *((str(user.pk), str(user)) for user in people),
        ]
        self.fields["words"].widget.attrs["type"] = "search"
        self.fields["country"].widget.attrs |= {"size": 3, "autocapitalize": "characters"}


class InvoiceFilters(ListForm):
    """What the list of invoices is filtered by."""

    state = forms.ChoiceField(required=False)
    number = forms.CharField(required=False, max_length=100)
    due_from = DayField(required=False)
    due_until = DayField(required=False)
    issued_from = DayField(required=False)
    issued_until = DayField(required=False)
    settled_from = DayField(required=False)
    settled_until = DayField(required=False)
    money_from = DayField(required=False)
    money_until = DayField(required=False)
    low = AmountField(required=False)
    high = AmountField(required=False)
    currency = forms.CharField(required=False, max_length=3)
    kind = forms.ChoiceField(required=False)
    customer = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        self.fields["state"].choices = _choices(InvoiceState, "invoice_state")  # type: ignore[attr-defined]
        self.fields["kind"].choices = _choices(InvoiceKind, "invoice")  # type: ignore[attr-defined]
        self.fields["currency"].widget.attrs |= {"size": 4, "autocapitalize": "characters"}


class CreditFilters(ListForm):
    """Which credits are looked at."""

    which = forms.ChoiceField(required=False)
    credit_kind = forms.ChoiceField(required=False)
    received_from = DayField(required=False)
    received_until = DayField(required=False)
    currency = forms.CharField(required=False, max_length=3)

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        language = reader_language()
        fields: dict[str, Any] = self.fields
        _, *matchings = _choices(Matching, "matching")
        fields["which"].choices = [("", say(language, "lists.to_match")), *matchings]
        everything, *kinds = _choices(CreditKind, "credit")
        fields["credit_kind"].choices = [everything, (_MONEY, say(language, "lists.money")), *kinds]
        fields["currency"].widget.attrs |= {"size": 4, "autocapitalize": "characters"}

    def clean(self) -> dict[str, Any]:
        """Those that are matched too, but not of all years: nobody would read them."""
        found: dict[str, Any] = super().clean() or {}
        if found.get("which") == Matching.ALL and not found.get("received_from"):
            self.add_error("which", say(reader_language(), "lists.refused.first_day"))
        return found

    def wanted(self) -> CreditFilter:
        """What is asked for; what could not be read is left aside."""
        which, kind = self.given("which"), self.given("credit_kind")
        kinds = MONEY_RECEIVED if kind == _MONEY else {CreditKind(kind)} if kind else ()
        return CreditFilter(
            which=Matching(which) if which else None,
            kinds=frozenset(kinds),
            currency=(self.given("currency") or "").upper(),
            received_from=self.given("received_from"),
            received_until=self.given("received_until"),
        )


class AsOf(ListForm):
    """The day of an aged balance."""

    on = DayField(required=False)

    def day(self, today: date) -> date:
        """The day asked for; today when none is."""
        found = self.given("on")
        return found if isinstance(found, date) else today


class ViewForm(ListForm):
    """A view to be kept."""

    name = forms.CharField(max_length=80)
    shared = forms.BooleanField(required=False)


class MatchForm(ListForm):
    """Which invoice a credit pays, and how much of it."""

    invoice = forms.IntegerField()
    amount = AmountField(required=False)

    def money(self, currency: str) -> Money | None:
        """The amount typed, None for all that is left. Raises AmountUnreadable."""
        value = self.given("amount")
        if value is None:
            return None
        try:
            return money(value, currency)
        except AmountUnreadable:
            self.add_error("amount", say(reader_language(), "lists.refused.decimals"))
            raise
