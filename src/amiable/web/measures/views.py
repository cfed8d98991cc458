"""The page of the measures."""

from dataclasses import dataclass

from django.http import HttpResponse

from amiable.desk.access import Power
from amiable.desk.measure import Chosen
from amiable.desk.measure_count import count_if_small
from amiable.desk.measure_period import MeasuredPeriod, measure_period
from amiable.desk.measure_tables import DisputeGroup, Workload, dispute_groups, workloads
from amiable.engine.period import Span
from amiable.web.measures.forms import MeasureForm
from amiable.web.measures.page import SHOWN_BESIDE, Card, Turn, cards_of, turns
from amiable.web.visit import Visit, page


@dataclass(frozen=True, slots=True, kw_only=True)
class MeasuresPage:
    """What the page shows. ``fresh``: every fact is counted; ``beside``: several values, each in a
    line under ``heads``; ``empty``: why there is nothing, as the texts ``measures.empty`` name it;
    ``later`` None: the period after is to come."""

    form: MeasureForm
    span: Span
    before: Span
    found: MeasuredPeriod
    chosen: Chosen
    cards: list[Card]
    heads: list[str]
    beside: bool
    disputes: list[DisputeGroup]
    workloads: list[Workload]
    fresh: bool
    currencies: int
    empty: str
    earlier: Turn
    later: Turn | None
    may_export: bool


@page(Power.PROOF)
def measures(visit: Visit) -> HttpResponse:
    """The measures of a period beside those of the period before."""
    form, found, fresh = asked(visit)
    earlier, later = turns(form.span, form.kind, visit.today)
    whole = form.chosen.dimension == "company"
    record = MeasuresPage(
        form=form,
        span=found.span,
        before=found.before,
        found=found,
        chosen=form.chosen,
        cards=cards_of(found, form.chosen, visit.language),
        heads=[visit.say(f"measures.name.{name}") for name in SHOWN_BESIDE],
        beside=not whole and form.chosen.value is None,
        disputes=dispute_groups(visit.company, found.span, form.chosen),
        workloads=workloads(visit.company, found.span, visit.today) if whole else [],
        fresh=fresh,
        currencies=len({one.now.currency for one in found.cards}),
        empty=_why_empty(found, visit, fresh=fresh),
        earlier=earlier,
        later=later,
        may_export=visit.may(Power.EXPORT),
    )
    return visit.render("measures/ledger.html", measures=record, current="measures")


def _why_empty(found: MeasuredPeriod, visit: Visit, *, fresh: bool) -> str:
    if found.cards:
        return ""
    if found.counted is None and not fresh:
        return "later"
    return "import" if visit.company.imported_on is None else "period"


def asked(visit: Visit) -> tuple[MeasureForm, MeasuredPeriod, bool]:
    """The form of an address, what it asks for, and whether every fact is counted in."""
    fresh = count_if_small(visit.company, visit.today, visit.at)
    form = MeasureForm(visit.request.GET, today=visit.today)
    found = measure_period(visit.company, form.span, form.kind, form.chosen, visit.today)
    return form, found, fresh
