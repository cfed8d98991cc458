"""Whoever wants nothing gets nothing: every way of saying no, on every path a message takes.

The no may come before anybody writes (nothing is written then), or after a message was approved
and before it leaves (the last gate stops it).
"""

import json
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client

from amiable.channels.sms.report import SmsText
from amiable.desk.access import Actor
from amiable.desk.agreement_mail import mail_agreement
from amiable.desk.approve import Words, approve
from amiable.desk.conversation_answer import NobodyToAnswer, start_answer, write_answer
from amiable.desk.dispatch import send_due
from amiable.desk.incoming import take_in
from amiable.desk.instalment import agree_plan
from amiable.desk.letter_batch import Layout, make_batch
from amiable.desk.message import MessageRefused, write_message
from amiable.desk.night import prepare_day
from amiable.desk.policy import publish_policy, shipped_policy
from amiable.desk.portal_link import link_for, renew
from amiable.desk.release import release_due
from amiable.desk.sight import sight_of
from amiable.desk.sms_answer import take_text
from amiable.desk.thanks import approve_thanks, thank_due
from amiable.desk.token import Scope, create_token
from amiable.engine.instalment import Part
from amiable.engine.parties import Channel, Contact
from amiable.engine.policy import Approval, Policy, Thanks
from amiable.store.customer import load_customers, touch
from amiable.store.models import Company, Customer, InstalmentPlan, OutboxRow, PortalLink
from amiable.store.models import Contact as ContactRow
from amiable.store.models.incoming import IncomingSource
from amiable.store.models.membership import Role
from amiable.words import Mail
from tests.desk.books import (
    DAY,
    TODAY,
    at,
    bring_in,
    company_with_debtors,
    customer,
    eur,
    facts,
    payment,
)
from tests.desk.chosen import choose_policy
from tests.desk.mails import mail
from tests.desk.paper_books import STREET
from tests.desk.test_dispatch import Channel as Postman
from tests.faces.conftest import Shell

pytestmark = pytest.mark.django_db
NINE = at(TODAY)
LATER = NINE + timedelta(hours=1)
MAILBOX, MOBILE = "accountant@a.test", "+33612345678"


@pytest.fixture
def postman(monkeypatch: pytest.MonkeyPatch, settings: Any) -> Postman:
    settings.PLAYED_DAY = TODAY
    made = Postman()
    monkeypatch.setattr("amiable.desk.dispatch.channel_for", lambda *_: made)
    return made


@pytest.fixture
def company(postman: Postman) -> Company:
    """A is 25 days late; its accountant can be reached in every way there is."""
    made = company_with_debtors(("A",))
    made.per_minute = 0
    made.save()
    ContactRow.objects.of(made.pk).update(phone=MOBILE, address=STREET)
    prepare_day(made, TODAY, NINE)
    return made


# --- the ways of saying no -----------------------------------------------------------------------


def silent(company: Company, _channel: Channel) -> None:
    Customer.objects.of(company.pk).update(do_not_contact=True)


def opted_out(company: Company, _channel: Channel) -> None:
    ContactRow.objects.of(company.pk).update(opted_out=True)


def refuses(company: Company, channel: Channel) -> None:
    ContactRow.objects.of(company.pk).update(refuses=[channel.value])


def unreachable(company: Company, channel: Channel) -> None:
    """The address failed for good, the number is wrong, letters come back."""
    column = {Channel.EMAIL: "bounced_on", Channel.SMS: "wrong_on"}.get(channel, "returned_on")
    ContactRow.objects.of(company.pk).update(**{column: TODAY})


def stop(company: Company, _channel: Channel) -> None:
    take_text(company, "kannel", SmsText(key="stop", sender=MOBILE, text="STOP"), NINE)


Way = Callable[[Company, Channel], None]
WAYS: tuple[Way, ...] = (silent, opted_out, refuses, unreachable)


def say_no(company: Company, way: Way, channel: Channel) -> None:
    way(company, channel)
    touch(company.pk, [customer(company, "A").pk])
    company.refresh_from_db()


# --- the paths -----------------------------------------------------------------------------------


def someone(company: Company) -> Actor:
    return Actor(company=company, role=Role.COLLECTOR, name="Anne")


def contact_of(company: Company) -> Contact:
    pk = customer(company, "A").pk
    return load_customers(company.pk, [pk])[pk].contacts[0]


def in_force(company: Company, change: Callable[[Policy], Policy]) -> None:
    publish_policy(company, replace(change(shipped_policy("standard")), name="own"), at=NINE)
    choose_policy(company, "own")
    company.refresh_from_db()
    prepare_day(company, TODAY, NINE)


def first_step(**changes: Any) -> Callable[[Policy], Policy]:
    def change(policy: Policy) -> Policy:
        first, *rest = policy.steps
        return replace(policy, steps=(replace(first, **changes), *rest))

    return change


def automatic(company: Company, _shell: Shell) -> None:
    in_force(company, first_step(approval=Approval.AUTOMATIC))
    release_due(NINE)


def automatic_text(company: Company, _shell: Shell) -> None:
    in_force(company, first_step(approval=Approval.AUTOMATIC, channel=Channel.SMS))
    release_due(NINE)


def approval(company: Company, _shell: Shell) -> None:
    approve(company, [customer(company, "A").pk], today=TODAY, at=NINE)


def api(company: Company, _shell: Shell) -> None:
    boss = Actor(company=company, role=Role.ADMINISTRATOR, name="Léa")
    _, token = create_token(boss, name="ERP", scopes=tuple(Scope), at=datetime.now(UTC))
    path = f"/api/v1/customers/{customer(company, 'A').pk}/approve"
    asked = {"headers": {"Authorization": f"Bearer {token}"}, "content_type": "application/json"}
    assert Client().post(path, json.dumps({}), **asked).status_code in (200, 409)


def command_line(company: Company, shell: Shell) -> None:
    shell.run("approve", "A", "--as-of", TODAY.isoformat())


def message_now(company: Company, _shell: Shell, channel: Channel = Channel.EMAIL) -> None:
    sight = sight_of(company, customer(company, "A"), TODAY)
    words = Mail(subject="Bonjour", text="Un mot", html="<p>Un mot</p>")
    with suppress(MessageRefused):
        write_message(
            someone(company), sight, contact_of(company), words, token=uuid4().hex, tone=None,
            channel=channel, at=NINE,
        )  # fmt: skip


def text_now(company: Company, shell: Shell) -> None:
    message_now(company, shell, Channel.SMS)


def answer(company: Company, _shell: Shell) -> None:
    row = take_in(company, mail("Une question", sender=MAILBOX), IncomingSource.MAILBOX, NINE)
    assert row is not None
    sight = sight_of(company, customer(company, "A"), TODAY)
    with suppress(MessageRefused, NobodyToAnswer):
        draft = start_answer(someone(company), row.conversation, sight, at=NINE)
        write_answer(
            someone(company), row.conversation, sight, draft, Words(subject="Re", text="Oui"),
            token=uuid4().hex, seen=draft.seen, quoting=False, at=NINE,
        )  # fmt: skip


def portal_link(company: Company, _shell: Shell) -> None:
    row = ContactRow.objects.of(company.pk).get()
    address = link_for(company, row, NINE)
    PortalLink.objects.of(company.pk).update(expires_at=NINE - DAY)
    renew(address.rstrip("/").rpartition("/")[2], NINE)


def agreement(company: Company, _shell: Shell) -> None:
    row = customer(company, "A")
    plan = InstalmentPlan.objects.of(company.pk).first() or agree_plan(
        company, row, on=TODAY, parts=[Part(due_on=TODAY + 30 * DAY, amount=eur(100_000))]
    )
    with suppress(MessageRefused):
        mail_agreement(someone(company), sight_of(company, row, TODAY), plan, at=NINE)


def paid(company: Company, thanks: Thanks) -> None:
    in_force(company, lambda policy: replace(policy, thanks=thanks))
    bring_in(company, facts("A", (), [payment("A", "P", TODAY, number="F-A")]))
    thank_due(NINE)


def automatic_thanks(company: Company, _shell: Shell) -> None:
    paid(company, Thanks(approval=Approval.AUTOMATIC))


def approved_thanks(company: Company, _shell: Shell) -> None:
    paid(company, Thanks())
    approve_thanks(someone(company), [customer(company, "A").pk], today=TODAY, at=NINE)


def letter(company: Company, shell: Shell) -> None:
    in_force(company, first_step(channel=Channel.LETTER))
    approval(company, shell)


Path = Callable[[Company, Shell], None]
BY_MAIL: tuple[Path, ...] = (
    automatic, approval, api, command_line, message_now, answer, portal_link, agreement,
    automatic_thanks, approved_thanks,
)  # fmt: skip
BY_TEXT: tuple[Path, ...] = (automatic_text, text_now)
TABLE = [
    *((path, way, Channel.EMAIL) for path in BY_MAIL for way in WAYS),
    *((path, way, Channel.SMS) for path in BY_TEXT for way in (*WAYS, stop)),
]
IDS = [f"{path.__name__}-{way.__name__}" for path, way, _ in TABLE]


def written(company: Company, channel: Channel) -> int:
    """The messages by a channel that wait; as if they had been approved at nine."""
    rows = OutboxRow.objects.of(company.pk).filter(state="approved", channel=channel.value)
    return rows.update(approved_at=NINE, approved_on=TODAY, not_before=None)


@pytest.mark.parametrize(
    ("path", "channel"),
    [*((path, Channel.EMAIL) for path in BY_MAIL), *((path, Channel.SMS) for path in BY_TEXT)],
    ids=[path.__name__ for path in (*BY_MAIL, *BY_TEXT)],
)
def test_every_path_writes_to_who_said_nothing(
    company: Company, shell: Shell, postman: Postman, path: Path, channel: Channel
) -> None:
    path(company, shell)
    assert written(company, channel) == 1
    assert send_due(LATER) == 1
    assert postman.taken[0].to == ((MAILBOX,) if channel is Channel.EMAIL else (MOBILE,))


@pytest.mark.parametrize(("path", "way", "channel"), TABLE, ids=IDS)
def test_who_said_no_is_not_written_to(
    company: Company, shell: Shell, postman: Postman, path: Path, way: Way, channel: Channel
) -> None:
    say_no(company, way, channel)
    path(company, shell)
    assert written(company, channel) == 0
    send_due(LATER)
    everything = way in (silent, opted_out)
    banned = {MAILBOX, MOBILE} if everything else {MAILBOX if channel is Channel.EMAIL else MOBILE}
    assert not [one.to for one in postman.taken if banned & set(one.to)]


@pytest.mark.parametrize(("path", "way", "channel"), TABLE, ids=IDS)
def test_who_says_no_before_it_leaves_is_not_written_to(
    company: Company, shell: Shell, postman: Postman, path: Path, way: Way, channel: Channel
) -> None:
    path(company, shell)
    assert written(company, channel) == 1
    say_no(company, way, channel)
    assert send_due(LATER) == 0
    assert postman.taken == []
    assert OutboxRow.objects.of(company.pk).get().state == "cancelled"


@pytest.mark.parametrize("way", WAYS)
def test_a_letter_is_not_printed_for_who_says_no(company: Company, shell: Shell, way: Way) -> None:
    letter(company, shell)
    row = OutboxRow.objects.of(company.pk).get()
    assert (row.channel, row.state) == ("letter", "approved")
    say_no(company, way, Channel.LETTER)
    made = make_batch(someone(company), [row.pk], Layout(), today=TODAY, at=LATER)
    assert made.batch is None
    assert [left.pk for left, _ in made.left_out] == [row.pk]
