"""What a customer's answer seems to mean: suggestions with the words they rest on.

A person decides; here the answer is only read, phrase by phrase, never guessed at: a condition, a
denial, a question, two meanings in one sentence that exclude each other give no suggestion at all.
What is read is what the writer added: quotes and signatures are taken off before.
"""

import re
import unicodedata
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date

from amiable.engine.days import ONE_DAY
from amiable.engine.reply_day import Side, said_days
from amiable.engine.reply_ground import GROUNDS
from amiable.engine.reply_words import (
    ASKING,
    ENGLISH,
    FRENCH,
    SAYS,
    SUCCESSOR,
    UNLESS,
    Meaning,
)

__all__ = ["Fact", "Meaning", "Suggestion", "is_absence", "plain", "understand"]

Fact = str | int | tuple[str, ...]
LONGEST = 20_000
"""Characters of an answer that are looked at; what matters is said at the beginning."""
_QUOTE = 240


@dataclass(frozen=True, slots=True, kw_only=True)
class Suggestion:
    """What an answer seems to mean: ``reasons`` are the writer's own words.

    Facts, each only where it is said: ``on`` (ISO day: paid on, will pay on, back on), ``minor``
    and ``currency``, ``reference``, ``invoices`` (numbers), ``ground``, ``address``.
    """

    code: Meaning
    facts: Mapping[str, Fact] = field(default_factory=dict)
    reasons: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Clause:
    """A part of a sentence: its words as written and plain, and the plain sentence around it."""

    written: str
    text: str
    sentence: str
    asks: bool
    english: bool


def understand(
    answer: str,
    *,
    today: date,
    subject: str = "",
    numbers: Collection[str] = (),
    strangers_to: Collection[str] = (),
) -> tuple[Suggestion, ...]:
    """What an answer that came on ``today`` seems to mean, at most one suggestion of a kind.

    ``numbers``: the invoice numbers it may name. ``strangers_to``: addresses that are nobody else's
    (the writer's, the company's own).
    """
    clauses = list(_clauses(answer[:LONGEST]))
    found = [
        one
        for one in (
            _paid(clauses, today),
            _will_pay(clauses, today),
            _dispute(clauses),
            _absence(clauses, today, plain(subject)),
            _wrong_person(clauses, strangers_to),
            _of(Meaning.ASKS_COPY, clauses),
            _of(Meaning.ASKS_INSTALMENTS, clauses),
            _of(Meaning.STOP, clauses),
        )
        if one is not None
    ]
    named = _named(plain(f"{subject} {answer}"), numbers)
    return tuple(_with_invoices(one, named) for one in _settled(found))


def is_absence(subject: str, answer: str) -> bool:
    """Whether a mail says in so many words that its reader is away, as machines write it."""
    head = plain(subject)
    text = f"{head}\n{plain(answer[:1000])}"
    return bool(_AWAY_SUBJECT.search(head)) or bool(_AWAY_TEXT.search(text))


_AWAY_SUBJECT = re.compile(
    r"\b(?:reponse automatique|automatic reply|auto(?:matic)?[\s-]?reply"
    r"|out[\s-]of[\s-](?:the[\s-])?"
    r"office|absence du bureau|message d'absence|notification d'absence|autoreply"
    r"|je suis absente?)\b"
)
_AWAY_TEXT = re.compile(
    r"\b(?:ceci est une reponse automatique|message automatique d'absence|this is an automat\w+ "
    r"(?:reply|response|message))\b"
)


# --- meanings ---------------------------------------------------------------------------------


def _says(code: Meaning, clause: _Clause) -> re.Match[str] | None:
    match = SAYS[code].search(clause.text)
    if match is None:
        return None
    unless = UNLESS.get(code)
    return None if unless is not None and unless.search(clause.text) else match


def _of(code: Meaning, clauses: list[_Clause]) -> Suggestion | None:
    quotes = [one.written for one in clauses if _says(code, one)]
    return Suggestion(code=code, reasons=tuple(quotes[:2])) if quotes else None


def _paid(clauses: list[_Clause], today: date) -> Suggestion | None:
    quotes: list[str] = []
    facts: dict[str, Fact] = {}
    for clause in clauses:
        if clause.asks and not ASKING.search(clause.text):
            continue
        if _says(Meaning.PAID, clause) is None or _says(Meaning.WILL_PAY, clause):
            continue
        quotes.append(clause.written)
        days = said_days(clause.sentence, today, Side.PAST, english=clause.english)
        if days:
            facts.setdefault("on", days[0].day.isoformat())
        for name, value in (*_amount(clause.sentence), *_reference(clause)):
            facts.setdefault(name, value)
    if not quotes:
        return None
    return Suggestion(code=Meaning.PAID, facts=facts, reasons=tuple(quotes[:2]))


def _will_pay(clauses: list[_Clause], today: date) -> Suggestion | None:
    """A promise has a day; "soon" is none. Of two days the later one counts for all."""
    last: tuple[date, _Clause] | None = None
    for clause in clauses:
        match = None if clause.asks else _says(Meaning.WILL_PAY, clause)
        if match is None:
            continue
        days = said_days(clause.text, today, Side.AHEAD, english=clause.english)
        if not days:
            continue
        day = next((one.day for one in days if one.end > match.start()), days[-1].day)
        if last is None or day > last[0]:
            last = (day, clause)
    if last is None:
        return None
    facts = {"on": last[0].isoformat(), **dict(_amount(last[1].text))}
    return Suggestion(code=Meaning.WILL_PAY, facts=facts, reasons=(last[1].written,))


def _dispute(clauses: list[_Clause]) -> Suggestion | None:
    for ground, pattern in GROUNDS:
        quotes = [
            one.written
            for one in clauses
            if pattern.search(one.text) and not UNLESS[Meaning.DISPUTE].search(one.text)
        ]
        if quotes:
            facts = {"ground": ground.value}
            return Suggestion(code=Meaning.DISPUTE, facts=facts, reasons=tuple(quotes[:2]))
    return None


_BACK = re.compile(
    r"\b(?:de retour|retour(?:ne)?|rentre|reprend\w*|reprise|reouverture|back|returns?|returning"
    r"|rouvr\w+"
    r"|reopen\w*)\b"
)


def _absence(clauses: list[_Clause], today: date, subject: str) -> Suggestion | None:
    """Away, with the day of return: "until the 15th" is back on the 16th."""
    away = [one for one in clauses if _says(Meaning.OUT_OF_OFFICE, one)]
    if not away and not _AWAY_SUBJECT.search(subject):
        return None
    for clause in away or clauses:
        days = said_days(clause.sentence, today, Side.AHEAD, english=clause.english)
        if not days:
            continue
        back = next(
            (
                one.day
                for one in days
                if _BACK.search(clause.sentence[max(0, one.at - 60) : one.at])
            ),
            None,
        )
        on = back if back is not None else max(one.day for one in days) + ONE_DAY
        return Suggestion(
            code=Meaning.OUT_OF_OFFICE, facts={"on": on.isoformat()}, reasons=(clause.written,)
        )
    return None


_ADDRESS = re.compile(r"[a-z0-9._%+-]+@[a-z0-9-]+(?:\.[a-z0-9-]+)*\.[a-z]{2,}")


def _wrong_person(clauses: list[_Clause], strangers_to: Collection[str]) -> Suggestion | None:
    """Somebody else is to be written to; the address, if one is named that is nobody's here."""
    known = {address.lower() for address in strangers_to}
    quotes, named = [], ""
    for clause in clauses:
        others = [one for one in _ADDRESS.findall(clause.sentence) if one not in known]
        if _says(Meaning.WRONG_PERSON, clause):
            said = bool(others) or not _ADDRESS.search(clause.text)
        else:
            said = bool(others) and _names_another(clause)
        if said:
            quotes.append(clause.written)
            named = named or (others[0] if others else "")
    if not quotes:
        return None
    facts: dict[str, Fact] = {"address": named} if named else {}
    return Suggestion(code=Meaning.WRONG_PERSON, facts=facts, reasons=tuple(quotes[:2]))


def _names_another(clause: _Clause) -> bool:
    unless = UNLESS[Meaning.WRONG_PERSON]
    return bool(SUCCESSOR.search(clause.text)) and not unless.search(clause.text)


def _settled(found: list[Suggestion]) -> list[Suggestion]:
    """Leave out what another meaning explains: who is away forwards nobody for good, an order for
    peace from somebody who has paid is no more than that."""
    codes = {one.code for one in found}
    left_out: set[Meaning] = set()
    if Meaning.OUT_OF_OFFICE in codes:
        left_out |= {Meaning.WRONG_PERSON}
    if codes & {Meaning.PAID, Meaning.DISPUTE, Meaning.WILL_PAY}:
        left_out |= {Meaning.STOP}
    return [one for one in found if one.code not in left_out]


# --- facts ------------------------------------------------------------------------------------

_MONEY = re.compile(
    r"(?:(?P<before>€|eur|\$|usd|£|gbp)\s?)?"
    r"(?P<whole>\d{1,3}(?:[\s.,]\d{3})+|\d+)(?:[.,](?P<cents>\d{2}))?(?!\d)"
    r"\s?(?P<after>€|eur\b|euros?\b|\$|usd\b|£|gbp\b)?"
)
_CURRENCIES = {"€": "EUR", "eur": "EUR", "euro": "EUR", "euros": "EUR", "$": "USD", "usd": "USD",
               "£": "GBP", "gbp": "GBP"}  # fmt: skip
_REFERENCE = re.compile(
    r"\b(?:ref(?:erence)?s?\.?|numero|n°|virement n°|cheque n°|trn|utr|end-to-end|transaction)"
    r"(?:\s+(?:de|du|of|is|est|the|virement|cheque|transfer|payment|paiement"
    r"|bancaire))*\s*[:#°]?\s*"
    r"(?P<reference>(?=[a-z0-9/-]*\d)[a-z0-9][a-z0-9/-]{3,33})"
)
_OF_A_BILL = re.compile(r"(?:facture|invoice|bill|commande|order)s?\s*$")


def _amount(text: str) -> Iterator[tuple[str, Fact]]:
    """The one amount a text names; two are none."""
    found = {
        (_minor(match), _CURRENCIES[sign])
        for match in _MONEY.finditer(text)
        if (sign := match["before"] or match["after"])
    }
    if len(found) == 1:
        minor, currency = found.pop()
        yield "minor", minor
        yield "currency", currency


def _minor(match: re.Match[str]) -> int:
    return int(re.sub(r"\D", "", match["whole"])) * 100 + int(match["cents"] or 0)


def _reference(clause: _Clause) -> Iterator[tuple[str, Fact]]:
    for match in _REFERENCE.finditer(clause.sentence):
        if not _OF_A_BILL.search(clause.sentence[: match.start()]):
            yield "reference", match["reference"].upper()
            return


def _named(text: str, numbers: Collection[str]) -> tuple[str, ...]:
    """The invoice numbers that stand in a text, each as one word."""
    return tuple(
        number
        for number in numbers
        if len(number) > 2 and re.search(rf"(?<![\w-]){re.escape(plain(number))}(?![\w-])", text)
    )


_ABOUT_INVOICES = frozenset({Meaning.PAID, Meaning.WILL_PAY, Meaning.DISPUTE, Meaning.ASKS_COPY})


def _with_invoices(one: Suggestion, named: tuple[str, ...]) -> Suggestion:
    if not named or one.code not in _ABOUT_INVOICES:
        return one
    return Suggestion(code=one.code, facts={**one.facts, "invoices": named}, reasons=one.reasons)


# --- sentences --------------------------------------------------------------------------------

_QUOTED = re.compile(r"«[^»]{0,2000}»|“[^”]{0,2000}”|\"[^\"\n]{0,2000}\"")
_SENTENCE = re.compile(
    r"(?<!\bm)(?<!\bmme)(?<!\bref)(?<!\bn)(?<!\bno)(?<!\bfact)(?<!\binc)(?<!\bst)(?<!\bave)"
    r"[.!?;]+(?=\s|$)|\n\s*\n|\n\s*[-*•]\s+"
)
_BUT = re.compile(
    r"[,;]?\s+\b(?:mais|but|however|cependant|toutefois|neanmoins|en revanche|par contre|although"
    r"|quant a|whereas|et (?=nous|je|vous|la|le|les|pour|merci)|and (?=we|i|you|please|the|would"
    r"|could))"
    r"|,\s+(?=(?:nous|je|merci|pouvez|pourriez|we|i|please|could|can|il|elle)\b)"
)


def plain(text: str) -> str:
    """Lower case without accents, as many characters as before."""
    folded = (unicodedata.normalize("NFD", char)[0] for char in text)
    return "".join(folded).lower().translate(_SIGNS)


_SIGNS = str.maketrans({"’": "'", "‘": "'", "`": "'", "\u00a0": " ", "\u202f": " ", "\t": " ",
                        "–": "-", "—": "-"})  # fmt: skip


def _clauses(answer: str) -> Iterator[_Clause]:
    """The clauses of an answer, without what it quotes in quotation marks."""
    kept = _QUOTED.sub(lambda quoted: " " * len(quoted[0]), _unwrapped(answer))
    text = plain(kept)
    if len(text) != len(kept):  # a letter whose lower case is two
        kept = text
    english = len(ENGLISH.findall(text)) > len(FRENCH.findall(text))
    start = 0
    for end, asks in _ends(text):
        sentence = text[start:end]
        for at, until in _parts(sentence):
            part = sentence[at:until]
            if part.strip():
                written = " ".join(kept[start + at : start + until].split()).lstrip(" ,;:-*•")[
                    :_QUOTE
                ]
                yield _Clause(written, part, sentence, asks, english)
        start = end


def _unwrapped(answer: str) -> str:
    """Lines that a mail program broke are joined; short ones stand for themselves."""
    lines = answer.replace("\r\n", "\n").split("\n")
    joined: list[str] = []
    for line in lines:
        joined.append(line)
        joined.append(" " if len(line) > 45 else "\n\n" if len(line.split()) < 4 else "\n")
    return "".join(joined)


def _ends(text: str) -> Iterator[tuple[int, bool]]:
    for match in _SENTENCE.finditer(text):
        yield match.end(), "?" in match[0]
    yield len(text), False


def _parts(sentence: str) -> Iterator[tuple[int, int]]:
    at = 0
    for match in _BUT.finditer(sentence):
        yield at, match.start()
        at = match.start()
    yield at, len(sentence)
