"""Closing: everything that belongs to one company, read for the last time and taken away."""

import json
from collections.abc import Collection, Iterator
from datetime import datetime, time
from functools import cache
from graphlib import TopologicalSorter
from typing import Any

from django.apps import apps
from django.db import models

from amiable.store.models import (
    ApiToken,
    Company,
    Membership,
    OutboxRow,
    Upload,
    User,
    Webhook,
)
from amiable.store.models.outbox import OutboxState
from amiable.store.scope import CompanyRow

Table = type[CompanyRow]
_SECRET = ("digest", "report_key", "web_key")  # and whatever is sealed: see `columns_of`
_CHUNK = 2_000  # rows read at once


@cache
def tables() -> tuple[Table, ...]:
    """Every table inside companies, each before those its rows point to.

    Taken from the models themselves, so that no table is forgotten. Raises CycleError when two
    tables point to each other: then neither can go first.
    """
    found = [
        one for one in apps.get_app_config("store").get_models() if issubclass(one, CompanyRow)
    ]
    pointing: dict[Table, set[Table]] = {one: set() for one in found}
    for one in found:
        for column in one._meta.concrete_fields:
            if column.related_model in pointing and column.related_model is not one:
                pointing[column.related_model].add(one)
    return tuple(TopologicalSorter(pointing).static_order())


def name_of(table: Table) -> str:
    """How a table is called where people see it."""
    return str(table._meta.model_name)


def count_rows(company: int, names: Collection[str] = ()) -> dict[str, int]:
    """How many rows of each table (of these names, or all) a company has, empty ones left out."""
    by_name = {name_of(one): one for one in tables()}
    counts = {name: by_name[name].objects.of(company).count() for name in sorted(names or by_name)}
    return {name: count for name, count in counts.items() if count}


def accounts_of(company: int) -> list[User]:
    """Who signs in to this company and to no other."""
    mine = Membership.objects.of(company).values("user")
    # Whoever works for another company too keeps the account: so all companies are looked at.
    others = Membership.everywhere.exclude(company_id=company).values("user")
    return list(User.objects.filter(pk__in=mine).exclude(pk__in=others).order_by("pk"))


def stop(company: int, at: datetime) -> None:
    """Nobody gets in any more, by no door, and nothing leaves."""
    Membership.objects.of(company).update(active=False)
    ApiToken.objects.of(company).filter(revoked_at=None).update(revoked_at=at)
    Webhook.objects.of(company).update(active=False)
    waiting = OutboxRow.objects.of(company).filter(state=OutboxState.APPROVED)
    waiting.update(state=OutboxState.CANCELLED)


# --- reading ----------------------------------------------------------------------------------


def columns_of(table: Table) -> list[str]:
    """The columns of a table that may be written down: no secret, and no file."""
    return [
        column.attname
        for column in table._meta.concrete_fields
        if not column.name.startswith("sealed_")
        and column.name not in _SECRET
        and not isinstance(column, models.BinaryField)
    ]


def files_in(table: Table) -> list[str]:
    """The columns of a table that hold whole files."""
    columns = table._meta.concrete_fields
    return [column.attname for column in columns if isinstance(column, models.BinaryField)]


def rows_of(company: int, table: Table) -> Iterator[list[Any]]:
    """The rows of a table in the order they were made, a few at a time."""
    rows = table.objects.of(company).order_by("pk").values_list(*columns_of(table))
    for row in rows.iterator(chunk_size=_CHUNK):
        yield [_plain(value) for value in row]


def contents_of(company: int, table: Table, column: str) -> Iterator[tuple[int, bytes]]:
    """The files of a column, by the key of their row, one after the other."""
    rows = table.objects.of(company).order_by("pk").values_list("pk", column)
    for pk, content in rows.iterator(chunk_size=1):
        if content:
            yield pk, bytes(content)


def _plain(value: Any) -> Any:
    """A value as a cell holds it; instants with their clock, lists and objects as JSON."""
    if isinstance(value, dict | list):
        return json.dumps(value, ensure_ascii=False)
    return value.isoformat() if isinstance(value, datetime | time) else value


# --- taking away ------------------------------------------------------------------------------


def delete_some(company: int, table: Table, most: int) -> int:
    """Delete the oldest rows of a table, so many at most; how many went.

    What pointed to them from other tables is gone already (`tables`), so the database alone does
    it: nothing is loaded to look for more.
    """
    rows = table.objects.of(company)
    pks = list(rows.order_by("pk").values_list("pk", flat=True)[:most])
    if not pks:
        return 0
    gone = rows.filter(pk__lte=pks[-1])
    for column in table._meta.concrete_fields:
        if column.related_model is table:
            rows.filter(**{f"{column.name}__in": gone.values("pk")}).update(**{column.name: None})
    return int(gone._raw_delete(gone.db))


def upload_folders(company: int) -> list[str]:
    """The folders on the disk that belong to a company's uploads."""
    rows = Upload.objects.of(company).exclude(folder=None).values_list("folder", flat=True)
    return [folder for folder in rows if folder]


def delete_row(company: int) -> None:
    """Delete the company itself; nothing of it may be left."""
    Company.objects.filter(pk=company).delete()
