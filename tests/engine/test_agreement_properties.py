"""What was agreed with a customer, and how far it goes: for every account."""

from dataclasses import replace
from datetime import timedelta

from hypothesis import assume, given, settings

from amiable.engine.dispute import Dispute
from amiable.engine.ledger import Credit
from amiable.engine.money import Money
from amiable.engine.policy import Tone
from amiable.engine.promise import Promise
from amiable.engine.verdict import Hold, Remind
from tests.engine.accounts import Case, cases

many = settings(max_examples=40)
TONES = list(Tone)


def with_promise(case: Case, *, kept: bool) -> Case:
    """A promise of last week for all that is open, with or without its money; no other."""
    today = case.morning.today
    due_on = today - timedelta(days=6)
    amount = Money(minor=1_000, currency="EUR")
    made = Promise(
        key="mine", customer="c", made_on=due_on - timedelta(days=1), due_on=due_on, amount=amount
    )
    came = Credit(key="came", customer="c", number="", received_on=due_on, amount=amount)
    account = replace(case.account, promises=[made], received=[came] if kept else [])
    return replace(case, account=account)


def without_promises(case: Case) -> Case:
    return replace(case, account=replace(case.account, promises=[], received=[]))


@many
@given(cases())
def test_a_kept_promise_never_makes_a_step_harsher(case):
    plain = without_promises(case).verdict().decision
    kept = with_promise(case, kept=True).verdict().decision
    if isinstance(kept, Remind):
        assert isinstance(plain, Remind)
        assert kept.number <= plain.number
        assert TONES.index(kept.tone) <= TONES.index(plain.tone)


@many
@given(cases())
def test_a_broken_promise_never_skips_two_steps(case):
    plain = without_promises(case).verdict().decision
    broken = with_promise(case, kept=False).verdict().decision
    if not isinstance(plain, Remind) or not isinstance(broken, Remind):
        return
    assert plain.number == broken.number
    tones = [step.tone for step in case.policy.steps]
    allowed = tones[min(broken.number, len(tones) - 1)]  # the step after the one that is due
    softest, firmest = TONES.index(plain.tone), TONES.index(max(plain.tone, allowed, key=_firm))
    assert softest <= TONES.index(broken.tone) <= max(firmest, softest + 1)


def _firm(tone: Tone) -> int:
    return TONES.index(tone)


@many
@given(cases())
def test_a_dispute_of_a_part_never_holds_the_rest(case):
    first = next(iter(case.account.open.invoices), None)
    assume(first is not None and first.left.minor > 1)
    part = replace(first.left, minor=1)
    cent = Dispute(
        key="mine",
        customer="c",
        invoice=first.invoice.key,
        opened_on=case.morning.today,
        amount=part,
    )
    plain = replace(case, account=replace(case.account, disputes=[]))
    disputed = replace(case, account=replace(case.account, disputes=[cent]))
    before, after = plain.verdict().decision, disputed.verdict().decision
    assert not (isinstance(after, Hold) and after.reasons[0].code == "dispute.all")
    if isinstance(before, Remind) and isinstance(after, Remind):
        assert set(after.listed) == set(before.listed)
