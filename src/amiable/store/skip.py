"""Skips and holds in the database, one by one: those a person may still undo."""

from amiable.store.customer import touch
from amiable.store.models import Hold, Skip


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
