"""Sign-ins: what concerns a person rather than a company, written down in each of theirs."""

from datetime import datetime

from allauth.account import app_settings
from allauth.account.utils import user_pk_to_url_str
from allauth.mfa.models import Authenticator
from django.db import transaction

from amiable.desk.access import Actor
from amiable.desk.audit import recorded
from amiable.desk.member import LastAdministrator
from amiable.store.membership import administrators, memberships_of
from amiable.store.models import User
from amiable.store.models.audit_entry import Door
from amiable.store.models.membership import Role
from amiable.store.user import close_user, find_user


def note_sign_in_deed(
    user: User, code: str, at: datetime, ip: str = "", door: Door = Door.DESK
) -> None:
    """Write down in every company of a user what they did about signing in."""
    with transaction.atomic():
        for row in memberships_of(user.pk):
            actor = Actor(
                company=row.company, role=Role(row.role), user=user, name=str(user), door=door
            )
            with recorded(actor, code, at=at, ip=ip):
                pass


def note_failed_sign_in(email: str, at: datetime, ip: str) -> None:
    """Write down that somebody tried to sign in as a user and could not."""
    user = find_user(email)
    if user is not None:
        note_sign_in_deed(user, "sign_in_failed", at, ip)


def password_link(user: User, base_url: str) -> str:
    """Where a user sets a new password: the very link the mail of a forgotten one holds."""
    key = app_settings.PASSWORD_RESET_TOKEN_GENERATOR().make_token(user)
    return f"{base_url}/accounts/password/reset/key/{user_pk_to_url_str(user)}-{key}/"


def close_account(user: User, at: datetime, door: Door) -> None:
    """Close an account for every company. Raises LastAdministrator, naming the company."""
    with transaction.atomic():
        for row in memberships_of(user.pk):
            if administrators(row.company_id) == [user.pk]:
                raise LastAdministrator(row.company.name)
        note_sign_in_deed(user, "account_closed", at, door=door)
        close_user(user)


def forget_factors(user: User) -> int:
    """Take a user's second factors away (the telephone is lost); returns how many there were."""
    rows = Authenticator.objects.filter(user=user)
    count = int(rows.count())
    rows.delete()
    return count
