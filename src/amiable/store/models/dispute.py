"""Dispute: an amount a customer contests."""

from django.db import models

from amiable.store.models.columns import key_column, text_column
from amiable.store.scope import CompanyRow


class Dispute(CompanyRow):
    """``amount_minor`` null: the whole invoice, named by its key. ``closed_on`` null: open."""

    customer = models.ForeignKey(
        "store.Customer", models.CASCADE, related_name="disputes", db_index=False
    )
    key = key_column()
    invoice = key_column()
    opened_on = models.DateField()
    reason = text_column(300)
    amount_minor = models.BigIntegerField(null=True)
    currency = text_column(3)
    closed_on = models.DateField(null=True)
    import_run = models.ForeignKey(
        "store.ImportRun", null=True, on_delete=models.SET_NULL, related_name="+"
    )

    class Meta(CompanyRow.Meta):
        """One row a dispute."""

        constraints = [models.UniqueConstraint(fields=["company", "key"], name="dispute_key")]
        indexes = [models.Index(fields=["customer", "company"], name="dispute_customer")]
