"""Audit: every deed of a person is written down with the deed itself, in one transaction."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from django.db import models, transaction

from amiable.desk.access import Actor
from amiable.store.audit import add_entry
from amiable.store.models import AuditEntry, Customer


@contextmanager
def recorded(
    actor: Actor, code: str, *, at: datetime, customer: Customer | None = None, **facts: Any
) -> Iterator[AuditEntry]:
    """Do something and write down who did it: both, or neither.

    ``code`` has a text ``audit.<code>`` that takes the facts (plain values, as JSON holds them)
    and ``customer``, the customer's name. Inside, ``entry.subject = subject(row)`` ties the entry
    to the row it is about, so that the timeline can say who did it; facts only known then may be
    added to ``entry.facts``.
    """
    with transaction.atomic():
        entry = AuditEntry(
            company=actor.company,
            user=actor.user,
            name=actor.name,
            door=actor.door.value,
            code=code,
            at=at,
            customer=customer,
            facts=dict(facts) | ({"customer": customer.name} if customer else {}),
        )
        yield entry
        add_entry(entry)


def subject(row: models.Model) -> str:
    """How an audit entry names a row: its table and primary key."""
    return f"{type(row).__name__.lower()}:{row.pk}"
