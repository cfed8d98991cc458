"""Forms of the settings: labels are ``settings.field.<name>``, helps ``settings.help.<name>``."""

from typing import Any
from zoneinfo import available_timezones

from babel import Locale
from babel.numbers import list_currencies
from django import forms

from amiable.desk.calendar import regions
from amiable.desk.identity import (
    NotIdentity,
    bic_of_iban,
    checked_email,
    checked_iban,
    checked_phone,
    checked_siren,
    checked_vat,
)
from amiable.store.models import Company
from amiable.store.models.mail_server import MailSecurity
from amiable.web.language import reader_language
from amiable.words import say
from amiable.words.catalogue import texts

_LANGUAGES = (("fr", "Français"), ("en", "English"))
_SHORT_CODE = 2


class SettingsForm(forms.Form):
    """A form whose words come from the catalogue, in the visitor's language.

    ``room``: whose ``<room>.field.<name>`` and ``<room>.help.<name>`` come before the settings'.
    """

    room = "settings"

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        self.label_suffix = ""
        language = reader_language()
        for name, field in self.fields.items():
            field.label = say(language, self._key("field", name) or f"settings.field.{name}")
            if key := self._key("help", name):
                field.help_text = say(language, key)

    def _key(self, kind: str, name: str) -> str:
        """Where the words of a field stand; empty when there are none."""
        known = texts(reader_language())
        places = (f"{room}.{kind}.{name}" for room in (self.room, "settings"))
        return next((key for key in places if key in known), "")

    def refuse(self, field: str, key: str, **facts: Any) -> None:
        """Say beside a field why it cannot be, and how to mend it."""
        self.add_error(field, say(reader_language(), key, **facts))

    def choose(self, field: str, choices: list[tuple[str, str]]) -> None:
        """What one may choose in a field."""
        self.fields[field].choices = choices  # type: ignore[attr-defined]


class IdentityForm(SettingsForm):
    """Who the company is, where it is paid, in whose name it writes."""

    name = forms.CharField(max_length=200)
    siren = forms.CharField(max_length=20, required=False)
    vat = forms.CharField(max_length=20, required=False)
    address = forms.CharField(max_length=500, required=False, widget=forms.Textarea({"rows": 3}))
    country = forms.ChoiceField()
    email = forms.CharField(max_length=254, required=False)
    phone = forms.CharField(max_length=40, required=False)
    sender = forms.CharField(max_length=200, required=False)
    legal = forms.CharField(max_length=300, required=False)
    iban = forms.CharField(max_length=50, required=False)
    bic = forms.CharField(max_length=11, required=False)
    language = forms.ChoiceField(choices=_LANGUAGES)
    currency = forms.ChoiceField()
    timezone = forms.ChoiceField()

    def __init__(self, *args: Any, company: Company, locked: bool, **more: Any) -> None:
        super().__init__(*args, **more)
        locale = Locale(reader_language().value)
        countries = [
            (code, str(name))
            for code, name in locale.territories.items()
            if len(code) == _SHORT_CODE and code.isalpha() and code not in ("ZZ", "EU", "EZ", "UN")
        ]
        self.choose("country", sorted(countries, key=lambda one: one[1]))
        self.choose("currency", sorted((code, code) for code in list_currencies()))
        zones = {one for one in available_timezones() if "/" in one and not one.startswith("Etc")}
        self.choose("timezone", [(one, one) for one in sorted({*zones, company.timezone, "UTC"})])
        if locked:
            self.fields["currency"].disabled = True
            self.fields["currency"].help_text = say(reader_language(), "settings.currency_locked")

    def clean(self) -> dict[str, Any]:
        """Each number as it is kept, the BIC filled in from the IBAN."""
        data = super().clean() or {}
        for name, check in (
            ("siren", checked_siren), ("vat", checked_vat), ("iban", checked_iban),
            ("email", checked_email),
        ):  # fmt: skip
            self._check(data, name, check)
        country = data.get("country", "")
        self._check(data, "phone", lambda value: checked_phone(value, country))
        data["bic"] = data.get("bic", "").replace(" ", "").upper()
        if data.get("iban") and not data["bic"]:
            data["bic"] = bic_of_iban(data["iban"])
        data["address"] = data.get("address", "").replace("\r\n", "\n")
        return data

    def _check(self, data: dict[str, Any], name: str, check: Any) -> None:
        if name in data:
            try:
                data[name] = check(data[name])
            except NotIdentity:
                self.refuse(name, f"settings.wrong.{name}")


class HoursForm(SettingsForm):
    """When messages may leave."""

    opens_at = forms.TimeField(widget=forms.TimeInput({"type": "time"}, format="%H:%M"))
    closes_at = forms.TimeField(widget=forms.TimeInput({"type": "time"}, format="%H:%M"))
    region = forms.ChoiceField(required=False)
    automatic = forms.BooleanField(required=False)
    automatic_from = forms.TimeField(
        required=False, widget=forms.TimeInput({"type": "time"}, format="%H:%M")
    )

    def __init__(self, *args: Any, country: str, **more: Any) -> None:
        super().__init__(*args, **more)
        known = sorted(regions(country).items(), key=lambda one: one[1])
        self.choose("region", [("", say(reader_language(), "settings.region_none")), *known])

    def clean(self) -> dict[str, Any]:
        """The day ends after it begins."""
        data = super().clean() or {}
        if "opens_at" in data and "closes_at" in data and data["opens_at"] >= data["closes_at"]:
            self.refuse("closes_at", "settings.wrong.hours")
        self._check_automatic(data)
        return data

    def _check_automatic(self, data: dict[str, Any]) -> None:
        """The hour is one at which messages leave at all; without the tick there is none."""
        wanted = data.pop("automatic", False)
        if not wanted:
            data["automatic_from"] = None
        elif {"opens_at", "closes_at", "automatic_from"} <= data.keys() and not (
            data["automatic_from"]
            and data["opens_at"] <= data["automatic_from"] < data["closes_at"]
        ):
            self.refuse("automatic_from", "settings.wrong.automatic_from")


class ClosedForm(SettingsForm):
    """A time in which the company is closed; the first and the last day."""

    closed_from = forms.DateField(widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d"))
    closed_to = forms.DateField(widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d"))

    def clean(self) -> dict[str, Any]:
        """The last day is not before the first, and nobody closes for years."""
        data = super().clean() or {}
        first, last = data.get("closed_from"), data.get("closed_to")
        if first and last and not 0 <= (last - first).days <= 366:
            self.refuse("closed_to", "settings.wrong.closed")
        return data


class RetentionForm(SettingsForm):
    """How long the people of former customers are remembered."""

    retention_months = forms.IntegerField(min_value=1, max_value=240)


class PaceForm(SettingsForm):
    """How fast messages leave."""

    per_minute = forms.IntegerField(min_value=0, max_value=6_000)


class MailForm(SettingsForm):
    """The company's mail server; an empty password keeps the one that is stored."""

    host = forms.CharField(max_length=253)
    port = forms.IntegerField(min_value=1, max_value=65_535)
    security = forms.ChoiceField()
    user = forms.CharField(
        max_length=254, required=False, widget=forms.TextInput({"autocomplete": "off"})
    )
    password = forms.CharField(
        max_length=500,
        required=False,
        strip=False,
        widget=forms.PasswordInput({"autocomplete": "new-password"}),
    )
    no_password = forms.BooleanField(required=False)

    def __init__(self, *args: Any, stored: bool, **more: Any) -> None:
        super().__init__(*args, **more)
        language = reader_language()
        kinds = [(one.value, say(language, f"settings.security.{one}")) for one in MailSecurity]
        self.choose("security", kinds)
        if stored:
            self.fields["password"].help_text = say(language, "settings.password_stored")
        else:
            del self.fields["no_password"]

    def clean_host(self) -> str:
        """A name alone, without spaces or an address around it."""
        host: str = self.cleaned_data["host"].strip()
        if "/" in host or " " in host or "@" in host or ":" in host.strip("[]"):
            raise forms.ValidationError(say(reader_language(), "settings.wrong.host"))
        return host
