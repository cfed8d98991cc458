"""A message as the bytes of a mail (RFC 5322, MIME), ready for a server or a file.

Written by hand rather than with ``email.message.EmailMessage``, which takes over a millisecond
for a mail; the C functions of ``binascii`` do the heavy part. The tests prove the result by
parsing it with ``email.parser`` and with a second, independent reader.

Why a boundary cannot occur in a part: it starts with ``=_``, which neither quoted-printable
nor base64 can produce, and every part is written in one of the two.
"""

import re
from base64 import encodebytes
from binascii import b2a_qp
from collections.abc import Iterator
from email.utils import format_datetime
from hashlib import sha256
from urllib.parse import quote

from amiable.channels.email.addresses import mailbox, wire_address
from amiable.channels.email.headers import (
    check_one_line,
    extra_field,
    identifiers_field,
    listed_field,
    text_field,
)
from amiable.channels.message import Attachment, OutgoingMessage

_OWN_FIELDS = frozenset(
    {"from", "sender", "to", "cc", "bcc", "reply-to", "subject", "date", "message-id"}
    | {"in-reply-to", "references", "mime-version", "received", "return-path"}
)
_OWN_PREFIXES = ("content-", "resent-")
_LANGUAGE = re.compile(r"[A-Za-z]{2,8}(?:-[A-Za-z0-9]{1,8})*")
_TOKEN = r"[A-Za-z0-9!#$&^_.+-]+"
_CONTENT_TYPE = re.compile(rf"({_TOKEN})/{_TOKEN}(?:; ?{_TOKEN}=(?:{_TOKEN}|\"[ !#-\[\]-~]*\"))*")
_OVERLONG = re.compile(rb"=(?:20|09)(?=\r\n)(?<=[^\r\n]{77})")
_LONGEST_FILENAME = 255


def to_bytes(message: OutgoingMessage, *, utf8_addresses: bool = False) -> bytes:
    """Return the mail, with CRLF line ends and a final one.

    Line ends inside the text and the HTML become CRLF; all else of them arrives unchanged. The
    same message gives the same bytes. ``utf8_addresses`` lets local parts in other scripts
    through, for a server that offers SMTPUTF8. Raises ValueError, naming the field, for what
    mail cannot carry or what must not be slipped into it.
    """
    head = "".join(_fields(message, utf8=utf8_addresses)).encode("utf-8")
    return head + _body(message)


def message_id(message: OutgoingMessage) -> str:
    """Return the mail's Message-ID: the given one, or one that follows from the key."""
    if message.message_id:
        return message.message_id
    domain = wire_address("From", message.sender, utf8=True).rpartition("@")[2]
    return f"<{_digest(message.key)}@{domain}>"


def recipients(message: OutgoingMessage, *, utf8_addresses: bool = False) -> tuple[str, ...]:
    """Return whom the mail goes to, To then Cc, each address once, as a server is told them."""
    named = [("To", address) for address in message.to]
    named += [("Cc", address) for address in message.cc]
    return tuple(dict.fromkeys(wire_address(f, a, utf8=utf8_addresses) for f, a in named))


def _fields(message: OutgoingMessage, *, utf8: bool) -> Iterator[str]:
    if not message.to:
        raise ValueError("To: the message has no recipient; give the customer a contact address")
    sender = mailbox("From", message.sender_name, message.sender, utf8=utf8)
    yield f"From: {sender}\r\n"
    reply_to = (message.reply_to,) if message.reply_to else ()
    for name, addresses in (("To", message.to), ("Cc", message.cc), ("Reply-To", reply_to)):
        if addresses:
            wires = [wire_address(name, address, utf8=utf8) for address in addresses]
            yield listed_field(name, wires, separator=",")
    yield text_field("Subject", message.subject)
    yield f"Date: {_date(message)}\r\n"
    yield from _thread_fields(message)
    yield from _extra_fields(message)
    if not _LANGUAGE.fullmatch(message.language):
        raise ValueError(f"Content-Language: {message.language!r} is not a language tag, as fr")
    yield f"Content-Language: {message.language}\r\nMIME-Version: 1.0\r\n"


def _date(message: OutgoingMessage) -> str:
    if message.dated_at.utcoffset() is None:
        raise ValueError("Date: the message's time has no time zone; give an aware datetime")
    return format_datetime(message.dated_at)


def _thread_fields(message: OutgoingMessage) -> Iterator[str]:
    """RFC 5322 section 3.6.4: References ends with the message that is answered."""
    yield identifiers_field("Message-ID", (message_id(message),))
    parent = message.in_reply_to
    if parent:
        yield identifiers_field("In-Reply-To", (parent,))
    thread = [one for one in message.references if one != parent] + ([parent] if parent else [])
    if thread:
        yield identifiers_field("References", thread)


def _extra_fields(message: OutgoingMessage) -> Iterator[str]:
    given = {name.lower() for name, _ in message.headers}
    for name, value in message.headers:
        if name.lower() in _OWN_FIELDS or name.lower().startswith(_OWN_PREFIXES):
            raise ValueError(f"{name}: this header is written from the message itself; remove it")
        yield extra_field(name, value)
    if "auto-submitted" not in given:
        yield "Auto-Submitted: auto-generated\r\n"


def _body(message: OutgoingMessage) -> bytes:
    digest = _digest(message.key)
    body = _text_part("plain", message.text)
    if message.html:
        body = _multipart("alternative", f"=_a_{digest}", (body, _text_part("html", message.html)))
    if message.attachments:
        files = (_attachment_part(attachment) for attachment in message.attachments)
        body = _multipart("mixed", f"=_m_{digest}", (body, *files))
    return body if body.endswith(b"\r\n") else body + b"\r\n"


def _multipart(subtype: str, boundary: str, parts: tuple[bytes, ...]) -> bytes:
    line = f"--{boundary}".encode("ascii")
    head = f'Content-Type: multipart/{subtype};\r\n boundary="{boundary}"\r\n\r\n'
    pieces = [head.encode("ascii")]
    for part in parts:
        pieces += (line, b"\r\n", part, b"\r\n")
    return b"".join((*pieces, line, b"--\r\n"))


def _text_part(subtype: str, text: str) -> bytes:
    """Quoted-printable, or base64 where that is shorter (scripts other than Latin)."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n").replace("\n", "\r\n")
    try:
        data = lines.encode("utf-8")
    except UnicodeEncodeError as error:
        raise ValueError(f"the {subtype} text is not Unicode text: {error}") from error
    content, encoding = _quoted_printable(data), "quoted-printable"
    if len(content) > len(data) * 1.4 + 76:
        content, encoding = _base64(data), "base64"
    head = (
        f"Content-Type: text/{subtype}; charset=utf-8\r\n"
        f"Content-Transfer-Encoding: {encoding}\r\n\r\n"
    )
    return head.encode("ascii") + content


def _quoted_printable(data: bytes) -> bytes:
    """Encode lines that end with CRLF; the last one may have no end.

    A line end is added for the encoder, which learns the kind of line ends from the first one,
    and taken away again: the line end before a boundary belongs to the boundary. The encoder
    counts a space at a line's end as one character though it writes three; such a line, of 77 or
    78 characters, is broken before it.
    """
    content = b2a_qp(data + b"\r\n")
    if b"=20\r\n" in content or b"=09\r\n" in content:
        content = _OVERLONG.sub(rb"=\r\n\g<0>", content)
    return content[:-2]


def _base64(data: bytes) -> bytes:
    return encodebytes(data).replace(b"\n", b"\r\n")


def _attachment_part(attachment: Attachment) -> bytes:
    kind = _CONTENT_TYPE.fullmatch(attachment.content_type)
    if kind is None or kind[1].lower() in {"message", "multipart"}:
        raise ValueError(
            f"attachment {attachment.filename!r}: {attachment.content_type!r} is not a type that "
            "can be attached; give one as application/pdf (application/octet-stream for a mail)"
        )
    head = (
        f"Content-Type: {attachment.content_type}\r\n"
        "Content-Transfer-Encoding: base64\r\n"
        f"Content-Disposition: attachment;\r\n {_filename(attachment.filename)}\r\n\r\n"
    )
    return head.encode("ascii") + _base64(attachment.content)


def _filename(filename: str) -> str:
    """The filename parameter: plain where it is ASCII, else as RFC 2231 says."""
    check_one_line("attachment", filename)
    length = len(filename.encode("utf-8"))
    if not 0 < length <= _LONGEST_FILENAME or "/" in filename or "\\" in filename:
        raise ValueError(
            f"attachment {filename!r}: give a file name alone, without folders, of 1 to "
            f"{_LONGEST_FILENAME} bytes"
        )
    if filename.isascii() and '"' not in filename and len(filename) <= 60:
        return f'filename="{filename}"'
    return f"filename*=utf-8''{quote(filename, safe='')}"


def _digest(key: str) -> str:
    return sha256(key.encode("utf-8", "surrogatepass")).hexdigest()[:32]
