"""Release in the database: the automatic steps of a plan that nobody has to approve."""

from collections.abc import Sequence
from datetime import date

from django.db.models import Q
from django.db.models.fields.json import KT

from amiable.engine.parties import Channel
from amiable.engine.policy import Approval
from amiable.store.customer import touch
from amiable.store.models import OutboxRow, PlanEntry
from amiable.store.models.outbox import OutboxState
from amiable.store.models.payment_thanks import ThanksState
from amiable.store.outbox import BY_PERSON
from amiable.store.thanks import reopen

CARRIED = (Channel.EMAIL.value, Channel.SMS.value)
"""The channels a program may use by itself: letters wait for printing, calls for a person."""
WITHDRAWN = "withdrawn"
"""Why a message of the policy's is cancelled that may be released anew."""


def automatic_customers(company: int) -> list[int]:
    """The customers whose step of today leaves by itself and is not in the outbox.

    What a person took back, gave up or has to look at is that person's: it is not released again.
    """
    entries = PlanEntry.objects.of(company).filter(
        ended_on=None, kind="remind", channel__in=CARRIED
    )
    steps = entries.annotate(cycle=KT("detail__cycle"), approval=KT("detail__approval"))
    ordered = steps.order_by("-amount_minor", "pk")
    found = [
        (customer, cycle, step)
        for customer, cycle, step, approval in ordered.values_list(
            "customer_id", "cycle", "step", "approval"
        )
        if approval == Approval.AUTOMATIC.value
    ]
    taken = _taken(company, [customer for customer, _, _ in found]) if found else set()
    return [step[0] for step in found if step not in taken]


def _taken(company: int, customers: list[int]) -> set[tuple[int, str, int]]:
    rows = OutboxRow.objects.of(company).filter(customer_id__among=customers)
    free = Q(state=OutboxState.CANCELLED) & ~_by_person()
    return set(rows.exclude(free).values_list("customer_id", "cycle", "step"))


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
