"""DKIM keys: a company's rows."""

from datetime import datetime

from amiable.store.models import DkimKey


def active_key(company: int) -> DkimKey | None:
    """The key that signs, if there is one."""
    return DkimKey.objects.of(company).filter(active=True).first()


def waiting_key(company: int) -> DkimKey | None:
    """The key that waits for its record, if there is one."""
    return DkimKey.objects.of(company).filter(active=False).first()


def add_waiting_key(
    company: int, *, domain: str, selector: str, sealed_key: str, at: datetime
) -> DkimKey:
    """A new key that waits, instead of one that waited before."""
    DkimKey.objects.of(company).filter(active=False).delete()
    return DkimKey.objects.of(company).create(
        company_id=company, domain=domain, selector=selector, sealed_key=sealed_key, made_at=at
    )


def let_sign(row: DkimKey) -> bool:
    """The waiting key signs from now on, in place of another; False when it is gone by now."""
    keys = DkimKey.objects.of(row.company_id)
    keys.filter(active=True).exclude(pk=row.pk).delete()
    return bool(keys.filter(pk=row.pk).update(active=True))


def stop_signing(company: int) -> None:
    """No key signs any more: the one that did waits, unless a newer one does."""
    keys = DkimKey.objects.of(company)
    signing = keys.filter(active=True)
    if keys.filter(active=False).exists():
        signing.delete()
    else:
        signing.update(active=False)


def forget_waiting(company: int) -> bool:
    """Delete the key that waits; False when there was none."""
    deleted, _ = DkimKey.objects.of(company).filter(active=False).delete()
    return bool(deleted)
