"""Effect count: judge what followed each reminder, and keep it for the measures.

A reminder is judged on the morning the ledger is known for: today's, or that of the last import if
it is older. Until 90 days after it left it is judged anew whenever the ledger is known for another
morning (an undone import makes it an earlier one) or a fact of its customer changed; after that
once a month, when a fact of its customer changed. Judging again gives the same.
"""

import logging
from bisect import bisect_left
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from functools import cached_property
from typing import Any
from zoneinfo import ZoneInfo

from django.db import transaction

from amiable.desk.calendar import day_of, due_calendar
from amiable.desk.habit import segment_rule
from amiable.desk.plan import no_collections
from amiable.engine.days import week_start
from amiable.engine.followed import WITHIN, Chased, Days, Part, answered_after, days_of
from amiable.engine.habit import CompanyHabit, Habit, due_for_habit, habit_of, learn_company
from amiable.engine.parties import Customer
from amiable.store import effect_facts as facts
from amiable.store.company import list_companies, load_policies, lock_company
from amiable.store.customer import load_customers, versions_of
from amiable.store.effect_facts import FoundInvoice, SentReminder
from amiable.store.habit import load_histories, sampled_histories
from amiable.store.models import Company

Progress = Callable[[int, int], None]
_FRESH = timedelta(days=90)
_STALE = timedelta(days=30)
_CHUNK = 500

log = logging.getLogger("amiable.worker")


def judge_due(at: datetime, stopping: Callable[[], bool]) -> int:
    """Judge the new reminders of every company, until told to stop; how many."""
    judged = 0
    for company in list_companies():
        try:
            judged += judge_reminders(company, day_of(company, at), stopping=stopping)
        except Exception as error:  # one company's trouble must not keep the others waiting
            told = {"round": "effects", "company": company.key}
            log.error("judging reminders failed", exc_info=error, extra=told)
    return judged


def judge_reminders(
    company: Company,
    today: date,
    *,
    anew: bool = False,
    progress: Progress | None = None,
    stopping: Callable[[], bool] = lambda: False,
) -> int:
    """Judge the reminders that are to be judged; how many. ``anew``: every one of them.

    Some hundred customers a transaction, under the company's lock: two at once take turns, and
    who stops half-way loses nothing.
    """
    known = known_until(company, today)
    # Judged before an import was undone: what followed them is not known any more.
    facts.forget_effects(company.pk, known + timedelta(days=1), date.max)
    if anew:
        pks = facts.customers_reminded(company.pk, known)
    else:
        pks = facts.customers_to_judge(company.pk, known, known - _FRESH, known - _STALE)
    judge = _Judge(company, known, anew=anew)
    judged = 0
    for at in range(0, len(pks), _CHUNK):
        if stopping():
            break
        with transaction.atomic(), no_collections():
            lock_company(company)
            judged += judge.judge(pks[at : at + _CHUNK])
        if progress:
            progress(min(at + _CHUNK, len(pks)), len(pks))
    return judged


def known_until(company: Company, today: date) -> date:
    """The morning up to which the ledger is known: nobody knows what was paid after an import."""
    return min(today, company.imported_on or today)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Facts:
    """What some customers' reminders are judged by; see `store.effect_facts`."""

    invoices: Mapping[tuple[int, str], FoundInvoice]
    contested: Mapping[tuple[int, str], list[tuple[date, date | None]]]
    answers: Mapping[int, list[int]]
    policies: Mapping[int, list[tuple[date, date | None, str]]]
    histories: Mapping[int, Any]
    customers: Mapping[int, Customer]
    versions: Mapping[int, int]


class _Judge:
    """What is shared by all judgements of one company and day."""

    def __init__(self, company: Company, known: date, *, anew: bool) -> None:
        self.company, self.known, self.anew = company, known, anew
        self.zone = ZoneInfo(company.timezone)
        self.calendar = due_calendar(company)
        self._learned: dict[date, CompanyHabit] = {}

    @cached_property
    def book(self) -> Any:
        return load_policies(self.company)

    def judge(self, pks: list[int]) -> int:
        """Judge the reminders of some customers."""
        sent = facts.sent_reminders(self.company.pk, pks, self.known, self.zone)
        found = self._facts(pks, sent)
        rows = []
        for reminders in sent.values():
            following = [one.sent_on.toordinal() for one in reminders[1:]] + [None]
            for one, after in zip(reminders, following, strict=True):
                if self._due(one, found.versions):
                    rows.append(self._row(one, after, found))
        return facts.replace_effects(self.company.pk, rows)

    def _due(self, one: SentReminder, versions: Mapping[int, int]) -> bool:
        """Whether it is to be judged: what `facts.customers_to_judge` asks, of one reminder."""
        judged = one.judged
        if self.anew or judged is None or judged.customer != one.customer:
            return True
        moved = judged.version != versions[one.customer]
        if one.sent_on >= self.known - _FRESH and (moved or judged.on != self.known):
            return True
        return moved and judged.on < self.known - _STALE

    def _facts(self, pks: list[int], sent: Mapping[int, list[SentReminder]]) -> _Facts:
        key = self.company.pk
        asked = {name for many in sent.values() for one in many for name in one.invoices}
        return _Facts(
            invoices=facts.chased_invoices(key, pks, asked),
            contested=facts.contested_spans(key, pks),
            answers=facts.answer_days(key, pks, self.zone),
            policies=facts.policies_followed(key, pks, self.known),
            histories=dict(load_histories(key, self.known, pks)),
            customers=load_customers(key, pks),
            versions=versions_of(key, pks),
        )

    def _habit(self, one: SentReminder, found: _Facts) -> Habit:
        """The habit as known on the morning the reminder left: what was paid before it."""
        history = found.histories.get(one.customer, ())
        before = history[: bisect_left(history, (one.sent_on.toordinal(),))]
        return habit_of(before, self._company_habit(one.sent_on), week_start(one.sent_on))

    def _company_habit(self, on: date) -> CompanyHabit:
        """What the company's customers taught at the start of that month: nothing later."""
        month = on.replace(day=1)
        if month not in self._learned:
            learned = learn_company(sampled_histories(self.company.pk, month))
            self._learned[month] = replace(learned, rule=segment_rule(self.company))
        return self._learned[month]

    def _row(self, one: SentReminder, following: int | None, found: _Facts) -> tuple[Any, ...]:
        """The judgement of one reminder, in the order of the columns."""
        chased = self._chased(one, found)
        habit, customer = self._habit(one, found), found.customers[one.customer]
        own = [item for item, currency in chased if currency == self.company.currency]
        items = [item for item, _ in chased]
        days = days_of(items, habit, (self.known - one.sent_on).days)
        answers = [day for day in found.answers.get(one.customer, ()) if day < self._end]
        return (
            self.company.pk, one.pk, one.customer, self.known, found.versions[one.customer],
            one.sent_on, one.channel, one.tone, one.step, one.sent_on.weekday(), one.hour,
            (customer.segment or habit.segment(one.sent_on)).value,
            self._policy(one, habit, found), one.bounced, one.delivered, one.opened,
            len(items), sum(item.left_minor for item in own),
            *(sum(item.recovered(within) is not None for item in items) for within in WITHIN),
            *(sum(item.money(within) for item in own) for within in WITHIN),
            answered_after(one.sent_on.toordinal(), following, answers),
            *_hundredths(days),
        )  # fmt: skip

    @property
    def _end(self) -> int:
        """Answers of days to come are not known, should a past day be played."""
        return self.known.toordinal() + 1

    def _chased(self, one: SentReminder, found: _Facts) -> list[tuple[Chased, str]]:
        """The invoices it asked for that were open when it left, with their currency."""
        chased = []
        for key in one.invoices:
            invoice = found.invoices.get((one.customer, key))
            if invoice is not None:
                item = self._item(one, invoice, found.contested.get((one.customer, key), ()))
                if item.left_minor > 0:
                    chased.append((item, invoice.currency))
        return chased

    def _item(
        self,
        one: SentReminder,
        invoice: FoundInvoice,
        contested: Sequence[tuple[date, date | None]],
    ) -> Chased:
        known = [part for part in invoice.parts if part[0] < self.known]
        before = sum(minor for on, minor, _ in known if on < one.sent_on)
        paid_on, settled_on = invoice.paid_on, invoice.settled_on
        return Chased(
            late=(one.sent_on - due_for_habit(invoice.due_on, self.calendar)).days,
            amount_minor=invoice.amount_minor,
            left_minor=invoice.amount_minor - before,
            parts=tuple(
                Part(after=(on - one.sent_on).days, minor=minor, money=money)
                for on, minor, money in known
                if on >= one.sent_on
            ),
            paid_after=(paid_on - one.sent_on).days if paid_on and paid_on < self.known else None,
            settled=settled_on is not None and settled_on < self.known,
            contested=any(
                opened < self.known and (closed is None or closed >= one.sent_on)
                for opened, closed in contested
            ),
        )

    def _policy(self, one: SentReminder, habit: Habit, found: _Facts) -> str:
        """The policy whose decision it was; before there were plans, the customer's own now."""
        decided = [
            policy
            for start, end, policy in found.policies.get(one.customer, ())
            if start <= one.sent_on and (end is None or end >= one.sent_on)
        ]
        if decided:
            return decided[-1]
        policy: str = self.book.policy_for(found.customers[one.customer], habit, one.sent_on).name
        return policy


def _hundredths(days: Days | None) -> tuple[int | None, ...]:
    if days is None:
        return (None, None, None, None)
    return (days.over, *(round(100 * value) for value in (days.waited, days.expected, days.gained)))
