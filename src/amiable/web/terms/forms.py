"""Forms of the terms: sliders with a number beside each, whom one asks for, a norm of one's own."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django import forms
from django.http import QueryDict

from amiable.engine.days import EndOfMonth
from amiable.engine.parties import Segment
from amiable.engine.payment_terms import Trade
from amiable.engine.reasons import Fact
from amiable.law.norms import norms
from amiable.web.language import reader_language
from amiable.web.lists.forms import AmountField, DayField
from amiable.web.settings.forms import SettingsForm
from amiable.words import say, term


@dataclass(frozen=True, slots=True, kw_only=True)
class Slider:
    """A number that may be slid or typed, in steps of ``step`` from ``low`` to ``high``."""

    name: str
    low: Decimal
    high: Decimal
    step: Decimal
    start: Decimal


def _slider(name: str, high: str, step: str, start: str) -> Slider:
    return Slider(
        name=name, low=Decimal(0), high=Decimal(high), step=Decimal(step), start=Decimal(start)
    )


DAYS = _slider("days", "120", "1", "45")
RATE = _slider("rate", "10", "0.1", "2")
WITHIN = _slider("within", "60", "1", "10")
TAKEN = _slider("taken", "100", "5", "50")
MONEY = _slider("money", "20", "0.25", "5")
MONTH_ENDS = (EndOfMonth.AFTER, EndOfMonth.BEFORE)


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownSlider:
    """A slider as it is drawn: with what was typed, however wrong, and what is wrong with it."""

    slider: Slider
    label: str
    help: str
    typed: str
    slid: Decimal
    error: str


class SliderForm(SettingsForm):
    """Sliders, and whose figures one asks for.

    Each slider ``x`` has a number ``x_typed`` beside it and remembers in ``x_was`` what both were
    when the page was drawn: whichever moved counts, so that it works without a script, too.
    """

    room = "terms"
    sliders: tuple[Slider, ...] = ()
    segment = forms.ChoiceField(required=False)
    customer = forms.IntegerField(
        required=False, min_value=1, max_value=2**62, widget=forms.HiddenInput
    )

    def __init__(self, asked: QueryDict, *, money: Decimal) -> None:
        self.starts = {one.name: one.start for one in self.sliders} | {"money": money}
        super().__init__(self._settled(asked))
        language = reader_language()
        segments = [(one.value, term(language, "segment", one.value)) for one in Segment]
        self.choose("segment", [("", say(language, "terms.everybody")), *segments])

    def _settled(self, asked: QueryDict) -> dict[str, str]:
        """One value a field: of a slider and its number, the one that moved."""
        found = {name: asked.get(name, "") for name in self.base_fields}
        for one in self.sliders:
            slid, typed = asked.get(one.name, ""), asked.get(f"{one.name}_typed", "")
            was = asked.get(f"{one.name}_was", "")
            moved = typed if typed != was else slid
            found[one.name] = (moved or slid or _plain(self.starts[one.name])).replace(",", ".")
        return found

    def shown(self) -> list[ShownSlider]:
        """The sliders as they are drawn."""
        return [self._shown(one) for one in self.sliders]

    def _shown(self, one: Slider) -> ShownSlider:
        value = self.cleaned_data.get(one.name) if self.is_valid() else None
        slid = value if value is not None else self.starts[one.name]
        return ShownSlider(
            slider=one,
            label=str(self.fields[one.name].label),
            help=str(self.fields[one.name].help_text),
            typed=_plain(value) if value is not None else str(self.data[one.name]),
            slid=min(max(Decimal(slid), one.low), one.high),
            error=" ".join(str(error) for error in self.errors.get(one.name, [])),
        )

    def hundredths(self, name: str) -> int:
        """A per cent as hundredths of it."""
        return int(self.cleaned_data[name] * 100)

    def query(self) -> dict[str, str]:
        """The address of what is asked, in few words: what is not the default."""
        kept = {}
        for name in self.fields:
            value = self.cleaned_data.get(name)
            start = self.starts.get(name, "")
            if value not in (None, "", start):
                kept[name] = _plain(value) if isinstance(value, Decimal) else str(value)
        return kept


def _plain(value: Decimal) -> str:
    """``5``, ``0.25``: without zeros at the end."""
    text = f"{value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


class NumberField(AmountField):
    """A number between limits, with so many decimals at most; cleaned to a Decimal."""

    def __init__(self, low: Decimal, high: Decimal, decimals: int, **more: Any) -> None:
        super().__init__(**more)
        self.low, self.high, self.decimals = low, high, decimals

    def clean(self, value: Any) -> Decimal:
        """The number; anything else is refused with what it may be."""
        found = super().clean(value)
        exact = found is not None and found == round(found, self.decimals)
        if found is None or not exact or not self.low <= found <= self.high:
            limits: dict[str, Fact] = {
                "low": str(self.low),
                "high": str(self.high),
                "decimals": self.decimals,
            }
            raise forms.ValidationError(say(reader_language(), "terms.wrong_number", **limits))
        return found


def _number(slider: Slider, decimals: int) -> NumberField:
    return NumberField(slider.low, slider.high, decimals)


class TermForm(SliderForm):
    """The term to offer."""

    sliders = (DAYS, MONEY)
    days = _number(DAYS, 0)
    money = NumberField(Decimal(0), Decimal(100), 2)
    end_of_month = forms.ChoiceField(required=False)
    trade = forms.ChoiceField(required=False)

    def __init__(self, asked: QueryDict, *, money: Decimal) -> None:
        super().__init__(asked, money=money)
        language = reader_language()
        ways = [(one.value, say(language, f"terms.way.{one.value}")) for one in MONTH_ENDS]
        self.choose("end_of_month", [("", say(language, "terms.way.none")), *ways])
        trades = [(one.value, term(language, "trade", one.value)) for one in Trade]
        self.choose("trade", [("", say(language, "terms.trade_usual")), *trades])


class DiscountForm(SliderForm):
    """The discount to give."""

    sliders = (RATE, WITHIN, TAKEN, MONEY)
    rate = _number(RATE, 2)
    within = _number(WITHIN, 0)
    taken = _number(TAKEN, 0)
    money = NumberField(Decimal(0), Decimal(100), 2)


class NormForm(SettingsForm):
    """A figure of one's own in the place of a norm."""

    room = "terms"
    norm = forms.ChoiceField()
    days_own = NumberField(Decimal(0), Decimal(999), 1)
    as_of = DayField()
    source = forms.CharField(max_length=200)

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        language = reader_language()
        self.choose("norm", [(name, term(language, "norm", name)) for name in norms()])
