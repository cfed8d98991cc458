"""The portal in the settings: open or closed, how long a link opens, a look at it."""

from django import forms
from django.http import HttpResponse
from django.shortcuts import redirect

from amiable.desk.access import Power
from amiable.desk.portal_link import look_address
from amiable.desk.settings import PORTAL, SettingsMoved, change_settings, seen_settings
from amiable.store.portal import customer_owing_most
from amiable.web.settings.forms import SettingsForm
from amiable.web.visit import Visit, page


class PortalForm(SettingsForm):
    """Open or closed, and for how long."""

    portal_open = forms.BooleanField(required=False)
    portal_days = forms.IntegerField(min_value=1, max_value=730)


@page(Power.SETTINGS, methods=("GET", "POST"))
def portal(visit: Visit) -> HttpResponse:
    """Whether customers may open their page."""
    company = visit.company
    known = {name: getattr(company, name) for name in PORTAL}
    form = PortalForm(initial=known)
    if visit.request.method == "POST":
        form = PortalForm(visit.request.POST)
        if form.is_valid():
            seen = visit.request.POST.get("seen", "")
            try:
                changed = change_settings(
                    visit.actor, PORTAL, form.cleaned_data, seen=seen, at=visit.at
                )
            except SettingsMoved:
                visit.warn("settings.moved")
            else:
                visit.done("settings.saved" if changed else "settings.unchanged")
            return visit.go("settings/portal/")
    return visit.render(
        "settings/portal.html",
        status=422 if form.errors else 200,
        form=form,
        seen=seen_settings(company, PORTAL),
        sample=customer_owing_most(company, visit.actor.only),
    )


@page(Power.SETTINGS, methods=("POST",))
def portal_look(visit: Visit) -> HttpResponse:
    """See the page as a customer does: of the one whose invoice has been open the longest."""
    sample = customer_owing_most(visit.company, visit.actor.only)
    if sample is None:
        visit.warn("portal.settings.nobody")
        return visit.go("settings/portal/")
    return redirect(look_address(visit.actor, sample, visit.at))
