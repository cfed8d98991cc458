"""Home: to the desk of the company one works for."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from amiable.desk.access import companies_open_to
from amiable.store.models import User


@login_required
def home(request: HttpRequest) -> HttpResponse:
    """The first company's desk; a page that says what to do when there is none."""
    assert isinstance(request.user, User)
    companies = companies_open_to(request.user)
    if companies:
        return redirect(f"/c/{companies[0].key}/")
    return render(request, "desk/no_company.html")
