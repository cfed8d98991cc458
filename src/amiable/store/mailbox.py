"""Mailboxes in the database: a company's row, which one is due, how far it was read."""

from datetime import datetime, timedelta

from django.db.models import F, Q
from django.db.models.functions import Coalesce

from amiable.store.models import Mailbox


def mailbox_of(company: int) -> Mailbox | None:
    """The company's mailbox, if it has one."""
    return Mailbox.objects.of(company).first()


def answer_address(company: int) -> str:
    """The address whose plus-addresses the company's mailbox takes; empty when there is none."""
    rows = Mailbox.objects.of(company).filter(active=True)
    return rows.values_list("address", flat=True).first() or ""


def mailbox_at(web_key: str) -> Mailbox | None:
    """The mailbox mails are handed in for at an address, with its company."""
    # Across companies: the address a mail is handed in at is all that names one.
    rows = Mailbox.everywhere.filter(web_key=web_key, active=True)
    return rows.select_related("company").first() if web_key else None


def due_mailboxes(at: datetime, every: timedelta) -> list[Mailbox]:
    """Mailboxes read by IMAP that nobody has looked into for a while, with their companies."""
    # Across companies: a round of the worker serves all of them.
    rows = Mailbox.everywhere.filter(_is_due(at - every), active=True).exclude(host="")
    return list(rows.select_related("company").order_by(F("polled_at").asc(nulls_first=True)))


def claim_mailbox(row: Mailbox, at: datetime, every: timedelta) -> bool:
    """Take a look upon oneself: one UPDATE, so that only one of two workers gets it."""
    rows = Mailbox.objects.of(row.company_id).filter(_is_due(at - every), pk=row.pk, active=True)
    return bool(rows.update(polled_at=at))


def _is_due(before: datetime) -> Q:
    return Q(polled_at=None) | Q(polled_at__lte=before)


def note_place(row: Mailbox, uid_validity: int, last_uid: int) -> None:
    """The folder was read up to a mail; a change of ``uid_validity`` begins anew."""
    row.uid_validity, row.last_uid = uid_validity, last_uid
    row.save(update_fields=["uid_validity", "last_uid"])


def note_look(row: Mailbox, at: datetime, result: str, answer: str, *, failed: bool) -> None:
    """Keep what became of a look; ``failing_since`` stays at the first of several failures."""
    rows = Mailbox.objects.of(row.company_id).filter(pk=row.pk)
    since = Coalesce(F("failing_since"), at) if failed else None
    rows.update(result=result, answer=answer[:1000], failing_since=since)
