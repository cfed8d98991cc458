"""Membership: what one user may do in one company, and who stands in meanwhile."""

from enum import StrEnum

from django.conf import settings
from django.db import models

from amiable.store.models.columns import choice_column, one_of
from amiable.store.scope import CompanyRow


class Role(StrEnum):
    """What a member does in the company; `desk.access` says what each role may do."""

    ADMINISTRATOR = "administrator"
    MANAGER = "manager"
    COLLECTOR = "collector"
    OUTSIDE = "outside"  # an outside collector: sees the customers assigned to them, no others
    READER = "reader"  # a reader or auditor: sees everything, changes nothing


class Membership(CompanyRow):
    """``active`` false: the person left; what they did stays theirs.

    Absent on ``[absent_from, absent_until)``: ``stand_in`` sees their customers as their own.
    ``weekly_report_from``: the Monday of the first weekly report they asked for; null: they want
    none.
    """

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="memberships")
    role = choice_column(Role.COLLECTOR)
    active = models.BooleanField(default=True)
    absent_from = models.DateField(null=True)
    absent_until = models.DateField(null=True)
    stand_in = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    weekly_report_from = models.DateField(null=True)

    class Meta(CompanyRow.Meta):
        """One row a person and company."""

        constraints = [
            models.UniqueConstraint(fields=["company", "user"], name="membership_user"),
            one_of("role", Role, "membership"),
        ]
