"""Tasks: work that takes long, one worker each; what is to be done stands in the row they get."""

from datetime import UTC, datetime, timedelta

from django.db import transaction
from django.db.models import Q
from django_tasks import TaskContext, TaskResultStatus, task
from django_tasks_db.models import DBTaskResult

from amiable.desk.upload_folder import worker_lives
from amiable.desk.upload_work import DEAD_AFTER, free_dead_uploads, work_on
from amiable.store.upload import give_back, hand_out, uploads_handed_out, uploads_to_take_up

_KEPT = timedelta(days=14)


@task(takes_context=True)
def upload(context: TaskContext) -> bool:
    """Read files, bring them in, take them back: the upload that was handed to this task."""
    return work_on(context.task_result.id, datetime.now(UTC))


def take_up_uploads(at: datetime) -> int:
    """Hand what is to be done to tasks, once each; first free what dead workers had."""
    worker_lives()
    _free_unbegun(at)
    free_dead_uploads(at)
    handed = 0
    for row in uploads_to_take_up():
        with transaction.atomic():
            made = upload.enqueue()
            if hand_out(row.pk, made.id):
                handed += 1
            else:  # another worker was quicker
                DBTaskResult.objects.filter(pk=made.id).delete()
    return handed


def _free_unbegun(at: datetime) -> None:
    """A worker may be gone between taking a task up and beginning with its upload."""
    rows = uploads_handed_out()
    tasks = DBTaskResult.objects.filter(pk__in=[row.task for row in rows])
    begins = Q(status=TaskResultStatus.READY) | Q(
        status=TaskResultStatus.RUNNING, started_at__gte=at - DEAD_AFTER
    )
    alive = {str(pk) for pk in tasks.filter(begins).values_list("pk", flat=True)}
    for row in rows:
        if row.task not in alive:
            give_back(row.task)


def clear_old_results(at: datetime) -> int:
    """Forget tasks of two weeks ago, whatever became of them."""
    old = DBTaskResult.objects.filter(enqueued_at__lt=at - _KEPT)
    return old.exclude(status=TaskResultStatus.READY).delete()[0]
