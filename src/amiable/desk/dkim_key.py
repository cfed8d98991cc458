"""DKIM key: made here, put into the DNS by a person, and used once it stands there.

A mail signed with a key nobody can find counts for less than one without a signature, and where the
domain asks for it (DMARC) it is refused. So a key signs nothing before its record was seen.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from django.conf import settings
from django.db import transaction

from amiable.channels.email.addresses import wire_address
from amiable.channels.email.dkim import (
    DkimSigner,
    new_private_key,
    public_record,
    record_strings,
    tags_of,
)
from amiable.channels.email.dns import Dns, Found
from amiable.channels.message import ChannelClosed
from amiable.desk.access import Actor
from amiable.desk.audit import recorded, subject
from amiable.store.company import lock_company
from amiable.store.dkim_key import (
    active_key,
    add_waiting_key,
    forget_waiting,
    let_sign,
    stop_signing,
    waiting_key,
)
from amiable.store.models import Company, DkimKey
from amiable.store.sealed import SealBroken, seal, unseal

SEAL = "dkim_seal"
"""The trouble of a channel whose key cannot be opened."""


class KeyState(StrEnum):
    """What the DNS says of a key; all but FOUND keep it from signing."""

    FOUND = "found"
    MISSING = "missing"  # nothing at its name
    OTHER = "other"  # another key there
    SEVERAL = "several"  # more than one record: receivers may take the wrong one
    REVOKED = "revoked"  # the record is there, its key is empty
    UNREADABLE = "unreadable"  # a text that is no key
    AWAY = "away"  # the DNS did not answer


class KeyRefused(ValueError):
    """A key that cannot be made or used; ``code`` says why (a KeyState, or one of these)."""

    NO_DOMAIN, NO_KEY, SEAL = "no_domain", "no_key", "seal"

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyRecord:
    """What a person puts into the DNS: a TXT record. ``strings``: its text in the parts it must be
    cut into where a provider does not do so by itself; ``fits`` the domain the company writes from.
    """

    row: DkimKey
    name: str
    text: str
    strings: tuple[str, ...]
    fits: bool

    @property
    def short(self) -> str:
        """The name, where a provider adds the domain by itself."""
        return f"{self.row.selector}._domainkey"


def dns_of_installation() -> Dns:
    """Whom this installation asks."""
    return Dns(settings.DNS_SERVERS)


def sender_domain(company: Company) -> str:
    """The domain the company writes from, as the DNS knows it; empty when there is none."""
    try:
        wire = wire_address("From", company.email, utf8=True) if company.email else ""
    except ValueError:
        return ""
    return wire.rpartition("@")[2].lower()


def make_key(actor: Actor, *, at: datetime) -> DkimKey:
    """A new key for the company's domain, under a name of its own; it waits for its record.

    One that signs goes on signing meanwhile. Raises KeyRefused.
    """
    company = actor.company
    domain = sender_domain(company)
    if not domain:
        raise KeyRefused(KeyRefused.NO_DOMAIN)
    private = new_private_key()
    with transaction.atomic():
        lock_company(company)
        # Never a name used before: what stood there is kept in caches for a while.
        selector = f"amiable-{at:%Y%m%d-%H%M%S}"
        with recorded(actor, "dkim_made", at=at, domain=domain, selector=selector) as entry:
            row = add_waiting_key(
                company.pk, domain=domain, selector=selector, sealed_key=seal(private), at=at
            )
            entry.subject = subject(row)
    return row


def record_of(company: Company, row: DkimKey) -> KeyRecord:
    """The record of a key. Raises KeyRefused when its seal is broken."""
    text = public_record(_private(row))
    return KeyRecord(
        row=row,
        name=f"{row.selector}._domainkey.{row.domain}",
        text=text,
        strings=record_strings(text),
        fits=row.domain == sender_domain(company),
    )


def _private(row: DkimKey) -> str:
    try:
        return unseal(row.sealed_key)
    except SealBroken as error:
        raise KeyRefused(KeyRefused.SEAL) from error


def key_state(record: KeyRecord, dns: Dns) -> KeyState:
    """Whether a key's record stands in the DNS."""
    looked = dns.texts(record.name)
    if looked.found is not Found.THERE:
        return KeyState.AWAY if looked.found is Found.AWAY else KeyState.MISSING
    if len(looked.values) > 1:
        return KeyState.SEVERAL
    tags = tags_of(looked.values[0])
    if "p" not in tags or tags.get("v", "DKIM1") != "DKIM1":
        return KeyState.UNREADABLE
    if not tags["p"]:
        return KeyState.REVOKED
    mine = tags_of(record.text)["p"]
    return KeyState.FOUND if "".join(tags["p"].split()) == mine else KeyState.OTHER


def switch_on(actor: Actor, *, at: datetime, dns: Dns | None = None) -> DkimKey:
    """Sign with the key that waits from now on, if its record can be seen. Raises KeyRefused."""
    company = actor.company
    row = waiting_key(company.pk)
    if row is None:
        raise KeyRefused(KeyRefused.NO_KEY)
    state = key_state(record_of(company, row), dns or dns_of_installation())
    if state is not KeyState.FOUND:
        raise KeyRefused(state)
    with transaction.atomic():
        lock_company(company)
        with recorded(actor, "dkim_on", at=at, domain=row.domain, selector=row.selector) as entry:
            entry.subject = subject(row)
            if not let_sign(row):
                raise KeyRefused(KeyRefused.NO_KEY)
    return row


def switch_off(actor: Actor, *, at: datetime) -> bool:
    """Sign no more; False when nothing did."""
    company = actor.company
    with transaction.atomic():
        lock_company(company)
        row = active_key(company.pk)
        if row is None:
            return False
        with recorded(actor, "dkim_off", at=at, domain=row.domain, selector=row.selector):
            stop_signing(company.pk)
    return True


def give_up_waiting(actor: Actor, *, at: datetime) -> bool:
    """Do without the key that waits; False when there is none."""
    company = actor.company
    with transaction.atomic():
        lock_company(company)
        row = waiting_key(company.pk)
        if row is None:
            return False
        with recorded(actor, "dkim_given_up", at=at, domain=row.domain, selector=row.selector):
            return forget_waiting(company.pk)


def signer_of(company: Company) -> DkimSigner | None:
    """Who signs a company's e-mails: None when nobody does, or the key is of another domain than
    the company writes from by now.

    Raises ChannelClosed when the key cannot be opened: unsigned mail of a domain that signs may be
    refused everywhere.
    """
    row = active_key(company.pk)
    if row is None or row.domain != sender_domain(company):
        return None
    try:
        private = _private(row)
    except KeyRefused as error:
        raise ChannelClosed(
            "the key that signs cannot be opened (the secret key changed): make a new one, or "
            "switch signing off",
            SEAL,
        ) from error
    return DkimSigner(domain=row.domain, selector=row.selector, private_key=private)
