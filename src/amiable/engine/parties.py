"""Parties: the company that is owed, its customers, and the people one writes to."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from amiable.engine.days import PaymentTerms


class CustomerKind(StrEnum):
    """Who buys. It decides which rules of law apply (a consumer owes no EUR 40, for one)."""

    BUSINESS = "business"
    CONSUMER = "consumer"
    PUBLIC = "public"


class ContactRole(StrEnum):
    """What a contact does in the customer's house."""

    MAIN = "main"
    ACCOUNTANT = "accountant"
    BUYER = "buyer"
    MANAGER = "manager"
    LEGAL = "legal"


class Channel(StrEnum):
    """A way to reach people."""

    EMAIL = "email"
    SMS = "sms"
    CALL = "call"
    LETTER = "letter"
    REGISTERED = "registered"


POSTAL = frozenset({Channel.LETTER, Channel.REGISTERED})
"""The channels that need paper."""


WRITTEN = frozenset(Channel) - {Channel.CALL}
"""The channels whose messages are written, approved and then leave; a call is made."""


class Language(StrEnum):
    """A language a customer is written to in."""

    FR = "fr"
    EN = "en"


class Segment(StrEnum):
    """How a customer pays, in one word; derived from the habit, overridable by a person."""

    REGULAR = "regular"
    OFTEN_LATE = "often_late"
    AT_RISK = "at_risk"
    NEW = "new"


@dataclass(frozen=True, slots=True, kw_only=True)
class Company:
    """The creditor: who is owed, in whose name one writes, where to pay.

    ``legal``: what its letters must say of it besides: form, capital, register (R123-237 and
    R123-238 C. com. in France).
    """

    key: str
    name: str
    siren: str = ""
    vat: str = ""
    iban: str = ""
    bic: str = ""
    email: str = ""
    phone: str = ""
    address: str = ""
    sender: str = ""
    legal: str = ""
    country: str = "FR"
    currency: str = "EUR"
    language: Language = Language.FR
    timezone: str = "Europe/Paris"


@dataclass(frozen=True, slots=True, kw_only=True)
class Contact:
    """A person or a mailbox at a customer; ``bounced_on``: the day its address failed for good.

    ``returned_on``: the day a letter to its postal address came back. ``mobile``: its telephone
    number in E.164 form, if that takes text messages; ``wrong_on``: the
    day the number proved to be somebody else's or nobody's. ``refuses``: the channels it wants
    nothing by; ``opted_out``: none at all.
    """

    key: str
    customer: str
    role: ContactRole = ContactRole.MAIN
    name: str = ""
    email: str = ""
    phone: str = ""
    address: str = ""
    language: Language | None = None
    bounced_on: date | None = None
    returned_on: date | None = None
    opted_out: bool = False
    mobile: str = ""
    wrong_on: date | None = None
    refuses: tuple[Channel, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Customer:
    """A debtor of one company. ``segment`` is a person's choice; None leaves it to the habit."""

    key: str
    name: str
    kind: CustomerKind = CustomerKind.BUSINESS
    country: str = "FR"
    language: Language = Language.FR
    preferred_channel: Channel | None = None
    terms: PaymentTerms | None = None
    segment: Segment | None = None
    policy: str = ""
    siren: str = ""
    autopay: bool = False
    do_not_contact: bool = False
    insolvent_on: date | None = None
    contacts: tuple[Contact, ...] = ()
