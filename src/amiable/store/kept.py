"""Kept: small secrets beside the database, in files only their owner can read."""

import os
from contextlib import suppress
from pathlib import Path

from django.conf import settings


def keep(name: str, text: str) -> None:
    """Write a secret under AMIABLE_VAR, in place of what was kept under the name."""
    path = _path(name)
    path.parent.mkdir(parents=True, exist_ok=True)
    made = os.open(path, os.O_CREAT | os.O_TRUNC | os.O_WRONLY, 0o600)
    with os.fdopen(made, "w", encoding="utf-8") as file:
        file.write(text)


def kept(name: str) -> str:
    """What is kept under a name; empty when nothing is."""
    with suppress(FileNotFoundError):
        return _path(name).read_text(encoding="utf-8")
    return ""


def forget(name: str) -> None:
    """Take away what is kept under a name."""
    _path(name).unlink(missing_ok=True)


def _path(name: str) -> Path:
    return Path(settings.VAR) / name
