"""Undo: take the newest import back, as if it had never been."""

from datetime import datetime

from django.db import transaction

from amiable.desk.calendar import due_calendar
from amiable.desk.derive import derive_again
from amiable.desk.event import Event, import_data
from amiable.desk.webhook import announce
from amiable.store.company import lock_company
from amiable.store.customer import touch, touch_all
from amiable.store.dispute import contested_invoices
from amiable.store.import_run import last_run, take_back
from amiable.store.models import Company, ImportRun


class NothingToUndo(LookupError):
    """No import is left to be undone."""


class NotTheLast(ValueError):
    """Only the newest import can be undone, for later ones rest on it; ``last`` is its number."""

    def __init__(self, run: int, last: int) -> None:
        super().__init__(f"import {run} is not the newest: undo import {last} first")
        self.last = last


def undo_import(company: Company, number: int | None = None, *, at: datetime) -> ImportRun:
    """Undo the newest import (``number``, if given, must be its). Raises NothingToUndo, NotTheLast.

    What it created is deleted, what it changed gets its values back, and the customers it
    touched are matched and decided anew.
    """
    with transaction.atomic():
        lock_company(company)
        run = last_run(company.pk)
        if run is None:
            raise NothingToUndo(company.name)
        if number is not None and number != run.pk:
            raise NotTheLast(number, run.pk)
        touched = sorted(take_back(run))
        contested = contested_invoices(company.pk, touched)
        derive_again(company.pk, touched, due_calendar(company), contested)
        touch(company.pk, touched)
        if company.imported_on != run.previous_on:
            company.imported_on = run.previous_on
            company.save(update_fields=["imported_on"])
            touch_all(company.pk)  # the ledger may be too old now
        run.undone_at = at
        run.save(update_fields=["undone_at"])
        announce(company, Event.IMPORT_UNDONE, {"import": import_data(run)}, at)
    return run
