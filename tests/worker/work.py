"""Background work done at once, as a worker does it: handed out, then carried out."""

from datetime import UTC, datetime

from amiable.worker.run import TaskLoop
from amiable.worker.tasks import take_up_uploads


def task_loop() -> TaskLoop:
    """A loop that ends when nothing is left to do."""
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
        task_loop().run()
        done += handed
    return done
