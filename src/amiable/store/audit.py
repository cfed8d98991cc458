"""The audit log in the database: appended, read newest first."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db import connection
from django.db.models import Max, Min, QuerySet

from amiable.store.models import AuditEntry


def add_entry(entry: AuditEntry) -> None:
    """Append one entry."""
    entry.save(force_insert=True)


def authors(company: int, customer: int, subjects: Iterable[str]) -> dict[str, str]:
    """Who first wrote about each row of a customer: subject -> the person's name."""
    rows = AuditEntry.objects.of(company).filter(customer_id=customer, subject__in=list(subjects))
    found: dict[str, str] = {}
    for subject, name in rows.order_by("pk").values_list("subject", "name"):
        found.setdefault(subject, name)
    return found


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditFilter:
    """Which entries are meant; None and empty do not matter. ``until`` itself is excluded."""

    user: int | None = None
    code: str = ""
    customer: int | None = None
    door: str = ""
    since: datetime | None = None
    until: datetime | None = None


def entries_of(company: int, meant: AuditFilter) -> QuerySet[AuditEntry]:
    """The entries that fit, in the order they were written, newest first."""
    rows = AuditEntry.objects.of(company)
    wanted = {
        "user_id": meant.user,
        "code": meant.code,
        "customer_id": meant.customer,
        "door": meant.door,
    }
    rows = rows.filter(**{name: value for name, value in wanted.items() if value})
    if meant.since or meant.until:
        rows = _of_period(rows, company, meant)
    return rows.order_by("-pk")


def _of_period(
    rows: QuerySet[AuditEntry], company: int, meant: AuditFilter
) -> QuerySet[AuditEntry]:
    """Those of a period.

    A deed is dated when it begins and written when it ends, so the log is nearly in the order of
    time, not quite. The keys of the period, from the index ``audit_at`` alone, say where in the
    log to look: without them the newest entries would be read until the period is reached.
    """
    bounds = {"at__gte": meant.since, "at__lt": meant.until}
    bounds = {name: at for name, at in bounds.items() if at}
    period = AuditEntry.objects.of(company).filter(**bounds)
    found = period.aggregate(first=Min("pk"), last=Max("pk"))
    if found["first"] is None:
        return rows.none()
    return rows.filter(pk__gte=found["first"], pk__lte=found["last"], **bounds)


def page_of_entries(
    company: int, meant: AuditFilter, before: int | None, limit: int
) -> list[AuditEntry]:
    """One page of the log: what is older than an entry."""
    rows = entries_of(company, meant)
    return list((rows.filter(pk__lt=before) if before else rows)[:limit])


def codes_of(company: int) -> list[str]:
    """The deeds that stand in a company's log.

    From each code the index leads to the next: a plain DISTINCT reads the whole log.
    """
    with connection.cursor() as cursor:
        cursor.execute(_CODES, [company, company])
        return [code for (code,) in cursor.fetchall()]


_CODES = """
    WITH RECURSIVE found(code) AS (
        SELECT MIN(code) FROM store_auditentry WHERE company_id = %s
        UNION ALL
        SELECT (SELECT MIN(code) FROM store_auditentry
                WHERE company_id = %s AND code > found.code)
        FROM found WHERE found.code IS NOT NULL)
    SELECT code FROM found WHERE code IS NOT NULL"""
