"""Upload folders: where files that were handed over lie, and how far the work on them is.

How far it is stands in a file, not in the database: an import is one transaction, and what it
writes is seen by nobody before its end.
"""

import json
import os
import re
import shutil
import threading
import time
import unicodedata
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from secrets import token_hex
from typing import Protocol

from django.conf import settings

_PROGRESS = "progress.json"
_REFUSED = "refused.jsonl"
_WORKER = "worker.beat"
_FILES = "files"
_BEATS_EVERY = 5.0  # seconds
_FORBIDDEN = re.compile(r'[\x00-\x1f\x7f<>:"|?*/\\]')
_LONGEST = 150  # characters of a name; file systems allow 255 bytes


class FileGiven(Protocol):
    """A file as a face hands it over."""

    name: str | None

    def chunks(self) -> Iterable[bytes]:
        """Its bytes, in pieces."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """How far work is: ``done`` of ``total`` steps of a part of it; 0 of 0 when not known."""

    done: int = 0
    total: int = 0

    @property
    def percent(self) -> int | None:
        """From 0 to 100."""
        return min(100, 100 * self.done // self.total) if self.total else None


def folder_path(folder: str) -> Path:
    """Where a folder of this name lies."""
    return Path(settings.VAR) / "uploads" / folder


def file_paths(folder: str, names: Iterable[str]) -> list[Path]:
    """Where the files of an upload lie."""
    return [folder_path(folder) / _FILES / name for name in names]


def safe_name(name: str) -> str:
    """A file's name as it is kept: without any folder, and of letters that every system takes."""
    last = re.split(r"[/\\]", unicodedata.normalize("NFC", name))[-1]
    plain = _FORBIDDEN.sub("", last).strip(" .")
    stem, dot, suffix = plain.rpartition(".")
    if dot and len(plain) > _LONGEST:
        plain = f"{stem[: _LONGEST - len(suffix) - 1]}.{suffix}"
    return plain[:_LONGEST] or "file"


def keep_files(given: Iterable[FileGiven]) -> tuple[str, list[str]]:
    """Put files into a new folder; its name and theirs. Two of one name get different ones."""
    folder = token_hex(16)
    place = folder_path(folder) / _FILES
    place.mkdir(parents=True)
    names: list[str] = []
    try:
        for one in given:
            names.append(_free_name(safe_name(one.name or ""), names))
            with (place / names[-1]).open("wb") as kept:
                for piece in one.chunks():
                    kept.write(piece)
    except BaseException:
        clear_folder(folder)
        raise
    return folder, names


def _free_name(name: str, taken: Iterable[str]) -> str:
    """A name that no other file has, whatever their capitals."""
    used = {one.casefold() for one in taken}
    stem, dot, suffix = name.rpartition(".")
    count, free = 1, name
    while free.casefold() in used:
        count += 1
        free = f"{stem} ({count}){dot}{suffix}" if dot else f"{name} ({count})"
    return free


def part_folder(folder: str, names: Iterable[str]) -> str:
    """Give some files of a folder one of their own; its name."""
    own = token_hex(16)
    (folder_path(own) / _FILES).mkdir(parents=True)
    for path in file_paths(folder, names):
        path.rename(folder_path(own) / _FILES / path.name)
    return own


def clear_folder(folder: str) -> None:
    """Take a folder away with everything in it."""
    shutil.rmtree(folder_path(folder), ignore_errors=True)


def folders_since(before: datetime) -> Iterator[str]:
    """Folders last touched before an instant: perhaps nobody's."""
    place = folder_path("")
    for found in place.iterdir() if place.is_dir() else ():
        with suppress(FileNotFoundError):
            if found.is_dir() and found.stat().st_mtime < before.timestamp():
                yield found.name


# --- how far the work is --------------------------------------------------------------------


def progress_of(folder: str) -> Progress:
    """How far the work on a folder is."""
    try:
        done, total = json.loads((folder_path(folder) / _PROGRESS).read_text(encoding="ascii"))
    except (OSError, ValueError):
        return Progress()
    return Progress(done=done, total=total)


def last_beat(folder: str) -> datetime | None:
    """When whoever works on a folder last gave a sign of life."""
    try:
        beat = (folder_path(folder) / _PROGRESS).stat().st_mtime
    except OSError:
        return None
    return datetime.fromtimestamp(beat, UTC)


class Beat:
    """Writes how far work is, and signs of life while a step takes long."""

    def __init__(self, folder: str) -> None:
        self._path = folder_path(folder) / _PROGRESS
        self._path.parent.mkdir(parents=True, exist_ok=True)
        self._over = threading.Event()
        self._told_at = float("-inf")
        self.tell(0, 0)
        self._told_at = float("-inf")

    def tell(self, done: int, total: int) -> None:
        """Write how far it is, twice a second at most."""
        now = time.monotonic()
        if 0 < done < total and now - self._told_at < 0.5:
            return
        self._told_at = now
        fresh = self._path.with_suffix(f".{os.getpid()}")
        with suppress(OSError):
            fresh.write_text(json.dumps([done, total]), encoding="ascii")
            fresh.replace(self._path)

    def live(self) -> None:
        """Give signs of life until it is over."""
        while not self._over.wait(_BEATS_EVERY):
            with suppress(OSError):
                os.utime(self._path)

    def stop(self) -> None:
        """No more signs."""
        self._over.set()


@contextmanager
def beating(folder: str) -> Iterator[Beat]:
    """Signs of life while something is done."""
    beat = Beat(folder)
    life = threading.Thread(target=beat.live, daemon=True)
    life.start()
    try:
        yield beat
    finally:
        beat.stop()
        life.join(timeout=1)


def worker_lives() -> None:
    """A worker says that it is there."""
    place = folder_path(_WORKER)
    with suppress(OSError):
        place.parent.mkdir(parents=True, exist_ok=True)
        place.touch()


def worker_seen() -> datetime | None:
    """When a worker last said that it was there."""
    try:
        return datetime.fromtimestamp(folder_path(_WORKER).stat().st_mtime, UTC)
    except OSError:
        return None


# --- refused lines ----------------------------------------------------------------------------


def keep_refused(folder: str, records: Iterable[dict[str, object]]) -> None:
    """Keep all refused lines of a reading, one JSON record a line."""
    with (folder_path(folder) / _REFUSED).open("w", encoding="utf-8") as file:
        file.writelines(json.dumps(record, ensure_ascii=False) + "\n" for record in records)


def kept_refused(folder: str) -> Iterator[dict[str, object]]:
    """The refused lines that were kept."""
    with (
        suppress(FileNotFoundError),
        (folder_path(folder) / _REFUSED).open(encoding="utf-8") as file,
    ):
        for line in file:
            yield json.loads(line)
