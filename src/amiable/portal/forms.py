"""Forms of the portal: labels are ``portal.field.<name>``, helps ``portal.help.<name>``."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any
from uuid import uuid4

import phonenumbers
from django import forms
from django.core.files.uploadedfile import UploadedFile
from email_validator import EmailNotValidError, validate_email

from amiable.channels.mailbox.mail import FILE_MOST, FILES_MOST
from amiable.desk.portal import PortalLine
from amiable.engine.dispute import Ground
from amiable.engine.instalment import Rhythm
from amiable.engine.money import AmountUnreadable, Money, money
from amiable.engine.parties import Channel, Language
from amiable.words import say, short_date, term, write_money
from amiable.words.amounts import plain_amount
from amiable.words.catalogue import texts

_MOST_FILES = 5
_TAKEN = frozenset(
    [
        "pdf",
        "png",
        "jpg",
        "jpeg",
        "gif",
        "webp",
        "heic",
        "txt",
        "csv",
        "xlsx",
        "xls",
        "docx",
        "doc",
        "odt",
        "ods",
        "eml",
    ]
)
_AHEAD = timedelta(days=730)
_MOST_PARTS = 24
_GROUNDS = tuple(one for one in Ground if one is not Ground.PAID)  # that has a form of its own


class _Files(forms.ClearableFileInput):
    allow_multiple_selected = True


class FilesField(forms.FileField):
    """Several files, none too large; a list."""

    widget = _Files

    def clean(self, data: Any, initial: Any = None) -> Any:
        """Each one checked, an empty list for none."""
        found = data if isinstance(data, list | tuple) else [data]
        return [super(FilesField, self).clean(one, initial) for one in found if one]


class PortalForm(forms.Form):
    """``once`` is the same when a form is sent twice."""

    once = forms.CharField(max_length=40, widget=forms.HiddenInput)

    def __init__(self, *args: Any, spoken: Language, **more: Any) -> None:
        super().__init__(*args, **more)
        self.label_suffix, self.spoken = "", spoken
        self.fields["once"].initial = uuid4().hex
        for name, field in self.fields.items():
            if name != "once":
                field.label = say(spoken, f"portal.field.{name}")
                field.error_messages["required"] = say(spoken, "portal.wrong.required")
                field.error_messages["invalid"] = say(spoken, f"portal.wrong.{_kind(field)}")
            if f"portal.help.{name}" in texts(spoken):
                field.help_text = say(spoken, f"portal.help.{name}")

    def refuse(self, field: str, code: str, **facts: Any) -> None:
        """Say beside a field why it cannot be, and how to mend it."""
        self.add_error(
            field if field in self.fields else None,
            say(self.spoken, f"portal.wrong.{code}", **facts),
        )

    def choose(self, field: str, choices: Sequence[tuple[str, str]]) -> None:
        """What may be chosen in a field."""
        chosen = self.fields[field]
        assert isinstance(chosen, forms.ChoiceField)
        chosen.choices = choices

    def clean_mail(self, name: str) -> str:
        """An e-mail address that mail could reach, as it is written."""
        text: str = (self.cleaned_data.get(name) or "").strip()
        if not text:
            return ""
        try:
            return validate_email(text, check_deliverability=False).normalized
        except EmailNotValidError:
            self.refuse(name, "email")
            return ""


def _kind(field: forms.Field) -> str:
    return "day" if isinstance(field, forms.DateField) else "value"


def _day() -> forms.DateField:
    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    return forms.DateField(widget=widget, input_formats=["%Y-%m-%d", "%d/%m/%Y"])


class AnswerForm(PortalForm):
    """An answer about open invoices; ``lines`` are those that may be chosen."""

    invoices = forms.MultipleChoiceField(required=False, widget=forms.CheckboxSelectMultiple)
    message = forms.CharField(
        required=False, max_length=4_000, widget=forms.Textarea(attrs={"rows": 3})
    )
    field_order: tuple[str, ...] = ("invoices",)
    names_invoices = False
    """Whether it is about invoices one by one: to tick none means nothing."""
    contested_too = True
    """Whether what is contested as a whole may be chosen: it may have been paid all the same."""

    def __init__(self, *args: Any, lines: Sequence[PortalLine], today: date, **more: Any) -> None:
        super().__init__(*args, **more)
        asked = [line for line in lines if self.contested_too or line.asked.minor]
        self.lines, self.today = asked or list(lines), today
        self.choose("invoices", [(line.key, self._choice(line)) for line in self.lines])
        if self.names_invoices:
            self.fields["invoices"].required, self.fields["invoices"].help_text = True, ""
        elif not lines:
            del self.fields["invoices"]

    def _choice(self, line: PortalLine) -> str:
        facts = {
            "number": line.number,
            "amount": write_money(line.asked if line.asked.minor else line.left, self.spoken),
            "due_on": short_date(line.due_on, self.spoken),
        }
        return say(self.spoken, "portal.choice", **facts)

    @property
    def chosen(self) -> list[PortalLine]:
        """The invoices ticked; none: all that is due."""
        keys = set(self.cleaned_data.get("invoices") or ())
        return [line for line in self.lines if line.key in keys]

    @property
    def about(self) -> list[PortalLine]:
        """The invoices ticked, else those that are late, else all."""
        late = [line for line in self.lines if line.late > 0]
        return self.chosen or late or self.lines

    def read_amount(self) -> None:
        """The amount in the one currency of what was chosen; None when left empty."""
        text = (self.cleaned_data.get("amount") or "").strip()
        self.cleaned_data["amount"] = None
        currencies = {line.left.currency for line in self.about}
        if not text:
            return
        if len(currencies) != 1:
            self.refuse("amount", "amount_currencies")
            return
        try:
            found = money(plain_amount(text), currencies.pop())
        except AmountUnreadable:
            self.refuse("amount", "amount")
            return
        self._keep(found)

    def _keep(self, found: Money) -> None:
        if 0 < found.minor < 10**15:
            self.cleaned_data["amount"] = found
        else:
            self.refuse("amount", "amount")

    def not_far(self, field: str) -> None:
        """A day must lie within two years."""
        day = self.cleaned_data.get(field)
        if day is not None and abs(day - self.today) > _AHEAD:
            self.refuse(field, "day_far")

    def read_files(self) -> list[tuple[str, str, bytes]]:
        """The files that came with it (name, media type, content)."""
        found: list[UploadedFile[Any]] = self.cleaned_data.get("attached") or []
        return [(one.name or "", one.content_type or "", one.read()) for one in found]

    def check_files(self) -> None:
        """Not too many, not too large, of a kind people send each other."""
        found: list[UploadedFile[Any]] = self.cleaned_data.get("attached") or []
        sizes = [one.size or 0 for one in found]
        kinds = {(one.name or "").rpartition(".")[2].lower() for one in found}
        if len(found) > _MOST_FILES or sum(sizes) > FILES_MOST or max(sizes, default=0) > FILE_MOST:
            self.refuse("attached", "files", n=_MOST_FILES, size=FILE_MOST // 1_000_000)
        elif kinds - _TAKEN:
            self.refuse("attached", "file_kind")


def _amount() -> forms.CharField:
    attrs = {"inputmode": "decimal", "autocomplete": "off"}
    return forms.CharField(required=False, max_length=30, widget=forms.TextInput(attrs=attrs))


class PaidForm(AnswerForm):
    """It is paid already."""

    paid_on = _day()
    amount = _amount()
    reference = forms.CharField(required=False, max_length=140)
    attached = FilesField(required=False)
    field_order: tuple[str, ...] = (
        "invoices",
        "paid_on",
        "amount",
        "reference",
        "attached",
        "message",
    )

    def clean(self) -> dict[str, Any]:
        """The day, the amount and the files can be."""
        self.read_amount()
        self.check_files()
        self.not_far("paid_on")
        return self.cleaned_data


class PromiseForm(AnswerForm):
    """It will be paid on a day."""

    contested_too = False

    due_on = _day()
    amount = _amount()
    field_order: tuple[str, ...] = ("invoices", "due_on", "amount", "message")

    def clean(self) -> dict[str, Any]:
        """The day and the amount can be."""
        self.read_amount()
        self.not_far("due_on")
        return self.cleaned_data


class InstalmentsForm(AnswerForm):
    """It would be paid in parts."""

    contested_too = False

    count = forms.IntegerField(min_value=2, max_value=_MOST_PARTS)
    rhythm = forms.ChoiceField()
    first_on = _day()
    field_order: tuple[str, ...] = ("invoices", "count", "rhythm", "first_on", "message")

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        named = [(one.value, say(self.spoken, f"customer.rhythm.{one.value}")) for one in Rhythm]
        self.choose("rhythm", named)
        self.fields["count"].initial, self.fields["rhythm"].initial = 3, Rhythm.MONTH.value

    def clean(self) -> dict[str, Any]:
        """The day can be."""
        self.not_far("first_on")
        return self.cleaned_data


class DisputeForm(AnswerForm):
    """Invoices, or an amount of one, are contested."""

    names_invoices, contested_too = True, False

    ground = forms.ChoiceField()
    amount = _amount()
    attached = FilesField(required=False)
    field_order: tuple[str, ...] = ("invoices", "ground", "amount", "message", "attached")

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        named = [(one.value, term(self.spoken, "ground", one.value)) for one in _GROUNDS]
        self.choose("ground", [("", say(self.spoken, "portal.choose")), *named])
        self.fields["message"].required = True
        self.fields["amount"].help_text = say(self.spoken, "portal.help.contested")

    def clean(self) -> dict[str, Any]:
        """The amount and the files can be."""
        self.read_amount()
        self.check_files()
        return self.cleaned_data


class CopyForm(AnswerForm):
    """Copies of invoices are wanted."""

    names_invoices = True


class WrongForm(AnswerForm):
    """Somebody else is to be written to."""

    name = forms.CharField(required=False, max_length=200)
    email = forms.CharField(
        required=False, max_length=254, widget=forms.EmailInput(attrs={"autocomplete": "off"})
    )
    field_order: tuple[str, ...] = ("name", "email", "message")

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        self.fields.pop("invoices", None)

    def clean(self) -> dict[str, Any]:
        """The address can be."""
        self.cleaned_data["email"] = self.clean_mail("email")
        return self.cleaned_data


class AccountantForm(WrongForm):
    """The address of whoever keeps the accounts."""

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        del self.fields["message"]
        self.fields["email"].required = True


class MeForm(PortalForm):
    """How one is written to."""

    name = forms.CharField(required=False, max_length=200)
    phone = forms.CharField(
        required=False, max_length=40, widget=forms.TextInput(attrs={"type": "tel"})
    )
    language = forms.ChoiceField()
    channel = forms.ChoiceField(required=False)

    def __init__(self, *args: Any, country: str, **more: Any) -> None:
        spoken: Language = more["spoken"]
        super().__init__(*args, **more)
        self.country = country
        named = [(one.value, term(spoken, "language", one.value)) for one in Language]
        self.choose("language", named)
        ways = (Channel.EMAIL, Channel.SMS, Channel.CALL, Channel.LETTER)
        self.choose(
            "channel",
            [
                ("", say(spoken, "portal.any_channel")),
                *((one.value, term(spoken, "channel", one.value)) for one in ways),
            ],
        )

    def clean_phone(self) -> str:
        """In E.164 form, read as a number of the customer's country.

        What stood there already is left as it is: whoever changes only the language need not mend
        a number that the creditor's files hold.
        """
        text: str = self.cleaned_data["phone"].strip()
        if not text or text == self.initial.get("phone"):
            return text
        try:
            number = phonenumbers.parse(text, self.country)
        except phonenumbers.NumberParseException:
            number = None
        if number is None or not phonenumbers.is_valid_number(number):
            raise forms.ValidationError(say(self.spoken, "portal.wrong.phone"))
        written: str = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
        return written
