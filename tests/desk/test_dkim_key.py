"""The key that signs a company's mail: made, seen in a real DNS, switched on, replaced, off."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import dkim
import pytest

from amiable.channels.conformance import sample
from amiable.channels.email.dkim import new_private_key, public_record
from amiable.channels.email.dns import Dns
from amiable.channels.message import ChannelClosed, Outcome
from amiable.desk.access import Actor
from amiable.desk.dkim_key import (
    KeyRefused,
    KeyState,
    give_up_waiting,
    key_state,
    make_key,
    record_of,
    signer_of,
    switch_off,
    switch_on,
)
from amiable.desk.mail_server import ServerForm, open_mail, save_mail_server, try_mail
from amiable.store.dkim_key import active_key, waiting_key
from amiable.store.models import AuditEntry, Company, DkimKey
from amiable.store.models.mail_server import MailSecurity
from amiable.store.models.membership import Role
from amiable.words import Mail
from tests.channels.local_dns import BROKEN, SILENT, LocalDns, local_dns
from tests.channels.real_smtp import Inbox, serving
from tests.desk.books import TODAY, at, new_company

pytestmark = pytest.mark.django_db
NOW = at(TODAY)


@pytest.fixture
def company(settings: Any, tmp_path: Path, zone: LocalDns) -> Company:
    settings.VAR, settings.SMTP = tmp_path / "var", ""
    settings.DNS_SERVERS = (zone.server,)
    return new_company()


@pytest.fixture
def actor(company: Company) -> Actor:
    return Actor(company=company, role=Role.ADMINISTRATOR, name="Anne")


@pytest.fixture
def zone() -> Iterator[LocalDns]:
    with local_dns() as running:
        yield running


def publish(company: Company, row: DkimKey, zone: LocalDns) -> str:
    record = record_of(company, row)
    zone.put(record.name, record.text)
    return record.name


def test_a_new_key_waits_sealed_and_signs_nothing(actor: Actor) -> None:
    row = make_key(actor, at=NOW)
    assert (row.domain, row.active) == ("example.test", False)
    assert "PRIVATE" not in row.sealed_key
    assert signer_of(actor.company) is None
    entry = AuditEntry.objects.of(actor.company.pk).get(code="dkim_made")
    assert entry.facts == {"domain": "example.test", "selector": row.selector}


def test_it_signs_once_its_record_is_seen(actor: Actor, zone: LocalDns) -> None:
    row = make_key(actor, at=NOW)
    publish(actor.company, row, zone)
    switch_on(actor, at=NOW)
    signer = signer_of(actor.company)
    assert signer is not None
    assert (signer.domain, signer.selector) == ("example.test", row.selector)
    assert AuditEntry.objects.of(actor.company.pk).filter(code="dkim_on").count() == 1


@pytest.mark.parametrize(
    ("standing", "state"),
    [
        (None, KeyState.MISSING),
        ([public_record(new_private_key())], KeyState.OTHER),
        (["v=DKIM1; k=rsa; p="], KeyState.REVOKED),
        (["v=spf1 -all"], KeyState.UNREADABLE),
        (["v=DKIM1; p=abc", "v=DKIM1; p=def"], KeyState.SEVERAL),
        (BROKEN, KeyState.AWAY),
    ],
)
def test_it_cannot_be_switched_on_before_and_the_reason_is_said(
    actor: Actor, zone: LocalDns, standing: Any, state: KeyState
) -> None:
    name = record_of(actor.company, make_key(actor, at=NOW)).name
    if standing is not None:
        zone.zone[name, "TXT"] = standing
    with pytest.raises(KeyRefused) as refused:
        switch_on(actor, at=NOW)
    assert refused.value.code == state
    assert active_key(actor.company.pk) is None


def test_a_dns_that_never_answers_is_not_waited_for_long(actor: Actor, zone: LocalDns) -> None:
    record = record_of(actor.company, make_key(actor, at=NOW))
    zone.zone[record.name, "TXT"] = SILENT
    assert key_state(record, Dns([zone.server], patience=0.3)) is KeyState.AWAY


def test_a_record_cut_into_strings_with_spaces_is_the_same_key(
    actor: Actor, zone: LocalDns
) -> None:
    record = record_of(actor.company, make_key(actor, at=NOW))
    zone.put(record.name, record.text.replace("; ", ";").replace("MIIB", "MI IB "))
    assert key_state(record, Dns([zone.server])) is KeyState.FOUND


def test_another_key_takes_over_under_another_name_without_a_gap(
    actor: Actor, zone: LocalDns
) -> None:
    first = make_key(actor, at=NOW)
    publish(actor.company, first, zone)
    switch_on(actor, at=NOW)
    second = make_key(actor, at=NOW + timedelta(seconds=1))
    assert second.selector != first.selector
    signer = signer_of(actor.company)
    assert signer is not None
    assert signer.selector == first.selector
    publish(actor.company, second, zone)
    switch_on(actor, at=NOW)
    signer = signer_of(actor.company)
    assert signer is not None
    assert signer.selector == second.selector
    assert DkimKey.objects.of(actor.company.pk).count() == 1


def test_switched_off_it_is_kept_and_can_be_switched_on_again(actor: Actor, zone: LocalDns) -> None:
    publish(actor.company, make_key(actor, at=NOW), zone)
    switch_on(actor, at=NOW)
    assert switch_off(actor, at=NOW)
    assert not switch_off(actor, at=NOW)
    assert signer_of(actor.company) is None
    switch_on(actor, at=NOW)
    assert signer_of(actor.company) is not None


def test_switched_off_while_another_waits_only_the_newer_is_kept(
    actor: Actor, zone: LocalDns
) -> None:
    publish(actor.company, make_key(actor, at=NOW), zone)
    switch_on(actor, at=NOW)
    newer = make_key(actor, at=NOW + timedelta(seconds=1))
    switch_off(actor, at=NOW)
    assert waiting_key(actor.company.pk) == newer
    assert give_up_waiting(actor, at=NOW)
    assert not give_up_waiting(actor, at=NOW)
    assert not DkimKey.objects.of(actor.company.pk).exists()


def test_a_key_of_another_domain_signs_nothing(actor: Actor, zone: LocalDns) -> None:
    row = make_key(actor, at=NOW)
    publish(actor.company, row, zone)
    switch_on(actor, at=NOW)
    actor.company.email = "compta@autre.test"
    assert signer_of(actor.company) is None
    assert not record_of(actor.company, row).fits


def test_a_company_without_an_address_gets_no_key(actor: Actor) -> None:
    actor.company.email = ""
    with pytest.raises(KeyRefused, match="no_domain"):
        make_key(actor, at=NOW)


def test_without_a_key_nothing_is_switched_on(actor: Actor) -> None:
    with pytest.raises(KeyRefused, match="no_key"):
        switch_on(actor, at=NOW)


def test_the_domain_of_an_address_in_another_script_is_asked_for_in_ascii(actor: Actor) -> None:
    actor.company.email = "compta@bücher.example"
    actor.company.save()
    assert make_key(actor, at=NOW).domain == "xn--bcher-kva.example"


def test_a_key_that_cannot_be_opened_lets_nothing_leave_unsigned(
    actor: Actor, zone: LocalDns, settings: Any
) -> None:
    publish(actor.company, make_key(actor, at=NOW), zone)
    switch_on(actor, at=NOW)
    settings.SECRET_KEY = "another"
    with pytest.raises(ChannelClosed, match="make a new one"):
        signer_of(actor.company)


def test_the_companys_messages_and_its_test_are_signed(actor: Actor, zone: LocalDns) -> None:
    publish(actor.company, make_key(actor, at=NOW), zone)
    switch_on(actor, at=NOW)
    inbox = Inbox()
    running = serving(inbox)
    running.start()
    said = ServerForm(host="127.0.0.1", port=running.port, security=MailSecurity.NONE)
    save_mail_server(actor, said, at=NOW)
    channel = open_mail(actor.company)
    message = sample("k", sender=actor.company.email)
    assert channel.send(message).outcome is Outcome.ACCEPTED
    channel.close()
    mail = Mail(subject="Test", text="Test\n", html="")
    assert try_mail(actor, "anne@example.test", mail, at=NOW).passed
    running.stop()
    dns = Dns([zone.server])

    def text_of(name: bytes, timeout: float = 5) -> bytes:
        (value,) = dns.texts(name.decode()).values
        return value.encode()

    assert [dkim.verify(one, dnsfunc=text_of) for one in inbox.mails] == [True, True]
