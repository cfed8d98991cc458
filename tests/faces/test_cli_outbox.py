"""``amiable outbox``: doubtful messages are shown and settled at the command line too."""

import json

import pytest

from amiable.channels.message import Outcome
from amiable.store.models import Company, OutboxRow
from tests.desk.test_send import Scripted, debtors, send
from tests.faces.conftest import Shell

pytestmark = pytest.mark.django_db


@pytest.fixture
def company() -> Company:
    made = debtors("A", "B")
    send(made, Scripted(Outcome.AMBIGUOUS))
    return made


def doubt(company: Company) -> OutboxRow:
    return OutboxRow.objects.of(company.pk).get(customer__key="A")


def test_what_is_in_doubt_is_shown_with_its_number(company: Company, shell: Shell) -> None:
    told = shell.ok("outbox")
    assert str(doubt(company).pk) in told
    assert "A SARL" in told
    found = json.loads(shell.ok("outbox", "--json"))
    assert (found["count"], found["states"]) == (1, {"ambiguous": 1, "sent": 1})
    assert found["doubtful"][0]["message_id"] == doubt(company).message_id


@pytest.mark.parametrize(
    ("option", "state"),
    [("--arrived", "sent"), ("--again", "approved"), ("--give-up", "cancelled")],
)
def test_one_says_what_became_of_it(
    company: Company, shell: Shell, option: str, state: str
) -> None:
    pk = str(doubt(company).pk)
    shell.ok("outbox", option, pk)
    assert doubt(company).state == state
    assert shell.run("outbox", option, pk).exit_code != 0, "once"


def test_what_does_not_exist_is_refused(company: Company, shell: Shell) -> None:
    assert shell.run("outbox", "--again", "999999").exit_code != 0
    assert shell.run("outbox", "--again", "1", "--arrived", "1").exit_code != 0
