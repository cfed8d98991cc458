"""What goes wrong, told in a sentence with its remedy: on standard error, as JSON if asked."""

import errno
import json
import os
import sys
import tempfile
import traceback
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import click

from amiable.cli.texts import t

INTERRUPTED = 130  # 128 + SIGINT, as shells have it
BROKEN_PIPE = 141  # 128 + SIGPIPE
FAULT = 70  # EX_SOFTWARE of sysexits.h

# Parts of the database's own messages, and the text that tells them.
_SIGNS = {
    "locked": "locked",
    "lock timeout": "locked",
    "readonly": "readonly",
    "not a database": "foreign",
    "unable to open": "closed",
    "no such column": "version",
    "no such table": "version",
    "does not exist": "version",
    "Connection refused": "away",
    "could not translate host": "away",
}

_SYSTEM = ("EACCES", "EEXIST", "EISDIR", "ENOENT", "ENOSPC", "ENOTDIR", "EPERM", "EROFS")


class Refused(click.ClickException):
    """The request cannot be done: the sentence says why and what to do. Exit code 1."""

    exit_code = 1


class SettingUnusable(Refused):
    """An environment variable holds something that cannot be used."""

    exit_code = 2


class Interrupted(Refused):
    """Ctrl-C: what was under way is left out."""

    exit_code = INTERRUPTED


class Fault(Refused):
    """Something amiable did not foresee."""

    exit_code = FAULT


def guarded(run: Callable[[], Any], *, as_json: bool) -> None:
    """Run a command line and leave with its exit code; nothing ends in a traceback."""
    try:
        code = run()
        sys.stdout.flush()
    except BrokenPipeError:
        sys.exit(reader_gone())
    except Exception as error:
        told = _as_told(error)
        _tell(told, as_json=as_json)
        code = told.exit_code
    except KeyboardInterrupt:
        sys.stderr.write("\n")
        told = _interrupted()
        _tell(told, as_json=as_json)
        code = told.exit_code
    sys.exit(code if isinstance(code, int) else 0)


def _tell(error: click.ClickException, *, as_json: bool) -> None:
    if as_json:
        record = {"error": error.format_message(), "exit_code": error.exit_code}
        sys.stderr.write(json.dumps(record, ensure_ascii=False) + "\n")
    else:
        error.show()


def reader_gone() -> int:
    """Whoever read us (head, less) has gone; Python must not write the rest at exit."""
    with suppress(OSError, ValueError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return BROKEN_PIPE


def _as_told(error: Exception) -> click.ClickException:
    """Any error as a sentence with its exit code."""
    if isinstance(error, click.ClickException):
        return error
    if isinstance(error, click.Abort | EOFError):
        return _interrupted()
    if isinstance(error, OSError):
        return _system(error)
    return _database(error) or _fault(error)


def _system(error: OSError) -> Refused:
    """A file or a folder that cannot be used."""
    where, name = str(error.filename or "–"), errno.errorcode.get(error.errno or 0, "")
    why = t(f"error.system_{name}") if name in _SYSTEM else error.strerror or str(error)
    return Refused(t("error.system", file=where, detail=why))


def _interrupted() -> Interrupted:
    return Interrupted(t("error.interrupted"))


def _fault(error: Exception) -> Fault:
    kept = Path(tempfile.gettempdir()) / "amiable-fault.txt"
    with suppress(OSError):
        kept.write_text("".join(traceback.format_exception(error)), encoding="utf-8")
    return Fault(t("error.fault", kind=type(error).__name__, detail=str(error), file=str(kept)))


def _database(error: Exception) -> Refused | None:
    """An error of the database as a sentence; None for anything else."""
    # Imported here: help must not wait for Django.
    from django.db import Error  # noqa: PLC0415

    if not isinstance(error, Error):
        return None
    detail = str(error).strip()
    for sign, key in _SIGNS.items():
        if sign in detail:
            return Refused(t(f"error.database_{key}"))
    return Refused(t("error.database", error=detail.partition("\n")[0]))
