"""SMS by a real Kannel: the conformance checks, its reports, its refusals, what is answered."""

import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qsl, urlsplit

import pytest

from amiable.channels.message import ChannelClosed, Fault, Outcome
from amiable.channels.sms import Call, Door, SmsReport, SmsText, kannel, open_sms, read_call
from amiable.channels.sms.report import SmsState
from amiable.channels.text_conformance import (
    CHECKS_OF_TEXT,
    TextChannelUnderTest,
    TextCheck,
    sample_text,
)
from tests.channels import real_kannel
from workshop.kannel import NOT_FOUND, find_kannel

needs_kannel = pytest.mark.skipif(find_kannel() is None, reason=NOT_FOUND)


class Desk:
    """Stands for our own address: keeps what Kannel calls."""

    def __init__(self) -> None:
        self.calls: list[Call] = []

        class Handler(BaseHTTPRequestHandler):
            def do_GET(handler) -> None:  # noqa: N805
                params = dict(parse_qsl(urlsplit(handler.path).query, keep_blank_values=True))
                self.calls.append(Call(url=f"http://desk{handler.path}", params=params, form={}))
                handler.send_response(200)
                handler.send_header("Content-Length", "0")
                handler.end_headers()

            def log_message(handler, *_: object) -> None:  # noqa: N805
                return

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.server.server_port}/gateways/key/sms/"

    def wait_for(self, holds: Callable[[Call], bool]) -> Call:
        for _ in range(200):
            for found in self.calls:
                if holds(found):
                    return found
            time.sleep(0.05)
        raise AssertionError(f"Kannel did not call: {self.calls}")


@pytest.fixture(scope="module")
def desk() -> Iterator[Desk]:
    made = Desk()
    yield made
    made.server.shutdown()
    made.server.server_close()


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory, desk: Desk) -> Iterator[real_kannel.Kannel]:
    folder: Path = tmp_path_factory.mktemp("kannel")
    with real_kannel.running_kannel(folder, f"{desk.address}?{kannel.ANSWERS}") as made:
        yield made


@pytest.fixture
def door(running: real_kannel.Kannel, desk: Desk) -> Door:
    return Door(
        settings={"address": running.address, "username": "amiable", "sender": "Fournil"},
        secrets={"password": "kannel-pass"},
        reports_to=desk.address,
        private=True,
    )


@needs_kannel
@pytest.mark.parametrize("check", CHECKS_OF_TEXT, ids=lambda check: check.__name__)
def test_kannel_passes(check: TextCheck, running: real_kannel.Kannel, door: Door) -> None:
    check(TextChannelUnderTest(open=lambda: open_sms("kannel", door), arrived=running.arrived))


@needs_kannel
def test_the_sms_centre_reports_that_a_message_arrived(door: Door, desk: Desk) -> None:
    message = sample_text("report", "Bonjour", message_id="<m-1@fournil.example>")
    delivery = open_sms("kannel", door).send(message)
    assert (delivery.outcome, delivery.reference) == (Outcome.ACCEPTED, message.message_id)
    call = desk.wait_for(lambda one: one.params.get("mark") == "m-1@fournil.example")
    report = read_call("kannel", door, call)
    assert report == SmsReport(state=SmsState.DELIVERED, mark="m-1@fournil.example")


@needs_kannel
@pytest.mark.parametrize(
    ("line", "sender", "text"),
    [
        ("+33611111111 12345 text STOP", "+33611111111", "STOP"),
        ("+33622222222 12345 text Réglé à 12 €", "+33622222222", "Réglé à 12 €"),
        ("+33633333333 12345 ucs2 %00r%00e%00%E7%00u", "+33633333333", "reçu"),
    ],
)
def test_what_a_telephone_answers_comes_in(
    running: real_kannel.Kannel, door: Door, desk: Desk, line: str, sender: str, text: str
) -> None:
    running.say(line)
    call = desk.wait_for(lambda one: one.params.get("from") == sender)
    found = read_call("kannel", door, call)
    assert isinstance(found, SmsText)
    assert (found.sender, found.text) == (sender, text)
    assert found.key


@needs_kannel
def test_a_wrong_password_sends_nothing_and_may_be_mended(door: Door) -> None:
    wrong = replace(door, secrets={"password": "guess"})
    delivery = open_sms("kannel", wrong).send(sample_text("wrong", "Bonjour"))
    assert delivery.outcome is Outcome.FAILED
    assert "403" in delivery.detail
    assert "guess" not in delivery.detail


@needs_kannel
def test_an_address_that_is_not_sendsms_is_refused(door: Door) -> None:
    address = door.settings["address"] + "/cgi-bin/sendota"
    away = replace(door, settings={**door.settings, "address": address})
    delivery = open_sms("kannel", away).send(sample_text("away", "Bonjour"))
    assert delivery.outcome in (Outcome.FAILED, Outcome.REFUSED)


def test_a_kannel_that_is_away_failed_for_now() -> None:
    (port,) = real_kannel.free_ports(1)
    door = Door(
        settings={"address": f"http://127.0.0.1:{port}", "username": "a", "sender": "b"},
        secrets={},
        private=True,
    )
    delivery = open_sms("kannel", door).send(sample_text("none", "Bonjour"))
    assert delivery.outcome is Outcome.FAILED


def test_an_address_of_the_own_network_is_not_called_unless_that_is_allowed() -> None:
    door = Door(settings={"address": "http://127.0.0.1:13013"}, secrets={})
    delivery = open_sms("kannel", door).send(sample_text("private", "Bonjour"))
    assert (delivery.outcome, delivery.detail) == (
        Outcome.FAILED,
        "127.0.0.1:13013: not_https 127.0.0.1",
    )


@pytest.mark.parametrize("address", ["", "kannel.example", "ftp://kannel.example", "https:///x"])
def test_without_an_address_the_channel_is_closed(address: str) -> None:
    with pytest.raises(ChannelClosed, match="address"):
        open_sms("kannel", Door(settings={"address": address}, secrets={}))


@pytest.mark.parametrize(
    ("params", "state", "fault"),
    [
        ({"state": "1"}, SmsState.DELIVERED, None),
        ({"state": "2", "said": "id:1 stat:UNDELIV err:069"}, SmsState.LOST, None),
        ({"state": "2", "said": "stat:UNDELIV err:001 text:unknown"}, SmsState.LOST, Fault.NOBODY),
        ({"state": "16", "said": "Unknown subscriber"}, SmsState.LOST, Fault.NOBODY),
        ({"state": "4"}, SmsState.UNDERWAY, None),
        ({"state": "8"}, SmsState.UNDERWAY, None),
    ],
)
def test_what_kannel_reports_is_understood(
    params: dict[str, str], state: SmsState, fault: Fault | None
) -> None:
    call = Call(url="https://desk/", params={"mark": "m@x", **params}, form={})
    report = read_call("kannel", Door(settings={}, secrets={}), call)
    assert isinstance(report, SmsReport)
    assert (report.state, report.fault, report.mark) == (state, fault, "m@x")


def test_a_call_that_says_nothing_is_nothing() -> None:
    call = Call(url="https://desk/", params={}, form={})
    assert read_call("kannel", Door(settings={}, secrets={}), call) is None
