"""The first run: who sees the server's terminal makes the first administrator and company.

What was said at each step is kept in the session until the last one writes all of it at once,
so that one may go back, or come again later; of the password only the hash is kept.
"""

from datetime import UTC, datetime
from typing import Any

from django.contrib.auth.hashers import make_password
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache

from amiable.desk.people import FirstRunOver, Newcomer, found, opens_first_run
from amiable.engine.parties import Language
from amiable.store.company import list_companies
from amiable.store.models import Company
from amiable.store.user import any_user
from amiable.web.language import reader_language
from amiable.web.people.forms import CompanyForm, NewcomerForm
from amiable.web.people.signing import sign_in

_KEPT = "first_run"


@never_cache
def explained(request: HttpRequest) -> HttpResponse:
    """What to do without the link."""
    return _closed(request, 200)


@never_cache
def you(request: HttpRequest, secret: str) -> HttpResponse:
    """Step 1: the person."""
    if not opens_first_run(secret):
        return _closed(request, 404)
    kept = request.session.get(_KEPT, {})
    if request.method != "POST":
        first = {"language": reader_language().value} | kept
        return _step(request, secret, 1, NewcomerForm(initial=first, kept=bool(kept)))
    form = NewcomerForm(request.POST, kept=bool(kept))
    if not form.is_valid():
        return _step(request, secret, 1, form, 422)
    said = form.cleaned_data
    encoded = make_password(said["password"]) if said["password"] else kept["encoded"]
    request.session[_KEPT] = {
        "email": said["email"].lower(),
        "name": said["name"],
        "language": said["language"],
        "encoded": encoded,
    }
    return redirect(f"/start/{secret}/company/")


@never_cache
def company(request: HttpRequest, secret: str) -> HttpResponse:
    """Step 2: the company, or those that exist already; then everything is written at once."""
    if not opens_first_run(secret):
        return _closed(request, 404)
    kept = request.session.get(_KEPT)
    if not kept:
        return redirect(f"/start/{secret}/")
    existing = list_companies()
    anew = not existing or "anew" in request.GET or "company_name" in request.POST
    form = None
    if request.method == "POST":
        form = CompanyForm(request.POST) if anew else None
        if form is None or form.is_valid():
            return _write(request, kept, form, existing)
    elif anew:
        first = {"company_email": kept["email"], "company_language": kept["language"]}
        form = CompanyForm(initial=first)
    status = 422 if request.method == "POST" else 200
    return _step(request, secret, 2, form, status, existing=existing)


def _write(
    request: HttpRequest, kept: dict[str, str], form: CompanyForm | None, existing: list[Company]
) -> HttpResponse:
    newcomer = Newcomer(
        email=kept["email"],
        name=kept["name"],
        language=Language(kept["language"]),
        encoded=kept["encoded"],
    )
    at = datetime.now(UTC)
    every = [row.pk for row in existing]
    try:
        user, first = found(newcomer, form.identity() if form else None, every, at)
    except FirstRunOver:
        return _closed(request, 404)
    del request.session[_KEPT]
    sign_in(request, user)
    return redirect(f"/c/{first.key}/people/first-steps/")


def _step(
    request: HttpRequest,
    secret: str,
    step: int,
    form: NewcomerForm | CompanyForm | None,
    status: int = 200,
    **more: Any,
) -> HttpResponse:
    shown = {"step": step, "secret": secret, "form": form} | more
    return render(request, "people/start.html", shown, status=status)


def _closed(request: HttpRequest, status: int) -> HttpResponse:
    shown = {"over": any_user()}
    return render(request, "people/start_closed.html", shown, status=status)
