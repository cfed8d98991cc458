"""Reminders: what the demo company sent in the year before today, and what was answered.

Each reminder left when its invoice was open and later than seven in ten of the customer's payments
so far, as the policy of the demo asks; step by step, with a week between two. Only invoices that
were paid since are concerned, so that the worklist of today begins every story anew. The invented
customers pay as their story says whether they are reminded or not: what the measures then find is
no more than chance, and they have to say so.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, time, timedelta
from enum import StrEnum
from random import Random

from amiable.demo.moves import Account, Move, MoveKind, Window
from amiable.demo.roster import DemoCustomer
from amiable.demo.stories import Story
from amiable.engine.days import ONE_DAY
from amiable.engine.parties import Channel, CustomerKind, Language
from amiable.engine.policy import Tone

_DAYS = 375  # how far back
_QUIET = 12  # days before today without a message: nothing of them keeps today's back
_AFTER = (0, 7, 15)  # days past the trigger, step by step
_TONES = (Tone.FRIENDLY, Tone.FIRM, Tone.STERN)
_SPACING = 7
_FORGETS = 3  # days after which a promise of tomorrow was broken
_FLOOR, _CAP, _UNKNOWN = 3, 30, 10  # days a first reminder waits
_NEVER = {Story.AUTOPAY, Story.INSOLVENT, Story.PROMISE_KEEPER, Story.NEW}


class AnswerKind(StrEnum):
    """What came back."""

    REPLY = "reply"
    PROMISE = "promise"
    CLAIM = "claim"  # it says it has paid


@dataclass(frozen=True, slots=True, kw_only=True)
class DemoAnswer:
    """What a customer answered; ``day``: by when it will pay, or when it says it has paid."""

    kind: AnswerKind
    on: date
    day: date
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DemoReminder:
    """A reminder of the past. ``invoices`` are the numbers it asked for, ``cents`` their sum."""

    customer: str
    lead: str
    step: int
    sent_on: date
    clock: time
    channel: Channel
    tone: Tone
    language: Language
    invoices: tuple[str, ...]
    cents: int
    answer: DemoAnswer | None = None


@dataclass(slots=True, kw_only=True, eq=False)
class _Due:
    """An invoice being chased, until the day it was paid."""

    move: Move
    due_on: date
    paid_on: date
    taken: int = field(default=0)

    @property
    def delay(self) -> int:
        return (self.paid_on - self.due_on).days


def past_reminders(
    accounts: Iterable[Account], window: Window, seed: int
) -> tuple[DemoReminder, ...]:
    """The reminders of the last year, customer by customer; each has dice of its own."""
    found: list[DemoReminder] = []
    for account in accounts:
        if account.customer.story not in _NEVER:
            rng = Random(f"{seed}/reminders/{account.customer.code}")
            found += _of_customer(account, window, rng)
    return tuple(found)


def _of_customer(account: Account, window: Window, rng: Random) -> Iterator[DemoReminder]:
    dues = _dues(account, window)
    last: date | None = None
    day, end = window.ago(_DAYS), window.ago(_QUIET)
    while day <= end:
        if window.days.is_business_day(day) and (last is None or (day - last).days >= _SPACING):
            ready = _ready(dues, day)
            if ready:
                yield _reminder(account.customer, ready, day, window, rng)
                last = day
                for due in ready:
                    due.taken += 1
        day += ONE_DAY


def _dues(account: Account, window: Window) -> list[_Due]:
    """The invoices that were paid in full, with the day of the last payment."""
    returned = {
        id(one) for move in account.moves if move.kind is MoveKind.RETURN for one in move.about
    }
    left = {id(one): one.amount for one in account.invoices}
    paid: dict[int, date] = {}
    for move in account.moves:
        alone = len(move.about) == 1
        for one in move.about:
            if move.kind is MoveKind.CREDIT_NOTE:
                left[id(one)] -= move.amount
            elif move.kind is MoveKind.PAYMENT and left[id(one)] > 0:  # else it is paid twice
                left[id(one)] -= move.amount if alone else left[id(one)]
                paid[id(one)] = move.on
    return [
        _Due(move=move, due_on=window.days.roll(move.due_on), paid_on=paid[id(move)])
        for move in account.invoices
        if not move.left and id(move) in paid and id(move) not in returned
    ]


def _ready(dues: list[_Due], day: date) -> list[_Due]:
    """What is open that morning and whose next step has come, the most advanced first."""
    trigger = _trigger([due.delay for due in dues if due.paid_on < day])
    ready = [
        due
        for due in dues
        if due.paid_on >= day
        and due.taken < len(_AFTER)
        and (day - due.due_on).days >= trigger + _AFTER[due.taken]
    ]
    return sorted(ready, key=lambda due: (-due.taken, due.due_on, due.move.number))


def _trigger(delays: list[int]) -> int:
    """A day more than seven in ten of the payments so far took, from 3 to 30."""
    if len(delays) < 3:
        return _UNKNOWN
    usual = sorted(delays)[(7 * len(delays) - 1) // 10]
    return min(max(usual + 1, _FLOOR), _CAP)


def _reminder(
    customer: DemoCustomer, ready: list[_Due], day: date, window: Window, rng: Random
) -> DemoReminder:
    lead = ready[0]
    channel = _channel(customer, lead.taken, rng)
    return DemoReminder(
        customer=customer.code,
        lead=lead.move.number,
        step=lead.taken + 1,
        sent_on=day,
        clock=time(rng.choice((9, 9, 9, 10, 11, 14, 16)), rng.randrange(60)),
        channel=channel,
        tone=_TONES[lead.taken],
        language=customer.language,
        invoices=tuple(due.move.number for due in ready),
        cents=sum(due.move.amount for due in ready),
        answer=_answer(channel, lead, day, window, rng),
    )


def _channel(customer: DemoCustomer, taken: int, rng: Random) -> Channel:
    """E-mail, as the policy has it; a call or a letter for the last step, text messages for those
    who read no mail."""
    if customer.kind is CustomerKind.PUBLIC:
        return Channel.LETTER if taken else Channel.EMAIL
    if customer.story is Story.WRITTEN_OFF:  # it has no e-mail address
        return Channel.LETTER
    if taken == len(_AFTER) - 1:
        return rng.choice((Channel.CALL, Channel.LETTER))
    if customer.story in (Story.ERRATIC, Story.SEASONAL, Story.CREDIT_NOTES):
        return rng.choice((Channel.SMS, Channel.SMS, Channel.CALL))
    return rng.choice((Channel.EMAIL,) * 6 + (Channel.SMS, Channel.CALL))


_ANSWERS = {Channel.CALL: 0.75, Channel.SMS: 0.4, Channel.EMAIL: 0.3, Channel.LETTER: 0.15}
_KINDS = (AnswerKind.REPLY,) * 3 + (AnswerKind.PROMISE,) * 5 + (AnswerKind.CLAIM,) * 2
_SAYS = {
    AnswerKind.REPLY: "Bonjour, je regarde avec notre comptable et reviens vers vous.",
    AnswerKind.PROMISE: "Bonjour, le virement est prévu le {day:%d/%m/%Y}.",
    AnswerKind.CLAIM: "Bonjour, le paiement est parti le {day:%d/%m/%Y}.",
}


def _answer(
    channel: Channel, lead: _Due, day: date, window: Window, rng: Random
) -> DemoAnswer | None:
    answers, kind = rng.random() < _ANSWERS[channel], rng.choice(_KINDS)
    wait = 0 if channel is Channel.CALL else rng.choice((0, 1, 1, 2, 3, 5))
    on = window.days.roll(day + timedelta(days=wait))
    broken = rng.random() < 0.7
    if not answers or on > min(lead.paid_on, window.ago(_QUIET - 2)):
        return None
    pays_on = on
    if kind is AnswerKind.PROMISE:
        pays_on = lead.paid_on
        if broken and (lead.paid_on - on).days >= _FORGETS:
            pays_on = window.days.roll(on + ONE_DAY)
    return DemoAnswer(kind=kind, on=on, day=pays_on, text=_SAYS[kind].format(day=pays_on))


_SUBJECTS = {
    Language.FR: {
        Tone.FRIENDLY: "Votre facture {number}",
        Tone.FIRM: "Facture {number} : second rappel",
        Tone.STERN: "Facture {number} : dernier rappel",
    },
    Language.EN: {
        Tone.FRIENDLY: "Your invoice {number}",
        Tone.FIRM: "Invoice {number}: second reminder",
        Tone.STERN: "Invoice {number}: last reminder",
    },
}
_TEXTS = {
    Language.FR: {
        Tone.FRIENDLY: "Bonjour,\n\nSauf erreur de notre part, la facture {numbers} reste à "
        "régler. Pourriez-vous vérifier ?\n\nBien cordialement,\n{sender}",
        Tone.FIRM: "Bonjour,\n\nLa facture {numbers} n’est toujours pas réglée. Merci de nous "
        "dire quand le paiement partira.\n\nCordialement,\n{sender}",
        Tone.STERN: "Bonjour,\n\nMalgré nos rappels, la facture {numbers} reste impayée. Nous "
        "attendons votre règlement sous huit jours.\n\n{sender}",
    },
    Language.EN: {
        Tone.FRIENDLY: "Hello,\n\nUnless we are mistaken, invoice {numbers} is still open. Could "
        "you look into it?\n\nKind regards,\n{sender}",
        Tone.FIRM: "Hello,\n\nInvoice {numbers} is still not paid. Please tell us when the "
        "payment will leave.\n\nRegards,\n{sender}",
        Tone.STERN: "Hello,\n\nIn spite of our reminders, invoice {numbers} is still unpaid. We "
        "expect your payment within eight days.\n\n{sender}",
    },
}


def words_of(reminder: DemoReminder, sender: str) -> tuple[str, str]:
    """(subject, text) of a reminder; a call has neither."""
    if reminder.channel is Channel.CALL:
        return "", ""
    subject = _SUBJECTS[reminder.language][reminder.tone].format(number=reminder.lead)
    numbers = ", ".join(reminder.invoices)
    text = _TEXTS[reminder.language][reminder.tone].format(numbers=numbers, sender=sender)
    return ("" if reminder.channel is Channel.SMS else subject), text
