"""``amiable serve`` and ``amiable work`` as real programs: they answer, and leave nobody behind."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from urllib.request import urlopen

import pytest

pytestmark = pytest.mark.skipif(os.name != "posix", reason="signals of POSIX systems")

LIMIT = 60.0


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("AMIABLE_")}
    return {
        **kept,
        "AMIABLE_VAR": str(tmp_path),
        "AMIABLE_DATABASE": f"sqlite:///{tmp_path}/a.sqlite3",
        "AMIABLE_LANGUAGE": "en",
        "AMIABLE_LOG": "json",
        "DJANGO_SETTINGS_MODULE": "amiable.site.settings",
    }


def start(environment: dict[str, str], *words: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "amiable", *words],
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def children_of(pid: int) -> list[int]:
    """Every process below one, on systems that tell."""
    found = []
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = stat.read_text().rpartition(")")[2].split()
        except OSError:
            continue
        if int(fields[1]) == pid:
            found += [int(stat.parent.name), *children_of(int(stat.parent.name))]
    return found


def gone(pids: list[int]) -> bool:
    deadline = time.monotonic() + 10
    while any(Path(f"/proc/{pid}").exists() for pid in pids):
        if time.monotonic() > deadline:
            return False
        time.sleep(0.1)
    return True


@pytest.fixture
def served(environment: dict[str, str]) -> Iterator[tuple[str, subprocess.Popen[str]]]:
    """A desk that answers: its address and its process."""
    port = free_port()
    process = start(environment, "serve", "--port", str(port), "--workers", "1")
    assert process.stdout is not None
    try:
        line = process.stdout.readline()
        assert line == f"The desk is open: http://127.0.0.1:{port}\n", process.communicate()[1]
        yield f"http://127.0.0.1:{port}", process
    finally:
        process.kill()
        process.communicate()


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGINT])
def test_the_desk_answers_and_ends_with_all_its_children(
    served: tuple[str, subprocess.Popen[str]], how: signal.Signals
) -> None:
    url, process = served
    with urlopen(f"{url}/health/") as answer:
        assert json.load(answer) == {"status": "ok"}
    below = children_of(process.pid)
    assert len(below) >= 2 or not Path("/proc").exists()
    # read by the reader that read the first line: `communicate` would miss what that one buffered
    assert process.stdout is not None
    assert "/start/" in process.stdout.readline()  # nobody has an account yet
    assert "Ctrl-C" in process.stdout.readline()
    process.send_signal(how)
    out = process.stdout.read()
    _, err = process.communicate(timeout=LIMIT)
    assert process.returncode == 0, err
    assert out.endswith("The desk is closed.\n")
    assert gone(below)
    assert "Traceback" not in err


@pytest.mark.skipif(not Path("/proc").exists(), reason="looks at processes by /proc")
def test_ctrl_c_before_the_desk_answers_ends_it_at_once(environment: dict[str, str]) -> None:
    process = start(environment, "serve", "--port", str(free_port()), "--workers", "1")
    deadline = time.monotonic() + LIMIT
    try:
        while len(below := web_processes(process.pid)) < 2:  # granian, and its one worker
            assert time.monotonic() < deadline, "no web process was started"
            time.sleep(0.01)
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=LIMIT)
    finally:
        process.kill()
        process.communicate()
    assert process.returncode == 0, err
    assert "refused to gracefully stop" not in out + err
    assert gone(below)


def web_processes(pid: int) -> list[int]:
    """The processes of the web server below one."""
    found = []
    for one in children_of(pid):
        with suppress(OSError):
            if b"granian" in Path(f"/proc/{one}/cmdline").read_bytes():
                found.append(one)
    return found


def test_a_port_that_is_taken_is_told_with_a_remedy(environment: dict[str, str]) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        process = start(environment, "serve", "--port", str(port))
        _, err = process.communicate(timeout=LIMIT)
    assert process.returncode == 1
    assert f"amiable serve --port {port + 1}" in err
    assert "Traceback" not in err


def test_an_address_that_is_not_this_machine_s_is_told(environment: dict[str, str]) -> None:
    process = start(environment, "serve", "--host", "203.0.113.7", "--json")
    _, err = process.communicate(timeout=LIMIT)
    assert process.returncode == 1
    assert "cannot listen on 203.0.113.7" in json.loads(err)["error"]


def test_a_worker_that_is_killed_is_started_again(environment: dict[str, str]) -> None:
    process = start(environment, "work", "--json")
    assert process.stdout is not None
    try:
        lines = [process.stdout.readline(), process.stdout.readline(), process.stdout.readline()]
        assert json.loads("".join(lines)) == {"pid": process.pid}
        deadline = time.monotonic() + LIMIT
        before = wait_for_child(process.pid, set(), deadline)
        os.kill(next(iter(before)), signal.SIGKILL)
        after = wait_for_child(process.pid, before, deadline)
        assert after.isdisjoint(before)
    finally:
        process.terminate()
        _, err = process.communicate(timeout=LIMIT)
    assert process.returncode == 0, err
    assert gone(list(after))


def wait_for_child(pid: int, not_these: set[int], deadline: float) -> set[int]:
    """A process below one that was not there before."""
    while time.monotonic() < deadline:
        found = set(children_of(pid)) - not_these
        if found:
            return found
        time.sleep(0.1)
    raise AssertionError("no worker was started")
