"""Invitations, the guest's side: the page behind the link."""

from datetime import UTC, datetime

from allauth.decorators import rate_limit
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache

from amiable.desk.invitation import (
    InvitationGone,
    OtherAddress,
    accept_as,
    accept_as_new,
    invitation_for,
)
from amiable.store.models import Invitation, User
from amiable.store.user import find_user
from amiable.web.language import reader_language
from amiable.web.people.forms import AcceptForm
from amiable.web.people.signing import sign_in
from amiable.words import say, term


@never_cache
@rate_limit(action="reset_password_from_key")  # type: ignore[untyped-decorator]
def accept(request: HttpRequest, secret: str) -> HttpResponse:
    """Accept an invitation: with a new account, or with the one that is signed in."""
    at = datetime.now(UTC)
    try:
        row = invitation_for(secret, at)
        if request.user.is_authenticated:
            assert isinstance(request.user, User)
            return _with_account(request, request.user, row, secret, at)
        if find_user(row.email) is not None:
            return _page(request, row, "known")
        return _as_new(request, row, secret, at)
    except InvitationGone as gone:
        reason = say(reader_language(), f"invitation.gone.{gone.why}")
        return render(request, "people/invitation_gone.html", {"reason": reason}, status=404)


def _with_account(
    request: HttpRequest, user: User, row: Invitation, secret: str, at: datetime
) -> HttpResponse:
    if user.email != row.email:
        if request.method == "POST" and "leave" in request.POST:
            logout(request)
            return redirect(request.path)
        return _page(request, row, "other")
    if request.method == "POST":
        accept_as(secret, user, at)
        return redirect(f"/c/{row.company.key}/")
    return _page(request, row, "same")


def _as_new(request: HttpRequest, row: Invitation, secret: str, at: datetime) -> HttpResponse:
    if request.method != "POST":
        form = AcceptForm(email=row.email, initial={"name": row.name})
        return _page(request, row, "new", form)
    form = AcceptForm(request.POST, email=row.email)
    if not form.is_valid():
        return _page(request, row, "new", form, 422)
    try:
        user = accept_as_new(secret, form.cleaned_data["name"], form.cleaned_data["password"], at)
    except OtherAddress:  # the account was made meanwhile
        return _page(request, row, "known")
    sign_in(request, user)
    return redirect(f"/c/{row.company.key}/")


def _page(
    request: HttpRequest,
    row: Invitation,
    who: str,
    form: AcceptForm | None = None,
    status: int = 200,
) -> HttpResponse:
    """``who``: new, known (has an account), same (signed in), other (signed in as another)."""
    role = term(reader_language(), "member_role", row.role)
    shown = {"invitation": row, "who": who, "form": form, "role": role}
    return render(request, "people/invitation.html", shown, status=status)
