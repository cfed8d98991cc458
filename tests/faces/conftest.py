"""A small company brought in through the command line, and the commands run in this process."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from amiable.cli.commands import amiable

TODAY = "2026-02-19"
"""A Thursday, 15 days after Marchand's open invoice was due; Marchand usually pays at 10."""

INVOICES = """Code client;Client;Numéro;Date facture;Échéance;Montant TTC;Date de règlement
M1;Marchand Frères;A1;01/09/2025;01/10/2025;500,00;13/10/2025
M1;Marchand Frères;A2;01/10/2025;31/10/2025;500,00;10/11/2025
M1;Marchand Frères;A3;03/11/2025;03/12/2025;500,00;12/12/2025
M1;Marchand Frères;A4;01/12/2025;31/12/2025;500,00;12/01/2026
M1;Marchand Frères;A5;05/01/2026;04/02/2026;1 200,50;
Z2;Café Zoé;B1;05/01/2026;13/02/2026;80,00;
M3;Marché Couvert;C1;05/01/2026;04/02/2026;75,00;15/02/2026
"""

CONTACTS = """Code client;Contact;E-mail;Fonction
M1;Anne Marchand;anne@marchand.example;Comptable
Z2;Zoé Lefèvre;zoe@cafe-zoe.example;Gérant
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Shell:
    """Runs commands as a person would type them."""

    folder: Path

    def run(self, *words: str, typed: str = "") -> Result:
        """The result of a command; what it prints is in ``output``, errors in ``stderr``."""
        return CliRunner().invoke(amiable, list(words), input=typed, prog_name="amiable")

    def ok(self, *words: str) -> str:
        """What a command prints; it must end well."""
        done = self.run(*words)
        assert done.exit_code == 0, f"{words}: {done.output}{done.stderr}"
        return done.stdout

    def json(self, *words: str) -> Any:
        """What a command answers with --json."""
        return json.loads(self.ok(*words, "--json"))

    def refused(self, *words: str) -> str:
        """What a command says when it refuses, with exit code 1 and no traceback."""
        done = self.run(*words)
        assert done.exit_code == 1, f"{words}: {done.exit_code} {done.output}{done.stderr}"
        assert "Traceback" not in done.output
        return done.stderr

    def write(self, name: str, text: str) -> str:
        """A file of the folder; its path."""
        path = self.folder / name
        path.write_text(text, encoding="utf-8")
        return str(path)


@pytest.fixture
def shell(tmp_path: Path, settings: Any, monkeypatch: pytest.MonkeyPatch) -> Shell:
    """Commands in English, whose files go into a temporary folder."""
    for name in ("LC_ALL", "LC_MESSAGES", "LANG", "AMIABLE_COMPANY"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AMIABLE_LANGUAGE", "en")
    settings.VAR, settings.SMTP, settings.SERVE = tmp_path / "var", "", False
    return Shell(folder=tmp_path)


@pytest.fixture
def company(shell: Shell, transactional_db: None) -> Shell:
    """A company with three customers, one of them to be reminded on `TODAY`."""
    identity = ("--siren", "732829320", "--email", "compta@fournil.example", "--sender", "Anne")
    shell.ok("init", "--name", "Fournil", "--iban", "FR1420041010050500013M02606", *identity)
    for name, text in (("factures.csv", INVOICES), ("contacts.csv", CONTACTS)):
        shell.ok("import", shell.write(name, text), "--as-of", TODAY)
    return shell


@pytest.fixture
def french(monkeypatch: pytest.MonkeyPatch) -> Callable[[], None]:
    """Switch the answers to French (help texts are chosen when the program starts)."""
    return lambda: monkeypatch.setenv("AMIABLE_LANGUAGE", "fr")
