"""Members: what each person of a company may do, and who stands in when one is away."""

from datetime import date, datetime
from typing import Any

from django.db import transaction

from amiable.desk.access import Actor, OtherCompany
from amiable.desk.assign import hand_over_all
from amiable.desk.audit import recorded, subject
from amiable.engine.parties import Language
from amiable.store.assignment import Conditions
from amiable.store.company import lock_company
from amiable.store.membership import add_member, administrators, member_of
from amiable.store.models import Membership, User
from amiable.store.models.membership import Role
from amiable.store.user import add_user, find_user, open_user


class LastAdministrator(ValueError):
    """The company would be left with nobody who can invite people or change its settings."""


class AbsenceRefused(ValueError):
    """The absence ends before it begins, or the stand-in is no other active member."""


def member_for(actor: Actor, user: int) -> Membership:
    """A member of the company, active or not. Raises OtherCompany."""
    found = member_of(actor.company.pk, user)
    if found is None:
        raise OtherCompany(actor.company, "member")
    return found


def admit(
    actor: Actor, email: str, *, name: str, role: Role, language: Language, at: datetime
) -> User:
    """Open the company to an address: its user is made if there is none, without a password.

    A closed account is opened again; the name of one that has a name stays.
    """
    with transaction.atomic():
        user = find_user(email) or add_user(email, name=name, language=language)
        open_user(user, name)
        facts: dict[str, Any] = {"email": user.email, "role": role.value}
        with recorded(actor, "member_admitted", at=at, **facts) as entry:
            entry.subject = subject(add_member(actor.company.pk, user, role))
    return user


def change_role(actor: Actor, user: int, role: Role, at: datetime) -> Membership:
    """Give a member another role. Raises OtherCompany, LastAdministrator."""
    with transaction.atomic():
        lock_company(actor.company)
        row = member_for(actor, user)
        if row.role == role.value:
            return row
        if row.active and role is not Role.ADMINISTRATOR:
            _demand_another(actor, row)
        facts: dict[str, Any] = {"who": str(row.user), "role": role.value, "before": row.role}
        with recorded(actor, "role_changed", at=at, **facts) as entry:
            row.role = role.value
            row.save(update_fields=["role"])
            entry.subject = subject(row)
    return row


def deactivate(
    actor: Actor, user: int, at: datetime, *, heir: User | None = None, keep: bool = False
) -> Membership:
    """Close the company to a member; their customers go to ``heir``, or back to the rules.

    ``keep``: the customers stay theirs. Raises OtherCompany, LastAdministrator, NotACollector.
    """
    with transaction.atomic():
        lock_company(actor.company)
        row = member_for(actor, user)
        if not row.active:
            return row
        _demand_another(actor, row)
        with recorded(actor, "member_deactivated", at=at, who=str(row.user)) as entry:
            row.active = False
            row.absent_from = row.absent_until = row.stand_in = row.weekly_report_from = None
            row.save()
            entry.subject = subject(row)
        if not keep:
            hand_over_all(actor, row.user, heir, Conditions(), at)
    return row


def reactivate(actor: Actor, user: int, at: datetime) -> Membership:
    """Open the company to a former member again, in the role they had. Raises OtherCompany.

    The weekly report comes only when they ask for it anew.
    """
    with transaction.atomic():
        row = member_for(actor, user)
        if row.active:
            return row
        with recorded(actor, "member_reactivated", at=at, who=str(row.user)) as entry:
            row.active, row.weekly_report_from = True, None
            row.save(update_fields=["active", "weekly_report_from"])
            entry.subject = subject(row)
    return row


def set_absence(
    actor: Actor,
    user: int,
    *,
    absent_from: date,
    absent_until: date | None,
    stand_in: int | None,
    at: datetime,
) -> Membership:
    """Note an absence on ``[from, until)``; the stand-in sees the customers as their own.

    Raises OtherCompany, AbsenceRefused.
    """
    if absent_until is not None and absent_until <= absent_from:
        raise AbsenceRefused("until")
    with transaction.atomic():
        row = member_for(actor, user)
        other = member_of(actor.company.pk, stand_in) if stand_in else None
        if stand_in and (other is None or not other.active or other.user_id == row.user_id):
            raise AbsenceRefused("stand_in")
        facts: dict[str, Any] = {"who": str(row.user), "on": absent_from.isoformat()}
        with recorded(actor, "absence_set", at=at, **facts) as entry:
            row.absent_from, row.absent_until = absent_from, absent_until
            row.stand_in = other.user if other else None
            row.save(update_fields=["absent_from", "absent_until", "stand_in"])
            entry.subject = subject(row)
    return row


def end_absence(actor: Actor, user: int, at: datetime) -> Membership:
    """The member is back. Raises OtherCompany."""
    with transaction.atomic():
        row = member_for(actor, user)
        with recorded(actor, "absence_ended", at=at, who=str(row.user)) as entry:
            row.absent_from = row.absent_until = row.stand_in = None
            row.save(update_fields=["absent_from", "absent_until", "stand_in"])
            entry.subject = subject(row)
    return row


def _demand_another(actor: Actor, row: Membership) -> None:
    """An administrator may go only when another stays."""
    if row.role == Role.ADMINISTRATOR and administrators(actor.company.pk) == [row.user_id]:
        raise LastAdministrator(str(row.user))
