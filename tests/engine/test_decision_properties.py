"""What holds for every decision, whatever the account."""

from collections import defaultdict
from dataclasses import replace
from datetime import timedelta

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from amiable.engine.dispute import disputed_amount
from amiable.engine.ledger import Ledger, open_items
from amiable.engine.policy import Tone
from amiable.engine.reasons import AGEING, REASONS, Reason
from amiable.engine.verdict import Escalate, Remind, Stop, Wait
from tests.engine.accounts import Case, cases

many = settings(max_examples=30)


@many
@given(cases())
def test_every_decision_has_reasons_with_the_facts_of_their_kind(case):
    verdict = case.verdict()
    assert verdict.decision.reasons
    for reason in (*verdict.decision.reasons, *verdict.alerts):
        assert len(reason.facts) == len(REASONS[reason.code].facts)
        assert set(reason.named()) == set(REASONS[reason.code].facts)


@many
@given(cases())
def test_one_looks_again_on_a_later_day_and_decides_anew_within_a_week(case):
    verdict, today = case.verdict(), case.morning.today
    again = verdict.decision.look_again_on
    assert again is None or again > today
    assert today < verdict.valid_until <= today + timedelta(days=7)


@many
@given(cases(), st.randoms(use_true_random=False))
def test_the_order_of_rows_does_not_matter(case, chance):
    account, today = case.account, case.morning.today
    invoices = [replace(one.invoice, amount=one.left) for one in account.open.invoices]
    credits = [one.credit for one in account.open.credits]
    verdicts = []
    for rows in (tuple, lambda rows: tuple(chance.sample(list(rows), len(rows)))):
        ledger = Ledger(invoices=rows(invoices), credits=rows(credits))
        other = replace(
            account,
            open=open_items(ledger, today),
            contacted=rows(account.contacted),
            skipped=rows(account.skipped),
            received=rows(account.received),
        )
        verdicts.append(replace(case, account=other).verdict())
    assert verdicts[0] == verdicts[1]


@many
@given(cases())
def test_a_reminder_asks_no_more_than_what_is_open_and_undisputed(case):
    decision = case.verdict().decision
    if not isinstance(decision, Remind):
        return
    allowed: dict[str, int] = defaultdict(int)
    for one in case.account.open.invoices:
        if one.invoice.key in decision.listed:
            allowed[one.left.currency] += one.left.minor
    for one in case.account.open.credits:
        allowed[one.left.currency] -= one.left.minor
    assert decision.amounts
    for amount in decision.amounts:
        assert 0 < amount.minor <= allowed[amount.currency]


@many
@given(cases())
def test_a_reminder_lists_nothing_that_is_wholly_disputed_held_or_barred(case):
    decision, today = case.verdict().decision, case.morning.today
    if not isinstance(decision, Remind):
        return
    listed = [one for one in case.account.open.invoices if one.invoice.key in decision.listed]
    for one in listed:
        open_ = [
            d for d in case.account.disputes if d.invoice == one.invoice.key and d.is_open(today)
        ]
        assert decision.number == 0 or disputed_amount(one.left, open_) < one.left
    held = {key for hold in case.account.holds if hold.holds(today) for key in hold.invoices}
    assert decision.number == 0 or not held & set(decision.listed)
    assert set(decision.chased) <= set(decision.listed) == {one.invoice.key for one in listed}
    assert decision.cycle in decision.chased


@many
@given(cases())
def test_a_reminder_leaves_on_a_working_day_to_somebody_reachable(case):
    decision = case.verdict().decision
    if isinstance(decision, Remind):
        assert case.morning.working.is_business_day(case.morning.today)
        assert decision.contact in case.account.customer.contacts
        assert not decision.contact.opted_out


@many
@given(cases())
def test_who_must_not_be_written_to_is_not(case):
    customer = case.account.customer
    decision = case.verdict().decision
    if customer.do_not_contact or customer.autopay:
        assert not isinstance(decision, Remind | Escalate)
    if customer.insolvent_on and customer.insolvent_on <= case.morning.today:
        assert isinstance(decision, Stop | Wait)


def harshness(case: Case) -> tuple[int, int]:
    """(step, tone) of a reminder; below all steps when none leaves; above all where a person
    must act. A notice is no step."""
    decision = case.verdict().decision
    if isinstance(decision, Escalate):
        return (99, 99)
    if not isinstance(decision, Remind):
        return (0, 0)
    return (decision.number, tuple(Tone).index(decision.tone))


@many
@given(cases(old=False), st.data())
def test_a_payment_never_makes_a_step_harsher(case, data):
    """But that a promise once kept, or a rest once paid, is no reason to wait any more."""
    account = case.account
    assume(account.open.invoices)
    waits = {reason.code for reason in case.verdict().decision.reasons}
    assume(not waits & {"ledger.part_paid", "promise.running"})
    paid = data.draw(st.sampled_from(account.open.invoices))
    rest = data.draw(st.integers(0, paid.left.minor - 1))
    left = [one for one in account.open.invoices if one is not paid or rest]
    invoices = tuple(
        replace(one, left=replace(one.left, minor=rest), paid_on=case.morning.today)
        if one is paid
        else one
        for one in left
    )
    after = replace(case, account=replace(account, open=replace(account.open, invoices=invoices)))
    number, tone = harshness(after)
    assert number == 0 or (number, tone) <= harshness(case)
    assert number == 0 or tone <= harshness(case)[1]


@settings(max_examples=500)
@given(cases())
def test_a_decision_holds_until_its_validity_ends(case):
    """The stored plan rests on this: the same facts, a later morning, the same decision."""
    verdict, today = case.verdict(), case.morning.today
    for days in range(1, (verdict.valid_until - today).days):
        later = case.on(today + timedelta(days=days)).verdict()
        assert told(later, 0) == told(verdict, days)


def told(verdict, days):
    """A verdict as it is told ``days`` later: facts that age have aged."""
    decision = verdict.decision
    reasons = tuple(_aged(reason, days) for reason in decision.reasons)
    again = None if isinstance(decision, Remind) else decision.look_again_on
    return replace(decision, reasons=reasons, look_again_on=again), verdict.spared


def _aged(reason: Reason, days: int) -> Reason:
    facts = reason.named().items()
    aged = (fact + days if name in AGEING else fact for name, fact in facts)
    return replace(reason, facts=tuple(aged))
