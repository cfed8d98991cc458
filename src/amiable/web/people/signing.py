"""Signing in right after an account was made: the password was typed a moment ago."""

from allauth.account.internal.flows.login import record_authentication
from django.conf import settings
from django.contrib.auth import login
from django.http import HttpRequest

from amiable.store.models import User


def sign_in(request: HttpRequest, user: User) -> None:
    """Sign a new user in; like a sign-in by password, it allows to change the account."""
    login(request, user, backend=settings.AUTHENTICATION_BACKENDS[0])
    record_authentication(request, user, method="password", email=user.email)
