"""Forms of the worklist: words of one's own, a reason, a day, a colleague, what came of a call."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from django import forms

from amiable.channels.text import LONGEST
from amiable.engine.dispute import Ground
from amiable.engine.money import AmountUnreadable, Money, money
from amiable.engine.parties import Language
from amiable.store.models import Invoice, User
from amiable.store.models.note import CallOutcome
from amiable.web.visit import Visit
from amiable.words import term

_FAR = timedelta(days=366)


class _Form(forms.Form):
    """A form that speaks the visitor's language: ``words.<field>`` names it, ``_help`` explains."""

    words = ""
    helps: tuple[str, ...] = ()

    def __init__(self, visit: Visit, data: Any = None, **more: Any) -> None:
        super().__init__(data, **more)
        self.visit = visit
        for name, field in self.fields.items():
            field.label = visit.say(f"today.{self.words}.{name}")
            if name in self.helps:
                field.help_text = visit.say(f"today.{self.words}.{name}_help")

    def day_to_come(self, name: str, *, today_too: bool = False) -> date | None:
        """A day after today (or today) and within a year."""
        day: date | None = self.cleaned_data.get(name)
        first = self.visit.today if today_too else self.visit.today + timedelta(days=1)
        if day is not None and not first <= day <= self.visit.today + _FAR:
            raise forms.ValidationError(self.visit.say("today.day_refused", day=first))
        return day


def day_field(*, required: bool = True) -> forms.DateField:
    """A day, in the browser's own calendar."""
    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    return forms.DateField(required=required, widget=widget, input_formats=["%Y-%m-%d"])


class WordsForm(_Form):
    """The subject and text of a message."""

    words = "edit"
    helps = ("text",)
    subject = forms.CharField(max_length=300)
    text = forms.CharField(max_length=20_000, strip=False, widget=forms.Textarea({"rows": 22}))

    def clean_text(self) -> str:
        """Something to read."""
        text: str = self.cleaned_data["text"]
        if not text.strip():
            raise forms.ValidationError(self.fields["text"].error_messages["required"])
        return text


class TextForm(_Form):
    """The words of a text message."""

    words = "edit"
    text = forms.CharField(max_length=LONGEST, strip=False, widget=forms.Textarea({"rows": 8}))

    def clean_text(self) -> str:
        """Something to read."""
        text: str = self.cleaned_data["text"]
        if not text.strip():
            raise forms.ValidationError(self.fields["text"].error_messages["required"])
        return text


class SkipForm(_Form):
    """Why a step is left out."""

    words = "skip"
    helps = ("reason",)
    reason = forms.CharField(
        max_length=500, widget=forms.TextInput({"list": "skip-reasons", "autocomplete": "off"})
    )


class PostponeForm(_Form):
    """When to look again."""

    words = "postpone"
    until = day_field()

    def clean_until(self) -> date | None:
        """A day to come."""
        return self.day_to_come("until")


class HandForm(_Form):
    """Whose customer it becomes."""

    words = "hand"
    user = forms.TypedChoiceField(coerce=int)

    def __init__(self, visit: Visit, colleagues: Sequence[User], data: Any = None) -> None:
        super().__init__(visit, data)
        choices = [(one.pk, str(one)) for one in colleagues]
        self.fields["user"].choices = choices  # type: ignore[attr-defined]


class CallForm(_Form):
    """What came of a call."""

    words = "call"
    helps = ("again_on",)
    outcome = forms.ChoiceField(widget=forms.RadioSelect)
    text = forms.CharField(max_length=5_000, required=False, widget=forms.Textarea({"rows": 3}))
    promised_on = day_field(required=False)
    amount = forms.CharField(max_length=30, required=False)
    currency = forms.ChoiceField(required=False)
    invoice = forms.ChoiceField(required=False)
    ground = forms.ChoiceField(required=False)
    reason = forms.CharField(max_length=300, required=False)
    again_on = day_field(required=False)
    copy_of = forms.ChoiceField(required=False)

    def __init__(
        self, visit: Visit, invoices: Sequence[Invoice], owed: Sequence[Money], data: Any = None
    ) -> None:
        first = owed[0] if owed else Money(minor=0, currency=visit.company.currency)
        super().__init__(
            visit, data, initial={"amount": _typed(visit, first), "currency": first.currency}
        )
        self.invoices = {row.key: row for row in invoices}
        given = {
            "outcome": [(one.value, _word(visit, "call", one.value)) for one in CallOutcome],
            "currency": [(one.currency, one.currency) for one in owed or [first]],
            "invoice": [("", "–"), *((row.key, row.number or row.key) for row in invoices)],
            "copy_of": [
                ("", visit.say("today.call.copy_all")),
                *((row.key, row.number or row.key) for row in invoices),
            ],
            "ground": [
                ("", "–"),
                *((one.value, _word(visit, "ground", one.value)) for one in Ground),
            ],
        }
        for name, choices in given.items():
            self.fields[name].choices = choices  # type: ignore[attr-defined]

    def clean_promised_on(self) -> date | None:
        """Today or a day to come."""
        return self.day_to_come("promised_on", today_too=True)

    def clean_again_on(self) -> date | None:
        """A day to come."""
        return self.day_to_come("again_on")

    def clean(self) -> dict[str, Any]:
        """What an outcome needs is there."""
        found = super().clean() or {}
        outcome = found.get("outcome")
        if outcome == CallOutcome.PROMISE.value:
            self._need("promised_on")
            self._read_amount()
        elif outcome == CallOutcome.DISPUTE.value:
            self._need("invoice")
        return found

    def _need(self, name: str) -> None:
        if not self.cleaned_data.get(name) and name not in self.errors:
            self.add_error(name, self.visit.say(f"today.call.{name}_needed"))

    def _read_amount(self) -> None:
        typed = "".join(self.cleaned_data.get("amount", "").split()).replace(",", ".")
        try:
            amount = money(typed, self.cleaned_data.get("currency") or self.visit.company.currency)
        except AmountUnreadable:
            amount = None
        if amount is None or amount.minor <= 0:
            self.add_error("amount", self.visit.say("today.call.amount_needed"))
        self.promised = amount


def _word(visit: Visit, family: str, value: str) -> str:
    text = term(visit.language, family, value)
    return text[:1].upper() + text[1:]


def _typed(visit: Visit, amount: Money) -> str:
    """An amount as the visitor would type it."""
    text = str(amount.decimal())
    return text.replace(".", ",") if visit.language is Language.FR else text
