"""Last gate: at the moment of sending, is what was approved still due, to whom it is written?"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from amiable.desk.calendar import Place
from amiable.desk.habit import learn_habits
from amiable.desk.paid_meanwhile import paid_meanwhile
from amiable.desk.plan import DecisionDesk, where_works
from amiable.desk.thanks import why_not
from amiable.engine.parties import Channel, Customer
from amiable.engine.plan import PlanEntry
from amiable.engine.reach import address, refusal
from amiable.engine.timeline import ContactPurpose
from amiable.engine.verdict import Decision, Remind
from amiable.store.account import CustomerAccount
from amiable.store.customer import versions_of
from amiable.store.models import Company, OutboxRow

DAY_OFF = "day.off"
_NO_STEP = (
    ContactPurpose.OTHER.value,
    ContactPurpose.SERVICE.value,
    ContactPurpose.THANKS.value,
)
CHANGED = "changed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Looked:
    """``why`` a message must not leave, as the code of a reason; empty when it may.

    ``version``: the customer's facts it was judged by; ``place``: where the customer works.
    """

    row: OutboxRow
    why: str
    version: int
    place: Place


class LastGate:
    """Decides customers anew on the facts of the moment, on one day."""

    def __init__(self, company: Company, today: date) -> None:
        self.company, self.today = company, today
        self._desk: DecisionDesk | None = None

    def look(self, rows: Iterable[OutboxRow]) -> list[Looked]:
        """Judge messages, in the order given."""
        rows = list(rows)
        pks = sorted({row.customer_id for row in rows})
        if self._desk is None:
            learned = learn_habits(self.company, self.today)
            self._desk = DecisionDesk(self.company, self.today, learned)
        desk = self._desk
        # Before the facts: one that comes in meanwhile makes the claim fail, and one looks again.
        versions = versions_of(self.company.pk, pks)
        found = {one.pk: (one, entry) for one, entry in desk.decide(pks)}
        whys = self._whys(desk, rows, found)
        return [
            Looked(
                row=row,
                why=whys[row.pk],
                version=versions[row.customer_id],
                place=where_works(found[row.customer_id][0].account.customer),
            )
            for row in rows
        ]

    def _whys(
        self,
        desk: DecisionDesk,
        rows: list[OutboxRow],
        found: dict[int, tuple[CustomerAccount, PlanEntry]],
    ) -> dict[int, str]:
        """By message: why it must not leave; money that came meanwhile is named with its day."""
        thanks = [row for row in rows if row.purpose == ContactPurpose.THANKS.value]
        unsaid = why_not(desk, thanks, found) if thanks else {}
        whys = {}
        for row in rows:
            one, entry = found[row.customer_id]
            working = desk.morning(one.account).working.is_business_day(self.today)
            why = _why_not(row, one.account.customer, entry.verdict.decision, working=working)
            whys[row.pk] = unsaid.get(row.pk) or why
        asked = [
            (row, whys[row.pk])
            for row in rows
            if row.purpose not in _NO_STEP and whys[row.pk] not in ("", DAY_OFF)
        ]
        open_ = {
            pk: {item.invoice.key for item in one.account.open.invoices}
            for pk, (one, _) in found.items()
        }
        return whys | paid_meanwhile(self.company.pk, asked, open_)


def _why_not(row: OutboxRow, customer: Customer, decision: Decision, *, working: bool) -> str:
    """What a person wrote of their own, thanks, and what was asked for answer to no step: only
    whoever wants nothing stops them, and a day off keeps them back."""
    if row.purpose in _NO_STEP:
        refused = refusal(customer, Channel(row.channel), row.recipient)
        return refused or ("" if working else DAY_OFF)
    if not isinstance(decision, Remind):
        return decision.reasons[0].code
    return "" if _still_true(row, decision) else CHANGED


def _still_true(row: OutboxRow, decision: Remind) -> bool:
    """Whether what was approved still says what is due, to whom: a newly late invoice may be
    missing in it, but it asks for nothing that is no longer owed."""
    asked = {amount.currency: amount.minor for amount in decision.amounts}
    return (
        (row.cycle, row.step) == (decision.cycle, decision.number)
        and row.recipient == address(decision.contact, Channel(row.channel))
        and set(row.listed) <= set(decision.listed)
        and all(asked.get(currency, 0) >= minor for currency, minor in row.amounts.items())
    )
