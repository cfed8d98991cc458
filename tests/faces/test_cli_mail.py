"""``amiable mail check``: what the DNS says, and whether messages get lost by it."""

from collections.abc import Iterator
from typing import Any

import pytest

from amiable.store.models import Company, MailCheck
from tests.channels.local_dns import LocalDns, local_dns
from tests.faces.conftest import Shell


@pytest.fixture
def zone(settings: Any) -> Iterator[LocalDns]:
    with local_dns() as running:
        settings.DNS_SERVERS, settings.SMTP = (running.server,), "smtp://smtp.gmail.com:25"
        yield running


@pytest.fixture
def company(company: Shell) -> Shell:
    Company.objects.update(email="compta@fournil.example")
    return company


def test_a_domain_in_order_ends_well(company: Shell, zone: LocalDns) -> None:
    zone.put("fournil.example", "v=spf1 include:_spf.google.com -all")
    zone.put("_spf.google.com", "v=spf1 ip4:8.8.8.0/24 -all")
    zone.zone["fournil.example", "MX"] = ["10 mx.fournil.example"]
    told = company.ok("mail", "check")
    assert "The record names Google Workspace" in told
    assert "_dmarc.fournil.example" in told
    assert MailCheck.everywhere.get().domain == "fournil.example"


def test_a_domain_that_loses_messages_ends_with_one(company: Shell, zone: LocalDns) -> None:
    done = company.run("mail", "check", "--json")
    assert done.exit_code == 1
    assert '"put": "v=spf1 mx include:_spf.google.com ~all"' in done.output
    assert '"put_name": "fournil.example"' in done.output


def test_without_an_address_there_is_nothing_to_look_at(company: Shell, zone: LocalDns) -> None:
    Company.objects.update(email="")
    assert "no e-mail address to write from" in company.refused("mail", "check")
