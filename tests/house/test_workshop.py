"""The workshop itself: PostgreSQL leaves no trace, and a test run cannot hide a failure."""

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg
import pytest

from tests.house.source import ROOT
from workshop import bench, chromium, environment, postgres, tests
from workshop.postgres import PostgresDidNotStart, Server, find_server, throwaway_postgres
from workshop.served import Scene, ServerDidNotStart, serving
from workshop.tests import Outcome, count, exit_code

needs_server = pytest.mark.skipif(
    find_server() is None, reason="no PostgreSQL server programs on this machine"
)

HOLDER = """
import sys, time
from workshop.postgres import throwaway_postgres
with throwaway_postgres() as url:
    print(url, flush=True)
    time.sleep(60)
"""

REPORT = """\
<testsuites><testsuite tests="10" failures="2" errors="1" skipped="3"/></testsuites>
"""


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    with throwaway_postgres() as url:
        yield url


def answers(url: str) -> bool:
    try:
        with psycopg.connect(url, connect_timeout=2):
            return True
    except psycopg.OperationalError:
        return False


def within(seconds: float, happened: Callable[[], bool]) -> bool:
    deadline = time.monotonic() + seconds
    while not happened():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.05)
    return True


def data_folder(url: str) -> Path:
    with psycopg.connect(url) as connection:
        found = connection.execute("SHOW data_directory").fetchone()
    return Path(found[0] if found else "")


@needs_server
def test_postgres_answers_while_it_is_wanted_and_is_gone_afterwards() -> None:
    with throwaway_postgres() as url:
        folder = data_folder(url)
        assert answers(url)
        assert folder.exists()
    assert not answers(url)
    assert not folder.parent.exists()


@needs_server
def test_postgres_is_gone_after_a_failure() -> None:
    with pytest.raises(ZeroDivisionError), throwaway_postgres() as url:
        raise ZeroDivisionError
    assert not answers(url)


@needs_server
@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGKILL])
def test_postgres_is_gone_after_its_user_was_killed(how: signal.Signals) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", HOLDER], cwd=ROOT, stdout=subprocess.PIPE, text=True
    ) as holder:
        assert holder.stdout is not None
        url = holder.stdout.readline().strip()
        folder = data_folder(url).parent
        holder.send_signal(how)
    assert within(10, lambda: not answers(url) and not folder.exists())


@needs_server
def test_postgres_folds_accented_letters(url: str) -> None:
    with psycopg.connect(url) as connection:
        assert connection.execute("SELECT lower('ÉCOLE')").fetchone() == ("école",)


@needs_server
def test_a_durable_postgres_keeps_fsync_on() -> None:
    with throwaway_postgres(durable=True) as url, psycopg.connect(url) as connection:
        assert connection.execute("SHOW fsync").fetchone() == ("on",)


@needs_server
@pytest.mark.skipif(os.name == "nt" or os.geteuid() != 0, reason="only root is refused")
def test_root_has_an_unprivileged_user_run_the_server(url: str) -> None:
    assert data_folder(url).stat().st_uid != 0


@needs_server
def test_a_command_gets_the_database_and_its_exit_code_comes_back() -> None:
    script = "import os, sys; sys.exit(os.environ['AMIABLE_DATABASE'].startswith('postgres:') + 6)"
    assert postgres.main(["--", sys.executable, "-c", script]) == 7


def test_a_server_that_is_not_there_is_said(tmp_path: Path) -> None:
    nowhere = Server(programs=tmp_path, version=(17, 2))
    with pytest.raises(PostgresDidNotStart, match="initdb"), throwaway_postgres(nowhere):
        pass


def test_an_older_server_than_supported_counts_as_none(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for program in ("initdb", "postgres"):
        (tmp_path / program).write_text("#!/bin/sh\necho 'postgres (PostgreSQL) 14.9'\n")
        (tmp_path / program).chmod(0o755)
    monkeypatch.setattr(postgres, "possible_places", lambda: [tmp_path])
    assert postgres.server_in(tmp_path) == Server(programs=tmp_path, version=(14, 9))
    assert find_server() is None


def test_pytest_report_is_counted(tmp_path: Path) -> None:
    report = tmp_path / "report.xml"
    report.write_text(REPORT)
    assert count("SQLite", 1, report).line == "SQLite: 4 passed, 3 failed, 3 skipped"


@pytest.mark.parametrize(
    ("codes", "expected"),
    [
        ((0, 0), 0),
        ((0, 5), 0),
        ((5, 0, 5), 0),
        ((1, 0), 1),
        ((0, 1), 1),
        ((0, 0, 3), 3),
        ((5, 2), 2),
        ((5, 5), 5),
    ],
)
def test_a_failure_of_any_run_is_a_failure(codes: tuple[int, ...], expected: int) -> None:
    assert exit_code([Outcome(database="any", code=code) for code in codes]) == expected


def test_a_run_without_postgres_says_so_and_how_to_mend_it(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.delenv("AMIABLE_TEST_POSTGRES", raising=False)
    monkeypatch.setattr(tests, "find_server", lambda: None)
    monkeypatch.setattr(tests, "run_pytest", lambda *_: Outcome(database="SQLite", code=0))
    assert tests.main([]) == 0
    said = capsys.readouterr().out
    assert "WITHOUT PostgreSQL: no server programs were found" in said
    assert "apt-get install postgresql" in said


def test_a_run_without_a_browser_says_so_and_how_to_mend_it(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.delenv("AMIABLE_TEST_BROWSER", raising=False)
    monkeypatch.setenv("AMIABLE_TEST_POSTGRES", "no")
    monkeypatch.setattr(chromium, "find_chromium", lambda: None)
    monkeypatch.setattr(tests, "run_pytest", lambda *_: Outcome(database="SQLite", code=0))
    assert tests.main([]) == 0
    said = capsys.readouterr().out
    assert "WITHOUT A BROWSER, so no screen was tried: no Chromium was found" in said
    assert "apt-get install chromium" in said


def test_the_browser_can_be_left_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AMIABLE_TEST_BROWSER", "no")
    assert tests.choose_browser() == ("", "AMIABLE_TEST_BROWSER=no leaves it out")


def test_a_browser_is_found_on_the_path_or_where_it_was_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    program = tmp_path / "chromium"
    program.write_text("#!/bin/sh\necho 'Chromium 140.0.7339.80 built on Debian'\n")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path), prepend=os.pathsep)
    monkeypatch.delenv("AMIABLE_CHROMIUM", raising=False)
    assert chromium.find_chromium() == program
    assert chromium.version_of(program) == "Chromium 140.0.7339.80"
    monkeypatch.setenv("AMIABLE_CHROMIUM", str(tmp_path / "nowhere"))
    assert chromium.find_chromium() is None


def test_a_server_that_does_not_start_is_said_with_its_words(tmp_path: Path) -> None:
    words = ("-c", "import sys; sys.exit('the port is taken')")
    with (
        pytest.raises(ServerDidNotStart, match="the port is taken"),
        serving(Scene(folder=tmp_path), words),
    ):
        pass


def test_postgres_can_be_left_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AMIABLE_TEST_POSTGRES", "no")
    assert tests.choose_server() == (None, "AMIABLE_TEST_POSTGRES=no leaves it out")


def test_a_python_without_ensurepip_is_said_with_its_remedy(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda _name: None)
    with pytest.raises(SystemExit, match="apt-get install python3-venv"):
        environment.make_environment(tmp_path / ".venv")


def test_the_environment_of_another_python_is_left_behind(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VIRTUAL_ENV", "/elsewhere")
    monkeypatch.setenv("PYTHONPATH", "/elsewhere")
    assert not {"VIRTUAL_ENV", "PYTHONPATH"} & environment.clean_environment().keys()


def test_a_folder_without_python_is_no_sound_environment(tmp_path: Path) -> None:
    assert not environment.is_sound(tmp_path / "bin" / "python")


def test_a_measurement_nobody_wrote_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    assert bench.main(["never_written"]) == 1
    assert "never_written" in capsys.readouterr().err


STUB = """#!/bin/sh
echo "$(basename "$0") $*" >> "$CALLS"
[ "$1" != "-u" ] || echo "$WHO"
"""


def clean_clone(folder: Path, who: int, programs: tuple[str, ...]) -> list[str]:
    """What `.ci/run` calls on a machine where a user finds only these programs."""
    for name in ("bash", "sh", "dirname", "basename"):
        found = shutil.which(name)
        assert found
        (folder / name).symlink_to(found)
    for name in ("apt-get", "id", "git", "make", *programs):
        (folder / name).write_text(STUB)
        (folder / name).chmod(0o755)
    environment = {"PATH": str(folder), "CALLS": str(folder / "calls"), "WHO": str(who)}
    subprocess.run(
        [str(folder / "bash"), str(ROOT / ".ci" / "run")],
        env=environment, check=True, capture_output=True,
    )  # fmt: skip
    return (folder / "calls").read_text().splitlines()


@pytest.mark.skipif(os.name == "nt", reason="a shell script for Debian")
def test_continuous_integration_installs_the_browser_and_its_fonts_as_root(tmp_path: Path) -> None:
    calls = clean_clone(tmp_path, 0, ("python3",))
    (installed,) = [call.split() for call in calls if call.startswith("apt-get install")]
    assert {"chromium", "fontconfig", "fonts-liberation"} <= set(installed)
    makes = [call.split()[1] for call in calls if call.startswith("make")]
    assert makes == ["check", "test", "demo"]


@pytest.mark.skipif(os.name == "nt", reason="a shell script for Debian")
def test_continuous_integration_goes_on_without_where_it_may_not_install(tmp_path: Path) -> None:
    calls = clean_clone(tmp_path, 1000, ("python3",))
    assert not [call for call in calls if call.startswith("apt-get")]
    assert [call.split()[1] for call in calls if call.startswith("make")] == [
        "check", "test", "demo",
    ]  # fmt: skip


@pytest.mark.skipif(os.name == "nt", reason="a shell script for Debian")
def test_continuous_integration_leaves_an_installed_browser_alone(tmp_path: Path) -> None:
    calls = clean_clone(tmp_path, 0, ("python3", "chromium", "initdb", "fc-list"))
    assert "chromium" not in " ".join(call for call in calls if call.startswith("apt-get"))
