"""Disputes in a list: what each holds, how old it is, whose it is; handed over, one or many."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction

from amiable.desk.access import POWERS, Actor, OtherCompany, Power
from amiable.desk.audit import recorded, subject
from amiable.desk.dispute import give_owner
from amiable.engine.dispute import DisputeState
from amiable.engine.money import Money
from amiable.store.customer import keys_of
from amiable.store.invoice import invoices_by_key
from amiable.store.lists.disputes import disputes_among
from amiable.store.lists.invoices import paid_parts
from amiable.store.membership import members
from amiable.store.models import Company, Dispute, Invoice, User
from amiable.store.models.membership import Role
from amiable.store.timeline import dispute_value


@dataclass(frozen=True, slots=True, kw_only=True)
class DisputeLine:
    """One dispute of a list. ``held``: what is not chased because of it, None when its invoice is
    unknown; ``age`` in days, until it was closed."""

    row: Dispute
    number: str
    held: Money | None
    state: DisputeState
    age: int


def dispute_lines(company: Company, rows: Sequence[Dispute], today: date) -> list[DisputeLine]:
    """What a list says of some disputes; three queries, however many."""
    invoices = invoices_by_key(company.pk, [row.invoice for row in rows])
    paid = paid_parts(company.pk, [one.pk for one in invoices.values()])
    keys = keys_of(company.pk, sorted({row.customer_id for row in rows}))
    return [_line(row, keys, invoices.get(row.invoice), paid, today) for row in rows]


def _line(
    row: Dispute, keys: dict[int, str], invoice: Invoice | None, paid: dict[int, int], today: date
) -> DisputeLine:
    value = dispute_value(row, keys)
    held = value.held
    if held is None and invoice is not None:
        left = invoice.amount_minor - paid.get(invoice.pk, 0)
        held = Money(minor=left, currency=invoice.currency)
    return DisputeLine(
        row=row,
        number=str(invoice) if invoice else row.invoice,
        held=held,
        state=value.state(today),
        age=(min(today, row.closed_on or today) - row.opened_on).days,
    )


def owners_for(actor: Actor) -> list[User]:
    """To whom an actor may give disputes, by name: colleagues who may work; who sees some
    customers only keeps them for himself."""
    if actor.only is not None:
        return [actor.user] if actor.user else []
    return [
        one.user
        for one in members(actor.company.pk)
        if one.active and Power.WORK in POWERS[Role(one.role)]
    ]


def hand_disputes(
    actor: Actor, pks: Sequence[int], owner: User | None, *, at: datetime
) -> list[Dispute]:
    """Give some disputes to somebody, or to nobody; those that changed hands.

    Each is written down in the audit log. Raises OtherCompany when one may not be seen, or when the
    owner is nobody the actor may give it to.
    """
    wanted = sorted(set(pks))
    if owner is not None and owner not in owners_for(actor):
        raise OtherCompany(actor.company, "owner")
    with transaction.atomic():
        rows = disputes_among(actor.company.pk, wanted, actor.only)
        if len(rows) != len(wanted):
            raise OtherCompany(actor.company, "dispute")
        moved = [row for row in rows if row.owner_id != (owner.pk if owner else None)]
        code = "dispute_handed" if owner else "dispute_released"
        facts = {"owner": str(owner)} if owner else {}
        for row in moved:
            with recorded(actor, code, at=at, customer=row.customer, **facts) as entry:
                entry.subject = subject(row)
        give_owner(actor.company, moved, owner)
    return moved
