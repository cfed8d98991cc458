"""Agreement on paper: an instalment plan in writing, as it is sent, signed or accepted."""

import re
from datetime import date
from zoneinfo import ZoneInfo

from amiable.desk.access import own
from amiable.desk.company_logo import logo_of
from amiable.desk.sight import Sight, sight_of
from amiable.desk.statement import PDF, File
from amiable.engine.instalment import Part
from amiable.engine.ledger import OpenInvoice
from amiable.engine.money import Money
from amiable.engine.parties import Language
from amiable.store.agreement import parts_of
from amiable.store.company import load_company
from amiable.store.models import Company, InstalmentPlan
from amiable.words import say
from amiable.words.agreement import Agreement, OwedLine, write_agreement


def agreement_file(company: Company, plan: InstalmentPlan) -> File:
    """The plan in writing: the very document that was accepted, else one to sign, in the
    customer's language. Raises OtherCompany."""
    own(company, plan)
    content = bytes(plan.document) if plan.document is not None else draw_agreement(company, plan)
    language = Language(plan.customer.language)
    slug = re.sub(r"[^A-Za-z0-9]+", "-", plan.customer.key)[:40].strip("-").lower() or "customer"
    name = say(language, "agreement.file", key=slug, on=plan.agreed_on.isoformat())
    return File(name=f"{name}.pdf", media_type=PDF, content=content)


def draw_agreement(company: Company, plan: InstalmentPlan) -> bytes:
    """The plan as a PDF, with its acceptance if it bears one."""
    sight = sight_of(company, plan.customer, plan.agreed_on)
    account = sight.account
    addresses = (contact.address for contact in account.customer.contacts)
    logo = logo_of(company)
    return write_agreement(
        Agreement(
            company=load_company(company),
            name=plan.customer.name,
            key=plan.customer.key,
            address=next((address for address in addresses if address), ""),
            language=Language(plan.customer.language),
            agreed_on=plan.agreed_on,
            grace=sight.policy.promise_grace,
            owed=tuple(map(_owed, _meant(plan, sight))),
            parts=tuple(
                Part(due_on=row.due_on, amount=Money(minor=row.amount_minor, currency=row.currency))
                for row in parts_of(company.pk, plan.pk)
            ),
            note=plan.note,
            accepted_on=accepted_on(company, plan),
            accepted_by=plan.accepted_by,
            logo=logo[1] if logo else None,
        )
    )


def accepted_on(company: Company, plan: InstalmentPlan) -> date | None:
    """The day, where the company is, on which the customer agreed in writing, if it has."""
    if plan.accepted_at is None:
        return None
    return plan.accepted_at.astimezone(ZoneInfo(company.timezone)).date()


def _meant(plan: InstalmentPlan, sight: Sight) -> list[OpenInvoice]:
    """What was open of the invoices the plan names; of all that was due when it names none."""
    named = set(plan.invoices)
    not_late = {item.invoice.key for _, item in sight.situation.to_come}
    return [
        item
        for item in sight.account.open.invoices
        if (item.invoice.key in named if named else item.invoice.key not in not_late)
    ]


def _owed(item: OpenInvoice) -> OwedLine:
    invoice = item.invoice
    return OwedLine(
        number=invoice.number or invoice.label or invoice.key,
        issued_on=invoice.issued_on,
        due_on=invoice.due_on,
        amount=invoice.amount,
        left=item.left,
    )
