"""``amiable term``: the payment term to offer, what it does to the cash, what the law allows."""

from math import isnan
from typing import Any

import click

from amiable.cli.command import Refused, Request, command
from amiable.cli.lookup import customer_of
from amiable.cli.output import amounts, heading, print_json, say, table
from amiable.cli.texts import language, t, term
from amiable.desk.assumption import Assumptions
from amiable.desk.payment_terms import (
    TermAsk,
    TermLine,
    TermStudy,
    study_term,
    trade_of,
)
from amiable.engine.days import EndOfMonth, PaymentTerms
from amiable.engine.parties import Segment
from amiable.engine.payment_terms import Trade
from amiable.store.models import Company
from amiable.store.payment_terms import Whose
from amiable.words import say as words_say
from amiable.words.quantities import write_decimal


class Percent(click.FloatRange):
    """A share in per cent, as typed; what is no number is refused like what is out of range."""

    def convert(self, value: Any, param: Any, ctx: Any) -> float:
        """Text to a number."""
        found = super().convert(value, param, ctx)
        if isnan(found):
            raise click.BadParameter(t("offer.no_number", value=str(value)), ctx, param)
        return float(found)


PERCENT = Percent(0, 100)


def whose_of(company: Company, customer: str | None, segment: str) -> tuple[Whose, str]:
    """Whom two options mean, and how to call them. Raises Refused when both are given."""
    if customer is not None and segment:
        raise Refused(t("offer.one_of"))
    if customer is not None:
        row = customer_of(company, customer)
        return Whose(customer=row.pk), row.name
    if segment:
        return Whose(segment=segment), t("offer.segment", segment=term("segment", segment))
    return Whose(), company.name


def hundredths(value: float | None) -> int | None:
    """A per cent, in hundredths."""
    return None if value is None else round(100 * value)


@command("term")
@click.option("--customer", metavar=t("option.customer_metavar"),
              help=t("option.offer_customer"))  # fmt: skip
@click.option("--segment", type=click.Choice([one.value for one in Segment]),
              help=t("option.offer_segment"))  # fmt: skip
@click.option("--days", default=45, type=click.IntRange(0, 366), help=t("option.offer_days"))
@click.option("--end-of-month", is_flag=True, help=t("option.offer_end_of_month"))
@click.option("--trade", type=click.Choice([one.value for one in Trade]),
              help=t("option.offer_trade"))  # fmt: skip
@click.option("--cost-of-money", type=PERCENT, help=t("option.offer_cost"))
def offer_term(request: Request, days: int, end_of_month: bool, **asked: Any) -> None:
    """The payment term to offer."""
    company = request.company
    whose, name = whose_of(company, asked["customer"], asked["segment"] or "")
    row = customer_of(company, asked["customer"]) if asked["customer"] is not None else None
    ask = TermAsk(
        terms=PaymentTerms(
            days=days, end_of_month=EndOfMonth.AFTER if end_of_month else EndOfMonth.NONE
        ),
        trade=Trade(asked["trade"]) if asked["trade"] else trade_of(row),
        cost_of_money=hundredths(asked["cost_of_money"]),
    )
    study = study_term(company, whose, ask, request.today)
    if request.json:
        print_json(_record(study, name))
        return
    _show(study, name)


def _record(study: TermStudy, name: str) -> dict[str, Any]:
    practice = study.practice
    return {
        "whose": name,
        "since": study.since,
        "until": study.until,
        "sales": study.money(practice.sales),
        "invoices": practice.invoices,
        "term": _rounded(practice.term),
        "beyond": _rounded(practice.beyond),
        "cost_of_money": study.cost_of_money / 100,
        "cost_of_money_set": study.assumptions.is_set,
        "trade": study.ask.trade,
        "caps": [
            {"days": one.value, "from": one.from_on, "source": one.source} for one in study.caps
        ],
        "asked": _line(study, study.asked),
        "offered": [_line(study, one) for one in study.offered],
        "past": [
            {"from_days": one.first, "to_days": one.last, "invoices": one.invoices,
             "beyond": _rounded(one.beyond)}
            for one in study.bands
        ],
    }  # fmt: skip


def _line(study: TermStudy, one: TermLine) -> dict[str, Any]:
    effect = one.effect
    return {
        "days": one.terms.days,
        "end_of_month": one.terms.end_of_month,
        "shortest": one.shortest,
        "average": _rounded(one.average),
        "longest": one.longest,
        "lawful": one.breach is None,
        "breach": one.breach,
        "days_to_payment": _rounded(effect.days) if effect else None,
        "days_more": _rounded(effect.days_more) if effect else None,
        "tied": study.money(effect.tied) if effect else None,
        "tied_more": study.money(effect.tied_more) if effect else None,
        "cost_more": study.money(effect.cost_more) if effect else None,
    }


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 1)


def _show(study: TermStudy, name: str) -> None:
    heading(t("offer.term_title", name=name))
    practice = study.practice
    if practice.term is None or practice.beyond is None:
        say(t("offer.nothing_paid", since=study.since))
        return
    say(
        t(
            "offer.practice",
            sales=study.money(practice.sales),
            since=study.since,
            term=write_decimal(practice.term, language()),
            beyond=write_decimal(practice.beyond, language()),
            n=practice.invoices,
        )
    )
    lines = [study.asked, *(one for one in study.offered if one.terms != study.asked.terms)]
    table(
        [t(f"head.offer_{head}") for head in ("term", "days", "paid", "tied", "cost", "law")],
        [_cells(study, one) for one in lines],
        right=(1, 2, 3, 4),
    )
    say(cost_sentence(study.cost_of_money, study.assumptions, asked=study.ask.cost_of_money))
    for key, cap in zip(("cap", "cap_month_end"), study.caps, strict=False):
        say(t(f"offer.{key}", days=cap.value, source=cap.source, from_on=cap.from_on))


def cost_sentence(rate: int, assumed: Assumptions, *, asked: int | None) -> str:
    """What money is taken to cost, and who says so; hundredths of a per cent."""
    known = "set" if assumed.is_set else "unset"
    return t(f"offer.cost_{known if asked is None else 'asked'}", rate=exact_percent(rate))


def exact_percent(rate: int) -> str:
    """Hundredths of a per cent as typed: ``2 %``, ``0,75 %``."""
    text = f"{rate / 100:.2f}".rstrip("0").rstrip(".")
    return t("offer.percent", value=text.replace(".", ",") if language().value == "fr" else text)


def _cells(study: TermStudy, one: TermLine) -> tuple[str, ...]:
    effect = one.effect
    assert effect is not None  # somebody paid: see _show
    words = words_say(
        language(), f"terms.words.{one.terms.end_of_month.value}", days=one.terms.days
    )
    return (
        words,
        write_decimal(one.average, language()),
        write_decimal(effect.days, language()),
        amounts([study.money(effect.tied_more)]),
        amounts([study.money(effect.cost_more)]),
        t("offer.lawful") if one.breach is None else t(f"offer.breach.{one.breach.value}"),
    )
