"""A throw-away PostgreSQL for tests and measurements: started on demand, gone afterwards.

Nothing is set up beforehand: the server's programs are looked for in the usual places, a data
directory is made in a temporary folder, and both disappear at the end, also when the program that
asked for the server is killed. PostgreSQL refuses to run as root; then an unprivileged user of the
machine runs it.

    with throwaway_postgres() as url:
        ...                                      # url is postgres://amiable:...@127.0.0.1:PORT/amiable

    python -m workshop.postgres -- COMMAND ...   # the same, with the url in AMIABLE_DATABASE

On Windows no server is ever found: the watcher below needs a POSIX shell.
"""

import os
import re
import secrets
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TypedDict

import psycopg

if sys.platform != "win32":
    import pwd

OLDEST_MAJOR = 15
"""The oldest PostgreSQL that amiable supports; an older one counts as none."""

USUAL_PLACES = (
    "/usr/lib/postgresql/*/bin",  # Debian, Ubuntu
    "/usr/pgsql-*/bin",  # the PostgreSQL project's packages for Red Hat and Fedora
    "/usr/lib*/pgsql/bin",
    "/usr/local/pgsql/bin",
    "/opt/homebrew/opt/postgresql@*/bin",
    "/usr/local/opt/postgresql@*/bin",
    "/home/linuxbrew/.linuxbrew/opt/postgresql@*/bin",
    "/Applications/Postgres.app/Contents/Versions/*/bin",
    "/Library/PostgreSQL/*/bin",  # EDB's installer
    "/opt/local/lib/postgresql*/bin",  # MacPorts
)

UNPRIVILEGED = ("postgres", "nobody")
"""Who runs the server when root asks for it, in order of preference."""

LOCALES = ("C.UTF-8", "en_US.UTF-8", "C")
"""Tried in this order: the first two fold accented letters, as a real database would."""

FAST_NOT_SAFE = ("fsync=off", "synchronous_commit=off", "full_page_writes=off")

START_SECONDS = 30

WATCHER = """
folder=$1; shift
"$@" &
server=$!
read -r _
kill -INT "$server" 2>/dev/null
wait "$server"
rm -rf "$folder"
"""
"""Runs the server until its own standard input closes, which happens however its parent ends."""


class PostgresDidNotStart(RuntimeError):
    """PostgreSQL is installed but could not be started; the text holds what it said."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Server:
    """The programs of one installed PostgreSQL."""

    programs: Path
    version: tuple[int, ...]

    @property
    def name(self) -> str:
        """The version as people say it: 'PostgreSQL 17.2'."""
        return f"PostgreSQL {'.'.join(str(part) for part in self.version)}"


def find_server() -> Server | None:
    """The newest PostgreSQL server installed here that amiable supports, or None."""
    if os.name == "nt":
        return None
    servers = [server for place in possible_places() if (server := server_in(place))]
    supported = [server for server in servers if server.version[0] >= OLDEST_MAJOR]
    return max(supported, key=lambda server: server.version, default=None)


def possible_places() -> Iterator[Path]:
    """Folders that may hold `initdb` and `postgres`: PATH, pg_config's, the usual places."""
    yield from (Path(place) for place in os.get_exec_path() if place)
    if pg_config := shutil.which("pg_config"):
        asked = subprocess.run([pg_config, "--bindir"], capture_output=True, text=True, check=False)
        yield Path(asked.stdout.strip() or "/")
    for pattern in USUAL_PLACES:
        yield from Path("/").glob(pattern.lstrip("/"))


def server_in(place: Path) -> Server | None:
    """The server whose programs lie in this folder, or None."""
    if not all(os.access(place / program, os.X_OK) for program in ("initdb", "postgres")):
        return None
    asked = [str(place / "postgres"), "--version"]
    said = subprocess.run(asked, capture_output=True, text=True, check=False).stdout
    numbers = re.search(r"\d+(\.\d+)*", said)
    if numbers is None:
        return None
    # A link on the PATH may stand alone: initdb wants its neighbours beside it.
    programs = (place / "initdb").resolve().parent
    return Server(programs=programs, version=tuple(int(n) for n in numbers[0].split(".")))


@contextmanager
def throwaway_postgres(server: Server | None = None, *, durable: bool = False) -> Iterator[str]:
    """A fresh, empty database on a server of its own; yields its URL and removes both afterwards.

    `durable` keeps fsync and the like as a real installation has them, for measurements.
    Raises PostgresDidNotStart when no server is found or it cannot be started.
    """
    chosen = server or find_server()
    if chosen is None:
        raise PostgresDidNotStart(f"No PostgreSQL server from version {OLDEST_MAJOR} on was found.")
    user = server_user(UNPRIVILEGED)
    if user is None:
        raise PostgresDidNotStart(f"Root may not run it, and there is no user {UNPRIVILEGED}.")
    folder = make_folder(user)
    try:
        password = secrets.token_urlsafe(16)
        make_cluster(chosen, folder, user, password)
        with running(chosen, folder, user, () if durable else FAST_NOT_SAFE) as port:
            yield wait_until_it_answers(folder, password, port)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


class RunAs(TypedDict, total=False):
    """The user that runs the server, as arguments of subprocess; empty for the present one."""

    user: int
    group: int
    extra_groups: list[int]


def server_user(names: Sequence[str]) -> RunAs | None:
    """Who shall run a server that root may not: of `names` the first that exists, None if none."""
    if os.geteuid() != 0:
        return {}
    known = {entry.pw_name: entry for entry in pwd.getpwall()}
    found = next((known[name] for name in names if name in known), None)
    return {"user": found.pw_uid, "group": found.pw_gid, "extra_groups": []} if found else None


def give(path: Path, user: RunAs) -> None:
    """Make `path` belong to the user that runs the server."""
    if user:
        os.chown(path, user["user"], user["group"])


def make_folder(user: RunAs) -> Path:
    """A new temporary folder that belongs to `user`, in a place that user can reach."""
    places = [Path(place).resolve() for place in (tempfile.gettempdir(), "/tmp", "/var/tmp")]
    open_to_all = [place for place in places if everybody_may_enter(place)]
    folder = Path(tempfile.mkdtemp(prefix="amiable-pg-", dir=(open_to_all or places)[0]))
    give(folder, user)
    return folder


def everybody_may_enter(place: Path) -> bool:
    """Whether any user may walk down to this folder."""
    return place.is_dir() and all(step.stat().st_mode & 0o001 for step in (place, *place.parents))


def make_cluster(server: Server, folder: Path, user: RunAs, password: str) -> None:
    """Run initdb in `folder`/data, with the first locale of LOCALES that this machine knows."""
    secret = folder / "password"
    secret.write_text(password)
    give(secret, user)
    command = [str(server.programs / "initdb"), "--pgdata", str(folder / "data"), "--no-sync"]
    command += ["--username=amiable", f"--pwfile={secret}", "--auth=scram-sha-256"]
    said = ""
    for locale in LOCALES:
        done, said = ask([*command, "--encoding=UTF8", f"--locale={locale}"], folder, user)
        if done:
            return
    raise PostgresDidNotStart(f"initdb failed:\n{said}")


def ask(command: list[str], folder: Path, user: RunAs) -> tuple[bool, str]:
    """Run a program as `user`: whether it went well, and what it said."""
    try:
        done = subprocess.run(
            command, **user, cwd=folder, capture_output=True, text=True, check=False
        )
    except OSError as refusal:  # not there, not for this user, or no right to become that user
        return False, str(refusal)
    return done.returncode == 0, done.stdout + done.stderr


@contextmanager
def running(server: Server, folder: Path, user: RunAs, settings: tuple[str, ...]) -> Iterator[int]:
    """The server at work on a free port of the loopback address, which is yielded."""
    port = free_port()
    command = [str(server.programs / "postgres"), "-D", str(folder / "data"), "-p", str(port)]
    for setting in ("listen_addresses=127.0.0.1", "unix_socket_directories=", *settings):
        command += ["-c", setting]
    with (folder / "log").open("w") as log:
        watcher = subprocess.Popen(
            ["/bin/sh", "-c", WATCHER, "watcher", str(folder), *command],
            **user,
            cwd=folder,
            stdin=subprocess.PIPE,
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,  # Ctrl-C is for the tests; the server stops when they are done
        )
    try:
        yield port
    finally:
        watcher.communicate()


def free_port() -> int:
    """A port of the loopback address that nobody uses at this moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_until_it_answers(folder: Path, password: str, port: int) -> str:
    """Wait for the first connection and make the database; returns its URL."""
    address = f"postgres://amiable:{password}@127.0.0.1:{port}/"
    deadline = time.monotonic() + START_SECONDS
    while True:
        try:
            with psycopg.connect(address + "postgres", autocommit=True) as connection:
                connection.execute("CREATE DATABASE amiable")
                return address + "amiable"
        except psycopg.OperationalError as refusal:
            said = (folder / "log").read_text(errors="replace")
            if time.monotonic() > deadline or "FATAL:  could not" in said:
                raise PostgresDidNotStart(f"PostgreSQL does not answer:\n{said}") from refusal
            time.sleep(0.05)


def main(arguments: list[str]) -> int:
    """Run the command after `--` with AMIABLE_DATABASE naming a new PostgreSQL; its exit code."""
    command = arguments[1:] if arguments[:1] == ["--"] else arguments
    if not command:
        print("usage: python -m workshop.postgres -- COMMAND ...", file=sys.stderr)
        return 2
    try:
        with throwaway_postgres() as url:
            environment = dict(os.environ) | {"AMIABLE_DATABASE": url}
            return subprocess.run(command, env=environment, check=False).returncode
    except PostgresDidNotStart as failure:
        print(failure, file=sys.stderr)
        return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
