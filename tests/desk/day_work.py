"""A day's work: a company with three debtors whose plan is drawn, and a person at work."""

from dataclasses import replace
from typing import Any

from amiable.desk.access import Actor
from amiable.desk.plan import draw_plan
from amiable.desk.worklist import worklist
from amiable.store.models import (
    Company,
    User,
)
from amiable.store.models.membership import Role
from amiable.store.worklist import Wanted
from tests.desk.books import (
    DAY,
    TODAY,
    at,
    bring_in,
    customer,
    invoice,
    new_company,
    payer,
)

NOW = at(TODAY)


def actor_of(company: Company, role: Role = Role.COLLECTOR, name: str = "Anne") -> Actor:
    user = User.objects.create_user(f"{name}@{company.key}.test".lower(), name=name)
    return Actor(company=company, role=role, user=user, name=name)


def three_debtors() -> Company:
    """A, B and C usually pay 5 days late; they owe 1 000, 3 000 and 2 000 for 25, 40, 32 days."""
    made = new_company()
    pages = []
    for who, late, minor in (("A", 25, 100_000), ("B", 40, 300_000), ("C", 32, 200_000)):
        page = payer(who, 5, TODAY - 60 * DAY)
        owed = invoice(who, f"F-{who}", TODAY - late * DAY, minor)
        pages.append(replace(page, invoices=(*page.invoices, owed)))
    bring_in(made, *pages)
    draw_plan(made, TODAY)
    return made


def listed(actor: Actor, **wanted: Any) -> list[str]:
    found = worklist(actor, TODAY, Wanted(only=actor.only, **wanted))
    return [line.row.customer.key for line in found.lines]


def pk(company: Company, key: str) -> int:
    return customer(company, key).pk
