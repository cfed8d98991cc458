"""Compose: a template and the facts of one customer make a letter."""

import re
from collections.abc import Callable, Iterable
from datetime import date

from amiable.engine.letter import (
    Block,
    Details,
    InvoiceRow,
    InvoiceTable,
    Letter,
    LetterFacts,
    LetterLine,
    LetterRefused,
    Link,
    Paragraph,
    Sum,
    Voice,
    claim,
)
from amiable.engine.money import totals
from amiable.engine.parties import CustomerKind
from amiable.engine.template import CLAIMS, LetterTone, Line, Slot, Template, compile_template


def compose(template: Template, facts: LetterFacts, voice: Voice) -> Letter:
    """Fill a template in. Raises TemplateRefused for a template with errors, LetterRefused for
    facts it must not be used with: another language, nothing to claim, an invoice not yet due.
    """
    compiled = compile_template(template)
    _refuse(template, facts, voice)
    blocks: list[Block] = []
    for paragraph in compiled.paragraphs:
        if isinstance(paragraph, Slot):
            block = _BLOCKS[paragraph.name](facts, voice)
        else:
            lines = (_fill(line, facts, voice) for line in paragraph)
            block = Paragraph(tuple(line for line in lines if line))
        if block not in _EMPTY:
            blocks.append(block)
    subject = _fill(compiled.subject, facts, voice)
    return Letter(language=facts.language, subject=subject, blocks=tuple(blocks))


_NOTHING = Paragraph(())
_EMPTY = (_NOTHING, Details(()))


def _refuse(template: Template, facts: LetterFacts, voice: Voice) -> None:
    if not template.language == facts.language == voice.language:
        raise LetterRefused(
            f"template {template.key!r} is in {template.language}, the letter in {facts.language}"
        )
    if template.tone in CLAIMS:
        _refuse_claim(template.tone, facts)
    if template.tone is LetterTone.BROKEN_PROMISE and facts.promise is None:
        raise LetterRefused("a letter about a broken promise needs the promise")
    if template.tone is LetterTone.THANKS and not facts.payments:
        raise LetterRefused("a letter of thanks needs the payment")


def _refuse_claim(tone: LetterTone, facts: LetterFacts) -> None:
    if not any(amount.minor > 0 for amount in claim(facts)):
        raise LetterRefused(f"nothing is owed by {facts.customer.key!r}: nothing to claim")
    for line in facts.lines:
        if line.left.minor <= 0:
            raise LetterRefused(f"invoice {line.number!r} has nothing left to pay")
        if tone is not LetterTone.NOTICE and line.due_on > facts.on:
            raise LetterRefused(f"invoice {line.number!r} is not due on {facts.on}")


def _fill(line: Line, facts: LetterFacts, voice: Voice) -> str:
    """One line filled in; an empty placeholder takes the space before it."""
    text = ""
    for part in line:
        if isinstance(part, str):
            text += part
        else:
            value = _WORDS[part.name](facts, voice)
            text = text + value if value else text.rstrip()
    return text.strip()


_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]+")


def _clean(text: str) -> str:
    """A name or number from outside on one line: no line breaks, no control characters."""
    return _CONTROL.sub(" ", text).strip()


def _days_late(line: LetterLine, facts: LetterFacts) -> int:
    return (facts.on - line.due_on).days


def _oldest(facts: LetterFacts) -> date:
    return min((line.due_on for line in facts.lines), default=facts.on)


def _lateness(days: int, voice: Voice) -> str:
    if days == 0:
        return voice.say("letter.late.today")
    if days > 0:
        return voice.say("letter.late.days", n=days)
    return voice.say("letter.late.ahead", n=-days)


def _invoices(key: str) -> Callable[[LetterFacts, Voice], str]:
    def write(facts: LetterFacts, voice: Voice) -> str:
        count = len(facts.lines)
        number = _clean(facts.lines[0].number) if count == 1 else ""
        return voice.say(key, n=count, number=number)

    return write


def _amount_due(facts: LetterFacts, voice: Voice) -> str:
    return voice.enumerate(voice.money(amount) for amount in claim(facts) if amount)


def _last_message(facts: LetterFacts, voice: Voice) -> str:
    if facts.last_reminder_on is None:
        return voice.say("letter.last_message.unknown")
    return voice.say("letter.last_message.dated", day=facts.last_reminder_on)


def _iban(facts: LetterFacts, _voice: Voice) -> str:
    """The IBAN in groups of four, as banks print it."""
    iban = "".join(_clean(facts.company.iban).split())
    return " ".join(iban[start : start + 4] for start in range(0, len(iban), 4))


def _contact(facts: LetterFacts, _voice: Voice) -> str:
    return _clean(facts.contact.name) if facts.contact else ""


def _promise_date(facts: LetterFacts, voice: Voice) -> str:
    return voice.long_date(facts.promise.due_on) if facts.promise else ""


def _promise_amount(facts: LetterFacts, voice: Voice) -> str:
    return voice.money(facts.promise.amount) if facts.promise else ""


def _paid_amount(facts: LetterFacts, voice: Voice) -> str:
    return voice.enumerate(voice.money(one) for one in totals(p.amount for p in facts.payments))


def _paid_date(facts: LetterFacts, voice: Voice) -> str:
    """The day, or the days, the money came."""
    days = sorted({payment.received_on for payment in facts.payments})
    written = [voice.long_date(day) for day in days]
    for later in written[1:]:
        written[0] = voice.say("letter.day_and_day", first=written[0], last=later)
    return written[0] if written else ""


_NAMED = 5  # invoices; more are counted


def _paid_invoices(facts: LetterFacts, voice: Voice) -> str:
    """Which invoices the money pays, where that is sure."""
    numbers = [_clean(number) for number in facts.paid if _clean(number)]
    if not numbers:
        return ""
    if len(numbers) > _NAMED:
        return voice.say("letter.paid_count", n=len(numbers))
    return voice.say("letter.paid_invoices", n=len(numbers), numbers=voice.enumerate(numbers))


def _still_open(facts: LetterFacts, voice: Voice) -> str:
    amounts = [voice.money(amount) for amount in facts.still_open if amount.minor > 0]
    return voice.say("letter.still_open", amounts=voice.enumerate(amounts)) if amounts else ""


_WORDS: dict[str, Callable[[LetterFacts, Voice], str]] = {
    "customer": lambda facts, _: _clean(facts.customer.name),
    "contact": _contact,
    "company": lambda facts, _: _clean(facts.company.name),
    "invoices": _invoices("letter.invoices"),
    "invoices_short": _invoices("letter.invoices_short"),
    "count": lambda facts, _: str(len(facts.lines)),
    "amount_due": _amount_due,
    "due_date": lambda facts, voice: voice.long_date(_oldest(facts)),
    "days_late": lambda facts, voice: _lateness((facts.on - _oldest(facts)).days, voice),
    "today": lambda facts, voice: voice.long_date(facts.on),
    "last_message": _last_message,
    "reference": lambda facts, _: _clean(facts.reference),
    "iban": _iban,
    "bic": lambda facts, _: _clean(facts.company.bic),
    "sender": lambda facts, _: _clean(facts.answer_to.name),
    "sender_email": lambda facts, _: _clean(facts.answer_to.email),
    "sender_phone": lambda facts, _: _clean(facts.answer_to.phone),
    "promise_date": _promise_date,
    "promise_amount": _promise_amount,
    "paid_amount": _paid_amount,
    "paid_date": _paid_date,
    "paid_invoices": _paid_invoices,
    "still_open": _still_open,
}


def _table(facts: LetterFacts, voice: Voice) -> Block:
    late = any(line.due_on < facts.on for line in facts.lines)
    return InvoiceTable(
        heads=InvoiceRow(
            number=voice.say("letter.head.number"),
            issued=voice.say("letter.head.issued"),
            due=voice.say("letter.head.due"),
            late=voice.say("letter.head.late") if late else voice.say("letter.head.ahead"),
            amount=voice.say("letter.head.amount"),
            left=voice.say("letter.head.left"),
        ),
        rows=tuple(_row(line, facts, voice) for line in facts.lines),
        sums=tuple(_sums(facts, voice)),
        notes=tuple(_notes(facts, voice)),
    )


def _row(line: LetterLine, facts: LetterFacts, voice: Voice) -> InvoiceRow:
    due = voice.short_date(line.due_on)
    return InvoiceRow(
        number=_clean(line.number),
        issued=voice.short_date(line.issued_on),
        due=f"{due}*" if line.due_inferred else due,
        late=_lateness(_days_late(line, facts), voice),
        amount=voice.money(line.amount),
        left=voice.money(line.left),
    )


def _sums(facts: LetterFacts, voice: Voice) -> Iterable[Sum]:
    asked = totals(line.left for line in facts.lines)
    for total, to_pay in zip(asked, claim(facts), strict=True):
        if to_pay != total:
            yield Sum(voice.say("letter.sum.total"), voice.money(total))
            yield Sum(voice.say("letter.sum.credits"), voice.money(to_pay - total))
        yield Sum(voice.say("letter.sum.to_pay"), voice.money(to_pay), True)


def _notes(facts: LetterFacts, voice: Voice) -> Iterable[str]:
    if any(line.due_inferred for line in facts.lines):
        yield voice.say("letter.note.inferred")
    disputed = [
        voice.say("letter.note.disputed_one", amount=line.disputed, number=_clean(line.number))
        for line in facts.lines
        if line.disputed
    ]
    if disputed:
        yield voice.say("letter.note.disputed", amounts=voice.enumerate(disputed))


def _payment_details(facts: LetterFacts, voice: Voice) -> Block:
    rows = (
        (voice.say("letter.pay.to"), _clean(facts.company.name)),
        (voice.say("letter.pay.iban"), _iban(facts, voice)),
        (voice.say("letter.pay.bic"), _clean(facts.company.bic)),
        (voice.say("letter.pay.reference"), _clean(facts.reference)),
    )
    return Details(tuple((label, value) for label, value in rows if value))


def _late_fees(facts: LetterFacts, voice: Voice) -> Block:
    """The fees the law provides, where they may be spoken of: see LetterFacts.indemnity.

    An inferred due date founds no fee, so a letter with none but inferred ones says nothing.
    """
    founded = any(line.due_on < facts.on and not line.due_inferred for line in facts.lines)
    business = facts.customer.kind is CustomerKind.BUSINESS and facts.company.country == "FR"
    if facts.indemnity is None or not founded or not business:
        return _NOTHING
    return Paragraph((voice.say("letter.late_fees", amount=facts.indemnity),))


def _notice_effect(facts: LetterFacts, voice: Voice) -> Block:
    """What a formal notice sets off between a French creditor and whoever owes it.

    C. civ. 1344: a letter that calls on the debtor clearly enough puts it in default; 1344-1:
    from then on interest runs at the legal rate, on a consumer's debt too. Where interest runs
    already (between professionals, L441-10 C. com.), it replaces that: it is never counted twice.
    """
    if facts.company.country != "FR":
        return _NOTHING
    return Paragraph((voice.say("letter.notice_effect"),))


def _portal(facts: LetterFacts, voice: Voice) -> Block:
    if not facts.portal:
        return _NOTHING
    return Link(text=voice.say("letter.portal"), address=facts.portal)


def _signature(facts: LetterFacts, _voice: Voice) -> Block:
    person, company = facts.answer_to, facts.company
    lines = (person.name, company.name, person.email, person.phone)
    return Paragraph(tuple(line for line in map(_clean, lines) if line))


_BLOCKS: dict[str, Callable[[LetterFacts, Voice], Block]] = {
    "table": _table,
    "payment_details": _payment_details,
    "late_fees": _late_fees,
    "notice_effect": _notice_effect,
    "portal": _portal,
    "signature": _signature,
}
