"""The head of every page about one customer: name, who follows it, what may be done."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from amiable.desk.access import Power
from amiable.desk.audit import recorded
from amiable.desk.plan import redraw
from amiable.desk.sms import carries_texts
from amiable.store.customer import collector_of
from amiable.store.merge import merges_into
from amiable.store.models import AuditEntry, Customer, Merge
from amiable.web.visit import Visit


@dataclass(frozen=True, slots=True, kw_only=True)
class Head:
    """``about`` are the facts of the line below the name; ``merges`` may still be undone;
    ``texts``: a gateway carries text messages."""

    row: Customer
    path: str
    about: list[str]
    collector: str
    mine: bool
    works: bool
    assigns: bool
    exports: bool
    proves: bool
    merges: list[Merge]
    texts: bool


def customer_path(row: Customer, rest: str = "") -> str:
    """The address of a page about a customer, inside the company's desk."""
    return f"customers/{row.pk}/{rest}"


def head_of(visit: Visit, row: Customer) -> Head:
    """The head as this visitor sees it."""
    user = collector_of(row)
    about = [visit.say("customer.code", key=row.key)]
    if row.siren:
        siren = " ".join(row.siren[at : at + 3] for at in range(0, 9, 3))
        about.append(visit.say("customer.siren", siren=siren + row.siren[9:]))
    if row.terms:
        about.append(visit.say("customer.terms", terms=row.terms))
    about.append(
        visit.say("customer.followed", name=str(user)) if user else visit.say("customer.nobody")
    )
    return Head(
        row=row,
        path=visit.url(customer_path(row)),
        about=about,
        collector=str(user) if user else "",
        mine=user is not None and user.pk == visit.user.pk,
        works=visit.may(Power.WORK),
        assigns=visit.may(Power.ASSIGN),
        exports=visit.may(Power.EXPORT),
        proves=visit.may(Power.PROOF),
        merges=merges_into(visit.company.pk, row.pk),
        texts=carries_texts(visit.company),
    )


@contextmanager
def deed(
    visit: Visit, row: Customer, code: str, **facts: str | int | dict[str, list[object]]
) -> Iterator[AuditEntry]:
    """Something a person does about a customer: written down, and decided anew at once."""
    with recorded(visit.actor, code, at=visit.at, customer=row, **facts) as entry:
        yield entry
    redraw(visit.company, [row.pk], visit.today)
