"""Handover: many customers went from one person to another at once; it can be taken back."""

from django.conf import settings
from django.db import models

from amiable.store.scope import CompanyRow


class Handover(CompanyRow):
    """``giver`` or ``taker`` null: nobody in person.

    ``by_hand`` and ``by_rule`` are the primary keys of the customers that went, apart by how they
    had come to the giver.
    """

    giver = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    taker = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    at = models.DateTimeField()
    count = models.PositiveIntegerField()
    by_hand = models.JSONField(default=list)
    by_rule = models.JSONField(default=list)
    undone_at = models.DateTimeField(null=True)

    class Meta(CompanyRow.Meta):
        """Listed newest first."""

        indexes = [models.Index(fields=["company", "id"], name="handover_company")]
