"""Handing mails to an SMTP server, and knowing exactly what became of each.

The mail transaction is driven step by step (MAIL, RCPT, DATA, the mail, the final dot), because
the outcome of a lost connection depends on the step: before the final dot the mail surely did
not leave, after it nobody knows until the server answers.
"""

import smtplib
from contextlib import suppress
from dataclasses import dataclass

from amiable.channels.email.addresses import wire_address
from amiable.channels.email.connection import (
    SmtpSettings,
    Unreachable,
    connect,
    connected,
    words,
)
from amiable.channels.email.dkim import DkimSigner, signed
from amiable.channels.email.mime import message_id, recipients, to_bytes
from amiable.channels.message import ChannelClosed, Delivery, Outcome, OutgoingMessage, Sender

__all__ = ["SmtpSettings", "open_smtp"]

_CLOSING = 421
"""The server is closing the connection (RFC 5321 section 3.8)."""


def open_smtp(settings: SmtpSettings, signer: DkimSigner | None = None) -> Sender:
    """Return a channel over one SMTP connection, opened and logged in at once; what goes over it
    is signed if there is a ``signer``.

    Raises ChannelClosed when the settings cannot work: unknown host, TLS or login refused. A
    server that is only unreachable for now gives an open channel, which tries again with each
    message and answers FAILED until it is reached. For one thread at a time.
    """
    try:
        server = connect(settings)
    except Unreachable:
        return _SmtpSender(settings, None, signer)
    return _SmtpSender(settings, server, signer)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Parcel:
    """What is handed over: the envelope, and the mail with its leading dots doubled."""

    mail_from: str
    recipients: tuple[str, ...]
    data: bytes
    reference: str


class _SmtpSender:
    """An SMTP connection, kept from one message to the next and renewed when it is gone."""

    def __init__(
        self, settings: SmtpSettings, server: smtplib.SMTP | None, signer: DkimSigner | None
    ) -> None:
        self._settings, self._signer = settings, signer
        self._server = server
        self._sent = 0
        self._closed = False

    def send(self, message: OutgoingMessage) -> Delivery:
        if self._closed:
            return Delivery(outcome=Outcome.FAILED, detail="the mail channel was closed")
        try:
            reused = self._server is not None
            server = self._ready()
            try:
                parcel = _parcel(message, server, self._signer)
            except ValueError as error:
                return Delivery(outcome=Outcome.REFUSED, detail=str(error))
            return self._hand_over(parcel, server, reused=reused)
        except (ChannelClosed, Unreachable) as error:
            return Delivery(outcome=Outcome.FAILED, detail=str(error))
        except OSError as error:  # smtplib's errors are OSErrors; the final dot was not sent
            self._drop()
            return Delivery(outcome=Outcome.FAILED, detail=f"connection lost: {error}")

    def close(self) -> None:
        self._closed = True
        self._quit()

    def _ready(self) -> smtplib.SMTP:
        if self._sent >= self._settings.messages_per_connection:
            self._quit()
        if self._server is None:
            self._server = connect(self._settings)
            self._sent = 0
        return self._server

    def _hand_over(self, parcel: _Parcel, server: smtplib.SMTP, *, reused: bool) -> Delivery:
        server, refusal = self._begin(parcel, server, reused=reused)
        refused: list[str] = []
        if refusal is None:
            refusal = _name_recipients(server, parcel, refused)
        if refusal is None:
            code, said = server.docmd("DATA")
            refusal = None if code == 354 else _refusal(code, said)
        if refusal is not None:
            self._clear(server, refusal)
            return refusal
        delivery = self._finish(server, parcel)
        if delivery.outcome is not Outcome.ACCEPTED or not refused:
            return delivery
        detail = f"{delivery.detail}; not for {', '.join(refused)}"
        return Delivery(outcome=Outcome.ACCEPTED, detail=detail, reference=delivery.reference)

    def _begin(
        self, parcel: _Parcel, server: smtplib.SMTP, *, reused: bool
    ) -> tuple[smtplib.SMTP, Delivery | None]:
        """Open the transaction; on a connection that died while idle, once more on a new one."""
        try:
            code, said = server.docmd("MAIL", parcel.mail_from)
        except OSError:
            if not reused:
                raise
            code, said = _CLOSING, b""
        if code == _CLOSING and reused:
            self._drop()
            server = self._ready()
            code, said = server.docmd("MAIL", parcel.mail_from)
        return server, None if code == 250 else _refusal(code, said)

    def _finish(self, server: smtplib.SMTP, parcel: _Parcel) -> Delivery:
        """Send the mail, then its final dot apart: only from there on may it have left."""
        line = connected(server)
        line.sendall(parcel.data)
        try:
            line.settimeout(self._settings.answer_timeout)
            line.sendall(b".\r\n")
            code, said = server.getreply()
            line.settimeout(self._settings.timeout)
        except OSError as error:
            self._drop()
            detail = f"no answer after the whole mail was sent: {error}"
            return Delivery(outcome=Outcome.AMBIGUOUS, detail=detail, reference=parcel.reference)
        self._sent += 1
        delivery = _answer(code, said, parcel.reference)
        if delivery.outcome is Outcome.AMBIGUOUS or code == _CLOSING:
            self._drop()
        return delivery

    def _clear(self, server: smtplib.SMTP, refusal: Delivery) -> None:
        """End a refused transaction, so that the next message starts clean."""
        try:
            if refusal.detail.startswith(str(_CLOSING)) or server.docmd("RSET")[0] != 250:
                self._drop()
        except OSError:
            self._drop()

    def _quit(self) -> None:
        if self._server is not None:
            with suppress(OSError):  # gone already: that is what was asked of it
                self._server.docmd("QUIT")
            self._drop()

    def _drop(self) -> None:
        if self._server is not None:
            self._server.close()
            self._server = None


def _parcel(message: OutgoingMessage, server: smtplib.SMTP, signer: DkimSigner | None) -> _Parcel:
    utf8 = server.has_extn("smtputf8")
    mail = to_bytes(message, utf8_addresses=utf8)
    if signer is not None:
        mail = signed(mail, signer)
    sender = wire_address("From", message.sender, utf8=utf8)
    whom = recipients(message, utf8_addresses=utf8)
    mail_from = f"FROM:<{sender}>"
    if server.has_extn("size"):
        mail_from += f" SIZE={len(mail)}"
    server.command_encoding = "ascii"
    if not mail.isascii() or not "".join((sender, *whom)).isascii():
        mail_from += " BODY=8BITMIME SMTPUTF8"
        server.command_encoding = "utf-8"
    data = mail.replace(b"\r\n.", b"\r\n..")
    return _Parcel(mail_from=mail_from, recipients=whom, data=data, reference=message_id(message))


def _name_recipients(server: smtplib.SMTP, parcel: _Parcel, refused: list[str]) -> Delivery | None:
    """Name every recipient, noting the refused ones; answer only when none is left.

    One "try later" among the refusals makes it a failure for now: a later try can reach that one.
    """
    replies = [(address, *server.docmd("RCPT", f"TO:<{address}>")) for address in parcel.recipients]
    refusals = [reply for reply in replies if reply[1] not in {250, 251}]
    refused += [f"{address}: {words(code, said)}" for address, code, said in refusals]
    if len(refusals) < len(replies):
        return None
    passing = all(code >= 500 for _, code, _ in refusals)
    outcome = Outcome.REFUSED if passing else Outcome.FAILED
    return Delivery(outcome=outcome, detail="; ".join(refused))


def _refusal(code: int, said: bytes) -> Delivery:
    outcome = Outcome.REFUSED if 500 <= code <= 599 else Outcome.FAILED
    return Delivery(outcome=outcome, detail=words(code, said))


def _answer(code: int, said: bytes, reference: str) -> Delivery:
    """Read the answer to the final dot; one that SMTP does not know leaves it unknown."""
    if 200 <= code <= 299:
        outcome = Outcome.ACCEPTED
    elif 400 <= code <= 499:
        outcome = Outcome.FAILED
    elif 500 <= code <= 599:
        outcome = Outcome.REFUSED
    else:
        outcome = Outcome.AMBIGUOUS
    return Delivery(outcome=outcome, detail=words(code, said), reference=reference)
