"""A policy tried on the past at the command line: of a file, of the company, refused, stopped."""

from datetime import date, timedelta
from pathlib import Path
from random import Random
from typing import Any

import pytest

from amiable.cli import backtest as command
from tests.faces.conftest import Shell

pytestmark = pytest.mark.django_db

IBM = Path(__file__).parents[1] / "samples/receivables/WA_Fn-UseC_-Accounts-Receivable.csv"
HEAD = "Code client;Client;Numéro;Date facture;Échéance;Montant TTC;Date de règlement\n"
START = date(2024, 1, 2)

DRAFT = """name = "dense"
spacing = 1

[trigger]
kind = "calendar"
days = 1

[[steps]]
after = 0
tone = "friendly"
"""


def invoices(customers: int = 12, each: int = 25) -> str:
    """A file: each customer pays around a delay of its own."""
    dice, rows = Random(3), []
    for place in range(customers):
        for number in range(each):
            issued = START + timedelta(days=14 * number + dice.randint(0, 9))
            due = issued + timedelta(days=30)
            paid = due + timedelta(days=2 * place + dice.randint(-4, 9))
            rows.append(
                f"C{place};Client {place};F{place}-{number};{issued:%d/%m/%Y};{due:%d/%m/%Y};"
                f"{100 + number},00;{paid:%d/%m/%Y}\n"
            )
    return HEAD + "".join(rows)


@pytest.fixture
def file(shell: Shell) -> str:
    return shell.write("factures.csv", invoices())


def test_a_file_is_tried_without_a_company(shell: Shell, file: str) -> None:
    told = shell.ok("backtest", file)
    for words in (
        "reminders avoided of", "Needless reminders", "Habit share",
        "The ten invoices left in peace longest", "The ten customers spared most reminders",
        "By segment", "Client 11",
    ):  # fmt: skip
        assert words in told


def test_the_sample_ledger_gives_the_figures_of_the_study(shell: Shell) -> None:
    answer = shell.json("backtest", str(IBM), "--currency", "USD", "--ignore-disputes")
    assert answer["invoices"] == 1_834
    assert answer["unpaid"] == 688
    assert answer["calendar"]["reminders"] == 1_076
    assert answer["calendar"]["needless"] == {"soon": 365, "usual": 325}
    assert answer["prediction"]["invoices"] == 1_813
    assert round(answer["habit_share"], 2) == 0.64
    assert answer["verdict"] == "habits"


def test_invoices_in_dispute_are_left_out_unless_one_says_otherwise(shell: Shell) -> None:
    answer = shell.json("backtest", str(IBM), "--currency", "USD")
    assert answer["left_out"]["disputed"] > 200
    assert answer["invoices"] + answer["left_out"]["disputed"] == 1_834


def test_the_company_gives_what_its_file_gives(shell: Shell, file: str) -> None:
    shell.ok("init", "--name", "Fournil")
    shell.ok("import", file, "--yes")
    of_company = shell.json("backtest", "--policy", "standard")
    assert of_company == shell.json("backtest", file)
    in_force = shell.json("backtest")
    assert in_force | {"policies": ["standard"]} == of_company
    assert of_company["calendar"]["reminders"] > 100


def test_a_policy_file_is_tried_before_it_is_published(shell: Shell, file: str) -> None:
    shell.ok("init", "--name", "Fournil")
    shell.ok("import", file, "--yes")
    draft = shell.write("dense.toml", DRAFT)
    dense = shell.json("backtest", "--policy", draft)
    assert dense["policies"] == ["dense"]
    assert dense["abnormal"]["reminded"] == dense["abnormal"]["invoices"]
    prudent, standard = (
        shell.json("backtest", "--policy", name) for name in ("prudent", "standard")
    )
    assert prudent["notices"] > 0 == standard["notices"]
    assert prudent["abnormal"]["lag_mean"] <= standard["abnormal"]["lag_mean"]


def test_the_calendar_in_use_is_the_one_compared_with(shell: Shell, file: str) -> None:
    answer = shell.json("backtest", file, "--calendar", "20 10, 10")
    assert answer["calendar_days"] == [10, 20]
    assert shell.run("backtest", file, "--calendar", "soon").exit_code == 2


def test_a_short_past_is_refused_with_counts_and_a_remedy(shell: Shell) -> None:
    short = shell.write("court.csv", invoices(customers=3, each=10))
    told = shell.refused("backtest", short)
    assert "Not enough history to judge" in told
    assert "30 settled invoices" in told
    assert "Import an older export" in told


def test_an_unknown_policy_is_refused_with_those_there_are(shell: Shell, file: str) -> None:
    assert "standard, prudent" in shell.refused("backtest", file, "--policy", "nope")


def test_disputes_can_be_ignored_in_a_file_only(shell: Shell) -> None:
    shell.ok("init", "--name", "Fournil")
    assert shell.run("backtest", "--ignore-disputes").exit_code == 2


def test_ctrl_c_ends_it_cleanly(shell: Shell, file: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(*_: Any, **__: Any) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(command, "backtest_file", interrupted)
    done = shell.run("backtest", file)
    assert done.exit_code == 130
    assert "Traceback" not in done.stderr


def test_it_speaks_french(shell: Shell, file: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AMIABLE_LANGUAGE", "fr")
    told = shell.ok("backtest", file)
    assert "relances évitées sur" in told
    assert "Part de l’habitude" in told
