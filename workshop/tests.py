"""Runs the tests: on SQLite, those of the database on PostgreSQL beside it, then in a browser.

Usage: python -m workshop.tests [arguments for pytest]
AMIABLE_TEST_BROWSER=no leaves the browser out, AMIABLE_TEST_POSTGRES=no leaves PostgreSQL out.
"""

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import IO
from xml.etree import ElementTree as ET

from workshop import chromium, dovecot, kannel
from workshop.postgres import (
    OLDEST_MAJOR,
    PostgresDidNotStart,
    Server,
    find_server,
    throwaway_postgres,
)

NO_TESTS_RAN = 5
"""Pytest's exit code when nothing was collected or everything was deselected."""

LEFT_OUT = "AMIABLE_TEST_POSTGRES=no leaves it out"
BROWSER_LEFT_OUT = "AMIABLE_TEST_BROWSER=no leaves it out"

NOT_FOUND = f"""\
no server programs were found on this machine. To run the database tests there too, install a
PostgreSQL server, version {OLDEST_MAJOR} or newer (Debian: apt-get install postgresql; macOS: brew
install postgresql@17). It need not be set up, nor be running"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """How one run of pytest ended; ``database``: what it ran on, a browser too."""

    database: str
    code: int
    passed: int = 0
    failed: int = 0
    skipped: int = 0

    @property
    def line(self) -> str:
        """The closing line: 'SQLite: 312 passed, 0 failed'."""
        skipped = f", {self.skipped} skipped" if self.skipped else ""
        return f"{self.database}: {self.passed} passed, {self.failed} failed{skipped}"


def main(arguments: list[str]) -> int:
    """Run all, say how each ended, and return 0 only when everything went well.

    PostgreSQL works on a core of its own meanwhile; what it says is shown when it is done. The
    browser and its server come last: they need the machine for themselves.
    """
    server, without_server = choose_server()
    with ThreadPoolExecutor(max_workers=1) as beside:
        postgres = beside.submit(run_on_postgres, server, arguments) if server else None
        outcomes = [run_pytest("SQLite", ["-m", "not browser", *arguments])]
        if postgres is not None:
            outcomes.append(postgres.result())
    browser, without_browser = choose_browser()
    if browser:
        print(f"\nThe screens, in {browser}:", flush=True)
        outcomes.append(run_pytest(browser, ["-m", "browser", *arguments]))
    print("\n" + "\n".join(outcome.line for outcome in outcomes))
    if without_browser:
        print(f"The tests ran WITHOUT A BROWSER, so no screen was tried: {without_browser}.")
    if without_server:
        print(f"The tests ran WITHOUT PostgreSQL: {without_server}.")
    if dovecot.find_dovecot() is None:
        print(f"The tests ran WITHOUT AN IMAP SERVER, so no mailbox was read: {dovecot.NOT_FOUND}.")
    if kannel.find_kannel() is None:
        print(f"The tests ran WITHOUT AN SMS GATEWAY, so no text left: {kannel.NOT_FOUND}.")
    return exit_code(outcomes)


def choose_browser() -> tuple[str, str]:
    """The name of the browser to use, or why there is none."""
    if os.environ.get("AMIABLE_TEST_BROWSER") == "no":
        return "", BROWSER_LEFT_OUT
    program = chromium.find_chromium()
    return (chromium.version_of(program), "") if program else ("", chromium.NOT_FOUND)


def choose_server() -> tuple[Server | None, str]:
    """The PostgreSQL to use, or None and why there is none."""
    if os.environ.get("AMIABLE_TEST_POSTGRES") == "no":
        return None, LEFT_OUT
    server = find_server()
    return server, "" if server else NOT_FOUND


def run_on_postgres(server: Server, arguments: list[str]) -> Outcome:
    """Run the database tests on a throw-away server. One that does not start is a failure."""
    try:
        with throwaway_postgres(server) as url, tempfile.TemporaryFile("w+") as said:
            outcome = run_pytest("PostgreSQL", ["-m", "database", *arguments], url, said)
            said.seek(0)
            told = said.read()
            print(f"\nThe database tests once more, on {server.name}:\n{told}", flush=True)
            return outcome
    except PostgresDidNotStart as failure:
        print(f"{failure}\n{LEFT_OUT}.", file=sys.stderr)
        return Outcome(database="PostgreSQL", code=1)


def run_pytest(
    database: str, arguments: list[str], url: str | None = None, said: IO[str] | None = None
) -> Outcome:
    """Run pytest in a process of its own on the database of `url`, SQLite if None, and count.

    What it says goes to ``said``, if given.
    """
    environment = {name: value for name, value in os.environ.items() if name != "AMIABLE_DATABASE"}
    if url is not None:
        environment["AMIABLE_DATABASE"] = url
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder) / "report.xml"
        command = [sys.executable, "-m", "pytest", f"--junit-xml={report}", *arguments]
        done = subprocess.run(
            command,
            env=environment,
            check=False,
            stdout=said,
            stderr=subprocess.STDOUT if said else None,
        )
        code = done.returncode
        return count(database, code, report)


def count(database: str, code: int, report: Path) -> Outcome:
    """Read pytest's own report of the run."""
    if not report.exists():
        return Outcome(database=database, code=code)
    suites = list(ET.parse(report).iter("testsuite"))
    tests, failures, errors, skipped = (
        sum(int(suite.get(name, "0")) for suite in suites)
        for name in ("tests", "failures", "errors", "skipped")
    )
    failed = failures + errors
    return Outcome(
        database=database,
        code=code,
        passed=max(tests - failed - skipped, 0),
        failed=failed,
        skipped=skipped,
    )


def exit_code(outcomes: Iterable[Outcome]) -> int:
    """The first code that tells of a failure. That a run had none of the tests chosen is none."""
    codes = [outcome.code for outcome in outcomes]
    return next((code for code in codes if code not in {0, NO_TESTS_RAN}), min(codes))


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except KeyboardInterrupt:
        sys.exit(130)  # as shells count a program that Ctrl-C ended
