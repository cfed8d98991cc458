"""What every list page has: columns to choose, an order, a place in the list, saved views."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Generic, TypeVar
from urllib.parse import urlencode

from django.db.models import Model, QuerySet
from django.http import QueryDict

from amiable.store.lists.keyset import Mark, Order, Slice, page_of, read_mark
from amiable.store.lists.views import views_of
from amiable.store.models import SavedView
from amiable.web.visit import Visit

M = TypeVar("M", bound=Model)
_ELSEWHERE = frozenset({"at"})  # of the address, what is no part of a view


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """A column of a list. ``sort``: the address that orders by it, empty when nothing does;
    ``sorted``: "ascending", "descending" or empty, as ARIA has it."""

    name: str
    right: bool = False
    always: bool = False
    chosen: bool = True
    sort: str = ""
    sorted: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Views:
    """The saved views of a list; ``query`` is what would be saved now."""

    page: str
    query: str
    views: list[SavedView]
    current: SavedView | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Listing(Generic[M]):
    """A page of a list. ``choices``: every column; ``columns``: those shown."""

    slice: Slice[M]
    choices: list[Column]
    order: Order
    sort: str

    @property
    def columns(self) -> list[Column]:
        """The columns to show."""
        return [column for column in self.choices if column.chosen]

    @property
    def names(self) -> set[str]:
        """The names of the columns to show."""
        return {column.name for column in self.columns}

    @property
    def before(self) -> str:
        """The place of the page before, empty at the beginning."""
        return self.slice.before.text() if self.slice.before else ""

    @property
    def after(self) -> str:
        """The place of the page after, empty at the end."""
        return self.slice.after.text() if self.slice.after else ""


def chosen_order(asked: QueryDict, orders: Mapping[str, Order], default: str) -> tuple[str, Order]:
    """The order asked for ("balance", "-balance") and its name; the default for any other."""
    text = asked.get("sort", "")
    name = text.removeprefix("-")
    if name not in orders:
        text, name = default, default.removeprefix("-")
    return text, replace(orders[name], descending=text.startswith("-"))


def place_in(asked: QueryDict, order: Order, model: type[Model]) -> Mark | None:
    """The place in the list that the address names."""
    text = asked.get("at", "")
    return read_mark(text, order, model) if text else None


def listing(
    visit: Visit,
    rows: QuerySet[M],
    sort: str,
    order: Order,
    columns: Sequence[Column],
    orders: Iterable[str],
) -> Listing[M]:
    """The page of a list that a visit asks for."""
    asked = visit.request.GET
    wanted = set(asked.getlist("col"))
    first = {"balance", "usual", "amount"}  # of these, the largest first
    choices = [
        replace(
            column,
            chosen=column.always or (column.name in wanted if wanted else column.chosen),
            sort=_sort(column.name, sort, down=column.name in first)
            if column.name in orders
            else "",
            sorted=_sorted(column.name, sort),
        )
        for column in columns
    ]
    return Listing(
        slice=page_of(rows, order, place_in(asked, order, rows.model)),
        choices=choices,
        order=order,
        sort=sort,
    )


def _sort(name: str, sort: str, *, down: bool) -> str:
    """What the heading orders by when it is followed: the other way round the second time."""
    if sort.removeprefix("-") == name:
        return name if sort.startswith("-") else f"-{name}"
    return f"-{name}" if down else name


def _sorted(name: str, sort: str) -> str:
    if sort.removeprefix("-") != name:
        return ""
    return "descending" if sort.startswith("-") else "ascending"


def saved_views(visit: Visit, page: str) -> Views:
    """The views a person may choose for a list, and which one is on screen."""
    query = kept_query(visit.request.GET)
    views = views_of(visit.company.pk, visit.user.pk, page)
    current = next((view for view in views if view.query == query), None)
    return Views(page=page, query=query, views=views, current=current)


def kept_query(asked: QueryDict) -> str:
    """An address's filters, order and columns, without the place in the list."""
    pairs = [
        (name, value)
        for name in sorted(asked)
        if name not in _ELSEWHERE
        for value in asked.getlist(name)
        if value
    ]
    return urlencode(pairs)
