"""What allauth tells of signing in, written into the audit log of the person's companies."""

from datetime import UTC, datetime
from typing import Any

from allauth.account import signals as account
from allauth.account.adapter import get_adapter
from allauth.mfa import signals as mfa
from django.contrib.auth.signals import user_logged_out, user_login_failed
from django.dispatch import Signal
from django.http import HttpRequest

from amiable.desk.sign_in import note_failed_sign_in, note_sign_in_deed
from amiable.store.models import User

_DEEDS: tuple[tuple[Signal, str], ...] = (
    (account.user_logged_in, "signed_in"),
    (user_logged_out, "signed_out"),
    (account.password_changed, "password_changed"),
    (account.password_set, "password_changed"),
    (account.password_reset, "password_reset"),
    (mfa.authenticator_added, "factor_added"),
    (mfa.authenticator_removed, "factor_removed"),
    (mfa.authenticator_reset, "factor_reset"),
    (mfa.authentication_failed, "factor_failed"),
)


def listen() -> None:
    """Listen from now on; called once when Django starts."""
    for signal, code in _DEEDS:
        signal.connect(_noting(code), dispatch_uid=f"amiable.{code}.{id(signal)}", weak=False)
    user_login_failed.connect(_failed, dispatch_uid="amiable.failed")


def _noting(code: str) -> Any:
    def note(request: HttpRequest | None = None, user: User | None = None, **_: Any) -> None:
        if isinstance(user, User):
            note_sign_in_deed(user, code, datetime.now(UTC), _ip(request))

    return note


def _failed(credentials: dict[str, Any], request: HttpRequest | None = None, **_: Any) -> None:
    email = str(credentials.get("email") or credentials.get("username") or "")
    if email:
        note_failed_sign_in(email, datetime.now(UTC), _ip(request))


def _ip(request: HttpRequest | None) -> str:
    return str(get_adapter().get_client_ip(request)) if request is not None else ""
