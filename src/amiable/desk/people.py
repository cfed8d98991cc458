"""People: the first administrator, the demo's user, and what each member of a company may do."""

import hmac
import json
from secrets import token_urlsafe

from django.db import transaction

from amiable.store.kept import forget, keep, kept
from amiable.store.membership import add_member
from amiable.store.models import Company
from amiable.store.models.membership import Role
from amiable.store.user import add_user, any_user, find_user, set_password

_FIRST_RUN = "first-run.secret"
_DEMO = "demo/sign-in.json"
_DEMO_EMAIL = "demo@amiable.example"
_DEMO_NAME = "Léa Martin"


def first_run_link(base_url: str) -> str | None:
    """Where the first administrator is made; None once anybody can sign in.

    The link holds a secret kept under AMIABLE_VAR: only who sees the server's terminal, or its
    files, can use it.
    """
    if any_user():
        forget(_FIRST_RUN)
        return None
    secret = kept(_FIRST_RUN)
    if not secret:
        secret = token_urlsafe(24)
        keep(_FIRST_RUN, secret)
    return f"{base_url.rstrip('/')}/start/{secret}/"


def opens_first_run(secret: str) -> bool:
    """Whether a secret is the one of the link, and nobody can sign in yet."""
    wanted = kept(_FIRST_RUN)
    return bool(wanted) and hmac.compare_digest(secret, wanted) and not any_user()


def demo_user(company: Company) -> tuple[str, str]:
    """The demo's administrator: e-mail and password, made at random for this installation.

    Created if there is none; a password that was lost or changed is set anew.
    """
    password = json.loads(kept(_DEMO) or "{}").get("password", "")
    with transaction.atomic():
        user = find_user(_DEMO_EMAIL)
        if user is None:
            user = add_user(_DEMO_EMAIL, name=_DEMO_NAME)
        if not password or not user.is_active or not user.check_password(password):
            password = token_urlsafe(12)
            user.is_active = True
            user.save(update_fields=["is_active"])
            set_password(user, password)
        add_member(company.pk, user, Role.ADMINISTRATOR)
    keep(_DEMO, json.dumps({"email": _DEMO_EMAIL, "password": password}))
    return _DEMO_EMAIL, password
