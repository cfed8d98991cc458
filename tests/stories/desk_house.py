"""The database: facts come in through the desk's verbs, and what the desk planned is looked at."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, time

from amiable.channels.message import Delivery, Outcome, OutgoingMessage
from amiable.desk import dispute, hold, promise, reply
from amiable.desk.approve import ApprovalOutcome, approve, record_done
from amiable.desk.company import create_company
from amiable.desk.import_reading import ImportReport, import_reading
from amiable.desk.instalment import agree_plan, cancel_plan
from amiable.desk.payment_claim import close_claim, record_claim
from amiable.desk.plan import draw_plan
from amiable.desk.policy import publish_policy
from amiable.desk.send import send_approved
from amiable.desk.skip import skip
from amiable.engine import parties
from amiable.engine.instalment import Part
from amiable.engine.ledger import Credit, Invoice, balance
from amiable.engine.money import Money
from amiable.engine.policy import Policy
from amiable.sources.reading import CustomerFacts, CustomerRecord, Refusal, Totals, Understood
from amiable.store.agreement import list_plans
from amiable.store.customer import customer_row, mark_bounced, touch
from amiable.store.models import Contact, Customer, Dispute, OutboxRow, PlanEntry
from amiable.store.models import Invoice as InvoiceRow
from amiable.store.payment_claim import list_claims
from amiable.store.plan import StoredEntry, list_entries
from tests.desk.chosen import choose_policy
from tests.stories.expected import Seen
from tests.stories.house import START, House, StoryFailed


class Page:
    """A reading of facts in memory."""

    def __init__(self, facts: Sequence[CustomerFacts]) -> None:
        self.understood = Understood(format="story", files=("story",))
        self.totals = Totals()
        self.refusals: list[Refusal] = []
        self.warnings: list[Refusal] = []
        self._facts = facts

    def facts(self) -> Iterator[CustomerFacts]:
        for one in self._facts:
            self.totals.balances |= balance(one.invoices, one.credits)
            yield one


class Postman:
    """A channel that takes every message."""

    def __init__(self) -> None:
        self.carried: list[OutgoingMessage] = []

    def send(self, message: OutgoingMessage) -> Delivery:
        self.carried.append(message)
        return Delivery(outcome=Outcome.ACCEPTED)

    def close(self) -> None:
        """Nothing to close."""


class DeskHouse(House):
    """One company in the database, used as a credit team uses it."""

    def __init__(self) -> None:
        super().__init__()
        self.invoices: dict[str, list[Invoice]] = {}
        self.credits: dict[str, list[Credit]] = {}

    def company(self, who: str, policy: str) -> None:
        identity = parties.Company(
            key="story", name=who, iban="FR7630006000011234567890189", email="us@example.test"
        )
        self.row = create_company(identity, at=_at(START))
        choose_policy(self.row, policy)
        super().company(who, policy)

    # --- facts ------------------------------------------------------------------------------

    def take(
        self,
        on: date,
        who: str,
        invoices: Sequence[Invoice] = (),
        credits: Sequence[Credit] = (),
    ) -> None:
        self.invoices.setdefault(who, []).extend(invoices)
        self.credits.setdefault(who, []).extend(credits)
        self._read(on, [self._facts_of(who)])

    def imported(self, on: date) -> None:
        """Everything once more, as an export of the whole ledger has it: nothing is new."""
        report = self._read(on, [self._facts_of(who) for who in self.people])
        assert not report.invoices, "an invoice came in twice"
        assert not report.credits, "a payment came in twice"

    def change(self, on: date, who: str) -> None:
        customer = self.people[who]
        self._read(on, [replace(self._facts_of(who), invoices=(), credits=())])
        row = self._customer(who)
        row.preferred_channel = customer.preferred_channel
        row.policy, row.do_not_contact = customer.policy, customer.do_not_contact
        row.save(update_fields=["preferred_channel", "policy", "do_not_contact"])
        for one in customer.contacts:
            plain = {"email": one.email, "phone": one.phone, "address": one.address}
            Contact.objects.of(self.row.pk).filter(key=one.key).update(**plain)
            if one.bounced_on:
                mark_bounced(self.row.pk, one.email, one.bounced_on)
        touch(self.row.pk, [row.pk])

    def publish(self, on: date, policy: Policy) -> None:
        self.policies[policy.name] = publish_policy(self.row, policy, at=_at(on))

    def promise(
        self, on: date, who: str, amount: Money, due: date, numbers: tuple[str, ...] = ()
    ) -> None:
        customer = self._customer(who)
        promise.record_promise(
            self.row, customer, made_on=on, due_on=due, amount=amount, invoices=numbers
        )

    def agree(
        self, on: date, who: str, parts: Sequence[Part], numbers: tuple[str, ...] = ()
    ) -> None:
        agree_plan(self.row, self._customer(who), on=on, parts=parts, invoices=numbers)

    def plan_cancelled(self, on: date, who: str) -> None:
        for plan in list_plans(self.row.pk, self._customer(who).pk):
            if plan.cancelled_on is None:
                cancel_plan(self.row, plan, on=on)

    def says_it_paid(
        self,
        on: date,
        who: str,
        due: date | None = None,
        amount: Money | None = None,
        numbers: tuple[str, ...] = (),
    ) -> None:
        record_claim(
            self.row,
            self._customer(who),
            said_on=on,
            paid_on=due,
            amount=amount,
            invoices=numbers,
            at=_at(on),
        )

    def claim_closed(self, on: date, who: str, found: bool = False) -> None:
        for row in list_claims(self.row.pk, self._customer(who).pk):
            close_claim(self.row, row, found=found, on=on)

    def dispute(
        self, on: date, who: str, number: str, disputed: Money | None, text: str = ""
    ) -> None:
        invoice = InvoiceRow.objects.of(self.row.pk).get(key=number)
        dispute.open_dispute(
            self.row, self._customer(who), invoice, on=on, reason=text, amount=disputed
        )

    def dispute_closed(self, on: date, who: str, number: str) -> None:
        row = Dispute.objects.of(self.row.pk).get(invoice=number, closed_on=None)
        dispute.close_dispute(self.row, row, on=on)

    def hold(
        self,
        on: date,
        who: str,
        numbers: tuple[str, ...] = (),
        until: date | None = None,
        note: str = "",
    ) -> None:
        hold.hold(self.row, self._customer(who), on=on, until=until, invoices=numbers, note=note)

    def postpone(self, on: date, who: str, until: date) -> None:
        hold.postpone(self.row, self._customer(who), on=on, until=until)

    def reply(self, on: date, who: str) -> None:
        reply.record_reply(self.row, self._customer(who), on=on)

    def read(self, on: date, who: str) -> None:
        reply.read_replies(self.row, self._customer(who), on=on)

    def written_by_hand(self, on: date, who: str) -> None:
        OutboxRow.objects.of(self.row.pk).create(
            company_id=self.row.pk,
            customer=self._customer(who),
            cycle=self.fresh("letter"),
            step=0,
            purpose="other",
            state="sent",
            channel="email",
            approved_on=on,
            approved_at=_at(on),
            sent_on=on,
            sent_at=_at(on),
        )
        touch(self.row.pk, [self._customer(who).pk])

    def sent(self, on: date, who: str) -> None:
        self._morning(on)
        (approval,) = approve(self.row, [self._customer(who).pk], today=on, at=_at(on))
        if approval.outcome is ApprovalOutcome.BY_HAND:
            record_done(self.row, self._customer(who).pk, today=on, at=_at(on))
            return
        report = send_approved(self.row, Postman(), today=on, clock=lambda: _at(on))
        if len(report.sent) != 1:
            raise StoryFailed(f"{on}: sent nothing to {who}: {approval}, {report}")

    def skip(self, on: date, who: str) -> None:
        self._morning(on)
        skip(self.row, self._entry(on, who), on=on)

    # --- the plan ---------------------------------------------------------------------------

    def look(self, on: date, who: str) -> Seen:
        draw_plan(self.row, on)
        if not self._is_planned(on, who):
            return Seen.nothing_owed()
        return self._seen(self._entry(on, who))

    def _is_planned(self, on: date, who: str) -> bool:
        """Whoever owes nothing and never had an entry has none."""
        customer = self._customer(who)
        rows = InvoiceRow.objects.of(self.row.pk).filter(customer=customer, settled_on=None)
        return rows.exists() or PlanEntry.objects.of(self.row.pk).filter(customer=customer).exists()

    def _morning(self, on: date) -> None:
        self._introduce(on)
        if self.daily:
            self.imported(on)
        draw_plan(self.row, on)

    def _entry(self, on: date, who: str) -> StoredEntry:
        entries = list_entries(self.row.pk, on, customers=[self._customer(who).pk])
        if len(entries) != 1:
            raise StoryFailed(f"{on}: {len(entries)} entries are in force for {who}, not one")
        return entries[0]

    def _seen(self, entry: StoredEntry) -> Seen:
        row, detail = entry.row, entry.row.detail
        plain = Seen(
            kind=row.kind,
            reasons=entry.reasons,
            alerts=entry.alerts,
            look_again_on=row.look_again_on,
            spared=row.spared,
        )
        if row.kind != "remind":
            return plain
        contact = Contact.objects.of(self.row.pk).get(key=detail["contact"])
        return Seen(
            kind=plain.kind,
            reasons=plain.reasons,
            alerts=plain.alerts,
            look_again_on=plain.look_again_on,
            spared=plain.spared,
            step=detail["number"],
            tone=detail["tone"],
            channel=detail["channel"],
            contact=contact.email,
            role=contact.role,
            asks=entry.amounts,
            lists=tuple(detail["listed"]),
            chases=tuple(detail["chased"]),
        )

    # --- what it leans on -------------------------------------------------------------------

    def _customer(self, who: str) -> Customer:
        return customer_row(self.row.pk, who)

    def _facts_of(self, who: str) -> CustomerFacts:
        customer = self.people[who]
        record = CustomerRecord(
            key=who,
            name=who,
            kind=customer.kind,
            country=customer.country,
            language=customer.language,
            autopay=customer.autopay,
            segment=customer.segment,
            insolvent_on=customer.insolvent_on,
        )
        return CustomerFacts(
            customer=record,
            invoices=tuple(self.invoices.get(who, ())),
            credits=tuple(self.credits.get(who, ())),
            contacts=customer.contacts,
        )

    def _read(self, on: date, facts: Sequence[CustomerFacts]) -> ImportReport:
        report = import_reading(self.row, Page(facts), on=on, at=_at(on))
        assert report.mismatches == [], "what is stored is not what was told"
        return report


def _at(on: date) -> datetime:
    return datetime.combine(on, time(8), tzinfo=UTC)
