"""Risk notice: an alert somebody has seen, and how bad it was then."""

from django.conf import settings
from django.db import models

from amiable.engine.risk import RiskKind
from amiable.store.models.columns import choice_column, one_of
from amiable.store.scope import CompanyRow


class RiskNotice(CompanyRow):
    """Appended, never changed: the newest of a kind and customer counts.

    ``level`` is how bad it was (see `engine.risk.Risk`): the alert stays away until it is worse,
    or has been seen too long ago (`engine.risk.SEEN_FOR`).
    ``customer`` is null for what concerns the whole company.
    """

    customer = models.ForeignKey(
        "store.Customer", models.CASCADE, null=True, related_name="+", db_index=False
    )
    kind = choice_column()
    level = models.IntegerField()
    seen_at = models.DateTimeField()
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )

    class Meta(CompanyRow.Meta):
        """Found by company and kind; by customer when two are merged."""

        constraints = [one_of("kind", RiskKind, "risk_notice")]
        indexes = [
            models.Index(fields=["company", "kind", "customer"], name="risk_notice_kind"),
            models.Index(fields=["customer"], name="risk_notice_customer"),
        ]
