"""Import runs in the database: what came in together, what it changed, how to take it back."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime
from typing import Any

from django.db import models as django

from amiable.engine.ledger import MONEY_RECEIVED
from amiable.store.models import (
    Contact,
    Credit,
    Customer,
    Dispute,
    ImportChange,
    ImportRun,
    Invoice,
)

TABLES: dict[str, type[django.Model]] = {
    "contact": Contact,
    "credit": Credit,
    "customer": Customer,
    "dispute": Dispute,
    "invoice": Invoice,
}
_GONE = "deleted"


def open_run(
    company: int, format: str, files: Sequence[str], on: date, previous_on: date | None
) -> ImportRun:
    """A new import run; ``previous_on`` is the freshness to go back to if it is undone."""
    return ImportRun.objects.of(company).create(
        company_id=company,
        format=format,
        files=list(files),
        imported_on=on,
        previous_on=previous_on,
    )


def close_run(run: ImportRun, summary: dict[str, Any], at: datetime) -> None:
    """The run is complete: keep what was shown of it."""
    run.summary, run.finished_at = summary, at
    run.save(update_fields=["summary", "finished_at"])


def last_run(company: int) -> ImportRun | None:
    """The newest run that is not undone: the only one that may be."""
    return ImportRun.objects.of(company).filter(undone_at=None).order_by("-pk").first()


def list_runs(company: int) -> list[ImportRun]:
    """All runs, newest first."""
    return list(ImportRun.objects.of(company).order_by("-pk"))


def run_row(company: int, pk: int) -> ImportRun | None:
    """A run of a company."""
    return ImportRun.objects.of(company).filter(pk=pk).first()


def page_of_runs(company: int, before: int | None, size: int) -> list[ImportRun]:
    """Runs older than one of them, newest first."""
    rows = ImportRun.objects.of(company).order_by("-pk")
    return list((rows.filter(pk__lt=before) if before else rows)[:size])


def payments_brought(run: ImportRun, since: date) -> Iterator[Credit]:
    """The money a run brought in, received since a day, with the customers."""
    rows = Credit.objects.of(run.company_id).filter(
        import_run=run, received_on__gte=since, kind__in=[kind.value for kind in MONEY_RECEIVED]
    )
    return rows.select_related("customer").order_by("pk").iterator(chunk_size=1_000)


def remember_changes(
    run: ImportRun, table: str, before: Iterable[tuple[int, dict[str, Any]]]
) -> None:
    """Keep the values of changed rows: (primary key, column -> value before, JSON-ready)."""
    ImportChange.objects.of(run.company_id).bulk_create(
        ImportChange(company_id=run.company_id, import_run=run, table=table, row=pk, before=values)
        for pk, values in before
    )


def remember_deleted(run: ImportRun, table: str, rows: Iterable[django.Model]) -> None:
    """Keep whole rows that are about to be deleted."""
    whole = []
    for row in rows:
        fields = [field.attname for field in row._meta.concrete_fields]
        values = {name: _plain(getattr(row, name)) for name in fields}
        whole.append((row.pk, {_GONE: values}))
    remember_changes(run, table, whole)


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else value


def take_back(run: ImportRun) -> set[int]:
    """Undo the changes and delete the rows of a run; returns the customers touched.

    Customers created by the run stay when anything else was recorded of them since.
    """
    touched = set[int]()
    for model in (Invoice, Credit, Dispute, Contact):
        rows = model.everywhere.filter(company_id=run.company_id, import_run=run)
        touched |= set(rows.values_list("customer_id", flat=True))
        rows.delete()
    # Only now: a row that the run deleted may have the key of one that it created.
    changes = ImportChange.objects.of(run.company_id).filter(import_run=run)
    for change in changes.order_by("-pk"):
        touched |= _restore(run.company_id, change)
    created = Customer.objects.of(run.company_id).filter(import_run=run)
    lonely = created
    for relation in _RELATIONS:
        lonely = lonely.filter(**{f"{relation}__isnull": True})
    gone = set(lonely.values_list("pk", flat=True))
    Customer.objects.of(run.company_id).filter(pk__in=gone).delete()
    return touched - gone


_RELATIONS = (
    "invoices", "credits", "contacts", "disputes", "promises", "holds", "skips", "replies",
    "outbox",
)  # fmt: skip


def _restore(company: int, change: ImportChange) -> set[int]:
    model = TABLES[change.table]
    values = change.before.get(_GONE)
    if values is None:
        rows = model._base_manager.filter(company_id=company, pk=change.row)
        before = {name: _read(model, name, value) for name, value in change.before.items()}
        if model is Customer:
            by_hand = rows.values_list("by_hand", flat=True).first() or ""
            before = {name: value for name, value in before.items() if name not in by_hand.split()}
        if before:
            rows.update(**before)
        if model is Customer:
            return {change.row}
        return set(rows.values_list("customer_id", flat=True))
    row = model(**{name: _read(model, name, value) for name, value in values.items()})
    row.save(force_insert=True)
    return {values["customer_id"]}


def _read(model: type[django.Model], name: str, value: Any) -> Any:
    field = next(item for item in model._meta.concrete_fields if item.attname == name)
    dated = isinstance(field, django.DateField) or field.__class__.__name__ == "DayField"
    return date.fromisoformat(value) if dated and isinstance(value, str) else value
