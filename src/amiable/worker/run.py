"""Run: a worker takes up background tasks one by one and, beside them, makes its rounds."""

import contextlib
import logging
import os
import signal
import threading
import time
from collections.abc import Callable
from types import FrameType

from django.db import connections
from django.utils.crypto import get_random_string
from django_tasks_db.management.commands.db_worker import Worker

from amiable.worker.rounds import Rounds, lanes

_TASKS_EVERY = 1.0  # seconds
_ROUNDS_END_WITHIN = 12.0  # a message being handed over is handed over

log = logging.getLogger("amiable.worker")


class TaskLoop(Worker):
    """The library's loop over the queue; a signal ends the task under way at once.

    What a task does is one transaction: it leaves no trace, and is taken up again later.
    """

    def shutdown(self, signum: int, frame: FrameType | None) -> None:  # noqa: ARG002 the library's
        """Stop."""
        self.running = False
        raise SystemExit(0)


def run() -> None:
    """Work until SIGTERM or Ctrl-C, or until the program that started this one is gone."""
    loop = TaskLoop(
        queue_names=["*"],
        interval=_TASKS_EVERY,
        batch=False,
        backend_name="default",
        startup_delay=False,
        max_tasks=None,
        worker_id=get_random_string(32),
        excluded_queue_names=[],
    )
    loop.configure_signals()
    stop = threading.Event()
    makers = [_start(Rounds(lane).keep_making, stop) for lane in lanes()]
    _start(_end_with_parent, stop)
    log.info("worker started", extra={"pid": os.getpid()})
    with contextlib.suppress(SystemExit):
        loop.run()
    stop.set()
    # The signal may have ended the loop between taking the database's lock and giving it back:
    # what the rounds still have to write down would wait for us, and we for them.
    connections.close_all()
    limit = time.monotonic() + _ROUNDS_END_WITHIN
    for maker in makers:
        maker.join(timeout=max(0.0, limit - time.monotonic()))
    if left := sum(maker.is_alive() for maker in makers):
        log.warning("rounds left in the middle", extra={"n": left})
    log.info("worker stopped", extra={"pid": os.getpid()})


def _start(work: Callable[[threading.Event], None], stop: threading.Event) -> threading.Thread:
    thread = threading.Thread(target=work, args=(stop,), daemon=True)
    thread.start()
    return thread


def _end_with_parent(stop: threading.Event) -> None:
    """`amiable serve` may be killed without a word to its children."""
    parent = os.getppid()
    while not stop.is_set():
        if os.getppid() != parent:
            os.kill(os.getpid(), signal.SIGTERM)
            return
        time.sleep(_TASKS_EVERY)
