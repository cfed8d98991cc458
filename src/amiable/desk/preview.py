"""Preview: a text as a real customer would get it, before it is used."""

from collections.abc import Sequence
from contextlib import suppress
from datetime import date

from amiable.desk.access import Actor, own_customers
from amiable.desk.habit import known_habits
from amiable.desk.letter import indemnity_of, reference_of, voice_of
from amiable.desk.plan import DecisionDesk
from amiable.engine.compose import compose
from amiable.engine.letter import LetterFacts, LetterRefused, correspondent, letter_line
from amiable.engine.template import PLACEHOLDERS, Audience, LetterTone, Template
from amiable.engine.timeline import ContactPurpose
from amiable.store.company import load_company
from amiable.store.credit import last_payment
from amiable.store.models import Company, Customer
from amiable.store.sample import sample_of_customers
from amiable.words import Mail, lay_out, lay_out_sms

_TRIED = 8  # customers a page may decide to find one whom a text fits


def sample_customers(actor: Actor, words: str = "") -> list[Customer]:
    """A few customers on whom to try something: those who owe most, or are called so."""
    return sample_of_customers(actor.company.pk, actor.only, words)


def preview_template(company: Company, customer: int, template: Template, *, today: date) -> Mail:
    """A text filled in with what a customer owes today (what is not due yet, for a notice).

    Raises LetterRefused when the customer has nothing such a text could speak of, OtherCompany
    when it is not the company's.
    """
    own_customers(company, [customer])
    desk = DecisionDesk(company, today, known_habits(company, today))
    account = desk.decide([customer])[0][0].account
    late = template.tone is not LetterTone.NOTICE
    items = [item for item in account.open.invoices if (item.invoice.due_on < today) is late]
    payment = last_payment(company.pk, customer)
    if not items and template.tone is not LetterTone.THANKS:
        raise LetterRefused("this customer has no invoice for it")
    lines = tuple(letter_line(item) for item in items)
    own = load_company(company)
    reminded = [
        one.contacted_on for one in account.contacted if one.purpose is ContactPurpose.REMINDER
    ]
    facts = LetterFacts(
        company=own,
        customer=account.customer,
        language=template.language,
        on=today,
        lines=lines,
        answer_to=correspondent(own),
        contact=next(iter(account.customer.contacts), None),
        reference=reference_of(account, lines),
        credits=tuple(credit.left for credit in account.open.credits if credit.left.minor > 0),
        last_reminder_on=max(reminded, default=None),
        promise=next(iter(account.promises), None),
        payments=(payment,) if payment else (),
        indemnity=indemnity_of(own, account, today),
        portal=PLACEHOLDERS["portal"].sample if company.portal_open else "",
    )
    letter = compose(template, facts, voice_of(template.audience, template.language))
    return lay_out_sms(letter) if template.audience is Audience.SMS else lay_out(letter)


def first_preview(
    actor: Actor, customers: Sequence[Customer], template: Template, *, today: date
) -> tuple[Customer, Mail] | None:
    """The text filled in for the first of some customers whom it fits; None if it fits nobody."""
    for customer in customers[:_TRIED]:
        with suppress(LetterRefused):
            mail = preview_template(actor.company, customer.pk, template, today=today)
            return customer, mail
    return None
