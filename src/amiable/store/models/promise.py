"""Promise: when a customer said it would pay."""

from django.db import models

from amiable.store.models.columns import above_zero, currency_column, key_column
from amiable.store.scope import CompanyRow


class Promise(CompanyRow):
    """``invoices``: keys of the invoices meant; empty for any. ``plan``: the instalment plan."""

    customer = models.ForeignKey("store.Customer", models.CASCADE, related_name="promises")
    key = key_column()
    made_on = models.DateField()
    due_on = models.DateField()
    amount_minor = models.BigIntegerField()
    currency = currency_column()
    invoices = models.JSONField(default=list)
    plan = models.ForeignKey(
        "store.InstalmentPlan", null=True, on_delete=models.CASCADE, related_name="parts"
    )
    cancelled_on = models.DateField(null=True)

    class Meta(CompanyRow.Meta):
        """One row a promise."""

        constraints = [
            models.UniqueConstraint(fields=["company", "key"], name="promise_key"),
            above_zero("amount_minor", "promise"),
        ]
