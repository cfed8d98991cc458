"""Which customers are meant: the conditions of a rule, or of a handover, as a form."""

from collections.abc import Sequence
from typing import Any

from babel import Locale
from django import forms
from django.core.exceptions import ValidationError

from amiable.engine.money import AmountUnreadable, Money, money
from amiable.store.assignment import Conditions, LettersRefused, first_letters
from amiable.store.models import User
from amiable.web.language import reader_language
from amiable.web.people.forms import PeopleForm, member_choices, segment_choices
from amiable.words import say, write_money
from amiable.words import term as words_term

_LETTERS = 2  # ISO 3166-1 alpha-2
NOBODY = "nobody"
"""The choice of no person: the rules decide."""


class ConditionsForm(PeopleForm):
    """Segment, country, first letters, least owed; what is left empty does not matter."""

    helped = ("letters", "least", "country")
    user = forms.ChoiceField()
    segment = forms.ChoiceField(required=False)
    letters = forms.CharField(max_length=20, required=False)
    country = forms.CharField(max_length=2, required=False)
    least = forms.CharField(
        max_length=20, required=False, widget=forms.TextInput({"inputmode": "decimal"})
    )

    def __init__(
        self, *args: Any, people: Sequence[User], currency: str, nobody: str = "", **more: Any
    ) -> None:
        super().__init__(*args, **more)
        self.currency = currency
        any_one = say(reader_language(), "people.any")
        last = [(NOBODY, nobody)] if nobody else []
        first = say(reader_language(), "people.choose")
        self.fields["user"].choices = member_choices(people, first) + last  # type: ignore[attr-defined]
        self.fields["segment"].choices = segment_choices(any_one)  # type: ignore[attr-defined]
        self.people = {str(one.pk): one for one in people}

    def clean_letters(self) -> str:
        """Letters as "A-F", "M", "0-9"."""
        said = str(self.cleaned_data["letters"]).upper()
        try:
            first_letters(said)
        except LettersRefused:
            raise ValidationError(say(reader_language(), "people.error.letters")) from None
        return said

    def clean_country(self) -> str:
        """A country code of two letters."""
        said = str(self.cleaned_data["country"]).upper()
        if said and (len(said) != _LETTERS or said not in Locale("en").territories):
            raise ValidationError(say(reader_language(), "people.error.country"))
        return said

    def clean_least(self) -> int | None:
        """An amount as people write it, in the company's currency: "1 000,50"."""
        said = self.cleaned_data["least"]
        if not said:
            return None
        try:
            least = read_amount(said, self.currency)
        except AmountUnreadable:
            raise ValidationError(say(reader_language(), "people.error.least")) from None
        if least.minor < 0:
            raise ValidationError(say(reader_language(), "people.error.least"))
        return least.minor

    @property
    def chosen(self) -> User | None:
        """The person chosen; None: nobody, and the rules decide."""
        return self.people.get(self.cleaned_data["user"])

    @property
    def meant(self) -> Conditions:
        """The conditions said."""
        said = self.cleaned_data
        return Conditions(
            segment=said["segment"],
            country=said["country"],
            letters=said["letters"],
            least_minor=said["least"],
        )


def read_amount(text: str, currency: str) -> Money:
    """An amount with a decimal comma or point, whatever the thousands mark."""
    plain = "".join(text.split()).replace("\u202f", "").removesuffix("€")
    return money(plain.replace(",", "."), currency)


def in_words(meant: Conditions, currency: str) -> str:
    """Conditions in a sentence: "at risk, names from A-F, owing at least 1 000 €"."""
    language = reader_language()
    parts = []
    if meant.segment:
        parts.append(words_term(language, "segment", meant.segment))
    if meant.letters:
        parts.append(say(language, "people.when.letters", letters=meant.letters))
    if meant.country:
        name = Locale(language.value).territories.get(meant.country, meant.country)
        parts.append(say(language, "people.when.country", country=name))
    if meant.least_minor is not None:
        least = write_money(Money(minor=meant.least_minor, currency=currency), language)
        parts.append(say(language, "people.when.least", least=least))
    return ", ".join(parts) or say(language, "people.when.all")
