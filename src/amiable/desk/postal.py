"""Postal: the service that prints and posts a company's letters, if it has one."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from django.conf import settings

from amiable.channels.letter.folder import PDF, open_print_folder
from amiable.channels.letter.mysendingbox import (
    AddressWrong,
    LetterFate,
    LetterReport,
    PostalDoor,
    open_mysendingbox,
    ping,
    postal_address,
    read_letter,
)
from amiable.channels.message import Attachment, ChannelClosed, OutgoingMessage, Sender
from amiable.desk.access import Actor
from amiable.desk.calendar import day_of
from amiable.desk.gateway import note_test, secrets_of
from amiable.desk.paper import letter_pdf
from amiable.desk.plan import redraw
from amiable.engine.parties import Channel
from amiable.store.customer import touch
from amiable.store.gateway import gateway_of
from amiable.store.letter_batch import keep_facts, letter_by_reference, mark_returned
from amiable.store.models import Company, Gateway, OutboxRow
from amiable.store.models.outbox import OutboxState


class PostalKind(StrEnum):
    """Who carries the letters: a service, or a folder the office prints from."""

    MYSENDINGBOX = "mysendingbox"
    FOLDER = "folder"


SPEEDS = ("verte", "ecopli", "prioritaire")
"""How fast an ordinary letter travels, by the names of La Poste's tariffs."""


def carried_by(company: Company) -> str:
    """The kind of service that carries a company's letters; empty: a person prints them."""
    row = gateway_of(company.pk, Channel.LETTER)
    return row.kind if row is not None and row.active else ""


def postal_channel(company: Company) -> Sender | None:
    """The open channel of a company's letters; None: a person prints and posts them.

    Raises ChannelClosed when the service cannot be used as it is set up.
    """
    row = gateway_of(company.pk, Channel.LETTER)
    if row is None or not row.active:
        return None
    if row.kind == PostalKind.FOLDER:
        return open_print_folder(settings.VAR / "letters" / company.key)
    return open_mysendingbox(door_of(row))


def door_of(row: Gateway) -> PostalDoor:
    """A service as its channel takes it. Raises ChannelClosed when its seal is broken."""
    company, said = row.company, row.settings
    return PostalDoor(
        api_key=secrets_of(row).get("api_key", ""),
        sender=(company.name, *company.address.splitlines()),
        colour=said.get("colour") == "1",
        duplex=said.get("duplex") != "0",
        speed=said.get("speed") or SPEEDS[0],
        cover=said.get("cover") != "0",
        private=settings.WEBHOOK_PRIVATE,
    )


def postal_message(company: Company, row: OutboxRow) -> OutgoingMessage:
    """A letter of the outbox as a postal service takes it: its PDF and the lines of the address."""
    assert row.page is not None
    on = day_of(company, row.claimed_at or row.approved_at)
    content = letter_pdf(company, row.page, on)
    return OutgoingMessage(
        key=f"{company.key}|{row.customer.key}|{row.step}|{row.cycle}",
        sender_name=company.name,
        sender=company.email,
        to=tuple(row.page["to"]),
        subject=row.subject,
        text=row.text,
        dated_at=row.approved_at,
        language=str(row.page["language"]),
        attachments=(Attachment(filename="letter.pdf", content_type=PDF, content=content),),
        registered=row.channel == Channel.REGISTERED.value,
    )


# --- does it work? ----------------------------------------------------------------------------


class PostalResult(StrEnum):
    """What became of a test; ``post.test.<value>`` says what to do."""

    WELL = "well"
    WRITTEN = "written"
    KEY = "key"
    AWAY = "away"
    SENDER = "sender"
    SEAL = "seal"


@dataclass(frozen=True, slots=True, kw_only=True)
class PostalTest:
    """``answer`` is the service's own words."""

    result: PostalResult
    answer: str = ""

    @property
    def passed(self) -> bool:
        """Whether letters can be handed over."""
        return self.result in (PostalResult.WELL, PostalResult.WRITTEN)


def try_postal(actor: Actor, *, at: datetime) -> PostalTest | None:
    """Ask the service whether it knows us; nothing is printed. None without a service."""
    row = gateway_of(actor.company.pk, Channel.LETTER)
    if row is None:
        return None
    found = _try(row)
    note_test(row, found.result.value, found.answer, at=at)
    return found


def _try(row: Gateway) -> PostalTest:
    try:
        channel = postal_channel(row.company)
    except ChannelClosed as error:
        known = error.trouble in (PostalResult.SENDER, PostalResult.SEAL)
        result = PostalResult(error.trouble) if known else PostalResult.KEY
        return PostalTest(result=result, answer=str(error))
    if channel is not None:
        channel.close()
    if row.kind == PostalKind.FOLDER:
        return PostalTest(result=PostalResult.WRITTEN)
    answer = ping(door_of(row))
    if answer.accepted:
        return PostalTest(result=PostalResult.WELL)
    refused = answer.status in (401, 403)
    result = PostalResult.KEY if refused else PostalResult.AWAY
    return PostalTest(result=result, answer=f"{answer.status or ''} {answer.detail}".strip())


def own_address_fits(company: Company) -> bool:
    """Whether the service can print the company's address as the sender's."""
    try:
        postal_address((company.name, *company.address.splitlines()))
    except AddressWrong:
        return False
    return True


# --- what it reports --------------------------------------------------------------------------


def take_postal_report(gateway: Gateway, reference: str, *, at: datetime) -> bool:
    """Something became of a letter: ask the service what, and keep it.

    The call itself is not believed, for it is not signed; it only says which letter to ask about.
    False: no such letter, or the service could not tell. It may be reported as often as one likes.
    """
    row = letter_by_reference(gateway.company_id, reference)
    if row is None or row.state not in (OutboxState.SENT, OutboxState.AMBIGUOUS):
        return False
    report = read_letter(door_of(gateway), reference)
    if report is None:
        return False
    _keep(gateway.company, row, report, at)
    return True


def _keep(company: Company, row: OutboxRow, report: LetterReport, at: datetime) -> None:
    on = day_of(company, report.at or at)
    detail = " ".join(part for part in (report.words, report.tracking) if part)
    if report.fate is LetterFate.DELIVERED:
        keep_facts(row, delivered_at=report.at or at, detail=detail)
    elif report.fate is LetterFate.UNDER_WAY:
        keep_facts(row, detail=detail)
    else:
        if report.fate is LetterFate.RETURNED:  # it did leave, and was paid for
            keep_facts(row, detail=detail)
            mark_returned(row, on)
        else:
            keep_facts(row, state=OutboxState.REFUSED, detail=detail)
        touch(company.pk, [row.customer_id])
        redraw(company, [row.customer_id], day_of(company, at))
