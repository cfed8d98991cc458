"""Imports: what came in together, from files or by posting; files to bring in; undoing."""

from datetime import date, datetime

from django.http import HttpRequest
from ninja import File, Path, Query, Router, UploadedFile

from amiable.api.auth import call_of
from amiable.api.doors import reads, writes
from amiable.api.paging import Page, PageQuery, cursor_of
from amiable.api.problems import Problem
from amiable.api.values import Id, Record
from amiable.desk.token import Scope
from amiable.desk.undo_import import NothingToUndo, NotTheLast
from amiable.desk.upload import (
    NotNow,
    ask_to_undo,
    bring_in,
    receive,
    run_for,
    upload_for,
)
from amiable.store import feed
from amiable.store.models import ImportRun, Upload
from amiable.store.models.upload import UploadState

router = Router(tags=["imports"])


class ImportOut(Record):
    """An import. `counts`: what was new; `refused`: lines that could not be read, see the desk."""

    id: int
    format: str
    files: list[str]
    imported_on: date
    finished_at: datetime | None
    undone_at: datetime | None
    counts: dict[str, int]
    refused: int


class ImportPage(Page):
    """Imports, newest first."""

    items: list[ImportOut]


class UploadOut(Record):
    """Files on their way in. `state`: reading, ready (look, then bring in), refused (`problem`
    says why), storing, planning, done (`import_id` says with which import), failed, dropped."""

    id: int
    files: list[str]
    state: UploadState
    uploaded_at: datetime
    understood: dict[str, object]
    problem: dict[str, object]
    import_id: int | None


class Uploads(Record):
    """Files as they were taken: accounting exports together, tables one by one."""

    items: list[UploadOut]


@reads(router, "/imports", ImportPage, "List imports")
def list_imports(request: HttpRequest, filters: Query[PageQuery]) -> ImportPage:
    """Everything that was brought in, undone imports too."""
    found = feed.import_runs(call_of(request).company.pk, filters.place())
    return ImportPage(items=[_run_out(row) for row in found.rows], next=cursor_of(found.last))


@reads(router, "/imports/{id}", ImportOut, "One import")
def get_import(request: HttpRequest, id: Path[Id]) -> ImportOut:
    """An import by its `id`."""
    return _run_out(run_for(call_of(request).actor, id))


@writes(router, "/imports/{id}/undo", UploadOut, "Undo an import", scope=Scope.LEDGER, status=202)
def undo(request: HttpRequest, id: Path[Id]) -> UploadOut:
    """As if it had never been, in the background. Only the newest import can be undone, for later
    ones rest on it."""
    call = call_of(request)
    try:
        upload = ask_to_undo(call.actor, run_for(call.actor, id), today=call.today, at=call.at)
    except (NothingToUndo, NotTheLast, NotNow) as error:
        raise Problem("conflict") from error
    return _upload_out(upload)


@writes(
    router,
    "/uploads",
    Uploads,
    "Hand files over",
    scope=Scope.LEDGER,
    status=202,
    media="multipart/form-data",
)
def create_upload(request: HttpRequest, file: File[UploadedFile]) -> Uploads:
    """An accounting export, a table of invoices, payments, customers or contacts. It is read in
    the background; ask for the upload until it is `ready`, look, and bring it in."""
    call = call_of(request)
    made = receive(call.actor, [file], today=call.today, at=call.at)
    return Uploads(items=[_upload_out(row) for row in made])


@reads(router, "/uploads/{id}", UploadOut, "How far files are")
def get_upload(request: HttpRequest, id: Path[Id]) -> UploadOut:
    """An upload by its `id`."""
    return _upload_out(upload_for(call_of(request).actor, id))


@writes(
    router, "/uploads/{id}/bring-in", UploadOut, "Bring files in", scope=Scope.LEDGER, status=202
)
def bring(request: HttpRequest, id: Path[Id]) -> UploadOut:
    """What was understood is brought in, in the background."""
    call = call_of(request)
    try:
        bring_in(upload_for(call.actor, id))
    except NotNow as error:
        raise Problem("conflict") from error
    return _upload_out(upload_for(call.actor, id))


def _run_out(row: ImportRun) -> ImportOut:
    return ImportOut(
        id=row.pk,
        format=row.format,
        files=list(row.files),
        imported_on=row.imported_on,
        finished_at=row.finished_at,
        undone_at=row.undone_at,
        counts=row.summary.get("counts", {}),
        refused=row.summary.get("refusals", 0),
    )


def _upload_out(row: Upload) -> UploadOut:
    return UploadOut(
        id=row.pk,
        files=list(row.files),
        state=UploadState(row.state),
        uploaded_at=row.uploaded_at,
        understood=row.understood,
        problem=row.problem,
        import_id=row.run_id,
    )
