"""Weekly report: that a week's report goes, or went, to a member; the row comes before the call."""

from enum import StrEnum

from django.conf import settings
from django.db import models

from amiable.store.models.columns import choice_column, one_of, text_column
from amiable.store.scope import CompanyRow


class ReportState(StrEnum):
    """CLAIMED: a worker is at it, or died over it, and nobody knows whether it left: it is not
    sent again. FAILED: surely not delivered, tried again from ``retry_at``."""

    CLAIMED = "claimed"
    SENT = "sent"
    FAILED = "failed"
    REFUSED = "refused"
    AMBIGUOUS = "ambiguous"


class WeeklyReport(CompanyRow):
    """``week``: its Monday. ``at``: of the last thing that happened to it. ``detail``: the mail
    server's own words, when it did not take the mail."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    week = models.DateField()
    state = choice_column(ReportState.CLAIMED)
    attempts = models.SmallIntegerField(default=1)
    at = models.DateTimeField()
    retry_at = models.DateTimeField(null=True)
    detail = text_column(1000)

    class Meta(CompanyRow.Meta):
        """Once a week and reader."""

        constraints = [
            models.UniqueConstraint(fields=["company", "user", "week"], name="weekly_report_once"),
            one_of("state", ReportState, "weekly_report"),
        ]
