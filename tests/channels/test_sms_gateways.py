"""SMS by Twilio and OVHcloud: against a server of its own process that answers as documented."""

import json
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

import pytest

from amiable.channels.message import ChannelClosed, Fault, Outcome
from amiable.channels.sms import (
    Call,
    Door,
    SmsReport,
    SmsText,
    open_sms,
    ovhcloud,
    read_call,
    twilio,
)
from amiable.channels.sms.report import CallRefused, SmsState
from amiable.channels.sms.sender import is_sender_id
from amiable.channels.text_conformance import (
    CHECKS_OF_TEXT,
    ArrivedText,
    TextChannelUnderTest,
    TextCheck,
    sample_text,
)
from amiable.engine.sms import weigh
from tests.channels import http_gateway as far

TWILIO = Door(
    settings={"account_sid": far.ACCOUNT, "sender": "Fournil"},
    secrets={"auth_token": far.TOKEN},
    reports_to="https://desk.example/gateways/key/sms/",
    private=True,
    timeout=2,
)
OVHCLOUD = Door(
    settings={"endpoint": "ovh-eu", "service": "sms-ab12345-1", "application_key": far.APPLICATION},
    secrets={"application_secret": far.SECRET, "consumer_key": far.CONSUMER},
    private=True,
    timeout=2,
)


@contextmanager
def running(kind: str) -> Iterator[str]:
    command = [sys.executable, "-m", "tests.channels.http_gateway", kind]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as child:
        assert child.stdout is not None
        yield f"http://127.0.0.1:{child.stdout.readline().strip()}"
        child.terminate()


def taken(base: str) -> list[dict[str, object]]:
    with urllib.request.urlopen(f"{base}/taken", timeout=5) as answer:
        found: list[dict[str, object]] = json.load(answer)
    return found


@pytest.fixture(scope="module")
def twilio_at() -> Iterator[str]:
    with running("twilio") as base:
        yield base


@pytest.fixture(scope="module")
def ovhcloud_at() -> Iterator[str]:
    with running("ovhcloud") as base:
        yield base


@pytest.fixture(params=["twilio", "ovhcloud"])
def gateway(request: pytest.FixtureRequest) -> tuple[str, Door, str]:
    """Its kind, how it is reached, where its server is."""
    base: str = request.getfixturevalue(f"{request.param}_at")
    door = TWILIO if request.param == "twilio" else OVHCLOUD
    path = "" if request.param == "twilio" else "/1.0"
    return request.param, replace(door, base=base + path), base


@pytest.mark.parametrize("check", CHECKS_OF_TEXT, ids=lambda check: check.__name__)
def test_the_gateway_passes(check: TextCheck, gateway: tuple[str, Door, str]) -> None:
    kind, door, base = gateway

    def arrived() -> list[ArrivedText]:
        texts = [(str(one["to"]), str(one["text"])) for one in taken(base)]
        return [ArrivedText(to=to, text=text, parts=weigh(text).parts) for to, text in texts]

    check(TextChannelUnderTest(open=lambda: open_sms(kind, door), arrived=arrived))


NONE: Fault | None = None


@pytest.mark.parametrize(
    ("number", "twilio_says", "ovhcloud_says"),
    [
        (far.GOOD, (Outcome.ACCEPTED, NONE), (Outcome.ACCEPTED, NONE)),
        ("+33600000001", (Outcome.REFUSED, Fault.NOBODY), (Outcome.REFUSED, Fault.NOBODY)),
        ("+33600000002", (Outcome.REFUSED, Fault.UNFIT), (Outcome.ACCEPTED, NONE)),
        ("+33600000003", (Outcome.REFUSED, Fault.STOPPED), (Outcome.ACCEPTED, NONE)),
        ("+33600000004", (Outcome.FAILED, NONE), (Outcome.FAILED, NONE)),
        ("+33600000005", (Outcome.AMBIGUOUS, NONE), (Outcome.AMBIGUOUS, NONE)),
        ("+33600000006", (Outcome.REFUSED, NONE), (Outcome.REFUSED, NONE)),
        (far.SILENT, (Outcome.AMBIGUOUS, NONE), (Outcome.AMBIGUOUS, NONE)),
        (far.CUT, (Outcome.AMBIGUOUS, NONE), (Outcome.AMBIGUOUS, NONE)),
        (far.GARBLED, (Outcome.AMBIGUOUS, NONE), (Outcome.AMBIGUOUS, NONE)),
    ],
)
def test_each_answer_is_told_apart(
    gateway: tuple[str, Door, str],
    number: str,
    twilio_says: tuple[Outcome, Fault | None],
    ovhcloud_says: tuple[Outcome, Fault | None],
) -> None:
    kind, door, _ = gateway
    channel = open_sms(kind, door)
    delivery = channel.send(sample_text(f"to-{number}", "Bonjour", to=(number,)))
    channel.close()
    wanted = twilio_says if kind == "twilio" else ovhcloud_says
    assert (delivery.outcome, delivery.fault) == wanted, delivery
    assert delivery.detail
    assert bool(delivery.reference) == (delivery.outcome is Outcome.ACCEPTED)


def test_wrong_keys_send_nothing_and_may_be_mended(gateway: tuple[str, Door, str]) -> None:
    kind, door, base = gateway
    before = len(taken(base))
    for name in door.secrets:
        wrong = replace(door, secrets={**door.secrets, name: "guess"})
        delivery = open_sms(kind, wrong).send(sample_text("wrong", "Bonjour"))
        assert delivery.outcome is Outcome.FAILED, delivery
        assert "guess" not in delivery.detail
    assert len(taken(base)) == before


def test_a_gateway_that_is_away_failed_for_now(gateway: tuple[str, Door, str]) -> None:
    kind, door, _ = gateway
    delivery = open_sms(kind, replace(door, base="http://127.0.0.1:9")).send(
        sample_text("away", "Bonjour")
    )
    assert delivery.outcome is Outcome.FAILED


@pytest.mark.parametrize(("kind", "door"), [("twilio", TWILIO), ("ovhcloud", OVHCLOUD)])
def test_without_its_keys_a_channel_is_closed(kind: str, door: Door) -> None:
    with pytest.raises(ChannelClosed):
        open_sms(kind, replace(door, secrets={}))
    with pytest.raises(ChannelClosed):
        open_sms(kind, replace(door, settings={}))


def test_a_gateway_nobody_knows_is_closed() -> None:
    with pytest.raises(ChannelClosed, match="no SMS gateway"):
        open_sms("carrier pigeon", TWILIO)


# --- Twilio -------------------------------------------------------------------------------------


def test_twilio_is_asked_to_report_on_each_message(twilio_at: str) -> None:
    door = replace(TWILIO, base=twilio_at)
    message = sample_text("report", "Bonjour", message_id="<m+1@fournil.example>")
    delivery = open_sms("twilio", door).send(message)
    sent = taken(twilio_at)[-1]
    assert sent["StatusCallback"] == (
        "https://desk.example/gateways/key/sms/?mark=m%2B1%40fournil.example"
    )
    assert sent["From"] == "Fournil"
    assert delivery.reference.startswith("SM")


def test_a_messaging_service_sends_in_its_own_name(twilio_at: str) -> None:
    service = "MG" + "b" * 32
    settings = {**TWILIO.settings, "sender": service}
    open_sms("twilio", replace(TWILIO, base=twilio_at, settings=settings)).send(
        sample_text("service", "Bonjour")
    )
    sent = taken(twilio_at)[-1]
    assert sent["MessagingServiceSid"] == service
    assert "From" not in sent


DOCUMENTED = "https://mycompany.com/myapp.php?foo=1&bar=2"


@pytest.mark.parametrize(
    ("caller", "signature"),
    [
        ("+14158675309", "RSOYDt4T1cUTdK1PDd93/VVr8B8="),
        ("+12349013030", "0/KCTR6DLpKmkAf8muzZqo1nDgQ="),
    ],
)
def test_a_call_is_signed_as_in_twilio_s_documentation(caller: str, signature: str) -> None:
    form = {"CallSid": "CA1234567890ABCDE", "Caller": caller, "Digits": "1234", "From": caller,
            "To": "+18005551212"}  # fmt: skip
    assert twilio.sign("12345", DOCUMENTED, form) == signature


def twilio_calls(form: dict[str, str], query: str = "", token: str = far.TOKEN) -> Call:
    url = f"https://desk.example/gateways/key/sms/{query}"
    params = {**form, **({"mark": "m@x"} if "mark=" in query else {})}
    return Call(url=url, params=params, form=form, signature=twilio.sign(token, url, form))


@pytest.mark.parametrize(
    ("form", "state", "fault"),
    [
        ({"MessageStatus": "queued"}, SmsState.UNDERWAY, None),
        ({"MessageStatus": "sent"}, SmsState.UNDERWAY, None),
        ({"MessageStatus": "delivered"}, SmsState.DELIVERED, None),
        ({"MessageStatus": "undelivered", "ErrorCode": "30003"}, SmsState.LOST, None),
        ({"MessageStatus": "undelivered", "ErrorCode": "30005"}, SmsState.LOST, Fault.NOBODY),
        ({"MessageStatus": "undelivered", "ErrorCode": "30006"}, SmsState.LOST, Fault.UNFIT),
        ({"MessageStatus": "failed", "ErrorCode": "21610"}, SmsState.LOST, Fault.STOPPED),
    ],
)
def test_what_twilio_reports_is_understood(
    form: dict[str, str], state: SmsState, fault: Fault | None
) -> None:
    call = twilio_calls({"MessageSid": "SM1", **form}, "?mark=m%40x")
    report = read_call("twilio", TWILIO, call)
    assert isinstance(report, SmsReport)
    assert (report.state, report.fault, report.mark, report.reference) == (
        state, fault, "m@x", "SM1",
    )  # fmt: skip


def test_a_message_that_comes_in_by_twilio_is_read() -> None:
    form = {"MessageSid": "SM2", "SmsStatus": "received", "From": far.GOOD, "Body": "Réglé"}
    assert read_call("twilio", TWILIO, twilio_calls(form)) == SmsText(
        key="SM2", sender=far.GOOD, text="Réglé"
    )


def test_what_is_not_signed_by_twilio_is_refused() -> None:
    form = {"MessageSid": "SM1", "MessageStatus": "delivered"}
    with pytest.raises(CallRefused):
        read_call("twilio", TWILIO, twilio_calls(form, token="guess"))
    signed = twilio_calls(form)
    with pytest.raises(CallRefused):
        read_call("twilio", TWILIO, replace(signed, form={**form, "MessageStatus": "failed"}))


# --- OVHcloud -----------------------------------------------------------------------------------


def test_a_request_is_signed_as_in_ovhcloud_s_documentation() -> None:
    signature = ovhcloud.sign(
        "EXEgWIz07P0HYwtQDs7cNIqCiQaWSuHF",
        "MtSwSrPpNjqfVSmJhLbPyr2i45lSwPU1",
        "GET",
        "https://eu.api.ovh.com/1.0/domains/",
        "",
        1366560945,
    )
    assert signature == "$1$d3705e8afb27a0d2970a322b96550abfc67bb798"


def test_a_reminder_by_ovhcloud_bears_no_mention_of_advertising(ovhcloud_at: str) -> None:
    door = replace(OVHCLOUD, base=f"{ovhcloud_at}/1.0")
    open_sms("ovhcloud", door).send(sample_text("law", "Bonjour"))
    sent = taken(ovhcloud_at)[-1]
    assert sent["noStopClause"] is True
    assert sent["senderForResponse"] is True
    named = replace(door, settings={**door.settings, "sender": "Fournil"})
    open_sms("ovhcloud", named).send(sample_text("law", "Bonjour"))
    sent = taken(ovhcloud_at)[-1]
    assert sent["sender"] == "Fournil"
    assert "senderForResponse" not in sent


@pytest.mark.parametrize(
    ("ptt", "state", "fault"),
    [
        ("1", SmsState.UNDERWAY, None),
        ("3", SmsState.UNDERWAY, None),
        ("4", SmsState.DELIVERED, None),
        ("5", SmsState.LOST, None),
        ("23", SmsState.LOST, Fault.NOBODY),
        ("24", SmsState.LOST, None),
        ("27", SmsState.LOST, Fault.UNFIT),
    ],
)
def test_what_ovhcloud_reports_is_understood(
    ptt: str, state: SmsState, fault: Fault | None
) -> None:
    params = {"id": "26929925", "ptt": ptt, "date": "x", "description": "1"}
    report = read_call("ovhcloud", OVHCLOUD, Call(url="https://desk/", params=params, form={}))
    assert isinstance(report, SmsReport)
    assert (report.state, report.fault, report.reference) == (state, fault, "26929925")


def test_an_answer_by_ovhcloud_is_read() -> None:
    params = {"id": "7", "keyword": "x", "message": "STOP", "senderid": "0033612345678",
              "shortcode": "36180", "tag": ""}  # fmt: skip
    call = Call(url="https://desk/", params=params, form=params)
    assert read_call("ovhcloud", OVHCLOUD, call) == SmsText(key="7", sender=far.GOOD, text="STOP")


# --- who sends ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "sender", ["Fournil", "FOURNIL 44", "A1b", "+33612345678", "12345678901a"[1:]]
)
def test_a_name_of_eleven_signs_or_a_number_may_send(sender: str) -> None:
    assert is_sender_id(sender)


@pytest.mark.parametrize("sender", ["", "AB", "Fournil du Port", "Café", "12345", "A-B-C", "+33 6"])
def test_what_telephones_would_not_show_may_not(sender: str) -> None:
    assert not is_sender_id(sender)
