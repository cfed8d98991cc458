"""Messages written as files: ``<date>-<key>.eml``, and the HTML alone beside it; text messages as
``.txt``."""

import os
import re
import unicodedata
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path

from amiable.channels.email.mime import message_id, to_bytes
from amiable.channels.message import ChannelClosed, Delivery, Outcome, OutgoingMessage, Sender
from amiable.channels.text import what_is_wrong

_LONGEST_SLUG = 60
_MARK_LENGTH = 10
_NAME = re.compile(rf"\d{{4}}-\d\d-\d\d-.*-([0-9a-f]{{{_MARK_LENGTH}}})\.(eml|txt|pdf)")

Write = Callable[[OutgoingMessage], tuple[bytes, str]]
"""A message as a file, and the name it has from then on. Raises ValueError when it is none."""


def open_folder(path: Path | str) -> Sender:
    """Return a channel that writes each message into the folder, made if it is missing.

    Raises ChannelClosed when the folder cannot be made or read.
    """
    return open_files(Path(path), "eml", lambda message: (_mail(message), message_id(message)))


def open_text_folder(path: Path | str) -> Sender:
    """Return a channel that writes each text message into the folder: to whom, and the words.

    Raises ChannelClosed when the folder cannot be made or read.
    """
    return open_files(Path(path), "txt", lambda message: (_text(message), message.message_id))


def _mail(message: OutgoingMessage) -> bytes:
    return to_bytes(message, utf8_addresses=True)


def _text(message: OutgoingMessage) -> bytes:
    if wrong := what_is_wrong(message):
        raise ValueError(wrong)
    return f"{message.to[0]}\n\n{message.text}".encode()


def open_files(folder: Path, suffix: str, write: Write) -> Sender:
    """Return a channel that writes each message as one file, as ``write`` says.

    Raises ChannelClosed when the folder cannot be made or read.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        names = os.listdir(folder)
    except OSError as error:
        raise ChannelClosed(
            f"messages cannot be written to the folder {folder}: {error.strerror}; give a folder "
            "that this account may write to"
        ) from error
    return _FolderSender(folder, names, suffix, write)


class _FolderSender:
    """One file for one key, whatever happens: the file's name ends with a mark of the key."""

    def __init__(self, folder: Path, names: list[str], suffix: str, write: Write) -> None:
        self._folder, self._suffix, self._write = folder, suffix, write
        found = ((_NAME.fullmatch(name), name) for name in names)
        self._written = {match[1]: name for match, name in found if match and match[2] == suffix}
        self._closed = False

    def send(self, message: OutgoingMessage) -> Delivery:
        if self._closed:
            return Delivery(outcome=Outcome.FAILED, detail="the folder channel was closed")
        try:
            content, reference = self._write(message)
        except ValueError as error:
            return Delivery(outcome=Outcome.REFUSED, detail=str(error))
        try:
            return self._keep(message, content, reference)
        except OSError as error:
            detail = f"the file could not be written in {self._folder}: {error.strerror}"
            return Delivery(outcome=Outcome.FAILED, detail=detail)

    def close(self) -> None:
        self._closed = True

    def _keep(self, message: OutgoingMessage, content: bytes, reference: str) -> Delivery:
        mark = _mark(message.key)
        name = self._written.get(mark) or f"{_stem(message, mark)}.{self._suffix}"
        target = self._folder / name
        if target.exists():
            self._written[mark] = name
            return _already_there(target, content, reference)
        if message.html:
            _write(target.with_suffix(".html"), _page(message.html))
        _write(target, content)
        self._written[mark] = name
        return Delivery(outcome=Outcome.ACCEPTED, detail=name, reference=reference)


def _already_there(target: Path, content: bytes, reference: str) -> Delivery:
    if target.read_bytes() == content:
        return Delivery(outcome=Outcome.ACCEPTED, detail=target.name, reference=reference)
    return Delivery(
        outcome=Outcome.REFUSED,
        detail=f"another message with this key is already there as {target.name}; "
        "delete that file if it may be replaced",
    )


def _stem(message: OutgoingMessage, mark: str) -> str:
    """Return a name that every system takes: lower-case ASCII letters, digits and hyphens."""
    plain = unicodedata.normalize("NFKD", message.key).encode("ascii", "ignore").decode("ascii")
    slug = re.sub("[^a-z0-9]+", "-", plain.lower())[:_LONGEST_SLUG].strip("-") or "message"
    return f"{message.dated_at.date().isoformat()}-{slug}-{mark}"


def _mark(key: str) -> str:
    """Return what tells two keys apart that make the same slug."""
    return sha256(key.encode("utf-8", "surrogatepass")).hexdigest()[:_MARK_LENGTH]


def _page(html: str) -> bytes:
    """Return the HTML as a file; without a declared charset, a mark says that it is UTF-8."""
    declared = "charset" in html[:1024].lower()
    return html.encode("utf-8" if declared else "utf-8-sig")


def _write(target: Path, content: bytes) -> None:
    """Write a whole file or none, on the disk before it takes its name."""
    draft = target.with_name(f".{target.name}.{os.getpid()}.part")
    try:
        with draft.open("wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        os.replace(draft, target)
    finally:
        draft.unlink(missing_ok=True)
