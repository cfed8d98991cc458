"""Upload work: what a worker does with an upload, so that it may be killed at any moment.

A task claims its upload, and ends with it in the transaction that does the work: who lost the
claim meanwhile writes nothing.
"""

import logging
from collections.abc import Callable
from datetime import datetime, timedelta

from django.db import DatabaseError

from amiable.desk.access import Actor
from amiable.desk.audit import recorded, subject
from amiable.desk.calendar import day_of
from amiable.desk.import_reading import import_reading
from amiable.desk.night import prepare_day
from amiable.desk.open_source import open_source, remember_mapping
from amiable.desk.understood import (
    refusal_record,
    refusal_records,
    result_record,
    table_record,
    told_of,
    understand,
)
from amiable.desk.undo_import import NothingToUndo, NotTheLast, undo_import
from amiable.desk.upload import wishes_of
from amiable.desk.upload_folder import (
    Beat,
    beating,
    clear_folder,
    file_paths,
    folders_since,
    keep_refused,
    last_beat,
)
from amiable.sources.reading import SourceRefused
from amiable.sources.table import TableReading, sketch
from amiable.store.models import Upload
from amiable.store.models.membership import Role
from amiable.store.models.upload import UploadState
from amiable.store.upload import (
    claim_upload,
    finish_upload,
    folder_cleared,
    folders_to_clear,
    give_back,
    uploads_taken_up,
)

DEAD_AFTER = timedelta(seconds=60)
"""A worker without a sign of life for so long is gone."""
_TRIES = 3
_KEPT = timedelta(days=30)

log = logging.getLogger("amiable.desk.upload")


class Lost(Exception):
    """Another worker has the upload now: what this one did is not written."""


def work_on(task: str, at: datetime) -> bool:
    """Do what the upload of a task asks for; False when it is not the task's any more."""
    upload = claim_upload(task, at)
    if upload is None:
        return False
    beat_folder = upload.folder or f"run-{upload.pk}"
    with beating(beat_folder) as beat:
        _guarded(upload, lambda: _STEPS[UploadState(upload.state)](upload, beat, at))
    if upload.folder is None:
        clear_folder(beat_folder)
    return True


def _guarded(upload: Upload, step: Callable[[], None]) -> None:
    """Do a step; whatever goes wrong, the upload is left so that somebody can go on."""
    facts = {"company": upload.company.key, "upload": upload.pk, "state": upload.state}
    try:
        step()
        log.info("upload worked on", extra=facts)
    except Lost:
        log.warning("upload was taken over", extra=facts)
    except DatabaseError as error:
        # Another writer held the database too long, or it is away: later.
        log.warning("upload postponed", exc_info=error, extra=facts)
        _postpone(upload)
    except Exception as error:
        log.error("upload failed", exc_info=error, extra=facts)
        _fail(upload, "upload.fault")
    except BaseException:  # told to stop: the next worker begins anew
        give_back(upload.task, tries=upload.tries)
        raise


def _postpone(upload: Upload) -> None:
    if upload.tries >= _TRIES:
        _fail(upload, "upload.busy")
    else:
        give_back(upload.task)


def _fail(upload: Upload, code: str) -> None:
    """Give it up; an import that could not be taken back stands as it did."""
    undoing = upload.state == UploadState.UNDOING
    after = UploadState.DONE if undoing else UploadState.FAILED
    finish_upload(upload.task, after, problem={"code": code, "facts": {}})


def _finish(upload: Upload, after: UploadState, **columns: object) -> None:
    if not finish_upload(upload.task, after, **columns):
        raise Lost


# --- the steps ------------------------------------------------------------------------------


def _read(upload: Upload, beat: Beat, _at: datetime) -> None:
    """Read the files and keep what they hold, for a person to look at."""
    assert upload.folder is not None
    paths = file_paths(upload.folder, upload.files)
    wishes = wishes_of(upload)
    try:
        reading = open_source(upload.company, paths, wishes=wishes, progress=beat.tell)
        understood = understand(upload.company, reading, paths[0])
    except SourceRefused as error:
        drawn = None
        if len(paths) == 1:
            drawn = sketch(paths[0], kind=wishes.kind, mapping=wishes.mapping) or sketch(paths[0])
        understood = {"table": table_record(drawn), "files": upload.files}
        problem = refusal_record(error.refusal)
        if drawn and problem["code"] == "source.unknown_format":
            problem["code"] = "table.not_a_table"  # whose remedy is to say which column is which
        _finish(upload, UploadState.REFUSED, problem=problem, understood=understood)
        return
    keep_refused(upload.folder, refusal_records(reading.refusals))
    _finish(upload, UploadState.READY, understood=understood, problem={})


def _store(upload: Upload, beat: Beat, at: datetime) -> None:
    """Bring the files in: all of it with the end of the task, or nothing."""
    assert upload.folder is not None
    company, today = upload.company, day_of(upload.company, at)
    paths = file_paths(upload.folder, upload.files)
    try:
        # Before the transaction: on SQLite nobody else writes while one is open.
        reading = open_source(company, paths, wishes=wishes_of(upload), progress=beat.tell)
        with recorded(_actor(upload), "import.done", at=at) as entry:
            report = import_reading(company, reading, on=today, at=at)
            if isinstance(reading, TableReading):
                remember_mapping(company, reading)
            result = result_record(report)
            entry.subject = f"importrun:{report.run}"
            entry.facts |= {"files": ", ".join(upload.files), "run": report.run,
                            **result["counts"]}  # fmt: skip
            understood = upload.understood | told_of(reading) | {"result": result}
            _finish(upload, UploadState.PLANNING, understood=understood, run_id=report.run)
    except SourceRefused as error:  # the file changed on the disk, or the mapping does not fit it
        problem = refusal_record(error.refusal)
        _finish(upload, UploadState.REFUSED, problem=problem)
        return
    keep_refused(upload.folder, refusal_records(reading.refusals))


def _plan(upload: Upload, beat: Beat, at: datetime) -> None:
    """Draw the day's plan anew with what came in, or was taken back."""
    prepare_day(upload.company, day_of(upload.company, at), at, progress=beat.tell)
    _finish(upload, UploadState.DONE)


def _undo(upload: Upload, _beat: Beat, at: datetime) -> None:
    """Take an import back."""
    run = upload.run
    assert run is not None
    actor = _actor(upload)
    try:
        with recorded(actor, "import.undone", at=at) as entry:
            entry.subject = subject(run)
            entry.facts |= {"files": ", ".join(run.files), "run": run.pk}
            undo_import(upload.company, run.pk, at=at)
            _finish(upload, UploadState.PLANNING)
    except (NothingToUndo, NotTheLast):  # another import came in meanwhile
        _finish(upload, UploadState.DONE)


_STEPS: dict[UploadState, Callable[[Upload, Beat, datetime], None]] = {
    UploadState.READING: _read,
    UploadState.STORING: _store,
    UploadState.PLANNING: _plan,
    UploadState.UNDOING: _undo,
}


def _actor(upload: Upload) -> Actor:
    """Whoever asked for it: the worker acts in their name."""
    name = str(upload.by) if upload.by else ""
    return Actor(company=upload.company, role=Role.ADMINISTRATOR, user=upload.by, name=name)


# --- what a worker looks after now and then -----------------------------------------------------


def free_dead_uploads(at: datetime) -> int:
    """Give back what workers that are gone had taken up; give up what ended several of them."""
    freed = 0
    for upload in uploads_taken_up():
        beat = last_beat(upload.folder or f"run-{upload.pk}")
        alive = max(filter(None, (beat, upload.claimed_at)))
        if at - alive < DEAD_AFTER:
            continue
        freed += 1
        if upload.tries >= _TRIES:
            _fail(upload, "upload.killed")
        else:
            give_back(upload.task)
    return freed


def clear_old_uploads(at: datetime) -> int:
    """Take away files that were handed over long ago; what was brought in stays, of course."""
    before = at - _KEPT
    old = folders_to_clear(before)
    for folder in old:
        folder_cleared(folder)
        clear_folder(folder)
    return len(old)


def clear_stray_folders(at: datetime) -> int:
    """Take away folders that belong to no upload: a server that stopped while files came in."""
    strays = list(folders_since(at - _KEPT - timedelta(days=1)))
    for folder in strays:
        clear_folder(folder)
    return len(strays)
