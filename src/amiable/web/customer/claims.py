"""The customer says it has paid: written down, then closed by whoever looked for the money."""

from typing import Any

from django import forms
from django.http import Http404, HttpResponse

from amiable.desk.access import Power, customer_for
from amiable.desk.audit import subject
from amiable.desk.payment_claim import close_claim, record_claim
from amiable.desk.sight import items_of, sight_of
from amiable.store.agreement import agreement_row
from amiable.store.models import PaymentClaim
from amiable.web.customer.deeds import show_form
from amiable.web.customer.forms import AboutForm, AmountField, day_field, sum_due
from amiable.web.customer.head import customer_path, deed
from amiable.web.visit import Visit, page


class ClaimForm(AboutForm):
    """When it paid, how much, under which reference: whatever it said of that."""

    paid_on = day_field(required=False)
    amount = AmountField(required=False)
    reference = forms.CharField(required=False, max_length=140)
    helped = ("paid_on", "invoices")
    field_order = ("paid_on", "amount", "reference", "invoices")

    def __init__(self, *args: Any, currency: str, **more: Any) -> None:
        super().__init__(*args, **more)
        self.fields["amount"].currency = currency  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """What has been paid was paid by today."""
        paid_on = self.cleaned_data.get("paid_on")
        if paid_on is not None and paid_on > self.today:
            self.refuse("paid_on", "paid_ahead")
        return self.cleaned_data


@page(Power.WORK, methods=("GET", "POST"))
def claim(visit: Visit, pk: int) -> HttpResponse:
    """It says it has paid."""
    row = customer_for(visit.actor, pk)
    sight = sight_of(visit.company, row, visit.today)
    form = ClaimForm(
        visit.request.POST if visit.request.method == "POST" else None,
        items=items_of(sight, visit.language),
        today=visit.today,
        currency=sum_due(sight).currency,
    )
    if visit.request.method != "POST" or not form.is_valid():
        return show_form(visit, row, form, "claim")
    values = form.cleaned_data
    with deed(visit, row, "claim_recorded") as entry:
        made = record_claim(
            visit.company,
            row,
            said_on=visit.today,
            paid_on=values["paid_on"],
            amount=values["amount"],
            reference=values["reference"],
            invoices=form.chosen,
            at=visit.at,
        )
        entry.subject = subject(made)
    visit.done("customer.done.claim")
    return visit.go(customer_path(row))


@page(Power.WORK, methods=("POST",))
def claim_close(visit: Visit, pk: int, claim: int) -> HttpResponse:
    """Somebody looked: the money is there, or is waited for no longer."""
    row = customer_for(visit.actor, pk)
    made = agreement_row(PaymentClaim, visit.company.pk, row.pk, claim)
    if made is None:
        raise Http404
    found = visit.request.POST.get("found") == "1"
    code = "claim_found" if found else "claim_given_up"
    if made.closed_on is not None:
        visit.warn("customer.already")
    else:
        with deed(visit, row, code) as entry:
            close_claim(visit.company, made, found=found, on=visit.today)
            entry.subject = subject(made)
        visit.done(f"customer.done.{code}")
    return visit.go(customer_path(row, "agreements/"))
