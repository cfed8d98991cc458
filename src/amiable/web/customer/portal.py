"""The portal of a customer, seen from the desk: its links, and the invoices it can open."""

from django.core.files.uploadedfile import UploadedFile
from django.http import HttpResponse
from django.shortcuts import redirect

from amiable.desk.access import Power, customer_for
from amiable.desk.contact import contact_for
from amiable.desk.invoice_file import MOST, FileRefused, add_file, remove_file
from amiable.desk.portal_link import look_address, new_link, revoke
from amiable.store.contact import list_contacts
from amiable.store.invoice import invoice_by_key
from amiable.store.models import Contact, Customer
from amiable.store.portal import files_of_invoices, list_links, open_invoices
from amiable.web.customer.head import customer_path, head_of
from amiable.web.visit import Visit, page

_HERE = "portal/"


def _shown(visit: Visit, row: Customer, *, made: tuple[Contact, str] | None = None) -> HttpResponse:
    company = visit.company
    invoices = open_invoices(company.pk, row.pk)
    files = files_of_invoices(company.pk, row.pk, [one.key for one in invoices])
    return visit.render(
        "customer/portal.html",
        customer=row,
        head=head_of(visit, row),
        links=list_links(company.pk, row.pk),
        contacts=[one for one in list_contacts(company.pk, row.pk) if one.email],
        invoices=[(one, files.get(one.key)) for one in invoices],
        made=made,
        current="customers",
    )


@page(Power.WORK)
def portal(visit: Visit, pk: int) -> HttpResponse:
    """The links of the customer's contacts, and the files of its invoices."""
    return _shown(visit, customer_for(visit.actor, pk))


@page(Power.WORK, methods=("POST",))
def portal_link(visit: Visit, pk: int, contact: int) -> HttpResponse:
    """The address of a contact, to be copied."""
    row = customer_for(visit.actor, pk)
    found = contact_for(visit.company, row, contact)
    address = new_link(visit.actor, row, found, at=visit.at)
    if not address:
        visit.warn("portal.desk.closed")
        return visit.go(customer_path(row, _HERE))
    return _shown(visit, row, made=(found, address))


@page(Power.WORK, methods=("POST",))
def portal_look(visit: Visit, pk: int, contact: int) -> HttpResponse:
    """See the page as the contact does."""
    row = customer_for(visit.actor, pk)
    return redirect(look_address(visit.actor, contact_for(visit.company, row, contact), visit.at))


@page(Power.WORK, methods=("POST",))
def portal_revoke(visit: Visit, pk: int, portal_link: int) -> HttpResponse:
    """A link opens no more."""
    row = customer_for(visit.actor, pk)
    if revoke(visit.actor, row, portal_link, at=visit.at):
        visit.done("portal.desk.done_revoked")
    else:
        visit.warn("portal.desk.done_already")
    return visit.go(customer_path(row, _HERE))


@page(Power.WORK, methods=("POST",))
def invoice_file_add(visit: Visit, pk: int) -> HttpResponse:
    """Add the PDF of an invoice."""
    row = customer_for(visit.actor, pk)
    invoice = invoice_by_key(visit.company.pk, row.pk, visit.request.POST.get("invoice", ""))
    file = visit.request.FILES.get("file")
    if invoice is None:
        visit.warn("portal.desk.wrong.invoice")
    elif not isinstance(file, UploadedFile):
        visit.warn("portal.desk.wrong.file")
    else:
        try:
            content = file.read(MOST + 1)
            add_file(visit.actor, row, invoice, file.name or "", content, at=visit.at)
            visit.done("portal.desk.done_added", number=str(invoice))
        except FileRefused:
            visit.warn("portal.desk.wrong.file")
    return visit.go(customer_path(row, _HERE))


@page(Power.WORK, methods=("POST",))
def invoice_file_remove(visit: Visit, pk: int, invoice_file: int) -> HttpResponse:
    """Keep it no longer."""
    row = customer_for(visit.actor, pk)
    number = remove_file(visit.actor, row, invoice_file, at=visit.at)
    visit.done("portal.desk.done_removed", number=number)
    return visit.go(customer_path(row, _HERE))
