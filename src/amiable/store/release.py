"""Release in the database: the automatic steps of a plan that nobody has to approve."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Exists, OuterRef, Q, TextField
from django.db.models.fields.json import KT
from django.db.models.functions import Cast

from amiable.engine.parties import Channel
from amiable.engine.policy import Approval
from amiable.store.customer import touch
from amiable.store.models import OutboxRow, PlanEntry
from amiable.store.models.outbox import OutboxState
from amiable.store.models.payment_thanks import ThanksState
from amiable.store.outbox import BY_PERSON
from amiable.store.thanks import reopen

WITHDRAWN = "withdrawn"
"""Why a message of the policy's is cancelled that may be released anew."""


@dataclass(frozen=True, slots=True)
class Due:
    """A step of today that leaves by itself: whose, and where it stands in the order."""

    customer: int
    amount_minor: int
    pk: int


def automatic_steps(
    company: int, channels: Collection[Channel], *, after: Due | None = None, most: int
) -> list[Due]:
    """The steps of today that leave by themselves by some channels and are not in the outbox, the
    largest amounts first; a page of them, those ``after`` one.

    What a person took back, gave up or has to look at is that person's: it is not released again.
    """
    entries = PlanEntry.objects.of(company).filter(
        ended_on=None, kind="remind", channel__in=[channel.value for channel in channels]
    )
    # Cast, or the comparison would be one of JSON values.
    steps = entries.annotate(
        cycle=Cast(KT("detail__cycle"), TextField()),
        contact_key=Cast(KT("detail__contact"), TextField()),
    )
    free = Q(state=OutboxState.CANCELLED) & ~_by_person()
    # Refused for good: the step goes on by another channel, or to another contact.
    elsewhere = ~Q(channel=OuterRef("channel")) | ~Q(contact__key=OuterRef("contact_key"))
    free |= Q(state=OutboxState.REFUSED, settled_by=None) & elsewhere
    rows = OutboxRow.objects.of(company).exclude(free)
    taken = rows.filter(
        customer_id=OuterRef("customer_id"), cycle=OuterRef("cycle"), step=OuterRef("step")
    )
    steps = steps.filter(~Exists(taken), detail__approval=Approval.AUTOMATIC.value)
    if after is not None:
        level = Q(amount_minor=after.amount_minor, pk__lt=after.pk)
        steps = steps.filter(Q(amount_minor__lt=after.amount_minor) | level)
    found = steps.order_by("-amount_minor", "-pk")
    return [Due(*row) for row in found.values_list("customer_id", "amount_minor", "pk")[:most]]


def _by_person() -> Q:
    words = Q()
    for word in BY_PERSON:
        words |= Q(detail__startswith=word)
    return words


def count_automatic(company: int, only: Sequence[int] | None) -> int:
    """How many messages nobody approved wait to leave; to some collectors' customers if given."""
    rows = OutboxRow.objects.of(company).filter(state=OutboxState.APPROVED, automatic=True)
    if only is not None:
        rows = rows.filter(customer__collector_id__in=only)
    return rows.count()


def withdraw_automatic(company: int, *, before: date | None = None) -> int:
    """Take back what waits to leave by itself, or only what was released before a day; how many.

    What is still due may be released again, in words of the day.
    """
    rows = OutboxRow.objects.of(company).filter(state=OutboxState.APPROVED, automatic=True)
    if before is not None:
        rows = rows.filter(approved_on__lt=before)
    found = dict(rows.values_list("pk", "customer_id"))
    rows = OutboxRow.objects.of(company).filter(state=OutboxState.APPROVED, pk__among=list(found))
    taken = rows.update(state=OutboxState.CANCELLED, detail=WITHDRAWN)
    touch(company, found.values())
    reopen(company, list(found), ThanksState.SEEN)
    return taken
