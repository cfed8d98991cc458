"""The portal in the database: links, and the files of invoices that customers may open."""

from collections.abc import Collection
from datetime import date, datetime

from django.db.models import F

from amiable.store.models import (
    Company,
    Contact,
    Credit,
    Dispute,
    Hold,
    Incoming,
    Invoice,
    InvoiceFile,
    PaymentClaim,
    PortalLink,
    Promise,
)
from amiable.store.models.incoming import IncomingSource

_PAYMENTS = 10
_LINKS = 100


def link_with(key: str) -> PortalLink | None:
    """The link with a key, with its contact, customer and company, whatever its state."""
    # Everywhere: whoever comes by a link names no company; its key, signed and 128 random bits,
    # does.
    rows = PortalLink.everywhere.filter(key=key)
    found: PortalLink | None = rows.select_related("company", "contact__customer").first()
    return found


def contact_looked_at(pk: int) -> Contact | None:
    """A contact whose page a colleague looks at, of whatever company: the address is signed."""
    # Everywhere: the signature names the contact, and was given to a member of its company.
    rows = Contact.everywhere.filter(pk=pk, removed_on=None)
    found: Contact | None = rows.select_related("company", "customer").first()
    return found


def links_in_force(company: int, contacts: Collection[int], at: datetime) -> dict[int, PortalLink]:
    """The newest link that opens at an instant, by contact."""
    rows = PortalLink.objects.of(company).filter(
        contact_id__among=list(contacts), revoked_at=None, expires_at__gt=at
    )
    return {row.contact_id: row for row in rows.order_by("pk")}


def contacts_with_keys(company: int, keys: Collection[str]) -> list[Contact]:
    """Contacts by their natural keys."""
    rows = Contact.objects.of(company).filter(key__in=list(keys), removed_on=None)
    return list(rows.order_by("pk"))


def add_links(company: int, links: Collection[PortalLink]) -> None:
    """Keep new links."""
    PortalLink.objects.of(company).bulk_create(links)


def prolong(company: int, links: Collection[int], until: datetime) -> None:
    """Links go on opening until an instant, unless they do longer."""
    rows = PortalLink.objects.of(company).filter(pk__among=list(links), expires_at__lt=until)
    rows.update(expires_at=until)


def list_links(company: int, customer: int) -> list[PortalLink]:
    """The links of a customer's contacts, newest first."""
    rows = PortalLink.objects.of(company).filter(contact__customer_id=customer)
    return list(rows.select_related("contact").order_by("-pk")[:_LINKS])


def link_row(company: int, customer: int, pk: int) -> PortalLink | None:
    """A link of one of a customer's contacts."""
    rows = PortalLink.objects.of(company).filter(contact__customer_id=customer, pk=pk)
    return rows.select_related("contact").first()


def end_link(company: int, pk: int, at: datetime) -> bool:
    """It opens no more; False when somebody ended it before."""
    rows = PortalLink.objects.of(company).filter(pk=pk, revoked_at=None)
    return bool(rows.update(revoked_at=at))


def note_use(link: PortalLink, at: datetime) -> None:
    """Somebody opened the page by it."""
    rows = PortalLink.objects.of(link.company_id).filter(pk=link.pk)
    rows.update(used_at=at, uses=F("uses") + 1)


def customer_owing_most(company: Company, customers: Collection[int] | None) -> Contact | None:
    """A contact with an e-mail address of a customer with an open invoice, the oldest first."""
    late = Invoice.objects.of(company.pk).filter(settled_on=None).order_by("due_on", "pk")
    if customers is not None:
        late = late.filter(customer__collector_id__in=list(customers))
    for customer in late.values_list("customer_id", flat=True)[:50]:
        rows = Contact.objects.of(company.pk).filter(customer_id=customer, removed_on=None)
        found = rows.exclude(email="").order_by("pk").first()
        if found is not None:
            return found
    return None


# --- what came in lately, files of invoices ---------------------------------------------------


def latest_credits(company: int, customer: int, kinds: Collection[str]) -> list[Credit]:
    """What a customer paid lately, newest first."""
    rows = Credit.objects.of(company).filter(customer_id=customer, kind__in=list(kinds))
    return list(rows.order_by("-received_on", "-pk")[:_PAYMENTS])


def files_of_invoices(company: int, customer: int, keys: Collection[str]) -> dict[str, int]:
    """The newest file of each of a customer's invoices that has one: invoice key -> file."""
    rows = InvoiceFile.objects.of(company).filter(
        invoice__customer_id=customer, invoice__key__in=list(keys)[:500]
    )
    return dict(rows.order_by("pk").values_list("invoice__key", "pk"))


def invoice_file(company: int, customer: int, pk: int) -> InvoiceFile | None:
    """A file of one of a customer's invoices."""
    rows = InvoiceFile.objects.of(company).filter(invoice__customer_id=customer, pk=pk)
    return rows.select_related("invoice").first()


def add_invoice_file(
    invoice: Invoice, name: str, media_type: str, content: bytes, at: datetime
) -> InvoiceFile:
    """Keep a file of an invoice; it is shown instead of an older one."""
    return InvoiceFile.objects.of(invoice.company_id).create(
        company_id=invoice.company_id,
        invoice=invoice,
        name=name,
        media_type=media_type,
        content=content,
        added_at=at,
    )


def drop_invoice_file(row: InvoiceFile) -> None:
    """It is no longer shown nor kept."""
    InvoiceFile.objects.of(row.company_id).filter(pk=row.pk).delete()


def open_invoices(company: int, customer: int) -> list[Invoice]:
    """A customer's open invoices, the oldest first."""
    rows = Invoice.objects.of(company).filter(customer_id=customer, settled_on=None)
    return list(rows.order_by("due_on", "pk")[:500])


# --- answers ----------------------------------------------------------------------------------


def answers_of(link: PortalLink, since: datetime) -> list[Incoming]:
    """What came by a link since an instant, newest first."""
    rows = Incoming.objects.of(link.company_id).filter(
        source=IncomingSource.PORTAL.value, contact_id=link.contact_id, received_at__gte=since
    )
    return [row for row in rows.order_by("-pk")[:50] if row.facts.get("link") == link.pk]


def answer_with(company: int, pk: int) -> Incoming | None:
    """An answer given on the portal, with its customer."""
    rows = Incoming.objects.of(company).filter(pk=pk, source=IncomingSource.PORTAL.value)
    return rows.select_related("customer", "company", "contact", "reply", "conversation").first()


def answer_anywhere(pk: int) -> Incoming | None:
    """An answer given on the portal, of whatever company: its number came to us signed."""
    # Everywhere: whoever confirms an address names no company; the signature does.
    rows = Incoming.everywhere.filter(pk=pk, source=IncomingSource.PORTAL.value)
    found: Incoming | None = rows.select_related("customer", "company", "contact").first()
    return found


def was_not_found(company: int, customer: int, since: date) -> bool:
    """Whether money a customer said it had paid, since a day, was looked for in vain."""
    rows = PaymentClaim.objects.of(company).filter(customer_id=customer, said_on__gte=since)
    return rows.filter(found=False).exists()


Made = Promise | PaymentClaim | Dispute | Hold
"""What an answer can become."""
_MADE: dict[str, type[Promise] | type[PaymentClaim] | type[Dispute] | type[Hold]] = {
    "promise": Promise,
    "paymentclaim": PaymentClaim,
    "dispute": Dispute,
    "hold": Hold,
}


def made_row(company: int, customer: int, name: str) -> Made | None:
    """What an answer became, by its table and primary key ("promise:12")."""
    table, _, pk = name.partition(":")
    rows = _MADE[table].objects.of(company).filter(customer_id=customer, pk=int(pk))
    return rows.first()
