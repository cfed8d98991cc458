"""Background work done at once, as a worker does it: handed out, then carried out."""

from datetime import UTC, datetime
from unittest.mock import patch

from amiable.worker.run import TaskLoop
from amiable.worker.tasks import take_up_uploads

OLD_CONNECTIONS = "django_tasks_db.management.commands.db_worker.close_old_connections"


def run_tasks() -> None:
    """Carry out tasks until nothing is left to do, within the transaction of a test."""
    with patch(OLD_CONNECTIONS):
        _task_loop().run()


def _task_loop() -> TaskLoop:
    return TaskLoop(
        queue_names=["*"],
        interval=0,
        batch=True,
        backend_name="default",
        startup_delay=False,
        max_tasks=None,
        worker_id="test",
        excluded_queue_names=[],
    )


def work() -> int:
    """Do all that is to be done; how many tasks that was."""
    done = 0
    while handed := take_up_uploads(datetime.now(UTC)):
        run_tasks()
        done += handed
    return done
