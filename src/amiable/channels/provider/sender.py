"""Sender: one message, one request to an e-mail service, and what is then known of it."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import replace
from email.parser import BytesHeaderParser
from email.policy import default as modern
from typing import Any

from anymail.message import AnymailMessage  # type: ignore[import-untyped]

from amiable.channels.email.addresses import wire_address
from amiable.channels.email.mime import message_id, to_bytes
from amiable.channels.http import Answer
from amiable.channels.message import (
    ChannelClosed,
    Delivery,
    Fault,
    Outcome,
    OutgoingMessage,
    Sender,
)
from amiable.channels.provider.service import MARK, SERVICES, ProviderDoor, Service
from amiable.channels.provider.transport import HouseAdapter, house_session

_WRITTEN_BY_THE_SERVICE = frozenset(
    {"from", "to", "cc", "reply-to", "subject", "date", "mime-version", "message-id"}
    | {"content-type", "content-transfer-encoding"}
)
_NOT_TAKEN = frozenset({401, 402, 403, 404, 408, 429})
"""A wrong key, no credit left, a domain that is not verified, too many at once: nothing was taken,
and the same message may leave once that is mended."""
_ACCOUNT_OF_POSTMARK = frozenset({400, 401, 402, 403, 405, 412, 413})
"""Its error codes about who sends, not about the message (postmarkapp.com/developer/api): sender
signature unknown or not confirmed, out of credits, account not approved. All come with HTTP 422."""
_TAKEN = frozenset({"sent", "queued"})
_NOBODY = frozenset({"invalid", "rejected"})


def open_provider(kind: str, door: ProviderDoor) -> Sender:
    """A channel to a service. Raises ChannelClosed when it cannot be used as it is set up."""
    service = SERVICES.get(kind)
    if service is None:
        raise ChannelClosed(f"there is no e-mail provider {kind!r}")
    for name in (*service.secrets, *service.settings):
        given = door.secrets.get(name) or door.settings.get(name)
        if not given and name not in service.optional:
            raise ChannelClosed(f"give {kind}'s {name.replace('_', ' ')}", "login")
    adapter = HouseAdapter(private=door.private, timeout=door.timeout)
    backend = service.backend(**_given(service, door))
    backend.session = house_session(adapter)
    return _ProviderSender(service, door, backend, adapter)


def _given(service: Service, door: ProviderDoor) -> dict[str, str]:
    """What Anymail's backend needs; what only proves events stays here."""
    names = (name for name in service.secrets if name != service.signed_with)
    given = {name: door.secrets[name] for name in names}
    settings = (name for name in service.settings if name != service.signed_with)
    given |= {name: text for name in settings if (text := door.settings.get(name))}
    regions = service.regions
    if regions:
        first = next(iter(regions.values()))
        given["api_url"] = regions.get(door.settings.get("region", ""), first)
    return given | ({"api_url": door.base} if door.base else {})


class _ProviderSender:
    """Hands messages to a service; for one thread at a time."""

    def __init__(
        self, service: Service, door: ProviderDoor, backend: Any, adapter: HouseAdapter
    ) -> None:
        self._service, self._door = service, door
        self._backend, self._adapter = backend, adapter
        self._closed = False

    def send(self, message: OutgoingMessage) -> Delivery:
        """Hand one message over and say what became of it."""
        if self._closed:
            return Delivery(outcome=Outcome.FAILED, detail="the mail channel was closed")
        self._adapter.answer = None
        try:
            mail = _mail(self._service, self._door, message)
        except ValueError as error:
            return Delivery(outcome=Outcome.REFUSED, detail=str(error))
        try:
            self._backend.send_messages([mail])
        except Exception as error:  # whatever a library makes of an answer, the answer counts
            delivery = self._wrong(mail, error)
        else:
            delivery = _taken(mail, self._adapter.answer)
        return self._scrubbed(delivery)

    def close(self) -> None:
        """Nothing more is sent; safe to call twice."""
        self._closed = True

    def _wrong(self, mail: Any, error: Exception) -> Delivery:
        """What is known after a send that did not end well."""
        answer = self._adapter.answer
        if answer is None:  # nothing was asked: the service could not carry the message
            return Delivery(outcome=Outcome.REFUSED, detail=_first_line(error))
        if answer.status is None:
            outcome = Outcome.AMBIGUOUS if answer.begun else Outcome.FAILED
            return Delivery(outcome=outcome, detail=f"{self._service.name}: {answer.detail}")
        if answer.accepted or answer.status == 422:
            states = _states(mail)
            if states and states <= _NOBODY:
                detail = _words(answer)
                return Delivery(outcome=Outcome.REFUSED, detail=detail, fault=Fault.NOBODY)
        return Delivery(outcome=_outcome(self._service, answer), detail=_words(answer))

    def _scrubbed(self, delivery: Delivery) -> Delivery:
        """Take the keys out of a service's words, should it repeat what it was told."""
        detail = delivery.detail
        for secret in self._door.secrets.values():
            detail = detail.replace(secret, "***") if secret else detail
        return replace(delivery, detail=detail)


# --- a message for Anymail ---------------------------------------------------------------------


def _mail(service: Service, door: ProviderDoor, message: OutgoingMessage) -> Any:
    """A message as Anymail takes it. Raises ValueError for what mail cannot carry."""
    written = to_bytes(message)  # the same checks as by any other way
    name = message.sender_name.replace("\\", "\\\\").replace('"', '\\"')
    sender = wire_address("From", message.sender)
    mail = AnymailMessage(
        subject=message.subject,
        body=message.text,
        from_email=f'"{name}" <{sender}>' if name.strip() else sender,
        to=[wire_address("To", one) for one in message.to],
        cc=[wire_address("Cc", one) for one in message.cc],
        reply_to=[wire_address("Reply-To", message.reply_to)] if message.reply_to else [],
        headers=_headers(service, message, written),
        metadata={MARK: message_id(message).strip("<>")},
    )
    if message.html:
        mail.attach_alternative(message.html, "text/html")
    # Not by attach(), which would make text of what is to arrive to the byte.
    mail.attachments = [
        (one.filename, one.content, one.content_type) for one in message.attachments
    ]
    if service.tells_opens:
        mail.track_opens, mail.track_clicks = door.tracks_opens, False
    return mail


def _headers(service: Service, message: OutgoingMessage, written: bytes) -> dict[str, str]:
    """The header fields a mail server would have been given, besides those the service writes."""
    parsed = BytesHeaderParser(policy=modern).parsebytes(written)
    kept = {
        name: str(value)
        for name, value in parsed.items()
        if name.lower() not in _WRITTEN_BY_THE_SERVICE
    }
    if service.keeps_id is not None:
        kept |= {"Message-ID": message_id(message), **service.keeps_id}
    return kept


# --- what came of it ---------------------------------------------------------------------------


def _taken(mail: Any, answer: Answer | None) -> Delivery:
    """A service answered as documented; whom it takes the message for, and whom not."""
    recipients = mail.anymail_status.recipients
    names = [str(one.message_id) for one in recipients.values() if one.message_id]
    reference = names[0][:200] if names else ""
    taken = [one for one in recipients.values() if one.status in _TAKEN]
    words = _words(answer) if answer is not None else ""
    if taken:
        left = [
            address for address, one in recipients.items() if one.status in (*_NOBODY, "failed")
        ]
        detail = f"{answer.status if answer else ''} {reference}".strip()
        detail += f"; not for {', '.join(left)}" if left else ""
        return Delivery(outcome=Outcome.ACCEPTED, detail=detail, reference=reference)
    if _states(mail) == {"failed"}:
        return Delivery(outcome=Outcome.REFUSED, detail=words)
    if reference:  # some were taken and some were not, and the service does not say which
        return Delivery(outcome=Outcome.ACCEPTED, detail=words, reference=reference)
    return Delivery(outcome=Outcome.AMBIGUOUS, detail=words)


def _states(mail: Any) -> set[str]:
    status = getattr(mail, "anymail_status", None)
    recipients = status.recipients.values() if status is not None else ()
    return {str(one.status) for one in recipients}


def _outcome(service: Service, answer: Answer) -> Outcome:
    """What a status means that is no success.

    One of 500 or more says nothing: it may come from before or from after the message was taken.
    """
    status = answer.status or 0
    if status in _NOT_TAKEN or 300 <= status < 400:
        return Outcome.FAILED
    if service.name == "postmark" and answer.said.get("ErrorCode") in _ACCOUNT_OF_POSTMARK:
        return Outcome.FAILED
    return Outcome.REFUSED if 400 <= status < 500 else Outcome.AMBIGUOUS


def _words(answer: Answer) -> str:
    """A service's own words, behind the status."""
    said = answer.said
    found = _first(said, ("Message", "message", "ErrorMessage", "error"))
    errors = said.get("errors") or said.get("Errors")
    if isinstance(errors, list) and errors and isinstance(errors[0], Mapping):
        found = _first(errors[0], ("description", "message", "ErrorMessage")) or found
    text = " ".join("".join(sign if sign.isprintable() else " " for sign in found).split())
    return f"{answer.status} {text or answer.detail}"[:500].strip()


def _first(said: Mapping[str, Any], names: Iterable[str]) -> str:
    for name in names:
        value = said.get(name)
        if isinstance(value, str) and value:
            return value
        if value and not isinstance(value, str):
            return json.dumps(value, ensure_ascii=False)
    return ""


def _first_line(error: Exception) -> str:
    return (str(error).strip().splitlines() or [type(error).__name__])[0][:500]
