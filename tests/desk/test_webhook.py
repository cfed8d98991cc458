"""Webhooks against a real server: signed, tried again, given up, never to the wrong place."""

import base64
import hashlib
import hmac
import json
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Event as Signal
from threading import Thread
from typing import Any

import pytest
from django.db import connection

from amiable.channels.http import is_public
from amiable.channels.webhook import UrlRefused, check_url, post
from amiable.desk.access import Actor, OtherCompany
from amiable.desk.event import EVENTS, SUBSCRIBABLE, Event
from amiable.desk.plan import draw_plan
from amiable.desk.promise import record_promise
from amiable.desk.undo_import import undo_import
from amiable.desk.webhook import (
    GIVE_UPS,
    OLD_SIGNS,
    WAITS,
    announce,
    create_webhook,
    deliver_again,
    deliver_due,
    end_old_secret,
    forget_old,
    rotate_secret,
    send_test,
    set_active,
    webhook_for,
)
from amiable.store.models import AuditEntry, Company, Customer, Webhook, WebhookDelivery
from amiable.store.models.membership import Role
from tests.desk.books import DAY, TODAY, at, bring_in, company_with_debtors, eur, facts, payment

NOW = datetime(2026, 3, 10, 9, tzinfo=UTC)


class Receiver:
    """A server on this machine that keeps what it gets; ``answer`` decides the status."""

    def __init__(self) -> None:
        self.got: list[tuple[dict[str, str], bytes]] = []
        self.answer: Callable[[int], int] = lambda _: 200
        self.headers: dict[str, str] = {}
        self.hold = Signal()
        self.hold.set()
        receiver = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                receiver.got.append((dict(self.headers), body))
                receiver.hold.wait(20)
                self.send_response(receiver.answer(len(receiver.got)))
                for name, value in receiver.headers.items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(b"noted")

            def log_message(self, *_: Any) -> None:
                """Say nothing."""

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self.server.server_port}/hook?x=1"
        Thread(target=self.server.serve_forever, args=(0.05,), daemon=True).start()


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    made = Receiver()
    yield made
    made.hold.set()
    made.server.shutdown()
    made.server.server_close()


@pytest.fixture
def company(db: None, settings: Any) -> Company:
    settings.WEBHOOK_PRIVATE = True
    made = company_with_debtors(("A",))
    draw_plan(made, TODAY)
    return made


def boss(company: Company) -> Actor:
    return Actor(company=company, role=Role.ADMINISTRATOR, name="Léa")


def hook(company: Company, url: str, *events: Event) -> tuple[Webhook, str]:
    return create_webhook(boss(company), url=url, events=events or SUBSCRIBABLE, at=NOW)


def told(receiver: Receiver) -> list[dict[str, Any]]:
    return [json.loads(body) for _, body in receiver.got]


def signature(secret: str, headers: dict[str, str], body: bytes) -> str:
    """As the receiver works it out, from the specification and not from our code."""
    key = base64.b64decode(secret.removeprefix("whsec_"))
    signed = f"{headers['Webhook-Id']}.{headers['Webhook-Timestamp']}.".encode() + body
    made = hmac.new(key, signed, hashlib.sha256).digest()
    return "v1," + base64.b64encode(made).decode()


def test_a_delivery_is_signed_and_arrives_once(company: Company, receiver: Receiver) -> None:
    _, secret = hook(company, receiver.url)
    announce(company, Event.IMPORT_UNDONE, {"import": {"id": 7, "files": ["é"]}}, NOW)
    assert deliver_due(NOW) == 1
    assert deliver_due(NOW + DAY) == 0
    ((headers, body),) = receiver.got
    assert headers["Content-Type"] == "application/json"
    assert headers["Webhook-Signature"] == signature(secret, headers, body)
    assert headers["Webhook-Timestamp"] == str(int(NOW.timestamp()))
    assert json.loads(body) == {
        "type": "import.undone",
        "timestamp": "2026-03-10T09:00:00+00:00",
        "data": {"import": {"id": 7, "files": ["é"]}},
    }
    row = WebhookDelivery.objects.of(company.pk).get()
    assert (row.state, row.status, row.attempts, row.detail) == ("delivered", 200, 1, "noted")


def test_nothing_is_written_down_when_nobody_listens(
    company: Company, receiver: Receiver, django_assert_num_queries: Any
) -> None:
    hook(company, receiver.url, Event.PROMISE_MADE)
    with django_assert_num_queries(1):
        announce(company, Event.IMPORT_UNDONE, {}, NOW)
    assert not WebhookDelivery.objects.of(company.pk).exists()


def test_a_failure_is_tried_again_after_growing_waits_then_given_up(
    company: Company, receiver: Receiver
) -> None:
    receiver.answer = lambda _: 503
    hook(company, receiver.url)
    announce(company, Event.IMPORT_UNDONE, {}, NOW)
    when = NOW
    for wait in WAITS:
        assert deliver_due(when) == 1
        assert deliver_due(when + wait - timedelta(seconds=1)) == 0
        when += wait + timedelta(seconds=1)
    assert deliver_due(when) == 1
    row = WebhookDelivery.objects.of(company.pk).get()
    assert (row.state, row.attempts, row.status) == ("given_up", len(WAITS) + 1, 503)
    assert deliver_due(when + 30 * DAY) == 0
    assert len({headers["Webhook-Id"] for headers, _ in receiver.got}) == 1
    assert len({body for _, body in receiver.got}) == 1


def test_a_failure_that_passes_leaves_no_trace_but_the_attempts(
    company: Company, receiver: Receiver
) -> None:
    receiver.answer = lambda count: 500 if count == 1 else 204
    hook(company, receiver.url)
    announce(company, Event.IMPORT_UNDONE, {}, NOW)
    deliver_due(NOW)
    deliver_due(NOW + timedelta(minutes=2))
    row = WebhookDelivery.objects.of(company.pk).get()
    assert (row.state, row.attempts, row.status) == ("delivered", 2, 204)


def test_a_redirect_is_not_followed(company: Company, receiver: Receiver) -> None:
    receiver.answer = lambda _: 302
    receiver.headers = {"Location": receiver.url}
    hook(company, receiver.url)
    announce(company, Event.IMPORT_UNDONE, {}, NOW)
    deliver_due(NOW)
    assert len(receiver.got) == 1
    assert WebhookDelivery.objects.of(company.pk).get().state == "waiting"


def test_a_receiver_that_never_answers_is_hung_up_on(receiver: Receiver) -> None:
    receiver.hold.clear()
    answer = post(receiver.url, b"{}", {}, private=True, timeout=1)
    assert answer.status is None
    assert not answer.accepted


def test_a_webhook_that_fails_is_left_in_peace_for_the_round(
    company: Company, receiver: Receiver
) -> None:
    receiver.answer = lambda _: 500
    hook(company, receiver.url)
    for number in range(3):
        announce(company, Event.IMPORT_UNDONE, {"n": number}, NOW)
    assert deliver_due(NOW) == 1
    assert len(receiver.got) == 1


def test_after_several_give_ups_the_webhook_is_paused_with_a_notice(
    company: Company, receiver: Receiver
) -> None:
    receiver.answer = lambda _: 500
    row, _ = hook(company, receiver.url)
    for _ in range(GIVE_UPS):
        announce(company, Event.IMPORT_UNDONE, {}, NOW)
    rows = WebhookDelivery.objects.of(company.pk)
    rows.update(attempts=len(WAITS))
    for _ in range(GIVE_UPS):
        deliver_due(NOW)
    row.refresh_from_db()
    assert not row.active
    entry = AuditEntry.objects.of(company.pk).get(code="webhook_gave_up")
    assert entry.door == "worker"
    announce(company, Event.IMPORT_UNDONE, {}, NOW)
    assert rows.count() == GIVE_UPS


def test_a_receiver_that_is_gone_pauses_the_webhook_at_once(
    company: Company, receiver: Receiver
) -> None:
    receiver.answer = lambda _: 410
    row, _ = hook(company, receiver.url)
    announce(company, Event.IMPORT_UNDONE, {}, NOW)
    deliver_due(NOW)
    row.refresh_from_db()
    assert not row.active
    assert WebhookDelivery.objects.of(company.pk).get().state == "given_up"


def test_what_waits_while_paused_is_delivered_when_it_goes_on(
    company: Company, receiver: Receiver
) -> None:
    row, _ = hook(company, receiver.url)
    announce(company, Event.IMPORT_UNDONE, {}, NOW)
    set_active(boss(company), row, active=False, at=NOW)
    assert deliver_due(NOW) == 0
    set_active(boss(company), row, active=True, at=NOW)
    assert deliver_due(NOW) == 1


def test_a_delivery_is_made_again_under_the_same_key(company: Company, receiver: Receiver) -> None:
    hook(company, receiver.url)
    announce(company, Event.IMPORT_UNDONE, {}, NOW)
    deliver_due(NOW)
    row = WebhookDelivery.objects.of(company.pk).get()
    deliver_again(boss(company), row.pk, at=NOW)
    assert deliver_due(NOW) == 1
    assert len({headers["Webhook-Id"] for headers, _ in receiver.got}) == 1
    stranger = company_with_debtors(("C",), key="autre")
    with pytest.raises(OtherCompany):
        deliver_again(boss(stranger), row.pk, at=NOW)
    with pytest.raises(OtherCompany):
        webhook_for(boss(stranger), row.webhook_id)


def test_a_test_tells_what_came_back(company: Company, receiver: Receiver) -> None:
    row, secret = hook(company, receiver.url, Event.PROMISE_MADE)
    assert send_test(boss(company), row, at=NOW).state == "delivered"
    receiver.answer = lambda _: 500
    assert send_test(boss(company), row, at=NOW).state == "given_up"
    for headers, body in receiver.got:
        assert headers["Webhook-Signature"] == signature(secret, headers, body)


def signed_by(receiver: Receiver, *secrets: str) -> bool:
    """Whether the last delivery is signed by these secrets, in this order, and by no other."""
    headers, body = receiver.got[-1]
    expected = " ".join(signature(secret, headers, body) for secret in secrets)
    return headers["Webhook-Signature"] == expected


def test_after_a_new_secret_two_sign_for_a_day(company: Company, receiver: Receiver) -> None:
    row, old = hook(company, receiver.url)
    fresh = rotate_secret(boss(company), row, at=NOW)
    assert fresh not in Webhook.objects.of(company.pk).get().sealed_secret
    for when, secrets in (
        (NOW, (fresh, old)),
        (NOW + OLD_SIGNS - timedelta(seconds=1), (fresh, old)),
        (NOW + OLD_SIGNS, (fresh,)),
    ):
        announce(company, Event.IMPORT_UNDONE, {}, when)
        assert deliver_due(when) == 1
        assert signed_by(receiver, *secrets), when


def test_the_old_secret_may_be_ended_at_once(company: Company, receiver: Receiver) -> None:
    row, _ = hook(company, receiver.url)
    assert not end_old_secret(boss(company), row, at=NOW), "there is none"
    fresh = rotate_secret(boss(company), row, at=NOW)
    with pytest.raises(OtherCompany):
        end_old_secret(boss(company_with_debtors(("C",), key="autre")), row, at=NOW)
    assert end_old_secret(boss(company), row, at=NOW)
    assert not end_old_secret(boss(company), row, at=NOW), "a second click ends nothing"
    send_test(boss(company), row, at=NOW)
    assert signed_by(receiver, fresh)
    assert AuditEntry.objects.of(company.pk).filter(code="webhook_old_secret_ended").count() == 1


def test_of_two_new_secrets_the_last_two_sign(company: Company, receiver: Receiver) -> None:
    row, first = hook(company, receiver.url)
    second = rotate_secret(boss(company), row, at=NOW)
    third = rotate_secret(boss(company), row, at=NOW + timedelta(hours=1))
    assert first not in (second, third)
    send_test(boss(company), row, at=NOW + timedelta(hours=2))
    assert signed_by(receiver, third, second)


def test_a_secret_that_signs_no_more_is_forgotten(company: Company, receiver: Receiver) -> None:
    row, _ = hook(company, receiver.url)
    rotate_secret(boss(company), row, at=NOW)
    assert forget_old(NOW + OLD_SIGNS - timedelta(seconds=1)) == 0
    assert forget_old(NOW + OLD_SIGNS) == 1
    row.refresh_from_db()
    assert (row.sealed_old_secret, row.old_until) == ("", None)


def test_old_deliveries_are_forgotten(company: Company, receiver: Receiver) -> None:
    hook(company, receiver.url)
    announce(company, Event.IMPORT_UNDONE, {}, NOW)
    assert forget_old(NOW + 60 * DAY) == 0  # it still waits
    deliver_due(NOW)
    assert forget_old(NOW + 29 * DAY) == 0
    assert forget_old(NOW + 31 * DAY) == 1


# --- where nobody may be called -----------------------------------------------------------------


@pytest.mark.parametrize(
    ("url", "code"),
    [
        ("http://example.com/", "not_https"),
        ("ftp://example.com/", "malformed"),
        ("https:///x", "malformed"),
        ("https://user:word@example.com/", "malformed"),
        ("https://example.com:99999/", "malformed"),
        ("https://127.0.0.1/", "private_address"),
        ("https://[::1]/", "private_address"),
        ("https://10.1.2.3/", "private_address"),
        ("https://169.254.169.254/latest/meta-data", "private_address"),
        ("https://[::ffff:127.0.0.1]/", "private_address"),
        ("https://localhost/", "private_address"),
        ("https://no-such-host.invalid/", "unknown_host"),
        ("https://example.com/a b", "malformed"),
    ],
)
def test_an_address_that_must_not_be_called_is_refused(url: str, code: str) -> None:
    with pytest.raises(UrlRefused) as refused:
        check_url(url, private=False)
    assert refused.value.code == code


@pytest.mark.parametrize("address", ["8.8.8.8", "2001:4860:4860::8888"])
def test_a_public_address_may_be_called(address: str) -> None:
    assert is_public(address)


@pytest.mark.parametrize(
    "address",
    ["0.0.0.0", "100.64.0.1", "224.0.0.1", "fe80::1%eth0", "64:ff9b::a00:1", "2002:7f00::"],
)  # fmt: skip
def test_an_address_of_a_house_may_not(address: str) -> None:
    assert not is_public(address)


def test_an_address_that_became_private_is_not_called(company: Company, receiver: Receiver,
                                                      settings: Any) -> None:  # fmt: skip
    hook(company, receiver.url)
    settings.WEBHOOK_PRIVATE = False
    announce(company, Event.IMPORT_UNDONE, {}, NOW)
    deliver_due(NOW)
    assert receiver.got == []
    assert "not_https" in WebhookDelivery.objects.of(company.pk).get().detail


# --- what is told -------------------------------------------------------------------------------


def test_every_event_is_documented() -> None:
    assert set(EVENTS) == set(Event)
    assert all(kind.meaning and kind.data for kind in EVENTS.values())


def test_an_import_tells_of_itself_and_of_the_money_it_brought(
    company: Company, receiver: Receiver
) -> None:
    hook(company, receiver.url)
    old = payment("A", "old", TODAY - 60 * DAY, 5)
    report = bring_in(company, facts("A", credits=[payment("A", "new", TODAY, 700), old]))
    undo_import(company, report.run, at=NOW)
    deliver_due(NOW)
    types = [one["type"] for one in told(receiver)]
    assert sorted(types) == ["import.finished", "import.undone", "payment.received"]
    (money,) = [one["data"] for one in told(receiver) if one["type"] == "payment.received"]
    assert money["payment"]["amount"] == {"minor": 700, "currency": "EUR"}
    assert money["customer"]["key"] == "A"


def test_a_broken_promise_is_told_once(company: Company, receiver: Receiver) -> None:
    hook(company, receiver.url, Event.PROMISE_MADE, Event.PROMISE_BROKEN)
    debtor = Customer.objects.of(company.pk).get()
    record_promise(company, debtor, made_on=TODAY, due_on=TODAY + DAY, amount=eur(100_000), at=NOW)
    for days in range(1, 9):
        draw_plan(company, TODAY + days * DAY)
        draw_plan(company, TODAY + days * DAY)
        deliver_due(at(TODAY + days * DAY))
    assert [one["type"] for one in told(receiver)] == ["promise.made", "promise.broken"]
    assert told(receiver)[1]["data"]["promise"]["due_on"] == "2026-03-11"


def test_a_kept_promise_is_not_told_as_broken(company: Company, receiver: Receiver) -> None:
    hook(company, receiver.url, Event.PROMISE_BROKEN)
    debtor = Customer.objects.of(company.pk).get()
    record_promise(company, debtor, made_on=TODAY, due_on=TODAY + DAY, amount=eur(100_000), at=NOW)
    bring_in(company, facts("A", credits=[payment("A", "came", TODAY + DAY)]), on=TODAY + DAY)
    draw_plan(company, TODAY + 8 * DAY)
    deliver_due(at(TODAY + 8 * DAY))
    assert receiver.got == []


def test_two_workers_deliver_once(
    several_connections: None, settings: Any, receiver: Receiver
) -> None:
    settings.WEBHOOK_PRIVATE = True
    made = company_with_debtors(("A",))
    hook(made, receiver.url)
    for number in range(6):
        announce(made, Event.IMPORT_UNDONE, {"n": number}, NOW)
    tried: list[int] = []

    def work() -> None:
        tried.append(deliver_due(NOW))
        connection.close()

    threads = [Thread(target=work) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(tried) == 6
    assert sorted(one["data"]["n"] for one in told(receiver)) == list(range(6))
