"""Plan entry: what was decided for a customer, for as long as it held."""

from django.db import models

from amiable.store.models.columns import text_column
from amiable.store.scope import CompanyRow


class PlanEntry(CompanyRow):
    """In force from ``decided_on`` until ``ended_on`` (null: the entry of today).

    The plan decides a customer anew when ``valid_until`` comes or when the customer's version is
    no longer ``customer_version``; an equal answer leaves the row, a new one ends it.

    To order and filter the worklist: ``amount_minor`` asked or overdue, in the company's currency;
    ``late_from``, the oldest due date lateness counts from; ``beyond_on``, the day from which it
    is later than the habit allows; ``risk`` from 0 to 100; step, channel and tone of a reminder.
    """

    customer = models.ForeignKey("store.Customer", models.CASCADE, related_name="plan_entries")
    decided_on = models.DateField()
    ended_on = models.DateField(null=True)
    valid_until = models.DateField()
    customer_version = models.BigIntegerField()
    kind = models.CharField(max_length=10)
    code = text_column(40)
    policy = text_column(60)
    look_again_on = models.DateField(null=True)
    spared = models.IntegerField(default=0)
    amount_minor = models.BigIntegerField(default=0, db_default=0)
    late_from = models.DateField(null=True)
    beyond_on = models.DateField(null=True)
    risk = models.SmallIntegerField(default=0, db_default=0)
    step = models.SmallIntegerField(null=True)
    channel = text_column(20)
    tone = text_column(20)
    detail = models.JSONField(default=dict)

    class Meta(CompanyRow.Meta):
        """One entry in force a customer; the index finds those to decide anew."""

        constraints = [
            models.UniqueConstraint(
                fields=["company", "customer"],
                condition=models.Q(ended_on__isnull=True),
                name="plan_entry_current",
            ),
            models.CheckConstraint(
                condition=models.Q(kind__in=["remind", "wait", "hold", "escalate", "stop"]),
                name="plan_entry_kind_known",
            ),
        ]
        indexes = [
            models.Index(
                fields=["company", "valid_until"],
                name="plan_entry_due",
                condition=models.Q(ended_on__isnull=True),
            ),
            models.Index(
                # all that the day's counts need, so that the rows themselves stay unread
                fields=["company", "kind", "channel", "step", "spared"],
                name="plan_entry_overview",
                condition=models.Q(ended_on__isnull=True),
            ),
            *(
                models.Index(
                    fields=["company", "kind", column, "id"],
                    name=f"plan_entry_{column.removesuffix('_minor')}",
                    condition=models.Q(ended_on__isnull=True),
                )
                for column in ("amount_minor", "beyond_on", "risk")
            ),
        ]
