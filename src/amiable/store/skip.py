"""Skips and holds in the database, one by one: those a person may still undo."""

from collections.abc import Sequence
from datetime import date

from amiable.store.customer import touch
from amiable.store.models import Hold, Skip


def skip_step(
    company: int,
    customer: int,
    cycle: str,
    step: int,
    *,
    on: date,
    invoices: Sequence[str],
    note: str = "",
) -> Skip:
    """Leave a step of a cycle out, once: the row that says so."""
    row, _ = Skip.objects.of(company).get_or_create(
        company_id=company,
        key=f"skip|{customer}|{cycle}|{step}",
        defaults={
            "customer_id": customer,
            "skipped_on": on,
            "step": step,
            "invoices": list(invoices),
            "note": note,
        },
    )
    return row


def skip_of(company: int, pk: int) -> Skip | None:
    """A skipped step."""
    return Skip.objects.of(company).filter(pk=pk).first()


def hold_of(company: int, pk: int) -> Hold | None:
    """A hold."""
    return Hold.objects.of(company).filter(pk=pk).first()


def drop_skip(row: Skip) -> None:
    """The step is open again."""
    company, customer = row.company_id, row.customer_id
    Skip.objects.of(company).filter(pk=row.pk).delete()
    touch(company, [customer])


def end_hold(row: Hold) -> None:
    """The hold never was in force."""
    row.until_on = row.from_on
    row.save(update_fields=["until_on"])
    touch(row.company_id, [row.customer_id])
