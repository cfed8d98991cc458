"""People: the first administrator, the demo's user, and who may found a company."""

import hmac
import json
from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import datetime
from secrets import token_urlsafe

from django.db import transaction

from amiable.desk.access import Actor
from amiable.desk.audit import recorded
from amiable.desk.company import create_company
from amiable.desk.dispatch import SECOND_THOUGHTS
from amiable.engine import parties
from amiable.engine.parties import Language
from amiable.store.company import list_companies
from amiable.store.kept import forget, keep, kept
from amiable.store.membership import add_member, memberships_of
from amiable.store.models import Company, User
from amiable.store.models.membership import Role
from amiable.store.user import add_user, any_user, find_user, lock_user, set_password
from amiable.store.worklist import latest_deeds

_FIRST_RUN = "first-run.secret"
_DEMO = "demo/sign-in.json"
_JOINED = "joined"
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
    return bool(wanted) and hmac.compare_digest(secret.encode(), wanted.encode()) and not any_user()


class FirstRunOver(ValueError):
    """Somebody was first: a user exists already."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Newcomer:
    """The person of the first run; ``encoded`` is the password's hash, never the password."""

    email: str
    name: str
    language: Language
    encoded: str


def found(
    newcomer: Newcomer,
    identity: parties.Company | None,
    existing: Collection[int],
    at: datetime,
) -> tuple[User, Company]:
    """Make the first administrator: of a new company, or of some that exist (primary keys).

    All or nothing. Raises FirstRunOver.
    """
    with transaction.atomic():
        chosen = [row for row in list_companies() if row.pk in existing]
        if any_user():
            raise FirstRunOver(newcomer.email)
        user = add_user(newcomer.email, name=newcomer.name, language=newcomer.language)
        user.password = newcomer.encoded
        user.save(update_fields=["password"])
        if identity is not None:
            chosen.insert(0, _new_company(identity, at))
        for company in chosen:
            _administer(user, company, at)
        forget(_FIRST_RUN)
    return user, chosen[0]


def may_found(user: User) -> bool:
    """Whether a user may create a further company: who administers one may."""
    return any(row.role == Role.ADMINISTRATOR for row in memberships_of(user.pk))


def found_further(user: User, identity: parties.Company, at: datetime) -> Company:
    """Create a further company, administered by the user who asks.

    Sent twice, the same form founds one: who founded a company of this name within the minute
    gets that one.
    """
    with transaction.atomic():
        lock_user(user)
        founded = _just_founded(user, identity, at)
        if founded is not None:
            return founded
        company = _new_company(identity, at)
        _administer(user, company, at)
    return company


def _just_founded(user: User, identity: parties.Company, at: datetime) -> Company | None:
    for row in memberships_of(user.pk):
        same = (row.company.name, row.company.siren) == (identity.name, identity.siren)
        if same and latest_deeds(row.company_id, user.pk, [_JOINED], at - SECOND_THOUGHTS):
            return row.company
    return None


def _new_company(identity: parties.Company, at: datetime) -> Company:
    """Create a company under a key nobody has: never a second time the same."""
    taken = {row.key for row in list_companies()}
    key = next(
        key
        for number in range(1, len(taken) + 2)
        if (key := identity.key if number == 1 else f"{identity.key[:50]}-{number}") not in taken
    )
    return create_company(replace(identity, key=key), at=at)


def _administer(user: User, company: Company, at: datetime) -> None:
    add_member(company.pk, user, Role.ADMINISTRATOR)
    actor = Actor(company=company, role=Role.ADMINISTRATOR, user=user, name=str(user))
    with recorded(actor, _JOINED, at=at, role=Role.ADMINISTRATOR.value):
        pass


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
