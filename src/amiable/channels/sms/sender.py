"""Sender: one text message, one exchange with a gateway; what every gateway's adapter shares."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from urllib.parse import urlencode, urlsplit

from amiable.channels.http import Answer, call
from amiable.channels.message import Delivery, Outcome, OutgoingMessage
from amiable.channels.text import E164, what_is_wrong

TIMEOUT = 20  # seconds for an exchange
_SENDER_ID = re.compile(r"[A-Za-z0-9 ]{3,11}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Door:
    """How a gateway is reached: its ``settings`` and ``secrets`` by name.

    ``reports_to``: where it may report; empty when nobody can reach us. ``private``: it may be on
    plain http or at an address of the own network. ``base``: another address than the usual one.
    """

    settings: Mapping[str, str]
    secrets: Mapping[str, str] = field(repr=False)
    reports_to: str = ""
    private: bool = False
    base: str = ""
    timeout: int = TIMEOUT

    def reports_on(self, message: OutgoingMessage, **more: str) -> str:
        """Where the gateway reports on one message; our own mark of it is in the address."""
        mark = message.message_id.strip("<>")
        if not self.reports_to or not mark:
            return ""
        query = urlencode({"mark": mark}) + "".join(
            f"&{name}={value}" for name, value in more.items()
        )
        return f"{self.reports_to}?{query}"


def is_sender_id(text: str) -> bool:
    """Whether a text may stand as the sender: 3 to 11 letters, digits or spaces, a letter at
    least (else a telephone would take it for a number); or a number in full."""
    alphanumeric = _SENDER_ID.fullmatch(text) is not None and not text.replace(" ", "").isdigit()
    return alphanumeric or E164.fullmatch(text) is not None


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """What is asked of a gateway for one message."""

    url: str
    body: bytes
    headers: Mapping[str, str]


class HttpSender:
    """A channel over a gateway that takes each message by one POST."""

    def __init__(
        self,
        door: Door,
        request: Callable[[OutgoingMessage], Request],
        read: Callable[[Answer, OutgoingMessage], Delivery],
    ) -> None:
        """``request`` writes a message for the gateway, ``read`` understands what it answers."""
        self._door, self._request, self._read = door, request, read
        self._closed = False

    def send(self, message: OutgoingMessage) -> Delivery:
        """Hand one text message over and say what became of it."""
        if self._closed:
            return Delivery(outcome=Outcome.FAILED, detail="the SMS channel was closed")
        if wrong := what_is_wrong(message):
            return Delivery(outcome=Outcome.REFUSED, detail=wrong)
        try:
            asked = self._request(message)
        except Unready as error:
            return Delivery(outcome=Outcome.FAILED, detail=str(error))
        answer = call(
            "POST",
            asked.url,
            asked.body,
            asked.headers,
            private=self._door.private,
            timeout=self._door.timeout,
        )
        if answer.status is None:
            # Once the request was being handed over, nobody knows whether it was taken.
            outcome = Outcome.AMBIGUOUS if answer.begun else Outcome.FAILED
            place = urlsplit(asked.url).netloc
            return Delivery(outcome=outcome, detail=f"{place}: {answer.detail}")
        return self._read(answer, message)

    def close(self) -> None:
        """Nothing more is sent; safe to call twice."""
        self._closed = True


class Unready(Exception):
    """The gateway cannot take a message for now, and none was handed over."""
