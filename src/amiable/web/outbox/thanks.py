"""Thanks: whom a person may thank for a payment, with the message in full."""

from dataclasses import dataclass

from django.http import HttpResponse

from amiable.desk.access import OtherCompany, Power
from amiable.desk.thanks import ReadyThanks, approve_thanks, leave_out, ready_thanks
from amiable.engine.money import Money
from amiable.store.models import Customer
from amiable.web.visit import Visit, page
from amiable.words import term, write_date

_PAGE = 50
_SAID = 5  # customers named one by one


@dataclass(frozen=True, slots=True, kw_only=True)
class ThanksLine:
    """One customer: its payments as (amount, day) and the message; ``why`` there is none."""

    customer: Customer
    payments: list[tuple[Money, str]]
    recipient: str
    subject: str
    text: str
    why: str


@page()
def thanks(visit: Visit) -> HttpResponse:
    """The customers one may thank."""
    after = _number(visit.request.GET.get("after", ""))
    found, following = ready_thanks(
        visit.actor, today=visit.today, at=visit.at, after=after, most=_PAGE
    )
    return visit.render(
        "outbox/thanks.html",
        current="today",
        may_work=visit.may(Power.WORK),
        lines=[_line(visit, one) for one in found],
        first=not after,
        following=following,
    )


def _line(visit: Visit, one: ReadyThanks) -> ThanksLine:
    return ThanksLine(
        customer=one.customer,
        payments=[
            (each.credit.amount, write_date(each.credit.received_on, visit.language))
            for each in one.payments
        ],
        recipient=one.recipient,
        subject=one.mail.subject if one.mail else "",
        text=one.mail.text if one.mail else "",
        why=term(visit.language, "no_thanks", one.why) if one.why else "",
    )


@page(Power.WORK, methods=("POST",))
def decide(visit: Visit) -> HttpResponse:
    """Thank the customers chosen, or leave them out."""
    asked = visit.request.POST
    chosen = [_number(text) for text in asked.getlist("customer")][:_PAGE]
    if 0 in chosen:
        raise OtherCompany(visit.company, "customer")
    if not chosen:
        visit.warn("thanks.choose_some")
    elif asked.get("do") == "leave":
        visit.done(
            "thanks.left_out", n=leave_out(visit.actor, chosen, today=visit.today, at=visit.at)
        )
    else:
        _approve(visit, chosen)
    return visit.go("thanks/")


def _approve(visit: Visit, chosen: list[int]) -> None:
    made = approve_thanks(visit.actor, chosen, today=visit.today, at=visit.at)
    written = sum(one.row is not None for _, one in made)
    if written:
        visit.done("thanks.approved", n=written)
    for customer, one in [pair for pair in made if pair[1].row is None][:_SAID]:
        why = term(visit.language, "no_thanks", one.why)
        visit.warn("thanks.not_now", name=customer.name, why=why)


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else 0
