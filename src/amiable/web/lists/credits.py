"""Credits, above all those to be matched: what is left, what it may pay, a click to say so."""

from dataclasses import dataclass

from django.http import HttpResponse

from amiable.desk.access import OtherCompany, Power
from amiable.desk.match import CreditLine, MatchRefused, credit_lines, match_by_hand, unmatch
from amiable.engine.money import AmountUnreadable, Money
from amiable.store.lists.credits import NEWEST, Matching, credits_that, matched_by_hand
from amiable.store.lists.keyset import page_of
from amiable.store.matching import credit_by_pk
from amiable.store.models import Allocation, Credit
from amiable.web.lists.forms import CreditFilters, MatchForm
from amiable.web.lists.page import place_in
from amiable.web.visit import Visit, page

_RECENT = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Tie:
    """A match with its amount."""

    row: Allocation
    amount: Money


@dataclass(frozen=True, slots=True, kw_only=True)
class CreditsPage:
    """What the page of credits shows; ``recent``: the newest matches by hand; ``everything``:
    matched credits too."""

    form: CreditFilters
    lines: list[CreditLine]
    recent: list[Tie]
    before: str
    after: str
    filtered: bool
    everything: bool
    may_match: bool


@page()
def credits(visit: Visit) -> HttpResponse:
    """Credits with something left or only presumed (or those asked for), newest first."""
    form = CreditFilters(visit.request.GET)
    wanted = form.wanted()
    company, only = visit.company, visit.actor.only
    rows = credits_that(company.pk, wanted, only)
    found = page_of(rows, NEWEST, place_in(visit.request.GET, NEWEST, Credit), size=20)
    record = CreditsPage(
        form=form,
        lines=credit_lines(company, found.rows),
        recent=[_tie(one) for one in matched_by_hand(company.pk, only)[:_RECENT]],
        before=found.before.text() if found.before else "",
        after=found.after.text() if found.after else "",
        filtered=any(form.given(name) for name in form.fields),
        everything=wanted.which is Matching.ALL,
        may_match=visit.may(Power.IMPORT),
    )
    return visit.render("lists/credits.html", list=record, current="invoices")


def _tie(row: Allocation) -> Tie:
    return Tie(row=row, amount=Money(minor=row.amount_minor, currency=row.credit.currency))


@page(Power.IMPORT, methods=("POST",))
def match(visit: Visit, pk: int) -> HttpResponse:
    """One click: this credit pays that invoice."""
    credit = credit_by_pk(visit.company.pk, pk)
    if credit is None:
        raise OtherCompany(visit.company, "credit")
    form = MatchForm(visit.request.POST)
    if not form.is_valid():
        visit.warn("lists.match.unclear")
        return visit.go("credits/")
    try:
        amount = form.money(credit.currency)
        row = match_by_hand(
            visit.actor, pk, form.given("invoice"), amount, today=visit.today, at=visit.at
        )
    except AmountUnreadable:
        visit.warn("lists.refused.decimals")
    except MatchRefused as error:
        visit.warn(f"lists.match.refused.{error.problem}", left=error.left or "")
    else:
        visit.done("lists.match.done", credit=str(row.credit), invoice=str(row.invoice))
    return visit.go("credits/")


@page(Power.IMPORT, methods=("POST",))
def undo_match(visit: Visit, pk: int) -> HttpResponse:
    """Take a match back."""
    row = unmatch(visit.actor, pk, today=visit.today, at=visit.at)
    visit.done("lists.match.undone", credit=str(row.credit), invoice=str(row.invoice))
    return visit.go("credits/")
