"""Whatever happens, the plan kept from day to day is the plan one would draw from nothing.

A seeded walk through random facts and days: invoices, payments, credit notes, promises, holds,
disputes, replies, postponements, skips, bounces, sends, policies, imports undone, weekends and
quiet periods. After each draw the stored entries are held against a plan drawn anew, in a
transaction that is rolled back.
"""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from random import Random
from typing import Any

import pytest
from django.db import transaction

from amiable.channels.message import Delivery, Outcome, OutgoingMessage
from amiable.desk import dispute, hold, promise, reply
from amiable.desk.approve import approve, record_done
from amiable.desk.plan import draw_plan
from amiable.desk.policy import publish_policy, shipped_policy
from amiable.desk.send import send_approved
from amiable.desk.skip import NothingToDo, skip
from amiable.desk.undo_import import undo_import
from amiable.engine.policy import HabitQuantile, QuietPeriod
from amiable.sources.reading import CustomerFacts
from amiable.store.models import Company, Customer, Invoice, PlanEntry, Promise
from amiable.store.plan import list_entries
from tests.desk.books import (
    DAY,
    at,
    bring_in,
    credit_note,
    customer,
    eur,
    facts,
    invoice,
    mailbox,
    new_company,
    payer,
    payment,
)
from tests.desk.chosen import choose_policy

START = date(2026, 3, 2)
NAMES = ("A", "B", "C", "D", "E", "F")
STEPS = 60
SEEDS = range(12)  # 200 others were walked when the rules of validity were last changed

Told = dict[str, tuple[Any, ...]]


class Moody:
    """A channel that takes, refuses, fails or leaves in doubt, as the dice say."""

    def __init__(self, dice: Random) -> None:
        self.dice = dice

    def send(self, message: OutgoingMessage) -> Delivery:
        outcome = self.dice.choice([*[Outcome.ACCEPTED] * 5, *Outcome])
        detail = "550 no such mailbox" if outcome is Outcome.REFUSED else ""
        return Delivery(outcome=outcome, detail=detail)

    def close(self) -> None:
        """Nothing to close."""


class Walk:
    """One company living through random days."""

    def __init__(self, seed: int) -> None:
        self.dice = Random(seed)
        self.today = START
        self.count = 0
        self.log: list[str] = []
        self.company = new_company(on=START)
        choose_policy(self.company, self.dice.choice(["standard", "prudent"]))
        delays = dict(zip(NAMES, (0, 3, 8, 12, 20, 5), strict=True))
        pages = [payer(name, delays[name], START - DAY) for name in NAMES]
        bring_in(self.company, *pages, on=START)

    # --- what may happen --------------------------------------------------------------------

    def days_pass(self) -> None:
        self.today += timedelta(days=self.dice.choice([1, 1, 1, 1, 2, 3, 6]))

    def new_invoice(self) -> None:
        due_on = self.today + timedelta(days=self.dice.randint(-25, 12))
        issued_on = min(due_on, self.today + timedelta(days=self.dice.choice([-30, -10, 0, 2])))
        item = invoice(self._who(), self._fresh("F"), due_on, self._amount(), issued_on=issued_on)
        self._take(facts(item.customer, [item]))

    def paid(self) -> None:
        """All or part of an open invoice, now and then with a date to come or some days ago."""
        row = self._open_invoice()
        if row is None:
            return
        on = self.today + timedelta(days=self.dice.choice([-3, 0, 0, 0, 1, 2]))
        minor = self.dice.choice([row.amount_minor, row.amount_minor, row.amount_minor // 3])
        money = payment(row.customer.key, self._fresh("P"), on, minor, number=row.number)
        self._take(facts(row.customer.key, (), [money]))

    def credit_note(self) -> None:
        who = self._who()
        note = credit_note(who, self._fresh("CN"), self.today, self.dice.randint(1_000, 120_000))
        self._take(facts(who, (), [note]))

    def promised(self) -> None:
        due_on = self.today + timedelta(days=self.dice.randint(0, 9))
        promise.record_promise(
            self.company, self._customer(), made_on=self.today, due_on=due_on, amount=eur(50_000)
        )

    def promise_cancelled(self) -> None:
        row = Promise.objects.of(self.company.pk).filter(cancelled_on=None).first()
        if row is not None:
            promise.cancel_promise(self.company, row, on=self.today)

    def held(self) -> None:
        until = self.today + timedelta(days=self.dice.randint(1, 8))
        row = self._open_invoice()
        numbers = (row.key,) if row and self.dice.random() < 0.5 else ()
        who = row.customer if row else self._customer()
        hold.hold(self.company, who, on=self.today, until=until, invoices=numbers)

    def postponed(self) -> None:
        until = self.today + timedelta(days=self.dice.randint(1, 6))
        hold.postpone(self.company, self._customer(), on=self.today, until=until)

    def released(self) -> None:
        hold.release(self.company, self._customer(), on=self.today)

    def disputed(self) -> None:
        row = self._open_invoice()
        if row is not None:
            part = self.dice.choice([None, eur(500)])
            dispute.open_dispute(self.company, row.customer, row, on=self.today, amount=part)

    def dispute_closed(self) -> None:
        row = self._open_invoice()
        if row is not None:
            dispute.close_disputes(self.company, row.customer, row, on=self.today)

    def answered(self) -> None:
        reply.record_reply(self.company, self._customer(), on=self.today)

    def read(self) -> None:
        reply.read_replies(self.company, self._customer(), on=self.today)

    def sent(self) -> None:
        draw_plan(self.company, self.today)
        rows = list_entries(self.company.pk, self.today, kinds=["remind"])
        pks = [one.row.customer_id for one in rows]
        approve(self.company, pks, today=self.today, at=at(self.today))
        channel = Moody(self.dice)
        send_approved(self.company, channel, today=self.today, clock=lambda: at(self.today))

    def approved_only(self) -> None:
        approve(self.company, [self._customer().pk], today=self.today, at=at(self.today))

    def done(self) -> None:
        pk = self._customer().pk
        record_done(self.company, pk, today=self.today, at=at(self.today))

    def skipped(self) -> None:
        draw_plan(self.company, self.today)
        pk = self._customer().pk
        for entry in list_entries(self.company.pk, self.today, customers=[pk]):
            try:
                skip(self.company, entry, on=self.today)
            except NothingToDo:
                self.log.append("  (nothing to skip)")

    def policy_changed(self) -> None:
        name = self.dice.choice(["standard", "prudent"])
        quiet = self.today + timedelta(days=self.dice.randint(0, 5))
        until = quiet + timedelta(days=4)
        period = QuietPeriod(from_day=f"{quiet:%m-%d}", until_day=f"{until:%m-%d}")
        changed = replace(
            shipped_policy(name),
            trigger=HabitQuantile(share=self.dice.choice([0.6, 0.7, 0.8])),
            fresh_days=self.dice.choice([2, 7]),
            quiet=self.dice.choice([(), (period,)]),
        )
        publish_policy(self.company, changed, at=at(self.today))
        choose_policy(self.company, name)

    def imported(self) -> None:
        bring_in(self.company, facts("A", (), [payment("A", "P0", START)]), on=self.today)

    def undone(self) -> None:
        if self.count:
            undo_import(self.company, at=at(self.today))
            self.count = 0

    def contact_found(self) -> None:
        who = self._who()
        found = replace(mailbox(who, phone="+33123456789"), key=self._fresh("contact"))
        self._take(facts(who, (), (), [replace(found, email=f"{found.key}@{who}.test")]))

    def insolvent(self) -> None:
        on = self.today + timedelta(days=self.dice.randint(0, 5))
        self._take(facts("F", insolvent_on=on))

    # --- what it leans on -------------------------------------------------------------------

    def _take(self, page: CustomerFacts) -> None:
        self.count += 1
        bring_in(self.company, page, on=self.today)

    def _who(self) -> str:
        return self.dice.choice(NAMES)

    def _customer(self) -> Customer:
        return customer(self.company, self._who())

    def _fresh(self, kind: str) -> str:
        self.count += 1
        return f"{kind}{self.count}-{self.dice.randint(0, 10**9)}"

    def _amount(self) -> int:
        return self.dice.choice([300, 20_000, 100_000])

    def _open_invoice(self) -> Invoice | None:
        rows = Invoice.objects.of(self.company.pk).filter(settled_on=None)
        found = list(rows.select_related("customer").order_by("key"))
        return self.dice.choice(found) if found else None

    def step(self) -> None:
        moves: list[Callable[[], None]] = [
            self.days_pass, self.days_pass, self.days_pass, self.new_invoice, self.new_invoice,
            self.paid, self.paid, self.credit_note, self.promised, self.promise_cancelled,
            self.held, self.postponed, self.released, self.disputed, self.dispute_closed,
            self.answered, self.read, self.read, self.sent, self.sent, self.approved_only,
            self.done, self.skipped, self.policy_changed, self.imported, self.imported,
            self.undone, self.contact_found, self.insolvent,
        ]  # fmt: skip
        move = self.dice.choice(moves)
        self.log.append(f"{self.today:%a %Y-%m-%d} {move.__name__}")
        move()


def told(company: Company, on: date) -> Told:
    """What the stored plan says on a day, by customer."""
    return {
        entry.row.customer.key: (
            entry.row.kind,
            entry.row.policy,
            entry.row.detail.get("number"),
            entry.row.detail.get("cycle"),
            entry.row.detail.get("chased"),
            entry.row.detail.get("listed"),
            entry.row.detail.get("contact"),
            entry.amounts,
            entry.reasons,
            entry.alerts,
            entry.row.spared,
        )
        for entry in list_entries(company.pk, on)
    }


def from_nothing(company: Company, on: date) -> Told:
    """The plan drawn anew for every customer, as if none had ever been drawn."""
    with transaction.atomic():
        PlanEntry.objects.of(company.pk).delete()
        draw_plan(company, on)
        found = told(company, on)
        transaction.set_rollback(True)
    return found


def differences(kept: Told, anew: Told) -> list[str]:
    """Customers without a debt may keep an entry that says so; a plan from nothing has none."""
    owing = [f"{key}: kept {kept.get(key)}, anew {anew[key]}" for key in anew
             if kept.get(key) != anew[key]]  # fmt: skip
    settled = [f"{key}: kept {kept[key]}, owes nothing" for key in kept.keys() - anew.keys()
               if kept[key][8][0].code != "ledger.nothing_owed"]  # fmt: skip
    return owing + settled


@pytest.mark.django_db
@pytest.mark.parametrize("seed", SEEDS)
def test_the_plan_kept_day_by_day_is_the_plan_drawn_from_nothing(seed: int) -> None:
    walk = Walk(seed)
    for _ in range(STEPS):
        walk.step()
        if walk.dice.random() < 0.6:
            draw_plan(walk.company, walk.today)
            found = differences(
                told(walk.company, walk.today), from_nothing(walk.company, walk.today)
            )
            assert found == [], "\n".join([*walk.log[-12:], *found])
            assert draw_plan(walk.company, walk.today).decided == 0, "drawn twice, decided twice"
