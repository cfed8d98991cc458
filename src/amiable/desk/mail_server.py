"""Mail server: by which way a company's messages leave, and whether it works.

A company's e-mail service comes first, then its own server, then the one of the installation
(AMIABLE_SMTP); with none of them, messages are written as files: nothing leaves by accident.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from functools import partial
from uuid import uuid4

from django.conf import settings

from amiable.channels.email.connection import Unreachable, connect
from amiable.channels.email.smtp import SmtpSettings, open_smtp
from amiable.channels.email.url import settings_from_url
from amiable.channels.folder import open_folder
from amiable.channels.message import ChannelClosed, Delivery, Outcome, OutgoingMessage, Sender
from amiable.channels.security import Security, Trouble
from amiable.desk.access import Actor
from amiable.desk.audit import recorded
from amiable.desk.dkim_key import signer_of
from amiable.desk.gateway import note_test
from amiable.desk.provider import open_mail_provider, provider_name, provider_of
from amiable.store.mail_server import mail_server_of
from amiable.store.models import Company, MailServer
from amiable.store.models.mail_server import MailSecurity
from amiable.store.sealed import SealBroken, seal, unseal
from amiable.words import Mail

_PATIENCE = 15.0  # seconds that a person waits for a test


class MailWay(StrEnum):
    """Whose server takes the messages."""

    PROVIDER = "provider"
    OWN = "own"
    SHARED = "shared"
    FOLDER = "folder"


@dataclass(frozen=True, slots=True, kw_only=True)
class MailPlace:
    """Where messages go: "smtp.example.org:587", the service's name, or the folder's path."""

    way: MailWay
    name: str


def mail_place(company: Company) -> MailPlace:
    """Where messages of a company go; asks no network. Raises ChannelClosed."""
    if (provider := provider_of(company)) is not None:
        return MailPlace(way=MailWay.PROVIDER, name=provider_name(provider))
    row = mail_server_of(company.pk)
    if row is not None:
        return MailPlace(way=MailWay.OWN, name=f"{row.host}:{row.port}")
    if settings.SMTP:
        return MailPlace(way=MailWay.SHARED, name=_shared().place)
    return MailPlace(way=MailWay.FOLDER, name=str(settings.VAR / "outbox"))


def open_mail(company: Company) -> Sender:
    """The open way of a company's e-mails. Raises ChannelClosed when it cannot work."""
    if (provider := provider_of(company)) is not None:
        return open_mail_provider(provider)
    row = mail_server_of(company.pk)
    if row is not None:
        return open_smtp(smtp_settings(row), signer_of(company))
    if settings.SMTP:
        return open_smtp(_shared(), signer_of(company))
    return open_folder(settings.VAR / "outbox")


def _shared() -> SmtpSettings:
    try:
        return settings_from_url(settings.SMTP)
    except ValueError as error:
        raise ChannelClosed(f"AMIABLE_SMTP: {error}") from error


def smtp_settings(row: MailServer, **more: float) -> SmtpSettings:
    """A stored server as the channel takes it. Raises ChannelClosed when its seal is broken."""
    try:
        password = unseal(row.sealed_password)
    except SealBroken as error:
        raise ChannelClosed(
            "the stored password cannot be opened (the secret key changed): enter it again",
            MailResult.SEAL,
        ) from error
    return SmtpSettings(
        host=row.host,
        port=row.port,
        security=Security(row.security),
        username=row.user,
        password=password,
        **more,  # type: ignore[arg-type]
    )


# --- the company's own server -----------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class ServerForm:
    """What a person says of a server; ``password`` None keeps the one that is stored."""

    host: str
    port: int
    security: MailSecurity
    user: str = ""
    password: str | None = field(default=None, repr=False)


def save_mail_server(actor: Actor, said: ServerForm, *, at: datetime) -> None:
    """Use a server of the company's own from now on; what was tested of another is forgotten."""
    row = mail_server_of(actor.company.pk) or MailServer(company=actor.company)
    row.host, row.port, row.user = said.host, said.port, said.user
    row.security = said.security.value
    if said.password is not None:
        row.sealed_password = seal(said.password)
    row.tested_at, row.result, row.answer = None, "", ""
    with recorded(actor, "mail_server_saved", at=at, host=said.host, port=said.port):
        row.save()


def forget_mail_server(actor: Actor, *, at: datetime) -> None:
    """Do without a server of the company's own, its password included."""
    row = mail_server_of(actor.company.pk)
    if row is not None:
        with recorded(actor, "mail_server_forgotten", at=at, host=row.host, port=row.port):
            row.delete()


# --- does it work? ----------------------------------------------------------------------------


class MailResult(StrEnum):
    """What became of a test; ``mail.result.<value>`` says what to do. Besides `Trouble`."""

    SENT = "sent"
    WRITTEN = "written"  # into a folder
    SEAL = "seal"
    RECIPIENT = "recipient"  # connected and logged in, the message was refused
    LATER = "later"  # the same, for now
    UNKNOWN = "unknown"  # handed over, no answer
    ACCOUNT = "account"  # a service took nothing: its key, a domain not verified, no credits
    SETTINGS = "settings"
    NO_ADDRESS = "no_address"


@dataclass(frozen=True, slots=True, kw_only=True)
class MailTest:
    """``result`` is one of MailResult or Trouble; ``answer`` the counterpart's own words."""

    result: str
    answer: str
    place: str

    @property
    def passed(self) -> bool:
        """Whether the message was taken."""
        return self.result in (MailResult.SENT, MailResult.WRITTEN)


def try_mail(actor: Actor, to: str, mail: Mail, *, at: datetime) -> MailTest:
    """Send a message to the person who asks, by the way the company's messages go.

    It never counts as a contact: it goes to nobody but the person, and no customer is written to,
    so it needs no row in the outbox. The result is kept with the company's own server or service.
    """
    company = actor.company
    provider = provider_of(company)
    row = None if provider is not None else mail_server_of(company.pk)
    try:
        place = mail_place(company)
        opened = (
            _opener(company, row) if provider is None else partial(open_mail_provider, provider)
        )
        found = _try(place, opened, _to_oneself(company, to, mail, at))
    except ChannelClosed as error:
        name = (
            f"{row.host}:{row.port}"
            if row
            else provider_name(provider)
            if provider
            else "AMIABLE_SMTP"
        )
        result = error.trouble or MailResult.SETTINGS
        found = MailTest(result=result, answer=str(error), place=name)
    if provider is not None:
        note_test(provider, found.result, found.answer, at=at)
    if row is not None:
        row.tested_at, row.result, row.answer = at, found.result, found.answer[:1000]
        row.save(update_fields=["tested_at", "result", "answer"])
    return found


def _opener(company: Company, row: MailServer | None) -> Callable[[], Sender]:
    """How to open the channel for a test: for a server, after a look whether it can be used."""
    if row is None and not settings.SMTP:
        return partial(open_folder, settings.VAR / "outbox")
    patience = {"timeout": _PATIENCE, "answer_timeout": _PATIENCE}
    server = smtp_settings(row, **patience) if row is not None else _shared()
    signer = signer_of(company)

    def open_server() -> Sender:
        connect(server).close()  # open_smtp would take an absent server for one to try later
        return open_smtp(server, signer)

    return open_server


def _try(place: MailPlace, opened: Callable[[], Sender], message: OutgoingMessage) -> MailTest:
    if not message.sender:
        return MailTest(result=MailResult.NO_ADDRESS, answer="", place=place.name)
    try:
        channel = opened()
    except Unreachable as error:
        return MailTest(result=Trouble.AWAY, answer=str(error), place=place.name)
    try:
        delivery = channel.send(message)
    finally:
        channel.close()
    return MailTest(result=_result(place, delivery), answer=delivery.detail, place=place.name)


_RESULTS = {
    Outcome.ACCEPTED: MailResult.SENT,
    Outcome.REFUSED: MailResult.RECIPIENT,
    Outcome.FAILED: MailResult.LATER,
    Outcome.AMBIGUOUS: MailResult.UNKNOWN,
}


def _result(place: MailPlace, delivery: Delivery) -> MailResult:
    if place.way is MailWay.FOLDER and delivery.outcome is Outcome.ACCEPTED:
        return MailResult.WRITTEN
    if place.way is MailWay.PROVIDER and delivery.outcome is Outcome.FAILED:
        return MailResult.ACCOUNT
    return _RESULTS[delivery.outcome]


def _to_oneself(company: Company, to: str, mail: Mail, at: datetime) -> OutgoingMessage:
    return OutgoingMessage(
        key=f"{company.key}|test|{uuid4().hex}",
        sender_name=sender_name(company),
        sender=company.email,
        to=(to,),
        subject=mail.subject,
        text=mail.text,
        html=mail.html,
        reply_to=company.email,
        dated_at=at,
        language=company.language,
    )


def sender_name(company: Company) -> str:
    """The name messages come from: "Anne Petit – Atelier Fournil"."""
    return f"{company.sender} – {company.name}" if company.sender else company.name
