"""Forms of the people's room: what a person types, checked, told in their language."""

from collections.abc import Mapping, Sequence
from typing import Any
from zoneinfo import available_timezones

from django import forms
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError

from amiable.desk.company import company_key
from amiable.desk.identity import NotIdentity, checked_iban, checked_siren
from amiable.engine import parties
from amiable.engine.parties import Language
from amiable.store.models import User
from amiable.store.models.membership import Role
from amiable.web.language import reader_language
from amiable.words import say, term

_LANGUAGES = (("fr", "Français"), ("en", "English"))
_ZONES = tuple(
    (zone, zone.replace("_", " "))
    for zone in sorted(available_timezones())
    if "/" in zone and not zone.startswith(("Etc/", "SystemV/", "posix/", "right/"))
)


class PeopleForm(forms.Form):
    """Labels are ``people.label.<field>``; a text ``people.help.<field>`` is shown below."""

    helped: tuple[str, ...] = ()

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        self.label_suffix = ""
        language = reader_language()
        for name, field in self.fields.items():
            field.label = say(language, f"people.label.{name}")
            if name in self.helped:
                field.help_text = say(language, f"people.help.{name}")

    def refuse(self, field: str | None, key: str, **facts: Any) -> None:
        """Say beside a field (or above all) why it cannot be, and how to mend it."""
        self.add_error(field, say(reader_language(), key, **facts))


def role_choices() -> list[tuple[str, str]]:
    """The roles with what each may do."""
    language = reader_language()
    return [(role.value, say(language, f"people.role.{role.value}")) for role in Role]


def member_choices(users: Sequence[User], nobody: str = "") -> list[tuple[str, str]]:
    """People to choose among; ``nobody`` is the text of an empty choice."""
    first = [("", nobody)] if nobody else []
    return first + [(str(user.pk), str(user)) for user in users]


class InviteForm(PeopleForm):
    """Whom to invite."""

    helped = ("email",)
    email = forms.EmailField(max_length=254, widget=forms.EmailInput({"autocomplete": "off"}))
    name = forms.CharField(max_length=200, required=False)
    role = forms.ChoiceField(widget=forms.RadioSelect)
    language = forms.ChoiceField(choices=_LANGUAGES)

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        self.fields["role"].choices = role_choices()  # type: ignore[attr-defined]


class RoleForm(PeopleForm):
    """What a member may do."""

    role = forms.ChoiceField(widget=forms.RadioSelect)

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        self.fields["role"].choices = role_choices()  # type: ignore[attr-defined]


class AbsenceForm(PeopleForm):
    """From when until when somebody is away, and who stands in."""

    helped = ("absent_until", "stand_in")
    absent_from = forms.DateField(widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d"))
    absent_until = forms.DateField(
        required=False, widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d")
    )
    stand_in = forms.ChoiceField(required=False)

    def __init__(self, *args: Any, others: Sequence[User], **more: Any) -> None:
        super().__init__(*args, **more)
        nobody = say(reader_language(), "people.nobody")
        self.fields["stand_in"].choices = member_choices(others, nobody)  # type: ignore[attr-defined]


class NewcomerForm(PeopleForm):
    """The first person: who signs in, how, in which language."""

    helped = ("password",)
    name = forms.CharField(max_length=200, widget=forms.TextInput({"autocomplete": "name"}))
    email = forms.EmailField(max_length=254, widget=forms.EmailInput({"autocomplete": "username"}))
    language = forms.ChoiceField(choices=_LANGUAGES)
    password = forms.CharField(
        max_length=200,
        strip=False,
        required=False,
        widget=forms.PasswordInput({"autocomplete": "new-password"}),
    )

    def __init__(self, *args: Any, kept: bool = False, **more: Any) -> None:
        super().__init__(*args, **more)
        self.fields["password"].required = not kept
        if kept:
            self.fields["password"].help_text = say(reader_language(), "people.help.password_kept")

    def clean(self) -> dict[str, Any]:
        """The password is held against name and address too."""
        said = super().clean() or {}
        check_password(self, "password", said)
        return said


class AcceptForm(PeopleForm):
    """Who accepts an invitation for the first time: a name and a password."""

    helped = ("password",)
    name = forms.CharField(max_length=200, widget=forms.TextInput({"autocomplete": "name"}))
    password = forms.CharField(
        max_length=200, strip=False, widget=forms.PasswordInput({"autocomplete": "new-password"})
    )

    def __init__(self, *args: Any, email: str, **more: Any) -> None:
        super().__init__(*args, **more)
        self.email = email

    def clean(self) -> dict[str, Any]:
        """The password is held against name and address too."""
        said = super().clean() or {}
        check_password(self, "password", {"email": self.email} | said)
        return said


def check_password(form: forms.Form, field: str, said: Mapping[str, Any]) -> None:
    """Hold a password against the rules of the site; what is wrong is said beside the field."""
    if not said.get(field):
        return
    user = User(email=said.get("email", ""), name=said.get("name", ""))
    try:
        validate_password(said[field], user)
    except ValidationError as error:
        form.add_error(field, error)


class MeForm(PeopleForm):
    """One's own name and language."""

    name = forms.CharField(max_length=200, widget=forms.TextInput({"autocomplete": "name"}))
    language = forms.ChoiceField(choices=_LANGUAGES)


class CompanyForm(PeopleForm):
    """The identity of a company, as far as it is needed to begin."""

    helped = ("siren", "iban", "company_email")
    company_name = forms.CharField(
        max_length=200, widget=forms.TextInput({"autocomplete": "organization"})
    )
    siren = forms.CharField(max_length=20, required=False)
    iban = forms.CharField(max_length=50, required=False)
    company_email = forms.EmailField(max_length=254, required=False)
    timezone = forms.ChoiceField(choices=_ZONES, initial="Europe/Paris")
    company_language = forms.ChoiceField(choices=_LANGUAGES)

    def clean_siren(self) -> str:
        """Nine digits that add up."""
        try:
            return checked_siren(self.cleaned_data["siren"])
        except NotIdentity:
            raise ValidationError(say(reader_language(), "people.error.siren")) from None

    def clean_iban(self) -> str:
        """An account number whose check digits are right."""
        try:
            return checked_iban(self.cleaned_data["iban"])
        except NotIdentity:
            raise ValidationError(say(reader_language(), "people.error.iban")) from None

    def identity(self) -> parties.Company:
        """The company said."""
        said = self.cleaned_data
        return parties.Company(
            key=company_key(said["company_name"]),
            name=said["company_name"],
            siren=said["siren"],
            iban=said["iban"],
            email=said["company_email"],
            timezone=said["timezone"],
            language=Language(said["company_language"]),
        )


def segment_choices(nothing: str) -> list[tuple[str, str]]:
    """How customers pay, to choose from; empty: no matter how."""
    language = reader_language()
    return [("", nothing)] + [
        (one.value, term(language, "segment", one.value)) for one in parties.Segment
    ]
