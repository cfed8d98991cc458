"""Not sent: why a message that was approved never left, in words."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from amiable.desk.access import Actor
from amiable.desk.paid_meanwhile import PAID, PART_PAID, paid_on
from amiable.engine.money import Money
from amiable.engine.parties import Language
from amiable.store.models import OutboxRow
from amiable.store.not_sent import cancelled_since, count_cancelled
from amiable.store.outbox import GIVEN_UP, TAKEN_BACK
from amiable.words import say, term
from amiable.words.catalogue import has_term

LATELY = timedelta(hours=24)
LOOKED_BACK = timedelta(days=30)
_PAID = (PAID, PART_PAID)
_BY_PERSON = {TAKEN_BACK: "unapproved", GIVEN_UP: "given_up"}
_THANKS = "thanks."


def not_sent(detail: str, language: Language) -> str:
    """The detail of a cancelled message as a sentence."""
    paid = paid_on(detail)
    if paid is not None:
        return say(language, f"not_sent.{paid[0]}", on=paid[1])
    if detail.startswith(_THANKS):
        why = detail.removeprefix(_THANKS)
        known = term(language, "no_thanks", why) if has_term("no_thanks", why) else why
        return say(language, "not_sent.because", why=known)
    kind = next((word for begin, word in _BY_PERSON.items() if detail.startswith(begin)), "")
    kind = kind or detail.partition(".")[0]
    known = term(language, "not_sent", kind if has_term("not_sent", kind) else "other")
    return say(language, "not_sent.because", why=known)


@dataclass(frozen=True, slots=True, kw_only=True)
class Avoided:
    """A reminder that never left because the money came first: ``why`` in a sentence."""

    row: OutboxRow
    amounts: tuple[Money, ...]
    why: str


def count_avoided(actor: Actor, at: datetime) -> int:
    """How many reminders of the last day were not sent because the money came first."""
    return count_cancelled(actor.company.pk, _PAID, at - LATELY, actor.only)


def avoided(
    actor: Actor, language: Language, *, at: datetime, before: int | None, most: int
) -> tuple[list[Avoided], int]:
    """A page of those of the last 30 days, newest first, and where the next goes on; 0: nowhere."""
    rows = cancelled_since(
        actor.company.pk, _PAID, at - LOOKED_BACK, actor.only, before=before, most=most + 1
    )
    following = rows[most - 1].pk if len(rows) > most else 0
    return [_avoided(row, language) for row in rows[:most]], following


def _avoided(row: OutboxRow, language: Language) -> Avoided:
    return Avoided(row=row, amounts=_amounts(row), why=not_sent(row.detail, language))


def _amounts(row: OutboxRow) -> tuple[Money, ...]:
    amounts: Sequence[tuple[str, int]] = sorted(row.amounts.items())
    return tuple(Money(minor=minor, currency=currency) for currency, minor in amounts)
