"""A person's own message: leaves by the outbox, keeps distance afterwards, is no step."""

from uuid import uuid4

import pytest

from amiable.desk.access import Actor
from amiable.desk.approve import Words
from amiable.desk.message import (
    MessageRefused,
    lay_out_message,
    reachable,
    start_letter,
    take_message_back,
    write_message,
)
from amiable.desk.plan import draw_plan
from amiable.desk.send import send_approved
from amiable.desk.sight import sight_of
from amiable.desk.statement import statement_file
from amiable.engine.letter import LetterRefused
from amiable.engine.template import LetterTone
from amiable.store.models import Customer, Invoice, OutboxRow
from amiable.store.models.membership import Role
from tests.desk.books import (
    DAY,
    TODAY,
    at,
    bring_in,
    company_with_debtors,
    customer,
    entry_of,
    facts,
    payment,
)
from tests.stories.desk_house import Postman

pytestmark = pytest.mark.django_db


@pytest.fixture
def company():
    made = company_with_debtors(("A",))
    draw_plan(made, TODAY)
    return made


@pytest.fixture
def actor(company):
    return Actor(company=company, role=Role.COLLECTOR, name="Léa")


def write(actor, text="Hello", token="", files=(), tone=None):
    company = actor.company
    sight = sight_of(company, customer(company, "A"), TODAY)
    contact = reachable(sight)[0]
    letter = start_letter(company, sight, contact, tone, at(TODAY))
    mail = lay_out_message(letter, Words(subject="About us", text=text))
    return write_message(
        actor,
        sight,
        contact,
        mail,
        token=token or uuid4().hex,
        tone=tone,
        files=files,
        at=at(TODAY),
    )


def send(company, on=TODAY):
    postman = Postman()
    report = send_approved(company, postman, today=on, clock=lambda: at(on))
    return postman.carried, report


def test_it_leaves_as_it_was_written_with_its_file(company, actor):
    file = statement_file(company, sight_of(company, customer(company, "A"), TODAY))
    row = write(actor, "Hello,\n\nas agreed.", files=[file])
    (carried,), _ = send(company)
    assert (carried.to, carried.subject) == (("accountant@a.test",), "About us")
    assert carried.text == "Hello,\n\nas agreed.\n"
    assert [(one.filename, one.content) for one in carried.attachments] == [
        (file.name, file.content)
    ]
    row.refresh_from_db()
    assert row.state == "sent"


def test_it_counts_as_a_contact_but_as_no_step(company, actor):
    write(actor)
    send(company)
    draw_plan(company, TODAY)
    assert entry_of(company, "A").code == "step.spacing"
    later = TODAY + 7 * DAY
    bring_in(company, facts("A"), on=later)
    draw_plan(company, later)
    entry = entry_of(company, "A")
    assert (entry.kind, entry.detail["number"]) == ("remind", 1)


def test_it_leaves_although_the_plan_asks_for_nothing(company, actor):
    bring_in(company, facts("A", credits=[payment("A", "P-all", TODAY, 100_000)]))
    write(actor, "Thank you")
    carried, report = send(company)
    assert len(carried) == 1
    assert report.cancelled == []


def test_a_ban_on_every_contact_stops_it_at_the_last_moment(company, actor):
    row = write(actor)
    Customer.objects.of(company.pk).update(do_not_contact=True)
    carried, _ = send(company)
    assert carried == []
    row.refresh_from_db()
    assert row.state == "cancelled"
    with pytest.raises(MessageRefused, match="silent"):
        write(actor)


def test_the_same_token_writes_once(company, actor):
    write(actor, token="abc")
    with pytest.raises(MessageRefused, match="again"):
        write(actor, token="abc")
    assert OutboxRow.objects.of(company.pk).count() == 1


def test_it_is_taken_back_until_somebody_began_to_send_it(company, actor):
    row = write(actor)
    a = customer(company, "A")
    assert take_message_back(actor, a, row, on=TODAY, at=at(TODAY))
    assert send(company)[0] == []
    sent = write(actor)
    send(company)
    assert not take_message_back(actor, a, sent, on=TODAY, at=at(TODAY))


def test_a_text_that_would_claim_what_is_not_owed_is_not_started_from(company):
    Invoice.objects.of(company.pk).filter(key="F-A").delete()
    sight = sight_of(company, customer(company, "A"), TODAY)
    with pytest.raises(LetterRefused):
        start_letter(company, sight, reachable(sight)[0], LetterTone.FIRM, at(TODAY))
