"""SMS: a company's text messages: by which gateway they leave, what they cost, whether it works."""

from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal, InvalidOperation
from uuid import uuid4

from django.conf import settings

from amiable.channels.folder import open_text_folder
from amiable.channels.message import ChannelClosed, Outcome, OutgoingMessage, Sender
from amiable.channels.sms import Door, open_sms
from amiable.desk.access import Actor
from amiable.desk.gateway import note_test, report_address, secrets_of
from amiable.desk.mail_server import sender_name
from amiable.engine.letter import Letter
from amiable.engine.money import Money
from amiable.engine.parties import Channel
from amiable.engine.sms import Weight, cost, weigh
from amiable.store.gateway import gateway_of
from amiable.store.models import Company, Gateway
from amiable.store.outbox import NewMessage
from amiable.words import Mail, lay_out_sms, lay_out_sms_again
from amiable.words.phone import mobile

_REACHABLE = "https://"  # a gateway on the internet reports to no other address


def sms_channel(company: Company) -> Sender | None:
    """The open channel of a company's text messages; None without a gateway.

    Raises ChannelClosed when the gateway cannot be used as it is set up.
    """
    row = gateway_of(company.pk, Channel.SMS)
    return open_sms(row.kind, door_of(row)) if row is not None and row.active else None


def carries_texts(company: Company) -> bool:
    """Whether a gateway carries the company's text messages."""
    row = gateway_of(company.pk, Channel.SMS)
    return row is not None and row.active


def sms_folder() -> Sender:
    """Where text messages are written as files: without a gateway nothing leaves by accident."""
    return open_text_folder(settings.VAR / "outbox")


def door_of(row: Gateway) -> Door:
    """A gateway as its channel takes it. Raises ChannelClosed when its seal is broken."""
    return Door(
        settings=row.settings,
        secrets=secrets_of(row),
        reports_to=report_address(row) if can_report() else "",
        private=settings.WEBHOOK_PRIVATE,
    )


def can_report() -> bool:
    """Whether a gateway can call us: our address is one of the internet, or it is near."""
    return settings.URL.startswith(_REACHABLE) or settings.WEBHOOK_PRIVATE


# --- what a message weighs ----------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Price:
    """What a part costs, in units of the company's currency; None: not known."""

    part: Decimal | None
    currency: str

    def of(self, parts: int) -> Money | None:
        """The price of so many parts."""
        return cost(parts, self.part, self.currency) if self.part is not None else None


def price_of(company: Company) -> Price:
    """The price a person gave for a part of a text message."""
    row = gateway_of(company.pk, Channel.SMS)
    try:
        part = Decimal(row.settings["price"]) if row and row.settings.get("price") else None
    except InvalidOperation:
        part = None
    return Price(part=part, currency=company.currency)


def write_sms(letter: Letter, own_words: str | None) -> Mail:
    """A letter as a text message, in a person's own words if there are any."""
    return lay_out_sms(letter) if own_words is None else lay_out_sms_again(own_words)


def weighed(message: NewMessage, price: Price) -> NewMessage:
    """A text message with what it weighs and costs."""
    parts = weigh(message.text).parts
    money = price.of(parts)
    return replace(message, parts=parts, cost_minor=money.minor if money is not None else None)


@dataclass(frozen=True, slots=True, kw_only=True)
class SmsWeight:
    """What a text weighs and costs, for whoever is about to send it."""

    weight: Weight
    cost: Money | None


def weight_of(company: Company, text: str) -> SmsWeight:
    """What a text would weigh and cost."""
    weight = weigh(text)
    return SmsWeight(weight=weight, cost=price_of(company).of(weight.parts))


# --- does it work? ----------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class SmsTest:
    """``result``: sent, written, refused, later, unknown, closed or number; ``answer``: the
    gateway's own words."""

    result: str
    answer: str = ""

    @property
    def passed(self) -> bool:
        """Whether the message was taken."""
        return self.result in ("sent", "written")


_RESULTS = {
    Outcome.ACCEPTED: "sent",
    Outcome.REFUSED: "refused",
    Outcome.FAILED: "later",
    Outcome.AMBIGUOUS: "unknown",
}


def try_sms(actor: Actor, number: str, text: str, *, at: datetime) -> SmsTest:
    """Send a text message to the person who asks; it counts as no contact with anybody.

    The result is kept with the gateway.
    """
    company = actor.company
    to = mobile(number, company.country)
    if not to:
        return SmsTest(result="number")
    row = gateway_of(company.pk, Channel.SMS)
    try:
        found = _tried(row, _to_oneself(company, to, text, at))
    except ChannelClosed as error:
        found = SmsTest(result="seal" if error.trouble == "seal" else "closed", answer=str(error))
    if row is not None:
        note_test(row, found.result, found.answer, at=at)
    return found


def _tried(row: Gateway | None, message: OutgoingMessage) -> SmsTest:
    channel = open_sms(row.kind, door_of(row)) if row is not None else sms_folder()
    try:
        delivery = channel.send(message)
    finally:
        channel.close()
    result = _RESULTS[delivery.outcome]
    if row is None and result == "sent":
        result = "written"
    return SmsTest(result=result, answer=delivery.detail)


def _to_oneself(company: Company, to: str, text: str, at: datetime) -> OutgoingMessage:
    return OutgoingMessage(
        key=f"{company.key}|test|{uuid4().hex}",
        sender_name=sender_name(company),
        sender=company.email,
        to=(to,),
        subject="",
        text=text,
        dated_at=at,
        language=company.language,
    )
