"""Messages written as files: ``<date>-<key>.eml``, and the HTML alone beside it."""

import os
import re
import unicodedata
from hashlib import sha256
from pathlib import Path

from amiable.channels.email.mime import message_id, to_bytes
from amiable.channels.message import ChannelClosed, Delivery, Outcome, OutgoingMessage, Sender

_LONGEST_SLUG = 60
_MARK_LENGTH = 10
_NAME = re.compile(rf"\d{{4}}-\d\d-\d\d-.*-([0-9a-f]{{{_MARK_LENGTH}}})\.eml")


def open_folder(path: Path | str) -> Sender:
    """Return a channel that writes each message into the folder, made if it is missing.

    Raises ChannelClosed when the folder cannot be made or read.
    """
    folder = Path(path)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        names = os.listdir(folder)
    except OSError as error:
        raise ChannelClosed(
            f"messages cannot be written to the folder {folder}: {error.strerror}; give a folder "
            "that this account may write to"
        ) from error
    return _FolderSender(folder, names)


class _FolderSender:
    """One file for one key, whatever happens: the file's name ends with a mark of the key."""

    def __init__(self, folder: Path, names: list[str]) -> None:
        self._folder = folder
        found = ((_NAME.fullmatch(name), name) for name in names)
        self._written = {match[1]: name for match, name in found if match is not None}
        self._closed = False

    def send(self, message: OutgoingMessage) -> Delivery:
        if self._closed:
            return Delivery(outcome=Outcome.FAILED, detail="the folder channel was closed")
        try:
            mail = to_bytes(message, utf8_addresses=True)
            reference = message_id(message)
        except ValueError as error:
            return Delivery(outcome=Outcome.REFUSED, detail=str(error))
        try:
            return self._keep(message, mail, reference)
        except OSError as error:
            detail = f"the file could not be written in {self._folder}: {error.strerror}"
            return Delivery(outcome=Outcome.FAILED, detail=detail)

    def close(self) -> None:
        self._closed = True

    def _keep(self, message: OutgoingMessage, mail: bytes, reference: str) -> Delivery:
        mark = _mark(message.key)
        name = self._written.get(mark) or f"{_stem(message, mark)}.eml"
        target = self._folder / name
        if target.exists():
            self._written[mark] = name
            return _already_there(target, mail, reference)
        if message.html:
            _write(target.with_suffix(".html"), _page(message.html))
        _write(target, mail)
        self._written[mark] = name
        return Delivery(outcome=Outcome.ACCEPTED, detail=name, reference=reference)


def _already_there(target: Path, mail: bytes, reference: str) -> Delivery:
    if target.read_bytes() == mail:
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
