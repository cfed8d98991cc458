"""Letters that a service posts: they leave like mails, and what the service reports is kept."""

import json
from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.test import Client

from amiable.channels.http import call
from amiable.channels.letter import mysendingbox
from amiable.desk.channel import ByHand, channel_for
from amiable.desk.dispatch import send_due
from amiable.desk.gateway import GatewayForm, save_gateway
from amiable.desk.letter_batch import Layout, make_batch, post_batch
from amiable.desk.postal import carried_by, take_postal_report, try_postal
from amiable.desk.posted_letter import NotPosted, record_receipt, record_return, set_tracking
from amiable.engine.parties import Channel
from amiable.store.models import Contact, OutboxRow
from tests.channels.postal_service import postal_service
from tests.desk.books import DAY, TODAY, customer, entry_of
from tests.desk.day_work import actor_of
from tests.desk.paper_books import NOW, STREET, approved, paper_company

pytestmark = pytest.mark.django_db
LATER = NOW + timedelta(minutes=2)


@pytest.fixture(scope="module")
def service() -> Iterator[str]:
    with postal_service() as url:
        yield url


@pytest.fixture
def company(settings, monkeypatch, service, tmp_path):
    settings.PLAYED_DAY, settings.WEBHOOK_PRIVATE, settings.VAR = TODAY, True, tmp_path
    monkeypatch.setattr(mysendingbox, "BASE", service)
    return paper_company(("A", "B", "R"))


@pytest.fixture
def actor(company):
    return actor_of(company)


def carried(actor, key="test_ok", kind="mysendingbox"):
    said = GatewayForm(kind=kind, settings={"speed": "verte"}, secrets={"api_key": key})
    return save_gateway(actor, Channel.LETTER, said, at=NOW)


def becomes(url, reference, event):
    body = json.dumps({"events": [{"name": event, "created_at": "2026-03-12T10:00:00.000Z"}]})
    assert call("POST", f"{url}/tests/events/{reference}", body.encode(), {}, private=True).accepted


def row_of(company, key):
    return OutboxRow.objects.of(company.pk).get(customer__key=key)


def test_without_a_service_letters_wait_for_a_person(company, actor):
    approved(company, "A", actor=actor)
    with pytest.raises(ByHand):
        channel_for(company, Channel.LETTER)
    assert send_due(LATER) == 0
    assert row_of(company, "A").state == "approved"
    assert carried_by(company) == ""


def test_with_a_service_approved_letters_leave_by_themselves(company, actor):
    carried(actor)
    approved(company, "A", "R", actor=actor)
    assert send_due(LATER) == 2
    row = row_of(company, "A")
    assert (row.state, row.reference[:6], row.sent_on) == ("sent", "letter", TODAY)


def test_a_wrong_key_leaves_the_letters_where_they_are(company, actor):
    carried(actor, key="test_401")
    approved(company, "A", actor=actor)
    assert send_due(LATER) == 0
    row = row_of(company, "A")
    assert (row.state, "401" in row.detail) == ("failed", True)


def test_a_print_folder_gets_the_letters(company, actor, tmp_path):
    carried(actor, kind="folder")
    approved(company, "A", actor=actor)
    assert send_due(LATER) == 1
    (file,) = (tmp_path / "letters" / company.key).iterdir()
    assert file.read_bytes().startswith(b"%PDF")


def test_a_test_says_whether_the_key_is_known(company, actor):
    assert try_postal(actor, at=NOW) is None
    row = carried(actor)
    assert try_postal(actor, at=NOW).passed
    carried(actor, key="test_401")
    found = try_postal(actor, at=NOW)
    row.refresh_from_db()
    assert (found.result, row.result, found.passed) == ("key", "key", False)


def test_a_letter_that_comes_back_marks_the_address_and_the_plan_goes_another_way(
    company, actor, service
):
    gateway = carried(actor)
    approved(company, "A", actor=actor)
    send_due(LATER)
    row = row_of(company, "A")
    becomes(service, row.reference, "letter.returned_to_sender")
    assert take_postal_report(gateway, row.reference, at=LATER)
    contact = Contact.objects.of(company.pk).get(customer__key="A")
    assert contact.returned_on is not None
    assert row_of(company, "A").state == "sent"
    assert not take_postal_report(gateway, "letter999", at=LATER)


def test_a_call_of_the_service_needs_its_key_and_is_believed_only_after_asking(
    company, actor, service
):
    gateway = carried(actor)
    approved(company, "A", actor=actor)
    send_due(LATER)
    row = row_of(company, "A")
    lie = json.dumps({"event": {"name": "letter.lost"}, "letter": {"_id": row.reference}})
    asked = {"data": lie, "content_type": "application/json"}
    assert Client().post("/gateways/nobody/letter/", **asked).status_code == 404
    address = f"/gateways/{gateway.report_key}/letter/"
    assert Client().get(address).status_code == 405
    assert Client().post(address, data="{}", content_type="application/json").status_code == 400
    becomes(service, row.reference, "letter.distributed")
    assert Client(enforce_csrf_checks=True).post(address, **asked).status_code == 200
    row.refresh_from_db()
    assert (row.state, row.delivered_at.day) == ("sent", 12)


def test_a_lost_letter_is_shown_to_a_person(company, actor, service):
    gateway = carried(actor)
    approved(company, "A", actor=actor)
    send_due(LATER)
    row = row_of(company, "A")
    becomes(service, row.reference, "letter.lost")
    take_postal_report(gateway, row.reference, at=LATER)
    assert row_of(company, "A").state == "refused"


# --- letters posted by hand -------------------------------------------------------------------


@pytest.fixture
def posted(company, actor):
    rows = approved(company, "A", "R", actor=actor)
    made = make_batch(actor, [row.pk for row in rows], Layout(), today=TODAY, at=NOW)
    post_batch(actor, made.batch.pk, TODAY, today=TODAY, at=NOW)
    return {row.customer.key: row.pk for row in rows}


def test_the_number_of_a_registered_letter_and_its_receipt_are_kept(company, actor, posted):
    assert set_tracking(actor, posted["R"], "RK 473124829 GB", at=NOW)
    assert not set_tracking(actor, posted["R"], "RK473124829GB", at=NOW)
    on = TODAY + 3 * DAY
    record_receipt(actor, posted["R"], on, today=on, at=NOW + 3 * DAY)
    row = row_of(company, "R")
    assert (row.reference, row.delivered_at.date()) == ("RK473124829GB", on)


def test_a_letter_that_came_back_by_hand_marks_the_address(company, actor, posted):
    on = TODAY + 3 * DAY
    record_return(actor, posted["A"], on, today=on, at=NOW + 3 * DAY)
    contact = Contact.objects.of(company.pk).get(customer__key="A")
    assert (contact.address, contact.returned_on) == (STREET, on)
    assert entry_of(company, "A").channel != "letter"


@pytest.mark.parametrize("days", [-1, 4])
def test_nothing_comes_back_before_it_was_posted_or_tomorrow(company, actor, posted, days):
    assert customer(company, "A").pk
    with pytest.raises(NotPosted):
        record_return(actor, posted["A"], TODAY + days * DAY, today=TODAY + 3 * DAY, at=NOW)
