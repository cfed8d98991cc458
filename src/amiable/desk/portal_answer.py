"""Portal answers: what a customer says on its page becomes a fact, which the next plan reads.

Each answer is kept in the inbox, with its files, and pauses just what it is about: a promise its
invoices until the day, a claim of payment while the money may be on its way, a dispute the amount
contested. What only a person can decide pauses everything until somebody has read it.
"""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from amiable.desk.audit import subject
from amiable.desk.dispute import open_dispute
from amiable.desk.payment_claim import record_claim
from amiable.desk.portal import PortalLine
from amiable.desk.portal_taking import AnswerRefused, Guest, Made, Sent, TeamText, take_answer
from amiable.desk.promise import record_promise
from amiable.engine.dispute import Ground
from amiable.engine.instalment import Rhythm
from amiable.engine.money import Money, totals
from amiable.engine.reply import Meaning
from amiable.store.invoice import invoice_by_key
from amiable.store.models import (
    Incoming,
)
from amiable.store.portal import was_not_found
from amiable.words import say, term

_NOT_FOUND = timedelta(days=30)
"""Whose money was looked for in vain that lately is not taken at its word a second time."""


def say_paid(
    guest: Guest,
    sent: Sent,
    lines: Sequence[PortalLine],
    *,
    paid_on: date,
    amount: Money | None,
    reference: str,
) -> Incoming:
    """It is paid already, those invoices or (none) all that is due. Raises AnswerRefused.

    Who said so lately, of money that was then looked for in vain, is asked by a person.
    """
    if paid_on > guest.today:
        raise AnswerRefused("paid_ahead", "paid_on")

    def do(row: Incoming) -> Made:
        text = TeamText(guest)
        said = text("paid", on=paid_on, invoices=text.invoices(lines), amount=text.sum(amount))
        made = Made(lines=[said], meaning=Meaning.PAID)
        made.lines += [text("reference", reference=reference)] if reference else []
        made.facts = {"on": paid_on.isoformat(), "reference": reference, **_about(lines, amount)}
        if was_not_found(guest.company.pk, guest.customer.pk, guest.today - _NOT_FOUND):
            made.asks = True
            return made
        claim = record_claim(
            guest.company,
            guest.customer,
            said_on=guest.today,
            paid_on=paid_on,
            amount=amount,
            reference=reference,
            invoices=[line.key for line in lines],
            incoming=row,
            at=guest.at,
        )
        made.rows = [subject(claim)]
        return made

    return take_answer(guest, sent, "paid", do)


def promise_to_pay(
    guest: Guest,
    sent: Sent,
    lines: Sequence[PortalLine],
    *,
    due_on: date,
    amount: Money | None,
    trusted: bool,
    ahead: int,
) -> Incoming:
    """It will pay those invoices, or ``amount`` of them, on a day. Raises AnswerRefused.

    A day more than ``ahead`` days away, or one who promised before (``trusted`` False), is a
    proposal that a person decides on.
    """
    if due_on < guest.today:
        raise AnswerRefused("day_past", "due_on")
    amounts = [amount] if amount else [one for one in totals(_asked(lines)) if one.minor > 0]
    if not amounts:
        raise AnswerRefused("nothing_owed", "invoices")

    def do(_row: Incoming) -> Made:
        text = TeamText(guest)
        sums = ", ".join(text.money(one) for one in amounts)
        made = Made(
            lines=[text("promise", on=due_on, amount=sums, invoices=text.invoices(lines))],
            meaning=Meaning.WILL_PAY,
            told={"on": due_on.isoformat()},
        )
        made.facts = {"on": due_on.isoformat(), **_about(lines, amounts[0])}
        if not trusted or due_on > guest.today + timedelta(days=ahead):
            made.asks = True
            return made
        for one in amounts:
            keys = [line.key for line in lines if line.left.currency == one.currency]
            promise = record_promise(
                guest.company,
                guest.customer,
                made_on=guest.today,
                due_on=due_on,
                amount=one,
                invoices=keys,
                at=guest.at,
            )
            made.rows.append(subject(promise))
        return made

    return take_answer(guest, sent, "promise", do)


def propose_instalments(
    guest: Guest,
    sent: Sent,
    lines: Sequence[PortalLine],
    *,
    count: int,
    first_on: date,
    rhythm: Rhythm,
) -> Incoming:
    """It would pay in parts: a person agrees to that, or not. Raises AnswerRefused."""
    if first_on < guest.today:
        raise AnswerRefused("day_past", "first_on")

    def do(_row: Incoming) -> Made:
        text = TeamText(guest)
        often = say(text.language, f"customer.rhythm.{rhythm.value}")
        said = text("instalments", n=count, rhythm=often, on=first_on,
                    invoices=text.invoices(lines))  # fmt: skip
        return Made(
            lines=[said],
            asks=True,
            meaning=Meaning.ASKS_INSTALMENTS,
            facts={
                "count": count,
                "on": first_on.isoformat(),
                "rhythm": rhythm.value,
                **_about(lines, None),
            },
        )

    return take_answer(guest, sent, "instalments", do)


def contest(
    guest: Guest,
    sent: Sent,
    lines: Sequence[PortalLine],
    *,
    ground: Ground,
    amount: Money | None,
) -> Incoming:
    """It contests invoices, or an amount of one of them. Raises AnswerRefused."""
    if not lines:
        raise AnswerRefused("choose_invoice", "invoices")
    if any(line.disputed and line.asked.minor <= 0 for line in lines):
        raise AnswerRefused("contested_already", "invoices")
    if amount is not None and (len(lines) > 1 or amount.minor > lines[0].asked.minor):
        raise AnswerRefused("amount_of_one", "amount")

    def do(_row: Incoming) -> Made:
        text = TeamText(guest)
        why = term(text.language, "ground", ground.value)
        made = Made(
            lines=[text("dispute", ground=why, invoices=text.invoices(lines),
                        amount=text.sum(amount))],
            meaning=Meaning.DISPUTE,
            facts={"ground": ground.value, **_about(lines, amount)},
        )  # fmt: skip
        for line in lines:
            invoice = invoice_by_key(guest.company.pk, guest.customer.pk, line.key)
            assert invoice is not None
            row = open_dispute(
                guest.company,
                guest.customer,
                invoice,
                on=guest.today,
                reason=sent.message[:300],
                ground=ground,
                amount=amount,
                at=guest.at,
            )
            made.rows.append(subject(row))
        return made

    return take_answer(guest, sent, "dispute", do)


def ask_copy(guest: Guest, sent: Sent, lines: Sequence[PortalLine]) -> Incoming:
    """It wants a copy of invoices. Raises AnswerRefused."""
    if not lines:
        raise AnswerRefused("choose_invoice", "invoices")

    def do(_row: Incoming) -> Made:
        text = TeamText(guest)
        said = text("copy", invoices=text.invoices(lines))
        facts = _about(lines, None)
        return Made(lines=[said], asks=True, meaning=Meaning.ASKS_COPY, facts=facts)

    return take_answer(guest, sent, "copy", do)


def name_other(guest: Guest, sent: Sent, *, name: str, email: str) -> Incoming:
    """Somebody else is to be written to; a person sees to it, nothing leaves until then."""

    def do(_row: Incoming) -> Made:
        text = TeamText(guest)
        who = " ".join(part for part in (name, email) if part)
        said = [text("wrong", contact=str(guest.contact))]
        said += [text("other", who=who)] if who else []
        return Made(
            lines=said,
            asks=True,
            meaning=Meaning.WRONG_PERSON,
            facts={key: value for key, value in (("address", email), ("name", name)) if value},
        )

    return take_answer(guest, sent, "wrong", do)


def _asked(lines: Sequence[PortalLine]) -> list[Money]:
    return [line.asked for line in lines]


def _about(lines: Sequence[PortalLine], amount: Money | None) -> dict[str, Any]:
    facts: dict[str, Any] = {"invoices": [line.number for line in lines]}
    return facts | ({"minor": amount.minor, "currency": amount.currency} if amount else {})
