"""``amiable inbox``: what waits is listed, shown, read and set aside at the command line too."""

import json

import pytest

from amiable.desk.incoming import take_in
from amiable.store.models import Company, Conversation, Incoming, Reply
from amiable.store.models.incoming import IncomingSource
from tests.desk.mails import NOW, debtors, mail
from tests.faces.conftest import Shell

pytestmark = pytest.mark.django_db


@pytest.fixture
def company() -> Company:
    return debtors()


@pytest.fixture
def came(company: Company) -> Incoming:
    raw = mail("Nous paierons le 20 mars.", subject="Votre relance")
    row = take_in(company, raw, IncomingSource.MAILBOX, NOW)
    assert row is not None
    return row


def test_what_waits_is_listed_with_what_it_seems_to_mean(came: Incoming, shell: Shell) -> None:
    assert "A SARL" in shell.ok("inbox")
    (listed,) = json.loads(shell.ok("inbox", "--json"))
    assert (listed["id"], listed["suggestions"]) == (came.conversation_id, ["will_pay"])


def test_a_conversation_is_shown_in_full(came: Incoming, shell: Shell) -> None:
    told = shell.ok("inbox", "--show", str(came.conversation_id))
    assert "Nous paierons le 20 mars." in told
    found = json.loads(shell.ok("inbox", "--show", str(came.conversation_id), "--json"))
    assert found["messages"][0]["from"] == "accountant@a.test"


def test_one_that_is_done_is_read_and_waits_no_more(
    company: Company, came: Incoming, shell: Shell
) -> None:
    shell.ok("inbox", "--done", str(came.conversation_id))
    assert Conversation.objects.of(company.pk).get().state == "done"
    assert Reply.objects.of(company.pk).get().read_on is not None
    assert json.loads(shell.ok("inbox", "--json")) == []
    assert len(json.loads(shell.ok("inbox", "--all", "--json"))) == 1


def test_reading_alone_leaves_it_ours(company: Company, came: Incoming, shell: Shell) -> None:
    shell.ok("inbox", "--read", str(came.conversation_id))
    assert Conversation.objects.of(company.pk).get().state == "ours"


def test_what_does_not_exist_is_refused(company: Company, shell: Shell) -> None:
    assert shell.run("inbox", "--show", "999999").exit_code != 0
