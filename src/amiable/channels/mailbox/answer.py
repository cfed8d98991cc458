"""The answer in a mail: what its writer added, without quotes and signature."""

import re

from mailparser_reply import EmailReplyParser

_ROOM = 6_000
"""Characters the library looks at: its expressions take far longer than linear time."""
_LINE = 250
"""Longer lines are shown to it in pieces, for the same reason."""
_JOIN = "\n\u2060"

# Where a quoted mail begins, line by line: what mail programs write above it.
_CUT = re.compile(
    r"^(?:>.*"
    r"|(?:On|Le|El|Il|Am|On:)\s[^\n]{4,200}\s(?:wrote|a écrit|escribió|ha scritto|schrieb)\s?:"
    r"|-{2,}\s*(?:Message d'origine|Message original|Original Message|Forwarded message|Message"
    r" transféré|Message suivi|Courriel original)\s*-{2,}"
    r"|(?:Début du message (?:réexpédié|transféré)|Begin forwarded message)\s*:"
    r"|\*?(?:De|From|Von)\s?\*?\s?:\*?\s[^\n]{3,200}\n\s*\*?(?:Envoyé|Date|Sent|À|To|Gesendet)"
    r"(?:\sle)?\s?\*?\s?:[^\n]*"
    r"|_{10,}"
    r"|-- )\s*$",
    re.MULTILINE | re.IGNORECASE,
)
_READER = EmailReplyParser(languages=["fr", "en"])


def answer_of(text: str) -> str:
    """What the writer of a mail added; all of it when nothing seems added (a mail quoted whole)."""
    own = _before_quote(text.replace("\r\n", "\n").replace("\u2060", ""))
    head, rest = own[:_ROOM], own[_ROOM:]
    if rest:
        head, space, cut = head.rpartition(" ")
        rest = space + cut + rest
    found = _unsigned(head)
    unsigned = _squeezed(found) != _squeezed(head)
    return (found if unsigned else found + rest).strip() or own.strip()


def _before_quote(text: str) -> str:
    """The text up to the first quote that has words before it."""
    match = next((one for one in _CUT.finditer(text) if text[: one.start()].strip()), None)
    return text[: match.start()] if match else text


def _unsigned(text: str) -> str:
    shown = re.sub(r"\n\s*\n\s*", "\n\n", text)
    shown = re.sub(rf"([^\n]{{{_LINE}}}\S{{0,50}})[ \t]", rf"\1{_JOIN}", shown)
    shown = re.sub(rf"(\S{{{_LINE}}})", rf"\1{_JOIN}{_JOIN[-1]}", shown)
    replies = _READER.read(shown).replies
    body = replies[0].body if replies else shown
    return body.replace(f"{_JOIN}{_JOIN[-1]}", "").replace(_JOIN, " ")


def _squeezed(text: str) -> str:
    return "".join(text.split())
