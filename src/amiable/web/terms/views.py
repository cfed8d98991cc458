"""The payment term to offer: a slider, what it does to the cash, what the law says."""

from dataclasses import dataclass
from decimal import Decimal
from urllib.parse import urlencode

from django.http import HttpResponse
from django.shortcuts import redirect

from amiable.desk.access import Power, customer_for
from amiable.desk.assumption import assumptions_of
from amiable.desk.norm import NormLine
from amiable.desk.payment_terms import TermAsk, TermLine, TermStudy, study_term, trade_of
from amiable.engine.days import EndOfMonth, PaymentTerms
from amiable.engine.payment_terms import Trade
from amiable.store.models import Customer
from amiable.store.payment_terms import Whose
from amiable.web.chart import Chart, Kind, Series, Unit
from amiable.web.terms.forms import ShownSlider, SliderForm, TermForm
from amiable.web.visit import Visit, page
from amiable.words import term, write_money
from amiable.words.quantities import write_decimal, write_share


@dataclass(frozen=True, slots=True, kw_only=True)
class ComparedTerm:
    """A term in words beside today's: amounts and days with their sign."""

    name: str
    asked: bool
    average: str
    range: str
    paid_after: str
    days_more: str
    tied: str
    cost: str
    cheaper: bool
    breach: str
    own: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TermsPage:
    """The form and, where there is a practice to compare with, what comes of it."""

    form: TermForm
    sliders: list[ShownSlider]
    customer: Customer | None
    whose: str
    study: TermStudy | None
    asked: ComparedTerm | None
    offered: list[ComparedTerm]
    sentence: str
    formula: list[str]
    bands: list[tuple[str, int, str]]
    norms: list[tuple[str, str, NormLine]]
    chart: Chart | None
    rate: str


@page(Power.PROOF)
def terms(visit: Visit) -> HttpResponse:
    """What a term would do, for one customer, a segment, or everybody."""
    form = TermForm(visit.request.GET, money=cost_of_money(visit))
    customer, whose = asked_for(visit, form)
    if (moved := canonical(visit, form, "terms/")) is not None:
        return moved
    study = _study(visit, form, customer, whose) if form.is_valid() else None
    record = TermsPage(
        form=form,
        sliders=form.shown(),
        customer=customer,
        whose=name_of(visit, customer, whose),
        study=study,
        asked=_compared(visit, study, study.asked) if study else None,
        offered=[_compared(visit, study, one) for one in study.offered] if study else [],
        sentence=_sentence(visit, study) if study else "",
        formula=_formula(visit, study) if study else [],
        bands=_bands(visit, study) if study else [],
        norms=_norms(visit, study) if study else [],
        chart=_chart(visit, study) if study else None,
        rate=write_share((study.cost_of_money if study else 0) / 10_000, visit.language),
    )
    template = "terms/result.html" if visit.in_fragment else "terms/page.html"
    return answered(visit, form, "terms/", template, record)


def cost_of_money(visit: Visit) -> Decimal:
    """The company's, in per cent."""
    return Decimal(assumptions_of(visit.company).cost_of_money).scaleb(-2)


def asked_for(visit: Visit, form: SliderForm) -> tuple[Customer | None, Whose]:
    """Whom the address means; raises OtherCompany for a customer that is not the visitor's."""
    form.is_valid()
    pk = form.cleaned_data.get("customer")
    if pk:
        return customer_for(visit.actor, pk), Whose(customer=pk)
    return None, Whose(segment=form.cleaned_data.get("segment") or "")


def name_of(visit: Visit, customer: Customer | None, whose: Whose) -> str:
    """How those the figures are about are called."""
    if customer is not None:
        return customer.name
    if whose.segment:
        segment = term(visit.language, "segment", whose.segment)
        return visit.say("terms.of_segment", segment=segment)
    return visit.company.name


def canonical(visit: Visit, form: SliderForm, path: str) -> HttpResponse | None:
    """A form sent whole goes on to its short address, which one may keep or share."""
    sent_whole = any(name.endswith("_was") for name in visit.request.GET)
    if visit.in_fragment or not sent_whole or not form.is_valid():
        return None
    return redirect(_short(visit, form, path))


def _short(visit: Visit, form: SliderForm, path: str) -> str:
    kept = urlencode(form.query())
    return visit.url(path) + (f"?{kept}" if kept else "")


def answered(
    visit: Visit, form: SliderForm, path: str, template: str, record: object
) -> HttpResponse:
    """The page; or its moving part, with the short address for the browser to show."""
    answer = visit.render(template, page=record, current="terms")
    if visit.in_fragment and form.is_valid():
        answer.headers["HX-Replace-Url"] = _short(visit, form, path)
    return answer


def _study(visit: Visit, form: TermForm, customer: Customer | None, whose: Whose) -> TermStudy:
    data = form.cleaned_data
    ask = TermAsk(
        terms=PaymentTerms(
            days=int(data["days"]),
            end_of_month=EndOfMonth(data["end_of_month"] or EndOfMonth.NONE),
        ),
        trade=Trade(data["trade"]) if data["trade"] else trade_of(customer),
        cost_of_money=form.hundredths("money"),
    )
    return study_term(visit.company, whose, ask, visit.today)


def term_words(visit: Visit, terms: PaymentTerms) -> str:
    """``45 days, end of month``."""
    return visit.say(f"terms.words.{terms.end_of_month.value}", days=terms.days)


def _compared(visit: Visit, study: TermStudy, one: TermLine) -> ComparedTerm:
    effect = one.effect
    spread = f"{one.shortest}–{one.longest}" if one.shortest != one.longest else ""
    return ComparedTerm(
        name=term_words(visit, one.terms),
        asked=one.terms == study.ask.terms,
        average=days(visit, one.average),
        range=visit.say("terms.range", range=spread) if spread else "",
        paid_after=days(visit, effect.days) if effect else "–",
        days_more=signed_days(visit, effect.days_more) if effect else "–",
        tied=signed(visit, study, effect.tied_more) if effect else "–",
        cost=signed(visit, study, effect.cost_more) if effect else "–",
        cheaper=effect is not None and effect.cost_more < 0,
        breach=_breach(visit, study, one),
        own=visit.say("terms.own", n=one.own.invoices, beyond=days(visit, one.own.beyond))
        if one.own
        else "",
    )


def _breach(visit: Visit, study: TermStudy, one: TermLine) -> str:
    if one.breach is None:
        return ""
    cap = study.cap
    return visit.say(
        f"terms.breach.{one.breach.value}",
        longest=one.longest,
        cap=(cap.days or 0) if cap else 0,
    )


def days(visit: Visit, value: float) -> str:
    """``41.2 days``."""
    return visit.say("chart.days", value=write_decimal(value, visit.language))


def signed_days(visit: Visit, value: float) -> str:
    """``+3.1 days``."""
    return ("+" if round(value, 1) > 0 else "") + days(visit, value)


def signed(visit: Visit, study: TermStudy, minor: int) -> str:
    """``+€1,200.00``."""
    return ("+" if minor > 0 else "") + write_money(study.money(minor), visit.language)


def _sentence(visit: Visit, study: TermStudy) -> str:
    effect = study.asked.effect
    name = term_words(visit, study.ask.terms)
    if effect is None:
        return visit.say("terms.nothing_paid", since=study.since)
    if study.asked.breach is not None:
        return visit.say("terms.refused", name=name)
    way = "frees" if effect.tied_more < 0 else "ties" if effect.tied_more else "changes_nothing"
    return visit.say(
        f"terms.{way}",
        name=name,
        tied=study.money(abs(effect.tied_more)),
        cost=study.money(abs(effect.cost_more)),
    )


def _formula(visit: Visit, study: TermStudy) -> list[str]:
    """The formulas with their figures, one a line."""
    effect, practice = study.asked.effect, study.practice
    if effect is None or practice.term is None or practice.beyond is None:
        return []
    daily = study.money(round(practice.sales_a_day))
    lines = [
        visit.say("terms.formula.daily", sales=study.money(practice.sales), n=practice.days,
                  daily=daily),
        visit.say("terms.formula.now", term=days(visit, practice.term),
                  beyond=signed_days(visit, practice.beyond),
                  sum=days(visit, practice.term + practice.beyond), n=practice.invoices),
        visit.say("terms.formula.then", term=days(visit, effect.term),
                  beyond=signed_days(visit, practice.beyond), sum=days(visit, effect.days)),
        visit.say("terms.formula.tied", daily=daily, days=signed_days(visit, effect.days_more),
                  tied=signed(visit, study, effect.tied_more)),
        visit.say("terms.formula.cost", tied=signed(visit, study, effect.tied_more),
                  rate=write_share(study.cost_of_money / 10_000, visit.language),
                  cost=signed(visit, study, effect.cost_more)),
    ]  # fmt: skip
    if study.need_days is not None:
        lines.append(visit.say("terms.formula.need", days=signed_days(visit, study.need_days)))
    return lines


def _bands(visit: Visit, study: TermStudy) -> list[tuple[str, int, str]]:
    return [
        (
            visit.say("terms.band_more", first=one.first)
            if one.last is None
            else visit.say("terms.band", first=one.first, last=one.last),
            one.invoices,
            signed_days(visit, one.beyond),
        )
        for one in study.bands
    ]


def _norms(visit: Visit, study: TermStudy) -> list[tuple[str, str, NormLine]]:
    return [
        (term(visit.language, "norm", one.norm.name), norm_days(visit, one), one)
        for one in study.norms
    ]


def norm_days(visit: Visit, line: NormLine) -> str:
    """``14.1 days``, ``64–71 days``, ``below 10 days``."""
    norm = line.norm
    high = write_decimal(norm.high, visit.language)
    if norm.low is None:
        return visit.say("terms.below", days=high)
    low = write_decimal(norm.low, visit.language)
    return visit.say("chart.days", value=high if norm.low == norm.high else f"{low}–{high}")


def _chart(visit: Visit, study: TermStudy) -> Chart | None:
    """The cash tied up under each term that may be offered, and today."""
    practice = study.practice
    if practice.term is None or practice.beyond is None:
        return None
    now = round(practice.sales_a_day * (practice.term + practice.beyond))
    others = (one for one in study.offered if one.terms != study.ask.terms)
    lines = [one for one in (study.asked, *others) if one.breach is None]
    bars = [(term_words(visit, one.terms), one.effect.tied) for one in lines if one.effect]
    return Chart(
        key="tied",
        kind=Kind.BARS,
        title=visit.say("terms.chart.title"),
        said=visit.say("terms.chart.said", now=study.money(now)),
        head=visit.say("terms.column.term"),
        labels=(visit.say("terms.today"), *(name for name, _ in bars)),
        series=(
            Series(name=visit.say("terms.chart.tied"), values=(now, *(tied for _, tied in bars))),
        ),
        unit=Unit.MONEY,
        currency=practice.currency,
    )
