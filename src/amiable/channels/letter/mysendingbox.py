"""MySendingBox (formerly Seeuletter): a French service that prints, folds and posts letters.

Chosen among the services with a public interface because it posts in France by every tariff of
La Poste (green letter, registered with acknowledgement), takes a finished PDF in one request, tells
wrong addresses apart and offers a test key that prints nothing.

Source: docs.mysendingbox.fr and the service's own clients (github.com/MySendingBox): POST /letters
as multipart/form-data, basic authentication with the key as user name and no password, addresses
as ``to[address_line1]`` and so on, lines of 45 characters at most, ``Idempotency-Key`` to repeat a
request without a second letter; the answer names the letter by ``_id``. Its webhooks are not
signed: what one says is believed only after `read_letter` asked the service itself.
"""

import re
from base64 import b64encode
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from urllib3 import encode_multipart_formdata

from amiable.channels.http import Answer, call, json_object
from amiable.channels.letter.folder import letter_of
from amiable.channels.message import ChannelClosed, Delivery, Outcome, OutgoingMessage, Sender

BASE = "https://api.mysendingbox.fr"
SECRETS = ("api_key",)
TIMEOUT = 60  # seconds: a file travels, and is looked at before the answer comes
_LINE = 45
_TOWN = re.compile(r"(\d{5})\s+(\S.*)")
_ID = re.compile(r"[A-Za-z0-9_-]{1,80}")
_NOT_TAKEN = frozenset({401, 402, 403, 404, 429})
"""A wrong key, no credit left, too many at once: nothing was taken, and it may be tried again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PostalDoor:
    """How the service is reached and how it prints. ``sender``: the lines of the own address.

    ``speed`` of ordinary letters: verte, ecopli or prioritaire. ``cover``: the service puts a page
    with the address before the letter instead of trusting its window. ``base``: another address
    than the usual one; ``private``: it may be one of the own network.
    """

    api_key: str = field(repr=False)
    sender: Sequence[str]
    colour: bool = False
    duplex: bool = True
    speed: str = "verte"
    cover: bool = True
    base: str = ""
    private: bool = False
    timeout: int = TIMEOUT

    @property
    def headers(self) -> dict[str, str]:
        """Who asks."""
        login = b64encode(f"{self.api_key}:".encode()).decode("ascii")
        return {"Authorization": f"Basic {login}", "Accept": "application/json"}

    def url(self, path: str) -> str:
        """An address of the service."""
        return f"{self.base or BASE}{path}"


class AddressWrong(ValueError):
    """An address the service cannot post to."""


def postal_address(lines: Sequence[str]) -> dict[str, str]:
    """The lines of a French address by the service's names. Raises AddressWrong."""
    lines = [" ".join(line.split()) for line in lines if line.strip()]
    found = _TOWN.fullmatch(lines[-1]) if lines else None
    if found is None:
        raise AddressWrong(
            "the last line of the address must be a French postcode and its town (75002 PARIS)"
        )
    name, *rest = lines[:-1] or [""]
    if not name or not rest:
        raise AddressWrong("the address needs a name and a street above its town")
    *between, street = rest
    if len(between) > 2 or any(len(line) > _LINE for line in (name, *rest, found[2])):
        raise AddressWrong(f"an address has at most five lines of {_LINE} characters")
    told = {
        "name": name,
        "address_line1": street,
        "address_postalcode": found[1],
        "address_city": found[2],
        "address_country": "France",
    }
    return told | {f"address_line{n}": line for n, line in enumerate(between, 2)}


def open_mysendingbox(door: PostalDoor) -> Sender:
    """A channel to the service. Raises ChannelClosed without a key or an address of one's own."""
    if not door.api_key:
        raise ChannelClosed("give the service's API key", "login")
    try:
        postal_address(door.sender)
    except AddressWrong as error:
        raise ChannelClosed(f"your own address cannot be used: {error}", "sender") from error
    return _Service(door)


class _Service:
    """Each letter by one request."""

    def __init__(self, door: PostalDoor) -> None:
        self._door = door
        self._closed = False

    def send(self, message: OutgoingMessage) -> Delivery:
        if self._closed:
            return Delivery(outcome=Outcome.FAILED, detail="the postal channel was closed")
        try:
            body, kind = _request(self._door, message)
        except ValueError as error:
            return Delivery(outcome=Outcome.REFUSED, detail=str(error))
        headers = {
            **self._door.headers,
            "Content-Type": kind,
            "Idempotency-Key": str(uuid5(NAMESPACE_URL, message.key)),
        }
        door = self._door
        answer = call(
            "POST", door.url("/letters"), body, headers, private=door.private, timeout=door.timeout
        )
        return _read(answer)

    def close(self) -> None:
        self._closed = True


def _request(door: PostalDoor, message: OutgoingMessage) -> tuple[bytes, str]:
    """The letter as a form. Raises ValueError."""
    content = letter_of(message)
    fields: list[tuple[str, Any]] = [
        *((f"to[{name}]", value) for name, value in postal_address(message.to).items()),
        *((f"from[{name}]", value) for name, value in postal_address(door.sender).items()),
        ("description", message.key[:120]),
        ("color", "color" if door.colour else "bw"),
        ("both_sides", "true" if door.duplex else "false"),
        ("postage_type", "lrar" if message.registered else door.speed),
        ("address_placement", "insert_blank_page" if door.cover else "first_page"),
        ("manage_returned_mail", "true"),
        *([("manage_delivery_proof", "true")] if message.registered else []),
        ("source_file_type", "file"),
        ("source_file", ("letter.pdf", content, "application/pdf")),
    ]
    return encode_multipart_formdata(fields)


def _read(answer: Answer) -> Delivery:
    said = answer.said
    status = answer.status
    if answer.accepted and said.get("_id"):
        return Delivery(
            outcome=Outcome.ACCEPTED, detail=_price(said), reference=str(said["_id"])[:200]
        )
    detail = f"{status or ''} {_words(said) or answer.detail}".strip()
    if status is None:
        outcome = Outcome.AMBIGUOUS if answer.begun else Outcome.FAILED
    elif status in _NOT_TAKEN:
        outcome = Outcome.FAILED
    elif 400 <= status < 500 and status != 409:  # 409: the same key is being worked on
        outcome = Outcome.REFUSED
    else:
        outcome = Outcome.AMBIGUOUS
    return Delivery(outcome=outcome, detail=detail)


def _price(said: Mapping[str, Any]) -> str:
    price = said.get("price")
    total = price.get("total") if isinstance(price, dict) else None
    return f"EUR {total}" if total is not None else ""


def _words(said: Mapping[str, Any]) -> str:
    error = said.get("error")
    inside = error.get("message") if isinstance(error, dict) else error
    return str(inside or said.get("message") or "")


# --- what became of a letter ------------------------------------------------------------------


class LetterFate(StrEnum):
    """What the service knows of a letter, as far as it matters to who sent it."""

    UNDER_WAY = "under_way"
    DELIVERED = "delivered"
    RETURNED = "returned"  # unknown at the address, or never fetched
    LOST = "lost"  # lost, cancelled, or never printed


_FATES = {
    "letter.distributed": LetterFate.DELIVERED,
    "letter.delivery_proof": LetterFate.DELIVERED,
    "letter.returned_to_sender": LetterFate.RETURNED,
    "letter.return_to_sender_proof": LetterFate.RETURNED,
    "letter.wrong_address": LetterFate.RETURNED,
    "letter.lost": LetterFate.LOST,
    "letter.error": LetterFate.LOST,
    "letter.canceled": LetterFate.LOST,
}
_WEIGHT = [LetterFate.UNDER_WAY, LetterFate.LOST, LetterFate.DELIVERED, LetterFate.RETURNED]


@dataclass(frozen=True, slots=True, kw_only=True)
class LetterReport:
    """``fate`` at an instant (None when the service does not date it); ``tracking``: the number of
    a registered letter; ``words``: the service's own."""

    fate: LetterFate
    at: datetime | None = None
    tracking: str = ""
    words: str = ""


def letter_named(body: bytes) -> str:
    """The letter a webhook speaks of, by the service's name; empty when it names none."""
    said = json_object(body.decode("utf-8", "replace"))
    letter = said.get("letter")
    found = str(letter.get("_id", "")) if isinstance(letter, dict) else ""
    return found if _ID.fullmatch(found) else ""


def read_letter(door: PostalDoor, reference: str) -> LetterReport | None:
    """Ask the service what became of a letter; None when it cannot be told just now."""
    if not _ID.fullmatch(reference):
        return None
    answer = call(
        "GET", door.url(f"/letters/{reference}"), b"", door.headers, private=door.private,
        timeout=door.timeout,
    )  # fmt: skip
    said = answer.said
    if not answer.accepted or str(said.get("_id", "")) != reference:
        return None
    events = [one for one in said.get("events") or () if isinstance(one, dict)]
    known = [(one, _FATES.get(str(one.get("name")), LetterFate.UNDER_WAY)) for one in events]
    nothing: tuple[dict[str, Any], LetterFate] = ({}, LetterFate.UNDER_WAY)
    event, fate = max(known, key=lambda one: _WEIGHT.index(one[1]), default=nothing)
    if said.get("wrong_address") is True:
        fate = LetterFate.RETURNED
    return LetterReport(
        fate=fate,
        at=_instant(event.get("created_at")),
        tracking=str(said.get("tracking_number") or "")[:60],
        words=str(event.get("name") or ""),
    )


def _instant(text: object) -> datetime | None:
    try:
        at = datetime.fromisoformat(str(text))
    except ValueError:
        return None
    return at if at.utcoffset() is not None else None


def ping(door: PostalDoor) -> Answer:
    """Whether the service answers and knows the key: nothing is printed."""
    return call(
        "GET", door.url("/letters?limit=1"), b"", door.headers, private=door.private,
        timeout=door.timeout,
    )  # fmt: skip
