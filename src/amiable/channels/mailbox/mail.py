"""A mail taken apart: who wrote what to whom, answering what; whatever it looks like.

Mails come broken in every way: charsets that do not exist, parts that lie about what they are,
headers in raw bytes. Nothing here raises for what a mail contains; what cannot be read is left
out, and said (a file without content).
"""

import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email import message_from_bytes
from email.errors import HeaderParseError
from email.header import decode_header
from email.message import Message
from email.utils import getaddresses, parsedate_to_datetime

from charset_normalizer import from_bytes

from amiable.channels.mailbox.answer import answer_of
from amiable.channels.mailbox.bounce import Bounce, bounce_of
from amiable.channels.mailbox.html_text import text_of_html

FILE_MOST = 10_000_000
"""Bytes of one file that is kept."""
FILES_MOST = 25_000_000
"""Bytes of all files of a mail that are kept."""
_FILES = 50
_PARTS = 500
_TEXT_MOST = 500_000
_FOLD = re.compile(r"\r?\n(?=[ \t])")
_ID = re.compile(r"<[^<>\s]{1,290}>")


@dataclass(frozen=True, slots=True, kw_only=True)
class MailFile:
    """A file that came along; ``content`` None: too large to keep, or it could not be read."""

    name: str
    media_type: str
    size: int
    content: bytes | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadMail:
    """``key`` names the mail: its Message-ID, else a digest of it. Identifiers keep their brackets.

    ``text`` is all that was written, ``answer`` what the writer added. ``to``: every address it
    was sent or delivered to. ``automatic``: a machine wrote it, by its own headers (RFC 3834).
    """

    key: str
    message_id: str = ""
    in_reply_to: str = ""
    references: tuple[str, ...] = ()
    sender_name: str = ""
    sender: str = ""
    to: tuple[str, ...] = ()
    subject: str = ""
    text: str = ""
    answer: str = ""
    sent_at: datetime | None = None
    automatic: bool = False
    headers: dict[str, str] = field(default_factory=dict)
    files: tuple[MailFile, ...] = ()
    bounce: Bounce | None = None


def read_mail(raw: bytes, *, whole: bool = True) -> ReadMail:
    """Take a mail apart. ``whole`` False: the end was cut off, its last file with it."""
    # Not policy.default: its parser raises for headers that are broken enough.
    mail = message_from_bytes(raw)
    message_id = _identifier(_header(mail, "Message-ID"))
    references = tuple(_ID.findall(_header(mail, "References")))[-50:]
    name, sender = _sender(mail)
    text = _text(mail)
    return ReadMail(
        key=message_id or f"sha256:{hashlib.sha256(raw).hexdigest()}",
        message_id=message_id,
        in_reply_to=_identifier(_header(mail, "In-Reply-To")),
        references=references,
        sender_name=name[:300],
        sender=sender[:254],
        to=tuple(_addresses(mail, *_RECIPIENTS)),
        subject=_one_line(_header(mail, "Subject"))[:500],
        text=text,
        answer=answer_of(text),
        sent_at=_sent_at(mail),
        automatic=is_automatic(mail),
        headers=_telling(mail),
        files=tuple(_files(mail, whole=whole)),
        bounce=bounce_of(mail),
    )


# --- headers ----------------------------------------------------------------------------------

_RECIPIENTS = ("To", "Cc", "Delivered-To", "X-Original-To", "Envelope-To")
_TELLING = (
    "Auto-Submitted", "Precedence", "X-Autoreply", "X-Autorespond", "X-Auto-Response-Suppress",
    "List-Id", "Return-Path",
)  # fmt: skip


def _header(mail: Message, name: str) -> str:
    """The first header of a name, as text."""
    return next(_headers(mail, name), "")


def _headers(mail: Message, name: str) -> Iterator[str]:
    for key, value in mail.raw_items():
        if key.lower() == name.lower():
            yield decoded_words(str(value))


def decoded_words(value: str) -> str:
    """A header's encoded words (RFC 2047) and raw bytes as text, whatever charset they claim.

    Unfolded first (RFC 5322 section 2.2.3): else the space a line begins with would be lost.
    """
    text = _FOLD.sub("", _clean(value))
    try:
        parts = decode_header(text)
    except (HeaderParseError, ValueError):
        return text
    shown = (decoded(one, charset) if isinstance(one, bytes) else one for one, charset in parts)
    return _clean("".join(shown))


def _clean(text: str) -> str:
    """Without what no database takes: lone surrogates (raw bytes in a header), zero bytes."""
    data = text.encode("utf-8", "surrogateescape")
    return decoded(data, "utf-8").replace("\x00", "")


def _one_line(text: str) -> str:
    return " ".join(text.split())


def _identifier(text: str) -> str:
    match = _ID.search(text)
    return match[0] if match else ""


def _sender(mail: Message) -> tuple[str, str]:
    for name in ("From", "Sender", "Return-Path"):
        for shown, address in getaddresses([_one_line(_header(mail, name))]):
            if "@" in address:
                return _one_line(shown), address.strip().lower()
    return "", ""


def _addresses(mail: Message, *names: str) -> Iterator[str]:
    seen: set[str] = set()
    for name in names:
        for _, address in getaddresses([_one_line(one) for one in _headers(mail, name)]):
            if "@" in address and address.lower() not in seen:
                seen.add(address.lower())
                yield address.lower()


def _sent_at(mail: Message) -> datetime | None:
    try:
        found = parsedate_to_datetime(_header(mail, "Date"))
    except (TypeError, ValueError, IndexError, OverflowError):
        return None
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def is_automatic(mail: Message) -> bool:
    """Whether a machine wrote it: RFC 3834, and what programs said before there was one."""
    submitted = _header(mail, "Auto-Submitted").lower()
    if submitted and not submitted.startswith("no"):
        return True
    # Not "list": a mailbox that is a group of people bears it on every mail.
    if _header(mail, "Precedence").lower() in ("bulk", "junk", "auto_reply"):
        return True
    if any(_header(mail, name) for name in ("X-Autoreply", "X-Autorespond", "X-Autorespond-From")):
        return True
    # Exchange marks its own automatic answers so, and asks others for none: only "All" is telling.
    return _header(mail, "X-Auto-Response-Suppress").lower() == "all" and bool(
        _header(mail, "In-Reply-To") or _header(mail, "References")
    )


def _telling(mail: Message) -> dict[str, str]:
    found = {name: _one_line(_header(mail, name))[:200] for name in _TELLING}
    return {name: value for name, value in found.items() if value}


# --- text -------------------------------------------------------------------------------------


_NO_CHARSETS = frozenset({"punycode", "idna", "unicode_escape", "raw_unicode_escape", "undefined"})
"""Names Python decodes by that are no charset of a mail; some take quadratic time."""


def decoded(data: bytes, charset: str | None) -> str:
    """Bytes as text: by the charset named if it fits, else by the one they look like."""
    for name in (charset or "", "utf-8"):
        if name.lower().replace("-", "_") in _NO_CHARSETS:
            continue
        try:
            # What is decoded may still be no text: UTF-7 can hold half a character.
            return data.decode(name).encode("utf-8", "replace").decode("utf-8")
        except (LookupError, UnicodeDecodeError, ValueError):
            continue
    best = from_bytes(data[:50_000], cp_isolation=["cp1252", "iso8859_15", "utf_16"]).best()
    return data.decode(best.encoding if best else "cp1252", "replace")


def _text(mail: Message) -> str:
    """What is written in a mail: its plain text, else the words of its HTML."""
    plain: list[str] = []
    html: list[str] = []
    for part in _parts(mail):
        if part.is_multipart() or _is_file(part):
            continue
        if part.get_content_type() == "text/plain":
            plain.append(_written(part))
        elif part.get_content_type() == "text/html":
            html.append(text_of_html(_written(part)))
    text = "\n\n".join(one for one in plain if one.strip()) or "\n\n".join(html)
    return text.replace("\r\n", "\n").replace("\x00", "").strip()[:_TEXT_MOST]


def _parts(mail: Message) -> Iterator[Message]:
    """The parts, as far as anybody would look; a mail inside the mail is a file, not text."""
    stack, seen = [mail], 0
    while stack and seen < _PARTS:
        part = stack.pop(0)
        seen += 1
        yield part
        if part.is_multipart() and not part.get_content_type().startswith("message/"):
            stack = [one for one in part.get_payload() if isinstance(one, Message)] + stack


def _written(part: Message) -> str:
    data = _content(part)
    return "" if data is None else decoded(data, part.get_content_charset())


def _content(part: Message) -> bytes | None:
    try:
        data = part.get_payload(decode=True)
    except (LookupError, ValueError, AssertionError):  # an encoding that is none
        return None
    return data if isinstance(data, bytes) else None


# --- files ------------------------------------------------------------------------------------


def _is_file(part: Message) -> bool:
    kind = part.get_content_type()
    if kind.startswith(("multipart/", "message/delivery", "text/rfc822-headers")):
        return False
    if part.get_content_disposition() == "attachment" or kind.startswith("message/"):
        return True
    return not kind.startswith("text/") or bool(_file_name(part))


def _file_name(part: Message) -> str:
    try:
        return decoded_words(part.get_filename() or "")
    except (LookupError, ValueError, TypeError):  # a charset that does not exist, broken RFC 2231
        return ""


def _files(mail: Message, *, whole: bool) -> Iterator[MailFile]:
    parts = [part for part in _parts(mail) if _is_file(part)][:_FILES]
    room = FILES_MOST
    for number, part in enumerate(parts, start=1):
        content = _file_content(part)
        size = len(content or b"")
        cut = not whole and number == len(parts)
        if content is None or cut or size > FILE_MOST or size > room:
            content = None
        else:
            room -= size
        yield MailFile(
            name=clean_name(_file_name(part) or _unnamed(part, number)),
            media_type=part.get_content_type()[:100],
            size=size,
            content=content,
        )


def _file_content(part: Message) -> bytes | None:
    if part.get_content_type().startswith("message/"):
        inner = part.get_payload()
        inner = inner[0] if isinstance(inner, list) and inner else inner
        return inner.as_bytes() if isinstance(inner, Message) else None
    return _content(part)


def _unnamed(part: Message, number: int) -> str:
    kind = part.get_content_type()
    ending = {"message/rfc822": "eml", "image/jpeg": "jpg", "text/plain": "txt"}.get(kind)
    return f"{number}.{ending or re.sub(r'[^a-z0-9]', '', kind.partition('/')[2])[:8] or 'bin'}"


def clean_name(name: str) -> str:
    """A file's name as it may be shown and saved: no path, no control signs, not hidden."""
    last = re.split(r"[/\\]", _clean(_one_line(name)))[-1]
    kept = "".join(
        char for char in last if char.isprintable() and char not in '<>:"|?*\u202e\u202d\u200f'
    )
    kept = kept.strip(" .") or "file"
    stem, dot, ending = kept.rpartition(".")
    if dot and len(kept) > 150:
        return f"{stem[:140]}.{ending[:9]}"
    return kept[:150]
