"""The cache all processes of the desk share: files of a folder, in which counting is exact."""

import pickle
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from django.core.cache.backends.filebased import FileBasedCache
from django.core.files import locks


class CountingFileCache(FileBasedCache):
    """As Django's, but ``incr`` loses no count when two come at once, and keeps when a key ends.

    Caches that run as a server (Redis, Memcached) do so by themselves; any of them may be set in
    its place. What is Django's own here (how it names and dates a file) is in no type stub.
    """

    def add(self, key: str, value: Any, *more: Any, **named: Any) -> bool:
        """Set a key that is not there."""
        with self._alone():
            return bool(super().add(key, value, *more, **named))

    def incr(self, key: str, delta: int = 1, version: int | None = None) -> int:
        """Count on. Raises ValueError when the key is not there."""
        path = Path(self._key_to_file(key, version))  # type: ignore[attr-defined]
        with self._alone():
            try:
                file = path.open("r+b")
            except FileNotFoundError:
                raise ValueError(f"no key {key!r}") from None
            with file:
                if self._is_expired(file):  # type: ignore[attr-defined]
                    raise ValueError(f"no key {key!r}")
                start = file.tell()
                count = int(pickle.loads(zlib.decompress(file.read()))) + delta
                file.seek(start)
                file.write(zlib.compress(pickle.dumps(count, self.pickle_protocol)))
                file.truncate()
        return count

    @contextmanager
    def _alone(self) -> Iterator[None]:
        """One process at a time; the lock ends with the process that holds it."""
        self._createdir()  # type: ignore[attr-defined]
        lock = Path(self._dir, ".lock")  # type: ignore[attr-defined]
        with lock.open("ab") as file:
            locks.lock(file, locks.LOCK_EX)
            try:
                yield
            finally:
                locks.unlock(file)
