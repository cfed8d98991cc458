"""Thanks: whether, to whom and how one thanks for money that came.

A word of thanks asks for nothing. It is left unsaid where it could hurt: in a dispute, on a
debt the courts deal with, to whoever wants to hear nothing, for a payment that bounced.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from amiable.engine.ledger import Credit
from amiable.engine.money import Money, totals
from amiable.engine.parties import Channel, Contact, ContactRole
from amiable.engine.policy import Policy, ThanksWhen
from amiable.engine.reach import contact_for
from amiable.engine.situation import Account
from amiable.engine.timeline import ContactPurpose

FRESH = timedelta(days=7)
"""An older payment is history: nobody wants to be thanked for it."""
_REMINDED = timedelta(days=60)
"""How long before a payment whose invoices are not known a reminder may have brought it."""


class NoThanks(StrEnum):
    """Why nobody is thanked."""

    OFF = "off"  # the policy does not
    SILENT = "silent"  # the customer must not be contacted
    INSOLVENT = "insolvent"
    DISPUTED = "disputed"
    ON_HOLD = "on_hold"
    DEBITED = "debited"  # the company took the money itself
    SMALL = "small"
    NOT_REMINDED = "not_reminded"  # and the policy thanks only after a reminder
    UNREACHABLE = "unreachable"
    GONE = "gone"  # the payment bounced, or its import was undone
    UNREAD = "unread"  # the customer wrote; somebody has to read it first


PASSING = frozenset({NoThanks.UNREAD})
"""What may be otherwise tomorrow."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Received:
    """Money that came, with the keys and numbers of the invoices that it surely pays."""

    credit: Credit
    invoices: tuple[str, ...] = ()
    numbers: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Thank:
    """Thank ``contact`` by ``channel`` for ``payments``; ``still_open`` is said where not empty."""

    contact: Contact
    channel: Channel
    payments: tuple[Received, ...]
    still_open: tuple[Money, ...] = ()


@dataclass(frozen=True, slots=True)
class _Case:
    account: Account
    policy: Policy
    payments: Sequence[Received]
    today: date


def thank(
    account: Account, policy: Policy, payments: Sequence[Received], today: date
) -> Thank | NoThanks:
    """Whether to thank for some payments of one customer, to whom, or why not."""
    case = _Case(account, policy, payments, today)
    for why, holds in _RULES:
        if holds(case):
            return why
    reached = _reached(account)
    if reached is None:
        return NoThanks.UNREACHABLE
    contact, channel = reached
    says_open = policy.thanks is not None and policy.thanks.says_open
    return Thank(
        contact=contact,
        channel=channel,
        payments=tuple(payments),
        still_open=_still_open(account) if says_open else (),
    )


def _is_on_hold(case: _Case) -> bool:
    """A person keeps silence with the customer; "later" is no such thing."""
    return any(
        hold.holds(case.today) and not hold.invoices and not hold.postponed
        for hold in case.account.holds
    )


def _is_small(case: _Case) -> bool:
    least = case.policy.thanks.minimum if case.policy.thanks else 0
    sums = totals(payment.credit.amount for payment in case.payments)
    return all(amount.minor < least for amount in sums)


def _was_not_reminded(case: _Case) -> bool:
    """None of the payments followed a reminder of what it pays."""
    if case.policy.thanks is None or case.policy.thanks.when is ThanksWhen.PAYMENT:
        return False
    return not any(_followed_a_reminder(case.account, one) for one in case.payments)


def _followed_a_reminder(account: Account, payment: Received) -> bool:
    came_on = payment.credit.received_on
    for one in account.contacted:
        if one.purpose is not ContactPurpose.REMINDER or one.contacted_on > came_on:
            continue
        if payment.invoices and set(payment.invoices) & set(one.invoices):
            return True
        if not payment.invoices and one.contacted_on >= came_on - _REMINDED:
            return True
    return False


_RULES: tuple[tuple[NoThanks, Callable[[_Case], bool]], ...] = (
    (NoThanks.GONE, lambda case: not case.payments),
    (NoThanks.OFF, lambda case: case.policy.thanks is None),
    (NoThanks.SILENT, lambda case: case.account.customer.do_not_contact),
    (NoThanks.INSOLVENT, lambda case: case.account.customer.insolvent_on is not None),
    (NoThanks.DISPUTED, lambda case: any(d.is_open(case.today) for d in case.account.disputes)),
    (NoThanks.ON_HOLD, _is_on_hold),
    (NoThanks.DEBITED, lambda case: case.account.customer.autopay),
    (NoThanks.SMALL, _is_small),
    (NoThanks.NOT_REMINDED, _was_not_reminded),
    (NoThanks.UNREAD, lambda case: any(one.read_on is None for one in case.account.replies)),
)
"""Read from the top: the first that holds is told."""


def _reached(account: Account) -> tuple[Contact, Channel] | None:
    """By e-mail; by text message where the customer prefers that: thanks are worth no letter."""
    customer = account.customer
    ways: tuple[Channel, ...] = (Channel.EMAIL,)
    if customer.preferred_channel is Channel.SMS:
        ways = (Channel.SMS, Channel.EMAIL)
    for channel in ways:
        contact = contact_for(customer.contacts, channel, ContactRole.ACCOUNTANT)
        if contact is not None:
            return contact, channel
    return None


def _still_open(account: Account) -> tuple[Money, ...]:
    """What the account shows in all, credits taken off, where that is above zero."""
    left = {amount.currency: amount.minor for amount in _sums(account)}
    for credit in account.open.credits:
        if credit.left.currency in left:
            left[credit.left.currency] -= credit.left.minor
    return tuple(
        Money(minor=minor, currency=currency) for currency, minor in left.items() if minor > 0
    )


def _sums(account: Account) -> tuple[Money, ...]:
    return totals(item.left for item in account.open.invoices)
