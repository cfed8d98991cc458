"""SPF and DMARC read from a real DNS server: what is counted, what fits, what is no record."""

from collections.abc import Iterator

import pytest

from amiable.channels import provider
from amiable.channels.email.dmarc import DmarcState, aligned, places, read_dmarc
from amiable.channels.email.dns import Dns, Found
from amiable.channels.email.services import SERVICES, service_of_host, service_of_key
from amiable.channels.email.spf import SpfResult, SpfState, permits, read_spf
from amiable.channels.email.spf_record import SpfWrong, ended, merged, parse, with_terms
from tests.channels.local_dns import BROKEN, SILENT, LocalDns, local_dns

D = "fournil.example"
SENDER = f"compta@{D}"
RESULTS = SpfResult


@pytest.fixture(scope="module")
def running() -> Iterator[LocalDns]:
    with local_dns() as made:
        yield made


@pytest.fixture
def zone(running: LocalDns) -> LocalDns:
    running.zone.clear()
    running.asked.clear()
    return running


def look(zone: LocalDns, **more: float) -> Dns:
    return Dns([zone.server], **more)


@pytest.mark.parametrize(
    ("record", "address", "result"),
    [
        ("v=spf1 ip4:192.0.2.0/24 -all", "192.0.2.9", RESULTS.PASS),
        ("v=spf1 ip4:192.0.2.0/24 -all", "198.51.100.1", RESULTS.FAIL),
        ("v=spf1 ip4:192.0.2.1 ~all", "198.51.100.1", RESULTS.SOFTFAIL),
        ("v=spf1 ip4:192.0.2.1", "198.51.100.1", RESULTS.NEUTRAL),
        ("v=spf1 ip4:192.0.2.1 ?all", "198.51.100.1", RESULTS.NEUTRAL),
        ("v=spf1 ip6:2001:db8::/32 -all", "2001:db8::5", RESULTS.PASS),
        ("v=spf1 ip6:2001:db8::/32 -all", "192.0.2.1", RESULTS.FAIL),
        ("V=SPF1 A -ALL", "192.0.2.80", RESULTS.PASS),
        ("v=spf1 a:mail.fournil.example -all", "192.0.2.25", RESULTS.PASS),
        ("v=spf1 a:mail.fournil.example/28 -all", "192.0.2.30", RESULTS.PASS),
        ("v=spf1 a:mail.fournil.example//64 -all", "2001:db8:0:1::9", RESULTS.PASS),
        ("v=spf1 mx -all", "192.0.2.25", RESULTS.PASS),
        ("v=spf1 mx/24 -all", "192.0.2.200", RESULTS.PASS),
        ("v=spf1 -ip4:192.0.2.9 ip4:192.0.2.0/24 -all", "192.0.2.9", RESULTS.FAIL),
        ("v=spf1 include:service.example -all", "203.0.113.7", RESULTS.PASS),
        ("v=spf1 include:service.example -all", "203.0.114.7", RESULTS.FAIL),
        ("v=spf1 include:nothing.example -all", "203.0.113.7", RESULTS.PERMERROR),
        ("v=spf1 include:twice.example -all", "203.0.113.7", RESULTS.PERMERROR),
        ("v=spf1 redirect=service.example", "203.0.113.7", RESULTS.PASS),
        ("v=spf1 redirect=service.example", "192.0.2.1", RESULTS.SOFTFAIL),
        ("v=spf1 redirect=nothing.example", "192.0.2.1", RESULTS.PERMERROR),
        ("v=spf1 redirect=service.example -all", "203.0.113.7", RESULTS.FAIL),
        ("v=spf1 exists:%{i}._spf.%{d} -all", "192.0.2.77", RESULTS.PASS),
        ("v=spf1 exists:%{ir}.%{l1r-}.%{o2}.list.example -all", "192.0.2.78", RESULTS.PASS),
        ("v=spf1 exists:%{i}._spf.%{d} -all", "192.0.2.78", RESULTS.FAIL),
        ("v=spf1 ptr -all", "192.0.2.1", RESULTS.FAIL),
        ("v=spf1 exp=why.example unknown=1 ip4:192.0.2.1 -all", "192.0.2.1", RESULTS.PASS),
        ("v=spf1 ipv4:192.0.2.1 -all", "192.0.2.1", RESULTS.PERMERROR),
        ("v=spf1 a:x1.example a:x2.example a:x3.example ip4:192.0.2.1", "192.0.2.1",
         RESULTS.PERMERROR),
        ("v=spf1 a:broken.example ip4:192.0.2.1", "192.0.2.1", RESULTS.TEMPERROR),
        ("v=spf10 ip4:192.0.2.1", "192.0.2.1", RESULTS.NONE),
    ],
)  # fmt: skip
def test_a_server_is_judged_as_receivers_do(
    zone: LocalDns, record: str, address: str, result: SpfResult
) -> None:
    zone.put(D, "google-site-verification=x", record)
    zone.zone[D, "A"] = ["192.0.2.80"]
    zone.zone[D, "MX"] = ["10 mail.fournil.example"]
    zone.zone["mail.fournil.example", "A"] = ["192.0.2.25"]
    zone.zone["mail.fournil.example", "AAAA"] = ["2001:db8:0:1::1"]
    zone.put("service.example", "v=spf1 ip4:203.0.113.0/24 ~all")
    zone.put("twice.example", "v=spf1 -all", "v=spf1 +all")
    zone.zone["192.0.2.77._spf.fournil.example", "A"] = ["127.0.0.2"]
    zone.zone["78.2.0.192.compta.fournil.example.list.example", "A"] = ["127.0.0.2"]
    zone.zone["broken.example", "A"] = BROKEN
    assert permits(D, address, SENDER, look(zone)) is result


def test_more_than_ten_questions_are_an_error_however_they_nest(zone: LocalDns) -> None:
    zone.put(D, "v=spf1 include:a.example include:b.example ip4:192.0.2.1 -all")
    terms = " ".join(f"a:h{n}.example" for n in range(4))
    for name in ("a.example", "b.example"):
        zone.put(name, f"v=spf1 {terms} ?all")
    for n in range(4):
        zone.zone[f"h{n}.example", "A"] = ["198.51.100.1"]
    dns = look(zone)
    assert read_spf(D, dns).lookups == 10
    assert permits(D, "192.0.2.1", SENDER, dns) is RESULTS.PASS
    zone.put("b.example", f"v=spf1 {terms} mx ?all")
    zone.zone["b.example", "MX"] = ["10 h1.example"]
    dns = look(zone)
    assert read_spf(D, dns).lookups == 11
    assert permits(D, "192.0.2.1", SENDER, dns) is RESULTS.PERMERROR


def test_a_reading_names_all_it_includes_and_what_is_gone(zone: LocalDns) -> None:
    zone.put(D, "v=spf1 include:a.example include:gone.example ~all")
    zone.put("a.example", "v=spf1 include:Deep.Example -all")
    zone.put("deep.example", "v=spf1 ip4:192.0.2.1 -all")
    reading = read_spf(D, look(zone))
    assert reading.state is SpfState.FINE
    assert set(reading.includes) == {"a.example", "deep.example", "gone.example"}
    assert (reading.gone, reading.ending, reading.lookups) == (["gone.example"], "~", 3)


def test_a_redirect_says_what_holds_of_the_rest(zone: LocalDns) -> None:
    zone.put(D, "v=spf1 redirect=a.example")
    zone.put("a.example", "v=spf1 mx -all")
    assert read_spf(D, look(zone)).ending == "-"


def test_records_that_include_one_another_end(zone: LocalDns) -> None:
    zone.put(D, "v=spf1 include:a.example -all")
    zone.put("a.example", f"v=spf1 include:{D} -all")
    assert read_spf(D, look(zone)).lookups == 3
    assert permits(D, "192.0.2.1", SENDER, look(zone)) is RESULTS.PERMERROR


@pytest.mark.parametrize(
    ("texts", "state"),
    [
        ([], SpfState.NONE),
        (["v=spf1 -all", "v=spf1 mx -all"], SpfState.SEVERAL),
        (["v=spf1 ip4:192.0.2.300 -all"], SpfState.WRONG),
        (["v=spf1 all:x"], SpfState.WRONG),
        (["v=spf1 include: -all"], SpfState.WRONG),
        (["v=spf1 ip4:2001:db8::1"], SpfState.WRONG),
        (["v=spf1 a/33"], SpfState.WRONG),
        (BROKEN, SpfState.AWAY),
    ],
)
def test_what_is_no_single_record_is_told(
    zone: LocalDns, texts: list[str] | str, state: SpfState
) -> None:
    zone.zone[D, "TXT"] = texts
    assert read_spf(D, look(zone)).state is state


def test_a_silent_dns_is_given_up_in_time(zone: LocalDns) -> None:
    zone.zone[D, "TXT"] = SILENT
    dns = look(zone, patience=0.3)
    assert read_spf(D, dns).state is SpfState.AWAY
    assert dns.mail_servers("other.example").found is Found.AWAY


def test_each_question_is_asked_once(zone: LocalDns) -> None:
    zone.put(D, "v=spf1 mx -all")
    dns = look(zone)
    assert [dns.texts(D).values, dns.texts(D.upper()).values] == [("v=spf1 mx -all",)] * 2
    assert zone.asked.count((D, "TXT")) == 1


def test_a_name_that_is_none_has_nothing(zone: LocalDns) -> None:
    assert look(zone).texts(f"{'x' * 64}.example").found is Found.NOTHING
    assert look(zone).texts("a..b").found is Found.NOTHING


def test_records_are_put_together_readably() -> None:
    assert with_terms("v=spf1 mx ~all", "include:a.example") == "v=spf1 mx include:a.example ~all"
    assert with_terms("v=spf1 mx", "mx") == "v=spf1 mx"
    assert ended("v=spf1 a:mail.firewall ?all", "~all") == "v=spf1 a:mail.firewall ~all"
    joined = merged(["v=spf1 mx -all", "v=spf1 mx include:a.example ~all"])
    assert joined == "v=spf1 mx include:a.example ~all"


def test_a_wrong_term_is_named() -> None:
    with pytest.raises(SpfWrong, match="includ:x"):
        parse("v=spf1 includ:x -all")


def test_every_service_is_found_by_its_server_and_its_adapter() -> None:
    for service in SERVICES:
        assert service_of_host(f"x.{service.hosts[0]}") is service
        assert not service.key or service_of_key(service.key) is service
    assert service_of_host("smtp.fournil.example") is None
    assert service_of_host("notsmtp.gmail.com.evil.example") is None
    assert service_of_key("") is None


def test_every_provider_mail_can_go_by_has_its_records() -> None:
    known = {service.key for service in SERVICES}
    assert set(provider.SERVICES) <= known, "tell channels/email/services.py what it asks for"


# --- DMARC --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("texts", "state", "policy"),
    [
        (["v=DMARC1; p=none; rua=mailto:d@x.example"], DmarcState.FINE, "none"),
        (["v=DMARC1;p=REJECT;aspf=s;adkim=s"], DmarcState.FINE, "reject"),
        (["v=spf1 -all", "v=DMARC1; p=quarantine"], DmarcState.FINE, "quarantine"),
        (["v=DMARC1; p=none", "v=DMARC1; p=reject"], DmarcState.SEVERAL, ""),
        (["v=DMARC1; p=nothing"], DmarcState.WRONG, "nothing"),
        (["v=DMARC1; rua=mailto:d@x.example"], DmarcState.WRONG, ""),
        ([], DmarcState.NONE, ""),
        (BROKEN, DmarcState.AWAY, ""),
    ],
)
def test_the_record_of_a_domain_is_read(
    zone: LocalDns, texts: list[str] | str, state: DmarcState, policy: str
) -> None:
    zone.zone[f"_dmarc.{D}", "TXT"] = texts
    reading = read_dmarc(D, look(zone))
    assert (reading.state, reading.policy) == (state, policy)


def test_a_domain_without_one_takes_that_of_the_domain_above(zone: LocalDns) -> None:
    zone.put(f"_dmarc.{D}", "v=DMARC1; p=reject; sp=quarantine; adkim=s")
    reading = read_dmarc(f"mail.{D}", look(zone))
    assert (reading.domain, reading.policy) == (D, "quarantine")
    assert (reading.strict_dkim, reading.strict_spf) == (True, False)


def test_the_way_up_ends_at_two_labels() -> None:
    assert places("a.b.fournil.example") == [
        "a.b.fournil.example", "b.fournil.example", "fournil.example",
    ]  # fmt: skip
    assert places("x." * 20 + "fournil.example")[1].count(".") == 4


@pytest.mark.parametrize(
    ("other", "strict", "stands"),
    [
        (D, True, True),
        (f"bounce.{D}", False, True),
        (f"bounce.{D}", True, False),
        ("service.example", False, False),
        (f"not{D}", False, False),
    ],
)
def test_a_domain_stands_for_the_sender_when_it_is_aligned(
    other: str, strict: bool, stands: bool
) -> None:
    assert aligned(D, other, strict=strict, above=D) is stands
