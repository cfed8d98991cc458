"""Memberships: which companies are open to a user, and who stands in for whom."""

from datetime import date

from django.db.models import Q

from amiable.store.models import Company, Membership, User
from amiable.store.models.membership import Role


def membership_of(user: int, company_key: str) -> Membership | None:
    """The active membership of a user in a company, with the company."""
    # The one look across companies: it decides which company a request is about.
    rows = Membership.everywhere.filter(user_id=user, active=True, company__key=company_key)
    found: Membership | None = rows.select_related("company").first()
    return found


def companies_of(user: int) -> list[Company]:
    """The companies a user is an active member of, by name."""
    rows = Membership.everywhere.filter(user_id=user, active=True)
    return list(Company.objects.filter(pk__in=rows.values("company")).order_by("name", "pk"))


def stands_in_for(company: int, user: int, on: date) -> tuple[int, ...]:
    """The users absent on a day whom this one stands in for."""
    rows = Membership.objects.of(company).filter(stand_in_id=user, absent_from__lte=on)
    rows = rows.filter(Q(absent_until=None) | Q(absent_until__gt=on))
    return tuple(rows.order_by("pk").values_list("user_id", flat=True))


def members(company: int) -> list[Membership]:
    """The members of a company, active ones first, by name."""
    rows = Membership.objects.of(company).select_related("user", "stand_in")
    return list(rows.order_by("-active", "user__name", "user__email"))


def add_member(company: int, user: User, role: Role) -> Membership:
    """Make a user an active member with a role; somebody who was one before comes back, and gets no
    weekly report before they ask for it anew."""
    rows = Membership.objects.of(company)
    rows.filter(user=user, active=False).update(weekly_report_from=None)
    row, _ = rows.update_or_create(
        user=user, defaults={"company_id": company, "role": role.value, "active": True}
    )
    return row


def member_of(company: int, user: int) -> Membership | None:
    """The membership of a user in a company, active or not."""
    rows = Membership.objects.of(company).select_related("user", "stand_in")
    return rows.filter(user_id=user).first()


def memberships_of(user: int) -> list[Membership]:
    """The active memberships of a user, with their companies, by name."""
    # Across companies: they are those of one person.
    rows = Membership.everywhere.filter(user_id=user, active=True).select_related("company")
    return list(rows.order_by("company__name", "company_id"))


def administrators(company: int) -> list[int]:
    """The users who administer a company now."""
    rows = Membership.objects.of(company).filter(active=True, role=Role.ADMINISTRATOR.value)
    return list(rows.filter(user__is_active=True).order_by("pk").values_list("user_id", flat=True))
