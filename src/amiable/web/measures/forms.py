"""What a person asks of the measures: a period, and by what they are told apart."""

from datetime import date
from typing import Any

from django import forms

from amiable.desk.measure import Chosen
from amiable.engine.days import ONE_DAY
from amiable.engine.period import PeriodKind, Span, period_of
from amiable.store.models.day_measure import Dimension
from amiable.web.language import reader_language
from amiable.web.lists.forms import DayField
from amiable.words import say

FREE = "free"
_FIRST, _LAST = date(1990, 1, 1), date(2100, 12, 31)


def _plausible(on: date | None) -> bool:
    """Whether a day, if one was given, is none of a far past or future."""
    return on is None or _FIRST <= on <= _LAST


class MeasureForm(forms.Form):
    """Nothing is required: what is missing or wrong is taken as it is shipped, 90 days.

    ``since`` and ``until`` are only there for a period of one's own. ``only``: one value of the
    dimension it is of, as "segment:new".
    """

    period = forms.ChoiceField(required=False)
    on = DayField(required=False)
    since = DayField(required=False)
    until = DayField(required=False)
    by = forms.ChoiceField(required=False)
    only = forms.CharField(required=False, max_length=80, widget=forms.HiddenInput)

    def __init__(self, data: Any, *, today: date) -> None:
        shown = data.copy()
        shown.setdefault("period", PeriodKind.DAYS_90.value)
        super().__init__(shown)
        self.today, self.label_suffix = today, ""
        language = reader_language()
        fields: dict[str, Any] = self.fields
        for name in ("period", "on", "since", "until", "by"):
            fields[name].label = say(language, f"measures.label.{name}")
        kinds = (*PeriodKind, FREE)
        fields["period"].choices = [(one, say(language, f"measures.period.{one}")) for one in kinds]
        fields["by"].choices = [(one, say(language, f"measures.by.{one}")) for one in Dimension]
        self.span = self._span()
        for name in ("on",) if self.kind is None else ("since", "until"):
            del fields[name]

    def clean(self) -> dict[str, Any]:
        """A period must have begun, and end after it began."""
        found: dict[str, Any] = super().clean() or {}
        if found.get("period") == FREE:
            since, until = found.get("since"), found.get("until")
            odd = [name for name in ("since", "until") if not _plausible(found.get(name))]
            for name in odd:
                self._refuse(name, "range")
            if odd:
                return found
            if since and until and until < since:
                self._refuse("until", "order")
            elif since and since > self.today:
                self._refuse("since", "future")
            elif not (since and until) and not self.errors:
                self._refuse("until" if since else "since", "missing")
        elif (on := found.get("on")) and not _FIRST <= on <= self.today:
            self._refuse("on", "range" if on < _FIRST else "future")
        return found

    def _refuse(self, name: str, why: str) -> None:
        self.add_error(name, say(reader_language(), f"measures.refused.{why}"))

    def given(self, name: str) -> Any:
        """What was chosen; None where nothing usable was."""
        self.is_valid()
        return self.cleaned_data.get(name) or None

    @property
    def kind(self) -> PeriodKind | None:
        """How the period is chosen; None: from one day to another."""
        chosen = self.given("period") or PeriodKind.DAYS_90
        return None if chosen == FREE else PeriodKind(chosen)

    @property
    def chosen(self) -> Chosen:
        """By what figures are told apart, and the value that is looked at alone."""
        by = self.given("by") or Dimension.COMPANY.value
        dimension, colon, value = (self.given("only") or "").partition(":")
        return Chosen(dimension=by, value=value if colon and dimension == by else None)

    def _span(self) -> Span:
        if self.kind is not None:
            return period_of(self.kind, self.given("on") or self.today)
        if self.errors:
            return period_of(PeriodKind.DAYS_90, self.today)
        return Span(self.cleaned_data["since"], self.cleaned_data["until"] + ONE_DAY)
