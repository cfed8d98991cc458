"""Preview: a text as a real customer would get it, before it is used."""

from datetime import date

from amiable.desk.access import Actor, own_customers
from amiable.desk.habit import known_habits
from amiable.desk.plan import DecisionDesk
from amiable.engine.compose import compose
from amiable.engine.letter import LetterFacts, LetterRefused, correspondent, letter_line
from amiable.engine.template import LetterTone, Template
from amiable.store.company import load_company
from amiable.store.ledger import last_payment
from amiable.store.models import Company, Customer
from amiable.store.sample import sample_of_customers
from amiable.words import CatalogueVoice, Mail, lay_out


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
    facts = LetterFacts(
        company=load_company(company),
        customer=account.customer,
        language=template.language,
        on=today,
        lines=tuple(letter_line(item) for item in items),
        answer_to=correspondent(load_company(company)),
        contact=next(iter(account.customer.contacts), None),
        credits=tuple(credit.left for credit in account.open.credits),
        promise=next(iter(account.promises), None),
        payment=payment,
    )
    return lay_out(compose(template, facts, CatalogueVoice(template.language)))
