"""Template: the text of a letter before it is written, with placeholders in square brackets.

A body is paragraphs parted by blank lines. ``[customer]`` stands for a word or two and may be
anywhere; ``[table]`` stands for a whole block and is alone in its paragraph. A bracket that is
meant as one is typed twice, ``[[``. What is wrong is found when a template is saved, by
`check_template`, never when a letter leaves.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from difflib import get_close_matches
from enum import StrEnum
from functools import lru_cache

from amiable.engine.parties import Language


class LetterTone(StrEnum):
    """What a letter is and how it speaks; the first five rise along a policy's ladder."""

    NOTICE = "notice"
    FRIENDLY = "friendly"
    FIRM = "firm"
    STERN = "stern"
    FORMAL = "formal"
    BROKEN_PROMISE = "broken_promise"
    THANKS = "thanks"


CLAIMS = frozenset(LetterTone) - {LetterTone.THANKS}
"""The letters that ask for money: they show the invoices and how to pay them."""


class Audience(StrEnum):
    """Whom a text is written for: a good payer who forgot, or one who is often late; or either, on
    a telephone, in the few words of a text message."""

    REGULAR = "regular"
    LATE = "late"
    SMS = "sms"


def is_written(tone: LetterTone, audience: Audience) -> bool:
    """Whether such a text exists: a formal notice is no text message."""
    return (tone, audience) != (LetterTone.FORMAL, Audience.SMS)


@dataclass(frozen=True, slots=True, kw_only=True)
class Template:
    """The text of a letter: data, typed by a user or shipped. ``key`` names it in a company."""

    key: str
    language: Language
    tone: LetterTone
    audience: Audience
    subject: str
    body: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Placeholder:
    """A name that a letter fills in: what it means, a sample, and the rule it follows.

    ``block``: alone in its paragraph. ``tones``: the letters it may stand in; ``required_in``:
    those that must hold it. ``may_be_empty``: an empty one takes the space before it, and the
    line or paragraph that holds nothing else.
    """

    name: str
    meaning: str
    sample: str
    block: bool = False
    may_be_empty: bool = False
    tones: frozenset[LetterTone] = frozenset(LetterTone)
    required_in: frozenset[LetterTone] = frozenset()


_PROMISE = frozenset({LetterTone.BROKEN_PROMISE})
_THANKS = frozenset({LetterTone.THANKS})
_ALL = frozenset(LetterTone)


def _word(name: str, meaning: str, sample: str, may_be_empty: bool = False) -> Placeholder:
    return Placeholder(name=name, meaning=meaning, sample=sample, may_be_empty=may_be_empty)


def _only_in(
    tones: frozenset[LetterTone], name: str, meaning: str, sample: str, required: bool = False
) -> Placeholder:
    needed = tones if required else frozenset[LetterTone]()
    return Placeholder(name=name, meaning=meaning, sample=sample, tones=tones, required_in=needed)


_LIST = (
    _word("customer", "The customer's name", "Boulangerie Marchand"),
    _word("contact", "The name of the person written to, where it is known", "Claire Martin", True),
    _word("company", "Your company's name", "Fournil SARL"),
    _word("invoices", "The invoice, or how many they are, in a sentence", "vos 3 factures"),
    _word("invoices_short", "The same without article, for a subject line", "3 factures"),
    _word("count", "How many invoices the letter lists", "3"),
    _word("amount_due", "What is asked for in all, one amount a currency", "1 200,00 €"),
    _word("due_date", "The earliest due date of the invoices listed", "4 février 2026"),
    _word("days_late", "How late the oldest invoice is", "16 jours"),
    _word("today", "The date of the letter", "20 février 2026"),
    _word("last_message", "Your last reminder, with its date if known", "notre message du 4 mars"),
    _word("reference", "The reference to give with the payment", "C0042", True),
    _word("iban", "Your IBAN", "FR14 2004 1010 0505 0001 3M02 606", True),
    _word("bic", "Your BIC", "PSSTFRPPXXX", True),
    _word("sender", "The name of the person to answer", "Anne Petit", True),
    _word("sender_email", "The e-mail address to answer to", "compta@fournil.example", True),
    _word("sender_phone", "The telephone number to call", "01 02 03 04 05", True),
    _only_in(_PROMISE, "promise_date", "The day the payment was promised for", "27 mars", True),
    _only_in(_PROMISE, "promise_amount", "The amount that was promised", "1 200,00 €"),
    _only_in(_THANKS, "paid_amount", "The amount of the payment received", "1 200,00 €", True),
    _only_in(_THANKS, "paid_date", "The day the payment came", "4 mars 2026"),
    Placeholder(
        name="paid_invoices",
        meaning="The invoices the payment is for, where that is sure",
        sample="pour la facture F-1042",
        may_be_empty=True,
        tones=_THANKS,
    ),
    Placeholder(
        name="still_open",
        meaning="What stays open on the account, in a sentence; empty unless the policy says it",
        sample="Pour information, 300,00 € restent ouverts sur votre compte.",
        may_be_empty=True,
        tones=_THANKS,
    ),
    Placeholder(
        name="table",
        meaning="The table of the invoices, with totals",
        sample="",
        block=True,
        tones=CLAIMS,
        required_in=CLAIMS,
    ),
    Placeholder(
        name="payment_details",
        meaning="How to pay: account and reference",
        sample="",
        block=True,
        tones=CLAIMS,
        required_in=CLAIMS,
    ),
    Placeholder(
        name="late_fees",
        meaning="A reminder of the late-payment fees the law provides, to businesses only",
        sample="",
        block=True,
        may_be_empty=True,
        tones=frozenset({LetterTone.FIRM, LetterTone.STERN, LetterTone.FORMAL}),
    ),
    Placeholder(
        name="notice_effect",
        meaning="What a formal notice sets off in law; empty where the law is not French",
        sample="",
        block=True,
        may_be_empty=True,
        tones=frozenset({LetterTone.FORMAL}),
    ),
    Placeholder(
        name="portal",
        meaning="The link to the customer's own page, to see the invoices and to answer; empty"
        " where the portal is closed, and on paper",
        sample="https://compta.fournil.example/p/…",
        block=True,
        may_be_empty=True,
        tones=CLAIMS,
    ),
    Placeholder(
        name="signature",
        meaning="Who to answer: name, company, e-mail, telephone",
        sample="",
        block=True,
        required_in=_ALL,
    ),
)

PLACEHOLDERS = {placeholder.name: placeholder for placeholder in _LIST}
"""Every placeholder by name, in the order they are taught."""


SMS_BLOCKS = frozenset({"portal"})
"""The blocks a text message has room for: an address."""


class Part(StrEnum):
    """A part of a template."""

    SUBJECT = "subject"
    BODY = "body"


class TemplateProblem(StrEnum):
    """What can be wrong with a template; `words` says it in a sentence."""

    UNKNOWN = "unknown"
    MISSING = "missing"
    UNCLOSED = "unclosed"
    UNOPENED = "unopened"
    NOT_ALONE = "not_alone"
    NOT_IN_SUBJECT = "not_in_subject"
    NOT_IN_TONE = "not_in_tone"
    NOT_IN_SMS = "not_in_sms"
    EMPTY_SUBJECT = "empty_subject"
    LINE_IN_SUBJECT = "line_in_subject"


@dataclass(frozen=True, slots=True, kw_only=True)
class TemplateError:
    """One thing to mend: where (line and column count from 1), what, and the name at fault.

    ``suggestion`` is the placeholder that was probably meant, or empty.
    """

    part: Part
    line: int
    column: int
    problem: TemplateProblem
    name: str = ""
    suggestion: str = ""


class TemplateRefused(ValueError):
    """A template with errors was to be saved or used."""

    def __init__(self, key: str, errors: tuple[TemplateError, ...]) -> None:
        self.errors = errors
        told = "; ".join(f"{e.part} {e.line}:{e.column} {e.problem} {e.name}" for e in errors)
        super().__init__(f"template {key!r}: {told}")


@dataclass(frozen=True, slots=True)
class Slot:
    """A placeholder found in a text."""

    name: str


Line = tuple[str | Slot, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class CompiledTemplate:
    """A template ready to be filled in; each paragraph is a block's slot or its lines."""

    template: Template
    subject: Line
    paragraphs: tuple[Slot | tuple[Line, ...], ...]


_MARK = re.compile(r"\[\[|\]\]|\[([^\[\]]*)\]|\[|\]")
_BREAK = re.compile(r"\r\n|[\n\r\v\f\x1c-\x1e\x85\u2028\u2029]")


def check_template(template: Template) -> tuple[TemplateError, ...]:
    """Everything that is wrong with a template, in reading order; empty when it may be saved."""
    lines = _BREAK.split(template.body)
    if template.audience is Audience.SMS:
        errors = list(_check_sms(lines, template.tone))
    else:
        errors = [*_check_subject(template.subject, template.tone)]
        errors += _check_body(lines, template.tone)
    held = {match[1] for line in lines for match in _MARK.finditer(line)}
    errors += [
        _error(Part.BODY, len(lines), len(lines[-1]) + 1, TemplateProblem.MISSING, name)
        for name in required(template.tone, template.audience)
        if name not in held
    ]
    return tuple(errors)


def required(tone: LetterTone, audience: Audience) -> tuple[str, ...]:
    """The placeholders a text must hold. A text message says who writes and what is asked for;
    it has no room for blocks."""
    needed = [name for name, one in PLACEHOLDERS.items() if tone in one.required_in]
    if audience is not Audience.SMS:
        return tuple(needed)
    words = [name for name in needed if not PLACEHOLDERS[name].block]
    return ("company", *(["amount_due"] if tone in CLAIMS else []), *words)


def _error(
    part: Part, line: int, column: int, problem: TemplateProblem, name: str = ""
) -> TemplateError:
    suggestion = ""
    if problem is TemplateProblem.UNKNOWN:
        wanted = re.sub(r"[\s-]+", "_", name.strip().lower())
        suggestion = next(iter(get_close_matches(wanted, PLACEHOLDERS, n=1)), "")
    return TemplateError(
        part=part, line=line, column=column, problem=problem, name=name, suggestion=suggestion
    )


def _check_subject(subject: str, tone: LetterTone) -> Iterator[TemplateError]:
    if not subject.strip():
        yield _error(Part.SUBJECT, 1, 1, TemplateProblem.EMPTY_SUBJECT)
    line_break = _BREAK.search(subject)
    if line_break:
        yield _error(Part.SUBJECT, 1, line_break.start() + 1, TemplateProblem.LINE_IN_SUBJECT)
    for column, problem, name in _problems(subject, tone):
        yield _error(Part.SUBJECT, 1, column, problem, name)
    for match in _MARK.finditer(subject):
        if match[1] in PLACEHOLDERS and PLACEHOLDERS[match[1]].block:
            problem = TemplateProblem.NOT_IN_SUBJECT
            yield _error(Part.SUBJECT, 1, match.start() + 1, problem, match[1])


def _check_body(lines: list[str], tone: LetterTone) -> Iterator[TemplateError]:
    for number, line in enumerate(lines, 1):
        for column, problem, name in _problems(line, tone):
            yield _error(Part.BODY, number, column, problem, name)
        for match in _MARK.finditer(line):
            block = match[1] in PLACEHOLDERS and PLACEHOLDERS[match[1]].block
            if block and not _stands_alone(lines, number - 1):
                problem = TemplateProblem.NOT_ALONE
                yield _error(Part.BODY, number, match.start() + 1, problem, match[1])


def _check_sms(lines: list[str], tone: LetterTone) -> Iterator[TemplateError]:
    for number, line in enumerate(lines, 1):
        for column, problem, name in _problems(line, tone):
            yield _error(Part.BODY, number, column, problem, name)
        for match in _MARK.finditer(line):
            block = match[1] in PLACEHOLDERS and PLACEHOLDERS[match[1]].block
            if block and match[1] not in SMS_BLOCKS:
                problem = TemplateProblem.NOT_IN_SMS
                yield _error(Part.BODY, number, match.start() + 1, problem, match[1])
            elif block and not _stands_alone(lines, number - 1):
                problem = TemplateProblem.NOT_ALONE
                yield _error(Part.BODY, number, match.start() + 1, problem, match[1])


def _stands_alone(lines: list[str], index: int) -> bool:
    """Whether the line holds one placeholder, with a blank line (or an end) on either side."""
    around = [*lines[max(index - 1, 0) : index], *lines[index + 1 : index + 2]]
    return _MARK.fullmatch(lines[index].strip()) is not None and not any(
        line.strip() for line in around
    )


_BRACKETS = {"[": TemplateProblem.UNCLOSED, "]": TemplateProblem.UNOPENED}


def _problems(line: str, tone: LetterTone) -> Iterator[tuple[int, TemplateProblem, str]]:
    for match in _MARK.finditer(line):
        column, name = match.start() + 1, match[1]
        if match[0] in _BRACKETS:
            yield column, _BRACKETS[match[0]], ""
        elif name is not None and name not in PLACEHOLDERS:
            yield column, TemplateProblem.UNKNOWN, name
        elif name is not None and tone not in PLACEHOLDERS[name].tones:
            yield column, TemplateProblem.NOT_IN_TONE, name


@lru_cache(maxsize=1024)
def compile_template(template: Template) -> CompiledTemplate:
    """Take a template apart, once; raises TemplateRefused when it has errors."""
    errors = check_template(template)
    if errors:
        raise TemplateRefused(template.key, errors)
    return CompiledTemplate(
        template=template,
        subject=_compile_line(template.subject.strip()),
        paragraphs=tuple(_paragraph(lines) for lines in _paragraphs(_BREAK.split(template.body))),
    )


def _paragraphs(lines: Iterable[str]) -> Iterator[list[str]]:
    paragraph: list[str] = []
    for line in lines:
        if line.strip():
            paragraph.append(line.strip())
        elif paragraph:
            yield paragraph
            paragraph = []
    if paragraph:
        yield paragraph


def _paragraph(lines: list[str]) -> Slot | tuple[Line, ...]:
    compiled = tuple(_compile_line(line) for line in lines)
    first = compiled[0][0]
    if isinstance(first, Slot) and PLACEHOLDERS[first.name].block:
        return first
    return compiled


def _compile_line(line: str) -> Line:
    parts: list[str | Slot] = []
    end = 0
    for match in _MARK.finditer(line):
        parts.append(line[end : match.start()])
        parts.append(Slot(match[1]) if match[1] is not None else match[0][0])
        end = match.end()
    parts.append(line[end:])
    return tuple(part for part in parts if part)
