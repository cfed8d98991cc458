"""Instalment plans: proposed in equal parts, changed line by line, then agreed."""

from collections.abc import Sequence
from itertools import pairwise

from django import forms
from django.http import Http404, HttpResponse, QueryDict

from amiable.desk.access import Power, customer_for
from amiable.desk.agreement_mail import mail_agreement
from amiable.desk.agreement_paper import agreement_file
from amiable.desk.audit import subject
from amiable.desk.instalment import accept, agree_plan, cancel_plan, propose_plan
from amiable.desk.message import MessageRefused
from amiable.desk.plan import redraw
from amiable.desk.sight import items_of, sight_of
from amiable.engine.days import add_months
from amiable.engine.instalment import MOST_PARTS, Part, Rhythm
from amiable.engine.money import Money
from amiable.store.agreement import agreement_row
from amiable.store.models import Customer, InstalmentPlan
from amiable.web.customer.deeds import end, show_form
from amiable.web.customer.forms import CustomerForm, PartForm, PlanForm, sum_due, write_plain
from amiable.web.customer.head import customer_path, deed, head_of
from amiable.web.visit import Visit, page


@page(Power.WORK, methods=("GET", "POST"))
def plan(visit: Visit, pk: int) -> HttpResponse:
    """First in how many parts; then the parts, which may be changed; then it is agreed."""
    row = customer_for(visit.actor, pk)
    sight = sight_of(visit.company, row, visit.today)
    due = sum_due(sight)
    form = PlanForm(
        visit.request.POST or None,
        items=items_of(sight, visit.language),
        today=visit.today,
        currency=due.currency,
        initial={
            "total": write_plain(due) if due.minor else "",
            "count": 3,
            "first_on": add_months(visit.today, 1),
            "rhythm": Rhythm.MONTH.value,
        },
    )
    if visit.request.method != "POST" or not form.is_valid():
        return show_form(visit, row, form, "plan")
    if visit.request.POST.get("step") != "agree":
        return _show_parts(visit, row, form, _proposed(row, form, due.currency))
    parts = _given(visit.request.POST, due.currency)
    if not _fits(parts, form):
        return _show_parts(visit, row, form, parts)
    return _agree(visit, row, form, parts)


def _proposed(row: Customer, form: PlanForm, currency: str) -> list[PartForm]:
    values = form.cleaned_data
    parts = propose_plan(
        row, values["total"], values["count"], values["first_on"], Rhythm(values["rhythm"])
    )
    return [
        PartForm(
            prefix=f"part-{number}",
            currency=currency,
            initial={"due_on": part.due_on, "amount": write_plain(part.amount)},
        )
        for number, part in enumerate(parts)
    ]


def _given(data: QueryDict, currency: str) -> list[PartForm]:
    numbers = [n for n in range(MOST_PARTS) if f"part-{n}-amount" in data]
    return [PartForm(data, prefix=f"part-{number}", currency=currency) for number in numbers]


def _fits(parts: Sequence[PartForm], form: PlanForm) -> bool:
    """Every part is right, each after the one before, and together they make the total."""
    sound = [part.is_valid() for part in parts]  # every one, so that each shows its errors
    if not parts or not all(sound):
        return False
    first, *others = parts
    if first.cleaned_data["due_on"] < form.today:
        first.refuse("due_on", "day_before", day=form.today)
    for before, part in pairwise([first, *others]):
        if part.cleaned_data["due_on"] <= before.cleaned_data["due_on"]:
            part.refuse("due_on", "part_order")
    total: Money = form.cleaned_data["total"]
    made = sum(part.cleaned_data["amount"].minor for part in parts)
    if made != total.minor:
        difference = Money(minor=abs(made - total.minor), currency=total.currency)
        key = "parts_more" if made > total.minor else "parts_less"
        form.refuse(None, key, total=total, difference=difference)
    return form.is_valid() and all(part.is_valid() for part in parts)


def _show_parts(
    visit: Visit, row: Customer, form: PlanForm, parts: Sequence[PartForm]
) -> HttpResponse:
    wrong = bool(form.errors) or any(part.is_bound and part.errors for part in parts)
    return visit.render(
        "customer/plan.html",
        status=422 if wrong else 200,
        customer=row,
        head=head_of(visit, row),
        form=form,
        kept=[
            (name, value)
            for name in ("total", "count", "first_on", "rhythm", "note", "invoices")
            for value in visit.request.POST.getlist(name)
        ],
        parts=parts,
        back=visit.url(customer_path(row, "plan/")),
        current="customers",
    )


def _agree(visit: Visit, row: Customer, form: PlanForm, parts: Sequence[PartForm]) -> HttpResponse:
    agreed = [
        Part(due_on=part.cleaned_data["due_on"], amount=part.cleaned_data["amount"])
        for part in parts
    ]
    with deed(visit, row, "plan_agreed", n=len(agreed)) as entry:
        made = agree_plan(
            visit.company,
            row,
            on=visit.today,
            parts=agreed,
            invoices=form.chosen,
            note=form.cleaned_data["note"],
        )
        entry.subject = subject(made)
    visit.done("customer.done.plan", n=len(agreed))
    return visit.go(customer_path(row, "agreements/"))


@page(Power.WORK, methods=("POST",))
def plan_cancel(visit: Visit, pk: int, plan: int) -> HttpResponse:
    """It no longer counts."""
    return end(visit, pk, InstalmentPlan, plan, "plan_cancelled", cancel_plan)


class AcceptForm(CustomerForm):
    """Who signed for the customer."""

    accepted_by = forms.CharField(max_length=200)
    helped = ("accepted_by",)


def _plan(visit: Visit, row: Customer, number: int) -> InstalmentPlan:
    found = agreement_row(InstalmentPlan, visit.company.pk, row.pk, number)
    if found is None:
        raise Http404
    return found


@page(Power.WORK)
def plan_document(visit: Visit, pk: int, plan: int) -> HttpResponse:
    """The plan in writing, as PDF: what was accepted, else one to sign."""
    row = customer_for(visit.actor, pk)
    file = agreement_file(visit.company, _plan(visit, row, plan))
    response = HttpResponse(file.content, content_type=file.media_type)
    response.headers["Content-Disposition"] = f'attachment; filename="{file.name}"'
    return response


@page(Power.WORK, methods=("POST",))
def plan_send(visit: Visit, pk: int, plan: int) -> HttpResponse:
    """Mail it, with the page where it is accepted; then see the message, and take it back."""
    row = customer_for(visit.actor, pk)
    found = _plan(visit, row, plan)
    sight = sight_of(visit.company, row, visit.today)
    try:
        made = mail_agreement(visit.actor, sight, found, at=visit.at)
    except MessageRefused as error:
        visit.warn(f"customer.wrong.{error.code}")
        return visit.go(customer_path(row, "agreements/"))
    redraw(visit.company, [row.pk], visit.today)
    return visit.go(customer_path(row, f"messages/{made.pk}/"))


@page(Power.WORK, methods=("GET", "POST"))
def plan_accept(visit: Visit, pk: int, plan: int) -> HttpResponse:
    """It came back signed: the document is kept with the name and the day."""
    row = customer_for(visit.actor, pk)
    found = _plan(visit, row, plan)
    if found.accepted_at is not None or found.cancelled_on is not None:
        visit.warn("customer.already")
        return visit.go(customer_path(row, "agreements/"))
    form = AcceptForm(visit.request.POST or None)
    if visit.request.method != "POST" or not form.is_valid():
        return show_form(visit, row, form, "accept", "agreements/")
    name = form.cleaned_data["accepted_by"]
    with deed(visit, row, "plan_accepted", name=name) as entry:
        accept(visit.company, found, name, visit.at)
        entry.subject = subject(found)
    visit.done("customer.done.plan_accepted", name=name)
    return visit.go(customer_path(row, "agreements/"))
