"""SMS: which gateway carries the text messages, in whose name, at what price; whether it works."""

import re
from collections.abc import Mapping
from typing import Any, ClassVar

from django import forms
from django.http import HttpResponse

from amiable.channels.sms import KINDS
from amiable.channels.sms.kannel import ANSWERS
from amiable.channels.sms.sender import is_sender_id
from amiable.desk.access import Power
from amiable.desk.gateway import GatewayForm, forget_gateway, report_address, save_gateway
from amiable.desk.sms import can_report, try_sms
from amiable.engine.parties import Channel, Language
from amiable.store.gateway import gateway_of
from amiable.store.models import Gateway
from amiable.web.language import reader_language
from amiable.web.visit import Visit, page
from amiable.words import say

_PRICE = re.compile(r"\d(\.\d{1,4})?")
_SERVICE_SID = 34  # letters and digits of a Twilio SID, "MG" before those of a messaging service


class SmsForm(forms.Form):
    """What every gateway is told. Labels are ``sms.field.<name>``, helps ``sms.help.<name>``.

    A secret left empty keeps the one that is stored.
    """

    kind: ClassVar[str] = ""
    secrets: ClassVar[tuple[str, ...]] = ()
    helped: ClassVar[tuple[str, ...]] = ()
    sender = forms.CharField(max_length=40, required=False)
    price = forms.CharField(
        max_length=12, required=False, widget=forms.TextInput({"inputmode": "decimal"})
    )

    def __init__(self, *args: Any, stored: Mapping[str, bool], currency: str, **more: Any) -> None:
        """``stored``: which secrets are known already."""
        super().__init__(*args, **more)
        self.label_suffix = ""
        language = reader_language()
        for name, field in self.fields.items():
            field.label = say(language, f"sms.field.{name}", currency=currency)
            if name in self.helped:
                field.help_text = say(language, f"sms.help.{self.kind}.{name}")
        self.fields["sender"].help_text = say(language, f"sms.help.{self.kind}.sender")
        self.fields["price"].help_text = say(language, "sms.help.price")
        for name in self.secrets:
            field = self.fields[name]
            field.required = not stored.get(name)
            if stored.get(name):
                field.help_text = say(language, "sms.help.stored")

    def clean_price(self) -> str:
        """A price with a point, at most ten units of money and four decimals; with a comma too."""
        price: str = self.cleaned_data["price"].strip().replace(",", ".")
        if price and not _PRICE.fullmatch(price):
            raise forms.ValidationError(say(reader_language(), "sms.wrong.price"))
        return price

    def clean_sender(self) -> str:
        """A name of eleven signs, or a number: what telephones show."""
        sender: str = self.cleaned_data["sender"].strip()
        if sender and not self.fits(sender):
            raise forms.ValidationError(say(reader_language(), f"sms.wrong.sender_{self.kind}"))
        return sender

    def fits(self, sender: str) -> bool:
        """Whether the gateway can send in this name."""
        return is_sender_id(sender)


def _secret() -> forms.CharField:
    widget = forms.PasswordInput({"autocomplete": "new-password"})
    return forms.CharField(max_length=200, required=False, widget=widget)


class OvhForm(SmsForm):
    """OVHcloud's SMS service."""

    kind = "ovhcloud"
    secrets = KINDS["ovhcloud"]
    helped = ("service", "application_key")
    endpoint = forms.ChoiceField(
        choices=(("ovh-eu", "OVHcloud Europe"), ("ovh-ca", "OVHcloud Canada"))
    )
    service = forms.CharField(max_length=60)
    application_key = forms.CharField(max_length=60)
    application_secret = _secret()
    consumer_key = _secret()
    field_order = ("endpoint", "service", "application_key", *secrets, "sender", "price")


class TwilioForm(SmsForm):
    """Twilio's Messages."""

    kind = "twilio"
    secrets = KINDS["twilio"]
    helped = ("account_sid",)
    account_sid = forms.RegexField(r"\AAC[0-9a-fA-F]{32}\Z")
    auth_token = _secret()
    field_order = ("account_sid", *secrets, "sender", "price")

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        self.fields["sender"].required = True
        wrong = say(reader_language(), "sms.wrong.account_sid")
        self.fields["account_sid"].error_messages["invalid"] = wrong

    def fits(self, sender: str) -> bool:
        """A name, a number, or the SID of a messaging service."""
        service = sender.startswith("MG") and len(sender) == _SERVICE_SID and sender.isalnum()
        return service or is_sender_id(sender)


class KannelForm(SmsForm):
    """One's own Kannel."""

    kind = "kannel"
    secrets = KINDS["kannel"]
    helped = ("address",)
    address = forms.CharField(max_length=200)
    username = forms.CharField(max_length=60)
    password = _secret()
    field_order = ("address", "username", *secrets, "sender", "price")

    def clean_address(self) -> str:
        """Where it is, as a browser would write it."""
        address: str = self.cleaned_data["address"].strip()
        if not address.startswith(("http://", "https://")) or any(map(str.isspace, address)):
            raise forms.ValidationError(say(reader_language(), "sms.wrong.address"))
        return address

    def clean_username(self) -> str:
        """It travels in a header: a line of plain signs."""
        return _plain(self.cleaned_data["username"])

    def clean_password(self) -> str:
        """The same."""
        return _plain(self.cleaned_data["password"])

    def fits(self, sender: str) -> bool:
        """A name, a number in full, or the short number of one's contract."""
        short = sender.isascii() and sender.isdigit() and 3 <= len(sender) <= 15
        return short or is_sender_id(sender)


def _plain(text: str) -> str:
    if not (text.isascii() and text.isprintable()):
        raise forms.ValidationError(say(reader_language(), "sms.wrong.plain"))
    return text


FORMS: Mapping[str, type[SmsForm]] = {one.kind: one for one in (OvhForm, TwilioForm, KannelForm)}


@page(Power.SETTINGS, methods=("GET", "POST"))
def sms(visit: Visit) -> HttpResponse:
    """Who carries the text messages; ``kind`` in the address is the gateway one looks at."""
    row = gateway_of(visit.company.pk, Channel.SMS)
    kind = visit.request.GET.get("kind") or (row.kind if row else "")
    kind = kind if kind in FORMS else next(iter(FORMS))
    same = row if row is not None and row.kind == kind else None
    given = dict.fromkeys(FORMS[kind].secrets, same is not None)
    more: dict[str, Any] = {"stored": given, "currency": visit.company.currency}
    if visit.request.method == "POST":
        form = FORMS[kind](visit.request.POST, **more)
        if form.is_valid():
            save_gateway(visit.actor, Channel.SMS, _said(form), at=visit.at)
            visit.done("sms.saved")
            return visit.go("settings/sms/")
    else:
        form = FORMS[kind](initial=_initial(visit, same), **more)
    return visit.render(
        "settings/sms.html",
        status=422 if form.errors else 200,
        form=form,
        row=row,
        kind=kind,
        kinds=list(FORMS),
        report=_report(row),
        reports=can_report(),
        number=visit.request.GET.get("number", ""),
    )


def _initial(visit: Visit, row: Gateway | None) -> dict[str, str]:
    """What is known; never a secret."""
    if row is None:
        return {}
    price = str(row.settings.get("price", ""))
    return {
        **row.settings,
        "price": price.replace(".", ",") if visit.language is Language.FR else price,
    }


def _report(row: Gateway | None) -> str:
    """The address to copy into the gateway's own settings."""
    if row is None:
        return ""
    address = report_address(row)
    return f"{address}?{ANSWERS}" if row.kind == KannelForm.kind else address


def _said(form: SmsForm) -> GatewayForm:
    data = form.cleaned_data
    return GatewayForm(
        kind=form.kind,
        settings={name: str(value) for name, value in data.items() if name not in form.secrets},
        secrets={name: data[name] for name in form.secrets},
    )


@page(Power.SETTINGS, methods=("POST",))
def test_sms(visit: Visit) -> HttpResponse:
    """A text message to a number of one's own."""
    number = visit.request.POST.get("number", "")[:40]
    text = visit.say("sms.test_text", company=visit.company.name)
    found = try_sms(visit.actor, number, text, at=visit.at)
    tell = visit.done if found.passed else visit.warn
    tell(f"sms.result.{found.result}", number=number, answer=found.answer)
    return visit.go("settings/sms/")


@page(Power.SETTINGS, methods=("POST",))
def forget_sms(visit: Visit) -> HttpResponse:
    """Do without a gateway: text messages are written as files again."""
    forget_gateway(visit.actor, Channel.SMS, at=visit.at)
    visit.done("sms.forgotten")
    return visit.go("settings/sms/")
