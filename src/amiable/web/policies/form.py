"""A policy as a form: the fields of a draft, each with the engine's errors beside it."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from amiable.engine.parties import Channel, ContactRole, Language
from amiable.engine.policy import Approval, Policy, PolicyError, ThanksWhen, Tone
from amiable.engine.policy_toml import policy_from_table, policy_to_table
from amiable.web.policies.draft import RULES, PolicyDraft, share_of, typed_from
from amiable.words import say, term
from amiable.words.policies import policy_error

KINDS = ("habit", "own_mean", "calendar")
_DEFAULTS = {"trigger.kind": "habit", "trigger.share": "0.7", "trigger.plus": "2",
             "trigger.days": "8", "trigger.floor": "3", "trigger.cap": ""}  # fmt: skip
_SHARES = ("0.5", "0.6", "0.7", "0.8", "0.9")


@dataclass(frozen=True, slots=True, kw_only=True)
class PolicyField:
    """One field as the page shows it. ``choices`` are (value, word) pairs; none: a text."""

    name: str
    label: str
    value: str
    help: str = ""
    errors: tuple[str, ...] = ()
    choices: tuple[tuple[str, str], ...] = ()
    numeric: bool = True

    @property
    def id(self) -> str:
        """A name HTML and CSS can live with."""
        return "p-" + re.sub(r"[^a-z0-9]+", "-", self.name).strip("-")


@dataclass(frozen=True, slots=True, kw_only=True)
class StepRow:
    """The fields of one step, with its number."""

    number: int
    fields: tuple[PolicyField, ...]
    last: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class QuietRow:
    """The fields of one quiet period: day and month of both ends."""

    number: int
    from_day: tuple[PolicyField, ...]
    until_day: tuple[PolicyField, ...]
    errors: tuple[str, ...]


@dataclass(kw_only=True)
class PolicyForm(PolicyDraft):
    """A draft with its fields; ``problems``: what the engine cannot know, by field."""

    language: Language
    problems: dict[str, list[str]] = field(default_factory=dict)

    # --- what the engine makes of it ----------------------------------------------------------

    @cached_property
    def _read(self) -> tuple[Policy, tuple[PolicyError, ...]]:
        return policy_from_table(self.table())

    @property
    def policy(self) -> Policy:
        """The policy typed; to be used only when there are no errors."""
        return self._read[0]

    @property
    def errors(self) -> tuple[PolicyError, ...]:
        """All that is wrong."""
        return self._read[1]

    @cached_property
    def _told(self) -> dict[str, list[str]]:
        told: dict[str, list[str]] = {where: list(texts) for where, texts in self.problems.items()}
        for error in self.errors:
            told.setdefault(error.where, []).append(" ".join(policy_error(error, self.language)))
        return told

    @property
    def wrong(self) -> int:
        """How many things are to be mended."""
        return sum(len(texts) for texts in self._told.values())

    # --- fields -------------------------------------------------------------------------------

    def said(self, key: str, **facts: str | int) -> str:
        """A text of the form."""
        return say(self.language, f"policies.form.{key}", **facts)

    def one(
        self, name: str, label: str, help_: str = "", *, choices: Sequence[tuple[str, str]] = (),
        numeric: bool = True,
    ) -> PolicyField:  # fmt: skip
        """One field with its value and its errors."""
        return PolicyField(
            name=name,
            label=label,
            value=self.typed.get(name, _DEFAULTS.get(name, "")),
            help=help_,
            errors=tuple(self._told.get(name, ())),
            choices=tuple(choices),
            numeric=numeric,
        )

    @property
    def name(self) -> PolicyField:
        """The name."""
        return self.one("name", self.said("name"), self.said("name_help"), numeric=False)

    @property
    def descriptions(self) -> list[PolicyField]:
        """A description in each language."""
        return [
            self.one(
                f"description.{one.value}", self.said(f"description_{one.value}"), numeric=False
            )
            for one in (Language.FR, Language.EN)
        ]

    @property
    def kind(self) -> str:
        """The kind of trigger chosen."""
        return self.typed.get("trigger.kind", "habit")

    @property
    def share(self) -> PolicyField:
        """The share of payments."""
        value = self.typed.get("trigger.share", "0.7")
        shares = _SHARES if value in _SHARES else tuple(sorted({*_SHARES, value}))
        words = [(one, _percent(one)) for one in shares]
        return self.one("trigger.share", self.said("share"), self.said("share_help"), choices=words)

    @property
    def plus(self) -> PolicyField:
        """Days more than the mean."""
        return self.one("trigger.plus", self.said("plus"))

    @property
    def days(self) -> PolicyField:
        """Days of a fixed calendar."""
        return self.one("trigger.days", self.said("days"))

    @property
    def bounds(self) -> list[PolicyField]:
        """First and last day of a first reminder."""
        return [
            self.one("trigger.floor", self.said("floor")),
            self.one("trigger.cap", self.said("cap"), self.said("cap_help")),
        ]

    @property
    def notice(self) -> list[PolicyField]:
        """The notice, if there is one."""
        if not self.has_notice:
            return []
        fields = self._step_fields("notice", self.said("notice_after"))
        return [one for one in fields if not one.name.endswith(".tone")]

    @property
    def thanks(self) -> list[PolicyField]:
        """The thanks for a payment, if there are any."""
        if not self.has_thanks:
            return []
        when = [(one.value, term(self.language, "thanks_when", one.value)) for one in ThanksWhen]
        approval = [(one.value, term(self.language, "approval", one.value)) for one in Approval]
        switch = [("False", self.said("no")), ("True", self.said("yes"))]
        least = self.said("minimum_help", currency=self.currency)
        open_help = self.said("thanks_says_open_help")
        return [
            self.one("thanks.when", self.said("thanks_when"), choices=when),
            self.one("thanks.minimum", self.said("thanks_minimum"), least),
            self.one("thanks.approval", self.said("approval"), choices=approval),
            self.one("thanks.says_open", self.said("thanks_says_open"), open_help, choices=switch),
        ]

    @property
    def steps(self) -> list[StepRow]:
        """The steps in order."""
        count = self.count("steps")
        return [
            StepRow(
                number=n,
                fields=tuple(self._step_fields(f"steps[{n}]", self.said("after"))),
                last=n == count,
            )
            for n in range(1, count + 1)
        ]

    @property
    def steps_errors(self) -> list[str]:
        """What is wrong with the steps as a whole."""
        return self._told.get("steps", [])

    def _step_fields(self, where: str, after: str) -> Iterator[PolicyField]:
        yield self.one(f"{where}.after", after)
        tones = [tone for tone in Tone if tone is not Tone.NOTICE]
        for name, kinds in (("tone", tones), ("channel", list(Channel)),
                            ("role", list(ContactRole)), ("approval", list(Approval))):  # fmt: skip
            words = [(kind.value, term(self.language, name, kind.value)) for kind in kinds]
            yield self.one(f"{where}.{name}", self.said(name), choices=words)

    @property
    def rules(self) -> list[PolicyField]:
        """The numbers that hold for all steps."""
        helps = {
            "spacing": self.said("spacing_help"),
            "minimum": self.said("minimum_help", currency=self.currency),
            "repeat_every": self.said("repeat_help"),
        }
        return [
            self.one(name, say(self.language, f"policies.rules.{name}"), helps.get(name, ""))
            for name in RULES
        ]

    @property
    def quiet(self) -> list[QuietRow]:
        """The quiet periods."""
        rows = []
        for n in range(1, self.count("quiet") + 1):
            ends = {end: self._ends(f"quiet[{n}].{end}") for end in ("from_day", "until_day")}
            wrong = [text for end in ends for text in self._told.get(f"quiet[{n}].{end}", [])]
            rows.append(QuietRow(number=n, errors=tuple(wrong), **ends))
        return rows

    def _ends(self, where: str) -> tuple[PolicyField, ...]:
        months = [(f"{n:02}", name) for n, name in _months(self.language)]
        return (
            self.one(f"{where}.day", self.said("quiet_day")),
            self.one(f"{where}.month", self.said("quiet_month"), choices=months),
        )


def _months(language: Language) -> list[tuple[int, str]]:
    return [(n, say(language, f"policies.month.m{n:02}")) for n in range(1, 13)]


def _percent(share: str) -> str:
    value = share_of(share)
    return f"{value * 100:g}" if isinstance(value, float) else share


def form_of(policy: Policy, currency: str, language: Language) -> PolicyForm:
    """The form filled in with a policy."""
    return form_from_table(policy_to_table(policy), currency, language)


def form_from_table(table: Mapping[str, object], currency: str, language: Language) -> PolicyForm:
    """The form filled in with a policy taken apart, sound or not."""
    return PolicyForm(typed=typed_from(table, currency), currency=currency, language=language)
