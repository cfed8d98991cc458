"""Bulk writing: many rows in one statement each, without building a model instance a row."""

from collections.abc import Iterable, Sequence
from itertools import islice
from typing import Any

from django.db import connection, models

from amiable.store.models import Contact, Dispute

Row = Sequence[Any]
_CHUNK = 5_000


def reserve_ids(model: type[models.Model], count: int) -> Sequence[int]:
    """Primary keys nobody else will get; call inside the transaction that inserts them.

    On PostgreSQL from the table's sequence; on SQLite the writer's lock makes max + 1 safe.
    """
    table = model._meta.db_table
    if not count:
        return ()
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(
                "SELECT nextval(pg_get_serial_sequence(%s, 'id')) FROM generate_series(1, %s)",
                [table, count],
            )
            return [int(row[0]) for row in cursor.fetchall()]
        cursor.execute(
            f'SELECT MAX((SELECT COALESCE(MAX(id), 0) FROM "{table}"),'  # noqa: S608 our own name
            " COALESCE((SELECT seq FROM sqlite_sequence WHERE name = %s), 0))",
            [table],
        )
        first = int(cursor.fetchone()[0]) + 1
        return range(first, first + count)


def insert_rows(model: type[models.Model], fields: Sequence[str], rows: Iterable[Row]) -> int:
    """Insert rows given as tuples in the order of ``fields``; returns how many."""
    columns = ", ".join(_column(model, field) for field in fields)
    marks = ", ".join(["%s"] * len(fields))
    return _many(f'INSERT INTO "{model._meta.db_table}" ({columns}) VALUES ({marks})', rows)  # noqa: S608


def update_rows(model: type[models.Model], fields: Sequence[str], rows: Iterable[Row]) -> int:
    """Update rows by primary key: tuples of the new values in order, then the primary key."""
    sets = ", ".join(f"{_column(model, field)} = %s" for field in fields)
    return _many(f'UPDATE "{model._meta.db_table}" SET {sets} WHERE id = %s', rows)  # noqa: S608


def _column(model: type[models.Model], field: str) -> str:
    column = model._meta.get_field(field)
    assert isinstance(column, models.Field)
    return f'"{column.column}"'


def _many(statement: str, rows: Iterable[Row]) -> int:
    count = 0
    iterator = iter(rows)
    with connection.cursor() as cursor:
        while chunk := list(islice(iterator, _CHUNK)):
            cursor.executemany(statement, chunk)
            count += len(chunk)
    return count


def known_keys(model: type[Contact] | type[Dispute], company: int, keys: Sequence[str]) -> set[str]:
    """Those of some natural keys that the company has rows of."""
    found: set[str] = set()
    for at in range(0, len(keys), 500):
        rows = model.objects.of(company).filter(key__in=keys[at : at + 500])
        found.update(rows.values_list("key", flat=True))
    return found


def chunks(keys: Sequence[int], size: int = 500) -> Iterable[Sequence[int]]:
    """Primary keys by the handful: SQL has a limit of parameters a statement."""
    return (keys[at : at + size] for at in range(0, len(keys), size))
