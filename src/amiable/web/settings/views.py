"""Settings: the company's identity, its hours and closed days, how long data are kept."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.http import HttpResponse

from amiable.desk.access import Power
from amiable.desk.calendar import is_open, next_holidays, opens_next
from amiable.desk.company_logo import logo_of
from amiable.desk.identity import vat_of_siren
from amiable.desk.retention import forget, look_at_forgettable
from amiable.desk.settings import (
    HOURS,
    IDENTITY,
    RETENTION,
    CurrencyLocked,
    SettingsMoved,
    change_settings,
    currency_is_locked,
    seen_settings,
)
from amiable.web.settings.forms import (
    ClosedForm,
    HoursForm,
    IdentityForm,
    RetentionForm,
    SettingsForm,
)
from amiable.web.visit import Visit, page


def _saved(visit: Visit, names: Sequence[str], values: dict[str, Any], form: SettingsForm) -> bool:
    """Whether the settings are saved (and the visitor told); False: the form has the reason."""
    seen = visit.request.POST.get("seen", "")
    try:
        changed = change_settings(visit.actor, names, values, seen=seen, at=visit.at)
    except SettingsMoved:
        if form.is_bound:
            form.add_error(None, visit.say("settings.moved"))
        else:
            visit.warn("settings.moved")
        return False
    except CurrencyLocked:
        form.refuse("currency", "settings.currency_locked")
        return False
    visit.done("settings.saved" if changed else "settings.unchanged")
    return True


# --- identity ---------------------------------------------------------------------------------


@page(Power.SETTINGS, methods=("GET", "POST"))
def identity(visit: Visit) -> HttpResponse:
    """Who the company is."""
    company = visit.company
    locked = currency_is_locked(company)
    if visit.request.method == "POST":
        form = IdentityForm(
            visit.request.POST,
            company=company,
            locked=locked,
            initial={"currency": company.currency},
        )
        if form.is_valid() and _saved(visit, IDENTITY, form.cleaned_data, form):
            return visit.go("settings/")
    else:
        known = {name: getattr(company, name) for name in IDENTITY}
        form = IdentityForm(initial=known, company=company, locked=locked)
    # The numbers that follow from one another are offered, never written by themselves.
    offered = ""
    if company.siren and not company.vat and company.country == "FR":
        offered = vat_of_siren(company.siren)
    return visit.render(
        "settings/identity.html",
        form=form,
        seen=_seen(visit, IDENTITY, form),
        vat_offered=offered,
        has_logo=logo_of(company) is not None,
    )


def _seen(visit: Visit, names: Sequence[str], *forms: SettingsForm) -> str:
    """What the settings were when the page was first shown: after a clash, what they are now."""
    told = any(form.is_bound and form.non_field_errors() for form in forms)
    sent = visit.request.POST.get("seen", "")
    return sent if sent and not told else seen_settings(visit.company, names)


# --- hours and closed days --------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class ClosedTime:
    """A time in which the company is closed; ``last`` is the last closed day."""

    number: int
    first: date
    last: date


@page(Power.SETTINGS, methods=("GET", "POST"))
def hours(visit: Visit) -> HttpResponse:
    """When messages may leave."""
    company = visit.company
    known = {name: getattr(company, name) for name in HOURS}
    known["automatic"] = company.automatic_from is not None
    form, closed_form = HoursForm(initial=known, country=company.country), ClosedForm()
    if visit.request.method == "POST":
        deed = visit.request.POST.get("do", "hours")
        if deed == "hours":
            form = HoursForm(visit.request.POST, country=company.country)
            done = form.is_valid() and _saved(visit, HOURS, form.cleaned_data, form)
        else:
            closed_form = ClosedForm(visit.request.POST if deed == "close" else None)
            done = _change_closed(visit, deed, closed_form)
        if done:
            return visit.go("settings/hours/")
    return visit.render(
        "settings/hours.html",
        form=form,
        closed_form=closed_form,
        closed=_closed_times(visit),
        holidays=next_holidays(company, visit.today, visit.language),
        open_now=is_open(company, visit.at),
        opens=opens_next(company, visit.at),
        seen=_seen(visit, HOURS, form, closed_form),
    )


def _closed_times(visit: Visit) -> list[ClosedTime]:
    return [
        ClosedTime(
            number=number,
            first=date.fromisoformat(first),
            last=date.fromisoformat(until) - timedelta(days=1),
        )
        for number, (first, until) in enumerate(visit.company.closed)
    ]


def _change_closed(visit: Visit, deed: str, form: ClosedForm) -> bool:
    """Add the time typed, or take one away: ``open:3`` is the fourth."""
    if deed == "close":
        if not form.is_valid():
            return False
        until = form.cleaned_data["closed_to"] + timedelta(days=1)
        pair = [form.cleaned_data["closed_from"].isoformat(), until.isoformat()]
        closed = sorted([*(one for one in visit.company.closed if one != pair), pair])
    else:
        number = deed.partition(":")[2]
        closed = [one for at, one in enumerate(visit.company.closed) if str(at) != number]
    return _saved(visit, HOURS, {"closed": closed}, form)


# --- data -------------------------------------------------------------------------------------


@page(Power.SETTINGS, methods=("GET", "POST"))
def data(visit: Visit) -> HttpResponse:
    """How long people are remembered, and forgetting those of long ago."""
    form = RetentionForm(initial={"retention_months": visit.company.retention_months})
    if visit.request.method == "POST":
        if visit.request.POST.get("do") == "forget":
            return _forget(visit)
        form = RetentionForm(visit.request.POST)
        if form.is_valid() and _saved(visit, RETENTION, form.cleaned_data, form):
            return visit.go("settings/data/")
    return visit.render(
        "settings/data.html",
        form=form,
        found=look_at_forgettable(visit.company, visit.today),
        seen=_seen(visit, RETENTION, form),
    )


def _forget(visit: Visit) -> HttpResponse:
    """It cannot be undone, so the number of customers must be the one that was confirmed."""
    found = look_at_forgettable(visit.company, visit.today)
    sure = visit.request.POST.get("sure") == "1"
    if not sure or visit.request.POST.get("count") != str(found.count):
        visit.warn("settings.forget_unsure")
    else:
        visit.done("settings.forgotten", n=forget(visit.actor, today=visit.today, at=visit.at))
    return visit.go("settings/data/")
