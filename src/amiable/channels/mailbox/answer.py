"""The answer in a mail: what its writer added, without quotes and signature."""

import re

from mailparser_reply import EmailReplyParser

LONGEST = 100_000
"""Characters that are looked at; the rest of a longer text is kept, not searched."""

# What the library's list of headers lacks: a quote introduced in French by a mail program.
_CUT = re.compile(
    r"^(?:>.*|Le\s.{4,120}?\sa écrit\s*:\s*|-{2,}\s*(?:Message d'origine|Message original|Original "
    r"Message|Forwarded message|Message transféré|Message suivi|Courriel original)\s*-{2,}\s*"
    r"|(?:Début du message (?:réexpédié|transféré)|Begin forwarded message)\s*:\s*|_{10,}\s*"
    r"|-- )$",
    re.MULTILINE | re.IGNORECASE,
)


def answer_of(text: str) -> str:
    """What the writer of a mail added; all of it when nothing seems added (a mail quoted whole)."""
    whole = text[:LONGEST].replace("\r\n", "\n")
    own = EmailReplyParser(languages=["fr", "en"]).read(_before_quote(whole))
    found = own.replies[0].body if own.replies else ""
    return found.strip() or _before_quote(whole).strip() or whole.strip()


def _before_quote(text: str) -> str:
    match = next((one for one in _CUT.finditer(text) if text[: one.start()].strip()), None)
    return text[: match.start()] if match else text
