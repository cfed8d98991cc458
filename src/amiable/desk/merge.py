"""Merge: two customers turn out to be one; all that belongs to one goes to the other, and back."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction

from amiable.desk.access import Actor, own
from amiable.desk.audit import recorded, subject
from amiable.desk.calendar import due_calendar
from amiable.desk.derive import derive_again
from amiable.desk.plan import redraw
from amiable.engine.money import Money
from amiable.store.company import lock_company
from amiable.store.customer import touch
from amiable.store.dispute import contested_invoices
from amiable.store.ledger import balances_of
from amiable.store.merge import add_merge, count_rows, move_all, move_back
from amiable.store.models import Company, Customer, Merge


class MergeRefused(ValueError):
    """These two cannot be merged, or not be parted again: ``code`` says why."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True, slots=True, kw_only=True)
class Side:
    """One of two customers, and what it has: rows by table, and what it owes."""

    row: Customer
    rows: Mapping[str, int]
    owed: tuple[Money, ...]


def sides_of(company: Company, customers: Sequence[Customer]) -> list[Side]:
    """What each customer has, to see what a merge would move. Raises OtherCompany."""
    own(company, *customers)
    owed = balances_of(company.pk, [row.pk for row in customers])
    return [
        Side(
            row=row,
            rows=count_rows(company.pk, row.pk),
            owed=tuple(
                Money(minor=minor, currency=currency)
                for (pk, currency), minor in sorted(owed.items())
                if pk == row.pk
            ),
        )
        for row in customers
    ]


def merge_customers(
    actor: Actor, kept: Customer, gone: Customer, *, today: date, at: datetime
) -> Merge:
    """Everything of ``gone`` becomes ``kept``'s, and so does what imports will say of it.

    Payments are matched anew over what both owed. Raises MergeRefused, OtherCompany.
    """
    company = actor.company
    own(company, kept, gone)
    with transaction.atomic():
        lock_company(company)
        kept.refresh_from_db(fields=["merged_into"])
        gone.refresh_from_db(fields=["merged_into"])
        _check(kept, gone)
        with recorded(actor, "merged", at=at, customer=kept, gone=gone.name, key=gone.key) as entry:
            moved = move_all(company.pk, gone, kept, today)
            merge = add_merge(company.pk, kept, gone, moved, at)
            gone.merged_into = kept
            gone.save(update_fields=["merged_into"])
            entry.subject = subject(merge)
        _match_anew(company, [kept.pk, gone.pk])
        redraw(company, [kept.pk], today)
    return merge


def _check(kept: Customer, gone: Customer) -> None:
    if kept.pk == gone.pk:
        raise MergeRefused("same")
    if kept.merged_into_id is not None or gone.merged_into_id is not None:
        raise MergeRefused("merged_before")


def undo_merge(actor: Actor, merge: Merge, *, today: date, at: datetime) -> None:
    """Part them again: the rows that moved go back, those that came in under its name since too.

    Raises MergeRefused when it was undone, or when the customer kept has been merged itself.
    """
    company = actor.company
    own(company, merge)
    with transaction.atomic():
        lock_company(company)
        merge.refresh_from_db()
        if merge.undone_at is not None:
            raise MergeRefused("undone_before")
        kept, gone = merge.kept, merge.gone
        if kept.merged_into_id is not None:
            raise MergeRefused("kept_is_merged")
        with recorded(actor, "merge_undone", at=at, customer=kept, gone=gone.name) as entry:
            move_back(merge)
            gone.merged_into = None
            gone.save(update_fields=["merged_into"])
            merge.undone_at = at
            merge.save(update_fields=["undone_at"])
            entry.subject = subject(merge)
        _match_anew(company, [kept.pk, gone.pk])
        redraw(company, [kept.pk, gone.pk], today)


def _match_anew(company: Company, customers: Sequence[int]) -> None:
    """What each of them owes is no longer what it was."""
    contested = contested_invoices(company.pk, customers)
    derive_again(company.pk, customers, due_calendar(company), contested)
    touch(company.pk, customers)
