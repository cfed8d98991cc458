"""A day at the command line: import, plan, approve, send; and what a person says in between."""

import json
import sys
import time
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from amiable.cli import imports, output, work
from amiable.cli.answers import ANSWERS
from amiable.cli.command import Request
from amiable.cli.demo_answers import answer
from amiable.desk.plan import draw_plan
from amiable.store.models import (
    Company,
    Contact,
    Incoming,
    OutboxRow,
    PaymentClaim,
    PlanEntry,
)
from amiable.store.navigation import count_waiting
from tests.faces.conftest import CONTACTS, INVOICES, TODAY, Shell

DAY = ("--as-of", TODAY)


def test_the_plan_tells_whom_to_remind_and_why(company: Shell) -> None:
    told = company.ok("plan", *DAY)
    assert "Marchand Frères" in told
    assert "15 days after the due date" in told
    assert "€1,200.50" in told
    assert "1 to remind" in told


def test_the_plan_in_french_reads_as_french(company: Shell, french: Callable[[], None]) -> None:
    french()
    told = company.ok("status", *DAY)
    assert "3 clients, 7 factures, dont 2 ouvertes" in told
    assert "Échu\N{NO-BREAK SPACE}:" in told


def test_a_plan_of_another_day_stores_nothing(company: Shell) -> None:
    company.ok("plan")
    pk = Company.objects.get().pk
    before = list(PlanEntry.objects.of(pk).order_by("pk").values())
    assert before
    for day in ("2026-02-05", "2030-01-02"):
        assert "nothing is stored" in company.ok("plan", "--all", "--as-of", day)
    assert list(PlanEntry.objects.of(pk).order_by("pk").values()) == before


def test_a_past_plan_tells_the_past(company: Shell) -> None:
    decided = {
        one["customer"]: one for one in company.json("plan", "--all", "--as-of", "2026-02-05")
    }
    assert decided["M1"]["decision"] == "wait"
    assert decided["M3"]["decision"] == "wait", "open on that day, paid ten days later"


def test_approve_send_and_nothing_leaves_twice(company: Shell) -> None:
    assert "1 message approved" in company.ok("approve", "Marchand F", *DAY)
    assert "1 message sent" in company.ok("send", *DAY)
    assert "Nothing to send" in company.ok("send", *DAY)
    assert len(list((company.folder / "var" / "outbox").glob("*.eml"))) == 1


def test_what_was_sent_counts_as_still_to_do_nowhere(company: Shell) -> None:
    made, day = Company.objects.get(), date.fromisoformat(TODAY)
    draw_plan(made, day)
    assert company.json("status", *DAY)["plan"]["remind"] == 1
    company.ok("approve", "M1", *DAY)
    company.ok("send", *DAY)
    assert "remind" not in company.json("status", *DAY)["plan"]
    assert company.json("plan", *DAY) == []
    at = datetime.combine(day, datetime.min.time(), UTC)
    assert count_waiting(made.pk, None, day, at)["today"] == 0


def test_an_approval_can_be_taken_back_and_given_again(company: Shell) -> None:
    company.ok("approve", "M1", *DAY)
    assert "taken back" in company.ok("unapprove", "M1", *DAY)
    assert "Nothing to send" in company.ok("send", *DAY)
    assert "1 message approved" in company.ok("approve", "M1", *DAY)


def test_approving_all_at_a_terminal_tells_number_and_total_and_takes_no(
    company: Shell, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(work, "at_terminal", lambda: True)
    done = company.run("approve", "--all", *DAY, typed="n\n")
    assert done.exit_code == 1
    assert "Approve 1 message asking for €1,200.50 in all?" in done.output
    assert OutboxRow.objects.of(Company.objects.get().pk).count() == 0


def test_approving_all_takes_a_french_yes(
    company: Shell, french: Callable[[], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    french()
    monkeypatch.setattr(work, "at_terminal", lambda: True)
    done = company.run("approve", "--all", *DAY, typed="oui\n")
    assert "Valider 1 message" in done.output
    assert "1 message validé" in done.output
    assert "pas de relance par e-mail à valider" in company.ok("approve", "--all", *DAY)


def test_preview_is_what_is_sent(company: Shell) -> None:
    shown = company.json("preview", "M1", *DAY)
    company.ok("approve", "M1", *DAY)
    row = OutboxRow.objects.of(Company.objects.get().pk).get()
    assert (row.subject, row.text) == (shown["subject"], shown["text"])


def test_a_skipped_step_is_not_asked_again(company: Shell) -> None:
    company.ok("skip", "M1", *DAY)
    assert company.json("plan", *DAY) == []


def test_a_hold_stops_and_a_release_resumes(company: Shell) -> None:
    company.ok("hold", "M1", *DAY)
    assert company.json("plan", *DAY) == []
    company.ok("release", "M1", *DAY)
    assert [one["customer"] for one in company.json("plan", *DAY)] == ["M1"]


def test_an_unread_answer_stops_what_was_approved(company: Shell) -> None:
    company.ok("approve", "M1", *DAY)
    company.ok("reply", "M1", "The cheque left yesterday", *DAY)
    assert "not sent, the situation changed" in company.ok("send", *DAY)


def test_show_draws_the_habit_with_its_legend_and_says_why(company: Shell) -> None:
    told = company.ok("show", "M1", *DAY)
    assert "Remind today. " in told
    assert "◆" in told
    assert "usual delay" in told
    assert "A5" in told


def test_a_customer_is_found_whatever_accents_and_capitals(company: Shell) -> None:
    assert "Café Zoé (Z2)" in company.ok("show", "cafe zoe", *DAY)


def test_importing_twice_brings_nothing_new(company: Shell) -> None:
    again = company.write("again.csv", INVOICES)
    assert "Nothing new" in company.ok("import", again, *DAY)


def test_an_import_can_be_undone_and_is_listed(company: Shell) -> None:
    assert "contacts.csv" in company.ok("undo")
    assert "undone" in company.ok("imports")
    assert "contacts.csv" in company.ok("import", company.write("contacts.csv", CONTACTS), *DAY)


def test_an_import_asks_at_a_terminal_and_takes_no(
    company: Shell, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(imports, "at_terminal", lambda: True)
    more = company.write("more.csv", INVOICES + "N9;Nouveau;D1;05/01/2026;04/02/2026;10,00;\n")
    done = company.run("import", more, *DAY, typed="n\n")
    assert "Nothing was written." in done.output
    assert "Nouveau" not in company.ok("customers")


def test_a_dry_run_writes_nothing(company: Shell) -> None:
    more = company.write("more.csv", INVOICES + "N9;Nouveau;D1;05/01/2026;04/02/2026;10,00;\n")
    assert company.json("import", more, "--dry-run")["written"] is False
    assert "Nouveau" not in company.ok("customers")


def test_refused_lines_are_told_with_place_value_cause_and_remedy(company: Shell) -> None:
    bad = company.write("bad.csv", INVOICES.replace("80,00", "8O,00"))
    done = company.run("import", bad, *DAY)
    assert done.exit_code == 1
    assert "bad.csv:7, column Montant TTC, value “8O,00”" in done.stdout
    assert "→" in done.stdout


def test_two_companies_must_be_told_apart(company: Shell) -> None:
    company.ok("init", "--name", "Second")
    assert "fournil, second" in company.refused("status")
    assert "Second (second)" in company.ok("status", "--company", "second")


def test_a_policy_goes_out_and_comes_back(company: Shell) -> None:
    shipped = company.ok("policy", "show", "standard", "--toml")
    mine = company.write("mine.toml", shipped.replace("promise_grace = 3", "promise_grace = 4"))
    company.ok("policy", "check", mine)
    assert company.json("policy", "publish", mine)["version"] == 2


def test_a_text_of_ones_own_is_used(company: Shell) -> None:
    mine = company.write(
        "mine.txt",
        "Facture [invoices_short]\n\nBonjour\n\n[table]\n\n[payment_details]\n\n[signature]\n",
    )
    company.ok("template", "save", mine)
    assert "Bonjour\n" in company.ok("template", "preview", "M1", *DAY)


SHAPES: dict[str, tuple[str, ...]] = {
    "status": ("status", *DAY),
    "customers": ("customers",),
    "habits": ("habits", *DAY),
    "show": ("show", "M1", *DAY),
    "plan": ("plan", *DAY),
    "preview": ("preview", "M1", *DAY),
    "approve": ("approve", "M1", *DAY),
    "skip": ("skip", "M1", *DAY),
    "postpone": ("postpone", "M1", "2026-03-01", *DAY),
    "send": ("send", *DAY),
    "promise": ("promise", "M1", "100", "2026-03-01", *DAY),
    "dispute": ("dispute", "M1", "A5", "--amount", "100", *DAY),
    "hold": ("hold", "M1", "--until", "2026-03-01", *DAY),
    "release": ("release", "M1", *DAY),
    "reply": ("reply", "M1", "yes", *DAY),
    "imports": ("imports",),
    "undo": ("undo",),
    "init": ("init", "--name", "Third"),
    "policy_show": ("policy", "show"),
    "policy_use": ("policy", "use", "prudent"),
    "template_preview": ("template", "preview", "M1", *DAY),
    "template_placeholders": ("template", "placeholders"),
}


@pytest.mark.parametrize("name", SHAPES)
def test_an_answer_has_the_shape_its_help_shows(name: str, company: Shell) -> None:
    assert missing(json.loads(ANSWERS[name]), company.json(*SHAPES[name])) == []


@pytest.mark.parametrize("command", ["check", "import"])
def test_a_reading_has_the_shape_its_help_shows(command: str, company: Shell) -> None:
    bad = company.write("bad.csv", INVOICES.replace("80,00", "8O,00"))
    answer = json.loads(company.run(command, bad, "--json", *DAY).stdout)
    assert missing(json.loads(ANSWERS[command]), answer) == []
    assert answer["refusals"][0]["line"] == 7


def missing(example: Any, answer: Any, where: str = "") -> list[str]:
    """The keys of an example that an answer does not hold; the first of a list stands for all."""
    if isinstance(example, dict):
        if not isinstance(answer, dict):
            return [f"{where}: not an object"]
        counts = where.endswith((".plan", ".outbox", ".reasons[0]"))
        lacking = [f"{where}.{key}" for key in example if key not in answer and not counts]
        for key in example.keys() & answer.keys():
            lacking += missing(example[key], answer[key], f"{where}.{key}")
        return lacking
    if isinstance(example, list) and example and isinstance(answer, list) and answer:
        return missing(example[0], answer[0], f"{where}[0]")
    return [] if isinstance(example, list) == isinstance(answer, list) else [where]


def test_the_demo_plays_twice_and_sends_once(shell: Shell, transactional_db: None) -> None:
    first = shell.json("demo", *DAY)
    again = shell.json("demo", *DAY)
    assert first["plan"]["remind"] > 0
    assert first["sent"]
    assert again["sent"] == []
    left = {kind: n for kind, n in again["plan"].items() if n}
    assert shell.json("status", *DAY)["plan"] == left
    assert list(Path(shell.folder / "var" / "outbox").glob("*.html"))
    # What happens before its desk opens, once: two mails, a claim, a letter to be posted.
    made = Company.objects.get()
    day = date.fromisoformat(TODAY)
    request = Request(company_key="", today=day, at=datetime.now(UTC), json=False)
    assert [answer(made, request) for _ in range(2)] == [3, 0]
    came = Incoming.objects.of(made.pk).order_by("pk")
    assert [[one["code"] for one in row.suggestions] for row in came] == [["will_pay"], ["dispute"]]
    assert PaymentClaim.objects.of(made.pk).filter(closed_on=None).count() == 1
    past = OutboxRow.objects.of(made.pk).filter(sent_on__lt=day)
    assert 100 < past.count() == past.filter(state="sent", purpose="reminder").count() < 250
    assert Contact.objects.of(made.pk).filter(address__startswith="Le Zinc").count() == 1


def test_long_work_of_unknown_length_moves_a_sign_at_a_terminal_only(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(output, "_SHOWN_AFTER", 0.01)
    with output.waiting("Undoing"):
        time.sleep(0.05)
    assert capsys.readouterr().err == ""
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True)
    with output.waiting("Undoing"):
        time.sleep(0.2)
    assert "Undoing" in capsys.readouterr().err


def test_the_plan_says_how_far_it_is(company: Shell) -> None:
    said: list[tuple[int, int]] = []
    draw_plan(Company.objects.get(), date(2026, 2, 19), progress=lambda *far: said.append(far))
    assert said[-1][0] == said[-1][1] > 0
