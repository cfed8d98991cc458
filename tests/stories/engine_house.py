"""The engine alone: values in memory, matched, learned from and decided on."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from amiable.engine.days import week_start
from amiable.engine.dispute import Dispute
from amiable.engine.habit import (
    CompanyHabit,
    History,
    due_for_habit,
    habit_of,
    learn_company,
    rolls_due_dates,
)
from amiable.engine.instalment import Part
from amiable.engine.ledger import Credit, Invoice, Ledger, open_items, settlements
from amiable.engine.matching import match
from amiable.engine.money import Money
from amiable.engine.parties import Channel, CustomerKind
from amiable.engine.payment_claim import PaymentClaim
from amiable.engine.plan import PolicyBook, draw_plan
from amiable.engine.policy import Policy
from amiable.engine.promise import Promise
from amiable.engine.situation import Account, Morning
from amiable.engine.timeline import Contacted, ContactPurpose, Hold, Reply, Skip
from amiable.engine.verdict import Remind, Verdict
from amiable.law.figures import series
from tests.stories.expected import Seen
from tests.stories.house import House, StoryFailed
from tests.stories.past import working_days


class EngineHouse(House):
    """Nothing but the engine, the law's figures and a calendar of public holidays."""

    def __init__(self) -> None:
        super().__init__()
        self.ledgers: dict[str, Ledger] = defaultdict(Ledger)
        self.contacted: dict[str, list[Contacted]] = defaultdict(list)
        self.skipped: dict[str, list[Skip]] = defaultdict(list)
        self.promises: dict[str, list[Promise]] = defaultdict(list)
        self.payment_claims: dict[str, list[PaymentClaim]] = defaultdict(list)
        self.disputes: dict[str, list[Dispute]] = defaultdict(list)
        self.holds: dict[str, list[Hold]] = defaultdict(list)
        self.replies: dict[str, list[Reply]] = defaultdict(list)
        self.imported_on: date | None = None

    # --- facts ------------------------------------------------------------------------------

    def take(
        self,
        on: date,
        who: str,
        invoices: Sequence[Invoice] = (),
        credits: Sequence[Credit] = (),
    ) -> None:
        old = self.ledgers[who]
        grown = replace(old, invoices=(*old.invoices, *invoices), credits=(*old.credits, *credits))
        self.ledgers[who] = replace(grown, allocations=match(grown))
        self.imported(on)

    def change(self, on: date, who: str) -> None:
        """The record in ``people`` is all this house knows of a customer."""

    def publish(self, on: date, policy: Policy) -> None:
        self.policies[policy.name] = policy

    def imported(self, on: date) -> None:
        self.imported_on = on if self.imported_on is None else max(on, self.imported_on)

    def promise(
        self, on: date, who: str, amount: Money, due: date, numbers: tuple[str, ...] = ()
    ) -> None:
        self.promises[who].append(
            Promise(
                key=self.fresh("promise"),
                customer=who,
                made_on=on,
                due_on=due,
                amount=amount,
                invoices=numbers,
            )
        )

    def agree(
        self, on: date, who: str, parts: Sequence[Part], numbers: tuple[str, ...] = ()
    ) -> None:
        plan = self.fresh("plan")
        self.plan_cancelled(on, who)
        for part in parts:
            self.promise(on, who, part.amount, part.due_on, numbers)
            self.promises[who][-1] = replace(self.promises[who][-1], plan=plan)

    def plan_cancelled(self, on: date, who: str) -> None:
        self.promises[who] = [
            replace(one, cancelled_on=one.cancelled_on or on) if one.plan else one
            for one in self.promises[who]
        ]

    def says_it_paid(
        self,
        on: date,
        who: str,
        due: date | None = None,
        amount: Money | None = None,
        numbers: tuple[str, ...] = (),
    ) -> None:
        self.payment_claims[who].append(
            PaymentClaim(
                key=self.fresh("claim"),
                customer=who,
                said_on=on,
                paid_on=due,
                amount=amount,
                invoices=numbers,
            )
        )

    def claim_closed(self, on: date, who: str, found: bool = False) -> None:
        self.payment_claims[who] = [
            replace(one, closed_on=one.closed_on or on, found=found)
            for one in self.payment_claims[who]
        ]

    def dispute(
        self, on: date, who: str, number: str, disputed: Money | None, text: str = ""
    ) -> None:
        self.disputes[who].append(
            Dispute(
                key=self.fresh("dispute"),
                customer=who,
                invoice=number,
                opened_on=on,
                reason=text,
                amount=disputed,
            )
        )

    def dispute_closed(self, on: date, who: str, number: str) -> None:
        self.disputes[who] = [
            replace(one, closed_on=on) if one.invoice == number and one.is_open(on) else one
            for one in self.disputes[who]
        ]

    def hold(
        self,
        on: date,
        who: str,
        numbers: tuple[str, ...] = (),
        until: date | None = None,
        note: str = "",
        postponed: bool = False,
    ) -> None:
        self.holds[who].append(
            Hold(
                key=self.fresh("hold"),
                customer=who,
                from_on=on,
                until_on=until,
                invoices=numbers,
                note=note,
                postponed=postponed,
            )
        )

    def postpone(self, on: date, who: str, until: date) -> None:
        self.hold(on, who, until=until, postponed=True)

    def reply(self, on: date, who: str) -> None:
        self.replies[who].append(Reply(key=self.fresh("reply"), customer=who, received_on=on))

    def read(self, on: date, who: str) -> None:
        self.replies[who] = [replace(one, read_on=one.read_on or on) for one in self.replies[who]]

    def written_by_hand(self, on: date, who: str) -> None:
        self.contacted[who].append(
            Contacted(
                key=self.fresh("letter"),
                customer=who,
                contacted_on=on,
                purpose=ContactPurpose.OTHER,
                step=0,
                invoices=(),
                channel=Channel.EMAIL,
            )
        )

    def sent(self, on: date, who: str) -> None:
        remind = self._reminder(on, who)
        purpose = ContactPurpose.REMINDER if remind.number else ContactPurpose.NOTICE
        self.contacted[who].append(
            Contacted(
                key=self.fresh("sent"),
                customer=who,
                contacted_on=on,
                purpose=purpose,
                step=remind.number,
                invoices=remind.chased,
                channel=remind.channel,
            )
        )

    def skip(self, on: date, who: str) -> None:
        remind = self._reminder(on, who)
        self.skipped[who].append(
            Skip(
                key=self.fresh("skip"),
                customer=who,
                skipped_on=on,
                step=remind.number,
                invoices=remind.chased,
            )
        )

    # --- the plan ---------------------------------------------------------------------------

    def look(self, on: date, who: str) -> Seen:
        return seen(self.decided(on, who))

    def decided(self, on: date, who: str) -> Verdict:
        """The verdict on a customer today, drawn with everybody else's."""
        book = PolicyBook(policies=self.policies, default=self.default)
        rolls = self._rolls()
        learned = learn_company(self._history(name, on, rolls) for name in self.people)
        account = self._account(on, who, learned, rolls)
        (entry,) = draw_plan([account], book, self._morning(on, who, rolls))
        return entry.verdict

    def _reminder(self, on: date, who: str) -> Remind:
        self._introduce(on)
        if self.daily:
            self.imported(on)
        decision = self.decided(on, who).decision
        if not isinstance(decision, Remind):
            raise StoryFailed(f"{on}: nothing is planned to be sent to {who}: {decision}")
        return decision

    def _rolls(self) -> bool:
        return rolls_due_dates(
            item.settled_on
            for ledger in self.ledgers.values()
            for item in settlements(ledger).values()
            if item.teaches
        )

    def _history(self, who: str, on: date, rolls: bool) -> History:
        ledger = self.ledgers[who]
        contested = {dispute.invoice for dispute in self.disputes[who]}
        due = {one.key: one.due_on for one in ledger.invoices}
        calendar = working_days("FR") if rolls else None
        return sorted(
            (one.settled_on.toordinal(), (one.settled_on - due_for_habit(due[key], calendar)).days)
            for key, one in settlements(ledger).items()
            if one.teaches and one.settled_on < on and key not in contested
        )

    def _account(self, on: date, who: str, learned: CompanyHabit, rolls: bool) -> Account:
        return Account(
            customer=self.people[who],
            open=open_items(self.ledgers[who], on),
            habit=habit_of(self._history(who, on, rolls), learned, week_start(on)),
            contacted=self.contacted[who],
            skipped=self.skipped[who],
            promises=self.promises[who],
            payment_claims=self.payment_claims[who],
            received=self.ledgers[who].credits,
            disputes=self.disputes[who],
            holds=self.holds[who],
            replies=self.replies[who],
        )

    def _morning(self, on: date, who: str, rolls: bool) -> Morning:
        return Morning(
            today=on,
            working=working_days(self.people[who].country),
            due_calendar=working_days("FR") if rolls else None,
            imported_on=self.imported_on,
            limitation={
                kind: series()[f"limitation.{kind.value}"].on(on).value for kind in CustomerKind
            },
        )


def seen(verdict: Verdict) -> Seen:
    """A verdict as a story looks at it."""
    decision = verdict.decision
    plain = Seen(
        kind=type(decision).__name__.lower(),
        reasons=decision.reasons,
        alerts=verdict.alerts,
        look_again_on=decision.look_again_on,
        spared=verdict.spared,
    )
    if not isinstance(decision, Remind):
        return plain
    return replace(
        plain,
        step=decision.number,
        tone=decision.tone.value,
        channel=decision.channel.value,
        contact=decision.contact.email,
        role=decision.contact.role.value,
        asks=decision.amounts,
        lists=decision.listed,
        chases=decision.chased,
    )
