"""To whom a step goes: the accountant first, never to a bounced address, else another channel."""

from dataclasses import replace

import pytest

from amiable.engine.parties import Channel, Contact, ContactRole, Customer
from amiable.engine.policy import Step, Tone
from amiable.engine.reach import Reached, Unreachable, address, reach
from tests.engine.entries import day

MAIL = Step(after=0, tone=Tone.FRIENDLY)
STERN = Step(after=15, tone=Tone.STERN)


def contact(role: str, **facts: object) -> Contact:
    facts.setdefault("key", f"{role}{sorted(facts)}")
    return Contact(customer="c", role=ContactRole(role), **facts)  # type: ignore[arg-type]


def customer(*contacts: Contact, **facts: object) -> Customer:
    return Customer(key="c", name="c", contacts=contacts, **facts)  # type: ignore[arg-type]


MAIN = contact("main", email="main@c.test", phone="01", address="1 rue A")
ACCOUNTANT = contact("accountant", email="compta@c.test")
MANAGER = contact("manager", email="chef@c.test")


def test_the_steps_role_comes_first():
    reached = reach(customer(MAIN, ACCOUNTANT), MAIL)
    assert reached == Reached(contact=ACCOUNTANT, channel=Channel.EMAIL)


def test_without_that_role_the_main_contact_is_written_to():
    assert reach(customer(MANAGER, MAIN), MAIL).contact == MAIN


def test_anybody_is_better_than_nobody():
    buyer = contact("buyer", email="achats@c.test")
    assert reach(customer(buyer), MAIL).contact == buyer


def test_a_bounced_address_is_not_used_again():
    bounced = contact("accountant", email="compta@c.test", bounced_on=day(3))
    assert reach(customer(bounced, MAIN), MAIL).contact == MAIN


def test_whoever_opted_out_is_reached_on_no_channel():
    gone = contact("main", email="a@c.test", phone="01", address="1 rue A", opted_out=True)
    assert [address(gone, channel) for channel in Channel] == [""] * len(Channel)
    assert isinstance(reach(customer(gone), MAIL), Unreachable)


def test_a_bounce_of_the_only_mailbox_becomes_a_call_and_says_so():
    bounced = contact("main", email="a@c.test", phone="01", bounced_on=day(3))
    reached = reach(customer(bounced), MAIL)
    assert (reached.contact, reached.channel) == (bounced, Channel.CALL)
    assert [reason.code for reason in reached.reasons] == ["reach.bounced", "reach.fallback"]
    assert reached.reasons[1].named() == {"wanted": "email", "used": "call"}


def test_the_preferred_channel_holds_for_soft_steps():
    caller = customer(MAIN, preferred_channel=Channel.CALL)
    assert reach(caller, MAIL).channel is Channel.CALL
    assert reach(caller, STERN).channel is Channel.EMAIL


def test_nothing_replaces_a_registered_letter():
    reached = reach(
        customer(ACCOUNTANT), Step(after=0, tone=Tone.FORMAL, channel=Channel.REGISTERED)
    )
    assert isinstance(reached, Unreachable)
    assert [reason.named() for reason in reached.reasons] == [{"channel": "registered"}]


@pytest.mark.parametrize(
    ("wanted", "has", "used"),
    [
        (Channel.SMS, {"email": "a@c.test"}, Channel.EMAIL),
        (Channel.CALL, {"email": "a@c.test"}, Channel.EMAIL),
        (Channel.CALL, {"address": "1 rue A"}, Channel.LETTER),
        (Channel.LETTER, {"phone": "01"}, Channel.CALL),
        (Channel.EMAIL, {"address": "1 rue A"}, Channel.LETTER),
        (Channel.SMS, {"phone": "06", "mobile": "+336"}, Channel.SMS),
        (Channel.SMS, {"phone": "01"}, Channel.CALL),
    ],
)
def test_another_channel_takes_over(wanted, has, used):
    step = Step(after=0, tone=Tone.FRIENDLY, channel=wanted)
    assert reach(customer(contact("main", **has)), step).channel is used


def test_a_customer_without_contact_cannot_be_reached():
    reached = reach(customer(), MAIL)
    assert isinstance(reached, Unreachable)
    assert [reason.code for reason in reached.reasons] == ["reach.missing"]


SMS = Step(after=0, tone=Tone.FRIENDLY, channel=Channel.SMS)


def test_a_text_message_goes_to_the_number_in_full():
    who = contact("main", phone="06 12 34 56 78", mobile="+33612345678")
    assert address(who, Channel.SMS) == "+33612345678"
    assert address(who, Channel.CALL) == "06 12 34 56 78"


def test_a_landline_becomes_a_call_and_says_why():
    reached = reach(customer(contact("main", phone="01 42 34 56 78")), SMS)
    assert reached.channel is Channel.CALL
    assert reached.reasons[0].named() == {"number": "01 42 34 56 78"}
    assert [reason.code for reason in reached.reasons] == ["reach.no_mobile", "reach.fallback"]


def test_who_answered_stop_gets_no_more_text_messages_but_may_be_called():
    who = contact("main", name="Zoé", phone="06", mobile="+336", refuses=(Channel.SMS,))
    reached = reach(customer(who), SMS)
    assert (address(who, Channel.SMS), reached.channel) == ("", Channel.CALL)
    assert reached.reasons[0].named() == {"name": "Zoé", "channel": "sms"}


@pytest.mark.parametrize("channel", list(Channel))
def test_a_channel_that_is_refused_reaches_nobody(channel):
    who = contact("main", email="a@c.test", phone="06", mobile="+336", address="1 rue A")
    assert address(who, channel) != ""
    assert address(replace(who, refuses=(channel,)), channel) == ""


def test_a_number_that_proved_wrong_is_neither_called_nor_written_to():
    who = contact("main", email="a@c.test", phone="06", mobile="+336", wrong_on=day(3))
    reached = reach(customer(who), SMS)
    assert reached.channel is Channel.EMAIL
    assert reached.reasons[0].named() == {"number": "06"}
    assert address(who, Channel.CALL) == ""
