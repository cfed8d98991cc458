"""Draft: the exact message of a line of the worklist, before anybody approves it."""

from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from amiable.desk.access import Actor, customer_for
from amiable.desk.approve import Clerk
from amiable.desk.sms import write_sms
from amiable.engine.letter import LetterRefused
from amiable.engine.parties import Channel, Contact
from amiable.engine.reach import address
from amiable.engine.verdict import Remind
from amiable.store.account import CustomerAccount
from amiable.store.models import Customer, OutboxRow
from amiable.store.outbox import waiting_of
from amiable.words import Mail, lay_out


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """What is to be done for a customer now, decided anew on the facts as they are.

    ``decision`` None: nothing is due any more. ``mail`` None: it cannot be written, for the
    reason ``refused`` gives. ``page``: a letter as it will be printed. ``waiting``: it was approved
    and has not left yet.
    """

    customer: Customer
    account: CustomerAccount
    decision: Remind | None
    mail: Mail | None = None
    refused: str = ""
    waiting: OutboxRow | None = None
    page: dict[str, Any] | None = None

    @property
    def channel(self) -> Channel | None:
        """How the customer is to be reached."""
        return self.decision.channel if self.decision else None

    @property
    def contact(self) -> Contact | None:
        """Who is to be reached."""
        return self.decision.contact if self.decision else None

    @property
    def recipient(self) -> str:
        """The address, number or place that reaches the contact."""
        return address(self.decision.contact, self.decision.channel) if self.decision else ""


def draft_for(actor: Actor, customer: int, *, today: date, at: datetime) -> Draft:
    """The draft for a customer this actor may see. Raises OtherCompany."""
    row = customer_for(actor, customer)
    clerk = Clerk(actor.company, today, at)
    one, entry = clerk.decide([row.pk])[0]
    decision = entry.verdict.decision
    waiting = waiting_of(actor.company.pk, row.pk)
    if not isinstance(decision, Remind):
        return Draft(customer=row, account=one, decision=None, waiting=waiting)
    draft = Draft(customer=row, account=one, decision=decision, waiting=waiting)
    try:
        letter = clerk.letter(one, entry)
    except LetterRefused as error:
        return replace(draft, refused=str(error))
    if decision.channel is Channel.SMS:
        return replace(draft, mail=write_sms(letter, None))
    return replace(draft, mail=lay_out(letter), page=clerk.page(one, entry))
