"""Invoice files: the PDF of an invoice, kept so that its customer can open it on the portal."""

from datetime import datetime

from amiable.channels.mailbox.mail import clean_name
from amiable.desk.access import Actor, OtherCompany, own
from amiable.desk.audit import recorded, subject
from amiable.store.models import Customer, Invoice, InvoiceFile
from amiable.store.portal import add_invoice_file, drop_invoice_file, invoice_file

MOST = 10_000_000
"""Bytes of a file."""
_PDF = "application/pdf"


class FileRefused(ValueError):
    """This is no PDF, or too large."""


def add_file(
    actor: Actor, customer: Customer, invoice: Invoice, name: str, content: bytes, *, at: datetime
) -> InvoiceFile:
    """Keep the PDF of an invoice. Raises FileRefused, OtherCompany."""
    own(actor.company, customer, invoice)
    if invoice.customer_id != customer.pk:
        raise OtherCompany(actor.company, "invoice")
    if len(content) > MOST or not content.startswith(b"%PDF-"):
        raise FileRefused(name)
    with recorded(
        actor, "invoice_file_added", at=at, customer=customer, number=str(invoice)
    ) as entry:
        row = add_invoice_file(invoice, clean_name(name), _PDF, content, at)
        entry.subject = subject(row)
    return row


def remove_file(actor: Actor, customer: Customer, pk: int, *, at: datetime) -> str:
    """Keep it no longer; the number of its invoice. Raises OtherCompany."""
    own(actor.company, customer)
    row = invoice_file(actor.company.pk, customer.pk, pk)
    if row is None:
        raise OtherCompany(actor.company, "invoice file")
    number = str(row.invoice)
    with recorded(actor, "invoice_file_removed", at=at, customer=customer, number=number) as entry:
        entry.subject = subject(row)
        drop_invoice_file(row)
    return number
