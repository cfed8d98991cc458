"""Reminder effect: what followed a reminder, counted by the night for the measures."""

from django.db import models

from amiable.engine.parties import Channel, Segment
from amiable.store.models.columns import choice_column, one_of, text_column
from amiable.store.scope import CompanyRow


class ReminderEffect(CompanyRow):
    """One row a reminder (or notice) that left the house, as known on the morning of ``judged_on``.

    ``hour`` is the company's; ``segment`` and ``policy`` those of the day it left. ``invoices`` it
    chased were then open; ``amount_minor`` was left of them in the company's currency. Paid within
    7, 15 and 30 days: how many invoices, and how much money (a credit note, a write-off or the
    payment of a contested invoice is none). ``answered_after``: days until the customer answered,
    null when it did not before the next reminder.

    In hundredths of a day, the mean over its invoices that can be judged (null when there are
    none): ``waited`` from the reminder to the payment, ``expected`` by the habit known that
    morning, ``gained`` the difference, all up to ``over`` days. See `amiable.engine.effect`.
    """

    message = models.OneToOneField("store.OutboxRow", models.CASCADE, related_name="effect")
    customer = models.ForeignKey("store.Customer", models.CASCADE, related_name="+", db_index=False)
    judged_on = models.DateField()
    customer_version = models.BigIntegerField()
    sent_on = models.DateField()
    channel = choice_column()
    tone = text_column(20)
    step = models.SmallIntegerField()
    weekday = models.SmallIntegerField()
    hour = models.SmallIntegerField(null=True)
    segment = choice_column()
    policy = text_column(60)
    bounced = models.BooleanField(default=False)
    delivered = models.BooleanField(default=False)
    opened = models.BooleanField(default=False)
    invoices = models.IntegerField()
    amount_minor = models.BigIntegerField()
    paid_7 = models.IntegerField()
    paid_15 = models.IntegerField()
    paid_30 = models.IntegerField()
    paid_7_minor = models.BigIntegerField()
    paid_15_minor = models.BigIntegerField()
    paid_30_minor = models.BigIntegerField()
    answered_after = models.IntegerField(null=True)
    over = models.SmallIntegerField(null=True)
    waited = models.IntegerField(null=True)
    expected = models.IntegerField(null=True)
    gained = models.IntegerField(null=True)

    class Meta(CompanyRow.Meta):
        """Read by the period it left in; refreshed by customer."""

        constraints = [
            one_of("channel", Channel, "effect"),
            one_of("segment", Segment, "effect"),
        ]
        indexes = [
            models.Index(fields=["company", "sent_on", "id"], name="effect_sent"),
            models.Index(fields=["customer", "company", "sent_on", "id"], name="effect_customer"),
        ]
