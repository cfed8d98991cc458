"""A policy as TOML: read with every error named, written so that reading it again is equal."""

import tomllib
from collections.abc import Callable
from dataclasses import fields
from enum import StrEnum
from typing import TypeVar

from amiable.engine.parties import Channel, ContactRole
from amiable.engine.policy import (
    AUTO_CAP,
    Approval,
    FixedCalendar,
    HabitQuantile,
    OwnMean,
    Policy,
    PolicyError,
    PolicyRefused,
    QuietPeriod,
    Step,
    Thanks,
    ThanksWhen,
    Tone,
    Trigger,
    check_policy,
)

E = TypeVar("E", bound=StrEnum)
Table = dict[str, object]

_NUMBERS = (
    ("version", 0),
    ("spacing", 7),
    ("minimum", 0),
    ("part_paid_grace", 5),
    ("promise_grace", 3),
    ("claim_grace", 5),
    ("promise_ahead", 30),
    ("fresh_days", 7),
    ("repeat_every", 0),
)


def policy_from_toml(text: str) -> Policy:
    """Read a policy. Raises PolicyRefused naming every error: TOML itself, unknown or missing
    names, wrong types, values out of range."""
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        problem = PolicyError("file", "not_toml", {"detail": str(error)})
        raise PolicyRefused("?", (problem,)) from error
    policy, errors = policy_from_table(data)
    if errors:
        raise PolicyRefused(policy.name, errors)
    return policy


def policy_from_table(data: Table) -> tuple[Policy, tuple[PolicyError, ...]]:
    """Read a policy already taken apart, with everything that is wrong with it.

    Where there are errors the policy holds defaults in their place and must not be published.
    """
    reader = _Reader()
    policy = reader.policy(data)
    return policy, tuple(reader.errors) or check_policy(policy)


def policy_to_table(policy: Policy) -> Table:
    """A policy taken apart, as `policy_from_table` reads it."""
    return tomllib.loads(policy_to_toml(policy))


class _Reader:
    """Turns tables into values and collects what is wrong on the way."""

    def __init__(self) -> None:
        self.errors: list[PolicyError] = []

    def policy(self, data: Table) -> Policy:
        numbers = {name: self.number(data, name, default, name) for name, default in _NUMBERS}
        known = {item.name for item in fields(Policy)}
        self.unknown(data, known, "policy")
        steps = self.tables(data, "steps")
        quiet = self.tables(data, "quiet")
        return Policy(
            name=self.text(data, "name", "", "name"),
            description={key: str(value) for key, value in self.table(data, "description").items()},
            trigger=self.trigger(self.table(data, "trigger")),
            notice=self.step(self.table(data, "notice"), "notice") if "notice" in data else None,
            steps=tuple(self.step(step, f"steps[{n}]") for n, step in enumerate(steps, 1)),
            quiet=tuple(self.quiet(period, f"quiet[{n}]") for n, period in enumerate(quiet, 1)),
            thanks=self.thanks(self.table(data, "thanks")) if "thanks" in data else None,
            **numbers,
        )

    def trigger(self, data: Table) -> Trigger:
        kind = self.text(data, "kind", "habit", "trigger.kind")
        readers: dict[str, Callable[[Table], Trigger]] = {
            "habit": self.habit_quantile,
            "own_mean": self.own_mean,
            "calendar": self.calendar,
        }
        if kind not in readers:
            self.wrong("trigger.kind", "unknown_value", value=kind, known=", ".join(readers))
            return FixedCalendar()
        return readers[kind](data)

    def habit_quantile(self, data: Table) -> Trigger:
        self.unknown(data, {"kind", "share", "floor", "cap"}, "trigger")
        share = data.get("share", 0.7)
        if not isinstance(share, float):
            self.wrong("trigger.share", "no_share", value=share)
            share = 0.7
        floor = self.number(data, "floor", 3, "trigger.floor")
        return HabitQuantile(share=share, floor=floor, cap=self.cap(data))

    def own_mean(self, data: Table) -> Trigger:
        self.unknown(data, {"kind", "plus", "floor", "cap"}, "trigger")
        floor = self.number(data, "floor", 1, "trigger.floor")
        plus = self.number(data, "plus", 0, "trigger.plus")
        return OwnMean(plus=plus, floor=floor, cap=self.cap(data))

    def calendar(self, data: Table) -> Trigger:
        self.unknown(data, {"kind", "days"}, "trigger")
        return FixedCalendar(days=self.number(data, "days", 1, "trigger.days"))

    def cap(self, data: Table) -> int:
        return AUTO_CAP if data.get("cap") == "auto" else self.number(data, "cap", 0, "trigger.cap")

    def step(self, data: Table, where: str) -> Step:
        self.unknown(data, {item.name for item in fields(Step)}, where)
        if "after" not in data:
            self.wrong(f"{where}.after", "missing")
        return Step(
            after=self.number(data, "after", 0, f"{where}.after"),
            tone=self.choice(data, "tone", Tone, Tone.FRIENDLY, where),
            channel=self.choice(data, "channel", Channel, Channel.EMAIL, where),
            role=self.choice(data, "role", ContactRole, ContactRole.ACCOUNTANT, where),
            approval=self.choice(data, "approval", Approval, Approval.PERSON, where),
        )

    def thanks(self, data: Table) -> Thanks:
        self.unknown(data, {item.name for item in fields(Thanks)}, "thanks")
        says_open = data.get("says_open", False)
        if not isinstance(says_open, bool):
            self.wrong("thanks.says_open", "no_switch", value=says_open)
            says_open = False
        return Thanks(
            when=self.choice(data, "when", ThanksWhen, ThanksWhen.PAYMENT, "thanks"),
            approval=self.choice(data, "approval", Approval, Approval.PERSON, "thanks"),
            minimum=self.number(data, "minimum", 0, "thanks.minimum"),
            says_open=says_open,
        )

    def quiet(self, data: Table, where: str) -> QuietPeriod:
        self.unknown(data, {"from_day", "until_day"}, where)
        return QuietPeriod(
            from_day=self.text(data, "from_day", "", f"{where}.from_day"),
            until_day=self.text(data, "until_day", "", f"{where}.until_day"),
        )

    def choice(self, data: Table, name: str, kind: type[E], default: E, where: str) -> E:
        value = data.get(name, default)
        if value not in [*kind]:
            self.wrong(f"{where}.{name}", "unknown_value", value=value, known=", ".join(kind))
            return default
        return kind(str(value))

    def text(self, data: Table, name: str, default: str, where: str) -> str:
        value = data.get(name, default)
        if not isinstance(value, str):
            self.wrong(where, "no_text", value=value)
            return default
        return value

    def number(self, data: Table, name: str, default: int, where: str) -> int:
        value = data.get(name, default)
        if not isinstance(value, int) or isinstance(value, bool):
            self.wrong(where, "no_number", value=value)
            return default
        return value

    def table(self, data: Table, name: str) -> Table:
        value = data.get(name, {})
        if not isinstance(value, dict):
            self.wrong(name, "no_table", name=name)
            return {}
        return value

    def tables(self, data: Table, name: str) -> list[Table]:
        value = data.get(name, [])
        if not isinstance(value, list) or not all(isinstance(item, dict) for item in value):
            self.wrong(name, "no_tables", name=name)
            return []
        return value

    def unknown(self, data: Table, known: set[str], where: str) -> None:
        for name in sorted(data.keys() - known):
            self.wrong(f"{where}.{name}", "unknown_name", known=", ".join(sorted(known)))

    def wrong(self, where: str, code: str, /, **facts: object) -> None:
        self.errors.append(PolicyError(where, code, facts))


def policy_to_toml(policy: Policy) -> str:
    """Write a policy so that `policy_from_toml` gives it back."""
    lines = [f"name = {_quoted(policy.name)}"]
    lines += [f"{name} = {getattr(policy, name)}" for name, _ in _NUMBERS]
    if policy.description:
        lines += ["", "[description]"]
        lines += [
            f"{language} = {_quoted(text)}" for language, text in sorted(policy.description.items())
        ]
    lines += ["", "[trigger]", *_trigger_lines(policy.trigger)]
    if policy.notice:
        lines += ["", "[notice]", *_step_lines(policy.notice)]
    if policy.thanks:
        lines += ["", "[thanks]", *_thanks_lines(policy.thanks)]
    for step in policy.steps:
        lines += ["", "[[steps]]", *_step_lines(step)]
    for period in policy.quiet:
        lines += ["", "[[quiet]]", f"from_day = {_quoted(period.from_day)}"]
        lines += [f"until_day = {_quoted(period.until_day)}"]
    return "\n".join(lines) + "\n"


def _trigger_lines(trigger: Trigger) -> list[str]:
    if isinstance(trigger, FixedCalendar):
        return ['kind = "calendar"', f"days = {trigger.days}"]
    cap = '"auto"' if trigger.cap == AUTO_CAP else trigger.cap
    own = [f"floor = {trigger.floor}", f"cap = {cap}"]
    if isinstance(trigger, OwnMean):
        return ['kind = "own_mean"', f"plus = {trigger.plus}", *own]
    return ['kind = "habit"', f"share = {float(trigger.share)!r}", *own]


def _step_lines(step: Step) -> list[str]:
    words = ("tone", "channel", "role", "approval")
    return [
        f"after = {step.after}",
        *(f"{word} = {_quoted(getattr(step, word))}" for word in words),
    ]


def _thanks_lines(thanks: Thanks) -> list[str]:
    return [
        *(f"{word} = {_quoted(getattr(thanks, word))}" for word in ("when", "approval")),
        f"minimum = {thanks.minimum}",
        f"says_open = {str(thanks.says_open).lower()}",
    ]


_ESCAPES = {'"': '\\"', "\\": "\\\\"}


def _quoted(text: str) -> str:
    """A TOML basic string: control characters written as \\uXXXX."""
    signs = (
        f"\\u{ord(sign):04x}" if ord(sign) < 32 or ord(sign) == 127 else _ESCAPES.get(sign, sign)
        for sign in text
    )
    return '"' + "".join(signs) + '"'
