"""The thresholds of segments and alerts, what a change would do, and the assumptions."""

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from decimal import Decimal

from django.http import HttpResponse

from amiable.desk.access import Power
from amiable.desk.assumption import ASSUMPTIONS, assumptions_of, change_assumptions
from amiable.desk.habit import known_habits, segment_rule
from amiable.desk.risk import RISK_RULE, change_risk_rule, risk_rule
from amiable.desk.segment import (
    SEGMENT_RULE,
    SegmentEffect,
    change_segment_rule,
    effect_of_rule,
)
from amiable.desk.settings import SettingsMoved, seen_settings
from amiable.engine.money import Money
from amiable.engine.parties import Segment
from amiable.engine.risk import DEFAULT_RISK, RiskRule
from amiable.engine.segment import DEFAULT_RULE, SegmentRule
from amiable.store.models import Company
from amiable.web.risks.forms import AssumptionsForm, RiskForm, SegmentForm
from amiable.web.settings.forms import SettingsForm
from amiable.web.visit import Visit, page

_BACK = "risks/thresholds/"


@dataclass(frozen=True, slots=True, kw_only=True)
class EffectPart:
    """What other thresholds would do: (segment, before, after), and (from, to, customers)."""

    effect: SegmentEffect
    counts: list[tuple[Segment, int, int]]
    moves: list[tuple[Segment, Segment, int]]


@dataclass(frozen=True, slots=True, kw_only=True)
class ThresholdsPage:
    """The three forms, with what each held when the page was opened."""

    segments: SegmentForm
    risks: RiskForm
    assumptions: AssumptionsForm | None
    segments_seen: str
    risks_seen: str
    assumptions_seen: str
    segments_default: bool
    risks_default: bool
    money_set: bool
    cap: int
    effect: EffectPart | None
    may_shape: bool


@page()
def thresholds(visit: Visit) -> HttpResponse:
    """The thresholds in force, for everybody to see."""
    return _show(visit)


@page(Power.SHAPE, methods=("POST",))
def segment_thresholds(visit: Visit) -> HttpResponse:
    """Try other thresholds of the segments, or choose them."""
    form = SegmentForm(visit.request.POST)
    if not form.is_valid():
        return _show(visit, segments=form)
    rule = SegmentRule(**form.cleaned_data)
    if visit.request.POST.get("do") != "save":
        effect = effect_of_rule(visit.company, rule, visit.today)
        return _show(visit, segments=form, effect=_effect(effect))
    seen = visit.request.POST.get("seen", "")
    return _saved(
        visit,
        form,
        lambda: change_segment_rule(visit.actor, rule, seen=seen, today=visit.today, at=visit.at),
        lambda: _show(visit, segments=form),
    )


def _effect(effect: SegmentEffect) -> EffectPart:
    moves = sorted(effect.moves.items(), key=lambda one: -one[1])
    return EffectPart(
        effect=effect,
        counts=[(one, effect.before[one], effect.after[one]) for one in Segment],
        moves=[(before, after, count) for (before, after), count in moves],
    )


@page(Power.SHAPE, methods=("POST",))
def risk_thresholds(visit: Visit) -> HttpResponse:
    """Choose from when on alerts are raised."""
    form = RiskForm(visit.request.POST)
    if not form.is_valid():
        return _show(visit, risks=form)
    rule, seen = RiskRule(**form.cleaned_data), visit.request.POST.get("seen", "")
    return _saved(
        visit,
        form,
        lambda: change_risk_rule(visit.actor, rule, seen=seen, at=visit.at),
        lambda: _show(visit, risks=form),
    )


@page(Power.SHAPE, methods=("POST",))
def assumptions_change(visit: Visit) -> HttpResponse:
    """Say what money and a reminder cost, and what cash the company needs."""
    form = AssumptionsForm(visit.request.POST, currency=visit.company.currency)
    if not form.is_valid():
        return _show(visit, assumptions=form)
    data, seen = form.cleaned_data, visit.request.POST.get("seen", "")
    return _saved(
        visit,
        form,
        lambda: change_assumptions(
            visit.actor,
            cost_of_money=data["cost_of_money"],
            reminder=data["reminder_cost"],
            cash_need=data["cash_need"],
            seen=seen,
            at=visit.at,
        ),
        lambda: _show(visit, assumptions=form),
    )


def _saved(
    visit: Visit, form: SettingsForm, save: Callable[[], bool], show: Callable[[], HttpResponse]
) -> HttpResponse:
    """Save, or show the form again where somebody was quicker."""
    try:
        changed = save()
    except SettingsMoved:
        form.add_error(None, visit.say("settings.moved"))
        return show()
    visit.done("settings.saved" if changed else "settings.unchanged")
    return visit.go(_BACK)


def _show(
    visit: Visit,
    *,
    segments: SegmentForm | None = None,
    risks: RiskForm | None = None,
    assumptions: AssumptionsForm | None = None,
    effect: EffectPart | None = None,
) -> HttpResponse:
    company = visit.company
    rule, alerts = segment_rule(company), risk_rule(company)
    segments = segments or SegmentForm(initial=asdict(rule))
    risks = risks or RiskForm(initial=asdict(alerts))
    assumptions = assumptions or AssumptionsForm(
        initial=_assumed(company), currency=company.currency
    )
    record = ThresholdsPage(
        segments=segments,
        risks=risks,
        assumptions=assumptions if visit.may(Power.PROOF) else None,
        segments_seen=_seen(visit, SEGMENT_RULE, segments),
        risks_seen=_seen(visit, RISK_RULE, risks),
        assumptions_seen=_seen(visit, ASSUMPTIONS, assumptions),
        segments_default=rule == DEFAULT_RULE,
        risks_default=alerts == DEFAULT_RISK,
        money_set=assumptions_of(company).is_set,
        cap=known_habits(company, visit.today).cap,
        effect=effect,
        may_shape=visit.may(Power.SHAPE),
    )
    return visit.render("risks/thresholds.html", page=record, current="risks")


def _seen(visit: Visit, names: Sequence[str], form: SettingsForm) -> str:
    """What they were when the page was first shown; after a clash was told, what they are now."""
    if form.is_bound and not form.non_field_errors():
        return visit.request.POST.get("seen", "")
    return seen_settings(visit.company, names)


def _assumed(company: Company) -> dict[str, Decimal | None]:
    """What a person set, and nothing where nobody did: the default is in the help."""

    def amount(minor: int | None) -> Decimal | None:
        return None if minor is None else Money(minor=minor, currency=company.currency).decimal()

    rate = company.cost_of_money
    return {
        "cost_of_money": None if rate is None else Decimal(rate).scaleb(-2),
        "reminder_cost": amount(company.reminder_cost_minor),
        "cash_need": amount(company.cash_need_minor),
    }
