"""``amiable discount``: what an early-payment discount costs and brings in."""

from typing import Any

import click

from amiable.cli.command import Request, command
from amiable.cli.output import amounts, heading, print_json, say, table
from amiable.cli.term import (
    PERCENT,
    Percent,
    cost_sentence,
    exact_percent,
    hundredths,
    whose_of,
)
from amiable.cli.texts import language, t
from amiable.desk.discount import DiscountStudy, study_discount
from amiable.engine.discount import Offer, Worth
from amiable.engine.parties import Segment
from amiable.words.quantities import write_decimal, write_share


@command("discount")
@click.option(
    "--rate", default=2.0, type=Percent(0.01, 99), show_default=True, help=t("option.offer_rate")
)
@click.option(
    "--within",
    default=10,
    type=click.IntRange(0, 120),
    show_default=True,
    help=t("option.offer_within"),
)
@click.option(
    "--taken",
    default=50,
    type=click.IntRange(0, 100),
    show_default=True,
    help=t("option.offer_taken"),
)
@click.option("--customer", metavar=t("option.customer_metavar"),
              help=t("option.offer_customer"))  # fmt: skip
@click.option("--segment", type=click.Choice([one.value for one in Segment]),
              help=t("option.offer_segment"))  # fmt: skip
@click.option("--cost-of-money", type=PERCENT, help=t("option.offer_cost"))
def discount(request: Request, rate: float, within: int, taken: int, **asked: Any) -> None:
    """What a discount for early payment would cost and bring in."""
    company = request.company
    whose, name = whose_of(company, asked["customer"], asked["segment"] or "")
    offer = Offer(rate=round(100 * rate), within=within, taken=taken)
    study = study_discount(company, whose, offer, hundredths(asked["cost_of_money"]), request.today)
    if request.json:
        print_json(_record(study, name))
        return
    _show(study, name, hundredths(asked["cost_of_money"]))


def _record(study: DiscountStudy, name: str) -> dict[str, Any]:
    return {
        "whose": name,
        "since": study.since,
        "until": study.until,
        "rate": study.offer.rate / 100,
        "within": study.offer.within,
        "taken": study.offer.taken,
        "cost_of_money": study.cost_of_money / 100,
        "cost_of_money_set": study.assumptions.is_set,
        "sales_a_year": study.money(study.year),
        "invoices": study.practice.invoices,
        "worth": _worth(study, study.asked) if study.asked else None,
        "break_even_for_one": None if study.each is None else round(100 * study.each, 2),
    }


def _worth(study: DiscountStudy, one: Worth) -> dict[str, Any]:
    return {
        "paid_early_already": round(one.already, 3),
        "pays_on": None if one.pays_on is None else round(one.pays_on, 1),
        "days_gained": None if one.gained is None else round(one.gained, 1),
        "yearly_cost_simple": None if one.simple is None else round(100 * one.simple, 2),
        "yearly_cost_compounded": (
            None if one.compounded is None else round(100 * one.compounded, 2)
        ),
        "break_even": round(100 * one.break_even, 2),
        "given": study.money(one.given),
        "given_for_nothing": study.money(one.for_nothing),
        "cash": study.money(one.cash),
        "saved": study.money(one.saved),
        "net": study.money(one.net),
    }


def _show(study: DiscountStudy, name: str, asked: int | None) -> None:
    offer, worth = study.offer, study.asked
    rate = exact_percent(offer.rate)
    heading(t("offer.discount_title", rate=rate, within=offer.within, name=name))
    if worth is None:
        say(t("offer.nothing_paid", since=study.since))
        return
    table(
        [t("head.offer_what"), t("head.offer_figure")],
        [(t(f"offer.worth.{key}"), value) for key, value in _told(study, worth)],
        right=(1,),
    )
    say(cost_sentence(study.cost_of_money, study.assumptions, asked=asked))
    say(t("offer.worth_it" if worth.net > 0 else "offer.not_worth_it", net=study.money(worth.net)))


def _told(study: DiscountStudy, worth: Worth) -> list[tuple[str, str]]:
    def days(value: float | None) -> str:
        return "–" if value is None else write_decimal(value, language())

    def share(value: float | None) -> str:
        return "–" if value is None else write_share(value, language())

    return [
        ("already", share(worth.already)),
        ("taken", share(study.offer.taken / 100)),
        ("pays_on", days(worth.pays_on)),
        ("gained", days(worth.gained)),
        ("simple", share(worth.simple)),
        ("compounded", share(worth.compounded)),
        ("break_even", exact_percent(round(10_000 * worth.break_even))),
        ("given", amounts([study.money(worth.given)])),
        ("for_nothing", amounts([study.money(worth.for_nothing)])),
        ("cash", amounts([study.money(worth.cash)])),
        ("saved", amounts([study.money(worth.saved)])),
    ]
