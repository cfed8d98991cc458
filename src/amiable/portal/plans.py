"""Instalment plans on the portal: read one, keep it, accept it in writing."""

from typing import Any

from django import forms
from django.http import HttpResponse

from amiable.desk.agreement import PlanView
from amiable.desk.agreement_paper import agreement_file
from amiable.desk.portal import portal_plan
from amiable.desk.portal_change import accept_plan
from amiable.desk.portal_link import LinkGone
from amiable.portal.files import as_file
from amiable.portal.forms import PortalForm
from amiable.portal.visit import PortalVisit, portal_page


class AcceptForm(PortalForm):
    """Who accepts, having read it."""

    name = forms.CharField(max_length=200, widget=forms.TextInput({"autocomplete": "name"}))
    agreed = forms.BooleanField()

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        del self.fields["once"]  # a plan is accepted once by itself


def _plan(visit: PortalVisit, pk: int) -> PlanView:
    guest = visit.guest
    found = portal_plan(guest.company, guest.customer, guest.today, pk)
    if found is None:
        raise LinkGone(str(pk))
    return found


@portal_page("POST")
def plan(visit: PortalVisit, plan: int) -> HttpResponse:
    """The parts, the document, and what to sign."""
    found = _plan(visit, plan)
    form = AcceptForm(
        visit.request.POST or None,
        spoken=visit.language,
        initial={"name": visit.guest.contact.name},
    )
    if visit.request.method == "POST" and visit.look:
        return visit.render("look_only.html", status=403)
    if visit.request.method == "POST" and form.is_valid():
        accept_plan(visit.guest, found.row, form.cleaned_data["name"])
        return visit.go(f"plans/{plan}/")
    status = 422 if form.errors else 200
    return visit.render("plan.html", status=status, plan=found, form=form)


@portal_page()
def document(visit: PortalVisit, plan: int) -> HttpResponse:
    """The plan as a PDF: the very one that was accepted, else one to read."""
    return as_file(agreement_file(visit.guest.company, _plan(visit, plan).row))
