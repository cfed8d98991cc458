"""What a story says a plan must be, and what a plan was: only what is stated is compared.

Reasons, once stated, are all of them, in their order; of their facts, those written.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date

from amiable.engine.money import Money
from amiable.engine.reasons import Fact, Reason, because


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """A plan as a house gave it; the parts of a reminder are empty for other decisions."""

    kind: str
    reasons: tuple[Reason, ...]
    alerts: tuple[Reason, ...]
    look_again_on: date | None
    spared: int
    step: int | None = None
    tone: str = ""
    channel: str = ""
    contact: str = ""
    role: str = ""
    asks: tuple[Money, ...] = ()
    lists: tuple[str, ...] = ()
    chases: tuple[str, ...] = ()

    @classmethod
    def nothing_owed(cls) -> "Seen":
        """A customer who is in no plan, for nothing of its is open."""
        reasons = (because("ledger.nothing_owed"),)
        return cls(kind="wait", reasons=reasons, alerts=(), look_again_on=None, spared=0)


@dataclass(frozen=True, slots=True)
class Because:
    """A reason as a story states it: its code and some of its facts, as text."""

    code: str
    facts: Mapping[str, str]

    def __str__(self) -> str:
        facts = ", ".join(f"{name} {value}" for name, value in self.facts.items())
        return f"{self.code} ({facts})" if facts else self.code


@dataclass(frozen=True, slots=True)
class Expected:
    """The kind of decision, and what is stated of it: name -> text or reasons."""

    kind: str
    stated: Mapping[str, str | tuple[Because, ...]]

    def differences(self, seen: Seen) -> list[str]:
        """What is otherwise than stated; empty when the plan is as told."""
        found = [] if seen.kind == self.kind else [f"kind: {self.kind} told, {seen.kind} seen"]
        for name, told in self.stated.items():
            if isinstance(told, tuple):
                found += _reasons_differ(name, told, getattr(seen, name))
            elif told != (was := _SHOWN[name](seen)):
                found.append(f"{name}: {told!r} told, {was!r} seen")
        return found


_REASON = r"[a-z_]+(?:\.[a-z_]+)?(?: \([^)]*\))?"
_REASONS = rf"{_REASON}(?: and {_REASON})*"
_AMOUNT = r"\d+(?: \d+)*(?:,\d+)?(?: [A-Z]{3})?"
_NUMBERS = r"[A-Z]+-?\d[\w-]*(?: [A-Z]+-?\d[\w-]*)*"
_PHRASES = {
    "step": r"step (\d+)",
    "tone": r"(notice|friendly|firm|stern|formal)\b",
    "channel": r"by (email|sms|call|letter|registered)\b",
    "contact": r"to ([^\s,]+@[^\s,]+)",
    "role": r"to the (\w+)",
    "asks": rf"asks ({_AMOUNT}(?: and {_AMOUNT})*)",
    "lists": rf"lists ({_NUMBERS})",
    "chases": rf"chases ({_NUMBERS})",
    "reasons": rf"because ({_REASONS})",
    "alerts": rf"alerts (none|{_REASONS})",
    "look_again_on": r"look again (\d{4}-\d\d-\d\d|never)",
    "spared": r"spares (\d+)",
}


def expected(kind: str, text: str) -> Expected:
    """Read what a plan line states; raises ValueError at words it does not know."""
    stated: dict[str, str | tuple[Because, ...]] = {}
    text = text.strip()
    while text:
        for name, pattern in _PHRASES.items():
            found = re.match(pattern, text)
            if found is not None and name not in stated:
                said = found.group(1).strip()
                reasons = name in ("reasons", "alerts")
                stated[name] = _becauses(said) if reasons else said
                text = text[found.end() :].lstrip(" ,")
                break
        else:
            raise ValueError(f"cannot read {text!r}: a plan states {', '.join(_PHRASES)}")
    return Expected(kind, stated)


def _becauses(text: str) -> tuple[Because, ...]:
    if text == "none":
        return ()
    return tuple(_because(part) for part in re.findall(_REASON, text) if part != "and")


def _because(text: str) -> Because:
    code, _, facts = text.partition(" (")
    pairs = (part.partition(" ") for part in facts.rstrip(")").split(", ") if part)
    return Because(code, {name: value.strip('"') for name, _, value in pairs})


def _reasons_differ(name: str, told: tuple[Because, ...], seen: tuple[Reason, ...]) -> list[str]:
    if [one.code for one in told] != [one.code for one in seen]:
        was = " and ".join(f"{r.code} {_facts(r)}" for r in seen) or "none"
        return [f"{name}: {' and '.join(map(str, told)) or 'none'} told, {was} seen"]
    return [
        f"{name}: {one} told, {reason.code} {_facts(reason)} seen"
        for one, reason in zip(told, seen, strict=True)
        if not one.facts.items() <= _facts(reason).items()
    ]


def _facts(reason: Reason) -> dict[str, str]:
    return {name: shown(fact) for name, fact in reason.named().items()}


def shown(fact: Fact) -> str:
    """A fact as a story writes it: 1 200,00 for euros, 1 200,00 USD, 2026-02-05, plain words."""
    if not isinstance(fact, Money):
        return str(fact)
    text = f"{fact.decimal():,}".replace(",", " ").replace(".", ",")
    return text if fact.currency == "EUR" else f"{text} {fact.currency}"


_SHOWN: dict[str, Callable[[Seen], str]] = {
    "step": lambda seen: str(seen.step),
    "tone": lambda seen: seen.tone,
    "channel": lambda seen: seen.channel,
    "contact": lambda seen: seen.contact,
    "role": lambda seen: seen.role,
    "asks": lambda seen: " and ".join(map(shown, seen.asks)),
    "lists": lambda seen: " ".join(seen.lists),
    "chases": lambda seen: " ".join(seen.chases),
    "look_again_on": lambda seen: str(seen.look_again_on or "never"),
    "spared": lambda seen: str(seen.spared),
}
