"""What a person asks of the forecast: scenario, customers, currency."""

from collections.abc import Iterable, Sequence
from typing import Any

from django import forms

from amiable.engine.forecast import LATER_DAYS, LATER_SHARE, Scenario, Wish
from amiable.engine.parties import Language
from amiable.words import say, term


class ForecastForm(forms.Form):
    """Nothing is required: what is missing or wrong is taken as it is shipped."""

    scenario = forms.ChoiceField(required=False)
    share = forms.IntegerField(required=False, min_value=0, max_value=100)
    days = forms.IntegerField(required=False, min_value=1, max_value=180)
    slice = forms.ChoiceField(required=False)
    currency = forms.ChoiceField(required=False)

    def __init__(
        self,
        data: Any,
        language: Language,
        *,
        slices: Iterable[tuple[str, str]],
        currencies: Sequence[str],
        custom: bool,
    ) -> None:
        super().__init__(data)
        fields: dict[str, Any] = self.fields
        for name, field in fields.items():
            field.label = say(language, f"forecast.{name}")
        fields["scenario"].choices = [
            (one.value, term(language, "scenario", one.value)) for one in Scenario
        ]
        fields["slice"].choices = [("", say(language, "forecast.everybody")), *slices]
        fields["currency"].choices = [(code, code) for code in currencies]
        for name in ("share", "days"):
            wrong = say(language, f"forecast.wrong_{name}")
            kinds = ("invalid", "min_value", "max_value")
            fields[name].error_messages = dict.fromkeys(kinds, wrong)
            for validator in fields[name].validators:
                validator.message = wrong
        fields["share"].widget.attrs["placeholder"] = round(100 * LATER_SHARE)
        fields["days"].widget.attrs["placeholder"] = LATER_DAYS
        if not custom or self.wish.scenario is not Scenario.LATER:
            del fields["share"], fields["days"]
        if len(currencies) < 2:
            del fields["currency"]

    def given(self, name: str) -> str:
        """What was chosen, empty where nothing usable was."""
        self.is_valid()
        return str(self.cleaned_data.get(name) or "")

    @property
    def wish(self) -> Wish:
        """The scenario asked for."""
        self.is_valid()
        chosen = self.cleaned_data
        share, days = chosen.get("share"), chosen.get("days")
        return Wish(
            scenario=Scenario(chosen.get("scenario") or Scenario.HABITS),
            share=LATER_SHARE if share is None else share / 100,
            days=days or LATER_DAYS,
        )
