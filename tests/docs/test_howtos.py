"""The commands of the how-to pages work as they stand, one after the other, on the demo's files."""

import shlex
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from amiable.cli.commands import amiable
from amiable.demo.write import write_demo
from amiable.store.models import Company
from tests.channels.local_dns import local_dns
from tests.docs.documents import DOCS, blocks, read

pytestmark = pytest.mark.django_db

SAID_YEARS = ("123456782FEC20251231.txt", "123456782FEC20261231.txt")
"""Files the pages name; the demo's own bear the year of the day they are written."""

Play = Callable[[str], str]


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The files of the demo company, under the names the pages use."""
    folder = tmp_path_factory.mktemp("howto")
    written = write_demo(folder, datetime.now(UTC).date())
    for said, export in zip(SAID_YEARS, written.fec[-2:], strict=True):
        export.rename(folder / said)
    return folder


@pytest.fixture
def play(files: Path, monkeypatch: pytest.MonkeyPatch) -> Play:
    """Run every console line of a page, in order; what all of them printed."""
    monkeypatch.chdir(files)

    def play_page(page: str) -> str:
        lines = "".join(blocks(read(DOCS / "howto" / page), "console")).splitlines()
        return "\n".join(run(line, monkeypatch) for line in lines)

    return play_page


def run(line: str, monkeypatch: pytest.MonkeyPatch) -> str:
    """Run one line: a setting, or a command of amiable that must succeed."""
    program, *words = shlex.split(line, comments=True)
    if program == "export":
        monkeypatch.setenv(*words[0].split("=", 1))
        return ""
    assert program == "amiable", line
    into = words[words.index(">") + 1] if ">" in words else ""
    done = CliRunner().invoke(amiable, words[: words.index(">")] if into else words)
    assert done.exit_code == 0, f"{line}\n{done.output}"
    if into and not Path(into).exists():
        Path(into).write_text(done.stdout, encoding="utf-8")
    return done.output


def test_a_fec_is_brought_in_and_taken_back(play: Play) -> None:
    printed = play("bring-your-own-fec.md")
    assert "factures-ouvertes.xlsx" in printed
    assert "FA" in printed  # the invoices of the customer shown


def test_a_policy_is_checked_published_and_used(
    play: Play, files: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shown = blocks(read(DOCS / "howto/write-a-policy.md"), "toml")[0]
    (files / "mine.toml").write_text(shown, encoding="utf-8")  # the shipped one, changed
    run('amiable init --name "Atelier Fournil"', monkeypatch)
    play("write-a-policy.md")
    assert Company.objects.get().policy == "mine"


def test_messages_may_leave_by_themselves_and_thank(
    play: Play, files: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = "let-messages-leave-by-themselves.md"
    (shown,) = blocks(read(DOCS / "howto" / page), "toml")
    (files / "quiet.toml").write_text(shown, encoding="utf-8")
    run('amiable init --name "Atelier Fournil"', monkeypatch)
    printed = play(page)
    assert Company.objects.get().policy == "quiet"
    assert "Thanks for a payment that followed a reminder (by itself)" in printed


def test_a_text_is_checked_saved_and_previewed(play: Play, files: Path) -> None:
    shown = blocks(read(DOCS / "howto/change-a-text.md"), "text")[0]
    (files / "friendly.txt").write_text(shown, encoding="utf-8")
    play("bring-your-own-fec.md")
    assert "reach you?" in play("change-a-text.md")


def test_the_inbox_is_looked_at(play: Play, monkeypatch: pytest.MonkeyPatch) -> None:
    run('amiable init --name "Atelier Fournil"', monkeypatch)
    assert "No conversation waits" in play("look-after-answers.md")


def test_the_records_shown_are_those_that_receivers_believe(play: Play, settings: Any) -> None:
    page = read(DOCS / "howto/let-your-mail-arrive.md")
    with local_dns() as zone:
        settings.DNS_SERVERS, settings.SMTP = (zone.server,), "smtps://smtp-relay.gmail.com"
        for record in "".join(blocks(page, "dns")).splitlines():
            name, kind, value = record.split(" ", 2)
            zone.zone[name, kind] = [value]
        zone.put("_spf.google.com", "v=spf1 ip4:198.51.100.0/24 ~all")
        zone.put("google._domainkey.fournil.example", "v=DKIM1; k=rsa; p=MIIB")
        printed = play("let-your-mail-arrive.md")
    assert "Receivers can tell in two ways" in printed
    assert "it only watches" in printed
