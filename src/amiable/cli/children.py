"""Children: programs started beside this one, watched, and ended with it."""

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress

_ENDS_WITHIN = 15.0  # seconds, before a child is killed
_LOOKED_AFTER_EVERY = 0.3
_RESTARTED_AFTER = 2.0


class Ended(RuntimeError):
    """A child that must live has ended by itself; ``code`` is what it ended with."""

    def __init__(self, name: str, code: int) -> None:
        super().__init__(f"{name} ended with {code}")
        self.name, self.code = name, code


class Children:
    """Starts programs of this Python in sessions of their own, so that Ctrl-C reaches us alone."""

    def __init__(self, environment: Mapping[str, str]) -> None:
        self.environment = dict(environment)
        self.stop = threading.Event()
        self._running: dict[str, subprocess.Popen[bytes]] = {}
        self._revived: dict[str, Sequence[str]] = {}

    def start(self, name: str, arguments: Sequence[str], *, revive: bool = False) -> None:
        """Start one. ``revive``: one that ends by itself is started again."""
        self._running[name] = subprocess.Popen(
            [sys.executable, *arguments], env=self.environment, start_new_session=True
        )
        if revive:
            self._revived[name] = arguments

    def look(self) -> None:
        """Start again what ended and is to live; raises Ended for what cannot be without."""
        for name, child in list(self._running.items()):
            code = child.poll()
            if code is None:
                continue
            if name not in self._revived:
                raise Ended(name, code)
            if not self.stop.wait(_RESTARTED_AFTER):
                self.start(name, self._revived[name], revive=True)

    def watch(self) -> None:
        """Look after them until told to stop."""
        while not self.stop.wait(_LOOKED_AFTER_EVERY):
            self.look()

    def kill(self, name: str) -> None:
        """End one that has nothing under way, without asking."""
        _kill(self._running.pop(name))

    def end(self) -> None:
        """Ask all of them to end; after a while kill those that did not."""
        for child in self._running.values():
            with suppress(ProcessLookupError):
                child.terminate()
        limit = time.monotonic() + _ENDS_WITHIN
        for child in self._running.values():
            with suppress(subprocess.TimeoutExpired):
                child.wait(max(0.1, limit - time.monotonic()))
            _kill(child)
        self._running.clear()


def _kill(child: subprocess.Popen[bytes]) -> None:
    """Kill a child and whatever it started."""
    with suppress(ProcessLookupError, PermissionError):
        if hasattr(os, "killpg"):
            os.killpg(child.pid, signal.SIGKILL)
        elif child.poll() is None:
            child.kill()
    child.wait()


@contextmanager
def until_told(children: Children) -> Iterator[None]:
    """Ctrl-C, SIGTERM and a closed terminal end the children, then the work; none is left."""
    wanted = [getattr(signal, name, None) for name in ("SIGINT", "SIGTERM", "SIGHUP")]
    before = {one: signal.getsignal(one) for one in wanted if one is not None}
    for one in before:
        signal.signal(one, lambda *_: children.stop.set())
    try:
        yield
    finally:
        children.end()
        for one, handler in before.items():
            signal.signal(one, handler)
