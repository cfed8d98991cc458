"""The check of a company's domain, against a real DNS server: what is found, what it means."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from amiable.channels.email.dns import Dns
from amiable.desk.access import Actor
from amiable.desk.dkim_key import make_key, record_of, switch_on
from amiable.desk.dns_check import Checked, NoDomain, check_domain, last_check
from amiable.desk.dns_finding import Finding, Level
from amiable.desk.mail_server import ServerForm, forget_mail_server, save_mail_server
from amiable.engine.parties import Channel, Language
from amiable.store.models import Company, Gateway, MailCheck
from amiable.store.models.mail_server import MailSecurity
from amiable.store.models.membership import Role
from amiable.words import say
from tests.channels.local_dns import SILENT, LocalDns, local_dns
from tests.desk.books import TODAY, at, new_company

pytestmark = pytest.mark.django_db
NOW = at(TODAY)
D = "example.test"


@pytest.fixture(scope="module")
def running() -> Iterator[LocalDns]:
    with local_dns() as made:
        yield made


@pytest.fixture
def zone(running: LocalDns) -> LocalDns:
    running.zone.clear()
    running.zone[D, "MX"] = ["10 mx.example.test"]
    return running


@pytest.fixture
def company(settings: Any, tmp_path: Path, zone: LocalDns) -> Company:
    settings.VAR, settings.SMTP = tmp_path / "var", ""
    settings.DNS_SERVERS = (zone.server,)
    return new_company()


@pytest.fixture
def actor(company: Company) -> Actor:
    return Actor(company=company, role=Role.ADMINISTRATOR, name="Anne")


def by_server(actor: Actor, host: str) -> None:
    said = ServerForm(host=host, port=587, security=MailSecurity.STARTTLS)
    save_mail_server(actor, said, at=NOW)


def by_provider(company: Company, kind: str) -> None:
    Gateway.objects.of(company.pk).create(
        company=company, channel=Channel.EMAIL.value, kind=kind, report_key="r"
    )


def signing(actor: Actor, zone: LocalDns) -> str:
    record = record_of(actor.company, make_key(actor, at=NOW))
    zone.put(record.name, record.text)
    switch_on(actor, at=NOW)
    return record.name


def of(checked: Checked, about: str) -> list[tuple[str, str]]:
    return [(one.code, one.level) for one in checked.findings if one.about == about]


def only(checked: Checked, about: str) -> Finding:
    (found,) = [one for one in checked.findings if one.about == about]
    return found


def test_a_domain_in_order_is_told_so(actor: Actor, zone: LocalDns) -> None:
    by_server(actor, "smtp.example.test")
    zone.zone["smtp.example.test", "A"] = ["8.8.4.4"]
    zone.put(D, "v=spf1 ip4:8.8.4.0/24 -all")
    zone.put(f"_dmarc.{D}", "v=DMARC1; p=reject")
    signing(actor, zone)
    checked = check_domain(actor.company, at=NOW)
    assert [(one.about, one.code) for one in checked.findings] == [
        ("verdict", "both"),
        ("spf", "permits"),
        ("dkim", "found"),
        ("dmarc", "protects"),
        ("mx", "there"),
    ]
    assert {one.level for one in checked.findings} == {Level.GOOD}


def test_an_empty_domain_is_told_what_to_put_where(actor: Actor, zone: LocalDns) -> None:
    zone.zone.clear()
    by_server(actor, "smtp.office365.com")
    checked = check_domain(actor.company, at=NOW)
    assert of(checked, "verdict") == [("neither", Level.BAD)]
    spf, dmarc = only(checked, "spf"), only(checked, "dmarc")
    assert (spf.name, spf.put) == (D, "v=spf1 mx include:spf.protection.outlook.com ~all")
    assert (dmarc.name, dmarc.level) == (f"_dmarc.{D}", Level.LOOK)
    assert dmarc.put == "v=DMARC1; p=none; rua=mailto:fournil@example.test"
    assert of(checked, "mx") == [("none", Level.BAD)]


def test_a_service_that_is_not_named_is_added_to_the_record(actor: Actor, zone: LocalDns) -> None:
    by_server(actor, "smtp.gmail.com")
    zone.put(D, "v=spf1 mx ~all")
    spf = only(check_domain(actor.company, at=NOW), "spf")
    assert (spf.code, spf.level) == ("not_named", Level.BAD)
    assert spf.put == "v=spf1 mx include:_spf.google.com ~all"


def test_a_service_named_through_another_record_is_found(actor: Actor, zone: LocalDns) -> None:
    by_server(actor, "smtp.gmail.com")
    zone.put(D, "v=spf1 include:group.example.test ~all")
    zone.put("group.example.test", "v=spf1 include:_spf.google.com -all")
    zone.put("_spf.google.com", "v=spf1 ip4:8.8.8.0/24 ~all")
    zone.put(f"google._domainkey.{D}", "v=DKIM1; k=rsa; p=MIIB")
    checked = check_domain(actor.company, at=NOW)
    assert of(checked, "spf") == [("named", Level.GOOD)]
    assert of(checked, "dkim") == [("service_key", Level.GOOD)]
    assert of(checked, "verdict") == [("both", Level.GOOD)]


@pytest.mark.parametrize(
    ("texts", "code", "put"),
    [
        (["v=spf1 mx -all", "v=spf1 a -all"], "several", "v=spf1 mx a ~all"),
        (["v=spf1 mxx -all"], "wrong", ""),
        (["v=spf1 mx +all"], "open", "v=spf1 mx ~all"),
        (["v=spf1 include:gone.example.test ~all"], "gone", ""),
        ([f"v=spf1 {' '.join(f'a:h{n}.example.test' for n in range(11))} ~all"], "too_many", ""),
    ],
)
def test_a_record_that_counts_for_nothing_is_bad(
    actor: Actor, zone: LocalDns, texts: list[str], code: str, put: str
) -> None:
    zone.put(D, *texts)
    found = [one for one in check_domain(actor.company, at=NOW).findings if one.about == "spf"]
    assert (found[0].code, found[0].level, found[0].put) == (code, Level.BAD, put)


def test_a_record_without_an_end_can_be_better(actor: Actor, zone: LocalDns) -> None:
    by_server(actor, "smtp.gmail.com")
    zone.put(D, "v=spf1 include:_spf.google.com")
    zone.put("_spf.google.com", "v=spf1 ~all")
    checked = check_domain(actor.company, at=NOW)
    assert of(checked, "spf") == [("named", Level.GOOD), ("weak", Level.LOOK)]
    assert of(checked, "verdict") == [("spf", Level.LOOK)]


@pytest.mark.parametrize(
    ("host", "address", "code"),
    [
        ("smtp.example.test", "9.9.9.9", "server_not_named"),
        ("smtp.example.test", "192.168.1.2", "inside"),
        ("smtp.example.test", None, "no_address"),
        ("127.0.0.1", None, "inside"),
        ("9.9.9.9", None, "server_not_named"),
    ],
)
def test_of_a_server_nobody_knows_only_what_is_seen_is_told(
    actor: Actor, zone: LocalDns, host: str, address: str | None, code: str
) -> None:
    by_server(actor, host)
    zone.put(D, "v=spf1 mx ~all")
    if address:
        zone.zone[host, "A"] = [address]
    checked = check_domain(actor.company, at=NOW)
    spf = only(checked, "spf")
    assert (spf.code, spf.level) == (code, Level.UNKNOWN)
    wanted = "ip4:9.9.9.9" if host == "9.9.9.9" else f"a:{host}"
    assert spf.put == (f"v=spf1 mx {wanted} ~all" if code == "server_not_named" else "")
    assert of(checked, "verdict") == [("unknown", Level.UNKNOWN)]


@pytest.mark.parametrize(
    ("kind", "keys", "dkim", "verdict"),
    [
        ("brevo", ["brevo1"], "service_key", "dkim"),
        ("brevo", [], "service_none", "neither"),
        ("postmark", [], "service_unknown", "unknown"),
        ("another", [], "provider", "unknown"),
    ],
)
def test_a_provider_is_believed_by_its_signature_alone(
    actor: Actor, zone: LocalDns, kind: str, keys: list[str], dkim: str, verdict: str
) -> None:
    by_provider(actor.company, kind)
    signing(actor, zone)  # a key of our own signs nothing a provider carries
    zone.put(D, "v=spf1 mx -all")
    for key in keys:
        zone.put(f"{key}._domainkey.{D}", "k=rsa;p=MIIB")
    checked = check_domain(actor.company, at=NOW)
    assert only(checked, "dkim").code == dkim
    assert only(checked, "verdict").code == verdict
    assert only(checked, "spf").code == ("provider" if kind == "another" else "returns")


def test_a_key_whose_record_went_away_is_told_with_its_record(actor: Actor, zone: LocalDns) -> None:
    name = signing(actor, zone)
    del zone.zone[name, "TXT"]
    dkim = only(check_domain(actor.company, at=NOW), "dkim")
    assert (dkim.code, dkim.level, dkim.name) == ("missing", Level.BAD, name)
    assert dkim.put.startswith("v=DKIM1; k=rsa; p=")


def test_a_policy_that_sorts_out_ones_own_messages_is_bad(actor: Actor, zone: LocalDns) -> None:
    by_server(actor, "smtp.gmail.com")
    zone.put(f"_dmarc.{D}", "v=DMARC1; p=quarantine")
    assert of(check_domain(actor.company, at=NOW), "dmarc") == [("refuses_own", Level.BAD)]


def test_a_silent_dns_blocks_nothing_and_is_told(actor: Actor, zone: LocalDns) -> None:
    for name in (D, f"_dmarc.{D}"):
        zone.zone[name, "TXT"] = SILENT
    zone.zone[D, "MX"] = SILENT
    dns = Dns([zone.server], patience=0.4)
    checked = check_domain(actor.company, at=NOW, dns=dns)
    assert {one.code for one in checked.findings} == {"unknown", "away", "none_here"}
    assert {one.level for one in checked.findings} == {Level.UNKNOWN}


def test_what_was_found_is_kept_until_the_way_changes(actor: Actor, zone: LocalDns) -> None:
    company = actor.company
    assert last_check(company) is None
    made = check_domain(company, at=NOW)
    zone.zone.clear()
    assert last_check(company) == made
    by_server(actor, "smtp.gmail.com")
    outdated = last_check(company)
    assert outdated is not None
    assert outdated.outdated
    assert not check_domain(company, at=NOW).outdated
    company.email = "compta@autre.test"
    assert (last_check(company) or made).outdated
    forget_mail_server(actor, at=NOW)
    assert MailCheck.objects.of(company.pk).count() == 1


def test_a_company_without_an_address_has_nothing_to_look_at(company: Company) -> None:
    company.email = ""
    with pytest.raises(NoDomain):
        check_domain(company, at=NOW)


SAID = {
    "verdict": "both dkim spf neither unknown",
    "spf": "away none several wrong too_many gone open named not_named returns permits"
    " server_not_named inside no_address provider no_way weak",
    "dkim": "found missing other several revoked unreadable away seal service_key service_none"
    " service_unknown provider none_here",
    "dmarc": "away none several wrong watches protects refuses_own",
    "mx": "there none away",
}


@pytest.mark.parametrize("language", Language)
def test_every_finding_has_its_sentence(language: Language) -> None:
    facts: dict[str, Any] = dict.fromkeys(
        ("domain", "term", "include", "service", "host", "address", "selector", "policy"), "x"
    )
    for about, codes in SAID.items():
        for code in codes.split():
            assert say(language, f"dns.{about}.{code}", **facts, n=11, most=10)
