"""Keyset paging: the page after a row, or before it, at the same cost wherever the row stands.

A list is ordered by one column, then by primary key, so that equal values have an order too.
Rows without a value come last in both directions, on both databases; they are a second, small
query of their own, because databases differ on where they put them in an index.
"""

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any, Generic, TypeVar

from django.db.models import BooleanField, Expression, F, Field, Func, Model, QuerySet, Value

from amiable.store.spelling import Bytewise

M = TypeVar("M", bound=Model)
PAGE = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """By a column; ``text``: in the order of its bytes; ``empties``: some rows have no value.

    ``sorted_apart``: the filters leave few rows, so find them first and sort them afterwards.
    """

    column: str
    descending: bool = False
    text: bool = False
    empties: bool = False
    sorted_apart: bool = False

    @property
    def key(self) -> F | Expression:
        """What the database orders by."""
        if self.text:
            return Bytewise(F(self.column))
        return Apart(F(self.column)) if self.sorted_apart else F(self.column)


class Apart(Func):
    """A column as SQLite cannot find it in an index: it would walk a whole one for a few rows."""

    template = "%(expressions)s"
    arity = 1

    def as_sqlite(self, compiler: Any, connection: Any, **more: Any) -> tuple[str, Any]:
        """A plus changes nothing but that."""
        return self.as_sql(compiler, connection, template="+%(expressions)s", **more)


class Beyond(Func):
    """(column, key) > (value, key of a row): one comparison, so that an index is entered there."""

    output_field = BooleanField()
    conditional = True
    arity = 4

    def as_sql(self, compiler: Any, *_: Any, **__: Any) -> tuple[str, Any]:
        """A comparison of rows, which both databases know."""
        parts = [compiler.compile(one) for one in self.get_source_expressions()]
        column, key, value, pk = (sql for sql, _ in parts)
        parameters = [parameter for _, given in parts for parameter in given]
        return f"({column}, {key}) {self.extra['sign']} ({value}, {pk})", parameters


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """A row's place in the order. ``back``: what stands before it is wanted."""

    value: str | int | date | None
    pk: int
    back: bool = False

    def text(self) -> str:
        """For an address."""
        value = self.value.isoformat() if isinstance(self.value, date) else self.value
        data = json.dumps([value, self.pk, int(self.back)]).encode()
        return urlsafe_b64encode(data).decode().rstrip("=")


def read_mark(text: str, order: Order, model: type[Model]) -> Mark | None:
    """The mark an address holds; None for one that nobody made: the list begins at its start."""
    try:
        data = urlsafe_b64decode(text + "=" * (-len(text) % 4))
        value, pk, back = json.loads(data)
        if value is not None:
            value = model._meta.get_field(order.column).to_python(value)  # type: ignore[union-attr]
        if value is None and not order.empties:
            return None
        return Mark(value=value, pk=int(pk), back=bool(back))
    except Exception:  # whatever is wrong with it, it is not ours
        return None


@dataclass(frozen=True, slots=True, kw_only=True)
class Slice(Generic[M]):
    """A page of rows with the marks of the pages around it, None where there is none."""

    rows: list[M]
    before: Mark | None
    after: Mark | None


def page_of(rows: QuerySet[M], order: Order, mark: Mark | None, size: int = PAGE) -> Slice[M]:
    """The ``size`` rows after a mark, or before it; two queries at most."""
    back = mark is not None and mark.back
    found = list(_from(rows, order, mark, size + 1))
    more = len(found) > size
    found = found[:size]
    if back:
        found.reverse()
    first = _mark(found[0], order, back=True) if found else None
    last = _mark(found[-1], order, back=False) if found else None
    return Slice(
        rows=found,
        before=first if (more if back else mark is not None) else None,
        after=last if (True if back else more) else None,
    )


def every(rows: QuerySet[M], order: Order, size: int = 2_000) -> Iterator[list[M]]:
    """All rows in order, a handful at a time: an export."""
    mark: Mark | None = None
    while found := list(_from(rows, order, mark, size)):
        yield found
        if len(found) < size:
            return
        mark = _mark(found[-1], order, back=False)


def _mark(row: Model, order: Order, *, back: bool) -> Mark:
    return Mark(value=getattr(row, order.column), pk=row.pk, back=back)


def _from(rows: QuerySet[M], order: Order, mark: Mark | None, count: int) -> Iterator[M]:
    """The rows beyond a mark in reading direction, those without a value in their turn."""
    back = mark is not None and mark.back
    down = order.descending != back  # the direction of both the values and the keys
    valued = rows.filter(**{f"{order.column}__isnull": False}) if order.empties else rows
    in_empties = mark is not None and mark.value is None
    parts: list[QuerySet[M]] = []
    if not in_empties or back:
        parts.append(_valued(valued, order, None if in_empties else mark, down=down))
    if order.empties and (in_empties or not back):
        empties = rows.filter(**{f"{order.column}__isnull": True})
        parts.append(_empties(empties, mark if in_empties else None, down=down))
    for part in reversed(parts) if back else parts:
        found = list(part[:count])
        yield from found
        count -= len(found)
        if count <= 0:
            return


def _valued(rows: QuerySet[M], order: Order, mark: Mark | None, *, down: bool) -> QuerySet[M]:
    if mark is not None:
        field = rows.model._meta.get_field(order.column)
        assert isinstance(field, Field)
        value = Value(mark.value, output_field=field)
        sign = "<" if down else ">"
        rows = rows.filter(Beyond(order.key, F("pk"), _sent(value, order), mark.pk, sign=sign))
    ordered = order.key.desc() if down else order.key.asc()
    return rows.order_by(ordered, "-pk" if down else "pk")


def _sent(value: Value, order: Order) -> Value:
    """A text is compared as it is; a generated column has no value of its own to prepare."""
    return Value(value.value) if order.text else value


def _empties(rows: QuerySet[M], mark: Mark | None, *, down: bool) -> QuerySet[M]:
    if mark is not None:
        rows = rows.filter(pk__lt=mark.pk) if down else rows.filter(pk__gt=mark.pk)
    return rows.order_by("-pk" if down else "pk")
