"""Skip: somebody decided not to send one step."""

from django.db import models

from amiable.store.models.columns import key_column, text_column
from amiable.store.scope import CompanyRow


class Skip(CompanyRow):
    """The step counts as taken for ``invoices`` (keys), without a message."""

    customer = models.ForeignKey("store.Customer", models.CASCADE, related_name="skips")
    key = key_column()
    skipped_on = models.DateField()
    step = models.SmallIntegerField()
    invoices = models.JSONField(default=list)
    note = text_column(500)

    class Meta(CompanyRow.Meta):
        """One row a skipped step."""

        constraints = [models.UniqueConstraint(fields=["company", "key"], name="skip_key")]
