"""Hold: somebody stopped or postponed the reminders."""

from django.db import models

from amiable.store.models.columns import key_column, text_column
from amiable.store.scope import CompanyRow


class Hold(CompanyRow):
    """In force on ``[from_on, until_on)``; ``invoices`` empty: the whole customer."""

    customer = models.ForeignKey("store.Customer", models.CASCADE, related_name="holds")
    key = key_column()
    from_on = models.DateField()
    until_on = models.DateField(null=True)
    invoices = models.JSONField(default=list)
    note = text_column(500)
    postponed = models.BooleanField(default=False)

    class Meta(CompanyRow.Meta):
        """One row a hold."""

        constraints = [models.UniqueConstraint(fields=["company", "key"], name="hold_key")]
