"""Reading a mailbox by IMAP, knowing exactly what keeps it from being read.

Mails are asked for by UID and peeked at: unless asked to, nothing is marked as read. A mail larger
than MAIL_MOST is read as far as its head and its text go.
"""

import re
import socket
import ssl
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import date
from imaplib import IMAP4

from imap_tools import BaseMailBox, MailBox, MailBoxUnencrypted
from imap_tools.errors import ImapToolsError, MailboxFolderSelectError

from amiable.channels.message import ChannelClosed
from amiable.channels.security import Security, Trouble, tls_failure, unknown_host

MAIL_MOST = 25_000_000
"""Bytes of a mail that is read whole."""
CUT_AT = 1_000_000
"""Bytes read of a larger one: its head, its text, the beginning of its files."""
_BATCH_MAILS, _BATCH_BYTES = 50, 10_000_000
_LONGEST_WORDS = 500


PASSING = frozenset({Trouble.AWAY})
"""What may be over at the next look, without anybody mending it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ImapSettings:
    """Where mails are read, and how. ``timeout``: seconds that any one answer may take.

    ``ca_file``: a PEM file of authorities to trust instead of the system's. ``marks_read``: mails
    may be marked as read; else the folder is opened for reading only.
    """

    host: str
    port: int = 993
    security: Security = Security.TLS
    username: str = ""
    password: str = field(default="", repr=False)
    folder: str = "INBOX"
    timeout: float = 30.0
    ca_file: str = ""
    marks_read: bool = False

    def __post_init__(self) -> None:
        if not self.host or not 0 < self.port < 65536:
            raise ValueError("IMAP: give the server's name and a port from 1 to 65535")
        if any(ord(char) < 32 for char in f"{self.username}{self.password}{self.folder}"):
            raise ValueError("IMAP: user name, password and folder have no control characters")

    @property
    def place(self) -> str:
        """The server as a person names it: host and port."""
        return f"{self.host}:{self.port}"


@dataclass(frozen=True, slots=True, kw_only=True)
class FetchedMail:
    """A mail as it lies there; ``whole`` False: it was too large, its end was left out."""

    uid: int
    raw: bytes
    whole: bool


@contextmanager
def reading(settings: ImapSettings) -> Iterator["OpenMailbox"]:
    """The mailbox, logged in, its folder open; closed afterwards. Raises ChannelClosed.

    Whatever goes wrong inside is a ChannelClosed with its Trouble, too.
    """
    with _told(settings):
        box = _dial(settings)
        try:
            _protect(box, settings)
            _log_in(box, settings)
            yield OpenMailbox(box, settings)
        finally:
            with suppress(OSError, IMAP4.error, ImapToolsError):
                box.logout()
            with suppress(OSError):  # closed already, or the line was cut before
                box.client.shutdown()


class OpenMailbox:
    """A mailbox that is being read; see `reading`."""

    def __init__(self, box: BaseMailBox, settings: ImapSettings) -> None:
        self._box = box
        self._settings = settings
        try:
            box.folder.set(settings.folder, readonly=not settings.marks_read)
        except MailboxFolderSelectError as error:
            raise ChannelClosed(
                f"{settings.place} has no folder {settings.folder!r}: {_words(error)}; there are "
                f"{', '.join(self.folders()) or 'none'}",
                Trouble.FOLDER,
            ) from error
        said = box.client.response("UIDVALIDITY")[1]
        self.uid_validity = int(said[0]) if said and said[0] else 0

    def folders(self) -> list[str]:
        """The names of the folders there are."""
        return [one.name for one in self._box.folder.list() if r"\Noselect" not in one.flags]

    def arrived(self, after: int, since: date | None) -> list[int]:
        """The UIDs above one, of mails that arrived on a day or later, ascending."""
        wanted = f"UID {after + 1}:*"
        if since is not None:
            wanted += f" SINCE {since.day}-{_MONTHS[since.month - 1]}-{since.year}"
        found = (int(uid) for uid in self._box.uids(wanted, charset=None))
        # "5:*" names the last mail even when its UID is below 5 (RFC 3501 section 6.4.8).
        return sorted(uid for uid in found if uid > after)

    def message_ids(self, uids: Sequence[int]) -> dict[int, str]:
        """The Message-ID of each mail that has one, with its brackets; the mails stay there."""
        found: dict[int, str] = {}
        for at in range(0, len(uids), 500):
            parts = "(UID BODY.PEEK[HEADER.FIELDS (MESSAGE-ID)])"
            for uid, head in self._fetch(uids[at : at + 500], parts):
                match = _MESSAGE_ID.search(head)
                if match:
                    found[uid] = match[0].decode("ascii", "replace")
        return found

    def mails(self, uids: Sequence[int]) -> Iterator[FetchedMail]:
        """The mails of some UIDs, in their order, a few at a time; those gone meanwhile lack."""
        sizes = self._sizes(uids)
        for batch in _batches([uid for uid in uids if uid in sizes], sizes):
            if sizes[batch[0]] > MAIL_MOST:
                parts, whole = f"(UID BODY.PEEK[]<0.{CUT_AT}>)", False
            else:
                parts, whole = "(UID BODY.PEEK[])", True
            fetched = dict(self._fetch(batch, parts))
            for uid in batch:
                if uid in fetched:
                    yield FetchedMail(uid=uid, raw=fetched[uid], whole=whole)

    def mark_read(self, uids: Sequence[int]) -> None:
        """Mark mails as read, as somebody's mail program would."""
        if uids and self._settings.marks_read:
            self._box.client.uid("STORE", _set(uids), "+FLAGS.SILENT", r"(\Seen)")

    def _sizes(self, uids: Sequence[int]) -> dict[int, int]:
        sizes: dict[int, int] = {}
        for at in range(0, len(uids), 500):
            for line in self._asked(uids[at : at + 500], "(UID RFC822.SIZE)"):
                text = line[0] if isinstance(line, tuple) else line
                uid, size = _UID.search(text or b""), _SIZE.search(text or b"")
                if uid and size:
                    sizes[int(uid[1])] = int(size[1])
        return sizes

    def _fetch(self, uids: Sequence[int], parts: str) -> Iterator[tuple[int, bytes]]:
        """(UID, literal) of each mail; a server may name the UID before or behind the literal."""
        lines = self._asked(uids, parts)
        for at, line in enumerate(lines):
            if not isinstance(line, tuple):
                continue
            behind = lines[at + 1] if at + 1 < len(lines) else b""
            match = _UID.search(line[0]) or _UID.search(
                behind if isinstance(behind, bytes) else b""
            )
            if match:
                yield int(match[1]), line[1]

    def _asked(self, uids: Sequence[int], parts: str) -> list[bytes | tuple[bytes, bytes] | None]:
        if not uids:
            return []
        status, lines = self._box.client.uid("FETCH", _set(uids), parts)
        if status != "OK":
            raise IMAP4.error(f"FETCH: {lines!r}"[:_LONGEST_WORDS])
        return list(lines)


_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_MESSAGE_ID = re.compile(rb"<[^<>\s]{1,290}>")
_UID = re.compile(rb"\bUID (\d+)")
_SIZE = re.compile(rb"\bRFC822\.SIZE (\d+)")


def _set(uids: Sequence[int]) -> str:
    return ",".join(str(uid) for uid in uids)


def _batches(uids: Sequence[int], sizes: dict[int, int]) -> Iterator[list[int]]:
    """Mails to fetch at once: a few, of a bearable size; one that is too large by itself."""
    batch: list[int] = []
    room = _BATCH_BYTES
    for uid in uids:
        size = sizes[uid]
        alone = bool(batch) and max(size, sizes[batch[-1]]) > MAIL_MOST
        if batch and (alone or len(batch) == _BATCH_MAILS or size > room):
            yield batch
            batch, room = [], _BATCH_BYTES
        batch.append(uid)
        room -= size
    if batch:
        yield batch


# --- getting in -------------------------------------------------------------------------------


def _dial(settings: ImapSettings) -> BaseMailBox:
    host, port, timeout = settings.host, settings.port, settings.timeout
    if settings.security is Security.TLS:
        return MailBox(host, port, timeout=timeout, ssl_context=_context(settings))
    return MailBoxUnencrypted(host, port, timeout=timeout)


def _protect(box: BaseMailBox, settings: ImapSettings) -> None:
    if settings.security is not Security.STARTTLS:
        return
    if "STARTTLS" not in {str(one).upper() for one in box.client.capabilities}:
        raise ChannelClosed(
            f"{settings.place} does not offer STARTTLS, and no password is sent in the clear; "
            "set the security to tls (often port 993), or to none for a server you trust",
            Trouble.NO_STARTTLS,
        )
    box.client.starttls(ssl_context=_context(settings))


def _context(settings: ImapSettings) -> ssl.SSLContext:
    return ssl.create_default_context(cafile=settings.ca_file or None)


def _log_in(box: BaseMailBox, settings: ImapSettings) -> None:
    """By PLAIN where it is offered (it carries UTF-8, RFC 4616), else by LOGIN."""
    offered = {str(one).upper() for one in box.client.capabilities}
    try:
        if "AUTH=PLAIN" in offered:
            box.login_utf8(settings.username, settings.password, initial_folder=None)
        else:
            box.login(settings.username, settings.password, initial_folder=None)
    except (IMAP4.abort, OSError):
        raise
    except (IMAP4.error, ImapToolsError, UnicodeEncodeError) as error:
        raise ChannelClosed(
            f"{settings.place} refused the login of {settings.username!r}: "
            f"{_words(error).replace(settings.password or chr(0), '***')}; check the user name and "
            "the password (many providers want an application password)",
            Trouble.LOGIN,
        ) from error


@contextmanager
def _told(settings: ImapSettings) -> Iterator[None]:
    """Tell apart what goes wrong with a server, with a remedy in every refusal."""
    try:
        yield
    except (socket.gaierror, UnicodeError) as error:
        raise unknown_host(settings.host) from error
    except ssl.SSLError as error:
        raise tls_failure(
            settings.place,
            error,
            ports="tls is often port 993, starttls port 143",
        ) from error
    except (IMAP4.abort, OSError) as error:  # the line was cut, or nobody answers
        detail = f"{settings.place} cannot be reached: {_words(error)}"
        raise ChannelClosed(detail, Trouble.AWAY) from error
    except (IMAP4.error, ImapToolsError) as error:
        detail = f"{settings.place} answered: {_words(error)}; ask who runs the server"
        raise ChannelClosed(detail, Trouble.REFUSED) from error


def _words(error: Exception) -> str:
    """A server's words as one line, without Python's decoration of bytes and tuples."""
    told = getattr(error, "command_result", None)
    lines = told[1] if told else [error]
    text = " ".join(
        one.decode("utf-8", "replace") if isinstance(one, bytes) else str(one) for one in lines
    )
    text = re.sub(r"^b'(.*)'$", r"\1", text)
    printable = "".join(char if char.isprintable() else " " for char in text)
    return " ".join(printable.split())[:_LONGEST_WORDS]
