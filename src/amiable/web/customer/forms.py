"""Forms of the customer's room: what was promised, stopped, said."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from django import forms

from amiable.desk.sight import ItemView, Sight
from amiable.engine.instalment import MOST_PARTS, Rhythm
from amiable.engine.money import AmountUnreadable, Money, money
from amiable.web.language import reader_language
from amiable.words import say, short_date, write_money
from amiable.words.amounts import plain_amount

_MOST = 200  # invoices to choose from: whoever has more means all of them, or some by their number


class CustomerForm(forms.Form):
    """Labels are ``customer.form.<field>``; a text ``customer.help.<field>`` is shown below."""

    helped: tuple[str, ...] = ()

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        self.label_suffix = ""
        for name, field in self.fields.items():
            field.label = say(reader_language(), f"customer.form.{name}")
            if name in self.helped:
                field.help_text = say(reader_language(), f"customer.help.{name}")

    def refuse(self, field: str | None, key: str, **facts: Any) -> None:
        """Say beside a field (or above all) why it cannot be, and how to mend it."""
        self.add_error(field, say(reader_language(), f"customer.wrong.{key}", **facts))

    def choose(self, field: str, choices: Sequence[tuple[str, str]]) -> None:
        """What may be chosen in a field."""
        chosen = self.fields[field]
        assert isinstance(chosen, forms.ChoiceField)
        chosen.choices = choices


def day_field(**more: Any) -> forms.DateField:
    """A day, by the browser's own calendar; French readers may type 31/12/2026."""
    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    return forms.DateField(widget=widget, input_formats=["%Y-%m-%d", "%d/%m/%Y"], **more)


class AmountField(forms.CharField):
    """An amount as people write it: 1 200,50 or 1,200.50; in ``currency``."""

    currency = "EUR"

    def __init__(self, **more: Any) -> None:
        super().__init__(max_length=30, **more)
        self.widget.attrs |= {"inputmode": "decimal", "autocomplete": "off"}

    def clean(self, value: Any) -> Any:
        """The amount, or None when it is left empty."""
        text = super().clean(value)
        if not text:
            return None
        try:
            found = money(plain_amount(text), self.currency)
        except AmountUnreadable as error:
            raise forms.ValidationError(
                say(reader_language(), "customer.wrong.amount", text=text)
            ) from error
        if not 0 < found.minor < 10**15:
            raise forms.ValidationError(say(reader_language(), "customer.wrong.amount_zero"))
        return found


def write_plain(amount: Money) -> str:
    """An amount as it stands in a field: 1200,50 in French, 1200.50 in English."""
    text = str(amount.decimal())
    return text.replace(".", ",") if reader_language().value == "fr" else text


def invoice_choices(items: Sequence[ItemView]) -> list[tuple[str, str]]:
    """Open invoices to tick, each with what is left of it and its due date."""
    language = reader_language()
    return [
        (
            item.key,
            say(
                language,
                "customer.form.item",
                number=item.number,
                amount=write_money(item.left, language),
                due_on=short_date(item.due_on, language),
            ),
        )
        for item in items[:_MOST]
    ]


class AboutForm(CustomerForm):
    """A form about a customer's open invoices, some of them or all."""

    invoices = forms.MultipleChoiceField(required=False, widget=forms.CheckboxSelectMultiple)
    helped: tuple[str, ...] = ("invoices",)

    def __init__(self, *args: Any, items: Sequence[ItemView], today: date, **more: Any) -> None:
        super().__init__(*args, **more)
        self.today = today
        self.items = items
        if items:
            self.choose("invoices", invoice_choices(items))
        else:
            del self.fields["invoices"]

    def later(self, field: str, at_least: date) -> None:
        """A day must not lie before another, nor further than ten years ahead."""
        day = self.cleaned_data.get(field)
        if day is not None and day < at_least:
            self.refuse(field, "day_before", day=at_least)
        elif day is not None and day > self.today + timedelta(days=3650):
            self.refuse(field, "day_far")

    @property
    def chosen(self) -> list[str]:
        """The keys ticked; empty means all."""
        return list(self.cleaned_data.get("invoices") or [])


class PromiseForm(AboutForm):
    """An amount and a day."""

    amount = AmountField()
    due_on = day_field()
    field_order = ("amount", "due_on", "invoices")

    def __init__(self, *args: Any, currency: str, **more: Any) -> None:
        super().__init__(*args, **more)
        self.fields["amount"].currency = currency  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """The day looks ahead."""
        self.later("due_on", self.today)
        return self.cleaned_data


class HoldForm(AboutForm):
    """Until when, and why."""

    until = day_field(required=False)
    note = forms.CharField(max_length=500, widget=forms.Textarea(attrs={"rows": 3}))
    helped = ("until", "invoices")
    field_order = ("until", "note", "invoices")

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        self.fields["note"].label = say(reader_language(), "customer.form.why")

    def clean(self) -> dict[str, Any]:
        """It ends after today, if it ends."""
        self.later("until", self.today + timedelta(days=1))
        return self.cleaned_data


class TextForm(CustomerForm):
    """A text alone: a note, or an answer of the customer."""

    text = forms.CharField(max_length=10_000, widget=forms.Textarea(attrs={"rows": 6}))

    def __init__(self, *args: Any, label: str, **more: Any) -> None:
        super().__init__(*args, **more)
        self.fields["text"].label = say(reader_language(), f"customer.form.{label}")


class ReplyForm(TextForm):
    """An answer, by telephone or by mail; read at once by whoever writes it down, or not."""

    how = forms.ChoiceField(widget=forms.RadioSelect)
    read = forms.BooleanField(required=False)
    helped = ("read",)
    field_order = ("how", "text", "read")

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, label="answer", **more)
        language = reader_language()
        ways = ("phone", "mail", "other")
        self.choose("how", [(one, say(language, f"customer.how.{one}")) for one in ways])


class PlanForm(AboutForm):
    """In how many parts, from when, how far apart."""

    total = AmountField()
    count = forms.IntegerField(min_value=1, max_value=MOST_PARTS)
    first_on = day_field()
    rhythm = forms.ChoiceField()
    note = forms.CharField(max_length=500, required=False)
    field_order = ("total", "count", "first_on", "rhythm", "note", "invoices")

    def __init__(self, *args: Any, currency: str, **more: Any) -> None:
        super().__init__(*args, **more)
        self.fields["total"].currency = currency  # type: ignore[attr-defined]
        language = reader_language()
        self.choose(
            "rhythm", [(one.value, say(language, f"customer.rhythm.{one.value}")) for one in Rhythm]
        )

    def clean(self) -> dict[str, Any]:
        """The first part comes today or later; every part is worth a cent at least."""
        self.later("first_on", self.today)
        total, count = self.cleaned_data.get("total"), self.cleaned_data.get("count")
        if total is not None and count is not None and total.minor < count:
            self.refuse("count", "too_many_parts")
        return self.cleaned_data


class PartForm(CustomerForm):
    """One part of a plan, as proposed or as changed."""

    due_on = day_field()
    amount = AmountField()

    def __init__(self, *args: Any, currency: str, **more: Any) -> None:
        super().__init__(*args, **more)
        self.fields["amount"].currency = currency  # type: ignore[attr-defined]


def sum_due(sight: Sight) -> Money:
    """What a promise is of, unless told otherwise: what is overdue, else all that is open, less
    what is not tied to an invoice yet; in the currency most is owed in."""
    overdue = [amount for amount in sight.overdue if amount.minor > 0]
    owed = overdue or [amount for amount in sight.due if amount.minor > 0]
    most = max(owed, key=lambda amount: amount.minor, default=Money(minor=0, currency="EUR"))
    credit = sight.situation.credits.get(most.currency, 0)
    return Money(minor=max(most.minor - credit, 0), currency=most.currency)
