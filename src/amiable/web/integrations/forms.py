"""Forms of this room: what a token may do, where a webhook goes and what it wants to hear."""

from datetime import datetime, timedelta
from typing import Any

from django import forms

from amiable.desk.event import SUBSCRIBABLE, Event
from amiable.desk.token import Scope
from amiable.web.language import reader_language
from amiable.words import say, term

_LIVES = ("30", "90", "365", "0")  # days; 0: until it is revoked


class IntegrationForm(forms.Form):
    """Labels are ``integrations.label.<field>``, helps ``integrations.help.<field>``."""

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        self.label_suffix = ""
        language = reader_language()
        for name, field in self.fields.items():
            field.label = say(language, f"integrations.label.{name}")
            field.help_text = say(language, f"integrations.help.{name}")

    def choose(self, name: str, family: str, values: tuple[str, ...]) -> None:
        """Offer some values under the words of a family."""
        language = reader_language()
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [(value, term(language, family, value)) for value in values]


class TokenForm(IntegrationForm):
    """A new token."""

    name = forms.CharField(max_length=100)
    scopes = forms.MultipleChoiceField(widget=forms.CheckboxSelectMultiple)
    life = forms.ChoiceField(initial="365")

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        self.choose("scopes", "scope", tuple(scope.value for scope in Scope))
        self.choose("life", "token_life", _LIVES)

    def chosen(self) -> list[Scope]:
        """The scopes ticked."""
        return [Scope(value) for value in self.cleaned_data["scopes"]]

    def expires_at(self, now: datetime) -> datetime | None:
        """When it ends, if ever."""
        days = int(self.cleaned_data["life"])
        return now + timedelta(days=days) if days else None


class WebhookForm(IntegrationForm):
    """Where to, and what of."""

    url = forms.URLField(max_length=500, assume_scheme="https")
    events = forms.MultipleChoiceField(widget=forms.CheckboxSelectMultiple)

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        self.choose("events", "webhook_event", tuple(event.value for event in SUBSCRIBABLE))

    def chosen(self) -> list[Event]:
        """The events ticked."""
        return [Event(value) for value in self.cleaned_data["events"]]
