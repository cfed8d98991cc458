"""Whatever a command changes stands in the audit log, as done at the command line."""

from collections.abc import Callable
from datetime import date

import click
import pytest

from amiable.cli.commands import PLACES, amiable
from amiable.engine.days import week_start
from amiable.store.models import AuditEntry, Company, Membership, OutboxRow, User
from amiable.store.models.membership import Role
from amiable.store.models.outbox import OutboxState
from tests.faces.conftest import TODAY, Shell

DAY = ("--as-of", TODAY)
TEXT = "Rappel\n\nBonjour,\n\n[table]\n\n[payment_details]\n\n[signature]\n"
MORE = """Code client;Client;Numéro;Date facture;Échéance;Montant TTC
N1;Nouveau;D1;05/01/2026;04/02/2026;9,00
"""

READS = {
    "check", "imports", "serve", "work", "status", "customers", "habits", "show", "plan",
    "preview", "policy show", "policy check", "template check", "template preview",
    "template placeholders", "user list", "token list", "company list", "inbox", "mail check",
    "backtest", "measure", "effect", "forecast", "term", "discount",
    "experiment list", "experiment show",
}  # fmt: skip
"""Commands that change nothing a person decides: the plan is drawn from facts."""


def policy_file(shell: Shell) -> str:
    """The standard policy with another spacing."""
    text = shell.ok("policy", "show", "standard", "--toml")
    return shell.write("mine.toml", text.replace("spacing = 7", "spacing = 6"))


def zip_file(shell: Shell) -> str:
    return str(shell.folder / "all.zip")


def settle_a_doubt(shell: Shell) -> object:
    """A message of which nobody knows whether it arrived; a person says it did."""
    shell.ok("approve", "M1", *DAY)
    OutboxRow.everywhere.update(state=OutboxState.AMBIGUOUS.value)
    pk = OutboxRow.everywhere.values_list("pk", flat=True).get()
    return shell.ok("outbox", "--arrived", str(pk), *DAY)


EXPERIMENT = ("standard", "1", "hour", "9", "14", "--points", "20")


def started(shell: Shell) -> str:
    """The number of an experiment under way."""
    return str(shell.json("experiment", "start", *EXPERIMENT)["number"])


def awaited_report() -> None:
    """A member who asked for the weekly report."""
    user = User.objects.create_user("lea@fournil.example", name="Léa")
    Membership.everywhere.create(
        company=Company.objects.get(), user=user, role=Role.MANAGER.value,
        weekly_report_from=week_start(date.fromisoformat(TODAY)),
    )  # fmt: skip


Deed = Callable[[Shell], object]
DEEDS: dict[str, tuple[Deed, str]] = {
    "init": (lambda s: s.ok("init", "--name", "Fournil", "--phone", "0102030405"),
             "company_corrected"),
    "demo": (lambda s: s.ok("demo", *DAY), "company_created"),
    "import": (lambda s: s.ok("import", s.write("n.csv", MORE), *DAY), "import.done"),
    "undo": (lambda s: s.ok("undo"), "import.undone"),
    "terms": (lambda s: s.ok("terms", "M1", "45 jours"), "terms_set"),
    "approve": (lambda s: s.ok("approve", "M1", *DAY), "reminder.approved"),
    "unapprove": (lambda s: (s.ok("approve", "M1", *DAY), s.ok("unapprove", "M1", *DAY)),
                  "reminder.taken_back"),
    "skip": (lambda s: s.ok("skip", "M1", *DAY), "reminder.skipped"),
    "postpone": (lambda s: s.ok("postpone", "M1", "2026-03-02", *DAY), "reminder.postponed"),
    "done": (lambda s: s.ok("done", "M1", *DAY), "done_by_hand"),
    "send": (lambda s: (s.ok("approve", "M1", *DAY), s.ok("send", *DAY)), "sending"),
    "outbox": (settle_a_doubt, "message_arrived"),
    "promise": (lambda s: s.ok("promise", "M1", "100", "2026-03-02", *DAY), "promise_made"),
    "dispute": (lambda s: s.ok("dispute", "M1", "A5", *DAY), "dispute_opened"),
    "hold": (lambda s: s.ok("hold", "M1", *DAY), "hold_set"),
    "release": (lambda s: (s.ok("hold", "M1", *DAY), s.ok("release", "M1", *DAY)),
                "hold_released"),
    "reply": (lambda s: s.ok("reply", "M1", "Bonjour", *DAY), "reply_recorded"),
    "policy publish": (lambda s: s.ok("policy", "publish", policy_file(s)), "policy_published"),
    "policy use": (lambda s: s.ok("policy", "use", "prudent"), "policies_assigned"),
    "template save": (lambda s: s.ok("template", "save", s.write("t.txt", TEXT)), "text_changed"),
    "user add": (lambda s: s.ok("user", "add", "a@b.example"), "member_admitted"),
    "user role": (lambda s: (s.ok("user", "add", "a@b.example"),
                             s.ok("user", "role", "a@b.example", "reader")), "role_changed"),
    "user deactivate": (lambda s: (s.ok("user", "add", "a@b.example"),
                                   s.ok("user", "add", "c@b.example", "--role", "administrator"),
                                   s.ok("user", "deactivate", "a@b.example")),
                        "member_deactivated"),
    "user link": (lambda s: (s.ok("user", "add", "a@b.example"),
                             s.ok("user", "link", "a@b.example")), "password_link"),
    "token add": (lambda s: s.ok("token", "add", "ERP", "--scope", "read"), "token_created"),
    "token revoke": (lambda s: (s.ok("token", "add", "ERP", "--scope", "read"),
                                s.ok("token", "revoke", "ERP")), "token_revoked"),
    "experiment start": (lambda s: s.ok("experiment", "start", *EXPERIMENT), "experiment_started"),
    "experiment stop": (lambda s: s.ok("experiment", "stop", started(s)), "experiment_stopped"),
    "report": (lambda s: (awaited_report(), s.ok("report", "--send", *DAY)), "weekly_report_sent"),
    "company export": (lambda s: s.ok("company", "export", "fournil", zip_file(s)),
                       "company_exported"),
}  # fmt: skip
"""Command -> how it is asked for, and the entry it leaves."""

GONE = {"company delete"}
"""Leaves no entry, for the log goes too: tests/desk/test_closing.py looks at the closing."""


def all_commands() -> set[str]:
    found = set()
    context = click.Context(amiable)
    for name in PLACES:
        command = amiable.get_command(context, name)  # type: ignore[attr-defined]
        inner = command.commands if isinstance(command, click.Group) else None
        found |= {f"{name} {one}" for one in inner} if inner else {name}
    return found


def test_every_command_is_known_to_change_something_or_not() -> None:
    assert all_commands() == READS | DEEDS.keys() | GONE


@pytest.mark.parametrize("name", DEEDS)
def test_what_a_command_changes_is_written_down(company: Shell, name: str) -> None:
    ask, code = DEEDS[name]
    known = set(AuditEntry.everywhere.values_list("pk", flat=True))
    ask(company)
    new = AuditEntry.everywhere.exclude(pk__in=known)
    found = new.filter(code=code)
    assert found.exists(), set(new.values_list("code", flat=True))
    assert {entry.door for entry in found} == {"cli"}


def test_what_changes_nothing_leaves_no_entry(company: Shell) -> None:
    before = AuditEntry.everywhere.count()
    company.ok("release", "M1", *DAY)
    company.ok("reply", "M1", "--read", *DAY)
    company.ok("send", "--retry", *DAY)
    company.ok("policy", "use", "standard")
    company.ok("init", "--name", "Fournil")
    company.refused("unapprove", "M1", *DAY)
    company.refused("dispute", "M1", "A5", "--close", *DAY)
    assert AuditEntry.everywhere.count() == before


def test_a_policy_published_again_tells_its_comment(company: Shell) -> None:
    company.ok("policy", "publish", policy_file(company), "--comment", "More patience")
    entry = AuditEntry.everywhere.get(code="policy_published")
    assert entry.facts["comment"] == "More patience"
    assert entry.facts["version"] == 2


def test_a_deed_of_today_shows_in_the_plan_of_today_at_once(company: Shell) -> None:
    company.ok("plan")
    company.ok("hold", "M1")
    kinds = {one["customer"]: one["decision"] for one in company.json("plan", "--all")}
    assert kinds["M1"] == "hold"
