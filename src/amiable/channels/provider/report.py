"""Reports: what an e-mail service tells by calling us, in words that all services share.

Who calls is proved by the service's own signature where it signs (Mailgun, Resend, SendGrid);
else by the address alone, which holds a key that nobody else knows. Anymail reads the events; what
it does not tell apart, an address that failed for good and one that may yet work, is read here from
what the service wrote.
"""

import hmac
from base64 import b64decode
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, Protocol

from amiable.channels.message import Fault
from amiable.channels.provider.service import MARK, SERVICES, ProviderDoor, Service
from amiable.channels.webhook.signature import PREFIX, sign

_FRESH = 300  # seconds that a signed call of Resend's is good for, as Standard Webhooks says


class ReportRefused(Exception):
    """A call does not come from the service."""


class ReportUnreadable(Exception):
    """A call of the service's cannot be read."""


class MailState(StrEnum):
    """What became of a message that a service had taken."""

    TAKEN = "taken"  # it has it, and has not delivered it yet
    DELIVERED = "delivered"
    OPENED = "opened"
    DELAYED = "delayed"  # it did not arrive yet, or came back for now
    LOST = "lost"  # it will not arrive
    COMPLAINED = "complained"  # it arrived, and whoever read it wants nothing more


@dataclass(frozen=True, slots=True, kw_only=True)
class MailReport:
    """What became of a message: named by our own ``mark``, or by the service's ``reference``.

    ``fault``: why nothing more is to be sent to its recipient. ``at``: when it happened.
    """

    state: MailState
    mark: str = ""
    reference: str = ""
    at: datetime | None = None
    detail: str = ""
    fault: Fault | None = None


class Posted(Protocol):
    """A request that came in, as Django holds it."""

    @property
    def body(self) -> bytes:
        """What was sent."""
        ...

    @property
    def headers(self) -> Mapping[str, str]:
        """Its header fields, in whatever case they are asked for."""
        ...


def read_reports(
    kind: str, door: ProviderDoor, request: Posted, *, at: datetime
) -> list[MailReport]:
    """What a service that calls us says; what we need nothing of is left out.

    Raises ReportRefused when the call is not the service's, ReportUnreadable when it makes no
    sense.
    """
    service = SERVICES.get(kind)
    if service is None or not service.reports:
        raise ReportRefused(f"{kind} reports nothing")
    reader = _proved(service, door, request, at)
    try:
        events = reader.parse_events(request)
        return [found for one in events if (found := _report(kind, one)) is not None]
    except Exception as error:  # anything may be posted
        raise ReportUnreadable(f"{type(error).__name__}: {error}"[:200]) from error


def _proved(service: Service, door: ProviderDoor, request: Posted, at: datetime) -> Any:
    """Anymail's reader for a call that is the service's. Raises ReportRefused."""
    if not service.signed_with:
        # A password, which is never asked for: the key in the address stands in its place.
        return service.reader(webhook_secret="the key in the address")
    key = door.secrets.get(service.signed_with) or door.settings.get(service.signed_with, "")
    if not key:
        raise ReportRefused(f"without a key nobody can tell {service.name}'s calls from others'")
    if service.name == "resend":
        _check_standard(key, request, at)
        return service.reader(webhook_secret="the signature")
    try:
        reader = service.reader(**{service.signed_with: key})
        reader.run_validators(request)
    except Exception as error:
        raise ReportRefused(f"the signature is not {service.name}'s") from error
    return reader


def key_fits(kind: str, key: str) -> bool:
    """Whether a text can be the key that a service's events are signed with."""
    try:
        if kind == "resend":
            return bool(b64decode(key.removeprefix(PREFIX), validate=True))
        SERVICES[kind].reader(**{SERVICES[kind].signed_with: key})
    except Exception:  # whatever a library says of a key that is none
        return False
    return bool(key)


def _check_standard(secret: str, request: Posted, at: datetime) -> None:
    """A signature of the Standard Webhooks specification, by its older header names."""
    given = {name: request.headers.get(f"svix-{name}", "") for name in ("id", "timestamp")}
    signatures = request.headers.get("svix-signature", "").split()
    try:
        age = abs(at.timestamp() - int(given["timestamp"]))
        wanted = sign(secret, given["id"], int(given["timestamp"]), request.body)
    except ValueError as error:
        raise ReportRefused("the signature cannot be checked") from error
    known = any(hmac.compare_digest(wanted.encode(), one.encode()) for one in signatures)
    if not known or age > _FRESH:
        raise ReportRefused("the signature is not resend's")


# --- events ------------------------------------------------------------------------------------

_PLAIN = {
    "queued": MailState.TAKEN,
    "sent": MailState.TAKEN,
    "deferred": MailState.DELAYED,
    "delivered": MailState.DELIVERED,
    "opened": MailState.OPENED,
}
_NOBODY = ("bounced", "invalid")
_STOPPED = ("unsubscribed", "spam")
_SOFT_OF_SPARKPOST = frozenset({"20", "21", "22", "23", "24", "40", "70"})
"""Bounce classes that may pass (support.sparkpost.com, bounce classification codes)."""
_STOPPED_OF_MAILGUN = ("suppress-complaint", "suppress-unsubscribe")


def _report(kind: str, event: Any) -> MailReport | None:
    """An event in our words; None for one that changes nothing (a click, a subscription)."""
    found = _meaning(kind, event)
    if found is None:
        return None
    state, fault = found
    metadata = event.metadata if isinstance(event.metadata, Mapping) else {}
    aware = event.timestamp is not None and event.timestamp.utcoffset() is not None
    return MailReport(
        state=state,
        fault=fault,
        mark=str(metadata.get(MARK) or "")[:200],
        reference=str(event.message_id or "")[:200],
        at=event.timestamp if aware else None,
        detail=_one_line(event.mta_response or event.description or event.reject_reason or ""),
    )


def _meaning(kind: str, event: Any) -> tuple[MailState, Fault | None] | None:
    name, reason = event.event_type, event.reject_reason
    if name in _PLAIN:
        return _PLAIN[name], None
    if name in ("complained", "unsubscribed"):
        return MailState.COMPLAINED, Fault.STOPPED
    if name == "failed":
        return MailState.LOST, None
    if name not in ("bounced", "rejected"):
        return None
    if kind in _PASSING and _PASSING[kind](event.esp_event):
        return MailState.DELAYED, None
    return MailState.LOST, _fault(kind, event, name, reason)


def _fault(kind: str, event: Any, name: str, reason: str | None) -> Fault | None:
    """What is wrong with the recipient, if it is the recipient: a message may also be refused for
    what it holds or for who sends it."""
    if kind == "mailgun" and event.esp_event["event-data"].get("reason") in _STOPPED_OF_MAILGUN:
        return Fault.STOPPED
    if kind == "sendgrid" and name == "bounced":
        blocked = event.esp_event.get("type") == "blocked"
        return None if blocked else Fault.NOBODY
    if reason in _STOPPED and name == "rejected":
        return Fault.STOPPED
    return Fault.NOBODY if reason in _NOBODY else None


def _sparkpost_passes(event: Mapping[str, Any]) -> bool:
    (said,) = event["msys"].values()
    return str(said.get("bounce_class", "")) in _SOFT_OF_SPARKPOST


def _resend_passes(event: Mapping[str, Any]) -> bool:
    bounce = event["data"].get("bounce") or {}
    return bounce.get("type") == "Transient"


_PASSING: Mapping[str, Callable[[Mapping[str, Any]], bool]] = {
    "postmark": lambda event: event.get("Type") == "SoftBounce",
    "brevo": lambda event: event.get("event") == "soft_bounce",
    "mailjet": lambda event: event.get("event") == "bounce" and not event.get("hard_bounce"),
    "sparkpost": _sparkpost_passes,
    "resend": _resend_passes,
}
"""Whether what a service calls a bounce may pass."""


def _one_line(text: object) -> str:
    printable = "".join(sign if sign.isprintable() else " " for sign in str(text))
    return " ".join(printable.split())[:500]
