"""What happens in the demo between the plan of the day and the opening of its desk."""

from datetime import datetime, time
from zoneinfo import ZoneInfo

from amiable.cli.command import Request
from amiable.cli.deeds import actor_of
from amiable.demo.answers import BY_LETTER, MAILS, SAYS_IT_PAID, DemoMail, mail_of
from amiable.desk.approve import approve
from amiable.desk.audit import recorded, subject
from amiable.desk.contact import change_contact
from amiable.desk.customer import change_customer
from amiable.desk.incoming import take_in
from amiable.desk.payment_claim import record_claim
from amiable.desk.plan import redraw
from amiable.engine.parties import Channel
from amiable.store.contact import list_contacts
from amiable.store.customer import customer_row
from amiable.store.models import Company
from amiable.store.models.incoming import IncomingSource
from amiable.store.payment_claim import list_claims
from amiable.store.portal import open_invoices

_MORNING = time(8, 15)


def answer(company: Company, request: Request) -> int:
    """Two customers write, one says it has paid, one is to be written to by letter: so that each
    page of the desk shows something. How many wrote; done once, however often it is asked for."""
    claimant = customer_row(company.pk, SAYS_IT_PAID[0])
    if list_claims(company.pk, claimant.pk):
        return 0
    at = datetime.combine(request.today, _MORNING, ZoneInfo(company.timezone))
    concerned: set[int] = {claimant.pk}
    wrote = sum(_write(company, mail, at, concerned) for mail in MAILS)
    _, reference, ago = SAYS_IT_PAID
    with recorded(actor_of(company), "claim_recorded", at=at, customer=claimant) as entry:
        made = record_claim(
            company,
            claimant,
            said_on=request.today,
            paid_on=request.today - ago,
            reference=reference,
            at=at,
        )
        entry.subject = subject(made)
    redraw(company, sorted(concerned), request.today)
    _write_by_letter(company, request, at)
    return wrote + 1


def _write(company: Company, mail: DemoMail, at: datetime, concerned: set[int]) -> bool:
    row = customer_row(company.pk, mail.customer)
    invoices = open_invoices(company.pk, row.pk)
    senders = [one.email for one in list_contacts(company.pk, row.pk) if one.email]
    if not invoices or not senders:
        return False
    raw = mail_of(mail, str(invoices[0]), senders[0], at)
    take_in(company, raw, IncomingSource.MAILBOX, at, later=concerned)
    return True


def _write_by_letter(company: Company, request: Request, at: datetime) -> None:
    code, address = BY_LETTER
    row, actor = customer_row(company.pk, code), actor_of(company)
    for contact in list_contacts(company.pk, row.pk)[:1]:
        with recorded(actor, "contact_changed", at=at, customer=row, name=str(contact)):
            change_contact(company, contact, {"address": address})
    wanted = {"preferred_channel": Channel.LETTER.value}
    change_customer(actor, row, wanted, today=request.today, at=at)
    redraw(company, [row.pk], request.today)
    approve(company, [row.pk], today=request.today, at=at)
