"""The discount worth giving: what it costs a year, whom it would be given to for nothing."""

from dataclasses import dataclass

from django.http import HttpResponse

from amiable.desk.access import Power
from amiable.desk.discount import DiscountStudy, study_discount
from amiable.engine.discount import Offer, Worth
from amiable.store.models import Customer
from amiable.web.chart import Chart, Kind, Series, Unit
from amiable.web.terms.forms import DiscountForm, ShownSlider
from amiable.web.terms.views import answered, asked_for, canonical, cost_of_money, days, name_of
from amiable.web.visit import Visit, page
from amiable.words import write_money
from amiable.words.quantities import write_decimal, write_share


@dataclass(frozen=True, slots=True, kw_only=True)
class WorthLine:
    """One figure with its name and how it comes about."""

    name: str
    value: str
    formula: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DiscountPage:
    """The form and, where something was paid, what the offer would do."""

    form: DiscountForm
    sliders: list[ShownSlider]
    customer: Customer | None
    whose: str
    study: DiscountStudy | None
    lines: list[WorthLine]
    others: list[tuple[str, str, str, str, bool]]
    verdict: str
    good: bool
    chart: Chart | None


@page(Power.PROOF)
def discount(visit: Visit) -> HttpResponse:
    """What a discount for early payment would cost and bring in."""
    form = DiscountForm(visit.request.GET, money=cost_of_money(visit))
    customer, whose = asked_for(visit, form)
    if (moved := canonical(visit, form, "terms/discount/")) is not None:
        return moved
    study = None
    if form.is_valid():
        offer = Offer(
            rate=form.hundredths("rate"),
            within=int(form.cleaned_data["within"]),
            taken=int(form.cleaned_data["taken"]),
        )
        study = study_discount(visit.company, whose, offer, form.hundredths("money"), visit.today)
    worth = study.asked if study else None
    record = DiscountPage(
        form=form,
        sliders=form.shown(),
        customer=customer,
        whose=name_of(visit, customer, whose),
        study=study,
        lines=_lines(visit, study, worth) if study and worth else [],
        others=_others(visit, study) if study else [],
        verdict=_verdict(visit, study) if study else "",
        good=worth is not None and worth.net > 0,
        chart=_chart(visit, study) if study and worth else None,
    )
    template = "terms/discount_result.html" if visit.in_fragment else "terms/discount.html"
    return answered(visit, form, "terms/discount/", template, record)


def _verdict(visit: Visit, study: DiscountStudy) -> str:
    worth = study.asked
    if worth is None:
        return visit.say("terms.nothing_paid", since=study.since)
    if worth.gained is None or worth.gained <= 0:
        return visit.say("discount.no_gain")
    way = "worth_it" if worth.net > 0 else "not_worth_it"
    return visit.say(
        f"discount.{way}",
        net=study.money(abs(worth.net)),
        even=_percent(visit, worth.break_even),
    )


def _percent(visit: Visit, share: float | None) -> str:
    """A share with two decimals: discounts differ by hundredths."""
    if share is None:
        return "–"
    text = f"{100 * share:.2f}"
    if visit.language.value == "fr":
        text = text.replace(".", ",")
    return visit.say("discount.percent", value=text)


def _lines(visit: Visit, study: DiscountStudy, worth: Worth) -> list[WorthLine]:
    offer = study.offer
    gained = days(visit, worth.gained) if worth.gained is not None else "–"
    on = write_decimal(worth.pays_on, visit.language) if worth.pays_on is not None else "–"
    rate, money = _percent(visit, offer.rate / 10_000), _percent(visit, study.cost_of_money / 1e4)
    year = write_money(study.money(study.year), visit.language)
    facts: dict[str, str | int] = {
        "rate": rate, "within": offer.within, "taken": offer.taken, "gained": gained, "on": on,
        "money": money, "year": year, "already": write_share(worth.already, visit.language),
        "kept": _percent(visit, 1 - offer.rate / 10_000), "n": study.practice.invoices,
    }  # fmt: skip
    values = {
        "already": write_share(worth.already, visit.language),
        "gained": gained,
        "simple": _percent(visit, worth.simple),
        "compounded": _percent(visit, worth.compounded),
        "each": _percent(visit, study.each),
        "break_even": _percent(visit, worth.break_even),
        "given": write_money(study.money(worth.given), visit.language),
        "for_nothing": write_money(study.money(worth.for_nothing), visit.language),
        "cash": write_money(study.money(worth.cash), visit.language),
        "saved": write_money(study.money(worth.saved), visit.language),
        "net": write_money(study.money(worth.net), visit.language),
    }
    return [
        WorthLine(
            name=visit.say(f"discount.figure.{name}"),
            value=value,
            formula=visit.say(f"discount.formula.{name}", **facts),
        )
        for name, value in values.items()
    ]


def _others(visit: Visit, study: DiscountStudy) -> list[tuple[str, str, str, str, bool]]:
    """(rate, yearly cost, given, what is left, whether that is above zero)."""
    return [
        (
            _percent(visit, rate / 10_000),
            _percent(visit, worth.simple),
            write_money(study.money(worth.given), visit.language),
            write_money(study.money(worth.net), visit.language),
            worth.net > 0,
        )
        for rate, worth in study.others
    ]


def _chart(visit: Visit, study: DiscountStudy) -> Chart:
    return Chart(
        key="worth",
        kind=Kind.COLUMNS,
        title=visit.say("discount.chart.title"),
        said=visit.say("discount.chart.said", verdict=_verdict(visit, study)),
        head=visit.say("discount.column.rate"),
        labels=tuple(_percent(visit, rate / 10_000) for rate, _ in study.others),
        series=(
            Series(
                name=visit.say("discount.figure.given"),
                values=tuple(worth.given for _, worth in study.others),
                colour="amber",
            ),
            Series(
                name=visit.say("discount.figure.saved"),
                values=tuple(worth.saved for _, worth in study.others),
            ),
        ),
        unit=Unit.MONEY,
        currency=study.practice.currency,
    )
