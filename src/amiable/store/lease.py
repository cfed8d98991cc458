"""Leases: one worker at a time does a company's work of one kind, and messages leave at a pace.

Everything is one UPDATE with a condition, so that two workers on two machines agree without
asking each other. Instants are those of the workers' clocks, which servers keep together.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta

from django.db.models import Q

from amiable.store.models import Lease

_PACE = "pace"


def take(company: int, work: str, holder: str, *, at: datetime, lasts: timedelta) -> bool:
    """Have some work to oneself until ``at + lasts``; False while another worker has it.

    Whoever has it may take it again, which prolongs it; one that died loses it with time.
    """
    _known(company, work)
    free = Q(holder__in=("", holder)) | Q(until=None) | Q(until__lte=at)
    rows = Lease.objects.of(company).filter(free, work=work)
    return bool(rows.update(holder=holder, until=at + lasts))


def give_back(company: int, work: str, holder: str) -> None:
    """Let another worker have it; nothing happens when it is no longer ours."""
    rows = Lease.objects.of(company).filter(work=work, holder=holder)
    rows.update(holder="", until=None)


@contextmanager
def leased(
    company: int, work: str, holder: str, *, at: datetime, lasts: timedelta
) -> Iterator[bool]:
    """Take a lease and give it back in the end, whatever happens; whether one has it."""
    taken = take(company, work, holder, at=at, lasts=lasts)
    try:
        yield taken
    finally:
        if taken:
            give_back(company, work, holder)


def take_turn(company: int, *, at: datetime, every: timedelta) -> timedelta:
    """Let one message of a company leave now, and the next after ``every``, over all workers.

    Zero: it may leave. Else how long to wait before asking again.
    """
    _known(company, _PACE)
    row = Lease.objects.of(company).filter(work=_PACE)
    if row.filter(Q(until=None) | Q(until__lte=at)).update(until=at + every):
        return timedelta(0)
    until = row.values_list("until", flat=True).get()
    # A clock that was set back must not silence a company.
    return min(max(until - at, timedelta(milliseconds=1)), every) if until else timedelta(0)


def _known(company: int, work: str) -> None:
    """Make the row when the company does this work for the first time."""
    rows = Lease.objects.of(company)
    if not rows.filter(work=work).exists():
        rows.bulk_create([Lease(company_id=company, work=work)], ignore_conflicts=True)
