"""Uploads in the database: what waits for a worker, who took it up, what became of it."""

from collections.abc import Collection, Iterable
from datetime import datetime
from typing import Any

from django.db.models import F

from amiable.store.models import Company, Upload
from amiable.store.models.upload import UploadState

WORK = (UploadState.READING, UploadState.STORING, UploadState.PLANNING, UploadState.UNDOING)
"""States in which a worker has something to do."""
ALONE = (UploadState.STORING, UploadState.PLANNING, UploadState.UNDOING)
"""Of those, the ones that no two uploads of a company are in at once."""
_OVER = (UploadState.DONE, UploadState.DROPPED)


def add_upload(company: Company, **columns: Any) -> Upload:
    """A new upload."""
    return Upload.objects.of(company.pk).create(company=company, **columns)


def upload_row(company: int, pk: int) -> Upload | None:
    """An upload of a company, with who sent it."""
    return Upload.objects.of(company).select_related("by").filter(pk=pk).first()


def open_uploads(company: int) -> list[Upload]:
    """What is under way or waits for a person, newest first."""
    rows = Upload.objects.of(company).exclude(state__in=[state.value for state in _OVER])
    return list(rows.select_related("by").order_by("-pk")[:50])


def uploads_of_runs(company: int, runs: Collection[int]) -> dict[int, Upload]:
    """The upload that each run came from; none for runs of the command line."""
    rows = Upload.objects.of(company).filter(run_id__in=runs).exclude(files=[])
    return {row.run_id: row for row in rows.select_related("by") if row.run_id is not None}


def upload_of_run(company: int, run: int) -> Upload | None:
    """The upload of a run, if only to take it back."""
    rows = Upload.objects.of(company).filter(run_id=run)
    return rows.select_related("by").order_by("pk").first()


def move_upload(pk: int, before: Iterable[UploadState], after: UploadState, **columns: Any) -> bool:
    """From one of some states to another, in one step; False when it was in none of them.

    Whoever had taken it up loses it: a new state is taken up anew.
    """
    # The row was reached through its company before: `desk.upload`.
    rows = Upload.everywhere.filter(pk=pk, state__in=[state.value for state in before])
    fresh = {"task": "", "claimed_at": None, "tries": 0}
    return bool(rows.update(**{"state": after.value, **fresh, **columns}))


# --- for workers, which serve every company ---------------------------------------------------


def uploads_to_take_up() -> list[Upload]:
    """What no worker has been asked to do yet; of what must be alone, a company's first."""
    # A worker serves every company.
    rows = Upload.everywhere.filter(state__in=[state.value for state in WORK]).order_by("pk")
    alone = [state.value for state in ALONE]
    busy = {row.company_id for row in rows if row.task and row.state in alone}
    wanted = []
    for row in rows:
        if row.task or (row.state in alone and row.company_id in busy):
            continue
        if row.state in alone:
            busy.add(row.company_id)
        wanted.append(row)
    return wanted


def uploads_taken_up() -> list[Upload]:
    """What workers have taken up and not finished."""
    # A worker serves every company.
    rows = Upload.everywhere.filter(state__in=[state.value for state in WORK])
    return list(rows.exclude(claimed_at=None).order_by("pk"))


def uploads_handed_out() -> list[Upload]:
    """What was given to a task that has not begun with it."""
    # A worker serves every company.
    rows = Upload.everywhere.filter(state__in=[state.value for state in WORK], claimed_at=None)
    return list(rows.exclude(task="").order_by("pk"))


def hand_out(pk: int, task: str) -> bool:
    """Give an upload to a task; False when another has it."""
    # A worker serves every company.
    return bool(Upload.everywhere.filter(pk=pk, task="").update(task=task))


def claim_upload(task: str, at: datetime) -> Upload | None:
    """The upload a task was given, if it still is; counted as a try."""
    # A worker serves every company.
    rows = Upload.everywhere.filter(
        task=task, claimed_at=None, state__in=[state.value for state in WORK]
    )
    if not rows.update(claimed_at=at, tries=F("tries") + 1):
        return None
    found: Upload = Upload.everywhere.select_related("company", "by").get(task=task)
    return found


def give_back(task: str, **columns: Any) -> None:
    """The task does not go on with its upload: another may."""
    # A worker serves every company.
    Upload.everywhere.filter(task=task).update(task="", claimed_at=None, **columns)


def finish_upload(task: str, after: UploadState, **columns: Any) -> bool:
    """The task is done with its upload; False when the upload was taken from it meanwhile."""
    # A worker serves every company.
    rows = Upload.everywhere.filter(task=task).exclude(task="")
    fresh = {"task": "", "claimed_at": None, "tries": 0}
    return bool(rows.update(**{"state": after.value, **fresh, **columns}))


def folders_to_clear(before: datetime) -> list[str]:
    """The folders of uploads that ended, or were forgotten by everybody, before an instant."""
    # A worker serves every company.
    rows = Upload.everywhere.filter(uploaded_at__lt=before).exclude(folder=None)
    rows = rows.exclude(state__in=[state.value for state in WORK])
    return list(rows.values_list("folder", flat=True))


def folder_cleared(folder: str) -> None:
    """The files are gone; an upload that waited for a person is dropped with them."""
    # A worker serves every company.
    rows = Upload.everywhere.filter(folder=folder)
    rows.exclude(state=UploadState.DONE.value).update(state=UploadState.DROPPED.value)
    rows.update(folder=None)
