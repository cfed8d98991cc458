"""A draft of a policy: what was typed, as rows one may add, move and remove, and as the engine
reads it.

The fields bear the names the engine gives to places in a policy ("steps[2].after"), so that an
error finds its field. The form is the draft: nothing is stored before it is published.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from amiable.engine.money import exponent
from amiable.engine.parties import Language
from amiable.engine.policy import Tone

RULES = (
    "spacing", "minimum", "part_paid_grace", "promise_grace", "claim_grace", "promise_ahead",
    "fresh_days", "repeat_every",
)  # fmt: skip
_OF_KIND = {"habit": ("share", "floor", "cap"), "own_mean": ("plus", "floor", "cap"),
            "calendar": ("days",)}  # fmt: skip
_STEP = ("after", "tone", "channel", "role", "approval")
_NEW_STEP = {"tone": "firm", "channel": "email", "role": "accountant", "approval": "person"}
_NEW_QUIET = {
    "from_day.day": "1", "from_day.month": "08", "until_day.day": "21", "until_day.month": "08",
}  # fmt: skip
_INDEXED = re.compile(r"(steps|quiet)\[([1-9][0-9]?)\]\.([a-z_.]+)")
_THANKS = {"when": "payment", "approval": "person", "minimum": "0", "says_open": "False"}
_PLAIN = re.compile(rf"name|{'|'.join(RULES)}|(?:description|trigger|notice|thanks)\.[a-z_]+")
_AMOUNT = re.compile(r"[0-9]{1,9}(\.[0-9]{1,3})?")
_MOST_ROWS = 20
_LONGEST = 500


@dataclass(kw_only=True)
class PolicyDraft:
    """What was typed of a policy."""

    typed: dict[str, str]
    currency: str

    def table(self) -> dict[str, object]:
        """What was typed, as the engine reads it; what is no number stays as typed."""
        typed = self.typed
        table: dict[str, object] = {"name": typed.get("name", "").strip()}
        table |= {name: _number(typed.get(name, "")) for name in RULES}
        table["minimum"] = self._minor(typed.get("minimum", ""))
        described = {
            one.value: typed.get(f"description.{one.value}", "").strip() for one in Language
        }
        table["description"] = {key: text for key, text in described.items() if text}
        table["trigger"] = self._trigger()
        if self.has_notice:
            table["notice"] = self._step("notice") | {"tone": Tone.NOTICE.value}
        if self.has_thanks:
            table["thanks"] = self._thanks()
        table["steps"] = [self._step(f"steps[{n}]") for n in range(1, self.count("steps") + 1)]
        quiet = range(1, self.count("quiet") + 1)
        table["quiet"] = [
            {end: self._month_day(f"quiet[{n}].{end}") for end in ("from_day", "until_day")}
            for n in quiet
        ]
        return table

    def _thanks(self) -> dict[str, object]:
        typed = {name: self.typed.get(f"thanks.{name}", "") for name in _THANKS}
        switch: object = {"True": True, "False": False}.get(typed["says_open"], typed["says_open"])
        return {
            "when": typed["when"],
            "approval": typed["approval"],
            "minimum": self._minor(typed["minimum"]),
            "says_open": switch,
        }

    def _minor(self, text: str) -> object:
        plain = "".join(text.split()).replace(",", ".")
        if not _AMOUNT.fullmatch(plain):
            return text
        minor = Decimal(plain).scaleb(exponent(self.currency))
        return int(minor) if minor == minor.to_integral_value() else text

    def _trigger(self) -> dict[str, object]:
        kind = self.typed.get("trigger.kind", "habit")
        table: dict[str, object] = {"kind": kind}
        for name in _OF_KIND.get(kind, ()):
            text = self.typed.get(f"trigger.{name}", "").strip()
            if name == "share":
                table[name] = share_of(text)
            elif name == "cap" and text in ("", "0"):
                table[name] = "auto"
            else:
                table[name] = _number(text)
        return table

    def _step(self, where: str) -> dict[str, object]:
        words = {name: self.typed.get(f"{where}.{name}", "") for name in _STEP[1:]}
        return {"after": _number(self.typed.get(f"{where}.after", ""))} | words

    def _month_day(self, where: str) -> str:
        month, day = (self.typed.get(f"{where}.{part}", "").strip() for part in ("month", "day"))
        return f"{month.zfill(2)}-{day.zfill(2)}"

    # --- rows ---------------------------------------------------------------------------------

    @property
    def has_notice(self) -> bool:
        """Whether a notice is part of it."""
        return "notice.after" in self.typed

    @property
    def has_thanks(self) -> bool:
        """Whether payments are thanked for."""
        return "thanks.when" in self.typed

    def count(self, what: str) -> int:
        """How many steps or quiet periods there are."""
        found = (_INDEXED.fullmatch(name) for name in self.typed)
        return max((int(one[2]) for one in found if one and one[1] == what), default=0)

    def do(self, deed: str) -> None:
        """Change the rows as a button asks: ``steps_add``, ``steps_up:2``, ``quiet_remove:1``..."""
        what, _, number = deed.partition(":")
        rows, _, act = what.rpartition("_")
        if rows == "notice":
            self._toggle("notice", _NEW_STEP | {"after": "5"}, add=act == "add")
        elif rows == "thanks":
            self._toggle("thanks", _THANKS, add=act == "add")
        elif rows in ("steps", "quiet"):
            parts = self._rows(rows)
            self._change(rows, parts, act, int(number) if number.isdigit() else 0)
            self._put(rows, parts)

    def _toggle(self, what: str, new: Mapping[str, str], *, add: bool) -> None:
        for name in [name for name in self.typed if name.startswith(f"{what}.")]:
            del self.typed[name]
        if add:
            self.typed |= {f"{what}.{name}": value for name, value in new.items()}

    def _rows(self, what: str) -> list[dict[str, str]]:
        rows: list[dict[str, str]] = [{} for _ in range(self.count(what))]
        for name, value in self.typed.items():
            found = _INDEXED.fullmatch(name)
            if found and found[1] == what:
                rows[int(found[2]) - 1][found[3]] = value
        return rows

    def _change(self, what: str, rows: list[dict[str, str]], act: str, number: int) -> None:
        at = number - 1
        if act == "add" and len(rows) < _MOST_ROWS:
            rows.append(self._next_step(rows) if what == "steps" else _NEW_QUIET.copy())
        elif act == "remove" and 0 <= at < len(rows):
            del rows[at]
        elif act in ("up", "down"):
            other = at + (1 if act == "down" else -1)
            if 0 <= at < len(rows) and 0 <= other < len(rows):
                _swap(rows[at], rows[other])

    def _next_step(self, rows: Sequence[dict[str, str]]) -> dict[str, str]:
        """A step after the last one, at the distance the policy asks for, one tone firmer."""
        if not rows:
            return _NEW_STEP | {"after": "0", "tone": Tone.FRIENDLY.value}
        last = rows[-1]
        after, spacing = _number(last.get("after", "")), _number(self.typed.get("spacing", ""))
        days = after + spacing if isinstance(after, int) and isinstance(spacing, int) else ""
        tones = [tone.value for tone in Tone]
        tone = last.get("tone", "")
        if tone in tones:
            tone = tones[min(tones.index(tone) + 1, tones.index(Tone.STERN.value))]
        return _NEW_STEP | last | {"after": str(days), "tone": tone}

    def _put(self, what: str, rows: Sequence[Mapping[str, str]]) -> None:
        kept = {k: v for k, v in self.typed.items() if not k.startswith(f"{what}[")}
        for number, row in enumerate(rows, 1):
            kept |= {f"{what}[{number}].{name}": value for name, value in row.items()}
        self.typed = kept


def typed_from(table: Mapping[str, object], currency: str) -> dict[str, str]:
    """What one would have typed for a policy taken apart, sound or not."""
    typed: dict[str, str] = {}
    for name, value in _flat(table):
        place, _, end = name.rpartition(".")
        if place.startswith("quiet["):
            month, _, day = value.partition("-")
            typed |= {f"{name}.month": month, f"{name}.day": day.lstrip("0")}
        elif end == "cap" and value in ("auto", "0"):
            typed[name] = ""
        else:
            typed[name] = value
    for name in ("minimum", "thanks.minimum"):
        if typed.get(name, "").isdigit():
            amount = Decimal(typed[name]).scaleb(-exponent(currency))
            typed[name] = f"{amount.normalize():f}"
    return typed


def _flat(table: Mapping[str, object], above: str = "") -> Iterator[tuple[str, str]]:
    for name, value in table.items():
        if isinstance(value, Mapping):
            yield from _flat(value, f"{above}{name}.")
        elif isinstance(value, list):
            for number, one in enumerate(value, 1):
                if isinstance(one, Mapping):
                    yield from _flat(one, f"{name}[{number}].")
        else:
            yield f"{above}{name}", str(value)


def _swap(one: dict[str, str], other: dict[str, str]) -> None:
    """Two steps change places; the days stay, for they rise along the ladder."""
    days = one.get("after", ""), other.get("after", "")
    one_copy = one.copy()
    one.clear()
    one.update(other)
    other.clear()
    other.update(one_copy)
    one["after"], other["after"] = days


def _number(text: str) -> object:
    text = text.strip()
    return int(text) if re.fullmatch(r"-?[0-9]{1,9}", text) else text


def typed_in(post: Mapping[str, str]) -> dict[str, str]:
    """The fields of a policy among what a browser sent."""
    typed = {}
    for name, value in post.items():
        row = _INDEXED.fullmatch(name)
        if (row and int(row[2]) <= _MOST_ROWS) or _PLAIN.fullmatch(name):
            typed[name] = value[:_LONGEST]
    return typed


def share_of(text: str) -> object:
    """A share typed as a number between 0 and 1; what is none stays as typed."""
    try:
        return float(text)
    except ValueError:
        return text
