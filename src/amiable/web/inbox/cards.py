"""Suggestions as cards: what an answer seems to mean, the words it rests on, one click."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from amiable.desk.sight import ItemView, Sight
from amiable.desk.suggestion_undo import may_take_back
from amiable.engine.money import Money
from amiable.engine.reply import Meaning
from amiable.store.models import Incoming
from amiable.web.customer.forms import sum_due
from amiable.web.inbox.forms import SuggestionForm
from amiable.web.visit import Visit


@dataclass(frozen=True, slots=True, kw_only=True)
class Bound:
    """A card that was refused: which one, and its form with what was typed."""

    incoming: int
    code: str
    form: SuggestionForm


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """One suggestion to decide."""

    incoming: int
    code: str
    who: str
    reasons: list[str]
    form: SuggestionForm


@dataclass(frozen=True, slots=True, kw_only=True)
class Decided:
    """A suggestion somebody decided, or that followed by itself; with what became of it."""

    incoming: int
    code: str
    done: str
    by: str
    may_undo: bool


def cards_of(
    visit: Visit,
    rows: Sequence[Incoming],
    items: Sequence[ItemView],
    sight: Sight | None,
    bound: Bound | None,
) -> list[Card]:
    """The suggestions nobody decided yet, newest message first."""
    found = []
    for row in reversed(rows):
        for one in row.suggestions:
            if one["code"] in row.decided:
                continue
            form = form_for(visit, row, one, items, sight)
            refused = bound is not None and (bound.incoming, bound.code) == (row.pk, one["code"])
            found.append(
                Card(
                    incoming=row.pk,
                    code=one["code"],
                    who=row.sender_name or row.sender,
                    reasons=list(one["reasons"]),
                    form=bound.form if bound is not None and refused else form,
                )
            )
    return found


def form_for(
    visit: Visit,
    row: Incoming,
    suggestion: dict[str, Any],
    items: Sequence[ItemView],
    sight: Sight | None,
    data: Any = None,
) -> SuggestionForm:
    """The form of a suggestion, its fields' ids its own."""
    meaning = Meaning(suggestion["code"])
    return SuggestionForm(
        data,
        meaning=meaning,
        facts=suggestion["facts"],
        items=items,
        due=sum_due(sight) if sight else Money(minor=0, currency=visit.company.currency),
        today=visit.today,
        auto_id=f"s{row.pk}_{meaning.value}_%s",
    )


def decided_of(visit: Visit, pieces: Sequence[Any]) -> list[Decided]:
    """What was decided of the messages shown, newest message first."""
    rows = [one.incoming for one in reversed(pieces) if one.incoming is not None]
    return [
        Decided(
            incoming=row.pk,
            code=code,
            done=told["done"],
            by=told.get("by", ""),
            may_undo=may_take_back(visit.company, row, code, visit.today),
        )
        for row in rows
        for code, told in row.decided.items()
    ]
