"""Retention: customers without business for long, and what is personal about them."""

from collections.abc import Sequence
from datetime import date
from typing import TypeVar

from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Window

from amiable.store.models import (
    Contact,
    Conversation,
    Credit,
    Customer,
    Incoming,
    IncomingFile,
    Invoice,
    MessageFile,
    Note,
    OutboxRow,
    Promise,
    Reply,
)
from amiable.store.scope import CompanyRow

M = TypeVar("M", bound=CompanyRow)


def forgettable(company: int, since: date) -> QuerySet[Customer]:
    """Customers with something personal left, nothing open and no movement since a day.

    A movement is an invoice, a payment, a message, an answer, a promise or a note. Whom no
    invoice was ever written to counts from the import that named them.
    """

    def mine(model: type[M]) -> QuerySet[M]:
        return model.objects.of(company).filter(customer_id=OuterRef("pk"))

    fresh = (
        # One condition, so that the customer's own invoices are walked and not all recent ones.
        Exists(
            mine(Invoice).filter(
                Q(settled_on=None) | Q(settled_on__gte=since) | Q(issued_on__gte=since)
            )
        ),
        Exists(mine(Credit).filter(Q(settled_on=None) | Q(received_on__gte=since))),
        Exists(mine(OutboxRow).filter(Q(sent_on=None, state="approved") | Q(sent_on__gte=since))),
        Exists(mine(Reply).filter(received_on__gte=since)),
        Exists(mine(Incoming).filter(received_on__gte=since)),
        Exists(mine(Promise).filter(made_on__gte=since)),
        Exists(mine(Note).filter(written_on__gte=since)),
    )
    personal = (
        Exists(mine(Contact)),
        Exists(mine(OutboxRow).exclude(recipient="", text="")),
        Exists(mine(Reply).exclude(text="")),
        Exists(mine(Note).exclude(text="")),
        Exists(mine(Incoming).exclude(sender="", text="")),
    )
    traded = Exists(mine(Invoice)) | Exists(mine(Credit))
    rows = Customer.objects.of(company).filter(
        personal[0] | personal[1] | personal[2] | personal[3] | personal[4]
    )
    rows = rows.filter(traded | Q(import_run__imported_on__lt=since))
    for one in fresh:
        rows = rows.exclude(one)
    return rows


def first_forgettable(company: int, since: date, most: int) -> tuple[int, list[str]]:
    """How many customers these are, and the first of them by name: both from one look at all."""
    rows = forgettable(company, since).annotate(total=Window(Count("pk")))
    found = list(rows.order_by("name", "pk").values_list("total", "name")[:most])
    return (found[0][0] if found else 0), [name for _, name in found]


def forget_persons(company: int, pks: Sequence[int]) -> None:
    """Delete contacts and empty messages, answers and notes; the ledger is left alone."""
    came = Incoming.objects.of(company).filter(customer_id__among=pks)
    IncomingFile.objects.of(company).filter(incoming__customer_id__among=pks).delete()
    came.update(sender="", sender_name="", subject="", text="", answer="", facts={}, suggestions=[])
    Conversation.objects.of(company).filter(customer_id__among=pks).update(subject="")
    MessageFile.objects.of(company).filter(message__customer_id__among=pks).delete()
    Contact.objects.of(company).filter(customer_id__among=pks).delete()
    sent = OutboxRow.objects.of(company).filter(customer_id__among=pks)
    sent.update(recipient="", subject="", text="", html="", page=None)
    Reply.objects.of(company).filter(customer_id__among=pks).update(text="")
    Note.objects.of(company).filter(customer_id__among=pks).update(text="")
