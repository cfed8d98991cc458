"""Upload: what a person does with files handed over: look, correct, bring in, take back, drop."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Any

from django.db import transaction

from amiable.desk.access import Actor, OtherCompany
from amiable.desk.audit import recorded, subject
from amiable.desk.open_source import Wishes
from amiable.desk.undo_import import NothingToUndo, NotTheLast
from amiable.desk.upload_folder import (
    FileGiven,
    clear_folder,
    file_paths,
    keep_files,
    part_folder,
)
from amiable.sources.fec import looks_like_fec
from amiable.sources.table import TableKind, TableMapping
from amiable.store.import_run import last_run, run_row
from amiable.store.models import ImportRun, Upload
from amiable.store.models.upload import UploadState
from amiable.store.upload import add_upload, move_upload, upload_row, uploads_of_runs

_LOOKED_AT = (UploadState.READING, UploadState.READY, UploadState.REFUSED, UploadState.FAILED)


class NotNow(Exception):
    """The upload has moved on meanwhile: somebody else, or another click, was quicker."""


def upload_for(actor: Actor, pk: int) -> Upload:
    """An upload of the actor's company. Raises OtherCompany."""
    found = upload_row(actor.company.pk, pk)
    if found is None:
        raise OtherCompany(actor.company, "upload")
    return found


def run_for(actor: Actor, pk: int) -> ImportRun:
    """An import of the actor's company. Raises OtherCompany."""
    found = run_row(actor.company.pk, pk)
    if found is None:
        raise OtherCompany(actor.company, "import")
    return found


def receive(actor: Actor, given: Sequence[FileGiven], *, today: date, at: datetime) -> list[Upload]:
    """Keep files and have them read: accounting exports together, tables one by one."""
    folder, names = keep_files(given)
    exports = [path.name for path in file_paths(folder, names) if looks_like_fec(path)]
    groups = [exports, *([name] for name in names if name not in exports)]
    parts = [(part_folder(folder, group), group) for group in groups if group]
    clear_folder(folder)
    with transaction.atomic():
        return [
            add_upload(
                actor.company,
                folder=own,
                files=group,
                uploaded_at=at,
                uploaded_on=today,
                by=actor.user,
            )
            for own, group in parts
        ]


def wishes_of(upload: Upload) -> Wishes:
    """What a person said of the reading."""
    said = upload.wishes
    mapping = said.get("mapping")
    return Wishes(
        accounts=tuple(said.get("accounts") or ("411",)),
        kind=TableKind(said["kind"]) if said.get("kind") else None,
        currency=said.get("currency", ""),
        mapping=TableMapping.from_dict(mapping) if mapping else None,
    )


def correct_reading(
    upload: Upload,
    *,
    mapping: TableMapping | None = None,
    kind: TableKind | None = None,
    accounts: Iterable[str] = (),
    currency: str = "",
) -> None:
    """Read the files again as a person says. Raises NotNow."""
    said: dict[str, Any] = {"accounts": list(accounts), "currency": currency}
    if mapping is not None:
        said["mapping"] = mapping.as_dict()
    if kind is not None:
        said["kind"] = kind.value
    if not move_upload(upload.pk, _LOOKED_AT, UploadState.READING, wishes=said, problem={}):
        raise NotNow


def bring_in(upload: Upload) -> None:
    """Have what was understood brought in. Raises NotNow."""
    if not move_upload(upload.pk, (UploadState.READY,), UploadState.STORING):
        raise NotNow


def try_again(upload: Upload) -> None:
    """Go on after something unforeseen: read anew, or plan with what came in. Raises NotNow."""
    after = UploadState.PLANNING if upload.run_id else UploadState.READING
    if not move_upload(upload.pk, (UploadState.FAILED,), after, problem={}):
        raise NotNow


def drop(actor: Actor, upload: Upload, *, at: datetime) -> None:
    """Throw files away that were not brought in. Raises NotNow."""
    with recorded(actor, "import.dropped", at=at, files=", ".join(upload.files)) as entry:
        # What waits for its turn may be dropped; what a worker writes may not.
        waiting = upload.state == UploadState.STORING and upload.claimed_at is None
        states = (*_LOOKED_AT, *((UploadState.STORING,) if waiting else ()))
        if not move_upload(upload.pk, states, UploadState.DROPPED, folder=None):
            raise NotNow
        entry.subject = subject(upload)
    if upload.folder:
        clear_folder(upload.folder)


def ask_to_undo(actor: Actor, run: ImportRun, *, today: date, at: datetime) -> Upload:
    """Have the newest import taken back. Raises NothingToUndo, NotTheLast, NotNow."""
    company = actor.company
    last = last_run(company.pk)
    if last is None:
        raise NothingToUndo(company.name)
    if last.pk != run.pk:
        raise NotTheLast(run.pk, last.pk)
    upload = uploads_of_runs(company.pk, [run.pk]).get(run.pk)
    if upload is None:
        return add_upload(
            company,
            state=UploadState.UNDOING.value,
            run=run,
            uploaded_at=at,
            uploaded_on=today,
            by=actor.user,
        )
    undoing = UploadState.UNDOING
    if not move_upload(upload.pk, (UploadState.DONE,), undoing, by=actor.user, problem={}):
        raise NotNow
    return upload
