"""OVHcloud: the jobs of its SMS service, signed as its API asks; delivery reports and answers.

Sources: "First steps with the OVHcloud APIs" (signature, time), api.ovh.com/console (/sms),
"Everything you need to know about SMS users", step 5 (callbacks and ptt codes). The coding is
deduced from the message. A reminder is no advertising: the mention "STOP" that French law asks of
advertising is left out (noStopClause). To be answered, one sends by a short number of OVHcloud's
(senderForResponse) and has its answers called in to us (smsResponse, responseType cgi).
"""

import hashlib
import json
from collections.abc import Callable
from time import monotonic
from typing import Any
from urllib.parse import quote

from amiable.channels.http import Answer, call
from amiable.channels.message import (
    ChannelClosed,
    Delivery,
    Fault,
    Outcome,
    OutgoingMessage,
    Sender,
)
from amiable.channels.sms.report import Call, SmsReport, SmsState, SmsText
from amiable.channels.sms.sender import Door, HttpSender, Request, Unready

SECRETS = ("application_secret", "consumer_key")
BASES = {"ovh-eu": "https://eu.api.ovh.com/1.0", "ovh-ca": "https://ca.api.ovh.com/1.0"}
_VALID_FOR = 2_880  # minutes that operators try, as OVHcloud's own examples have it
_NOT_TAKEN = (401, 402, 403, 409, 429)
"""A wrong key, no credit left, too many at once: nothing was taken, and a person can mend it."""
_DELIVERED = "4"
_UNDERWAY = frozenset(("", "0", "1", "2", "3", "6"))
_FAULTS = {
    "23": Fault.NOBODY,  # "this MSISDN should not be used again"
    "27": Fault.UNFIT,  # "a handset is permanently incompatible"
}


def sign(secret: str, consumer: str, method: str, url: str, body: str, timestamp: int) -> str:
    """The value of X-Ovh-Signature."""
    signed = f"{secret}+{consumer}+{method}+{url}+{body}+{timestamp}"
    return "$1$" + hashlib.sha1(signed.encode(), usedforsecurity=False).hexdigest()


def open_ovhcloud(door: Door) -> Sender:
    """A channel to OVHcloud. Settings: endpoint, application_key, service, sender (empty: a short
    number that can be answered). Raises ChannelClosed."""
    needed = ("application_key", "service")
    if not all(door.settings.get(name) for name in needed) or not all(
        door.secrets.get(name) for name in SECRETS
    ):
        raise ChannelClosed("give OVHcloud's three keys and the name of the SMS service", "login")
    base = door.base or BASES.get(door.settings.get("endpoint", ""), BASES["ovh-eu"])
    url = f"{base}/sms/{quote(door.settings['service'], safe='')}/jobs"
    clock = _Clock(door, base)

    def request(message: OutgoingMessage) -> Request:
        return _request(door, url, message, clock)

    return HttpSender(door, request, _read)


class _Clock:
    """OVHcloud's time, asked once: a signature made by a clock that is wrong is refused."""

    def __init__(self, door: Door, base: str) -> None:
        self._door, self._base = door, base
        self._ahead: float | None = None

    def __call__(self) -> int:
        if self._ahead is None:
            url = f"{self._base}/auth/time"
            answer = call(
                "GET", url, b"", {}, private=self._door.private, timeout=self._door.timeout
            )
            if answer.status != 200 or not answer.text.strip().isdigit():
                raise Unready(f"OVHcloud does not tell its time: {answer.status} {answer.detail}")
            self._ahead = int(answer.text) - monotonic()
        return round(monotonic() + self._ahead)


def _request(door: Door, url: str, message: OutgoingMessage, clock: Callable[[], int]) -> Request:
    job: dict[str, Any] = {
        "charset": "UTF-8",
        "message": message.text,
        "noStopClause": True,
        "priority": "high",
        "receivers": list(message.to),
        "validityPeriod": _VALID_FOR,
    }
    sender = door.settings.get("sender", "")
    job |= {"sender": sender} if sender else {"senderForResponse": True}
    body = json.dumps(job)
    timestamp = clock()
    secret, consumer = (door.secrets[name] for name in SECRETS)
    headers = {
        "Content-Type": "application/json; charset=utf-8",
        "X-Ovh-Application": door.settings["application_key"],
        "X-Ovh-Consumer": consumer,
        "X-Ovh-Timestamp": str(timestamp),
        "X-Ovh-Signature": sign(secret, consumer, "POST", url, body, timestamp),
    }
    return Request(url=url, body=body.encode(), headers=headers)


def _read(answer: Answer, message: OutgoingMessage) -> Delivery:
    said = answer.said
    detail = f"{answer.status} {said.get('message') or answer.detail}"
    if answer.status == 200:
        if message.to[0] in said.get("invalidReceivers", ()):
            detail = f"OVHcloud takes {message.to[0]} for no number"
            return Delivery(outcome=Outcome.REFUSED, detail=detail, fault=Fault.NOBODY)
        if said.get("ids"):
            credits = said.get("totalCreditsRemoved")
            reference = str(said["ids"][0])
            detail = f"{reference}, {credits} credits" if credits is not None else reference
            return Delivery(outcome=Outcome.ACCEPTED, detail=detail, reference=reference)
        return Delivery(outcome=Outcome.AMBIGUOUS, detail=detail)
    if answer.status in _NOT_TAKEN:
        return Delivery(outcome=Outcome.FAILED, detail=detail)
    if answer.status is not None and 400 <= answer.status < 500:
        return Delivery(outcome=Outcome.REFUSED, detail=detail)
    return Delivery(outcome=Outcome.AMBIGUOUS, detail=detail)


def read_call(_door: Door, call: Call) -> SmsReport | SmsText | None:
    """A delivery report or an answer; that it is OVHcloud's, the address alone tells: its calls
    bear no signature."""
    params = call.params
    if params.get("senderid") and "message" in params:
        key = params.get("id", "")
        return SmsText(key=key, sender=_in_full(params["senderid"]), text=params["message"])
    if not params.get("id") or "ptt" not in params:
        return None
    ptt = params["ptt"]
    state = SmsState.UNDERWAY if ptt in _UNDERWAY else SmsState.LOST
    if ptt == _DELIVERED:
        state = SmsState.DELIVERED
    return SmsReport(
        state=state,
        reference=params["id"],
        detail=f"ptt {ptt} {params.get('descriptionDlr', '')}".strip(),
        fault=_FAULTS.get(ptt),
    )


def _in_full(number: str) -> str:
    """A number with its plus sign: OVHcloud writes 0033612345678 or +33612345678."""
    return f"+{number[2:]}" if number.startswith("00") else number
