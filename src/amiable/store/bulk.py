"""Bulk writing: many rows in one statement each, without building a model instance a row."""

from collections.abc import Callable, Iterable, Sequence
from functools import partial
from itertools import islice
from typing import Any, TypeVar

from django.db import connection, models

from amiable.store.models import Contact, Dispute

Row = Sequence[Any]
Key = TypeVar("Key", int, str)
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
    table = model._meta.db_table
    columns = ", ".join(f'"{_column(model, field).column}"' for field in fields)
    if connection.vendor == "postgresql":
        return _by_chunk(rows, partial(_copy, f'COPY "{table}" ({columns}) FROM STDIN'))
    marks = ", ".join(["%s"] * len(fields))
    statement = f'INSERT INTO "{table}" ({columns}) VALUES ({marks})'  # noqa: S608 our own names
    return _by_chunk(rows, partial(_repeat, statement))


def update_rows(model: type[models.Model], fields: Sequence[str], rows: Iterable[Row]) -> int:
    """Update rows by primary key: tuples of the new values in order, then the primary key.

    Of two tuples with the same key the later one counts.
    """
    table, columns = model._meta.db_table, [_column(model, field) for field in (*fields, "id")]
    names = [column.column for column in columns]
    if connection.vendor == "postgresql":
        sets = ", ".join(f'"{name}" = new."{name}"' for name in names[:-1])
        arrays = ", ".join(f"%s::{_array(column)}" for column in columns)
        quoted = ", ".join(f'"{name}"' for name in names)
        statement = (
            f'UPDATE "{table}" SET {sets} FROM unnest({arrays}) AS new ({quoted})'  # noqa: S608
            f' WHERE "{table}".id = new.id'
        )
        return _by_chunk(rows, partial(_join, statement))
    sets = ", ".join(f'"{name}" = %s' for name in names[:-1])
    return _by_chunk(rows, partial(_repeat, f'UPDATE "{table}" SET {sets} WHERE id = %s'))  # noqa: S608


def _column(model: type[models.Model], name: str) -> "models.Field[Any, Any]":
    column = model._meta.get_field(name)
    assert isinstance(column, models.Field)
    return column


def _array(column: "models.Field[Any, Any]") -> str:
    """Without a length: a cast would cut what is too long, where the column refuses it."""
    kind = column.db_type(connection)
    assert kind is not None
    return f"{kind.partition('(')[0]}[]"


def _by_chunk(rows: Iterable[Row], write: Callable[[list[Row]], None]) -> int:
    count = 0
    iterator = iter(rows)
    while chunk := list(islice(iterator, _CHUNK)):
        write(chunk)
        count += len(chunk)
    return count


def _repeat(statement: str, chunk: list[Row]) -> None:
    """Once a row: SQLite prepares the statement once, and there is no way to a server."""
    with connection.cursor() as cursor:
        cursor.executemany(statement, chunk)


def _copy(statement: str, chunk: list[Row]) -> None:
    with (
        connection.cursor() as cursor,
        connection.wrap_database_errors,
        cursor.copy(statement) as copy,
    ):
        for row in chunk:
            copy.write_row(row)


def _join(statement: str, chunk: list[Row]) -> None:
    """One statement for all rows: PostgreSQL would plan one a row."""
    last = {row[-1]: row for row in chunk}
    with connection.cursor() as cursor:
        cursor.execute(statement, [list(values) for values in zip(*last.values(), strict=True)])


def known_keys(model: type[Contact] | type[Dispute], company: int, keys: Sequence[str]) -> set[str]:
    """Those of some natural keys that the company has rows of."""
    found: set[str] = set()
    for at in range(0, len(keys), 500):
        rows = model.objects.of(company).filter(key__in=keys[at : at + 500])
        found.update(rows.values_list("key", flat=True))
    return found


def chunks(keys: Sequence[Key], size: int = 500) -> Iterable[Sequence[Key]]:
    """Keys by the handful: SQL has a limit of parameters a statement."""
    return (keys[at : at + size] for at in range(0, len(keys), size))
