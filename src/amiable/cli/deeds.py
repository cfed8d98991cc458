"""Deeds: who acts at the command line, and what was done there, written down like everywhere."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from amiable.cli.command import Request
from amiable.desk.access import Actor
from amiable.desk.audit import recorded
from amiable.desk.plan import redraw
from amiable.store.models import AuditEntry, Company, Customer
from amiable.store.models.audit_entry import Door
from amiable.store.models.membership import Role
from amiable.store.plan import newest_day


class NothingDone(Exception):
    """A deed changed nothing."""


def actor_of(company: Company) -> Actor:
    """Nobody in person: whoever may run commands on the server may do everything."""
    return Actor(company=company, role=Role.ADMINISTRATOR, door=Door.CLI)


@contextmanager
def deed(
    request: Request, company: Company, code: str, **facts: str | int | list[str]
) -> Iterator[AuditEntry]:
    """Something done to the company: both it and its audit entry, or neither."""
    with recorded(actor_of(company), code, at=request.at, customer=None, **facts) as entry:
        yield entry


@contextmanager
def customer_deed(
    request: Request, company: Company, code: str, row: Customer, **facts: str | int
) -> Iterator[AuditEntry]:
    """Something done about a customer, who is decided anew (see `decide_anew`).

    Whoever finds that there was nothing to do raises `NothingDone`: then nothing is written down
    either.
    """
    with recorded(actor_of(company), code, at=request.at, customer=row, **facts) as entry:
        yield entry
        decide_anew(request, company, [row.pk])


def decide_anew(request: Request, company: Company, customers: Sequence[int]) -> None:
    """Decide customers anew after something was done about them, so that all counts agree.

    Only in the plan in force on the day asked for: today's, or one drawn ahead for that day (the
    demo does). A plan of any other day is not stored.
    """
    newest = newest_day(company.pk)
    if not customers or newest is None:
        return
    if newest == request.today or (request.is_now and newest < request.today):
        redraw(company, customers, request.today)
