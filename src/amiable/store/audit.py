"""The audit log in the database: appended, read newest first."""

from collections.abc import Iterable

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
