"""The company's mail server: which way messages go, and what a test of it says."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.smtp import AuthResult

from amiable.channels.conformance import sample
from amiable.channels.message import ChannelClosed, Outcome
from amiable.desk.access import Actor
from amiable.desk.mail_server import (
    MailWay,
    ServerForm,
    forget_mail_server,
    mail_place,
    open_mail,
    save_mail_server,
    try_mail,
)
from amiable.store.models import AuditEntry, Company, MailServer, OutboxRow
from amiable.store.models.mail_server import MailSecurity
from amiable.store.models.membership import Role
from amiable.words import Mail
from tests.channels.real_smtp import Inbox, serving
from tests.desk.books import TODAY, at, new_company

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.filterwarnings("ignore:Requiring AUTH while not requiring TLS"),
]

MAIL = Mail(subject="[Test] hello", text="hello\n", html="")
NOW = at(TODAY)


@pytest.fixture
def company(settings: Any, tmp_path: Path) -> Company:
    settings.VAR, settings.SMTP = tmp_path / "var", ""
    return new_company()


@pytest.fixture
def actor(company: Company) -> Actor:
    return Actor(company=company, role=Role.ADMINISTRATOR, name="Anne")


@pytest.fixture
def inbox() -> Inbox:
    return Inbox()


@pytest.fixture
def server(inbox: Inbox) -> Iterator[ServerForm]:
    """A server on this machine that asks for the user anne and her password."""

    def check(*given: Any) -> AuthResult:
        login = given[-1]
        return AuthResult(
            success=(login.login, login.password) == (b"anne", b"right"), handled=False
        )

    running = serving(inbox, authenticator=check, auth_require_tls=False, auth_required=True)
    running.start()
    yield ServerForm(
        host="127.0.0.1",
        port=running.port,
        security=MailSecurity.NONE,
        user="anne",
        password="right",
    )
    running.stop()


def test_without_a_server_messages_go_into_a_folder(company: Company, tmp_path: Path) -> None:
    assert mail_place(company).way is MailWay.FOLDER
    channel = open_mail(company)
    assert channel.send(sample("k1")).outcome is Outcome.ACCEPTED
    assert list((tmp_path / "var/outbox").glob("*.eml"))


def test_the_installations_server_is_used_where_the_company_has_none(
    company: Company, settings: Any
) -> None:
    settings.SMTP = "smtp://127.0.0.1:2525"
    place = mail_place(company)
    assert (place.way, place.name) == (MailWay.SHARED, "127.0.0.1:2525")


def test_the_companys_own_server_comes_first(
    company: Company, actor: Actor, server: ServerForm, inbox: Inbox, settings: Any
) -> None:
    settings.SMTP = "smtp://127.0.0.1:1"
    save_mail_server(actor, server, at=NOW)
    assert mail_place(company).way is MailWay.OWN
    channel = open_mail(company)
    assert channel.send(sample("k1")).outcome is Outcome.ACCEPTED
    channel.close()
    assert len(inbox.mails) == 1


def test_another_companys_server_is_not_used(actor: Actor, server: ServerForm) -> None:
    save_mail_server(actor, server, at=NOW)
    assert mail_place(new_company("minoterie")).way is MailWay.FOLDER


def test_the_password_is_not_in_the_database_nor_in_the_log(
    actor: Actor, server: ServerForm
) -> None:
    save_mail_server(actor, server, at=NOW)
    row = MailServer.objects.of(actor.company.pk).get()
    assert "right" not in row.sealed_password
    entry = AuditEntry.objects.of(actor.company.pk).get(code="mail_server_saved")
    assert entry.facts == {"host": "127.0.0.1", "port": server.port}


def test_no_new_password_keeps_the_one_that_is_stored(actor: Actor, server: ServerForm) -> None:
    save_mail_server(actor, server, at=NOW)
    save_mail_server(actor, replace(server, password=None), at=NOW)
    assert try_mail(actor, "anne@example.test", MAIL, at=NOW).result == "sent"


def test_a_test_really_sends_and_is_remembered(
    actor: Actor, server: ServerForm, inbox: Inbox
) -> None:
    save_mail_server(actor, server, at=NOW)
    found = try_mail(actor, "anne@example.test", MAIL, at=NOW)
    assert (found.result, found.answer, found.passed) == ("sent", "250 kept", True)
    assert inbox.envelopes == [(actor.company.email, ("anne@example.test",))]
    row = MailServer.objects.of(actor.company.pk).get()
    assert (row.result, row.answer, row.tested_at) == ("sent", "250 kept", NOW)


def test_a_test_is_no_message_to_a_customer(actor: Actor) -> None:
    try_mail(actor, "anne@example.test", MAIL, at=NOW)
    assert not OutboxRow.objects.of(actor.company.pk).exists()


def test_a_wrong_password_is_told_with_the_servers_words(
    actor: Actor, server: ServerForm, inbox: Inbox
) -> None:
    save_mail_server(actor, replace(server, password="wrong"), at=NOW)
    found = try_mail(actor, "anne@example.test", MAIL, at=NOW)
    assert (found.result, found.passed) == ("login", False)
    assert "535" in found.answer
    assert "wrong" not in found.answer
    assert inbox.mails == []


def test_nobody_at_the_port_is_told(actor: Actor, server: ServerForm) -> None:
    save_mail_server(actor, replace(server, port=1), at=NOW)
    found = try_mail(actor, "anne@example.test", MAIL, at=NOW)
    assert (found.result, found.place) == ("away", "127.0.0.1:1")
    assert MailServer.objects.of(actor.company.pk).get().result == "away"


def test_a_name_that_no_server_has_is_told(actor: Actor, server: ServerForm) -> None:
    save_mail_server(actor, replace(server, host="no-such-host.invalid"), at=NOW)
    assert try_mail(actor, "anne@example.test", MAIL, at=NOW).result == "name"


def test_a_server_without_encryption_is_not_spoken_to_in_the_clear(
    actor: Actor, server: ServerForm, inbox: Inbox
) -> None:
    save_mail_server(actor, replace(server, security=MailSecurity.STARTTLS), at=NOW)
    assert try_mail(actor, "anne@example.test", MAIL, at=NOW).result == "no_starttls"
    assert inbox.mails == []


def test_a_folder_says_which_file_it_wrote(actor: Actor, tmp_path: Path) -> None:
    found = try_mail(actor, "anne@example.test", MAIL, at=NOW)
    assert found.result == "written"
    assert (tmp_path / "var/outbox" / found.answer).exists()


def test_a_company_without_an_address_cannot_write(actor: Actor) -> None:
    actor.company.email = ""
    assert try_mail(actor, "anne@example.test", MAIL, at=NOW).result == "no_address"


def test_an_unreadable_address_of_the_installation_is_told(actor: Actor, settings: Any) -> None:
    settings.SMTP = "gopher://example.test"
    assert try_mail(actor, "anne@example.test", MAIL, at=NOW).result == "settings"


def test_a_password_sealed_with_another_key_must_be_entered_again(
    actor: Actor, server: ServerForm, settings: Any
) -> None:
    save_mail_server(actor, server, at=NOW)
    settings.SECRET_KEY = "another"
    with pytest.raises(ChannelClosed, match="enter it again"):
        open_mail(actor.company)
    assert try_mail(actor, "anne@example.test", MAIL, at=NOW).result == "seal"


def test_another_server_is_not_tested_yet(actor: Actor, server: ServerForm) -> None:
    save_mail_server(actor, server, at=NOW)
    try_mail(actor, "anne@example.test", MAIL, at=NOW)
    save_mail_server(actor, replace(server, port=2), at=NOW)
    assert MailServer.objects.of(actor.company.pk).get().tested_at is None


def test_a_forgotten_server_leaves_nothing(actor: Actor, server: ServerForm) -> None:
    save_mail_server(actor, server, at=NOW)
    forget_mail_server(actor, at=NOW)
    assert not MailServer.objects.of(actor.company.pk).exists()
    assert mail_place(actor.company).way is MailWay.FOLDER
