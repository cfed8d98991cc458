"""One's own account: name, language, ways to sign in, companies; and a further company."""

from dataclasses import dataclass
from datetime import UTC, datetime

from allauth.mfa.models import Authenticator
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import translation
from django.views.decorators.cache import never_cache

from amiable.desk.access import POWERS, Power
from amiable.desk.people import found_further, may_found
from amiable.store.membership import memberships_of
from amiable.store.models import Membership, User
from amiable.store.models.membership import Role
from amiable.store.user import describe_user
from amiable.web.language import reader_language
from amiable.web.people.forms import CompanyForm, MeForm
from amiable.words import say


@dataclass(frozen=True, slots=True, kw_only=True)
class MePage:
    """``codes`` counts the recovery codes left; None: there are none to need. ``reports``: the
    memberships whose weekly report may be had by mail."""

    memberships: list[Membership]
    reports: set[int]
    totp: bool
    keys: list[Authenticator]
    codes: int | None
    may_found: bool


@never_cache
@login_required
def me(request: HttpRequest) -> HttpResponse:
    """One's own account."""
    user = request.user
    assert isinstance(user, User)
    form = MeForm(request.POST or None, initial={"name": user.name, "language": user.language})
    if request.method == "POST" and form.is_valid():
        describe_user(user, form.cleaned_data["name"], form.cleaned_data["language"])
        with translation.override(user.language):
            messages.success(request, say(reader_language(), "me.saved"))
        return redirect("/accounts/me/")
    status = 422 if request.method == "POST" else 200
    shown = {"page": _page(user), "form": form}
    return render(request, "people/me.html", shown, status=status)


def _page(user: User) -> MePage:
    factors = list(Authenticator.objects.filter(user=user).order_by("pk"))
    codes = [one for one in factors if one.type == Authenticator.Type.RECOVERY_CODES]
    memberships = memberships_of(user.pk)
    proof = {one.pk for one in memberships if Power.PROOF in POWERS[Role(one.role)]}
    return MePage(
        memberships=memberships,
        reports=proof,
        totp=any(one.type == Authenticator.Type.TOTP for one in factors),
        keys=[one for one in factors if one.type == Authenticator.Type.WEBAUTHN],
        codes=len(codes[0].wrap().get_unused_codes()) if codes else None,
        may_found=may_found(user),
    )


def to_me(_: HttpRequest) -> HttpResponse:
    """Pages of allauth that our own page stands for."""
    return redirect("/accounts/me/")


@login_required
def new_company(request: HttpRequest) -> HttpResponse:
    """Create a further company, for whoever administers one."""
    user = request.user
    assert isinstance(user, User)
    if not may_found(user):
        raise PermissionDenied("only an administrator creates a further company")
    if request.method != "POST":
        form = CompanyForm(initial={"company_email": user.email, "company_language": user.language})
        return render(request, "people/new_company.html", {"form": form})
    form = CompanyForm(request.POST)
    if not form.is_valid():
        return render(request, "people/new_company.html", {"form": form}, status=422)
    company = found_further(user, form.identity(), datetime.now(UTC))
    return redirect(f"/c/{company.key}/people/first-steps/")
