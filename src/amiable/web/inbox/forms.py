"""Forms of the inbox: filters, an answer, what a suggestion needs to be made true."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from django import forms

from amiable.desk.conversation_answer import Draft
from amiable.desk.sight import ItemView
from amiable.engine.dispute import Ground
from amiable.engine.money import Money, totals
from amiable.engine.reply import Meaning
from amiable.store.models import User
from amiable.store.models.conversation import ConversationState
from amiable.web.customer.forms import AmountField, day_field, invoice_choices, write_plain
from amiable.web.language import reader_language
from amiable.words import say, term

_INVOICES = 40  # to choose from in a card; who has more names them on the customer's page


class InboxForm(forms.Form):
    """Labels are ``inbox.label.<field>``, helps ``inbox.help.<field>``."""

    helped: tuple[str, ...] = ()

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        self.label_suffix = ""
        for name, field in self.fields.items():
            field.label = say(reader_language(), f"inbox.label.{name}")
            if name in self.helped:
                field.help_text = say(reader_language(), f"inbox.help.{name}")

    def refuse(self, field: str | None, key: str, **facts: Any) -> None:
        """Say beside a field (or above all) why it cannot be, and how to mend it."""
        self.add_error(field, say(reader_language(), f"inbox.wrong.{key}", **facts))

    def choose(self, field: str, choices: Sequence[tuple[str, str]]) -> None:
        """What may be chosen in a field."""
        chosen = self.fields[field]
        assert isinstance(chosen, forms.ChoiceField)
        chosen.choices = choices

    def given(self, name: str) -> Any:
        """What a valid field holds; None where it is empty or could not be read."""
        self.is_valid()
        value = self.cleaned_data.get(name)
        return None if value == "" else value


class InboxFilters(InboxForm):
    """What the list of conversations is filtered by; ``state`` empty: what waits for us."""

    words = forms.CharField(required=False, max_length=100)
    state = forms.ChoiceField(required=False)
    assigned = forms.ChoiceField(required=False)
    customer = forms.IntegerField(
        required=False, min_value=1, max_value=2**53, widget=forms.HiddenInput
    )

    def __init__(self, *args: Any, people: Iterable[User], **more: Any) -> None:
        super().__init__(*args, **more)
        language = reader_language()
        states = [(one.value, term(language, "conversation", one)) for one in ConversationState]
        to_do, every = say(language, "inbox.state.to_do"), say(language, "inbox.state.all")
        self.choose("state", [("", to_do), *states, ("all", every)])
        self.choose(
            "assigned",
            [
                ("", say(language, "lists.any")),
                ("me", say(language, "lists.me")),
                ("nobody", say(language, "lists.nobody")),
                *((str(user.pk), str(user)) for user in people),
            ],
        )
        self.fields["words"].widget.attrs["type"] = "search"


class AnswerForm(InboxForm):
    """To whom, what, with which files. ``seen``: the newest messages when it was begun; ``token``
    lets it leave once."""

    contact = forms.ChoiceField()
    subject = forms.CharField(max_length=300)
    text = forms.CharField(max_length=20_000, widget=forms.Textarea(attrs={"rows": 12}))
    quote = forms.BooleanField(required=False)
    pdfs = forms.MultipleChoiceField(required=False, widget=forms.CheckboxSelectMultiple)
    statement = forms.BooleanField(required=False)
    token = forms.UUIDField(widget=forms.HiddenInput)
    seen = forms.CharField(max_length=50, widget=forms.HiddenInput)

    def __init__(self, *args: Any, draft: Draft, **more: Any) -> None:
        super().__init__(*args, **more)
        people = [
            (one.email, f"{one.name} <{one.email}>" if one.name else one.email)
            for one in draft.contacts
        ]
        self.choose("contact", people)
        if not draft.quote:
            del self.fields["quote"]
        if draft.pdfs:
            self.choose("pdfs", [(str(one.pk), one.number) for one in draft.pdfs])
        else:
            del self.fields["pdfs"]


class SuggestionForm(InboxForm):
    """What a suggestion needs, prefilled with what was read, to be corrected by a person."""

    on = day_field(required=False)
    amount = AmountField(required=False)
    reference = forms.CharField(required=False, max_length=140)
    invoices = forms.MultipleChoiceField(required=False, widget=forms.CheckboxSelectMultiple)
    ground = forms.ChoiceField(required=False)
    address = forms.EmailField(required=False, max_length=254)
    name = forms.CharField(required=False, max_length=200)

    def __init__(
        self,
        *args: Any,
        meaning: Meaning,
        facts: dict[str, Any],
        items: Sequence[ItemView],
        due: Money,
        today: date,
        **more: Any,
    ) -> None:
        """``facts`` as read; ``items``: the customer's open invoices; ``due``: what it owes now."""
        self.meaning, self.today = meaning, today
        named = {str(one) for one in facts.get("invoices") or ()}
        self.items = {item.key: item for item in items}
        super().__init__(*args, initial=_initial(meaning, facts, items, named, due), **more)
        self.fields["amount"].currency = facts.get("currency") or due.currency  # type: ignore[attr-defined]
        for field in set(self.fields) - set(FIELDS[meaning]):
            del self.fields[field]
        self._choose_invoices(items, named)
        if "ground" in self.fields:
            language = reader_language()
            self.choose("ground", [(one.value, term(language, "ground", one)) for one in Ground])
        if "on" in self.fields and meaning is not Meaning.PAID:
            self.fields["on"].required = True

    def _choose_invoices(self, items: Sequence[ItemView], named: set[str]) -> None:
        """Those spoken of, or for a dispute all: it must be about one."""
        if "invoices" not in self.fields:
            return
        offered = [one for one in items if one.number in named]
        if self.meaning is Meaning.DISPUTE:
            rest = [one for one in items if one.number not in named]
            offered += rest[: max(0, _INVOICES - len(offered))]
            self.fields["invoices"].required = bool(offered)
        if offered:
            self.choose("invoices", invoice_choices(offered))
        else:
            del self.fields["invoices"]

    def clean(self) -> dict[str, Any]:
        """A promise looks ahead, a payment back; what is needed is given."""
        on: date | None = self.cleaned_data.get("on")
        if self.meaning is Meaning.PAID and on is not None and on > self.today:
            self.refuse("on", "paid_ahead")
        if self.meaning is Meaning.WILL_PAY and on is not None and on < self.today:
            self.refuse("on", "day_past")
        if self.meaning is Meaning.OUT_OF_OFFICE and on is not None and on <= self.today:
            self.refuse("on", "day_not_ahead")
        return self.cleaned_data

    @property
    def facts(self) -> dict[str, Any]:
        """What was said, as the desk takes it."""
        said = self.cleaned_data
        amount: Money | None = said.get("amount")
        on: date | None = said.get("on")
        found: dict[str, Any] = {
            name: said[name] for name in ("reference", "ground", "address", "name") if name in said
        }
        found["on"] = on.isoformat() if on else None
        found["minor"] = amount.minor if amount else None
        found["currency"] = amount.currency if amount else None
        found["invoices"] = [
            self.items[key].number for key in said.get("invoices") or () if key in self.items
        ]
        return found


FIELDS: dict[Meaning, tuple[str, ...]] = {
    Meaning.WILL_PAY: ("on", "amount", "invoices"),
    Meaning.PAID: ("on", "amount", "reference", "invoices"),
    Meaning.DISPUTE: ("invoices", "ground"),
    Meaning.OUT_OF_OFFICE: ("on",),
    Meaning.WRONG_PERSON: ("address", "name"),
    Meaning.STOP: (),
    Meaning.ASKS_COPY: (),
    Meaning.ASKS_INSTALMENTS: (),
}
"""What a person may correct of each meaning before it is made true."""


def _initial(
    meaning: Meaning, facts: dict[str, Any], items: Sequence[ItemView], named: set[str], due: Money
) -> dict[str, Any]:
    about = [item for item in items if item.number in named]
    amount = _said(facts)
    if amount is None and meaning is Meaning.WILL_PAY:
        amount = _left(about) if about else due
    return {
        "on": facts.get("on") or "",
        "amount": write_plain(amount) if amount is not None and amount.minor > 0 else "",
        "reference": facts.get("reference") or "",
        "invoices": [item.key for item in about],
        "ground": facts.get("ground") or Ground.OTHER.value,
        "address": facts.get("address") or "",
        "name": facts.get("name") or "",
    }


def _said(facts: dict[str, Any]) -> Money | None:
    minor, currency = facts.get("minor"), facts.get("currency")
    return Money(minor=int(minor), currency=str(currency)) if minor and currency else None


def _left(about: Sequence[ItemView]) -> Money | None:
    """What is left of some invoices, when that is one sum."""
    sums = totals(item.left for item in about)
    return sums[0] if len(sums) == 1 else None
