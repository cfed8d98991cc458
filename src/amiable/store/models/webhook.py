"""Webhook: another system is told what happens, each delivery with its log."""

from enum import StrEnum

from django.db import models

from amiable.store.models.columns import choice_column, one_of, text_column
from amiable.store.scope import CompanyRow


class Webhook(CompanyRow):
    """``events``: the codes it wants. The secret signs every delivery, and so does the one before
    it until ``old_until``: the receiver has time to learn the new one."""

    url = models.URLField(max_length=500)
    events = models.JSONField(default=list)
    sealed_secret = models.TextField()
    sealed_old_secret = models.TextField(blank=True, default="")
    old_until = models.DateTimeField(null=True)
    active = models.BooleanField(default=True)
    created_at = models.DateTimeField()

    class Meta(CompanyRow.Meta):
        """Listed by company."""

        indexes = [models.Index(fields=["company", "id"], name="webhook_company")]


class DeliveryState(StrEnum):
    """Where a delivery stands."""

    WAITING = "waiting"
    CLAIMED = "claimed"
    DELIVERED = "delivered"
    GIVEN_UP = "given_up"


class WebhookDelivery(CompanyRow):
    """One event for one webhook; ``key`` stays the same over all attempts."""

    webhook = models.ForeignKey(Webhook, models.CASCADE, related_name="deliveries")
    event = models.CharField(max_length=40)
    key = models.CharField(max_length=64, unique=True)
    payload = models.JSONField()
    state = choice_column(DeliveryState.WAITING)
    attempts = models.PositiveSmallIntegerField(default=0)
    due_at = models.DateTimeField()
    status = models.PositiveSmallIntegerField(null=True)
    detail = text_column(500)
    happened_at = models.DateTimeField()
    delivered_at = models.DateTimeField(null=True)

    class Meta(CompanyRow.Meta):
        """The worker asks for what is due; the log reads newest first."""

        constraints = [one_of("state", DeliveryState, "webhook_delivery")]
        indexes = [
            models.Index(fields=["state", "due_at"], name="webhook_delivery_due"),
            models.Index(fields=["webhook", "company", "id"], name="webhook_delivery_log"),
        ]
