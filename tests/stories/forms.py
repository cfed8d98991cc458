"""The sentences a story may use. A form is shown as it is written; it is also the parser.

``{name}`` is a word of the kind NAMES gives, ``[...]`` may be left out, two blanks part columns.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from amiable.engine.money import Money, money

_DAY = r"\d{4}-\d\d-\d\d"
_AMOUNT = r"\d+(?: \d+)*(?:,\d+)?(?: [A-Z]{3})?"
_NUMBER = r"[A-Z]+-?\d[\w-]*"


def amount(text: str) -> Money:
    """An amount as people write it: 1 200,00 (euros) or 1 200,00 USD."""
    currency = text[-3:] if text[-3:].isalpha() else "EUR"
    digits = text.removesuffix(currency).replace(" ", "").replace(",", ".")
    return money(digits, currency)


def _numbers(text: str) -> tuple[str, ...]:
    return tuple(text.split())


def _days(text: str) -> tuple[int, ...]:
    return tuple(map(int, text.split()))


def _phrases(text: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in text.split(", "))


NAMES: dict[str, tuple[str, Callable[[str], object]]] = {
    "number": (_NUMBER, str),
    "numbers": (rf"{_NUMBER}(?: {_NUMBER})*", _numbers),
    "who": (r"\S+(?: [^\s,]+)*", str),
    "amount": (_AMOUNT, amount),
    "disputed": (rf"whole|{_AMOUNT}", lambda text: None if text == "whole" else amount(text)),
    "due": (_DAY, date.fromisoformat),
    "until": (_DAY, date.fromisoformat),
    "inferred": ("inferred", bool),
    "found": ("found", bool),
    "text": ('"[^"]*"', lambda text: text.strip('"')),
    "note": ('"[^"]*"', lambda text: text.strip('"')),
    "count": (r"\d+", int),
    "delays": (r"-?\d+(?: -?\d+)*", _days),
    "every": (r"\d+", int),
    "rhythm": ("week|fortnight|month", str),
    "role": ("main|accountant|buyer|manager|legal", str),
    "address": (r"\S.*", str),
    "channel": ("email|sms|call|letter", str),
    "traits": (r"\S.*", _phrases),
    "changes": (r"\S.*", _phrases),
    "policy": (r"\S+", str),
    "kind": ("wait|remind|hold|stop|escalate", str),
    "rest": (r"\S.*", str),
}


@dataclass(frozen=True)
class Form:
    """One sentence: the verb it starts with and what follows."""

    verb: str
    tail: str = ""
    dated: bool = True

    @property
    def shown(self) -> str:
        """How to write it, for an error message."""
        return f"{'DAY  ' if self.dated else ''}{self.verb}{self.tail}"

    @cached_property
    def pattern(self) -> re.Pattern[str]:
        """The tail as a regular expression with a group for each name."""
        pieces = re.split(r"(\{\w+\}|\[|\]| {2,}| )", self.tail)
        return re.compile("".join(map(_piece, pieces)))

    def read(self, text: str) -> dict[str, object] | None:
        """The values of a sentence's tail by name, or None when it is not of this form."""
        found = self.pattern.fullmatch(text)
        if found is None:
            return None
        given = {name: value for name, value in found.groupdict().items() if value is not None}
        return {name: NAMES[name][1](value.strip()) for name, value in given.items()}


def _piece(piece: str) -> str:
    if piece.startswith("{"):
        name = piece[1:-1]
        return f"(?P<{name}>{NAMES[name][0]})"
    blanks = {"[": "(?:", "]": ")?", " ": " +"}
    return blanks.get(piece, " {2,}" if piece.startswith("  ") else re.escape(piece))


FORMS = (
    Form("company", "  {who}, policy {policy}", dated=False),
    Form("policy", "  {changes}", dated=False),
    Form("customer", "  {who}, {traits}", dated=False),
    Form("contact", "  {who}  {role} {address}", dated=False),
    Form(
        "habit",
        "  {who}  {count} invoices paid {delays} days late[, one every {every} days],"
        " until {until}",
        dated=False,
    ),
    Form("invoice", " {number}  {who}  {amount}  due {due}[, {inferred}]"),
    Form("payment", "  {who}  {amount}[ for {number}][  {text}]"),
    Form("deposit", "  {who}  {amount}[ for {number}][  {text}]"),
    Form("credit note", "  {who}  {amount}[ for {number}][  {text}]"),
    Form("write-off", "  {who}  {amount} for {number}"),
    Form("bounced", "  {who}  {amount}"),
    Form("debit", "  {who}  {amount}"),
    Form("promise", "  {who}  {amount} on {due}[ for {numbers}]"),
    Form("instalments", "  {who}  {count} x {amount} every {rhythm} from {due}[ for {numbers}]"),
    Form("plan cancelled", "  {who}"),
    Form("says it paid", "  {who}[  {amount}][  on {due}][  for {numbers}]"),
    Form("claim closed", "  {who}[  {found}]"),
    Form("dispute", "  {who}  {number} {disputed}[ because {text}]"),
    Form("dispute closed", "  {who}  {number}"),
    Form("hold", "  {who}[  {numbers}][  until {until}][  {note}]"),
    Form("postpone", "  {who}  until {until}"),
    Form("skip", "  {who}"),
    Form("sent", "  {who}"),
    Form("written by hand", "  {who}"),
    Form("reply", "  {who}"),
    Form("read", "  {who}"),
    Form("autopay", "  {who}"),
    Form("do not contact", "  {who}"),
    Form("insolvent", "  {who}"),
    Form("bounce", "  {who}  {address}"),
    Form("contact", "  {who}  {role} {address}"),
    Form("imported", ""),
    Form("no import", ""),
    Form("policy", "  {changes}"),
    Form("plan", "  {who}  {kind}[ {rest}]"),
)
