"""Reply: the customer answered."""

from django.db import models

from amiable.store.models.columns import key_column
from amiable.store.scope import CompanyRow


class Reply(CompanyRow):
    """``read_on`` null: nobody has read it, and nothing more is sent."""

    customer = models.ForeignKey("store.Customer", models.CASCADE, related_name="replies")
    key = key_column()
    received_on = models.DateField()
    read_on = models.DateField(null=True)
    text = models.TextField(blank=True, default="")

    class Meta(CompanyRow.Meta):
        """One row a reply."""

        constraints = [models.UniqueConstraint(fields=["company", "key"], name="reply_key")]
