"""Customers and contacts that another system hands over: created, or corrected where they exist."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction

from amiable.desk.access import Actor
from amiable.desk.event import Event, customer_data
from amiable.desk.posting import PostOutcome, PostReport, bring_in
from amiable.desk.webhook import announce_all
from amiable.engine.parties import Contact
from amiable.sources.reading import CustomerFacts, CustomerRecord
from amiable.sources.table.context import key_of
from amiable.sources.table.names import fold
from amiable.store.company import lock_company
from amiable.store.posting import customers_named


@dataclass(frozen=True, slots=True, kw_only=True)
class CustomerPost:
    """A customer as a source names it, with people to write to (their keys are made here)."""

    record: CustomerRecord
    contacts: tuple[Contact, ...] = ()


def post_customers(
    actor: Actor, posts: Sequence[CustomerPost], *, on: date, at: datetime
) -> PostReport:
    """Take customers over in one import; one named twice in a call is refused the second time."""
    keys = [post.record.key for post in posts]
    taken = [index for index, key in enumerate(keys) if keys.index(key) == index]
    with transaction.atomic():
        lock_company(actor.company)
        before = customers_named(actor.company.pk, set(keys))
        facts = [_facts(posts[index]) for index in taken]
        run = bring_in(actor, facts, "posted_customers", len(taken), on, at)
        rows = customers_named(actor.company.pk, set(keys))
        told = ({"customer": customer_data(row)} for row in rows.values())
        announce_all(actor.company, Event.CUSTOMER_CHANGED, told, at)
    outcomes = [
        PostOutcome(index=index, pk=rows[key].pk, known=key in before)
        if index in taken
        else PostOutcome(index=index, refused="twice")
        for index, key in enumerate(keys)
    ]
    return PostReport(run=run, outcomes=outcomes)


def _facts(post: CustomerPost) -> CustomerFacts:
    return CustomerFacts(
        customer=post.record,
        contacts=tuple(keyed(post.record.key, contact) for contact in post.contacts),
    )


def keyed(customer: str, contact: Contact) -> Contact:
    """A contact under the key that a table's row of the same person has."""
    who = contact.email or fold(contact.name) or contact.phone
    return Contact(
        key=key_of(customer, "contact", who)[:300],
        customer=customer,
        role=contact.role,
        name=contact.name,
        email=contact.email,
        phone=contact.phone,
        address=contact.address,
        language=contact.language,
    )
