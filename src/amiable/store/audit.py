"""The audit log in the database: appended, read newest first."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import QuerySet

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
    """The entries that fit, newest first."""
    rows = AuditEntry.objects.of(company)
    wanted = {
        "user_id": meant.user,
        "code": meant.code,
        "customer_id": meant.customer,
        "door": meant.door,
        "at__gte": meant.since,
        "at__lt": meant.until,
    }
    rows = rows.filter(**{name: value for name, value in wanted.items() if value})
    return rows.order_by("-pk")


def page_of_entries(
    company: int, meant: AuditFilter, before: int | None, limit: int
) -> list[AuditEntry]:
    """One page of the log: what is older than an entry."""
    rows = entries_of(company, meant)
    return list((rows.filter(pk__lt=before) if before else rows)[:limit])


def codes_of(company: int) -> list[str]:
    """The deeds that stand in a company's log."""
    rows = AuditEntry.objects.of(company).order_by("code")
    return list(rows.values_list("code", flat=True).distinct())
