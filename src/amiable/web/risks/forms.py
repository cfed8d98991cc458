"""Forms of the risks: an alert that was seen, thresholds, assumptions."""

from decimal import Decimal
from typing import Any

from django import forms

from amiable.engine.money import AmountUnreadable, Money, money
from amiable.engine.risk import LIMITS as RISK_LIMITS
from amiable.engine.risk import RiskKind
from amiable.engine.segment import LIMITS as SEGMENT_LIMITS
from amiable.web.language import reader_language
from amiable.web.lists.forms import AmountField
from amiable.web.settings.forms import SettingsForm
from amiable.words import say


class SeenForm(forms.Form):
    """Which alert, of whom, and how bad it was on the page."""

    kind = forms.ChoiceField(choices=[(one.value, one.value) for one in RiskKind])
    customer = forms.IntegerField(required=False, min_value=1, max_value=2**62)
    level = forms.IntegerField(min_value=0, max_value=2**31 - 1)


def _whole(name: str, limits: dict[str, tuple[int, int]]) -> forms.IntegerField:
    low, high = limits[name]
    return forms.IntegerField(min_value=low, max_value=high)


class SegmentForm(SettingsForm):
    """The thresholds of the segments."""

    room = "risks"
    known_from = _whole("known_from", SEGMENT_LIMITS)
    late_from = _whole("late_from", SEGMENT_LIMITS)
    late_percent = _whole("late_percent", SEGMENT_LIMITS)
    drift_days = _whole("drift_days", SEGMENT_LIMITS)
    drift_percent = _whole("drift_percent", SEGMENT_LIMITS)


class RiskForm(SettingsForm):
    """The thresholds of the alerts."""

    room = "risks"
    one_percent = _whole("one_percent", RISK_LIMITS)
    top_n = _whole("top_n", RISK_LIMITS)
    top_percent = _whole("top_percent", RISK_LIMITS)
    broken_from = _whole("broken_from", RISK_LIMITS)


class AssumptionsForm(SettingsForm):
    """What money and a reminder cost, and the cash needed; empty: not known."""

    room = "risks"
    cost_of_money = AmountField(required=False)
    reminder_cost = AmountField(required=False)
    cash_need = AmountField(required=False)

    def __init__(self, *args: Any, currency: str, **more: Any) -> None:
        super().__init__(*args, **more)
        self.currency = currency

    def clean_cost_of_money(self) -> int | None:
        """Hundredths of a per cent, from nothing to all of it."""
        value: Decimal | None = self.cleaned_data["cost_of_money"]
        if value is None:
            return None
        hundredths = value * 100
        if not 0 <= value <= 100 or hundredths != int(hundredths):
            raise forms.ValidationError(say(reader_language(), "risks.wrong.percent"))
        return int(hundredths)

    def clean_reminder_cost(self) -> Money | None:
        """An amount of the company's currency."""
        return self._money("reminder_cost")

    def clean_cash_need(self) -> Money | None:
        """An amount of the company's currency."""
        return self._money("cash_need")

    def _money(self, name: str) -> Money | None:
        value: Decimal | None = self.cleaned_data[name]
        if value is None:
            return None
        if value < 0:
            raise forms.ValidationError(say(reader_language(), "lists.refused.amount"))
        try:
            return money(value, self.currency)
        except AmountUnreadable as error:
            raise forms.ValidationError(say(reader_language(), "lists.refused.decimals")) from error
