"""A company on which experiments are made, and the wishes for two of them."""

from datetime import date

from amiable.desk.access import Actor
from amiable.desk.experiment import (
    Wish,
    start,
)
from amiable.desk.plan import draw_plan
from amiable.engine.experiment import Factor
from amiable.engine.experiment_size import Yardstick
from amiable.sources.reading import CustomerFacts
from amiable.store.models import (
    Company,
    Customer,
    Experiment,
    ExperimentAssignment,
)
from amiable.store.models.membership import Role
from tests.desk.books import (
    DAY,
    TODAY,
    at,
    bring_in,
    facts,
    invoice,
    mailbox,
    new_company,
)
from tests.stories.past import past

NAMES = [f"C{number:02}" for number in range(12)]
WISH = Wish(
    name="SMS or e-mail",
    policy="standard",
    step=1,
    factor=Factor.CHANNEL,
    arms=("email", "sms"),
    measure=Yardstick.DAYS,
    difference=5.0,
)
HOURS = Wish(
    name="Morning or afternoon",
    policy="standard",
    step=1,
    factor=Factor.HOUR,
    arms=("9", "14"),
    measure=Yardstick.ANSWER,
    difference=0.2,
)


def debtor_page(name: str) -> CustomerFacts:
    """Usually 5 days late, once in a while 60; 25 days late with one invoice now."""
    invoices, credits = past(name, 12, [5, 5, 5, 60], 20, TODAY - 70 * DAY)
    owed = invoice(name, f"F-{name}", TODAY - 25 * DAY)
    return facts(name, (*invoices, owed), credits, [mailbox(name, phone="+33612345678")])


def indebted_company() -> Company:
    """A dozen customers who are all about to get the first step, the plan drawn."""
    row = new_company()
    bring_in(row, *(debtor_page(name) for name in NAMES))
    draw_plan(row, TODAY)
    return row


def manager(company: Company) -> Actor:
    return Actor(company=company, role=Role.MANAGER, name="Ada")


def started(company: Company, wish: Wish = WISH, on: date = TODAY) -> Experiment:
    return start(manager(company), wish, today=on, at=at(on))


def drawn(company: Company) -> dict[str, ExperimentAssignment]:
    rows = ExperimentAssignment.objects.of(company.pk).select_related("customer")
    return {row.customer.key: row for row in rows}


def one_of(company: Company, arm: int) -> Customer:
    return next(row.customer for row in drawn(company).values() if row.arm == arm)
