"""The habitually late on the page of risks: what each costs, and what to propose, in words."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.http import HttpResponseBase

from amiable.desk.access import Power
from amiable.desk.audit import recorded
from amiable.desk.export import Row
from amiable.desk.lateness import LateCost, LateCustomer, LateList, late_customers, late_list
from amiable.engine.lateness import DAYS, Proposal, Remedy
from amiable.engine.money import Money
from amiable.engine.parties import Language
from amiable.engine.reasons import Fact
from amiable.web.lists.export import send_list
from amiable.web.visit import Visit, page
from amiable.words import write_money, write_whole
from amiable.words.quantities import write_decimal, write_share

_SHOWN = 50
_HEADS = (
    "customer", "key", "currency", "usual", "spread", "paid_invoices", "late_invoices",
    "paid_amount", "late_days", "waiting", "reminders", "chasing", "lateness", "proposals",
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class LateLine:
    """One customer; ``formula``: how its cost comes about, with its figures."""

    late: LateCustomer
    formula: list[str]
    proposals: list[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class LatePart:
    """The dearest of the habitually late, and all of them in figures."""

    found: LateList
    lines: list[LateLine]
    more: int
    totals: list[str]
    rate: str
    reminder: str


def late_part(visit: Visit) -> LatePart:
    """What the page shows of them."""
    found = late_list(visit.actor, visit.today)
    shown = found.costs[:_SHOWN]
    return LatePart(
        found=found,
        lines=[
            LateLine(
                late=one,
                formula=formula_of(visit, one.cost, found),
                proposals=[proposed(visit, proposal) for proposal in one.proposals],
            )
            for one in late_customers(visit.actor, found, shown, visit.today)
        ],
        more=len(found.costs) - len(shown),
        totals=[write_whole(total, visit.language) for total in found.totals],
        rate=write_share(found.assumptions.cost_of_money / 10_000, visit.language),
        reminder=write_money(found.assumptions.reminder, visit.language),
    )


def formula_of(visit: Visit, cost: LateCost, found: LateList) -> list[str]:
    """The formula with its figures: waiting, and chasing where there was any."""
    paid = cost.paid
    sums = Money(minor=paid.minor_days, currency=paid.currency)
    lines = [
        visit.say(
            "risks.late.waiting_formula",
            sums=write_whole(sums, visit.language),
            year=DAYS,
            rate=write_share(found.assumptions.cost_of_money / 10_000, visit.language),
            cost=cost.waiting,
        )
    ]
    if cost.reminders:
        lines.append(
            visit.say(
                "risks.late.chasing_formula",
                n=cost.reminders,
                each=found.assumptions.reminder,
                cost=cost.chasing,
            )
        )
    return lines


def proposed(visit: Visit, proposal: Proposal) -> str:
    """A proposal with the figures that led to it."""
    facts: dict[str, Fact] = dict(proposal.facts)
    key = proposal.measure.value
    if proposal.measure is Remedy.DEPOSIT:
        cause = "drift" if facts["drift"] else "broken" if facts["broken"] else "cap"
        key = f"deposit_{cause}"
    if proposal.measure is Remedy.DISCOUNT:
        facts["worth"] = _percent(proposal.facts["worth"], visit.language)
    return visit.say(f"risks.proposal.{key}", **facts)


def _percent(hundredths: int, language: Language) -> str:
    """Rounded down to a tenth: never more than it is worth."""
    return write_decimal(hundredths // 10 / 10, language)


@page(Power.EXPORT)
def export_late(visit: Visit, kind: str) -> HttpResponseBase:
    """All of the habitually late as a file."""
    with recorded(visit.actor, "exported_late", at=visit.at, kind=kind):
        found = late_list(visit.actor, visit.today)
        rows = _rows(visit, found)
    return send_list(visit, kind, rows, _HEADS, "late-customers", visit.say("risks.late.title"))


def _rows(visit: Visit, found: LateList) -> Iterator[Row]:
    for one in late_customers(visit.actor, found, found.costs, visit.today):
        cost, paid = one.cost, one.cost.paid
        yield (
            one.row.name, one.row.key, paid.currency, one.usual, one.spread, paid.paid, paid.late,
            Money(minor=paid.minor, currency=paid.currency), cost.days, cost.waiting,
            cost.reminders, cost.chasing, cost.total,
            " / ".join(proposed(visit, proposal) for proposal in one.proposals),
        )  # fmt: skip
