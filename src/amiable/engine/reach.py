"""Reach: to whom and by which channel a step goes, and why not as the policy first asked."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from amiable.engine.parties import POSTAL, Channel, Contact, ContactRole, Customer
from amiable.engine.policy import Step, Tone
from amiable.engine.reasons import Reason, because

_ROLES = (
    ContactRole.MAIN,
    ContactRole.ACCOUNTANT,
    ContactRole.MANAGER,
    ContactRole.BUYER,
    ContactRole.LEGAL,
)
_FALLBACKS = {
    Channel.EMAIL: (Channel.CALL, Channel.LETTER),
    Channel.SMS: (Channel.EMAIL, Channel.CALL, Channel.LETTER),
    Channel.CALL: (Channel.EMAIL, Channel.LETTER),
    Channel.LETTER: (Channel.EMAIL, Channel.CALL),
    Channel.REGISTERED: (),  # nothing replaces the proof a registered letter gives
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Reached:
    """The contact and channel chosen; ``reasons`` say what was not as first asked."""

    contact: Contact
    channel: Channel
    reasons: tuple[Reason, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Unreachable:
    """Nobody can be reached; ``reasons`` say why."""

    reasons: tuple[Reason, ...]


def address(contact: Contact, channel: Channel) -> str:
    """Where ``channel`` reaches ``contact``; empty when it does not (bounced, refused, none)."""
    if contact.opted_out or channel in contact.refuses:
        return ""
    if channel is Channel.EMAIL:
        return "" if contact.bounced_on else contact.email
    if channel in (Channel.SMS, Channel.CALL):
        number = contact.mobile if channel is Channel.SMS else contact.phone
        return "" if contact.wrong_on else number
    return "" if contact.returned_on else contact.address


SILENT, REFUSED = "hold.do_not_contact", "reach.refused"


def refusal(customer: Customer, channel: Channel, recipient: str) -> str:
    """Why nothing may go to an address of a customer, on whatever path: SILENT, REFUSED or empty.

    An address that several contacts share may be used as long as one of them takes it; one that
    no contact bears (whoever wrote to us, an address to be confirmed) is nobody's refusal.
    """
    if customer.do_not_contact:
        return SILENT
    wanted = recipient.casefold()
    bearers = [one for one in customer.contacts if wanted in _addresses(one, channel)]
    if bearers and not any(address(one, channel) for one in bearers):
        return REFUSED
    return ""


def _addresses(contact: Contact, channel: Channel) -> tuple[str, ...]:
    """Where a contact is by a channel, whether it may be used or not."""
    if channel is Channel.EMAIL:
        found: tuple[str, ...] = (contact.email,)
    elif channel in POSTAL:
        found = (contact.address,)
    else:
        found = (contact.mobile, contact.phone)
    return tuple(one.casefold() for one in found if one)


def reach(customer: Customer, step: Step) -> Reached | Unreachable:
    """Choose for one step: the customer's preferred channel (friendly and firm tones only), else
    the step's; the step's role, else the main contact, else whoever can be reached; if nobody
    can, the channels that may replace it."""
    wanted = _wanted_channel(customer, step)
    contact = contact_for(customer.contacts, wanted, step.role)
    if contact is not None:
        return Reached(contact=contact, channel=wanted)
    reasons = tuple(_why_not(customer.contacts, wanted))
    for channel in _FALLBACKS[wanted]:
        contact = contact_for(customer.contacts, channel, step.role)
        if contact is not None:
            why = because("reach.fallback", wanted=wanted.value, used=channel.value)
            return Reached(contact=contact, channel=channel, reasons=(*reasons, why))
        reasons = (*reasons, *_why_not(customer.contacts, channel))
    return Unreachable(reasons=(*reasons, because("reach.missing", channel=wanted.value)))


def _wanted_channel(customer: Customer, step: Step) -> Channel:
    soft = step.tone in (Tone.NOTICE, Tone.FRIENDLY, Tone.FIRM)
    return customer.preferred_channel if soft and customer.preferred_channel else step.channel


def contact_for(contacts: Sequence[Contact], channel: Channel, role: ContactRole) -> Contact | None:
    """Whom a channel reaches: in a role, else the next one; None when it reaches nobody."""
    for wanted in (role, *_ROLES):
        for contact in contacts:
            if contact.role is wanted and address(contact, channel):
                return contact
    return None


def _why_not(contacts: Sequence[Contact], channel: Channel) -> Iterator[Reason]:
    """What keeps each contact from being reached as wished, where it is more than a gap."""
    for contact in contacts:
        if contact.opted_out:
            continue
        if channel in contact.refuses:
            yield because("reach.refused", name=contact.name or contact.key, channel=channel.value)
        elif channel is Channel.EMAIL and contact.bounced_on:
            yield because("reach.bounced", address=contact.email)
        elif channel in (Channel.SMS, Channel.CALL) and contact.wrong_on:
            yield because("reach.wrong_number", number=contact.phone)
        elif channel is Channel.SMS and contact.phone:
            yield because("reach.no_mobile", number=contact.phone)
        elif channel in POSTAL and contact.returned_on:
            yield because("reach.returned", name=contact.name or contact.key)
