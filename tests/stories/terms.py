"""The policies of a story: those the product ships, changed as the story says."""

import re
from collections.abc import Callable
from dataclasses import replace
from importlib.resources import files

from amiable.engine.parties import Channel, ContactRole
from amiable.engine.policy import (
    FixedCalendar,
    HabitQuantile,
    OwnMean,
    Policy,
    QuietPeriod,
    Step,
    Tone,
    Trigger,
    check_policy,
)
from amiable.engine.policy_toml import policy_from_toml
from tests.stories.forms import amount

SHIPPED = ("standard", "prudent")


def shipped(name: str) -> Policy:
    """A policy as the product ships it."""
    path = files("amiable.desk.shipped") / "policies" / f"{name}.toml"
    return policy_from_toml(path.read_text(encoding="utf-8"))


def changed(policy: Policy, changes: tuple[str, ...]) -> Policy:
    """The policy with each change made; raises ValueError at one that is not understood."""
    for change in changes:
        policy = _changed(policy, change)
    errors = check_policy(policy)
    if errors:
        raise ValueError(" | ".join(map(str, errors)))
    return policy


def _changed(policy: Policy, change: str) -> Policy:
    for pattern, make in _CHANGES.items():
        found = re.fullmatch(pattern, change)
        if found is not None:
            return make(policy, *found.groups())
    raise ValueError(f"{change!r} is no change of a policy: one of {', '.join(_CHANGES)}")


def _trigger(policy: Policy, trigger: Trigger) -> Policy:
    return replace(policy, trigger=trigger)


def _ladder(policy: Policy, number: str, **change: object) -> Policy:
    steps = list(policy.steps)
    steps[int(number) - 1] = replace(steps[int(number) - 1], **change)  # type: ignore[arg-type]
    return replace(policy, steps=tuple(steps))


def _notice(policy: Policy, days: str) -> Policy:
    return replace(policy, notice=Step(after=int(days), tone=Tone.NOTICE))


def _quiet(policy: Policy, start: str, end: str) -> Policy:
    return replace(policy, quiet=(*policy.quiet, QuietPeriod(from_day=start, until_day=end)))


_CHANGES: dict[str, Callable[..., Policy]] = {
    r"minimum (\d+(?: \d+)*,\d\d)": lambda p, text: replace(p, minimum=amount(text).minor),
    r"spacing (\d+)": lambda p, days: replace(p, spacing=int(days)),
    r"repeat every (\d+)": lambda p, days: replace(p, repeat_every=int(days)),
    r"fresh (\d+)": lambda p, days: replace(p, fresh_days=int(days)),
    r"promise grace (\d+)": lambda p, days: replace(p, promise_grace=int(days)),
    r"notice (\d+) days before": _notice,
    r"quiet (\d\d-\d\d) to (\d\d-\d\d)": _quiet,
    r"trigger day (\d+)": lambda p, days: _trigger(p, FixedCalendar(days=int(days))),
    r"trigger own mean plus (\d+)": lambda p, days: _trigger(p, OwnMean(plus=int(days))),
    r"trigger share 0\.(\d)": lambda p, n: _trigger(p, HabitQuantile(share=int(n) / 10)),
    r"step (\d) by (\w+)": lambda p, n, by: _ladder(p, n, channel=Channel(by)),
    r"step (\d) to the (\w+)": lambda p, n, role: _ladder(p, n, role=ContactRole(role)),
    r"step (\d) after (\d+)": lambda p, n, days: _ladder(p, n, after=int(days)),
}
