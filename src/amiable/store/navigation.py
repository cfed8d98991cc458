"""What waits in each place of the navigation, counted for every page in one statement."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import QuerySet

from amiable.store.doubtful import doubtful
from amiable.store.lists.conversations import waiting_conversations
from amiable.store.lists.disputes import waiting_disputes
from amiable.store.worklist import Wanted, work

MOST = 1_000
"""Past so many, the exact figure would cost more than the page it stands on."""


def count_waiting(
    company: int, only: tuple[int, ...] | None, today: date, at: datetime
) -> dict[str, int]:
    """What waits, by the place's name, for who sees the customers ``only`` (None: all)."""
    return _counts({
        "today": work(company, today, Wanted(only=only)),
        "inbox": waiting_conversations(company, only),
        "disputes": waiting_disputes(company, only, today),
        "doubtful": doubtful(company, only, at=at),
    })  # fmt: skip


def _counts(asked: Mapping[str, QuerySet[Any]]) -> dict[str, int]:
    """How many rows each has, none counted further than ``MOST``."""
    counts = dict.fromkeys(asked, 0)
    parts: list[tuple[str, str]] = []
    params: list[Any] = []
    for name, rows in asked.items():
        try:
            sql, more = rows.order_by().values("pk")[:MOST].query.sql_with_params()
        except EmptyResultSet:  # there can be none
            continue
        parts.append((name, f"(SELECT COUNT(*) FROM ({sql}) AS part)"))  # noqa: S608 Django's own
        params += more
    if not parts:
        return counts
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {', '.join(part for _, part in parts)}", params)
        found = cursor.fetchone()
    return counts | {name: count for (name, _), count in zip(parts, found, strict=True)}
