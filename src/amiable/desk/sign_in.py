"""Sign-ins: what concerns a person rather than a company, written down in each of theirs."""

from datetime import datetime

from django.db import transaction

from amiable.desk.access import Actor
from amiable.desk.audit import recorded
from amiable.store.membership import memberships_of
from amiable.store.models import User
from amiable.store.models.audit_entry import Door
from amiable.store.models.membership import Role
from amiable.store.user import find_user


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
