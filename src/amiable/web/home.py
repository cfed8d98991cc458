"""Home: to the desk of the company one works for."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from amiable.desk.access import companies_open_to
from amiable.store.models import User
from amiable.store.user import any_user
from amiable.web.visit import LAST_COMPANY


def home(request: HttpRequest) -> HttpResponse:
    """The desk one was at last; for the very first visitor, how to begin."""
    if not request.user.is_authenticated and not any_user():
        return redirect("/start/")
    return _desk(request)


@login_required
def _desk(request: HttpRequest) -> HttpResponse:
    """A page that says what to do when no company is open."""
    assert isinstance(request.user, User)
    companies = companies_open_to(request.user)
    if not companies:
        return render(request, "desk/no_company.html")
    last = request.session.get(LAST_COMPANY)
    key = last if last in {company.key for company in companies} else companies[0].key
    return redirect(f"/c/{key}/")
