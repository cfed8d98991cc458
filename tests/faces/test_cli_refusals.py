"""Everything that can be typed wrong answers with a sentence and a remedy, never a traceback."""

import json
import os
import sqlite3
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from amiable.cli import failures
from tests.faces.conftest import INVOICES, TODAY, Shell
from tests.faces.test_cli_help import outside

DAY = ("--as-of", TODAY)
SAMPLES = Path(__file__).parent.parent / "sources" / "fec"

WRONG: dict[str, tuple[tuple[str, ...], str]] = {
    "unknown customer": (("show", "Xyz"), "amiable customers"),
    "nearly known customer": (("show", "Marchnd"), "Did you mean Marchand Frères (M1)"),
    "several customers": (("show", "March"), "M3  Marché Couvert"),
    "empty customer": (("show", " "), "the code, or a part of the name"),
    "past promise": (("promise", "M1", "10", "2020-01-01", *DAY), "choose a later day"),
    "negative amount": (("promise", "M1", "--", "-5", "2027-01-01"), "above zero"),
    "no amount": (("promise", "M1", "ten", "2027-01-01"), "1200,50"),
    "past postponement": (("postpone", "M1", "01/01/2020"), "choose a later day"),
    "unknown invoice": (("dispute", "M1", "Z99"), "amiable show M1"),
    "too much disputed": (("dispute", "M1", "A5", "--amount", "5000"), "A5"),
    "no dispute to close": (("dispute", "M1", "A5", "--close"), "No dispute"),
    "nothing to approve": (("unapprove", "M1"), "No message"),
    "nothing to preview": (("preview", "Z2", *DAY), "amiable show Z2"),
    "empty answer": (("reply", "M1"), "--read"),
    "wrong SIREN": (("init", "--name", "X", "--siren", "123"), "nine digits"),
    "wrong IBAN": (("init", "--name", "X", "--iban", "FR76"), "valid IBAN"),
    "wrong e-mail": (("init", "--name", "X", "--email", "x"), "name@company.example"),
    "wrong country": (("init", "--name", "X", "--country", "ZZZ"), "two letters"),
    "no name": (("init",), "--name"),
    "unknown company": (("status", "--company", "x"), "fournil"),
    "not the last import": (("undo", "1"), "undo import"),
    "unknown policy": (("policy", "show", "x"), "prudent, standard"),
    "unknown policy to use": (("policy", "use", "x"), "prudent, standard"),
    "missing file": (("import", "nowhere.csv"), "There is no file nowhere.csv"),
    "a Windows path": (("import", r"C:\Users\me\fec.txt"), r"C:\Users\me\fec.txt"),
}


@pytest.mark.parametrize("case", WRONG)
def test_a_wrong_request_is_refused_with_a_remedy(case: str, company: Shell) -> None:
    words, told = WRONG[case]
    assert told in company.refused(*words)


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("plann",), "Did you mean 'plan'?"),
        (("plan", "--as-of", "tomorrow"), "write 2026-02-04 or 04/02/2026"),
        (("measure", "--on", "0001-01-01"), "years 1990 to 2100"),
        (("effect", "--until", "9999-12-31"), "years 1990 to 2100"),
        (("effect", "--until", "01/02/0001"), "years 1990 to 2100"),
        (("plan", "--limit", "0"), "above zero"),
        (("approve",), "--all"),
        (("check", "x.csv", "--column", "foo=bar"), "FIELD=HEADER"),
        (("show",), "Missing argument 'CUSTOMER'"),
    ],
)
def test_wrong_usage_is_told_apart(words: tuple[str, ...], told: str, company: Shell) -> None:
    done = company.run(*words)
    assert done.exit_code == 2
    assert told in done.stderr


@pytest.mark.parametrize(
    ("name", "content", "told"),
    [
        ("empty.csv", b"", "is empty"),
        ("noise.bin", bytes(range(256)) * 20, "a byte of value zero"),
        ("noise.xlsx", bytes(range(256)) * 20, "a byte of value zero"),
    ],
)
def test_a_file_that_cannot_be_read_is_refused(
    name: str, content: bytes, told: str, shell: Shell
) -> None:
    (shell.folder / name).write_bytes(content)
    assert told in shell.refused("check", str(shell.folder / name))
    assert "is a folder" in shell.refused("check", str(shell.folder))


def test_without_a_company_the_way_to_one_is_told(shell: Shell, transactional_db: None) -> None:
    assert "amiable init" in shell.refused("status")


def test_errors_are_json_where_json_was_asked(company: Shell) -> None:
    told = json.loads(company.refused("show", "Xyz", "--json"))
    assert told["exit_code"] == 1
    assert "Xyz" in told["error"]


def test_template_errors_name_line_and_column(shell: Shell) -> None:
    bad = shell.write("bad.txt", "Hello [custumer]\n\nText")
    told = shell.refused("template", "check", bad)
    assert "line 1, column 7" in told
    assert "[customer]" in told


def test_policy_errors_name_their_place_and_remedy(shell: Shell) -> None:
    bad = shell.write("bad.toml", 'name = "x"\nfoo =\n')
    assert "line 2" in shell.refused("policy", "check", bad)
    bad = shell.write("bad.toml", 'name = "x"\n[[steps]]\nafter = 0\ntone = "loud"\n')
    assert "steps[1].tone: loud is unknown" in shell.refused("policy", "check", bad)


@pytest.mark.parametrize("url", ["nonsense", "smtp://host:port", "ftp://host"])
def test_a_wrong_mail_server_address_is_told(url: str, company: Shell, settings: Any) -> None:
    settings.SMTP = url
    assert "AMIABLE_SMTP" in company.refused("send", *DAY)


def test_an_absent_mail_server_leaves_the_message_waiting(company: Shell, settings: Any) -> None:
    company.ok("approve", "M1", *DAY)
    settings.SMTP = "smtp://127.0.0.1:1"
    assert "127.0.0.1:1" in company.run("send", *DAY).output
    settings.SMTP = ""
    assert "1 message sent" in company.ok("send", "--retry", *DAY)


def test_an_interruption_is_told_and_leaves_nothing_half_written(
    company: Shell, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupted(*_: Any, **__: Any) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("amiable.desk.import_reading.mark_imported", interrupted)
    more = company.write("more.csv", INVOICES + "N9;Nouveau;D1;05/01/2026;04/02/2026;10,00;\n")
    done = company.run("import", more, *DAY)
    assert done.exit_code == failures.INTERRUPTED
    assert "nothing is half-written" in done.stderr
    assert "Nouveau" not in company.ok("customers")


def test_a_fault_of_ours_says_so_and_keeps_the_details(
    company: Shell, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: Any) -> None:
        raise RuntimeError("unforeseen")

    monkeypatch.setattr("amiable.cli.look.open_sums", broken)
    monkeypatch.setattr("tempfile.gettempdir", lambda: str(company.folder))
    done = company.run("customers")
    assert done.exit_code == failures.FAULT
    assert "unforeseen" in (company.folder / "amiable-fault.txt").read_text(encoding="utf-8")


@pytest.mark.parametrize("command", ["check", "habits"])
def test_a_file_alone_needs_no_database(command: str, tmp_path: Path) -> None:
    file = SAMPLES / "fec-a-tab-utf8bom-18col.txt"
    database = tmp_path / "none" / "a.sqlite3"
    done = outside(
        command, str(file), AMIABLE_DATABASE=f"sqlite:///{database}", AMIABLE_VAR=str(tmp_path)
    )
    assert done.returncode == 0, done.stderr
    assert "CLIENT 006" in done.stdout
    assert list(tmp_path.iterdir()) == []


def test_check_tells_the_balance_of_every_customer_of_the_file(shell: Shell) -> None:
    file = str(SAMPLES / "fec-a-tab-utf8bom-18col.txt")
    answer = shell.json("check", file)
    assert sum(one["minor"] for one in answer["totals"]["balances"]) == 5_251_724
    assert "€27,123.29" in shell.ok("check", file, "--all")


def test_a_file_that_is_no_database_is_told(tmp_path: Path) -> None:
    wrong = tmp_path / "a.sqlite3"
    wrong.write_bytes(b"this is not a database at all" * 100)
    done = outside("status", AMIABLE_DATABASE=f"sqlite:///{wrong}", AMIABLE_LANGUAGE="en")
    assert done.returncode == 1
    assert "is not a database of amiable" in done.stderr


def test_the_database_lies_beside_the_other_files_unless_told_otherwise(tmp_path: Path) -> None:
    folder = tmp_path / "élevé 100%"
    done = outside("init", "--name", "Fournil", AMIABLE_DATABASE="", AMIABLE_VAR=str(folder))
    assert done.returncode == 0, done.stderr
    assert (folder / "amiable.sqlite3").is_file()


def test_a_database_address_of_another_kind_is_told() -> None:
    done = outside("status", AMIABLE_DATABASE="oracle://x", AMIABLE_LANGUAGE="en")
    assert done.returncode == 2
    assert "sqlite:///PATH" in done.stderr


@pytest.mark.parametrize("sign", failures._SIGNS)
def test_what_a_database_refuses_is_told_in_our_words(sign: str) -> None:
    told = failures._database(sqlite3_error(sign))
    assert told is not None
    assert sqlite3.sqlite_version not in told.message
    assert failures._database(ValueError(sign)) is None


def sqlite3_error(sign: str) -> Exception:
    from django.db import OperationalError  # noqa: PLC0415

    return OperationalError(f"{sign}: {sqlite3.sqlite_version}")


@pytest.mark.skipif(os.name == "nt", reason="pipes of a POSIX shell")
def test_a_reader_that_leaves_early_is_no_error() -> None:
    file = SAMPLES / "fec-a-tab-utf8bom-18col.txt"
    command = [sys.executable, "-m", "amiable", "check", "--all", "--json", str(file)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.close()
        assert process.stderr.read() == b""
    assert process.returncode == failures.BROKEN_PIPE
