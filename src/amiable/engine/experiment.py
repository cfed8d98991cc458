"""Experiment: arms of one step of a policy that differ in one thing, drawn at random.

An arm changes the channel, the tone or the hour of leaving of one step. Customers are drawn in
permuted blocks within their segment: every block holds each arm twice, in an order that a keyed
hash gives, so that arms stay balanced whenever one stops, nobody can tell the next arm without the
key, and the draw can be done again. A customer keeps its arm.
"""

import hashlib
import hmac
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import time
from enum import StrEnum

from amiable.engine.parties import Channel, Segment
from amiable.engine.plan import PlanEntry
from amiable.engine.policy import Policy, PolicyError, Step, Tone, check_policy
from amiable.engine.reach import contact_for
from amiable.engine.reasons import Reason, because
from amiable.engine.situation import Situation
from amiable.engine.verdict import Remind

PER_BLOCK = 2
"""How often each arm stands in a block."""
FEWEST_ARMS, MOST_ARMS = 2, 4


class Factor(StrEnum):
    """The one thing in which the arms differ."""

    CHANNEL = "channel"
    TONE = "tone"
    HOUR = "hour"


CHANNELS = (Channel.EMAIL, Channel.SMS, Channel.CALL, Channel.LETTER)
"""What may be tried: nothing replaces a registered letter, so nothing is compared with it."""
TONES = (Tone.FRIENDLY, Tone.FIRM, Tone.STERN)
"""What may be tried: a formal notice has effects in law, it is no matter of tone."""
HOURS = tuple(range(7, 20))


class Flaw(StrEnum):
    """Why a comparison cannot be made."""

    NO_POLICY = "no_policy"  # no policy of this name is published
    NO_STEP = "no_step"  # the policy has no such step
    UNKNOWN_ARM = "unknown_arm"
    TOO_FEW = "too_few"
    TOO_MANY = "too_many"
    TWICE = "twice"
    NOT_AS_NOW = "not_as_now"  # the first arm is not what the policy does today
    CLOSED = "closed"  # nothing leaves at that hour
    TONE_ORDER = "tone_order"  # the tone would no longer rise along the ladder


class Exclusion(StrEnum):
    """Why a customer is left out of an experiment and treated as the policy says."""

    ELSEWHERE = "elsewhere"  # it is in another experiment
    DISPUTE = "dispute"
    PROMISE = "promise"  # or an instalment plan
    BROKEN = "broken"  # a broken promise makes the step firmer already
    SAYS_PAID = "says_paid"
    INSOLVENT = "insolvent"
    HOLD = "hold"
    SILENT = "silent"  # wants nothing, or one of its contacts refuses something
    PREFERS = "prefers"  # has a channel of its own
    UNREACHABLE = "unreachable"  # not by every arm's channel
    NO_BASELINE = "no_baseline"  # nothing was ever paid that late: no days gained to be counted
    UNDER_WAY = "under_way"  # this step is approved already


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    """``arms`` of one ``step`` (1 is the first reminder) of ``policy``, named by what they set: a
    channel, a tone or an hour. The first is what one compares with. ``seed`` is the draw's key."""

    key: int
    policy: str
    step: int
    factor: Factor
    arms: tuple[str, ...]
    seed: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawn:
    """The place of one customer in a trial: the number of its arm, counted from 0."""

    trial: Trial
    arm: int
    key: int = 0

    @property
    def value(self) -> str:
        """What the arm sets."""
        return self.trial.arms[self.arm]


# --- what an arm changes ----------------------------------------------------------------------


def with_arm(policy: Policy, trial: Trial, arm: int) -> Policy:
    """The policy as one arm has it; unchanged where it is another policy or has no such step."""
    if policy.name != trial.policy or not 1 <= trial.step <= len(policy.steps):
        return policy
    steps = list(policy.steps)
    steps[trial.step - 1] = _changed(steps[trial.step - 1], trial.factor, trial.arms[arm])
    return replace(policy, steps=tuple(steps))


def _changed(step: Step, factor: Factor, value: str) -> Step:
    if factor is Factor.CHANNEL:
        return replace(step, channel=Channel(value))
    return replace(step, tone=Tone(value)) if factor is Factor.TONE else step


def leaving_hour(drawn: Drawn | None, step: int) -> time | None:
    """The hour of the day before which a message of a step does not leave; None: any."""
    if drawn is None or drawn.trial.step != step or drawn.trial.factor is not Factor.HOUR:
        return None
    return time(int(drawn.value))


def told(entry: PlanEntry, drawn: Drawn) -> PlanEntry:
    """The entry with the reason that a reminder of the tested step is the way it is."""
    decision, trial = entry.verdict.decision, drawn.trial
    if not asks_for(entry, trial):
        return entry
    assert isinstance(decision, Remind)
    reasons = (*decision.reasons, arm_reason(drawn))
    verdict = replace(entry.verdict, decision=replace(decision, reasons=reasons))
    return replace(entry, verdict=verdict)


def arm_reason(drawn: Drawn) -> Reason:
    """Why this customer's reminder is another than its neighbour's."""
    trial = drawn.trial
    against = [arm for number, arm in enumerate(trial.arms) if number != drawn.arm]
    return because("experiment.arm", arm=drawn.value, against=" ".join(against))


def asks_for(entry: PlanEntry, trial: Trial) -> bool:
    """Whether what was decided is the step a trial is about."""
    decision = entry.verdict.decision
    if not isinstance(decision, Remind) or entry.policy != trial.policy:
        return False
    return decision.number == trial.step


# --- who takes part ---------------------------------------------------------------------------


def why_left_out(situation: Situation, trial: Trial) -> Exclusion | None:
    """Why a customer who is about to get the step takes no part; None: it does.

    The comparison is of like with like: whoever has something running with the company, or could
    not be given every arm, is treated as the policy says and not counted.
    """
    account, on = situation.account, situation.today
    customer = account.customer
    found = {
        Exclusion.INSOLVENT: customer.insolvent_on is not None,
        Exclusion.DISPUTE: any(one.is_open(on) for one in account.disputes),
        Exclusion.PROMISE: bool(situation.running),
        Exclusion.BROKEN: bool(situation.broken),
        Exclusion.SAYS_PAID: bool(situation.awaited or situation.unseen),
        Exclusion.HOLD: any(one.holds(on) for one in account.holds),
        Exclusion.SILENT: customer.do_not_contact
        or any(one.opted_out or one.refuses for one in customer.contacts),
        Exclusion.PREFERS: customer.preferred_channel is not None,
        Exclusion.UNREACHABLE: not _reached_by_all(situation, trial),
    }
    return next((why for why, holds in found.items() if holds), None)


def _reached_by_all(situation: Situation, trial: Trial) -> bool:
    step = situation.policy.steps[trial.step - 1]
    by_arms = [with_arm(situation.policy, trial, arm) for arm in range(len(trial.arms))]
    channels = {policy.steps[trial.step - 1].channel for policy in by_arms}
    contacts = situation.account.customer.contacts
    return all(contact_for(contacts, channel, step.role) for channel in channels)


# --- the draw ---------------------------------------------------------------------------------


def drawn_arm(trial: Trial, segment: Segment, position: int) -> int:
    """The arm of the customer who is number ``position`` (from 0) of a segment.

    Each block is every arm `PER_BLOCK` times, sorted by HMAC-SHA256 of its places under the
    trial's seed: a random permutation that can be drawn again.
    """
    size = block_size(len(trial.arms))
    block, place = divmod(position, size)
    order = sorted(range(size), key=lambda slot: _hash(trial.seed, segment, block, slot))
    return order[place] % len(trial.arms)


def block_size(arms: int) -> int:
    """How many customers a block holds."""
    return arms * PER_BLOCK


def _hash(seed: str, *parts: object) -> bytes:
    text = "|".join(map(str, parts)).encode()
    return hmac.new(seed.encode(), text, hashlib.sha256).digest()


# --- a sound comparison -----------------------------------------------------------------------


def flaws(
    policies: Mapping[str, Policy], policy: str, step: int, factor: Factor, arms: tuple[str, ...]
) -> tuple[Flaw, ...]:
    """Everything that is wrong with a comparison; empty when it may be started."""
    if policy not in policies:
        return (Flaw.NO_POLICY,)
    found = policies[policy]
    if not 1 <= step <= len(found.steps):
        return (Flaw.NO_STEP,)
    if not set(arms) <= set(choices(factor)):
        return (Flaw.UNKNOWN_ARM,)
    wrong = {
        Flaw.TOO_FEW: len(arms) < FEWEST_ARMS,
        Flaw.TOO_MANY: len(arms) > MOST_ARMS,
        Flaw.TWICE: len(set(arms)) < len(arms),
        Flaw.NOT_AS_NOW: arms[:1] != (present(found.steps[step - 1], factor) or arms[:1]),
        Flaw.TONE_ORDER: any(_breaks(found, step, factor, arm) for arm in arms),
    }
    return tuple(flaw for flaw, holds in wrong.items() if holds)


def choices(factor: Factor) -> tuple[str, ...]:
    """What the arms of a factor may be."""
    if factor is Factor.CHANNEL:
        return tuple(one.value for one in CHANNELS)
    return tuple(one.value for one in TONES) if factor is Factor.TONE else tuple(map(str, HOURS))


def present(step: Step, factor: Factor) -> tuple[str, ...]:
    """What a step does today, as an arm; empty for an hour, which no policy sets."""
    if factor is Factor.CHANNEL:
        return (step.channel.value,)
    return (step.tone.value,) if factor is Factor.TONE else ()


def _breaks(policy: Policy, step: int, factor: Factor, arm: str) -> bool:
    """Whether the ladder would not be one any more with an arm."""
    trial = Trial(key=0, policy=policy.name, step=step, factor=factor, arms=(arm,), seed="")
    known: set[tuple[str, str]] = {_named(error) for error in check_policy(policy)}
    return any(_named(error) not in known for error in check_policy(with_arm(policy, trial, 0)))


def _named(error: PolicyError) -> tuple[str, str]:
    return error.where, error.code
