"""What a person asks of the reminders: a period, and by what they are told apart."""

from datetime import date, timedelta
from typing import Any

from django import forms

from amiable.engine.days import ONE_DAY
from amiable.engine.period import Span
from amiable.store.effect import Aspect
from amiable.web.language import reader_language
from amiable.web.lists.forms import DayField
from amiable.words import say

_YEAR = timedelta(days=365)
_FIRST = date(1990, 1, 1)


class EffectForm(forms.Form):
    """Nothing is required: what is missing or wrong is the year up to today, by channel."""

    since = DayField(required=False)
    until = DayField(required=False)
    by = forms.ChoiceField(required=False)

    def __init__(self, data: Any, *, today: date) -> None:
        shown = {"since": today - _YEAR, "until": today, "by": Aspect.CHANNEL.value}
        given = {name: data.get(name) or value for name, value in shown.items()}
        super().__init__(given)
        self.today, self.label_suffix = today, ""
        language = reader_language()
        fields: dict[str, Any] = self.fields
        for name, field in fields.items():
            field.label = say(language, f"effect.label.{name}")
        fields["by"].choices = [(one.value, say(language, f"effect.by.{one}")) for one in Aspect]

    def clean(self) -> dict[str, Any]:
        """A period ends after it began, not in a far past or in days to come."""
        found: dict[str, Any] = super().clean() or {}
        since, until = found.get("since"), found.get("until")
        if since and until and until < since:
            self.add_error("until", say(reader_language(), "measures.refused.order"))
        for name, on in (("since", since), ("until", until)):
            if on and not _FIRST <= on <= self.today:
                self.add_error(name, say(reader_language(), "measures.refused.future"))
        return found

    @property
    def span(self) -> Span:
        """The period asked for."""
        if not self.is_valid():
            return Span(self.today - _YEAR, self.today + ONE_DAY)
        return Span(self.cleaned_data["since"], self.cleaned_data["until"] + ONE_DAY)

    @property
    def aspect(self) -> Aspect:
        """By what."""
        self.is_valid()
        return Aspect(self.cleaned_data.get("by") or Aspect.CHANNEL)
