"""The list of disputes of a company: open, mine, nobody's; as a file; handed over."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.db.models import QuerySet
from django.http import HttpResponse, HttpResponseBase, QueryDict

from amiable.desk.access import Power, customer_for
from amiable.desk.audit import recorded
from amiable.desk.dispute_list import DisputeLine, dispute_lines, hand_disputes, owners_for
from amiable.desk.export import Row
from amiable.engine.dispute import DisputeState
from amiable.store.lists.disputes import ORDERS, DisputeFilter, disputes_that
from amiable.store.lists.keyset import Order, every
from amiable.store.models import Customer, Dispute, User
from amiable.web.disputes.forms import DisputeFilters, HandOverForm
from amiable.web.lists.export import send_list
from amiable.web.lists.page import Column, Listing, chosen_order, kept_query, listing
from amiable.web.visit import Visit, page
from amiable.words import term

COLUMNS = (
    Column(name="invoice", always=True),
    Column(name="customer"),
    Column(name="ground"),
    Column(name="held", right=True),
    Column(name="opened"),
    Column(name="age", right=True),
    Column(name="owner"),
    Column(name="dispute_state"),
)
_HEADS = (
    "invoice", "customer", "key", "ground", "reason", "currency", "held", "opened", "age", "owner",
    "dispute_state", "granted", "closed", "outcome",
)  # fmt: skip
_CHIPS = {
    "open": "", "mine": "owner=me", "unassigned": "owner=nobody",
    "credit_missing": "state=credit_missing", "credit_expected": "state=credit_expected",
    "closed": "sort=-closed&state=closed",
}  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class DisputesPage:
    """What the list shows. ``chips``: (name, query, whether it is the one on screen); ``owners``
    to whom the visitor may give disputes; ``customer`` when it is one customer's."""

    form: DisputeFilters
    listing: Listing[Dispute]
    lines: list[DisputeLine]
    chips: list[tuple[str, str, bool]]
    owners: list[User]
    customer: Customer | None
    filtered: bool
    may_export: bool
    may_work: bool
    query: str


@page()
def disputes(visit: Visit) -> HttpResponse:
    """The disputes a person may see, the oldest first, a page at a time."""
    form, rows, sort, order = _asked(visit)
    found = listing(visit, rows, sort, order, COLUMNS, ORDERS)
    query = kept_query(visit.request.GET)
    chosen = form.given("customer")
    record = DisputesPage(
        form=form,
        listing=found,
        lines=dispute_lines(visit.company, found.slice.rows, visit.today),
        chips=[(name, asked, query == asked) for name, asked in _CHIPS.items()],
        owners=owners_for(visit.actor) if visit.may(Power.WORK) else [],
        customer=customer_for(visit.actor, chosen) if chosen else None,
        filtered=any(form.given(name) for name in form.fields),
        may_export=visit.may(Power.EXPORT),
        may_work=visit.may(Power.WORK),
        query=query,
    )
    return visit.render("disputes/list.html", list=record, current="disputes")


@page(Power.EXPORT)
def export_disputes(visit: Visit, kind: str) -> HttpResponseBase:
    """The whole filtered list as a file, in the order it is shown."""
    _, rows, _, order = _asked(visit)
    with recorded(visit.actor, "exported_disputes", at=visit.at, kind=kind):
        data = _rows(visit, rows, order)
    return send_list(visit, kind, data, _HEADS, "disputes", visit.say("nav.disputes"))


@page(Power.WORK, methods=("POST",))
def hand_over(visit: Visit) -> HttpResponse:
    """Give the ticked disputes to somebody."""
    form = HandOverForm(visit.request.POST, people=owners_for(visit.actor))
    back = f"disputes/?{kept_query(QueryDict(visit.request.POST.get('query', '')))}"
    if not form.is_valid():
        visit.warn("disputes.wrong.owner" if "owner" in form.errors else "disputes.wrong.none")
        return visit.go(back)
    owner = form.chosen
    moved = hand_disputes(visit.actor, form.cleaned_data["dispute"], owner, at=visit.at)
    if owner is None:
        visit.done("disputes.released", n=len(moved))
    else:
        visit.done("disputes.handed", n=len(moved), owner=str(owner))
    return visit.go(back)


def _asked(visit: Visit) -> tuple[DisputeFilters, QuerySet[Dispute], str, Order]:
    """The filters, the rows they leave, and the order of the address."""
    asked = visit.request.GET
    form = DisputeFilters(asked, people=owners_for(visit.actor))
    state = form.given("state")
    wanted = DisputeFilter(
        state=DisputeState(state) if state else None,
        owners=_owners(visit, form.given("owner")),
        ground=form.given("ground") or "",
        aged=form.given("aged"),
        customer=form.given("customer"),
    )
    sort, order = chosen_order(asked, ORDERS, "opened")
    rows = disputes_that(visit.company.pk, wanted, visit.actor.only, visit.today)
    return form, rows, sort, order


def _owners(visit: Visit, chosen: str | None) -> tuple[int, ...] | None:
    if not chosen:
        return None
    if chosen == "me":
        return visit.actor.mine
    return () if chosen == "nobody" else (int(chosen),)


def _rows(visit: Visit, rows: QuerySet[Dispute], order: Order) -> Iterator[Row]:
    language = visit.language
    for part in every(rows, order):
        for line in dispute_lines(visit.company, part, visit.today):
            row = line.row
            yield (
                line.number, row.customer.name, row.customer.key,
                term(language, "ground", row.ground) if row.ground else "", row.reason,
                line.held.currency if line.held else "", line.held, row.opened_on, line.age,
                str(row.owner) if row.owner else "",
                term(language, "dispute_state", line.state.value), row.granted_on, row.closed_on,
                term(language, "outcome", row.outcome) if row.outcome else "",
            )  # fmt: skip
