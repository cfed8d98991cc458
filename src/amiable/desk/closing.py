"""Closing: a company leaves, with everything it has written into a file first if one wants it.

Deleting is done by the piece, so that nobody else waits for the database meanwhile. Broken off,
it is begun again and goes on with what is left; the company itself goes last.
"""

import logging
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile

from django.db import IntegrityError, transaction

from amiable.desk.access import Actor
from amiable.desk.audit import recorded
from amiable.desk.export import csv_lines
from amiable.desk.upload_folder import clear_folder
from amiable.engine.parties import Language
from amiable.store import closing as store
from amiable.store.company import lock_company
from amiable.store.models import Company

Progress = Callable[[int, int], None]

_PIECE = 10_000  # rows deleted in one transaction
_TRIES = 5  # when somebody writes into a company that is just being deleted

log = logging.getLogger("amiable.company")


class FileThere(FileExistsError):
    """The file to write into exists: perhaps it is an earlier, complete export."""


def count_rows(company: Company, *names: str) -> dict[str, int]:
    """What a company holds: rows by table (of these names, or all), empty tables left out."""
    return store.count_rows(company.pk, names)


def write_everything(company: Company, path: Path, progress: Progress) -> dict[str, int]:
    """Write all a company holds into a ZIP file: a CSV a table, and the files that were kept.

    Passwords, keys and digests are left out. Returns the rows by table. Raises FileThere, OSError.
    """
    if path.exists():
        raise FileThere(str(path))
    counts = count_rows(company)
    total, done = sum(counts.values()), 0
    part = path.with_name(f"{path.name}.part")  # a file of the right name is a whole one
    with suppress(FileNotFoundError):
        part.unlink()
    with ZipFile(part, "x", ZIP_DEFLATED) as archive:
        for table in store.tables():
            name = store.name_of(table)
            if name in counts:
                _write_table(archive, company, table)
                done += counts[name]
                progress(done, total)
    part.rename(path)
    return counts


def _write_table(archive: ZipFile, company: Company, table: store.Table) -> None:
    name = store.name_of(table)
    lines = csv_lines(
        store.rows_of(company.pk, table), store.columns_of(table), Language(company.language)
    )
    with archive.open(f"{name}.csv", "w", force_zip64=True) as file:
        for line in lines:
            file.write(line)
    for column in store.files_in(table):
        for pk, content in store.contents_of(company.pk, table, column):
            archive.writestr(f"{name}/{pk}.{column}", content)


def close_company(actor: Actor, *, at: datetime) -> None:
    """Nobody gets in any more, no token opens anything, no message leaves, no webhook is called.

    What is there stays until it is deleted.
    """
    with recorded(actor, "company_closed", at=at):
        lock_company(actor.company)
        store.stop(actor.company.pk, at)


def delete_company(company: Company, *, progress: Progress) -> tuple[dict[str, int], int]:
    """Delete a closed company with everything in it, and the accounts that opened nothing else.

    Returns the rows by table and how many accounts went. Nothing of other companies is touched.
    """
    counts = count_rows(company)
    total, done = sum(counts.values()), 0
    folders = store.upload_folders(company.pk)
    for gone in _pieces(company):
        done += gone
        progress(min(done, total), total)
    accounts = _last_piece(company)
    for folder in folders:
        clear_folder(folder)
    facts = {"company": company.key, "rows": total, "accounts": accounts}
    log.warning("company deleted", extra=facts)
    return counts, accounts


def _pieces(company: Company) -> Iterator[int]:
    """Delete by the piece; how many rows each had. Who works there is left for the end."""
    for table in store.tables():
        if store.name_of(table) == "membership":
            continue
        gone = _PIECE
        while gone == _PIECE:
            with transaction.atomic():
                gone = store.delete_some(company.pk, table, _PIECE)
            yield gone


def _last_piece(company: Company) -> int:
    """The company itself, with the accounts; how many. Whoever wrote meanwhile is overruled."""
    tries = 1
    while True:
        try:
            return _take_rest(company)
        except IntegrityError:  # a row came in that points to what is gone
            if tries == _TRIES:
                raise
            tries += 1


def _take_rest(company: Company) -> int:
    with transaction.atomic():
        lock_company(company)
        accounts = store.accounts_of(company.pk)
        for table in store.tables():
            while store.delete_some(company.pk, table, _PIECE):
                pass
        for user in accounts:
            user.delete()
        store.delete_row(company.pk)
    return len(accounts)
