"""Policy: when, how and to whom to remind, as data a person can read and change.

A policy has a trigger (the lateness at which the first reminder is due) and a ladder of steps,
each some days after the trigger, plus an optional notice before the due date. It is written in
TOML, checked as a whole with every error named, and never changes once published: a correction
is a new version.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from amiable.engine.habit import Habit, beyond
from amiable.engine.parties import Channel, ContactRole


class Tone(StrEnum):
    """How a message speaks; it rises along the ladder."""

    NOTICE = "notice"
    FRIENDLY = "friendly"
    FIRM = "firm"
    STERN = "stern"
    FORMAL = "formal"


class Approval(StrEnum):
    """Whether a step goes by itself or waits for a person."""

    PERSON = "person"
    AUTOMATIC = "automatic"


AUTO_CAP = 0
"""``cap = 0`` follows the ledger: what nine payments in ten never exceed, 10 to 30 days."""


@dataclass(frozen=True, slots=True, kw_only=True)
class HabitQuantile:
    """First reminder beyond the customer's own ``share`` quantile (0.7: the default)."""

    share: float
    floor: int = 3
    cap: int = AUTO_CAP


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnMean:
    """First reminder beyond the customer's own mean delay, ``plus`` days more (the plain rule)."""

    plus: int = 0
    floor: int = 1
    cap: int = AUTO_CAP


@dataclass(frozen=True, slots=True, kw_only=True)
class FixedCalendar:
    """First reminder ``days`` after the due date, the same for everybody."""

    days: int = 1


Trigger = HabitQuantile | OwnMean | FixedCalendar


def trigger_day(trigger: Trigger, habit: Habit) -> int:
    """The lateness, in days after the (rolled) due date, at which the first reminder is due.

    min(max(beyond the habit, floor), cap): never before the floor, never later than the cap.
    """
    if isinstance(trigger, FixedCalendar):
        return trigger.days
    if isinstance(trigger, HabitQuantile):
        day = habit.quantile(trigger.share) + 1
    else:
        day = beyond(habit.own_mean) + trigger.plus
    return min(max(day, trigger.floor), trigger.cap or habit.company.cap)


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One rung: ``after`` days past the trigger, in ``tone``, on ``channel``, to ``role``.

    A notice (tone NOTICE) counts ``after`` as days before the due date instead.
    """

    after: int
    tone: Tone
    channel: Channel = Channel.EMAIL
    role: ContactRole = ContactRole.ACCOUNTANT
    approval: Approval = Approval.PERSON


class ThanksWhen(StrEnum):
    """Which payments are thanked for."""

    PAYMENT = "payment"
    REMINDER = "reminder"  # only one that followed a reminder


@dataclass(frozen=True, slots=True, kw_only=True)
class Thanks:
    """A word of thanks when money comes: ``when``, from ``minimum`` minor units on.

    ``says_open``: it also says what stays open on the account.
    """

    when: ThanksWhen = ThanksWhen.PAYMENT
    approval: Approval = Approval.PERSON
    minimum: int = 0
    says_open: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class QuietPeriod:
    """No reminder from ``from_day`` to before ``until_day`` each year, as ("08-01", "08-21")."""

    from_day: str
    until_day: str

    def covers(self, on: date) -> bool:
        """Whether ``on`` falls into it; a period may run over the new year."""
        day = f"{on.month:02}-{on.day:02}"
        if self.from_day <= self.until_day:
            return self.from_day <= day < self.until_day
        return day >= self.from_day or day < self.until_day


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """A whole policy. ``minimum`` is in minor units of each currency; ``version`` 0 is a draft.

    ``spacing`` days pass between two contacts with one customer; ``repeat_every`` days after the
    last step it is taken again (0: a person decides); after a part payment one waits
    ``part_paid_grace`` days, after a promise's date ``promise_grace``; when the customer says it
    has paid, ``claim_grace`` business days; what it promises by itself for a day more than
    ``promise_ahead`` days away, a person decides on; a ledger older than ``fresh_days``
    is not chased on.
    ``thanks`` None: nobody is thanked.
    """

    name: str
    trigger: Trigger
    steps: tuple[Step, ...]
    notice: Step | None = None
    version: int = 0
    description: Mapping[str, str] = field(default_factory=dict)
    spacing: int = 7
    minimum: int = 0
    part_paid_grace: int = 5
    promise_grace: int = 3
    claim_grace: int = 5
    promise_ahead: int = 30
    fresh_days: int = 7
    repeat_every: int = 0
    quiet: tuple[QuietPeriod, ...] = ()
    thanks: Thanks | None = None


_PROBLEMS = {
    "no_name": ("is empty", "give it a name"),
    "out_of_range": ("{value} is out of range", "give {low} to {high}"),
    "no_day": ("{value!r} is no day of a year", 'write month and day, as "08-01"'),
    "no_steps": ("there is none", "add one step"),
    "first_step": (
        "the first step is {after} days after the trigger",
        "give 0: the first step is what the trigger triggers",
    ),
    "too_close": (
        "comes {days} days after the step before",
        "leave {spacing} days or more (spacing), or lower spacing",
    ),
    "softer": ("{tone} is softer than {before} before it", "let the tone rise along the ladder"),
    "notice_as_step": (
        "a notice goes before the due date",
        "write it under [notice], or choose friendly, firm, stern or formal",
    ),
    "not_a_notice": ("is not a notice", 'write "notice"'),
    "not_toml": ("{detail}", "mend the TOML there"),
    "unknown_value": ("{value!r} is unknown", "one of {known}"),
    "unknown_name": ("is unknown", "one of {known}"),
    "no_share": ("{value!r} is not a share", "write 0.6, 0.7 or 0.8"),
    "no_number": ("{value!r} is not a whole number", "write digits only"),
    "no_switch": ("{value!r} is neither true nor false", "write true or false"),
    "no_text": ("{value!r} is not a text", "put it between quotation marks"),
    "missing": ("is missing", "give a number of days"),
    "no_table": ("is not a table", "write it under [{name}]"),
    "no_tables": ("is not a list of tables", "write each under [[{name}]]"),
}
"""code -> (problem, remedy); `words.policies` says them to a reader."""

PROBLEMS = tuple(_PROBLEMS)


@dataclass(frozen=True, slots=True)
class PolicyError:
    """One thing wrong in a policy: ``where`` in it, a ``code`` for what, and its facts."""

    where: str
    code: str
    facts: Mapping[str, object] = field(default_factory=dict)

    @property
    def problem(self) -> str:
        """What is wrong."""
        return _PROBLEMS[self.code][0].format(**self.facts)

    @property
    def remedy(self) -> str:
        """How to mend it."""
        return _PROBLEMS[self.code][1].format(**self.facts)

    def __str__(self) -> str:
        return f"{self.where}: {self.problem}; {self.remedy}"


class PolicyRefused(ValueError):
    """A policy has errors; ``errors`` lists them all."""

    def __init__(self, name: str, errors: tuple[PolicyError, ...]) -> None:
        super().__init__(f"policy {name!r}: " + " | ".join(map(str, errors)))
        self.errors = errors


_TONES = tuple(Tone)
_LIMITS = {
    "spacing": (1, 60),
    "minimum": (0, 10**9),
    "part_paid_grace": (0, 60),
    "promise_grace": (0, 30),
    "claim_grace": (0, 30),
    "promise_ahead": (0, 365),
    "fresh_days": (1, 90),
    "repeat_every": (0, 180),
}


def check_policy(policy: Policy) -> tuple[PolicyError, ...]:
    """Everything that is wrong with a policy that could be read; empty when it may be published."""
    return (*_check_limits(policy), *_check_trigger(policy.trigger), *_check_steps(policy))


def _check_limits(policy: Policy) -> list[PolicyError]:
    errors = []
    if not policy.name.strip():
        errors.append(PolicyError("name", "no_name"))
    for name, (low, high) in _LIMITS.items():
        if not low <= getattr(policy, name) <= high:
            errors.append(_out_of_range(name, getattr(policy, name), low, high))
    if policy.thanks is not None and not 0 <= policy.thanks.minimum <= 10**9:
        errors.append(_out_of_range("thanks.minimum", policy.thanks.minimum, 0, 10**9))
    for number, period in enumerate(policy.quiet, 1):
        for name in ("from_day", "until_day"):
            day = getattr(period, name)
            if not _is_month_day(day):
                errors.append(PolicyError(f"quiet[{number}].{name}", "no_day", {"value": day}))
    return errors


def _is_month_day(text: str) -> bool:
    try:
        date.fromisoformat(f"2024-{text}")
    except ValueError:
        return False
    return len(text) == 5


def _out_of_range(where: str, value: float, low: float, high: float) -> PolicyError:
    return PolicyError(where, "out_of_range", {"value": value, "low": low, "high": high})


def _check_trigger(trigger: Trigger) -> list[PolicyError]:
    errors = []
    if isinstance(trigger, FixedCalendar):
        if not 0 <= trigger.days <= 365:
            errors.append(_out_of_range("trigger.days", trigger.days, 0, 365))
        return errors
    if isinstance(trigger, HabitQuantile) and not 0.5 <= trigger.share <= 0.95:
        errors.append(_out_of_range("trigger.share", trigger.share, 0.5, 0.95))
    if isinstance(trigger, OwnMean) and not 0 <= trigger.plus <= 60:
        errors.append(_out_of_range("trigger.plus", trigger.plus, 0, 60))
    if not 1 <= trigger.floor <= 60:
        errors.append(_out_of_range("trigger.floor", trigger.floor, 1, 60))
    if trigger.cap != AUTO_CAP and not trigger.floor <= trigger.cap <= 365:
        errors.append(_out_of_range("trigger.cap", trigger.cap, trigger.floor, 365))
    return errors


def _check_steps(policy: Policy) -> list[PolicyError]:
    errors = []
    if not policy.steps:
        errors.append(PolicyError("steps", "no_steps"))
    elif policy.steps[0].after != 0:
        after = policy.steps[0].after
        errors.append(PolicyError("steps[1].after", "first_step", {"after": after}))
    for number, (one, other) in enumerate(zip(policy.steps, policy.steps[1:], strict=False), 2):
        errors += _check_rise(number, one, other, policy.spacing)
    for number, step in enumerate(policy.steps, 1):
        if step.tone is Tone.NOTICE:
            errors.append(PolicyError(f"steps[{number}].tone", "notice_as_step"))
    if policy.notice and policy.notice.tone is not Tone.NOTICE:
        errors.append(PolicyError("notice.tone", "not_a_notice"))
    if policy.notice and not 1 <= policy.notice.after <= 60:
        errors.append(_out_of_range("notice.after", policy.notice.after, 1, 60))
    return errors


def _check_rise(number: int, one: Step, other: Step, spacing: int) -> list[PolicyError]:
    errors = []
    days = other.after - one.after
    if days < spacing:
        facts: dict[str, object] = {"days": days, "spacing": spacing}
        errors.append(PolicyError(f"steps[{number}].after", "too_close", facts))
    if _TONES.index(other.tone) < _TONES.index(one.tone):
        facts = {"tone": other.tone.value, "before": one.tone.value}
        errors.append(PolicyError(f"steps[{number}].tone", "softer", facts))
    return errors


def due_step(policy: Policy, taken: int) -> Step | None:
    """The step that follows ``taken`` steps after the due date; None when the ladder is over."""
    if taken < len(policy.steps):
        return policy.steps[taken]
    return policy.steps[-1] if policy.repeat_every else None


def days_to_step(policy: Policy, taken: int) -> int:
    """Days between the previous step (or the trigger, for the first) and the one after it."""
    if taken == 0:
        return 0
    if taken < len(policy.steps):
        return policy.steps[taken].after - policy.steps[taken - 1].after
    return policy.repeat_every
