"""A company whose late customers are written to on paper."""

from collections.abc import Iterable
from dataclasses import replace

from amiable.desk.access import Actor
from amiable.desk.deed import approve_work
from amiable.desk.plan import draw_plan
from amiable.engine.parties import Channel, Contact, ContactRole
from amiable.store.models import Company, Customer, OutboxRow
from tests.desk.books import DAY, TODAY, at, bring_in, customer, invoice, new_company, payer
from tests.desk.day_work import actor_of

NOW = at(TODAY)
STREET = "12 rue de l'Église\n56100 LORIENT"


def post_box(who: str) -> Contact:
    return Contact(
        key=f"contact|{who.lower()}|post",
        customer=who,
        role=ContactRole.ACCOUNTANT,
        name=f"Contact {who}",
        address=STREET,
    )


def paper_company(names: Iterable[str] = ("A", "B"), key: str = "fournil") -> Company:
    """Customers without an e-mail address, 25 days late with one invoice each; R by registered
    letter."""
    made = new_company(key)
    made.address = "1 quai des Brumes\n56100 Lorient"
    made.save()
    pages = []
    for name in names:
        page = payer(name, 5, TODAY - 40 * DAY)
        owed = invoice(name, f"F-{name}", TODAY - 25 * DAY)
        invoices = (*page.invoices, owed)
        pages.append(replace(page, invoices=invoices, contacts=(post_box(name),)))
    bring_in(made, *pages)
    Customer.objects.of(made.pk).update(preferred_channel=Channel.LETTER.value)
    Customer.objects.of(made.pk).filter(key="R").update(preferred_channel=Channel.REGISTERED.value)
    draw_plan(made, TODAY)
    return made


def approved(company: Company, *names: str, actor: Actor | None = None) -> list[OutboxRow]:
    """The letters of some customers, approved."""
    pks = [customer(company, name).pk for name in names]
    actor = actor or actor_of(company)
    made = approve_work(actor, pks, today=TODAY, at=NOW)
    return [one.approval.row for one in made if one.approval.row is not None]
