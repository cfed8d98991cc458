"""The desk, really served: a scene in a folder of its own, and a server process on a free port.

scene = make_scene(folder)                   # the demo company, made once
with serving(scene.copy(elsewhere)) as base: # http://127.0.0.1:PORT
    ...
"""

import json
import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from urllib.error import HTTPError, URLError
from urllib.request import urlopen

DAY = "2026-11-23"
"""The Monday that the scene plays."""

START_SECONDS = 180


class ServerDidNotStart(RuntimeError):
    """The server ended or did not answer; the text holds what it said."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Scene:
    """A folder with a database; ``sessions``: who is signed in, by role and language.

    ``starts``: the addresses from which links lead to every page.
    """

    folder: Path
    company: str = ""
    sessions: dict[str, str] = field(default_factory=dict)
    starts: tuple[str, ...] = ()
    day: str = DAY

    @property
    def environment(self) -> dict[str, str]:
        """What a process needs to work on this scene, and on nothing else."""
        kept = {name: text for name, text in os.environ.items() if not name.startswith("AMIABLE_")}
        return kept | {
            "DJANGO_SETTINGS_MODULE": "amiable.site.settings",
            "AMIABLE_VAR": str(self.folder),
            "AMIABLE_DATABASE": f"sqlite:///{self.folder / 'scene.sqlite3'}",
            "AMIABLE_SECRET_KEY": "the secret of a scene that lives for one test",
            "AMIABLE_TODAY": self.day,
            "AMIABLE_LANGUAGE": "en",
            "PYTHONUNBUFFERED": "1",
        }

    def copy(self, folder: Path) -> "Scene":
        """The same scene in another folder, to be changed freely."""
        shutil.copytree(self.folder, folder)
        return replace(self, folder=folder)


def make_scene(folder: Path, *, morning: bool = False) -> Scene:
    """The demo company and its people, in an empty folder; ``morning``: nothing was done yet."""
    folder.mkdir(parents=True, exist_ok=True)
    empty = Scene(folder=folder)
    command = [sys.executable, "-m", "workshop.scene", *(["--morning"] if morning else [])]
    done = subprocess.run(
        command, env=empty.environment, capture_output=True, encoding="utf-8", check=False
    )
    if done.returncode:
        raise RuntimeError(f"the scene could not be made:\n{done.stderr}")
    told = json.loads(done.stdout.splitlines()[-1])
    starts = tuple(told["starts"])
    return replace(empty, company=told["company"], sessions=told["sessions"], starts=starts)


@contextmanager
def serving(scene: Scene, command: tuple[str, ...] = ()) -> Iterator[str]:
    """A server of the scene; yields its address and ends it afterwards.

    ``command``: words after `python`; {port} is filled in. Default: the web server alone, without
    the work in the background.
    """
    port = free_port()
    base = f"http://127.0.0.1:{port}"
    words = [word.format(port=port) for word in command or WEB_ALONE]
    log = scene.folder / "server.log"
    with log.open("wb") as written:
        server = subprocess.Popen(
            [sys.executable, *words],
            env=scene.environment | {"AMIABLE_URL": base},
            stdout=written,
            stderr=subprocess.STDOUT,
        )
        try:
            wait_until_it_answers(server, base, log)
            yield base
        finally:
            end(server)


WEB_ALONE = (
    "-m", "granian", "--interface", "wsgi", "--host", "127.0.0.1", "--port", "{port}",
    "--workers", "1", "--blocking-threads", "4", "--log-level", "warning",
    "amiable.site.wsgi:application",
)  # fmt: skip


def free_port() -> int:
    """A port nobody listens on just now."""
    with socket.socket() as asked:
        asked.bind(("127.0.0.1", 0))
        return int(asked.getsockname()[1])


def wait_until_it_answers(server: "subprocess.Popen[bytes]", base: str, log: Path) -> None:
    """Return when the server says that it is well. Raises ServerDidNotStart."""
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline and server.poll() is None:
        try:
            with urlopen(f"{base}/health/", timeout=10):
                return
        except HTTPError:
            break
        except (URLError, OSError):
            time.sleep(0.05)
    said = log.read_text(encoding="utf-8", errors="replace")
    raise ServerDidNotStart(f"the server of {base} did not answer; it said:\n{said}")


def end(server: "subprocess.Popen[bytes]") -> None:
    """Ask the server to end, as Ctrl-C does, and make sure that it has."""
    server.terminate()
    try:
        server.wait(timeout=15)
    except subprocess.TimeoutExpired:
        server.kill()
        server.wait()
