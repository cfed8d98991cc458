"""Filters of the worklist: what the address asks for, and the choices the page offers."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from django.http import QueryDict

from amiable.engine.money import AmountUnreadable, exponent, money
from amiable.engine.parties import Channel, Segment
from amiable.store.worklist import DECIDE, Order, Wanted
from amiable.web.visit import Visit
from amiable.words import term

AGES = (8, 15, 30, 60, 90)
_LONGEST_WORDS = 100
_AMOUNT = re.compile(r"[0-9]{1,12}([.][0-9]{1,3})?")


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """One choice of a filter."""

    value: str
    text: str
    chosen: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Filters:
    """What the address asks for, as typed; ``wanted`` is what of it could be read."""

    wanted: Wanted
    mine: bool
    words: str
    amount: str
    segments: list[Choice]
    steps: list[Choice]
    channels: list[Choice]
    ages: list[Choice]
    orders: list[Choice]
    active: bool


def wanted_of(visit: Visit, query: QueryDict) -> Wanted:
    """What a query asks for; whatever cannot be read asks for nothing."""
    asked = {name: query.get(name, "").strip() for name in query}
    return Wanted(
        only=visit.actor.only,
        mine=visit.actor.mine if asked.get("mine") == "1" else None,
        segment=_known(asked.get("segment"), [one.value for one in Segment]),
        step=_number(asked.get("step")),
        channel=_known(asked.get("channel"), [*(one.value for one in Channel), DECIDE]),
        amount=_minor(asked.get("amount"), visit.company.currency),
        age=_number(asked.get("age")),
        words=asked.get("q", "")[:_LONGEST_WORDS],
        order=Order(_known(asked.get("sort"), [one.value for one in Order]) or Order.AMOUNT),
    )


def _known(value: str | None, values: Sequence[str]) -> str:
    return value if value and value in values else ""


def _number(value: str | None) -> int | None:
    return int(value) if value and value.isascii() and value.isdigit() and len(value) < 5 else None


def _minor(value: str | None, currency: str) -> int | None:
    """An amount as people type it, in minor units: "1 200", "1200,50"."""
    text = "".join((value or "").split()).replace(",", ".")
    if not _AMOUNT.fullmatch(text):
        return None
    try:
        return money(text, currency).minor
    except AmountUnreadable:
        return None


def filters_of(visit: Visit, query: QueryDict, steps: Sequence[int]) -> Filters:
    """The form of the filters as the address fills it."""
    wanted = wanted_of(visit, query)
    plain = Wanted(only=wanted.only, order=wanted.order)
    return Filters(
        wanted=wanted,
        mine=wanted.mine is not None,
        words=wanted.words,
        amount=_typed(wanted.amount, visit.company.currency),
        segments=_terms(visit, "segment", [one.value for one in Segment], wanted.segment),
        steps=_steps(visit, steps, wanted.step),
        channels=[
            *_terms(visit, "channel", [one.value for one in Channel], wanted.channel),
            _choice(DECIDE, visit.say("today.decide"), wanted.channel),
        ],
        ages=[
            _choice(str(days), visit.say("today.age", n=days), str(wanted.age or ""))
            for days in AGES
        ],
        orders=[
            _choice(one.value, visit.say(f"today.order.{one.value}"), wanted.order.value)
            for one in Order
        ],
        active=wanted != plain,
    )


def _typed(minor: int | None, currency: str) -> str:
    if minor is None:
        return ""
    whole, rest = divmod(minor, 10 ** exponent(currency))
    return str(whole) if not rest else f"{whole}.{rest:0{exponent(currency)}d}"


def _choice(value: str, text: str, chosen: str) -> Choice:
    return Choice(value=value, text=text[:1].upper() + text[1:], chosen=value == chosen)


def _terms(visit: Visit, family: str, values: Sequence[str], chosen: str) -> list[Choice]:
    return [_choice(value, term(visit.language, family, value), chosen) for value in values]


def _steps(visit: Visit, steps: Sequence[int], chosen: int | None) -> list[Choice]:
    named = (
        (str(step), visit.say("today.step", n=step) if step else visit.say("today.notice"))
        for step in steps
    )
    return [_choice(value, text, "" if chosen is None else str(chosen)) for value, text in named]
